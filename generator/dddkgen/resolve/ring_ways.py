# SPDX-License-Identifier: MIT
"""Which forms a ring is in: what about it no driver runs yet, and whether each way to give and to take has its own keys."""

from __future__ import annotations

from typing import Any

from ..keys.ring_types import RingReference
from ..keys.rings import TAKE_WAYS
from ..keys.types import Object
from ..model import Span
from .context import Context


def unusual(item: Object) -> list[tuple[str, Span]]:
    """What about a ring is in a form that no driver runs."""
    found = [(f"`{key}`", item.at(key)) for key in ("instances", "parts", "vector", "arm") if item.item(key) is not None]

    def also(owner: Object | None, *keys: str) -> None:
        for key in keys:
            if owner is not None and owner.item(key) is not None:
                found.append((f"`{key}`", owner.at(key)))

    entry, give, take, payload, frame = (item.item(key) for key in ("entry", "give", "take", "payload", "frame"))
    also(entry, "bytes", "slack")
    attach = item.item("attach")
    if isinstance(attach, Object):
        found.append(("`attach: {call: ...}`", attach.at("call")))
    else:
        for pair in item.items("attach"):
            value = pair.value.item.value
            if isinstance(pair.value.name.value, RingReference):
                found.append((f"`{pair.value.name.value}`", pair.value.name.span))
            elif value == "qid" or not _tells_size(value):
                found.append(("such a value in `attach`", pair.value.item.span))
    if give is not None:
        also(give, "part", *(["width"] if give.get("width") == 64 else []))
        bell: Object | None = give.item("doorbell")
        if bell is not None and (bell.item("unless") is not None or isinstance(bell.get("to"), RingReference) or not isinstance(bell.get("value", 0), int) and bell.get("value") != "index"):
            also(give, "doorbell")
        if give.get("by") == "offset":
            found.append(("`by: offset`", give.at("by")))
        if give.get("once") == "poll" and item.get("direction") != "from_device":
            found.append(("`once: poll`", give.at("once")))
        if isinstance(give.get("to"), RingReference):
            found.append((f"`{give.get('to')}`", give.at("to")))
    if take is not None:
        also(take, "ring", "part", "match", "length", *(["width"] if take.get("width") == 64 else []))
        if take.get("by") == "offset":
            found.append(("`by: offset`", take.at("by")))
        if isinstance(take.get("from"), RingReference) or (take.get("by") == "bit" and take.item("from") is not None):
            found.append(("`from` in `take: {by: bit}`" if take.get("by") == "bit" else f"`{take.get('from')}`", take.at("from")))
    also(payload, "pages", "record")
    also(frame, "chain", "slots")
    return found


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
    if give.get("by") == "index":
        fine &= _not_there(context, give, "bias", "`give: {by: index}`")
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
    return {"slack": "`bytes`", "count": "`layout`", "bias": "`by: offset`"}.get(key, "`address`")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
