# SPDX-License-Identifier: MIT
"""Resolve rings and FIFOs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..diagnostics import Fix
from ..keys.types import Entry, Object, Value
from ..model import Attach, Descriptor, Direction, Fifo, MemberRef, Ref, Ring, says_length
from ..read.scalars import Reference
from . import ring_kinds, ring_ways
from .context import Context
from .names import unknown

if TYPE_CHECKING:
    from ..ring_forms import RingForm

T = TypeVar("T")


class _Broken(Exception):
    """Something in the ring is broken, and reported: the ring is dropped."""


def _whole(value: T | None) -> T:
    if value is None:
        raise _Broken
    return value


def _object(parent: Object, key: str) -> Object:
    item: Object | None = parent.item(key)
    if item is None or item.broken:
        raise _Broken
    return item


def register_ref(context: Context, value: Value) -> Ref | None:
    """A reference to a register or one of its fields."""
    reference = context.names.there(value, context.report)
    return None if reference is None else context.names.ref(reference)


def field_ref(context: Context, value: Value) -> Ref | None:
    """A reference that must name a field."""
    reference: Reference = value.value
    if reference.field is None:
        if context.names.register(value, context.report):
            fields = list(context.names.fields(reference.name) or ())
            context.report.error(
                "D0412", value.span, f"`{reference}` is a register; a field is needed here",
                help=f"`{reference}.{fields[0]}`, for example" if fields else f"give {reference.name} fields",
            )
        return None
    return register_ref(context, value)


def whole_register(context: Context, value: Value) -> Ref | None:
    """A reference that must name a register, and not a field of it."""
    reference: Reference = value.value
    if reference.field is not None:
        context.report.error("D0413", value.span, f"`{reference}` is a field; a register is needed here", help=f"`{reference.name}`", fix=Fix(value.span, reference.element, sure=False))
        return None
    return register_ref(context, value)


def rings(context: Context, descriptors: tuple[Descriptor, ...]) -> tuple[tuple[Ring, ...], tuple[RingForm, ...]]:
    """Rings in the manifest's order: those that run, and those in forms that no driver runs yet."""
    known = {descriptor.name: descriptor for descriptor in descriptors}
    result, forms = [], []
    for entry in context.root.entries("rings"):
        item: Object | None = entry.item
        if item is None or item.broken or any(item.item(key) is not None and item.item(key).broken for key in ("entry", "give", "take", "payload", "frame")):
            continue
        if not ring_ways.ways(context, item):
            continue
        unusual = ring_ways.unusual(item)
        if unusual:
            from .ring_forms import Resolver

            form = Resolver(context, entry, known).form(unusual)
            forms += [] if form is None else [form]
            continue
        try:
            ring = _ring(context, entry, known)
        except _Broken:
            continue
        context.sources.add(ring, item)
        result.append(ring)
    return tuple(result), tuple(forms)


def _needed(context: Context, item: Object) -> None:
    """What a ring without unusual forms cannot do without."""
    missing = [key for key in ("direction", "payload") if item.item(key) is None]
    for key in missing:
        context.report.error("D0102", item.at("entry"), f"`{key}` is missing", "a ring that moves frames needs it", help=f"for example `{item.type.by_name[key].example}`")
    if missing:
        raise _Broken


