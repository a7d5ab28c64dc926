# SPDX-License-Identifier: MIT
"""The one table of register access: what each policy of IEEE 1800.2 (UVM) means.

A policy is three independent facts: what software may do, what a read does to the stored bits, what a write does to them.
Everything that depends on a policy (the C accessor, the simulated register, the generated test, the documentation) is
derived from these facts; no other file of the project knows a policy by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from enum import Enum

from .dataclass import dataclass


class ReadEffect(Enum):
    """What a read does to every bit of the field, after the value was taken."""

    NONE = "none"
    CLEARS = "clears"
    SETS = "sets"


class WriteEffect(Enum):
    """What a write of the bit pattern w does to the stored bits s."""

    NONE = "none"  # s
    STORES = "stores"  # w
    CLEARS = "clears"  # 0, whatever w is
    SETS = "sets"  # all ones, whatever w is
    ONE_CLEARS = "one_clears"  # s & ~w
    ONE_SETS = "one_sets"  # s | w
    ONE_TOGGLES = "one_toggles"  # s ^ w
    ZERO_CLEARS = "zero_clears"  # s & w
    ZERO_SETS = "zero_sets"  # s | ~w
    ZERO_TOGGLES = "zero_toggles"  # s ^ ~w
    ONE_STARTS = "one_starts"  # s | w, and the device clears it when it is done


# Every write effect is one of six on what is written, or on its inverse: what the simulated register is made of.
PRIMITIVES: dict[WriteEffect, tuple[str, bool]] = {
    WriteEffect.STORES: ("stores", False),
    WriteEffect.CLEARS: ("clears", False),
    WriteEffect.SETS: ("sets", False),
    WriteEffect.ONE_CLEARS: ("one_clears", False),
    WriteEffect.ONE_SETS: ("one_sets", False),
    WriteEffect.ONE_STARTS: ("one_sets", False),
    WriteEffect.ONE_TOGGLES: ("one_toggles", False),
    WriteEffect.ZERO_CLEARS: ("one_clears", True),
    WriteEffect.ZERO_SETS: ("one_sets", True),
    WriteEffect.ZERO_TOGGLES: ("one_toggles", True),
}


# The same on numbers: of what is stored and what is written, in the bits of `mask`.
_WRITTEN: dict[WriteEffect, Callable[[int, int, int], int]] = {
    WriteEffect.NONE: lambda stored, written, mask: stored,
    WriteEffect.STORES: lambda stored, written, mask: stored & ~mask | written & mask,
    WriteEffect.CLEARS: lambda stored, written, mask: stored & ~mask,
    WriteEffect.SETS: lambda stored, written, mask: stored | mask,
    WriteEffect.ONE_CLEARS: lambda stored, written, mask: stored & ~(written & mask),
    WriteEffect.ONE_SETS: lambda stored, written, mask: stored | written & mask,
    WriteEffect.ONE_STARTS: lambda stored, written, mask: stored | written & mask,
    WriteEffect.ONE_TOGGLES: lambda stored, written, mask: stored ^ written & mask,
    WriteEffect.ZERO_CLEARS: lambda stored, written, mask: stored & ~(~written & mask),
    WriteEffect.ZERO_SETS: lambda stored, written, mask: stored | ~written & mask,
    WriteEffect.ZERO_TOGGLES: lambda stored, written, mask: stored ^ ~written & mask,
}


class Idle(Enum):
    """What to write to a field to leave it alone."""

    ANY = "any"  # a write does nothing
    READ_BACK = "read_back"  # the value just read
    ZEROS = "zeros"
    ONES = "ones"
    SHADOW = "shadow"  # only the driver can know what it wrote last
    NONE = "none"  # nothing: every write changes it


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the table."""

    name: str
    readable: bool  # what a read returns is defined
    read: ReadEffect
    write: WriteEffect
    doc: str
    once: bool = False  # only the first write after a hard reset counts
    # These follow from the others.
    writable: bool = field(init=False)  # a write does something
    read_has_effect: bool = field(init=False)
    idle: Idle = field(init=False)  # what to write to a field to leave it alone
    written: Callable[[int, int, int], int] = field(init=False, repr=False, compare=False)  # what is stored, written, and the bits -> what is stored then

    def __post_init__(self) -> None:
        object.__setattr__(self, "writable", self.write is not WriteEffect.NONE)
        object.__setattr__(self, "read_has_effect", self.read is not ReadEffect.NONE)
        object.__setattr__(self, "idle", self._idle())
        object.__setattr__(self, "written", _WRITTEN[self.write])

    def _idle(self) -> Idle:
        if self.once:
            return Idle.NONE
        match self.write:
            case WriteEffect.NONE:
                return Idle.ANY
            case WriteEffect.STORES:
                if not self.readable:
                    return Idle.SHADOW
                return Idle.NONE if self.read_has_effect else Idle.READ_BACK
            case WriteEffect.CLEARS | WriteEffect.SETS:
                return Idle.NONE
            case WriteEffect.ONE_CLEARS | WriteEffect.ONE_SETS | WriteEffect.ONE_TOGGLES | WriteEffect.ONE_STARTS:
                return Idle.ZEROS
            case WriteEffect.ZERO_CLEARS | WriteEffect.ZERO_SETS | WriteEffect.ZERO_TOGGLES:
                return Idle.ONES
        raise AssertionError(self.write)


