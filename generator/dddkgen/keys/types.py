# SPDX-License-Identifier: MIT
"""The kinds of value that a key may have.

Each type can do three things: `parse` a node (reporting what is wrong with it), `describe` itself in a few words for
messages and the reference page, and give its JSON `schema`. What comes out of `parse` keeps the node it came from.
Types know nothing of the driver: whether a name refers to something is found by the stage `resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any

from ..dataclass import dataclass
from ..diagnostics import Fix, Label, Report, listed
from ..model import Span
from ..read import expressions, scalars
from ..read.nodes import Kind, Node
from .recovery import GUESSES, guessed, recovered

Schema = dict[str, Any]


class Value:
    """A parsed value and where it stands."""

    __slots__ = ("value", "node")

    def __init__(self, value: Any, node: Node) -> None:
        self.value = value
        self.node = node

    @property
    def span(self) -> Span:
        return self.node.span


class Entry:
    """One entry of a map: its name, and its value unless that was broken."""

    __slots__ = ("name", "item")

    def __init__(self, name: Value, item: Any) -> None:
        self.name = name
        self.item = item


class Object:
    """A parsed mapping of keys that the table knows. Keys that were broken are absent and make it `broken`."""

    __slots__ = ("type", "node", "values", "key_nodes", "broken")

    def __init__(self, type_: ObjectType, node: Node) -> None:
        self.type = type_
        self.node = node
        self.values: dict[str, Any] = {}
        self.key_nodes: dict[str, Node] = {}
        self.broken: set[str] = set()

    @property
    def span(self) -> Span:
        return self.node.span

    def get(self, key: str, default: Any = None) -> Any:
        """The plain value of a key, or `default`."""
        item = self.values.get(key)
        return default if item is None else item.value

    def item(self, key: str) -> Any:
        """The `Value` or `Object` of a key, or None."""
        return self.values.get(key)

    def entries(self, key: str) -> list[Entry]:
        """The entries of a key that is a map; none when it is absent."""
        item = self.values.get(key)
        return [] if item is None else item.value

    def items(self, key: str) -> list[Any]:
        """The items of a key that is a list; none when it is absent."""
        item = self.values.get(key)
        return [] if item is None else item.value

    def find(self, *keys: str) -> Span | None:
        """Where the first of these keys stands with its value, if any does. Of a value on other lines only the key."""
        for key in keys:
            node = self.key_nodes.get(key)
            if node is None:
                continue
            first, item = node.span, self.values.get(key)
            last = first if item is None else item.node.span
            if first.line == last.line == last.end_line and first.column <= last.column:
                return Span(first.file, first.line, first.column, last.line, last.end_column)
            return first
        return None

    def at(self, *keys: str) -> Span:
        """The same; else the object's first line."""
        return self.find(*keys) or first_line(self.node.span)

    @property
    def value(self) -> Object:
        """An object is its own value, so that `get` works for both."""
        return self


class Type:
    """Base of the types."""

    #: Nothing else in the manifest depends on what it says.
    means_nothing = False

    def parse(self, node: Node, report: Report) -> Any:
        """A `Value` or `Object`, or None after reporting."""
        raise NotImplementedError

    def guess(self, node: Node, guess: int, number: int) -> Any:
        """A value for a node that could not be read, one for each `guess`; `number` tells such nodes apart. None: nothing will do."""
        return None

    def describe(self) -> str:
        raise NotImplementedError

    def schema(self) -> Schema:
        """For editors: not stricter than `parse`."""
        raise NotImplementedError


def wrong_kind(node: Node, expected: str, report: Report, sure: bool = False) -> None:
    """The one message for a list where a name was wanted, and the like."""
    if node.is_empty and node.value not in ("", "~"):
        report.error(
            "D0103", node.span, f"a value is missing: expected {expected}", f"without quotes `{node.value}` is YAML's word for nothing",
            help=f'as a name it needs quotes: `"{node.value}"`', fix=Fix(node.span, f'"{node.value}"', sure=sure),
        )
    elif node.is_empty:
        report.error("D0103", node.span, f"a value is missing: expected {expected}", "nothing stands here")
    else:
        report.error("D0104", node.span, f"expected {expected}, found {node.describe()}", f"this is {node.kind.value}")


#: For the schema: what could be an expression, and a range of two.
_EXPRESSION = r"^[-+*/%&|^~()<>\w ]+$"
_BIT_EXPRESSION = r"^[-+*/%&|^~()<>\w ]+( ?: ?[-+*/%&|^~()<>\w ]+)?$"


def is_expression(node: Node, report: Report) -> bool:
    """Is the text to be computed? A word alone only where the manifest has parameters; else it is no number."""
    text: str = node.value
    return node.plain and expressions.looks_like_one(text) and (bool(report.parameters or report.unreadable) or re.fullmatch(r"\w+", text, re.ASCII) is None)


def computed(node: Node, text: str, report: Report, evaluate: Callable[[str, dict[str, int]], Any] = expressions.evaluate) -> Any:
    """The value of an expression, or None after reporting what is wrong with it."""
    try:
        return evaluate(text, report.parameters)
    except expressions.ExpressionError as error:
        if error.name in report.unreadable:
            return None
        if error.name is not None:
            similar = report.closest(error.name, report.parameters)
            fix = Fix(node.span, node.value.replace(error.name, similar), sure=False) if similar and node.value.count(error.name) == 1 else None
            report.error("D0128", node.span, str(error), "unknown", help=() if similar is None else f"did you mean `{similar}`?", fix=fix)
        else:
            report.error("D0129", node.span, "this cannot be computed", str(error))
        return None


