# SPDX-License-Identifier: MIT
"""Guarantee: `resets: NAME` means one thing, so no reset kind has the name of a register, or of the whole device."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for kind in candidate.driver.reset_kinds:
        if kind.name == "device":
            report.error("D0273", kind.origin, "`device` cannot be a kind of reset", "`resets: device` is every register, as at power-on", help="choose another name")
        elif kind.name in registers:
            report.error(
                "D0273", kind.origin, f"`{kind.name}` is a kind of reset and a register", f"which of them would `resets: {kind.name}` reset?",
                also=[Label(registers[kind.name].origin, "the register")], help="choose another name for the kind",
            )
