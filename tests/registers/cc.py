# SPDX-License-Identifier: MIT
"""Generated register headers on disk, and the compilers that read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from build import ROOT
from dddkgen.emit import registers as emit_registers
from dddkgen.emit import render
from dddkgen.lower import simulated
from dddkgen.lower.registers import needs_lock, shadow_members
from dddkgen.model import Driver

COMPILERS = ("gcc", "clang")
WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()
KBUILD_WARNINGS = ["-Wdeclaration-after-statement"]  # what a kernel build adds
DIRECT = ROOT / "runtime/port/direct"
HOSTED = ROOT / "runtime/port/hosted"


def write_headers(driver: Driver, folder: Path) -> Path:
    """NAME.regs.h and NAME.info.h, a table for the simulator, and NAME.h with the driver struct around the first."""
    folder.mkdir(parents=True, exist_ok=True)
    for output in emit_registers.files(driver):
        (folder / output.name).write_text(output.text)
    (folder / f"{driver.name}.sim.h").write_text(
        '#include "runtime/port/sim/registers.h"\n\n' + render("simulated.c.j2", s=simulated.lowered(driver))
    )
    name = driver.name
    lines = ['#include "dddk/access.h"', '#include "dddk/device.h"']
    lines += [f"struct {name}_{region.name} {{ struct dddk_mmio mmio; }};" for region in driver.regions]
    members = ["struct dddk_device dddk;"]
    members += [f"struct {name}_{region.name} {region.name};" for region in driver.regions]
    if driver.scaled:
        members.append(f"size_t strides[{len(driver.scaled)}];")
    shadows = shadow_members(driver)
    if shadows:
        members.append("struct { " + " ".join(shadow.text for shadow in shadows) + " } shadow;")
    if needs_lock(driver):
        members.append("struct dddk_irq_lock register_lock;")
    lines += [f"struct {name} {{ {' '.join(members)} }};", f'#include "{name}.regs.h"', ""]
    (folder / f"{name}.h").write_text("\n".join(lines))
    return folder


def command(compiler: str, *options: str | Path, folder: Path, port: Path = DIRECT) -> list[str]:
    return [compiler, "-std=gnu11", f"-I{ROOT}", f"-I{port}", f"-I{folder}", *map(str, options)]


def run(arguments: list[str], seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)


def compile_ok(compiler: str, *options: str | Path, folder: Path, port: Path = DIRECT) -> None:
    result = run(command(compiler, *options, folder=folder, port=port))
    assert result.returncode == 0 and not result.stderr, f"{compiler} {' '.join(map(str, options))}:\n{result.stderr}"
