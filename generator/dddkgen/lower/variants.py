# SPDX-License-Identifier: MIT
"""Lower the differences between devices: which one it is, who has what, and where registers are that move.

A set of devices becomes a condition over `dev->variant` and `dev->revision`, in C and in words. Nothing of this is in the C of a
driver whose devices do not differ.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from ..dataclass import dataclass
from ..model import Device, Driver, Enum_, Erratum, Field, Moment, Register
from .layouts import enum_constant, has_two_types
from .names import comment, lower, string, upper
from .text import about, block, said


@dataclass(frozen=True, slots=True)
class Predicate:
    """A function that asks which device it is."""

    name: str  # "foo_has_ledctl"
    doc: tuple[str, ...]  # lines
    condition: str


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """Which values of an enum a device has."""

    name: str  # "foo_speed_is_there_"
    enum: str  # "foo_speed"
    rows: tuple[tuple[str, str], ...]  # constant, predicate


@dataclass(frozen=True, slots=True)
class Workaround:
    """A handler that is called where one of its errata is."""

    function: str
    condition: str


@dataclass(frozen=True, slots=True)
class Devices:
    """What the templates of the glue need."""

    variants: tuple[tuple[str, tuple[str, ...]], ...]  # constants and comments; empty: there is one alone
    revisions: tuple[tuple[str, str, str, tuple[str, ...]], ...]  # constant, name, ID, comment
    offsets: tuple[str, ...]  # members of `dev->at`
    places: tuple[tuple[str, str], ...]  # for each device: its offsets, and its name
    index: str  # expression: which row of `places` it is
    rows: tuple[tuple[int, str, str], ...]  # registers that move or are lacking: place in the table, offset, predicate or ""
    at_reset: tuple[Workaround, ...]
    at_start: tuple[Workaround, ...]
    prototypes: tuple[str, ...]  # of the workarounds


# ---- sets of devices ----


def _by_variant(driver: Driver, devices: int) -> dict[tuple[bool, ...], list[str | None]]:
    """Variants that have it on the same revisions, by these."""
    found: dict[tuple[bool, ...], list[str | None]] = {}
    for variant in dict.fromkeys(device.variant for device in driver.devices):
        has = tuple(bool(devices >> bit & 1) for bit, device in enumerate(driver.devices) if device.variant == variant)
        found.setdefault(has, []).append(variant)
    return found


def _runs(has: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """First and behind-the-last of each run of True."""
    first = None
    for index, one in enumerate((*has, False)):
        if one and first is None:
            first = index
        elif not one and first is not None:
            yield first, index
            first = None


def variant_constant(driver: Driver, variant: str | None) -> str:
    return f"{upper(driver.name)}_{'NO_VARIANT' if variant is None else f'VARIANT_{upper(variant)}'}"


def revision_constant(driver: Driver, revision: str) -> str:
    return f"{upper(driver.name)}_REVISION_{upper(revision)}"


def _of_revisions(driver: Driver, has: tuple[bool, ...]) -> str:
    terms = []
    for first, behind in _runs(has):
        bounds = []
        if behind - first == 1 and first and behind < len(has):
            bounds.append(f"dev->revision == {revision_constant(driver, driver.revisions[first].name)}")
        else:
            if first:
                bounds.append(f"dev->revision >= {revision_constant(driver, driver.revisions[first].name)}")
            if behind < len(has):
                bounds.append(f"dev->revision < {revision_constant(driver, driver.revisions[behind].name)}")
        terms.append(" && ".join(bounds))
    return " || ".join(f"({term})" if len(terms) > 1 and "&&" in term else term for term in terms)


def condition(driver: Driver, devices: int) -> str:
    """The condition in C that `dev` is one of these devices."""
    if devices == driver.every_device:
        return "true"
    terms = []
    groups = _by_variant(driver, devices)
    for has, variants in groups.items():
        if not any(has):
            continue
        others = [variant for group in groups.values() if group is not variants for variant in group]
        if len(others) == 1 and len(variants) > 1:
            each = [f"dev->variant != {variant_constant(driver, others[0])}"]
        else:
            each = [f"dev->variant == {variant_constant(driver, variant)}" for variant in variants] if others else []
        parts = []
        if each:
            parts.append(f"({' || '.join(each)})" if len(each) > 1 and not all(has) else " || ".join(each))
        if not all(has):
            text = _of_revisions(driver, has)
            parts.append(f"({text})" if parts and "||" in text else text)
        terms.append(" && ".join(parts))
    joined = [f"({term})" if len(terms) > 1 and "&&" in term else term for term in terms]
    return " || ".join(joined) or "false"


def words(driver: Driver, devices: int) -> str:
    """The same for people: "since B0", "82545EM before B0"."""
    if devices == driver.every_device:
        return "every device"
    if not devices:
        return "no device"
    terms = []
    groups = _by_variant(driver, devices)
    for has, variants in groups.items():
        if not any(has):
            continue
        parts = [", ".join("others" if variant is None else variant for variant in variants)] if len(groups) > 1 else []
        if not all(has):
            names = [revision.name for revision in driver.revisions]
            runs = []
            for first, behind in _runs(has):
                if behind - first == 1 and first and behind < len(names):
                    runs.append(f"{names[first]} alone")
                elif not first:
                    runs.append(f"before {names[behind]}")
                else:
                    runs.append(f"since {names[first]}" + (f" and before {names[behind]}" if behind < len(names) else ""))
            parts.append(", ".join(runs))
        terms.append(" ".join(parts))
    return "; ".join(terms)


def chosen(driver: Driver, found: dict[str, int]) -> str:
    """An expression with one value for each set of devices; the last is for all others."""
    terms = []
    for value, devices in list(found.items())[:-1]:
        where = condition(driver, devices)
        terms.append(f"{f'({where})' if '||' in where or '&&' in where else where} ? {value}")
    return " : ".join([*terms, list(found)[-1]])


@functools.lru_cache(maxsize=2)
def _places(driver: Driver) -> dict[Register, int]:
    return {register: place for place, register in enumerate(driver.registers)}


def on_device(driver: Driver, register: Register, device: Device) -> Register | None:
    """What a device has in the place of a register; None: it lacks it."""
    return device.registers[_places(driver)[register]]


def as_devices_have_it(driver: Driver, register: Register) -> tuple[tuple[Register, int], ...]:
    """What the devices have in the place of a register, each with its set of devices; the register itself where none differs."""
    if not driver.devices:
        return ((register, 0),)
    found: dict[Register, int] = {}
    for bit, device in enumerate(driver.devices):
        own = on_device(driver, register, device)
        if own is not None:
            found[own] = found.get(own, 0) | 1 << bit
    return tuple(found.items()) or ((register, 0),)


# ---- who has what ----


def has_register(driver: Driver, register: Register) -> str:
    """The name of the predicate; "": every device has it."""
    return "" if register.devices is None else f"{lower(driver.name)}_has_{lower(register.name, register.c_name)}"


def has_field(driver: Driver, register: Register, field: Field) -> str:
    return "" if field.devices is None else f"{lower(driver.name)}_has_{lower(register.name, register.c_name)}_{lower(field.name, field.c_name)}"


def erratum_name(driver: Driver, erratum: Erratum) -> str:
    return f"{lower(driver.name)}_erratum_{lower(erratum.name)}"


def lacks_text(driver: Driver, what: str) -> str:
    return string(f"{driver.name} {what}: this device has none")


def _field_devices(driver: Driver, register: Register, field: Field) -> int:
    both = driver.every_device if register.devices is None else register.devices
    return both & (both if field.devices is None else field.devices)


def predicates(driver: Driver) -> tuple[Predicate, ...]:
    """Registers, fields, values, and errata."""
    if not driver.devices:
        return ()
    made = []
    for register in driver.registers:
        if register.devices is not None:
            made.append(Predicate(has_register(driver, register), (f"{register.name}: {words(driver, register.devices)}.",), condition(driver, register.devices)))
        for field in register.fields:
            if field.devices is not None:
                have = _field_devices(driver, register, field)
                made.append(Predicate(has_field(driver, register, field), (f"{register.name}.{field.name}: {words(driver, have)}.",), condition(driver, have)))
    for enum in driver.enums:
        for value in enum.values:
            if value.devices is not None:
                name = f"{lower(driver.name)}_has_{lower(enum.name)}_{lower(value.name, value.c_name)}"
                made.append(Predicate(name, (f"{value.name} of {enum.name}: {words(driver, value.devices)}.",), condition(driver, value.devices)))
    for erratum in driver.errata:
        text = f"Erratum {erratum.name}, {words(driver, erratum.devices)}: {comment(erratum.title)}"
        made.append(Predicate(erratum_name(driver, erratum), (*block(text), *said(erratum)), condition(driver, erratum.devices)))
    return tuple(made)


def value_check(driver: Driver, enum: Enum_) -> str:
    """The function that asks whether a device has a value; "": every device has every one."""
    return f"{lower(driver.name)}_{lower(enum.name)}_is_there_" if any(value.devices is not None for value in enum.values) else ""


def value_checks(driver: Driver) -> tuple[ValueCheck, ...]:
    made = []
    for enum in driver.enums:
        name = value_check(driver, enum)
        if name:
            prefix = f"{lower(driver.name)}_has_{lower(enum.name)}_"
            rows = []
            for number in dict.fromkeys(value.value for value in enum.written):
                named = [value for value in enum.written if value.value == number]  # several: one on each device
                if all(value.devices is not None for value in named):
                    rows.append((enum_constant(driver, enum, named[0]), " || ".join(f"{prefix}{lower(value.name, value.c_name)}(dev)" for value in named)))
            tag = f"{lower(driver.name)}_{lower(enum.name)}" + ("_that_can_be_written" if has_two_types(enum) else "")
            made.append(ValueCheck(name, tag, tuple(rows)))
    return tuple(made)


def touched_by(driver: Driver, register: Register) -> tuple[str, ...]:
    """Sentences for the comment of a register's accessors."""
    found = []
    for erratum in driver.errata:
        touches = [name for name in erratum.touches if name.partition(".")[0].partition("[")[0] == register.name]
        if touches:
            found.append(f"Erratum {erratum.name} touches {', '.join(touches)}: {comment(erratum.title)}")
    return tuple(found)


