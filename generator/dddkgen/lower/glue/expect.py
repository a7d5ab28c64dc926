# SPDX-License-Identifier: MIT
"""What the device must answer to be the one of the manifest (`expect:`), as conditions in C."""

from __future__ import annotations

from ...dataclass import dataclass
from ...model import Driver, Field, Register
from ...places import repeats
from ...values import value_of
from ..field_values import integer
from ..layouts import enum_constant
from ..names import lower
from ..register_places import arguments, index_names
from ..registers import accessor
from ..variants import condition, has_register, on_device


@dataclass(frozen=True, slots=True)
class Expectation:
    """One field, or one register without fields, that must have one of a few values."""

    what: str  # "ID.MAGIC", or "IDS[%zu].MAGIC" of an array
    value: str  # expression
    wrong: str  # condition


@dataclass(frozen=True, slots=True)
class ExpectShape:
    """The expectations of one register, which is read once."""

    declaration: str
    expectations: tuple[Expectation, ...]
    loops: tuple[tuple[str, int], ...] = ()  # of an array: its indices, each with how many there are

    @property
    def indices(self) -> str:
        """What the names of elements are printed with."""
        return "".join(f"{index}, " for index, _ in self.loops)


def _constant(driver: Driver, field: Field | None, value: int) -> str:
    if field is not None and field.enum is not None:
        named = next((one for one in field.enum.read if one.value == value), None)
        if named is not None:
            return enum_constant(driver, field.enum, named)
    if field is not None and field.kind:
        return integer(value_of(field, value)) if field.kind == "signed" else f"0x{value_of(field, value):x}ull"
    if field is not None and field.width == 1:
        return "true" if value else "false"
    return f"{value:#x}" + ("ull" if value > 0xFFFF_FFFF else "u")


def _wrong(value: str, constants: list[str]) -> str:
    if constants == ["true"]:
        return f"!{value}"
    if constants == ["false"]:
        return value
    return " && ".join(f"{value} != {constant}" for constant in constants)


def _groups(driver: Driver, register: Register, field: Field | None) -> list[tuple[str, tuple[int, ...]]]:
    """What is expected, and of which devices: a condition; "" where all expect the same."""
    if not driver.devices:
        expect = register.expect if field is None else field.expect
        return [("", expect)] if expect else []
    found: dict[tuple[int, ...], int] = {}
    for bit, device in enumerate(driver.devices):
        own = on_device(driver, register, device)
        one: Register | Field | None = own
        if own is not None and field is not None:
            one = next((mine for mine in own.fields if mine.name == field.name), None)
        if one is not None and one.expect:
            found[one.expect] = found.get(one.expect, 0) | 1 << bit
    return [("" if devices == driver.every_device else condition(driver, devices), expect) for expect, devices in found.items()]


def _limited(where: str, wrong: str) -> str:
    if not where:
        return wrong
    return " && ".join(f"({part})" if "||" in part else part for part in (where, wrong))


def _shape(driver: Driver, register: Register) -> ExpectShape | None:
    if not driver.devices and not register.expect and not any([field.expect for field in register.fields]):
        return None
    name = accessor(driver, register)
    local = lower(register.name, register.c_name)
    place = f"dev{arguments(register)}"
    said = register.name + "[%zu]" * len(repeats(register))
    made = []
    for where, expect in _groups(driver, register, None):
        made.append(Expectation(said, local, _limited(where, _wrong(local, [_constant(driver, None, value) for value in expect]))))
    for field in register.fields:
        value = f"{local}.{lower(field.name, field.c_name)}{'.value' if field.kind == 'address' else ''}"
        for where, expect in _groups(driver, register, field):
            made.append(Expectation(f"{said}.{field.name}", value, _limited(where, _wrong(value, [_constant(driver, field, one) for one in expect]))))
    if not made:
        return None
    read = f"{name}_read({place})"
    if register.devices is not None and register.devices != driver.every_device:
        # Asking a device for what it lacks is refused; what it would show is not looked at.
        raw = f"{has_register(driver, register)}(dev) ? {name}_read_raw_({place}) : 0"
        read = f"{name}_unpack({raw})" if register.fields else raw
    c_type = f"struct {name}" if register.fields else f"uint{register.width}_t"
    loops = tuple((index, repeat.count) for index, repeat in zip(index_names(register), repeats(register), strict=True)) if register.count is not None else ()
    return ExpectShape(f"{c_type} {local} = {read};", tuple(made), loops)


def expectations(driver: Driver) -> tuple[ExpectShape, ...]:
    shapes = (_shape(driver, register) for register in driver.registers)
    return tuple(shape for shape in shapes if shape is not None)
