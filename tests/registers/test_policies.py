# SPDX-License-Identifier: MIT
"""The table of policies, held against words: every policy reaches every artefact, and the hazards are those of the standard."""

from __future__ import annotations

import itertools

import dddkgen
import pytest
import reference
from build import ROOT, Driver, Effect, Reserved, driver, enum, field, register, replace
from dddkgen import hazards
from dddkgen.emit import registers as emit_registers
from dddkgen.hazards import Why
from dddkgen.lower import page, simulated
from dddkgen.lower import tests as generated_tests
from dddkgen.model import Interrupt, Ref
from dddkgen.semantics import POLICIES, after_read, after_write

WORDS = reference.POLICIES


def alone(policy: str, **more: object) -> Driver:
    return driver("dev", register("REG", 0, field("A", (7, 0), policy), **more))


def beside(policy: str, **more: object) -> Driver:
    """A plain field with a sibling of that policy."""
    return driver("dev", register("REG", 0, field("LEVEL", (15, 8)), field("A", (7, 0), policy), reset=0, **more))


def update_hazard(device: Driver) -> hazards.Hazard | None:
    return hazards.update_hazard(device.register("REG"), "dev_reg", device)


def test_the_table_has_the_25_policies_of_the_standard_and_self_clearing() -> None:
    assert set(POLICIES) == set(WORDS)
    assert len(POLICIES) == 26


@pytest.mark.parametrize("policy", POLICIES)
def test_stored_bits_become_what_the_words_say(policy: str) -> None:
    """All bit patterns of two bits, stored and written."""
    words, row = WORDS[policy], POLICIES[policy]
    assert row.readable == words.readable
    assert row.once == words.first_write_only
    for stored, written in itertools.product(range(4), repeat=2):
        assert after_read(row, stored, 3) == words.read(stored, 0, 3)
        assert after_write(row, stored, written, 3) == words.write(stored, written, 3)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_idle_value_leaves_every_stored_value_alone(policy: str) -> None:
    row = POLICIES[policy]
    for stored in range(4):
        match row.idle.value:
            case "any":
                tries = [0, 1, 2, 3]
            case "zeros":
                tries = [0]
            case "ones":
                tries = [3]
            case "read_back" | "shadow":
                tries = [stored]
            case _:
                tries = []
        for written in tries:
            assert after_write(row, stored, written, 3) == stored


@pytest.mark.parametrize("policy", POLICIES)
def test_no_constant_idle_value_was_missed(policy: str) -> None:
    """Where the table has none, no single pattern leaves every stored value alone."""
    row = POLICIES[policy]
    constant = [w for w in range(4) if all(after_write(row, s, w, 3) == s for s in range(4))]
    assert bool(constant) == (row.idle.value in ("any", "zeros", "ones"))


@pytest.mark.parametrize("policy", POLICIES)
def test_an_update_exists_beside_a_policy_exactly_where_it_is_safe(policy: str) -> None:
    assert (update_hazard(beside(policy)) is None) == (policy in reference.UPDATE_IS_SAFE_BESIDE)
    assert (update_hazard(beside(policy, shadow=True)) is None) == (policy in reference.UPDATE_IS_SAFE_BESIDE_WITH_SHADOW)


def test_policies_reach_all_artefacts() -> None:
    """Prints policies x artefacts. A cell says what is there; an empty one fails."""
    documented = (ROOT / "docs/registers.md").read_text(encoding="utf-8")
    rows = []
    for name, row in POLICIES.items():
        device = alone(name, reset=0)
        one = device.register("REG")
        header = next(iter(emit_registers.files(device))).text
        verbs = [verb for verb in ("read", "write", "update") if f"dev_reg_{verb}(dev" in header or f" dev_reg_{verb}(const" in header]
        refused = [verb for verb in ("read", "write", "update") if f"dev_reg_{verb}_(void)" in header]
        assert len(verbs) + len(refused) == 3, name
        assert ("read" in verbs) == WORDS[name].readable, name
        masks = {key for key, value in simulated.masks(one).items() if value & 0xFF}
        calls = {case.name for case in generated_tests.cases(device, one)}
        pages = [text for key, text in page.lower(device).policies if key == name]
        rows.append(
            {
                "policy": name,
                "accessor": "/".join(verbs) or "-",
                "simulated": "/".join(sorted(masks)),
                "generated test": "/".join(sorted(call.split()[0] for call in calls)),
                "reference page": pages[0] if pages else "",
                "docs/registers.md": "yes" if f"### `{name}`" in documented else "",
                "description": row.doc,
            }
        )
    width = {key: max(len(key), *(len(str(row[key])) for row in rows)) for key in rows[0]}
    print()
    print("  ".join(key.ljust(width[key]) for key in width))
    for line in rows:
        print("  ".join(str(line[key]).ljust(width[key]) for key in width))
    assert [(line["policy"], key) for line in rows for key in line if not line[key]] == []


