# SPDX-License-Identifier: MIT
"""Resolve descriptors: members with their offsets, bit fields, and alternatives over the same bytes."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace

from ..diagnostics import Label
from ..keys.types import Entry, Object, Value
from ..model import Alternative, ByteOrder, Descriptor, Enum_, Field, Member, MemberRef, Reserved
from ..read.scalars import Reference
from .context import Context
from .expand import repeated
from .names import unknown
from .registers import bit_field, value_named
from .resets import Resets

#: Members and fields that say which alternative an entry is: what a device model has room for.
MOST_CHOICES = 8


def descriptors(context: Context, enums_: dict[str, Enum_]) -> tuple[Descriptor, ...]:
    """Descriptors in the manifest's order; what cannot be read is dropped."""
    result = []
    for entry in context.root.entries("descriptors"):
        item: Object | None = entry.item
        if item is None or "layout" in item.broken:
            continue
        common = _layout(context, entry.name.value, item, entry, ByteOrder(item.get("order", "little")), enums_, ())
        if common is None:
            continue
        descriptor = _with_alternatives(context, common, item, enums_)
        context.sources.add(descriptor, item)
        result.append(descriptor)
    return tuple(result)


def _layout(
    context: Context, name: str, item: Object, entry: Entry, order: ByteOrder, enums_: dict[str, Enum_], inherited: tuple[Member, ...]
) -> Descriptor | None:
    """The members of a descriptor, or of an alternative that has its own; `inherited` where it has none."""
    fields_of = {fields.name.value: fields for fields in item.entries("fields")}
    members = list(inherited)
    offset = sum(member.width for member in members) // 8
    for member in item.entries("layout"):
        if member.item is None or member.item.broken:
            return None
        width = int(member.item.get("type")[1:])
        order_, reserved = member.item.get("order"), member.item.get("reserved")
        made = Member(
            member.name.value, offset, width, (), member.name.span, member.item.get("doc", ""), member.item.get("see", ""), member.item.get("c_name"),
            None if order_ is None else ByteOrder(order_), None if reserved is None else Reserved(reserved),
        )
        context.sources.add(made, member.item)
        members.append(made)
        offset += width // 8
    places = {member.name: member.origin for member in members}
    for member_name, declared in fields_of.items():
        if member_name not in places:
            unknown(declared.name, member_name, "member", places, context.report, "D0411", f" in descriptor {name}")
    whole = tuple(replace(member, fields=_fields(context, member, fields_of.get(member.name), enums_)) for member in members)
    return Descriptor(name, offset, order, whole, entry.name.span, item.get("doc", ""), item.get("see", ""))


def _fields(context: Context, member: Member, declared: Entry | None, enums_: dict[str, Enum_]) -> tuple[Field, ...]:
    fields = list(member.fields)
    for entry in [made for one in ([] if declared is None or declared.item is None else declared.item.value) for made in repeated(one, context.report)]:
        field = bit_field(context, entry, "rw", False, Resets(), enums_)
        if field is not None:
            fields.append(field)
    return tuple(sorted(fields, key=lambda field: -field.lsb))


def _with_alternatives(context: Context, common: Descriptor, item: Object, enums_: dict[str, Enum_]) -> Descriptor:
    entries = item.entries("alternatives")
    by, forms = item.item("chosen_by"), item.item("alternatives")
    if (by is None) != (forms is None) and not {"chosen_by", "alternatives"} & item.broken:
        there, missing = ("alternatives", "chosen_by") if by is None else ("chosen_by", "alternatives")
        context.report.error(
            "D0574", item.at(there) if by is not None else entries[0].name.span, f"descriptor {common.name} has `{there}` and no `{missing}`",
            "nothing says which of them an entry is" if by is None else "there is nothing to choose from",
            help="`chosen_by: command.KIND`, for example" if by is None else "`alternatives: {NAME: {value: 0}}`, for example",
        )
    if len(item.items("chosen_by")) > MOST_CHOICES:
        context.report.error("D0574", item.at("chosen_by"), f"descriptor {common.name} is chosen by {len(item.items('chosen_by'))} members or fields", f"at most {MOST_CHOICES}")
        return common
    chosen = [_chosen(context, common, value, entries) for value in item.items("chosen_by")]
    refs = tuple(ref for ref in chosen if ref is not None)
    if not refs or len(refs) < len(chosen):
        return common
    found = [one for entry in entries for one in _alternatives(context, common, refs, entry, enums_)]
    return replace(common, chosen_by=refs, alternatives=tuple(found))


