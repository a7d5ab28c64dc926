# SPDX-License-Identifier: MIT
"""The part of the model that is indirect windows; `model.Region` has one where it is no BAR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .procedures import Until


@dataclass(frozen=True, slots=True)
class Window:
    """Registers behind an index register and a data register."""

    index: str  # register names
    data: str
    unit: int  # bytes of the region for each step of the index
    ready: Until | None
    timeout_ns: int
    increment: int = 0  # steps by which the index advances after each access of data
