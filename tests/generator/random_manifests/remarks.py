# SPDX-License-Identifier: MIT
"""`doc:` and `see:` on pieces of things, with texts that could break a comment or a page."""

from __future__ import annotations

import random
from typing import Any

from dddkgen.keys.driver import DRIVER
from dddkgen.keys.types import Either, Later, ListOf, MapOf, ObjectType, Part, Type

from .draft import PAGES, TEXTS, Draft

HOSTILE = (
    "ends here */ int main(void) /* and begins", "**RX**/**TX**", "what??/", "`a | b` | c \\| d", "<!-- <script> & <https://example.org/a|b>",
    "- one\n- two\n\n```\nfence | left open", "# Heading\n\ntext\n====\n\n| a | b |\n|---|---|\n| 1 | 2 |", "עברית 中文 😀", "word " * 200, "x" * 500, "//\\", "*", "/",
)  # fmt: skip

#: Besides the pieces: objects that nothing else of the maker gives words to.
_OTHERS = ("step of an operation", "operation's argument", "waiver")


def remarks(draft: Draft) -> None:
    """Words for some of the pieces; nothing else of the manifest depends on them."""
    _within(draft.data, DRIVER, random.Random(f"{draft.name} {draft.random.getstate()[1][:4]}"))


def _within(data: Any, type_: Type, random_: random.Random) -> None:
    match type_:
        case Either():
            for option in type_.types():
                _within(data, option, random_)
        case Later():
            _within(data, type_.find(), random_)
        case Part():
            _within(data, type_.item, random_)
        case ListOf() if isinstance(data, list):
            for each in data:
                _within(each, type_.item, random_)
        case MapOf() if isinstance(data, dict):
            for name, each in list(data.items()):
                if isinstance(each, str) and isinstance(type_.item, ObjectType) and type_.item.name in _OTHERS and random_.random() < 0.4:
                    each = data[name] = {type_.item.short: each}  # the long form
                _within(each, type_.item, random_)
        case ObjectType() if isinstance(data, dict) and set(data) <= set(type_.by_name):
            for key, each in list(data.items()):
                _within(each, type_.by_name[key].type, random_)
            if (type_.remarks or type_.name in _OTHERS) and random_.random() < 0.4:
                data.setdefault("doc", random_.choice((*TEXTS, *HOSTILE)))
                data.setdefault("see", random_.choice(PAGES))
