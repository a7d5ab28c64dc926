# SPDX-License-Identifier: MIT
"""Guarantee: the field that selects a bank is always there itself, holds the value asked for, and can be written.

Selecting a bank hides the others: that interrupts may need one of them is said.
"""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import bank_hazard, hidden_from_interrupts
from ..model import Bank, Field, Register
from ..places import counts, element_name
from ..resolve.context import Candidate
from ..semantics import POLICIES, WriteEffect


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for register in candidate.driver.registers:
        if register.bank is None or register.bank.register not in registers:
            continue
        selector = registers[register.bank.register]
        field = next((field for field in selector.fields if field.name == register.bank.field), None)
        if field is not None:
            _bank(candidate, register, register.bank, selector, field, report)


def _bank(candidate: Candidate, register: Register, bank: Bank, selector: Register, field: Field, report: Report) -> None:
    sources = candidate.sources
    where, name = sources.at(register, "when"), f"{selector.name}.{field.name}"
    if bank.value >> field.width:
        report.error(
            "D0231", where, f"{name} is never {bank.value}", f"the field has {field.width} bit{'s' if field.width > 1 else ''}",
            also=[Label(sources.at(field, "bits", "bit"), "here")],
        )
    if selector.bank is not None:
        report.error(
            "D0232", where, f"the selector {name} is itself in a bank", also=[Label(sources.at(selector, "when"), f"{selector.name} is not always there")],
            help="select by a field that is always there",
        )
    chosen = selector.count is None or bank.element is not None or counts(register)[: len(counts(selector))] == counts(selector)
    if not chosen:
        report.error(
            "D0233", where, f"the selector {name} is in an array", f"{register.name} is not there for each of its elements", also=[Label(sources.at(selector, "listed", "count", "at"), "which element?")],
            help=f"`when: {element_name(selector, 0)}.{field.name} == ...` names one",
        )
    policy = POLICIES[field.access]
    if policy.write is not WriteEffect.STORES or not (policy.readable or selector.shadow) or policy.read_has_effect or policy.once:
        report.error(
            "D0234", where, f"the selector {name} cannot be read and written", also=[Label(field.origin, f"{policy.name}: {policy.doc}")],
            help="selecting a bank writes the field, and puts back what it read before",
        )
    elif selector.bank is None and chosen and not bank.value >> field.width:
        hazard = bank_hazard(candidate.driver, register)
        if hazard is not None:
            origin = register.origin if hazard.part.field is None else hazard.part.field.origin
            report.error("D0235", where, f"selecting the bank of {register.name} would do harm", hazard.reason, also=[Label(origin, hazard.part.name)], help=f"`shadow: true` at {selector.name}, if what the driver wrote last is what it holds")
        else:
            _hidden(candidate, register, selector, report)


def _hidden(candidate: Candidate, register: Register, selector: Register, report: Report) -> None:
    hidden = hidden_from_interrupts(candidate.driver, register)
    if hidden is not None:
        other = candidate.driver.register(hidden)
        report.warning(
            "D0914", candidate.sources.at(register, "when"), f"selecting the bank of {register.name} hides {hidden} from interrupts", "one that comes in between reaches another register",
            also=[Label(candidate.sources.at(other, "when"), f"{hidden}, which interrupts use"), Label(selector.origin, "the selector")],
            help=[f"`lock: irq` at {selector.name} keeps interrupts out meanwhile", f"or use {register.name} only while interrupts are paused, and say so under `waive:`"],
        )
