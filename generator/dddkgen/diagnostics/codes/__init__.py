# SPDX-License-Identifier: MIT
"""The registry of codes: what each means and what to do about it. `dddk explain` prints it.

A code is never given another meaning and never used again. The first two digits are the group:

    D00 the file          D01 keys and values    D02 registers and fields   D03 names in C     D04 references
    D05 rings and FIFOs   D06 interrupts         D07 classes and handlers   D08 identity, DMA  D09 the kit itself
"""

from __future__ import annotations

import functools
from dataclasses import dataclass


#: Codes that are warnings; all others are errors.
WARNINGS = frozenset({"D0222", "D0237", "D0438", "D0440", "D0470", "D0473", "D0572", "D0623", "D0803", "D0851", "D0852", "D0912", "D0914"})


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `title` says in a few words what is wrong, `text` why and what to do, in Markdown."""

    code: str
    title: str
    text: str


@functools.cache
def registry() -> dict[str, Code]:
    """Every code, in order."""
    from . import driver, fields, file, interrupts, names, procedures, protocols, references, regions, registers, values, variants

    found: dict[str, Code] = {}
    for module in (file, values, registers, fields, regions, names, references, protocols, procedures, interrupts, driver, variants):
        for code, (title, text) in module.CODES.items():
            assert code not in found, code
            found[code] = Code(code, title, " ".join(text.split()))
    return dict(sorted(found.items()))