# ---- hazards that come from elsewhere than the policy ----


def test_a_field_that_the_device_writes_as_well_is_a_hazard_for_its_siblings_only() -> None:
    device = driver("dev", register("REG", 0, field("A", 1), field("LIVE", 0, volatile=True)))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.VOLATILE and hazard.part.name == "REG.LIVE"
    assert "dev_reg_write" in hazard.instead
    assert update_hazard(driver("dev", register("REG", 0, field("LIVE", 0, volatile=True)))) is None


def test_writing_back_a_field_with_a_declared_effect_is_a_hazard() -> None:
    again = field("AGAIN", 0, effects=(Effect("sets", "OTHER"),))
    device = driver("dev", register("REG", 0, field("A", 1), again), register("OTHER", 4))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.EFFECT and "sets OTHER" in hazard.text
    started = replace(again, access="sc")
    assert update_hazard(driver("dev", register("REG", 0, field("A", 1), started), register("OTHER", 4))) is None


def test_a_number_that_says_one_thing_when_read_and_another_when_written_is_a_hazard_for_its_siblings() -> None:
    """BUSY is read where START is written: to write back what was read starts it once more."""
    phase = enum("phase", idle=0, busy=1, start=1)
    idle, busy, start = phase.values
    phase = replace(phase, values=(idle, replace(busy, only="read"), replace(start, only="write")))
    said = field("PHASE", (1, 0), enum=phase)
    for more in ({}, {"shadow": True}):
        hazard = update_hazard(driver("dev", register("REG", 0, field("A", 4), said, reset=0, **more), enums=(phase,)))
        assert hazard is not None and hazard.why is Why.MEANING
        assert "REG.PHASE is read as busy where start is written" in hazard.text
    assert update_hazard(driver("dev", register("REG", 0, said), enums=(phase,))) is None
    told = replace(phase, values=(idle, replace(busy, only="read")))
    hazard = update_hazard(driver("dev", register("REG", 0, field("A", 4), replace(said, enum=told)), enums=(told,)))
    assert hazard is not None and "REG.PHASE may be read as busy, which nobody writes" in hazard.text
    both = replace(phase, values=(idle, replace(busy, only=None)))
    assert update_hazard(driver("dev", register("REG", 0, field("A", 4), replace(said, enum=both)), enums=(both,))) is None


def test_a_shadow_that_another_register_changes_is_stale() -> None:
    device = driver(
        "dev",
        register("REG", 0, field("A", (3, 0), "wo"), field("B", (7, 4), "wo"), access="wo", shadow=True),
        register("CLEAR", 4, access="wo", effects=(Effect("clears", "REG"),)),
    )
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.STALE and "CLEAR" in hazard.text


def masked_by(name: str) -> Interrupt:
    return Interrupt("main", ("intx",), "bits", Ref("CAUSE"), None, None, None, None, None, Ref(name), (), None)  # type: ignore[arg-type]


def test_a_register_that_interrupts_write_needs_a_lock_to_be_updated() -> None:
    mask, cause = register("REG", 0, field("A", 1), field("B", 0)), register("CAUSE", 4, access="ro")
    hazard = update_hazard(driver("dev", mask, cause, interrupts=(masked_by("REG"),)))
    assert hazard is not None and hazard.why is Why.SHARED
    assert "the interrupt main" in hazard.text and "lock: irq" in hazard.instead
    assert update_hazard(driver("dev", replace(mask, lock="irq"), cause, interrupts=(masked_by("REG"),))) is None


