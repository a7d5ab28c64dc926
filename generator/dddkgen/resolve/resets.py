# SPDX-License-Identifier: MIT
"""Resolve `reset_kinds:` and `reset:`: what each kind of reset makes of a register or field."""

from __future__ import annotations

from dataclasses import replace

from ..dataclass import dataclass
from ..keys.types import Entry, Object, Value
from ..keys.values import UNCHANGED, UNKNOWN
from ..model import Reset, ResetKind
from ..read.scalars import Bits, Reference
from .context import Context
from .names import unknown


@dataclass(frozen=True, slots=True)
class Resets:
    """What `reset:` says: for the first kind, and for others that differ. None: unknown."""

    first: int | None = None
    others: tuple[Reset, ...] = ()

    def part(self, bits: Bits) -> Resets:
        """Of a field, where the register says it."""
        if self.first is None and not self.others:
            return self

        def cut(value: int | None) -> int | None:
            return None if value is None else value >> bits.low & ((1 << bits.width) - 1)

        return Resets(cut(self.first), tuple(replace(reset, value=cut(reset.value)) for reset in self.others))


def kinds(context: Context) -> tuple[ResetKind, ...]:
    """The declared kinds, in order."""
    result = []
    for entry in context.root.entries("reset_kinds"):
        item: Object | None = entry.item
        result.append(ResetKind(entry.name.value, entry.name.span, "" if item is None else item.get("doc", ""), "" if item is None else item.get("see", "")))
    return tuple(result)


def is_kind(context: Context, value: Value) -> bool:
    """Does a reference name a kind of reset?"""
    reference: Reference = value.value
    return reference.field is None and reference.index is None and any(entry.name.value == reference.name for entry in context.root.entries("reset_kinds"))


#: Most fields say nothing.
_UNKNOWN = Resets()


def of(context: Context, item: Object, width: int, signed: bool) -> Resets | None:
    """What an object says about its resets; None: it is broken, and reported."""
    value: Value | None = item.item("reset")
    if value is None:
        return _UNKNOWN
    if not isinstance(value.value, list):
        first = _number(context, value, width, signed)
        return Resets(first) if first is not None or value.value == UNKNOWN else None
    if not value.value:
        context.report.error("D0271", value.span, "no reset kind is named", "nothing is said about any reset", help="the value after a reset, or remove it")
        return None
    declared = {entry.name.value: entry.name.span for entry in context.root.entries("reset_kinds")}
    names, found, whole = list(declared), {}, True
    for entry in value.value:
        reset = _reset(context, entry, declared, width, signed)
        whole = whole and reset is not None
        if reset is not None:
            found[reset.kind] = reset
    if not whole:
        return None
    first = found.pop(names[0], Reset("", None)).value
    return Resets(first, tuple(found[name] for name in names if name in found))


def _reset(context: Context, entry: Entry, declared: dict[str, object], width: int, signed: bool) -> Reset | None:
    name, value, report = entry.name.value, entry.item, context.report
    if name not in declared:
        if "reset_kinds" not in context.root.broken:
            if declared:
                unknown(entry.name, name, "reset kind", declared, report, "D0271")  # type: ignore[arg-type]
            else:
                report.error("D0271", entry.name.span, f"there is no reset kind `{name}`", "the manifest has none", help=f"`reset_kinds: {{{name}: what it is}}`")
        return None
    if value is None:
        return None
    if value.value == UNCHANGED:
        if name == next(iter(declared)):
            report.error("D0272", value.span, f"before {name} there is nothing that could be unchanged", "the first kind of reset is that at power-on", help=f"`{UNKNOWN}`, or the value")
            return None
        return Reset(name, None, True)
    number = _number(context, value, width, signed)
    return Reset(name, number) if number is not None or value.value == UNKNOWN else None


def _number(context: Context, value: Value, width: int, signed: bool) -> int | None:
    """As bits; None also for what is unknown."""
    return bits_of(context, value.value, width, signed, value) if isinstance(value.value, int) else None


def bits_of(context: Context, number: int, width: int, signed: bool, place: Value) -> int | None:
    """The bits of a number; one below 0 belongs into a field with a sign."""
    if number >= 0:
        return number
    low = -(1 << width - 1) if signed else 0
    if number >= low:
        return number & (1 << width) - 1
    context.report.error("D0112", place.span, f"`{number}` is out of range", f"it must be at least {low}", help=() if signed else "`type: signed` gives the field a sign")
    return None


def behind_the_first(context: Context, found: Resets, first: int | None) -> tuple[Reset, ...]:
    """For each further kind what it does: `first`, what the first kind does, unless something else is said."""
    if "reset_kinds" not in context.root.values:
        return ()
    others = {reset.kind: reset for reset in found.others}
    names = [entry.name.value for entry in context.root.entries("reset_kinds")][1:]
    return tuple(others.get(name, Reset(name, first)) for name in names)
