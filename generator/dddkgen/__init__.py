# SPDX-License-Identifier: MIT
"""The generator: a compiler from one manifest to a driver, its simulated device, its tests and its page.

    read -> resolve -> check -> lower -> emit

Each stage is a package; what passes between them are frozen data classes. `read` gives nodes that know their line and
column, `keys` holds what a manifest may say, `resolve` and `check` end in `model.Driver`, `lower` shapes it for C, `emit`
renders it. `load` is the way to a `Driver` from Python.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .diagnostics import Diagnostic
    from .model import Driver

__version__ = "0.1.0"

#: When this process began to import the generator. What changes later is not what it runs.
IMPORTED_NS = time.time_ns()


class ManifestError(Exception):
    """The manifest has errors; `diagnostics` are all of them, and `str()` of this is their text."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        from .diagnostics.text import render

        return "\n" + "\n".join(render(diagnostic) for diagnostic in self.diagnostics)


class no_garbage:
    """A block in which Python does not look for garbage: nearly all that a stage makes is kept, and the search takes longer than the stage."""

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *exception: object) -> None:
        if self._was_enabled:
            gc.enable()


def load(path: str | Path) -> Driver:
    """The checked model of the manifest at `path`. Raises ManifestError with every diagnostic when it has errors."""
    from .compile import compile_manifest
    from .diagnostics import Report

    report = Report()
    driver = compile_manifest(str(path), report)
    if driver is None:
        raise ManifestError(report.sorted())
    return driver
