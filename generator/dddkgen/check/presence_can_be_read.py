# SPDX-License-Identifier: MIT
"""Guarantee: the presence register can be read at any time and is never all ones in a device that is there."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import read_has_effect, readable
from ..places import element_name
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    presence = candidate.driver.presence
    register = next((register for register in candidate.driver.registers if presence and register.name == presence.register), None)
    if register is None:
        return
    span = candidate.root.at("presence")
    if register.count is not None and presence is not None and presence.index is None:
        report.error("D0521", span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`presence: {element_name(register, 0)}`")
    if not readable(register):
        report.error("D0806", span, f"{register.name} cannot be read", also=[Label(register.origin, f"`access: {register.access}`")])
    elif read_has_effect(register):
        report.error("D0807", span, f"reading {register.name} has an effect", also=[Label(register.origin, "it is read whenever the device is suspected to be gone")])
    if register.bank is not None:
        report.error("D0808", span, f"{register.name} is in a bank", also=[Label(candidate.sources.at(register, "when"), "it is not always there")])
