# SPDX-License-Identifier: MIT
"""Resolve rings in forms that do not run yet. Imported when there is one."""

from __future__ import annotations

from ..diagnostics import Label
from ..keys.ring_types import RingReference
from ..keys.types import Entry, Object, Value
from ..model import Descriptor, Direction, Member, MemberRef, Span
from ..read.scalars import Reference
from ..ring_forms import Doorbell, Give, Part, Place, Record, RingForm, Step, Take
from ..ring_values import words
from .context import Context
from .names import unknown
from .rings import Members, field_ref

#: Elements of a ring that are no descriptors.
_NUMBERS = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}


class Resolver:
    """One ring."""

    def __init__(self, context: Context, entry: Entry, known: dict[str, Descriptor]) -> None:
        self.context, self.known, self.name = context, known, entry.name.value
        self.item: Object = entry.item
        self.broken = False
        self.parts = {part.name: part for one in self.item.entries("parts") if (part := self._part(one)) is not None}
        shape: Object | None = self.item.item("entry")
        self.descriptor = None if shape is None else self._descriptor(shape.item("layout"))
        table = next((part.descriptor for part in self.parts.values() if part.is_table), None)
        if self.descriptor is None and table is not None:
            self.descriptor = known.get(table)

    def form(self, does_not_run: list[tuple[str, Span]]) -> RingForm | None:
        """None: something in it is broken."""
        item, shape = self.item, self.item.item("entry")
        attach = item.item("attach")
        call = attach.get("call") if isinstance(attach, Object) else None
        self.broken |= isinstance(attach, Object) and call is None
        steps = [] if isinstance(attach, Object) else [self._step(pair) for pair in item.items("attach")]
        enable = None if item.item("enable") is None else field_ref(self.context, item.item("enable"))
        give, take = self._give(item.item("give")), self._take(item.item("take"))
        payload, frame, arm = (item.item(key) for key in ("payload", "frame", "arm"))
        pages, record = self._payload(payload)
        chain = self._chain(frame)
        for value in (*filter(None, (item.item("wrap"),)), *([] if frame is None else frame.items("first"))):
            self.bit(value, self.descriptor)
        armed = [] if arm is None else [(self.place(entry.name), entry.item.value) for entry in arm.entries("write") if entry.item is not None]
        count = None if shape is None or shape.item("count") is None else shape.item("count").get("default")
        if self.broken or give is None or take is None or (item.item("enable") is not None and enable is None):
            return None
        form = RingForm(
            name=self.name,
            direction=None if item.item("direction") is None else Direction(item.get("direction")),
            instances=item.get("instances"),
            vector=item.get("vector"),
            descriptor=None if self.descriptor is None else self.descriptor.name,
            count=count,
            bytes=None if shape is None else shape.get("bytes"),
            slack=0 if shape is None else shape.get("slack", 0),
            align=None if shape is None else shape.get("align"),
            parts=tuple(self.parts.values()),
            attach=tuple(step for step in steps if step is not None),
            call=call,
            enable=enable,
            spare=item.get("spare", 0),
            give=give,
            take=take,
            pages=pages,
            record=record,
            chain=chain,
            slots="in_order" if frame is None else frame.get("slots", "in_order"),
            arm=tuple((place, value) for place, value in armed if place is not None),
            does_not_run=tuple(does_not_run),
            origin=self._origin(),
            doc=item.get("doc", ""),
            see=item.get("see", ""),
        )
        self.context.sources.add(form, item)
        return form

    def _origin(self) -> Span:
        return next(entry.name.span for entry in self.context.root.entries("rings") if entry.item is self.item)

    # ---- names ----

    def _descriptor(self, value: Value | None) -> Descriptor | None:
        if value is None:
            return None
        name = self.context.names.find("descriptors", value, self.context.report)
        found = None if name is None else self.known.get(name)
        self.broken |= found is None
        return found

    def _part(self, entry: Entry) -> Part | None:
        item: Object | None = entry.item
        if item is None or item.broken:
            self.broken = True
            return None
        value: Value = item.item("table") or item.item("ring")
        number = _NUMBERS.get(str(value.value)) if item.item("table") is None else None
        descriptor = self._descriptor(value) if number is None else None
        if number is None and descriptor is None:
            return None
        size = number or (descriptor.size if descriptor is not None else 1)
        head = self._head(entry.name.value, item)
        return Part(
            entry.name.value, item.item("table") is not None, None if descriptor is None else descriptor.name, size, head,
            item.get("align", 1 << (size - 1).bit_length()), entry.name.span, item.get("doc", ""), item.get("see", ""),
        )

    def _head(self, name: str, item: Object) -> tuple[Member, ...]:
        """Members of 16 bits, or as the descriptor of the part's name has them."""
        said = {member.name: member for member in self.known[name].members} if name in self.known else {}
        members, offset = [], 0
        for value in item.items("head"):
            like = said.get(value.value)
            if said and like is None:
                unknown(value, value.value, "member", {one: member.origin for one, member in said.items()}, self.context.report, "D0411", f" in descriptor {name}")
                self.broken = True
            width = 16 if like is None else like.width
            members.append(Member(value.value, offset, width, () if like is None else like.fields, value.span))
            offset += width // 8
        return tuple(members)

    def part(self, value: Value | None) -> str | None:
        """A reference to one of the parts."""
        if value is None:
            return None
        name = str(value.value)
        if name in self.parts:
            return name
        self.broken = True
        places = {part.name: part.origin for part in self.parts.values()}
        unknown(value, name, "part", places, self.context.report, "D0590", f" of ring {self.name}")
        return None

    def place(self, value: Value | None) -> Place | None:
        """A register, a field of one, or a member of a head."""
        if value is None:
            return None
        reference: Reference | RingReference = value.value
        rest = (() if reference.field is None else (reference.field,)) if isinstance(reference, Reference) else reference.rest
        if reference.name in self.parts:
            return self._in_head(value, reference, rest)
        names, report = self.context.names, self.context.report
        fine = names.register(value, report)
        if fine and len(rest) > 1:
            report.error("D0590", value.span, f"`{reference.name}` is no part of ring {self.name}", "only members of a part's head have fields with two dots")
            fine = False
        if fine and rest and not names.field(value, reference.name, rest[0], report):
            fine = False
        if not fine:
            self.broken = True
            return None
        return Place(str(reference), reference.name, None, reference.index, None, rest[0] if rest else None, value.span)

    def _in_head(self, value: Value, reference: Reference | RingReference, rest: tuple[str, ...]) -> Place | None:
        part = self.parts[reference.name]
        head = {member.name: member for member in part.head}
        report = self.context.report
        member = head.get(rest[0]) if rest else None
        if member is None:
            self.broken = True
            if not rest or not head:
                report.error("D0590", value.span, f"`{reference}` is a whole part", "a member of its head is needed", also=[Label(part.origin, "the part")])
            else:
                unknown(value, rest[0], "member", {name: one.origin for name, one in head.items()}, report, "D0411", f" in the head of {part.name}")
            return None
        if len(rest) == 1:
            return Place(str(reference), None, part.name, None, member.name, None, value.span)
        fields = {field.name: field.origin for field in member.fields}
        if rest[1] not in fields:
            self.broken = True
            unknown(value, rest[1], "field", fields, report, "D0414", f" in member {member.name} of the head of {part.name}: a descriptor named {part.name} would have it")
            return None
        return Place(str(reference), None, part.name, None, member.name, rest[1], value.span)

    def member(self, value: Value | None, descriptor: Descriptor | None) -> str | None:
        """A whole member of a descriptor."""
        if value is None:
            return None
        if descriptor is None:
            self.broken = True
            self.context.report.error("D0590", value.span, f"ring {self.name} has no descriptor that `{value.value}` could be a member of", help="`table: NAME` in one of its parts, or a ring of descriptors")
            return None
        found = Members(self.context, descriptor).whole(value)
        self.broken |= found is None
        return found

    def bit(self, value: Value, descriptor: Descriptor | None) -> MemberRef | None:
        """A member, or a field of one."""
        if descriptor is None:
            return None if self.member(value, None) is None else None
        found = Members(self.context, descriptor).find(value)
        self.broken |= found is None
        return found

    def _of_part(self, name: str | None) -> Descriptor | None:
        """What a part is made of; without one the ring's own."""
        if name is None:
            return self.descriptor
        descriptor = self.parts[name].descriptor
        return None if descriptor is None else self.known.get(descriptor)

    # ---- the keys ----

    def _step(self, pair: Value) -> Step | None:
        to = self.place(pair.value.name)
        value = pair.value.item.value
        for word in words(value) if not isinstance(value, (int, str)) else ():
            if word.part is not None and word.part not in self.parts:
                self.broken = True
                places = {part.name: part.origin for part in self.parts.values()}
                unknown(pair.value.item, word.part, "part", places, self.context.report, "D0590", f" of ring {self.name}")
            elif word.part is not None and word.name not in ("base", "base.low", "base.high", "bytes", "count"):
                self.broken = True
                self.context.report.error("D0590", pair.value.item.span, f"a part has no `{word.name}`", help=f"`{word.part}.base`, `{word.part}.base.low`, `{word.part}.base.high`, `{word.part}.bytes` or `{word.part}.count`")
        return None if to is None else Step(to, value, pair.value.item.span)

    def _give(self, item: Object) -> Give | None:
        to, part = self.place(item.item("to")), self.part(item.item("part"))
        bell: Object | None = item.item("doorbell")
        doorbell = None
        if bell is not None:
            rung = self.place(bell.item("to"))
            unless = self.place(bell.item("unless"))
            doorbell = None if rung is None else Doorbell(rung, bell.get("value", "index"), unless)
        field = None if item.item("field") is None else self.bit(item.item("field"), self.descriptor)
        return None if to is None and field is None else Give(item.get("by"), to, field, item.get("once", "batch"), part, item.get("width"), item.get("bias", 0), doorbell)

    def _take(self, item: Object) -> Take | None:
        part = self.part(item.item("part"))
        if item.item("part") is not None and part is None:
            return None
        made_of = self._of_part(part)
        memory = item.get("by") == "index" and str(item.get("from")) == "memory" and "memory" not in self.parts
        other = self._other(item.item("ring"))
        return Take(
            by=item.get("by", "ring"),
            field=None if item.item("field") is None else self.bit(item.item("field"), made_of),
            source=None if memory else self.place(item.item("from")),
            ready=item.get("ready", 1),
            starts=item.get("starts", 1),
            part=part,
            width=item.get("width"),
            bias=item.get("bias", 0),
            ring=None if item.item("ring") is None else str(item.get("ring")),
            match=self.member(item.item("match"), made_of),
            length=self.member(item.item("length"), made_of),
            frees=None if other is None else self.member(item.item("frees"), other),
        )

    def _other(self, value: Value | None) -> Descriptor | None:
        """The descriptor of the ring through which entries come back."""
        if value is None:
            return None
        rings, name = self.context.names.rings, str(value.value)
        report = self.context.report
        self.broken |= name not in rings or name == self.name
        if name not in rings:
            unknown(value, name, "ring", rings, report, "D0419")
        elif name == self.name:
            report.error("D0593", value.span, f"ring {name} comes back through itself", "another ring is meant")
        else:
            entry: Object | None = None if rings[name].item is None else rings[name].item.item("entry")
            layout = None if entry is None or entry.item("layout") is None else str(entry.get("layout"))
            if layout in self.known:
                return self.known[layout]
            if layout is None:
                report.error("D0593", value.span, f"ring {name} has no descriptors", "nothing in it could say which entry comes back", also=[Label(rings[name].name.span, "here")])
            self.broken = True
        return None

    def _payload(self, item: Object | None) -> tuple[tuple[str, str] | None, Record | None]:
        pages: Object | None = None if item is None else item.item("pages")
        record: Object | None = None if item is None else item.item("record")
        found = None
        if pages is not None:
            first, second = (self.member(pages.item(key), self.descriptor) for key in ("first", "second_or_list"))
            found = None if first is None or second is None else (first, second)
        if record is None:
            return found, None
        members, offset = [], 0
        for pair in record.items("header"):
            width = int(pair.value.item.value[1:])
            members.append(Member(pair.value.name.value, offset, width, (), pair.value.name.span))
            offset += width // 8
        return found, Record(tuple(members), record.get("includes", 0), record.get("max"), record.get("not_yet"))

    def _chain(self, item: Object | None) -> tuple[MemberRef, MemberRef] | None:
        chain: Object | None = None if item is None else item.item("chain")
        if chain is None:
            return None
        following, more = self.bit(chain.item("next"), self.descriptor), self.bit(chain.item("more"), self.descriptor)
        return None if following is None or more is None else (following, more)
