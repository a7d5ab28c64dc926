# SPDX-License-Identifier: MIT
"""From a manifest's text to a program: generate, compile the driver, compare it with the unchanged one, link its scenario.

Only the driver's own two files are compiled for a mutant; runtime, port and scenario are there already. The table of
register names for traces is that of the unchanged manifest: it is for people, and the driver does not act by it. So a
mutant whose two objects are those of the unchanged driver, byte for byte, changed something that the driver does not use.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from .manifest import ROOT

sys.path.insert(0, str(ROOT / "tests"))

import built  # noqa: E402
import dddkgen  # noqa: E402
from dddkgen.emit import generate  # noqa: E402

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
COMPILE = ("gcc", "-O1", "-std=gnu11", *WARNINGS, "-D_GNU_SOURCE", "-I.", "-Iruntime/port/hosted")
SCENARIOS = ROOT / "tests" / "mutants"
LINK = {"e1000": ("-Wl,--wrap=dddk_port_tx_done",)}  # its scenario gives frames of its own to the driver
SECONDS = 60.0

_generator = threading.Lock()  # the generator is Python: two at a time would only wait for each other


class Rejected(Exception):
    """The checks of the generator refuse the manifest; the text has the codes."""


class DoesNotCompile(Exception):
    """The handlers or the generated code do not compile; the text is the compiler's first error."""


@dataclass(frozen=True)
class Library:
    """What every program is linked with: the archive of runtime and ports, and how."""

    archive: Path
    flags: tuple[str, ...]


def library(config: str) -> Library:
    """Build the archive of a configuration of build.mk, or see that it is up to date."""
    sanitized = ("-fsanitize=address,undefined",) if config == "gcc" else ()
    return Library(built.library(config), sanitized)


def _run(command: list[str], seconds: float = SECONDS) -> None:
    """Run a tool. Raises DoesNotCompile for what a compiler finds wrong, RuntimeError for anything else."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode > 0 and "error: " in done.stderr:
        raise DoesNotCompile(done.stderr)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr or done.stdout}")


def generated(name: str, text: str, folder: Path) -> dict[str, str]:
    """Every file that the generator makes of a manifest's text. Raises Rejected."""
    manifest = folder / f"{name}.yaml"
    manifest.write_text(text, encoding="utf-8")
    with _generator:
        try:
            return {output.name: output.text for output in generate(dddkgen.load(manifest))}
        except dddkgen.ManifestError as error:
            raise Rejected(" ".join(sorted({diagnostic.code for diagnostic in error.diagnostics}))) from None


class Builder:
    """Everything about one driver that its mutants share."""

    def __init__(self, name: str, lib: Library, folder: Path) -> None:
        self.name, self.lib, self.folder = name, lib, folder
        self.manifest = ROOT / "drivers" / name / f"{name}.yaml"
        self.text = self.manifest.read_text(encoding="utf-8")
        self.driver = dddkgen.load(self.manifest)
        folder.mkdir(parents=True, exist_ok=True)
        self.files = generated(name, self.text, folder)
        sources = [SCENARIOS / "stage.c", *sorted(SCENARIOS.glob(f"scenario_{name}*.c"))]
        self.scenario = [self._scenario(source) for source in sources]
        self.code = self.code_of(self.files)
        base = folder / "unchanged"
        base.mkdir(exist_ok=True)
        self.objects = self.compile(self.files, base)

    def _scenario(self, source: Path) -> Path:
        target = self.folder / f"{source.stem}.o"
        _run([*COMPILE, "-g", "-c", str(source), "-o", str(target)])
        return target

    def code_of(self, files: dict[str, str]) -> str:
        """What is compiled, without comments: two manifests of one code make one driver."""
        text = "\0".join(files[f"{self.name}.{kind}"] for kind in ("dddk.c", "dddk.h", "regs.h"))
        return hashlib.sha256(re.sub(r"/\*.*?\*/", "", text, flags=re.S).encode()).hexdigest()

    def compile(self, files: dict[str, str], folder: Path) -> str:
        """Compile handlers and generated code into a folder. Returns a digest of both objects. Raises DoesNotCompile."""
        for kind in ("dddk.c", "dddk.h", "regs.h"):
            (folder / f"{self.name}.{kind}").write_text(files[f"{self.name}.{kind}"], encoding="utf-8")
        (folder / f"{self.name}.info.h").write_text(self.files[f"{self.name}.info.h"], encoding="utf-8")
        digest = hashlib.sha256()
        handlers = str(self.manifest.with_suffix(".c").relative_to(ROOT))
        for source, stem in ((handlers, self.name), (str(folder / f"{self.name}.dddk.c"), f"{self.name}.dddk")):
            target = folder / f"{stem}.o"
            _run([*COMPILE, f"-I{folder}", "-c", source, "-o", str(target)])
            digest.update(target.read_bytes())
        return digest.hexdigest()

    def link(self, folder: Path) -> Path:
        """The scenario with the driver that was compiled into a folder."""
        program = folder / "program"
        objects = [*self.scenario, folder / f"{self.name}.o", folder / f"{self.name}.dddk.o", self.lib.archive]
        _run(["gcc", *self.lib.flags, *LINK.get(self.name, ()), *map(str, objects), "-o", str(program)])
        return program
