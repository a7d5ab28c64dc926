# SPDX-License-Identifier: MIT
"""Resolve indirect windows. They stand behind the BARs, whatever the manifest's order, because they need their registers."""

from __future__ import annotations

from dataclasses import replace

from ..keys.types import Object
from ..model import Enum_, Region
from ..windows import Window
from .context import Context
from .rings import whole_register
from .transfers import until

DEFAULT_TIMEOUT_NS = 10_000_000


def windows(context: Context, regions: tuple[Region, ...], enums: dict[str, Enum_]) -> tuple[Region, ...]:
    """The regions with their windows; one whose window is broken is dropped."""
    plain, behind = [], []
    for region in regions:
        source = context.sources.of(region)
        item: Object | None = source.item("window")
        if item is None:
            plain.append((region, source))
            continue
        window = None if item.broken else _window(context, item, enums)
        if window is not None:
            behind.append((replace(region, window=window), source))
    result = []
    for number, (region, source) in enumerate((*plain, *behind)):
        placed = region if region.index == number else replace(region, index=number)
        context.sources.add(placed, source)
        result.append(placed)
    return tuple(result)


def _window(context: Context, item: Object, enums: dict[str, Enum_]) -> Window | None:
    index, data = whole_register(context, item.item("index")), whole_register(context, item.item("data"))
    ready = None if item.item("ready") is None else until(context, item.item("ready"), enums)
    if index is None or data is None or (ready is None and item.item("ready") is not None):
        return None
    return Window(index.register, data.register, item.get("unit", 1), ready, item.get("timeout", DEFAULT_TIMEOUT_NS), item.get("increment", 0))
