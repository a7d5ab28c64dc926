# SPDX-License-Identifier: MIT
"""Random manifests of every class, each valid, between them with every construct of the language.

`Maker(seed).make(number)` gives the same manifest for the same seed and number of calls. Handlers are not made here: what a
manifest needs in C is read from the header that is generated from it (`build.py`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from . import net, serial, settings
from .buses import buses
from .draft import TEXTS, Draft, Space
from .meanings import kinds
from .misc import misc
from .register_files import GENTLE, RegisterFile
from .remarks import remarks
from .variants import variants
from .yaml_text import Plain, render

CLASSES = ("net", "misc", "serial")
LICENSES = ("MIT", "GPL-2.0-only", "MIT OR Apache-2.0", "GPL-2.0-or-later WITH Linux-syscall-note")


@dataclass
class Made:
    """A manifest, and the files beside it that it includes."""

    name: str
    klass: str
    text: str
    parts: dict[str, str] = field(default_factory=dict)  # text by path
    data: dict[str, Any] = field(default_factory=dict)  # what the text says


class Maker:
    """Makes manifests one after the other."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.registers = RegisterFile()
        self.made = 0

    def make(self, klass: str | None = None, size: int = 18, last: bool = False) -> Made:
        """`size` is about how many registers there are beside those that the class needs; `last`: with all missing pairs."""
        random_ = self.random
        klass = klass or CLASSES[self.made % len(CLASSES)]
        draft = Draft(random_, f"{klass}{self.made}")
        self.made += 1
        parts: dict[str, str] = {}
        _identity(draft, klass)
        _parameters(draft)
        _match(draft, klass)
        regs = _regions(draft)
        kinds(draft)
        draft.data["registers"] = {}
        if draft.chance(0.8):
            draft.data["presence"] = self.registers.known(draft, regs)
        elif draft.chance(0.5):
            self.registers.known(draft, regs)
        {"net": net.net, "serial": serial.serial, "misc": misc}[klass](draft, self.registers, regs)
        self._fill(draft, regs, size)
        if last:
            self.registers.missing(draft, regs)
        _window(draft, self.registers, regs)
        _part(draft, self.registers, regs)
        _configuration(draft, self.registers)
        _special_region(draft, self.registers)
        if draft.chance(0.4):
            settings.params(draft)
        if draft.chance(0.4):
            settings.stats(draft, self.registers, regs)
        if draft.chance(0.5):
            variants(draft, self.registers)
        _memory_and_state(draft)
        _sizes(draft)
        _waivers(draft, klass)
        buses(draft)
        remarks(draft)
        _split_into_files(draft, parts)
        order = random_.sample(sorted(draft.data.items()), len(draft.data)) if draft.chance(0.3) else list(draft.data.items())
        order.sort(key=lambda item: item[0] != "dddk")
        return Made(draft.name, klass, render(dict(order), random_), parts, dict(order))

    def _fill(self, draft: Draft, regs: Space, size: int) -> None:
        """Registers for their own sake."""
        file = self.registers
        kinds = [file.with_effects, file.banks, file.two_at_one_place, file.with_addresses, file.with_aliases]
        for one in kinds:
            if draft.chance(0.6):
                one(draft, draft.spaces[draft.random.choice(_plain_spaces(draft))])
        if draft.chance(0.3):
            file.far_apart(draft, regs)
        for _ in range(size):
            file.register(draft, draft.spaces[draft.random.choice(_plain_spaces(draft))])
        if draft.chance(0.7):
            blocks = draft.data.setdefault("blocks", {})
            for _ in range(draft.random.randint(1, 2)):
                blocks[draft.fresh()] = file.block(draft, draft.spaces[draft.random.choice(_plain_spaces(draft))])


def _plain_spaces(draft: Draft) -> list[str]:
    return [name for name, space in draft.spaces.items() if not space.window_unit]


