# SPDX-License-Identifier: MIT
"""Plain data as YAML in a style chosen at random: blocks or braces, quotes where they may stand, comments.

Data are dicts, lists and text; text that must not be quoted (numbers, ranges) is `Plain`.
"""

from __future__ import annotations

import random
import re
from typing import Any

_SAFE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+*/ -]|:(?=[0-9A-Za-z*])|=)*")
_LOOKS_LIKE_ANOTHER = re.compile(r"true|false|null|~|[-+0-9.].*", re.IGNORECASE)


class Plain(str):
    """Text that stands without quotes: a number, a range, a condition."""


def render(data: dict[str, Any], random_: random.Random) -> str:
    """A document: a mapping in block style, what is inside in either style."""
    return "\n".join(_block(data, "", random_)) + "\n"


def _scalar(value: str, random_: random.Random) -> str:
    if isinstance(value, Plain):
        return str(value)
    if "\n" not in value and _SAFE.fullmatch(value) and value == value.strip() and not _LOOKS_LIKE_ANOTHER.fullmatch(value):
        return value if random_.random() < 0.97 else f"'{value}'"
    if _SAFE.fullmatch(value) and value == value.strip() and re.fullmatch(r"[0-9A-Za-z_.]+", value) and not value[:1].isdigit():
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _flow(value: Any, random_: random.Random) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_scalar(key, random_)}: {_flow(item, random_)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(item, random_) for item in value) + "]"
        case None:
            return "~"
    return _scalar(value, random_)


def _size(value: Any) -> int:
    """About how many characters it has in one line."""
    match value:
        case dict():
            return sum(len(key) + 4 + _size(item) for key, item in value.items())
        case list():
            return sum(2 + _size(item) for item in value)
        case None:
            return 1
    return len(value)


def _in_one_line(value: Any, random_: random.Random) -> bool:
    return not isinstance(value, dict | list) or not value or _size(value) < random_.choice((20, 60, 120, 300))


def _block(value: Any, indent: str, random_: random.Random) -> list[str]:
    lines: list[str] = []
    items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for key, item in items:
        begin = f"{indent}- " if key is None else f"{indent}{_scalar(key, random_)}: "
        if random_.random() < 0.02:
            lines.append(f"{indent}# {random_.choice(('as in the datasheet', 'sic', 'see above', 'the others are reserved'))}")
        if isinstance(item, str) and "\n" in item:
            lines += [f"{begin}|", *(f"{indent}  {line}" for line in item.splitlines())]
        elif _in_one_line(item, random_):
            lines.append(f"{begin}{_flow(item, random_)}" + (" # here" if random_.random() < 0.02 else ""))
        else:
            lines += [begin.rstrip(), *_block(item, indent + random_.choice(("  ", "  ", "    ")), random_)]
    return lines
