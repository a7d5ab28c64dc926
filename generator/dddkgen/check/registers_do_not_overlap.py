# SPDX-License-Identifier: MIT
"""Guarantee: no two registers share a byte, unless the device tells them apart.

It can do that by direction (one is only read, the other only written) or by bank (`when:` names different values of one
field). The regions' registers are swept once in the order of their offsets: 10,000 of them cost no more than sorting.
"""

from __future__ import annotations

import heapq
import math

from ..diagnostics import Label, Report
from ..hazards import parts
from ..model import Register
from ..resolve.context import Candidate
from .registers_inside_region import end_of

#: One register that covers everything overlaps everything: this many messages about one say enough.
MOST_PER_REGISTER = 4

#: Elements of an array that are tried against another array; more would need strides beyond 256 KiB.
MOST_TRIED = 1 << 16


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
        _sweep(candidate, sorted(registers, key=lambda register: (register.offset, register.origin.line, register.origin.column)), report)


def _sweep(candidate: Candidate, registers: list[Register], report: Report) -> None:
    """`active` is a heap of the registers that reach behind the offset where the sweep stands, by their ends."""
    active: list[tuple[int, int]] = []
    for number, register in enumerate(registers):
        while active and active[0][0] <= register.offset:
            heapq.heappop(active)
        reported = 0
        for other in (registers[index] for _, index in active):
            if _collide(other, register) and not _told_apart(other, register):
                _report(candidate, other, register, report)
                reported += 1
                if reported == MOST_PER_REGISTER:
                    break
        heapq.heappush(active, (end_of(register), number))


def _collide(first: Register, second: Register) -> bool:
    """Do they share a byte? Arrays may be interleaved, as RAL and RAH of many network cards are.

    The distance between an element of one and an element of the other is a multiple of the strides' greatest common divisor
    away from the distance of their first elements, and the pattern repeats after so many elements as the other's stride has
    divisors: that many are tried, of those within the other array.
    """
    few, many = sorted((first, second), key=lambda register: register.count or 1)
    begin = max(0, -(-(many.offset - few.bytes + 1 - few.offset) // few.stride))
    end = min((few.count or 1) - 1, (end_of(many) - 1 - few.offset) // few.stride)
    if few.count is None:
        begin, end = 0, 0
    period = many.stride // math.gcd(few.stride, many.stride)
    tries = range(begin, min(end, begin + min(period, MOST_TRIED)) + 1)
    return any(_element_collides(many, few.offset + index * few.stride, few.bytes) for index in tries)


def _element_collides(array: Register, offset: int, size: int) -> bool:
    """Does one element of `array`, or a single register, share a byte with `size` bytes at `offset`?"""
    low = 0 if array.count is None else max(0, (offset - array.offset - array.bytes) // array.stride + 1)
    return low < (array.count or 1) and offset - array.bytes < array.offset + low * array.stride < offset + size


def _told_apart(first: Register, second: Register) -> bool:
    if first.bank is not None and second.bank is not None:
        a, b = first.bank, second.bank
        if (a.register, a.field) == (b.register, b.field) and a.value != b.value:
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
    report.error(
        "D0204", candidate.sources.at(later, "at"), f"registers {earlier.name} and {later.name} overlap",
        _extent(later), also=[Label(candidate.sources.at(earlier, "at"), f"{earlier.name}: {_extent(earlier)}")], help=helps,
    )


def _extent(register: Register) -> str:
    return f"bytes {register.offset:#x} to {end_of(register) - 1:#x}"
