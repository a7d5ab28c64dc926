# SPDX-License-Identifier: MIT
"""Registers that are another address of one: what an alias does not say, it has from the register that it shows.

An alias without fields and without an access of its own does what that register does (the same view); with one of them it is
another view of the same bits, as an address that sets what another one clears. What it holds is never its own.

At the register's own address a view has other fields for some of its bits, and the register's for the rest: an access through it
does what an access of the register does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..diagnostics import Label, Report
from ..keys.types import Entry, Object, Value
from ..read.scalars import Scaled, smallest

#: What every address of a register has in common; an alias may not say it.
SHARED = ("width", "reset", "reserved", "volatile", "lock", "split", "latched", "write_mask")
#: What belongs to the register, and has no meaning at another address of it.
OF_THE_REGISTER = (*SHARED, "shadow", "expect", "set_at", "clear_at")
#: What a write of a bit does elsewhere.
DOES = ("sets", "clears", "resets", "locked_by", "read_clears")
#: Policies of bits that an update leaves alone by writing back what was read.
PLAIN = ("rw", "ro")
#: What an alias has only with a view of its own.
OF_THE_VIEW = ("access", "fields", "sets", "clears", "resets", "read_clears")


def complete(entries: Iterable[Entry], region: str | None, report: Report) -> None:
    """Give each alias what it has from its register. `region`: where registers are that do not say so."""
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
            if "region" in target.item.values:
                item.values.setdefault("region", target.item.values["region"])
            if _is_same_place(item, target.item, region) and "when" in target.item.values:
                item.values.setdefault("when", target.item.values["when"])
            if not _at_its_place(item, target.item, region):
                _take(item, target.item)
            elif _rearranged(entry, target, report):
                _take(item, target.item)
                item.values["same_view"] = Value(True, item.item("alias_of").node)
            else:
                entry.item = None
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
        for key in ("sets", "clears", "resets", "read_clears"):
            if key in item.values:
                report.error("D0255", item.at(key), f"`{key}` of {entry.name.value} is that of {name}", "it does what that register does", also=[Label(item.at("alias_of"), "here")], help="with `access:` or `fields:` it is another view, with effects of its own")
                good = False
    mine, its, shown = _counts(item), _counts(target.item), item.get("alias_of")
    if shown.index is not None and mine:
        report.error("D0256", item.at("count", "at"), f"{entry.name.value} has {_words(mine)} elements, and shows one", also=[Label(item.at("alias_of"), "here")], help=f"`alias_of: {name}` shows all of them")
        good = False
    elif shown.index is None and mine != its[: len(mine)]:
        has = f"has {_words(its)} elements" if its else "is no array"
        report.error("D0256", item.at("count", "at"), f"{entry.name.value} has {_words(mine)} elements, and {name} {has}", also=[Label(item.at("alias_of"), "here")], help="an alias shows a whole register: remove `count`")
        good = False
    return good


def _at_its_place(item: Object, source: Object, region: str | None) -> bool:
    """Are these other fields of the register where it is? In another bank it is another address."""
    return "fields" in item.values and _is_same_place(item, source, region) and item.get("when") == source.get("when")


def _is_same_place(item: Object, source: Object, region: str | None) -> bool:
    mine, its = item.get("region") or region, source.get("region") or region
    return item.get("alias_of").index is None and item.get("at") == source.get("at") and str(mine) == str(its)


def _rearranged(entry: Entry, target: Entry, report: Report) -> bool:
    """Give the view of a register at its own address the fields that it does not replace, and its own what those do that they replace."""
    item: Object = entry.item
    name, shown = target.name.value, Label(item.at("alias_of"), "here")
    if "access" in item.values:
        report.error("D0255", item.at("access"), f"`access` of {entry.name.value} is that of {name}", "it is the same register at the same address", also=[shown], help="remove it")
        return False
    parts = [(part.name.value, part.item) for part in target.item.entries("fields")] or [(None, target.item)]
    if any(part is None or (named is not None and _mask(part) == 0) for named, part in parts):
        return False
    own = [Entry(field.name, _with_what_it_replaces(field, name, parts, target.item, report)) for field in item.entries("fields")]
    covered = sum(_mask(field.item) for field in own if field.item is not None)
    kept = [part for part in target.item.entries("fields") if not _mask(part.item) & covered]
    item.values["fields"] = Value([*own, *(Entry(part.name, _without(part.item, ("expect",))) for part in kept)], item.item("fields").node)
    return all(field.item is not None for field in own)


def _mask(field: Object) -> int:
    bits = field.get("bits") or field.get("bit")
    return 0 if bits is None else (1 << bits.high + 1) - (1 << bits.low)


def _with_what_it_replaces(field: Entry, register: str, parts: list[tuple[str | None, Object]], source: Object, report: Report) -> Object | None:
    """The field, with the access and effects of the bits that it gives another meaning; None: they do not all do the same."""
    item: Object | None = field.item
    if item is None or item.broken:
        return None
    mask, default = _mask(item), source.get("access", "rw")
    replaced = [(named, part) for named, part in parts if named is None or _mask(part) & mask]
    whole = sum(_mask(part) for named, part in replaced if named is not None)
    origin = item.at("bits", "bit")
    does = {(part.get("access", default), *(key for key in DOES if named is not None and key in part.values)) for named, part in replaced}
    plain = all(access in PLAIN and not effects for access, *effects in does) and source.get("reserved", "preserve") == "preserve"
    helps = "cover each of them whole, by fields that do the same"
    if len(does) > 1 or (None not in dict(replaced) and mask & ~whole):
        report.error("D0256", origin, f"{field.name.value} lies across bits of {register} that do different things", also=[Label(part.at("bits", "bit"), f"{register}.{named}") for named, part in replaced if named is not None], help=helps)
        return None
    if whole & ~mask and not plain:
        report.error("D0256", origin, f"{field.name.value} covers a part of {register}.{replaced[0][0]}, which does more than to store", also=[Label(replaced[0][1].at("access", "bits", "bit"), "here")], help=helps)
        return None
    made = Object(item.type, item.node)
    made.values, made.key_nodes, made.broken = dict(item.values), dict(item.key_nodes), set(item.broken)
    for key in ("access", *DOES, "volatile"):
        for named, part in replaced:
            value = part.item(key) if named is not None or key == "access" else None
            if value is not None:
                made.values.setdefault(key, value)
    access = made.get("access", default)
    if access != next(iter(does), (default,))[0]:
        report.error("D0255", item.at("access"), f"`access` of {field.name.value} is that of {register}", f"it is the same register at the same address, and there the bits are `{next(iter(does))[0]}`", help=f"remove it, or say it at {register}")
        return None
    return made


def _counts(item: Object) -> tuple[int, ...]:
    """Of each of its repeats, the outermost first."""
    return tuple(one.repeat.count for one in item.get("repeats", ()))


def _words(counts: tuple[int, ...]) -> str:
    return " times ".join(map(str, counts))


def _repeats(item: Object, source: Object) -> None:
    """An alias is there as often as its register: it has the repeats that it does not have from its own blocks."""
    mine, its = item.get("repeats", ()), source.get("repeats", ())
    if len(mine) == len(its):
        return
    times, stride = [*mine, *its[len(mine) :]], item.item("stride")
    if stride is not None and not mine:
        times[-1] = replace(times[-1], stride=stride, repeat=replace(times[-1].repeat, stride=smallest(stride.value, *2 * [source.get("width", 32) // 8]), scaled=isinstance(stride.value, Scaled), places=()))
    item.values["repeats"] = Value(tuple(times), source.item("repeats").node)
    item.values["count"] = source.values["count"]
    if "present" in source.values and not mine:
        item.values["present"] = source.values["present"]
    for key in ("index", "stride", "listed"):
        if key in source.values and (stride is None or key == "index"):
            item.values[key] = source.values[key]


def _take(item: Object, source: Object) -> None:
    def take(*keys: str) -> None:
        for key in keys:
            if key in source.values and key not in item.values:
                item.values[key] = source.values[key]

    take(*SHARED, "since", "until", "variants")
    if item.get("alias_of").index is None:
        _repeats(item, source)
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
