# SPDX-License-Identifier: MIT
"""What registers and accessors do, a second time and from words: the policies as IEEE 1800.2 describes them, one by one.

Nothing here comes from the generator's table of semantics. A policy is a sentence about reads and one about writes; an
accessor is what the design promises of it: a write reaches every field, an update only the fields it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dddkgen.model import Driver, Effect, Field, Register, Reserved

Bits = Callable[[int, int, int], int]  # (stored, written, all ones) -> stored


def keeps(s: int, w: int, ones: int) -> int:
    return s


def stores(s: int, w: int, ones: int) -> int:
    return w


def clears(s: int, w: int, ones: int) -> int:
    return 0


def sets(s: int, w: int, ones: int) -> int:
    return ones


def bit_by_bit(rule: Callable[[int, int], int]) -> Bits:
    """A rule about one stored bit and the written bit above it."""

    def apply(s: int, w: int, ones: int) -> int:
        result, bit = 0, 0
        while ones >> bit:
            result |= rule(s >> bit & 1, w >> bit & 1) << bit
            bit += 1
        return result

    return apply


one_clears = bit_by_bit(lambda s, w: 0 if w == 1 else s)
one_sets = bit_by_bit(lambda s, w: 1 if w == 1 else s)
one_toggles = bit_by_bit(lambda s, w: 1 - s if w == 1 else s)
zero_clears = bit_by_bit(lambda s, w: 0 if w == 0 else s)
zero_sets = bit_by_bit(lambda s, w: 1 if w == 0 else s)
zero_toggles = bit_by_bit(lambda s, w: 1 - s if w == 0 else s)


@dataclass(frozen=True)
class Words:
    """One policy: may its value be read, what does a read do, what does a write do, and what of it."""

    readable: bool
    read: Bits
    write: Bits
    first_write_only: bool = False
    idle: str = "0"  # what a whole-register write puts where the author named nothing: "0" or "1"
    starts: bool = False


POLICIES: dict[str, Words] = {
    "ro": Words(True, keeps, keeps),
    "rw": Words(True, keeps, stores),
    "rc": Words(True, clears, keeps),
    "rs": Words(True, sets, keeps),
    "wrc": Words(True, clears, stores),
    "wrs": Words(True, sets, stores),
    "wc": Words(True, keeps, clears),
    "ws": Words(True, keeps, sets),
    "wsrc": Words(True, clears, sets),
    "wcrs": Words(True, sets, clears),
    "w1c": Words(True, keeps, one_clears),
    "w1s": Words(True, keeps, one_sets),
    "w1t": Words(True, keeps, one_toggles),
    "w0c": Words(True, keeps, zero_clears, idle="1"),
    "w0s": Words(True, keeps, zero_sets, idle="1"),
    "w0t": Words(True, keeps, zero_toggles, idle="1"),
    "w1src": Words(True, clears, one_sets),
    "w1crs": Words(True, sets, one_clears),
    "w0src": Words(True, clears, zero_sets, idle="1"),
    "w0crs": Words(True, sets, zero_clears, idle="1"),
    "wo": Words(False, keeps, stores),
    "woc": Words(False, keeps, clears),
    "wos": Words(False, keeps, sets),
    "w1": Words(True, keeps, stores, first_write_only=True),
    "wo1": Words(False, keeps, stores, first_write_only=True),
    "sc": Words(True, keeps, one_sets, starts=True),
}

# May another field of the register be updated by reading, changing and writing back? (the last column of the policies' table)
UPDATE_IS_SAFE_BESIDE = "ro rw w1c w1s w1t w0c w0s w0t sc".split()
# The same, when the driver remembers what it wrote and need not read.
UPDATE_IS_SAFE_BESIDE_WITH_SHADOW = [*UPDATE_IS_SAFE_BESIDE, *"rc rs w1src w1crs w0src w0crs wo".split()]


@dataclass
class Cell:
    """The fields of one register, or of one element of an array; a register without fields has one, of the name ""."""

    values: dict[str, int]
    reserved: int  # what is in the bits of no field
    spent: set[str] = field(default_factory=set)
    shadow: dict[str, int] = field(default_factory=dict)


def whole(register: Register) -> tuple[Field, ...]:
    """The register's fields; one that has none is a single field."""
    if register.fields:
        return register.fields
    return (
        Field(
            name="",
            lsb=0,
            width=register.width,
            access=register.access,
            enum=None,
            reset=register.reset,
            effects=(),
            volatile=register.volatile,
            origin=register.origin,
        ),
    )


def mask(width: int) -> int:
    return (1 << width) - 1


