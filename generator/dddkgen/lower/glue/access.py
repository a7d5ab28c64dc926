# SPDX-License-Identifier: MIT
"""Register accesses of generated code, as C expressions over the accessors of NAME.regs.h."""

from __future__ import annotations

from ...hazards import reserved_mask
from ...model import Driver, Field, Ref, Register, Reserved
from ..names import lower
from ..registers import accessor


def field_of(register: Register, name: str) -> Field:
    return next(field for field in register.fields if field.name == name)


def member(driver: Driver, ref: Ref) -> str:
    """The member of a field in its register's value struct."""
    assert ref.field is not None
    field = field_of(driver.register(ref.register), ref.field)
    return lower(field.name, field.c_name)


def number(driver: Driver, ref: Ref) -> str:
    """What of the value struct is the field's number."""
    assert ref.field is not None
    field = field_of(driver.register(ref.register), ref.field)
    return f"{lower(field.name, field.c_name)}.value" if field.kind == "address" else lower(field.name, field.c_name)


def given(field: Field, value: str) -> str:
    """A number as what the field's accessor takes: of an address the half that the field has, in its place."""
    if field.kind == "address":
        return f"{{(uint64_t)({value}) << 32}}" if field.half == "high" else f"{{{value}}}"
    return f"(int32_t)({value})" if field.kind == "signed" else value


def _place(ref: Ref) -> str:
    return f"dev{ref.arguments}"


def read_raw(driver: Driver, ref: Ref) -> str:
    """The whole register as an unsigned number of its width."""
    return f"{accessor(driver, driver.register(ref.register))}_read_raw_({_place(ref)})"


def write_raw(driver: Driver, ref: Ref, value: str) -> str:
    register = driver.register(ref.register)
    if register.write_mask:
        enables = sum(field.mask for field in register.fields) << register.enable_shift
        mask = f"{enables:#x}{'ull' if register.width > 32 else 'u'}"
        value = mask if value == "0" else f"(uint{register.width}_t)({value} | {mask})"
    return f"{accessor(driver, register)}_write_raw_({_place(ref)}, {value})"


def with_reserved(register: Register, value: str, shown: bool = False) -> str:
    """The same with the reserved bits that a write must have. `shown`: it is what a read showed, reserved bits among it."""
    mask = reserved_mask(register)
    if register.reserved is Reserved.ZERO:
        return f"{value} & ~0x{mask:x}u" if shown and mask else value
    bits = mask if register.reserved is Reserved.ONE else mask & register.reset_value & (0 if shown else mask)
    if not bits:
        return value
    constant = f"0x{bits:x}{'ull' if register.width > 32 else 'u'}"
    return constant if value == "0" else f"{value} | {constant}"


def unpack(driver: Driver, ref: Ref, raw: str) -> str:
    return f"{accessor(driver, driver.register(ref.register))}_unpack({raw})"


def update(driver: Driver, ref: Ref, value: str) -> str:
    """Change one field and leave the others alone."""
    register = driver.register(ref.register)
    given_ = given(field_of(register, ref.field or ""), value)
    return f"{accessor(driver, register)}_update({_place(ref)}, .{member(driver, ref)} = {given_})"


def put(driver: Driver, ref: Ref, value: str, width: int = 32) -> str:
    """Put a value of `width` bits into a whole register, or into the field that `ref` names."""
    register = driver.register(ref.register)
    if ref.field is not None:
        return update(driver, ref, value)
    if register.width < width:
        value = f"(uint{register.width}_t)({value})"
    return write_raw(driver, ref, value)


def every_field(register: Register) -> str:
    """All bits that have a name; all bits where none has. Reserved bits are left alone."""
    if not register.fields:
        return all_ones(register)
    mask = sum(field.mask for field in register.fields)
    return f"{mask:#0{register.width // 4 + 2}x}{'ull' if register.width > 32 else 'u'}"


def all_ones(register: Register) -> str:
    digits = register.width // 4
    return f"0x{'f' * digits}{'ull' if register.width > 32 else 'u'}"
