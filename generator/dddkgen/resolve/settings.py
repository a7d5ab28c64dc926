# SPDX-License-Identifier: MIT
"""Resolve parameters and statistics."""

from __future__ import annotations

from ..keys.types import Object, Value
from ..model import Enum_
from ..settings import Param, Stat
from .context import Context
from .names import unknown


def params(context: Context, enums: dict[str, Enum_]) -> tuple[Param, ...]:
    """Parameters in the manifest's order; whether a default lies inside its bounds is not asked here."""
    result = []
    for entry in context.root.entries("params"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        type_, enum = item.get("type"), None
        if type_ is None:
            name = context.names.find("enums", item.item("enum"), context.report)
            enum = None if name is None else enums.get(name)
            if enum is None:
                continue
        default = _default(context, item.item("default"), type_, enum)
        if default is None:
            continue
        width = None if type_ in (None, "bool") else int(type_[1:])
        high = item.get("max", (1 << width) - 1 if width else 1)
        param = Param(entry.name.value, width, enum, default, item.get("min", 0), high, entry.name.span, item.get("doc", ""), item.get("see", ""))
        context.sources.add(param, item)
        result.append(param)
    return tuple(result)


def _default(context: Context, value: Value, type_: str | None, enum: Enum_ | None) -> int | None:
    """The number that the default stands for."""
    text = value.value
    if enum is not None:
        known = {one.name: one for one in enum.values}
        if str(text) in known:
            return known[str(text)].value
        if enum.name not in context.incomplete:
            unknown(value, str(text), "value", {name: one.origin for name, one in known.items()}, context.report, "D0409", f" in enum {enum.name}")
        return None
    if type_ == "bool" and text in ("true", "false"):
        return int(text == "true")
    if type_ != "bool" and isinstance(text, str) and text in context.report.unreadable:
        return None
    number = context.report.parameters.get(text) if isinstance(text, str) else text
    if type_ != "bool" and isinstance(number, int):
        return number
    wanted = "`true` or `false`" if type_ == "bool" else "a number"
    context.report.error("D0811", value.span, f"{value.node.describe()} is no value of a parameter of type {type_}", f"expected {wanted}")
    return None


def stats(context: Context) -> tuple[Stat, ...]:
    """Statistics in the manifest's order."""
    result = []
    for entry in context.root.entries("stats"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        value = item.item("register")
        reference = context.names.there(value, context.report)
        if reference is None:
            continue
        stat = Stat(entry.name.value, context.names.ref(reference), entry.name.span, item.get("doc", ""), item.get("see", ""))
        context.sources.add(stat, item)
        result.append(stat)
    return tuple(result)
