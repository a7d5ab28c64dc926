# SPDX-License-Identifier: MIT
"""What may be done to a register, and what stands in the way.

Reading a register, changing one field and writing it back is harmless only when every other field has an idle value:
something to write that leaves it alone. This module answers, for one register of the checked model, which of read, write
and update exist, and for each that does not, which field is to blame, why, and what to use instead. The accessors, the
checks and `explain` all ask here; the facts about each policy come from `semantics`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from enum import Enum

from . import fifos
from .dataclass import dataclass
from .model import Bank, Driver, Field, Fifo, Register, Reserved
from .semantics import POLICIES, Idle, Policy, ReadEffect, WriteEffect


class Part:
    """A field, or the whole of a register that has none, with what everybody asks of it. Not to be changed."""

    __slots__ = ("effects", "field", "mask", "name", "policy", "readable", "register", "volatile")

    def __init__(self, field: Field | None, register: Register) -> None:
        self.field = field
        self.register = register
        own = register if field is None else field
        self.policy: Policy = POLICIES[own.access]
        self.volatile: bool = own.volatile
        if field is None:
            self.name, self.mask, self.effects = register.name, (1 << register.width) - 1, register.effects
        else:
            self.name, self.mask, self.effects = f"{register.name}.{field.name}", field.mask, register.effects + field.effects
        # In a register that is write-only as a whole, no field can be read: another register may answer there.
        self.readable: bool = self.policy.readable and POLICIES[register.access].readable


@functools.lru_cache(maxsize=1024)
def parts(register: Register) -> tuple[Part, ...]:
    """Most significant first; never empty."""
    return tuple(Part(field, register) for field in register.fields) or (Part(None, register),)


@functools.lru_cache(maxsize=1024)
def reserved_mask(register: Register) -> int:
    """The bits that belong to no field and enable none; none in a register without fields."""
    mask = (1 << (register.enable_shift or register.width)) - 1
    for part in parts(register):
        mask &= ~part.mask
    return mask


def beside(register: Register) -> tuple[int, int]:
    """What leaves the register as it is: the bits that are written back as they were, and those that are written as 1."""
    kept, ones = 0, 0
    for part in parts(register):
        if part.policy.idle in (Idle.READ_BACK, Idle.SHADOW, Idle.ANY):
            kept |= part.mask
        elif part.policy.idle is Idle.ONES:
            ones |= part.mask
    reserved = reserved_mask(register)
    kept |= reserved if register.reserved is Reserved.PRESERVE else 0
    ones |= reserved if register.reserved is Reserved.ONE else 0
    return kept, ones


@functools.lru_cache(maxsize=1024)
def readable(register: Register) -> bool:
    """A read of the register returns something defined."""
    return any(part.readable for part in parts(register))


@functools.lru_cache(maxsize=1024)
def writable(register: Register) -> bool:
    """A write of the register does something."""
    return any(part.policy.writable for part in parts(register))


@functools.lru_cache(maxsize=1024)
def read_has_effect(register: Register) -> bool:
    return bool(register.read_effects) or any(part.policy.read_has_effect for part in parts(register))


class Why(Enum):
    """Why an operation does not exist."""

    READ_ONLY = "read only"
    WRITE_ONLY = "write only"
    NO_FIELDS = "no fields"
    READ_HAS_EFFECT = "reading it has an effect"
    NOT_READABLE = "cannot be read back"
    ANY_WRITE = "every write has an effect"
    ONCE = "only the first write counts"
    STORES_WHAT_READS_CHANGE = "a write stores, and a read changes it"
    VOLATILE = "the device changes it"
    SHARED = "interrupts write it too"
    EFFECT = "writing back what was read has an effect elsewhere"
    MEANING = "what is read means something else when it is written"
    STALE = "the shadow does not see it change"
    SELECTS = "the accessors of banked registers write it"


@dataclass(frozen=True, slots=True)
class Hazard:
    """An operation that does not exist: to blame is `part`."""

    why: Why
    part: Part
    reason: str  # a sentence without its full stop, begins with the name of the part
    instead: str  # what to do

    @property
    def text(self) -> str:
        return f"{self.reason}; {self.instead}"


def changes(policy: Policy) -> str:
    """What a read does, as a verb."""
    return {ReadEffect.CLEARS: "clears", ReadEffect.SETS: "sets", ReadEffect.NONE: "changes"}[policy.read]


def read_hazard(register: Register, accessor: str = "NAME_REGISTER") -> Hazard | None:
    """None: the register can be read. `accessor` is the accessors' common prefix, NAME_REGISTER."""
    if readable(register):
        return None
    part = parts(register)[0]
    return Hazard(
        Why.WRITE_ONLY,
        part,
        f"{register.name} is write-only: a read returns nothing defined",
        f"use {accessor}_written, what the driver wrote last"
        if register.shadow
        else "`shadow: true` in the manifest has the driver remember what it wrote",
    )


