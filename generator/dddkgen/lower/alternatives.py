# SPDX-License-Identifier: MIT
"""Lower a descriptor's alternatives: one struct of values each, a function that writes an entry as it, one that reads it as it
if it is, and one that says which it is."""

from __future__ import annotations

from dataclasses import replace

from .. import alternatives
from ..dataclass import dataclass
from ..alternatives import bits_of, fixed, fixed_in, free_parts
from ..hazards import reserved_mask
from ..memory import as_register, order_of, written_by_driver
from ..model import Alternative, ByteOrder, Descriptor, Driver, Field, Member, Register, Reserved
from . import field_values
from .layouts import DescriptorShape, StructMember, aligned, bits, descriptor_shape
from .names import lower, string, upper
from .register_names import field_type, number, shifted, word
from .register_writes import argument
from .text import behind, block


@dataclass(frozen=True, slots=True)
class Width:
    """One value of an alternative, and what holds it to its width."""

    name: str
    bits: int
    c_type: str
    word: str  # what it is computed in
    fits: str  # the first arguments of DDDK_FITS, or "" where every value of the type fits
    no_fit: str  # the function that DDDK_NO_FIT declares, or ""
    text: str
    member: str = ""  # in the struct by which clang sees constants that are too wide
    taken: str = ""  # the type that is written; "": only the device writes it
    local: str = ""  # what the checks look at, or "" where there are none
    refusals: tuple[field_values.Refusal, ...] = ()  # what else it does not take


@dataclass(frozen=True, slots=True)
class AlternativeShape:
    name: str  # "context"
    kind: str  # "FOO_TX_DESC_KIND_CONTEXT"
    says: str  # "command.EXTENDED is 1 and command.KIND is 0"
    test: str  # the condition on `entry`
    layout: DescriptorShape
    doc: tuple[str, ...]  # of the layout; lines
    values: tuple[StructMember, ...]
    taken: str  # the struct that a write takes: "foo_tx_desc_context_value"
    written: tuple[StructMember, ...]  # its members, where it is not that of the values
    widths: tuple[Width, ...]
    stores: tuple[str, ...]  # initialisers of the layout, from v and the locals
    loads: tuple[str, ...]  # declarations of words that several values are in
    reads: tuple[str, ...]  # initialisers of the values


@dataclass(frozen=True, slots=True)
class ChoiceShape:
    """A descriptor with alternatives."""

    name: str  # "foo_tx_desc"
    unknown: str  # "FOO_TX_DESC_KIND_UNKNOWN"
    alternatives: tuple[AlternativeShape, ...]
    loads: tuple[str, ...]  # declarations of the words that say which it is


def value_name(one: Member, field: Field | None) -> str:
    """What a member, or a field of one, is called in the struct of values."""
    return lower(one.name, one.c_name) if field is None else f"{lower(one.name, one.c_name)}_{lower(field.name, field.c_name)}"


def _load(descriptor: Descriptor, place: str, one: Member) -> str:
    if one.width == 8:
        return place
    return f"dddk_from_{'be' if order_of(descriptor, one) is ByteOrder.BIG else 'le'}{one.width}({place})"


def _store(descriptor: Descriptor, one: Member, value: str) -> str:
    c_type = f"uint{one.width}_t"
    if word(one.width) != c_type and not value.startswith("v."):
        value = f"({c_type})({value})" if " " in value else f"({c_type}){value}"
    if one.width == 8:
        return value
    return f"dddk_to_{'be' if order_of(descriptor, one) is ByteOrder.BIG else 'le'}{one.width}({value})"


def _tests(descriptor: Descriptor, alternative: Alternative) -> str:
    """The bits that make an entry this alternative, member by member of the common layout."""
    known = fixed(descriptor, alternative)
    terms = []
    for one in descriptor.members:
        mask = value = 0
        for bit in range(one.width):
            at = alternatives.bit_number(descriptor, one, bit)
            if at in known:
                mask |= 1 << bit
                value |= known[at] << bit
        if mask:
            whole = mask == (1 << one.width) - 1
            read = lower(one.name, one.c_name) if whole else f"({lower(one.name, one.c_name)} & {number(mask, one.width)})"
            terms.append(f"{read} == {number(value, one.width)}")
    return " && ".join(terms) or "true"


def _kind_loads(descriptor: Descriptor) -> tuple[str, ...]:
    asked = {bit for one in descriptor.alternatives for bit in fixed(descriptor, one)}
    rows = []
    for one in descriptor.members:
        if asked & {alternatives.bit_number(descriptor, one, bit) for bit in range(one.width)}:
            place = f"entry->{lower(one.name, one.c_name)}"
            rows.append(f"{word(one.width)} {lower(one.name, one.c_name)} = {_load(descriptor, place, one)}")
    return tuple(rows)


