# SPDX-License-Identifier: MIT
"""Guarantee: a region's capability is one that can be found, says what the region needs, and is not the kit's own."""

from __future__ import annotations

from ..capabilities import OF_THE_KIT, VENDOR
from ..diagnostics import Label, Report
from ..keys.types import Object
from ..model import Region, RegionKind
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    typed: dict[int, Region] = {}
    _some_bar_is_left(candidate, report)
    for region in candidate.driver.regions:
        if region.capability is None:
            continue
        source: Object = candidate.sources.of(region).item("capability")
        _can_be(region, source, candidate, report)
        capability = region.capability
        if capability.id != VENDOR or capability.extended:
            continue
        first = typed.setdefault(capability.id, region)
        assert first.capability is not None
        if (first.capability.type is None) != (capability.type is None):
            report.error(
                "D0644", source.span, f"regions {first.name} and {region.name} may be the same capability", "one of them is of any type",
                also=[Label(candidate.sources.of(first).item("capability").span, first.name)], help="give both a `type`",
            )


def _some_bar_is_left(candidate: Candidate, report: Report) -> None:
    """What a capability names is in a BAR that is not a region as a whole: memory in one, ports in another."""
    bars = [region for region in candidate.driver.regions if region.bar >= 0]
    taken = {number for region in bars for number in (region.bar, region.bar + region.is_64bit)}
    kinds: dict[RegionKind, Region] = {}
    for region in candidate.driver.regions:
        if region.capability is None or region.in_config or region.kind in kinds:
            continue
        kinds[region.kind] = region
        if len(kinds) > 6 - len(taken & set(range(6))):
            report.error(
                "D0645", candidate.sources.at(region, "capability"), f"no BAR is left for region {region.name}",
                "a capability names a part of a BAR that is not another region",
                also=[Label(candidate.sources.at(one, "bar"), one.name) for one in bars], help="a region that is part of a BAR is found by its capability, and the BAR is no region of its own",
            )


def _can_be(region: Region, source: Object, candidate: Candidate, report: Report) -> None:
    capability = region.capability
    assert capability is not None
    kit = None if capability.extended else OF_THE_KIT.get(capability.id)
    if kit is not None:
        report.error("D0642", source.span, f"capability {capability.id:#04x} is {kit}, which is the kit's", f"region {region.name}", help="the kit programs it as `interrupts:` and the lifecycle need it")
        return
    if capability.type is not None and (capability.id != VENDOR or capability.extended):
        report.error("D0644", source.at("type"), f"only vendor-specific capabilities have a type: {VENDOR:#04x}", f"this one is {capability.id:#04x}" + (", and extended" if capability.extended else ""), help="remove it, and describe the byte as a register if it is one")
    if not capability.extended and capability.id > 0xFF:
        report.error("D0644", source.at("id"), f"{capability.id:#x} is no ID of the list below 0x100", "one byte there", help="`extended: true`, if it is in the other list")
    if not region.in_config and (capability.id != VENDOR or capability.extended):
        report.error(
            "D0644", source.at("id"), f"{capability.text} names no part of a BAR", f"region {region.name} is {region.kind.value}",
            help=["`kind: config`, if the registers are in the capability itself", f"what names BAR, offset and length is vendor-specific: `id: {VENDOR:#04x}`"],
        )
