# SPDX-License-Identifier: MIT
"""What `match:` says besides which device it is: a value for each entry of `match_data:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .model import Enum_, Span


@dataclass(frozen=True, slots=True)
class MatchDatum:
    """One value that each line of `match:` gives: a number, yes or no, or a value of an enum."""

    name: str
    type: str  # "bool", "u8" ... "i64", or "enum"
    enum: Enum_ | None
    default: int | None  # None: each line gives it
    origin: Span
    doc: str = ""
    see: str = ""

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value, of a number."""
        width = int(self.type[1:])
        return (0, (1 << width) - 1) if self.type[0] == "u" else (-1 << width - 1, (1 << width - 1) - 1)