def is_rich(field: Field | None) -> bool:
    """Its value is not just its bits, or not every value may be written."""
    if field is None:
        return False
    flags_or_ways = field.enum is not None and (field.enum.flags or any(value.only is not None for value in field.enum.values))
    return bool(flags_or_ways or field.kind or field.min is not None or field.max is not None or not written_by_driver(field))


def _renamed(layout: Descriptor, one: Member, field: Field) -> tuple[Register, Field]:
    """The field under the name that its value has, and the member as a register of that field."""
    field = replace(field, c_name=value_name(one, field))
    return replace(as_register(layout, one, (field,)), name=layout.name, c_name=None), field


def _rich_width(driver: Driver, layout: Descriptor, said: str, one: Member, field: Field) -> Width:
    register, field = _renamed(layout, one, field)
    c_type = field_type(driver, field, one.width)
    if not written_by_driver(field):
        return Width(field.c_name or "", field.width, c_type, word(one.width), "", "", "")
    made = argument(driver, register, field, False, f"{said}.{one.name}", keeps=False)
    c_word, value = field_values.named(field, one.width)
    if not field.kind and made.c_type != c_word:
        value = f"({c_word}){value}"
    return Width(made.name, field.width, c_type, word(one.width), made.fits, made.no_fit, made.text, made.width_member, made.c_type, f"{c_word} {made.name}_ = {value}", made.refusals)


def _width(driver: Driver, layout: Descriptor, name: str, said: str, one: Member, field: Field | None) -> Width:
    if field is not None and is_rich(field):
        return _rich_width(driver, layout, said, one, field)
    c_type = word(one.width) if field is None else field_type(driver, field, one.width)
    wide = one.width if field is None else field.width
    fits = function = text = ""
    value = value_name(one, field)
    if c_type != "bool" and wide < (64 if c_type == "uint64_t" else 32):
        top = (1 << wide) - 1
        text = string(f"{driver.name} {said}.{one.name}{f'.{field.name}' if field else ''} is {wide} bit{'s' if wide > 1 else ''} wide: 0 to {top if wide <= 8 else f'0x{top:x}'}")
        function = f"{name}_{value}"
        fits = f"{value}_, {number(top, one.width)}, {function}"
    local = f"{word(one.width)} {value}_ = v.{value}" if fits else ""
    return Width(value, wide, c_type, word(one.width), fits, function, text, f"DDDK_WIDTH({value}, {wide})", c_type, local)


def _stores(driver: Driver, descriptor: Descriptor, alternative: Alternative, widths: dict[str, Width]) -> tuple[str, ...]:
    free = free_parts(descriptor, alternative)
    rows = []
    for one in alternative.layout.members:
        fixed_mask, value = fixed_in(descriptor, alternative, one)
        if one.reserved is Reserved.ONE:
            value |= reserved_mask(as_register(alternative.layout, one)) & ~fixed_mask
        terms = []
        narrows = False  # from the 64 bits of an address
        for owner, field in reversed(free):
            if owner is not one:
                continue
            width = widths[value_name(one, field)]
            if not width.taken:
                continue
            if field is not None and is_rich(field):
                field = _renamed(alternative.layout, one, field)[1]
                terms.append(field_values.placed(field, one.width) if field.kind else shifted(f"{width.name}_", field.lsb))
                narrows = narrows or field.kind == "address"
                continue
            local = f"{width.name}_" if width.fits else f"v.{width.name}"
            cast = "" if width.c_type == word(one.width) or width.fits else f"({word(one.width)})"
            terms.append(shifted(f"{cast}{local}", field.lsb if field else 0))
        if value:
            terms.append(number(value, one.width))
        if terms:
            if len(terms) == 1 and not narrows:
                terms = [terms[0].removeprefix(f"({word(one.width)})") if "<<" not in terms[0] else terms[0]]
            text = " | ".join(f"({term})" if "<<" in term and len(terms) > 1 else term for term in terms)
            rows.append(f".{lower(one.name, one.c_name)} = {_store(alternative.layout, one, text)}")
    return tuple(rows)


def _reads(driver: Driver, descriptor: Descriptor, alternative: Alternative) -> tuple[tuple[str, ...], tuple[str, ...]]:
    loads: dict[str, str] = {}
    rows = []
    for one, field in free_parts(descriptor, alternative):
        place = f"from->{lower(one.name, one.c_name)}"
        if field is None:
            rows.append(f".{value_name(one, field)} = {_load(descriptor, place, one)}")
            continue
        local = f"{lower(one.name, one.c_name)}_"
        loads[local] = f"{word(one.width)} {local} = {_load(descriptor, place, one)}"
        if field.kind:
            name, value = field_values.unpacked(_renamed(alternative.layout, one, field)[1], one.width, local)
            rows.append(f".{name} = {value}")
            continue
        mask = number((1 << field.width) - 1, one.width)
        inner = f"({local} >> {field.lsb})" if field.lsb else local
        value = local if field.width == one.width else f"{inner} & {mask}"
        c_type = field_type(driver, field, one.width)
        if c_type == "bool":
            value = f"({local} & {number(1 << field.lsb, one.width)}) != 0"
        elif c_type != word(one.width):
            value = f"({c_type})({value})"
        rows.append(f".{value_name(one, field)} = {value}")
    return tuple(loads.values()), tuple(rows)


