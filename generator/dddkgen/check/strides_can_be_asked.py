# SPDX-License-Identifier: MIT
"""Guarantee: where the device says how far apart the elements of an array are, it can be asked at attach, and nothing stands
where the elements may be."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Label, Report
from ..hazards import read_has_effect, readable
from ..model import Driver, Region, Register
from ..places import begin_of, end_of, repeats
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    regions = {region.name: region for region in driver.regions}
    for array in driver.scaled:
        _source(candidate, array, regions, report)
        _between(candidate, driver, array, report)


def _source(candidate: Candidate, array: Register, regions: dict[str, Region], report: Report) -> None:
    assert array.scale is not None
    source = next((register for register in candidate.driver.registers if register.name == array.scale.register), None)
    region = None if source is None else regions.get(source.region)
    if source is None or region is None:
        return
    reason, asked = why_not(candidate.driver, source, region, array.scale.field), "a register that can be read without an effect, in a region that every device has"
    if reason is None and (less := _less(array, source)) is not None:
        reason, asked = less
    if reason is not None:
        report.error(
            "D0257", candidate.sources.at(array, "stride"), f"{source.name} cannot say how far apart the elements of {array.name} are", reason,
            also=[Label(source.origin, "here")], help=asked,
        )


def why_not(driver: Driver, source: Register, region: Region, name: str | None) -> str | None:
    """What keeps a register, or its field `name`, from being asked once at attach."""
    field = next((field for field in source.fields if field.name == name), None)
    if source.count is not None:
        return "it is an array"
    if not readable(source) or read_has_effect(source):
        return f"`access: {source.access}`"
    if source.bank is not None or region.window is not None:
        return "it is not always there"
    if source.devices not in (None, driver.every_device):
        return "some devices do not have it"
    if region.optional:
        return f"region {region.name} is optional"
    if field is None and source.fields:
        return f"it has fields: `{source.name}.{source.fields[-1].name}`, for example"
    return "the device changes it, and it is asked once" if source.volatile or field is not None and field.volatile else None


def _less(array: Register, source: Register) -> tuple[str, str] | None:
    """What it says after a reset is less than an element has. Of a single element it says nothing."""
    scale, spread = array.scale, next(repeat for repeat in repeats(array) if repeat.scaled)
    assert scale is not None
    mask = scale.mask_in(source)
    value = (source.reset_value & mask) // (mask & -mask)
    if spread.count == 1 or source.reset_known & mask != mask or scale.bytes(value) >= spread.stride:
        return None
    if value == 0 and not scale.shifts:
        return "it is 0 after a reset: every element would be the first", f"the field's `reset:`, which is not 0, or `{spread.stride} << {scale.said}`"
    return f"it is {value} after a reset: elements would overlap", f"another `reset:`, or a larger number before `{scale.said}`: {spread.stride} bytes is the least"


def _between(candidate: Candidate, driver: Driver, array: Register, report: Report) -> None:
    """Registers among the elements would be hit by one, in some device. In a repeated block that is asked of its first."""
    array = _where_scaled(array)
    for other in driver.registers:
        if other.region == array.region and other.scale != array.scale and begin_of(array) < other.offset < end_of(array):
            report.error(
                "D0258", candidate.sources.at(other, "at"), f"{other.name} stands among the elements of {array.name}", "another device may have an element here",
                also=[Label(candidate.sources.of(driver.register(array.name)).at("stride", "at"), "the device says how far apart they are")],
                help=f"behind the last of them, from {end_of(array):#x} on",
            )
            return


def _where_scaled(array: Register) -> Register:
    """The array in the first of the repeats around that which the device spreads."""
    number = next((number for number, repeat in enumerate(array.repeats) if repeat.scaled), 0)
    return replace(array, repeats=array.repeats[number:]) if number else array