def _identity(draft: Draft, klass: str) -> None:
    random_ = draft.random
    draft.data |= {"dddk": Plain("1"), "driver": draft.name, "title": random_.choice(TEXTS[:4]).replace("\n", " "), "class": klass, "license": random_.choice(LICENSES)}
    if draft.chance(0.5):
        draft.data["version"] = random_.choice(("1.2", "3.0-rc1", "7", "0.1+dirty"))
    if draft.chance(0.5):
        draft.data["author"] = random_.choice(("Ada Example <ada@example.org>", ["Ada Example", "Bob Example <bob@example.org>"]))
    if draft.chance(0.5):
        draft.data["datasheet"] = "Example 4711, revision B"
    draft.documented(draft.data, 0.4)


def _parameters(draft: Draft) -> None:
    if not draft.chance(0.6):
        return
    made: dict[str, Any] = {}
    for _ in range(draft.random.randint(1, 4)):
        name, value = draft.fresh(), draft.random.choice((1, 2, 3, 4, 8, 0x10, 0x40))
        text = Plain(hex(value))
        if draft.parameters and draft.chance(0.5):
            other, known = draft.random.choice(sorted(draft.parameters.items()))
            value, text = draft.random.choice(((known + 1, Plain(f"{other} + 1")), (known * 2, Plain(f"{other} << 1")), (known | 1, Plain(f"({other} | 1)")), (known * 4, Plain(f"2 * {other} * 2"))))
        made[name], draft.parameters[name] = text, value
    draft.data["parameters"] = made


def _match(draft: Draft, klass: str) -> None:
    random_ = draft.random
    match: list[Any] = []
    variants: dict[str, Any] = {}
    bits = draft.address_bits = random_.choice((32, 32, 36, 64))
    if bits != 32 or draft.chance(0.4):
        draft.data["dma"] = {"address_bits": draft.number(bits)}
        if draft.chance(0.4):
            draft.data["dma"]["boundary"] = random_.choice((Plain("64KiB"), Plain("1MiB")))
        if draft.chance(0.4):
            draft.data["dma"]["alignment"] = draft.number(random_.choice((2, 4, 8)))
    if draft.chance(0.4):
        for _ in range(random_.randint(1, 2)):
            item = draft.documented({}, 0.4)
            if draft.chance(0.7) or not item:
                limit = random_.choice((28, 32, bits))
                item["dma"] = {"address_bits": draft.number(limit)} | ({"boundary": Plain("128KiB")} if draft.chance(0.3) else {})
            variants[draft.random.choice((draft.fresh(), f"{random_.randint(1, 9)}{draft.fresh().upper()}"))] = item
        draft.data["variants"] = variants
    for number in range(random_.randint(1, 3) + len(variants)):
        one: dict[str, Any] = {"pci": Plain(f"1234:{0x1000 + number:04x}")}
        if draft.chance(0.2):
            one["subsystem"] = Plain(random_.choice(("1af4:0042", "1af4:*")))
        if draft.chance(0.2):
            one["class"] = random_.choice((Plain("0200"), Plain("02"), "070002"))
        if number < len(variants):
            one["variant"] = list(variants)[number]
        match.append(draft.documented(one))
    if draft.chance(0.2):
        match.append({"pci": Plain("1235:*")})
    draft.data["match"] = random_.sample(match, len(match))
    if draft.chance(0.4):
        _match_data(draft, draft.data["match"])


def _match_data(draft: Draft, match: list[dict[str, Any]]) -> None:
    """What each line says about its devices, with types; some have a default."""
    random_ = draft.random
    types: dict[str, Any] = {}
    for _ in range(random_.randint(1, 4)):
        name = draft.fresh(small=True)
        if draft.chance(0.25):
            enum, values = draft.fresh(), [draft.fresh() for _ in range(3)]
            draft.data.setdefault("enums", {})[enum] = {value: Plain(str(number)) for number, value in enumerate(values)}
            draft.enum_bits[enum] = 2
            item, possible = {"enum": enum}, values
        else:
            type_ = random_.choice(("bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"))
            bits = 0 if type_ == "bool" else int(type_[1:])
            least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if type_[0] == "i" else (0, (1 << bits) - 1)
            item, possible = {"type": type_}, ["true", "false"] if type_ == "bool" else [str(least), str(most), "1", hex(most)]
        if draft.chance(0.5):
            item["default"] = Plain(random_.choice(possible))
        for line in match:
            if "default" not in item or draft.chance(0.3):
                line.setdefault("data", {})[name] = Plain(random_.choice(possible))
        draft.documented(item)
        types[name] = item["type"] if set(item) == {"type"} else item
    draft.data["match_data"] = types


