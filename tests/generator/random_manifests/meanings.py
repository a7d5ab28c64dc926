# SPDX-License-Identifier: MIT
"""What the bits of a field mean: a sign, an address, limits, a scale; names of enums for one direction; resets by kind."""

from __future__ import annotations

from typing import Any

from .draft import Draft
from .yaml_text import Plain

from dddkgen.semantics import POLICIES, WriteEffect

UNITS = ("mV", "degC", "%", "us", "Mbit/s", "1/min")
SCALES = ("1/16", "0.5", "0.0625", "4096", "3", "2/3", "10.25", "1/1000")


def meaning(draft: Draft, item: dict[str, Any], size: int, at: int, policy: str, resets: list[int]) -> None:
    """Of a field of two bits or more without an enum; `resets` are the bits that it has after some reset."""
    random_ = draft.random
    signed = draft.chance(0.4)
    if not signed and draft.chance(0.3):
        item["type"] = "address"
        if at + size <= 32 and draft.chance(0.6):
            item["half"] = random_.choice(("low", "high"))
        return
    if signed:
        item["type"] = "signed"
    lowest, highest = (-(1 << size - 1), (1 << size - 1) - 1) if signed else (0, (1 << size) - 1)
    if POLICIES[policy].write in (WriteEffect.STORES, WriteEffect.NONE) and draft.chance(0.5):
        held = [raw - (1 << size) if signed and raw >> size - 1 else raw for raw in resets]
        low, high = sorted(random_.randint(lowest, highest) for _ in range(2))
        low, high = min([low, *held]), max([high, *held])
        if draft.chance(0.7):
            item["min"] = draft.number(low) if low >= 0 else Plain(str(low))
        if draft.chance(0.7) or "min" not in item:
            item["max"] = draft.number(high) if high >= 0 else Plain(str(high))
    if size <= 40 and draft.chance(0.4):
        item["scale"] = Plain(random_.choice(SCALES))
    if draft.chance(0.4):
        item["unit"] = random_.choice(UNITS)


def directions(draft: Draft, values: dict[str, Any]) -> None:
    """Some of an enum's names are for reads or for writes only; one is for both."""
    for label in draft.random.sample(sorted(values), draft.random.randint(1, len(values)))[1:]:
        value = values[label]
        values[label] = (value if isinstance(value, dict) else {"value": value}) | {"only": draft.random.choice(("read", "write"))}


def kinds(draft: Draft) -> None:
    """Sometimes there are several kinds of reset."""
    if draft.chance(0.5):
        names = [draft.fresh(small=True) for _ in range(draft.random.randint(1, 3))]
        draft.data["reset_kinds"] = {name: draft.documented({"doc": "one of them"}, 0.5) if draft.chance(0.4) else "a reset" for name in names}


def by_kind(draft: Draft, value: int, width: int) -> tuple[Any, list[int]]:
    """What `reset:` says, and the values that a reset may give, where the first kind gives `value`."""
    names = list(draft.data.get("reset_kinds", ()))
    if not names or draft.chance(0.5):
        return draft.number(value), [value]
    found: dict[str, Any] = {names[0]: draft.number(value)}
    given = [value]
    for name in names[1:]:
        what = draft.random.choice(("unchanged", "unknown", "value", None))
        if what == "value":
            given.append(draft.random.getrandbits(width))
            found[name] = draft.number(given[-1])
        elif what is not None:
            found[name] = Plain(what)
    return found, given
