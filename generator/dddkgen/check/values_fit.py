# SPDX-License-Identifier: MIT
"""Guarantee: reset values fit their register or field and do not contradict, and each enum's values fit where it is used."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import read_has_effect, readable
from ..memory import as_register
from ..model import Enum_, Field, Register, Span
from ..resolve.context import Candidate
from ..semantics import POLICIES


def check(candidate: Candidate, report: Report) -> None:
    for register in candidate.driver.every_register:
        _register(candidate, register, report)
        for field in register.fields:
            _field(candidate, field, register, report)
            _enum(candidate, field, report)
            _expected(candidate, field, f"{register.name}.{field.name}", field.width, register, report)
        _expected(candidate, register, register.name, register.width, register, report)
    for descriptor in candidate.driver.layouts:
        for member in descriptor.members:
            for field in member.fields:
                _own_reset(candidate, field, report)
                _expected(candidate, field, f"{descriptor.name}.{member.name}.{field.name}", field.width, as_register(descriptor, member), report)
                _enum(candidate, field, report)
    for enum in dict.fromkeys(enum for device in candidate.driver.devices for enum in device.enums) or candidate.driver.enums:
        _distinct(candidate, enum, report)


def _register(candidate: Candidate, register: Register, report: Report) -> None:
    for value, span in _resets(candidate, register):
        if value >> register.width:
            _wide(candidate, register, value, span, report)


def _resets(candidate: Candidate, thing: Field | Register) -> list[tuple[int, Span]]:
    """The numbers of `reset:`, with their places."""
    item = candidate.sources.of(thing).item("reset")
    if item is None:
        return []
    if isinstance(item.value, list):
        return [(entry.item.value, entry.item.span) for entry in item.value if entry.item is not None and isinstance(entry.item.value, int)]
    return [(item.value, candidate.sources.at(thing, "reset"))] if isinstance(item.value, int) else []


def _plain(candidate: Candidate, thing: Field | Register) -> int | None:
    """The value of a `reset:` that is one for all kinds."""
    value = candidate.sources.of(thing).get("reset")
    return value if isinstance(value, int) else None


def _wide(candidate: Candidate, register: Register, value: int, span: Span, report: Report) -> None:
    report.error(
        "D0205", span, f"the reset value of {register.name} is too wide",
        f"it needs {value.bit_length()} bits", also=[Label(candidate.sources.at(register, "width"), f"the register has {register.width}")],
    )


def _own_reset(candidate: Candidate, field: Field, report: Report) -> int | None:
    """The field's own reset value, where it has one that fits and is the same for all kinds."""
    for value, span in _resets(candidate, field):
        if value >= 0 and value >> field.width:
            report.error(
                "D0212", span, f"the reset value of {field.name} is too wide", f"it needs {value.bit_length()} bits",
                also=[Label(candidate.sources.at(field, "bits", "bit"), f"the field has {field.width}")],
            )
            return None
    # One below 0 is there as bits: resolve has found that it fits.
    return None if _plain(candidate, field) is None else field.reset


def _field(candidate: Candidate, field: Field, register: Register, report: Report) -> None:
    value = _own_reset(candidate, field, report)
    whole = _plain(candidate, register)
    if value is None or whole is None:
        return
    part = whole >> field.lsb & ((1 << field.width) - 1)
    if part != value:
        report.error(
            "D0213", candidate.sources.at(field, "reset"), f"two reset values for {register.name}.{field.name}", f"{value:#x} here",
            also=[Label(candidate.sources.at(register, "reset"), f"the register's gives it {part:#x}")], help="keep one of them",
        )


def _expected(candidate: Candidate, thing: Field | Register, name: str, width: int, register: Register, report: Report) -> None:
    """What is expected must be possible, and must be read without harm, before anything else is known of the device."""
    if not thing.expect:
        return
    sources = candidate.sources
    span, also = sources.at(thing, "expect"), [Label(thing.origin, name)]
    wide = [value for value in thing.expect if value >> width]
    if wide:
        report.error("D0224", span, f"{name} is never {wide[0]:#x}", f"it has {width} bits")
        return
    if isinstance(thing, Register) and thing.fields:
        report.error("D0226", span, f"register {name} has fields", "`expect:` belongs to one of them", also=also)
        return
    if register.scale is not None:
        report.error("D0226", span, f"where the elements of {register.name} are is not known yet", "the device is asked after it is known to be the right one", also=[Label(sources.at(register, "stride", "at"), "here")])
    policy = POLICIES[thing.access]
    if not policy.readable or not readable(register) or read_has_effect(register):
        report.error("D0225", span, f"{name} cannot be asked before the device is known", f"reading {register.name} returns nothing defined, or has an effect", also=also)
    own = thing.reset if _resets(candidate, thing) else None
    if own is not None and own not in thing.expect:
        report.error("D0225", span, f"{name} is reset to {own:#x}, which is not expected", also=[Label(sources.at(thing, "reset"), "here")])


def _enum(candidate: Candidate, field: Field, report: Report) -> None:
    if field.enum is None:
        return
    wide = [value for value in field.enum.values if value.value >> field.width]
    if wide:
        value = max(wide, key=lambda value: value.value)
        report.error(
            "D0221", candidate.sources.at(field, "enum"), f"enum {field.enum.name} does not fit field {field.name}",
            f"the field has {field.width} bit{'s' if field.width > 1 else ''}: 0 to {(1 << field.width) - 1}",
            also=[Label(value.origin, f"{value.name} is {value.value}")],
        )


def _distinct(candidate: Candidate, enum: Enum_, report: Report) -> None:
    seen: dict[tuple[str, int], str] = {}
    origins = {value.name: value.origin for value in enum.values}
    for value in enum.values:
        ways = ("read", "write") if value.only is None else (value.only,)
        first = next((seen[way, value.value] for way in ways if (way, value.value) in seen), value.name)
        seen |= {(way, value.value): value.name for way in ways}
        if first != value.name:
            report.warning(
                "D0222", candidate.sources.at(value, "value"), f"two names for the value {value.value} of enum {enum.name}",
                f"{value.name}", also=[Label(origins[first], "the first; messages print this one")],
            )
    if not enum.values and enum.name not in candidate.incomplete:
        report.error("D0223", enum.origin, f"enum {enum.name} has no values", help=f"`{enum.name}: {{OFF: 0, ON: 1}}`")
