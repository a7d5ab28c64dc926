# SPDX-License-Identifier: MIT
"""Guarantee: where a ring's entries are of several kinds, each kind is done at the same bit, and those that come back have every
member that the driver reads at one place."""

from __future__ import annotations

from ..alternatives import bits_of, field_of, fixed
from ..diagnostics import Label, Report
from ..keys.types import Object
from ..model import Alternative, Descriptor, Direction, Driver, MemberRef, Ring
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    descriptors = {descriptor.name: descriptor for descriptor in candidate.driver.descriptors}
    for ring in candidate.driver.rings:
        descriptor = descriptors.get(ring.descriptor)
        if descriptor is None or not ring.carries:
            continue
        source = candidate.sources.of(ring)
        if ring.direction is Direction.FROM_DEVICE:
            _received(candidate.driver, ring, descriptor, source, report)
        _done(candidate.driver, ring, descriptor, source, report)


def _there(one: Alternative, ref: MemberRef) -> bool:
    member = next((each for each in one.layout.members if each.name == ref.member), None)
    return member is not None and (ref.field is None or field_of(one.layout, ref) is not None)


def _done(driver: Driver, ring: Ring, descriptor: Descriptor, source: Object, report: Report) -> None:
    """The bit that says that an entry is done, in what is given and in what comes back."""
    if ring.take_field is None:
        return
    take = source.item("take")
    place = bits_of(driver.ring_back(ring), ring.take_field)
    marked = ring.take_by == "lap" or ring.take_ready == 0  # when it is given
    back = driver.kinds_back(ring)
    for one in descriptor.alternatives:
        held = fixed(descriptor, one).get(place[0])
        if marked and held is not None:
            report.error(
                "D0580", take.at("field"), f"this bit says which kind an entry of ring {ring.name} is", "and it would say when it is done",
                also=[Label(one.origin, "this alternative has it so")], help="`chosen_by` without it",
            )
            return
        if back and one not in back and not marked:
            if one.name != ring.carries[0]:
                continue  # neither given nor taken back, which is said elsewhere
            over = [ref for ref in ring.payload_address if set(bits_of(one.layout, ref)) & set(place)]
            if held == 1 or over:
                report.error("D0580", take.at("field"), f"an entry that is {one.name} is done when it is given", "this bit is 1 in it" if held == 1 else "this bit is in its address", also=[Label(one.origin, "this alternative")])
            continue
        if not _there(one, ring.take_field) or bits_of(one.layout, ring.take_field) != place:
            report.error(
                "D0580", take.at("field"), f"an entry that is {one.name} is not done at this bit", "it is elsewhere there" if _there(one, ring.take_field) else "it has no such bit",
                also=[Label(one.origin, "this alternative")], help="every alternative has the mark at the same place, or the driver would look at something else",
            )


def _received(driver: Driver, ring: Ring, descriptor: Descriptor, source: Object, report: Report) -> None:
    """Every kind has somebody to go to, and is read in one way."""
    for one in descriptor.alternatives:
        if one.name not in ring.carries:
            report.error(
                "D0579", source.item("payload").at("in"), f"entries of ring {ring.name} that are {one.name} would go to nobody", "a frame is what comes from the device",
                also=[Label(one.origin, "this alternative")], help=f"`in: [{', '.join((*ring.carries, one.name))}]` if they bring data; what the driver gives is the first",
            )
    back = driver.kinds_back(ring)
    spoken = [(MemberRef(ring.payload_length, ring.payload_length_field), source.item("payload").at("length"))]
    frame = source.item("frame")
    for key, refs in (("last", ring.frame_last), ("bad", ring.frame_bad)):
        spoken += [(ref, value.span) for ref, value in zip(refs, [] if frame is None else frame.items(key), strict=True)]
    for ref, span in spoken:
        for one in back[1:]:
            if _there(one, ref) and bits_of(one.layout, ref) != bits_of(back[0].layout, ref):
                report.error(
                    "D0580", span, f"{ref.member}{f'.{ref.field}' if ref.field else ''} of an entry that is {one.name} is elsewhere", "it is read before it is known of which kind the entry is",
                    also=[Label(one.origin, "this alternative"), Label(back[0].origin, "and this one")],
                )
