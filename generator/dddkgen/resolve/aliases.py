# SPDX-License-Identifier: MIT
"""Registers that are another address of one: what an alias does not say, it has from the register that it shows.

An alias without fields and without an access of its own does what that register does (the same view); with one of them it is
another view of the same bits, as an address that sets what another one clears. What it holds is never its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Label, Report
from ..keys.types import Entry, Object, Value

#: What every address of a register has in common; an alias may not say it.
SHARED = ("width", "reset", "reserved", "volatile", "lock", "split", "latched", "write_mask")
#: What belongs to the register, and has no meaning at another address of it.
OF_THE_REGISTER = (*SHARED, "shadow", "expect", "set_at", "clear_at")
#: What an alias has only with a view of its own.
OF_THE_VIEW = ("access", "fields", "sets", "clears", "resets")


def complete(entries: Iterable[Entry], report: Report) -> None:
    """Give each alias what it has from its register."""
    by_name = {entry.name.value: entry for entry in entries}
    for entry in by_name.values():
        item: Object | None = entry.item
        if item is None or "alias_of" not in item.values:
            continue
        target = by_name.get(item.get("alias_of").name)
        if target is None or target.item is None:
            continue  # said where names are looked up, or already
        if "alias_of" in target.item.values:
            _chain(entry, target, report)
            entry.item = None
        elif _agrees(entry, target, report):
            _take(item, target.item)
        else:
            entry.item = None


def _chain(entry: Entry, target: Entry, report: Report) -> None:
    item: Object = entry.item
    what = "itself" if target is entry else f"{target.name.value}, which is an alias"
    helps = [] if target is entry else [f"`alias_of: {target.item.get('alias_of')}`"]
    report.error("D0256", item.at("alias_of"), f"{entry.name.value} is an alias of {what}", also=[] if target is entry else [Label(target.item.at("alias_of"), "here")], help=helps or "name the register that it shows")


def _agrees(entry: Entry, target: Entry, report: Report) -> bool:
    item: Object = entry.item
    name = target.name.value
    good = True
    for key in OF_THE_REGISTER:
        if key in item.values:
            report.error("D0255", item.at(key), f"`{key}` of {entry.name.value} is that of {name}", "all addresses of a register have it in common", also=[Label(item.at("alias_of"), "here")], help=f"remove it, or say it at {name}")
            good = False
    if "fields" not in item.values and "access" not in item.values:
        for key in ("sets", "clears", "resets"):
            if key in item.values:
                report.error("D0255", item.at(key), f"`{key}` of {entry.name.value} is that of {name}", "it does what that register does", also=[Label(item.at("alias_of"), "here")], help="with `access:` or `fields:` it is another view, with effects of its own")
                good = False
    count, its = item.get("count"), target.item.get("count")
    if count is not None and count != its:
        has = "is no array" if its is None else f"has {its} elements"
        report.error("D0256", item.at("count", "at"), f"{entry.name.value} has {count} elements, and {name} {has}", also=[Label(item.at("alias_of"), "here")], help="an alias shows a whole register: remove `count`")
        good = False
    return good


def _take(item: Object, source: Object) -> None:
    def take(*keys: str) -> None:
        for key in keys:
            if key in source.values and key not in item.values:
                item.values[key] = source.values[key]

    take(*SHARED, "count", "index", "stride", "since", "until", "variants")
    fields: Value | None = source.item("fields")
    if "fields" in item.values:
        take("access")
    elif "access" in item.values:
        if fields is not None:
            item.values["fields"] = Value([Entry(field.name, _bits(field.item)) for field in fields.value], fields.node)
    else:
        take(*OF_THE_VIEW)
        if fields is not None:
            item.values["fields"] = Value([Entry(field.name, _without(field.item, ("expect",))) for field in fields.value], fields.node)
        item.values["same_view"] = Value(True, source.node)
    item.broken |= source.broken & {"fields"}


def _bits(field: Object | None) -> Object | None:
    """The same bits, which the alias's own access reaches."""
    return _without(field, ("access", "expect", "sets", "clears", "resets"))


def _without(field: Object | None, keys: tuple[str, ...]) -> Object | None:
    if field is None or not any(key in field.values for key in keys):
        return field
    made = Object(field.type, field.node)
    made.values = {key: value for key, value in field.values.items() if key not in keys}
    made.key_nodes = {key: node for key, node in field.key_nodes.items() if key not in keys}
    made.broken = set(field.broken)
    return made
