# SPDX-License-Identifier: MIT
"""Expand what is short for several registers or fields: blocks, listed offsets, set and clear addresses, repeated fields.

Afterwards there is only `registers:`, each with one offset and plain fields, as if the author had written it out; an array has
its `repeats`, the outermost first. Names are made in one way, whatever the counts are: BLOCK_REGISTER, REGISTER_SET,
REGISTER_CLEAR, FIELD_0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import field, replace

from ..dataclass import dataclass
from ..diagnostics import Label, Report
from ..keys.types import Entry, Object, Value
from ..model import Block, Span
from ..places import MOST_ELEMENTS, Repeat, equal_steps
from ..places import MOST_REPEATS as MOST_TIMES
from ..read.scalars import Bits, Condition, Reference, Scaled, smallest
from .aliases import complete
from .names import default_region, unknown

#: Keys whose values are no registers, whatever a register in the block is called.
_NAMES_ELSEWHERE = ("since", "until", "variants")

#: More than a register has bits.
MOST_REPEATS = 64


#: Registers and fields that a manifest may have when all is written out: a short text could ask for very many.
MOST_EXPANDED = 60_000

#: Elements of arrays in arrays, all together: each may be looked at.
MOST_REPEATED = 1 << 20


def fits(root: Object, report: Report) -> bool:
    """Is what the manifest says in short not too much? Counted before anything is expanded."""
    registers = list(root.entries("registers"))
    blocks = list(root.entries("blocks"))
    while blocks:
        item: Object | None = blocks.pop().item
        if item is not None:
            registers += item.entries("registers")
            blocks += item.entries("blocks")
    total = sum(_expanded(entry.item) for entry in registers if entry.item is not None)
    if total > MOST_EXPANDED:
        report.error("D0012", root.at("registers", "blocks"), "the manifest is too large", f"written out it has {total} registers and fields; at most {MOST_EXPANDED}")
    return total <= MOST_EXPANDED


def _expanded(item: Object) -> int:
    """The registers and fields that one entry stands for."""
    fields = sum(1 if field.item is None else min(field.item.get("count", 1), MOST_REPEATS) for field in item.entries("fields"))
    return (1 + fields) * (1 + ("set_at" in item.values) + ("clear_at" in item.values))


@dataclass(frozen=True, slots=True)
class Times:
    """How often a block or a register is there. The first two are where the manifest says so."""

    count: Value
    stride: Value | None  # None: listed
    repeat: Repeat


@dataclass(frozen=True, slots=True)
class _Place:
    """What a block says about the registers in it."""

    prefix: str = ""
    base: int = 0
    region: Value | None = None
    times: tuple[Times, ...] = ()  # of the block and of those around it, the outermost first
    siblings: frozenset[str] = frozenset()
    present: Value | None = None  # how many there are of the block
    devices: dict[str, Value] = field(default_factory=dict)  # `since`, `until` and `variants`


def expand(root: Object, report: Report) -> tuple[Block, ...]:
    """Rewrite the registers of a parsed manifest; what was in blocks is told."""
    registers = root.item("registers")
    blocks: list[Block] = []
    entries = list(_registers(root, [] if registers is None else registers.value, _Place(), report))
    for entry in root.entries("blocks"):
        entries += _block(root, entry, _Place(), blocks, report)
    complete(entries, default_region({entry.name.value: entry for entry in root.entries("regions")}), report)
    total = sum(entry.item.get("count") for entry in entries if entry.item is not None and len(entry.item.get("repeats", ())) > 1)
    if total > MOST_REPEATED:
        report.error("D0012", root.at("blocks", "registers"), "the manifest is too large", f"its blocks in blocks have {total} elements; at most {MOST_REPEATED}")
    if registers is not None:
        registers.value = _unique(entries, report)
    elif entries:
        root.values["registers"] = Value(_unique(entries, report), root.item("blocks").node)
    return tuple(blocks)


def expand_registers(root: Object, entries: Iterable[Entry], report: Report) -> list[Entry]:
    """The same for registers that stand elsewhere."""
    return list(_registers(root, entries, _Place(), report))


def _unique(entries: Iterable[Entry], report: Report) -> list[Entry]:
    """Names that expansion made may be there already."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.name.value, entry)
        if first is not entry:
            report.error(
                "D0307", entry.name.span, f"there are two registers {entry.name.value}", "this makes one",
                also=[Label(first.name.span, "this another")], help="rename one",
            )
    return list(seen.values())


