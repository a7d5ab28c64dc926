# SPDX-License-Identifier: MIT
"""The part of the model that is indirect windows; `model.Region` has one where it is no BAR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .model import Ref
    from .procedures import Until


@dataclass(frozen=True, slots=True)
class Window:
    """Registers behind an index and a data register."""

    index_at: Ref  # registers
    data_at: Ref
    unit: int  # bytes of the region for each step of the index
    ready: Until | None
    timeout_ns: int
    increment: int = 0  # steps by which the index advances after each access of data
    write_at: Ref | None = None  # takes what is written, where `data_at` does not

    @property
    def index(self) -> str:
        return self.index_at.register

    @property
    def index_field(self) -> str | None:
        """Of the index register: the other fields keep what they hold; None: all of it."""
        return self.index_at.field

    @property
    def data(self) -> str:
        return self.data_at.register

    @property
    def store_at(self) -> Ref:
        """The register that what is written goes through."""
        return self.write_at or self.data_at

    @property
    def store(self) -> str:
        return self.store_at.register

    @property
    def registers(self) -> tuple[str, ...]:
        """Its own registers."""
        return tuple(dict.fromkeys((self.index, self.data, self.store)))
