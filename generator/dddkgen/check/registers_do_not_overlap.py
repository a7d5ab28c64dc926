# SPDX-License-Identifier: MIT
"""Guarantee: no two registers share a byte, unless the device tells them apart.

It can do that by direction (one is only read, the other only written) or by bank (`when:` names different values of one
field). The regions' registers are swept once in the order of their offsets: 10,000 of them cost no more than sorting.
"""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import parts
from ..model import Register
from ..resolve.context import Candidate
from .registers_inside_region import end_of

#: One register that covers everything overlaps everything: this many messages about one say enough.
MOST_PER_REGISTER = 4


def check(candidate: Candidate, report: Report) -> None:
    by_region: dict[str, list[Register]] = {}
    for register in candidate.driver.registers:
        by_region.setdefault(register.region, []).append(register)
    for registers in by_region.values():
        _sweep(candidate, sorted(registers, key=lambda register: (register.offset, register.origin.line, register.origin.column)), report)


def _sweep(candidate: Candidate, registers: list[Register], report: Report) -> None:
    """`active` are the registers that reach behind the offset where the sweep stands."""
    active: list[tuple[int, Register]] = []
    for register in registers:
        active = [(end, other) for end, other in active if end > register.offset]
        reported = 0
        for _, other in active:
            if reported < MOST_PER_REGISTER and _collide(other, register) and not _told_apart(other, register):
                _report(candidate, other, register, report)
                reported += 1
        active.append((end_of(register), register))


def _collide(first: Register, second: Register) -> bool:
    """Do they share a byte? Arrays may be interleaved: RAL and RAH of many network cards are."""
    a, b = (first, second) if (first.count or 1) >= (second.count or 1) else (second, first)
    if a.count is None:
        return first.offset < end_of(second) and second.offset < end_of(first)
    if b.count is not None and b.count > 1 and a.stride == b.stride:
        distance = (b.offset - a.offset) % a.stride
        overlap_possible = distance < a.bytes or a.stride - distance < b.bytes
        return overlap_possible and b.offset < end_of(a) and a.offset < end_of(b)
    return any(_element_collides(a, b.offset + index * b.stride, b.bytes) for index in range(min(b.count or 1, 1 << 16)))


def _element_collides(array: Register, offset: int, size: int) -> bool:
    """Does one element of `array` share a byte with `size` bytes at `offset`?"""
    count = array.count or 1
    low = max(0, (offset - array.offset - array.bytes) // array.stride + 1)
    return low < count and array.offset + low * array.stride < offset + size


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