_BRACKETS = re.compile(r"\[([^][]*)\]")


def with_indices(node: Node, report: Report, text: str, words: tuple[str, ...] = ()) -> str | None:
    """The text of a reference with the number in place of what is computed between brackets: `LED[LAST - 1].ON`. None after reporting."""
    for found in _BRACKETS.findall(text) if "[" in text else ():
        inside = found.strip()
        if inside not in words and scalars.integer(inside) is None and expressions.looks_like_one(inside):
            value = computed(node, inside, report)
            if value is None:
                return None
            text = text.replace(f"[{found}]", f"[{value}]", 1)
    return text


@dataclass(frozen=True, repr=False, eq=False)
class Scalar(Type):
    """Base of the types that are one scalar."""

    def parse(self, node: Node, report: Report) -> Value | None:
        if node.kind is not Kind.SCALAR or node.is_empty:
            wrong_kind(node, self.describe(), report, sure=isinstance(self, Name))
            return None
        value = self.read(node, report)
        return None if value is None else Value(value, node)

    def read(self, node: Node, report: Report) -> Any:
        raise NotImplementedError


#: Characters that turn the direction in which what follows is shown.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _hidden(text: str) -> str | None:
    """A character that is there and not seen, so that the text does not say what it shows: a control character, a turn of direction."""
    if text.isprintable():
        return None
    import unicodedata

    return next((each for each in text if each in _TURNS or (each not in "\t\n\r\x85" and unicodedata.category(each) in ("Cc", "Cs"))), None)


@dataclass(frozen=True, repr=False, eq=False)
class Text(Scalar):
    """A line of text, or Markdown of several."""

    means_nothing = True
    lines: bool = False
    limit: int = 20_000

    def read(self, node: Node, report: Report) -> str | None:
        text: str = node.value.strip()
        if not text:
            report.error("D0105", node.span, "the text is empty", "nothing stands between the quotes")
        elif not self.lines and "\n" in text:
            report.error("D0106", node.span, "this text must be one line", "a line ends in it")
        elif len(text) > self.limit:
            report.error("D0107", node.span, "the text is too long", f"{len(text)} characters; at most {self.limit}")
        elif (hidden := _hidden(text)) is not None:
            report.error("D0236", node.span, f"text must not hold U+{ord(hidden):04X}", "nobody sees it here", help="remove it" if ord(hidden) > 0x9F else 'remove it, or the escape such as `\\e` that stands for it')
        else:
            return text
        return None

    def guess(self, node: Node, guess: int, number: int) -> str:
        return "?"

    def describe(self) -> str:
        return "text (Markdown)" if self.lines else "text"

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, repr=False, eq=False)
class Name(Scalar):
    """A name. With `digits` it may begin with one and hold dots, as `2.5G` does."""

    what: str = "a name"
    digits: bool = False
    lower: bool = False

    @property
    def pattern(self) -> str:
        if self.lower:
            return "[a-z][a-z0-9_]*"
        return "[A-Za-z0-9_]([A-Za-z0-9_.]*[A-Za-z0-9_])?" if self.digits else "[A-Za-z_][A-Za-z0-9_]*"

    def read(self, node: Node, report: Report) -> str | None:
        text: str = node.value
        if len(text) > 63:
            report.error("D0110", node.span, f"{self.what} has at most 63 characters", f"this has {len(text)}")
            return None
        if re.fullmatch(self.pattern, text) is None:
            help_ = ("letters, digits, `_` and `.`" if self.digits else "letters, digits and `_`") + (", all small" if self.lower else "")
            if not self.digits:
                help_ += "; the first is a letter" if self.lower else "; the first is not a digit"
            mended = re.sub("[^A-Za-z0-9_]+", "_", text).strip("_")
            mended = mended.lower() if self.lower else mended
            suggestion = (f"for example `{mended}`",) if re.fullmatch(self.pattern, mended) else ()
            fix = Fix(node.span, mended, sure=False) if suggestion else None
            report.error("D0109", node.span, f"this cannot be {self.what}", f"found {node.describe()}", help=(help_, *suggestion), fix=fix)
            return None
        return text

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        kinds = ["string", "number", "boolean"] if self.digits else ["string", "boolean"]
        return {"type": kinds, "pattern": f"^{self.pattern}$", "maxLength": 63}


