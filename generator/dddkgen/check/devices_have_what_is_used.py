# SPDX-License-Identifier: MIT
"""Guarantee: what generated code touches, every device has; and what only some have is not described in vain.

A handler can ask whether a register is there; what the kit does by itself, with rings, interrupts and banks, it does on every
device. Fields of different devices that share bits are told apart by nobody when they are left alone, so they must be of one
kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Label, Report
from ..keys.types import Value
from ..model import Driver, Field, Register, Span
from ..read.scalars import Reference
from ..resolve.context import Candidate
from .references_can_be_reached import references


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    _descriptors(candidate, report)
    if not driver.devices:
        return
    described = next((match for match in driver.matches if match.compatible is not None), None)
    if described is not None and driver.revisions:
        report.error(
            "D0476", driver.revisions[0].origin, "revisions are told apart by configuration space", also=[Label(described.origin, "a device that is not on PCI has none")],
            help="give the revisions of such a device `compatible:` strings of their own, and make them variants",
        )
    registers = {register.name: register for register in driver.registers}
    for value in references(candidate.root):
        reference: Reference = value.value
        if reference.name in registers:
            _used(driver, registers[reference.name], reference.field, value.span, "generated code touches it on every device", report)
    for interrupt in driver.interrupts:
        cause = registers.get(interrupt.cause)
        for one in interrupt.causes if cause is not None and interrupt.cause_kind.value == "bits" else ():
            _used(driver, cause, one.name, one.origin, "the cause is masked and served on every device", report)
    for register in driver.registers:
        _bank(candidate, registers, register, report)
        _locks(candidate, registers, register, report)
        _shared_bits(candidate, register, report)
    _nothing_left(driver, report)
    known = not candidate.dropped("match") and not {"variants", "revisions"} & candidate.unread
    for span, what, devices in _limited(driver) if known else ():
        if not devices:
            report.warning("D0470", span, f"no device has {what}", "the revisions and variants that it names leave none", help="a variant is a device when a line of `match:` names it")
    _errata(candidate, registers, report)


def _names(driver: Driver, devices: int) -> str:
    """Some of the devices of a set, in words."""
    names = [device.name for bit, device in enumerate(driver.devices) if devices >> bit & 1]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _used(driver: Driver, register: Register | None, field_name: str | None, span: Span, why: str, report: Report) -> None:
    if register is None:
        return
    field = next((field for field in register.fields if field.name == field_name), None)
    for what, thing in ((register.name, register), (f"{register.name}.{field_name}", field)):
        if thing is not None and thing.devices is not None and thing.devices != driver.every_device:
            report.error(
                "D0469", span, f"some devices lack {what}", why, also=[Label(thing.origin, f"{_names(driver, driver.every_device & ~thing.devices)} {_lack(driver, thing.devices)} it")],
                help="a handler can ask for it and use it; what the manifest names here, every device must have",
            )
            return


def _lack(driver: Driver, devices: int) -> str:
    return "lacks" if (driver.every_device & ~devices).bit_count() == 1 else "lack"


def _bank(candidate: Candidate, registers: dict[str, Register], register: Register, report: Report) -> None:
    if register.bank is None or register.bank.register not in registers:
        return
    selector = registers[register.bank.register]
    _beside(candidate, register, selector, register.bank.field, "when", report)
    mask = sum(field.mask for field in selector.fields if field.name == register.bank.field)
    place = candidate.driver.registers.index(selector)
    for device in candidate.driver.devices:
        own = device.registers[place]
        if own is not None and (own.reset_known & mask, own.reset_value & mask) != (selector.reset_known & mask, selector.reset_value & mask):
            report.error(
                "D0464", candidate.sources.at(own, "reset", "fields"), f"the reset value of {selector.name}.{register.bank.field} cannot differ between devices", f"{device.name}: the bank after a reset would be another",
                also=[Label(candidate.sources.at(register, "when"), "it selects this")], help="what can differ is the reset value of fields that select no bank",
            )
            return


def _locks(candidate: Candidate, registers: dict[str, Register], register: Register, report: Report) -> None:
    for field in register.fields:
        if field.locked_by is not None:
            name, _, lock = field.locked_by.partition(".")
            if name in registers:
                _beside(candidate, field, registers[name], lock, "locked_by", report, register)


def _beside(candidate: Candidate, thing: Register | Field, other: Register, field_name: str, key: str, report: Report, register: Register | None = None) -> None:
    """Every device that has `thing` has the field of `other` too."""
    every = candidate.driver.every_device
    have = (every if thing.devices is None else thing.devices) & (every if register is None or register.devices is None else register.devices)
    field = next((field for field in other.fields if field.name == field_name), None)
    for what, one in ((other.name, other), (f"{other.name}.{field_name}", field)):
        if one is not None and one.devices is not None and have & ~one.devices:
            report.error("D0469", candidate.sources.at(thing, key), f"some devices have {thing.name} and lack {what}", _names(candidate.driver, have & ~one.devices), also=[Label(one.origin, what)])
            return


def _shared_bits(candidate: Candidate, register: Register, report: Report) -> None:
    limited = [field for field in register.fields if field.devices is not None]
    for field in limited:
        for other in register.fields:
            if other is not field and other.mask & field.mask and other.access != field.access:
                first, second = sorted((field, other), key=lambda one: (one.origin.line, one.origin.column))
                report.error(
                    "D0471", candidate.sources.at(second, "access", "bits", "bit"), f"{first.name} and {second.name} share bits of {register.name}, and are of two kinds",
                    f"{second.access}", also=[Label(candidate.sources.at(first, "access", "bits", "bit"), first.access)],
                    help="a write that names neither must leave both alone: they have one `access:`, or are fields of two registers",
                )


def _limited(driver: Driver) -> Iterator[tuple[Span, str, int | None]]:
    """What is not on every device: where it is said, what, and the set of those that have it."""
    for register in driver.registers:
        if register.devices is not None:
            yield register.origin, f"register {register.name}", register.devices
        for field in register.fields:
            if field.devices is not None and register.devices != 0:
                yield field.origin, f"field {register.name}.{field.name}", field.devices & (driver.every_device if register.devices is None else register.devices)
    for enum in driver.enums:
        for value in enum.values:
            if value.devices is not None:
                yield value.origin, f"value {value.name} of enum {enum.name}", value.devices


def _errata(candidate: Candidate, registers: dict[str, Register], report: Report) -> None:
    driver = candidate.driver
    for erratum in driver.errata:
        source = candidate.sources.of(erratum)
        if not erratum.devices and (candidate.dropped("match") or {"variants", "revisions"} & candidate.unread):
            continue
        if not erratum.devices:
            report.warning("D0470", erratum.origin, f"no device has erratum {erratum.name}", "the revisions and variants that it names leave none", help="a variant is a device when a line of `match:` names it")
            continue
        if source.get("moment") is not None and erratum.workaround is None:
            report.error("D0472", source.at("moment"), f"erratum {erratum.name} says when its workaround is called, and has none", help="`workaround: HANDLER`")
        for value in source.items("touches"):
            _touched(driver, registers, value, erratum.devices, report)


def _touched(driver: Driver, registers: dict[str, Register], value: Value, devices: int, report: Report) -> None:
    reference: Reference = value.value
    register = registers.get(reference.name)
    if register is None:
        return
    field = next((field for field in register.fields if field.name == reference.field), None)
    have = driver.every_device
    for thing in (register, field):
        have &= driver.every_device if thing is None or thing.devices is None else thing.devices
    if not have & devices:
        report.warning("D0473", value.span, f"no device with this erratum has {reference}", also=[Label((field or register).origin, "it is described here")])


def _nothing_left(driver: Driver, report: Report) -> None:
    """A register with fields has one on every device that has it: without any it would be one number."""
    for place, register in enumerate(driver.registers):
        bare = sum(1 << bit for bit, device in enumerate(driver.devices) if (own := device.registers[place]) is not None and not own.fields)
        if register.fields and bare:
            report.error("D0475", register.origin, f"some devices have register {register.name} and none of its fields", _names(driver, bare), help=f"`lacks: [{register.name}]`, or `since`, `until` and `variants` of the register itself")


def _descriptors(candidate: Candidate, report: Report) -> None:
    """Memory is laid out in one way for every device."""
    for descriptor in candidate.driver.descriptors:
        for member in descriptor.members:
            for field in member.fields:
                key = next((key for key in ("since", "until", "variants") if key in candidate.sources.of(field).values), None)
                if key is not None:
                    report.error("D0474", candidate.sources.at(field, key), f"field {field.name} is in memory, and every device has it", "descriptors do not differ between devices")
