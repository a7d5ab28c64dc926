# SPDX-License-Identifier: MIT
"""Guarantee: no interrupt acknowledges what an operation or a transfer polls."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..interrupt_bits import acknowledged_by_read, level_causes, waited_for, would_acknowledge
from ..model import Interrupt, Span
from ..procedures import Until
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    seen: set[tuple[str, str | None, str]] = set()
    for what, until, span in waited_for(candidate.driver):
        key = (until.ref.register, until.ref.field, what)
        if until.value and key not in seen:
            seen.add(key)
            for interrupt in candidate.driver.interrupts:
                if interrupt.cause == until.ref.register and would_acknowledge(candidate.driver, interrupt, until.ref.field or ""):
                    _interrupt(candidate, interrupt, until, what, span, report)


def _interrupt(candidate: Candidate, interrupt: Interrupt, until: Until, what: str, span: Span, report: Report) -> None:
    """Both look at the same bit: whoever is first has it, and that is the interrupt."""
    name = f"{until.ref.register}.{until.ref.field}"
    cause = next((cause for cause in interrupt.causes if cause.name == until.ref.field), None)
    message = f"{what} waits for {name}, which interrupt {interrupt.name} acknowledges first"
    if cause is not None and cause not in level_causes(candidate.driver, interrupt):
        helps = [f"take {cause.name} out of `on:`: what is polled stays masked, and the interrupt leaves it alone"]
        if cause.complete is not None and what.startswith("transfer"):
            helps = [f"`done: {cause.name}`: it ends with the cause"]
        elif cause.complete is not None:
            helps.append(f"or wait for it in a handler: `dddk_wait(dev, &dev->{cause.complete}, ...)`")
        report.error("D0638", span, message, "it would wait in vain", also=[Label(cause.origin, "a cause of it")], help=helps)
    elif cause is None and acknowledged_by_read(candidate.driver, interrupt):
        report.error("D0638", span, message, f"reading {interrupt.acknowledge} clears all", also=[Label(candidate.sources.of(interrupt).at("acknowledge"), "here")], help="`acknowledge:` at each cause, where each has a register that clears it alone")
    elif cause is None and not interrupt.mask_registers and not _shares(candidate, interrupt):
        also = [Label(interrupt.origin, "without a mask it acknowledges all that it is shown")]
        report.error("D0638", span, message, "it would wait in vain", also=also, help=f"`mask:`, if the device can keep {until.ref.field} from interrupting; or `{until.ref.field}: {{complete: NAME}}` under `on:`, and a handler that waits for it")


def _shares(candidate: Candidate, interrupt: Interrupt) -> bool:
    """Another interrupt looks at the register: each acknowledges its own causes only."""
    return any(other is not interrupt and other.meets(interrupt) and other.cause == interrupt.cause for other in candidate.driver.interrupts)