# ---- where registers are ----


@functools.lru_cache(maxsize=2)
def moving(driver: Driver) -> tuple[Register, ...]:
    """Registers that are not at the same place on every device that has them."""
    found = []
    for place, register in enumerate(driver.registers):
        offsets = {own.offset for device in driver.devices if (own := device.registers[place]) is not None}
        if len(offsets) > 1 or offsets - {register.offset}:
            found.append(register)
    return tuple(found)


def place_of(driver: Driver, register: Register) -> str:
    """The expression for a register's offset: a constant, or what attach found."""
    constant = f"{lower(driver.name)}_{lower(register.name, register.c_name)}".upper()
    if driver.devices and any(one is register for one in moving(driver)):
        return f"dev->at.{lower(register.name, register.c_name)}"
    return constant


def other_places(driver: Driver, register: Register) -> tuple[tuple[str, int], ...]:
    """Which devices have a register somewhere else than `registers:` says, and where; empty where it does not move."""
    found: dict[int, int] = {}
    for bit, device in enumerate(driver.devices):
        own = on_device(driver, register, device)
        if own is not None and own.offset != register.offset:
            found[own.offset] = found.get(own.offset, 0) | 1 << bit
    return tuple((words(driver, devices), offset) for offset, devices in found.items())


def _workarounds(driver: Driver, moment: Moment) -> tuple[Workaround, ...]:
    handlers = dict.fromkeys(erratum.workaround for erratum in driver.errata if erratum.workaround and erratum.moment is moment)
    return tuple(
        Workaround(
            f"{lower(driver.name)}_{lower(handler)}",
            " || ".join(f"{erratum_name(driver, erratum)}(dev)" for erratum in driver.errata if (erratum.workaround, erratum.moment) == (handler, moment)),
        )
        for handler in handlers
    )


