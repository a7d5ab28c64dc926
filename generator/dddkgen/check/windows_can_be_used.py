# SPDX-License-Identifier: MIT
"""Guarantee: an indirect window's index can name every register of its region and be written without harm to what is beside
it, its data moves each whole, and nobody comes between the two."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Label, Report
from ..hazards import readable, update_hazard, used_by_interrupts, writable
from ..keys.types import Object
from ..model import Field, Ref, Region, Register
from ..places import element_name, repeats
from ..resolve.context import Candidate
from ..semantics import POLICIES, WriteEffect
from ..windows import Window
from .transfers_can_run import until_can_be_seen


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    regions = {region.name: region for region in candidate.driver.regions}
    owners: dict[Ref, Region] = {}
    for region in candidate.driver.regions:
        if region.window is not None:
            for key, ref in dict.fromkeys((("data", region.window.data_at), ("write" if region.window.write_at else "data", region.window.store_at))):
                first = owners.setdefault(ref, region)
                index = next((other for other in candidate.driver.regions if other.window is not None and other.window.index_at == ref), None)
                if first is not region or index is not None:
                    other = index or first
                    span = candidate.sources.of(region).item("window").at(key)
                    report.error("D0587", span, f"{ref.text} is a register of two windows, or twice of one", also=[Label(candidate.sources.of(other).item("window").at("index"), f"region {other.name}")], help="a data register for each; an index may serve several")
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
        index, data = self._own("index", window.index_at), self._own("data", window.data_at)
        store = data if window.write_at is None else self._own("write", window.write_at)
        if index is not None:
            self._index(index, last)
        if data is not None and store is not None:
            self._data(data, store)
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

    def _index(self, index: Register, last: int) -> None:
        field = next((field for field in index.fields if field.name == self.window.index_field), None)
        name, width = (index.name, index.width) if field is None else (f"{index.name}.{field.name}", field.width)
        span = self.item.at("index")
        if index.fields and field is None:
            names = " or ".join(f"`{index.name}.{field.name}`" for field in sorted(index.fields, key=lambda field: -field.width)[:2])
            self.report.error("D0581", span, f"{index.name} has fields: which of them selects what is in region {self.region.name}?", also=[Label(index.origin, "here")], help=f"{names}{', for example' if len(index.fields) > 2 else ''}: the others keep what they hold")
        elif not writable(index) or field is not None and POLICIES[field.access].write is not WriteEffect.STORES:
            access = index.access if field is None else field.access
            self.report.error("D0581", span, f"{name} cannot be {'set to an index' if writable(index) else 'written'}", f"it selects what is in region {self.region.name}", also=[Label((field or index).origin, f"`access: {access}`")])
        elif field is not None and (hazard := update_hazard(_at_rest(index, field), f"NAME_{index.name}")) is not None:
            help_ = "`shadow: true`: the driver remembers it" if not readable(index) and not index.shadow else None
            self.report.error("D0581", span, f"{name} cannot be written and the rest of {index.name} kept", hazard.reason, also=[Label(index.origin, "here")], help=help_)
        if last >> width:
            self.report.error("D0582", span, f"{name} cannot name every register of region {self.region.name}", f"it has {width} bits", also=[Label(self.source.at("size"), f"the last index is {last:#x}")])

    def _outside(self, key: str, name: str) -> bool:
        """The window's own registers are in a BAR: they are there without it."""
        register = self.registers.get(name)
        region = None if register is None else self.regions.get(register.region)
        if register is None or region is None or region.window is None:
            return True
        self.report.error("D0584", self.item.at(key), f"{name} is itself behind a window", f"`{key}` of region {self.region.name}", also=[Label(register.origin, f"in region {region.name}")], help="a register of a BAR")
        return False

    def _own(self, key: str, ref: Ref) -> Register | None:
        name = ref.register
        register = self.registers.get(name)
        if register is None or not self._outside(key, name):
            return None
        also = [Label(register.origin, "here")]
        if register.count is not None and ref.index is None:
            self.report.error("D0521", self.item.at(key), f"{name} is an array: which element?", also=also, help=f"`{element_name(register, 0)}`")
            return None
        if (register.fields and key != "index") or register.bank is not None:
            self.report.error("D0581", self.item.at(key), f"{name} cannot be `{key}` of region {self.region.name}", f"one register{' without fields' if key != 'index' else ''}, and always there", also=also)
            return None
        shared = used_by_interrupts(self.candidate.driver).get(name)
        if shared is not None and key != "index":
            self.report.error("D0585", self.item.at(key), f"{name} is used by {shared} too", "of another register, perhaps", also=also, help=f"a register of region {self.region.name}")
        return register

    def _data(self, data: Register, store: Register) -> None:
        if store.width != data.width:
            self.report.error("D0586", self.item.at("write"), f"{store.name} is not as wide as {data.name}", f"{store.width} bits", also=[Label(data.origin, f"{data.width} bits")])
        for register in self.candidate.driver.registers:
            if register.region != self.region.name:
                continue
            also = [Label(data.origin, f"{data.name} has {data.width} bits")]
            if register.width != data.width:
                self.report.error("D0586", self.candidate.sources.at(register, "width"), f"{register.name} does not go through {data.name}", f"{register.width} bits", also=also, help=f"`width: {data.width}`")
            if any((repeat.place(index) if repeat.places else repeat.stride) % self.window.unit for repeat in repeats(register) for index in range(repeat.count if repeat.places else 1)) or register.offset % self.window.unit:
                self.report.error("D0586", self.candidate.sources.at(register, "at"), f"no index is {register.name}", f"an index is {self.window.unit} bytes", also=[Label(self.item.at("unit"), "here")])
            for key, way, possible, wrong in (("data", "read", readable, data), ("write" if self.window.write_at else "data", "write", writable, store)):
                if possible(register) and not possible(wrong):
                    help_ = ["`write:` names the register that takes what is written"] if way == "write" and self.window.write_at is None else []
                    self.report.error("D0581", self.item.at(key), f"{wrong.name} cannot {way} {register.name}", f"`{wrong.access}`", also=[Label(register.origin, f"`{register.access}`")], help=help_)

    def _users(self) -> None:
        """Who holds the lock cannot wait, so interrupts go through windows that are ready at once."""
        if self.window.ready is None or (index := self.registers.get(self.window.index)) is None or index.lock is None:
            return
        used = used_by_interrupts(self.candidate.driver)
        for register in self.registers.values():
            if register.region == self.region.name and register.name in used:
                self.report.error("D0585", register.origin, f"{register.name} is used by {used[register.name]}, which cannot wait for its window", "behind a window with `ready`", also=[Label(self.item.at("ready"), "waited for after each access")], help="a register of a BAR, or of a window that is ready at once")
                return
        self.report.error("D0585", self.item.at("ready"), f"region {self.region.name} is used under the lock, and who holds it cannot wait", also=[Label(index.origin, "the window's index, which is shared with interrupts")], help="remove `lock: irq`, or `ready`")


def _at_rest(index: Register, field: Field) -> Register:
    """The register, if nobody but the driver changed the index: it is written before each access, whatever it holds."""
    fields = tuple(replace(one, volatile=False, enum=None, access="rw") if one is field else one for one in index.fields)
    return replace(index, fields=fields)