def _block(root: Object, entry: Entry, outer: _Place, blocks: list[Block], report: Report) -> Iterator[Entry]:
    item: Object | None = entry.item
    if item is None or item.broken - {"registers", "blocks"}:
        return
    prefix, base = f"{outer.prefix}{entry.name.value}_", outer.base + item.get("at")
    times = outer.times
    if item.item("count") is not None:
        own = _times(root, item, prefix[:-1], entry.name, report)
        if own is None or not _few((*times, own), f"block {prefix[:-1]}", item.at("count"), report):
            return
        times = (*times, own)
    elif item.item("stride") is not None:
        report.error("D0206", item.at("stride"), f"block {prefix[:-1]} has a stride and is not repeated", help="`count: 1` makes it one of one")
    names = frozenset(inner.name.value for inner in item.entries("registers"))
    devices = outer.devices | {key: item.values[key] for key in ("since", "until", "variants") if key in item.values}
    present: Value | None = item.item("present")
    if present is not None and (item.item("count") is None or outer.times):
        report.error("D0297", item.at("present"), f"`present` does not go with block {prefix[:-1]}", "it is in a repeated block" if outer.times else "it is not repeated", help="remove it")
        present = None
    place = _Place(prefix, base, item.item("region") or outer.region, times, names, present or outer.present, devices)
    last = times[-1].repeat if times else None
    every = tuple(one.repeat for one in times) if len(times) > 1 else ()
    blocks.append(
        Block(prefix[:-1], base, None if last is None else last.count, None if last is None else last.stride, entry.name.span, item.get("doc", ""), item.get("see", ""), every)
    )
    yield from _registers(root, item.entries("registers"), place, report)
    for inner in item.entries("blocks"):
        yield from _block(root, inner, place, blocks, report)


def _times(root: Object, item: Object, name: str, said: Value, report: Report) -> Times | None:
    """How often a block is there."""
    count, stride = item.item("count"), item.item("stride")
    if stride is None:
        report.error("D0217", said.span, f"block {name} is repeated, and does not say how far apart", also=[Label(item.at("count"), "here")], help="`stride:` is the distance in bytes")
        return None
    number = _count(root, count, report)
    return None if number is None else Times(count, stride, Repeat(name, number, smallest(stride.value, *_extent(item)) if isinstance(stride.value, Scaled) else stride.value, _index(count), (), isinstance(stride.value, Scaled)))


def _extent(item: Object) -> tuple[int, int]:
    """How many bytes of a block its registers reach over, and what it has to be aligned to."""
    reach = align = 1
    for entry in item.entries("registers"):
        register: Object | None = entry.item
        at = None if register is None else register.item("at")
        if register is not None and at is not None:
            width = register.get("width", 32) // 8
            count = register.get("count", 1)
            stride = smallest(register.get("stride", width), width, width)
            last = (count - 1 if isinstance(count, int) else 0) * stride
            reach, align = max(reach, last + width + max(one.value for one in at.value)), max(align, width)
    for entry in item.entries("blocks"):
        inner: Object | None = entry.item
        if inner is not None and inner.item("at") is not None:
            bytes_, own = _extent(inner)
            count = inner.get("count", 1)
            last = (count - 1 if isinstance(count, int) else 0) * smallest(inner.get("stride", bytes_), bytes_, own)
            reach, align = max(reach, inner.get("at") + last + bytes_), max(align, own)
    return reach, align


def _index(count: Value) -> str | None:
    """The enum that counts."""
    return count.value.name if isinstance(count.value, Reference) else None