def _alternative(driver: Driver, descriptor: Descriptor, one: Alternative) -> AlternativeShape:
    name = f"{lower(driver.name)}_{lower(one.layout.name)}"
    said = f"{descriptor.name}.{one.name}"
    widths = {value_name(*part): _width(driver, one.layout, name, said, *part) for part in free_parts(descriptor, one)}
    members, written = [], []
    for member, field in free_parts(descriptor, one):
        where = f"byte {member.offset}" + (f", {bits(field)}" if field else "")
        where += field_values.noted(field) if field else ""
        width = widths[value_name(member, field)]
        members.append(StructMember(f"{width.c_type} {width.name};", where + behind(field or member)))
        if width.taken:
            written.append(StructMember(f"{width.taken} {width.name};", members[-1].note))
    loads, reads = _reads(driver, descriptor, one)
    layout = descriptor_shape(driver, one.layout, aliased=True)
    return AlternativeShape(
        name=lower(one.name),
        kind=f"{upper(driver.name)}_{upper(descriptor.name)}_KIND_{upper(one.name)}",
        says=alternatives.said(descriptor, one),
        test=_tests(descriptor, one),
        layout=layout,
        doc=block(f"{layout.doc[0]} An entry is this while {alternatives.said(descriptor, one)}.") + layout.doc[1:],
        values=aligned(members),
        taken=taken_by(driver, descriptor, one),
        written=() if written == members else aligned(written),
        widths=tuple(width for width in widths.values() if width.taken),
        stores=_stores(driver, descriptor, one, widths),
        loads=loads,
        reads=reads,
    )


def taken_by(driver: Driver, descriptor: Descriptor, one: Alternative) -> str:
    """The struct with which a whole entry is written: that of its values, unless something of them is not written, or not so."""

    def differs(field: Field | None) -> bool:
        return field is not None and (not written_by_driver(field) or field.enum is not None and any(value.only is not None for value in field.enum.values))

    name = f"{lower(driver.name)}_{lower(one.layout.name)}"
    return f"{name}_{'written' if any(differs(field) for _, field in free_parts(descriptor, one)) else 'value'}"


def choice_shape(driver: Driver, descriptor: Descriptor) -> ChoiceShape | None:
    """None: a descriptor without alternatives."""
    if not descriptor.alternatives:
        return None
    return ChoiceShape(
        name=f"{lower(driver.name)}_{lower(descriptor.name)}",
        unknown=f"{upper(driver.name)}_{upper(descriptor.name)}_KIND_UNKNOWN",
        alternatives=tuple(_alternative(driver, descriptor, one) for one in descriptor.alternatives),
        loads=_kind_loads(descriptor),
    )


def descriptor_with_alternatives(driver: Driver, descriptor: Descriptor) -> DescriptorShape:
    """A descriptor with all that stands behind it in the header."""
    choice = choice_shape(driver, descriptor)
    shape = descriptor_shape(driver, descriptor, aliased=choice is not None)
    return shape if choice is None else replace(shape, alternatives=choice, choice=asserts(driver, descriptor))


def asserts(driver: Driver, descriptor: Descriptor) -> tuple[tuple[str, str], ...]:
    """What says which alternative an entry is stands where every alternative has it."""
    name = f"{lower(driver.name)}_{lower(descriptor.name)}"
    rows = []
    for one in descriptor.alternatives:
        for ref in descriptor.chosen_by:
            byte = bits_of(descriptor, ref)[0] // 8
            owner = next(member for member in one.layout.members if member.offset <= byte < member.offset + member.width // 8)
            common = alternatives.member(descriptor, ref.member)
            inside = byte - owner.offset
            rows.append(
                (
                    f"__builtin_offsetof(struct {lower(driver.name)}_{lower(one.layout.name)}, {lower(owner.name, owner.c_name)}) + {inside} == "
                    f"__builtin_offsetof(struct {name}, {lower(common.name, common.c_name)}) + {byte - common.offset}",
                    string(f"{driver.name} {one.layout.name} has {ref.member}{f'.{ref.field}' if ref.field else ''} where {descriptor.name} has it"),
                )
            )
    return tuple(dict.fromkeys(rows))
