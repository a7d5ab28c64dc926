# SPDX-License-Identifier: MIT
"""Devices that differ: revisions, what variants have and lack, what is elsewhere, errata.

What generated code uses every device must have, so only registers whose names stand nowhere but in their own entry become
things that some devices lack, or move.
"""

from __future__ import annotations

import re
from typing import Any

from .draft import Draft
from .register_files import GENTLE, RegisterFile
from .yaml_text import Plain


def variants(draft: Draft, file: RegisterFile) -> None:
    """Sometimes; before the sizes of regions are known."""
    random_ = draft.random
    names = list(draft.data.get("variants", {}))
    revisions = [draft.fresh() for _ in range(random_.choice((0, 2, 2, 3)))]
    if not names and not revisions:
        return
    number = 0
    made: dict[str, Any] = {}
    for name in revisions:
        made[name] = draft.number(number) if draft.chance(0.5) else draft.documented({"id": draft.number(number)}, 0.3)
        number += random_.randint(1, 40)
    if made:
        draft.data["revisions"] = made
    free = _free(draft)
    random_.shuffle(free)
    for name in free[:6]:
        _limit(draft, name, names, revisions)
    for name in free[6:10]:
        _limit_field(draft, name, names, revisions)
    own = _own(draft, file)
    for block in draft.data.get("blocks", {}).values():
        if draft.chance(0.6) and not _used(draft, block):
            block.update(_availability(draft, names, revisions))
    scopes = [draft.data["variants"][name] for name in names] + [item for item in made.values() if isinstance(item, dict)]
    for scope in scopes:
        if draft.chance(0.8):
            _differ(draft, file, scope, own, free[10:13])
    _errata(draft, names, revisions, free[13:])


def _words(thing: Any) -> set[str]:
    """Every word in it, keys too."""
    match thing:
        case dict():
            return set().union(*(_words(key) | _words(value) for key, value in thing.items())) if thing else set()
        case list():
            return set().union(*map(_words, thing)) if thing else set()
        case None:
            return set()
    return set(re.findall(r"\w+", str(thing)))


def _used(draft: Draft, block: dict[str, Any]) -> bool:
    """Does anything but the block name its registers? They are called BLOCK_REGISTER outside of it."""
    name = next(key for key, value in draft.data["blocks"].items() if value is block)
    elsewhere = _words({key: value for key, value in draft.data.items() if key != "blocks"})
    return any(word.startswith(f"{name}_") for word in elsewhere)


def _free(draft: Draft) -> list[str]:
    """Registers that nothing refers to, of regions that are plain memory or ports, and that refer to nothing themselves."""
    registers: dict[str, Any] = draft.data["registers"]
    elsewhere = _words({key: value for key, value in draft.data.items() if key != "registers"})
    words = {name: _words(item) for name, item in registers.items()}
    plain = {name for name, space in draft.spaces.items() if not space.window_unit}
    found = []
    for name, item in registers.items():
        if name in elsewhere or any(name in other for key, other in words.items() if key != name):
            continue
        if not isinstance(item, dict):
            item = registers[name] = {"at": item}
        if {"when", "set_at", "clear_at", "expect"} & set(item) or item.get("region", draft.default_region) not in plain or isinstance(item["at"], list):
            continue
        found.append(name)
    return found


def _availability(draft: Draft, names: list[str], revisions: list[str]) -> dict[str, Any]:
    """At least one device has it."""
    random_ = draft.random
    made: dict[str, Any] = {}
    if names and (not revisions or draft.chance(0.5)):
        chosen = random_.sample(names, random_.randint(1, len(names)))
        made["variants"] = chosen if len(chosen) > 1 or draft.chance(0.5) else chosen[0]
    if revisions and (not made or draft.chance(0.5)):
        since, until = sorted(random_.sample(range(len(revisions) + 1), 2))
        if since or until == len(revisions):
            made["since"] = revisions[since]
        if until < len(revisions):
            made["until"] = revisions[until]
    return made


def _limit(draft: Draft, name: str, names: list[str], revisions: list[str]) -> None:
    draft.data["registers"][name].update(_availability(draft, names, revisions))


def _limit_field(draft: Draft, name: str, names: list[str], revisions: list[str]) -> None:
    """One field of several; the others are on every device."""
    fields = draft.data["registers"][name].get("fields")
    if not fields or len(fields) < 2:
        return
    field = draft.random.choice(list(fields))
    item = fields[field] if isinstance(fields[field], dict) else {"bits": fields[field]}
    fields[field] = item | _availability(draft, names, revisions)


