# SPDX-License-Identifier: MIT
"""Expand what is short for several registers or fields: blocks, listed offsets, set and clear addresses, repeated fields.

Afterwards there is only `registers:`, each with one offset and plain fields, as if the author had written it out. Names are
made in one way, whatever the counts are: BLOCK_REGISTER, REGISTER_SET, REGISTER_CLEAR, FIELD_0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace

from ..dataclass import dataclass
from ..diagnostics import Label, Report
from ..keys.types import Entry, Object, Value
from ..model import Block
from ..read.scalars import Bits, Condition, Reference, Scaled
from .aliases import complete

#: Keys whose values are no registers, whatever a register in the block is called.
_NAMES_ELSEWHERE = ("since", "until", "variants")

#: More than a register has bits.
MOST_REPEATS = 64


#: Registers and fields that a manifest may have when all is written out: a short text could ask for very many.
MOST_EXPANDED = 60_000


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
class _Place:
    """What a block says about the registers in it."""

    prefix: str = ""
    base: int = 0
    region: Value | None = None
    count: Value | None = None
    stride: Value | None = None
    siblings: frozenset[str] = frozenset()
    devices: dict[str, Value] = field(default_factory=dict)  # `since`, `until` and `variants`
    origin: Value | None = None  # the repeated block's name


def expand(root: Object, report: Report) -> tuple[Block, ...]:
    """Rewrite the registers of a parsed manifest; what was in blocks is told."""
    registers = root.item("registers")
    blocks: list[Block] = []
    entries = list(_registers(root, [] if registers is None else registers.value, _Place(), report))
    for entry in root.entries("blocks"):
        entries += _block(root, entry, _Place(), blocks, report)
    complete(entries, report)
    if registers is not None:
        registers.value = _unique(entries, report)
    elif entries:
        root.values["registers"] = Value(_unique(entries, report), root.item("blocks").node)
    return tuple(blocks)


def expand_registers(root: Object, entries: Iterable[Entry], report: Report) -> list[Entry]:
    """The same for registers that stand elsewhere."""
    return list(_registers(root, entries, _Place(), report))


def smallest(stride: int | Scaled) -> int:
    """The number of bytes, or what no device makes smaller."""
    return stride.unit if isinstance(stride, Scaled) else stride


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
    count, stride = item.item("count") or outer.count, item.item("stride") or outer.stride
    if item.item("count") is not None and outer.count is not None:
        _nested_arrays(f"block {prefix[:-1]}", item.at("count"), outer.origin, report)
        return
    if item.item("count") is not None and item.item("stride") is None:
        report.error("D0217", entry.name.span, f"block {prefix[:-1]} is repeated, and does not say how far apart", also=[Label(item.at("count"), "here")], help="`stride:` is the distance in bytes")
        return
    names = frozenset(inner.name.value for inner in item.entries("registers"))
    origin = entry.name if item.item("count") is not None else outer.origin
    devices = outer.devices | {key: item.values[key] for key in ("since", "until", "variants") if key in item.values}
    place = _Place(prefix, base, item.item("region") or outer.region, count, stride, names, devices, origin)
    number = None if count is None else _count(root, count, report)
    if count is not None and number is None:
        return
    blocks.append(Block(prefix[:-1], base, number, None if stride is None else smallest(stride.value), entry.name.span, item.get("doc", ""), item.get("see", "")))
    yield from _registers(root, item.entries("registers"), place, report)
    for inner in item.entries("blocks"):
        yield from _block(root, inner, place, blocks, report)


def _nested_arrays(what: str, span: object, origin: Value | None, report: Report) -> None:
    also = [] if origin is None else [Label(origin.span, "the block around it is repeated")]
    report.error("D0904", span, f"{what} is an array in an array, which is not supported yet", also=also, help="describe the inner elements one by one")  # type: ignore[arg-type]


def _registers(root: Object, entries: Iterable[Entry], place: _Place, report: Report) -> Iterator[Entry]:
    for entry in entries:
        name = entry.name if not place.prefix else Value(place.prefix + entry.name.value, entry.name.node)
        if entry.item is None:
            yield Entry(name, None)
            continue
        item = copy_of(entry.item)
        _qualify(item, place)
        expand_fields(item, report)
        if not _offsets(item, name, place, report) or not _counts(root, item, name, place, report):
            yield Entry(name, None)
            continue
        yield Entry(name, item)
        yield from _addresses(item, name, place)


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
        strides = {second - first for first, second in zip(offsets, offsets[1:], strict=False)}
        if len(strides) > 1 or any(stride <= 0 for stride in strides):
            report.error(
                "D0905", at.span, f"the elements of {name.value} are not evenly spaced, which is not supported yet", "in equal steps upwards, so far",
                help="describe them as registers of their own",
            )
            return False
        item.values["count"] = Value(len(offsets), at.node)
        item.values["stride"] = Value(strides.pop() if strides else item.get("width", 32) // 8, at.node)
    item.values["at"] = Value(place.base + offsets[0], at.node)
    return True


def _counts(root: Object, item: Object, name: Value, place: _Place, report: Report) -> bool:
    """`count: ENUM` becomes a number; a block's count is its registers'."""
    own: Value | None = item.item("count")
    if own is not None:
        if place.count is not None:
            _nested_arrays(f"register {name.value}", own.span, place.origin, report)
            return False
        number = _count(root, own, report)
        if number is None:
            return False
        if isinstance(own.value, Reference):
            item.values["index"] = Value(own.value.name, own.node)
        item.values["count"] = Value(number, own.node)
    elif place.count is not None and place.stride is not None:
        number = _count(root, place.count, report)
        if isinstance(place.count.value, Reference):
            item.values["index"] = Value(place.count.value.name, place.count.node)
        item.values["count"] = Value(number, place.count.node)
        item.values["stride"] = place.stride
    return True


def _count(root: Object, value: Value, report: Report) -> int | None:
    """A number, or as many as an enum has values; they must be 0, 1, 2 and so on."""
    if isinstance(value.value, int):
        return value.value
    reference: Reference = value.value
    enums = {entry.name.value: entry for entry in root.entries("enums")}
    entry = enums.get(reference.name)
    if entry is None or reference.field is not None or reference.index is not None:
        if "enums" not in root.broken:
            from .names import unknown

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


def _addresses(item: Object, name: Value, place: _Place) -> Iterator[Entry]:
    """`set_at:` and `clear_at:` become registers of their own, with an effect on this one."""
    for key, suffix, effect in (("set_at", "SET", "sets"), ("clear_at", "CLEAR", "clears")):
        at: Value | None = item.values.pop(key, None)
        if at is None:
            continue
        node = item.key_nodes.get(key, at.node)
        made = Object(item.type, item.node)
        kept = ("region", "width", "count", "stride", "index", "when", "reserved", "order", "since", "until", "variants")
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
    item.values["fields"] = Value([made for field in fields.value for made in _repeated(field, report)], fields.node)


def _repeated(field: Entry, report: Report) -> Iterator[Entry]:
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
        made.key_nodes["bits"] = source.key_nodes.get("bits") or source.key_nodes["bit"]
        made.values.pop("bit", None)
        if c_name is not None:
            made.values["c_name"] = Value(f"{c_name.value}_{index}", c_name.node)
        yield Entry(Value(f"{field.name.value}_{index}", field.name.node), made)
