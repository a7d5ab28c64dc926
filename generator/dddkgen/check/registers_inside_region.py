# SPDX-License-Identifier: MIT
"""Guarantee: every register, and every element of an array, lies inside its region, at an address its width divides."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Region, Register
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    regions = {region.name: region for region in candidate.driver.regions}
    for register in candidate.driver.every_register:
        _aligned(candidate, register, report)
        _halves(candidate, register, report)
        region = regions.get(register.region)
        if region is not None:
            _inside(candidate, register, region, report)


def end_of(register: Register) -> int:
    """The first byte behind the register, or behind its last element."""
    return register.offset + ((register.count or 1) - 1) * register.stride + register.bytes


def _inside(candidate: Candidate, register: Register, region: Region, report: Report) -> None:
    end = end_of(register)
    if end <= region.size:
        return
    sources = candidate.sources
    helps = [f"`size: {end:#x}` would be enough, if the device has it"]
    if register.count is not None and register.offset + register.bytes <= region.size:
        label = f"element {register.count - 1} ends at {end:#x}"
        span = sources.at(register, "count", "at")
        helps.append(f"{(region.size - register.offset - register.bytes) // register.stride + 1} elements fit")
    else:
        label = f"it ends at {end:#x}"
        span = sources.at(register, "at")
    also = [Label(sources.at(region, "size"), f"{region.name} has {region.size:#x} bytes")]
    report.error("D0201", span, f"register {register.name} is outside its region", label, also=also, help=helps)


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
    elif register.stride < register.bytes:
        report.error(
            "D0203", sources.at(register, "stride"), f"elements of {register.name} overlap",
            f"an element has {register.bytes} bytes", help=f"`stride: {register.bytes}` puts them side by side",
        )
    elif register.stride % register.bytes:
        report.error(
            "D0202", sources.at(register, "stride"), f"elements of {register.name} are misaligned",
            f"the stride must be a multiple of {register.bytes}",
        )


def _halves(candidate: Candidate, register: Register, report: Report) -> None:
    sources = candidate.sources
    if register.split is not None and register.width != 64:
        report.error("D0251", sources.at(register, "split"), f"register {register.name} has {register.width} bits", "only 64 bits are moved in halves", also=[Label(sources.at(register, "width"), "here")])
    if register.latched and register.split is None:
        report.error("D0252", sources.at(register, "latched"), f"`latched` goes with `split`; {register.name} is read in one piece", help="`split: low_first`")
