# SPDX-License-Identifier: MIT
"""What a scalar's text says: integers, sizes, bit ranges, IDs, references.

YAML's own idea of a value is not asked: `9:8` is two bit numbers and not 548, `010` is refused and not 8, `OFF` is a name.
Each function gives None for text that is not of its form; the caller knows what was expected and reports it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container

from ..dataclass import dataclass

#: 64-bit values need 66 characters in binary; longer text is no number of ours.
_LONGEST = 80

_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[bB][01](?:_?[01])*|0|[1-9](?:_?[0-9])*)")
_SIZE = re.compile(r"([0-9a-fA-FxX_]+?) ?(KiB|MiB|GiB)")
_BITS = re.compile(r"([0-9]{1,4}) ?: ?([0-9]{1,4})")
_ID = re.compile(r"([0-9a-fA-F]{1,8}):([0-9a-fA-F]{1,8}|\*)")
_INDICES = r"((?:\[[0-9]{1,9}\]){0,8})"
_REFERENCE = re.compile(rf"([A-Za-z0-9_]+){_INDICES}(?:\.([A-Za-z0-9_]+))?", re.ASCII)
_CONDITION = re.compile(rf"([A-Za-z_]\w*){_INDICES}\.([A-Za-z0-9_]+) *== *(-?[A-Za-z0-9_.]+)", re.ASCII)

UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def integer(text: str) -> int | None:
    """`12`, `0x0c`, `0b1100`, with `_` between digits. Leading zeros are refused: YAML 1.1 reads them as octal."""
    if len(text) > _LONGEST or _INTEGER.fullmatch(text) is None:
        return None
    return int(text, 0)


def size(text: str) -> int | None:
    """A number of bytes: an integer, perhaps with KiB, MiB or GiB behind it."""
    if len(text) > _LONGEST:
        return None
    match = _SIZE.fullmatch(text)
    if match is None:
        return integer(text)
    value = integer(match[1])
    return None if value is None else value * UNITS[match[2]]


@dataclass(frozen=True, slots=True)
class Bits:
    """Bits `high` to `low` of something."""

    high: int
    low: int

    @property
    def width(self) -> int:
        return self.high - self.low + 1


def bits(text: str) -> Bits | None:
    """`9:8`, or a single bit `5`. The order is checked by the caller."""
    match = _BITS.fullmatch(text)
    if match is not None:
        return Bits(int(match[1]), int(match[2]))
    value = integer(text)
    return None if value is None or value < 0 else Bits(value, value)


def pci_id(text: str) -> tuple[int, int | None] | None:
    """`1234:5678`: vendor and device in hexadecimal, as lspci prints them; `8086:*` is every device."""
    match = _ID.fullmatch(text)
    if match is None:
        return None
    return int(match[1], 16), None if match[2] == "*" else int(match[2], 16)


@dataclass(frozen=True, slots=True)
class Reference:
    """`REGISTER`, `REGISTER.FIELD`, `ARRAY[3]`, `ARRAY[3].FIELD`, or `ARRAY[1][3]` of an array in an array."""

    name: str
    index: int | None
    field: str | None
    inner: tuple[int, ...] = ()  # the indices behind the first

    def __str__(self) -> str:
        return self.element + ("" if self.field is None else f".{self.field}")

    @property
    def indices(self) -> tuple[int, ...]:
        return () if self.index is None else (self.index, *self.inner)

    @property
    def element(self) -> str:
        """The register, or the element of it, without the field."""
        return self.name + "".join(f"[{index}]" for index in self.indices)


def _indices(text: str) -> tuple[int, ...]:
    """`[1][3]`"""
    return tuple(int(index) for index in text[1:-1].split("][")) if text else ()


@dataclass(frozen=True, slots=True)
class BitIs(Reference):
    """`FLAGS.EMPTY == 0`: a bit, and what it is when it says yes."""

    value: bool = True


def reference(text: str) -> Reference | None:
    match = _REFERENCE.fullmatch(text) if len(text) <= 256 else None
    if match is None:
        return None
    found = _indices(match[2])
    return Reference(match[1], found[0] if found else None, match[3], found[1:])


@dataclass(frozen=True, slots=True)
class Scaled:
    """`4 << CAP.DSTRD`, `4 * CAP.UNITS` or `BYTES`: a number of bytes that the device says, in a register or a field of one."""

    unit: int
    shifts: bool
    field: Reference

    def __str__(self) -> str:
        return str(self.field) if self.unit == 1 and not self.shifts else f"{self.unit} {'<<' if self.shifts else '*'} {self.field}"


@dataclass(frozen=True, slots=True)
class Placed:
    """`0x80 + 0x20 * GCAP.ISS`: a place that the device says, or one that it does not."""

    base: int
    scaled: Scaled | None


@dataclass(frozen=True, slots=True)
class Number:
    """`CAP.NP + 1`: a number that the device says."""

    field: Reference
    plus: int


_NUMBER = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z0-9_]+)?)(?: *\+ *(\S.*))?", re.ASCII)


def number_said(text: str) -> tuple[Reference, str] | None:
    """The register or field, and what is added to it, as text, which may be an expression."""
    match = _NUMBER.fullmatch(text) if len(text) <= 256 else None
    found = None if match is None else reference(match[1])
    return None if match is None or found is None else (found, match[2] or "0")


def smallest(stride: int | Scaled, needed: int = 1, align: int = 1) -> int:
    """The number of bytes, or the least that a device may say: no element of `needed` bytes reaches into the next one, and
    each is aligned."""
    if not isinstance(stride, Scaled):
        return stride
    least = stride.unit
    if stride.shifts:
        while least < needed or least % align and least % 2:
            least *= 2
        return least
    return least if least >= needed and least % align == 0 else -(-needed // math.lcm(least, align)) * math.lcm(least, align)


_SCALED = re.compile(r"(?:(.*?) *(<<|\*) *)?([A-Za-z_]\w*(?:\.[A-Za-z0-9_]+)?)", re.ASCII)


def scaled(text: str, numbers: Container[str] = ()) -> tuple[str, bool, Reference] | None:
    """Its unit as text, which may be an expression, and the rest. `numbers`: names of what is none of the device's."""
    match = _SCALED.fullmatch(text) if len(text) <= 256 else None
    found = None if match is None or match[3] in numbers else reference(match[3])
    return None if match is None or found is None else (match[1] or "1", match[2] == "<<", found)


@dataclass(frozen=True, slots=True)
class Condition:
    """`LCR.DLAB == 1` or `CFG[2].MODE == FAST`; the value is text, for it may name an enum's value."""

    register: str
    field: str
    value: str
    indices: tuple[int, ...] = ()

    @property
    def reference(self) -> Reference:
        """The field."""
        return Reference(self.register, self.indices[0] if self.indices else None, self.field, self.indices[1:])


def condition(text: str) -> Condition | None:
    match = _CONDITION.fullmatch(text) if len(text) <= 256 else None
    return None if match is None else Condition(match[1], match[3], match[4], _indices(match[2]))
