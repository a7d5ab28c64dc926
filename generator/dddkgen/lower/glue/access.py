# SPDX-License-Identifier: MIT
"""Register accesses of generated code, as C expressions over the accessors of NAME.regs.h."""

from __future__ import annotations

from ...model import Driver, Field, Ref, Register
from ..names import lower
from ..registers import accessor


def field_of(register: Register, name: str) -> Field:
    return next(field for field in register.fields if field.name == name)


def member(driver: Driver, ref: Ref) -> str:
    """The member of a field in its register's value struct."""
    assert ref.field is not None
    field = field_of(driver.register(ref.register), ref.field)
    return lower(field.name, field.c_name)


def _place(ref: Ref) -> str:
    return "dev" if ref.index is None else f"dev, {ref.index}"


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


def unpack(driver: Driver, ref: Ref, raw: str) -> str:
    return f"{accessor(driver, driver.register(ref.register))}_unpack({raw})"


def update(driver: Driver, ref: Ref, value: str) -> str:
    """Change one field and leave the others alone."""
    name = accessor(driver, driver.register(ref.register))
    return f"{name}_update({_place(ref)}, .{member(driver, ref)} = {value})"


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
