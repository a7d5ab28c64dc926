# SPDX-License-Identifier: MIT
"""Structures in memory, as accessors see them: a member is to a descriptor what a register is to a device.

So what is known of registers (types, limits, what a write leaves alone) holds for members, too, and only how they are reached
differs. Memory holds what was written to it: a field can be read and written (`rw`), or is the device's to write (`ro`).
"""

from __future__ import annotations

from .model import ByteOrder, Descriptor, Field, Member, Register, Reserved
from .semantics import POLICIES

#: What a field in memory may be.
ACCESSES = ("rw", "ro")


def order_of(layout: Descriptor, member: Member) -> ByteOrder:
    """Which byte of the member comes first."""
    return member.order or layout.order


def swapped(layout: Descriptor, member: Member) -> bool:
    """Its bytes come the other way round than those of the descriptor's other members."""
    return member.width > 8 and order_of(layout, member) is not layout.order


def is_more_than_bits(field: Field) -> bool:
    """A mask does not say all that is known of the field."""
    return bool(field.kind or field.enum is not None or field.min is not None or field.max is not None or field.scale is not None or field.expect or field.access == "ro")


def has_accessors(layout: Descriptor) -> bool:
    """Its members are read and written by functions: where handlers fill it, and where names and masks do not say it all."""
    return layout.for_handlers or needs_accessors(layout)


def needs_accessors(layout: Descriptor) -> bool:
    """Some member is more than a number, or has fields that are more than bits."""
    return any(member.reserved is not None or any(map(is_more_than_bits, member.fields)) for member in layout.members)


def written_by_driver(field: Field) -> bool:
    return POLICIES[field.access].writable


def as_register(layout: Descriptor, member: Member, fields: tuple[Field, ...] | None = None) -> Register:
    """What accessors and their checks need to know of a member; `fields`: instead of its own."""
    return Register(
        name=f"{layout.name}_{member.name}",
        region="",
        offset=member.offset,
        width=member.width,
        count=None,
        stride=member.width // 8,
        access="rw",
        fields=member.fields if fields is None else fields,
        reset=None,
        reserved=member.reserved or Reserved.PRESERVE,
        bank=None,
        shadow=False,
        effects=(),
        volatile=False,
        origin=member.origin,
        doc=member.doc,
        see=member.see,
        c_name=None if member.c_name is None else f"{layout.name}_{member.c_name}",
    )
