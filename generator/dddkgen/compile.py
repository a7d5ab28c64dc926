# SPDX-License-Identifier: MIT
"""The front half of the compiler in one call: a path to a checked `Driver`, or to the reasons why not."""

from __future__ import annotations

from .check import check
from .diagnostics import Report
from .keys.driver import DRIVER
from .model import Driver
from .read import read
from .resolve import resolve


def compile_manifest(path: str, report: Report) -> Driver | None:
    """Read, resolve and check one manifest. None: it has errors, and they are in `report`."""
    document = read(path, report)
    if document is None:
        return None
    root = DRIVER.parse(document.root, report)
    if root is None:
        return None
    candidate = resolve(root, path, report)
    check(candidate, report)
    return None if report.failed else candidate.driver
