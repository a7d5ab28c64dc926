#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write docs/registers.md: each access policy with its generated C and the tests that hold it.

    scripts/registers_md.py            writes the page
    scripts/registers_md.py --check    fails when it is not what would be written

Everything on the page that is a fact about a policy comes from the generator's one table, and every piece of C from a run of
the generator over one small manifest.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/registers.md"
sys.path.insert(0, str(ROOT / "generator"))

import dddkgen  # noqa: E402
from dddkgen import hazards  # noqa: E402
from dddkgen.emit import registers as emit_registers  # noqa: E402
from dddkgen.lower import simulated  # noqa: E402
from dddkgen.model import Driver, Register  # noqa: E402
from dddkgen.semantics import POLICIES, Idle, Policy, ReadEffect, WriteEffect  # noqa: E402

HEAD = """\
<!-- written by scripts/registers_md.py; a test holds it to the generator -->
# Register access

What software may do to a register field, what a read does to it and what a write does to it are its *policy*, under the names
of IEEE 1800.2. One table, `generator/dddkgen/semantics.py`, says it; the accessor, the simulated register, the generated test
and this page come from there. Two questions decide what accessors a register gets:

* Does reading it have an effect? Then nothing reads it on the way to a write.
* Has each field an *idle value*, something to write that leaves it alone? Only then can its siblings be updated.

| accessor | what it does |
| --- | --- |
| `NAME_REG_read(dev)` | one load; the fields in a struct |
| `NAME_REG_write(dev, .f = v, ...)` | one store, never a load; a field without a name gets the idle value that is a constant (0s for `w1c`, 1s for `w0c`), else 0 |
| `NAME_REG_update(dev, .f = v, ...)` | load, and, or, store; a field without a name is left alone |

A `_read`, `_write` or `_update` that cannot be is declared all the same, and calling it is a compile error that names the field
in the way and what to do instead. A constant that does not fit its field, another enum, a positional argument, a field twice
and an index past a constant array are compile errors as well (`tests/registers/test_misuse.py`). A run-time value that does not
fit is refused with `DDDK_ERANGE` and nothing is accessed. None of it costs an instruction: `tests/bench/access.py` prints each
kind of accessor next to the same by hand, and `tests/registers/test_zero_cost.py` is the gate.

## What else stands in the way of an update
"""

MORE = """\

## Declared, not deduced

| in the manifest | what it does |
| --- | --- |
| `reserved: preserve` (the default), `zero` or `one` | bits of no field: an update keeps them, writes 0s, writes 1s; a write, which does not read, puts the reset value there under `preserve` |
| `shadow: true` | the driver remembers what it wrote; updates start from that and do not read; `_written` tells it where the device does not |
| `write_mask: true` | the upper half of what is written enables bits of the lower half. An update is one store of the fields that it names, whatever the others are; a write enables every field |
| `alias_of: REG` | another address of that register: the same accessors under another name. With `access:` or `fields:` it is another view of the same bits, as an address that sets what another one clears |
| `volatile: true` | the device changes it too |
| `type: signed` | two's complement: the member is `int32_t` (`int64_t` in wide registers), checked on both sides |
| `type: address`, perhaps `half: low` or `high` | the field has the upper bits of an address in their places; the accessor takes a whole `struct dddk_dma_address`, and refuses one that is misaligned or too high |
| `min:`, `max:` | refused like what is too wide; a write gives a field that it does not name a value between them |
| `scale: 1/16`, `unit: degC` | shown by dumps; `NAME_REG_FIELD_in(value, parts)` is the value in whole 1/parts of the unit, `_from(amount, parts, &value)` the way back, both exact |
| an enum with `flags: true` | members of its type, combined with `\|`; a bit without a name is refused |
| a value with `only: read` or `only: write` | naming it in the other direction does not compile |
| `sets:`, `clears:`, `resets:` | writing a 1 (a 0, for the `w0` policies) changes another register, one of its fields, or everything: `resets: device`, or by the name of a reset kind |
| `reset: {power: 3, soft: unchanged}` | what each of the `reset_kinds:` leaves; shadows follow |
| `locked_by: REG.FIELD` | while that field is not 0, writing does nothing |
| `lock: irq` | interrupts use it as well: every access that writes or selects holds a lock of the port |
| `when: REG.FIELD == n` | the register is there only then. Its accessors select, access, and put back what was selected; those of the bank that is there after a reset do not. Nothing else writes the selecting field |
| `split: low_first`, `high_first` | 64 bits as two accesses of 32, in that order |
| `latched: true` | reading the first half holds the other still; without it, and with `volatile`, the high half is read on both sides of the low one |
| a region's byte order | swapped in the accessor |

`tests/registers/test_property.py` runs 100,000 random operations (a million in `make test-long`) on random register files with
all of this, accessor against simulated register against a reference written from words, `tests/registers/reference.py`. It
lets the device change its bits between the read and the write of an update.
"""

MANIFEST = """\
dddk: 1
driver: dev
title: One register for each policy
class: misc
license: MIT
match:
  - pci: 1234:5678
regions:
  regs: {bar: 0, size: 4KiB}
registers:
"""

