# SPDX-License-Identifier: MIT
"""Where the generator is, for every test of this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "generator"))
