# SPDX-License-Identifier: MIT
"""Guarantee: every field lies inside its register, or inside its descriptor's member."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Field, Span
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    sources = candidate.sources
    for register in candidate.driver.every_register:
        for field in register.fields:
            if field.lsb + field.width > register.width:
                place = sources.at(register, "width")
                _report(candidate, field, f"register {register.name}", register.width, place, report)
    for descriptor in candidate.driver.layouts:
        for member in descriptor.members:
            for field in member.fields:
                if field.lsb + field.width > member.width:
                    _report(candidate, field, f"member {member.name} of {descriptor.name}", member.width, member.origin, report)


def _report(candidate: Candidate, field: Field, what: str, width: int, place: Span, report: Report) -> None:
    high = field.lsb + field.width - 1
    report.error(
        "D0211", candidate.sources.at(field, "bits", "bit"), f"field {field.name} is outside {what}",
        f"there is no bit {high}", also=[Label(place, f"{width} bits: {width - 1} to 0")],
    )