@dataclass(frozen=True, repr=False, eq=False)
class Integer(Scalar):
    """An integer between two bounds, both allowed."""

    low: int = 0
    high: int = (1 << 64) - 1
    power: bool = False
    what: str = "an integer"

    def read(self, node: Node, report: Report) -> int | None:
        value = scalars.integer(node.value) if node.plain else None
        if value is None and is_expression(node, report):
            value = computed(node, node.value, report)
            if value is None:
                return None
        return None if self.reject(value, node, report) else value

    def reject(self, value: int | None, node: Node, report: Report) -> bool:
        """Report what is wrong with a value; True when something is."""
        if value is None:
            helps = ["decimal, `0x` hexadecimal or `0b` binary; `_` between digits"]
            fix = None
            if not node.plain and scalars.integer(node.value) is not None:
                helps = ["remove the quotes"]
                fix = Fix(node.span, node.value)
            elif (suffix := re.fullmatch(r"(0[xX][0-9a-fA-F]+|[1-9][0-9]*|0)(?:[uU][lL]{0,2}|[lL]{1,2}[uU]?)", node.value)) is not None and node.plain:
                helps = [f"numbers have no suffix here: `{suffix[1]}`"]
                fix = Fix(node.span, suffix[1])
            elif (digits := re.fullmatch("([0-9a-fA-F]{1,16})[hH]", node.value)) is not None and node.plain:
                helps = [f"did you mean `0x{digits[1]}`?"]
                fix = Fix(node.span, f"0x{digits[1]}", sure=False)
            elif re.fullmatch("0[0-9]+", node.value):
                helps = ["a leading zero means octal to some readers and nothing to others: remove it"]
                fix = Fix(node.span, node.value.lstrip("0") or "0", sure=False)
            report.error("D0111", node.span, f"expected {self.describe()}, found {node.describe()}", "not an integer", help=helps, fix=fix)
        elif not self.low <= value <= self.high:
            report.error("D0112", node.span, f"{node.describe()} is out of range", self.bounds())
        elif self.power and value & (value - 1):
            low = 1 << value.bit_length() - 1
            report.error("D0113", node.span, f"{node.describe()} is not a power of two", help=f"the nearest are {low} and {2 * low}")
        else:
            return False
        return True

    def guess(self, node: Node, guess: int, number: int) -> int:
        low, high = max(self.low, 0), min(self.high, 1 << 31)
        if self.power:
            powers = [1 << bit for bit in range(32) if low <= 1 << bit <= high]
            return powers[guess * (len(powers) - 1) // (GUESSES - 1)]
        return min(max((0, 1, 4, (1 << 20) + (number << 12), high)[guess], low), self.high)

    def bounds(self) -> str:
        if self.high >= (1 << 64) - 1:
            return f"it must be at least {self.low} and fit in 64 bits"
        return f"it must be {self.low} to {self.high}"

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        # Editors compute in doubles: a bound that a double cannot hold is left to the generator.
        schema: Schema = {"type": "integer", "minimum": self.low}
        if self.high < 1 << 53:
            schema["maximum"] = self.high
        return {"anyOf": [schema, {"type": "string", "pattern": _EXPRESSION}]}


@dataclass(frozen=True, repr=False, eq=False)
class Size(Integer):
    """A number of bytes."""

    low: int = 1
    high: int = 1 << 40
    what: str = "a size in bytes"

    def read(self, node: Node, report: Report) -> int | None:
        value = scalars.size(node.value) if node.plain else None
        if value is None and is_expression(node, report) and not re.match("[0-9]+ ?[kKmMgG]", node.value):
            value = computed(node, node.value, report)
            if value is None:
                return None
        if value is None:
            wrong_unit = re.fullmatch(r"([0-9][0-9a-fA-FxX_]*) ?(k|K|m|M|g|G)(?:i?[bB]?)", node.value)
            help_ = ["bytes, or with a unit: `64KiB`, `2MiB`, `1GiB`"]
            fix = None
            if wrong_unit:
                mended = f"{wrong_unit[1]}{wrong_unit[2].upper()}iB"
                help_.append(f"did you mean `{mended}`?")
                fix = Fix(node.span, mended)
            report.error("D0114", node.span, f"expected {self.describe()}, found {node.describe()}", "not a size", help=help_, fix=fix)
            return None
        return None if self.reject(value, node, report) else value

    def bounds(self) -> str:
        return f"it must be {self.low} to {self.high} bytes"

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "integer", "minimum": self.low, "maximum": self.high}, {"type": "string", "pattern": _EXPRESSION}]}


@dataclass(frozen=True, repr=False, eq=False)
class Begin(Size):
    """Where something begins, which the device may say: `0x100`, `32 * RTSOFF.OFFSET`, `0x80 + 0x20 * GCAP.ISS`."""

    low: int = 0
    what: str = "a number of bytes"

    def read(self, node: Node, report: Report) -> Any:
        base, text = 0, node.value if node.plain else ""
        before, plus, behind = text.rpartition("+")
        if plus and scalars.scaled(behind.strip(), report.parameters) is not None:
            text = behind.strip()
            found = computed(node, before.strip(), report) if scalars.size(before.strip()) is None else scalars.size(before.strip())
            if found is None:
                return None
            base = found
        asked = scalars.scaled(text, report.parameters)
        if asked is None or asked[2].field is None and report.unreadable:
            number = super().read(node, report)
            return None if number is None else scalars.Placed(number, None)
        unit = scalars.size(asked[0])
        if unit is None:
            unit = computed(node, asked[0], report)
        return None if unit is None else scalars.Placed(base, scalars.Scaled(unit, asked[1], asked[2]))

    def guess(self, node: Node, guess: int, number: int) -> Any:
        return scalars.Placed(super().guess(node, guess, number), None)

    def schema(self) -> Schema:
        schema = super().schema()
        return {"anyOf": [*schema["anyOf"], {"type": "string", "pattern": r"^(.* *(<<|\*|\+) *)?[A-Za-z_]\w*(\.\w+)?$"}]}


