# SPDX-License-Identifier: MIT
"""Which forms a ring is in: what about it no driver runs yet, and whether each way to give and to take has its own keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..keys import not_yet
from ..keys.ring_types import RingReference
from ..keys.rings import GIVE_WAYS, TAKE_WAYS
from ..keys.types import Object
from ..model import Span
from .context import Context


def unusual(item: Object) -> list[tuple[str, Span]]:
    """What about a ring is in a form that no driver runs: `keys.not_yet` says which those are."""
    found: list[tuple[str, Span]] = []
    for owner in (item, *(item.item(key) for key in ("entry", "give", "take", "payload", "frame"))):
        if owner is None:
            continue
        name = owner.type.name
        found += [(f"`{key}`", owner.at(key)) for key in not_yet.KEYS.get(name, ()) if owner.item(key) is not None]
        found += [(f"`{key}: {owner.get(key)}`", owner.at(key)) for (of, key), words in not_yet.WORDS.items() if of == name and owner.get(key) in words]
        for of, key in not_yet.FORMS:
            if of == name and owner.item(key) is not None:
                found += _FORMS[of, key](owner, item)
    return found


def _attach(item: Object, _: Object) -> list[tuple[str, Span]]:
    attach = item.item("attach")
    if isinstance(attach, Object):
        return [("`attach: {call: ...}`", attach.at("call"))]
    found = []
    for pair in item.items("attach"):
        value = pair.value.item.value
        if isinstance(pair.value.name.value, RingReference):
            found.append((f"`{pair.value.name.value}`", pair.value.name.span))
        elif value == "qid" or not _tells_size(value):
            found.append(("such a value in `attach`", pair.value.item.span))
    return found


def _doorbell(give: Object, _: Object) -> list[tuple[str, Span]]:
    bell: Object = give.item("doorbell")
    value = bell.get("value", 0)
    runs = bell.item("unless") is None and not isinstance(bell.get("to"), RingReference) and (isinstance(value, int) or value == "index")
    return [] if runs else [("`doorbell`", give.at("doorbell"))]


def _once(give: Object, item: Object) -> list[tuple[str, Span]]:
    return [("`once: poll`", give.at("once"))] if give.get("once") == "poll" and item.get("direction") != "from_device" else []


def _to(give: Object, _: Object) -> list[tuple[str, Span]]:
    return [(f"`{give.get('to')}`", give.at("to"))] if isinstance(give.get("to"), RingReference) else []


def _from(take: Object, _: Object) -> list[tuple[str, Span]]:
    if take.get("by") == "bit":
        return [("`from` in `take: {by: bit}`", take.at("from"))]
    return [(f"`{take.get('from')}`", take.at("from"))] if isinstance(take.get("from"), RingReference) else []


#: How each of `not_yet.FORMS` is known: by the object and its ring.
_FORMS: dict[tuple[str, str], Callable[[Object, Object], list[tuple[str, Span]]]] = {
    ("ring", "attach"): _attach,
    ("ring's give", "to"): _to,
    ("ring's give", "once"): _once,
    ("ring's give", "doorbell"): _doorbell,
    ("ring's take", "from"): _from,
}


def _tells_size(value: Any) -> bool:
    """A word, a number, or an expression that a device can undo."""
    if isinstance(value, (int, str)):
        return True
    from ..ring_values import size_form

    return size_form(value, 1) is not None


def ways(context: Context, item: Object) -> bool:
    """Each way of `give` and `take` has what it needs and nothing else; False: not, and it is reported."""
    fine = True
    take: Object = item.item("take")
    way = take.get("by")
    needs, may = ((), ()) if way is None else TAKE_WAYS[way][1:]
    if take.item("ring") is not None:
        way, needs, may = "ring", ("match",), ("frees",)
    for key in needs:
        fine &= _there(context, take, key, f"`take: {{by: {way}}}`" if way != "ring" else "`take: {ring: ...}`")
    for key in ("field", "from", "ready", "starts", "on", "part", "width", "bias", "match", "length", "frees"):
        fine &= key in (*needs, *may) or _not_there(context, take, key, f"`take: {{by: {way}}}`" if way != "ring" else "`take: {ring: ...}`")
    if way == "bit":
        if take.item("field") is not None and take.item("from") is not None:
            fine = _not_there(context, take, "from", "`field` beside it")
        elif take.item("from") is None:
            fine &= _there(context, take, "field", "`take: {by: bit}`")
    give: Object = item.item("give")
    fine &= _give(context, give)
    entry: Object | None = item.item("entry")
    if entry is not None:
        if entry.item("bytes") is not None:
            fine &= _not_there(context, entry, "count", "`bytes`")
        else:
            fine &= _not_there(context, entry, "slack", "`layout`") and _there(context, entry, "count", "`layout`")
    payload: Object | None = item.item("payload")
    if payload is not None:
        for key in ("length", "size", "max"):
            if payload.item("address") is None:
                fine &= _not_there(context, payload, key, "`pages`" if payload.item("pages") else "`record`")
        if payload.item("address") is not None:
            fine &= _there(context, payload, "length", "`address`")
        if payload.item("record") is not None and (entry is None or entry.item("bytes") is None):
            context.report.error("D0594", payload.at("record"), "records lie in a ring of bytes", "this ring has entries", help="`entry: {bytes: 32KiB}`, for example")
            fine = False
    frame: Object | None = item.item("frame")
    if frame is not None and frame.get("slots") == "free_list" and frame.item("chain") is None:
        fine &= _there(context, frame, "chain", "`slots: free_list`")
    return fine


def _give(context: Context, give: Object) -> bool:
    """`give` has what its way needs and nothing else."""
    by = give.get("by")
    if by is None:
        return True
    _, needs, may = GIVE_WAYS[by]
    fine = True
    for key in needs:
        fine &= _there(context, give, key, f"`give: {{by: {by}}}`")
    for key in ("to", "field", "once", "part", "width", "bias", "doorbell"):
        fine &= key in (*needs, *may) or _not_there(context, give, key, f"`give: {{by: {by}}}`")
    bell: Object | None = give.item("doorbell")
    if by == "bit" and bell is None:
        fine &= _not_there(context, give, "once", "`give: {by: bit}` without `doorbell`")
    if by == "bit" and bell is not None and bell.get("value") == "index":
        context.report.error("D0589", bell.at("value"), "`value: index` has no meaning with `give: {by: bit}`", "there is no index", help="a number: 1, for example")
        fine = False
    return fine


def _there(context: Context, owner: Object, key: str, who: str) -> bool:
    if owner.item(key) is not None or key in owner.broken:
        return True
    example = owner.type.by_name[key].example
    context.report.error("D0102", owner.at("by", "ring", "layout", "address", "slots"), f"`{key}` is missing", f"{who} needs it", help=f"for example `{example}`")
    return False


def _not_there(context: Context, owner: Object, key: str, who: str) -> bool:
    if owner.item(key) is None:
        return True
    context.report.error("D0589", owner.at(key), f"`{key}` has no meaning with {who}", f"{_belongs(owner, key)} has it")
    return False


def _belongs(owner: Object, key: str) -> str:
    """The forms that have a key."""
    if owner.type.name == "ring's take":
        ways_ = [f"`by: {name}`" for name, (_, needs, may) in TAKE_WAYS.items() if key in (*needs, *may)]
        return _listed([*ways_, *(["`ring`"] if key in ("match", "frees") else [])])
    if owner.type.name == "ring's give" and key != "once":
        return _listed([f"`by: {name}`" for name, (_, needs, may) in GIVE_WAYS.items() if key in (*needs, *may)])
    return {"slack": "`bytes`", "once": "`doorbell`", "count": "`layout`"}.get(key, "`address`")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
