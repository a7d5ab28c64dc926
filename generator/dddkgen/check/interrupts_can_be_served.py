# SPDX-License-Identifier: MIT
"""Guarantee: each cause is a bit of the cause register, or a code of it; it can be masked where there is a mask; and something
is done about it."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import parts, readable, writable
from ..interrupt_bits import acknowledged_by_read, takes_back
from ..keys.types import Object
from ..model import Cause, CauseKind, Field, Interrupt, Ref, Register, Span
from ..places import element_name
from ..resolve.context import Candidate
from ..semantics import POLICIES, Idle

#: Causes are a 32-bit set in the runtime; a code is the number of a bit in it.
MOST_CAUSES = 32


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for interrupt in candidate.driver.interrupts:
        _Interrupt(candidate, interrupt, registers, report).check()


class _Interrupt:
    """One interrupt."""

    def __init__(self, candidate: Candidate, interrupt: Interrupt, registers: dict[str, Register], report: Report) -> None:
        self.candidate = candidate
        self.interrupt = interrupt
        self.registers = registers
        self.report = report
        self.source: Object = candidate.sources.of(interrupt)

    def check(self) -> None:
        self._cause_register()
        self._acknowledge()
        self._mask()
        self._modes()
        for cause in self.interrupt.causes:
            self._cause(cause)
        if not self.interrupt.causes and "on" not in self.source.broken and not self.source.entries("on"):
            self.report.error("D0606", self.interrupt.origin, f"interrupt {self.interrupt.name} has no causes", help="list under `on:` what to do about each")

    def _field(self, register: Register, name: str | None) -> Field | None:
        return next((field for field in register.fields if field.name == name), None)

    def _cause_register(self) -> None:
        register, source = self.registers.get(self.interrupt.cause), self.source.item("cause")
        if register is None:
            return
        span = source.at("register")
        if not readable(register):
            self.report.error("D0601", span, f"the cause register {register.name} cannot be read", also=[Label(register.origin, f"`access: {register.access}`")])
        self._one_register(register, self.interrupt.cause_at, source.item("register"))
        if register.width > MOST_CAUSES:
            self.report.error("D0624", span, f"the cause register {register.name} has {register.width} bits", also=[Label(self.candidate.sources.at(register, "width"), "here")], help=f"the runtime keeps causes in {MOST_CAUSES} bits; describe its halves as two registers")
        codes = self.interrupt.cause_kind is CauseKind.CODE
        none = self._field(register, self.interrupt.cause_none)
        if none is not None and none.width != 1:
            self.report.error("D0602", source.at("none"), f"{register.name}.{none.name} must be one bit", f"it has {none.width}", also=[Label(self.candidate.sources.at(none, "bits"), "here")])
        if not codes and self.interrupt.cause_none is not None:
            self.report.error("D0603", source.at("none"), "`none` goes with `code`", help="a register of cause bits is 0 when there is no cause")

    def _one_register(self, register: Register, ref: Ref | None, value: object) -> None:
        if register.count is not None and ref is not None and ref.index is None:
            self.report.error("D0604", value.span, f"{register.name} is an array; one register is needed here", also=[Label(register.origin, f"{register.count} elements")], help=f"`{element_name(register, 0)}`")  # type: ignore[attr-defined]

    def _acknowledge(self) -> None:
        if self.interrupt.acknowledge is None and self.interrupt.cause_kind is CauseKind.BITS and "acknowledge" not in self.source.broken:
            self._never_acknowledged()
        register = self.registers.get(self.interrupt.acknowledge or "")
        if register is None:
            return
        span = self.source.at("acknowledge")
        self._one_register(register, self.interrupt.acknowledge_at, self.source.item("acknowledge"))
        if self.interrupt.cause_kind is CauseKind.CODE:
            self.report.error("D0605", span, "a cause that is a code is acknowledged by its service", "no bits to write here")
        elif acknowledged_by_read(self.candidate.driver, self.interrupt):
            pass  # and which causes that clears is said there
        elif not writable(register):
            self.report.error("D0607", span, f"{register.name} cannot be written", "causes are acknowledged by writing their bits", also=[Label(register.origin, f"`access: {register.access}`")], help="`read_clears:` at the register, if a read acknowledges them")
        elif not self._zero_acts("D0607", register, span, "causes are acknowledged by writing 1s"):
            self._same_bits(register, span)

    def _zero_acts(self, code: str, register: Register, span: Span, why: str) -> bool:
        """The opposite of what is meant: what is not a cause would be acted on, and the causes would not."""
        part = next((part for part in parts(register) if part.policy.idle is Idle.ONES), None)
        if part is not None:
            origin = register.origin if part.field is None else part.field.origin
            self.report.error(code, span, f"{part.name} acts when 0 is written", why, also=[Label(origin, f"`{part.policy.name}`: {part.policy.doc}")], help="name a register in which 1s act")
        return part is not None

    def _never_acknowledged(self) -> None:
        """Without `acknowledge:` the read must clear the causes, or the interrupt line stays up for ever."""
        register = self.registers.get(self.interrupt.cause)
        if register is None or not readable(register):
            return
        fields = {field.name: field for field in register.fields}
        for cause in self.interrupt.causes:
            field = fields.get(cause.name)
            if field is None or cause.level is not None or cause.acknowledge is not None or takes_back(self.candidate.driver, register, cause.name) or POLICIES[field.access].read_has_effect or not POLICIES[field.access].writable:
                continue
            handled = cause.call or cause.complete
            self.report.warning(
                "D0623", self.source.item("cause").at("register"), f"the driver does not clear cause {cause.name}",
                f"it comes again, unless {'its handler' if handled else 'who serves it'} writes {register.name}",
                also=[Label(field.origin, f"`{field.access}`: {POLICIES[field.access].doc}"), Label(cause.origin, "masked until its handler has returned" if handled else "masked while it is served")],
                help=[f"`acknowledge: {register.name}` writes the causes back before they are served", *(["`level: true` where the handler clears it"] if handled else [])],
            )
            return

    def _same_bits(self, register: Register, span: object) -> None:
        """A cause must be the same bit in another register of the same causes."""
        fields = {field.name: field for field in register.fields}
        if not fields or register.name in self.candidate.incomplete:
            return
        for cause in self.interrupt.causes:
            field = fields.get(cause.name)
            if field is None:
                self.report.error("D0608", cause.origin, f"cause {cause.name} is not in register {register.name}", also=[Label(span, "named here"), Label(register.origin, "the register")])  # type: ignore[arg-type]
            elif field.lsb != cause.bit:
                self.report.error(
                    "D0609", self.candidate.sources.at(field, "bits", "bit"), f"cause {cause.name} is bit {cause.bit} in {self.interrupt.cause} and bit {field.lsb} here",
                    also=[Label(span, f"{register.name} is written with the causes' bits")],  # type: ignore[arg-type]
                )

    def _mask(self) -> None:
        mask: Object | None = self.source.item("mask")
        if mask is None:
            return
        both, single = {"set", "clear"} & set(mask.values), "register" in mask.values
        if single and both:
            key = sorted(both)[0]
            self.report.error("D0610", mask.at(key), f"`register` and `{key}` exclude each other", also=[Label(mask.at("register"), "one register of enable bits")])
        elif not single and len(both) < 2:
            missing = sorted({"set", "clear"} - both)
            self.report.error("D0611", mask.span, "the mask is not complete", f"{' and '.join(f'`{key}`' for key in missing)} missing", help="`{set: REGISTER, clear: REGISTER}`, or `{register: REGISTER}`")
        for ref, key in ((self.interrupt.mask_set_at, "set"), (self.interrupt.mask_clear_at, "clear"), (self.interrupt.mask_at, "register")):
            register = self.registers.get(ref.register) if ref is not None else None
            if register is None:
                continue
            self._one_register(register, ref, mask.item(key))
            if not writable(register):
                self.report.error("D0612", mask.at(key), f"the mask register {register.name} cannot be written", also=[Label(register.origin, f"`access: {register.access}`")])
            elif key != "register" and not self._zero_acts("D0612", register, mask.at(key), "causes are masked by writing 1s to their bits") and self.interrupt.cause_kind is CauseKind.BITS:
                self._same_bits(register, mask.at(key))

    def _modes(self) -> None:
        seen: dict[str, object] = {}
        for mode in self.source.items("modes"):
            first = seen.setdefault(mode.value, mode)
            if first is not mode:
                self.report.error("D0613", mode.span, f"mode `{mode.value}` is there twice", also=[Label(first.span, "first here")])  # type: ignore[attr-defined]

    def _cause(self, cause: Cause) -> None:
        source = self.candidate.sources.of(cause)
        if cause.bit >= MOST_CAUSES:
            self.report.error("D0614", cause.origin, f"cause {cause.name} is {'bit' if self.interrupt.cause_kind is CauseKind.BITS else 'code'} {cause.bit}", f"the runtime keeps causes in {MOST_CAUSES} bits: 0 to {MOST_CAUSES - 1}")
        register = self.registers.get(self.interrupt.cause)
        field = None if register is None else self._field(register, cause.name)
        if self.interrupt.cause_kind is CauseKind.BITS and field is not None and field.width != 1:
            self.report.error("D0602", cause.origin, f"cause {cause.name} must be one bit", f"it has {field.width}", also=[Label(self.candidate.sources.at(field, "bits"), "here")])
        if not (cause.services or cause.call or cause.complete) and not source.broken and self.interrupt.cause_kind is not CauseKind.MESSAGE:
            self.report.error("D0615", cause.origin, f"nothing is done about cause {cause.name}", help="`service: RING`, `call: HANDLER` or `complete: NAME`; a cause that is not listed stays masked")
        if cause.at_start and cause.call is None:
            self.report.error("D0616", source.at("at_start"), "`at_start` goes with `call`", "there is no handler to call")
        if cause.level is not None and not (cause.call or cause.complete):
            self.report.error("D0637", source.at("level"), "`level` goes with `call` or `complete`", "a cause that is served is masked until nothing is left to do")
        if cause.raised_by is not None and cause.raised_by not in cause.services:
            self.report.error("D0617", source.at("raised_by"), f"{cause.raised_by} raises {cause.name}, which does not serve it", help=f"`service: {cause.raised_by}`")
        self._acknowledged(cause, source)
        self._enable(cause, source)

    def _acknowledged(self, cause: Cause, source: Object) -> None:
        """A cause that has a register of its own is read away."""
        register = None if cause.acknowledge is None else self.registers.get(cause.acknowledge.register)
        if register is None:
            return
        span = source.at("acknowledge")
        self._one_register(register, cause.acknowledge, source.item("acknowledge"))
        if self.interrupt.cause_kind is CauseKind.CODE:
            self.report.error("D0605", span, "a cause that is a code is acknowledged by its service", "its handler reads the register")
            return
        if not register.read_effects:
            self.report.error("D0639", span, f"a read of {register.name} does not clear cause {cause.name}", also=[Label(register.origin, "no `read_clears:` here")], help=[f"`read_clears: REGISTER.{cause.name}` at {register.name}", "`acknowledge:` of the interrupt, if it is written"])

    def _enable(self, cause: Cause, source: Object) -> None:
        if cause.enable is None:
            return
        register, span = self.registers.get(cause.enable.register), source.at("enable")
        if self.interrupt.mask_register is None:
            if self.interrupt.mask_set is not None or "mask" not in self.source.values:
                self.report.error("D0618", span, "`enable` goes with a mask that is one register", help="`mask: {register: ...}`")
            return
        if cause.enable.whole != self.interrupt.mask_at:
            self.report.error("D0619", span, f"the enable bit of {cause.name} is not in the mask register", also=[Label(self.source.item("mask").at("register"), "the mask register")])
            return
        field = None if register is None else self._field(register, cause.enable.field)
        if register is not None and field is not None and writable(register) and (field.width != 1 or not POLICIES[field.access].writable):
            why = f"it has {field.width} bits" if field.width != 1 else f"`{field.access}` cannot be written"
            self.report.error("D0620", span, f"{cause.enable.register}.{field.name} cannot enable cause {cause.name}", why, also=[Label(self.candidate.sources.at(field, "bits", "bit"), "here")])
