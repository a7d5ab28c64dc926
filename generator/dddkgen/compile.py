# SPDX-License-Identifier: MIT
"""The front half of the compiler in one call: a path to a checked `Driver`, or to the reasons why not."""

from __future__ import annotations

from collections.abc import Sequence

from . import no_garbage
from .check import check
from .diagnostics import Report
from .keys.driver import DRIVER
from .keys.parameters import parameters
from .model import Driver
from .read.assemble import assemble
from .resolve import resolve
from .resolve.expand import fits


def compile_manifest(path: str, report: Report, search: Sequence[str] = ()) -> Driver | None:
    """Read, resolve and check one manifest; `search` are folders where it may find files that it includes.

    None: it has errors, and they are in `report`.
    """
    before = report.errors
    with no_garbage():
        tree = assemble(path, report, search)
        if tree is None:
            return None
        report.unreadable.clear()
        report.parameters = parameters(tree, report)
        root = DRIVER.parse(tree, report)
        if root is None or not fits(root, report):
            return None
        candidate = resolve(root, path, report)
        check(candidate, report)
        if "waive" in root.values:
            from . import waivers

            waivers.apply(root, report)
        return None if report.errors > before else candidate.driver
