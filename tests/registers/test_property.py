# SPDX-License-Identifier: MIT
"""Over random register files and random operations, the generated accessor on the simulated register does what the reference says.

`make test` runs 100,000 operations with fixed seeds; DDDK_LONG=1 runs ten times as many, with other seeds each time.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from build import ROOT, Driver
from cc import COMPILERS, HOSTED, command, run, write_headers
from operations import Case, Sequence, cases, program
from random_files import PAIRS, Maker
from reference import POLICIES

LONG = os.environ.get("DDDK_LONG") == "1"
FILES = 40 if LONG else 8
OPERATIONS = 1_000_000 if LONG else 100_000
SEED = int(os.environ.get("DDDK_SEED", random.SystemRandom().randrange(1 << 32) if LONG else 20260101))
#: clang takes twice as long to optimize; what it makes of accessors at -O2 is seen in test_zero_cost.py.
LEVEL = {"gcc": "-O1", "clang": "-O0"}


def build(driver: Driver, found: list[Case], compiler: str, folder: Path) -> Path:
    write_headers(driver, folder)
    source = folder / f"{driver.name}.c"
    source.write_text(program(driver, found))
    output = folder / driver.name
    result = run(
        command(compiler, LEVEL[compiler], "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsanitize=undefined",
                "-fno-sanitize-recover=all", source, ROOT / "runtime/port/sim/registers.c", "-o", output, folder=folder, port=HOSTED),
        seconds=300,
    )  # fmt: skip
    assert result.returncode == 0, f"seed {SEED}, {driver.name}, {compiler}:\n{result.stderr[:4000]}"
    return output


def explain(sequence: Sequence, steps: list[tuple[str, str]], printed: list[str], at: int) -> str:
    """The operation that went wrong, and the register it was about."""
    line = steps[at][0]
    number = int(line.split()[0]) - 3
    about = sequence.cases[number].code if number >= 0 else "the device"
    register = sequence.cases[number].register if number >= 0 else None
    got = printed[at] if at < len(printed) else "nothing"
    return (
        f"seed {SEED}, {sequence.driver.name}, operation {at}: {line}\n  {about}\n"
        f"  expected {steps[at][1]}\n  got      {got}\n  (values, status, refused, accesses, locked, other faults, sum)\n  {register}"
    )


@pytest.fixture(scope="module")
def maker() -> Maker:
    return Maker(SEED)


@pytest.fixture(scope="module")
def drivers(maker: Maker) -> list[Driver]:
    return [maker.make(f"p{number}", last=number == FILES - 1) for number in range(FILES)]


def test_the_random_files_have_every_policy_and_every_pair_of_siblings(maker: Maker, drivers: list[Driver]) -> None:
    print(f"seed {SEED}, {len(drivers)} register files")
    print("policies:", ", ".join(f"{name} {maker.policies[name]}" for name in POLICIES))
    rarest = sorted(maker.pairs[pair] for pair in PAIRS)
    print(f"pairs of siblings: {len(PAIRS)}, rarest {rarest[0]} times, median {rarest[len(rarest) // 2]}")
    assert all(maker.policies[name] for name in POLICIES)
    assert not [sorted(pair) for pair in PAIRS if maker.pairs[pair] == 0]


def test_accessor_and_simulated_register_do_what_the_reference_says(drivers: list[Driver], tmp_path: Path) -> None:
    kinds: Counter[str] = Counter()
    total = 0
    start = time.monotonic()
    for number, driver in enumerate(drivers):
        found = cases(driver, random.Random(SEED + number))
        compiler = COMPILERS[number % len(COMPILERS)]
        executable = build(driver, found, compiler, tmp_path / driver.name)
        sequence = Sequence(driver, found, SEED + number)
        steps = sequence.make(OPERATIONS // len(drivers))
        result = subprocess.run(
            [executable], input="\n".join(step[0] for step in steps) + "\n", capture_output=True, text=True, timeout=120, check=False
        )
        printed = result.stdout.splitlines()
        for at, step in enumerate(steps):
            if at >= len(printed) or printed[at] != step[1]:
                pytest.fail(explain(sequence, steps, printed, at) + f"\n{result.stderr}")
        assert result.returncode == 0, result.stderr
        kinds.update(sequence.kinds)
        total += len(steps)
    print(f"seed {SEED}: {total} operations in {time.monotonic() - start:.1f} s:", dict(kinds))
    assert total >= OPERATIONS
    assert all(kinds.values())
