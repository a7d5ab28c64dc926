# SPDX-License-Identifier: MIT
"""Rings whose entries say whose they are, on a real one: an RTL8139C+, with the same object on sim and on QEMU's device."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "language"))

from whole import Project  # noqa: E402


def test_one_driver_runs_on_both_ports(tmp_path: Path) -> None:
    files = {"rtl8139cp.c": (HERE / "rtl8139cp.c").read_text(), "test_scenario.c": (HERE / "scenario.c").read_text()}
    assert Project(tmp_path, "rtl8139cp", (HERE / "rtl8139cp.yaml").read_text(), files).run("gcc", "test_scenario.c") == 2
