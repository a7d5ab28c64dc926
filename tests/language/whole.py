# SPDX-License-Identifier: MIT
"""From a manifest in a test to a running program: generate, format, compile with both compilers, link, run.

The library is the one that the other tests use, built by build.mk.
"""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "generator")]

from built import library  # noqa: E402

from dddkgen import load  # noqa: E402
from dddkgen.emit import generate, write_if_changed  # noqa: E402

COMPILERS = ("gcc", "clang")
WARNINGS = "-std=gnu11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()
SANITIZE = "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DDDDK_DEBUG".split()
#: Some of gcc's warnings come from optimizing. None of clang's do, and it takes twice as long.
LEVEL = {"gcc": "-O1", "clang": "-O0"}


@functools.cache
def style() -> str:
    """That of generated code: lines are as long as their statements."""
    return (ROOT / ".clang-format").read_text(encoding="utf-8").replace("ColumnLimit: 100", "ColumnLimit: 0")


@dataclass
class Project:
    """A folder with one manifest and the C beside it."""

    folder: Path
    name: str
    manifest: str
    files: dict[str, str] = field(default_factory=dict)  # C by file name: handlers, hooks

    def generate(self) -> Path:
        """Generated files, in a folder of their own."""
        for name, text in {f"{self.name}.yaml": self.manifest, **self.files}.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        out = self.folder / "out" / self.name
        for output in generate(load(self.folder / f"{self.name}.yaml")):
            write_if_changed(out / output.name, output.text)
        return out

    def run(self, compiler: str, test: str | None = None) -> int:
        """Build and run the generated tests, or the test program `test`; how many tests passed. None may fail."""
        out = self.generate()
        sources = [self.folder / name for name in self.files if name.endswith(".c") and not name.startswith("test_")]
        sources += [out / f"{self.name}.dddk.c", out / f"{self.name}.model.c", out / f"{self.name}_test.c" if test is None else self.folder / test]
        includes = [f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", "-D_GNU_SOURCE"]
        program = self.folder / f"{compiler}_program"
        command = [compiler, *WARNINGS, LEVEL[compiler], *SANITIZE, *includes, *map(str, sources), str(library(compiler)), "-lcmocka", "-o", str(program)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[:6000]
        done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60, check=False)
        shown = done.stdout + done.stderr
        assert done.returncode == 0, shown[-6000:]
        match = re.search(r"PASSED  \] (\d+) test", shown)
        assert match is not None, shown[-2000:]
        return int(match[1])

    def badly_formatted(self) -> list[str]:
        """Generated C that clang-format would write otherwise."""
        out = self.generate()
        (out / ".clang-format").write_text(style(), encoding="utf-8")
        paths = sorted([*out.glob("*.c"), *out.glob("*.dddk.h"), *out.glob("*.model.h")])
        found = {path: path.read_text(encoding="utf-8") for path in paths}
        subprocess.run(["clang-format", "--style=file", "-i", *map(str, paths)], capture_output=True, timeout=60, check=True)
        return [path.name for path, text in found.items() if path.read_text(encoding="utf-8") != text]
