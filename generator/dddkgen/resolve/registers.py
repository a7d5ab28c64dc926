# SPDX-License-Identifier: MIT
"""Resolve enums, regions, registers and fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..capabilities import Capability
from ..diagnostics import Fix, Label
from ..keys.types import Entry, Object, Value
from ..model import (
    Present,
    Begin,
    Bank,
    ByteOrder,
    Device,
    Effect,
    Enum_,
    EnumValue,
    Field,
    Ref,
    Region,
    RegionKind,
    Register,
    Reserved,
    Scale,
)
from ..read import scalars
from . import resets
from .context import Context
from .expand import Times
from .names import unknown
from .variants import laid_over


def regions(context: Context) -> tuple[Region, ...]:
    """Regions in the manifest's order."""
    result = []
    for entry in context.root.entries("regions"):
        item: Object | None = entry.item
        if item is None or item.broken or ("capability" in item.values and item.item("capability").broken):
            continue
        begin = _begin(context, item)
        if begin is None and "at" in item.values:
            continue
        region = Region(
            name=entry.name.value,
            index=len(result),
            bar=item.get("bar", -1),
            begin=begin,
            capability=_capability(item),
            reg=item.get("reg", -1),
            kind=RegionKind(item.get("kind", "memory")),
            size=item.get("size"),
            order=ByteOrder(item.get("order", "little")),
            origin=entry.name.span,
            doc=item.get("doc", ""),
            see=item.get("see", ""),
            access_widths=tuple(sorted({width.value for width in item.items("access_widths")})),
            address_bits=item.get("address_bits"),
            prefetchable=item.get("prefetchable"),
            optional=item.get("optional", False),
        )
        context.sources.add(region, item)
        result.append(region)
    shared = {region.bar for region in result if region.begin is not None}
    for number, region in enumerate(result):
        if region.bar in shared and region.begin is None and region.bar >= 0:  # no more of it than the manifest says
            result[number] = replace(region, begin=Begin(0, None))
            context.sources.add(result[number], context.sources.of(region))
    return tuple(result)


def _begin(context: Context, item: Object) -> Begin | None:
    """Where in the BAR it begins; None: nothing is said, or what is said is broken."""
    value: Value | None = item.item("at")
    if value is None:
        return None
    place: scalars.Placed = value.value
    if place.scaled is None:
        return Begin(place.base, None)
    scale = _scale(context, Value(place.scaled, value.node))
    return None if scale is None else Begin(place.base, scale)


def _capability(item: Object) -> Capability | None:
    source: Object | None = item.item("capability")
    if source is None:
        return None
    return Capability(source.get("id"), source.get("type"), source.get("extended", False))


def enums(context: Context) -> dict[str, Enum_]:
    """Enums by name; a value that is broken is missing in its enum."""
    result = {}
    for entry in context.root.entries("enums"):
        if entry.item is None:
            continue
        values = []
        for value in entry.item.entries("values"):
            item: Object | None = value.item
            if item is None or item.broken or item.item("value") is None:
                context.incomplete.add(entry.name.value)
                continue
            devices = context.plan.of_value(entry.name.value, value.name.value, item, context.names, context.report)
            made = EnumValue(value.name.value, item.get("value"), item.get("doc", ""), item.get("c_name"), value.name.span, item.get("see", ""), devices, item.get("only"))
            context.sources.add(made, item)
            values.append(made)
        source: Object = entry.item
        enum = Enum_(entry.name.value, tuple(values), entry.name.span, source.get("doc", ""), source.get("see", ""), source.get("other"), source.get("flags", False))
        context.sources.add(enum, source)
        result[entry.name.value] = enum
    return result


def registers(context: Context, regions_: tuple[Region, ...], enums_: dict[str, Enum_]) -> tuple[Register, ...]:
    """Registers in the order of region, offset and bank."""
    _homeless(context)
    result = []
    for entry in context.root.entries("registers"):
        item: Object | None = entry.item
        register = None if item is None or item.broken - {"fields"} else _register(context, entry, item, enums_, context.plan.every)
        if register is None:
            context.incomplete.add(entry.name.value)
            continue
        if "fields" in item.broken:
            context.incomplete.add(entry.name.value)
        context.sources.add(register, item)
        result.append(register)
    index = {region.name: region.index for region in regions_}
    result.sort(key=lambda register: (index.get(register.region, 0), register.offset, -1 if register.bank is None else register.bank.value))
    return tuple(result)


