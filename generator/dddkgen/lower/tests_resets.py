# SPDX-License-Identifier: MIT
"""Lower the kinds of reset to generated tests: everything holds something, a write resets, and each register holds what is said."""

from __future__ import annotations

from .. import hazards
from ..dataclass import dataclass
from ..hazards import Part
from ..model import Driver, Register, Reserved
from ..semantics import Idle
from .names import lower
from .register_places import first_element
from .registers import accessor

PATTERN = 0x5A5A_A5A5_3C3C_C3C3


@dataclass(frozen=True, slots=True)
class ResetTest:
    """What one kind of reset does to every register."""

    name: str  # "soft"
    says: str  # "RESET.NOW"
    call: str
    before: tuple[tuple[str, str], ...]  # register, what is in it
    after: tuple[tuple[str, str, str], ...]  # register, bits that are compared, what they are


def reset_tests(driver: Driver) -> tuple[ResetTest, ...]:
    """One for each kind that a write can ask for; none where the manifest knows one kind only."""
    tests = []
    for kind in driver.reset_kinds:
        found = next(((register, part) for register in driver.registers for part in hazards.parts(register) if _asks(driver, register, part, kind.name)), None)
        if found is not None:
            tests.append(_test(driver, kind.name, *found))
    return tuple(tests)


def _asks(driver: Driver, register: Register, part: Part, kind: str) -> bool:
    """Can writing this field, and nothing around it, ask for a reset of that kind?"""
    field = part.field
    if field is None or field.width != 1 or field.enum is not None or field.locked_by is not None or register.bank is not None:
        return False
    region = next(region for region in driver.regions if region.name == register.region)
    asked = [effect.reset or driver.reset_kinds[0].name for effect in part.effects if effect.target == "device"]
    return asked == [kind] and part.policy.writable and region.window is None and field.name not in hazards.selects(driver, register)


def _test(driver: Driver, kind: str, register: Register, part: Part) -> ResetTest:
    assert part.field is not None
    place = f"dev{first_element(register)}"
    value = "false" if part.policy.idle is Idle.ONES else "true"
    before, after = [], []
    for other in driver.registers:
        pattern = PATTERN & (1 << other.width) - 1
        value_after, known, unchanged = other.after_reset(None if kind == driver.reset_kinds[0].name else kind)
        if other is register:
            # The write itself changes it, but for reserved bits, which it leaves alone only if they hold this.
            pattern, unchanged = other.reset_value & hazards.reserved_mask(other) if other.reserved is not Reserved.ONE else hazards.reserved_mask(other), 0
            known &= ~part.mask  # and shows 1 until the reset is over
        before.append((other.name, _hexadecimal(pattern, other)))
        if known | unchanged:
            after.append((other.name, _hexadecimal(known | unchanged, other), _hexadecimal(value_after & known | pattern & unchanged, other)))
    call = f"{accessor(driver, register)}_write({place}, .{lower(part.field.name, part.field.c_name)} = {value})"
    return ResetTest(lower(kind), part.name, call, tuple(before), tuple(after))


def _hexadecimal(value: int, register: Register) -> str:
    return f"0x{value:0{register.width // 4}x}{'ull' if register.width == 64 else 'u'}"
