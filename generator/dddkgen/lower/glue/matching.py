# SPDX-License-Identifier: MIT
"""What the lines of `match:` say about their devices: a struct, a constant of it for each line, and an accessor."""

from __future__ import annotations

from ...dataclass import dataclass
from ...matching import MatchDatum
from ...model import Driver, Match
from ..layouts import enum_constant
from ..names import lower
from ..text import comment_above, said


@dataclass(frozen=True, slots=True)
class MatchData:
    members: tuple[str, ...]  # lines
    rows: tuple[tuple[str, ...], ...]  # for each line the members' initialisers


def c_type(driver: Driver, datum: MatchDatum) -> str:
    """The member's type in C."""
    if datum.enum is not None:
        return f"enum {lower(driver.name)}_{lower(datum.enum.name)}"
    if datum.type == "bool":
        return "bool"
    return f"{'u' if datum.type[0] == 'u' else ''}int{datum.type[1:]}_t"


def c_value(driver: Driver, datum: MatchDatum, value: int) -> str:
    """A value as C writes it."""
    if datum.enum is not None:
        return enum_constant(driver, datum.enum, next(each for each in datum.enum.values if each.value == value))
    if datum.type == "bool":
        return "true" if value else "false"
    if datum.type[0] == "u":
        return str(value) if value <= 0x7FFF_FFFF else f"0x{value:x}" + ("u" if value <= 0xFFFF_FFFF else "ull")
    if value == -1 << 63:
        return "-9223372036854775807ll - 1"  # C has no negative constants, and its positive half has no room
    return f"{value}ll" if abs(value) > 0x7FFF_FFFF else str(value)


def match_data(driver: Driver) -> MatchData | None:
    """None: the manifest has no `match_data:`."""
    if not driver.match_data:
        return None
    lines: list[str] = []
    for datum in driver.match_data:
        lines += comment_above(said(datum))
        lines.append(f"{c_type(driver, datum)} {lower(datum.name)};")
    return MatchData(tuple(lines), tuple(_row(driver, match) for match in driver.matches))


def _row(driver: Driver, match: Match) -> tuple[str, ...]:
    return tuple(f".{lower(datum.name)} = {c_value(driver, datum, value)}" for datum, value in zip(driver.match_data, match.data, strict=True))
