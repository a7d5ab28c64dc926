# SPDX-License-Identifier: MIT
"""Guarantee: where a ring's entries are of several kinds, each kind is done at the same bit, and those with payload have every
member that the ring speaks of at its own place."""

from __future__ import annotations

from ..alternatives import bits_of, field_of
from ..diagnostics import Label, Report
from ..model import Direction
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    descriptors = {descriptor.name: descriptor for descriptor in candidate.driver.descriptors}
    for ring in candidate.driver.rings:
        descriptor = descriptors.get(ring.descriptor)
        if descriptor is None or not ring.carries:
            continue
        source = candidate.sources.of(ring)
        take = source.item("take")
        form = None
        if ring.direction is Direction.FROM_DEVICE:
            form = source.item("payload").at("in"), "the device says of which kind an entry is"
        elif ring.take_by == "lap" or ring.take_ready == 0:
            form = take.at("by", "ready"), "entries of every kind would have to be marked as not done"
        if form is not None:
            from .ring_form import RUNS

            report.error("D0588", form[0], f"ring {ring.name} is right, and no driver runs it yet", form[1], notes=[RUNS, "entries of several kinds run to the device, taken back by a bit that becomes 1 or by index"])
            continue
        if ring.take_field is None:
            continue
        layout = candidate.driver.ring_layout(ring)
        place = bits_of(layout, ring.take_field)
        for one in descriptor.alternatives:
            member = next((each for each in one.layout.members if each.name == ring.take_field.member), None)
            there = member is not None and (ring.take_field.field is None or field_of(one.layout, ring.take_field) is not None)
            if not there or bits_of(one.layout, ring.take_field) != place:
                report.error(
                    "D0580", take.at("field"), f"an entry that is {one.name} is not done at this bit", "it is elsewhere there" if there else "it has no such bit",
                    also=[Label(one.origin, "this alternative")], help="every alternative has the mark at the same place, or the driver would look at something else",
                )
