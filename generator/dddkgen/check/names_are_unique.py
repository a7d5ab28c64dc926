# SPDX-License-Identifier: MIT
"""Guarantee: no two objects of the manifest give the same name in C.

Names that differ in the manifest may meet in C: it writes registers small and constants large, and it joins names with `_`.
"""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Span
from ..resolve.context import Candidate
from .generated import Generated, identifiers_and_tags, members


def check(candidate: Candidate, report: Report) -> None:
    if "driver" in candidate.unread:
        return
    seen: dict[tuple[str, str], Generated] = {}
    told: set[tuple[Span, Span]] = set()
    for one in (*identifiers_and_tags(candidate.driver), *members(candidate.driver)):
        first = seen.setdefault((one.space, one.name), one)
        if first is one or first.what == one.what:
            continue
        earlier, later = sorted((first, one), key=lambda each: (each.origin.line, each.origin.column))
        pair = (earlier.origin, later.origin)
        if pair in told:
            continue
        told.add(pair)
        _report(candidate, earlier, later, report)


def _report(candidate: Candidate, first: Generated, second: Generated, report: Report) -> None:
    kind = {"identifier": "", "tag": "struct or enum "}.get(second.space, "")
    where = "" if second.space in ("identifier", "tag") else f" in {second.space}"
    handlers = {"handler", "operation"}
    if first.what.split()[0] in handlers and second.what.split()[0] in handlers:
        helps = "each handler has a name of its own"
    elif {first.what.split()[0], second.what.split()[0]} & {"field", "register", "value"}:
        helps = "rename one, or give it a `c_name:`"
    else:
        helps = "rename one"
    report.error(
        "D0306", candidate.c_name_at(second.origin) or second.origin, f"{first.what} and {second.what} have the same name in C",
        f"{kind}`{second.name}`{where}", also=[Label(first.origin, "this one too")], help=helps,
    )
