# SPDX-License-Identifier: MIT
"""Lower the accessors of a descriptor's members: what `registers` and `register_writes` know of a register's fields, over memory.

A member is one access: `read` loads it, `write` stores it, `update` loads, changes and stores it. Both work on a copy and in
the ring, where the order of accesses is the caller's business, as a register's is.
"""

from __future__ import annotations

from dataclasses import replace

from ..dataclass import dataclass
from ..memory import has_accessors, order_of, as_register, written_by_driver
from ..model import ByteOrder, Descriptor, Driver, Member
from . import field_values
from .layouts import StructMember, aligned, naturally_aligned
from .names import comment, lower, string
from .register_names import accessor, number, word
from .register_writes import Put, put
from .registers import value_members


@dataclass(frozen=True, slots=True)
class MemberAccessors:
    name: str  # "foo_job_command"
    entry: str  # "foo_job"
    doc: str
    word: str
    c_type: str  # of the member in the CPU's order
    members: tuple[StructMember, ...]  # of the value struct; empty: the member is one plain value
    unpack: tuple[tuple[str, str], ...]
    load: str
    store: tuple[str, str]  # before and behind the value
    put: Put | None
    scales: tuple[field_values.ScaleShape, ...]
    narrow: int  # bits of a plain value narrower than a word, or 0
    narrow_text: str
    reads: bool


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an entry must hold."""

    function: str  # "foo_job_is_expected"
    loads: tuple[tuple[str, str, str], ...]  # struct, local, how it is read
    condition: str


def _access(layout: Descriptor, member: Member) -> tuple[str, tuple[str, str]]:
    """One access in the CPU's order. A member that is nowhere aligned has no such access, and no mark of the device is in it."""
    place = f"entry->{lower(member.name, member.c_name)}"
    whole = naturally_aligned(layout)
    load = f"DDDK_READ_ONCE({place})" if whole else place
    store = (f"DDDK_WRITE_ONCE({place}, ", ")") if whole else (f"{place} = ", "")
    if member.width > 8:
        way = f"{'be' if order_of(layout, member) is ByteOrder.BIG else 'le'}{member.width}"
        load = f"dddk_from_{way}({load})"
        store = (f"{store[0]}dddk_to_{way}(", f"){store[1]}")
    return load, store


def _accessors(driver: Driver, layout: Descriptor, member: Member) -> MemberAccessors:
    register = as_register(layout, member)
    name, width = accessor(driver, register), member.width
    members, unpack = value_members(driver, register) if member.fields else ([], [])
    load, store = _access(layout, member)
    last = member.offset + width // 8 - 1
    where = f"byte {member.offset}" if width == 8 else f"bytes {member.offset} to {last}"
    doc = f"{layout.name}.{member.name}, {where}"
    doc += f": {comment(member.doc)}" if member.doc else "."
    updates = any(map(written_by_driver, member.fields))
    return MemberAccessors(
        name=name,
        entry=f"{lower(driver.name)}_{lower(layout.name)}",
        doc=doc + (f" ({comment(member.see)})" if member.see else ""),
        word=word(width),
        c_type=f"uint{width}_t",
        members=aligned(members),
        unpack=tuple(unpack),
        load=load,
        store=store,
        put=put(driver, register, updates, "entry", f"{layout.name}.{member.name}"),
        scales=tuple(
            field_values.scale_shape(driver, f"{layout.name}.{member.name}.{field.name}", f"{name}_{lower(field.name, field.c_name)}", field, width) for field in member.fields if field.scale is not None
        ),
        narrow=width if not member.fields and width < 32 else 0,
        narrow_text=string(f"{driver.name} {layout.name}.{member.name} is {width} bits wide: 0 to 0x{(1 << width) - 1:x}"),
        reads=bool(members) or not member.fields,
    )


def accessors(driver: Driver, layout: Descriptor) -> tuple[MemberAccessors, ...]:
    """Of a descriptor of which masks do not say it all; none of another."""
    if not has_accessors(layout):
        return ()
    plain = replace(driver, devices=(), registers=())  # memory is the same with every device
    return tuple(_accessors(plain, layout, member) for member in layout.members)


def expectation(driver: Driver, layout: Descriptor) -> Expectation | None:
    """None: nothing is expected."""
    prefix = f"{lower(driver.name)}_{lower(layout.name)}"
    loads, terms = [], []
    for member in layout.members:
        local = f"{lower(member.name, member.c_name)}_"
        raws = []
        for field in member.fields:
            one_of = [f"({local} & {number(field.mask, member.width)}) == {number(value << field.lsb, member.width)}" for value in field.expect]
            raws += [f"({' || '.join(one_of)})" if len(one_of) > 1 else one_of[0]] if one_of else []
        if raws:
            loads.append((word(member.width), local, _access(layout, member)[0]))
            terms += raws
    return Expectation(f"{prefix}_is_expected", tuple(loads), " && ".join(terms)) if terms else None
