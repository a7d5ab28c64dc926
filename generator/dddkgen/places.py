# SPDX-License-Identifier: MIT
"""Where the elements of a register are: how often it is there, how far apart, and how they are counted.

A register is repeated by each block around it that is, the outermost first, and by its own `count:` or list of offsets. An
element has one index for each of these repeats; where one number must do (the simulated device's cells, say), elements are
counted as C lays out an array of arrays. Everybody who asks for an offset asks here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .model import Register

#: Repeats within one another, and elements of a register that has several.
MOST_REPEATS = 4
MOST_ELEMENTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Repeat:
    """One way in which a register is there several times."""

    name: str  # of the block, with those around it, or of the register
    count: int
    stride: int  # bytes from one to the next; if `scaled` at least
    index: str | None = None  # the enum whose values count them
    places: tuple[int, ...] = ()  # bytes of each from the first, where they are not in equal steps
    scaled: bool = False  # the register's `scale` says how far apart they are

    def place(self, index: int) -> int:
        return self.places[index] if self.places else index * self.stride

    @property
    def first(self) -> int:
        """Bytes from element 0 to the lowest one: not above 0."""
        return min(self.places, default=0)

    @property
    def last(self) -> int:
        """Bytes from element 0 to the highest one."""
        return max(self.places) if self.places else (self.count - 1) * self.stride


def repeats(register: Register) -> tuple[Repeat, ...]:
    """Of every register, the outermost first; empty for one that is no array."""
    if register.repeats or register.count is None:
        return register.repeats
    return (Repeat(register.name, register.count, register.stride, register.index, (), register.scale is not None),)


def counts(register: Register) -> tuple[int, ...]:
    return tuple(repeat.count for repeat in repeats(register))


def begin_of(register: Register) -> int:
    """The first byte of the register, or of its lowest element."""
    return register.offset + sum(repeat.first for repeat in register.repeats)


def end_of(register: Register) -> int:
    """The first byte behind the register, or behind its highest element."""
    if not register.repeats:
        return register.offset + ((register.count or 1) - 1) * register.stride + register.bytes
    return register.offset + sum(repeat.last for repeat in register.repeats) + register.bytes


def first_end_of(register: Register) -> int:
    """The same in the first of its outermost repeats."""
    outermost = repeats(register)[0]
    return end_of(register) - outermost.last


def indices_of(register: Register, element: int) -> tuple[int, ...]:
    """An element's index in each repeat."""
    found = []
    for count in reversed(counts(register)):
        element, index = divmod(element, count)
        found.append(index)
    return tuple(reversed(found))


def element_name(register: Register, element: int | None) -> str:
    """`QUEUE[1][3]`; without an element the register's name."""
    return register.name + ("" if element is None else "".join(f"[{index}]" for index in indices_of(register, element)))


def element_of(counts_: Sequence[int], indices: Sequence[int]) -> int:
    """Which of all elements these indices mean."""
    element = 0
    for count, index in zip(counts_, indices, strict=True):
        element = element * count + index
    return element


def offset_of(register: Register, element: int) -> int:
    """Bytes in the region, for a stride that the device says the least."""
    if not register.repeats:
        return register.offset + element * register.stride
    return register.offset + sum(repeat.place(index) for repeat, index in zip(register.repeats, indices_of(register, element), strict=True))


def runs(register: Register) -> Iterator[tuple[int, int, int]]:
    """All elements as arrays in equal steps: offset, count, stride."""
    if not register.repeats:
        yield register.offset, register.count or 1, register.stride
        return
    *outer, inner = register.repeats
    for places in product(*([repeat.place(index) for index in range(repeat.count)] for repeat in outer)):
        base = register.offset + sum(places)
        if inner.places:
            yield from ((base + place, 1, 1) for place in inner.places)
        else:
            yield base, inner.count, inner.stride


def corresponds(first: Register, second: Register) -> bool:
    """Is it plain which elements of one belong to an element of the other? They have the outer repeats in common, and at most
    one of them has more."""
    mine, theirs = counts(first), counts(second)
    common = min(len(mine), len(theirs))
    return mine[:common] == theirs[:common]


def equal_steps(offsets: Sequence[int]) -> int | None:
    """The distance from each to the next, upwards; None: there is not one."""
    strides = {second - first for first, second in pairwise(offsets)}
    stride = strides.pop() if len(strides) == 1 else 0
    return stride if stride > 0 else None


def times(register: Register) -> int:
    return math.prod(counts(register))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def said(register: Register) -> str:
    """What the elements are, in words: "4 elements, 256 bytes apart", "2 times 4 elements, 4096 and 256 bytes apart"."""
    parts = []
    for repeat in repeats(register):
        apart = f"{register.scale.text} bytes apart" if repeat.scaled and register.scale is not None else f"{_counted(repeat.stride, 'byte')} apart"
        if repeat.places:
            apart = "at " + ", ".join(f"{register.offset + place:#06x}" for place in repeat.places)
        many = _counted(repeat.count, "element") if register.present is None or parts else f"{register.present.text} elements, at most {repeat.count}"
        parts.append(f"{many}, {apart}" + (f", one for each value of {repeat.index}" if repeat.index else ""))
    return "; each of them ".join(parts)