class Reference:
    """All registers of a device, and the accessors of its driver."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.registers = {register.name: register for register in driver.registers}
        self.cells = {register.name: [self._fresh(register) for _ in range(register.count or 1)] for register in driver.registers}
        self.selectors = {(one.bank.register, one.bank.field) for one in driver.registers if one.bank is not None}
        self.locked_faults = 0
        self.accesses = 0
        self.changed: set[tuple[str, int]] = set()

    # ---- state ----

    def _reset_value(self, register: Register, part: Field) -> int:
        if part.reset is not None:
            return part.reset
        return (register.reset or 0) >> part.lsb & mask(part.width)

    def _fresh(self, register: Register) -> Cell:
        values = {part.name: self._reset_value(register, part) for part in whole(register)}
        free = mask(register.width)
        for part in whole(register):
            free &= ~part.mask
        reserved = free if register.reserved is Reserved.ONE and register.reset is None else (register.reset or 0) & free
        return Cell(values, reserved, shadow=dict(values))

    def raw(self, name: str, index: int) -> int:
        cell = self.cells[name][index]
        value = cell.reserved
        for part in whole(self.registers[name]):
            value |= cell.values[part.name] << part.lsb
        return value

    def set_raw(self, name: str, index: int, value: int) -> None:
        """The device itself changes its fields."""
        cell = self.cells[name][index]
        for part in whole(self.registers[name]):
            cell.values[part.name] = value >> part.lsb & mask(part.width)
        self.changed.add((name, index))

    def reset(self, hard: bool) -> None:
        for register in self.driver.registers:
            for index, cell in enumerate(self.cells[register.name]):
                spent = cell.spent
                fresh = self._fresh(register)
                cell.values, cell.reserved, cell.shadow = fresh.values, fresh.reserved, fresh.shadow
                cell.spent = set() if hard else spent
                self.changed.add((register.name, index))

    # ---- the device's side of a write ----

    def _locked(self, part: Field) -> bool:
        if part.locked_by is None:
            return False
        register, _, name = part.locked_by.partition(".")
        return self.cells[register][0].values[name] != 0

    def _reaches(self, effect: Effect, source: Register, index: int, written: int, exactly: bool) -> bool:
        """Apply a declared effect. True: the whole device was reset."""
        if effect.target == "device":
            self.reset(hard=False)
            return True
        name, _, field_name = effect.target.partition(".")
        target = self.registers[name]
        elements = range(target.count or 1)
        for element in [index] if (target.count or 1) == (source.count or 1) else elements:
            before = self.raw(name, element)
            bits = 0
            for part in whole(target):
                bits |= part.mask if field_name in ("", part.name) else 0
            if exactly and not field_name and effect.kind != "resets":
                bits &= written
            if effect.kind == "sets":
                after = before | bits
            elif effect.kind == "clears":
                after = before & ~bits
            else:
                fresh = self._fresh(target)
                initial = fresh.reserved
                for part in whole(target):
                    initial |= fresh.values[part.name] << part.lsb
                after = before & ~bits | initial & bits
            self.set_raw(name, element, after)
        return False

    def _written(self, register: Register, index: int, named: Mapping[str, int]) -> None:
        """The device takes a write. Fields that are not in `named` are left alone by it."""
        cell = self.cells[register.name][index]
        effects: list[tuple[Effect, int, bool]] = []
        started = []
        together = refused = 0
        for part in whole(register):
            if part.name not in named:
                continue
            words, value = POLICIES[part.access], named[part.name]
            before = cell.values[part.name]
            spent = words.first_write_only and part.name in cell.spent
            after = before if spent else words.write(before, value, mask(part.width))
            if self._locked(part):
                refused |= (after ^ before) << part.lsb
                continue
            cell.values[part.name] = after
            if words.first_write_only:
                cell.spent.add(part.name)
                if spent:
                    continue
            if words.starts and after != before:
                started.append((part.name, after & ~before))
            does = ~value & mask(part.width) if words.idle == "1" else value
            together |= does << part.lsb
            if does:
                effects += [(effect, does << part.lsb, False) for effect in part.effects]
        halves = (refused & mask(32), refused >> 32) if register.split else (refused,)
        self.locked_faults += sum(bits != 0 for bits in halves)
        self.changed.add((register.name, index))
        if together:
            effects = [(effect, together, True) for effect in register.effects] + effects
        was_reset = False
        for effect, bits, exactly in effects:
            was_reset |= self._reaches(effect, register, index, bits, exactly)
        for name, bits in started:
            cell.values[name] &= ~bits

    # ---- the accessors ----

    def _count(self, register: Register, reads: int, writes: int) -> None:
        halves = 2 if register.split else 1
        moves = any(part.volatile for part in whole(register)) and not register.latched
        disturbs = any(POLICIES[part.access].read is not keeps for part in whole(register))
        self.accesses += writes * halves + reads * (3 if register.split and moves and not disturbs else halves)
        if register.bank is not None:
            selector = self.registers[register.bank.register]
            part = next(part for part in selector.fields if part.name == register.bank.field)
            if self._reset_value(selector, part) != register.bank.value:
                self.accesses += 3  # read the selector, select, give back

    def read(self, name: str, index: int) -> dict[str, int]:
        """What the accessor returns, by field; then the read has its effect."""
        register, cell = self.registers[name], self.cells[name][index]
        self._count(register, 1, 0)
        found = {}
        for part in whole(register):
            words = POLICIES[part.access]
            if words.readable:
                found[part.name] = cell.values[part.name]
            cell.values[part.name] = words.read(cell.values[part.name], 0, mask(part.width))
        self.changed.add((name, index))
        return found

    def write(self, name: str, index: int, named: Mapping[str, int]) -> None:
        """Every field is written; what is not named, with what leaves it alone, if one constant does, else with 0."""
        register = self.registers[name]
        self._count(register, 0, 1)
        everything = {}
        for part in whole(register):
            idle = mask(part.width) if POLICIES[part.access].idle == "1" else 0
            if (name, part.name) in self.selectors:
                idle = self._reset_value(register, part)  # a bank is only ever selected by the accessors of its registers
            everything[part.name] = named.get(part.name, idle)
        shadow = {part.name: everything[part.name] for part in whole(register)}
        self.cells[name][index].shadow = shadow
        self._written(register, index, everything)

    def update(self, name: str, index: int, named: Mapping[str, int]) -> None:
        """Only what is named is written."""
        register, cell = self.registers[name], self.cells[name][index]
        self._count(register, 0 if register.shadow or register.write_mask else 1, 1)
        if register.shadow:
            # What a field of a remembering driver holds is what was written to it last.
            cell.shadow.update(named)
        self._written(register, index, named)
