# SPDX-License-Identifier: MIT
"""From a random manifest to a running program: generate, write the handlers that it asks for, compile, run its own tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .maker import Made

from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report, Severity
from dddkgen.diagnostics.text import render
from dddkgen.emit import generate, write_if_changed
from dddkgen.model import Driver

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "language"))

from whole import library  # noqa: E402

WARNINGS = "-std=gnu11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()
_PROTOTYPE = re.compile(r"^(int|void|bool) (\w+)\(([^;{}]*)\);$", re.MULTILINE)


class Broken(AssertionError):
    """What a random manifest found, with the folder where everything is."""


def written(made: Made, folder: Path) -> Path:
    """The manifest on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {f"{made.name}.yaml": made.text, **made.parts}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / f"{made.name}.yaml"


def compiled(made: Made, folder: Path) -> Driver:
    """The checked driver. A random manifest has no errors."""
    path = written(made, folder)
    report = Report()
    driver = compile_manifest(str(path), report)
    errors = [render(one) for one in report.sorted() if one.severity is Severity.ERROR]
    if driver is None or errors:
        raise Broken(f"{path}: made to be valid, and refused\n" + "\n".join(errors[:5]))
    return driver


def _handler(result: str, name: str, parameters: str) -> str:
    """A handler that does nothing, and leaves no result undefined."""
    lines = []
    for parameter in parameters.split(","):
        word = re.search(r"(\w+)$", parameter.strip())
        assert word is not None, parameter
        out = re.fullmatch(r"(u?int\d+_t|bool) \*\w+", parameter.strip())
        lines.append(f"    *{word[1]} = 0;" if out else f"    (void){word[1]};")
    if name.endswith("_identify") and "struct net" in parameters:
        lines += ["    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};", "    return dddk_net_set_mac(dev, mac);"]
    elif result != "void":
        lines.append("    return 0;")
    return f"{result} {name}({parameters})\n{{\n" + "\n".join(lines) + "\n}\n"


def handlers(header: str, name: str) -> str:
    """NAME.c: what the generated header says that the author writes."""
    start = header.find("/* The handlers")
    header = header.split("/* The same for callers in thread context")[0]
    text = re.sub(r"\s+", " ", header[start:] if start >= 0 else "").replace("; ", ";\n").replace("*/ ", "*/\n")
    made = [_handler(match[1], match[2], match[3]) for match in _PROTOTYPE.finditer(text) if match[2].startswith(f"{name}_")]
    return f'#include "{name}.dddk.h"\n\n' + "\n".join(made)


def generated(driver: Driver, folder: Path) -> list[Path]:
    """Everything that is made from the manifest, and handlers; the C files."""
    out = folder / driver.name
    out.mkdir(exist_ok=True)
    for output in generate(driver):
        write_if_changed(out / output.name, output.text)
    (out / f"{driver.name}.c").write_text(handlers((out / f"{driver.name}.dddk.h").read_text(encoding="utf-8"), driver.name))
    return [out / f"{driver.name}{suffix}" for suffix in (".c", ".dddk.c", ".model.c", "_test.c")]


def _run(command: list[str], seconds: float, where: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Broken(f"{where}: {' '.join(command)}\nexit status {done.returncode}\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout + done.stderr


def includes(folder: Path) -> list[str]:
    return [f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{folder}", "-D_GNU_SOURCE"]


def has_no_warning(sources: list[Path], compiler: str) -> None:
    """Each file is read by the compiler, which makes nothing of it."""
    _run([compiler, *WARNINGS, "-fsyntax-only", *includes(sources[0].parent), *map(str, sources)], 120, sources[0].parent)


def passes_its_tests(sources: list[Path], compiler: str, options: str = "-O0") -> int:
    """Build the generated tests and run them on the simulated device; how many passed."""
    folder = sources[0].parent
    program = folder / f"{compiler}_program"
    _run([compiler, *WARNINGS, *options.split(), *includes(folder), *map(str, sources), str(library(compiler)), "-lcmocka", "-fsanitize=address,undefined", "-o", str(program)], 180, folder)
    match = re.search(r"PASSED  \] (\d+) test", _run([str(program)], 60, folder))
    if match is None:
        raise Broken(f"{program} told nothing")
    return int(match[1])