def devices(context: Context, registers_: tuple[Register, ...], enums_: dict[str, Enum_]) -> tuple[Device, ...]:
    """Each device as it is; empty where none differs from the others."""
    plan = context.plan
    if not plan.varied:
        return ()
    entries = {entry.name.value: entry for entry in context.root.entries("registers")}
    made: dict[tuple[object, ...], Register | None] = {}
    result = []
    for bit, (variant, revision) in enumerate(plan.devices()):
        own = {name: _values_of(enum, bit) for name, enum in enums_.items()}
        mine = []
        for register in registers_:
            entry = entries[register.name]
            if register.devices is not None and not register.devices >> bit & 1:
                mine.append(None)
                continue
            overlays = plan.overlays.get(register.name, [])
            if not overlays and not _limits_anything(register, own, enums_):
                mine.append(register)
                continue
            key = (register.name, *(applied >> bit & 1 for applied, _ in overlays), *_limits(register, own, bit))
            if key not in made:
                made[key] = _as_it_is(context, entry, laid_over(entry.item, overlays, bit), own, bit)
            mine.append(made[key] or register)
        result.append(Device(variant, revision, tuple(mine), tuple(own.values())))
    return tuple(result)


def _values_of(enum: Enum_, bit: int) -> Enum_:
    """The enum with the values that a device has; the very same where that is all of them."""
    kept = tuple(value for value in enum.values if value.devices is None or value.devices >> bit & 1)
    return enum if len(kept) == len(enum.values) else replace(enum, values=kept)


def _limits_anything(register: Register, own: dict[str, Enum_], enums_: dict[str, Enum_]) -> bool:
    """Does the device's register have other fields, or fields with other values?"""
    return any(field.devices is not None or field.enum is not None and own[field.enum.name] is not enums_[field.enum.name] for field in register.fields)


def _limits(register: Register, own: dict[str, Enum_], bit: int) -> list[object]:
    """What tells two devices' registers apart besides what is laid over them."""
    found: list[object] = [field.devices >> bit & 1 for field in register.fields if field.devices is not None]
    return [*found, *(tuple(value.name for value in own[field.enum.name].values) for field in register.fields if field.enum is not None)]


def _as_it_is(context: Context, entry: Entry, item: Object, enums_: dict[str, Enum_], bit: int) -> Register | None:
    made = _register(context, entry, item, enums_, 1 << bit)
    if made is not None:
        context.sources.add(made, item)
    return made


