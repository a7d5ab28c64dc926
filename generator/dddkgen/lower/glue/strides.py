# SPDX-License-Identifier: MIT
"""Arrays whose elements are as far apart as the device says: asked once, when the driver attaches."""

from __future__ import annotations

from dataclasses import dataclass

from ...check.registers_inside_region import end_of
from ...model import Driver, Register
from ..layouts import hexadecimal
from ..names import lower, string
from ..registers import accessor, region_of


@dataclass(frozen=True, slots=True)
class StrideShape:
    members: tuple[str, ...]  # of struct dddk_array_stride
    value: str  # expression: what the device's field says


def _room(driver: Driver, register: Register) -> tuple[int, int]:
    """Where the array begins, and where the next register does, which no element may reach; 0: there is none before the end of
    what is mapped. Where devices differ, of all of them the one with the least room."""
    region = region_of(driver, register)
    place = driver.registers.index(register)
    begin, room = register.offset, region.size - register.offset if region.window is not None else None
    for registers in (driver.registers, *(device.registers for device in driver.devices)):
        own = registers[place]
        if own is None:
            continue
        begin = max(begin, own.offset)
        behind = [other.offset for other in registers if other is not None and other.region == own.region and other.offset >= end_of(own)]
        if behind:
            room = min(min(behind) - own.offset, room or 1 << 64)
    return begin, 0 if room is None else begin + room


def strides(driver: Driver) -> tuple[StrideShape, ...]:
    """In the order of the driver struct's `strides`."""
    found = []
    for register in driver.scaled:
        scale = register.scale
        assert scale is not None
        source = driver.register(scale.register)
        field = next(field for field in source.fields if field.name == scale.field)
        begin, end = _room(driver, register)
        members = (
            f'.array = "{string(register.name)}"',
            f'.field = "{string(f"{scale.register}.{scale.field}")}"',
            f".region = {region_of(driver, register).index}",
            f".offset = {hexadecimal(begin, 32)}",
            f".end = {hexadecimal(end, 32)}",
            f".count = {register.count}",
            f".bytes = {register.bytes}",
            f".unit = {register.stride}",
            f".shifts = {'true' if scale.shifts else 'false'}",
        )
        found.append(StrideShape(members, f"{accessor(driver, source)}_read(dev).{lower(field.name, field.c_name)}"))
    return tuple(found)
