# SPDX-License-Identifier: MIT
"""Lower indirect windows to what the simulated device needs: struct dddk_model_window."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Driver, Ref, Region


def window_members(driver: Driver, region: Region, ref: Callable[[Driver, Ref | None], str]) -> tuple[str, ...]:
    window = region.window
    assert window is not None
    members = [
        f".region = {region.index}",
        f".index = {ref(driver, window.index_at)}",
        f".data = {ref(driver, window.data_at)}",
        f".ready = {ref(driver, None if window.ready is None else window.ready.ref)}",
    ]
    if window.write_at is not None:
        members += [".apart = true", f".store = {ref(driver, window.write_at)}"]
    if window.increment:
        members.append(f".increment = {window.increment}")
    if window.ready is not None:
        members.append(f".ready_value = {window.ready.value}")
    return (*members, f".unit = {window.unit}", f".bytes = {driver.register(window.data).bytes}")
