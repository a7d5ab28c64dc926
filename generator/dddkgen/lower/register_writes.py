# SPDX-License-Identifier: MIT
"""Lower the function behind write and update of a register with fields.

An argument says whether it was named (dddk/access.h); from that and the field's policy follow what is written for it and
what an update clears before.
"""

from __future__ import annotations

from .. import hazards, values
from ..dataclass import dataclass
from ..model import Driver, Effect, Field, Register, Reserved
from ..semantics import POLICIES, Idle, WriteEffect
from . import field_values, variants
from .names import joined_by_or, lower, string
from .register_places import index_names
from .register_names import accessor, argument_type, mask_of, member_of, number, shadow_members, shifted, word


@dataclass(frozen=True, slots=True)
class Argument:
    """One field that a write may name."""

    name: str
    c_type: str
    width: int
    fits: str  # the first arguments of DDDK_FITS, or "" where every value of the type fits
    no_fit: str  # the function that DDDK_NO_FIT declares, or ""
    text: str  # the last argument of both
    refusals: tuple[field_values.Refusal, ...]  # what else it does not take
    width_member: str


@dataclass(frozen=True, slots=True)
class ShadowReset:
    """Under this condition a write resets the device, and this function tells the shadows."""

    condition: str
    function: str


@dataclass(frozen=True, slots=True)
class Put:
    """The one function behind write and update of a register with fields."""

    arguments: tuple[Argument, ...]
    macros: tuple[str, ...]  # #define of the write, of the update, and of what they start with
    update: bool
    named: tuple[tuple[str, str, str], ...]  # C type, local, its value
    placed: str  # the values in their places
    cleared: tuple[str, ...]  # terms of what an update clears
    base: str  # what a write sets besides, or ""
    always: str  # what an update sets besides, or ""
    enables: tuple[str, ...]  # terms of the enable bits that an update writes; empty: the register has none
    resets: tuple[ShadowReset, ...]  # when the write resets the device, and with it all shadows
    absent: tuple[str, ...] = ()  # statements that refuse, or leave alone, what the device lacks
    filled: tuple[str, ...] = ()  # statements that put into the bits of a field that the device lacks what its reserved bits hold


def range_text(driver: Driver, said: str, field: Field) -> str:
    top = (1 << field.width) - 1
    if field.max is not None and field.max != top:
        return string(f"{driver.name} {said}.{field.name} takes 0 to {field.max}")
    highest = str(top) if field.width <= 8 else f"0x{top:x}"
    wide = "1 bit" if field.width == 1 else f"{field.width} bits"
    return string(f"{driver.name} {said}.{field.name} is {wide} wide: 0 to {highest}")


def argument(driver: Driver, register: Register, field: Field, update: bool, said: str, keeps: bool = True) -> Argument:
    name, c_type = member_of(field), argument_type(driver, field, register.width)
    fits = function = text = ""
    refusals = field_values.refusals(driver, register, field, update, said, keeps)
    covers = any(not refusal.function.endswith("_only_read") for refusal in refusals)
    if not covers and not field.kind and c_type != "bool" and (field.width < (64 if c_type == "uint64_t" else 32) or field.max is not None):
        top = values.takes(field)[1]
        text, function = range_text(driver, said, field), f"{accessor(driver, register)}_{name}"
        limit = number(top, register.width) if field.max is None else field_values.decimal(top, register.width)
        fits = f"{name}_, {limit}, {function}"
    return Argument(name, c_type, field.width, fits, function, text, refusals, field_values.width_member(field))


