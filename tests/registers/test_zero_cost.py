# SPDX-License-Identifier: MIT
"""The gate: no generated accessor has an instruction more than its hand-written twin, on any compiler, level or processor.

`tests/bench/access.py` prints the table.
"""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from build import driver, enum, field, register
from cc import COMPILERS as NATIVE
from cc import command, run, write_headers
from twins import COMPILERS, LEVELS, TARGETS, Target, twins

KINDS = 75  # in twins.h; a pair that a compiler dropped would otherwise pass


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_an_accessor_costs_what_its_twin_costs(toy: Path, target: Target, compiler: str, level: str) -> None:
    pairs = list(twins(target, compiler, level, toy))
    assert len(pairs) == KINDS
    worse = [pair for pair in pairs if len(pair.generated) > len(pair.by_hand)]
    assert not worse, "\n".join(
        f"{pair.name}: {len(pair.generated)} instead of {len(pair.by_hand)}\n  " + "\n  ".join(pair.generated) for pair in worse
    )


def test_the_twins_are_not_empty(toy: Path) -> None:
    for pair in twins(TARGETS[0], "gcc", "-O2", toy):
        assert len(pair.by_hand) >= 2, pair.name
        assert all(not text.startswith("jmp") or "<" not in text or "hand" not in text for text in pair.by_hand), pair.name


def processor_seconds() -> float:
    """Of all children that have ended: what a busy machine does not stretch much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("compiler", NATIVE)
def test_a_thousand_registers_compile_in_two_seconds(tmp_path: Path, compiler: str) -> None:
    mode = enum("mode", off=0, slow=1, fast=2)
    registers = [
        register(f"REG{i}", 4 * i, field("MODE", (17, 16), enum=mode), field("LEVEL", (15, 4)), field("RUN", 1), field("ON", 0))
        for i in range(1000)
    ]
    folder = write_headers(driver("big", *registers, enums=(mode,)), tmp_path)
    (folder / "big.c").write_text('#include "big.h"\nint f(struct big *dev);\nint f(struct big *dev) { return big_reg7_update(dev, .on = true); }\n')
    start = processor_seconds()
    result = run(command(compiler, "-O2", "-Wall", "-Wextra", "-c", folder / "big.c", "-o", "/dev/null", folder=folder))
    assert result.returncode == 0, result.stderr
    assert processor_seconds() - start < 2.0
