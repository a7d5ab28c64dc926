# SPDX-License-Identifier: MIT
"""The tool that changes the manifests is itself tested: on all that it would change, and on a few mutants for real.

`make mutants` runs all of them. Here each fate has one mutant that is known to meet it, and six more are drawn.
"""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mutation.build import Builder, library  # noqa: E402
from mutation.catalogue import Mutant, mutants, other_policies  # noqa: E402
from mutation.manifest import ROOT, expanded, parse  # noqa: E402
from mutation.report import Reason, faults, reasons, table  # noqa: E402
from mutation.verdict import Fate, Judge, Verdict  # noqa: E402

import dddkgen  # noqa: E402
from dddkgen.model import Driver  # noqa: E402
from dddkgen.semantics import POLICIES  # noqa: E402

DRIVERS = ("e1000", "edu", "uart16550")
SEED = 20


def text_of(name: str) -> str:
    return (ROOT / "drivers" / name / f"{name}.yaml").read_text(encoding="utf-8")


def all_of(name: str) -> list[Mutant]:
    return mutants(dddkgen.load(ROOT / "drivers" / name / f"{name}.yaml"), text_of(name))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Judge]:
    """The judge of a driver, made once. Programs are linked with the sanitized library, as those of the C tests are."""

    @functools.cache
    def of(name: str) -> Judge:
        return Judge(Builder(name, library("gcc"), tmp_path_factory.mktemp(name)))

    return of


@pytest.mark.parametrize("name", DRIVERS)
def test_every_value_of_a_manifest_is_changed_or_left_alone_for_a_reason(name: str) -> None:
    found = all_of(name)  # raises for a value that nobody thought of
    kinds = {mutant.kind for mutant in found}
    assert {"offset", "position", "width", "access", "identity"} <= kinds
    assert len({mutant.text for mutant in found}) == len(found)
    assert len({mutant.name for mutant in found}) == len(found)


@pytest.mark.parametrize("name", DRIVERS)
def test_a_mutant_differs_in_one_place_and_keeps_every_comment(name: str) -> None:
    originals = (text_of(name), expanded(text_of(name)))
    for mutant in random.Random(SEED).sample(all_of(name), 100):
        parse(name, mutant.text)
        assert mutant.text not in originals
        assert mutant.text.count("#") == originals[0].count("#")
        lines = [set(mutant.text.splitlines()) - set(original.splitlines()) for original in originals]
        assert min(map(len, lines)) <= 2, mutant.name


def test_every_register_and_field_has_its_place_width_and_access_changed() -> None:
    driver = dddkgen.load(ROOT / "drivers/uart16550/uart16550.yaml")
    paths = {(mutant.kind, mutant.path.removesuffix(".bit").removesuffix(".bits").removesuffix(".at")) for mutant in all_of("uart16550")}
    for register in driver.registers:
        assert {("offset", f"registers.{register.name}"), ("width", f"registers.{register.name}.width")} <= paths
        assert ("access", f"registers.{register.name}.access") in paths
        for field in register.fields:
            assert ("access", f"registers.{register.name}.fields.{field.name}.access") in paths
            assert {("position", f"registers.{register.name}.fields.{field.name}"), ("width", f"registers.{register.name}.fields.{field.name}")} & paths


def test_an_alias_written_out_is_the_same_manifest(tmp_path: Path) -> None:
    (tmp_path / "e1000.yaml").write_text(expanded(text_of("e1000")), encoding="utf-8")
    written, alone = dddkgen.load(ROOT / "drivers/e1000/e1000.yaml"), dddkgen.load(tmp_path / "e1000.yaml")

    def plain(driver: Driver) -> list[tuple[object, ...]]:
        return [(r.name, r.offset, r.access, [(f.name, f.lsb, f.width, f.access) for f in r.fields]) for r in driver.registers]

    assert "*causes" not in expanded(text_of("e1000"))
    assert plain(written) == plain(alone)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_changed_into_those_that_software_can_tell_from_it(name: str) -> None:
    others = other_policies(name)
    assert name not in others and len(others) > 8
    assert ("ro" in others) == (name != "ro") and ("wo" in others) == (name != "wo")


@pytest.mark.parametrize("name", DRIVERS)
def test_a_scenario_passes_with_the_driver_as_it_is(name: str, judge: Callable[[str], Judge]) -> None:
    assert judge(name).unchanged().said == ""


KNOWN = {
    "edu:registers.ID.at 0x00 -> 0x0004": Fate.CHECK,
    "edu:registers.STATUS.fields.RAISE.access rw -> ro": Fate.COMPILER,
    "edu:registers.ID.fields.MAJOR 31:24 -> 15:8": Fate.QEMU,
    "edu:registers.RAISE.at 0x60 -> 0x005c": Fate.UNUSED,
    "edu:registers.DMA.width 64 -> 32": Fate.SURVIVED,
}


def test_each_fate_is_met_by_a_mutant_that_is_known_to_meet_it(judge: Callable[[str], Judge]) -> None:
    by_name = {mutant.name: mutant for mutant in all_of("edu")}
    for name, fate in KNOWN.items():
        verdict = judge("edu").verdict(by_name[name])
        assert verdict.fate is fate, verdict


def test_of_a_sample_every_survivor_has_its_reason(judge: Callable[[str], Judge]) -> None:
    draw = random.Random(SEED)
    drawn = [mutant for name, count in (("e1000", 4), ("edu", 2)) for mutant in draw.sample(all_of(name), count)]
    found = [judge(mutant.driver).verdict(mutant) for mutant in drawn]
    assert not faults(found, reasons(Path(__file__).parent / "reasons.yaml"), complete=False), found


def verdict(name: str, fate: Fate, evidence: str = "") -> Verdict:
    return Verdict(Mutant("d", "offset", name, "1 -> 2", ""), fate, evidence)


def test_a_survivor_without_a_reason_and_a_reason_without_a_survivor_are_faults() -> None:
    found = [verdict("A.at", Fate.SURVIVED), verdict("B.at", Fate.SURVIVED), verdict("C.at", Fate.QEMU, "lost")]
    assert faults(found, [Reason("d:A.at *", ""), Reason("d:B.at 1 -> 2", "")], True) == []
    assert "without a reason: d:B.at 1 -> 2" in faults(found, [Reason("d:A*", "")], True)[0]
    assert "no survivor needs: d:X*" in faults(found, [Reason("d:A*", ""), Reason("d:B*", ""), Reason("d:X*", "")], True)[0]
    assert faults(found, [Reason("d:A*", ""), Reason("d:B*", ""), Reason("d:X*", "")], False) == []


def test_a_reason_may_not_cover_a_mutant_that_was_killed() -> None:
    found = [verdict("A.at", Fate.SURVIVED), verdict("C.at", Fate.QEMU, "lost")]
    assert "d:C.at 1 -> 2 is killed (lost)" in faults(found, [Reason("d:*.at *", "")], False)[0]


def test_the_table_counts_each_mutant_once_and_those_on_the_bus_apart() -> None:
    found = [verdict("A", Fate.QEMU, "bus: 2 bytes"), verdict("B", Fate.QEMU, "lost"), verdict("C", Fate.UNUSED)]
    last = [cell.strip() for cell in table(found).splitlines()[-1].strip("|").split("|")]
    assert last == ["all", "3", "0", "0", "2", "1", "1", "0"]
