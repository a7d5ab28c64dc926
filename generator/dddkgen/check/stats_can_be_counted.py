# SPDX-License-Identifier: MIT
"""Guarantee: what a statistic reads is a counter, and reading it takes nothing from anybody else."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import parts, read_has_effect
from ..model import Register
from ..resolve.context import Candidate
from ..semantics import POLICIES, ReadEffect
from ..settings import Stat


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    registers = {register.name: register for register in driver.registers}
    counted = {(stat.ref.register, stat.ref.field) for stat in driver.stats}
    taken = {interrupt.cause: f"interrupt {interrupt.name} reads its causes there" for interrupt in driver.interrupts}
    taken |= {fifo.data.register: f"the bytes of FIFO {fifo.name} come from there" for fifo in driver.fifos}
    for stat in driver.stats:
        register = registers.get(stat.ref.register)
        if register is None:
            continue
        span = candidate.sources.of(stat).at("register")
        if register.count is not None and stat.ref.index is None:
            report.error("D0521", span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0]`")
            continue
        read = [part for part in parts(register) if stat.ref.field is None or (part.field is not None and part.field.name == stat.ref.field)]
        policy = next((part.policy for part in read if not part.readable or part.policy.read is ReadEffect.SETS), None)
        if policy is not None:
            report.error("D0821", span, f"{stat.name} cannot be counted there", f"`{policy.name}`: {policy.doc}", also=[Label(register.origin, "the register")], help="a register that can be read, and that a read clears or leaves alone")
        elif read_has_effect(register):
            if register.name in taken:
                report.error("D0822", span, f"reading {register.name} takes what is in it from somebody else", taken[register.name], help="a register of its own")
            else:
                _siblings(candidate, stat, register, counted, report)


def _siblings(candidate: Candidate, stat: Stat, register: Register, counted: set[tuple[str, str | None]], report: Report) -> None:
    """Fields that the read clears as well."""
    if (register.name, None) in counted:
        return
    lost = [field for field in register.fields if POLICIES[field.access].read_has_effect and (register.name, field.name) not in counted]
    if lost:
        report.error(
            "D0822", candidate.sources.of(stat).at("register"), f"reading {register.name} takes what is in {lost[0].name}", "and nothing counts that",
            also=[Label(lost[0].origin, f"`{lost[0].access}`")], help=f"a statistic for {register.name}.{lost[0].name} as well",
        )
