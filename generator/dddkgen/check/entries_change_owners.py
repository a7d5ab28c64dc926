# SPDX-License-Identifier: MIT
"""Guarantee: where a bit of each entry says whose it is, one bit says so both ways, every entry comes back, the device knows where
the ring ends, and it can be kept from looking; and no mark of an entry stands where another one does."""

from __future__ import annotations

from ..alternatives import bits_of
from ..diagnostics import Label, Report
from ..keys.types import Object, Value
from ..model import MemberRef, Ring
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    names = {descriptor.name for descriptor in candidate.driver.descriptors}
    for ring in candidate.driver.rings:
        if ring.descriptor not in names:
            continue
        source = candidate.sources.of(ring)
        if ring.owned:
            _comes_back(ring, source, report)
            _ends(ring, source, report)
        if ring.owned or ring.wrap is not None or ring.frame_first:
            _apart(candidate, ring, source, report)


def _comes_back(ring: Ring, source: Object, report: Report) -> None:
    give, take = source.item("give"), source.item("take")
    field: Value = give.item("field")
    if ring.take_by != "bit":
        report.error("D0681", take.at("by"), f"entries of ring {ring.name} are given by a bit and do not come back by it", also=[Label(field.span, "the bit")], help=f"`take: {{by: bit, field: {field.value}, ready: 0}}`")
    elif str(field.value) != str(take.item("field").value):
        report.error("D0681", take.at("field"), f"ring {ring.name} is given by one bit and taken back by another", also=[Label(field.span, "given by this one")], help=f"`field: {field.value}` in both")
    elif ring.take_on_last:
        report.error("D0681", take.at("on"), f"only the last entry of a frame comes back in ring {ring.name}", "the others would stay the device's, which takes them for new ones", also=[Label(field.span, "the bit that says whose an entry is")], help="remove `on`")
    for attach, pair in zip(ring.attach, source.items("attach"), strict=True):
        if attach.value == "tail":
            report.error("D0589", pair.value.item.span, "`tail` has no meaning with `give: {by: bit}`", "no register is told of an index", also=[Label(give.at("by"), "here")])


def _ends(ring: Ring, source: Object, report: Report) -> None:
    from ..ring_values import size_form

    told = any(attach.value in ("bytes", "count") or (not isinstance(attach.value, (int, str)) and size_form(attach.value, 1) is not None) for attach in ring.attach)
    if ring.wrap is None and not told:
        report.error("D0682", source.at("attach"), f"the device is not told where ring {ring.name} ends", help="`wrap: flags.EOR` names the mark of its last entry; or `bytes` or `count` goes to a register")
    if ring.enable is None:
        report.error("D0683", ring.origin, f"nothing keeps the device from looking into ring {ring.name}", "it would do so before the ring is there, and after it is gone", also=[Label(source.item("give").at("by"), "the device looks at the entries")], help="`enable: CTRL.RX`, for example")


def _apart(candidate: Candidate, ring: Ring, source: Object, report: Report) -> None:
    """Bits of an entry that mean two things."""
    given = candidate.driver.ring_layout(ring)
    frame, payload = source.item("frame"), source.item("payload")
    marks: list[tuple[MemberRef, Value, str]] = []
    if ring.take_field is not None:
        marks.append((ring.take_field, source.item("take").item("field"), "whose the entry is" if ring.owned else "that the entry is done"))
    if ring.wrap is not None:
        marks.append((ring.wrap, source.item("wrap"), "where the ring ends"))
    if ring.payload_room is not None:
        marks.append((ring.payload_room, payload.item("room"), "how large a buffer is"))
    for key, refs in (("first", ring.frame_first), ("last", ring.frame_last)):
        marks += [(ref, value, f"which entry is the {key} of a frame") for ref, value in zip(refs, [] if frame is None else frame.items(key), strict=True)]
    taken: dict[int, tuple[Value, str]] = {}
    for ref, value, means in marks:
        if not any(member.name == ref.member and (ref.field is None or any(field.name == ref.field for field in member.fields)) for member in given.members):
            continue  # only what comes back has it
        bits = bits_of(given, ref)
        other = next((taken[bit] for bit in bits if bit in taken), None)
        if other is not None:
            report.error("D0684", value.span, f"`{value.value}` says two things in ring {ring.name}", means, also=[Label(other[0].span, other[1])])
        taken |= {bit: (value, means) for bit in bits if bit not in taken}
