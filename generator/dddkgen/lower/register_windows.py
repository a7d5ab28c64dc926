# SPDX-License-Identifier: MIT
"""Accessors of registers behind an indirect window: the two functions of the window, and the calls of them."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Driver, Region, Register
from ..places import repeats
from . import register_places
from .names import comment, lower
from .register_names import accessor, member_of
from .times import duration


@dataclass(frozen=True, slots=True)
class WindowShape:
    name: str  # prefix of the functions: "foo_phy_window_"
    region: str
    index: str  # names of the registers
    data: str
    c_type: str  # of the data
    all_ones: str
    select: str  # statement
    wait: str  # expression: a status; "": nothing is waited for
    load: str
    store: str
    store_each: str  # from `values[i]`
    advances: bool  # the index, by itself


def _prefix(driver: Driver, region: Region) -> str:
    return f"{lower(driver.name)}_{lower(region.name)}_window_"


def through_window(driver: Driver, register: Register, region: Region) -> tuple[str, tuple[str, str]]:
    """The load, and what stands before and behind the value in the store."""
    place = register_places.place(driver, register)
    prefix = _prefix(driver, region)
    return f"{prefix}read_(dev, {place})", (f"{prefix}write_(dev, {place}, ", ")")


@dataclass(frozen=True, slots=True)
class RangeShape:
    """Several elements of an array with one index: prefix of the window's functions, and how far apart the elements are."""

    name: str
    index: str  # parameters before `first`: which of the outer repeats
    limits: tuple[register_places.Limit, ...]  # of those
    place: str  # of the first element
    text: str  # what is said of elements that are not there
    reads: bool
    writes: bool


def range_shape(driver: Driver, register: Register, region: Region, reads: bool, writes: bool) -> RangeShape | None:
    """None: no array, or one whose next element is not where the index goes by itself."""
    window = region.window
    inner = repeats(register)[-1] if register.count is not None else None
    if window is None or inner is None or inner.scaled or inner.places or register.bank is not None or inner.stride != window.unit * window.increment:
        return None
    *outer, last = register_places.limits(driver, register)
    names = [limit.index for limit in outer]
    place = register_places.place(driver, register, (*names, "first"))
    return RangeShape(_prefix(driver, region), "".join(f", size_t {name}" for name in names), tuple(outer), place, last.text, reads, writes)


def _wait(driver: Driver, region: Region) -> str:
    window = region.window
    assert window is not None
    if window.ready is None:
        return ""
    ref = window.ready.ref
    register = driver.register(ref.register)
    field = next(field for field in register.fields if field.name == ref.field)
    value = f"{accessor(driver, register)}_read(dev).{member_of(field)}"
    if field.width == 1:
        condition = value if window.ready.value else f"!{value}"
    else:
        condition = f"{value} == {window.ready.value}{'u' if field.width <= 32 else 'ull'}"
    return f"dddk_poll(dev, {condition}, {duration(window.timeout_ns)})"


def window_shape(driver: Driver, register: Register, region: Region, seen: set[str]) -> WindowShape | None:
    """None: the region is no window, or an earlier register has it."""
    window, name = region.window, _prefix(driver, region)
    if window is None or name in seen:
        return None
    seen.add(name)
    index, data = driver.register(window.index), driver.register(window.data)
    offset = "offset" if window.unit == 1 else f"offset / {window.unit}u"
    value = f"(uint{index.width}_t)offset" if window.unit == 1 else f"(uint{index.width}_t)({offset})"
    return WindowShape(
        name=name,
        region=comment(region.name),
        index=index.name,
        data=data.name,
        c_type=f"uint{data.width}_t",
        all_ones=f"0x{'f' * (data.width // 4)}{'ull' if data.width > 32 else 'u'}",
        select=f"{accessor(driver, index)}_write_raw_(dev, {value})",
        wait=_wait(driver, region),
        load=f"{accessor(driver, data)}_read_raw_(dev)",
        store=f"{accessor(driver, data)}_write_raw_(dev, value)",
        store_each=f"{accessor(driver, data)}_write_raw_(dev, values[i])",
        advances=bool(window.increment),
    )
