# SPDX-License-Identifier: MIT
"""What the device must answer to be the one of the manifest (`expect:`), as conditions in C."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Driver, Field, Register
from ..layouts import enum_constant
from ..names import lower
from ..registers import accessor


@dataclass(frozen=True, slots=True)
class Expectation:
    """One field, or one register without fields, that must have one of a few values."""

    what: str  # "ID.MAGIC"
    value: str  # expression
    wrong: str  # condition


@dataclass(frozen=True, slots=True)
class ExpectShape:
    """The expectations of one register, which is read once."""

    declaration: str
    expectations: tuple[Expectation, ...]


def _constant(driver: Driver, field: Field | None, value: int) -> str:
    if field is not None and field.enum is not None:
        named = next((one for one in field.enum.values if one.value == value), None)
        if named is not None:
            return enum_constant(driver, field.enum, named)
    if field is not None and field.width == 1:
        return "true" if value else "false"
    return f"{value:#x}" + ("ull" if value > 0xFFFF_FFFF else "u")


def _wrong(value: str, constants: list[str]) -> str:
    if constants == ["true"]:
        return f"!{value}"
    if constants == ["false"]:
        return value
    return " && ".join(f"{value} != {constant}" for constant in constants)


def _shape(driver: Driver, register: Register) -> ExpectShape | None:
    name = accessor(driver, register)
    local = lower(register.name, register.c_name)
    if register.expect:
        constants = [_constant(driver, None, value) for value in register.expect]
        whole = Expectation(register.name, local, _wrong(local, constants))
        return ExpectShape(f"uint{register.width}_t {local} = {name}_read(dev);", (whole,))
    made = []
    for field in register.fields:
        if field.expect:
            value = f"{local}.{lower(field.name, field.c_name)}"
            made.append(Expectation(f"{register.name}.{field.name}", value, _wrong(value, [_constant(driver, field, one) for one in field.expect])))
    return ExpectShape(f"struct {name} {local} = {name}_read(dev);", tuple(made)) if made else None


def expectations(driver: Driver) -> tuple[ExpectShape, ...]:
    shapes = (_shape(driver, register) for register in driver.registers)
    return tuple(shape for shape in shapes if shape is not None)
