# SPDX-License-Identifier: MIT
"""Count the instructions of generated accessors and of their hand-written twins, from the disassembly."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cc import command, run

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Target:
    """A processor, as the compilers and the disassembler of Debian's cross toolchains call it."""

    name: str
    triple: str
    options: tuple[str, ...] = ()

    @property
    def native(self) -> bool:
        return self.name == "x86_64"

    @property
    def objdump(self) -> str:
        return "objdump" if self.native else f"{self.triple}-objdump"

    def compiler(self, compiler: str) -> list[str]:
        if self.native:
            return [compiler]
        return [f"{self.triple}-gcc"] if compiler == "gcc" else ["clang", f"--target={self.triple}"]


TARGETS = (
    Target("x86_64", "x86_64-linux-gnu"),
    Target("aarch64", "aarch64-linux-gnu"),
    Target("riscv64", "riscv64-linux-gnu", ("-march=rv64gc",)),
)
COMPILERS = ("gcc", "clang")
LEVELS = ("-O2", "-Os")


@dataclass(frozen=True)
class Twin:
    name: str
    generated: tuple[str, ...]  # instructions
    by_hand: tuple[str, ...]


def build(target: Target, compiler: str, level: str, folder: Path) -> Path:
    """One object with all twins. Freestanding: it needs no libc of the target."""
    source = folder / "twins.c"
    if not source.exists():
        source.write_text('#include "twins.h"\n')
    output = folder / f"twins_{target.name}_{compiler}{level}.o"
    arguments = command("", level, "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
                        *(["-fno-ipa-icf"] if compiler == "gcc" else []),  # or equal twins become one function and a jump
                        *target.options, f"-I{HERE}", "-c", source, "-o", output, folder=folder)[1:]  # fmt: skip
    result = run([*target.compiler(compiler), *arguments])
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    return output


PADDING = re.compile(r"^(nop|data16|cs nop|xchg\s+%ax,%ax|udf|unimp|c\.nop|endbr64|bti)")


def functions(target: Target, output: Path) -> dict[str, tuple[str, ...]]:
    """Instructions by function, padding left out."""
    if shutil.which(target.objdump) is None:
        raise RuntimeError(f"{target.objdump} is not installed")
    listing = run([target.objdump, "-d", "--no-show-raw-insn", "-M", "no-aliases" if target.name == "riscv64" else "suffix", str(output)])
    if target.name == "aarch64":
        listing = run([target.objdump, "-d", "--no-show-raw-insn", str(output)])
    if listing.returncode != 0:
        raise RuntimeError(listing.stderr)
    found: dict[str, list[str]] = {}
    name = ""
    for line in listing.stdout.splitlines():
        if head := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
            name = head[1]
            found.setdefault(name, [])
        elif body := re.match(r"^\s+[0-9a-f]+:\s+(.+)$", line):
            text = " ".join(body[1].split())
            if not PADDING.match(text):
                found[name].append(text)
    # What a compiler moved out of line belongs to the function it came from.
    for cold in [name for name in found if name.endswith(".cold")]:
        found[cold.removesuffix(".cold")] += found.pop(cold)
    return {name: tuple(instructions) for name, instructions in found.items()}


def twins(target: Target, compiler: str, level: str, folder: Path) -> Iterator[Twin]:
    found = functions(target, build(target, compiler, level, folder))
    for name, instructions in found.items():
        if name.startswith("generated_"):
            short = name.removeprefix("generated_")
            yield Twin(short, instructions, found[f"by_hand_{short}"])
