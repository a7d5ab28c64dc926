# SPDX-License-Identifier: MIT
"""Count code lines: what is neither blank nor only a comment. Used by the demo, the README's test and the size limits."""

from __future__ import annotations

import re
import sys
from pathlib import Path

C_COMMENT_OR_LITERAL = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.S)


def without_c_comments(text: str) -> str:
    """C text with each comment replaced by its line breaks, so that lines keep their places."""

    def replace(match: re.Match[str]) -> str:
        piece = match.group()
        return "\n" * piece.count("\n") if piece.startswith("/") else piece

    return C_COMMENT_OR_LITERAL.sub(replace, text)


def code_lines(path: Path) -> int:
    """Code lines of one C, YAML or Python-like file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".c", ".h"):
        return sum(1 for line in without_c_comments(text).splitlines() if line.strip())
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{code_lines(Path(name)):6} {name}")
