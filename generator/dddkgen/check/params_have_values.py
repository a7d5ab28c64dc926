# SPDX-License-Identifier: MIT
"""Guarantee: a parameter's bounds lie inside its type, and its default inside its bounds."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    for param in candidate.driver.params:
        source = candidate.sources.of(param)
        bounded = [key for key in ("min", "max") if key in source.values]
        if param.width is None:
            if bounded:
                what = "an enum's values are" if param.enum is not None else "`true` and `false` are"
                report.error("D0812", source.at(*bounded), f"`{bounded[0]}` has no meaning here", f"{what} all there is", help=f"remove `{bounded[0]}`")
            continue
        greatest = (1 << param.width) - 1
        if param.high > greatest:
            report.error("D0812", source.at("max"), f"u{param.width} ends at {greatest}", also=[Label(source.at("type"), "the type")], help="a wider type, or a smaller `max`")
        elif param.low > param.high:
            report.error("D0812", source.at("min"), f"no value is at least {param.low} and at most {param.high}", also=[Label(source.at("max", "type"), "the greatest value")])
        elif not param.low <= param.default <= param.high:
            report.error("D0811", source.at("default"), f"the default is not from {param.low} to {param.high}", also=[Label(source.at(*(bounded or ["type"])), "the bounds")])
