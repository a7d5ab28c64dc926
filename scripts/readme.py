#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Keep quoted files in Markdown equal to the files themselves.

A line `<!-- file: PATH -->` is followed by a fenced block that holds PATH as it is in the tree. `scripts/readme.py`
rewrites those blocks; `tests/test_readme.py` fails when one differs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUOTED = re.compile(r"(<!-- file: (?P<path>\S+) -->\n```(?P<language>\w+)\n)(?P<body>.*?)(^```$)", re.S | re.M)


def refreshed(text: str) -> str:
    """The text with every quoted file as it is now."""
    return QUOTED.sub(lambda m: m.group(1) + (ROOT / m.group("path")).read_text(encoding="utf-8") + m.group(5), text)


def quoted(text: str) -> list[str]:
    """The paths that a text quotes."""
    return [match.group("path") for match in QUOTED.finditer(text)]


if __name__ == "__main__":
    for name in sys.argv[1:] or ["README.md"]:
        page = ROOT / name
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
