# SPDX-License-Identifier: MIT
"""Guarantee: a FIFO's words go through a register that can be read or written, as its direction asks, for as long as another one
says so; and what says that words were lost is seen once, and takes nothing from anybody else."""

from __future__ import annotations

from .. import fifos
from ..diagnostics import Label, Report
from ..hazards import parts, read_has_effect, readable, writable
from ..keys.types import Object
from ..model import DeviceClass, Direction, Field, Fifo, Ref, Register
from ..resolve.context import Candidate
from ..semantics import POLICIES, ReadEffect, WriteEffect

#: What clears a bit, or leaves that to the device.
_CLEARING = (WriteEffect.NONE, WriteEffect.ONE_CLEARS, WriteEffect.ZERO_CLEARS, WriteEffect.CLEARS, WriteEffect.STORES)


def check(candidate: Candidate, report: Report) -> None:
    for fifo in candidate.driver.fifos:
        _Fifo(candidate, fifo, report).check()
    _apart(candidate, report)


def _apart(candidate: Candidate, report: Report) -> None:
    """An access moves a word of one FIFO."""
    storage = {register.name: register.storage for register in candidate.driver.registers}
    seen: dict[tuple[str, int, Direction], Fifo] = {}
    for fifo in candidate.driver.fifos:
        first = seen.setdefault((storage.get(fifo.data.register, fifo.data.register), fifo.data.index or 0, fifo.direction), fifo)
        if first is not fifo:
            place = candidate.sources.of(fifo).at("data")
            report.error(
                "D0548", place, f"FIFO {fifo.name} moves the words of FIFO {first.name}", "each access of the register moves one of both",
                also=[Label(candidate.sources.of(first).at("data"), "through the same register")], help="one FIFO, whose words are the whole register",
            )


def _meaning(field: Field) -> str:
    """What a field is that is more than a number; else nothing."""
    return "an enum" if field.enum is not None else f"`type: {field.kind}`" if field.kind else ""


