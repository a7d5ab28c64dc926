# SPDX-License-Identifier: MIT
"""A window that interrupts go through, on a real one: the clock of a PC, the same object on sim and on QEMU's device."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "language"))

from whole import Project  # noqa: E402


def project(folder: Path) -> Project:
    files = {"rtc.c": (HERE / "rtc.c").read_text(), "test_scenario.c": (HERE / "scenario.c").read_text()}
    return Project(folder, "rtc", (HERE / "rtc.yaml").read_text(), files)


def test_one_driver_runs_on_both_ports(tmp_path: Path) -> None:
    assert project(tmp_path).run("gcc", "test_scenario.c") == 4