def named_value(driver: Driver, register: Register, field: Field, update: bool) -> tuple[str, str, str]:
    """The local that has the named value of one field; what leaves the field alone when it is not named."""
    name, policy = member_of(field), POLICIES[field.access]
    c_word, value = field_values.named(field, register.width)
    if not field.kind and argument_type(driver, field, register.width) != c_word:
        value = f"({c_word}){value}"
    kept = "0"
    if policy.idle is Idle.ONES:
        ones = values.value_of(field, (1 << field.width) - 1)
        kept = "-1" if field.kind == "signed" else mask_of(ones, 64 if field.kind == "address" else register.width)
        if register.write_mask:
            kept = f"(update ? 0 : {kept})"  # an update does not enable the field
        if field.devices is not None:
            kept = f"({variants.has_field(driver, register, field)}(dev) ? {kept} : 0)"  # its bits are reserved elsewhere
        if kept.startswith("(") and register.width == 64:
            kept = f"({c_word}){kept}"  # or gcc sees a change of sign
    elif policy.write is WriteEffect.STORES and (fill := values.filler(field)):
        # A write, which does not read, may not leave 0 where that is no value of the field.
        whole = values.value_of(field, fill)
        kept = field_values.integer(whole) if field.kind == "signed" else mask_of(whole, 64 if field.kind == "address" else register.width)
        if field.devices is not None:
            kept = f"({variants.has_field(driver, register, field)}(dev) ? {kept} : 0)"
        kept = f"update ? 0 : {kept}" if update else kept
        return c_word, f"{name}_", f"v.{name}_keep_ ? ({kept}) : {value}" if update else f"v.{name}_keep_ ? {kept} : {value}"
    return c_word, f"{name}_", f"v.{name}_keep_ ? {kept} : {value}"


def placed(field: Field, width: int) -> str:
    return field_values.placed(field, width) if field.kind else shifted(f"{member_of(field)}_", field.lsb)


def cleared_term(driver: Driver, register: Register, field: Field) -> str:
    """What an update clears for one field. A constant 1 needs no clearing before it is set."""
    name, mask = member_of(field), mask_of(field.mask, register.width)
    named = f"{mask} & ~DDDK_IF_CONSTANT({shifted(f'{name}_', field.lsb)})" if field.width == 1 else mask
    if POLICIES[field.access].idle is Idle.ZEROS:
        if field.devices is not None:
            return f"({variants.has_field(driver, register, field)}(dev) ? {named} : 0u)"
        return f"({named})" if field.width == 1 else named
    return f"(v.{name}_keep_ ? 0u : {named})"


def enable_term(register: Register, field: Field) -> str:
    """The enable bits that an update writes for one field: none, where it does not name it."""
    return f"({f'v.{member_of(field)}_keep_'} ? 0u : {mask_of(field.mask << register.enable_shift, register.width)})"


def macro(lines: list[str]) -> str:
    """A #define over several lines, with the backslashes where clang-format puts them."""
    column = max(len(line) for line in lines[:-1])
    return "\n".join([f"{line.ljust(column)} \\" for line in lines[:-1]] + lines[-1:])


def keep_macro(name: str, fields: list[Field]) -> str:
    """The flags that a write or an update starts with, a few to a line."""
    lines = [f"#define {name}"]
    text = ""
    for field in fields:
        flag = f".{member_of(field)}_keep_ = true"
        if text and len(text) + len(flag) > 90:
            lines.append(f"    {text},")
            text = ""
        text += f", {flag}" if text else flag
    # What stands outside of any union comes last: a positional argument behind it is seen by gcc.
    return macro([*lines, f"    {text}, .dddk_ = 0"])


def call_macros(driver: Driver, register: Register, fields: list[Field], update: bool, of: str) -> tuple[str, ...]:
    """NAME_REGISTER_write and _update: thin macros around the one function.

    Both begin with every field kept. A write could do with zeros, but what a compiler puts behind the flag of a union that
    nobody names is its own business: it must not be read.
    """
    name = accessor(driver, register)
    indices = ", ".join(index_names(register)) if register.count is not None else ""
    index = f", {name.upper()}_INDEX_({indices})" if indices else ""
    put = f"{name}_put_("
    macros = [keep_macro(f"{name.upper()}_KEEPS_", fields)]
    for verb, last in (("write", ", false" if update else ""), ("update", ", true")):
        lines = [
            f"#define {name}_{verb}({of}{f', {indices}' if indices else ''}, ...)",
            f"    DDDK_CALL({put}({of}){index},",
            f"{' ' * len(f'    DDDK_CALL({put}')}(struct {name}_writable_){{{name.upper()}_KEEPS_, __VA_ARGS__}}{last}),",
            f"              struct {name}_widths_, .dddk_ = 0, __VA_ARGS__)",
        ]
        if verb == "write" or update:
            macros.append(macro(lines))
    return tuple(macros)


