# SPDX-License-Identifier: MIT
"""Regions that are parts of a BAR: where those of a simulated device begin, and what a device may not say.

What the device says is known where the manifest has its value after a reset. Where it has not, the simulated device puts the
part behind the others and says so.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Driver, Region, Register, Scale


@dataclass(frozen=True, slots=True)
class Layout:
    """Of the simulated device."""

    begins: dict[str, int]  # by region
    said: dict[str, int]  # by register: bits of what it says where the manifest does not
    wrong: tuple[tuple[Region, str, Region | None], ...]  # that cannot be, and why; and which other one is there


def alignment(driver: Driver, region: Region) -> int:
    """Bytes: of its widest access."""
    return max((4 if register.split else register.bytes for register in driver.registers if register.region == region.name), default=1)


def source_of(driver: Driver, scale: Scale) -> Register | None:
    return next((register for register in driver.registers if register.name == scale.register), None)


def most_said(source: Register, scale: Scale) -> int:
    mask = scale.mask_in(source)
    return mask // (mask & -mask)


def _known(source: Register, scale: Scale) -> int | None:
    mask = scale.mask_in(source)
    return None if source.reset_known & mask != mask else (source.reset_value & mask) // (mask & -mask)


@functools.lru_cache(maxsize=4)
def layout(driver: Driver) -> Layout:
    """Not to be changed."""
    begins: dict[str, int] = {}
    said: dict[str, int] = {}
    wrong: list[tuple[Region, str, Region | None]] = []
    values: dict[tuple[str, str | None], int] = {}
    parts = [region for region in driver.regions if region.begin is not None and region.bar >= 0]
    later = []
    for region in parts:
        scale = region.asked
        source = None if scale is None else source_of(driver, scale)
        value = None if scale is None or source is None else _known(source, scale)
        if scale is not None and source is not None and value is None:
            later.append((region, scale, source))
        elif region.begin is not None:
            begins[region.name] = region.begin.base + (0 if scale is None or value is None else scale.bytes(value))
    for region, scale, source in later:
        base = 0 if region.begin is None else region.begin.base
        key, most = (scale.register, scale.field), most_said(source, scale)
        value = values.get(key)
        if value is None:
            end = max((begins[other.name] + other.size for other in parts if other.bar == region.bar and other.name in begins), default=0)
            value = _behind(scale, base, end, alignment(driver, region), most)
        if value is None:
            wrong.append((region, f"{scale.said} cannot say so much: the others of BAR {region.bar} end at {end:#x}", None))
            value = most
        values[key] = value
        mask = scale.mask_in(source)
        said[source.name] = said.get(source.name, 0) & ~mask | value * (mask & -mask)
        begins[region.name] = base + scale.bytes(value)
    return Layout(begins, said, (*wrong, *_overlaps(driver, parts, begins)))


def _behind(scale: Scale, base: int, end: int, align: int, most: int) -> int | None:
    """The least to say for a place that is aligned and not before `end`."""
    first = 0 if scale.shifts else max(-(-(end - base) // scale.unit), 0)
    return next((value for value in range(first, min(first + max(align, 64), most) + 1) if base + scale.bytes(value) >= end and (base + scale.bytes(value)) % align == 0), None)


def _overlaps(driver: Driver, parts: list[Region], begins: dict[str, int]) -> Iterator[tuple[Region, str, Region | None]]:
    parts = [region for region in parts if region.name in begins]
    for number, region in enumerate(parts):
        at = begins[region.name]
        if at % alignment(driver, region):
            yield region, f"{at:#x} is no multiple of {alignment(driver, region)}, as its registers need", None
        for other in parts[:number]:
            if other.bar == region.bar and at < begins[other.name] + other.size and begins[other.name] < at + region.size:
                yield region, f"it begins at {at:#x}", other


def lies(driver: Driver, bar_bytes: dict[int, int]) -> Iterator[tuple[Region, int, tuple[int, ...]]]:
    """For each region that begins where a register says: bits of that register, and what they may not be."""
    begins = layout(driver).begins
    for region in driver.regions:
        scale = region.asked
        source = None if scale is None else source_of(driver, scale)
        if scale is None or source is None or region.begin is None or scale.shifts:
            continue
        mask, most, base = scale.mask_in(source), most_said(source, scale), region.begin.base
        size = bar_bytes[region.bar]
        asked = {scale.field is None and most - 1 or most, -(-(size - base) // scale.unit), -(-(size - region.size - base + 1) // scale.unit)}
        asked.add((begins[region.name] - base) // scale.unit + 1)
        asked.update((begins[other.name] - base) // scale.unit for other in driver.regions if other.name in begins and other.bar == region.bar and other is not region)
        found = [value for value in sorted(asked) if 0 <= value <= most and _is_lie(driver, region, base + scale.bytes(value), begins, size)]
        if found:
            yield region, mask, tuple(value * (mask & -mask) for value in found)


def _is_lie(driver: Driver, region: Region, at: int, begins: dict[str, int], size: int) -> bool:
    """Outside the BAR, misaligned, or where a region is that is mapped before."""
    if at + region.size > size or at % alignment(driver, region):
        return True
    before = [other for other in driver.regions if other.name in begins and other.bar == region.bar and (other.asked is None or other.index < region.index)]
    return any(at < begins[other.name] + other.size and begins[other.name] < at + region.size for other in before if other is not region)