def test_what_interrupts_write_can_be_updated_where_nothing_is_written_back() -> None:
    """Zeros do nothing to bits that are w1s, whoever else writes the register; what it stores would be lost."""

    def hazard(*policies: str) -> hazards.Hazard | None:
        fields = [field("ABCD"[number], number, policy) for number, policy in enumerate(policies)]
        return update_hazard(driver("dev", register("REG", 0, *fields), register("CAUSE", 4, access="ro"), interrupts=(masked_by("REG"),)))

    assert hazard("w1s", "w1s") is None
    assert hazard("w1s", "w0c", "sc", "ro") is None
    kept = hazard("w1s", "rw")
    assert kept is not None and kept.why is Why.SHARED


def test_interrupts_that_write_a_register_through_set_and_clear_addresses_need_the_lock_as_well() -> None:
    """`set_at:` and `clear_at:` make registers that set and clear bits of another: to write back what was read undoes that."""
    causes, level = (field("B", 1), field("A", 0)), field("LEVEL", (7, 4))
    cause, mask = register("CAUSE", 4, access="ro"), register("REG", 0, level, *causes)
    sets = register("REG_SET", 8, *(replace(one, access="wo") for one in causes), access="wo", effects=(Effect("sets", "REG"),))
    clears = replace(sets, name="REG_CLEAR", offset=12, effects=(Effect("clears", "REG"),))
    interrupt = replace(masked_by(""), mask_at=None, mask_set_at=Ref("REG_SET"), mask_clear_at=Ref("REG_CLEAR"))
    device = driver("dev", mask, cause, sets, clears, interrupts=(interrupt,))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.SHARED
    assert "the interrupt main (through REG_SET)" in hazard.text and "lock: irq" in hazard.instead
    # Under the lock the interrupt holds it too, or it could come from another processor.
    locked = driver("dev", replace(mask, lock="irq"), cause, sets, clears, interrupts=(interrupt,))
    assert update_hazard(locked) is None
    assert hazards.locked(locked, locked.register("REG_SET")) and hazards.locked(locked, locked.register("REG_CLEAR"))
    assert not hazards.locked(device, sets) and not hazards.locked(locked, cause)
    # One field through another, by an effect of the field.
    stops = register("STOP", 8, field("NOW", 0, "sc", effects=(Effect("clears", "REG.LEVEL"),)))
    device = driver("dev", mask, cause, stops, interrupts=(replace(interrupt, mask_set_at=None, mask_clear_at=None, acknowledge_at=Ref("STOP")),))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.SHARED
    # What is never written back loses nothing.
    events = register("REG", 0, level, *(replace(one, access="w1c") for one in causes))
    assert update_hazard(driver("dev", events, cause, sets, clears, interrupts=(interrupt,))) is None


def test_another_address_of_a_register_is_shared_with_it() -> None:
    mask = register("MASK", 0, field("A", 1), field("B", 0))
    again = replace(mask, name="REG", offset=8, alias_of="MASK", same_view=True)
    device = driver("dev", mask, again, register("CAUSE", 4, access="ro"), interrupts=(masked_by("MASK"),))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.SHARED and "the interrupt main" in hazard.text


def test_interrupts_that_select_a_bank_write_its_selector() -> None:
    """Between the read and the write of an update, on another processor: the bank would be back too early, or the update lost."""
    from build import Bank

    selector = register("REG", 0, field("BANK", 7), field("LEVEL", (3, 0)), reset=0)
    cause, hidden = register("CAUSE", 4, access="ro"), register("HIDDEN", 8, bank=Bank("REG", "BANK", 1))
    interrupt = replace(masked_by("HIDDEN"), acknowledge_at=Ref("HIDDEN"), mask_at=None)
    hazard = update_hazard(driver("dev", selector, cause, hidden, interrupts=(interrupt,)))
    assert hazard is not None and hazard.why is Why.SHARED and "the interrupt main" in hazard.text
    assert update_hazard(driver("dev", replace(selector, lock="irq"), cause, hidden, interrupts=(interrupt,))) is None
    hearing = replace(interrupt, acknowledge_at=None, cause_at=Ref("HIDDEN"))
    assert update_hazard(driver("dev", selector, cause, hidden, interrupts=(hearing,))) is not None
    home = replace(hidden, bank=Bank("REG", "BANK", 0))  # there without being selected
    assert update_hazard(driver("dev", selector, cause, home, interrupts=(interrupt,))) is None


