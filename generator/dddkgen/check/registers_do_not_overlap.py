# SPDX-License-Identifier: MIT
"""Guarantee: no two registers share a byte, unless the device tells them apart.

It can do that by direction (one is only read, the other only written) or by bank (`when:` names different values of one
field). The regions' registers are swept once in the order of their offsets: 10,000 of them cost no more than sorting.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace

from ..diagnostics import Label, Report
from ..hazards import parts
from ..model import Register
from ..places import begin_of, end_of, runs, times
from ..resolve.context import Candidate

#: One register that covers everything overlaps everything: this many messages about one say enough.
MOST_PER_REGISTER = 4

#: Elements of an array that are tried against another array; more would need strides beyond 256 KiB.
MOST_TRIED = 1 << 16

#: Elements of arrays in arrays that are compared with those of others.
MOST_COMPARED = 1 << 21


def check(candidate: Candidate, report: Report) -> None:
    devices = candidate.driver.devices
    if not devices:
        _one_device(candidate, candidate.driver.registers, report)
    for registers in dict.fromkeys(tuple(register for register in device.registers if register is not None) for device in devices):
        _one_device(candidate, registers, report)


def _one_device(candidate: Candidate, registers_: tuple[Register, ...], report: Report) -> None:
    by_region: dict[str, list[Register]] = {}
    for register in registers_:
        by_region.setdefault(register.region, []).append(register)
    for registers in by_region.values():
        _sweep(candidate, sorted(registers, key=lambda register: (begin_of(register), register.origin.line, register.origin.column)), report)


def _sweep(candidate: Candidate, registers: list[Register], report: Report) -> None:
    """`active` is a heap of the registers that reach behind the offset where the sweep stands, by their ends."""
    active: list[tuple[int, int]] = []
    compared = 0
    for number, register in enumerate(registers):
        while active and active[0][0] <= begin_of(register):
            heapq.heappop(active)
        reported = 0
        for other in (registers[index] for _, index in active):
            if other.repeats or register.repeats:
                compared += times(other) + times(register)
                if compared > MOST_COMPARED:
                    report.error("D0012", register.origin, "the manifest is too large", f"the elements of {register.name} and of others lie too much within one another to be compared")
                    return
            if _collide(other, register) and not _told_apart(other, register):
                _report(candidate, other, register, report)
                reported += 1
                if reported == MOST_PER_REGISTER:
                    break
        heapq.heappush(active, (end_of(register), number))


@dataclass(frozen=True, slots=True, order=True)
class _Run:
    """Elements in equal steps."""

    offset: int
    count: int
    stride: int
    bytes: int

    @property
    def end(self) -> int:
        return self.offset + (self.count - 1) * self.stride + self.bytes


def _collide(first: Register, second: Register) -> bool:
    """Do they share a byte?"""
    if first.repeats and second.repeats:
        first, second = _in_one_block(first, second)
    pieces = tuple([_Run(*run, register.bytes) for run in runs(register)] for register in (first, second))
    if len(pieces[0]) == len(pieces[1]) == 1:
        return _runs_collide(pieces[0][0], pieces[1][0])
    active: tuple[list[tuple[int, _Run]], ...] = ([], [])
    for piece, number in sorted((piece, number) for number, several in enumerate(pieces) for piece in several):
        others = active[1 - number]
        while others and others[0][0] <= piece.offset:
            heapq.heappop(others)
        if any(_runs_collide(piece, other) for _, other in others):
            return True
        heapq.heappush(active[number], (piece.end, piece))
    return False


def _runs_collide(first: _Run, second: _Run) -> bool:
    """Arrays may be interleaved, as RAL and RAH of many network cards are.

    The distance between an element of one and an element of the other is a multiple of the strides' greatest common divisor
    away from the distance of their first elements, and the pattern repeats after so many elements as the other's stride has
    divisors: that many are tried, of those within the other array.
    """
    few, many = sorted((first, second), key=lambda run: run.count)
    begin = max(0, -(-(many.offset - few.bytes + 1 - few.offset) // few.stride))
    end = min(few.count - 1, (many.end - 1 - few.offset) // few.stride)
    period = many.stride // math.gcd(few.stride, many.stride)
    tries = range(begin, min(end, begin + min(period, MOST_TRIED)) + 1)
    return any(_element_collides(many, few.offset + index * few.stride, few.bytes) for index in tries)


def _in_one_block(first: Register, second: Register) -> tuple[Register, Register]:
    """Of registers in one repeated block that lie inside one repetition of it, what is in the first: it is the same in all."""
    while min(len(first.repeats), len(second.repeats)) > 1 and first.repeats[0] == second.repeats[0]:
        one, two = (replace(register, repeats=register.repeats[1:]) for register in (first, second))
        if max(end_of(one), end_of(two)) - min(begin_of(one), begin_of(two)) > first.repeats[0].stride:
            break
        first, second = one, two
    return first, second


def _element_collides(array: _Run, offset: int, size: int) -> bool:
    """Does one element of `array` share a byte with `size` bytes at `offset`?"""
    low = max(0, (offset - array.offset - array.bytes) // array.stride + 1)
    return low < array.count and offset - array.bytes < array.offset + low * array.stride < offset + size


def _told_apart(first: Register, second: Register) -> bool:
    if first.storage == second.storage and (first.alias_of is None) != (second.alias_of is None) and first.offset == second.offset:
        return True  # one register, described twice
    if first.same_view and second.same_view and (first.storage, first.alias_element, first.offset) == (second.storage, second.alias_element, second.offset):
        return True  # and more than twice
    if first.bank is not None and second.bank is not None:
        a, b = first.bank, second.bank
        if (a.register, a.field, a.element) == (b.register, b.field, b.element) and a.value != b.value:
            return True
    return _only_read(first) and _only_written(second) or _only_written(first) and _only_read(second)


def _only_read(register: Register) -> bool:
    return not any(part.policy.writable for part in parts(register))


def _only_written(register: Register) -> bool:
    """A register whose own access is write-only may have fields (sc, say) that would be readable elsewhere."""
    return not any(part.readable for part in parts(register))


def _report(candidate: Candidate, first: Register, second: Register, report: Report) -> None:
    later, earlier = (second, first) if (second.origin.line, second.origin.column) >= (first.origin.line, first.origin.column) else (first, second)
    helps = []
    if not (first.bank and second.bank):
        helps.append("if the device tells them apart by direction, one is `access: ro` and the other `access: wo`")
        helps.append("if a field selects one of them, each has `when: REGISTER.FIELD == VALUE`")
        if later.offset == earlier.offset:
            helps.append(f"if they are the same bits with other meanings, {later.name} has `alias_of: {earlier.name}`")
    report.error(
        "D0204", candidate.sources.at(later, "at"), f"registers {earlier.name} and {later.name} overlap",
        _extent(later), also=[Label(candidate.sources.at(earlier, "at"), f"{earlier.name}: {_extent(earlier)}")], help=helps,
    )


def _extent(register: Register) -> str:
    return f"bytes {begin_of(register):#x} to {end_of(register) - 1:#x}"
