# SPDX-License-Identifier: MIT
"""Types of keys that say what a field's number means."""

from __future__ import annotations

import re
from math import gcd

from ..dataclass import dataclass
from ..diagnostics import Report
from ..read import expressions
from ..read.nodes import Kind, Node
from .types import Either, Integer, MapOf, Name, Scalar, Schema, computed, is_expression

#: Numerator and denominator of a scale: a product with a field's value fits 64 bits.
LARGEST_SCALE = (1 << 31) - 1


def ratio(text: str) -> tuple[int, int] | None:
    """`1/16`, `0.0625` or `4096` as a reduced fraction; None: not of this form, or not above 0."""
    match = re.fullmatch(r"([0-9]{1,20})(?: ?/ ?([0-9]{1,20})|\.([0-9]{1,20}))?", text, re.ASCII)
    if match is None:
        return None
    whole, below, digits = match.groups(default="")
    numerator, denominator = int(whole + digits), int(below or 1) * 10 ** len(digits)
    if numerator == 0 or denominator == 0:
        return None
    shared = gcd(numerator, denominator)
    return numerator // shared, denominator // shared


@dataclass(frozen=True, repr=False, eq=False)
class Scale(Scalar):
    """A positive rational number; its value is a reduced fraction."""

    def read(self, node: Node, report: Report) -> tuple[int, int] | None:
        found = ratio(node.value)
        if found is None and re.fullmatch("[0-9/ ]+", node.value, re.ASCII) is None and is_expression(node, report):
            value = computed(node, node.value, report, expressions.quotient)
            if value is None:
                return None
            found = (value.numerator, value.denominator) if value > 0 else None
        if found is None:
            report.error("D0262", node.span, f"expected {self.describe()}, found {node.describe()}", "not a number above 0", help="a fraction, `1/16`, or a decimal number, `0.0625`")
        elif max(found) > LARGEST_SCALE:
            report.error("D0262", node.span, "the scale cannot be computed with", f"as a fraction it is {found[0]}/{found[1]}", help=f"numerator and denominator are at most {LARGEST_SCALE}; a larger or smaller unit helps")
            return None
        return found

    def guess(self, node: Node, guess: int, number: int) -> tuple[int, int]:
        return 1, 1

    def describe(self) -> str:
        return "a scale such as `1/16`"

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[-+*/%&|^~()<>\w. ]+$"}]}


#: What a reset may do besides giving a value.
UNKNOWN, UNCHANGED = "unknown", "unchanged"


@dataclass(frozen=True, repr=False, eq=False)
class ResetValue(Integer):
    """A number, or a word: `unknown`, and of a kind of reset `unchanged`."""

    words: tuple[str, ...] = (UNKNOWN,)
    what: str = "a number or `unknown`"

    def read(self, node: Node, report: Report) -> int | str | None:
        return node.value if node.plain and node.value in self.words else super().read(node, report)

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": list(self.words)}, super().schema()]}


def is_mapping(node: Node) -> bool:
    return node.kind is Kind.MAPPING


def resets(low: int) -> Either:
    """The value of `reset:`: one for every kind of reset, or one for each that is named."""
    words = (UNKNOWN, UNCHANGED)
    each = MapOf(Name("the name of a reset kind"), ResetValue(low, WORD, words=words, what="a number, `unknown` or `unchanged`"), "kinds of reset with what they leave")
    return Either(((is_mapping, each),), ResetValue(low, WORD))


WORD = (1 << 64) - 1
