# SPDX-License-Identifier: MIT
"""Where the regions of a simulated device are, when they are not its BARs one by one.

What capabilities name shares one BAR of its kind, one structure behind the other, so that their offsets are not 0 by accident.
"""

from __future__ import annotations

from dataclasses import replace

from .. import parts
from ..dataclass import dataclass
from ..capabilities import HEADER_BYTES, Layout, layout
from ..model import Driver, Region, RegionKind
from ..places import end_of


@dataclass(frozen=True, slots=True)
class Bar:
    number: int
    kind: RegionKind
    size: int  # bytes; a power of two
    is_64bit: bool = False  # it takes the next number as well
    prefetchable: bool = False
    reg: int = -1  # of a device that is not on PCI: which of its ranges


@dataclass(frozen=True, slots=True)
class Places:
    """Rows are initialisers."""

    bars: tuple[Bar, ...]
    places: tuple[str, ...]  # by region; empty: region n is BAR n of the table
    capabilities: tuple[str, ...]
    msi: int  # where the MSI capability is; 0: where it always is


def power_of_two(size: int) -> int:
    return 1 << (size - 1).bit_length()


def _least(kind: RegionKind) -> int:
    return 16 if kind is RegionKind.MEMORY else 4


def _shared(driver: Driver, number: int, kind: RegionKind, offsets: dict[str, tuple[int, int]], index: int) -> Bar | None:
    """The BAR of all structures of a kind; where they are goes into `offsets`."""
    regions = [region for region in driver.regions if region.capability is not None and region.kind is kind]
    end = 0
    for region in regions:
        step = power_of_two(max(region.size, 0x1000 if kind is RegionKind.MEMORY else 8))
        at = -(-end // step) * step
        offsets[region.name] = (index, at)
        end = at + step
    return Bar(number, kind, power_of_two(max(end, _least(kind)))) if regions else None


def places(driver: Driver) -> Places:
    named = [region for region in driver.bars if region.capability is None and not region.in_config]
    begins = parts.layout(driver).begins
    whole = list({region.bar if region.name in begins else region.name: region for region in named}.values())  # one region of each BAR
    bars = []
    for one in whole:
        same = [region for region in named if region is one or region.name in begins and one.name in begins and region.bar == one.bar]
        size = max(begins.get(region.name, 0) + max(region.size, *_reach(driver, region)) for region in same)
        bars.append(Bar(one.bar, one.kind, power_of_two(max(size, _least(one.kind))), any(region.is_64bit for region in same), any(region.prefetchable for region in same), one.reg))
    if len(named) == len(driver.bars) and not begins:
        return Places(tuple(bars), (), (), 0)
    numbers = {bar.number: index for index, bar in enumerate(bars)}
    offsets = {region.name: (numbers[region.bar] if region.name in begins else whole.index(region), begins.get(region.name, 0)) for region in named}
    free = [number for number in range(6) if number not in {taken for bar in bars for taken in (bar.number, bar.number + bar.is_64bit)}]
    for kind in (RegionKind.MEMORY, RegionKind.PORT):
        made = _shared(driver, free[0] if free else 0, kind, offsets, len(bars))
        if made is not None:
            bars.append(made)
            free.pop(0)
    found = layout(driver)
    assert found is not None  # checked
    return Places(
        bars=tuple(bars),
        places=tuple(_place(region, offsets, found) for region in driver.bars),
        capabilities=tuple(_capabilities(found, bars, offsets)),
        msi=0 if found.msi == HEADER_BYTES else found.msi,
    )


def _reach(driver: Driver, region: Region) -> list[int]:
    """Where arrays end of which a device may have less."""
    return [0, *(end_of(register) for register in driver.registers if register.present is not None and register.region == region.name)]


def msix_place(driver: Driver, bars: tuple[Bar, ...]) -> tuple[tuple[Bar, ...], str]:
    """The BARs, and where the MSI-X table is: in a BAR of its own if there is one left, else behind the registers of the last."""
    said = [interrupt for interrupt in driver.interrupts if "msix" in interrupt.modes and (interrupt.vector is not None or len(interrupt.modes) == 1)]
    vectors = [interrupt.vector or 0 for interrupt in said]
    free = [number for number in range(6) if number not in {taken for bar in bars for taken in (bar.number, bar.number + bar.is_64bit)}]
    if not vectors:
        return bars, ""
    table, entries = 0, max(vectors) + 1
    if not free:
        last = max((bar for bar in bars if bar.kind is RegionKind.MEMORY), key=lambda bar: bar.number)
        table = max(last.size, 2 * power_of_two(32 * entries))
        bars = tuple(replace(bar, size=2 * table) if bar is last else bar for bar in bars)
        free = [last.number]
    pending = table + max(power_of_two(16 * entries), 0x800)
    return bars, f".msix = {{.entries = {entries}, .bar = {free[0]}, .table = 0x{table:x}, .pending = 0x{pending:x}}}"


def _place(region: Region, offsets: dict[str, tuple[int, int]], found: Layout) -> str:
    if not region.in_config:
        bar, offset = offsets[region.name]
        return f"{{.bar = {bar}, .offset = 0x{offset:x}, .size_bytes = 0x{region.size:x}}}"
    at = next((placed.at for placed in found.placed if placed.capability == region.capability), 0)
    return f"{{.bar = -1, .offset = 0x{at:x}, .size_bytes = 0x{region.size:x}}}"


def _capabilities(found: Layout, bars: list[Bar], offsets: dict[str, tuple[int, int]]) -> list[str]:
    rows = []
    for placed in found.placed:
        capability = placed.capability
        members = [f".id = {capability.id:#04x}", f".extended = {'true' if capability.extended else 'false'}"]
        members.append(f".type = {'DDDK_CAPABILITY_ANY_TYPE' if capability.type is None else capability.type}")
        members += [f".at = 0x{placed.at:x}", f".size_bytes = {placed.size}"]
        if placed.structure is not None:
            index, offset = offsets[placed.structure.name]
            members += [".names = true", f".bar = {bars[index].number}", f".offset = 0x{offset:x}", f".length = 0x{placed.structure.size:x}"]
        rows.append("{" + ", ".join(members) + "}")
    return rows
