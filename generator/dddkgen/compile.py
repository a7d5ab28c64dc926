# SPDX-License-Identifier: MIT
"""The front half of the compiler in one call: a path to a checked `Driver`, or to the reasons why not."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from .check import check
from .diagnostics import Report
from .keys.driver import DRIVER
from .model import Driver
from .read import read
from .resolve import resolve


def compile_manifest(path: str, report: Report) -> Driver | None:
    """Read, resolve and check one manifest. None: it has errors, and they are in `report`."""
    before = report.errors
    with _no_garbage():
        document = read(path, report)
        root = None if document is None else DRIVER.parse(document.root, report)
        if root is None:
            return None
        candidate = resolve(root, path, report)
        check(candidate, report)
        if "waive" in root.values:
            from . import waivers

            waivers.apply(root, report)
        return None if report.errors > before else candidate.driver


@contextlib.contextmanager
def _no_garbage() -> Iterator[None]:
    """Nearly all that is made here is kept, and looking for garbage in it again and again is two thirds of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
