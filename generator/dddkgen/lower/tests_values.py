# SPDX-License-Identifier: MIT
"""Values for the generated tests of accessors: some that a field takes, and some that it refuses."""

from __future__ import annotations

from .. import hazards, values
from ..model import Driver, Field, Register
from ..semantics import POLICIES
from .field_values import integer
from .layouts import enum_constant
from .names import lower
from .register_names import argument_type
from .register_places import first_element
from .registers import accessor


def argument(driver: Driver, field: Field) -> tuple[str, int]:
    """C text, and bits, of something other than 0 to write to a field."""
    if field.enum:
        value = max(field.enum.written, key=lambda v: v.value, default=None)
        if value is None:
            return "0", 0
        return enum_constant(driver, field.enum, value), value.value
    if field.kind or field.min is not None or field.max is not None:
        return limited_argument(field)
    if field.width == 1:
        return "true", 1
    number = 0xA5A5_A5A5_A5A5_A5A5 & ((1 << field.width) - 1) or 1
    return f"{number:#x}" + ("u" if number <= 0xFFFF_FFFF else "ull"), number


def limited_argument(field: Field) -> tuple[str, int]:
    """The same for a field with a sign or limits, the least that it takes if that is not 0; or with an address."""
    low, high = values.takes(field)
    if field.kind == "address":
        raw = 0xA5A5_A5A5_A5A5_A5A5 & ((1 << field.width) - 1) or 1
        return f"{{0x{values.value_of(field, raw):x}ull}}", raw
    value = low or high
    return integer(value) if field.kind == "signed" else f"{value:#x}" + ("u" if value <= 0xFFFF_FFFF else "ull"), values.raw_of(field, value)


def legal(register: Register, pattern: int) -> int:
    """The pattern, with a value that it may have in each field that may not have this one: it may be written back."""
    for field in register.fields:
        if not values.is_plain(field) and not values.may_be_written(field, (pattern & field.mask) >> field.lsb):
            pattern = pattern & ~field.mask | values.filler(field) << field.lsb
    return pattern


def compared(field: Field, raw: int) -> str:
    """Is the member of what was read the value of these bits?"""
    member, value = f"value.{lower(field.name, field.c_name)}", values.value_of(field, raw)
    if field.kind == "signed":
        return f"{member} == {integer(value)}"
    suffix = "u" if value <= 0xFFFF_FFFF else "ull"
    return f"{member}.value == {value:#x}{suffix}" if field.kind == "address" else f"(uint64_t){member} == {value:#x}{suffix}"


def refused_calls(driver: Driver, register: Register, there: set[str], of: str = "dev") -> list[str]:
    """Writes of values that only run-time code can have, each just outside of what the field takes; of the fields that are there.
    `of`: the thing that has the register."""
    if hazards.write_hazard(register) is not None:
        return []
    prefix, where = accessor(driver, register), first_element(register)
    selects = hazards.selects(driver, register)
    calls = []
    for field in register.fields:
        if values.is_plain(field) or not POLICIES[field.access].writable or field.name in selects or field.name not in there:
            continue
        low, high = values.takes(field)
        wrong: list[str] = []
        if field.kind == "address":
            wrong += ["{1u}"] if field.lsb and field.half != "high" else []
            top = values.address_shift(field) + field.width
            wrong += [f"{{0x{1 << top:x}ull}}"] if top < 64 and field.half != "low" else []
        elif field.kind == "signed" or field.min is not None or field.max is not None:
            top = (1 << (64 if register.width > 32 else 32) - (field.kind == "signed")) - 1
            wrong += [integer(low - 1) if field.kind == "signed" else f"{low - 1}u"] if low > (-top - 1 if field.kind == "signed" else 0) else []
            wrong += [(integer(high + 1) if field.kind == "signed" else f"{high + 1:#x}u")] if high < top else []
        for value in wrong:
            c_type = "struct dddk_dma_address" if field.kind == "address" else f"{'u' if field.kind != 'signed' else ''}int{64 if register.width > 32 else 32}_t"
            calls += ["{", f"    volatile {c_type} wrong = {value};", f"    assert_int_equal({prefix}_write({of}{where}, .{lower(field.name, field.c_name)} = wrong), DDDK_ERANGE);", "}"]
        for raw in values.not_written(field):
            call = f"{prefix}_write({of}{where}, .{lower(field.name, field.c_name)} = ({argument_type(driver, field, register.width)})wrong)"
            calls += ["{", f"    volatile uint32_t wrong = {raw}u;", f"    assert_int_equal({call}, DDDK_ERANGE);", "}"]
    return calls
