# SPDX-License-Identifier: MIT
"""Descriptor rings: what the generated give, take, reap and refill need to know of the descriptors."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import ByteOrder, Descriptor, Direction, Driver, Member, MemberRef, Ring
from ..names import comment, lower, upper
from . import access


@dataclass(frozen=True, slots=True)
class Load:
    """One member of a descriptor that the device wrote, read once into a local variable."""

    c_type: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RingShape:
    name: str  # "rx"
    prefix: str  # "e1000_rx"
    upper: str  # "E1000_RX"
    entry: str  # "e1000_rx_desc"
    doc: str
    receives: bool
    spare: int
    align: int
    attach: tuple[str, ...]  # statements
    enable: str  # statement; "": no enable bit
    disable: str
    doorbell: str  # statement
    tells_each: bool  # a doorbell for every entry
    first: Load  # the member that says the device is done with an entry
    ready: str  # condition on its local variable
    not_ready: str
    ready_at: str  # the same of entries[last & ring->mask]
    rest: tuple[Load, ...]  # what is read after it
    length: str  # local variable with the length
    last: str  # condition: the last entry of a frame
    bad: str  # condition: the frame is bad; "": the device cannot say
    post: tuple[str, ...]  # initialisers of an entry that is given
    last_marks: tuple[tuple[str, str, str], ...]  # member, value when last, value when not


def _member(descriptor: Descriptor, name: str) -> Member:
    return next(member for member in descriptor.members if member.name == name)


def _order(descriptor: Descriptor) -> str:
    return "be" if descriptor.order is ByteOrder.BIG else "le"


def _to(descriptor: Descriptor, member: Member, value: str) -> str:
    return value if member.width == 8 else f"dddk_to_{_order(descriptor)}{member.width}({value})"


def _from(descriptor: Descriptor, member: Member, place: str) -> str:
    value = f"DDDK_READ_ONCE({place}.{lower(member.name)})"
    return value if member.width == 8 else f"dddk_from_{_order(descriptor)}{member.width}({value})"


def _load(descriptor: Descriptor, name: str) -> Load:
    member = _member(descriptor, name)
    return Load(f"uint{member.width}_t", lower(name), _from(descriptor, member, "entries[at]"))


def _constant(driver: Driver, descriptor: Descriptor, ref: MemberRef) -> str:
    assert ref.field is not None
    field = next(field for field in _member(descriptor, ref.member).fields if field.name == ref.field)
    return f"{lower(driver.name)}_{lower(descriptor.name)}_{lower(ref.member)}_{lower(field.name, field.c_name)}".upper()


def _any(driver: Driver, descriptor: Descriptor, refs: tuple[MemberRef, ...], column: int) -> str:
    """A condition over local variables: one of these bits is set. It begins at `column`; long ones are wrapped."""
    masks: dict[str, list[str]] = {}
    for ref in refs:
        masks.setdefault(lower(ref.member), []).append(_constant(driver, descriptor, ref))
    tests = []
    for name, constants in masks.items():
        mask = constants[0]
        if len(constants) > 1:
            lines = [" | ".join(constants[i : i + 2]) for i in range(0, len(constants), 2)]
            mask = "(" + f" |\n{' ' * (column + len(f'({name} & ('))}".join(lines) + ")"
        tests.append(f"({name} & {mask}) != 0")
    return f" ||\n{' ' * column}".join(tests)


def _marks(driver: Driver, ring: Ring, descriptor: Descriptor) -> tuple[tuple[str, str, str], ...]:
    """For each member with marks: its name, its value in the last entry of a frame, and in the others."""
    rows = []
    for name in dict.fromkeys(ref.member for ref in (*ring.frame_each, *ring.frame_last)):
        member = _member(descriptor, name)
        each = [_constant(driver, descriptor, ref) for ref in ring.frame_each if ref.member == name]
        last = [_constant(driver, descriptor, ref) for ref in ring.frame_last if ref.member == name]
        values = tuple(" | ".join(constants) or "0" for constants in (each + last, each))
        rows.append((lower(name), *(_to(descriptor, member, value) for value in values)))
    return tuple(rows)


def _attach_value(ring: Ring, value: str | int) -> tuple[str, int]:
    """What is written, and how many bits it has."""
    name = lower(ring.name)
    match value:
        case "base":
            return f"dev->{name}.memory.device.value", 64
        case "base.low":
            return f"dddk_dma_low(dev->{name}.memory.device)", 32
        case "base.high":
            return f"dddk_dma_high(dev->{name}.memory.device)", 32
        case "bytes":
            return f"(uint32_t)dev->{name}.memory.size_bytes", 32
        case "count":
            return f"dev->{name}.mask + 1u", 32
        case "head":
            return f"dev->{name}.head & dev->{name}.mask", 32
        case "tail":
            return f"dev->{name}.tail & dev->{name}.mask", 32
    return f"{value}u", 0


def _shape(driver: Driver, ring: Ring) -> RingShape:
    descriptor = driver.descriptor(ring.descriptor)
    receives = ring.direction is Direction.FROM_DEVICE
    prefix, name = f"{lower(driver.name)}_{lower(ring.name)}", lower(ring.name)
    address = _member(descriptor, ring.payload_address)
    length = _member(descriptor, ring.payload_length)
    first = _load(descriptor, ring.take_field.member)
    ready = _constant(driver, descriptor, ring.take_field)
    where = "buffer.address" if receives else "segment->address"
    bits = f"{where}.value" if address.width == 64 else f"dddk_dma_low({where})"
    post = [f".{lower(address.name)} = {_to(descriptor, address, bits)}"]
    rest: list[Load] = []
    if receives:
        named = [ring.payload_length, *(ref.member for ref in (*ring.frame_last, *ring.frame_bad))]
        rest = [_load(descriptor, member) for member in dict.fromkeys(named) if member != ring.take_field.member]
    else:
        narrow = "segment->length_bytes" if length.width >= 32 else f"(uint{length.width}_t)segment->length_bytes"
        post.append(f".{lower(length.name)} = {_to(descriptor, length, narrow)}")
    attach = []
    for entry in ring.attach:
        value, width = _attach_value(ring, entry.value)
        attach.append(access.put(driver, entry.to, value, width))
    last_at = _from(descriptor, _member(descriptor, ring.take_field.member), "entries[last & ring->mask]")
    return RingShape(
        name=name,
        prefix=prefix,
        upper=prefix.upper(),
        entry=f"{lower(driver.name)}_{lower(descriptor.name)}",
        doc=comment(ring.doc),
        receives=receives,
        spare=ring.spare,
        align=ring.align,
        attach=tuple(attach),
        enable=access.update(driver, ring.enable, "true") if ring.enable else "",
        disable=access.update(driver, ring.enable, "false") if ring.enable else "",
        doorbell=access.put(driver, ring.give_to, "ring->tail & ring->mask"),
        tells_each=ring.give_once == "entry",
        first=first,
        ready=f"({first.name} & {ready}) != 0",
        not_ready=f"({first.name} & {ready}) == 0",
        ready_at=f"({last_at} & {ready}) != 0",
        rest=tuple(rest),
        length=lower(length.name),
        last=_any(driver, descriptor, ring.frame_last, len("        bool last = ")) if receives else "",
        bad=_any(driver, descriptor, ring.frame_bad, len("        bool bad = ")),
        post=tuple(post),
        last_marks=() if receives else _marks(driver, ring, descriptor),
    )


def rings(driver: Driver) -> tuple[RingShape, ...]:
    return tuple(_shape(driver, ring) for ring in driver.rings)
