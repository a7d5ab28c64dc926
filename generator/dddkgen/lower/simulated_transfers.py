# SPDX-License-Identifier: MIT
"""Lower one-shot transfers to what the simulated device needs to make them: struct dddk_model_transfer."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Driver, Ref
from ..procedures import CauseRef, Transfer
from .layouts import hexadecimal
from .glue.transfers import of_channel
from .names import string, upper


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


def transfer_members(driver: Driver, transfer: Transfer, ref: Callable[[Driver, Ref | None], str]) -> tuple[tuple[str, ...], ...]:
    """One row, or one for each channel."""
    return tuple(_members(driver, of_channel(driver, transfer, channel), channel, ref) for channel in range(transfer.channels or 1))


def _members(driver: Driver, transfer: Transfer, channel: int, ref: Callable[[Driver, Ref | None], str]) -> tuple[str, ...]:
    named = {"source": "source", "target": "target", "host": "host", "device": "own"}
    addresses = {named[key]: refs for key, refs in transfer.addresses}
    members = [f'.name = "{string(transfer.name)}"']
    for name in ("source", "target", "host", "own"):
        halves = zip((name, f"{name}_high"), addresses.get(name, ()), strict=False)
        members += [f".{half} = {ref(driver, place)}" for half, place in halves]
    members.append(f".length = {ref(driver, transfer.length)}")
    members += [f".length_unit = {transfer.length_unit}"] if transfer.length_unit != 1 else []
    members += [f".length_bias = {transfer.length_bias}"] if transfer.length_bias else []
    members += [
        f".go = {ref(driver, transfer.go)}",
        f".direction = {ref(driver, transfer.direction)}",
        f".from_device = {transfer.from_device}",
        f".notify = {ref(driver, transfer.notify)}",
    ]
    members += [f".only_{transfer.only} = true"] if transfer.only is not None else []
    members += [f".fail = {ref(driver, transfer.fail.ref)}", f".fail_value = {transfer.fail.value}"] if transfer.fail is not None else []
    done = transfer.done
    if isinstance(done, CauseRef):
        members += [f".done = {ref(driver, None)}", *raised(_end(driver, done))]
    else:
        members += [f".done = {ref(driver, done.ref)}", f".done_value = {done.value}"]
    members += [f".channel = {channel}"] if channel else []
    return (*members, f".base = 0x{transfer.base:x}", f".size_bytes = {transfer.size}", f".max_bytes = {transfer.max}")


def transfer_constants(driver: Driver) -> tuple[str, ...]:
    """Their places in the table; a further channel has its number behind it."""
    names = ((transfer, f"{upper(driver.name)}_MODEL_TRANSFER_{upper(transfer.name)}") for transfer in driver.transfers)
    return tuple(f"{name}_{channel}" if channel else name for transfer, name in names for channel in range(transfer.channels or 1))
