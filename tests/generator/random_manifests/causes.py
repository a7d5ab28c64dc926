# SPDX-License-Identifier: MIT
"""Interrupts in every way that the language knows: a bit a cause or a code, masked by two registers, by one or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .draft import Draft, Space
from .register_files import RegisterFile
from .yaml_text import Plain

MODES = ("msix", "msi", "intx")


def interrupt(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]]) -> None:
    """`causes` by name: what is to be done about each. The registers that they need are made."""
    item: dict[str, Any] = {}
    messages = _messages(draft, file, regs, causes) if draft.chance(0.4) else {}
    if messages or draft.chance(0.6):
        choices = (["msi"], ["intx"], ["msi", "intx"], ["msix", "msi"], list(MODES), ["intx", "msi"])
        modes = draft.random.choice([modes for modes in choices if "msix" not in modes or not messages])
        item["modes"] = modes[0] if len(modes) == 1 and draft.chance(0.5) else modes
    elif draft.chance(0.3):
        item["vector"] = draft.number(draft.random.randrange(32))
    name = draft.random.choice(("main", draft.fresh(small=True)))
    if draft.chance(0.3):
        _code(draft, file, regs, causes, item)
    else:
        _bits(draft, file, regs, causes, item)
    item["on"] = {cause: draft.documented(what) for cause, what in causes.items()}
    entries = [*messages.items(), (name, draft.documented(item, 0.2))]
    draft.random.shuffle(entries)
    draft.data["interrupts"] = dict(entries)


def _messages(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """With MSI-X each cause is a message of its own, and does what it does otherwise; a ring or FIFO belongs to one of them."""
    entries: dict[str, dict[str, Any]] = {}
    served: set[str] = set()
    for number, what in zip(draft.random.sample(range(48), len(causes)), causes.values(), strict=True):
        service = what.get("service", [])
        mine = [name for name in ([service] if isinstance(service, str) else service) if name not in served]
        served |= set(mine)
        entry = {key: what[key] for key in ("call", "at_start", "complete") if key in what}
        if mine:
            entry["service"] = mine[0] if len(mine) == 1 and draft.chance(0.5) else mine
        if not entry:
            continue
        if draft.chance(0.8):
            entry["modes"] = draft.random.choice(("msix", ["msix"]))
        if draft.chance(0.3):
            entry["mask"] = _one(draft, _bit(draft, file, regs))
        elif draft.chance(0.3):
            entry["mask"] = _two(draft, file, regs)
        entries[draft.fresh(small=True)] = draft.documented({**entry, "vector": draft.number(number)}, 0.2)
    return entries


def _one(draft: Draft, register: str) -> dict[str, Any]:
    """One register of enable bits; a 1 may mask."""
    return {"register": register, **({"inverted": draft.flag()} if draft.chance(0.4) else {})}


def _bit(draft: Draft, file: RegisterFile, regs: Space) -> str:
    field = draft.fresh()
    beside = {draft.fresh(): Plain("7:5")} if draft.chance(0.5) else {}
    register = file.add(draft, regs, {"at": draft.number(draft.place(regs, 1)), "width": draft.number(8), "reset": draft.number(0), "fields": {field: Plain("3"), **beside}})
    return f"{register}.{field}"


def _two(draft: Draft, file: RegisterFile, regs: Space) -> dict[str, str]:
    """A register to set the bit, and one to clear it."""
    field = draft.fresh()
    fields = {field: Plain("5")}
    on = file.add(draft, regs, {"at": draft.number(draft.place(regs, 2)), "width": draft.number(16), "access": "w1s", "reset": draft.number(0), "fields": dict(fields)})
    off = file.add(draft, regs, {"at": draft.number(draft.place(regs, 2)), "width": draft.number(16), "access": "wo", "clears": on, "fields": dict(fields)})
    return {"set": f"{on}.{field}", "clear": f"{off}.{field}"}


def _bits(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]], item: dict[str, Any]) -> None:
    random_ = draft.random
    names = [*causes, *(draft.fresh() for _ in range(random_.randint(0, 3)))]
    width = 8 if len(names) <= 8 and draft.chance(0.2) else random_.choice((16, 32)) if len(names) <= 16 else 32
    fields = {name: Plain(str(bit)) for name, bit in zip(names, random_.sample(range(width), len(names)), strict=True)}

    def same(**keys: Any) -> str:
        wide = {} if width == 32 else {"width": draft.number(width)}
        return file.add(draft, regs, {"at": draft.number(draft.place(regs, width // 8)), **wide, **keys, "fields": dict(fields)})

    clears_by_read = draft.chance(0.4)
    handled = [what for what in causes.values() if "service" not in what]
    access = "rc" if clears_by_read else "ro" if len(handled) == len(causes) and draft.chance(0.6) else "w1c"
    cause = same(access=access, reset=draft.number(0))
    file.count([access] * len(fields))
    item["cause"] = cause if draft.chance(0.7) else {"register": cause}
    if access == "ro":
        _taken_back(draft, file, regs, causes, item, cause, same)
    elif access == "w1c":
        item["acknowledge"] = cause
    for what in handled:
        if draft.chance(0.3):
            what["level"] = draft.flag()
    if draft.chance(0.2):
        same(access="wo", sets=cause)
    match random_.randrange(4):
        case 0:
            pass  # it cannot be masked
        case 1:
            enable = same(reset=draft.number(0))
            item["mask"] = _one(draft, enable)
            _enables(causes, {name: f"{enable}.{name}" for name in causes})
        case _:
            mask = same(access="w1s", reset=draft.number(0))
            item["mask"] = {"set": mask, "clear": same(access="wo", clears=mask)}


def _taken_back(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]], item: dict[str, Any], cause: str, same: Callable[..., str]) -> None:
    """By a write of a handler, or by reading a register: one for all, or one for each."""

    def read(what: str) -> str:
        return file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "access": "ro", "read_clears": what if draft.chance(0.5) else [what]})

    match draft.random.randrange(4):
        case 0:
            same(access="wo", clears=cause)
        case 1:
            item["acknowledge"] = read(cause)
        case _:
            for name, what in causes.items():
                what["acknowledge"] = read(f"{cause}.{name}")


def _enables(causes: dict[str, dict[str, Any]], bits: dict[str, str]) -> None:
    """The first cause that serves a ring or FIFO enables it; so does each that serves nothing."""
    for name, what in causes.items():
        what["enable"] = bits[name]


def _code(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]], item: dict[str, Any]) -> None:
    """The cause is a number; a bit says that there is none."""
    random_ = draft.random
    width = random_.choice((8, 16))
    codes = random_.sample(range(1, 16), len(causes))
    enum = draft.fresh()
    draft.data.setdefault("enums", {})[enum] = {draft.fresh(): Plain("0"), **{name: draft.number(code) for name, code in zip(causes, codes, strict=True)}}
    fields = {"NONE": Plain("0"), "CODE": {"bits": Plain("4:1"), "enum": enum}}
    cause = file.add(draft, regs, {"at": draft.number(draft.place(regs, width // 8)), "width": draft.number(width), "access": "ro", "reset": draft.number(1), "fields": fields})
    enable = file.add(draft, regs, {"at": draft.number(draft.place(regs, 1)), "width": draft.number(8), "reset": draft.number(0), "fields": {name: Plain(str(bit)) for bit, name in enumerate(causes)}})
    item["cause"] = {"register": cause, "code": "CODE", "none": "NONE"}
    item["mask"] = _one(draft, enable)
    _enables(causes, {name: f"{enable}.{name}" for name in causes})
