# SPDX-License-Identifier: MIT
"""Guarantee: what a shadow begins with is what the register holds, or the author knows that it is not."""

from __future__ import annotations

from ..diagnostics import Report
from ..hazards import parts
from ..resolve.context import Candidate
from ..semantics import Idle


def check(candidate: Candidate, report: Report) -> None:
    for register in candidate.driver.registers:
        if not register.shadow or register.write_mask or register.name in candidate.incomplete:
            continue
        kept = [part for part in parts(register) if part.policy.idle in (Idle.READ_BACK, Idle.SHADOW) and part.mask & ~register.reset_known]
        if kept:
            names = ", ".join(part.name.partition(".")[2] or part.name for part in kept[:4]) + (f" and {len(kept) - 4} more" if len(kept) > 4 else "")
            report.warning(
                "D0237", candidate.sources.at(register, "shadow"), f"the shadow of {register.name} begins as 0, and the register perhaps not",
                f"nobody says what {names} {'is' if len(kept) == 1 else 'are'} after a reset",
                help=["`reset:` if the datasheet tells it", "else the handler `reset` writes all of the register, and a waiver says so"],
            )
