# SPDX-License-Identifier: MIT
"""Guarantee: where the upper half of a register enables the lower one, the lower half holds all of its fields, and nothing
says that what is not enabled is written."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import writable
from ..model import Register
from ..resolve.context import Candidate

#: Keys that speak of bits which a write does not name: with enable bits it does not reach them.
SUPERFLUOUS = {
    "shadow": "an update needs to remember nothing: it writes only what it names",
    "reserved": "reserved bits are never enabled, so nothing is written to them",
    "split": "the enable bits of one half are in the other",
}


def check(candidate: Candidate, report: Report) -> None:
    for register in candidate.driver.registers:
        if register.write_mask:
            _possible(candidate, register, report)
            _below(candidate, register, report)


def _possible(candidate: Candidate, register: Register, report: Report) -> None:
    sources = candidate.sources
    at, mask = sources.of(register), sources.at(register, "write_mask")
    if register.width == 8:
        report.error("D0254", mask, f"{register.name} has no room for enable bits", also=[Label(sources.at(register, "width"), "8 bits")], help="the enable bits are in the same access: 16, 32 or 64 bits")
    if not register.fields and register.name not in candidate.incomplete:
        report.error("D0254", mask, f"{register.name} has no fields to enable", help=f"`fields: {{VALUE: {register.width // 2 - 1}:0}}`")
    elif not writable(register):
        report.error("D0254", mask, f"{register.name} cannot be written", f"`access: {register.access}`", help="remove it")
    for key, reason in SUPERFLUOUS.items():
        if key in at.values:
            report.error("D0254", sources.at(register, key), f"`{key}` does not go with `write_mask`", reason, also=[Label(mask, "here")], help="remove it")


def _below(candidate: Candidate, register: Register, report: Report) -> None:
    sources, half = candidate.sources, register.width // 2
    for field in register.fields:
        if field.mask >> half and field.lsb + field.width <= register.width:
            report.error(
                "D0253", sources.at(field, "bits", "bit"), f"field {field.name} is among the enable bits of {register.name}",
                f"bits {register.width - 1} to {half} enable bits {half - 1} to 0", also=[Label(sources.at(register, "write_mask"), "here")],
                help=f"fields are in bits {half - 1}:0; the accessors write the enable bits",
            )
    reset = register.reset or 0
    if reset >> half and not reset >> register.width:
        report.error(
            "D0253", sources.at(register, "reset"), f"the reset value of {register.name} sets enable bits",
            f"bits {register.width - 1} to {half} hold nothing", also=[Label(sources.at(register, "write_mask"), "here")],
            help=f"`reset: {reset & ((1 << half) - 1):#x}`",
        )
