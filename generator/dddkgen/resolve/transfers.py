# SPDX-License-Identifier: MIT
"""Resolve one-shot transfers."""

from __future__ import annotations

from ..diagnostics import Label
from ..keys.types import Entry, Object, Value
from ..model import CauseKind, Enum_, Interrupt, Ref
from ..procedures import CauseRef, Transfer, Until
from ..read.scalars import Condition, Reference
from .context import Context
from .names import unknown
from .registers import value_named
from .rings import field_ref, register_ref

DEFAULT_TIMEOUT_NS = 1_000_000_000


def transfers(context: Context, interrupts: tuple[Interrupt, ...], enums: dict[str, Enum_]) -> tuple[Transfer, ...]:
    """Transfers in the manifest's order."""
    result = []
    for entry in context.root.entries("transfers"):
        item: Object | None = entry.item
        transfer = None if item is None or item.broken else _transfer(context, entry, item, interrupts, enums)
        if transfer is not None:
            context.sources.add(transfer, item)
            result.append(transfer)
    return tuple(result)


def _transfer(context: Context, entry: Entry, item: Object, interrupts: tuple[Interrupt, ...], enums: dict[str, Enum_]) -> Transfer | None:
    memory: Object = item.item("device_memory")
    direction: Object | None = item.item("direction")
    if memory.broken or (direction is not None and direction.broken):
        return None
    if not _together(context, item) or (item.item("length") is not None and item.item("length").broken):
        return None
    # Every reference is looked at before the first mistake ends it.
    addresses = {key: [register_ref(context, value) for value in item.items(key)] for key in ("source", "target", "host", "device")}
    length: Object = item.item("length")
    length_to = register_ref(context, length.item("to"))
    go = field_ref(context, item.item("go"))
    way = None if direction is None else field_ref(context, direction.item("field"))
    notify = None if item.item("notify") is None else field_ref(context, item.item("notify"))
    done = _done(context, item.item("done"), interrupts, enums)
    fail = None if item.item("fail") is None else _condition(context, item.item("fail"), enums)
    values = (1, 0) if direction is None or way is None else _way_values(context, direction, enums)
    if any(None in refs for refs in addresses.values()) or length_to is None or go is None or done is None or values is None:
        return None
    if any(found is None and there is not None for found, there in ((way, direction), (notify, item.item("notify")), (fail, item.item("fail")))):
        return None
    unit = length.get("unit", 1)
    return Transfer(
        name=entry.name.value,
        source=_refs(addresses["source"]),
        target=_refs(addresses["target"]),
        host=_refs(addresses["host"]),
        device=_refs(addresses["device"]),
        length=length_to,
        length_unit=unit,
        length_bias=length.get("bias", 0),
        go=go,
        direction=way,
        from_device=values[0],
        to_device=values[1],
        only=item.get("only"),
        notify=notify,
        done=done,
        fail=fail,
        channels=item.get("channels"),
        align=max(item.get("align", 1), unit),
        base=memory.get("base", 0),
        size=memory.get("size"),
        max=item.get("max", memory.get("size")),
        timeout_ns=item.get("timeout", DEFAULT_TIMEOUT_NS),
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
    )


def _refs(found: list[Ref | None]) -> tuple[Ref, ...]:
    return tuple(ref for ref in found if ref is not None)


def _together(context: Context, item: Object) -> bool:
    """`source` comes with `target`, and `device` with `host`."""
    first = "host" if "host" in item.values else "source"
    wrong = "target" if first == "host" else "device"
    if wrong in item.values:
        context.report.error(
            "D0126", item.at(wrong), f"`{first}` and `{wrong}` exclude each other", "one names an end of the machine, the other one an end of the move", also=[Label(item.at(first), "here")],
            help="`source` and `target`, or `host` and `device`",
        )
        return False
    if first == "source" and "target" not in item.values:
        context.report.error("D0102", item.at("source"), "`target` is missing", "data from here goes somewhere", help="for example `target: TARGET`")
        return False
    return True


def _condition(context: Context, value: Value, enums: dict[str, Enum_]) -> Until | None:
    """`REGISTER.FIELD`, which is 1, or `REGISTER.FIELD == value`."""
    if isinstance(value.value, Condition):
        return until(context, value, enums)
    ref = field_ref(context, value)
    return None if ref is None else Until(ref, 1)


def _way_values(context: Context, direction: Object, enums: dict[str, Enum_]) -> tuple[int, int] | None:
    """What the direction is when data leaves the device, and when it goes there."""
    place: Reference = direction.item("field").value
    fields = context.names.fields(place.name) if place.name in context.names.registers else None
    entry = None if fields is None else fields.get(place.field or "")
    field = None if entry is None else entry.item
    enum = None if field is None or field.get("enum") is None else enums.get(field.get("enum").name)
    found: list[int | None] = []
    for key in ("from_device", "to_device"):
        value = direction.item(key)
        if value is None:
            found.append(1 if key == "from_device" else 1 if found[0] == 0 else 0)
            continue
        number = value.value if isinstance(value.value, int) else value_named(context, value, value.value, enum)
        if number is None:
            return None
        found.append(number)
    return found[0] or 0, found[1] or 0


def _done(context: Context, value: Value, interrupts: tuple[Interrupt, ...], enums: dict[str, Enum_]) -> CauseRef | Until | None:
    if isinstance(value.value, Condition):
        return until(context, value, enums)
    reference: Reference = value.value
    if reference.field is not None:
        ref = field_ref(context, value)
        return None if ref is None else Until(ref, 1)
    for interrupt in interrupts:
        for cause in interrupt.causes:
            named = interrupt.name if interrupt.cause_kind is CauseKind.MESSAGE else cause.name
            if named == reference.name and reference.index is None:
                return CauseRef(interrupt.name, cause.name, cause.complete)
    # A cause that is broken was reported where it stands.
    declared = {entry.name.value: entry.name.span for one in context.root.entries("interrupts") if one.item is not None for entry in one.item.entries("on") or [one]}
    if str(reference) not in declared and "interrupts" not in context.root.broken:
        unknown(value, str(reference), "cause", declared, context.report, "D0451")
    return None


def until(context: Context, value: Value, enums: dict[str, Enum_]) -> Until | None:
    """`REGISTER.FIELD == value`."""
    condition: Condition = value.value
    names, report = context.names, context.report
    place = Value(condition.reference, value.node)
    reference = names.there(place, report)
    if reference is None:
        return None
    fields = names.fields(reference.name)
    field = None if fields is None else fields[reference.field or ""].item
    enum = None if field is None or field.get("enum") is None else enums.get(field.get("enum").name)
    number = value_named(context, value, condition.value, enum, signed=True)
    if number is not None and number < 0:
        bits = None if field is None or field.get("type") != "signed" else field.get("bits")
        if bits is None or number < -(1 << bits.width - 1):
            report.error("D0112", value.span, f"`{condition.register}.{condition.field}` is never {number}", "it must be at least " + ("0" if bits is None else str(-(1 << bits.width - 1))))
            return None
        number &= (1 << bits.width) - 1
    return None if number is None else Until(names.ref(reference), number)
