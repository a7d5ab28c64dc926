# SPDX-License-Identifier: MIT
"""Guarantee: a ring's entry can say where its data is, how long it is, when it is done, and where a frame ends."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostics import Label, Report
from ..keys.types import Object, Value
from ..model import Direction, Field, Member, MemberRef, Ring
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    descriptors = {descriptor.name: descriptor for descriptor in candidate.driver.descriptors}
    for ring in candidate.driver.rings:
        if ring.descriptor in descriptors:
            _Ring(candidate, ring, report).check()


class _Ring:
    """One ring with its descriptor."""

    def __init__(self, candidate: Candidate, ring: Ring, report: Report) -> None:
        self.candidate = candidate
        self.ring = ring
        self.report = report
        self.source: Object = candidate.sources.of(ring)
        self.descriptor = candidate.driver.ring_layout(ring)
        self.given = {member.name: member for member in self.descriptor.members}
        self.members = {member.name: member for member in candidate.driver.ring_back(ring).members}

    def check(self) -> None:
        self._alignment()
        self._payload()
        if self.ring.take_field is not None:
            self._bit(self.ring.take_field, self.source.item("take").item("field"), "the bit that the device sets")
            self._whole(self.members[self.ring.take_field.member])
        frame = self.source.item("frame")
        marks = (("first", self.ring.frame_first), ("last", self.ring.frame_last), ("each", self.ring.frame_each), ("bad", self.ring.frame_bad))
        for key, refs in marks:
            values = [] if frame is None else frame.items(key)
            for ref, value in zip(refs, values, strict=True):
                self._bit(ref, value, f"a mark under `{key}:`")
        if self.ring.wrap is not None:
            self._bit(self.ring.wrap, self.source.item("wrap"), "the mark of the last entry", self.given)
        self._frame(frame)

    def _alignment(self) -> None:
        entry: Object = self.source.item("entry")
        if self.descriptor.size & (self.descriptor.size - 1):
            self.report.error(
                "D0531", entry.at("layout"), f"an entry of ring {self.ring.name} has {self.descriptor.size} bytes, which is not a power of two",
                also=[Label(self.descriptor.origin, "the descriptor")], help="add the members that the datasheet calls reserved",
            )

    def _whole(self, member: Member) -> None:
        """What the device changes at any moment is read in one piece, and memory gives only aligned words in one piece."""
        bytes_ = member.width // 8
        if member.offset % bytes_:
            self.report.error(
                "D0920", self.source.item("take").at("field"), f"member {member.name} cannot be read in one piece", f"{member.width} bits at byte {member.offset}",
                also=[Label(member.origin, "here")], help=f"a member of {member.width} bits stands at a multiple of {bytes_}; if only a byte of it matters, make it members of 8 bits",
            )

    def _payload(self) -> None:
        ring, payload = self.ring, self.source.item("payload")
        length = self.members[ring.payload_length]
        self._addresses(payload)
        field = next((one for one in length.fields if one.name == ring.payload_length_field), None)
        bits = length.width if field is None else field.width
        if bits > 32:
            self.report.error("D0533", payload.at("length"), "a length has at most 32 bits", f"{length.name} has {bits}", also=[Label(length.origin, "here")])
        receive = ring.direction is Direction.FROM_DEVICE
        need, other = ("size", "max") if receive else ("max", "size")
        if payload.get(need) is None:
            what = "how large receive buffers are" if receive else "how many bytes an entry may carry"
            self.report.error("D0534", payload.span if payload.span.line == payload.span.end_line else ring.origin, f"ring {ring.name} does not say {what}", help=f"`{need}: 2048` under `payload:`, for example")
        if payload.get(other) is not None:
            self.report.error("D0535", payload.at(other), f"`{other}` has no meaning for a ring {'from' if receive else 'to'} the device", help=f"`{need}` has")
        self._room(payload, receive)
        bytes_ = payload.get(need)
        if bytes_ is not None and bytes_ >> bits:
            self._narrow(payload.at(need), length, f"{bytes_} bytes are possible", bits)

    def _room(self, payload: Object, receive: bool) -> None:
        """Where the size of an empty buffer is written holds it."""
        room = self.ring.payload_room
        if room is None:
            return
        size, found = payload.get("size"), self._find(room, self.given)
        if not receive:
            self.report.error("D0535", payload.at("room"), "`room` has no meaning for a ring to the device", help="`length` says how much an entry carries")
        elif found is not None and size is not None and size >> found.width:
            self._narrow(payload.at("room"), self.given[room.member], f"buffers have {size} bytes", found.width)

    def _addresses(self, payload: Object) -> None:
        """Members and fields that together hold every address that the driver may write there."""
        refs, places = self.ring.payload_address, payload.items("address")
        needed = max((match.dma.address_bits for match in self.candidate.driver.matches), default=32)
        if len(refs) > 2:
            self.report.error("D0598", places[2].span, f"the address in ring {self.ring.name} has {len(refs)} parts", "two at most: the low and the high 32 bits", also=[Label(places[0].span, "the first")])
            return
        for ref, value, half in zip(refs, places, ("low", "high")):
            found, several = self._find(ref, self.given), len(refs) == 2
            member = self.given[ref.member]
            wanted = min(needed, 64) if not several else 32 if half == "low" else max(needed - 32, 1)
            if isinstance(found, Field):
                self._address_field(ref, found, half if several else None, value, wanted)
            elif several and member.width != 32:
                self.report.error("D0598", value.span, f"member {member.name} holds no half of an address", "a half has 32 bits", also=[Label(member.origin, f"{member.width} bits")])
            elif member.width < wanted:
                self._narrow(value.span, member, f"addresses have up to {needed} bits")

    def _address_field(self, ref: MemberRef, field: Field, half: str | None, value: Value, wanted: int) -> None:
        """A field holds an address if it says so, and if the lower bits that it lacks are 0 in every address."""
        name, source = f"{ref.member}.{field.name}", self.candidate.sources
        if field.kind != "address" or field.half != half:
            says = "`type: address`" + (f" with `half: {half}`" if half else " and no `half`")
            self.report.error("D0598", value.span, f"{name} holds no {f'{half} half of an' if half else 'whole'} address", f"{says} says that it does", also=[Label(source.at(field, "half", "type", "bits", "bit"), "the field")])
            return
        if field.lsb + field.width < wanted:
            self._narrow(value.span, self.given[ref.member], f"addresses have up to {wanted + (32 if half == 'high' else 0)} bits", field.lsb + field.width)
        aligned = min((match.dma.alignment for match in self.candidate.driver.matches), default=1)
        if half != "high" and aligned < 1 << field.lsb:
            self.report.error(
                "D0598", value.span, f"data of ring {self.ring.name} is aligned to {aligned} byte{'s' if aligned > 1 else ''}", also=[Label(source.at(field, "bits"), f"{name} takes addresses aligned to {1 << field.lsb}")],
                help=f"`dma: {{alignment: {1 << field.lsb}}}`",
            )

    def _narrow(self, span: object, member: Member, why: str, bits: int | None = None) -> None:
        self.report.error("D0532", span, f"member {member.name} is too narrow", why, also=[Label(member.origin, f"{bits or member.width} bits")])  # type: ignore[arg-type]

    def _find(self, ref: MemberRef, members: dict[str, Member] | None = None) -> Field | Member | None:
        member = (members or self.members)[ref.member]
        if ref.field is None:
            return member
        return next((field for field in member.fields if field.name == ref.field), None)

    def _bit(self, ref: MemberRef, value: Value, what: str, members: dict[str, Member] | None = None) -> None:
        found = self._find(ref, members)
        if found is not None and found.width != 1:
            place = self.candidate.sources.at(found, "bits") if isinstance(found, Field) else found.origin
            self.report.error("D0536", value.span, f"{what} must be one bit", f"`{value.value}` has {found.width}", also=[Label(place, "here")])

    def _frame(self, frame: Object | None) -> None:
        ring = self.ring
        if ring.direction is Direction.FROM_DEVICE:
            if len(ring.frame_last) > 1:
                self._several(ring.frame_last, frame)
            if ring.frame_first:
                self._pointless(frame, "first", "a frame begins behind the last entry of the one before it")
            if ring.frame_each:
                self._pointless(frame, "each", "the driver fills no fields of a receive entry but address and length")
            if ring.take_on_last:
                span = self.source.item("take").at("on")
                self.report.error("D0538", span, "`on: last` has no meaning for a ring from the device", "each buffer comes back by itself")
        else:
            if ring.frame_bad:
                self._pointless(frame, "bad", "a frame to send is good")
            if ring.take_on_last and not ring.frame_last:
                span = self.source.item("take").at("on")
                self.report.error("D0539", span, f"ring {ring.name} marks no entry as the last", "only the last entry of a frame reports", help="`frame: {last: [...]}` names the marks")

    def _several(self, marks: Sequence[MemberRef], frame: Object | None) -> None:
        assert frame is not None
        second = frame.items("last")[1]
        self.report.error("D0537", second.span, f"ring {self.ring.name} has {len(marks)} marks for the last entry", "a second one", also=[Label(frame.items("last")[0].span, "the first")], help="on receive one bit says that a frame ends")

    def _pointless(self, frame: Object | None, key: str, why: str) -> None:
        assert frame is not None
        direction = "from" if self.ring.direction is Direction.FROM_DEVICE else "to"
        self.report.error("D0538", frame.at(key), f"`{key}` has no meaning for a ring {direction} the device", why)
