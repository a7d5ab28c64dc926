# SPDX-License-Identifier: MIT
"""The manifest's doc text as comments of a width that can be read."""

from __future__ import annotations

import textwrap

from ..names import comment

WIDTH = 104


def block(text: str) -> tuple[str, ...]:
    """The lines of a comment, without its delimiters; none for no text."""
    return tuple(textwrap.wrap(comment(text), WIDTH, break_long_words=False, break_on_hyphens=False))
