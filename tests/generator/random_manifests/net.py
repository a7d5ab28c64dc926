# SPDX-License-Identifier: MIT
"""What a random network device has besides its registers: two rings, their descriptors, the interrupt that serves them."""

from __future__ import annotations

from typing import Any

from .causes import interrupt
from .draft import Draft, Space
from .register_files import RegisterFile
from .yaml_text import Plain

HANDLERS = ("reset", "start", "stop", "rx_mode", "watchdog")


def net(draft: Draft, file: RegisterFile, regs: Space) -> None:
    random_ = draft.random
    receive, send = draft.fresh(small=True), draft.fresh(small=True)
    control = {"RX": Plain("0"), "TX": Plain("1"), "MORE": Plain("7:4")}
    enables = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "reset": draft.number(0), "fields": control})
    draft.data["descriptors"], draft.data["rings"] = {}, {}
    _ring(draft, file, regs, receive, "from_device", f"{enables}.RX")
    _ring(draft, file, regs, send, "to_device", f"{enables}.TX")
    received, sent, link, odd = draft.fresh(), draft.fresh(), draft.fresh(), draft.fresh()
    causes: dict[str, dict[str, Any]] = {
        received: {"service": receive, "raised_by": receive},
        sent: {"service": [send] if draft.chance(0.5) else send, "raised_by": send},
    }
    if draft.chance(0.3):
        causes[draft.fresh()] = {"service": [receive, send]}
    if draft.chance(0.7):
        causes[link] = {"call": draft.fresh(small=True)} | ({"at_start": draft.flag(draft.chance(0.8))} if draft.chance(0.7) else {})
    if draft.chance(0.5):
        causes[odd] = {"complete": draft.fresh(small=True)}
    interrupt(draft, file, regs, causes)
    draft.data["handlers"] = ["identify", *random_.sample(HANDLERS, random_.randint(0, len(HANDLERS)))]


def _descriptor(draft: Draft, receive: bool) -> tuple[str, dict[str, str], str]:
    """Its name, the marks by what they mean, and the length's member."""
    random_ = draft.random
    name, address, length, flags = draft.fresh(), draft.fresh(), draft.fresh(), draft.fresh()
    wide = random_.choice(("u16", "u32"))
    flag_type = random_.choice(("u16", "u32")) if wide == "u16" else "u16"
    rest = 64 - int(wide[1:]) - int(flag_type[1:])
    members: list[tuple[str, Any]] = [(length, wide), (flags, flag_type)]
    while rest:
        bits = random_.choice([bits for bits in (8, 16, 32) if bits <= rest])
        members.append((draft.fresh(), f"u{bits}"))
        rest -= bits
    members = _aligned(draft, members, flags)
    members.insert(random_.choice((0, len(members))), (address, "u64"))
    bits = random_.sample(range(int(flag_type[1:]) - 4), 7)
    marks = dict(zip(("done", "last", "extra", "bad", "worse", "end", "first"), bits, strict=True))
    names = {mark: draft.fresh() for mark in marks}
    fields: dict[str, Any] = {names[mark]: Plain(str(bit)) if draft.chance(0.7) else {"bit": Plain(str(bit))} for mark, bit in marks.items()}
    top = int(flag_type[1:]) - 1
    level = Plain(f"{top}:{top - 3}")
    fields[draft.fresh()] = random_.choice((level, level, {"bits": level, **random_.choice(LEVELS)}))
    item: dict[str, Any] = {"layout": {member: type_ if draft.chance(0.8) else _member(draft, type_) for member, type_ in members}, "fields": {flags: fields}}
    if draft.chance(0.2):
        first, type_ = next(iter(members))
        item["layout"][first] = {"type": type_, "c_name": draft.fresh(small=True)}
    if draft.chance(0.4):
        item["order"] = random_.choice(("big", "big", "little"))
    draft.data["descriptors"][name] = draft.documented(item)
    if draft.chance(0.3):
        draft.data["descriptors"][draft.fresh()] = _alternatives(draft)
    return name, {"address": address, **{mark: f"{flags}.{names[mark]}" for mark in names}}, length


#: What four bits of a member may be besides a number.
LEVELS: tuple[dict[str, Any], ...] = (
    {"type": "signed", "min": Plain("-3")}, {"min": Plain("1"), "max": Plain("9")}, {"scale": Plain("1/4"), "unit": "V"}, {"access": "ro", "expect": Plain("2")},
)


def _member(draft: Draft, type_: str) -> dict[str, Any]:
    """With its own byte order, and with what is written into bits of no field."""
    item: dict[str, Any] = {"type": type_}
    if draft.chance(0.4):
        item["order"] = draft.random.choice(("little", "big"))
    if draft.chance(0.4):
        item["reserved"] = draft.random.choice(("preserve", "zero", "one"))
    return draft.documented(item, 0.5)


