# SPDX-License-Identifier: MIT
"""Registers and descriptors as text, by the names and fields of a manifest: a value that somebody read, the bytes of an entry,
or the image of a whole region.

The lines are those of dddk_decode() and dddk_dump() in C (dddk/dump.h), so that what a driver logs and what this prints can
be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import alternatives, hazards
from .memory import order_of
from .model import ByteOrder, Descriptor, Direction, Driver, Enum_, Field, Register
from .places import counts, element_name, element_of, indices_of, offset_of
from .values import value_of


class DecodeError(ValueError):
    """What was asked for is not in the manifest, or is no number; the text says which."""


def number(text: str) -> int:
    """A value as people write it: `0x140`, `320`, `0b101`."""
    try:
        value = int(text.replace("_", ""), 0)
    except ValueError:
        raise DecodeError(f"{text!r} is not a number") from None
    if value < 0:
        raise DecodeError(f"{text} is negative")
    return value


AMOUNT_DIGITS = 12  # behind the point; what goes on ends in "..."


def flags_text(enum: Enum_, bits: int) -> str:
    """`FAST|WIDE|0x8`: the names of flags, and the bits that have none."""
    names = []
    for value in enum.read:
        if value.value and bits & value.value == value.value:
            names.append(value.name)
            bits &= ~value.value
    return "|".join([*names, *([f"0x{bits:x}"] if bits or not names else [])])


def amount_text(field: Field, steps: int) -> str:
    """`(-0.3125 degC)`: so many steps, by scale and unit."""
    numerator, denominator = field.scale or (1, 1)
    whole, rest = divmod(abs(steps) * numerator, denominator)
    text = ("-" if steps < 0 else "") + str(whole) + ("." if rest else "")
    for _ in range(AMOUNT_DIGITS):
        if rest:
            digit, rest = divmod(rest * 10, denominator)
            text += str(digit)
    return f"({text}{'...' if rest else ''}{' ' if field.unit else ''}{field.unit})"


def field_text(field: Field, raw: int) -> str:
    """` SPEED=1G`, ` LEVEL=0x3`, ` SLU`; empty for a single bit that is 0."""
    bits, name = raw >> field.lsb & ((1 << field.width) - 1), f" {field.name}"
    for named in field.enum.read if field.enum else ():
        if named.value == bits:
            return f"{name}={named.name}"
    if field.width == 1 and not bits:
        return ""
    if field.enum is not None and field.enum.flags:
        return f"{name}={flags_text(field.enum, bits)}"
    if field.enum is not None and field.enum.other is not None:
        return f"{name}={field.enum.other}(0x{bits:x})"
    if field.width == 1 and not field.kind:
        return name
    value = value_of(field, bits)
    text = f"{name}={value}" if field.kind == "signed" else f"{name}=0x{value:x}"
    return text + (amount_text(field, value) if field.scale or field.unit else "")


def decode(register: Register, index: int, raw: int) -> str:
    """`CTRL 0x00000240 SPEED=1G SLU`; with its index for an element of an array."""
    if raw >> register.width:
        raise DecodeError(f"0x{raw:x} does not fit into {register.name}, which has {register.width} bits")
    name = element_name(register, None if register.count is None else index)
    return f"{name} 0x{raw:0{register.bytes * 2}x}" + "".join(field_text(field, raw) for field in register.fields)


def decode_entry(descriptor: Descriptor, text: str) -> str:
    """An entry from its bytes in hexadecimal, as they lie in memory: `tx_desc is context, mss=0x5b4 command=0x20000000 TSE`. Of
    one that is none of the alternatives nothing but its bytes is known."""
    digits = re.sub(r"[\s_:]", "", text.removeprefix("0x"))
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", digits) is None:
        raise DecodeError(f"{text!r} is not bytes in hexadecimal")
    entry = bytes.fromhex(digits)
    if len(entry) != descriptor.size:
        raise DecodeError(f"an entry of {descriptor.name} has {descriptor.size} bytes, and these are {len(entry)}")
    layout, name = descriptor, descriptor.name
    if descriptor.alternatives:
        one = alternatives.which(descriptor, entry)
        if one is None:
            return f"{descriptor.name} is unknown, {entry.hex()}"
        layout, name = one.layout, f"{descriptor.name} is {one.name}"
    parts = []
    for member in layout.members:
        raw = int.from_bytes(entry[member.offset : member.offset + member.width // 8], "big" if order_of(layout, member) is ByteOrder.BIG else "little")
        parts.append(f" {member.name}=0x{raw:0{member.width // 4}x}" + "".join(field_text(field, raw) for field in member.fields))
    return f"{name}," + "".join(parts)


def find_descriptor(driver: Driver, text: str) -> Descriptor | None:
    """The descriptor of that name, where no register has it."""
    if any(register.name.lower() == text.lower() for register in driver.registers):
        return None
    return next((descriptor for descriptor in driver.descriptors if descriptor.name.lower() == text.lower()), None)


def find(driver: Driver, text: str) -> tuple[Register, int]:
    """`CTRL`, `RAL[3]`, `QUEUE[1][3]`, or an offset in the first region such as `0x5418`. The register, and which of all its elements."""
    match = re.fullmatch(r"(\w+)((?:\[\d+\])*)", text)
    if match is None:
        raise DecodeError(f"{text!r} is neither a register nor an offset")
    name, indices = match[1], tuple(map(int, re.findall(r"\d+", match[2])))
    for register in driver.registers:
        if register.name.lower() == name.lower():
            return register, _element(register, indices)
    if not name[0].isdigit():
        import difflib

        close = difflib.get_close_matches(name.upper(), [register.name for register in driver.registers], 1)
        raise DecodeError(f"there is no register {name}" + (f"; did you mean {close[0]}?" if close else ""))
    offset = number(name)
    for register in driver.registers:
        for element in range(1 if register.scale is not None else register.count or 1):  # an offset alone does not say more
            if register.region == driver.regions[0].name and offset_of(register, element) == offset:
                return register, element
    raise DecodeError(f"no register is at 0x{offset:x} of the region {driver.regions[0].name}")


def why_not(driver: Driver, register: Register, image: bytes) -> str | None:
    """Why the image says nothing about a register. None: it does."""
    if not hazards.readable(register):
        return "write-only"
    pops = any(fifo.data.register == register.name and fifo.direction is Direction.FROM_DEVICE for fifo in driver.fifos)
    if hazards.read_has_effect(register) or pops:
        return "not read: reading it has an effect"
    return other_bank(driver, register, 0, image) if register.count is None or not follows(driver, register) else None


def follows(driver: Driver, register: Register) -> bool:
    """Each element has a selector of its own."""
    return register.bank is not None and register.bank.element is None and driver.register(register.bank.register).count is not None


def other_bank(driver: Driver, register: Register, index: int, image: bytes) -> str | None:
    """Why an element is not there. None: its bank is the one that is selected."""
    if register.bank is None:
        return None
    selector = driver.register(register.bank.register)
    field = next(field for field in selector.fields if field.name == register.bank.field)
    element = register.bank.element or 0
    if follows(driver, register):
        element = index * (selector.count or 1) // (register.count or 1)
    selected = value_at(driver, selector, element, image) >> field.lsb & ((1 << field.width) - 1)
    return None if selected == register.bank.value else "not read: another bank is selected"


def _element(register: Register, indices: tuple[int, ...]) -> int:
    """Which of all elements these indices mean; without indices the first."""
    every = counts(register) or (1,)
    if not indices:
        return 0
    if len(indices) != len(every):
        raise DecodeError(f"{register.name} has {len(every)} ind{'ex' if len(every) == 1 else 'ices'}, and these are {len(indices)}")
    if any(index >= count for index, count in zip(indices, every, strict=True)):
        raise DecodeError(f"{register.name} has {' times '.join(map(str, every))} entries: 0 to {', and 0 to '.join(str(count - 1) for count in every)}")
    return element_of(every, indices)


def place_in(driver: Driver, register: Register, element: int, image: bytes) -> int:
    """Where an element is; where the device says how far apart they are, as the image says."""
    if register.scale is None or element == 0:
        return offset_of(register, element)
    stride = stride_in(driver, register, image)
    if not register.repeats:
        return register.offset + element * stride
    return register.offset + sum(index * stride if repeat.scaled else repeat.place(index) for repeat, index in zip(register.repeats, indices_of(register, element), strict=True))


def stride_in(driver: Driver, register: Register, image: bytes) -> int:
    """Bytes from one element to the next; where the device says it, what the image says."""
    unit = next((repeat.stride for repeat in register.repeats if repeat.scaled), register.stride)
    if register.scale is None:
        return unit
    source = driver.register(register.scale.register)
    if source.region != register.region or source.offset + source.bytes > len(image):
        return unit
    mask = register.scale.mask_in(source)
    return register.scale.bytes((value_at(driver, source, 0, image) & mask) // (mask & -mask))


def value_at(driver: Driver, register: Register, index: int, image: bytes) -> int:
    offset = place_in(driver, register, index, image)
    order = "big" if driver.order_of(register) is ByteOrder.BIG else "little"
    return int.from_bytes(image[offset : offset + register.bytes], order)  # type: ignore[arg-type]


def dump(driver: Driver, region: str, image: bytes) -> Iterator[str]:
    """Every register of a region, from an image of its bytes; the image may end early. For a capability the image is that of
    configuration space, and the capability is looked for in it."""
    found = next((one for one in driver.regions if one.name == region), None)
    if found is None:
        raise DecodeError(f"there is no region {region}; there is {', '.join(one.name for one in driver.regions)}")
    if found.in_config and found.capability is not None:
        from . import capabilities

        try:
            image = image[capabilities.find(image, found.capability) :]
        except capabilities.NotThere as error:
            raise DecodeError(str(error)) from None
    for register in driver.registers:
        if register.region != region:
            continue
        why = why_not(driver, register, image)
        if why is not None:
            yield f"{register.name} {why}"
            continue
        for index in range(register.count or 1):
            if register.bank is not None and (why := other_bank(driver, register, index, image)) is not None:
                yield f"{element_name(register, index)} {why}"
            elif place_in(driver, register, index, image) + register.bytes <= len(image):
                yield decode(register, index, value_at(driver, register, index, image))
