# SPDX-License-Identifier: MIT
"""The key table: what the lines of `match:` say about their devices."""

from __future__ import annotations

import re

from ..dataclass import dataclass
from ..diagnostics import Report
from ..read import scalars
from ..read.nodes import Node
from .registers import DOC, SEE
from .types import Choice, Key, MapOf, Name, ObjectType, Ref, Scalar, Schema, computed, is_expression


@dataclass(frozen=True, repr=False, eq=False)
class MatchValue(Scalar):
    """A number, yes or no, or the name of a value of an enum; which of them it must be is found later."""

    def read(self, node: Node, report: Report) -> int | bool | str | None:
        if not node.plain:
            report.error("D0122", node.span, f"expected {self.describe()}, found {node.describe()}", help="remove the quotes")
            return None
        if node.value in ("true", "false"):
            return bool(node.value == "true")
        value = scalars.integer(node.value)
        if value is not None:
            return value
        if is_expression(node, report) and (re.fullmatch(r"\w+", node.value, re.ASCII) is None or node.value in report.parameters or node.value in report.unreadable):
            return computed(node, node.value, report)
        if re.fullmatch(r"[A-Za-z0-9_.]{1,63}", node.value, re.ASCII) is None:
            report.error("D0122", node.span, f"expected {self.describe()}, found {node.describe()}", help="for example `2`, `true`, or the name of a value of its enum")
            return None
        return str(node.value)

    def describe(self) -> str:
        return "a number, `true`, `false` or the name of a value"

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


DATUM_NAME = Name("the name of a match datum", lower=True)
DATUM_TYPE = Choice("a type of match data", {name: "" for name in ("bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64")})
DATUM = ObjectType(
    "match datum",
    "One value that each line of `match:` gives under `data:`, as a handler finds it in `NAME_match(dev)`. In short: its type.",
    (
        Key("type", DATUM_TYPE, "Its type.", "type: u8"),
        Key("enum", Ref("the name of an enum", "speed"), "It is a value of this enum.", "enum: speed"),
        Key("default", MatchValue(), "What it is for the lines that do not give it.", "default: 1", default="none: each line gives it"),
        DOC,
        SEE,
    ),
    short="type",
    one_of=(("type", "enum"),),
)

MATCH_DATA = MapOf(DATUM_NAME, DATUM, "match data with their types")
VALUES = MapOf(DATUM_NAME, MatchValue(), "values by name")
