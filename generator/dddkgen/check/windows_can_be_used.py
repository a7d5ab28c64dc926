# SPDX-License-Identifier: MIT
"""Guarantee: an indirect window's index can name every register of its region, its data moves each whole, and nobody but
handlers goes through it."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..fifos import served
from ..hazards import readable, writable, written_by_interrupts
from ..keys.types import Object
from ..model import Region, Register
from ..resolve.context import Candidate
from ..windows import Window
from .transfers_can_run import until_can_be_seen


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    regions = {region.name: region for region in candidate.driver.regions}
    owners: dict[str, Region] = {}
    for region in candidate.driver.regions:
        if region.window is not None:
            for key, name in (("index", region.window.index), ("data", region.window.data)):
                first = owners.setdefault(name, region)
                if first is not region or region.window.index == region.window.data:
                    other = candidate.sources.of(first).item("window")
                    span = candidate.sources.of(region).item("window").at(key)
                    report.error("D0587", span, f"{name} is a register of two windows, or twice of one", also=[Label(other.at("index"), f"region {first.name}")], help="an index and a data register for each")
                    break
            _Window(candidate, region, region.window, registers, regions, report).check()


class _Window:
    def __init__(self, candidate: Candidate, region: Region, window: Window, registers: dict[str, Register], regions: dict[str, Region], report: Report) -> None:
        self.candidate, self.region, self.window, self.report = candidate, region, window, report
        self.registers, self.regions = registers, regions
        self.source = candidate.sources.of(region)
        self.item: Object = self.source.item("window")

    def check(self) -> None:
        window = self.window
        last = max(self.region.size - 1, 0) // window.unit
        index, data = self._own("index", window.index), self._own("data", window.data)
        if index is not None and not writable(index):
            self.report.error("D0581", self.item.at("index"), f"{index.name} cannot be written", f"it selects what is in region {self.region.name}", also=[Label(index.origin, f"`access: {index.access}`")])
        if index is not None and last >> index.width:
            self.report.error("D0582", self.item.at("index"), f"{index.name} cannot name every register of region {self.region.name}", f"it has {index.width} bits", also=[Label(self.source.at("size"), f"the last index is {last:#x}")])
        if data is not None:
            self._data(data)
        if window.ready is not None:
            until_can_be_seen(self.candidate, self.registers, window.ready, self.item.at("ready"), f"region {self.region.name}", self.report)
            self._outside("ready", window.ready.ref.register)
        elif "timeout" in self.item.values:
            self.report.error("D0583", self.item.at("timeout"), "`timeout` goes with `ready`", f"nothing is waited for in region {self.region.name}")
        for key in ("kind", "order", "access_widths", "address_bits", "prefetchable", "optional"):
            if key in self.source.values:
                self.report.error("D0583", self.source.at(key), f"`{key}` does not go with `window`", f"region {self.region.name} is behind {window.data}", also=[Label(self.source.at("window"), "here")], help=f"what moves is the value of {window.data}")
        for register in self.registers.values():
            if register.region == self.region.name and register.order is not None:
                span = self.candidate.sources.at(register, "order")
                self.report.error("D0583", span, "`order` does not go with a window", f"region {self.region.name} is behind {window.data}", also=[Label(self.source.at("window"), "here")], help=f"what moves is the value of {window.data}")
        self._users()

    def _outside(self, key: str, name: str) -> bool:
        """The window's own registers are in a BAR: they are there without it."""
        register = self.registers.get(name)
        region = None if register is None else self.regions.get(register.region)
        if register is None or region is None or region.window is None:
            return True
        self.report.error("D0584", self.item.at(key), f"{name} is itself behind a window", f"`{key}` of region {self.region.name}", also=[Label(register.origin, f"in region {region.name}")], help="a register of a BAR")
        return False

    def _own(self, key: str, name: str) -> Register | None:
        register = self.registers.get(name)
        if register is None or not self._outside(key, name):
            return None
        also = [Label(register.origin, "here")]
        if register.count is not None or register.fields or register.bank is not None:
            self.report.error("D0581", self.item.at(key), f"{name} cannot be `{key}` of region {self.region.name}", "one register without fields, and always there", also=also)
            return None
        shared = written_by_interrupts(self.candidate.driver).get(name)
        if shared is not None:
            self.report.error("D0585", self.item.at(key), f"{name} is written by {shared} too", "between index and data, perhaps", also=also, help="the registers of a window belong to handlers")
        return register

    def _data(self, data: Register) -> None:
        for register in self.candidate.driver.registers:
            if register.region != self.region.name:
                continue
            also = [Label(data.origin, f"{data.name} has {data.width} bits")]
            if register.width != data.width:
                self.report.error("D0586", self.candidate.sources.at(register, "width"), f"{register.name} does not go through {data.name}", f"{register.width} bits", also=also, help=f"`width: {data.width}`")
            if register.offset % self.window.unit or (register.count is not None and register.stride % self.window.unit):
                self.report.error("D0586", self.candidate.sources.at(register, "at"), f"no index is {register.name}", f"an index is {self.window.unit} bytes", also=[Label(self.item.at("unit"), "here")])
            if (readable(register) and not readable(data)) or (writable(register) and not writable(data)):
                self.report.error("D0581", self.item.at("data"), f"{data.name} cannot move {register.name} both ways", f"`{data.access}`", also=[Label(register.origin, f"`{register.access}`")])

    def _users(self) -> None:
        """Generated code of interrupts, polls and presence."""
        driver = self.candidate.driver
        used = written_by_interrupts(driver) | {name: f"interrupt {interrupt.name}" for interrupt in driver.interrupts for name in interrupt.cause_registers}
        for ring in driver.rings:
            for ref in (*(attach.to for attach in ring.attach), *([ring.enable] if ring.enable else [])):
                used.setdefault(ref.register, f"ring {ring.name}")
        for fifo in driver.fifos:
            for ref in filter(None, (fifo.says, fifo.overrun) if fifo.name in served(driver) else ()):
                used.setdefault(ref.register, f"FIFO {fifo.name}")
        if driver.presence is not None:
            used.setdefault(driver.presence.register, "`presence:`")
        for register in driver.registers:
            if register.region != self.region.name:
                continue
            who = used.get(register.name)
            if who is not None:
                self.report.error("D0585", register.origin, f"{register.name} is used by {who}, and it is behind a window", "another access may come between index and data", also=[Label(self.item.at("index"), "the window")], help="a register of a BAR")
            if register.lock is not None:
                self.report.error("D0585", self.candidate.sources.at(register, "lock"), f"{register.name} is behind a window, which is never used from interrupts", also=[Label(self.item.at("index"), "the window")], help="remove it")