def _few(times: tuple[Times, ...], what: str, span: Span, report: Report) -> bool:
    """Are there not too many repeats within one another, or elements because of them?"""
    if len(times) < 2:
        return True
    number = math.prod(one.repeat.count for one in times)
    label = f"{len(times)} repeats within one another, at most {MOST_TIMES}" if len(times) > MOST_TIMES else f"{number} in all, at most {MOST_ELEMENTS}"
    if len(times) <= MOST_TIMES and number <= MOST_ELEMENTS:
        return True
    also = [Label(one.count.span, f"{one.repeat.count} times {one.repeat.name}") for one in times[:-1]]
    report.error("D0280", span, f"{what} is repeated too often", label, also=also, help="describe the outermost repeats one by one, each as a block of its own")
    return False


def _registers(root: Object, entries: Iterable[Entry], place: _Place, report: Report) -> Iterator[Entry]:
    for entry in entries:
        name = entry.name if not place.prefix else Value(place.prefix + entry.name.value, entry.name.node)
        if entry.item is None:
            yield Entry(name, None)
            continue
        item = copy_of(entry.item)
        _qualify(item, place)
        expand_fields(item, report)
        if "present" in item.values and (place.times or item.item("count") is None):
            reason = "it is in a repeated block, which says it" if place.times else "it says no `count`"
            report.error("D0297", item.at("present"), f"`present` does not go with {name.value}", reason, help="remove it")
            del item.values["present"]
        if place.present is not None:
            item.values["present"] = place.present
        if not _offsets(item, name, place, report) or not _counts(root, item, name, place, report):
            yield Entry(name, None)
            continue
        yield Entry(name, item)
        yield from _addresses(item, name, place, report)


def copy_of(item: Object) -> Object:
    """The same keys, to be changed; aliases share the original."""
    copy = Object(item.type, item.node)
    copy.values, copy.key_nodes, copy.broken = dict(item.values), dict(item.key_nodes), set(item.broken)
    return copy


def _qualify(item: Object, place: _Place) -> None:
    """In a block, the names of its registers need not have the block's before them; nor has `c_name:`."""
    if not place.prefix:
        return
    if place.region is not None and "region" not in item.values:
        item.values["region"] = place.region
    for key, value in place.devices.items():
        item.values.setdefault(key, value)
    if "c_name" in item.values:
        c_name = item.values["c_name"]
        item.values["c_name"] = Value(place.prefix.lower() + c_name.value, c_name.node)
    for key, value in item.values.items():
        if key != "fields" and key not in _NAMES_ELSEWHERE:
            item.values[key] = _qualified(value, place)
    fields = item.values.get("fields")
    if fields is not None:
        item.values["fields"] = Value([Entry(field.name, _qualified_field(field.item, place)) for field in fields.value], fields.node)


def _qualified_field(field: Object | None, place: _Place) -> Object | None:
    if field is None:
        return None
    copy = copy_of(field)
    copy.values = {key: value if key == "enum" or key in _NAMES_ELSEWHERE else _qualified(value, place) for key, value in copy.values.items()}
    return copy


def _qualified(value: Value, place: _Place) -> Value:
    match value.value:
        case Reference(name=name) as reference if name in place.siblings:
            return Value(replace(reference, name=place.prefix + name), value.node)
        case Scaled(field=Reference(name=name) as field) as scaled if name in place.siblings:
            return Value(replace(scaled, field=replace(field, name=place.prefix + name)), value.node)
        case Condition(register=name) as condition if name in place.siblings:
            return Value(replace(condition, register=place.prefix + name), value.node)
        case list() as items:
            return Value([_qualified(one, place) for one in items], value.node) if all(isinstance(one, Value) for one in items) else value
    return value


