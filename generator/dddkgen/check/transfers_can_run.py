# SPDX-License-Identifier: MIT
"""Guarantee: a transfer's registers hold what is written to them, its bits can be set, and its end can be seen."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import parts, update_hazard, writable
from ..keys.types import Object
from ..model import Field, Ref, Register, Span
from ..procedures import CauseRef, Transfer, Until, needs_update
from ..resolve.context import Candidate
from ..semantics import POLICIES, WriteEffect

#: Writing 1 to such a field, and 0 to its neighbours, says exactly that.
STARTS = (WriteEffect.STORES, WriteEffect.ONE_SETS, WriteEffect.ONE_STARTS)


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for transfer in candidate.driver.transfers:
        _Transfer(candidate, transfer, registers, report).check()


class _Transfer:
    """One transfer and where it stands."""

    def __init__(self, candidate: Candidate, transfer: Transfer, registers: dict[str, Register], report: Report) -> None:
        self.candidate, self.transfer, self.registers, self.report = candidate, transfer, registers, report
        self.source: Object = candidate.sources.of(transfer)

    def check(self) -> None:
        transfer = self.transfer
        limits = [match.dma.address_bits for match in self.candidate.driver.matches]
        top = max(transfer.base + transfer.size - 1, (1 << max(limits, default=32)) - 1)
        host, device = ("host", "device") if transfer.fixed else ("source", "target")
        self._number(host, transfer.source, top, "an address")
        self._number(device, transfer.target, top, "an address")
        self._number("length", transfer.length, transfer.max, "the largest length")
        self._go()
        self._direction()
        self._done()
        if transfer.max > transfer.size:
            memory: Object = self.source.item("device_memory")
            self.report.error("D0557", self.source.at("max"), f"transfer {transfer.name} is larger than the device's memory", f"{transfer.max} bytes", also=[Label(memory.at("size"), f"{transfer.size} bytes")])

    def _number(self, key: str, ref: Ref, largest: int, what: str) -> None:
        register = self.registers.get(ref.register)
        if register is None:
            return
        span, also = self.source.at(key), [Label(register.origin, f"{register.width} bits, `access: {register.access}`")]
        if (register.count is not None) != (ref.index is not None):
            if register.count is not None:
                self.report.error("D0521", span, f"{register.name} is an array: which element?", also=also, help=f"`{register.name}[0]`")
            return
        if not writable(register) or register.fields:
            why = "it has fields, and the number is the whole register" if register.fields else "it is read-only"
            self.report.error("D0551", span, f"{register.name} cannot take {what} of transfer {self.transfer.name}", why, also=also)
        elif largest >> register.width:
            self.report.error("D0552", span, f"{register.name} is too narrow for {what} of transfer {self.transfer.name}", f"it may be {largest:#x}", also=also)

    def _bit(self, key: str, ref: Ref, span: Span, effects: tuple[WriteEffect, ...]) -> Field | None:
        """The bit, if it is one, and writing 1 sets it."""
        register = self.registers.get(ref.register)
        field = None if register is None else next((field for field in register.fields if field.name == ref.field), None)
        if register is None or field is None:
            return None
        if (register.count is not None) != (ref.index is not None):
            if register.count is not None:
                self.report.error("D0521", span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0].{field.name}`")
            return None
        policy = POLICIES[field.access]
        if field.width != 1 or policy.write not in effects or policy.once:
            why = f"{field.width} bits" if field.width != 1 else f"`{policy.name}`: {policy.doc}"
            self.report.error("D0553", span, f"{register.name}.{field.name} cannot be `{key}` of transfer {self.transfer.name}", why, also=[Label(self.candidate.sources.at(field, "bits", "bit"), "the field")], help="one bit that writing 1 sets")
            return None
        return field

    def _go(self) -> None:
        transfer = self.transfer
        go = self._bit("go", transfer.go, self.source.at("go"), STARTS)
        if transfer.notify is not None:
            self._bit("notify", transfer.notify, self.source.at("notify"), STARTS)
            if (transfer.notify.register, transfer.notify.index) != (transfer.go.register, transfer.go.index):
                self.report.error("D0554", self.source.at("notify"), "`notify` is in another register than `go`", also=[Label(self.source.at("go"), "both are written at once")])
            if not isinstance(transfer.done, CauseRef):
                self.report.error("D0558", self.source.at("notify"), "`notify` without a cause", "there is nothing to be raised", also=[Label(self.source.at("done"), "the end is polled")], help="`done: CAUSE`, or remove it")
        if go is not None and needs_update(transfer, self.registers[transfer.go.register]):
            self._updatable(transfer.go, self.source.at("go"))

    def _direction(self) -> None:
        direction = self.transfer.direction
        if direction is None:
            if self.transfer.fixed:
                self.report.error("D0560", self.source.at("host"), f"nothing says which way transfer {self.transfer.name} goes", "`host` and `device` stay the same either way", help=["`direction: REGISTER.FIELD`", "or `source` and `target`, if what is read from is the address in one and what is written to in the other"])
            return
        span = self.source.at("direction")
        field = self._bit("direction", direction, span, (WriteEffect.STORES,))
        if field is not None and (direction.register, direction.index) != (self.transfer.go.register, self.transfer.go.index):
            self._updatable(direction, span)

    def _updatable(self, ref: Ref, span: Span) -> None:
        hazard = update_hazard(self.registers[ref.register], driver=self.candidate.driver)
        if hazard is not None:
            origin = hazard.part.register.origin if hazard.part.field is None else hazard.part.field.origin
            self.report.error("D0530", span, f"{ref.register}.{ref.field} cannot be changed by itself", hazard.reason, also=[Label(origin, hazard.part.name)], help="`shadow: true` or `lock: irq` at the register, if that is what it needs")

    def _done(self) -> None:
        done, span = self.transfer.done, self.source.at("done")
        if isinstance(done, CauseRef):
            if done.complete is None:
                cause = next(cause for interrupt in self.candidate.driver.interrupts for cause in interrupt.causes if (interrupt.name, cause.name) == (done.interrupt, done.cause))
                self.report.error("D0555", span, f"nobody waits for cause {done.cause}", also=[Label(cause.origin, "it wakes no completion")], help=f"`complete: {done.cause.lower()}_done` at the cause")
            return
        until_can_be_seen(self.candidate, self.registers, done, span, f"transfer {self.transfer.name}", self.report)
        if done.ref == self.transfer.go and done.value == 1:
            self.report.error("D0559", span, f"{done.ref.register}.{done.ref.field} starts transfer {self.transfer.name}: it is 1 at once", help=f"`done: {done.ref.register}.{done.ref.field} == 0`")


def until_can_be_seen(candidate: Candidate, registers: dict[str, Register], until: Until, span: Span, what: str, report: Report) -> None:
    """The field can be read again and again, and can have the value."""
    register = registers.get(until.ref.register)
    field = None if register is None else next((field for field in register.fields if field.name == until.ref.field), None)
    if register is None or field is None:
        return
    if register.count is not None and until.ref.index is None:
        report.error("D0521", span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help="say which one is meant")
        return
    reads = [part.field or field for part in parts(register) if part.policy.read_has_effect]
    policy = POLICIES[field.access]
    if not policy.readable or reads:
        guilty = field if not policy.readable or field in reads else reads[0]
        bad = POLICIES[guilty.access]
        report.error("D0556", span, f"{register.name}.{field.name} cannot be polled by {what}", f"`{bad.name}`: {bad.doc}", also=[Label(guilty.origin, "here")], help="a field that can be read, in a register whose reading has no effect")
    if until.value >> field.width:
        report.error("D0231", span, f"{register.name}.{field.name} is never {until.value}", f"the field has {field.width} bit{'s' if field.width > 1 else ''}", also=[Label(candidate.sources.at(field, "bits", "bit"), "here")])
