# SPDX-License-Identifier: MIT
"""Guarantee: each device ID is matched once, can exist, and every variant is one that some device is."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Match
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    seen: dict[tuple[object, ...], Match] = {}
    used = set()
    for match in candidate.driver.matches:
        used.add(match.variant)
        key = (match.vendor, match.device, match.subsystem_vendor, match.subsystem_device, match.class_code, match.class_mask)
        first = seen.setdefault(key, match)
        if first is not match:
            report.error("D0801", match.origin, "this device is matched twice", also=[Label(first.origin, "first here")], help="remove one")
        if match.vendor is None and match.class_code is None:
            report.error("D0810", match.origin, "this matches every device", help="`pci:` names a device, `class:` a kind of devices")
        if match.vendor in (0, 0xFFFF):
            report.error("D0802", match.origin, f"no device has vendor {match.vendor:04x}", "reads of an absent device return it" if match.vendor else "it is not assigned")
    if candidate.dropped("match"):
        return
    for entry in candidate.root.entries("variants"):
        if entry.name.value not in used:
            report.warning("D0803", entry.name.span, f"no device is variant {entry.name.value}", help=f"`variant: {entry.name.value}` under `match:`")
