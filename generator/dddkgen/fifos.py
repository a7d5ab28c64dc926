# SPDX-License-Identifier: MIT
"""FIFOs: how wide their words are, who moves them, and how an overrun is seen and cleared."""

from __future__ import annotations

from .model import Driver, Fifo, Field, Register
from .semantics import POLICIES, Idle, ReadEffect, WriteEffect


def field_of(driver: Driver, fifo: Fifo) -> Field | None:
    """The field that the words are in. None: they are the whole register."""
    if fifo.data.field is None:
        return None
    return next((field for field in driver.register(fifo.data.register).fields if field.name == fifo.data.field), None)


def bits(driver: Driver, fifo: Fifo) -> int:
    """Of a word."""
    field = field_of(driver, fifo)
    return driver.register(fifo.data.register).width if field is None else field.width


def unit(driver: Driver, fifo: Fifo) -> int:
    """Bytes of a word in C."""
    return next(size for size in (1, 2, 4, 8) if bits(driver, fifo) <= 8 * size)


def served(driver: Driver) -> frozenset[str]:
    """The FIFOs whose words go through a ring of the kit, because an interrupt has them moved. Handlers move those of the others."""
    return frozenset(name for interrupt in driver.interrupts for cause in interrupt.causes for name in cause.services)


def clears(field: Field) -> bool | None:
    """What to write to the bit of an overrun that was seen, to clear it. None: nothing, because a read clears it, or the device itself does."""
    policy = POLICIES[field.access]
    if policy.read is ReadEffect.CLEARS:
        return None
    match policy.write:
        case WriteEffect.ONE_CLEARS | WriteEffect.CLEARS:
            return True
        case WriteEffect.ZERO_CLEARS | WriteEffect.STORES:
            return False
    return None


def neighbour(register: Register, field: Field) -> Field | None:
    """A field that could not be left alone by the write that clears an overrun."""
    return next((other for other in register.fields if other is not field and POLICIES[other.access].idle not in (Idle.ANY, Idle.ZEROS, Idle.ONES)), None)
