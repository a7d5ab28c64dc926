# SPDX-License-Identifier: MIT
"""Lower enums and descriptors to the strings of NAME.regs.h."""

from __future__ import annotations

import re

from ..dataclass import dataclass
from ..memory import order_of
from ..model import ByteOrder, Descriptor, Driver, Enum_, EnumValue, Field, Member
from .names import lower, string, upper
from .text import behind, headed, is_short, item, items, said


@dataclass(frozen=True, slots=True)
class EnumShape:
    name: str  # "foo_speed"
    doc: tuple[str, ...]  # lines
    extension: str  # "__extension__ " where a value does not fit an int, as ISO C wants it to
    constants: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]  # constant -> what the manifest calls it, one for each value
    speeds: tuple[tuple[str, int], ...]  # constant -> Mbit/s; empty unless every value is a speed
    other: str  # what a value without a name is called
    written: tuple[tuple[str, str], ...]  # what can be written, where that is another type; else empty
    macros: tuple[tuple[str, str], ...]  # names that are no constants of one type: flags, and what belongs to both types
    asked: str  # the predicate "foo_speed_is_reserved", where the manifest names what has no name; else ""


@dataclass(frozen=True, slots=True)
class StructMember:
    """One member of a struct: `text` is "bool slu;", `note` the comment behind it."""

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class DescriptorShape:
    name: str  # "foo_rx_desc"
    doc: tuple[str, ...]  # lines
    attribute: str  # behind `struct`, or ""
    members: tuple[StructMember, ...]
    layout: tuple[tuple[str, str], ...]  # static asserts: condition, text
    constants: tuple[tuple[str, str], ...]
    alternatives: object = None  # a ChoiceShape; None: it has none
    choice: tuple[tuple[str, str], ...] = ()  # static asserts on where they are told apart
    accessors: tuple[object, ...] = ()  # MemberAccessors; none: names and masks say it all
    expected: object = None  # an Expectation; None: there is none


def hexadecimal(value: int, width: int) -> str:
    """An unsigned constant with all the digits of `width` bits."""
    return f"0x{value:0{(width + 3) // 4}x}{'ull' if width > 32 else 'u'}"


def bits(field: Field) -> str:
    if field.width == 1:
        return f"bit {field.lsb}"
    return f"bits {field.lsb + field.width - 1}:{field.lsb}"


def aligned(members: list[StructMember]) -> tuple[StructMember, ...]:
    """The same with the comments in one column, as clang-format puts them."""
    column = max((len(member.text) for member in members), default=0)
    return tuple(StructMember(member.text.ljust(column), member.note) for member in members)


def mbps(name: str) -> int | None:
    """`10M` -> 10, `2.5G` -> 2500; None: not a speed in whole Mbit/s."""
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?([MG])", name)
    if match is None:
        return None
    whole, fraction, unit = match.groups(default="")
    scaled = int(whole + fraction) * (1000 if unit == "G" else 1)
    return None if scaled % 10 ** len(fraction) else scaled // 10 ** len(fraction)


def enum_constant(driver: Driver, enum: Enum_, value: EnumValue) -> str:
    return f"{upper(driver.name)}_{upper(enum.name)}_{upper(value.name, value.c_name)}"


def has_two_types(enum: Enum_) -> bool:
    """What can be read and what can be written are of two types in C, so that mixing them up does not compile."""
    return any(value.only is not None for value in enum.values)


def typed_constant(driver: Driver, enum: Enum_, value: EnumValue, way: str) -> str:
    """Its constant in the type. One that belongs to both types has another name in each; so have those whose own name is a macro."""
    name = enum_constant(driver, enum, value)
    if value.only is None and has_two_types(enum):
        return f"{name}_{way.upper()}_"
    return f"{name}_" if enum.flags or value.only == "write" else name


def value_macro(driver: Driver, enum: Enum_, value: EnumValue) -> tuple[str, str]:
    """Its own name where that is a macro: of the enum's type, which C's own constants are not (`~` of a flag has no sign, and clang
    finds a comparison of two types), or of none, for what belongs to both types."""
    tag = f"enum {lower(driver.name)}_{lower(enum.name)}" + ("_that_can_be_written" if value.only == "write" else "")
    number = enum_number(value.value)
    if enum.flags:
        number = f"0x{value.value:x}{'ull' if value.value >> 32 else 'u'}"
    typed = not (has_two_types(enum) and value.only is None)
    return enum_constant(driver, enum, value), f"(({tag}){number})" if typed else number


