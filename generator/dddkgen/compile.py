# SPDX-License-Identifier: MIT
"""The front half of the compiler in one call: a path to a checked `Driver`, or to the reasons why not."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence

from .check import check
from .diagnostics import Report
from .keys.driver import DRIVER
from .keys.parameters import parameters
from .model import Driver
from .read.assemble import assemble
from .resolve import resolve


def compile_manifest(path: str, report: Report, search: Sequence[str] = ()) -> Driver | None:
    """Read, resolve and check one manifest; `search` are folders where it may find files that it includes.

    None: it has errors, and they are in `report`.
    """
    before = report.errors
    with _no_garbage():
        tree = assemble(path, report, search)
        if tree is None:
            return None
        report.unreadable.clear()
        report.parameters = parameters(tree, report)
        root = DRIVER.parse(tree, report)
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
