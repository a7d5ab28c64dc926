# SPDX-License-Identifier: MIT
"""What the user of a random driver sees of it: parameters to set, statistics to read."""

from __future__ import annotations

from typing import Any

from .draft import Draft, Space
from .register_files import RegisterFile
from .yaml_text import Plain


def params(draft: Draft) -> None:
    random_ = draft.random
    made: dict[str, Any] = {}
    for _ in range(random_.randint(1, 4)):
        if draft.chance(0.25):
            enum, values = draft.fresh(), [draft.fresh() for _ in range(3)]
            draft.data.setdefault("enums", {})[enum] = {value: Plain(str(number)) for number, value in enumerate(values)}
            draft.enum_bits[enum] = 2
            item: dict[str, Any] = {"enum": enum, "default": random_.choice(values)}
        else:
            type_ = random_.choice(("bool", "u8", "u16", "u32", "u64"))
            item = {"type": type_}
            if type_ == "bool":
                item["default"] = draft.flag(draft.chance(0.5))
            else:
                most = (1 << int(type_[1:])) - 1
                low, default, high = sorted(random_.choice((0, 1, 7, most // 2, most - 1, most)) for _ in range(3))
                item["default"] = Plain(random_.choice((str(default), hex(default))))
                if draft.chance(0.5):
                    item["min"] = draft.number(low)
                if draft.chance(0.5):
                    item["max"] = draft.number(high)
        made[draft.fresh(small=True)] = draft.documented(item)
    draft.data["params"] = made


def stats(draft: Draft, file: RegisterFile, space: Space) -> None:
    """Counters that a read clears, and such that run on; whole registers, elements and fields."""
    random_ = draft.random
    made: dict[str, Any] = {}
    for _ in range(random_.randint(1, 4)):
        width = random_.choice((8, 16, 32, 64))
        item: dict[str, Any] = {"at": None, "access": random_.choice(("ro", "rc")), "reset": draft.number(0)}
        if width != 32:
            item["width"] = draft.number(width)
        if item["access"] == "ro" or draft.chance(0.5):
            item["volatile"] = draft.flag()
        count = 1
        suffix = ""
        match random_.randrange(3):
            case 0:
                count = random_.choice((1, 3))
                item["count"] = draft.number(count)
                suffix = f"[{random_.randrange(count)}]"
            case 1:
                field = draft.fresh()
                item["fields"] = {field: Plain(f"{width // 2}:1")}
                suffix = f".{field}"
        item["at"] = draft.number(draft.place(space, width // 8, count, width // 8))
        where = file.add(draft, space, item) + suffix
        made[draft.fresh(small=True)] = where if draft.chance(0.7) else draft.documented({"register": where}, 0.6)
    draft.data["stats"] = made
