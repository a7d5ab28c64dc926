# SPDX-License-Identifier: MIT
"""Guarantee: a transfer's registers hold what is written to them, its bits can be set, and its end can be seen."""

from __future__ import annotations

from .. import values
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
        own, reached = transfer.base + transfer.size - 1, (1 << max(limits, default=32)) - 1
        for key, refs in transfer.addresses:
            holds_own = key == "device" or key == {"from_device": "source", "to_device": "target"}.get(transfer.only or "")
            holds_other = key == "host" or (transfer.only is not None and not holds_own)
            top = own if holds_own else reached if holds_other else max(own, reached)
            self._address(key, refs, top)
        self._length()
        self._go()
        self._direction()
        self._done()
        self._sizes()
        self._channels()

    def _sizes(self) -> None:
        transfer = self.transfer
        memory: Object = self.source.item("device_memory")
        if transfer.max > transfer.size:
            self.report.error("D0557", self.source.at("max"), f"transfer {transfer.name} is larger than the device's memory", f"{transfer.max} bytes", also=[Label(memory.at("size"), f"{transfer.size} bytes")])
        for what, value, span in (("the most bytes", transfer.max, self.source.find("max") or memory.at("size")), ("the device's memory", transfer.base, memory.at("base", "size"))):
            if value % transfer.align:
                begins = "begins at" if what.startswith("the device") else "are"
                self.report.error(
                    "D0599", span, f"{what} of transfer {transfer.name} {begins} {value}" if begins == "are" else f"{what} {begins} {value:#x}", f"not a multiple of {transfer.align}",
                    also=[Label(self.source.find("align") or self.source.item("length").at("unit", "to"), "here")],
                )

    def _channels(self) -> None:
        """Each channel has its own registers, and there are as many."""
        transfer = self.transfer
        if transfer.channels is None:
            return
        refs = [ref for _, group in transfer.addresses for ref in group] + [transfer.length, transfer.go]
        arrays = [register for register in (self.registers.get(ref.register) for ref in refs if ref.index is None) if register is not None and register.count is not None]
        short = next((register for register in arrays if (register.count or 0) < (transfer.channels or 0)), None)
        span = self.source.at("channels")
        if short is not None:
            self.report.error("D0599", span, f"there are {transfer.channels} channels of transfer {transfer.name}", also=[Label(short.origin, f"{short.name} has {short.count} elements")])
        elif not arrays:
            self.report.error("D0599", span, f"no channel of transfer {transfer.name} has anything for itself", "none of its registers is an array", help="remove it")

    def _element(self, register: Register, ref: Ref, span: Span, also: list[Label], what: str = "") -> bool:
        """Is the element said, or that of the channel?"""
        if register.count is not None and ref.index is None and (self.transfer.channels is None or register.repeats):
            self.report.error("D0521", span, f"{register.name} is an array: which element?", also=also, help=f"`{register.name}[0]{what}`, or `channels: {register.count}` if each has its own")
            return False
        return register.count is not None or ref.index is None

    def _address(self, key: str, refs: tuple[Ref, ...], largest: int) -> None:
        """One place that holds every address, or two that hold its halves."""
        spans = [value.span for value in self.source.items(key)]
        if len(refs) > 2:
            self.report.error("D0551", spans[2], f"an address of transfer {self.transfer.name} has {len(refs)} parts", "two at most: the low and the high 32 bits", also=[Label(spans[0], "the first")])
            return
        for ref, span, half in zip(refs, spans, ("low", "high")):
            several = len(refs) == 2
            needed = largest if not several else min(largest, (1 << 32) - 1) if half == "low" else largest >> 32
            self._number(ref, span, needed, "an address" if not several else f"the {half} half of an address", half if several else None, True)

    def _length(self) -> None:
        transfer, source = self.transfer, self.source.item("length")
        most, least = transfer.max // transfer.length_unit + transfer.length_bias, 1 + transfer.length_bias
        if least >= 0:
            self._number(transfer.length, source.at("to"), most, "the largest length", None, False)

    def _number(self, ref: Ref, span: Span, largest: int, what: str, half: str | None, is_address: bool) -> None:
        register = self.registers.get(ref.register)
        if register is None:
            return
        also = [Label(register.origin, f"{register.width} bits, `access: {register.access}`")]
        if not self._element(register, ref, span, also):
            return
        field = next((field for field in register.fields if field.name == ref.field), None)
        width, why = register.width, ""
        if field is None:
            why = "it has fields, and the number is the whole register" if register.fields else "" if writable(register) else "it is read-only"
        else:
            policy, width = POLICIES[field.access], field.width + (field.lsb if is_address else 0)
            also = [Label(self.candidate.sources.at(field, "bits", "bit"), f"bits {field.lsb + field.width - 1}:{field.lsb}, `access: {field.access}`")]
            if is_address and (field.kind != "address" or field.half != half):
                why = "`type: address`" + (f" with `half: {half}`" if half else " without `half`") + " says that it holds one"
            elif is_address and half != "high" and 1 << field.lsb > self.transfer.align:
                why = f"it takes addresses aligned to {1 << field.lsb}, and those of the transfer are aligned to {self.transfer.align}"
            elif not is_address and (field.kind or field.enum is not None):
                why = "a length is a plain number"
            elif policy.write is not WriteEffect.STORES or policy.once:
                why = f"`{policy.name}`: {policy.doc}"
        name = register.name if field is None else f"{register.name}.{field.name}"
        if why:
            self.report.error("D0551", span, f"{name} cannot take {what} of transfer {self.transfer.name}", why, also=also)
        elif largest >> width:
            self.report.error("D0552", span, f"{name} is too narrow for {what} of transfer {self.transfer.name}", f"it may be {largest:#x}", also=also)
        elif field is not None:
            self._updatable(ref, span)

    def _bit(self, key: str, ref: Ref, span: Span, effects: tuple[WriteEffect, ...]) -> Field | None:
        """The bit, if it is one, and writing 1 sets it."""
        register = self.registers.get(ref.register)
        field = None if register is None else next((field for field in register.fields if field.name == ref.field), None)
        if register is None or field is None:
            return None
        if not self._element(register, ref, span, [Label(register.origin, f"{register.count} elements")], f".{field.name}"):
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
        transfer, direction = self.transfer, self.transfer.direction
        if direction is None:
            if transfer.host and transfer.only is None:
                self.report.error("D0560", self.source.at("host"), f"nothing says which way transfer {transfer.name} goes", "each address stays in its place either way", help=["`direction: REGISTER.FIELD`, or `only: from_device` if there is but one", "or `source` and `target`, if what is read from is the address in one and what is written to in the other"])
            return
        span = self.source.at("direction")
        register = self.registers.get(direction.register)
        field = None if register is None else next((field for field in register.fields if field.name == direction.field), None)
        if field is not None and (field.width > 1 or field.enum is not None):
            field = self._wide(field, direction, span)
        else:
            field = self._bit("direction", direction, span, (WriteEffect.STORES,))
            both = {transfer.from_device, transfer.to_device}
            if field is not None and (max(both) > 1 or len(both) == 1):
                self._values(field, span, f"{transfer.from_device} and {transfer.to_device}")
        if field is not None and (direction.register, direction.index) != (self.transfer.go.register, self.transfer.go.index):
            self._updatable(direction, span)

    def _wide(self, field: Field, ref: Ref, span: Span) -> Field | None:
        """A field with a value for each way."""
        transfer, register, source = self.transfer, self.registers[ref.register], self.source.item("direction")
        if not self._element(register, ref, span, [Label(register.origin, f"{register.count} elements")], f".{field.name}"):
            return None
        policy = POLICIES[field.access]
        if policy.write is not WriteEffect.STORES or policy.once or field.kind:
            self.report.error("D0553", span, f"{register.name}.{field.name} cannot be `direction` of transfer {transfer.name}", f"it is {field.kind}" if field.kind else f"`{policy.name}`: {policy.doc}", also=[Label(self.candidate.sources.at(field, "bits", "bit"), "the field")])
            return None
        both = (transfer.from_device, transfer.to_device)
        said = {key for key in ("from_device", "to_device") if key in source.values}
        wanted = {transfer.only} if transfer.only is not None else {"from_device", "to_device"}
        if wanted - said:
            self.report.error(
                "D0553", span, f"{register.name}.{field.name} cannot be `direction` of transfer {transfer.name}", f"{field.width} bits, and `{sorted(wanted - said)[0]}` is missing",
                also=[Label(self.candidate.sources.at(field, "bits", "bit"), "the field")], help="one bit, or `{field: ..., from_device: ..., to_device: ...}` with a value for each way",
            )
            return None
        if both[0] == both[1] and len(wanted) == 2:
            self._values(field, span, f"{both[0]} and {both[1]}")
            return None
        for key, value in zip(("from_device", "to_device"), both):
            if key in wanted and not values.may_be_written(field, value):
                self.report.error("D0231", source.at(key), f"{register.name}.{field.name} is never {value}", f"the field has {field.width} bits" if value >> field.width else "its enum or its limits say so", also=[Label(self.candidate.sources.at(field, "enum", "bits"), "here")])
                return None
        return field

    def _values(self, field: Field, span: Span, said: str) -> None:
        self.report.error("D0599", span, f"both ways of transfer {self.transfer.name} are one in {field.name}", said, help="`{field: ..., from_device: ..., to_device: ...}` with a value for each")

    def _updatable(self, ref: Ref, span: Span) -> None:
        hazard = update_hazard(self.registers[ref.register], driver=self.candidate.driver)
        if hazard is not None:
            origin = hazard.part.register.origin if hazard.part.field is None else hazard.part.field.origin
            self.report.error("D0530", span, f"{ref.register}.{ref.field} cannot be changed by itself", hazard.reason, also=[Label(origin, hazard.part.name)], help="`shadow: true` or `lock: irq` at the register, if that is what it needs")

    def _done(self) -> None:
        done, span = self.transfer.done, self.source.at("done")
        if self.transfer.fail is not None:
            until_can_be_seen(self.candidate, self.registers, self.transfer.fail, self.source.at("fail"), f"transfer {self.transfer.name}", self.report, self.transfer.channels is not None)
            if not isinstance(done, CauseRef) and done == self.transfer.fail:
                self.report.error("D0599", self.source.at("fail"), f"transfer {self.transfer.name} ends and fails at once", also=[Label(span, "the same")])
        if isinstance(done, CauseRef):
            if done.complete is None:
                cause = next(cause for interrupt in self.candidate.driver.interrupts for cause in interrupt.causes if (interrupt.name, cause.name) == (done.interrupt, done.cause))
                self.report.error("D0555", span, f"nobody waits for cause {done.cause}", also=[Label(cause.origin, "it wakes no completion")], help=f"`complete: {done.cause.lower()}_done` at the cause")
            return
        until_can_be_seen(self.candidate, self.registers, done, span, f"transfer {self.transfer.name}", self.report, self.transfer.channels is not None)
        if done.ref == self.transfer.go and done.value == 1:
            self.report.error("D0559", span, f"{done.ref.register}.{done.ref.field} starts transfer {self.transfer.name}: it is 1 at once", help=f"`done: {done.ref.register}.{done.ref.field} == 0`")