def _register(context: Context, entry: Entry, item: Object, enums_: dict[str, Enum_], among: int) -> Register | None:
    """The register with the fields that any of the devices `among` has."""
    region = _region(context, item)
    bank = _bank(context, item, enums_)
    effects = _effects(context, item)
    if region is None or (bank is None and "when" in item.values):
        return None
    alias_of = None
    if "alias_of" in item.values:
        alias_of = _shown(context, item.item("alias_of"))
        if alias_of is None:
            return None
    stride = item.get("stride", item.get("width", 32) // 8)
    times: tuple[Times, ...] = item.get("repeats", ())
    said = [one.stride for one in times if one.repeat.scaled and one.stride is not None]
    scale = None
    if said:
        scale = _scale(context, said[0]) if _one_scale(context, entry, said) else None
        if scale is None:
            return None
    present = _present(context, item, region)
    if present is None and "present" in item.values:
        return None
    width, access, volatile = item.get("width", 32), item.get("access", "rw"), item.get("volatile", False)
    own = resets.of(context, item, width, False)
    if own is None:
        return None
    reset = own.first
    fields = []
    for field_entry in item.entries("fields"):
        field = bit_field(context, field_entry, access, volatile, own, enums_, entry.name.value)
        if field is None:
            context.incomplete.add(entry.name.value)
        elif field.devices is None or field.devices & among or among == context.plan.every:
            fields.append(field)
    fields.sort(key=lambda field: -field.lsb)
    expect = _expect(context, item, None)
    if reset is None and expect and not fields:
        reset = expect[0]
    if reset is None and fields and all(field.reset is not None for field in fields):
        reset = sum((field.reset or 0) << field.lsb for field in fields)
    given: dict[str, Any] = {key: value.value for key, value in item.values.items()}
    return Register(
        name=entry.name.value,
        region=region,
        offset=given.get("at"),
        width=width,
        count=given.get("count"),
        stride=times[-1].repeat.stride if scale is not None and times else scalars.smallest(stride),
        access=access,
        fields=tuple(fields),
        reset=reset,
        reserved=Reserved(given.get("reserved", "preserve")),
        bank=bank,
        shadow=given.get("shadow", False),
        effects=effects,
        read_effects=_effects(context, item, ("read_clears",)),
        volatile=volatile,
        origin=entry.name.span,
        doc=given.get("doc", ""),
        see=given.get("see", ""),
        c_name=given.get("c_name"),
        lock=given.get("lock"),
        order=None if "order" not in item.values else ByteOrder(given.get("order")),
        split=given.get("split"),
        latched=given.get("latched", False),
        index=given.get("index"),
        expect=expect,
        write_mask=given.get("write_mask", False),
        devices=context.plan.of_register(entry.name.value, item, context.names, context.report),
        resets=resets.behind_the_first(context, own, reset),
        scale=scale,
        alias_of=None if alias_of is None else alias_of.register,
        alias_element=None if alias_of is None else alias_of.index,
        same_view=given.get("same_view", False),
        present=present,
        repeats=tuple(one.repeat for one in times) if len(times) > 1 or times and times[0].repeat.places else (),
    )


def _one_scale(context: Context, entry: Entry, strides: list[Value]) -> bool:
    """The device says at most one of the strides of a register."""
    if len(strides) > 1:
        context.report.error(
            "D0257", strides[1].span, f"two strides of {entry.name.value} are the device's to say", "one of them", also=[Label(strides[0].span, "and this one")],
            help="a number of bytes for one of them",
        )
    return len(strides) == 1


def _scale(context: Context, value: Value) -> Scale | None:
    """What says how far apart the elements are."""
    reference: scalars.Reference = value.value.field
    place = Value(reference, value.node)
    if not context.names.register(place, context.report) or reference.field is not None and not context.names.field(place, reference.name, reference.field, context.report):
        return None
    return Scale(reference.name, reference.field, value.value.shifts, value.value.unit)


def _present(context: Context, item: Object, region: str) -> Present | None:
    """How many of the outermost repeats there are."""
    value: Value | None = item.item("present")
    times: tuple[Times, ...] = item.get("repeats", ())
    if value is None or not times:
        return None
    reference: scalars.Reference = value.value.field
    place, outermost = Value(reference, value.node), times[0].repeat
    if not context.names.register(place, context.report) or reference.field is not None and not context.names.field(place, reference.name, reference.field, context.report):
        return None
    return Present(reference.name, reference.field, value.value.plus, outermost.count, outermost.stride, region)


def _shown(context: Context, value: Value) -> Ref | None:
    """The register that an alias shows, or one element of it."""
    reference: scalars.Reference = value.value
    if not context.names.register(value, context.report):
        return None
    if reference.field is not None:
        context.report.error("D0402", value.span, f"`{reference}` is more than the name of a register", help=f"write `{reference.name}`", fix=Fix(value.span, reference.name))
        return None
    return context.names.ref(reference)


def _region(context: Context, item: Object) -> str | None:
    """The region by name, else the default."""
    value: Value | None = item.item("region")
    if value is not None:
        return context.names.find("regions", value, context.report)
    return context.names.default_region


def _homeless(context: Context) -> None:
    """Report registers that do not say where they are, all in one message."""
    declared = list(context.names.regions.values())
    entries = [entry for entry in context.root.entries("registers") if entry.item is not None and "region" not in entry.item.key_nodes and "region" not in entry.item.values]
    if entries and not declared and (empty := context.root.key_nodes.get("regions")) is not None and not context.root.entries("regions"):
        context.report.error(
            "D0102", empty.span, "`regions` is empty", "a register is in one",
            also=[Label(entries[0].name.span, "this one is in none")], help="for example `regions: {regs: {bar: 0, size: 128KiB}}`",
        )  # fmt: skip
    if not entries or context.names.default_region is not None or len(declared) < 2:
        return
    several = f", and {len(entries) - 1} others do not," if len(entries) > 1 else ""
    context.report.error(
        "D0408",
        entries[0].name.span,
        f"register {entries[0].name.value} does not say{several} which region it is in",
        also=[Label(region.name.span, "a region") for region in declared[:2]],
        help=[f"`region: {declared[0].name.value}` at the register, or `default: true` at the region that most registers are in"],
    )


def _bank(context: Context, item: Object, enums_: dict[str, Enum_]) -> Bank | None:
    """`when: LCR.DLAB == 1`."""
    value: Value | None = item.item("when")
    if value is None:
        return None
    condition: scalars.Condition = value.value
    place = Value(condition.reference, value.node)
    names, report = context.names, context.report
    if not names.register(place, report) or not names.field(place, condition.register, condition.field, report):
        return None
    fields = names.fields(condition.register)
    field = None if fields is None else fields[condition.field].item
    enum = None if field is None or field.get("enum") is None else enums_.get(field.get("enum").name)
    number = value_named(context, value, condition.value, enum)
    return None if number is None else Bank(condition.register, condition.field, number, names.ref(condition.reference).index)


def value_named(context: Context, value: Value, text: str, enum: Enum_ | None, signed: bool = False) -> int | None:
    """A number, or the name of an enum's value or, where there is none, of a parameter."""
    if enum is not None:
        for candidate in enum.values:
            if candidate.name == text:
                return candidate.value
    number = scalars.integer(text)
    if number is None and text in context.report.unreadable:
        return None
    if number is None:
        number = context.report.parameters.get(text)
        if number is not None and number < 0 and not signed:
            context.report.error("D0112", value.span, f"`{text}` is out of range", f"it is {number}, and must be at least 0")
            return None
    if number is None:
        known = {} if enum is None else {candidate.name: candidate.origin for candidate in enum.values}
        unknown(value, text, "value", known, context.report, "D0409", "" if enum is None else f" in enum {enum.name}")
    return number


_EFFECTS = ("sets", "clears", "resets")


def _effects(context: Context, item: Object, kinds: tuple[str, ...] = _EFFECTS) -> tuple[Effect, ...]:
    """Declared effects; without those that refer to nothing."""
    if item.values.keys().isdisjoint(kinds):
        return ()
    result = []
    for kind in kinds:
        for value in item.items(kind):
            if resets.is_kind(context, value) and kind == "resets":
                result.append(Effect(kind, "device", value.value.name))
                continue
            if value.value.name == "device" and "device" not in context.names.registers:
                if kind != "resets":
                    context.report.error("D0410", value.span, f"`{kind}: device` has no meaning", "only `resets:` can name the whole device")
                    continue
            elif kind == "resets" and value.value.name not in context.names.registers and context.report.closest(value.value.name, [*context.names.registers, "device"]) == "device":
                fix = Fix(value.span, "device", sure=False)
                context.report.error("D0401", value.span, f"there is no register `{value.value.name}`", "unknown", help="did you mean `device`, which is all of them?", fix=fix)
                continue
            elif not context.names.register(value, context.report):
                continue
            elif value.value.field is not None and not context.names.field(value, value.value.name, value.value.field, context.report):
                continue
            ref = Ref("device") if value.value.name not in context.names.registers else context.names.ref(value.value)
            result.append(Effect(kind.removeprefix("read_"), f"{ref.register}.{ref.field}" if ref.field else ref.register, None, ref.index, ref.text if ref.index is not None else None))
    return tuple(result)


def bit_field(
    context: Context, entry: Entry, access: str, volatile: bool, register_resets: resets.Resets, enums_: dict[str, Enum_], register: str | None = None
) -> Field | None:
    item: Object | None = entry.item
    if item is None or item.broken:
        return None
    said: dict[str, Any] = {key: value.value for key, value in item.values.items()}
    bits: scalars.Bits = said.get("bits") or said["bit"]
    enum = None
    if "enum" in said:
        name = context.names.find("enums", item.item("enum"), context.report)
        if name is None or name not in enums_:
            return None
        enum = enums_[name]
    effects = _effects(context, item)
    lock: Value | None = item.item("locked_by")
    if lock is not None and not _field_named(context, lock):
        lock = None
    expect = _expect(context, item, enum)
    own = resets.of(context, item, bits.width, said.get("type") == "signed")
    if own is None:
        return None
    if "reset" not in said:
        own = register_resets.part(bits)
    reset = own.first
    if reset is None and expect and "reset" not in said:
        reset = expect[0]  # what the device must show is what it shows
    field = Field(
        name=entry.name.value,
        lsb=bits.low,
        width=bits.width,
        access=said.get("access", access),
        enum=enum,
        reset=reset,
        effects=effects,
        volatile=said.get("volatile", volatile),
        origin=entry.name.span,
        doc=said.get("doc", ""),
        see=said.get("see", ""),
        c_name=said.get("c_name"),
        locked_by=None if lock is None else f"{lock.value.name}.{lock.value.field}",
        lock_element=None if lock is None else context.names.ref(lock.value).index,
        expect=expect,
        devices=None if register is None else context.plan.of_field(register, entry.name.value, item, context.names, context.report),
        kind=said.get("type", ""),
        half=said.get("half"),
        min=said.get("min"),
        max=said.get("max"),
        scale=said.get("scale"),
        unit=said.get("unit", ""),
        resets=resets.behind_the_first(context, own, reset),
    )
    context.sources.add(field, item)
    return field


def _expect(context: Context, item: Object, enum: Enum_ | None) -> tuple[int, ...]:
    """The values of `expect:`; none where one of them is nothing."""
    if "expect" not in item.values:
        return ()
    values: list[int] = []
    for value in item.items("expect"):
        number = value.value if isinstance(value.value, int) else value_named(context, value, value.value, enum, "bits" in item.values)
        if number is None:
            return ()
        if number < 0 and "bits" in item.values:
            raw = resets.bits_of(context, number, item.get("bits").width, item.get("type") == "signed", value)
            if raw is None:
                return ()
            number = raw
        values.append(number)
    return tuple(values)


def _field_named(context: Context, value: Value) -> bool:
    """Does the reference name a field, and is it there?"""
    reference: scalars.Reference = value.value
    if not context.names.register(value, context.report):
        return False
    if reference.field is None:
        context.report.error("D0412", value.span, f"`{reference}` is not a field; a field is needed here", help=f"`{reference.element}.FIELD`")
        return False
    return context.names.field(value, reference.name, reference.field, context.report)
