# SPDX-License-Identifier: MIT
"""Arrays whose elements are as far apart, or as many, as the device says: asked once, when the driver attaches."""

from __future__ import annotations

from dataclasses import replace

from ...dataclass import dataclass
from ...model import Driver, Register
from ...places import end_of, first_end_of, repeats
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
    around = _around(register)
    if around:  # the room that it has in the first of those; the next one begins with what is before it there
        end = end_of(replace(register, repeats=register.repeats[_spread(register) :]))
        behind = [at for other in driver.registers if other.region == register.region for at in (other.offset, other.offset + around) if at >= end]
        return begin, min(behind)
    for registers in (driver.registers, *(device.registers for device in driver.devices)):
        own = registers[place]
        if own is None:
            continue
        begin = max(begin, own.offset)
        behind = [other.offset for other in registers if other is not None and other.region == own.region and other.offset >= end_of(own)]
        if behind:
            room = min(min(behind) - own.offset, room or 1 << 64)
    return begin, 0 if room is None else begin + room


def _around(register: Register) -> int:
    """How far apart the repeats are around that which the device spreads; 0: it is the outermost."""
    outer = [repeat for repeat in register.repeats[: _spread(register)] if repeat.count > 1]
    return outer[-1].stride if outer else 0


def _spread(register: Register) -> int:
    """Which of its repeats the device spreads."""
    return next(number for number, repeat in enumerate(repeats(register)) if repeat.scaled)


def strides(driver: Driver) -> tuple[StrideShape, ...]:
    """In the order of the driver struct's `strides`."""
    found = []
    for register in driver.scaled:
        scale = register.scale
        assert scale is not None
        source = driver.register(scale.register)
        field = next((field for field in source.fields if field.name == scale.field), None)
        begin, end = _room(driver, register)
        repeat, inner = repeats(register)[_spread(register)], repeats(register)[_spread(register) + 1 :]
        lowest = sum(one.first for one in inner)
        members = (
            f'.array = "{string(register.name)}"',
            f'.field = "{string(scale.said)}"',
            f".region = {region_of(driver, register).index}",
            f".offset = {hexadecimal(begin + lowest, 32)}",
            f".end = {hexadecimal(end, 32)}",
            f".count = {repeat.count}",
            f".bytes = {register.bytes + sum(one.last - one.first for one in inner)}",
            f".unit = {scale.unit}",
            f".shifts = {'true' if scale.shifts else 'false'}",
        )
        if scale.unit % register.bytes:
            members += (f".align = {register.bytes}",)
        value = f"{accessor(driver, source)}_read(dev)"
        found.append(StrideShape(members, value if field is None else f"{value}.{lower(field.name, field.c_name)}"))
    return tuple(found)


def presents(driver: Driver) -> tuple[StrideShape, ...]:
    """In the order of the driver struct's `present`."""
    found = []
    for present in driver.presents:
        source = driver.register(present.register)
        field = next((field for field in source.fields if field.name == present.field), None)
        own = [register for register in driver.registers if register.present == present]
        members = (
            f'.array = "{string(repeats(own[0])[0].name)}"',
            f'.field = "{string(present.text)}"',
            f".region = {region_of(driver, own[0]).index}",
            f".first_end = {hexadecimal(max(map(first_end_of, own)), 32)}",
            f".stride = {present.stride}",
            f".count = {present.most}",
        )
        value = f"{accessor(driver, source)}_read(dev)" + ("" if field is None else f".{lower(field.name, field.c_name)}")
        wide = value if source.width > 32 else f"(uint64_t){value}"
        found.append(StrideShape(members, f"{wide} + {present.plus}u" if present.plus else value))
    return tuple(found)