def _table() -> dict[str, Policy]:
    r, w = ReadEffect, WriteEffect
    rows = [
        Policy("rw", True, r.NONE, w.STORES, "read and write"),
        Policy("ro", True, r.NONE, w.NONE, "read only: the device writes it"),
        Policy("wo", False, r.NONE, w.STORES, "write only: a read returns nothing defined"),
        Policy("rc", True, r.CLEARS, w.NONE, "a read clears it, a write does nothing"),
        Policy("rs", True, r.SETS, w.NONE, "a read sets it, a write does nothing"),
        Policy("wrc", True, r.CLEARS, w.STORES, "a read clears it, a write stores"),
        Policy("wrs", True, r.SETS, w.STORES, "a read sets it, a write stores"),
        Policy("wc", True, r.NONE, w.CLEARS, "any write clears it"),
        Policy("ws", True, r.NONE, w.SETS, "any write sets it"),
        Policy("wsrc", True, r.CLEARS, w.SETS, "any write sets it, a read clears it"),
        Policy("wcrs", True, r.SETS, w.CLEARS, "any write clears it, a read sets it"),
        Policy("w1c", True, r.NONE, w.ONE_CLEARS, "writing 1 clears the bit"),
        Policy("w1s", True, r.NONE, w.ONE_SETS, "writing 1 sets the bit"),
        Policy("w1t", True, r.NONE, w.ONE_TOGGLES, "writing 1 toggles the bit"),
        Policy("w0c", True, r.NONE, w.ZERO_CLEARS, "writing 0 clears the bit"),
        Policy("w0s", True, r.NONE, w.ZERO_SETS, "writing 0 sets the bit"),
        Policy("w0t", True, r.NONE, w.ZERO_TOGGLES, "writing 0 toggles the bit"),
        Policy("w1src", True, r.CLEARS, w.ONE_SETS, "writing 1 sets the bit, a read clears the field"),
        Policy("w1crs", True, r.SETS, w.ONE_CLEARS, "writing 1 clears the bit, a read sets the field"),
        Policy("w0src", True, r.CLEARS, w.ZERO_SETS, "writing 0 sets the bit, a read clears the field"),
        Policy("w0crs", True, r.SETS, w.ZERO_CLEARS, "writing 0 clears the bit, a read sets the field: a semaphore"),
        Policy("woc", False, r.NONE, w.CLEARS, "any write clears it; a read returns nothing defined"),
        Policy("wos", False, r.NONE, w.SETS, "any write sets it; a read returns nothing defined"),
        Policy("w1", True, r.NONE, w.STORES, "the first write after a hard reset stores, later ones do nothing", once=True),
        Policy("wo1", False, r.NONE, w.STORES, "the first write after a hard reset stores; a read returns nothing defined", once=True),
        Policy("sc", True, r.NONE, w.ONE_STARTS, "writing 1 starts an operation, 0 does nothing; reads 1 until it is over"),
    ]
    return {row.name: row for row in rows}


POLICIES: dict[str, Policy] = _table()


def after_read(policy: Policy, stored: int, mask: int) -> int:
    """What a register holds after a read that found `stored`; the policy is that of the bits `mask`."""
    match policy.read:
        case ReadEffect.CLEARS:
            return stored & ~mask
        case ReadEffect.SETS:
            return stored | mask
    return stored


def after_write(policy: Policy, stored: int, written: int, mask: int) -> int:
    """What a register holds after `written` met `stored`; the policy is that of the bits `mask`, not written since the last hard reset."""
    return policy.written(stored, written, mask)
