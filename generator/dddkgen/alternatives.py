# SPDX-License-Identifier: MIT
"""Alternatives of a descriptor: which bits of an entry say which it is, and where they are in each alternative's members.

A bit of an entry is numbered from the entry's beginning: 8 times its byte, and its place in the byte. So a bit has one number
in every layout over the same bytes, whatever the byte order.
"""

from __future__ import annotations

from .memory import order_of
from .model import Alternative, ByteOrder, Descriptor, Field, Member, MemberRef


def member(descriptor: Descriptor, name: str) -> Member:
    return next(member for member in descriptor.members if member.name == name)


def field_of(descriptor: Descriptor, ref: MemberRef) -> Field | None:
    return next((field for field in member(descriptor, ref.member).fields if field.name == ref.field), None)


def place(descriptor: Descriptor, ref: MemberRef) -> tuple[int, int]:
    """The lowest bit and the width of a member, or of a field of one."""
    field = field_of(descriptor, ref)
    return (0, member(descriptor, ref.member).width) if field is None else (field.lsb, field.width)


def bit_number(descriptor: Descriptor, one: Member, bit: int) -> int:
    """The number in the entry of bit `bit` of a member."""
    byte = bit // 8 if order_of(descriptor, one) is ByteOrder.LITTLE else (one.width - 1 - bit) // 8
    return (one.offset + byte) * 8 + bit % 8


def bits_of(descriptor: Descriptor, ref: MemberRef) -> tuple[int, ...]:
    """The numbers of the bits of a member or field, the lowest first."""
    one = member(descriptor, ref.member)
    low, width = place(descriptor, ref)
    return tuple(bit_number(descriptor, one, bit) for bit in range(low, low + width))


def fixed(descriptor: Descriptor, alternative: Alternative) -> dict[int, int]:
    """What the entry holds when it is this alternative: values by number of the bit."""
    found: dict[int, int] = {}
    for ref, value in zip(descriptor.chosen_by, alternative.values):
        if value is not None:
            for number, bit in enumerate(bits_of(descriptor, ref)):
                found[bit] = value >> number & 1
    return found


def fixed_in(descriptor: Descriptor, alternative: Alternative, one: Member) -> tuple[int, int]:
    """Those bits as far as they are in a member of the alternative: mask and value."""
    known = fixed(descriptor, alternative)
    mask = value = 0
    for bit in range(one.width):
        number = bit_number(alternative.layout, one, bit)
        if number in known:
            mask |= 1 << bit
            value |= known[number] << bit
    return mask, value


def said(descriptor: Descriptor, alternative: Alternative) -> str:
    """`command.EXTENDED is 1 and command.KIND is 0`; `anything` where nothing is asked."""
    parts = []
    for ref, value in zip(descriptor.chosen_by, alternative.values):
        if value is not None:
            parts.append(f"{ref.member}{f'.{ref.field}' if ref.field else ''} is {value}")
    return " and ".join(parts) or "anything is in it"


def which(descriptor: Descriptor, entry: bytes) -> Alternative | None:
    """The alternative that an entry is; None: none of them."""
    for alternative in descriptor.alternatives:
        if all(entry[bit // 8] >> bit % 8 & 1 == value for bit, value in fixed(descriptor, alternative).items()):
            return alternative
    return None


def free_parts(descriptor: Descriptor, alternative: Alternative) -> list[tuple[Member, Field | None]]:
    """What an author says of an entry: fields, and members without fields, but not what makes it this alternative."""
    parts: list[tuple[Member, Field | None]] = []
    for one in alternative.layout.members:
        mask, _ = fixed_in(descriptor, alternative, one)
        if not one.fields:
            parts += [] if mask else [(one, None)]
        parts += [(one, field) for field in reversed(one.fields) if not field.mask & mask]
    return parts
