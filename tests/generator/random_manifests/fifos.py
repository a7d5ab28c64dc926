# SPDX-License-Identifier: MIT
"""FIFOs in every way that the language knows: words of each width, whole registers or fields, asked by a bit, a level, a room or not."""

from __future__ import annotations

from typing import Any

from .draft import Draft, Space
from .register_files import RegisterFile
from .yaml_text import Plain

WIDTHS = (8, 16, 32, 64)


def fifos(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]]) -> None:
    """Some FIFOs of a device of class misc, the causes that serve some of them, and operations that show some."""
    random_ = draft.random
    draft.data["fifos"] = made = {}
    for _ in range(random_.randint(1, 4)):
        receives, served, width = draft.chance(0.6), draft.chance(0.5), random_.choice(WIDTHS)
        name = draft.fresh(small=True)
        made[name] = draft.documented(fifo(draft, file, regs, receives, served, width), 0.3)
        if served:
            causes[draft.fresh()] = {"service": name} | ({"raised_by": name} if draft.chance(0.6) else {})
        if draft.chance(0.6):
            draft.data.setdefault("user", {})[draft.fresh(small=True)] = draft.documented({"fifo": name}, 0.3)


def fifo(draft: Draft, file: RegisterFile, regs: Space, receives: bool, served: bool, width: int) -> dict[str, Any]:
    """One FIFO, with registers of its own."""
    random_ = draft.random
    item: dict[str, Any] = {"direction": "from_device" if receives else "to_device"}
    in_field = draft.chance(0.3)
    lost = _data(draft, file, regs, item, receives, width, in_field)
    if width > 8 and (not in_field or width < 64) and draft.chance(0.4):
        item["bytes"] = random_.choice(("low_first", "high_first"))
    _asked(draft, file, regs, item, receives, served)
    if receives and lost is not None:
        item["overrun"] = lost
    elif receives and draft.chance(0.5):
        item["overrun"] = _elsewhere(draft, file, regs)
    return item


def _data(draft: Draft, file: RegisterFile, regs: Space, item: dict[str, Any], receives: bool, width: int, in_field: bool) -> str | None:
    """The register of the words; where it says so too, the place of the overrun."""
    keys: dict[str, Any] = {"access": "ro", "volatile": draft.flag()} if receives else {"access": "wo"}
    wide = {8: 16, 16: 32, 32: 64, 64: 64}[width] if in_field else width
    if wide != 32:
        keys["width"] = draft.number(wide)
    if not in_field:
        if draft.chance(0.2):
            count = draft.random.randint(2, 4)
            name = file.add(draft, regs, {"at": draft.number(draft.place(regs, wide // 8, count, wide // 8)), "count": draft.number(count), "stride": draft.number(wide // 8), **keys})
            item["data"] = f"{name}[{draft.random.randrange(count)}]"
            return None
        item["data"] = file.add(draft, regs, {"at": draft.number(draft.place(regs, wide // 8)), **keys})
        return None
    fields: dict[str, Any] = {"WORD": Plain(f"{width - 1}:0")}
    if width < 64:
        fields["LATE"] = Plain(str(width))
    name = file.add(draft, regs, {"at": draft.number(draft.place(regs, wide // 8)), **keys, "fields": fields})
    item["data"] = f"{name}.WORD"
    return f"{name}.LATE" if receives and width < 64 and draft.chance(0.5) else None


def _asked(draft: Draft, file: RegisterFile, regs: Space, item: dict[str, Any], receives: bool, served: bool) -> None:
    random_ = draft.random
    way = random_.choice(("ready", "is 0", "level", "count") if served else ("ready", "is 0", "level", "count", "always"))
    if way == "always":
        return
    fields = {"READY": Plain("0"), "FULL": Plain("1"), "COUNT": Plain("15:8")}
    state = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "access": "ro", "volatile": draft.flag(), "reset": draft.number(2), "fields": fields})
    if way in ("ready", "is 0"):
        item["ready"] = Plain(f"{state}.READY" if way == "ready" else f"{state}.FULL == 0")
        if not receives and draft.chance(0.7):
            item["depth"] = draft.number(random_.choice((4, 16, 64)))
        if draft.chance(0.4):
            item["threshold"] = draft.number(random_.choice((1, 2, 4)) if receives or "depth" in item else 1)
    elif way == "level" or receives:
        item["level"] = f"{state}.COUNT"
        if not receives or draft.chance(0.5):
            item["depth"] = draft.number(random_.choice((8, 16, 200)))
    else:
        item["room"] = f"{state}.COUNT"
        if draft.chance(0.5):
            item["depth"] = draft.number(random_.choice((8, 16, 200)))


def _elsewhere(draft: Draft, file: RegisterFile, regs: Space) -> str:
    """An overrun bit in a register of its own."""
    access = draft.random.choice(("rc", "w1c", "w0c", "ro"))
    keys = {"width": draft.number(16), "access": access, "reset": draft.number(0), "fields": {"LOST": Plain("3"), "OTHER": Plain("4")}}
    return f"{file.add(draft, regs, {'at': draft.number(draft.place(regs, 2)), **keys})}.LOST"