@dataclass(frozen=True, repr=False, eq=False)
class Said(Scalar):
    """A number that the device says: `CAP.NP + 1`."""

    def read(self, node: Node, report: Report) -> Any:
        found = scalars.number_said(node.value) if node.plain else None
        plus = None if found is None else scalars.integer(found[1])
        if found is not None and plus is None and expressions.looks_like_one(found[1]):
            plus = computed(node, found[1], report)
            if plus is None:
                return None
        if found is None or plus is None or not 0 <= plus < 1 << 31:
            report.error("D0122", node.span, f"expected {self.describe()}, found {node.describe()}", "not a register or a field of one", help="for example `CAP.PORTS`, or `CAP.NP + 1`")
            return None
        return scalars.Number(found[0], plus)

    def describe(self) -> str:
        return "a register that says a number"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^[A-Za-z_]\w*(\.\w+)?( *\+ *\S.*)?$"}


@dataclass(frozen=True, repr=False, eq=False)
class Stride(Size):
    """A number of bytes, which the device may say: `4 << CAP.DSTRD`, `UNIT_BYTES`."""

    what: str = "a number of bytes"

    def read(self, node: Node, report: Report) -> Any:
        found = scalars.scaled(node.value, report.parameters) if node.plain else None
        if found is None or found[2].field is None and report.unreadable:
            return super().read(node, report)
        text, shifts, field_ = found
        unit = scalars.size(text)
        if unit is None and expressions.looks_like_one(text):
            unit = computed(node, text, report)
            if unit is None:
                return None
        if unit is None:
            report.error("D0114", node.span, f"expected {self.what} before `{field_}`, found `{text[:40]}`", "not a size", help="for example `4 << CAP.DSTRD`")
            return None
        return None if self.reject(unit, node, report) else scalars.Scaled(unit, shifts, field_)

    def schema(self) -> Schema:
        schema = super().schema()
        return {"anyOf": [*schema["anyOf"], {"type": "string", "pattern": r"^(.* *(<<|\*) *)?[A-Za-z_]\w*(\.\w+)?$"}]}


@dataclass(frozen=True, repr=False, eq=False)
class BitRange(Scalar):
    """`9:8`, high bit first, or one bit number."""

    single: bool = False

    def read(self, node: Node, report: Report) -> scalars.Bits | None:
        found = scalars.bits(node.value) if node.plain else None
        sides = [] if found is not None else [side.strip() for side in node.value.split(":")]
        if found is None and node.plain and len(sides) <= 2 and re.search("[A-Za-z(*/]", node.value) and all(expressions.looks_like_one(side) or scalars.integer(side) is not None for side in sides):
            if report.parameters or len(sides) == 2:
                values = [computed(node, side, report) for side in sides]
                if None in values:
                    return None
                found = scalars.Bits(*(max(value or 0, 0) for value in (values[0], values[-1])))
        if found is None or (self.single and found.width != 1):
            help_ = ["a bit number: `5`"] if self.single else ["a bit number `5`, or a range with the high bit first: `9:8`"]
            dashed = re.fullmatch(r"\[?([0-9]{1,2}) ?(?:-|\.\.|:) ?([0-9]{1,2})\]?", node.value)
            fix = None
            if dashed and not self.single:
                high, low = max(int(dashed[1]), int(dashed[2])), min(int(dashed[1]), int(dashed[2]))
                help_.append(f"did you mean `{high}:{low}`?")
                fix = Fix(node.span, f"{high}:{low}")
            elif dashed:
                help_.append(f"for a range: `bits: {node.value}`")
            report.error("D0115", node.span, f"expected {self.describe()}, found {node.describe()}", "no bits", help=help_, fix=fix)
            return None
        if found.high < found.low:
            report.error(
                "D0116", node.span, "a bit range begins with the high bit", f"{found.high} is below {found.low}",
                help=f"did you mean `{found.low}:{found.high}`?", fix=Fix(node.span, f"{found.low}:{found.high}"),
            )
            return None
        if found.high > 63:
            report.error("D0117", node.span, "there is no such bit", "registers have at most 64 bits: 63 to 0")
            return None
        return found

    def guess(self, node: Node, guess: int, number: int) -> scalars.Bits:
        bit = (0, 1, 5, 7, 3)[guess]
        return scalars.Bits(bit, bit)

    def describe(self) -> str:
        return "a bit number" if self.single else "a bit number or a range of bits"

    def schema(self) -> Schema:
        bit = {"type": "integer", "minimum": 0, "maximum": 63}
        return {"anyOf": [bit, {"type": "string", "pattern": _EXPRESSION if self.single else _BIT_EXPRESSION}]}


