# SPDX-License-Identifier: MIT
"""Guarantee: registers in configuration space leave alone what the kit uses there, and move as configuration space does."""

from __future__ import annotations

from ..capabilities import HEADER_BYTES, STRUCTURE_BYTES, structures
from ..diagnostics import Label, Report
from ..model import Region, Register
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    inside = {region.name: region for region in driver.regions if region.in_config}
    named = structures(driver) if inside else {}
    for register in driver.registers:
        region = inside.get(register.region)
        if region is None:
            continue
        _whole(candidate, register, report)
        own, what = _reserved(region, named)
        if register.offset < own:
            sources = candidate.sources
            report.error(
                "D0641", sources.at(register, "at"), f"{register.name} is {what}", f"the driver's own begin at {own:#x}",
                also=[Label(sources.at(region, "capability", "kind"), f"region {region.name}")],
                help="identity, BARs, decoding, bus mastering and interrupts are `match:`, `regions:` and `interrupts:`" if region.capability is None else "offsets count from the beginning of the capability",
            )


def _reserved(region: Region, named: dict[object, Region]) -> tuple[int, str]:
    """How many bytes at the beginning are the kit's, and what they are."""
    if region.capability is None:
        return HEADER_BYTES, "in the standard header, which is the kit's"
    structure = named.get(region.capability)
    if structure is not None:
        return STRUCTURE_BYTES, f"where the device says where region {structure.name} is"
    return region.capability.own_bytes, "in the header of the capability, by which it is found"


def _whole(candidate: Candidate, register: Register, report: Report) -> None:
    if register.width == 64 and register.split is None:
        report.error("D0643", candidate.sources.at(register, "width"), f"{register.name} does not go through configuration space in one piece", "at most 32 bits", help="`split: low_first` makes it two halves")
