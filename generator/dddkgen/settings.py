# SPDX-License-Identifier: MIT
"""The part of the model that faces the driver's user: what may be set before a device is attached, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .model import Enum_, Ref, Span


@dataclass(frozen=True, slots=True)
class Param:
    """One entry of `params:`."""

    name: str
    width: int | None  # bits of an unsigned number; None: a bool, or an enum
    enum: Enum_ | None
    default: int
    low: int  # bounds, both allowed
    high: int
    origin: Span
    doc: str = ""
    see: str = ""

    @property
    def kind(self) -> str:
        return "enum" if self.enum is not None else "bool" if self.width is None else "unsigned"


@dataclass(frozen=True, slots=True)
class Stat:
    """One entry of `stats:`: a register, or a field of one, that the device counts in."""

    name: str
    ref: Ref
    origin: Span
    doc: str = ""
    see: str = ""