def _regions(draft: Draft) -> Space:
    """The default region, and perhaps others. Their sizes are known at the end."""
    random_ = draft.random
    names = ["regs"] if draft.chance(0.5) else [draft.fresh(small=True)]
    names += [draft.fresh(small=True) for _ in range(random_.choice((0, 1, 1, 2)))]
    regions: dict[str, Any] = {}
    bars = random_.sample(range(6), len(names))
    for name, bar in zip(names, bars, strict=True):
        item: dict[str, Any] = {"bar": draft.number(bar), "size": None}
        if name != names[0] and draft.chance(0.3):
            item = {"capability": {"id": Plain("0x09"), "type": draft.number(bar)}, "size": None}
        if name != names[0] and draft.chance(0.5):
            item["kind"] = random_.choice(("port", "memory"))
        if draft.chance(0.25):
            item["order"] = random_.choice(("big", "big", "little"))
        if name != names[0] and draft.chance(0.2):
            item["optional"] = draft.flag(draft.chance(0.8))
        if draft.chance(0.15):
            item["access_widths"] = [draft.number(width) for width in (8, 16, 32, 64)]
        regions[name] = draft.documented(item)
        draft.spaces[name] = Space(name)
    if len(names) > 1 or draft.chance(0.2):
        regions[names[0]]["default"] = draft.flag()
    if len(names) > 1 and draft.chance(0.1):
        regions[names[1]]["default"] = draft.flag(False)
    draft.default_region = names[0]
    draft.data["regions"] = dict(random_.sample(sorted(regions.items()), len(regions)))
    return draft.spaces[names[0]]


