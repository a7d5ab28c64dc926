# SPDX-License-Identifier: MIT
"""What fields with a sign, an address, limits, flags or a scale are in C.

A plain number, bit or enum needs nothing of this; its shape is in `registers` and `register_writes`.
"""

from __future__ import annotations

from .. import values
from ..dataclass import dataclass
from ..model import Driver, Field, Register
from ..semantics import POLICIES, Idle
from .names import comment, string
from .register_names import accessor, member_of, number, shifted, word


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that an accessor does not take: the arguments of DDDK_REFUSE and DDDK_NO_FIT."""

    value: str
    wrong: str  # condition
    function: str
    text: str


@dataclass(frozen=True, slots=True)
class ScaleShape:
    """The helpers that convert between a field's value and its unit."""

    name: str  # "foo_sensor_temperature"
    says: str
    member: str  # C type of the value
    numerator: int
    denominator: int
    width: int  # bits of the value, its sign among them
    low: str
    high: str
    text: str


def integer(value: int) -> str:
    """A constant that fits 64 bits, with the suffix that C wants."""
    if value == -(1 << 63):
        return "(-0x7fffffffffffffffll - 1)"
    return f"{value}" + ("ll" if not -(1 << 31) < value < 1 << 31 else "")


def decimal(value: int, width: int) -> str:
    """An unsigned constant as the manifest has limits."""
    return f"{value}{'ull' if width > 32 else 'u'}"


def signed_word(width: int) -> str:
    return "int64_t" if width > 32 else "int32_t"


def unpacked(field: Field, width: int, raw: str) -> tuple[str, str]:
    """Member and value of a field with a sign or an address; `raw` holds the register, or the part of a descriptor."""
    bits = 64 if width > 32 else 32
    if field.kind == "signed":
        left, right = bits - field.lsb - field.width, bits - field.width
        value = f"({signed_word(width)}){f'({shifted(raw, left)})' if left else raw}"
        return member_of(field), f"{value} >> {right}" if right else value
    value = raw if field.width == width else f"{raw} & {number(field.mask, width)}"
    if field.half == "high":
        value = f"(uint64_t){f'({value})' if '&' in value else value} << 32"
    return f"{member_of(field)}.value", value


def named(field: Field, width: int) -> tuple[str, str]:
    """C type and value of the local that holds what was named."""
    name = member_of(field)
    if field.kind == "address":
        return "uint64_t", f"v.{name}.value"
    if field.kind == "signed":
        return signed_word(width), f"v.{name}"
    return word(width), f"v.{name}"


