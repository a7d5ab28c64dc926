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


def _end(driver: Driver, register: Register) -> int:
    """Where the next register begins, which no element may reach; 0: there is none before the end of what is mapped."""
    behind = [other.offset for other in driver.registers if other.region == register.region and other.offset >= end_of(register)]
    region = region_of(driver, register)
    return min(behind, default=region.size if region.window is not None else 0)


def strides(driver: Driver) -> tuple[StrideShape, ...]:
    """In the order of the driver struct's `strides`."""
    found = []
    for register in driver.scaled:
        scale = register.scale
        assert scale is not None
        source = driver.register(scale.register)
        field = next(field for field in source.fields if field.name == scale.field)
        members = (
            f'.array = "{string(register.name)}"',
            f'.field = "{string(f"{scale.register}.{scale.field}")}"',
            f".region = {region_of(driver, register).index}",
            f".offset = {hexadecimal(register.offset, 32)}",
            f".end = {hexadecimal(_end(driver, register), 32)}",
            f".count = {register.count}",
            f".bytes = {register.bytes}",
            f".unit = {register.stride}",
            f".shifts = {'true' if scale.shifts else 'false'}",
        )
        found.append(StrideShape(members, f"{accessor(driver, source)}_read(dev).{lower(field.name, field.c_name)}"))
    return tuple(found)