def _alternatives(draft: Draft) -> dict[str, Any]:
    """A descriptor of several forms, chosen by what is in it. Handlers use it."""
    random_ = draft.random
    address, command, rest, kind, extended, enum = (draft.fresh() for _ in range(6))
    draft.data.setdefault("enums", {})[enum] = {"FIRST": Plain("0"), "SECOND": Plain("1")}
    draft.enum_bits[enum] = 1
    item: dict[str, Any] = {
        "layout": {address: "u64", command: "u32", rest: "u32"},
        "fields": {command: {kind: {"bits": Plain("23:20"), "enum": enum}, extended: Plain("29")}},
        "chosen_by": [f"{command}.{extended}", f"{command}.{kind}"],
    }
    if draft.chance(0.4):
        item["order"] = "big"
    # Another layout keeps the member that the forms are told apart by.
    other = {draft.fresh(): "u32", draft.fresh(): draft.documented({"type": "u32"}, 0.5), command: "u32", draft.fresh(): "u16", draft.fresh(): "u16"}
    item["alternatives"] = {
        draft.fresh(): draft.documented({"value": Plain("0"), "fields": {command: {draft.fresh(): Plain("7:0")}}}),
        draft.fresh(): draft.documented({"value": [Plain("1"), random_.choice(("FIRST", Plain("0")))], "layout": other, "fields": {command: {draft.fresh(): Plain("19:0"), draft.fresh(): Plain("24")}}}),
        draft.fresh(): draft.documented({"value": [Plain("1"), "SECOND"], "fields": {command: {draft.fresh(): Plain("19:0")}}}),
    }
    return draft.documented(item)


def _aligned(draft: Draft, members: list[tuple[str, Any]], flags: str) -> list[tuple[str, Any]]:
    """In an order in which the member with the marks is at a multiple of its size."""
    while True:
        order = draft.random.sample(members, len(members))
        before = sum(int(type_[1:]) for _, type_ in order[: [name for name, _ in order].index(flags)])
        if before % int(dict(order)[flags][1:]) == 0:
            return order


def _ring(draft: Draft, file: RegisterFile, regs: Space, name: str, direction: str, enable: str) -> None:
    random_ = draft.random
    receive = direction == "from_device"
    layout, marks, length = _descriptor(draft, receive)
    attach: list[dict[str, Any]] = []

    def number(value: Any, bytes_: int = 4, **keys: Any) -> str:
        wide = {} if bytes_ == 4 else {"width": draft.number(8 * bytes_)}
        made = file.add(draft, regs, {"at": draft.number(draft.place(regs, bytes_)), **wide, **keys})
        attach.append({made: value})
        return made

    bits = draft.address_bits
    match random_.randrange(3):
        case 0:
            number("base", 8)
        case 1 if bits <= 32:
            number("base.low" if draft.chance(0.5) else "base")
        case _:
            number("base.low")
            number("base.high")
    number(random_.choice(("bytes", "count")))
    if draft.chance(0.3):
        number(Plain(str(random_.choice((0, 1, 0x11)))))
    if draft.chance(0.4):
        number("head", **({"access": "rw"} if draft.chance(0.5) else {}))
    owned = draft.chance(0.3)
    bell = "" if owned else number("tail")
    least, default = random_.choice((8, 16)), random_.choice((32, 64, 256))
    count: Any = draft.number(default)
    if draft.chance(0.5):
        count = {"default": draft.number(default)}
        for key, value in (("min", least), ("max", default * random_.choice((1, 4))), ("multiple", random_.choice((1, 4, 8)))):
            if draft.chance(0.6):
                count[key] = draft.number(value)
    entry: dict[str, Any] = {"layout": layout, "count": count}
    if draft.chance(0.5):
        entry["align"] = draft.size(random_.choice((16, 128, 4096)))
    give: dict[str, Any] = {"by": "bit", "field": marks["done"]} if owned else {"by": "index", "to": bell}
    rings = draft.chance(0.3)
    if draft.chance(0.6) and (rings or not owned):
        give["once"] = random_.choice(("batch", "entry", "poll") if receive else ("batch", "entry"))
    if draft.chance(0.3) and not owned:
        give["width"] = draft.number(random_.choice((16, 32)))
    if rings:
        ring_it = file.add(draft, regs, {"at": draft.number(draft.place(regs, 4)), "reset": draft.number(0), "fields": {"KICK": {"bit": Plain("0"), "access": "sc"}}})
        give["doorbell"] = draft.documented({"to": f"{ring_it}.KICK", **({} if owned and draft.chance(0.5) else {"value": Plain("1")})}, 0.5)
    take: dict[str, Any] = {"by": "bit", "field": marks["done"]}
    payload: dict[str, Any] = {"address": marks["address"], "length": length}
    frame: dict[str, Any] = {"last": random_.choice((marks["last"], [marks["last"]]))}
    if receive:
        payload["size"] = draft.size(random_.choice((2048, 2048, 4096)))
        if draft.chance(0.7):
            frame["bad"] = random_.choice((marks["bad"], [marks["bad"], marks["worse"]]))
        if draft.chance(0.3):
            take["on"] = "each"
        if draft.chance(0.3):
            payload["room"] = length
    else:
        payload["max"] = draft.size(random_.choice((2048, 4096, 16384)))
        if draft.chance(0.5):
            frame["each"] = marks["extra"]
        if draft.chance(0.3):
            frame["last"] = [marks["last"], marks["bad"]]
        if draft.chance(0.3):
            frame["first"] = random_.choice((marks["first"], [marks["first"]]))
        if draft.chance(0.7):
            take["on"] = "each" if owned else random_.choice(("last", "each"))
    ring: dict[str, Any] = {"direction": direction, "entry": entry, "attach": attach, "give": give, "take": take, "payload": payload}
    if draft.chance(0.8):
        ring["frame"] = frame
    elif take.get("on") == "last":
        take.pop("on")
    if owned:
        take["ready"] = draft.number(random_.randrange(2))
    if draft.chance(0.3):
        ring["wrap"] = marks["end"]
    if owned or draft.chance(0.8):
        ring["enable"] = enable
    ring["spare"] = draft.number(random_.choice((1, 1, 2)))
    draft.data["rings"][name] = draft.documented(ring)
