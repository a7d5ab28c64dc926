# SPDX-License-Identifier: MIT
"""Guarantee: what a region says of its BAR can be, its registers move in accesses that it answers, and nothing that every
device needs is in a region that some lack."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import read_has_effect, written_by_interrupts
from ..model import LARGEST_32BIT, LARGEST_PORTS, Driver, Region, RegionKind, Register
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    regions = {region.name: region for region in candidate.driver.regions}
    for region in candidate.driver.bars:
        _bar(candidate, region, report)
    used = _used(candidate.driver) if any(region.optional for region in regions.values()) else {}
    for register in candidate.driver.registers:
        region = regions.get(register.region)
        if region is None:
            continue
        _width(candidate, register, region, report)
        if region.prefetchable and read_has_effect(register):
            report.error(
                "D0294", register.origin, f"reading {register.name} has an effect, and region {region.name} is prefetchable",
                "a bridge may read it, and nobody sees what came",
                also=[Label(candidate.sources.at(region, "prefetchable"), "here")], help="one of the two is not so",
            )
        if region.optional and register.name in used:
            report.error(
                "D0292", register.origin, f"{used[register.name]} needs {register.name}, and region {region.name} is optional",
                also=[Label(candidate.sources.at(region, "optional"), "a device without it is served too")], help="a register of a region that every device has",
            )


def _width(candidate: Candidate, register: Register, region: Region, report: Report) -> None:
    moved = 32 if register.split is not None else register.width
    if not region.access_widths or moved in region.access_widths:
        return
    helps = [f"`access_widths: [{', '.join(map(str, sorted({*region.access_widths, moved})))}]`, if the device answers such accesses"]
    if moved == 64 and 32 in region.access_widths:
        helps.insert(0, "`split: low_first` or `high_first` moves it in two halves of 32 bits")
    report.error(
        "D0291", candidate.sources.at(register, "width", "split"), f"region {region.name} does not answer accesses of {moved} bits, as {register.name} needs",
        also=[Label(candidate.sources.at(region, "access_widths"), f"{', '.join(map(str, region.access_widths))} bits")], help=helps,
    )


def _bar(candidate: Candidate, region: Region, report: Report) -> None:
    sources = candidate.sources
    declared = sources.of(region).values

    def refuse(key: str, reason: str, *also: Label) -> None:
        help = "`size` is as much as the driver needs" if key == "size" else "remove it"
        report.error("D0293", sources.at(region, key), f"region {region.name} cannot be so", reason, also=also, help=help)

    if region.capability is not None:
        for key in ("address_bits", "prefetchable"):
            if key in declared:
                refuse(key, "which BAR it is in, the device says", Label(sources.at(region, "capability"), "here"))
    elif region.kind is not RegionKind.MEMORY:
        for key in ("address_bits", "prefetchable"):
            if key in declared:
                refuse(key, f"`{key}` is said of memory BARs", Label(sources.at(region, "kind"), "here"))
        if region.kind is RegionKind.PORT and region.size > LARGEST_PORTS:
            refuse("size", "there are 64 KiB of ports for all devices of a machine", Label(sources.at(region, "kind"), "here"))
        if region.in_config and "optional" in declared:
            refuse("optional", "every device has configuration space")
    elif region.address_bits == 32 and region.size > LARGEST_32BIT:
        refuse("size", "no machine has so much room for a BAR of 32 bits", Label(sources.at(region, "address_bits"), "here"))
    elif region.is_64bit and region.bar >= 0:
        key, what = ("address_bits", "a 64-bit BAR") if region.address_bits else ("size", "a BAR so large has 64 bits and")
        next_one = next((other for other in candidate.driver.bars if other.bar == region.bar + 1), None)
        if region.bar == 5:
            refuse(key, f"BAR 5 is the last, and {what} takes two", Label(sources.at(region, "bar"), "here"))
        elif next_one is not None:
            refuse(key, f"{what} takes BAR {region.bar + 1} as well", Label(sources.at(next_one, "bar"), f"region {next_one.name}"))


def _used(driver: Driver) -> dict[str, str]:
    """Registers that generated code needs in every device, with what needs them."""
    found = dict(written_by_interrupts(driver))
    for interrupt in driver.interrupts:
        found.setdefault(interrupt.cause, f"interrupt {interrupt.name}")
    for ring in driver.rings:
        for ref in (*(attach.to for attach in ring.attach), *filter(None, (ring.enable, ring.give_to, ring.bell))):
            found.setdefault(ref.register, f"ring {ring.name}")
    for fifo in driver.fifos:
        for ref in filter(None, (fifo.data, fifo.says, fifo.overrun)):
            found.setdefault(ref.register, f"FIFO {fifo.name}")
    for stat in driver.stats:
        found.setdefault(stat.ref.register, f"`stats:` ({stat.name})")
    if driver.presence is not None:
        found.setdefault(driver.presence.register, "`presence:`")
    for register in driver.registers:
        if register.expect or any(field.expect for field in register.fields):
            found.setdefault(register.name, "`expect:`")
    return found
