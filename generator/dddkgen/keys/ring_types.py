# SPDX-License-Identifier: MIT
"""The kinds of value that only rings have: places that may be in memory or one for each instance, and values of `attach`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..diagnostics import Fix, Report
from ..read import scalars
from ..read.expressions import ExpressionError
from ..read.nodes import Node
from .types import Scalar, Schema, with_indices

if TYPE_CHECKING:
    from ..ring_values import Value as RingExpression

_PLACE = re.compile(r"([A-Za-z0-9_]+)(?:\[(qid|[0-9]{1,9})\])?((?:\.[A-Za-z0-9_]+){0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RingReference:
    """`DOORBELL[qid]`, `avail.flags.NO_INTERRUPT`: what a plain reference cannot say."""

    name: str
    index: int | str | None  # "qid": of the instance
    rest: tuple[str, ...]

    def __str__(self) -> str:
        index = "" if self.index is None else f"[{self.index}]"
        return ".".join((f"{self.name}{index}", *self.rest))


@dataclass(frozen=True, repr=False, eq=False)
class RingRef(Scalar):
    """A register, a field of one, or a member of a part's head, perhaps with a field. Plain references stay what they are."""

    what: str
    example: str
    pattern: str = r"[A-Za-z0-9_]+(\[\w+\])?(\.\w+){0,2}"
    digits: bool = False
    lower: bool = False

    def read(self, node: Node, report: Report) -> scalars.Reference | RingReference | None:
        text = with_indices(node, report, node.value, ("qid",))
        if text is None:
            return None
        plain = scalars.reference(text)
        if plain is not None:
            return plain
        match = _PLACE.fullmatch(text) if len(text) <= 256 else None
        if match is None:
            report.error("D0122", node.span, f"expected {self.what}, found {node.describe()}", "not a name", help=f"for example `{self.example}`")
            return None
        index = match[2] if match[2] in (None, "qid") else int(match[2])
        return RingReference(match[1], index, tuple(match[3].split(".")[1:]))

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, repr=False, eq=False)
class RingValue(Scalar):
    """A word (as its name), a number, or an expression over words. Words of parts are found later."""

    words: dict[str, str]  # each with what it means, or ""

    def read(self, node: Node, report: Report) -> int | str | RingExpression | None:
        number = scalars.integer(node.value) if node.plain else None
        if number is not None:
            if 0 <= number < 1 << 64:
                return number
            report.error("D0112", node.span, f"{node.describe()} is out of range", "it must be at least 0 and fit in 64 bits")
            return None
        text: str = node.value
        if text in self.words:
            return text
        single = re.fullmatch(r"\w+(\.(low|high))?", text, re.ASCII) is not None
        if single and text not in report.parameters:
            self._unknown(node, report)
            return None
        from ..ring_values import parse  # nearly no ring has an expression

        try:
            value = parse(text, report.parameters)
        except ExpressionError as error:
            report.error("D0129", node.span, "this cannot be computed", str(error))
            return None
        return self._known(value, node, report)

    def _known(self, value: RingExpression, node: Node, report: Report) -> RingExpression | None:
        from ..ring_values import Word, words

        for word in words(value):
            if word.part is None and word.name not in self.words:
                similar = report.closest(word.name, self.words)
                report.error("D0128", node.span, f"`{word}` is neither a word that can stand here nor a parameter", "unknown", help=() if similar is None else f"did you mean `{similar}`?")
                return None
        return str(value) if isinstance(value, Word) and value.part is None else value

    def _unknown(self, node: Node, report: Report) -> None:
        similar = report.closest(node.value, self.words)
        helps = [*([] if similar is None else [f"did you mean `{similar}`?"]), "expected " + ", ".join(f"`{word}`" for word in self.words)]
        fix = None if similar is None else Fix(node.span, similar, sure=False)
        report.error("D0128", node.span, f"{node.describe()} is neither a word that can stand here nor a parameter", "unknown", help=helps, fix=fix)

    def describe(self) -> str:
        return "one of " + ", ".join(f"`{word}`" for word in self.words) + ", a number, or an expression over them"

    def schema(self) -> Schema:
        return {"type": ["string", "integer"]}