def _own(draft: Draft, file: RegisterFile) -> list[tuple[str, str, str]]:
    """Registers whose values are known here: name, a field of two bits, and a value of its enum."""
    random_ = draft.random
    space = draft.spaces[draft.default_region]
    made = []
    for _ in range(random_.randint(1, 3)):
        enum, values = draft.fresh(), [draft.fresh() for _ in range(3)]
        draft.data.setdefault("enums", {})[enum] = {value: Plain(str(number)) for number, value in enumerate(values)}
        if draft.chance(0.5):
            scope = {key: value for key, value in _availability(draft, list(draft.data.get("variants", {})), list(draft.data.get("revisions", {}))).items()}
            draft.data["enums"][enum][values[1]] = {"value": Plain("1")} | scope
        field, other = draft.fresh(), draft.fresh()
        access = random_.choice(("ro", "rw", "w1c", "w0c"))
        fields = {field: {"bits": Plain("9:8"), "enum": enum, "reset": draft.number(0)}, other: {"bit": Plain("3"), "access": access, "reset": draft.number(random_.randint(0, 1))}}
        item = {"at": draft.number(draft.place(space, 4)), "access": random_.choice(("rw", "rw", "w1s")), "fields": fields}
        if draft.chance(0.5):
            item["reserved"] = random_.choice(("one", "zero"))
        made.append((file.add(draft, space, item), field, f"{enum}.{values[2]}"))
    return made


def _differ(draft: Draft, file: RegisterFile, scope: dict[str, Any], own: list[tuple[str, str, str]], movable: list[str]) -> None:
    """What one variant, or a revision and those behind it, has otherwise."""
    random_ = draft.random
    space = draft.spaces[draft.default_region]
    registers: dict[str, Any] = {}
    for name, field, value in own:
        match random_.randrange(5):
            case 0:
                registers[name] = {"at": draft.number(draft.place(space, 4))}
            case 1:
                registers[name] = draft.documented({"fields": {field: draft.documented({"reset": draft.number(random_.randint(0, 2))})}})
            case 2:
                if draft.chance(0.3):
                    registers[name] = {"fields": {draft.fresh(): {"bits": Plain("17:14"), "access": draft.random.choice(GENTLE)}}}
                    own.remove((name, field, value))  # the bits are taken on every device behind this one
                    break
            case 3:
                scope.setdefault("lacks", []).append(random_.choice((Plain(f"{name}.{field}"), Plain(value))))
            case _:
                scope.setdefault("enums", {}).setdefault(value.partition(".")[0], {})[draft.fresh()] = Plain("3")
                own.remove((name, field, value))  # 3 is one value's number on every device
                break
    for name in movable:
        if draft.chance(0.4):
            item = draft.data["registers"][name]
            place = draft.spaces[item.get("region", draft.default_region)]
            size = 8 * (max((int(number) for number in re.findall(r"\b\d+\b", str(item.get("count", 1)))), default=1) + 1)
            if not {"count", "alias_of"} & set(item) and not isinstance(item["at"], list):
                registers[name] = {"at": draft.number(draft.place(place, 8, 1))}
                place.next += size
    if draft.chance(0.6):
        registers[draft.fresh()] = {"at": draft.number(draft.place(space, 4)), "fields": file.fields(draft, 32, None, GENTLE, None, most=4) or {draft.fresh(): Plain("0")}}
    registers = {name: item for name, item in registers.items() if item}
    if registers:
        scope["registers"] = registers


def _errata(draft: Draft, names: list[str], revisions: list[str], touched: list[str]) -> None:
    made: dict[str, Any] = {}
    for _ in range(draft.random.randint(0, 3)):
        item: dict[str, Any] = {"title": "it does what it should not"}
        if draft.chance(0.7):
            item |= _availability(draft, names, revisions)
        if touched and draft.chance(0.6):
            item["touches"] = draft.random.sample(touched, min(2, len(touched)))
        if draft.chance(0.6):
            item["workaround"] = draft.fresh(small=True)
            if draft.chance(0.5):
                item["moment"] = draft.random.choice(("reset", "start"))
        made[draft.fresh()] = draft.documented(item, 0.3)
    if made:
        draft.data["errata"] = made
