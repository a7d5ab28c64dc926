# SPDX-License-Identifier: MIT
"""Guarantee: masking an interrupt leaves alone what else is in its mask register."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import update_hazard, writable
from ..interrupt_bits import holds_more
from ..keys.types import Object
from ..model import Interrupt
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    for interrupt in candidate.driver.interrupts:
        mask: Object | None = candidate.sources.of(interrupt).item("mask")
        if mask is not None:
            _mask(candidate, interrupt, mask, report)


def _mask(candidate: Candidate, interrupt: Interrupt, mask: Object, report: Report) -> None:
    name = interrupt.mask_register or (None if interrupt.switch is None else interrupt.switch.register)
    if name is None and "inverted" in mask.values:
        report.error("D0610", mask.at("inverted"), "`inverted` goes with `register`", "of a register to set and one to clear bits, a 1 acts in both", help="the register whose 1s mask is `clear`")
    register = next((register for register in candidate.driver.registers if register.name == name), None)
    if register is None or not writable(register) or not holds_more(register, candidate.driver.interrupts):
        return
    hazard = update_hazard(register, driver=candidate.driver)
    if hazard is not None:
        also = [Label(register.origin if hazard.part.field is None else hazard.part.field.origin, "here")]
        report.error(
            "D0634", mask.at("register"), f"interrupt {interrupt.name} cannot be masked by {register.name} alone", hazard.reason, also=also,
            help="registers that set and clear bits: `mask: {set: ..., clear: ...}`",
        )
