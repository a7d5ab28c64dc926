# SPDX-License-Identifier: MIT
"""Guarantee: no two fields of a register, or of a descriptor's member, share a bit."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics import Label, Report
from ..model import Field
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    for register in candidate.driver.every_register:
        _fields(candidate, register.fields, register.width, report)
    for descriptor in candidate.driver.layouts:
        for member in descriptor.members:
            _fields(candidate, member.fields, member.width, report)


def _fields(candidate: Candidate, fields: Sequence[Field], width: int, report: Report) -> None:
    """One field after the other in the manifest's order, against the bits that are taken."""
    owners: dict[int, Field] = {}
    for field in sorted(fields, key=lambda field: (field.origin.line, field.origin.column)):
        bits = range(field.lsb, field.lsb + field.width)
        taken = {owners[bit].name: bit for bit in bits if bit in owners}
        if taken:
            _report(candidate, field, [owners[bit] for bit in taken.values()], fields, width, report)
        for bit in bits:
            owners.setdefault(bit, field)


def _report(candidate: Candidate, field: Field, others: list[Field], fields: Sequence[Field], width: int, report: Report) -> None:
    sources = candidate.sources
    also = []
    for other in others:
        low, high = max(field.lsb, other.lsb), min(field.lsb + field.width, other.lsb + other.width) - 1
        shared = f"bit {low} is" if low == high else f"bits {high} to {low} are"
        also.append(Label(sources.at(other, "bits", "bit"), f"{shared} already {other.name}"))
    high = field.lsb + field.width - 1
    label = f"bit {high}" if field.width == 1 else f"bits {high} to {field.lsb}"
    free = _free(fields, width)
    report.error(
        "D0214", sources.at(field, "bits", "bit"), "fields overlap", label, also=also,
        help=f"{free} free" if free else "no bit is free",
    )


def _free(fields: Sequence[Field], width: int) -> str:
    """The bits that no field has, in words."""
    used = 0
    for field in fields:
        used |= field.mask
    free = [bit for bit in range(min(width, 64) - 1, -1, -1) if not used >> bit & 1]
    ranges: list[list[int]] = []
    for bit in free:
        if ranges and ranges[-1][1] == bit + 1:
            ranges[-1][1] = bit
        else:
            ranges.append([bit, bit])
    if not ranges:
        return ""
    texts = [str(high) if high == low else f"{high}:{low}" for high, low in ranges]
    one = len(free) == 1
    return f"{'bit' if one else 'bits'} {', '.join(texts)} {'is' if one else 'are'}"
