# SPDX-License-Identifier: MIT
"""The archive that tests in Python link their programs with: the one of build.mk, that the tests in C use."""

from __future__ import annotations

import fcntl
import functools
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def library(config: str) -> Path:
    """Build the archive of a configuration, or see that it is up to date. One process at a time: make does not look out for another."""
    folder = ROOT / "build" / config
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["make", "-f", "build.mk", "-j2", f"CONFIG={config}", "lib"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
            env={**os.environ, "MAKEFLAGS": ""},
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return folder / "libdddk-hosted.a"
