# SPDX-License-Identifier: MIT
"""Guarantee: a region that is a part of a BAR begins where a register can be asked, is aligned for its registers, and none
stands in another one as far as the manifest knows."""

from __future__ import annotations

from .. import parts
from ..diagnostics import Label, Report
from ..model import Region
from ..resolve.context import Candidate
from .strides_can_be_asked import why_not


def check(candidate: Candidate, report: Report) -> None:
    if all(region.begin is None for region in candidate.driver.regions):
        return
    good = [region for region in candidate.driver.regions if region.begin is not None and _goes(candidate, region, report) and _asked(candidate, region, report)]
    for region, reason, other in parts.layout(candidate.driver).wrong:
        if region not in good:
            continue
        also = [] if other is None else [Label(other.origin, f"{other.name} has {other.size:#x} bytes from {parts.layout(candidate.driver).begins[other.name]:#x} on")]
        report.error("D0296", candidate.sources.at(region, "at", "bar"), f"region {region.name} cannot begin there", reason, also=also, help="`at:` is where it begins, `size:` as much as the registers need")


def _goes(candidate: Candidate, region: Region, report: Report) -> bool:
    """A part is of a BAR."""
    source = candidate.sources.of(region)
    for key, why in (("optional", "a device has a BAR or not"), ("reg", "a range of a device that is not on PCI is one region"), ("window", "there is no BAR"), ("capability", "the capability says where it is")):
        if key in source.values and source.get(key) is not False:
            report.error("D0296", source.at(key), f"`{key}` does not go with a part of a BAR", why, also=[Label(source.at("at", "bar"), "it is a part")], help="remove one of them")
            return False
    if region.bar < 0:
        report.error("D0296", source.at("at"), f"region {region.name} is no part of a BAR", "a part of which one?", help="`bar: 0`, for example")
    return region.bar >= 0


def _asked(candidate: Candidate, region: Region, report: Report) -> bool:
    scale = region.asked
    if scale is None:
        return True
    source = parts.source_of(candidate.driver, scale)
    its = None if source is None else next((other for other in candidate.driver.regions if other.name == source.region), None)
    if source is None or its is None:
        return False
    reason = why_not(candidate.driver, source, its, scale.field)
    if reason is None and its.asked is not None:
        reason = f"region {its.name} begins where {its.asked.said} says"
    if reason is not None:
        report.error(
            "D0295", candidate.sources.at(region, "at"), f"{source.name} cannot say where region {region.name} begins", reason,
            also=[Label(source.origin, "here")], help="a register that can be read without an effect, in a region at a fixed place that every device has",
        )
    return reason is None
