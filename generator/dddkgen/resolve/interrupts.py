# SPDX-License-Identifier: MIT
"""Resolve interrupts: each cause becomes a bit, or a code."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Label
from ..interrupt_bits import acknowledged_beside_settings, holds_more
from ..keys.types import Entry, Object, Value
from ..model import Cause, CauseKind, Enum_, Interrupt, Ref, Register
from ..read.scalars import Reference
from .context import Context
from .names import unknown
from .rings import field_ref, whole_register

#: In `Context.incomplete`, where no register can have this name: some cause was dropped.
CAUSES = "on:"

DEFAULT_MODES = ("msix", "msi", "intx")
MESSAGE_MODES = ("msix",)

#: What the only cause of an interrupt without a cause register is called.
MESSAGE = "MESSAGE"


def interrupts(context: Context, registers: tuple[Register, ...]) -> tuple[Interrupt, ...]:
    """Interrupts in the manifest's order."""
    known = {register.name: register for register in registers}
    result = []
    for entry in context.root.entries("interrupts"):
        item: Object | None = entry.item
        interrupt = None if item is None else _interrupt(context, entry, item, known)
        if interrupt is not None:
            context.sources.add(interrupt, item)
            result.append(interrupt)
    return tuple(result)


def share_masks(context: Context, registers: tuple[Register, ...], interrupts_: tuple[Interrupt, ...]) -> tuple[Register, ...]:
    """A register with more in it than enable bits, or causes to acknowledge, is shared with handlers, whether or not the manifest says so."""
    masks = {name for one in interrupts_ for name in (one.mask_register, one.switch and one.switch.register) if name}
    acknowledges = {one.acknowledge for one in interrupts_}
    return tuple(
        _shared(context, register)
        if (register.name in masks and holds_more(register, interrupts_)) or (register.name in acknowledges and acknowledged_beside_settings(register))
        else register
        for register in registers
    )


def _shared(context: Context, register: Register) -> Register:
    if register.lock is not None:
        return register
    shared = replace(register, lock="irq")
    context.sources.add(shared, context.sources.of(register))
    return shared


def _interrupt(context: Context, entry: Entry, item: Object, known: dict[str, Register]) -> Interrupt | None:
    source: Object | None = item.item("cause")
    if source is None and "cause" not in item.broken:
        return _message(context, entry, item)
    if source is None or source.broken:
        return None
    mask: Object | None = item.item("mask")
    ok = not item.broken and (mask is None or not mask.broken)

    def register_of(holder: Object | None, key: str) -> Ref | None:
        nonlocal ok
        value = None if holder is None else holder.item(key)
        if value is None:
            return None
        found = whole_register(context, value)
        ok = ok and found is not None
        return found

    cause = register_of(source, "register")
    acknowledge, set_, clear, single = register_of(item, "acknowledge"), register_of(mask, "set"), register_of(mask, "clear"), register_of(mask, "register")
    code, none = (_own_field(context, source, key, cause) for key in ("code", "none"))
    if cause is None or (code is None and source.item("code")) or (none is None and source.item("none")):
        return None
    if "on" in item.broken or cause.register not in known:
        return None
    causes = _causes(context, item, known[cause.register], code)
    if not ok:
        return None
    return Interrupt(
        name=entry.name.value,
        modes=tuple(mode.value for mode in item.items("modes")) or DEFAULT_MODES,
        cause_kind=CauseKind.BITS if code is None else CauseKind.CODE,
        cause_at=cause,
        cause_none=none,
        cause_code=code,
        acknowledge_at=acknowledge,
        mask_set_at=set_,
        mask_clear_at=clear,
        mask_at=single,
        causes=causes,
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        vector=item.get("vector"),
        mask_inverted=mask is not None and mask.get("inverted", False),
    )


