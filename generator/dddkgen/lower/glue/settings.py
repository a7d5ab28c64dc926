# SPDX-License-Identifier: MIT
"""Parameters and statistics: their members of the driver struct, their tables, and the function that looks at the counters."""

from __future__ import annotations

from ...dataclass import dataclass
from ...model import Driver, Ref, Register
from ...semantics import POLICIES
from ...settings import Param, Stat
from ..layouts import enum_number
from ..names import lower, string, upper
from ..text import block, comment_above, said
from . import access


@dataclass(frozen=True, slots=True)
class ParamShape:
    name: str
    text: str  # of the name
    kind: str  # "DDDK_PARAM_BOOL"
    bytes: int
    initial: str
    initial_text: str
    low: str
    high: str
    doc: str
    values: tuple[tuple[str, str], ...]  # of an enum: name, value
    values_table: str


@dataclass(frozen=True, slots=True)
class StatShape:
    name: str
    text: str
    add: str  # statement
    seen: str  # statement, or "": a read clears it


@dataclass(frozen=True, slots=True)
class Settings:
    params: tuple[ParamShape, ...]
    stats: tuple[StatShape, ...]
    reads: tuple[str, ...]  # declarations: each register is read once
    absent: tuple[str, ...]  # conditions: what an absent device answers


def _bits(param: Param) -> int:
    """Of the member. An enum's is a plain number, for the struct comes before the enums."""
    if param.enum is not None:
        return 64 if any(value.value >> 32 for value in param.enum.values) else 32
    return param.width or 8


def _number(value: int) -> str:
    return f"{enum_number(value)}{'ull' if value > 0xFFFF_FFFF else ''}"


def _param(driver: Driver, param: Param) -> ParamShape:
    text = str(param.default)
    values: tuple[tuple[str, str], ...] = ()
    if param.enum is not None:
        text = next(value.name for value in param.enum.values if value.value == param.default)
        values = tuple((string(value.name), _number(value.value)) for value in param.enum.values)
    elif param.width is None:
        text = "true" if param.default else "false"
    doc = " ".join(param.doc.split()) or param.name
    return ParamShape(
        name=lower(param.name), text=string(param.name), kind=f"DDDK_PARAM_{param.kind.upper()}", bytes=_bits(param) // 8,
        initial=_number(param.default), initial_text=string(text), low=_number(param.low), high=_number(param.high),
        doc=string(doc), values=values, values_table=f"{lower(driver.name)}_{lower(param.name)}_values",
    )


def cleared(register: Register, ref: Ref) -> bool:
    """Does a read clear the counter?"""
    names = [register.access] if not register.fields else [field.access for field in register.fields if ref.field in (None, field.name)]
    return any(POLICIES[name].read_has_effect for name in names)


def _raw(ref: Ref) -> str:
    return f"raw_{lower(ref.register)}" + ("" if ref.index is None else f"_{ref.index}")


def _stat(driver: Driver, stat: Stat) -> StatShape:
    register, value, width = driver.register(stat.ref.register), _raw(stat.ref), driver.register(stat.ref.register).width
    if stat.ref.field is not None:
        field = access.field_of(register, stat.ref.field)
        constant = f"{upper(driver.name)}_{upper(register.name, register.c_name)}_{upper(field.name, field.c_name)}"
        value, width = f"({value} & {constant}_MASK) >> {constant}_SHIFT", field.width
    name = lower(stat.name)
    if cleared(register, stat.ref):
        return StatShape(name, string(stat.name), f"dev->stats.{name} += {value};", "")
    since = f"({value}) - dev->stats_seen.{name}" if " " in value else f"{value} - dev->stats_seen.{name}"
    if width < 64:
        mask = (1 << width) - 1
        since = f"({since}) & {mask:#x}{'ull' if width > 32 else 'u'}"
    return StatShape(name, string(stat.name), f"dev->stats.{name} += {since};", f"dev->stats_seen.{name} = {value};")


def settings(driver: Driver) -> Settings:
    refs = {_raw(stat.ref): stat.ref.whole for stat in driver.stats}
    width = {name: driver.register(ref.register).width for name, ref in refs.items()}
    return Settings(
        params=tuple(_param(driver, param) for param in driver.params),
        stats=tuple(_stat(driver, stat) for stat in driver.stats),
        reads=tuple(f"const uint{width[name]}_t {name} = {access.read_raw(driver, ref)};" for name, ref in refs.items()),
        absent=tuple(f"{name} == {access.all_ones(driver.register(ref.register))}" for name, ref in refs.items()),
    )


def members(driver: Driver) -> list[str]:
    """Lines of the driver struct."""
    lines: list[str] = []
    if driver.params:
        lines += ["/* what the user set, or the defaults */", "struct {"]
        for param in driver.params:
            c_type = "bool" if param.kind == "bool" else f"uint{_bits(param)}_t"
            note = f" /* a value of enum {lower(driver.name)}_{lower(param.enum.name)} */" if param.enum is not None else ""
            lines += comment_above(block(f"see {param.see}") if param.see else (), "    ")
            lines.append(f"    {c_type} {lower(param.name)};{note}")
        lines.append("} params;")
    if driver.stats:
        lines += ["/* what the device counted, as of the last dddk_stats_read() */", "struct {"]
        for stat in driver.stats:
            lines += [*comment_above(said(stat), "    "), f"    uint64_t {lower(stat.name)};"]
        lines.append("} stats;")
    running = [stat for stat in driver.stats if not cleared(driver.register(stat.ref.register), stat.ref)]
    if running:
        lines += ["/* where counters that run on stood then */", "struct {"]
        lines += [f"    uint64_t {lower(stat.name)};" for stat in running]
        lines.append("} stats_seen;")
    return lines
