# SPDX-License-Identifier: MIT
"""Lines of `match:` for devices that are not on PCI: beside those that are, or instead of them."""

from __future__ import annotations

from typing import Any

from .draft import Draft
from .yaml_text import Plain

_MAKERS = ("acme", "example-4711", "x")


def buses(draft: Draft) -> None:
    """Sometimes; not where a region is something that only PCI has."""
    random_, regions = draft.random, draft.data["regions"]
    mapped = [region for region in regions.values() if "window" not in region]
    if not draft.chance(0.35) or "revisions" in draft.data or any("capability" in region or "at" in region or region.get("kind") == "config" for region in mapped):
        return
    known: dict[str, Any] = {"data": draft.data["match"][0]["data"]} if "data" in draft.data["match"][0] else {}
    lines: list[dict[str, Any]] = []
    for number in range(random_.randint(1, 3)):
        text = f"{random_.choice(_MAKERS)},{draft.name}-v{number}" if draft.chance(0.7) else f"{draft.name}.{number}"
        lines.append(draft.documented({"compatible": text} | known))
    for region, number in zip(mapped, random_.sample(range(8), len(mapped)), strict=True):
        region["reg"] = draft.number(number)
    only = "variants" not in draft.data and draft.chance(0.5)
    if only:
        draft.data["match"] = lines
        for region in mapped:
            for key in ("bar", "address_bits", "prefetchable"):
                region.pop(key, None)
    else:
        draft.data["match"] = random_.sample(draft.data["match"] + lines, len(draft.data["match"]) + len(lines))
    for name, interrupt in list(draft.data.get("interrupts", {}).items()):
        if "cause" not in interrupt:  # a message, which only PCI has
            if only:
                del draft.data["interrupts"][name]
            continue
        if only and "vector" in interrupt:
            del interrupt["vector"]
        if "modes" in interrupt:
            modes = interrupt["modes"] if isinstance(interrupt["modes"], list) else [interrupt["modes"]]
            interrupt["modes"] = ["intx"] if only else [*modes, *(["intx"] if "intx" not in modes else [])]
    if "presence" not in draft.data:
        draft.data.setdefault("waive", []).append({"code": Plain("D0440"), "reason": "it cannot go away"})