def _offsets(item: Object, name: Value, place: _Place, report: Report) -> bool:
    """`at:` becomes one offset; listed offsets that are evenly spaced become an array."""
    at: Value | None = item.item("at")
    if at is None:
        return True
    offsets = [one.value for one in at.value]
    if at.node.value.__class__ is list:
        for key in ("count", "stride"):
            if key in item.values:
                report.error("D0218", item.at(key), f"`{key}` goes with one offset; {name.value} lists {len(offsets)}", also=[Label(at.span, "here")], help="remove it: as many elements as offsets")
                return False
        item.values["count"] = Value(len(offsets), at.node)
        stride = equal_steps(offsets) if len(offsets) > 1 else item.get("width", 32) // 8
        if stride is None:
            item.values["listed"] = at
        item.values["stride"] = Value(stride or item.get("width", 32) // 8, at.node)
    item.values["at"] = Value(place.base + offsets[0], at.node)
    return True


def _counts(root: Object, item: Object, name: Value, place: _Place, report: Report) -> bool:
    """`count: ENUM` becomes a number; what repeats a block repeats its registers."""
    own: Value | None = item.item("count")
    times = place.times
    if own is not None:
        number = _count(root, own, report)
        if number is None:
            return False
        stride: Value = item.item("stride") or Value(item.get("width", 32) // 8, own.node)
        listed: Value | None = item.item("listed")
        offsets = () if listed is None else tuple(one.value - listed.value[0].value for one in listed.value)
        times = (*times, Times(own, stride, Repeat(name.value, number, smallest(stride.value, *2 * [item.get("width", 32) // 8]), _index(own), offsets, isinstance(stride.value, Scaled))))
        if not _few(times, f"register {name.value}", own.span, report):
            return False
    elif times and "stride" in item.values:
        report.error("D0206", item.at("stride"), f"register {name.value} has a stride and is no array", help="`count: 1` makes an array of one")
        return False
    if times:
        _repeated_as(item, times, own is not None)
    return True


def _repeated_as(item: Object, times: tuple[Times, ...], own: bool) -> None:
    """All its `repeats`; and for one that is an array in equal steps `count`, `stride` and `index`. `own`: the last is the register's."""
    last = times[-1]
    item.values["count"] = Value(math.prod(one.repeat.count for one in times), last.count.node)
    if last.stride is not None and not own:
        item.values["stride"] = last.stride
    if last.repeat.index is not None:
        item.values["index"] = Value(last.repeat.index, last.count.node)
    item.values["repeats"] = Value(times, last.count.node)


def _count(root: Object, value: Value, report: Report) -> int | None:
    """A number, or as many as an enum has values; they must be 0, 1, 2 and so on."""
    if isinstance(value.value, int):
        return value.value
    reference: Reference = value.value
    enums = {entry.name.value: entry for entry in root.entries("enums")}
    entry = enums.get(reference.name)
    if entry is None or reference.field is not None or reference.index is not None:
        if "enums" not in root.broken:
            unknown(value, str(reference), "enum", enums, report, "D0403")
        return None
    if entry.item is None or entry.item.broken:
        return None
    values = [one for one in entry.item.entries("values") if one.item is not None]
    numbers = sorted(one.item.get("value", -1) for one in values)
    if numbers != list(range(len(values))) or not values:
        report.error(
            "D0219", value.span, f"enum {reference.name} cannot count the elements of an array", "its values are not 0, 1, 2 and so on",
            also=[Label(entry.name.span, "the enum")],
        )
        return None
    return len(values)


def _addresses(item: Object, name: Value, place: _Place, report: Report) -> Iterator[Entry]:
    """`set_at:` and `clear_at:` become registers of their own, with an effect on this one."""
    for key, suffix, effect in (("set_at", "SET", "sets"), ("clear_at", "CLEAR", "clears")):
        at: Value | None = item.values.pop(key, None)
        if at is None:
            continue
        node = item.key_nodes.get(key, at.node)
        fields = item.entries("fields")
        if fields and not any(_can_be_set(item, field) for field in fields):
            report.error(
                "D0245", node.span, f"no bit of {name.value} can be {'set' if key == 'set_at' else 'cleared'} there", "every field of the register is read-only",
                also=[Label(item.at("access"), "for every field that does not say otherwise")] if "access" in item.values else [],
                help=f"fields that are written only through another address belong to a register of their own: `{name.value}_{suffix}: {{at: {at.node.value}, access: wo, {effect}: {name.value}, fields: ...}}`",
            )
            continue
        made = Object(item.type, item.node)
        kept = ("region", "width", "count", "stride", "present", "index", "repeats", "listed", "when", "reserved", "order", "since", "until", "variants")
        made.values = {one: item.values[one] for one in kept if one in item.values}
        made.values |= {
            "at": Value(place.base + at.value, at.node),
            "access": Value("wo", node),
            effect: Value([Value(Reference(name.value, None, None), node)], node),
            "doc": Value(f"writing 1 {effect} the bit of {name.value}", node),
        }
        made.key_nodes = {one: item.key_nodes[one] for one in kept if one in item.key_nodes} | {"at": node, effect: node}
        if "c_name" in item.values:
            made.values["c_name"] = Value(f"{item.get('c_name')}_{suffix.lower()}", node)
        if "fields" in item.values:
            made.values["fields"] = Value([Entry(field.name, _bare_field(field.item)) for field in item.entries("fields") if _can_be_set(item, field)], node)
        made.broken = item.broken & {"fields"}
        yield Entry(Value(f"{name.value}_{suffix}", node), made)


def _can_be_set(item: Object, field: Entry) -> bool:
    access = None if field.item is None else field.item.get("access", item.get("access", "rw"))
    return access != "ro"


def _bare_field(field: Object | None) -> Object | None:
    """The same bits, and nothing of what they do in the register itself."""
    if field is None:
        return None
    made = Object(field.type, field.node)
    kept = ("bit", "bits", "doc", "see", "c_name")
    made.values = {key: field.values[key] for key in kept if key in field.values}
    made.key_nodes = {key: field.key_nodes[key] for key in kept if key in field.key_nodes}
    made.broken = field.broken & {"bit", "bits"}
    return made


def expand_fields(item: Object, report: Report) -> None:
    """`F: {bits: 3:0, count: 4}` becomes F_0 to F_3, one behind the other."""
    fields: Value | None = item.item("fields")
    if fields is None or not any(field.item is not None and {"count", "stride"} & set(field.item.values) for field in fields.value):
        return
    item.values["fields"] = Value([made for field in fields.value for made in repeated(field, report)], fields.node)


def repeated(field: Entry, report: Report) -> Iterator[Entry]:
    """The fields that one is: itself, where it is not repeated."""
    source: Object | None = field.item
    if source is None or source.broken or not {"count", "stride"} & set(source.values) or not {"bits", "bit"} & set(source.values):
        yield field
        return
    if "count" not in source.values:
        report.error("D0206", source.at("stride"), f"field {field.name.value} has a stride and is not repeated", help="`count: 4` repeats it")
        yield Entry(field.name, None)
        return
    bits: Bits = source.get("bits") or source.get("bit")
    stride = source.get("stride", bits.width)
    if stride < bits.width:
        report.error("D0215", source.at("stride"), f"repetitions of {field.name.value} overlap", f"it has {bits.width} bits", help=f"`stride: {bits.width}` puts them side by side")
        yield Entry(field.name, None)
        return
    c_name: Value | None = source.item("c_name")
    for index in range(min(source.get("count"), MOST_REPEATS)):
        made = copy_of(source)
        at = source.item("bits") or source.item("bit")
        made.values["bits"] = Value(Bits(bits.high + index * stride, bits.low + index * stride), at.node)
        made.key_nodes["bits"] = source.key_nodes.get("bits") or source.key_nodes.get("bit") or at.node
        made.values.pop("bit", None)
        if c_name is not None:
            made.values["c_name"] = Value(f"{c_name.value}_{index}", c_name.node)
        yield Entry(Value(f"{field.name.value}_{index}", field.name.node), made)
