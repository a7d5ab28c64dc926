# SPDX-License-Identifier: MIT
"""Resolve `match_data:`, and what each line of `match:` gives for it. Every value has its type here."""

from __future__ import annotations

from ..diagnostics import Fix, Label
from ..keys.types import Entry, Object, Value
from ..matching import MatchDatum
from ..model import Enum_
from .context import Context
from .names import unknown


def match_data(context: Context, enums: dict[str, Enum_]) -> tuple[MatchDatum, ...]:
    """The data in the manifest's order; what is broken is dropped."""
    result = []
    for entry in context.root.entries("match_data"):
        item: Object | None = entry.item
        datum = None if item is None or item.broken else _datum(context, entry, item, enums)
        if datum is not None:
            context.sources.add(datum, item)
            result.append(datum)
    return tuple(result)


def _datum(context: Context, entry: Entry, item: Object, enums: dict[str, Enum_]) -> MatchDatum | None:
    enum = None
    if "enum" in item.values:
        found = context.names.find("enums", item.item("enum"), context.report)
        if found is None or found not in enums:
            return None
        enum = enums[found]
    made = MatchDatum(entry.name.value, item.get("type", "enum"), enum, None, entry.name.span, item.get("doc", ""), item.get("see", ""))
    given: Value | None = item.item("default")
    if given is None:
        return made
    default = _value(context, made, item, given)
    return None if default is None else MatchDatum(made.name, made.type, enum, default, made.origin, made.doc, made.see)


def values(context: Context, line: Object, data: tuple[MatchDatum, ...]) -> tuple[int, ...] | None:
    """What a line gives, in the order of `data`; None after reporting."""
    declared = {entry.name.value: entry for entry in context.root.entries("match_data")}
    given, ok = {}, "data" not in line.broken
    for entry in line.entries("data"):
        name = entry.name.value
        if name in declared:
            given[name] = entry
        elif "match_data" not in context.root.broken:
            unknown(entry.name, name, "match datum", declared, context.report, "D0430")
            ok = False
    result = []
    for datum in data:
        source = context.sources.of(datum)
        if datum.name not in given:
            if datum.default is None and ok:
                context.report.error(
                    "D0433", line.at("data"), f"`{datum.name}` is missing", "this line does not give it",
                    also=[Label(datum.origin, "each line does, for it has no default")], help=f"`data: {{{datum.name}: ...}}`, or a `default:` where it is declared",
                )
            ok = ok and datum.default is not None
            result.append(datum.default or 0)
            continue
        item = given[datum.name].item
        value = None if item is None else _value(context, datum, source, item)
        ok = ok and value is not None
        result.append(value or 0)
    return tuple(result) if ok and len(data) == len(declared) else None


def _value(context: Context, datum: MatchDatum, source: Object, given: Value) -> int | None:
    """A value as its type has it."""
    report, value = context.report, given.value
    declared = Label(source.at("type", "enum"), f"`{datum.name}` is declared here")
    if datum.enum is not None:
        text = given.node.value  # of an enum even `true` and `2` may be names
        named = {each.name: each for each in datum.enum.values}
        if text in named:
            return named[text].value
        if datum.enum.name not in context.incomplete:
            unknown(Value(text, given.node), text, "value", {name: each.origin for name, each in named.items()}, report, "D0409", f" in enum {datum.enum.name}")
        return None
    if datum.type == "bool":
        if isinstance(value, bool):
            return int(value)
        report.error(
            "D0431", given.span, f"`{datum.name}` is `true` or `false`", f"{given.node.describe()} is neither", also=[declared],
            fix=Fix(given.span, "true" if value else "false") if value in (0, 1) else None,
            help=f"did you mean `{'true' if value else 'false'}`?" if value in (0, 1) else (),
        )
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        report.error("D0431", given.span, f"`{datum.name}` is a number, of type {datum.type}", f"{given.node.describe()} is none", also=[declared])
        return None
    low, high = datum.bounds
    if not low <= value <= high:
        report.error("D0432", given.span, f"{value} does not fit `{datum.name}`", f"{datum.type} is {low} to {high}", also=[declared], help="a wider type, or another value")
        return None
    return int(value)