@dataclass(frozen=True, repr=False, eq=False)
class Boolean(Scalar):
    """`true` or `false`, and nothing else: other YAML readers disagree about `yes`, `on` and `y`."""

    def read(self, node: Node, report: Report) -> bool | None:
        if node.plain and node.value in ("true", "false"):
            return bool(node.value == "true")
        meant = {"yes": "true", "on": "true", "y": "true", "1": "true", "no": "false", "off": "false", "n": "false", "0": "false"}
        meant |= {"true": "true", "false": "false"}
        mended = meant.get(node.value.lower())
        hint = f"did you mean `{mended}`?" if mended else "`true` or `false`"
        report.error(
            "D0118", node.span, f"expected `true` or `false`, found {node.describe()}", help=hint, fix=Fix(node.span, mended) if mended else None
        )
        return None

    def guess(self, node: Node, guess: int, number: int) -> bool:
        return guess % 2 == 1

    def describe(self) -> str:
        return "`true` or `false`"

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, repr=False, eq=False)
class Choice(Scalar):
    """One of a few words, each with what it means."""

    what: str
    values: dict[str, str]
    guesses: tuple[str, ...] = ()  # words that stand for the others

    def guess(self, node: Node, guess: int, number: int) -> str:
        words = self.guesses or tuple(self.values)
        return words[guess % len(words)] if len(words) <= GUESSES else words[guess * (len(words) - 1) // (GUESSES - 1)]

    def read(self, node: Node, report: Report) -> str | None:
        if node.value in self.values:
            return str(node.value)
        similar = report.closest(node.value, self.values)
        fix = None if similar is None else Fix(node.span, similar, sure=similar == node.value.lower())
        report.error(
            "D0119", node.span, f"`{node.value[:40]}` is not {self.what}", "unknown",
            help=[*([] if similar is None else [f"did you mean `{similar}`?"]), f"it is one of {listed(self.values, limit=40)}"], fix=fix,
        )
        return None

    def describe(self) -> str:
        return f"{self.what}: " + listed(self.values, limit=40)

    def schema(self) -> Schema:
        return {
            "enum": list(self.values),
            "markdownEnumDescriptions": list(self.values.values()),
        }


def _without_0x(node: Node, pattern: str) -> Fix | None:
    """The same digits as lspci prints them."""
    mended = re.sub("0[xX](?=[0-9a-fA-F])", "", node.value)
    return Fix(node.span, mended) if mended != node.value and re.fullmatch(pattern, mended) else None


@dataclass(frozen=True, repr=False, eq=False)
class PciId(Scalar):
    """`8086:100e`."""

    def read(self, node: Node, report: Report) -> tuple[int, int | None] | None:
        found = scalars.pci_id(node.value)
        if found is None:
            report.error("D0120", node.span, f"expected a PCI ID, found {node.describe()}", help="vendor and device in hexadecimal, without `0x`: `8086:100e`", fix=_without_0x(node, r"[0-9a-fA-F]{1,4}:([0-9a-fA-F]{1,4}|\*)"))
            return None
        vendor, device = found
        if vendor > 0xFFFF or (device is not None and device > 0xFFFF):
            report.error("D0121", node.span, "PCI IDs have 16 bits", "at most ffff on each side of the colon")
            return None
        return found

    def guess(self, node: Node, guess: int, number: int) -> tuple[int, int]:
        return 0xFFF0 + guess, 0x1000 + number

    def describe(self) -> str:
        return "a PCI ID such as `8086:100e`"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[0-9a-fA-F]{1,4}:([0-9a-fA-F]{1,4}|\\*)$"}


@dataclass(frozen=True, repr=False, eq=False)
class PciClass(Scalar):
    """`0200`: a class code as lspci prints it, of one, two or three bytes; what is left out matches anything."""

    def read(self, node: Node, report: Report) -> tuple[int, int] | None:
        digits: str = node.value
        if re.fullmatch("(?:[0-9a-fA-F]{2}){1,3}", digits) is None:
            report.error(
                "D0127", node.span, f"expected a PCI class, found {node.describe()}",
                help="two, four or six hexadecimal digits without `0x`: `02` any network controller, `0200` Ethernet",
                fix=_without_0x(node, "(?:[0-9a-fA-F]{2}){1,3}"),
            )
            return None
        missing = 24 - 4 * len(digits)
        return int(digits, 16) << missing, 0xFFFFFF >> missing << missing

    def guess(self, node: Node, guess: int, number: int) -> tuple[int, int]:
        return (0x40 + guess << 16) + number, 0xFFFFFF

    def describe(self) -> str:
        return "a PCI class such as `0200`"

    def schema(self) -> Schema:
        return {"type": ["string", "number"], "pattern": "^([0-9a-fA-F]{2}){1,3}$"}


@dataclass(frozen=True, repr=False, eq=False)
class Ref(Scalar):
    """A name that something else in the manifest has; what it refers to is found later."""

    what: str
    example: str = "CTRL.EN"

    def read(self, node: Node, report: Report) -> scalars.Reference | None:
        text = with_indices(node, report, node.value)
        if text is None:
            return None
        found = scalars.reference(text)
        if found is None:
            report.error("D0122", node.span, f"expected {self.what}, found {node.describe()}", "not a name", help=f"for example `{self.example}`")
        return found

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


_WORD = re.compile(r"[A-Za-z0-9_.]{1,63}", re.ASCII)


def compared(node: Node, report: Report) -> str | None:
    """The text of a condition with numbers in place of what is computed. None after reporting."""
    text = with_indices(node, report, node.value)
    if text is None or "==" not in text:
        return text
    left, _, right = text.partition("==")
    right = right.strip()
    if scalars.integer(right) is not None or _WORD.fullmatch(right) or not expressions.looks_like_one(right):
        return text
    value = computed(node, right, report)
    return None if value is None else f"{left.strip()} == {value}"


@dataclass(frozen=True, repr=False, eq=False)
class FieldValue(Scalar):
    """A number, or a word: the name of a value of the field's enum or of a parameter; which of them is found later."""

    what: str = "a number or the name of a value"
    signed: bool = False

    def read(self, node: Node, report: Report) -> int | str | None:
        value = scalars.integer(node.value) if node.plain else None
        if value is None and not _WORD.fullmatch(node.value) and is_expression(node, report):
            value = computed(node, node.value, report)
            if value is None:
                return None
        if value is not None and value < 0 and not self.signed:
            report.error("D0112", node.span, f"{node.describe()} is out of range", "it must be at least 0")
            return None
        if value is None and _WORD.fullmatch(node.value) is None:
            report.error("D0122", node.span, f"expected {self.describe()}, found {node.describe()}", help="for example `0xed`, or the name of a value of its enum")
            return None
        return str(node.value) if value is None else value

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


def _with_two_equals(node: Node) -> Fix | None:
    mended = re.sub(r"(?<=\w) *(?:=|===|:|is) *(?=[\w-])", " == ", node.value) if len(node.value) <= 256 else ""
    return Fix(node.span, mended) if mended != node.value and scalars.condition(mended) is not None else None


@dataclass(frozen=True, repr=False, eq=False)
class When(Scalar):
    """`LCR.DLAB == 1`."""

    def read(self, node: Node, report: Report) -> scalars.Condition | None:
        text = compared(node, report)
        if text is None:
            return None
        found = scalars.condition(text)
        if found is None:
            report.error("D0123", node.span, f"expected a condition, found {node.describe()}", help="a field and a value: `LCR.DLAB == 1`", fix=_with_two_equals(node))
        return found

    def describe(self) -> str:
        return "a condition such as `LCR.DLAB == 1`"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[A-Za-z_]\\w*(\\[[^\\]]+\\])*\\.\\w+ *== *[-+*/%&|^~()<>\\w. ]+$"}


