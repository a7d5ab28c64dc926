# SPDX-License-Identifier: MIT
"""What is held of one ring in a form that no driver runs yet. Imported when there is one."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Label, Report
from ..hazards import readable, update_hazard, writable
from ..keys.types import Object
from ..model import Descriptor, Member, MemberRef, Register, Span
from ..read.expressions import ExpressionError
from ..resolve.context import Candidate
from ..ring_forms import Place, RingForm
from ..ring_values import ADDRESSES, number, words

#: What runs today, for the message.
RUNS = (
    "what runs today: one piece of memory with descriptors, `attach` with sizes, addresses and numbers, `give: {by: index}` to a register, "
    "with `width` up to 32, or `by: bit`, and a `doorbell` besides, `take` by bit, by lap, or by index from a register or memory, payload by address"
)


class Form:
    """One ring."""

    def __init__(self, candidate: Candidate, form: RingForm, report: Report) -> None:
        self.candidate, self.form, self.report = candidate, form, report
        self.source: Object = candidate.sources.of(form)
        self.registers = {register.name: register for register in candidate.driver.registers}
        self.descriptors = {descriptor.name: descriptor for descriptor in candidate.driver.descriptors}
        self.parts = {part.name: part for part in form.parts}

    def check(self) -> None:
        outside, self.report = self.report, Report()  # what is found here alone decides
        self._count()
        self._memory()
        self._attach()
        self._enable()
        self._give()
        self._take()
        self._payload()
        self._frame()
        self._arm()
        first, span = self.form.does_not_run[0]
        others = [Label(place, text) for text, place in self.form.does_not_run[1:]]
        for diagnostic in self.report.sorted():
            outside.add(diagnostic)
        if not self.report.errors:
            outside.error(
                "D0588", span, f"ring {self.form.name} is right, and no driver runs it yet", first, also=others,
                notes=[RUNS, "the rest of the ring is as it should be, and so is the rest of the manifest where no other message speaks of it"],
            )

    # ---- places ----

    def _register(self, place: Place) -> Register | None:
        """The register of a place, with the right kind of index."""
        register = self.registers.get(place.register or "")
        if register is None:
            return None
        if place.index == "qid":
            instances = self.form.instances or 1
            if register.count is None or register.count < instances:
                self.report.error(
                    "D0591", place.origin, f"{register.name} has no element for each of the {instances} instances" if instances > 1 else f"{register.name} is not an array",
                    "`qid` is 0 and upwards", also=[Label(register.origin, "one register" if register.count is None else f"{register.count} elements")],
                )
        elif place.index is None and register.count is not None:
            self.report.error("D0521", place.origin, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0]`, or `{register.name}[qid]` for that of the instance")
        elif place.index is not None and register.count is None:
            self.report.error("D0522", place.origin, f"{register.name} is not an array", also=[Label(register.origin, "one register")], help=f"`{register.name}`")
        return register

    def _width(self, place: Place) -> int | None:
        """Bits of a place."""
        if place.part is not None:
            member = next(one for one in self.parts[place.part].head if one.name == place.member)
            field = next((one for one in member.fields if one.name == place.field), None)
            return member.width if field is None else field.width
        register = self.registers.get(place.register or "")
        if register is None:
            return None
        return next((field.width for field in register.fields if field.name == place.field), register.width)

    def _written(self, place: Place, what: str) -> None:
        register = self._register(place)
        if register is None:
            return
        if not writable(register):
            self.report.error("D0524", place.origin, f"{what} {register.name} of ring {self.form.name} cannot be written", also=[Label(register.origin, f"`access: {register.access}`")])
        elif place.field is not None:
            hazard = update_hazard(register, driver=self.candidate.driver)
            if hazard is not None:
                self.report.error("D0530", place.origin, f"{place} cannot be changed by itself", hazard.reason, help="`shadow: true` or `lock: irq` at the register, if that is what it needs")

    def _read(self, place: Place) -> None:
        register = self._register(place)
        if register is not None and not readable(register):
            self.report.error("D0529", place.origin, f"the device shows how far it is in {register.name}, which cannot be read", also=[Label(register.origin, f"`access: {register.access}`")])

    def _index(self, place: Place, width: int | None, count: int | None, source: Object) -> None:
        """A place holds every index of the ring."""
        has = self._width(place)
        if has is None:
            return
        if width is not None and width > has:
            self.report.error("D0592", source.at("width"), f"an index of {width} bits does not fit into {place}", f"it has {has}", also=[Label(place.origin, "here")])
        elif count is not None and (count - 1) >> (width or has):
            self.report.error("D0525", place.origin, f"{place} cannot hold an index of ring {self.form.name}", f"{width or has} bits", notes=[f"the ring may have {count} entries"])

    # ---- keys ----

    def _count(self) -> None:
        count = self.form.count
        span = None if count is None else self.source.item("entry").item("count").at("default")
        if count is not None and span is not None and count & (count - 1):
            low = 1 << count.bit_length() - 1
            self.report.error("D0511", span, f"ring {self.form.name} has {count} entries, which is not a power of two", help=f"`{low}` or `{2 * low}`", notes=["indices run freely and are masked: a remainder would break when they pass 2^32"])
        if count is not None and span is not None and self.form.spare >= count:
            self.report.error("D0515", self.source.at("spare"), f"ring {self.form.name} can hold nothing", f"{self.form.spare} entries stay empty", also=[Label(span, f"of {count}")])

    def _memory(self) -> None:
        size = self.form.bytes
        if size is not None and size & (size - 1):
            self.report.error("D0113", self.source.item("entry").at("bytes"), f"{size} is not a power of two", "offsets are masked by it")
        tables = [part for part in self.form.parts if part.is_table]
        if self.form.parts and not tables:
            self.report.error("D0590", self.form.parts[0].origin, f"ring {self.form.name} has no part with descriptors", "`table` in one of them", help="`desc: {table: vring_desc}`, for example")

    def _sizes(self) -> Mapping[str, int]:
        form = self.form
        entry = self.descriptors.get(form.descriptor or "")
        if form.bytes is not None:
            return {"bytes": form.bytes}
        if form.count is None or entry is None:
            return {}
        return {"count": form.count, "bytes": form.count * entry.size}

    def _attach(self) -> None:
        form = self.form
        sizes = self._sizes()
        for step in form.attach:
            self._written(step.to, "the register")
            width = self._width(step.to)
            try:
                value = number(step.value, sizes) if not isinstance(step.value, str) else sizes.get(step.value)
            except ExpressionError as error:
                self.report.error("D0129", step.origin, "this cannot be computed", str(error))
                continue
            if value is not None and width is not None and value >> width:
                self.report.error("D0205", step.origin, f"the value for {step.to} is too wide", f"it is {value}, and there are {width} bits")
        if form.call is None:
            self._addresses()

    def _addresses(self) -> None:
        told = set()
        for step in self.form.attach:
            names = [(None, step.value)] if isinstance(step.value, str) else [(word.part, word.name) for word in words(step.value)]
            told |= {part for part, name in names if name in ADDRESSES}
        where = self.source.at("attach")
        if not self.form.parts and None not in told:
            self.report.error("D0518", where, f"the device is not told where ring {self.form.name} is", help="one register gets `base`, or two get `base.low` and `base.high`")
        for part in self.form.parts:
            if part.name not in told:
                self.report.error("D0518", where, f"the device is not told where part {part.name} of ring {self.form.name} is", also=[Label(part.origin, "the part")], help=f"one register gets `{part.name}.base`, or two get its halves")

    def _enable(self) -> None:
        ref = self.form.enable
        if ref is not None and ref.register in self.registers:
            self._written(Place(f"{ref.register}.{ref.field}", ref.register, None, ref.index, None, ref.field, self.source.at("enable")), "the register")

    def _give(self) -> None:
        give, source = self.form.give, self.source.item("give")
        if give.to is not None:
            self._written(give.to, "the doorbell")
            self._index(give.to, give.width, self.form.bytes if give.by == "offset" else self.form.count, source)
        if give.field is not None:
            self._member_bit(give.field, self._made_of(None), source.at("field"), "the bit that the driver writes")
        if give.by == "offset" and self.form.bytes is None:
            self.report.error("D0589", source.at("by"), "`by: offset` has no meaning for a ring of entries", "an offset counts bytes", help="`by: index`, or `entry: {bytes: ...}`")
        if give.doorbell is not None:
            self._written(give.doorbell.to, "the doorbell")
            if give.doorbell.unless is not None:
                self._bit(give.doorbell.unless, "what is asked before the doorbell")

    def _bit(self, place: Place, what: str) -> None:
        if place.register is not None:
            self._read(place)
        width = self._width(place)
        if width is not None and width != 1:
            self.report.error("D0536", place.origin, f"{what} must be one bit", f"`{place}` has {width}")

    def _take(self) -> None:
        take, source = self.form.take, self.source.item("take")
        if take.source is not None and take.by == "bit":
            self._bit(take.source, "what says that there is something")
        elif take.source is not None:
            if take.source.register is not None:
                self._read(take.source)
            self._index(take.source, take.width, self.form.bytes if take.by == "offset" else self.form.count, source)
        if take.by == "offset" and self.form.bytes is None:
            self.report.error("D0589", source.at("by"), "`by: offset` has no meaning for a ring of entries", "an offset counts bytes", help="`by: index`, or `entry: {bytes: ...}`")
        if take.field is not None:
            self._member_bit(take.field, self._made_of(take.part), source.at("field"), "the bit that the device writes")
        if take.ring is not None:
            self._pairs(source)

    def _made_of(self, part: str | None) -> Descriptor | None:
        name = self.form.descriptor if part is None else self.parts[part].descriptor
        return self.descriptors.get(name or "")

    def _member_bit(self, ref: MemberRef, descriptor: Descriptor | None, span: Span, what: str) -> None:
        member = None if descriptor is None else next(one for one in descriptor.members if one.name == ref.member)
        found = None if member is None else next((field for field in member.fields if field.name == ref.field), member)
        if found is not None and found.width != 1:
            self.report.error("D0536", span, f"{what} must be one bit", f"it has {found.width}", also=[Label(found.origin, "here")])

    def _pairs(self, source: Object) -> None:
        """What comes back through another ring is known there by the same member."""
        take = self.form.take
        others = [*self.candidate.driver.rings, *self.candidate.driver.ring_forms]
        other = next((one for one in others if one.name == take.ring), None)
        theirs = None if other is None else self.descriptors.get(other.descriptor or "")
        ours = self._made_of(None)
        if theirs is None or ours is None or other is None:
            return
        mine = next(one for one in ours.members if one.name == take.match)
        same = next((one for one in theirs.members if one.name == take.match), None)
        if same is None or same.width != mine.width:
            self.report.error(
                "D0593", source.at("match"), f"entries of ring {other.name} do not say which of ring {self.form.name} they are about",
                f"{theirs.name} has no member {take.match}" if same is None else f"{take.match} has {same.width} bits there",
                also=[Label(mine.origin, f"{mine.width} bits here"), Label(theirs.origin if same is None else same.origin, "there")],
            )
        frees = next((one for one in theirs.members if one.name == take.frees), None)
        if frees is not None and self.form.count is not None and (self.form.count - 1) >> frees.width:
            self.report.error("D0525", source.at("frees"), f"{theirs.name}.{frees.name} cannot hold an index of ring {self.form.name}", f"{frees.width} bits", notes=[f"the ring may have {self.form.count} entries"])
        if isinstance(other, RingForm) and (other.instances or 1) != (self.form.instances or 1):
            self.report.error("D0593", source.at("ring"), f"there are {self.form.instances or 1} of ring {self.form.name} and {other.instances or 1} of {other.name}", "each has one for itself", also=[Label(other.origin, "here")])

    def _payload(self) -> None:
        form = self.form
        entry = self._made_of(None)
        payload = self.source.item("payload")
        needed = max((match.dma.address_bits for match in self.candidate.driver.matches), default=32)
        alone = [str(value.value) for value in payload.items("address")] if payload is not None else []
        names = form.pages or (tuple(alone) if len(alone) == 1 else ())
        for name in names:
            member: Member | None = None if entry is None else next((one for one in entry.members if one.name == name), None)
            if member is not None and member.width < min(needed, 64):
                self.report.error("D0532", self.source.at("payload"), f"member {name} is too narrow", f"addresses have up to {needed} bits", also=[Label(member.origin, f"{member.width} bits")])
        if form.record is not None:
            self._record(payload.item("record"))

    def _record(self, source: Object) -> None:
        record, size = self.form.record, self.form.bytes or 0
        assert record is not None
        length = next((member for member in record.header if member.name == "length"), None)
        if length is None:
            self.report.error("D0594", source.at("header"), "the header of a record says how long the record is", "no member `length`", help="`header: [status: u16, length: u16]`, for example")
            return
        most = record.max + record.includes
        if most >> length.width or (record.not_yet or 0) >> length.width:
            self.report.error("D0532", source.at("max"), "member length is too narrow", f"{most} bytes are possible" if most >> length.width else f"{record.not_yet:#x} is", also=[Label(length.origin, f"{length.width} bits")])
        whole = record.header_bytes + most
        entry = self.source.item("entry")
        if whole > size:
            self.report.error("D0594", source.at("max"), f"a record of {whole} bytes does not fit into ring {self.form.name}", also=[Label(entry.at("bytes"), f"{size} bytes")])
        elif self.form.slack and whole > self.form.slack:
            self.report.error("D0594", entry.at("slack"), "a record may run further than that behind the ring's end", f"{self.form.slack} bytes", also=[Label(source.at("max"), f"a record has up to {whole}")])

    def _frame(self) -> None:
        if self.form.chain is None:
            return
        following, more = self.form.chain
        entry, source = self._made_of(None), self.source.item("frame").item("chain")
        self._member_bit(more, entry, source.at("more"), "the mark of a further entry")
        member = None if entry is None else next(one for one in entry.members if one.name == following.member)
        field = None if member is None else next((one for one in member.fields if one.name == following.field), None)
        width = None if member is None else member.width if field is None else field.width
        if width is not None and self.form.count is not None and (self.form.count - 1) >> width:
            self.report.error("D0525", source.at("next"), f"`next` cannot hold an index of ring {self.form.name}", f"{width} bits", notes=[f"the ring may have {self.form.count} entries"])

    def _arm(self) -> None:
        for place, value in self.form.arm:
            width = self._width(place)
            if place.register is not None:
                self._written(place, "the register")
            if width is not None and value >> width:
                self.report.error("D0205", place.origin, f"the value for {place} is too wide", f"it is {value}, and there are {width} bits")