def several_variants(driver: Driver) -> bool:
    return len({device.variant for device in driver.devices}) > 1


def devices(driver: Driver) -> Devices | None:
    """None: the devices do not differ."""
    if not driver.devices:
        return None
    moved = moving(driver)
    places = []
    for device in driver.devices:
        own = {register.name: there or register for register, there in zip(driver.registers, device.registers, strict=True)}
        places.append((", ".join(f"0x{own[register.name].offset:04x}u" for register in moved), device.name))
    several = several_variants(driver)
    count = len(driver.revisions)
    index = ["dev->variant"] if several else []
    if count > 1:
        index = ["dev->variant * %du + dev->revision" % count] if several else ["dev->revision"]
    rows = []
    for place, register in enumerate(driver.registers):
        if register in moved or register.devices is not None:
            rows.append((place, place_of(driver, register), f"{has_register(driver, register)}(dev)" if register.devices is not None else "true"))
    at_reset, at_start = _workarounds(driver, Moment.RESET), _workarounds(driver, Moment.START)
    return Devices(
        variants=tuple((variant_constant(driver, variant), _says(driver, variant)) for variant in dict.fromkeys(device.variant for device in driver.devices)) if several else (),
        revisions=tuple((revision_constant(driver, revision.name), revision.name, f"0x{revision.number:02x}", said(revision)) for revision in driver.revisions),
        offsets=tuple(lower(register.name, register.c_name) for register in moved),
        places=tuple(places) if moved else (),
        index="".join(index) or "0",
        rows=tuple(rows),
        at_reset=at_reset,
        at_start=at_start,
        prototypes=tuple(dict.fromkeys(f"int {one.function}(struct {lower(driver.name)} *dev);" for one in (*at_reset, *at_start))),
    )


def _says(driver: Driver, name: str | None) -> tuple[str, ...]:
    """The comment on a variant; devices without one have none."""
    found = next((variant for variant in driver.variants if variant.name == name), None)
    return () if found is None else about(driver, f"variants.{name}", found)


def variant_index(driver: Driver, variant: str | None) -> int:
    """Which of the variants of `devices` a line of `match:` is."""
    names = list(dict.fromkeys(device.variant for device in driver.devices))
    return names.index(variant) if variant in names else 0
