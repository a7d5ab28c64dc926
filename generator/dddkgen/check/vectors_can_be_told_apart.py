# SPDX-License-Identifier: MIT
"""Guarantee: in each mode every interrupt can tell what is its own, nothing is served twice, and nothing is served in one mode only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..diagnostics import Label, Report
from ..hazards import writable
from ..interrupt_bits import acknowledged_by_read
from ..keys.types import Object
from ..model import Cause, CauseKind, Interrupt, Span
from ..resolve.context import Candidate
from ..resolve.interrupts import CAUSES
from ..semantics import POLICIES

#: What a hosted machine keeps for one device; the runtime has no bound.
MOST_INTERRUPTS = 16

DIRECT = ("service", "call", "complete", "at_start")
MODES = {"msix": "MSI-X", "msi": "MSI", "intx": "the line"}


def check(candidate: Candidate, report: Report) -> None:
    interrupts = candidate.driver.interrupts
    for interrupt in interrupts:
        _alone(candidate, interrupt, report)
    if len(interrupts) > MOST_INTERRUPTS:
        report.error("D0635", interrupts[MOST_INTERRUPTS].origin, f"there are {len(interrupts)} interrupts", f"a device has at most {MOST_INTERRUPTS}")
    for first, second in combinations(interrupts, 2):
        _pair(candidate, first, second, report)
    if not (CAUSES in candidate.incomplete or candidate.dropped("interrupts")):
        _every_mode(candidate, report)


def _alone(candidate: Candidate, interrupt: Interrupt, report: Report) -> None:
    source = candidate.sources.of(interrupt)
    direct = [key for key in DIRECT if key in source.values]
    message = interrupt.cause_kind is CauseKind.MESSAGE
    if message and ("on" in source.values or "acknowledge" in source.values):
        key = "on" if "on" in source.values else "acknowledge"
        report.error("D0625", source.at(key), f"`{key}` goes with `cause`", f"interrupt {interrupt.name} has no register that shows causes", help=["`cause: REGISTER`", "or without `on:` what to do: `service: RING`, `call: HANDLER`, `complete: NAME`"])
    elif message and not {"service", "call", "complete"} & set(direct):
        report.error("D0636", interrupt.origin, f"interrupt {interrupt.name} leads to nothing", help=["`cause: REGISTER` and `on:`, where a register shows what happened", "else what to do: `service: RING`, `call: HANDLER`, `complete: NAME`"])
    elif not message and direct:
        report.error("D0625", source.at(direct[0]), f"`{direct[0]}` goes with a cause", f"interrupt {interrupt.name} asks a register what happened", also=[Label(source.at("cause"), "here")], help=f"under `on:`, at the cause it is for: `CAUSE: {{{direct[0]}: ...}}`")
    if interrupt.vector is not None and "msix" not in interrupt.modes:
        report.error("D0629", source.at("vector"), "`vector` is an entry of the MSI-X table", f"interrupt {interrupt.name} is never there with MSI-X", also=[Label(source.at("modes"), "its modes")], help="`modes: msix`, or no `vector:`")
    if message:
        _knows(candidate, interrupt, source, report)
        _switches(candidate, interrupt, source, report)


def _knows(candidate: Candidate, interrupt: Interrupt, source: Object, report: Report) -> None:
    """Without a cause register the message has to be its own."""
    if "intx" in interrupt.modes:
        report.error("D0626", source.at("modes"), f"interrupt {interrupt.name} cannot tell that it is meant on the line", "a line is shared, and there is no cause to look at", help=["`modes: msix`", _with_cause(interrupt, "the line")])
        return
    beside = [other for other in candidate.driver.interrupts if other is not interrupt and "msi" in other.modes and "msi" in interrupt.modes]
    if beside:
        report.error("D0626", source.at("modes"), f"interrupt {interrupt.name} cannot tell that it is meant with MSI", "all interrupts of that mode come as one message", also=[Label(beside[0].origin, "with this one")], help=["`modes: msix`", _with_cause(interrupt, "MSI")])


def _with_cause(interrupt: Interrupt, mode: str) -> str:
    """A status register will do: it is a cause as long as there is something to do."""
    (cause,) = interrupt.causes
    does = f"service: {cause.services[0]}" if cause.services else f"complete: {cause.complete}" if cause.complete else f"call: {cause.call or 'HANDLER'}"
    return f"and for {mode} an interrupt with `cause: REGISTER` and `on: {{BIT: {{{does}}}}}`; a status bit that is 1 while there is something to do is such a cause"


def _switches(candidate: Candidate, interrupt: Interrupt, source: Object, report: Report) -> None:
    for key, ref in (("set", interrupt.switch_on), ("clear", interrupt.switch_off), ("register", interrupt.switch)):
        if ref is None:
            continue
        register = next((register for register in candidate.driver.registers if register.name == ref.register), None)
        field = None if register is None else next((field for field in register.fields if field.name == ref.field), None)
        if register is None or field is None:
            continue
        span = source.item("mask").at(key)
        if register.count is not None and ref.index is None:
            report.error("D0604", span, f"{register.name} is an array; one register is needed here", also=[Label(register.origin, f"{register.count} elements")])
        elif field.width != 1 or not POLICIES[field.access].writable or not writable(register):
            why = f"it has {field.width} bits" if field.width != 1 else f"`{field.access}` cannot be written"
            report.error("D0634", span, f"{register.name}.{field.name} cannot mask interrupt {interrupt.name}", why, also=[Label(candidate.sources.at(field, "bits", "bit"), "here")])


def _shared_modes(first: Interrupt, second: Interrupt) -> list[str]:
    return [mode for mode in first.modes if mode in second.modes]


def _pair(candidate: Candidate, first: Interrupt, second: Interrupt, report: Report) -> None:
    at = candidate.sources.at
    common = _shared_modes(first, second)
    if common != [mode for mode in second.modes if mode in common]:
        report.error("D0633", at(second, "modes"), f"interrupts {first.name} and {second.name} prefer modes differently", also=[Label(at(first, "modes"), "here the other way round")], help="the device is in one mode at a time: put them in the same order")
    if not common:
        return
    if "msix" in common:
        _vectors(candidate, first, second, report)
    _registers(candidate, first, second, MODES[common[0]], report)
    for mine in first.causes:
        for other in second.causes:
            _twice(first, mine, second, other, MODES[common[0]], report)


def _vectors(candidate: Candidate, first: Interrupt, second: Interrupt, report: Report) -> None:
    at = candidate.sources.at
    if first.vector is None or second.vector is None:
        lacking, other = (first, second) if first.vector is None else (second, first)
        report.error("D0627", lacking.origin, f"which message is interrupt {lacking.name}?", "with MSI-X each has its own", also=[Label(at(other, "vector"), "this one has another")], help="`vector: NUMBER`, its entry in the device's MSI-X table")
    elif first.vector == second.vector:
        report.error("D0628", at(second, "vector"), f"vector {second.vector} is interrupt {first.name} already", also=[Label(at(first, "vector"), "here")], help="each has an entry of its own in the device's MSI-X table")


def _registers(candidate: Candidate, first: Interrupt, second: Interrupt, mode: str, report: Report) -> None:
    """Registers that two interrupts of a mode both use."""
    if first.cause_at is not None and first.cause_at == second.cause_at:
        codes = CauseKind.CODE in (first.cause_kind, second.cause_kind)
        if codes or any(one.acknowledge is None or acknowledged_by_read(candidate.driver, one) for one in (first, second)):
            why = "it shows one code at a time, whosever it is" if codes else "who reads it takes the other's causes with it"
            _unshareable(candidate, first, second, first.cause_at.text, "cause", f"{why}, with {mode}", report)
    whole = next((one.mask_at.text for one, other in ((first, second), (second, first)) if one.mask_at is not None and one.mask_at in other.masks_at), None)
    if whole is not None:
        _unshareable(candidate, first, second, whole, "mask", f"masking one writes the other's bits, with {mode}", report)


def _unshareable(candidate: Candidate, first: Interrupt, second: Interrupt, register: str, key: str, why: str, report: Report) -> None:
    at = candidate.sources.at
    report.error(
        "D0632", at(second, key), f"interrupts {first.name} and {second.name} cannot share {register}", why, also=[Label(at(first, key), "here too")],
        help=["one interrupt with the causes of both", "or registers in which each writes its own bits: `acknowledge:`, `mask: {set: ..., clear: ...}`"],
    )


def _twice(first: Interrupt, mine: Cause, second: Interrupt, other: Cause, mode: str, report: Report) -> None:
    for name in mine.services:
        if name in other.services:
            report.error("D0630", other.origin, f"{name} is served by two interrupts with {mode}", also=[Label(mine.origin, "here too")], help="two polls must never serve the same: leave it to one of them, or give them different `modes:`")
    if first.cause_at is not None and first.cause_at == second.cause_at and mine.bit == other.bit:
        report.error("D0630", other.origin, f"cause {other.name} is interrupt {first.name}'s and {second.name}'s with {mode}", also=[Label(mine.origin, "here too")], help="leave it to one of them, or give them different `modes:`")


def _deeds(interrupt: Interrupt) -> Iterator[tuple[str, str, Span]]:
    """What it sees to: what that is called, how a manifest asks for it, and where this one does."""
    for cause in interrupt.causes:
        for name in cause.services:
            yield f"{name} is served", f"service: {name}", cause.origin
        if cause.call is not None:
            yield f"handler {cause.call} is called", f"call: {cause.call}", cause.origin
        if cause.complete is not None:
            yield f"completion {cause.complete} is woken", f"complete: {cause.complete}", cause.origin


def _every_mode(candidate: Candidate, report: Report) -> None:
    interrupts = candidate.driver.interrupts
    modes = dict.fromkeys(mode for interrupt in interrupts for mode in interrupt.modes)
    deeds: dict[tuple[str, str], Span] = {}
    done: dict[str, set[tuple[str, str]]] = {mode: set() for mode in modes}
    for interrupt in interrupts:
        for what, key, span in _deeds(interrupt):
            deeds.setdefault((what, key), span)
            for mode in interrupt.modes:
                done[mode].add((what, key))
    for (what, key), span in deeds.items():
        lacking = [mode for mode in modes if (what, key) not in done[mode]]
        if lacking:
            there = next(interrupt for interrupt in interrupts if lacking[0] in interrupt.modes)
            report.error("D0631", span, f"{what} here, and never with {' or '.join(MODES[mode] for mode in lacking)}", also=[Label(candidate.sources.at(there, "modes"), f"with {MODES[lacking[0]]} there is this")], help=f"`{key}` in an interrupt with `modes: {lacking[0]}`")
