# SPDX-License-Identifier: MIT
"""Guarantee: each ring and FIFO is served by some interrupt, and causes of a mask register can be enabled."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import DeviceClass, Interrupt
from ..resolve.context import Candidate
from ..resolve.interrupts import CAUSES


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    if "interrupts" in candidate.unread or candidate.dropped("interrupts") or CAUSES in candidate.incomplete:
        return
    served = {name for interrupt in driver.interrupts for cause in interrupt.causes for name in cause.services}
    for ring in driver.rings:
        if ring.name not in served:
            report.error("D0621", ring.origin, f"no interrupt serves ring {ring.name}", help=f"`service: {ring.name}` under a cause of `interrupts:`")
    for fifo in driver.fifos:
        if fifo.name not in served and driver.klass is not DeviceClass.MISC:
            report.error("D0621", fifo.origin, f"no interrupt serves FIFO {fifo.name}", help=f"`service: {fifo.name}` under a cause of `interrupts:`")
    for interrupt in driver.interrupts:
        _enables(candidate, interrupt, report)


def _enables(candidate: Candidate, interrupt: Interrupt, report: Report) -> None:
    """With one register of enable bits, what a cause serves must be enabled by it or by another cause that serves the same."""
    if interrupt.mask_register is None:
        return
    enabled = {name for cause in interrupt.causes if cause.enable for name in (*cause.services, cause.name)}
    for cause in interrupt.causes:
        if cause.enable is None and not (enabled & {*cause.services, cause.name}):
            mask = candidate.sources.of(interrupt).item("mask").at("register")
            report.error(
                "D0622", cause.origin, f"cause {cause.name} is never enabled", also=[Label(mask, "the mask register")],
                help=f"`enable: {interrupt.mask_register}.FIELD` names its bit",
            )
