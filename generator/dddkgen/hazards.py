# SPDX-License-Identifier: MIT
"""What may be done to a register, and what stands in the way.

Reading a register, changing one field and writing it back is harmless only when every other field has an idle value:
something to write that leaves it alone. This module answers, for one register of the checked model, which of read, write
and update exist, and for each that does not, which field is to blame, why, and what to use instead. The accessors, the
checks and `explain` all ask here; the facts about each policy come from `semantics`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .model import Driver, Field, Register
from .semantics import POLICIES, Idle, Policy, ReadEffect, WriteEffect


@dataclass(frozen=True, slots=True)
class Part:
    """A field, or the whole of a register that has none."""

    field: Field | None
    register: Register

    @property
    def policy(self) -> Policy:
        return POLICIES[self.field.access if self.field else self.register.access]

    @property
    def name(self) -> str:
        return f"{self.register.name}.{self.field.name}" if self.field else self.register.name

    @property
    def volatile(self) -> bool:
        return self.field.volatile if self.field else self.register.volatile

    @property
    def mask(self) -> int:
        return self.field.mask if self.field else (1 << self.register.width) - 1

    @property
    def readable(self) -> bool:
        """In a register that is write-only as a whole, no field can be read: another register may answer there."""
        return self.policy.readable and POLICIES[self.register.access].readable


def parts(register: Register) -> tuple[Part, ...]:
    """Most significant first; never empty."""
    return tuple(Part(field, register) for field in register.fields) or (Part(None, register),)


def reserved_mask(register: Register) -> int:
    """The bits that belong to no field; none in a register without fields."""
    mask = (1 << register.width) - 1
    for part in parts(register):
        mask &= ~part.mask
    return mask


def readable(register: Register) -> bool:
    """A read of the register returns something defined."""
    return any(part.readable for part in parts(register))


def writable(register: Register) -> bool:
    """A write of the register does something."""
    return any(part.policy.writable for part in parts(register))


def read_has_effect(register: Register) -> bool:
    return any(part.policy.read_has_effect for part in parts(register))


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


def update_hazard(register: Register, accessor: str = "NAME_REGISTER") -> Hazard | None:
    """None: some of the register's fields can be changed and the others kept."""
    hazard = write_hazard(register, accessor)
    if hazard is not None:
        return hazard
    every = parts(register)
    if not register.fields:
        return Hazard(
            Why.NO_FIELDS, every[0], f"{register.name} has no fields: nothing of it could be kept", f"use {accessor}_write"
        )
    whole = f"use {accessor}_write"
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
    if not readable(register) and not register.shadow:
        return Hazard(
            Why.NOT_READABLE,
            every[0],
            f"{register.name} is write-only: what it holds cannot be read back",
            f"{whole} and name every field, or have the driver remember it: `shadow: true` in the manifest",
        )
    return None


def home_bank(driver: Driver, register: Register) -> bool:
    """The register is there without selecting a bank: it has none, or its bank is the one after a reset."""
    if register.bank is None:
        return True
    selector = driver.register(register.bank.register)
    field = next(field for field in selector.fields if field.name == register.bank.field)
    known = selector.reset_known & field.mask == field.mask
    return known and (selector.reset_value & field.mask) >> field.lsb == register.bank.value