def write_hazard(register: Register, accessor: str = "NAME_REGISTER") -> Hazard | None:
    """None: the register can be written."""
    if writable(register):
        return None
    return Hazard(
        Why.READ_ONLY,
        parts(register)[0],
        f"{register.name} is read-only: the device writes it",
        f"use {accessor}_read",
    )


def changed_elsewhere(driver: Driver, register: Register) -> str | None:
    """Another register with a declared effect on this one. A reset of the whole device does not count: all shadows follow it."""
    for other in driver.registers:
        if other.storage == register.name and other is not register and writable(other):
            return other.name
        for part in parts(other):
            if any(effect.register == register.name for effect in part.effects):
                return part.name
        if any(effect.register == register.name for effect in other.read_effects):
            return other.name
    return None


@functools.lru_cache(maxsize=8)
def written_by_interrupts(driver: Driver) -> dict[str, str]:
    """Registers that generated code writes in irq or poll context, and which part of the manifest says so. Not to be changed."""
    found: dict[str, str] = {}
    for interrupt in driver.interrupts:
        for name in (*filter(None, (interrupt.acknowledge, *(cause.acknowledge.register for cause in interrupt.causes if cause.acknowledge))), *interrupt.mask_registers):
            found.setdefault(name, f"the interrupt {interrupt.name}")
    for ring in driver.rings:
        told = ring.give_to or ring.bell
        if told is not None:
            found.setdefault(told.register, f"the poll of the ring {ring.name}")
    for fifo in driver.fifos:
        found.update({name: who for name, who in _of_poll(driver, fifo) if name not in found})
    for name, who in (*found.items(), *((name, f"the interrupt {interrupt.name}") for interrupt in driver.interrupts for name in interrupt.cause_registers)):
        register = next((register for register in driver.registers if register.name == name), None)
        if register is not None and register.bank is not None and any(other.name == register.bank.register for other in driver.registers) and not home_bank(driver, register):
            found.setdefault(register.bank.register, who)  # to get there, they select its bank
    return found


@functools.lru_cache(maxsize=8)
def used_by_interrupts(driver: Driver) -> dict[str, str]:
    """Registers that generated code reads or writes in irq or poll context, or while those may run, and which part of the manifest says so. Not to be changed."""
    used = dict(written_by_interrupts(driver))
    for interrupt in driver.interrupts:
        for name in interrupt.cause_registers:
            used.setdefault(name, f"interrupt {interrupt.name}")
    for ring in driver.rings:
        for ref in (*(attach.to for attach in ring.attach), *([ring.enable] if ring.enable else [])):
            used.setdefault(ref.register, f"ring {ring.name}")
    for fifo in driver.fifos:
        for ref in filter(None, (fifo.says, fifo.overrun) if fifo.name in fifos.served(driver) else ()):
            used.setdefault(ref.register, f"FIFO {fifo.name}")
    if driver.presence is not None:
        used.setdefault(driver.presence.register, "`presence:`")
    return used


def _of_poll(driver: Driver, fifo: Fifo) -> Iterator[tuple[str, str]]:
    """The registers that the poll of a FIFO writes. Handlers move the words of one that no interrupt serves."""
    if fifo.name not in fifos.served(driver):
        return
    who = f"the poll of the FIFO {fifo.name}"
    yield fifo.data.register, who
    register = None if fifo.overrun is None else next((register for register in driver.registers if register.name == fifo.overrun.register), None)
    field = None if register is None else next((field for field in register.fields if field.name == fifo.overrun.field), None)
    if register is not None and field is not None and fifos.clears(field) is not None:
        yield register.name, who


def _reached(driver: Driver, source: Register) -> dict[str, set[str]]:
    """What writing `source` changes in other registers, by declared effects: their names, with the names of the parts. Resets of the device do not count."""
    found: dict[str, set[str]] = {}
    for effects, own in ((source.effects, {field.name for field in source.fields}), *((field.effects, set()) for field in source.fields)):
        for effect in effects:
            name, field = effect.register, effect.field
            target = next((register for register in driver.registers if register.name == name), None)
            if target is not None:
                names = {part.name for part in target.fields} or {""}
                found.setdefault(target.storage, set()).update({field} if field else names & own if own and target.fields else names)
    return found


