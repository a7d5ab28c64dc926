# SPDX-License-Identifier: MIT
"""Guarantee: no two regions are the same BAR or capability, or both the default."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Region
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    seen: dict[object, Region] = {}
    _defaults(candidate, report)
    _ranges(candidate, report)
    for region in candidate.driver.regions:
        place, key, what = _place(region)
        if place is None:
            continue
        first = seen.setdefault(place, region)
        if first is not region:
            report.error(
                "D0207", candidate.sources.at(region, key), f"regions {first.name} and {region.name} are both {what}",
                also=[Label(candidate.sources.at(first, key), "the first")], help="registers of one BAR, or of one capability, belong to one region",
            )


def _ranges(candidate: Candidate, report: Report) -> None:
    """The same for devices that are not on PCI."""
    seen: dict[int, Region] = {}
    for region in candidate.driver.regions:
        first = seen.setdefault(region.reg, region) if region.reg >= 0 else region
        if first is not region:
            report.error(
                "D0207", candidate.sources.at(region, "reg"), f"regions {first.name} and {region.name} are both range {region.reg}",
                also=[Label(candidate.sources.at(first, "reg"), "the first")], help="registers of one range belong to one region",
            )


def _place(region: Region) -> tuple[object, str, str]:
    """What no two regions share, the key that says it, and how to call it; None: it is nowhere, or behind a window."""
    if region.capability is not None:
        return (region.in_config, region.capability), "capability", region.capability.text
    if region.in_config:
        return "config", "kind", "all of configuration space"
    if region.begin is not None:
        return (region.bar, region.begin.text), "at", f"at {region.begin.text} of BAR {region.bar}"
    return region.bar if region.bar >= 0 else None, "bar", f"BAR {region.bar}"


def _defaults(candidate: Candidate, report: Report) -> None:
    marked = [region for region in candidate.driver.regions if candidate.sources.of(region).get("default", False)]
    for region in marked[1:]:
        report.error(
            "D0208", candidate.sources.at(region, "default"), "two regions are the default", f"{region.name}",
            also=[Label(candidate.sources.at(marked[0], "default"), f"{marked[0].name}")],
        )
