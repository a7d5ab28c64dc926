# SPDX-License-Identifier: MIT
"""What a field can hold, and what it may be given, as numbers.

A field has raw bits, and a value: what its accessor gives and takes. They differ where the field has a sign, and where it
holds a part of an address. Lowering, checks and decoding all ask here.
"""

from __future__ import annotations

from .model import Driver, Enum_, Field
from .procedures import Argument, Operation, Put


def value_of(field: Field, raw: int) -> int:
    """The value of the raw bits: with its sign, or as a whole address."""
    if field.kind == "signed":
        return raw - (1 << field.width) if raw >> field.width - 1 else raw
    return raw << address_shift(field) if field.kind == "address" else raw


def raw_of(field: Field, value: int) -> int:
    """The raw bits of a value that the field can hold."""
    if field.kind == "address":
        return value >> address_shift(field) & (1 << field.width) - 1
    return value & (1 << field.width) - 1


def address_shift(field: Field) -> int:
    """Which bit of the address the field's lowest bit is."""
    return field.lsb + (32 if field.half == "high" else 0)


def is_plain(field: Field) -> bool:
    """Its value is its raw bits, whichever they are. Most fields are so, and most questions here then have a short answer."""
    return not field.kind and field.enum is None and field.min is None and field.max is None


def holds(field: Field) -> tuple[int, int]:
    """The least and the greatest value that its bits can say; of an address the highest that is aligned."""
    if not field.kind:
        return 0, (1 << field.width) - 1
    if field.kind == "signed":
        return -(1 << field.width - 1), (1 << field.width - 1) - 1
    return 0, value_of(field, (1 << field.width) - 1)


def takes(field: Field) -> tuple[int, int]:
    """The least and the greatest value that it may be given."""
    low, high = holds(field)
    return low if field.min is None else field.min, high if field.max is None else field.max


def is_limited(field: Field) -> bool:
    """It can hold what it may not be given."""
    if field.min is None and field.max is None:
        return False
    return takes(field) != holds(field)


def not_written(field: Field) -> tuple[int, ...]:
    """Raw values that have a name for reads only."""
    if field.enum is None or field.enum.flags:
        return ()
    written = {value.value for value in field.enum.written}
    return tuple(sorted({value.value for value in field.enum.values if value.only == "read"} - written))


def flags_of(enum: Enum_, width: int) -> int:
    """The bits that may be written to a field of flags."""
    mask = 0
    for value in enum.written:
        mask |= value.value
    return mask & (1 << width) - 1


def may_be_written(field: Field, raw: int) -> bool:
    if is_plain(field):
        return raw >> field.width == 0
    low, high = takes(field)
    if field.enum is not None and field.enum.flags and raw & ~flags_of(field.enum, field.width):
        return False
    return low <= value_of(field, raw) <= high and raw not in not_written(field)


def argument_takes(driver: Driver, operation: Operation, argument: Argument) -> tuple[int, int]:
    """The least and the greatest value that an argument may have: what every field that it goes into takes."""
    low, high = 0, (1 << argument.width) - 1
    for step in operation.steps:
        for operand in step.operands if isinstance(step, Put) else ():
            if operand.argument is argument and operand.field is not None:
                field = next(field for field in driver.register(step.register).fields if field.name == operand.field)
                low, high = max(low, takes(field)[0]), min(high, takes(field)[1])
    return low, high


def takes_all(field: Field) -> bool:
    """Every number between its limits may be written to it."""
    some_flags = field.enum is not None and field.enum.flags and flags_of(field.enum, field.width) != (1 << field.width) - 1
    return not not_written(field) and not some_flags


def filler(field: Field) -> int:
    """The raw value that a write gives a field that it does not name: 0, or where that may not be, its reset value or the first that may."""
    if may_be_written(field, 0):
        return 0
    if field.reset is not None and may_be_written(field, field.reset):
        return field.reset
    if field.enum is not None:
        return next((value.value for value in field.enum.written if may_be_written(field, value.value)), 0)
    low, high = takes(field)
    return raw_of(field, low if low > 0 else high)
