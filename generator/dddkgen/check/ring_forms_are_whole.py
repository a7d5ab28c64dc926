# SPDX-License-Identifier: MIT
"""Guarantee: a ring in a form that no driver runs yet is right in all that its manifest says, so that the one message which
says so is the only one."""

from __future__ import annotations

from ..diagnostics import Report
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    for form in candidate.driver.ring_forms:
        from .ring_form import Form

        Form(candidate, form, report).check()
