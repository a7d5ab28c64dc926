# SPDX-License-Identifier: MIT
"""Nodes: YAML as written, with places.

A node is a scalar (its text, not a value that a YAML library guessed), a sequence or a mapping. An alias is the very node
of its anchor, so a message about it points where the text is.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from ..model import Span


class Kind(Enum):
    SCALAR = "a single value"
    SEQUENCE = "a list"
    MAPPING = "a mapping"


class Node:
    """One node. `value` is the text, a list of nodes, or a list of pairs of nodes."""

    __slots__ = ("kind", "value", "plain", "file", "start", "end", "size", "depth")

    def __init__(self, kind: Kind, value: Any, plain: bool, file: str, start: Any, end: Any) -> None:
        self.kind = kind
        self.value = value
        self.plain = plain  # a scalar without quotes
        self.file = file
        self.start = start  # libyaml's marks; lines and columns from 0
        self.end = end
        self.size = 1  # nodes in it, aliases expanded
        self.depth = 1

    @property
    def span(self) -> Span:
        """Where it stands."""
        start, end = self.start, self.end
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    @property
    def is_empty(self) -> bool:
        """Nothing at all, as in `key:` at the end of a line, or YAML's word for it."""
        return self.kind is Kind.SCALAR and self.plain and self.value in ("", "~", "null", "Null", "NULL")

    def describe(self) -> str:
        """What it is, for "expected ..., found ..."."""
        if self.kind is not Kind.SCALAR:
            return self.kind.value
        if self.is_empty:
            return f"`{self.value}`, which is nothing" if self.value else "nothing"
        text = self.value if len(self.value) <= 40 else self.value[:37] + "..."
        if "\n" in text:
            return "text of several lines"
        return f"`{text}`" if self.plain else f"`{text}` in quotes"
