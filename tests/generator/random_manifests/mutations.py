# SPDX-License-Identifier: MIT
"""Mistakes of every kind in a manifest: in its text, and in what the text says."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

from .maker import Made
from .yaml_text import Plain, render

from dddkgen.keys.driver import DRIVER
from dddkgen.keys.types import Choice, walk

KEYS = sorted({key.name for type_ in walk(DRIVER) for key in type_.keys})
CHOICES = sorted({word for type_ in walk(DRIVER) for key in type_.keys if isinstance(key.type, Choice) for word in key.type.values})
NUMBERS = ("0", "-1", "1", "2", "7", "8", "31", "32", "63", "64", "65", "255", "0x100", "0xffffffff", "4294967296", "0xffffffffffffffff", "18446744073709551616", "1e400", "0x", "007", "1_000", ".inf", "1.5")
ODD = (
    "~", "true", "no", "''", "9:8", "8:9", "63:0", "64:0", "5:5", "64KiB", "1 GiB", "8086:100e", "*:*", "CTRL", "A.B", "A.B == 1", "A[3]", "A[99999999999].B", "device",
    "2 * 3", "1 << 70", "((((1))))", "5 / 0", "5 %", "1 + ", "-(-(-1))", "NOPE + 1", "10ms", "0s", "u5", "u65", "any", "int", "__x", "struct", "errno", "%s", "é", "x" * 70, "a.yaml", "../../x.yaml",
)  # fmt: skip
TEXT = (
    "&a", "*a", "<<", "!!int", "!!python/object:x", "|", ">", "- ", "? ", ": ", ", ", "\t", "\n", "  ", "#", "'", '"', "[", "]", "{", "}", "{}", "[]", "[[]]", "---", "...", "%YAML 1.1",
    "\r", "\u2028", "\ufeff", "\x85", "\x7f", "\x00", "\ud800", "\U0001f600", "@", "`",
)  # fmt: skip


def scalar(random_: random.Random) -> Plain:
    """Something to stand where something else should."""
    return Plain(random_.choice(random_.choice((NUMBERS, ODD, CHOICES, KEYS))))


def mutated_text(made: Made, random_: random.Random) -> str:
    """A few tokens replaced, removed, doubled or exchanged; a line cut off or moved."""
    pieces = re.split(r"(\s+|[{}\[\],:#])", made.text)
    for _ in range(random_.choice((1, 1, 2, 5))):
        place = random_.randrange(len(pieces))
        match random_.randrange(6):
            case 0:
                pieces[place] = random_.choice((*TEXT, str(scalar(random_))))
            case 1:
                pieces[place] = ""
            case 2:
                pieces.insert(place, random_.choice(pieces))
            case 3:
                other = random_.randrange(len(pieces))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 4:
                begin, length = random_.randrange(len(pieces)), random_.choice((3, 30, 300))
                pieces[place:place] = pieces[begin : begin + length]
            case _:
                del pieces[place : place + random_.choice((1, 10, 100))]
    return "".join(pieces)


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place in a tree: the collection, and the key or index in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found.append((value, key))
        _places(item, found)
    return found


def mutated_tree(made: Made, random_: random.Random) -> str:
    """The same manifest with a few values, keys or names that are others; what comes out is always YAML."""
    data = copy.deepcopy(made.data)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 8))):
        places = _places(data, [])
        if not places:
            break
        where, key = random_.choice(places)
        match random_.randrange(8):
            case 0:
                del where[key]
            case 1 | 2:
                where[key] = scalar(random_)
            case 3:
                other, at = random_.choice(places)
                where[key] = copy.deepcopy(other[at])
            case 4:
                other, at = random_.choice(places)
                where[key], other[at] = copy.deepcopy(other[at]), copy.deepcopy(where[key])
            case 5 if isinstance(where, dict):
                _rename(where, key, str(random_.choice((random_.choice(KEYS), scalar(random_), random_.choice(places)[1]))))
            case 6:
                where[key] = random_.choice(([], {}, [where[key]], {str(scalar(random_)): where[key]}, None))
            case _ if isinstance(where, dict):
                where[random_.choice(KEYS)] = random_.choice((scalar(random_), copy.deepcopy(where[key])))
    return render(data, random_)


def _rename(mapping: dict[str, Any], key: str, name: str) -> None:
    items = [(name if one == key else one, value) for one, value in mapping.items()]
    mapping.clear()
    mapping.update(items)
