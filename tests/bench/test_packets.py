# SPDX-License-Identifier: MIT
"""The program that the instruction counts come from still builds: it has its own small port."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import packets  # noqa: E402


def test_the_packet_bench_builds_and_runs(tmp_path: Path) -> None:
    program, names = packets.build("gcc", tmp_path)
    assert {"dddk_vector_poll", "e1000_tx_transmit"} <= names
    subprocess.run([str(program), "32", "2", "both"], check=True, timeout=60)
