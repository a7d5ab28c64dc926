# SPDX-License-Identifier: MIT
"""Rings whose entries are of several kinds: which of the descriptor's alternatives carry payload."""

from __future__ import annotations

from ..diagnostics import Label
from ..keys.types import Object, Value
from ..model import Alternative, Descriptor
from .context import Context
from .names import unknown


def carrying(context: Context, ring: str, descriptor: Descriptor, payload: Object, layout: Value) -> tuple[Alternative, ...] | None:
    """The alternatives named by `payload: {in: ...}`, the one that the driver writes first; none without alternatives. None:
    it is wrong, and reported."""
    named = payload.items("in")
    report = context.report
    if not descriptor.alternatives:
        if named and context.sources.of(descriptor).item("alternatives") is None:
            report.error("D0579", payload.at("in"), f"descriptor {descriptor.name} has no alternatives", also=[Label(descriptor.origin, "here")], help="remove `in`")
        return None if named else ()
    places = {one.name: one.origin for one in descriptor.alternatives}
    if not named:
        report.error(
            "D0579", payload.at("address"), f"which entries of ring {ring} carry payload?", f"{descriptor.name} has alternatives",
            also=[Label(layout.span, "its entries are of several kinds")], help=f"`in: {descriptor.alternatives[0].name}`, for example",
        )
        return None
    found = []
    for value in named:
        ones = [each for each in descriptor.alternatives if value.value in (each.name, each.form)]
        if not ones:
            unknown(value, value.value, "alternative", places, report, "D0579", f" of descriptor {descriptor.name}")
            return None
        found += ones
    return tuple(found)
