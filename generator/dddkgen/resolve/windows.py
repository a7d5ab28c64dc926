# SPDX-License-Identifier: MIT
"""Resolve indirect windows. They stand behind the BARs, whatever the manifest's order, because they need their registers."""

from __future__ import annotations

from dataclasses import replace

from ..hazards import used_by_interrupts
from ..keys.types import Object
from ..model import Driver, Enum_, Region, Register
from ..windows import Window
from .context import Context
from .rings import register_ref, whole_register
from .transfers import until

DEFAULT_TIMEOUT_NS = 10_000_000


def windows(context: Context, regions: tuple[Region, ...], enums: dict[str, Enum_]) -> tuple[Region, ...]:
    """The regions with their windows; one whose window is broken is dropped."""
    plain, behind = [], []
    for region in regions:
        source = context.sources.of(region)
        item: Object | None = source.item("window")
        if item is None:
            plain.append((region, source))
            continue
        window = None if item.broken else _window(context, item, enums)
        if window is not None:
            behind.append((replace(region, window=window), source))
    result = []
    for number, (region, source) in enumerate((*plain, *behind)):
        placed = region if region.index == number else replace(region, index=number)
        context.sources.add(placed, source)
        result.append(placed)
    return tuple(result)


def _window(context: Context, item: Object, enums: dict[str, Enum_]) -> Window | None:
    index, data = register_ref(context, item.item("index")), whole_register(context, item.item("data"))
    write = None if item.item("write") is None else whole_register(context, item.item("write"))
    ready = None if item.item("ready") is None else until(context, item.item("ready"), enums)
    if index is None or data is None or any(found is None and item.item(key) is not None for key, found in (("ready", ready), ("write", write))):
        return None
    return Window(
        index, data, item.get("unit", 1), ready, item.get("timeout", DEFAULT_TIMEOUT_NS), item.get("increment", 0),
        write,
    )


def share(context: Context, driver: Driver) -> Driver:
    """Windows that interrupts go through: all that is behind them, and their own registers, is under the lock, whether or not the manifest says so."""
    behind = [(region, region.window) for region in driver.regions if region.window is not None]
    if not behind:
        return driver
    used = used_by_interrupts(driver)
    locked = {register.name for register in driver.registers if register.lock is not None or register.name in used}
    within = {region.name: {register.name for register in driver.registers if register.region == region.name} for region, _ in behind}
    shared = {window.index for region, window in behind if locked & (within[region.name] | set(window.registers))}
    names = {name for region, window in behind if window.index in shared for name in (*window.registers, *within[region.name])}
    if not names:
        return driver
    same: dict[Register, Register] = {}

    def under_lock(register: Register | None) -> Register | None:
        if register is None or register.name not in names or register.lock is not None:
            return register
        if register not in same:
            same[register] = replace(register, lock="irq")
            context.sources.add(same[register], context.sources.of(register))
        return same[register]

    devices = tuple(replace(device, registers=tuple(map(under_lock, device.registers))) for device in driver.devices)
    return replace(driver, registers=tuple(filter(None, map(under_lock, driver.registers))), devices=devices)
