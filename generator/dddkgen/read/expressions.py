# SPDX-License-Identifier: MIT
"""Integer expressions: `BASE + 4 * INDEX`, `1 << WIDTH`, `QUEUES * 4KiB`, with the parameters of the manifest.

Operators and their order are C's: `~ -` before a value, then `* / %`, `+ -`, `<< >>`, `&`, `^`, `|`. A division must have no
remainder. Everything is bounded: the text, the nesting, shifts and results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

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
    value: int = _Evaluator(text, parameters).whole()
    return value


def quotient(text: str, parameters: Mapping[str, int]) -> Any:
    """The same as a Fraction: a division may leave a remainder. Raises ExpressionError."""
    from fractions import Fraction

    class Quotients(_Evaluator):
        """Every value is a Fraction; what has a meaning for integers alone is told so."""

        def value(self, token: str) -> Any:
            if token in "-+":
                return -self.nested(self._next) if token == "-" else self.nested(self._next)
            if token == "~":
                return Fraction(~self.integer(token, self.nested(self._next)))
            return Fraction(super().value(token))

        def integer(self, operator: str, value: Any) -> int:
            if value.denominator != 1:
                raise ExpressionError(f"`{operator}` is for integers, not for {value}")
            return int(value)

        def combined(self, operator: str, left: Any, right: Any) -> Any:
            if operator == "/" and right == 0:
                raise ExpressionError("division by zero")
            if operator in "+-*/":
                result = {"+": left + right, "-": left - right, "*": left * right, "/": left / (right or 1)}[operator]
            else:
                result = Fraction(_apply(operator, self.integer(operator, left), self.integer(operator, right)))
            _bounded(result.numerator)
            _bounded(result.denominator)
            return result

    return Quotients(text, parameters).whole()


class Parser:
    """Recursive descent over the tokens of a text. What a value is, and what operators make of two, is said by who derives from it."""

    token = _TOKEN
    levels = _LEVELS

    def __init__(self, text: str, parameters: Mapping[str, int]) -> None:
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
        self.tokens = self._tokens(text.rstrip())
        self.parameters = parameters
        self.nesting = 0

    def _tokens(self, text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text):
            match = self.token.match(text, place)
            if match is None:
                raise ExpressionError(f"`{text[place:].strip()[:1]}` has no meaning in an expression")
            tokens.append(match[0].strip())
            place = match.end()
        return tokens

    def whole(self) -> Any:
        """Everything there is. Raises ExpressionError."""
        value = self.level(0)
        if self.tokens:
            raise ExpressionError(f"`{self.tokens[0]}` is not expected here")
        return value

    def level(self, number: int) -> Any:
        """A chain of operators of one level."""
        if number == len(self.levels):
            if not self.tokens:
                raise ExpressionError("a value is missing at the end")
            return self.value(self.tokens.pop(0))
        value = self.level(number + 1)
        while self.tokens and self.tokens[0] in self.levels[number]:
            operator = self.tokens.pop(0)
            value = self.combined(operator, value, self.level(number + 1))
        return value

    def value(self, token: str) -> Any:
        """What begins with this token."""
        raise NotImplementedError

    def combined(self, operator: str, left: Any, right: Any) -> Any:
        raise NotImplementedError

    def in_parentheses(self) -> Any:
        """What stands before the next `)`."""
        value = self.nested(lambda: self.level(0))
        if not self.tokens or self.tokens.pop(0) != ")":
            raise ExpressionError("`)` is missing")
        return value

    def nested(self, inner: Callable[[], Any]) -> Any:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError(f"an expression has at most {MAX_NESTING} parentheses in one another")
        value = inner()
        self.nesting -= 1
        return value


class _Evaluator(Parser):
    """Computes while it reads."""

    def value(self, token: str) -> int:
        if token in "-~+":
            value: int = self.nested(self._next)
            return {"-": -value, "~": ~value, "+": value}[token]
        if token == "(":
            inner: int = self.in_parentheses()
            return inner
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

    def _next(self) -> Any:
        return self.level(len(self.levels))

    def combined(self, operator: str, left: int, right: int) -> int:
        return _bounded(_apply(operator, left, right))


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