def enum_number(value: int) -> str:
    """Decimal, as people count; hexadecimal where the number is a pattern."""
    return str(value) if value <= 0x7FFF_FFFF else f"0x{value:x}"


def enum_shape(driver: Driver, enum: Enum_) -> EnumShape:
    first: dict[int, EnumValue] = {}
    for value in enum.read:
        first.setdefault(value.value, value)
    speeds = [(enum_constant(driver, enum, value), mbps(value.name)) for value in first.values()]
    known = tuple((name, speed) for name, speed in speeds if speed is not None)
    return EnumShape(
        name=f"{lower(driver.name)}_{lower(enum.name)}",
        doc=(*said(enum), *items((value.name, value) for value in enum.values)),
        extension="__extension__ " if any(value.value > 0x7FFF_FFFF for value in enum.values) else "",
        constants=tuple((typed_constant(driver, enum, value, "read"), enum_number(value.value)) for value in enum.read),
        names=tuple((enum_constant(driver, enum, value), string(value.name)) for value in first.values()),
        speeds=known if len(known) == len(speeds) else (),
        other=string(enum.other or "?"),
        written=tuple((typed_constant(driver, enum, value, "written"), enum_number(value.value)) for value in enum.written) if has_two_types(enum) else (),
        macros=tuple(value_macro(driver, enum, value) for value in enum.values if typed_constant(driver, enum, value, "") != enum_constant(driver, enum, value)),
        asked=f"{lower(driver.name)}_{lower(enum.name)}_is_{lower(enum.other)}" if enum.other is not None and not enum.flags else "",
    )


def member_type(member: Member, order: ByteOrder) -> str:
    if member.width == 8:
        return "uint8_t"
    return f"dddk_{'be' if order is ByteOrder.BIG else 'le'}{member.width}"


def naturally_aligned(descriptor: Descriptor) -> bool:
    """The compiler puts every member where the manifest does, without being told to pack."""
    return descriptor.alignment == max((member.width // 8 for member in descriptor.members), default=1)


def attribute(descriptor: Descriptor, aliased: bool) -> str:
    """`aliased`: entries are looked at as one struct and as another."""
    packed = [] if naturally_aligned(descriptor) else ["packed"]
    attributes = packed + (["may_alias"] if aliased else [])
    return f"__attribute__(({', '.join(attributes)})) " if attributes else ""


def descriptor_shape(driver: Driver, descriptor: Descriptor, aliased: bool = False) -> DescriptorShape:
    name = f"{lower(driver.name)}_{lower(descriptor.name)}"
    said = f"{driver.name} {descriptor.name}"
    members: list[StructMember] = []
    layout = [(f"sizeof(struct {name}) == {descriptor.size}", f"{said} has {descriptor.size} bytes")]
    constants: list[tuple[str, str]] = []
    above: list[str] = []
    end = 0

    def hole(until: int) -> None:
        if until > end:
            members.append(StructMember(f"uint8_t reserved_{end}_[{until - end}];", f"byte {end}, reserved"))

    for member in sorted(descriptor.members, key=lambda member: member.offset):
        hole(member.offset)
        end = member.offset + member.width // 8
        note = f"byte {member.offset}{behind(member)}"
        above += [] if is_short(member.doc) else item(member.name, member)
        above += items((f"{member.name}.{field.name}", field) for field in member.fields)
        members.append(StructMember(f"{member_type(member, order_of(descriptor, member))} {lower(member.name, member.c_name)};", note))
        layout.append(
            (
                f"__builtin_offsetof(struct {name}, {lower(member.name, member.c_name)}) == {member.offset}",
                f"{said}.{member.name} is at byte {member.offset}",
            )
        )
        for field in member.fields:
            prefix = f"{name}_{lower(member.name, member.c_name)}_{lower(field.name, field.c_name)}".upper()
            constants.append((prefix, hexadecimal(field.mask, member.width)))
            if field.width > 1:
                constants.append((f"{prefix}_SHIFT", str(field.lsb)))
    hole(descriptor.size)
    order = "big-endian" if descriptor.order is ByteOrder.BIG else "little-endian"
    doc = f"{descriptor.name}: {descriptor.size} bytes, {order}"
    return DescriptorShape(
        name=name,
        doc=(*headed(doc, descriptor), *above),
        attribute=attribute(descriptor, aliased),
        members=aligned(members),
        layout=tuple((condition, string(text)) for condition, text in layout),
        constants=tuple(constants),
    )