def _written_back(part: Part, names: set[str]) -> bool:
    """An update writes back what was read of it, and it is one of these."""
    return part.policy.idle in (Idle.READ_BACK, Idle.SHADOW) and ("" if part.field is None else part.field.name) in names


def _sharer(driver: Driver, register: Register) -> str | None:
    """What in irq or poll context writes the register: at whichever of its addresses, or through another one that sets or clears bits of it."""
    shared = written_by_interrupts(driver)
    if register.name in shared:
        return shared[register.name]
    for other in _shared_registers(driver):
        if other.storage == register.storage:
            return shared[other.name]
        names = _reached(driver, other).get(register.storage) if any(part.effects for part in parts(other)) else None
        if names and any(_written_back(part, names) for part in parts(register)):
            return f"{shared[other.name]} (through {other.name})"
    return None


@functools.lru_cache(maxsize=8)
def _shared_registers(driver: Driver) -> tuple[Register, ...]:
    shared = written_by_interrupts(driver)
    return tuple(register for register in driver.registers if register.name in shared)


def _reaches_locked(driver: Driver, register: Register) -> bool:
    """Interrupts write the register, and that changes one which accessors update under the lock."""
    if register not in _shared_registers(driver) or not any(part.effects for part in parts(register)):
        return False
    reached = _reached(driver, register)
    return any(other.lock is not None and other.storage in reached for other in driver.registers)


def locked(driver: Driver, register: Register) -> bool:
    """Accessors of the register hold the lock: it, what it changes, or the selector of its bank, is shared with interrupts."""
    if register.lock is not None or _reaches_locked(driver, register):
        return True
    return register.bank is not None and driver.register(register.bank.register).lock is not None


def _read_and_written(field: Field | None) -> tuple[str, str] | None:
    """A number that has one name when it is read, and when it is written another one, or "": then nobody writes it."""
    if field is None or field.enum is None or field.enum.flags:
        return None
    written = {value.value: value.name for value in field.enum.written}
    return next(((value.name, written.get(value.value, "")) for value in field.enum.values if value.only == "read" and written.get(value.value) != value.name), None)


@functools.lru_cache(maxsize=2048)
def update_hazard(register: Register, accessor: str = "NAME_REGISTER", driver: Driver | None = None) -> Hazard | None:
    """None: some of the register's fields can be changed and the others kept. `driver`: look at its interrupts as well."""
    hazard = write_hazard(register, accessor)
    if hazard is not None:
        return hazard
    if register.write_mask:
        return None  # what it does not name, it does not reach
    every = parts(register)
    if not register.fields:
        return Hazard(
            Why.NO_FIELDS, every[0], f"{register.name} has no fields: nothing of it could be kept", f"use {accessor}_write"
        )
    whole = f"use {accessor}_write"
    if register.read_effects and not register.shadow:
        return Hazard(Why.READ_HAS_EFFECT, every[0], f"reading {register.name} clears {register.read_effects[0].text}", f"{whole}, which does not read")
    for part in every:
        if part.policy.read_has_effect and not register.shadow:
            return Hazard(
                Why.READ_HAS_EFFECT,
                part,
                f"{part.name} is {part.policy.name}: reading the register {changes(part.policy)} it",
                f"{whole}, which does not read",
            )
    for part in every:
        policy = part.policy
        said = f"{part.name} is {policy.name}"
        if policy.once:
            return Hazard(Why.ONCE, part, f"{said}: only the first write counts, and an update would spend it", whole)
        if policy.idle is Idle.NONE and policy.write is WriteEffect.STORES:
            return Hazard(
                Why.STORES_WHAT_READS_CHANGE, part, f"{said}: what it holds is not known without reading it", whole
            )
        if policy.idle is Idle.NONE:
            return Hazard(
                Why.ANY_WRITE,
                part,
                f"{said}: every write {'clears' if policy.write is WriteEffect.CLEARS else 'sets'} it",
                f"{whole}, and mean it",
            )
        if policy.idle is Idle.SHADOW and not register.shadow:
            return Hazard(
                Why.NOT_READABLE,
                part,
                f"{said}: what it holds cannot be read back",
                f"{whole} and name every field, or have the driver remember it: `shadow: true` in the manifest",
            )
        stores = policy.idle in (Idle.READ_BACK, Idle.SHADOW)
        if stores and part.volatile and len(every) > 1:
            return Hazard(
                Why.VOLATILE,
                part,
                f"{said} and the device changes it too: writing back what was read undoes the change",
                f"{whole} and name every field",
            )
        if stores and len(every) > 1 and (names := _read_and_written(part.field)) is not None:
            return Hazard(
                Why.MEANING,
                part,
                f"{part.name} is read as {names[0]} where {names[1]} is written: writing back what was read is {names[1]}"
                if names[1]
                else f"{part.name} may be read as {names[0]}, which nobody writes: nothing says what writing it back does",
                f"{whole} and name every field",
            )
        if stores and part.effects and len(every) > 1:
            effect = part.effects[0]
            return Hazard(
                Why.EFFECT,
                part,
                f"{said} and a 1 in it {effect.kind} {effect.text}: writing back what was read does it again",
                f"{whole} and name every field",
            )
    if driver is not None and register.shadow and (cause := changed_elsewhere(driver, register)) is not None:
        return Hazard(
            Why.STALE, every[0], f"{register.name} is changed by writing {cause}: what the driver wrote last is not what it holds", whole
        )
    kept = any(part.policy.idle in (Idle.READ_BACK, Idle.SHADOW) for part in every)  # else nothing that was read is written back
    if driver is not None and kept and register.lock is None and (sharer := _sharer(driver, register)) is not None:
        return Hazard(
            Why.SHARED,
            every[0],
            f"{register.name} is written by {sharer} too, which may come between the read and the write",
            f"{whole}, or `lock: irq` in the manifest",
        )
    if not readable(register) and not register.shadow:
        return Hazard(
            Why.NOT_READABLE,
            every[0],
            f"{register.name} is write-only: what it holds cannot be read back",
            f"{whole} and name every field, or have the driver remember it: `shadow: true` in the manifest",
        )
    return None


