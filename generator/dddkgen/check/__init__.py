# SPDX-License-Identifier: MIT
"""Check: the guarantees that a driver's model gives to everything behind it, one file each.

A check is a function from a candidate to reports. It sees the whole candidate whatever the others found, so the order in
which they run does not matter (a test shuffles it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..diagnostics import Report
from ..resolve.context import Candidate

Check = Callable[[Candidate, Report], None]


def checks() -> tuple[Check, ...]:
    """Every check."""
    return ()


def check(candidate: Candidate, report: Report, order: Iterable[Check] | None = None) -> None:
    """Run the checks; `order` is for the test that shuffles them."""
    for one in checks() if order is None else order:
        one(candidate, report)