def _special_region(draft: Draft, file: RegisterFile) -> None:
    """A BAR of which more is said: what it must be like, which accesses it answers, that a device may lack it."""
    random_ = draft.random
    taken = {int(str(region["bar"]), 0) if str(region["bar"]).isalnum() else -1 for region in draft.data["regions"].values() if "bar" in region}
    free = [bar for bar in range(5) if not {bar, bar + 1} & taken]
    if -1 in taken or not free or not draft.chance(0.3):
        return
    name = draft.fresh(small=True)
    space = Space(name)
    item: dict[str, Any] = {"bar": draft.number(random_.choice(free)), "size": None, "access_widths": [Plain("8"), Plain("16"), Plain("32")]}
    if draft.chance(0.7):
        item["address_bits"] = Plain(random_.choice(("32", "64")))
    if draft.chance(0.7):
        item["prefetchable"] = draft.flag(draft.chance(0.7))
    if draft.chance(0.7):
        item["optional"] = draft.flag(draft.chance(0.8))
    for _ in range(random_.randint(1, 4)):
        width = random_.choice((8, 16, 32))
        one: dict[str, Any] = {"at": draft.number(draft.place(space, width // 8)), "width": draft.number(width)}
        fields = file.fields(draft, width, None, GENTLE, None, most=5)
        file.add(draft, space, one | ({"fields": fields} if fields else {}))
    item["size"] = draft.size(1 << max(space.next - 1, 15).bit_length())
    draft.data["regions"][name] = draft.documented(item)
    if all("default" not in region for region in draft.data["regions"].values()):
        draft.data["regions"][draft.default_region]["default"] = draft.flag()


def _configuration(draft: Draft, file: RegisterFile) -> None:
    """Registers in configuration space: in all of it, or in one capability."""
    random_ = draft.random
    for capability in random_.sample((None, Plain("0x10"), {"id": Plain("0x0003"), "extended": draft.flag()}, {"id": Plain("0x09"), "type": Plain("0x77")}), random_.choice((0, 0, 1, 2))):
        name = draft.fresh(small=True)
        item: dict[str, Any] = {"kind": "config", "size": None}
        space = Space(name, next=0x40)
        if capability is not None:
            item["capability"] = capability
            space.next = 4
        for _ in range(random_.randint(1, 3)):
            width = random_.choice((8, 16, 32))
            one: dict[str, Any] = {"at": draft.number(draft.place(space, width // 8)), "width": draft.number(width)}
            if draft.chance(0.6):
                one["fields"] = file.fields(draft, width, None, GENTLE, None, most=4)
            if not one.get("fields"):
                one.pop("fields", None)
            file.add(draft, space, one)
        item["size"] = draft.size(max(-(-space.next // 4) * 4, 16))
        draft.data["regions"][name] = draft.documented(item)
        if sum("default" in region for region in draft.data["regions"].values()) == 0:
            draft.data["regions"][draft.default_region]["default"] = draft.flag()


def _window(draft: Draft, file: RegisterFile, regs: Space) -> None:
    """Registers behind two others."""
    if not draft.chance(0.4):
        return
    random_ = draft.random
    width = random_.choice((8, 16, 32))
    unit = random_.choice((1, width // 8))
    name = draft.fresh(small=True)
    select: dict[str, Any] = {"at": draft.number(draft.place(regs, 4))}
    beside = draft.chance(0.4)
    if beside:
        field, other = draft.fresh(), draft.fresh()
        low = random_.choice((0, 3))
        select |= {"fields": {field: Plain(f"{low + 15}:{low}"), other: Plain("31")}, "reset": draft.number(0)}
        if draft.chance(0.5):
            select |= {"access": "wo", "shadow": draft.flag()}
    else:
        select["width"] = draft.number(16)
    index = file.add(draft, regs, select)
    data = file.add(draft, regs, {"at": draft.number(draft.place(regs, width // 8)), "width": draft.number(width)})
    window: dict[str, Any] = {"index": Plain(f"{index}.{field}") if beside else index, "data": data}
    if draft.chance(0.3):
        window["write"] = file.add(draft, regs, {"at": draft.number(draft.place(regs, width // 8)), "width": draft.number(width), "access": "wo"})
    if unit != 1 or draft.chance(0.3):
        window["unit"] = draft.number(unit)
    if draft.chance(0.4):
        window["increment"] = draft.number(random_.choice((1, 2, max(width // 8 // unit, 1))))
    if draft.chance(0.6):
        state = file.add(draft, regs, {"at": draft.number(draft.place(regs, 1)), "width": draft.number(8), "access": "ro", "reset": draft.number(0), "fields": {"BUSY": {"bit": Plain("3"), "volatile": draft.flag()}}})
        window["ready"] = Plain(f"{state}.BUSY == 0")
        if draft.chance(0.5):
            window["timeout"] = random_.choice(("1ms", "500us", "20000ns"))
    space = draft.spaces[name] = Space(name, unit, width, waits="ready" in window)
    if len(draft.data["regions"]) == 1:
        draft.data["regions"][draft.default_region]["default"] = draft.flag()
    draft.data["regions"][name] = draft.documented({"window": window, "size": None})
    for _ in range(random_.randint(2, 5)):
        file.register(draft, space)


def _part(draft: Draft, file: RegisterFile, regs: Space) -> None:
    """A part of the BAR, where the device says."""
    whole = draft.data["regions"][draft.default_region]
    if "bar" not in whole or whole.get("kind", "memory") != "memory" or "optional" in whole or not draft.chance(0.25):
        return
    name, field = draft.fresh(small=True), draft.fresh()
    says: dict[str, Any] = {"at": draft.number(draft.place(regs, 4)), "width": draft.number(32), "access": "ro"}
    in_field = draft.chance(0.6)
    if in_field:
        says["fields"] = {field: Plain("31:4")}
    source = file.add(draft, regs, says)
    at = f"{draft.random.choice(('16 *', '0x100 + 64 *'))} {source}.{field}" if in_field else source
    space = draft.spaces[name] = Space(name)
    if len(draft.data["regions"]) == 1:
        whole["default"] = draft.flag()
    draft.data["regions"][name] = draft.documented({"bar": whole["bar"], "at": Plain(at), "size": None})
    for _ in range(draft.random.randint(1, 3)):
        file.register(draft, space)


def _memory_and_state(draft: Draft) -> None:
    random_ = draft.random
    if draft.chance(0.4):
        draft.data["buffers"] = {}
        for _ in range(random_.randint(1, 2)):
            item: dict[str, Any] = {"size": draft.size(random_.choice((64, 100, 4096, 8192)))}
            if draft.chance(0.5):
                item["align"] = draft.size(random_.choice((8, 128, 4096)))
            draft.data["buffers"][draft.fresh(small=True)] = draft.documented(item)
    if draft.chance(0.5):
        draft.data["state"] = {}
        for _ in range(random_.randint(1, 4)):
            type_ = random_.choice(("bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"))
            item = {"type": type_}
            if draft.chance(0.3):
                item["count"] = draft.number(random_.choice((1, 2, 17)))
            draft.documented(item)
            draft.data["state"][draft.fresh(small=True)] = type_ if set(item) == {"type"} else item


def _sizes(draft: Draft) -> None:
    """Each region is as large as its registers ask for, or larger."""
    for name, space in draft.spaces.items():
        least = max(space.next, 16)
        larger = 1 << (least - 1).bit_length()
        draft.data["regions"][name]["size"] = draft.size(draft.random.choice((larger, larger, 2 * larger, least) if not space.window_unit else (least,)))
    bars = {int(str(item["bar"]), 0): item for item in draft.data["regions"].values() if str(item.get("bar", "")).isalnum()}
    for bar, item in bars.items():
        if item.get("kind", "memory") == "memory" and draft.chance(0.3):
            others = draft.data["regions"].values()  # one that a capability names needs a BAR as well
            next_is_free = len(bars) == sum("bar" in one for one in others) and bar < 5 and bar + 1 not in bars and not any("capability" in one for one in others)
            item["address_bits"] = draft.number(draft.random.choice((32, 64)) if next_is_free else 32)
            item["prefetchable"] = draft.flag(False)  # reading some of the registers has an effect
    if not draft.data.get("enums"):
        draft.data.pop("enums", None)


def _waivers(draft: Draft, klass: str) -> None:
    """Warnings that are there, and that nobody minds."""
    if not draft.chance(0.5):
        return
    name = draft.fresh()
    draft.data.setdefault("enums", {})[name] = {"ONE": Plain("1"), "UNO": Plain("1")}
    draft.data["waive"] = [{"code": "D0222", "at": f"enums.{name}", "reason": "two languages"}, {"code": "D0851", "reason": "for handlers"}]
    if draft.chance(0.3):
        del draft.data["waive"][1]["code"], draft.data["waive"][1]
        draft.data["waive"].append({"code": "D0851", "at": f"enums.{name}", "reason": "for handlers"})


def _split_into_files(draft: Draft, parts: dict[str, str]) -> None:
    """Some registers and enums come from an included file; some of what identifies it from one that is extended."""
    random_ = draft.random
    if draft.chance(0.4):
        moved = {}
        for key in ("registers", "enums"):
            table = draft.data.get(key, {})
            names = random_.sample(sorted(table), min(len(table), random_.randint(1, 4)) if key == "registers" and len(table) > 8 else 0)
            if names:
                moved[key] = {name: table.pop(name) for name in names}
        if moved:
            parts[f"{draft.name}_parts/some.yaml"] = render(moved, random_)
            path = f"{draft.name}_parts/some.yaml"
            draft.data["include"] = random_.choice((path, [path]))
    if draft.chance(0.4):
        base: dict[str, Any] = {"dddk": Plain("1"), "license": draft.data.pop("license"), "datasheet": "of the base"}
        base["registers"] = {}
        table = draft.data["registers"]
        for name in random_.sample(sorted(table), min(len(table), 3)):
            if isinstance(table[name], dict) and "fields" in table[name] and draft.chance(0.7):
                base["registers"][name] = {"at": Plain("0x7ffc"), "doc": "of the base"}  # the offset is replaced
            else:
                base["registers"][name] = table.pop(name)
        gone = draft.fresh()
        base["registers"][gone] = Plain("0x7ff0")
        table[gone] = None
        path = f"{draft.name}_parts/base.yaml"
        parts[path] = render(base, random_)
        draft.data["extends"] = path
