# SPDX-License-Identifier: MIT
"""Guarantee: where the device says how many elements there are, it can be asked at attach, can say all that the manifest counts, and
the simulated device has all of them."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Present, Register
from ..resolve.context import Candidate
from .strides_can_be_asked import why_not


def check(candidate: Candidate, report: Report) -> None:
    seen: set[Present] = set()
    for register in candidate.driver.registers:
        if register.present is not None and register.present not in seen:
            seen.add(register.present)
            _one(candidate, register, register.present, report)


def _one(candidate: Candidate, register: Register, present: Present, report: Report) -> None:
    driver = candidate.driver
    source = next((one for one in driver.registers if one.name == present.register), None)
    asked = None if source is None else next((region for region in driver.regions if region.name == source.region), None)
    region = next((region for region in driver.regions if region.name == register.region), None)
    if source is None or asked is None or region is None:
        return
    mask = present.mask_in(source)
    most, known = mask // (mask & -mask) + present.plus, (source.reset_value & mask) // (mask & -mask) + present.plus
    reason, help_ = why_not(driver, source, asked, present.field), "a register that can be read without an effect, in a region that every device has"
    if reason is None and region.window is not None:
        reason, help_ = f"{register.name} is behind a window", "remove `present`"
    elif reason is None and register.scale is not None:
        reason, help_ = "the device says as well how far apart they are", "remove one of the two"
    elif reason is None and most < present.most:
        reason, help_ = f"it says at most {most}", f"`count: {most}`"
    elif reason is None and present.plus > present.most:
        reason, help_ = f"it says at least {present.plus}", f"`count: {present.plus}`, or more"
    elif reason is None and source.reset_known & mask == mask and known != present.most:
        reason, help_ = f"after a reset it says {known}, and the manifest counts {present.most}", "no `reset:` of what differs between devices: the simulated device has all"
    if reason is not None:
        report.error(
            "D0297", candidate.sources.at(register, "present", "count"), f"{present.said} cannot say how many there are of {register.name}", reason,
            also=[Label(source.origin, "here")], help=help_,
        )