@dataclass(frozen=True, repr=False, eq=False)
class Pattern(Scalar):
    """Text of a given form."""

    what: str
    pattern: str
    example: str

    def read(self, node: Node, report: Report) -> str | None:
        if len(node.value) <= 512 and re.fullmatch(self.pattern, node.value, re.ASCII):
            return str(node.value)
        report.error("D0124", node.span, f"expected {self.what}, found {node.describe()}", help=f"for example `{self.example}`")
        return None

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {"type": ["string", "number"], "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, repr=False, eq=False)
class Either(Type):
    """The first of several types that fits the node's text, chosen by a predicate; the last one reports."""

    options: tuple[tuple[Callable[[Node], bool], Type], ...]
    otherwise: Type

    def parse(self, node: Node, report: Report) -> Any:
        for fits, type_ in self.options:
            if fits(node):
                return type_.parse(node, report)
        return self.otherwise.parse(node, report)

    def guess(self, node: Node, guess: int, number: int) -> Any:
        chosen = next((type_ for fits, type_ in self.options if fits(node)), self.otherwise)
        return chosen.guess(node, guess, number)

    def types(self) -> list[Type]:
        return [type_ for _, type_ in self.options] + [self.otherwise]

    def describe(self) -> str:
        return " or ".join(type_.describe() for type_ in self.types())

    def schema(self) -> Schema:
        return {"anyOf": [type_.schema() for type_ in self.types()]}


@dataclass(frozen=True, repr=False, eq=False)
class ListOf(Type):
    """A list. With `single` one item may stand without brackets."""

    item: Type
    single: bool = False
    least: int = 1

    def parse(self, node: Node, report: Report) -> Value | None:
        if self.single and node.kind is not Kind.SEQUENCE:
            item = self._item(node, report)
            return None if item is None else Value([item], node)
        if node.kind is not Kind.SEQUENCE:
            wrong_kind(node, self.describe(), report)
            return None
        if len(node.value) < self.least:
            report.error("D0125", node.span, "the list is empty", f"expected {self.describe()}")
            return None
        parsed = [self._item(child, report) for child in node.value]
        # A list with a broken item is broken: its order and length carry meaning.
        return None if None in parsed else Value(parsed, node)

    def _item(self, node: Node, report: Report) -> Any:
        item = self.item.parse(node, report)
        return recovered(self.item, node, report) if item is None else item

    def guess(self, node: Node, guess: int, number: int) -> Any:
        """Of a list that is none: one that has one item, where one may stand without brackets."""
        item = self.item.guess(node, guess, number) if self.single and node.kind is not Kind.SEQUENCE else None
        return None if item is None else [Value(item, node)]

    def describe(self) -> str:
        each = self.item.describe()
        return f"{each}, or a list of them" if self.single else f"a list: {each}"

    def schema(self) -> Schema:
        items = {"type": "array", "items": self.item.schema(), "minItems": self.least}
        return {"anyOf": [self.item.schema(), items]} if self.single else items


@dataclass(frozen=True, repr=False, eq=False)
class MapOf(Type):
    """Names that the author chooses, each with a value. Its value is a list of `Entry`."""

    name: Name | Any  # a scalar with a `pattern`
    item: Type
    what: str = "a mapping"

    def parse(self, node: Node, report: Report) -> Value | None:
        if node.kind is not Kind.MAPPING:
            wrong_kind(node, self.describe(), report)
            return None
        entries = []
        for key, child in node.value:
            name = self.name.parse(key, report)
            if name is None:
                name = recovered(self.name, key, report) or _as_it_stands(key, report)
            item = self.item.parse(child, report)
            if item is None:
                item = recovered(self.item, child, report)
            if name is not None:
                entries.append(Entry(name, item))
        return Value(entries, node)

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {
            "type": "object",
            "additionalProperties": self.item.schema(),
            "propertyNames": {"pattern": f"^{self.name.pattern}$", "maxLength": 63},
        }


def _as_it_stands(key: Node, report: Report) -> Value | None:
    """A name that is none, so that what has it is looked at, and what refers to it finds it."""
    if key.kind is not Kind.SCALAR or not key.value or len(key.value) > 63 or report.guess < 0:
        return None
    report.doubts.add(key.span)
    return Value(key.value, key)


@dataclass(frozen=True, repr=False, eq=False)
class Pair(Type):
    """One `key: value`. Its value is an `Entry`."""

    name: Scalar
    item: Type
    what: str

    def parse(self, node: Node, report: Report) -> Value | None:
        if node.kind is not Kind.MAPPING or len(node.value) != 1:
            wrong_kind(node, self.what, report)
            return None
        key, child = node.value[0]
        name = self.name.parse(key, report)
        item = self.item.parse(child, report)
        if item is None:
            item = recovered(self.item, child, report)
        return None if name is None or item is None else Value(Entry(name, item), node)

    def describe(self) -> str:
        return self.what

    def schema(self) -> Schema:
        return {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": self.item.schema()}


@dataclass(frozen=True, repr=False, eq=False)
class Later(Type):
    """A type that is not made yet: for mappings that may hold mappings of their own kind."""

    find: Callable[[], Type]

    def parse(self, node: Node, report: Report) -> Any:
        return self.find().parse(node, report)

    def describe(self) -> str:
        return self.find().describe()

    def schema(self) -> Schema:
        return self.find().schema()


@dataclass(frozen=True, repr=False, eq=False)
class Part(Type):
    """The same, but no key must be there: for what is completed by something else of the same name."""

    item: Type

    def parse(self, node: Node, report: Report) -> Any:
        report.partial += 1
        try:
            return self.item.parse(node, report)
        finally:
            report.partial -= 1

    def describe(self) -> str:
        return self.item.describe()

    def schema(self) -> Schema:
        return _of_parts(self.item.schema())


#: In the schema, before the name of a type no key of which must be there.
PART = "part_of_a_"


def _of_parts(schema: Any) -> Any:
    """The same schema, with references to parts."""
    if isinstance(schema, list):
        return [_of_parts(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _of_parts(value) for key, value in schema.items()}
    if "$ref" in made:
        made["$ref"] = made["$ref"].replace("#/definitions/", f"#/definitions/{PART}")
    return made


@dataclass(frozen=True, repr=False, eq=False)
class Key:
    """One key of the language: the only place that knows its type, default, documentation and example."""

    name: str
    type: Type
    doc: str
    example: str
    default: str = ""  # in words, for the reference page
    required: bool = False
    unless: str = ""  # not required beside this key


@dataclass(frozen=True, repr=False, eq=False)
class ObjectType(Type):
    """A mapping with known keys. `short` is the key that a value which is not a mapping belongs to."""

    name: str
    doc: str
    keys: tuple[Key, ...]
    short: str | None = None
    one_of: tuple[tuple[str, ...], ...] = ()  # of each group exactly one key must be there
    #: Where the short form is a mapping too: the long form is one in which this key holds a mapping.
    long_form: str | None = None
    #: What its author says about it (`doc`, `see`) is kept by its place in the manifest: see `model.Remark`.
    remarks: bool = False
    by_name: dict[str, Key] = field(init=False, repr=False, compare=False)
    needed: tuple[Key, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {key.name: key for key in self.keys})
        object.__setattr__(self, "needed", tuple(key for key in self.keys if key.required))

    def __hash__(self) -> int:
        return hash(self.name)

    def parse(self, node: Node, report: Report) -> Object | None:
        result = Object(self, node)
        if self._is_short(node):
            if self.short is None or node.is_empty:
                wrong_kind(node, self.describe(), report)
                return None
            item = self.by_name[self.short].type.parse(node, report)
            if item is None:
                item = recovered(self.by_name[self.short].type, node, report)
            if item is None:
                return None
            result.values[self.short] = item
            result.key_nodes[self.short] = node
            return result
        for key_node, child in node.value:
            self._parse_key(result, key_node, child, report)
        self._required(result, report)
        return result

    def _is_short(self, node: Node) -> bool:
        if node.kind is not Kind.MAPPING:
            return True
        if self.long_form is None:
            return False
        return not any(key.value == self.long_form and value.kind is Kind.MAPPING for key, value in node.value)

    def _parse_key(self, result: Object, key_node: Node, child: Node, report: Report) -> None:
        name = key_node.value
        key = self.by_name.get(name)
        if key is None:
            self._unknown(result, key_node, child, report)
            return
        self._take(result, key, key_node, child, report)

    def _take(self, result: Object, key: Key, key_node: Node, child: Node, report: Report) -> None:
        result.key_nodes[key.name] = key_node
        item = key.type.parse(child, report)
        if item is None:
            item = recovered(key.type, child, report)
        if item is None:
            result.broken.add(key.name)
        else:
            result.values[key.name] = item

    def _unknown(self, result: Object, key_node: Node, child: Node, report: Report) -> None:
        present = {node.value for node, _ in result.node.value}
        others = [key.name for key in self.keys if key.name not in present]
        torn = self._torn_text(result, key_node, child)
        if torn is not None:
            report.error(
                "D0101", key_node.span, f"unknown key `{key_node.value[:40]}`", "inside `{...}` the comma before it ended the text",
                also=[Label(result.key_nodes[torn].span, "the text begins here")], help=f'a text with a comma needs quotes: `{torn}: "..."`',
            )
            return
        owner = self._owner(key_node.value)
        similar = report.closest(key_node.value, others) if owner is None else None
        fix = None if similar is None else Fix(key_node.span, similar)
        keys = listed([key.name for key in self.keys], "and", limit=40)
        report.error(
            "D0101", key_node.span, f"unknown key `{key_node.value[:40]}`", f"{self.describe()} has no such key",
            help=[*([] if similar is None else [f"did you mean `{similar}`?"]), *([] if owner is None else [f"`{key_node.value}` is a key of {owner}"]), f"the keys are {keys}"], fix=fix,
        )
        if similar is not None and similar not in result.key_nodes:
            # It is read as what it was probably meant to be; where its value is no such thing, it was meant otherwise.
            mark = report.mark()
            self._take(result, self.by_name[similar], key_node, child, report)
            if report.mark() != mark and not nearly(key_node.value, similar):
                report.roll_back(mark)
                result.values.pop(similar, None)
                result.broken.discard(similar)
                del result.key_nodes[similar]
                if self.by_name[similar].required:
                    result.broken.add(similar)

    def _owner(self, name: str) -> str | None:
        """Which objects in this one, or else around it, have a key of that name."""
        from .driver import DRIVER

        found = [type_ for type_ in walk(self) if name in type_.by_name and type_.name != self.name]
        if not found:
            around = [(type_, {inner.name for inner in walk(type_)}) for type_ in walk(DRIVER) if name in type_.by_name]
            found = [type_ for type_, inner in sorted(around, key=lambda pair: len(pair[1])) if self.name in inner]
        return " and of ".join(type_.describe() for type_ in found[:3]) if found else None

    def _torn_text(self, result: Object, key_node: Node, child: Node) -> str | None:
        """The key whose text goes on here: a word without a value, and before it a text that was not quoted."""
        if not child.is_empty or child.value:
            return None
        before = None
        for other, value in result.node.value:
            if other is key_node:
                break
            if other.value in self.by_name or not value.is_empty or value.value:
                before = (other, value)
        if before is None or not isinstance(getattr(self.by_name.get(before[0].value), "type", None), Text):
            return None
        return str(before[0].value) if before[1].kind is Kind.SCALAR and before[1].plain and key_node.start.line == key_node.end.line else None

    def _required(self, result: Object, report: Report) -> None:
        for key in self.needed:
            if not report.partial and not {key.name, key.unless} & (result.key_nodes.keys() | result.broken):
                report.error(
                    "D0102", first_line(result.node.span), f"`{key.name}` is missing", f"{self.describe()} needs it",
                    help=f"for example `{key.example.splitlines()[0]}`",
                )
                taken = guessed(key.type, _nothing(result.node), _beginning(result.node.span), report)
                if taken is None:
                    result.broken.add(key.name)
                else:
                    result.values[key.name] = taken
        for group in self.one_of:
            there = [name for name in group if name in result.key_nodes or name in result.broken]
            if not there:
                if report.partial:
                    continue
                report.error(
                    "D0102", first_line(result.node.span), f"{listed(group)} is missing", f"{self.describe()} needs one of them",
                    help=f"for example `{self.by_name[group[0]].example}`",
                )
                guess = guessed(self.by_name[group[-1]].type, _nothing(result.node), _beginning(result.node.span), report)
                if guess is None:
                    result.broken.update(group)
                else:
                    result.values[group[-1]] = guess
            elif len(there) > 1 and all(name in result.key_nodes for name in there):
                result.broken.update(group)
                first, second = result.key_nodes[there[0]], result.key_nodes[there[1]]
                report.error(
                    "D0126", second.span, f"`{there[0]}` and `{there[1]}` exclude each other", "a second one",
                    also=[Label(first.span, "the first")], help="keep one of them",
                )

    def describe(self) -> str:
        article = "an" if self.name[0] in "aeiou" and not self.name.startswith("user") else "a"
        return f"{article} {self.name}"

    def schema(self) -> Schema:
        return {"$ref": f"#/definitions/{self.name.replace(' ', '_')}"}


def nearly(name: str, similar: str) -> bool:
    """Is it surely that name, misspelt?"""
    import difflib

    return difflib.SequenceMatcher(None, name.casefold(), similar.casefold()).ratio() >= 0.75


def _nothing(node: Node) -> Node:
    """A node without text where another one begins."""
    return Node(Kind.SCALAR, "", True, node.file, node.start, node.start)


def _beginning(span: Span) -> Span:
    return Span(span.file, span.line, span.column, span.line, span.column + 1)


def first_line(span: Span) -> Span:
    """A collection's first character: enough to show where it is."""
    if span.line == span.end_line:
        return span
    return Span(span.file, span.line, span.column, span.line, span.column + 1)


def walk(root: Type) -> Iterator[ObjectType]:
    """Every object type of the language once, the root first."""
    seen: dict[str, ObjectType] = {}
    todo = [root]
    while todo:
        type_ = todo.pop(0)
        match type_:
            case ObjectType():
                if type_.name in seen:
                    continue
                seen[type_.name] = type_
                yield type_
                todo.extend(key.type for key in type_.keys)
            case Either():
                todo.extend(type_.types())
            case ListOf() | MapOf() | Pair() | Part():
                todo.append(type_.item)
            case Later():
                todo.append(type_.find())