def device_reset(driver: Driver, effects: tuple[Effect, ...]) -> Effect | None:
    """There are shadows, and one of these effects makes them forget."""
    return next((effect for effect in effects if effect.target == "device"), None) if shadow_members(driver) else None


def shadow_reset_name(driver: Driver, kind: str | None) -> str:
    """The function by which shadows follow a reset: of the first kind, or of another one."""
    first = kind is None or kind == driver.reset_kinds[0].name
    return f"{lower(driver.name)}_shadow_reset_" + ("" if first else f"{lower(kind or '')}_")


def reset_asked(field: Field, enabled: bool) -> str:
    """The condition that the named value of a field is one that acts. `enabled`: only named ones reach the device."""
    if POLICIES[field.access].idle is Idle.ONES:
        asked = f"{member_of(field)}_ != {number((1 << field.width) - 1, field.width)}"
        return f"(!v.{member_of(field)}_keep_ && {asked})" if enabled or field.devices is not None else asked
    return f"{member_of(field)}_ != 0"


def gathered(conditions: list[tuple[str, str]]) -> tuple[ShadowReset, ...]:
    """Conditions, each with a function, as one for each function."""
    functions = dict.fromkeys(function for _, function in conditions)
    return tuple(ShadowReset(" || ".join(condition for condition, one in conditions if one == function), function) for function in functions)


def reset_written(driver: Driver, register: Register) -> tuple[ShadowReset, ...]:
    """When a raw value resets the device."""
    if not shadow_members(driver):
        return ()
    acts: dict[tuple[str, str], int] = {}
    for part in hazards.parts(register):
        effect = device_reset(driver, part.effects)
        if effect is not None:
            key = ("~raw" if part.policy.idle is Idle.ONES else "raw", shadow_reset_name(driver, effect.reset))
            acts[key] = acts.get(key, 0) | part.mask
    ordered = sorted(acts.items(), key=lambda item: item[0][0] == "~raw")
    return gathered([(f"({value} & {number(mask, register.width)}) != 0", function) for (value, function), mask in ordered])


def reset_named(driver: Driver, register: Register, fields: list[Field]) -> tuple[ShadowReset, ...]:
    """When the named values of fields do."""
    if not shadow_members(driver):
        return ()
    found = [(field, device_reset(driver, field.effects)) for field in fields]
    return gathered([(reset_asked(field, register.write_mask), shadow_reset_name(driver, effect.reset)) for field, effect in found if effect is not None])


def absent(driver: Driver, register: Register, fields: list[Field]) -> tuple[str, ...]:
    """Fields and values that some device lacks: what acts is refused, what leaves the field alone is as if it was not named."""
    lines = []
    for field in fields:
        member = member_of(field)
        if field.devices is not None:
            kept = number((1 << field.width) - 1, register.width) if POLICIES[field.access].idle is Idle.ONES else "0"
            if field.kind == "signed" and kept != "0":
                kept = "-1"
            value = f"v->{member}{'.value' if field.kind == 'address' else ''}"
            text = variants.lacks_text(driver, f"{register.name}.{field.name}")
            lines.append(f'DDDK_HAS_FIELD(v, {member}, {value}, {kept}, {variants.has_field(driver, register, field)}(dev), "{text}");')
        check = "" if field.enum is None else variants.value_check(driver, field.enum)
        if check:
            text = string(f"{driver.name} {register.name}.{field.name}: this device has no such value")
            lines.append(f'DDDK_HAS(v->{member}_keep_ || {check}(dev, v->{member}), "{text}");')
    return tuple(lines)


