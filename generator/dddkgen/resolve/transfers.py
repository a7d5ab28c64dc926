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
from .rings import field_ref, whole_register

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
    # Every reference is looked at before the first mistake ends it.
    fixed = "host" in item.values
    if fixed != ("device" in item.values):
        first, second = ("host", "target") if fixed else ("source", "device")
        context.report.error(
            "D0126", item.at(second), f"`{first}` and `{second}` exclude each other", "one names an end of the machine, the other one an end of the move", also=[Label(item.at(first), "here")],
            help="`source` and `target`, or `host` and `device`",
        )
        return None
    ends = ("host", "device") if fixed else ("source", "target")
    source, target, length = (whole_register(context, item.item(key)) for key in (*ends, "length"))
    go = field_ref(context, item.item("go"))
    way = None if direction is None else field_ref(context, direction.item("field"))
    notify = None if item.item("notify") is None else field_ref(context, item.item("notify"))
    done = _done(context, item.item("done"), interrupts, enums)
    if source is None or target is None or length is None or go is None or done is None:
        return None
    if (way is None and direction is not None) or (notify is None and item.item("notify") is not None):
        return None
    return Transfer(
        name=entry.name.value,
        source=source,
        target=target,
        length=length,
        go=go,
        direction=way,
        from_device=1 if direction is None else direction.get("from_device", 1),
        notify=notify,
        done=done,
        base=memory.get("base", 0),
        size=memory.get("size"),
        max=item.get("max", memory.get("size")),
        timeout_ns=item.get("timeout", DEFAULT_TIMEOUT_NS),
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        fixed=fixed,
    )


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
    if not names.register(place, report) or not names.field(place, condition.register, condition.field, report):
        return None
    fields = names.fields(condition.register)
    field = None if fields is None else fields[condition.field].item
    enum = None if field is None or field.get("enum") is None else enums.get(field.get("enum").name)
    number = value_named(context, value, condition.value, enum)
    if number is not None and number < 0:
        bits = None if field is None or field.get("type") != "signed" else field.get("bits")
        if bits is None or number < -(1 << bits.width - 1):
            report.error("D0112", value.span, f"`{condition.register}.{condition.field}` is never {number}", "it must be at least " + ("0" if bits is None else str(-(1 << bits.width - 1))))
            return None
        number &= (1 << bits.width) - 1
    return None if number is None else Until(names.ref(condition.reference), number)
