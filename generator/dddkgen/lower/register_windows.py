# SPDX-License-Identifier: MIT
"""Accessors of registers behind an indirect window: the two functions of the window, and the calls of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .. import hazards
from ..dataclass import dataclass
from ..model import Driver, Ref, Region, Register
from ..places import repeats
from . import register_places
from .names import comment, lower
from .register_names import accessor, member_of, number, shifted
from .register_names import word as c_word
from .times import duration

Access = Callable[[Driver, Register, Sequence[str] | None], tuple[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class WindowShape:
    name: str  # prefix of the functions: "foo_phy_window_"
    region: str
    index: str  # names of the registers
    data: str
    c_type: str  # of the data
    all_ones: str
    select: str  # statement
    selects: tuple[str, ...]  # statements of a function that selects; empty: there is none
    lock: str  # "&dev->register_lock", or "": interrupts do not go through it
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
    value = f"{accessor(driver, register)}_read(dev{ref.arguments}).{member_of(field)}"
    if field.width == 1:
        condition = value if window.ready.value else f"!{value}"
    else:
        condition = f"{value} == {window.ready.value}{'u' if field.width <= 32 else 'ull'}"
    return f"dddk_poll(dev, {condition}, {duration(window.timeout_ns)})"


def _given(ref: Ref) -> tuple[str, ...] | None:
    """The indices of one element."""
    return tuple(map(str, ref.indices or (ref.index,))) if ref.index is not None else None


def _shadow(register: Register, ref: Ref) -> str:
    """What the driver remembers of it."""
    return f"dev->shadow.{lower(register.name, register.c_name)}{''.join(f'[{index}]' for index in _given(ref) or ())}"


def _with_index(driver: Driver, index: Register, name: str, offset: str, load: str, ref: Ref) -> str:
    """What is written to an index register of which only one field is the index."""
    field = next(field for field in index.fields if field.name == name)
    value = shifted(offset if c_word(index.width) == "uint64_t" else f"(uint32_t){offset}" if offset == "offset" else f"(uint32_t)({offset})", field.lsb)
    kept, set_ = hazards.beside(index)
    kept, set_ = kept & ~field.mask, set_ & ~field.mask
    if index.write_mask:
        kept, set_ = 0, field.mask << index.enable_shift
    was = _shadow(index, ref) if index.shadow else load
    terms = [f"({was} & {number(kept, index.width)})"] * bool(kept) + [f"({value})" if field.lsb else value] + [number(set_, index.width)] * bool(set_)
    return " | ".join(terms) if len(terms) > 1 else value


def window_shape(driver: Driver, register: Register, region: Region, seen: set[str], access: Access) -> WindowShape | None:
    """None: the region is no window, or an earlier register has it. `access`: how a register of a BAR is read, and what stands before and behind what is written."""
    window, name = region.window, _prefix(driver, region)
    if window is None or name in seen:
        return None
    seen.add(name)
    index, data, store = (driver.register(one) for one in (window.index, window.data, window.store))
    locked = index.lock is not None  # and with it all that is behind it
    at, by, to = (f"dev{ref.arguments}" for ref in (window.index_at, window.data_at, window.store_at))
    offset = "offset" if window.unit == 1 else f"offset / {window.unit}u"
    value = f"(uint{index.width}_t)offset" if window.unit == 1 else f"(uint{index.width}_t)({offset})"
    selects: tuple[str, ...] = ()
    if window.index_field is not None:
        selects = (f"{c_word(index.width)} raw = {_with_index(driver, index, window.index_field, offset, access(driver, index, _given(window.index_at))[0], window.index_at)};", "")
    if locked:
        # The accessors of its own registers take the lock, which is held already.
        raw = f"(uint{index.width}_t)raw" if selects else value
        selects += (f"{_shadow(index, window.index_at)} = {raw};",) if index.shadow else ()
        selects += (raw.join(access(driver, index, _given(window.index_at))[1]) + ";",)
    elif selects:
        selects += (f"{accessor(driver, index)}_write_raw_({at}, (uint{index.width}_t)raw);",)
    one_liner = len(selects) == 1 and selects[0].removesuffix(";")
    load = access(driver, data, _given(window.data_at))[0] if locked else f"{accessor(driver, data)}_read_raw_({by})"
    way = access(driver, store, _given(window.store_at))[1] if locked else (f"{accessor(driver, store)}_write_raw_({to}, ", ")")
    return WindowShape(
        name=name,
        region=comment(region.name),
        index=window.index_at.text,
        data=window.data_at.text if window.write_at is None else f"{window.data_at.text}, {window.write_at.text}",
        c_type=f"uint{data.width}_t",
        all_ones=f"0x{'f' * (data.width // 4)}{'ull' if data.width > 32 else 'u'}",
        select=one_liner or (f"{name}select_(dev, offset)" if selects else f"{accessor(driver, index)}_write_raw_({at}, {value})"),
        selects=() if one_liner else selects,
        lock="&dev->register_lock" if locked else "",
        wait=_wait(driver, region),
        load=load,
        store="value".join(way),
        store_each="values[i]".join(way),
        advances=bool(window.increment),
    )
