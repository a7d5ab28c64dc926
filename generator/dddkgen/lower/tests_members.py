# SPDX-License-Identifier: MIT
"""Lower the accessors of structures in memory to generated tests: what is written to a field is there, byte by byte, and is read;
nothing else changes; an entry written as one of its kinds is that kind. Imported where a manifest has such structures."""

from __future__ import annotations

from .. import values
from ..dataclass import dataclass
from ..alternatives import free_parts
from ..hazards import reserved_mask
from ..memory import as_register, has_accessors, order_of, written_by_driver
from ..model import Alternative, Descriptor, Driver, Field, Member, Reserved
from .alternatives import value_name
from .names import lower, upper
from .registers import accessor
from .tests_values import argument, compared, refused_calls


@dataclass(frozen=True, slots=True)
class MemberTest:
    """One structure, or one of its forms."""

    name: str  # "job"
    lines: tuple[str, ...]


def member_tests(driver: Driver) -> tuple[MemberTest, ...]:
    found = []
    for descriptor in driver.descriptors:
        lines = _accessors(driver, descriptor) if has_accessors(descriptor) else []
        for one in descriptor.alternatives:
            lines += _alternative(driver, descriptor, one)
        if lines:
            found.append(MemberTest(lower(descriptor.name), (f"struct {lower(driver.name)}_{lower(descriptor.name)} entry;", *lines)))
    return tuple(found)


def _bytes(layout: Descriptor, member: Member, raw: int) -> str:
    """A whole entry of ones with this in the member, as a string of C."""
    entry = bytearray(b"\xff" * layout.size)
    entry[member.offset : member.offset + member.width // 8] = raw.to_bytes(member.width // 8, order_of(layout, member).value)
    return '"' + "".join(f"\\x{byte:02x}" for byte in entry) + '"'


def _accessors(driver: Driver, layout: Descriptor) -> list[str]:
    lines = []
    for member in layout.members:
        register = as_register(layout, member)
        prefix, ones = accessor(driver, register), (1 << member.width) - 1
        if not member.fields:
            value = 0xA5A5_A5A5_A5A5_A5A5 & ones
            text = f"{value:#x}{'ull' if member.width > 32 else 'u'}"
            lines += _claims(f"{prefix}_write(&entry, {text})", _bytes(layout, member, value), f"assert_true({prefix}_read(&entry) == {text});")
            continue
        reserved = reserved_mask(register)
        base = reserved if register.reserved is Reserved.ONE else 0
        base |= sum(values.filler(field) << field.lsb for field in member.fields if written_by_driver(field))
        kept = ones & ~(reserved if register.reserved is Reserved.ZERO else 0)
        for field in filter(written_by_driver, member.fields):
            text, raw = argument(driver, field)
            if not values.may_be_written(field, raw):
                continue
            named = f".{lower(field.name, field.c_name)} = {text}"
            read = f"{{ struct {prefix} value = {prefix}_read(&entry); assert_true({compared(field, raw)}); }}"
            for verb, before in (("write", base), ("update", kept)):
                lines += _claims(f"{prefix}_{verb}(&entry, {named})", _bytes(layout, member, before & ~field.mask | raw << field.lsb), read)
        refused = refused_calls(driver, register, {field.name for field in member.fields}, "&entry")
        if refused:
            calls = sum("DDDK_ERANGE" in line for line in refused)
            nothing = _bytes(layout, member, ones)
            lines += ["memset(&entry, 0xff, sizeof(entry));", "(void)dddk_test_refusals(true);", *refused, f"assert_int_equal(dddk_test_refusals(false), {calls});", f"assert_memory_equal(&entry, {nothing}, sizeof(entry));"]
    return lines


def _claims(call: str, wanted: str, read: str) -> list[str]:
    return ["memset(&entry, 0xff, sizeof(entry));", f"assert_int_equal({call}, 0);", f"assert_memory_equal(&entry, {wanted}, sizeof(entry));", *_block(read)]


def _block(text: str) -> list[str]:
    """`{ a; b; }` over several lines."""
    if not text.startswith("{"):
        return [text]
    return ["{", *(f"    {part.strip()};" for part in text[1:-1].split("; ") if part.strip(" ;")), "}"]


def _alternative(driver: Driver, descriptor: Descriptor, one: Alternative) -> list[str]:
    """Everything that can be said of it is said, and comes back."""
    prefix, kind = f"{lower(driver.name)}_{lower(descriptor.name)}", lower(one.name)
    named, claims = [], []
    for member, field in free_parts(descriptor, one):
        name = value_name(member, field)
        if field is None:
            value = 0xA5A5_A5A5_A5A5_A5A5 & (1 << member.width) - 1
            text = f"{value:#x}{'ull' if member.width > 32 else 'u'}"
            named.append(f".{name} = {text}")
            claims.append(f"assert_true(value.{name} == {text});")
            continue
        text, raw = argument(driver, field)
        if written_by_driver(field) and values.may_be_written(field, raw):
            named.append(f".{name} = {text}")
            claims.append(f"assert_true({_of(field, raw, name)});")
    lines = ["memset(&entry, 0xff, sizeof(entry));", f"assert_int_equal({prefix}_put_{kind}(&entry, {', '.join(named)}), 0);"] if named else []
    if not named:
        return []
    return [
        *lines,
        f"assert_int_equal({prefix}_kind(&entry), {upper(driver.name)}_{upper(descriptor.name)}_KIND_{upper(one.name)});",
        "{",
        f"    struct {lower(driver.name)}_{lower(one.layout.name)}_value value;",
        "",
        f"    assert_true({prefix}_get_{kind}(&entry, &value));",
        *(f"    {claim}" for claim in claims),
        "}",
    ]


def _of(field: Field, raw: int, name: str) -> str:
    return compared(field, raw).replace(f"value.{lower(field.name, field.c_name)}", f"value.{name}")
