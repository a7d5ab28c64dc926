# SPDX-License-Identifier: MIT
"""What is said about pieces of things, and about waivers: text for people, kept by its place in the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..keys.types import Entry, Object, Value
from ..model import Remark, Waived

#: Keys of the manifest under which there are pieces with words of their own. Under the others each object of the model has them.
_HOLDERS = ("dma", "variants", "revisions", "regions", "rings", "transfers", "interrupts")

#: What a variant or revision says about these is about its own form of them.
_DIFFERING = ("register", "enum")


def remarks(root: Object) -> tuple[Remark, ...]:
    """In the manifest's order."""
    return tuple(remark for key in root.values if key in _HOLDERS for remark in _within(root.values[key], key, key in ("variants", "revisions")))


def _within(item: Any, place: str, differing: bool) -> Iterator[Remark]:
    if isinstance(item, Object):
        if (item.type.remarks or (differing and item.type.name in _DIFFERING)) and ("doc" in item.values or "see" in item.values):
            yield Remark(place, item.get("doc", ""), item.get("see", ""))
        for key, value in item.values.items():
            yield from _within(value, f"{place}.{key}", differing)
    elif isinstance(item, Value) and isinstance(item.value, list):
        for number, each in enumerate(item.value):
            if isinstance(each, Entry):
                yield from _within(each.item, f"{place}.{each.name.value}", differing)
            else:
                yield from _within(each, f"{place}[{number}]", differing)


def waived(root: Object) -> tuple[Waived, ...]:
    """The waivers, for the reference page."""
    result = []
    for item in root.items("waive"):
        if not item.broken:
            said = Remark("", item.get("doc", ""), item.get("see", ""))
            result.append(Waived(item.get("code"), item.get("at", ""), item.get("reason"), said if said.doc or said.see else None))
    return tuple(result)