def _ring(context: Context, entry: Entry, known: dict[str, Descriptor]) -> Ring:
    item: Object = _whole(entry.item)
    _needed(context, item)
    shape, give, take, payload = (_object(item, key) for key in ("entry", "give", "take", "payload"))
    count = _object(shape, "count")
    frame = item.item("frame")
    if item.broken or (frame is not None and frame.broken):
        raise _Broken
    # Everything is looked at before the first mistake ends it, so that one run reports them all.
    name = context.names.find("descriptors", shape.item("layout"), context.report)
    attach = [(register_ref(context, pair.value.name), pair.value.item.value) for pair in item.items("attach")]
    enable = None if item.item("enable") is None else field_ref(context, item.item("enable"))
    owned = give.get("by") == "bit"
    give_to = None if owned else whole_register(context, give.item("to"))
    doorbell: Object | None = give.item("doorbell")
    bell = None if doorbell is None or doorbell.item("to") is None else register_ref(context, doorbell.item("to"))
    if doorbell is not None and bell is None:
        raise _Broken
    bell_value = None if doorbell is None else doorbell.get("value", 1 if owned else "index")
    bell_value = None if bell_value == "index" else bell_value
    by = take.get("by")
    in_memory = by == "index" and str(take.get("from")) == "memory" and "memory" not in context.names.registers
    source = None if by != "index" or in_memory else whole_register(context, take.item("from"))
    descriptor = _whole(None if name is None else known.get(name))
    carries = _whole(ring_kinds.carrying(context, entry.name.value, descriptor, payload, shape.item("layout")))
    layouts = [one.layout for one in carries] or [descriptor]
    sends = item.get("direction") == "to_device"
    if not sends and carries:
        # The driver gives the first; what comes back says how much came.
        length_at: Reference = payload.item("length").value
        back = [layout for layout in layouts if says_length(layout, length_at.name, length_at.field)] or layouts[-1:]
    else:
        back = layouts
    members = Members(context, back[0])
    field = None if by == "index" else _whole(members.find(take.item("field")))
    if by == "index" and not in_memory:
        _whole(source)
    given = Members(context, layouts[0])
    address = [given.find(value) for value in payload.items("address")]
    length = members.find(payload.item("length"))
    marks = {key: [members.find(value) for value in ([] if frame is None else frame.items(key))] for key in ("first", "last", "each", "bad")}
    wrap, given_by, room = (None if value is None else given.find(value) for value in (item.item("wrap"), give.item("field"), payload.item("room")))
    if (item.item("enable") is not None and enable is None) or (owned and given_by is None) or (item.item("wrap") is not None and wrap is None) or (payload.item("room") is not None and room is None) or any(None in found for found in marks.values()):
        raise _Broken
    spoken = [*payload.items("address"), payload.item("length"), *([] if by == "index" else [take.item("field")]), *(value for key in marks for value in ([] if frame is None else frame.items(key)))]
    if not sends:
        spoken = [value for value in spoken if value not in payload.items("address")]  # only what is given has it
    if any(Members(context, layout).find(value) is None for layout in back[1:] for value in spoken):
        raise _Broken
    spare, multiple, default = item.get("spare", 0), count.get("multiple", 1), count.get("default")
    return Ring(
        name=entry.name.value,
        direction=Direction(item.get("direction")),
        descriptor=descriptor.name,
        count_default=default,
        count_min=count.get("min", max(multiple, spare + 1)),
        count_max=count.get("max", default),
        count_multiple=multiple,
        align=shape.get("align", max(1 << (descriptor.size - 1).bit_length(), dma_alignment(context))),
        attach=tuple(Attach(_whole(to), value) for to, value in attach),
        enable=enable,
        spare=spare,
        give_to=None if owned else _whole(give_to),
        give_once="batch" if give.get("once") == "poll" else give.get("once", "batch"),  # a receive ring is filled once a poll
        take_by=by,
        take_field=field,
        take_ready=take.get("ready", 1),
        take_starts=take.get("starts", 1),
        take_from=source,
        take_on_last=take.get("on", "each") == "last",
        payload_address=tuple(_whole(ref) for ref in address),
        payload_length=_whole(length).member,
        payload_length_field=_whole(length).field,
        payload_size=payload.get("size"),
        payload_max=payload.get("max"),
        frame_last=tuple(mark for mark in marks["last"] if mark),
        frame_each=tuple(mark for mark in marks["each"] if mark),
        frame_bad=tuple(mark for mark in marks["bad"] if mark),
        give_width=give.get("width", 0),
        take_width=take.get("width", 0),
        bell=bell,
        bell_value=bell_value,
        carries=tuple(one.name for one in carries),
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        wrap=wrap,
        frame_first=tuple(mark for mark in marks["first"] if mark),
        payload_room=room,
    )


class Members:
    """References into one descriptor."""

    def __init__(self, context: Context, descriptor: Descriptor) -> None:
        self.context = context
        self.descriptor = descriptor
        self.members = {member.name: member for member in descriptor.members}

    def find(self, value: Value) -> MemberRef | None:
        """A member, or a field of one."""
        reference: Reference = value.value
        report = self.context.report
        member = self.members.get(reference.name)
        if member is None:
            places = {name: member.origin for name, member in self.members.items()}
            unknown(value, reference.name, "member", places, report, "D0411", f" in descriptor {self.descriptor.name}")
            return None
        if reference.field is None:
            return MemberRef(reference.name)
        declared = next((item for item in self._declared_fields() if item.name.value == reference.name), None)
        places = {field.name: field.origin for field in member.fields}
        places |= {} if declared is None or declared.item is None else {field.name.value: field.name.span for field in declared.item.value}
        if reference.field in places:
            return MemberRef(reference.name, reference.field)
        unknown(value, reference.field, "field", places, report, "D0414", f" in member {reference.name} of {self.descriptor.name}")
        return None

    def whole(self, value: Value) -> str | None:
        """A member, and not a field of it."""
        if value.value.field is not None:
            self.context.report.error("D0415", value.span, f"`{value.value}` is a field; a whole member is needed here", help=f"`{value.value.name}`", fix=Fix(value.span, value.value.name, sure=False))
            return None
        found = self.find(value)
        return None if found is None else found.member

    def _declared_fields(self) -> list[Entry]:
        return self.context.sources.of(self.descriptor).entries("fields")


def fifos(context: Context) -> tuple[Fifo, ...]:
    """FIFOs in the manifest's order."""
    result = []
    for entry in context.root.entries("fifos"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        fifo = _fifo(context, entry, item)
        if fifo is not None:
            context.sources.add(fifo, item)
            result.append(fifo)
    return tuple(result)


def dma_alignment(context: Context) -> int:
    """What the device asks of every address, as far as the driver's own limits say."""
    item: Object | None = context.root.item("dma")
    return 1 if item is None else item.get("alignment", 1)
def _fifo(context: Context, entry: Entry, item: Object) -> Fifo | None:
    """One FIFO. None: something that it names is not there, and that was reported."""
    places = {key: field_ref(context, item.item(key)) for key in ("ready", "level", "room", "overrun") if item.item(key) is not None}
    data = register_ref(context, item.item("data"))
    if data is None or None in places.values():
        return None
    direction, depth = Direction(item.get("direction")), item.get("depth", 1)
    return Fifo(
        name=entry.name.value,
        direction=direction,
        data=data,
        ready=places.get("ready"),
        depth=depth,
        overrun=places.get("overrun"),
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        ready_is=item.item("ready") is None or getattr(item.item("ready").value, "value", True),
        level=places.get("level"),
        room=places.get("room"),
        threshold=item.get("threshold", depth if direction is Direction.TO_DEVICE else 1),
        bytes=item.get("bytes"),
    )
