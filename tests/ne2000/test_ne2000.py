# SPDX-License-Identifier: MIT
"""FIFOs of 16 and 32 bits on a real one: the data port of an NE2000, with the same object on sim and on QEMU's device."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "language"))

from whole import Project  # noqa: E402


def test_one_driver_runs_on_both_ports(tmp_path: Path) -> None:
    files = {name: (HERE / name).read_text() for name in ("ne2000.c", "ne2000_model.c")}
    files["test_scenario.c"] = (HERE / "scenario.c").read_text()
    assert Project(tmp_path, "ne2000", (HERE / "ne2000.yaml").read_text(), files).run("gcc", "test_scenario.c") == 3