@pytest.mark.parametrize(("name", "written"), [("e1000", "IMC IMS RDT TDT"), ("edu", "ACK"), ("uart16550", "IER RBR THR")])
def test_what_interrupts_and_polls_write_is_known(name: str, written: str) -> None:
    """Masks, acknowledges, doorbells, FIFOs."""
    found = hazards.written_by_interrupts(dddkgen.load(ROOT / f"drivers/{name}/{name}.yaml"))
    assert sorted(found) == written.split()


def test_the_first_hazard_is_that_of_the_read() -> None:
    device = driver("dev", register("REG", 0, field("A", 2), field("TAKEN", 1, "rc"), field("ANY", 0, "wc")))
    hazard = update_hazard(device)
    assert hazard is not None and hazard.why is Why.READ_HAS_EFFECT and hazard.part.name == "REG.TAKEN"


def test_a_bank_whose_selector_cannot_be_put_back_is_a_hazard() -> None:
    from build import Bank

    selector = register("SELECT", 0, field("BANK", 7), field("ANY", 0, "wc"), reset=0)
    hidden = register("HIDDEN", 4, bank=Bank("SELECT", "BANK", 1))
    device = driver("dev", selector, hidden)
    hazard = hazards.bank_hazard(device, hidden)
    assert hazard is not None and hazard.part.name == "SELECT.ANY"
    good = driver("dev", register("SELECT", 0, field("BANK", 7), reset=0), hidden)
    assert hazards.bank_hazard(good, hidden) is None
    for target in ("device", "SELECT"):
        resets = register("HIDDEN", 4, field("NOW", 0, "sc", effects=(Effect("resets", target),)), bank=Bank("SELECT", "BANK", 1))
        hazard = hazards.bank_hazard(replace(good, registers=(good.registers[0], resets)), resets)
        assert hazard is not None and hazard.why is Why.EFFECT and hazard.part.name == "HIDDEN.NOW"


def test_a_bank_that_hides_what_interrupts_use_needs_a_lock() -> None:
    from build import Bank

    selector = register("SELECT", 0, field("BANK", 7), reset=0)
    cause = register("CAUSE", 4, access="ro", bank=Bank("SELECT", "BANK", 0))
    hidden = register("HIDDEN", 4, bank=Bank("SELECT", "BANK", 1))
    interrupt = replace(masked_by("MASK"), mask_at=None)
    device = driver("dev", selector, cause, hidden, interrupts=(interrupt,))
    assert hazards.hidden_from_interrupts(device, hidden) == "CAUSE"
    locked = driver("dev", replace(selector, lock="irq"), cause, hidden, interrupts=(interrupt,))
    assert hazards.hidden_from_interrupts(locked, hidden) is None
    assert hazards.locked(locked, hidden) and hazards.locked(locked, cause)


@pytest.mark.parametrize("reserved", Reserved)
def test_reserved_bits_are_written_as_their_policy_says(reserved: Reserved) -> None:
    """The words of the manifest, in what an update clears and sets and in what a write starts from."""
    device = driver("dev", register("REG", 0, field("A", (7, 0)), width=16, reset=0x5A00, reserved=reserved))
    header = next(iter(emit_registers.files(device))).text
    start = {Reserved.PRESERVE: "raw = 0x5a00u;", Reserved.ZERO: "raw = 0;", Reserved.ONE: "raw = 0xff00u;"}[reserved]
    assert start in header
    assert ("0xff00u;" in header) == (reserved is not Reserved.PRESERVE)
