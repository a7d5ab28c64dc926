# SPDX-License-Identifier: MIT
"""Times in C."""

from __future__ import annotations


def duration(nanoseconds: int) -> str:
    """As a person writes it: DDDK_MSEC(10)."""
    for unit, size in (("SEC", 1_000_000_000), ("MSEC", 1_000_000), ("USEC", 1_000)):
        if nanoseconds % size == 0:
            return f"DDDK_{unit}({nanoseconds // size})"
    return f"{nanoseconds}u"
