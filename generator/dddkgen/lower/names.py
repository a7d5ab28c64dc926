# SPDX-License-Identifier: MIT
"""Names of the manifest as names in C. See docs/design/generated-code.md for the whole list."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

_NOT_IN_C = re.compile(r"[^0-9a-zA-Z_]")


@functools.lru_cache(maxsize=4096)
def lower(name: str, c_name: str | None = None) -> str:
    """`CTRL` -> `ctrl`; what C does not take becomes an underscore."""
    return c_name if c_name is not None else _NOT_IN_C.sub("_", name).lower()


def upper(name: str, c_name: str | None = None) -> str:
    """`ctrl` -> `CTRL`."""
    return lower(name, c_name).upper()


def string(text: str) -> str:
    """Any text as the inside of a C string literal."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text and "??" not in text:
        return text
    out: list[str] = []
    for character in text:
        if character in '"\\' or (character == "?" and out and out[-1].endswith("?")):  # two would begin a trigraph
            out.append("\\" + character)
        elif " " <= character <= "~":
            out.append(character)
        else:
            out += [f"\\{byte:03o}" for byte in character.encode("utf-8")]
    return "".join(out)


#: The longest line that generated C has where it can be broken.
COLUMNS = 100


def joined_by_or(terms: Sequence[str], before: str, behind: str) -> str:
    """`a | b | c` between these two; what does not fit on one line begins where `before` ends."""
    column, lines = len(before), [""]
    for number, term in enumerate(terms):
        piece = term if number == len(terms) - 1 else f"{term} |"
        if lines[-1] and column + len(lines[-1]) + 1 + len(piece) + (len(behind) if number == len(terms) - 1 else 0) > COLUMNS:
            lines.append(piece)
        else:
            lines[-1] += f" {piece}" if lines[-1] else piece
    return f"\n{' ' * column}".join(lines) or "0"


def comment(text: str, collapse: bool = True) -> str:
    """Any line of text as the inside of a C comment: it cannot end the comment, and no compiler warns of it."""
    line = " ".join(text.split()) if collapse else text.rstrip().expandtabs(4)
    return line.replace("*/", "* /").replace("/*", "/ *").replace("??/", "? ?/")