def _chosen(context: Context, common: Descriptor, value: Value, entries: list[Entry]) -> MemberRef | None:
    """A member of the common layout, or a field of one."""
    reference: Reference = value.value
    members = {member.name: member for member in common.members}
    member = members.get(reference.name)
    if member is None:
        for entry in entries:
            places = {} if entry.item is None else {one.name.value: one.name.span for one in entry.item.entries("layout")}
            if reference.name in places:
                context.report.error(
                    "D0576", value.span, f"`{reference}` is only in alternative {entry.name.value}", "one would have to know the alternative before",
                    also=[Label(places[reference.name], "here")], help="`chosen_by` names members of the descriptor's own `layout`, which all alternatives share",
                )
                return None
        unknown(value, reference.name, "member", {name: one.origin for name, one in members.items()}, context.report, "D0411", f" in descriptor {common.name}")
        return None
    if reference.field is None:
        return MemberRef(member.name)
    fields = {field.name: field.origin for field in member.fields}
    if reference.field not in fields:
        unknown(value, reference.field, "field", fields, context.report, "D0414", f" in member {member.name} of {common.name}")
        return None
    return MemberRef(member.name, reference.field)


#: Alternatives that one form may make.
MOST_OF_ONE_FORM = 64


def _alternatives(context: Context, common: Descriptor, refs: tuple[MemberRef, ...], entry: Entry, enums_: dict[str, Enum_]) -> list[Alternative]:
    """One; or of one form one for each of several values."""
    item: Object | None = entry.item
    if item is None or item.broken:
        return []
    own = item.item("layout") is not None
    layout = _layout(context, f"{common.name}_{entry.name.value}", item, entry, common.order, enums_, () if own else common.members)
    written: list[Value] = item.items("value")
    if len(refs) == 1 and len(written) > 1 and not any(isinstance(value.value, list) for value in written):
        written = [Value(written, item.item("value").node)]
    if len(written) > len(refs):
        context.report.error(
            "D0574", written[len(refs)].span, f"alternative {entry.name.value} has {len(written)} values", f"`chosen_by` names {len(refs)}",
            help="a value for each, in the same order; several for one are a list in its place",
        )
        return []
    choices = [_choices(context, common, ref, value, enums_) for ref, value in zip(refs, written)]
    if layout is None or any(not choice for choice in choices):
        return []
    if math.prod(map(len, choices)) > MOST_OF_ONE_FORM:
        context.report.error("D0574", item.at("value"), f"alternative {entry.name.value} is for {math.prod(map(len, choices))} combinations of values", f"at most {MOST_OF_ONE_FORM}")
        return []
    return [_alternative(context, common, layout, own, entry, [*choice, *[(None, "")] * (len(refs) - len(choice))]) for choice in itertools.product(*choices)]


def _choices(context: Context, common: Descriptor, ref: MemberRef, value: Value, enums_: dict[str, Enum_]) -> list[tuple[int | None, str]]:
    """What one member or field may hold, each with what it adds to the alternative's name; none: it is broken."""
    several = isinstance(value.value, list)
    found: list[tuple[int | None, str]] = []
    enum = _enum(common, ref)
    for one in value.value if several else [value]:
        number = one.value if isinstance(one.value, int) else None
        if isinstance(one.value, str) and (one.value != "any" or several):
            number = value_named(context, one, one.value, enum)
            if number is None:
                return []
        named = next((each.name for each in enum.values if each.value == number), None) if enum is not None else None
        found.append((number, "_" + re.sub(r"\W", "_", named or str(number)) if several else ""))
    return found


def _alternative(context: Context, common: Descriptor, form: Descriptor, own: bool, entry: Entry, chosen: list[tuple[int | None, str]]) -> Alternative:
    """One form, for one value of each member or field that chooses."""
    item: Object = entry.item
    name = entry.name.value + "".join(suffix for _, suffix in chosen)
    layout = replace(form, name=f"{common.name}_{name}", aligned_to=common.alignment)
    alternative = Alternative(name, tuple(value for value, _ in chosen), layout, own, entry.name.span, item.get("doc", ""), item.get("see", ""), entry.name.value)
    context.sources.add(alternative, item)
    context.sources.add(layout, item)
    return alternative


def _enum(descriptor: Descriptor, ref: MemberRef) -> Enum_ | None:
    member = next(member for member in descriptor.members if member.name == ref.member)
    return next((field.enum for field in member.fields if field.name == ref.field), None)