def filled(driver: Driver, register: Register, update: bool) -> tuple[str, ...]:
    """On a device without the field its bits are reserved; only what differs from a field that is left alone is said."""
    lines = []
    for field in register.fields:
        if field.devices is None:
            continue
        others = sum({other.mask for other in register.fields if other is not field})  # on other devices they may have the same bits
        has, mask = f"{variants.has_field(driver, register, field)}(dev)", mask_of(field.mask & ~others, register.width)
        if not POLICIES[field.access].writable:  # a device that has it does not care
            if register.reserved is Reserved.ONE:
                lines.append(f"raw |= {mask};")
            elif register.reserved is Reserved.ZERO and update:
                lines.append(f"raw &= ~({word(register.width)}){mask};")
        elif register.reserved is Reserved.ONE:
            lines.append(f"raw |= {has} ? 0u : {mask};")
        elif register.reserved is Reserved.ZERO and update:
            lines.append(f"raw &= {has} ? ~({word(register.width)})0 : ~({word(register.width)}){mask};")
    return tuple(lines)


def enabled_where_there(driver: Driver, register: Register, fields: list[Field]) -> list[str]:
    """Enable bits that a write sets for fields that some device lacks."""
    limited = [field for field in fields if field.devices is not None] if register.write_mask else []
    return [f"({variants.has_field(driver, register, field)}(dev) ? {mask_of(field.mask << register.enable_shift, register.width)} : 0u)" for field in limited]


def reset_of_reserved(driver: Driver, register: Register, also: int) -> str:
    """What a write that does not read puts into reserved bits that are preserved, and `also`: it may differ between devices."""
    found: dict[int, int] = {}
    for own, devices in variants.as_devices_have_it(driver, register):
        value = hazards.reserved_mask(own) & own.reset_value | also
        found[value] = found.get(value, 0) | devices
    return "" if list(found) == [0] else number_of(driver, register, found)


def number_of(driver: Driver, register: Register, found: dict[int, int]) -> str:
    """A constant of a register's width, or one for each set of devices."""
    if len(found) == 1:
        return number(*found, register.width)
    return variants.chosen(driver, {mask_of(value, register.width): devices for value, devices in found.items()})


def put(driver: Driver, register: Register, update: bool, of: str = "dev", said: str = "") -> Put | None:
    """`of`: what the macros call the thing that has the register; `said`: what messages call the register."""
    selects = hazards.selects(driver, register)
    fields = [field for field in register.fields if POLICIES[field.access].writable and field.name not in selects]
    if not fields:
        return None
    reserved = hazards.reserved_mask(register)
    kept_zero = reserved if register.reserved is Reserved.ZERO else 0
    ones = reserved if register.reserved is Reserved.ONE else 0
    base = ones
    if register.write_mask:
        base = sum(field.mask for field in fields if field.devices is None) << register.enable_shift
    for field in register.fields:
        if field.name in selects and not register.write_mask:
            base |= selects[field.name] << field.lsb
    preserve = register.reserved is Reserved.PRESERVE and not register.write_mask
    cleared = [cleared_term(driver, register, field) for field in fields]
    if kept_zero:
        cleared.append(number(kept_zero, register.width))
    return Put(
        arguments=tuple(argument(driver, register, field, update, said or register.name) for field in fields),
        macros=call_macros(driver, register, fields, update, of),
        update=update,
        named=tuple(named_value(driver, register, field, update) for field in fields),
        placed=joined_by_or([placed(field, register.width) for field in fields], "    raw |= ", ";"),
        cleared=tuple(cleared),
        base=reset_of_reserved(driver, register, base) if preserve else " | ".join([number(base, register.width)] * bool(base) + enabled_where_there(driver, register, fields)),
        always=number(ones, register.width) if ones else "",
        enables=tuple(enable_term(register, field) for field in fields) if register.write_mask else (),
        resets=reset_named(driver, register, fields),
        absent=absent(driver, register, fields),
        filled=filled(driver, register, update),
    )
