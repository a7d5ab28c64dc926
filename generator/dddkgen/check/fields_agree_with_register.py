# SPDX-License-Identifier: MIT
"""Guarantee: no field promises what its register does not have: in a write-only register none can be read."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..resolve.context import Candidate
from ..semantics import POLICIES, PRIMITIVES, Policy, WriteEffect


def check(candidate: Candidate, report: Report) -> None:
    for register in candidate.driver.registers:
        if POLICIES[register.access].readable:
            continue
        for field in register.fields:
            policy = POLICIES[field.access]
            if policy.readable and not _is_for_its_write(policy):
                instead = next((other.name for other in POLICIES.values() if not other.readable and other.write is policy.write and other.once == policy.once), None)
                report.error(
                    "D0261", candidate.sources.at(field, "access"), f"{register.name}.{field.name} can be read, and its register cannot", f"{policy.name}: {policy.doc}",
                    also=[Label(candidate.sources.at(register, "access"), f"{register.name} is {register.access}: {POLICIES[register.access].doc}")],
                    help=[*([] if instead is None else [f"`access: {instead}`, if only its writes count"]), f"another `access:` for {register.name}, if it can be read"],
                )


def _is_for_its_write(policy: Policy) -> bool:
    """Policies by bits (`w1c`, `sc`) have no write-only name of their own: there they say what a write does."""
    return not policy.read_has_effect and policy.write is not WriteEffect.STORES and policy.write in PRIMITIVES and policy.write not in (WriteEffect.CLEARS, WriteEffect.SETS)
