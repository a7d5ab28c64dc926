# SPDX-License-Identifier: MIT
"""Random valid manifests become C without a warning, and drivers that pass their own tests.

`make test` makes the same ones each time; DDDK_LONG=1 makes more, others each time, and builds all of them. The seed is
printed: DDDK_SEED=... makes them again, in `build/random` with DDDK_KEEP=1. The run prints how often each key, policy and
pair of sibling policies occurred; what never did fails here, so that a new key is made at random too.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from random_manifests.build import compiled, generated, has_no_warning, passes_its_tests  # noqa: E402
from random_manifests.maker import CLASSES, Made, Maker  # noqa: E402
from random_manifests.not_yet import NOT_YET  # noqa: E402
from random_manifests.tally import PAIRS, Tally, table, used_keys  # noqa: E402

from dddkgen.semantics import POLICIES  # noqa: E402

LONG = os.environ.get("DDDK_LONG") == "1"
SEED = int(os.environ.get("DDDK_SEED", random.SystemRandom().randrange(1 << 32) if LONG else 20260101))
FORMS = HERE / "examples" / "ring_forms.yaml"
#: Read and checked; of them the first are compiled and run. The last has what the others lack, and is large.
MANIFESTS = 400 if LONG else 120
BUILT = 60 if LONG else 3


def folder(base: Path) -> Path:
    return ROOT / "build" / "random" if os.environ.get("DDDK_KEEP") == "1" else base


@pytest.fixture(scope="module")
def manifests() -> list[Made]:
    print(f"seed {SEED}")
    maker = Maker(SEED)
    return [maker.make(size=10 if number < BUILT else 18, last=number == MANIFESTS - 1) for number in range(MANIFESTS)]


@pytest.fixture(scope="module")
def tally(manifests: list[Made], tmp_path_factory: pytest.TempPathFactory) -> Tally:
    tally = Tally()
    base = folder(tmp_path_factory.mktemp("random"))
    for made in manifests:
        driver = compiled(made, base)
        tally.add(base / f"{made.name}.yaml", driver)
    return tally


def test_random_manifests_are_valid(tally: Tally) -> None:
    print(f"seed {SEED}, {tally.text()}")
    assert tally.manifests == MANIFESTS


def test_random_manifests_have_every_policy_and_pair_of_siblings(tally: Tally) -> None:
    assert [name for name in POLICIES if not tally.policies[name]] == []
    assert [pair for pair in PAIRS if not tally.pairs[pair]] == []


def test_random_manifests_have_every_key(tally: Tally) -> None:
    refused = used_keys(FORMS)  # rings that no driver runs yet, all refused by one code: test_whole.py
    never = [key for key in table() if not tally.keys[key] and not refused[key]]
    unknown = [key for key in never if key not in NOT_YET]
    assert unknown == [], (
        f"random manifests never use these keys: make them in {HERE.name}/random_manifests (maker.py and its neighbours), or write "
        "into not_yet.py which manifest of whole/ is compiled with them, and why that must do"
    )
    assert [key for key in NOT_YET if key not in never] == [], "these are made at random by now: remove them from not_yet.py"


def test_what_is_not_made_at_random_is_compiled_elsewhere() -> None:
    for key, (whole, why) in NOT_YET.items():
        assert used_keys(HERE / "whole" / f"{whole}.yaml")[key] and why, key


@pytest.mark.parametrize("number", range(BUILT), ids=lambda number: f"{CLASSES[number % len(CLASSES)]}{number}")
def test_a_random_driver_passes_its_own_tests(number: int, manifests: list[Made], tmp_path: Path) -> None:
    base = folder(tmp_path)
    sources = generated(compiled(manifests[number], base), base)
    compilers = ("gcc", "clang") if number % 2 == 0 else ("clang", "gcc")
    assert passes_its_tests(sources, compilers[0]) >= 10
    has_no_warning(sources, compilers[1])


def test_every_pair_of_policies_in_c(tmp_path: Path) -> None:
    """One register for each pair of siblings, all in one driver."""
    base = folder(tmp_path)
    sources = generated(compiled(Maker(SEED).make("misc", size=0, last=True), base), base)
    has_no_warning(sources, "clang" if SEED % 2 else "gcc")
    if LONG:
        assert passes_its_tests(sources, "gcc") >= len(PAIRS) - 30
