# SPDX-License-Identifier: MIT
"""Guarantee: every entry is at most one of its descriptor's alternatives, each has the descriptor's size, and what makes an
entry the one alternative is not also something else in it."""

from __future__ import annotations

from itertools import combinations

from .. import alternatives
from ..diagnostics import Label, Report
from ..keys.types import Object
from ..model import Alternative, Descriptor
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    for descriptor in candidate.driver.descriptors:
        good = [one for one in descriptor.alternatives if _values_fit(candidate, descriptor, one, report) and _size(candidate, descriptor, one, report)]
        for one in good:
            _discriminator(candidate, descriptor, one, report)
        for first, second in combinations(good, 2):
            _apart(candidate, descriptor, first, second, report)


def _values_fit(candidate: Candidate, descriptor: Descriptor, one: Alternative, report: Report) -> bool:
    source: Object = candidate.sources.of(one)
    fine = any(value is not None for value in one.values)
    if not fine:
        report.error("D0573", source.at("value"), f"every entry of {descriptor.name} is {one.name}", "nothing is asked of it", help="a value for one of the members or fields of `chosen_by`")
    for ref, value, written in zip(descriptor.chosen_by, one.values, source.items("value")):
        _, width = alternatives.place(descriptor, ref)
        if value is not None and value >> width:
            name = f"{ref.member}.{ref.field}" if ref.field else ref.member
            report.error("D0577", written.span, f"{name} cannot be {value}", f"it has {width} bit{'s' if width > 1 else ''}", also=[Label(alternatives.member(descriptor, ref.member).origin, "the member")])
            fine = False
    return fine


def _size(candidate: Candidate, descriptor: Descriptor, one: Alternative, report: Report) -> bool:
    if one.layout.size == descriptor.size:
        return True
    more = descriptor.size - one.layout.size
    report.error(
        "D0575", one.origin, f"alternative {one.name} has {one.layout.size} bytes", also=[Label(descriptor.origin, f"the descriptor has {descriptor.size}")],
        help=f"{more} bytes are missing: what the datasheet calls reserved is a member too" if more > 0 else f"{-more} bytes are too many",
    )
    return False


def _discriminator(candidate: Candidate, descriptor: Descriptor, one: Alternative, report: Report) -> None:
    """What says which alternative an entry is belongs to nothing else in it, unless it is named there once more."""
    for member in one.layout.members:
        mask, _ = alternatives.fixed_in(descriptor, one, member)
        if not mask:
            continue
        chosen = next(ref for ref in descriptor.chosen_by if set(alternatives.bits_of(descriptor, ref)) & {alternatives.bit_number(one.layout, member, bit) for bit in range(member.width) if mask >> bit & 1})
        name = f"{chosen.member}.{chosen.field}" if chosen.field else chosen.member
        if not member.fields and mask != (1 << member.width) - 1:
            report.error(
                "D0578", member.origin, f"{name} is in member {member.name} of alternative {one.name}", "which else is in it?", also=[Label(one.origin, alternatives.said(descriptor, one))],
                help=f"`fields: {{{member.name}: ...}}` says what its other bits are",
            )
        for field in member.fields:
            if field.mask & mask and field.mask & ~mask:
                report.error(
                    "D0578", candidate.sources.at(field, "bits", "bit"), f"field {field.name} of alternative {one.name} takes bits of {name}",
                    "these say which alternative the entry is", also=[Label(one.origin, alternatives.said(descriptor, one))],
                )


def _apart(candidate: Candidate, descriptor: Descriptor, first: Alternative, second: Alternative, report: Report) -> None:
    if any(a is not None and b is not None and a != b for a, b in zip(first.values, second.values)):
        return
    written = candidate.sources.of(second).at("value")
    report.error(
        "D0573", written, f"an entry can be {first.name} and {second.name} at once", f"{second.name}: {alternatives.said(descriptor, second)}",
        also=[Label(candidate.sources.of(first).at("value"), f"{first.name}: {alternatives.said(descriptor, first)}")],
        help="of every two alternatives one member or field of `chosen_by` differs",
    )
