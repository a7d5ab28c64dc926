# SPDX-License-Identifier: MIT
"""The same on a big-endian processor and on one of 32 bits: accessors, descriptors and simulated registers, under qemu-user."""

from __future__ import annotations

import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import test_evaluated_once
from build import ROOT
from cc import DIRECT, HOSTED, WARNINGS, command, run, write_headers
from operations import Sequence, cases, program
from random_files import Maker

SEED = 20260102
OPERATIONS = 4000


@dataclass(frozen=True)
class Foreign:
    name: str
    compiler: str
    emulator: str

    def build(self, source: Path, output: Path, folder: Path, port: Path, *more: str | Path) -> None:
        for tool in (self.compiler, self.emulator):
            assert shutil.which(tool), f"{tool} is not installed (packages gcc-{self.compiler.removesuffix('-gcc')} and qemu-user)"
        arguments = command("", "-O2", *WARNINGS, "-static", source, *more, "-o", output, folder=folder, port=port)[1:]
        result = run([self.compiler, *arguments], seconds=120)
        assert result.returncode == 0, result.stderr

    def run(self, program: Path, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.emulator, program], input=text, capture_output=True, text=True, timeout=120, check=False)


MACHINES = (
    Foreign("big-endian, 64 bits", "s390x-linux-gnu-gcc", "qemu-s390x"),
    Foreign("little-endian, 32 bits", "arm-linux-gnueabihf-gcc", "qemu-arm"),
)
on_each = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)


@on_each
def test_accessors_write_the_bytes_that_the_device_wants(toy: Path, machine: Foreign) -> None:
    (toy / "foreign.c").write_text(test_evaluated_once.PROGRAM)
    executable = toy / f"foreign_{machine.emulator}"
    machine.build(toy / "foreign.c", executable, toy, DIRECT)
    result = machine.run(executable)
    assert result.returncode == 0, result.stdout + result.stderr


DESCRIPTORS = r"""
#include "toy.h"
#include <stdio.h>

void dddk_range_fault(const char *what)
{
    (void)what;
}

static int differs(const void *found, const char *wanted, size_t size_bytes)
{
    return memcmp(found, wanted, size_bytes) != 0;
}

int main(void)
{
    struct toy_rx_desc rx;
    struct toy_be_desc be;
    int bad = 0;

    memset(&rx, 0, sizeof(rx));
    rx.addr = dddk_to_le64(0x0123456789abcdefu);
    rx.length = dddk_to_le16(0x1234);
    rx.status = TOY_RX_DESC_STATUS_DD | (5u << TOY_RX_DESC_STATUS_KIND_SHIFT);
    bad |= differs(&rx, "\xef\xcd\xab\x89\x67\x45\x23\x01\x34\x12\0\0\x51\0\0\0", 16);
    bad |= dddk_from_le64(rx.addr) != 0x0123456789abcdefu || dddk_from_le16(rx.length) != 0x1234;
    be.kind = 9;
    be.addr = dddk_to_be32(0x11223344);
    be.length = dddk_to_be16(0x5566);
    bad |= differs(&be, "\x09\x11\x22\x33\x44\x55\x66", 7) || dddk_from_be32(be.addr) != 0x11223344;
    bad |= (rx.status & TOY_RX_DESC_STATUS_KIND) >> TOY_RX_DESC_STATUS_KIND_SHIFT != 5;
    puts(bad ? "bad" : "ok");
    return bad;
}
"""


@on_each
def test_descriptors_have_the_bytes_that_the_device_wants(toy: Path, machine: Foreign) -> None:
    (toy / "descriptors.c").write_text(DESCRIPTORS)
    executable = toy / f"descriptors_{machine.emulator}"
    machine.build(toy / "descriptors.c", executable, toy, DIRECT)
    assert machine.run(executable).stdout == "ok\n"


def test_descriptors_have_the_bytes_here_too(toy: Path) -> None:
    (toy / "descriptors.c").write_text(DESCRIPTORS)
    result = run(command("gcc", "-O2", *WARNINGS, toy / "descriptors.c", "-o", toy / "descriptors", folder=toy))
    assert result.returncode == 0, result.stderr
    assert run([str(toy / "descriptors")]).stdout == "ok\n"


@on_each
def test_random_register_files_do_what_the_reference_says(tmp_path: Path, machine: Foreign) -> None:
    driver = Maker(SEED).make("f0")
    found = cases(driver, random.Random(SEED))
    write_headers(driver, tmp_path)
    (tmp_path / "f0.c").write_text(program(driver, found))
    machine.build(tmp_path / "f0.c", tmp_path / "f0", tmp_path, HOSTED, ROOT / "runtime/port/sim/registers.c")
    sequence = Sequence(driver, found, SEED)
    steps = sequence.make(OPERATIONS)
    result = machine.run(tmp_path / "f0", "\n".join(step[0] for step in steps) + "\n")
    printed = result.stdout.splitlines()
    assert len(printed) == len(steps), result.stderr
    for at, (line, expected) in enumerate(steps):
        assert printed[at] == expected, f"seed {SEED}, operation {at}: {line}"
