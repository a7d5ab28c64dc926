# SPDX-License-Identifier: MIT
"""The part of the model that is indirect windows; `model.Region` has one where it is no BAR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .procedures import Until


@dataclass(frozen=True, slots=True)
class Window:
    """Registers behind an index and a data register."""

    index: str  # register names
    data: str
    unit: int  # bytes of the region for each step of the index
    ready: Until | None
    timeout_ns: int
    increment: int = 0  # steps by which the index advances after each access of data
    index_field: str | None = None  # of the index register: the other fields keep what they hold; None: all of it
    write: str | None = None  # takes what is written, where `data` does not

    @property
    def store(self) -> str:
        """The register that what is written goes through."""
        return self.write or self.data

    @property
    def registers(self) -> tuple[str, ...]:
        """Its own registers."""
        return tuple(dict.fromkeys((self.index, self.data, self.store)))