class _Fifo:
    def __init__(self, candidate: Candidate, fifo: Fifo, report: Report) -> None:
        self.candidate, self.fifo, self.report = candidate, fifo, report
        self.source: Object = candidate.sources.of(fifo)
        self.registers = {register.name: register for register in candidate.driver.registers}
        self.receives = fifo.direction is Direction.FROM_DEVICE
        self.verb = "read" if self.receives else "written"

    def check(self) -> None:
        data = self.registers.get(self.fifo.data.register)
        if data is not None:
            self._data(data)
        self._keys()
        for key, ref in (("ready", self.fifo.ready), ("level", self.fifo.level), ("room", self.fifo.room)):
            if ref is not None:
                self._asked(key, ref)
        if self.fifo.overrun is not None:
            self._overrun(self.fifo.overrun)

    def _field(self, ref: Ref) -> tuple[Register | None, Field | None]:
        register = self.registers.get(ref.register)
        return register, None if register is None else next((field for field in register.fields if field.name == ref.field), None)

    def _element(self, key: str, ref: Ref) -> None:
        register = self.registers.get(ref.register)
        if register is not None and register.count is not None and ref.index is None:
            self.report.error("D0521", self.source.at(key), f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0]{'' if ref.field is None else '.' + ref.field}`")

    # ---- data ----

    def _data(self, data: Register) -> None:
        fifo, span = self.fifo, self.source.at("data")
        self._element("data", fifo.data)
        _, field = self._field(fifo.data)
        if fifo.data.field is not None and field is None:
            return
        name, access = (data.name, data.access) if field is None else (f"{data.name}.{field.name}", field.access)
        also = [Label(data.origin if field is None else field.origin, f"`access: {access}`, {fifos.bits(self.candidate.driver, fifo)} bits")]
        if not self.receives:
            possible = writable(data) if field is None else POLICIES[field.access].writable
        else:
            possible = readable(data) if field is None else POLICIES[field.access].readable
        if not possible:
            self.report.error("D0541", span, f"{name} cannot be {self.verb}", f"the words of FIFO {fifo.name} go through it", also=also)
        elif field is not None and _meaning(field):
            self.report.error("D0541", span, f"{name} is no plain number", f"the words of FIFO {fifo.name} go through it", also=[Label(field.origin, _meaning(field))], help=f"`data: {data.name}`, and the handler takes it apart")
        elif data.split is not None:
            helps = "describe the half that the words go through as a register of 32 bits"
            self.report.error("D0541", span, f"{name} is moved in two halves", f"each of them would be a word of FIFO {fifo.name}", also=[Label(self.candidate.sources.at(data, "split"), "here")], help=helps)
        bits = fifos.bits(self.candidate.driver, fifo)
        if self.candidate.driver.klass is DeviceClass.SERIAL and bits != 8:
            self.report.error(
                "D0542", span, f"{name} does not hold one byte", f"the bytes of FIFO {fifo.name} go through it", also=also,
                help=f"`width: 8`, or the field that the byte is in: `data: {data.name}.FIELD`" if field is None else "a field of 8 bits",
            )
        elif fifo.bytes is not None and (bits not in (16, 32, 64) or self.candidate.driver.klass is DeviceClass.SERIAL):
            self._meaningless("bytes", f"a word of {bits} bits {'is one' if bits == 8 else 'has no whole number of them'}", also)

    # ---- keys that go together ----

    def _meaningless(self, key: str, why: str, also: list[Label] | None = None, help: str = "") -> None:
        self.report.error("D0544", self.source.at(key), f"`{key}` has no meaning for FIFO {self.fifo.name}", why, also=also or [], help=help or "remove it")

    def _keys(self) -> None:
        there, fifo = self.source.values, self.fifo
        says = [key for key in ("ready", "level", "room") if key in there]
        for other in says[1:]:
            self.report.error("D0126", self.source.at(other), f"`{says[0]}` and `{other}` exclude each other", "a second one", also=[Label(self.source.at(says[0]), "the first")], help="keep one of them: `level` and `room` say more than `ready`")
        if self.receives and fifo.room is not None:
            self._meaningless("room", "what the device sends needs none", help="`level:` says how many words there are")
        if not self.receives and fifo.overrun is not None:
            self._meaningless("overrun", "the driver writes only where there is room")
        if self.receives and "depth" in there and fifo.level is None:
            self._meaningless("depth", "the driver looks before each word", help="`threshold` is how many words there are when it is `ready`")
        if not self.receives and fifo.level is not None and "depth" not in there:
            self.report.error("D0545", self.source.at("level"), f"how many words does FIFO {fifo.name} hold?", "this says how many are in it, not how many it takes", help="`depth: 16`, for example")
        if "threshold" in there and fifo.ready is None and len(says) < 2:
            self._meaningless("threshold", f"`{says[0]}` says how many" if says else "nothing says that they may be moved", help="`threshold` goes with `ready`")
        elif not self.receives and "threshold" in there and "depth" in there and fifo.threshold > fifo.depth:
            self._meaningless("threshold", f"it never has room for {fifo.threshold} words", [Label(self.source.at("depth"), "so many")], "at most `depth`")
        waits = self.candidate.driver.klass is DeviceClass.SERIAL or fifo.name in fifos.served(self.candidate.driver)
        if not says and waits:
            what = "there is something to read" if self.receives else "there is room"
            self.report.error("D0545", fifo.origin, f"when may words of FIFO {fifo.name} be moved?", f"nothing says that {what}", help="`ready: REGISTER.FIELD`, or `level:` where the device counts them")

    # ---- what is asked before a word is moved ----

    def _asked(self, key: str, ref: Ref) -> None:
        self._element(key, ref)
        register, field = self._field(ref)
        if field is None or register is None:
            return
        policy, fifo = POLICIES[field.access], self.fifo
        says = "is ready" if key == "ready" else "has room" if key == "room" else "holds so many words"
        if key == "level" and "depth" in self.source.values and fifo.depth >> field.width:
            self.report.error(
                "D0543", self.source.at(key), f"{register.name}.{field.name} cannot say that FIFO {fifo.name} is full", f"{field.width} bits",
                also=[Label(self.source.at("depth"), "so many words")], help="a field that can hold `depth`",
            )
            return
        wide = key == "ready" and field.width != 1
        plain = key == "ready" or not _meaning(field)
        if wide or not plain or not policy.readable or policy.read_has_effect:
            why = f"{field.width} bits" if wide else _meaning(field) if not plain else f"`{policy.name}`: {policy.doc}"
            self.report.error(
                "D0543", self.source.at(key), f"{register.name}.{field.name} cannot say that FIFO {fifo.name} {says}", why,
                also=[Label(self.candidate.sources.at(field, "bits", "bit"), "the field")], help="one bit, which can be read without an effect" if key == "ready" else "a number, which can be read without an effect",
            )

    # ---- what was lost ----

    def _overrun(self, ref: Ref) -> None:
        self._element("overrun", ref)
        register, field = self._field(ref)
        if field is None or register is None or not self.receives:
            return
        policy, span = POLICIES[field.access], self.source.at("overrun")
        where = [Label(self.candidate.sources.at(field, "bits", "bit"), "the field")]
        if field.width != 1 or not policy.readable or policy.read is ReadEffect.SETS or policy.write not in _CLEARING:
            why = f"{field.width} bits" if field.width != 1 else f"`{policy.name}`: {policy.doc}"
            self.report.error("D0543", span, f"{register.name}.{field.name} cannot say that FIFO {self.fifo.name} is overrun", why, also=where, help="one bit, which can be read, and then is cleared")
            return
        if fifos.clears(field) is not None:
            other = fifos.neighbour(register, field)
            if other is not None:
                self._disturbs(span, f"clearing {register.name}.{field.name} would write {other.name} as well", f"`{field.access}`", Label(other.origin, f"`{other.access}`"))
        for interrupt in self.candidate.driver.interrupts:
            if interrupt.cause != register.name:
                continue
            if read_has_effect(register):
                self._disturbs(span, f"reading {register.name} would take the causes of interrupt {interrupt.name}", "", Label(interrupt.origin, "reads its causes there"))
            elif interrupt.acknowledge is not None:
                self._disturbs(span, f"interrupt {interrupt.name} clears {register.name}.{field.name} before the FIFO is looked at", "acknowledged with the causes", Label(interrupt.origin, "here"))
        counted = {stat.ref.register for stat in self.candidate.driver.stats}
        if register.name in counted and any(part.policy.read_has_effect for part in parts(register)):
            stat = next(stat for stat in self.candidate.driver.stats if stat.ref.register == register.name)
            self._disturbs(span, f"reading {register.name} would take what statistic {stat.name} counts", "", Label(stat.origin, "counted here"))

    def _disturbs(self, span: object, message: str, why: str, label: Label) -> None:
        self.report.error("D0546", span, message, why, also=[label], help="a handler can look at it: `call:` under a cause of `on:`, for example")  # type: ignore[arg-type]
