# SPDX-License-Identifier: MIT
"""Guarantee: every register, and every element of an array, lies inside its region, at an address its width divides."""

from __future__ import annotations

from itertools import pairwise

from ..diagnostics import Label, Report
from ..keys.types import Value
from ..model import Block, Region, Register
from ..places import Repeat, end_of, first_end_of, offset_of, repeats
from ..resolve.context import Candidate
from ..resolve.expand import Times


def check(candidate: Candidate, report: Report) -> None:
    regions = {region.name: region for region in candidate.driver.regions}
    outside: list[tuple[Register, Region]] = []
    for register in candidate.driver.every_register:
        _aligned(candidate, register, report)
        _halves(candidate, register, report)
        region = regions.get(register.region)
        if region is not None and _needed(register, region) > region.size:
            outside.append((register, region))
    if outside:
        _outside(candidate, outside, report)


def _outside(candidate: Candidate, outside: list[tuple[Register, Region]], report: Report) -> None:
    """Of a block that does not fit several registers do not: that is one mistake."""
    together: dict[object, list[tuple[Register, Region]]] = {}
    for register, region in outside:
        block = next((block.name for block in candidate.driver.blocks if register.name.startswith(f"{block.name}_")), register)
        together.setdefault((block, region.name), []).append((register, region))
    for (name, _), found in together.items():  # type: ignore[misc]
        if len(found) == 1:
            _register(candidate, *found[0], report)
        else:
            _block(candidate, next(block for block in candidate.driver.blocks if block.name == name), [register for register, _ in found], found[0][1], report)


def _block(candidate: Candidate, block: Block, registers: list[Register], region: Region, report: Report) -> None:
    last = max(registers, key=end_of)
    helps = [f"`size: {end_of(last):#x}` would be enough, if the device has it"]
    fit = min((region.size - register.offset - register.bytes) // register.stride + 1 if register.stride else 0 for register in registers)
    if block.count is not None and not block.repeats and all(register.count == block.count and not register.repeats for register in registers) and 0 < fit < block.count:
        helps.append(f"{fit} of {block.count} fit")
    report.error(
        "D0201", block.origin, f"block {block.name} is outside its region", f"its register {last.name} ends at {end_of(last):#x}",
        also=[Label(candidate.sources.at(region, "size"), f"{region.name} has {region.size:#x} bytes")], help=helps,
    )


def _register(candidate: Candidate, register: Register, region: Region, report: Report) -> None:
    end = end_of(register)
    sources = candidate.sources
    helps = [f"`size: {end:#x}` would be enough, if the device has it"]
    if register.repeats:
        label, span = f"its last byte is {end - 1:#x}", sources.at(register, "listed", "count", "at")
    elif register.count is not None and register.offset + register.bytes <= region.size:
        label = f"element {register.count - 1} ends at {end:#x}"
        span = sources.at(register, "count", "at")
        helps.append(f"{(region.size - register.offset - register.bytes) // register.stride + 1} elements fit")
    else:
        label = f"it ends at {end:#x}"
        span = sources.at(register, "at")
    also = [Label(sources.at(region, "size"), f"{region.name} has {region.size:#x} bytes")]
    report.error("D0201", span, f"register {register.name} is outside its region", label, also=also, help=helps)


def _needed(register: Register, region: Region) -> int:
    """Where what every device has of it ends; where they differ, and all of the BAR is mapped, that is the first element."""
    return end_of(register) if register.present is None or region.begin is not None else first_end_of(register)


def _aligned(candidate: Candidate, register: Register, report: Report) -> None:
    sources = candidate.sources
    if register.offset % register.bytes:
        report.error(
            "D0202", sources.at(register, "at"), f"register {register.name} is misaligned",
            f"a {register.width}-bit register stands at a multiple of {register.bytes}",
            help=f"the nearest are {register.offset // register.bytes * register.bytes:#x} and {-(-register.offset // register.bytes) * register.bytes:#x}",
        )
    if register.count is None:
        if "stride" in sources.of(register).values:
            report.error("D0206", sources.at(register, "stride"), f"register {register.name} has a stride and is no array", help="`count: 1` makes an array of one")
        return
    last = repeats(register)[-1]
    if last.places:
        _listed(candidate, register, last, report)
    elif last.stride < register.bytes:
        report.error(
            "D0203", sources.at(register, "stride"), f"elements of {register.name} overlap",
            f"an element has {register.bytes} bytes", help=f"`stride: {register.bytes}` puts them side by side",
        )
    elif last.stride % register.bytes:
        report.error(
            "D0202", sources.at(register, "stride"), f"elements of {register.name} are misaligned",
            f"the stride must be a multiple of {register.bytes}",
        )
    else:
        _within(candidate, register, report)


def _within(candidate: Candidate, register: Register, report: Report) -> None:
    """Repeated blocks around an array: elements of one are apart from those of another. They may be interleaved, but not where
    the device says how far apart they are."""
    times: tuple[Times, ...] = candidate.sources.of(register).get("repeats", ())
    inner = register.repeats[-1].last + register.bytes if register.repeats else 0
    interleaved = None
    for one in reversed(times[:-1]):
        repeat, span = one.repeat, register.origin if one.stride is None else one.stride.span
        if repeat.stride % register.bytes:
            report.error("D0202", span, f"elements of {register.name} are misaligned", f"the stride must be a multiple of {register.bytes}", also=[Label(register.origin, "in this block")])
            return
        if repeat.stride < inner:
            interleaved = interleaved or (repeat, span, inner)
        inner += repeat.last
    if interleaved is None:
        return
    repeat, span, reaches = interleaved
    offsets = sorted(offset_of(register, element) for element in range(register.count or 1))
    if register.scale is not None or any(second - first < register.bytes for first, second in pairwise(offsets)):
        report.error(
            "D0203", span, f"elements of {register.name} overlap", f"in one {repeat.name} they reach over {reaches} bytes", also=[Label(register.origin, "in this block")],
            help=f"`stride: {reaches}` puts them side by side",
        )


def _listed(candidate: Candidate, register: Register, repeat: Repeat, report: Report) -> None:
    """Offsets in no equal steps: each at its own place."""
    said: list[Value] = candidate.sources.of(register).item("listed").value
    found = sorted((register.offset + place, index) for index, place in enumerate(repeat.places))
    for (offset, index), (behind, other) in pairwise(found):
        if behind - offset < register.bytes:
            first, second = sorted((index, other))
            report.error(
                "D0203", said[second].span, f"elements of {register.name} overlap", f"element {second}; an element has {register.bytes} bytes",
                also=[Label(said[first].span, f"element {first}")],
            )
    odd = next((index for offset, index in found if offset % register.bytes and index), None)
    if odd is not None and register.offset % register.bytes == 0:
        report.error("D0202", said[odd].span, f"element {odd} of {register.name} is misaligned", f"a {register.width}-bit register stands at a multiple of {register.bytes}")


def _halves(candidate: Candidate, register: Register, report: Report) -> None:
    sources = candidate.sources
    if register.split is not None and register.width != 64:
        report.error("D0251", sources.at(register, "split"), f"register {register.name} has {register.width} bits", "only 64 bits are moved in halves", also=[Label(sources.at(register, "width"), "here")])
    if register.latched and register.split is None:
        report.error("D0252", sources.at(register, "latched"), f"`latched` goes with `split`; {register.name} is read in one piece", help="`split: low_first`")
