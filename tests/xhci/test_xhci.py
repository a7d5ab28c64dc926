# SPDX-License-Identifier: MIT
"""Regions that begin where the device says, on a real one: an xHCI host controller, the same object on sim and on QEMU's device."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "language"))

from whole import Project  # noqa: E402


def project(folder: Path) -> Project:
    files = {"xhci.c": (HERE / "xhci.c").read_text(), "test_scenario.c": (HERE / "scenario.c").read_text()}
    return Project(folder, "xhci", (HERE / "xhci.yaml").read_text(), files)


def test_one_driver_runs_on_both_ports(tmp_path: Path) -> None:
    assert project(tmp_path).run("gcc", "test_scenario.c") == 2
