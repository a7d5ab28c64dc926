# SPDX-License-Identifier: MIT
"""What a random device of class `misc` has besides its registers: user operations, transfers, operations over registers."""

from __future__ import annotations

from typing import Any

from .causes import interrupt
from .draft import Draft, Space
from .fifos import fifos
from .register_files import RegisterFile
from .yaml_text import Plain

TYPES = ("u8", "u16", "u32", "u64")


def misc(draft: Draft, file: RegisterFile, regs: Space) -> None:
    random_ = draft.random
    causes: dict[str, dict[str, Any]] = {}
    if draft.chance(0.7):
        for _ in range(random_.randint(1, 3)):
            causes[draft.fresh()] = random_.choice(({"call": draft.fresh(small=True)}, {"complete": draft.fresh(small=True)}, {"call": draft.fresh(small=True), "complete": draft.fresh(small=True), "at_start": draft.flag()}))
    if draft.chance(0.6):
        fifos(draft, file, regs, causes)
    if causes:
        interrupt(draft, file, regs, causes)
    _user(draft)
    if draft.chance(0.7):
        _transfer(draft, file, regs, causes)
    if draft.chance(0.7):
        _operations(draft, file, regs)
    draft.data["handlers"] = random_.sample(("reset", "identify", "start", "stop"), random_.randint(0, 4))


def _user(draft: Draft) -> None:
    random_ = draft.random
    user = draft.data.setdefault("user", {})
    for _ in range(random_.randint(1, 3)):
        item: dict[str, Any] = {}
        for key in ("in", "out"):
            if draft.chance(0.6):
                item[key] = {}
                for _ in range(random_.randint(1, 2)):
                    type_ = random_.choice(TYPES)
                    item[key][draft.fresh(small=True)] = type_ if draft.chance(0.8) else draft.documented({"type": type_}, 0.7)
        if draft.chance(0.4):
            item |= {"data": random_.choice(("in", "out")), "max": draft.size(random_.choice((1, 64, 4096)))}
        user[draft.fresh(small=True)] = draft.documented(item, 0.3)


def _transfer(draft: Draft, file: RegisterFile, regs: Space, causes: dict[str, dict[str, Any]]) -> None:
    random_ = draft.random

    def number(bytes_: int) -> str:
        return file.add(draft, regs, {"at": draft.number(draft.place(regs, bytes_)), "width": draft.number(8 * bytes_)})

    go, way, tell, over = (draft.fresh() for _ in range(4))
    fields = {go: {"bit": Plain("0"), "access": random_.choice(("sc", "w1s"))}, way: Plain("1"), tell: Plain("2"), over: {"bit": Plain("3"), "access": "ro", "volatile": draft.flag()}}
    fields[go]["access"] = "sc"
    control = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "reset": draft.number(0), "fields": fields})
    size = random_.choice((256, 4096))
    base = random_.choice((0, 0x1000, 0x40000))
    fixed = draft.chance(0.4)
    ends = ("host", "device") if fixed else ("source", "target")
    item: dict[str, Any] = {ends[0]: number(8), ends[1]: number(8), "length": number(4), "go": f"{control}.{go}"}
    completing = [name for name, what in causes.items() if "complete" in what]
    if completing and draft.chance(0.7):
        item["done"] = draft.random.choice(completing)
        if draft.chance(0.6):
            item["notify"] = f"{control}.{tell}"
    else:
        item["done"] = Plain(f"{control}.{go} == 0")
    item["device_memory"] = {"size": draft.size(size)} | ({"base": draft.number(base)} if base or draft.chance(0.3) else {})
    if fixed or draft.chance(0.6):
        item["direction"] = f"{control}.{way}" if draft.chance(0.5) else {"field": f"{control}.{way}", "from_device": Plain(random_.choice("01"))}
    if draft.chance(0.5):
        item["max"] = draft.size(random_.choice((size, size // 2, 100)))
    if draft.chance(0.5):
        item["timeout"] = random_.choice(("1ms", "10ms", "1s"))
    draft.data["transfers"] = {draft.fresh(small=True): draft.documented(item, 0.6)}


def _operations(draft: Draft, file: RegisterFile, regs: Space) -> None:
    """Cells of a memory that are read and written; and something that is only done."""
    random_ = draft.random
    fields = {
        "DATA": {"bits": Plain("15:0"), "volatile": draft.flag()}, "ADDRESS": Plain("23:16"), "READ": {"bit": Plain("24"), "access": "sc"}, "WRITE": {"bit": Plain("25"), "access": "sc"},
        "BUSY": {"bit": Plain("26"), "access": "ro", "volatile": draft.flag()}, "FAILED": {"bit": Plain("27"), "access": "ro", "volatile": draft.flag()},
    }  # fmt: skip
    cell = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "reset": draft.number(0), "fields": fields})
    file.count(["rw", "rw", "sc", "sc", "ro", "ro"])
    wait: dict[str, Any] = {"wait": Plain(f"{cell}.BUSY == 0")}
    if draft.chance(0.5):
        wait["timeout"] = random_.choice(("1ms", "100us"))
    if draft.chance(0.5):
        wait["fail"] = Plain(f"{cell}.FAILED == 1")
    memory = {"memory": draft.fresh(small=True)} if draft.chance(0.7) else {}
    address, data = draft.fresh(small=True), draft.fresh(small=True)
    take: Any = f"{cell}.DATA" if draft.chance(0.5) else {data: f"{cell}.DATA"}
    idle = [{"wait": Plain(f"{cell}.BUSY == 0"), "timeout": "1ms"}] if draft.chance(0.4) else []
    operations = {
        draft.fresh(small=True): draft.documented({"in": {address: "u8"}, "out": {data: "u16"}, "steps": [*idle, {"write": {cell: {"ADDRESS": address, "READ": Plain("1")}}}, dict(wait), {"take": take}], **memory}, 0.3),
    }
    if draft.chance(0.6):
        operations[draft.fresh(small=True)] = {"in": {address: "u8", data: "u16"}, "steps": [*idle, {"write": {cell: {"ADDRESS": address, "DATA": data, "WRITE": Plain("1")}}}, dict(wait)], **memory}
    if draft.chance(0.6):
        slow = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "reset": draft.number(0), "fields": {"SLOW": Plain("0"), "LEVEL": Plain("7:4")}})
        argument = draft.fresh(small=True)
        steps: list[dict[str, Any]] = [{"update": {slow: {"SLOW": Plain("1"), "LEVEL": argument}}}]
        if draft.chance(0.5):
            steps.append({"delay": random_.choice(("1us", "20us", "1ms"))})
        operations[draft.fresh(small=True)] = {"in": {argument: "u4"}, "steps": steps}
    if draft.chance(0.4):
        operations[draft.fresh(small=True)] = {"steps": [{"wait": Plain(f"{cell}.BUSY == 0")}]}
    draft.data["operations"] = operations