def _message(context: Context, entry: Entry, item: Object) -> Interrupt | None:
    """An interrupt without a cause register: one cause, and the message is it."""
    mask: Object | None = item.item("mask")
    cause = _cause(context, entry, item, 0, MESSAGE)
    if item.broken or (mask is not None and mask.broken) or cause is None:
        return None
    switches = {}
    for key in ("set", "clear", "register"):
        value = None if mask is None else mask.item(key)
        switches[key] = None if value is None else field_ref(context, value)
        if value is not None and switches[key] is None:
            return None
    context.sources.add(cause, item)
    return Interrupt(
        name=entry.name.value,
        modes=tuple(mode.value for mode in item.items("modes")) or MESSAGE_MODES,
        cause_kind=CauseKind.MESSAGE,
        cause_at=None,
        cause_none=None,
        cause_code=None,
        acknowledge_at=None,
        mask_set_at=None,
        mask_clear_at=None,
        mask_at=None,
        causes=(cause,),
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        vector=item.get("vector"),
        switch_on=switches["set"],
        switch_off=switches["clear"],
        switch=switches["register"],
        mask_inverted=mask is not None and mask.get("inverted", False),
    )


def _own_field(context: Context, source: Object, key: str, cause: Ref | None) -> str | None:
    """`code: ID`: a field of the cause register itself, by its bare name."""
    value: Value | None = source.item(key)
    if value is None or cause is None:
        return None
    register, reference = cause.register, value.value
    if reference.field is not None and reference.name == register and context.names.ref(reference).index == cause.index:
        reference = Reference(reference.field, None, None)
    if reference.field is not None or reference.index is not None:
        context.report.error("D0416", value.span, f"`{reference}` is not a field of {register}", help="a bare name: `code: ID`")
        return None
    return reference.name if context.names.field(value, register, reference.name, context.report) else None


def _causes(context: Context, item: Object, register: Register, code: str | None) -> tuple[Cause, ...]:
    """The entries of `on:`; what is broken is dropped."""
    result = []
    places = context.names.fields(register.name) or {}
    enum: Enum_ | None = None
    if code is not None:
        field = next((field for field in register.fields if field.name == code), None)
        enum = None if field is None else field.enum
        if field is not None and enum is None:
            span = item.item("cause").at("code")
            also = [Label(field.origin, "the field")]
            context.report.error("D0417", span, f"the code field {register.name}.{code} has no enum", also=also, help="causes are values of its enum: `enum: NAME`")
        if enum is None:
            context.incomplete.add(CAUSES)
            return ()
    for entry in item.entries("on"):
        name = entry.name.value
        if enum is not None:
            value = next((value for value in enum.values if value.name == name), None)
            if value is None:
                known = {value.name: value.origin for value in enum.values}
                context.incomplete.add(CAUSES)
                unknown(entry.name, name, "cause", known, context.report, "D0418", f": enum {enum.name} has no such value")
                continue
            bit = value.value
        else:
            if name not in places:
                context.incomplete.add(CAUSES)
                unknown(entry.name, name, "cause", places, context.report, "D0418", f": register {register.name} has no such field")
                continue
            field = next((field for field in register.fields if field.name == name), None)
            if field is None:
                context.incomplete.add(CAUSES)
                continue
            bit = field.lsb
        cause = None if entry.item is None or entry.item.broken else _cause(context, entry, entry.item, bit)
        if cause is None:
            context.incomplete.add(CAUSES)
            continue
        context.sources.add(cause, entry.item)
        result.append(cause)
    return tuple(result)


def _cause(context: Context, entry: Entry, item: Object, bit: int, called: str = "") -> Cause | None:
    names = context.names
    servable = {**names.rings, **names.fifos}
    services, ok = [], True
    for key in ("service", "raised_by"):
        values = item.items(key) if key == "service" else [item.item(key)] if item.item(key) else []
        for value in values:
            name = str(value.value)
            if name not in servable:
                ok = False
                if not names.unread & {"rings", "fifos"}:
                    unknown(value, name, "ring or FIFO", servable, context.report, "D0419")
            elif key == "service":
                services.append(name)
    acknowledge = None
    if not called and item.item("acknowledge") is not None:
        acknowledge = whole_register(context, item.item("acknowledge"))
        ok = ok and acknowledge is not None
    enable = None
    if item.item("enable") is not None:
        enable = field_ref(context, item.item("enable"))
        ok = ok and enable is not None
    if not ok:
        return None
    return Cause(
        name=called or entry.name.value,
        bit=bit,
        services=tuple(services),
        call=item.get("call"),
        at_start=item.get("at_start", False),
        complete=item.get("complete"),
        raised_by=None if item.item("raised_by") is None else str(item.get("raised_by")),
        enable=enable,
        origin=entry.name.span,
        doc=item.get("doc", ""),
        see=item.get("see", ""),
        acknowledge=acknowledge,
        level=item.get("level"),
    )