def bank_hazard(driver: Driver, register: Register) -> Hazard | None:
    """None: the register's bank can be selected and given back without harm to the selector's other fields."""
    if register.bank is None:
        return None
    selector = driver.register(register.bank.register)
    for part in parts(register):
        for effect in part.effects:
            if effect.register in ("device", selector.name) and not home_bank(driver, register):
                return Hazard(
                    Why.EFFECT,
                    part,
                    f"{part.name} {effect.kind} {effect.text}, and with it the selector {selector.name}, which is given back afterwards",
                    "do it from the bank that is there after a reset",
                )
    return update_hazard(selector, selector.name)


def hidden_from_interrupts(driver: Driver, register: Register) -> str | None:
    """A register that interrupts use and that is not there while the bank of this one is selected.

    An interrupt that comes in between would reach the wrong one; `lock: irq` at the selector keeps it out. None: no such.
    """
    if home_bank(driver, register) or locked(driver, register):
        return None
    assert register.bank is not None
    used = set(written_by_interrupts(driver)) | {name for interrupt in driver.interrupts for name in interrupt.cause_registers}
    for other in driver.registers:
        bank = other.bank
        if other.name in used and bank is not None and bank.register == register.bank.register and bank != register.bank:
            return other.name
    return None


@functools.lru_cache(maxsize=8)
def _banks(driver: Driver) -> tuple[Bank, ...]:
    """Every bank that a register is in, once."""
    return tuple(dict.fromkeys(register.bank for register in driver.registers if register.bank is not None))


def selects(driver: Driver, register: Register) -> dict[str, int]:
    """The register's fields that select banks and have a home value: accessors put them back, and nobody else writes them.

    A driver that could leave another bank selected would have the registers of the home bank reach the wrong ones.
    """
    found = {}
    for bank in _banks(driver):
        if bank.register == register.name:
            field = next(field for field in register.fields if field.name == bank.field)
            if register.reset_known & field.mask == field.mask:
                found[field.name] = (register.reset_value & field.mask) >> field.lsb
    return found


def selector_hazard(driver: Driver, register: Register) -> Hazard | None:
    """None: handlers have something of the register to write. Not so where every field selects a bank."""
    selected = selects(driver, register)
    writable_parts = [part for part in parts(register) if part.policy.writable]
    if not selected or any(part.field is None or part.field.name not in selected for part in writable_parts):
        return None
    return Hazard(
        Why.SELECTS,
        writable_parts[0],
        f"{register.name} selects banks, and nothing else",
        "use the registers of the bank: their accessors select it and give it back",
    )


def home_bank(driver: Driver, register: Register) -> bool:
    """The register is there without selecting a bank: it has none, or its bank is the one after a reset."""
    if register.bank is None:
        return True
    selector = driver.register(register.bank.register)
    field = next(field for field in selector.fields if field.name == register.bank.field)
    known = selector.reset_known & field.mask == field.mask
    return known and (selector.reset_value & field.mask) >> field.lsb == register.bank.value