def until_can_be_seen(candidate: Candidate, registers: dict[str, Register], until: Until, span: Span, what: str, report: Report, channels: bool = False) -> None:
    """The field can be read again and again, and can have the value."""
    register = registers.get(until.ref.register)
    field = None if register is None else next((field for field in register.fields if field.name == until.ref.field), None)
    if register is None or field is None:
        return
    if register.count is not None and until.ref.index is None and not channels:
        report.error("D0521", span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help="say which one is meant")
        return
    reads = [part.field or field for part in parts(register) if part.policy.read_has_effect]
    policy = POLICIES[field.access]
    if not policy.readable or reads:
        guilty = field if not policy.readable or field in reads else reads[0]
        bad = POLICIES[guilty.access]
        report.error("D0556", span, f"{register.name}.{field.name} cannot be polled by {what}", f"`{bad.name}`: {bad.doc}", also=[Label(guilty.origin, "here")], help="a field that can be read, in a register whose reading has no effect")
    elif register.read_effects:
        report.error("D0556", span, f"{register.name}.{field.name} cannot be polled by {what}", f"a read clears {register.read_effects[0].text}", also=[Label(candidate.sources.at(register, "read_clears"), "here")], help="a field that can be read, in a register whose reading has no effect")
    if until.value >> field.width:
        report.error("D0231", span, f"{register.name}.{field.name} is never {until.value}", f"the field has {field.width} bit{'s' if field.width > 1 else ''}", also=[Label(candidate.sources.at(field, "bits", "bit"), "here")])
