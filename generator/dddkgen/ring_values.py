# SPDX-License-Identifier: MIT
"""What is written when a ring is attached: a word, a number, or an expression over words such as `log2(bytes / 8KiB)`.

Operators and their order are C's: `* /`, then `+ -`, then `<< >>`. Sizes of a ring are known when its driver is generated, its
address and the number of the instance are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .dataclass import dataclass
from .read import scalars
from .read.expressions import ExpressionError, Parser

_TOKEN = re.compile(r" *(?:(?P<number>[0-9][0-9A-Za-z_]*)|(?P<name>[A-Za-z_][\w.]*)|(?P<operator><<|>>|[-+*/()]))", re.ASCII)
_LEVELS: tuple[tuple[str, ...], ...] = (("<<", ">>"), ("+", "-"), ("*", "/"))
WIDEST = 64

#: What stands for part of an address: known only when the ring is there.
ADDRESSES = ("base", "base.low", "base.high", "taken", "taken.low", "taken.high")


@dataclass(frozen=True, slots=True)
class Word:
    """`count`, `base.low`, `desc.base`, `qid`."""

    name: str
    part: str | None = None

    def __str__(self) -> str:
        return self.name if self.part is None else f"{self.part}.{self.name}"


@dataclass(frozen=True, slots=True)
class Log2:
    of: Value


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Value
    right: Value


Value = int | Word | Log2 | Binary


def parse(text: str, parameters: Mapping[str, int]) -> Value:
    """Raises ExpressionError."""
    value: Value = _Parser(text, parameters).whole()
    return value


class _Parser(Parser):
    """Keeps what it reads: the numbers come later."""

    token = _TOKEN
    levels = _LEVELS

    def value(self, token: str) -> Value:
        if token == "(":
            inner: Value = self.in_parentheses()
            return inner
        if token == "log2" and self.tokens[:1] == ["("]:
            self.tokens.pop(0)
            return Log2(self.in_parentheses())
        if token[0].isdigit():
            number = scalars.size(token)
            if number is None or number >> WIDEST:
                raise ExpressionError(f"`{token}` is not a number")
            return number
        if token in self.parameters:
            return self.parameters[token]
        if token[0].isalpha() or token[0] == "_":
            first, _, rest = token.partition(".")
            return Word(token) if not rest or first in ("base", "taken") else Word(rest, first)
        raise ExpressionError(f"a value is missing before `{token}`")

    def combined(self, operator: str, left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int):
            return _bounded(_apply(operator, left, right))
        return Binary(operator, left, right)


def words(value: Value) -> Iterator[Word]:
    """Every word in it."""
    match value:
        case Word():
            yield value
        case Log2(of):
            yield from words(of)
        case Binary(_, left, right):
            yield from words(left)
            yield from words(right)


def number(value: Value, sizes: Mapping[str, int]) -> int | None:
    """Its number, as far as `sizes` (by word) tell; None: it is not known before the driver runs. Raises ExpressionError."""
    match value:
        case int():
            return value
        case Word():
            return sizes.get(str(value))
        case Log2(of):
            inner = number(of, sizes)
            if inner is None:
                return None
            if inner <= 0 or inner & (inner - 1):
                raise ExpressionError(f"log2 of {inner}, which is not a power of two")
            return inner.bit_length() - 1
        case Binary(operator, left, right):
            a, b = number(left, sizes), number(right, sizes)
            if a is None or b is None:
                return None
            return _bounded(_apply(operator, a, b))
    raise AssertionError(value)


def _apply(operator: str, a: int, b: int) -> int:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            if b == 0:
                raise ExpressionError("division by zero")
            if a % b:
                raise ExpressionError(f"{a} / {b} leaves a remainder")
            return a // b
    if not 0 <= b < WIDEST:
        raise ExpressionError(f"a shift is by 0 to {WIDEST - 1} bits, not by {b}")
    return a << b if operator == "<<" else a >> b


def _bounded(value: int) -> int:
    if value < 0 or value >> WIDEST:
        raise ExpressionError(f"the result is {'negative' if value < 0 else 'too large'}")
    return value


@dataclass(frozen=True, slots=True)
class SizeForm:
    """What a device makes of a register that tells the ring's size: ((value + bias) or 2^value) times `unit` bytes."""

    unit: int
    bias: int
    log2: bool


def size_form(value: Value | str, entry_bytes: int) -> SizeForm | None:
    """None: the register says nothing about the size, or not in a form that a device model can undo."""
    match value:
        case "bytes" | Word("bytes", None):
            return SizeForm(1, 0, False)
        case "count" | Word("count", None):
            return SizeForm(entry_bytes, 0, False)
        case Binary("-", inner, int(bias)):
            form = size_form(inner, entry_bytes)
            return None if form is None or form.log2 or form.bias else SizeForm(form.unit, bias, False)
        case Binary("/", inner, int(unit)):
            form = size_form(inner, entry_bytes)
            return None if form is None or form.log2 or form.bias else SizeForm(form.unit * unit, 0, False)
        case Binary(">>", inner, int(shift)):
            return size_form(Binary("/", inner, 1 << shift), entry_bytes)
        case Log2(inner):
            form = size_form(inner, entry_bytes)
            return None if form is None or form.log2 or form.bias else SizeForm(form.unit, 0, True)
    return None


def said(value: Value | str) -> str:
    """As text, with the parentheses that it needs."""
    match value:
        case Log2(of):
            return f"log2({said(of)})"
        case Binary(operator, left, right):
            sides = [f"({said(side)})" if isinstance(side, Binary) else said(side) for side in (left, right)]
            return f"{sides[0]} {operator} {sides[1]}"
    return str(value)
