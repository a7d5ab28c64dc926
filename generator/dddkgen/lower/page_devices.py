# SPDX-License-Identifier: MIT
"""The tables of the reference page that say how the devices differ, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Driver, Field, Register
from .markdown import cell, meaning, notes, plain
from .variants import as_devices_have_it, words

Row = tuple[str, ...]


def tables(driver: Driver) -> list[tuple[str, Row, tuple[Row, ...], tuple[str, ...]]]:
    """Title, head, rows and long texts; none where the devices do not differ."""
    if not driver.devices:
        return []
    found: list[tuple[str, Row, tuple[Row, ...], tuple[str, ...]]] = []
    if driver.revisions:
        rows = tuple((revision.name, f"0x{revision.number:02x}", meaning(revision)) for revision in driver.revisions)
        found.append(("Revisions: a device with another ID is driven as the newest that is not above it", ("name", "ID", "meaning"), rows, notes(driver.revisions)))
    differences = tuple(_differences(driver))
    if differences:
        found.append(("Differences between devices", ("what", "devices", "how"), differences, ()))
    if driver.errata:
        rows = tuple(
            (erratum.name, cell(plain(erratum.title)), words(driver, erratum.devices), ", ".join(erratum.touches), _workaround(erratum.workaround, erratum.moment.value), meaning(erratum))
            for erratum in driver.errata
        )
        found.append(("Errata", ("ID", "what is wrong", "devices", "touches", "workaround", "meaning"), rows, notes(driver.errata)))
    return found


def _workaround(handler: str | None, moment: str) -> str:
    return "" if handler is None else f"{handler}, behind every {moment}"


def _differences(driver: Driver) -> Iterator[Row]:
    """One row for each thing that is not the same on all of them."""
    for register in driver.registers:
        if register.devices is not None:
            yield register.name, words(driver, register.devices), "only these have it"
        forms = as_devices_have_it(driver, register)
        offsets = _grouped([(f"{own.offset:#06x}", devices) for own, devices in forms])
        if len(offsets) > 1:
            yield from ((register.name, words(driver, devices), f"at {offset}") for offset, devices in offsets.items())
        for field in register.fields:
            if field.devices is not None:
                have = sum(devices for own, devices in forms if any(mine.name == field.name for mine in own.fields))
                yield f"{register.name}.{field.name}", words(driver, have), "only these have it"
        yield from _values(driver, register, forms)
    for enum in driver.enums:
        for value in enum.values:
            if value.devices is not None:
                yield f"{enum.name}.{value.name}", words(driver, value.devices), "only these have it"


def _values(driver: Driver, register: Register, forms: tuple[tuple[Register, int], ...]) -> Iterator[Row]:
    """Reset values and what is expected, of fields, or of a register that has none."""
    for name in [field.name for field in register.fields] or [None]:
        things: list[tuple[Register | Field, int]] = []
        for own, devices in forms:
            thing: Register | Field | None = own if name is None else next((field for field in own.fields if field.name == name), None)
            if thing is not None:
                things.append((thing, devices))
        what = register.name if name is None else f"{register.name}.{name}"
        resets = [("unknown after a reset" if thing.reset is None else f"reset {thing.reset:#x}", devices) for thing, devices in things]
        expects = [("nothing expected" if not thing.expect else "expected " + " or ".join(f"{value:#x}" for value in thing.expect), devices) for thing, devices in things]
        texts = [(meaning(thing), devices) for thing, devices in things]
        for rows in (resets, expects, texts):
            found = _grouped(rows)
            if len(found) > 1:
                yield from ((what, words(driver, devices), text) for text, devices in found.items() if text)


def _grouped(rows: list[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text, devices in rows:
        found[text] = found.get(text, 0) | devices
    return found
