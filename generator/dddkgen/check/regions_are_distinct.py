# SPDX-License-Identifier: MIT
"""Guarantee: no two regions are the same BAR, or both the default."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    seen: dict[int, str] = {}
    _defaults(candidate, report)
    by_name = {region.name: region for region in candidate.driver.regions}
    for region in candidate.driver.regions:
        if region.window is not None:
            continue
        first = by_name[seen.setdefault(region.bar, region.name)]
        if first is not region:
            report.error(
                "D0207", candidate.sources.at(region, "bar"), f"regions {first.name} and {region.name} are both BAR {region.bar}",
                also=[Label(candidate.sources.at(first, "bar"), "the first")], help="registers of one BAR belong to one region",
            )


def _defaults(candidate: Candidate, report: Report) -> None:
    marked = [region for region in candidate.driver.regions if candidate.sources.of(region).get("default", False)]
    for region in marked[1:]:
        report.error(
            "D0208", candidate.sources.at(region, "default"), "two regions are the default", f"{region.name}",
            also=[Label(candidate.sources.at(marked[0], "default"), f"{marked[0].name}")],
        )
