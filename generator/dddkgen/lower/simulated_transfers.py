# SPDX-License-Identifier: MIT
"""Lower one-shot transfers to what the simulated device needs to make them: struct dddk_model_transfer."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Driver, Ref
from ..procedures import CauseRef, Transfer
from .names import string


def transfer_members(driver: Driver, transfer: Transfer, ref: Callable[[Driver, Ref | None], str]) -> tuple[str, ...]:
    members = [
        f'.name = "{string(transfer.name)}"',
        f".source = {ref(driver, transfer.source)}",
        f".target = {ref(driver, transfer.target)}",
        f".length = {ref(driver, transfer.length)}",
        f".go = {ref(driver, transfer.go)}",
        f".direction = {ref(driver, transfer.direction)}",
        f".from_device = {transfer.from_device}",
        f".notify = {ref(driver, transfer.notify)}",
    ]
    done = transfer.done
    if isinstance(done, CauseRef):
        index = next(index for index, interrupt in enumerate(driver.interrupts) if interrupt.name == done.interrupt)
        cause = next(cause for cause in driver.interrupts[index].causes if cause.name == done.cause)
        members += [f".done = {ref(driver, None)}", f".raises = 0x{1 << cause.bit:08x}u", f".interrupt = {index}"]
    else:
        members += [f".done = {ref(driver, done.ref)}", f".done_value = {done.value}"]
    return (*members, f".base = 0x{transfer.base:x}", f".size_bytes = {transfer.size}", f".max_bytes = {transfer.max}")