def placed(field: Field, width: int) -> str:
    """The local's bits in their place in the register."""
    local, c_word = f"{member_of(field)}_", word(width)
    if field.kind == "address":
        if field.half == "high":
            local = f"{local} >> 32"
        if c_word == "uint64_t":
            return local
        return f"({c_word}){f'({local})' if '>>' in local else local}"
    if field.lsb + field.width == width:  # what the shift, or the width of the access, drops is the sign
        return shifted(f"({c_word}){local}", field.lsb)
    return shifted(f"((({c_word}){local}) & {number((1 << field.width) - 1, width)})".replace("((", "(", 1).replace("_) &", "_ &"), field.lsb)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def refusals(driver: Driver, register: Register, field: Field, updates: bool, said: str, keeps: bool = True) -> tuple[Refusal, ...]:
    """What is refused besides a number that is too wide. `keeps`: what is not named is known as such."""
    if values.is_plain(field):
        return ()
    local, name = f"{member_of(field)}_", f"{driver.name} {said}.{field.name}"
    function = f"{accessor(driver, register)}_{member_of(field)}"
    found: list[tuple[str, str, str]] = []  # wrong, function, text
    kept = (1 << field.width) - 1 if POLICIES[field.access].idle is Idle.ONES else 0  # the bits of one that is not named
    low, high = values.takes(field)
    if field.kind == "address":
        shift = values.address_shift(field)
        top = 64 if field.half == "low" else shift + field.width
        outside = (1 << 64) - (1 << top) | (1 << shift if field.half != "high" else 1) - 1
        says = [f"of at most {top} bits"] if top < 64 else []
        says += [f"aligned to {1 << field.lsb} bytes"] if field.lsb and field.half != "high" else []
        if outside:
            wrong = f"({local} & 0x{outside:x}ull) != 0" if outside & 0xFFFF_FFFF or top <= 32 else f"{local} >> {top} != 0"
            found.append((wrong, function, f"{name} takes an address {' and '.join(says)}"))
    elif field.kind == "signed" or field.min is not None and field.min > 0 or values.is_limited(field) and kept:
        if field.kind != "signed" or field.width < (64 if register.width > 32 else 32) or values.is_limited(field):
            wide = f"is {field.width} bits wide and signed: {low} to {high}"
            text = f"{name} " + (f"takes {low} to {high}" if values.is_limited(field) else wide)
            constants = (integer(low), integer(high)) if field.kind == "signed" else (decimal(low, register.width), decimal(high, register.width))
            lowest, highest = values.holds(field)
            parts = [f"{local} < {constants[0]}"] if field.kind == "signed" or low > lowest else []
            parts += [f"{local} > {constants[1]}"] if high < highest or field.width < (64 if register.width > 32 else 32) else []
            found.append((" || ".join(parts), function, text))
    elif field.enum is not None and field.enum.flags:
        union = values.flags_of(field.enum, field.width)
        if union != (1 << field.width) - 1:
            text = f"{name} takes {_listed([value.name for value in field.enum.written])}: other bits have no name"
            found.append((f"({local} & ~{number(union, register.width)}) != 0", function, text))
    reads = values.not_written(field)
    if reads and field.enum is not None:
        names = [value.name for value in field.enum.values if value.value in reads]
        wrong = " || ".join(f"{local} == {number(value, register.width)}" for value in reads)
        found.append((wrong, f"{function}_only_read", f"{name} can be read as {_listed(names)}, and cannot be written so"))
    result = []
    for wrong, id_, text in found:
        if keeps and (values.filler(field) or not values.may_be_written(field, kept)):
            # A field that is not named has here what leaves it alone, which it may not be given.
            wrong = f"!v.{member_of(field)}_keep_ && ({wrong})" if "||" in wrong or updates else f"!v.{member_of(field)}_keep_ && {wrong}"
        result.append(Refusal(local, wrong, id_, string(text)))
    return tuple(result)


def width_member(field: Field) -> str:
    """Its member in the struct by which clang sees constants that are too wide."""
    name = member_of(field)
    if field.kind == "address":
        return f"DDDK_WIDTH_ADDRESS({name})"
    return f"DDDK_WIDTH_SIGNED({name}, {field.width})" if field.kind == "signed" else f"DDDK_WIDTH({name}, {field.width})"


def noted(field: Field) -> str:
    """What the comment of its member says besides."""
    text = f", {field.kind}" if field.kind else ""
    text += f" ({field.half} half)" if field.half else ""
    if field.min is not None or field.max is not None:
        low, high = values.takes(field)
        text += f", {low} to {high}"
    if field.scale is not None:
        text += f", steps of {comment(scale_says(field))}"
    elif field.unit:
        text += f", in {comment(field.unit)}"
    return text


def scale_says(field: Field) -> str:
    assert field.scale is not None
    numerator, denominator = field.scale
    step = str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
    return f"{step} {field.unit}".strip()


def scale_shape(driver: Driver, what: str, prefix: str, field: Field, width: int) -> ScaleShape:
    """The helpers of one field; `what` names it, `prefix` is what its functions begin with."""
    assert field.scale is not None
    low, high = values.takes(field)
    return ScaleShape(
        name=prefix,
        says=f"{what} counts steps of {scale_says(field)}",
        member=signed_word(width) if field.kind == "signed" else word(width),
        numerator=field.scale[0],
        denominator=field.scale[1],
        width=field.width + (0 if field.kind == "signed" else 1),
        low=integer(low),
        high=integer(high),
        text=string(f"{driver.name} {what} counts steps of {scale_says(field)}, of which each is a whole number of parts"),
    )
