# SPDX-License-Identifier: MIT
"""Guarantee: a declared effect can happen, on bits that are there.

An effect on a register works bit by bit on fields of the same name, so source and target must share names. An effect of a
field that no write changes would never happen.
"""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import readable
from ..model import Effect, Field, Register, Span
from ..places import corresponds, counts, element_name
from ..resolve.context import Candidate
from ..semantics import POLICIES


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for register in candidate.driver.registers:
        for effect in register.effects:
            span = candidate.sources.at(register, effect.kind)
            _writable([POLICIES[field.access].writable for field in register.fields] or [POLICIES[register.access].writable], span, register.name, register.access, report)
            _register_effect(candidate, register, effect, registers, span, report)
        for effect in register.read_effects:
            _read_effect(candidate, register, effect, registers, report)
        for field in register.fields:
            for effect in field.effects:
                span = candidate.sources.at(field, effect.kind)
                _writable([POLICIES[field.access].writable], span, f"{register.name}.{field.name}", field.access, report)
                _field_effect(candidate, register, field, effect, registers, span, report)
            _lock(candidate, register, field, report)


def _lock(candidate: Candidate, register: Register, field: Field, report: Report) -> None:
    """A lock locks something that can be written, and not itself: the key would be inside."""
    if field.locked_by is None:
        return
    span, name = candidate.sources.at(field, "locked_by"), f"{register.name}.{field.name}"
    lock = next((other for other in candidate.driver.registers if other.name == field.locked_by.partition(".")[0]), None)
    if lock is not None and not _elements(candidate, register, lock, field.lock_element, span, report):
        return
    if field.locked_by == name and field.lock_element is None:
        report.error("D0246", span, f"{name} is locked by itself", help="a field that can be written once is `access: w1`")
    if not POLICIES[field.access].writable:
        report.error("D0247", span, f"writing {name} does nothing, locked or not", f"`{field.access}`")


def _elements(candidate: Candidate, register: Register, other: Register, element: int | None, span: Span, report: Report) -> bool:
    """Is it plain which elements of the other register belong to an element of this one?"""
    if element is not None or corresponds(register, other):
        return True
    report.error(
        "D0245", span, f"{register.name} and {other.name} do not correspond element by element", _count(register),
        also=[Label(candidate.sources.at(other, "listed", "count", "at"), _count(other))], help=f"`{element_name(other, 0)}` names one element",
    )
    return False


def _count(register: Register) -> str:
    return " times ".join(map(str, counts(register))) + " elements"


def _writable(writable: list[bool], span: Span, name: str, access: str, report: Report) -> None:
    if not any(writable):
        report.error("D0241", span, f"writing {name} does nothing, so this effect never happens", f"{name} is `{access}`", help=["`access: wo`, or another policy that can be written", "`read_clears:` at the register, if a read does it"])


def _read_effect(candidate: Candidate, register: Register, effect: Effect, registers: dict[str, Register], report: Report) -> None:
    span = candidate.sources.at(register, "read_clears")
    if not readable(register):
        report.error("D0241", span, f"reading {register.name} does nothing, so this effect never happens", f"{register.name} is `{register.access}`", help="`access: ro`, or another policy that can be read")
    if effect.register == register.name and effect.element is None:
        report.error("D0243", span, f"{register.name} has an effect on itself", help="what a read does to the register itself is its `access:`, as `rc`")
        return
    target = registers.get(effect.register)
    if target is not None and not {register.name, target.name} & candidate.incomplete:
        _elements(candidate, register, target, effect.element, span, report)


def _register_effect(candidate: Candidate, register: Register, effect: Effect, registers: dict[str, Register], span: Span, report: Report) -> None:
    if effect.target == "device":
        report.error("D0242", span, f"every bit of {register.name} would reset the device", help="put `resets: device` on the field that does it")
        return
    if effect.target == register.name and effect.element is None:
        report.error("D0243", span, f"{register.name} has an effect on itself", help="what a write does to the register itself is its `access:`")
        return
    target = registers.get(effect.register)
    if target is None or {register.name, target.name} & candidate.incomplete or not _elements(candidate, register, target, effect.element, span, report):
        return
    names = {field.name for field in target.fields}
    orphans = [field for field in register.fields if field.name not in names]
    if register.fields and target.fields and "." not in effect.target:
        for field in orphans:
            report.error(
                "D0244", field.origin, f"{register.name}.{field.name} {effect.kind} nothing", f"{target.name} has no field of this name",
                also=[Label(span, f"bit by bit: the field of the same name in {target.name}"), Label(target.origin, f"{target.name}")],
            )
        return
    if bool(register.fields) != bool(target.fields) or register.width != target.width:
        report.error(
            "D0245", span, f"{register.name} and {target.name} do not correspond bit by bit",
            also=[Label(target.origin, f"{target.name}: {target.width} bits, {len(target.fields)} fields")],
            notes=[f"{register.name} has {register.width} bits and {len(register.fields)} fields"],
            help=_mend(register, target, effect),
        )


def _mend(register: Register, target: Register, effect: Effect) -> str:
    """How the two could correspond."""
    if "." in effect.target:
        return f"`{effect.kind}: {effect.target}` at a field of {register.name}: the bit that does it"
    if register.width != target.width:
        return f"the same `width:` in both, or `{effect.kind}: {target.name}.FIELD` at the field that does it"
    if register.fields:
        return f"fields of the same names in {target.name}, or `{effect.kind}:` at the field that does it"
    return f"fields of the same names in {register.name}: `fields: {{{target.fields[0].name}: ...}}`"


def _field_effect(candidate: Candidate, register: Register, field: Field, effect: Effect, registers: dict[str, Register], span: Span, report: Report) -> None:
    if effect.target == f"{register.name}.{field.name}" and effect.element is None:
        report.error("D0243", span, f"{effect.target} has an effect on itself", help="what a write does to the field itself is its `access:`")
        return
    if "." not in effect.target:
        return
    target, target_field = registers.get(effect.register), effect.field
    if target is not None and not _elements(candidate, register, target, effect.element, span, report):
        return
    found = None if target is None else next((candidate_ for candidate_ in target.fields if candidate_.name == target_field), None)
    if found is not None and field.width not in (1, found.width):
        report.error(
            "D0245", span, f"{register.name}.{field.name} and {effect.target} do not correspond bit by bit",
            f"{field.width} bits", also=[Label(candidate.sources.at(found, "bits", "bit"), f"{found.width} bits")],
            help=f"a field of one bit acts on every bit of the other, one of {found.width} bits bit by bit",
        )
