# SPDX-License-Identifier: MIT
"""Guarantee: a FIFO's bytes go through a register that can be read or written, as its direction asks, when one bit says so."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import readable, writable
from ..keys.types import Object
from ..model import Direction, Fifo, Ref, Register
from ..resolve.context import Candidate
from ..semantics import POLICIES


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for fifo in candidate.driver.fifos:
        source = candidate.sources.of(fifo)
        data = registers.get(fifo.data.register)
        if data is not None:
            _data(fifo, data, source, report)
        _bit(candidate, fifo, fifo.ready, "ready", source, registers, report)
        if fifo.overrun is not None:
            _bit(candidate, fifo, fifo.overrun, "overrun", source, registers, report)
            if fifo.overrun.register != fifo.ready.register:
                report.error(
                    "D0903", source.at("overrun"), "an overrun bit in another register than the ready bit is not supported yet", f"in {fifo.overrun.register}",
                    also=[Label(source.at("ready"), f"in {fifo.ready.register}, which is read before each byte")],
                )
        receive = fifo.direction is Direction.FROM_DEVICE
        if receive and "depth" in source.values:
            report.error("D0544", source.at("depth"), "`depth` has no meaning for a FIFO from the device", "the driver looks before each byte")
        if not receive and fifo.overrun is not None:
            report.error("D0544", source.at("overrun"), "`overrun` has no meaning for a FIFO to the device", "the driver writes only where there is room")


def _data(fifo: Fifo, data: Register, source: Object, report: Report) -> None:
    span, also = source.at("data"), [Label(data.origin, f"`access: {data.access}`, {data.width} bits")]
    possible = readable(data) if fifo.direction is Direction.FROM_DEVICE else writable(data)
    if not possible:
        verb = "read" if fifo.direction is Direction.FROM_DEVICE else "written"
        report.error("D0541", span, f"{data.name} cannot be {verb}", f"the bytes of FIFO {fifo.name} go through it", also=also)
    if data.width != 8 or data.fields or data.count is not None:
        report.error("D0542", span, f"{data.name} is not a register of one byte", f"the bytes of FIFO {fifo.name} go through it", also=also, help="`width: 8`, no fields, no `count`")


def _bit(candidate: Candidate, fifo: Fifo, ref: Ref, key: str, source: Object, registers: dict[str, Register], report: Report) -> None:
    register = registers.get(ref.register)
    field = None if register is None else next((field for field in register.fields if field.name == ref.field), None)
    if field is None:
        return
    policy = POLICIES[field.access]
    if field.width != 1 or not policy.readable or (key == "ready" and policy.read_has_effect):
        why = f"{field.width} bits" if field.width != 1 else f"`{policy.name}`: {policy.doc}"
        report.error(
            "D0543", source.at(key), f"{ref.register}.{field.name} cannot say that FIFO {fifo.name} is {'ready' if key == 'ready' else 'overrun'}", why,
            also=[Label(candidate.sources.at(field, "bits", "bit"), "the field")], help="one bit, which can be read" + (" without an effect" if key == "ready" else ""),
        )
