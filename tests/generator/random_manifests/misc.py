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

    channels = random_.choice((None, None, 2, 3))

    def number(bytes_: int, **keys: Any) -> str:
        """A register, or one for each channel."""
        array = {} if channels is None else {"count": draft.number(channels)}
        return file.add(draft, regs, {"at": draft.number(draft.place(regs, bytes_ * (channels or 1))), "width": draft.number(8 * bytes_), **array, **keys})

    def address() -> Any:
        """A register, or one for each half."""
        return number(8) if draft.chance(0.6) else [number(4), number(4)]

    go, way, tell, over, bad = (draft.fresh() for _ in range(5))
    fields = {go: {"bit": Plain("0"), "access": random_.choice(("sc", "w1s"))}, way: Plain("1"), tell: Plain("2"), over: {"bit": Plain("3"), "access": "ro", "volatile": draft.flag()}}
    fields[go]["access"] = "sc"
    fields[bad] = {"bit": Plain("4"), "access": random_.choice(("ro", "w1c"))}
    control = number(4, reset=draft.number(0), fields=fields)
    size = random_.choice((256, 4096))
    base = random_.choice((0, 0x1000, 0x40000))
    fixed = draft.chance(0.4)
    ends = ("host", "device") if fixed else ("source", "target")
    unit = random_.choice((1, 1, 4))
    length: Any = number(4)
    if unit > 1 or draft.chance(0.3):
        length = draft.documented({"to": length, "unit": draft.size(unit), "bias": Plain(random_.choice(("-1", "0", "1")))}, 0.4)
    item: dict[str, Any] = {ends[0]: address(), ends[1]: address(), "length": length, "go": f"{control}.{go}"}
    if fixed and draft.chance(0.2):
        item.pop("device")
    completing = [name for name, what in causes.items() if "complete" in what]
    if completing and draft.chance(0.7):
        item["done"] = draft.random.choice(completing)
        if draft.chance(0.6):
            item["notify"] = f"{control}.{tell}"
    else:
        item["done"] = Plain(f"{control}.{go} == 0")
    item["device_memory"] = {"size": draft.size(size)} | ({"base": draft.number(base)} if base or draft.chance(0.3) else {})
    if fixed or draft.chance(0.6):
        from_device = random_.choice("01")
        says = {"field": f"{control}.{way}", "from_device": Plain(from_device)} | ({"to_device": Plain(str(1 - int(from_device)))} if draft.chance(0.4) else {})
        item["direction"] = f"{control}.{way}" if draft.chance(0.5) else says
    if draft.chance(0.3):
        item["only"] = random_.choice(("to_device", "from_device"))
    if draft.chance(0.4):
        item["fail"] = random_.choice((f"{control}.{bad}", Plain(f"{control}.{bad} == 1")))
    if channels is not None:
        item["channels"] = draft.number(channels)
    if draft.chance(0.3):
        item["align"] = draft.size(random_.choice((1, 4)))
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
