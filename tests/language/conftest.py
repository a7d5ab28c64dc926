# SPDX-License-Identifier: MIT
"""Where this folder's helpers and the generator are."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "generator")]
