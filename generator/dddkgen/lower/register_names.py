# SPDX-License-Identifier: MIT
"""What registers, their accessors and their values are called in C, and of which types they are."""

from __future__ import annotations

import functools

from .. import hazards
from ..dataclass import dataclass
from ..model import Driver, Field, Region, Register
from ..places import counts
from .names import lower


@dataclass(frozen=True, slots=True)
class ShadowMember:
    """A member of `dev->shadow`: what the driver last wrote to a register whose manifest says `shadow: true`."""

    c_type: str
    name: str
    counts: tuple[int, ...]

    @property
    def text(self) -> str:
        return f"{self.c_type} {self.name}{''.join(f'[{count}]' for count in self.counts)};"


def accessor(driver: Driver, register: Register) -> str:
    """The common prefix of a register's accessors: `foo_ctrl`."""
    return f"{lower(driver.name)}_{lower(register.name, register.c_name)}"


def member_of(field: Field) -> str:
    """The field's member in the register's value struct."""
    return lower(field.name, field.c_name)


@functools.lru_cache(maxsize=4)
def shadow_members(driver: Driver) -> tuple[ShadowMember, ...]:
    """The members of `struct { ... } shadow` in the driver struct; empty: there is no such struct."""
    return tuple(
        ShadowMember(f"uint{register.width}_t", lower(register.name, register.c_name), counts(register))
        for register in driver.registers
        if register.shadow
    )


@functools.lru_cache(maxsize=4)
def needs_lock(driver: Driver) -> bool:
    """The driver struct has a `struct dddk_irq_lock register_lock`, to be initialised before the first access."""
    return any(hazards.locked(driver, register) for register in driver.registers)


def field_type(driver: Driver, field: Field, register_width: int) -> str:
    if field.enum is not None and (field.width <= 32 or any(value.value >> 32 for value in field.enum.values)):
        # An enum without a larger value has 32 bits in C, which would cut off what the device shows.
        return f"enum {lower(driver.name)}_{lower(field.enum.name)}"
    if field.kind == "signed":
        return "int64_t" if register_width > 32 else "int32_t"
    if field.kind == "address":
        return "struct dddk_dma_address"
    if field.width == 1:
        return "bool"
    return word(register_width)


def argument_type(driver: Driver, field: Field, register_width: int) -> str:
    """What a write takes: the type of what is read, but for an enum with names that can only be read, or only be written."""
    own = field_type(driver, field, register_width)
    if own.startswith("enum ") and field.enum is not None and any(value.only is not None for value in field.enum.values):
        return f"{own}_that_can_be_written"
    return own


def word(width: int) -> str:
    return "uint64_t" if width > 32 else "uint32_t"


def region_of(driver: Driver, register: Register) -> Region:
    return next(region for region in driver.regions if region.name == register.region)


def number(value: int, width: int) -> str:
    return f"0x{value:x}{'ull' if width > 32 else 'u'}" if value else "0u"


def mask_of(value: int, width: int) -> str:
    """The same in the type of a word: gcc 12 warns of a sign where unsigned long long meets uint64_t in a conditional."""
    return f"(uint64_t)0x{value:x}" if width > 32 else number(value, width)


def shifted(expression: str, lsb: int) -> str:
    return f"{expression} << {lsb}" if lsb else expression
