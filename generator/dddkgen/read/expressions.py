# SPDX-License-Identifier: MIT
"""Integer expressions: `BASE + 4 * INDEX`, `1 << WIDTH`, `QUEUES * 4KiB`, with the parameters of the manifest.

Operators and their order are C's: `~ -` before a value, then `* / %`, `+ -`, `<< >>`, `&`, `^`, `|`. A division must have no
remainder. Everything is bounded: the text, the nesting, shifts and results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from . import scalars

MAX_LENGTH = 200
MAX_NESTING = 20
MAX_BITS = 128

_TOKEN = re.compile(r" *(?:(?P<number>[0-9][0-9A-Za-z_]*)|(?P<name>[A-Za-z_]\w*)|(?P<operator><<|>>|[-+*/%&|^~()]))", re.ASCII)
_LEVELS: tuple[tuple[str, ...], ...] = (("|",), ("^",), ("&",), ("<<", ">>"), ("+", "-"), ("*", "/", "%"))


class ExpressionError(Exception):
    """The text is an expression, and a wrong one; the message says why. `name` is an unknown parameter, if that is it."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


def looks_like_one(text: str) -> bool:
    """Is it more than a number: is there a name, or an operator between values?"""
    return len(text) <= MAX_LENGTH and re.fullmatch(r"[-+*/%&|^~()<>\w ]+", text, re.ASCII) is not None and re.search(r"[A-Za-z_(~]|[^-+*/%&|^<> ] *[-+*/%&|^<>]", text) is not None


def evaluate(text: str, parameters: Mapping[str, int]) -> int:
    """The value. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text), parameters)
    value = parser.level(0)
    if parser.tokens:
        raise ExpressionError(f"`{parser.tokens[0]}` is not expected here")
    return value


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    stripped = text.rstrip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is None:
            raise ExpressionError(f"`{stripped[place:].strip()[:1]}` has no meaning in an expression")
        tokens.append(match[0].strip())
        place = match.end()
    return tokens


class _Parser:
    """Recursive descent over a list of tokens."""

    def __init__(self, tokens: list[str], parameters: Mapping[str, int]) -> None:
        self.tokens = tokens
        self.parameters = parameters
        self.nesting = 0

    def level(self, number: int) -> int:
        """A chain of operators of one level."""
        if number == len(_LEVELS):
            return self._value()
        value = self.level(number + 1)
        while self.tokens and self.tokens[0] in _LEVELS[number]:
            operator = self.tokens.pop(0)
            value = _bounded(_apply(operator, value, self.level(number + 1)))
        return value

    def _value(self) -> int:
        if not self.tokens:
            raise ExpressionError("a value is missing at the end")
        token = self.tokens.pop(0)
        if token in "-~+":
            value = self._nested(self._value)
            return {"-": -value, "~": ~value, "+": value}[token]
        if token == "(":
            value = self._nested(lambda: self.level(0))
            if not self.tokens or self.tokens.pop(0) != ")":
                raise ExpressionError("`)` is missing")
            return value
        if token[0].isdigit():
            number = scalars.size(token)
            if number is None:
                raise ExpressionError(f"`{token}` is not a number")
            return number
        if token in self.parameters:
            return self.parameters[token]
        if token[0].isalpha() or token[0] == "_":
            raise ExpressionError(f"there is no parameter `{token}`", token)
        raise ExpressionError(f"a value is missing before `{token}`")

    def _nested(self, inner: object) -> int:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError(f"an expression has at most {MAX_NESTING} parentheses in one another")
        value: int = inner()  # type: ignore[operator]
        self.nesting -= 1
        return value


def _apply(operator: str, left: int, right: int) -> int:
    if operator in ("<<", ">>"):
        if not 0 <= right <= 64:
            raise ExpressionError(f"a shift is by 0 to 64 bits, not by {right}")
        return left << right if operator == "<<" else left >> right
    if operator in ("/", "%"):
        if right == 0:
            raise ExpressionError("division by zero")
        if operator == "/" and left % right:
            raise ExpressionError(f"{left} / {right} leaves a remainder")
        return left // right if operator == "/" else left % right
    return {"+": left + right, "-": left - right, "*": left * right, "&": left & right, "^": left ^ right, "|": left | right}[operator]


def _bounded(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise ExpressionError(f"the result has more than {MAX_BITS} bits")
    return value
