# SPDX-License-Identifier: MIT
"""Lower one-shot transfers to what the simulated device needs to make them: struct dddk_model_transfer."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Driver, Ref
from ..procedures import CauseRef, Transfer
from .layouts import hexadecimal
from .names import string


def raised(found: list[tuple[int, int]]) -> list[str]:
    """The members of whatever raises causes."""
    if not found:
        return []
    members = [f".raises = {hexadecimal(found[0][1], 32)}", f".interrupt = {found[0][0]}"]
    if len(found) > 1:
        also = ", ".join(f"{{{index}, {hexadecimal(causes, 32)}}}" for index, causes in found[1:])
        members += [f".also = (const struct dddk_model_raise[]){{{also}}}", f".also_count = {len(found) - 1}"]
    return members


def _end(driver: Driver, done: CauseRef) -> list[tuple[int, int]]:
    """The causes of the end, in each interrupt that wakes who waits for it."""
    found = []
    for index, interrupt in enumerate(driver.interrupts):
        own = interrupt.name == done.interrupt
        causes = sum(1 << cause.bit for cause in interrupt.causes if (cause.name == done.cause if own else cause.complete is not None and cause.complete == done.complete))
        if causes:
            found.append((index, causes))
    return found


def transfer_members(driver: Driver, transfer: Transfer, ref: Callable[[Driver, Ref | None], str]) -> tuple[str, ...]:
    members = [
        f'.name = "{string(transfer.name)}"',
        f".source = {ref(driver, transfer.source)}",
        f".target = {ref(driver, transfer.target)}",
        f".length = {ref(driver, transfer.length)}",
        *([".fixed = true"] if transfer.fixed else []),
        f".go = {ref(driver, transfer.go)}",
        f".direction = {ref(driver, transfer.direction)}",
        f".from_device = {transfer.from_device}",
        f".notify = {ref(driver, transfer.notify)}",
    ]
    done = transfer.done
    if isinstance(done, CauseRef):
        members += [f".done = {ref(driver, None)}", *raised(_end(driver, done))]
    else:
        members += [f".done = {ref(driver, done.ref)}", f".done_value = {done.value}"]
    return (*members, f".base = 0x{transfer.base:x}", f".size_bytes = {transfer.size}", f".max_bytes = {transfer.max}")