IDLE = {
    Idle.ANY: "anything",
    Idle.READ_BACK: "what was just read",
    Idle.ZEROS: "0s",
    Idle.ONES: "1s",
    Idle.SHADOW: "what was written last",
    Idle.NONE: "none",
}
READ = {ReadEffect.NONE: "-", ReadEffect.CLEARS: "clears it", ReadEffect.SETS: "sets it"}
WRITE = {
    WriteEffect.NONE: "nothing",
    WriteEffect.STORES: "stores",
    WriteEffect.CLEARS: "clears it, whatever is written",
    WriteEffect.SETS: "sets it, whatever is written",
    WriteEffect.ONE_CLEARS: "1 clears",
    WriteEffect.ONE_SETS: "1 sets",
    WriteEffect.ONE_TOGGLES: "1 toggles",
    WriteEffect.ZERO_CLEARS: "0 clears",
    WriteEffect.ZERO_SETS: "0 sets",
    WriteEffect.ZERO_TOGGLES: "0 toggles",
    WriteEffect.ONE_STARTS: "1 starts, 0 does nothing",
}


def name_of(policy: Policy) -> str:
    return f"WITH_{policy.name.upper()}"


def manifest() -> str:
    lines = [MANIFEST]
    for number, name in enumerate(POLICIES):
        lines.append(f"  {name_of(POLICIES[name])}: {{at: {4 * number:#x}, reset: 0, fields: {{LEVEL: 15:8, F: {{bits: 7:0, access: {name}}}}}}}\n")
    return "".join(lines)


def load() -> tuple[Driver, str]:
    """The driver of the page's manifest, and its register header."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dev.yaml"
        path.write_text(manifest(), encoding="utf-8")
        driver = dddkgen.load(path)
    return driver, next(output.text for output in emit_registers.files(driver) if output.name == "dev.regs.h")


def piece(header: str, start: str) -> str:
    """A function of the header, from its first line to its closing brace."""
    match = re.search(rf"^DDDK_INLINE [^\n]*\b{re.escape(start)}\(.*?^}}$", header, re.S | re.M)
    return match.group(0) if match else ""


def unavailable(header: str, function: str) -> str:
    match = re.search(rf'^int {re.escape(function)}_\(void\)\n    DDDK_UNAVAILABLE\("(.*)"\);$', header, re.M)
    return match.group(1).removeprefix("dev ") if match else ""


def beside(driver: Driver, register: Register) -> str:
    """Whether a sibling can be updated."""
    if hazards.update_hazard(register, "", driver) is None:
        return "yes"
    from dataclasses import replace

    shadowed = replace(register, shadow=True)
    return "with a shadow" if hazards.update_hazard(shadowed, "") is None else "no"


def table(driver: Driver) -> list[str]:
    lines = ["| policy | can be read | a read | a write | idle value | a sibling's update |", "| --- | --- | --- | --- | --- | --- |"]
    for policy in POLICIES.values():
        write = WRITE[policy.write] + (", the first time after a hard reset" if policy.once else "")
        readable = "yes" if policy.readable else "undefined"
        register = driver.register(name_of(policy))
        lines.append(f"| `{policy.name}` | {readable} | {READ[policy.read]} | {write} | {IDLE[policy.idle]} | {beside(driver, register)} |")
    return lines


def section(driver: Driver, header: str, policy: Policy) -> list[str]:
    register = driver.register(name_of(policy))
    prefix = f"dev_with_{policy.name}"
    masks = simulated.masks(register)
    own = [name for name, mask in masks.items() if mask & 0xFF and name != "readable"]
    lines = [f"### `{policy.name}`", "", policy.doc[0].upper() + policy.doc[1:] + ".", ""]
    lines += ["```c", piece(header, f"{prefix}_put_"), "```", ""]
    why = unavailable(header, f"{prefix}_update")
    if why:
        lines += [f"`{prefix}_update` does not compile: *{why}*.", ""]
    lines.append("In the simulated register: " + (", ".join(f"`{name}`" for name in own) if own else "nothing changes it") + ".")
    lines.append(
        f"Held by `test_stored_bits_become_what_the_words_say[{policy.name}]`, `test_the_idle_value_leaves_every_stored_value_alone[{policy.name}]` "
        f"and `test_an_update_exists_beside_a_policy_exactly_where_it_is_safe[{policy.name}]`."
    )
    return [*lines, ""]


def others() -> list[str]:
    """The hazards that come from elsewhere than a policy."""
    lines = ["", "| hazard | what to do |", "| --- | --- |"]
    texts = {
        hazards.Why.VOLATILE: "the device changes the field too: writing back what was read undoes its change | `_write`, naming every field",
        hazards.Why.MEANING: "a number of the field's enum has one name for reads and another one for writes: writing back what was read says the other thing | `_write`, naming every field",
        hazards.Why.EFFECT: "a 1 in the field does something elsewhere: writing back what was read does it again | `_write`, naming every field",
        hazards.Why.STALE: "a declared effect changes a register whose shadow does not see it | `_write`",
        hazards.Why.SHARED: "generated code writes the register in an interrupt or poll | `lock: irq`",
    }
    lines += [f"| {text} |" for text in texts.values()]
    return lines


def page() -> str:
    driver, header = load()
    lines = [HEAD.rstrip("\n"), *others(), MORE.rstrip("\n"), "", "## The policies", "", *table(driver), ""]
    lines += [
        "Below, the one function behind write and update of a register with a plain field `LEVEL` in bits 15:8 and a field `F` of",
        "the policy in bits 7:0. The tests named are in `tests/registers/test_policies.py`; the random ones have every policy beside",
        "every other.",
        "",
    ]
    for policy in POLICIES.values():
        lines += section(driver, header, policy)
    return "\n".join(lines).rstrip("\n") + "\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
