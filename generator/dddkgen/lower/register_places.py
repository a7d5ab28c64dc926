# SPDX-License-Identifier: MIT
"""Where an element of a register is, in C: its indices, what each of them may be, and its offset.

An array in equal steps takes `index`. Of arrays in arrays each repeat has an index called after its block or register, the
outermost first. Offsets that are in no equal steps come from a table, which the compiler folds where the index is a constant.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..dataclass import dataclass
from ..model import Driver, Register
from ..places import Repeat, repeats
from .names import lower, string, upper
from .register_names import accessor
from .variants import place_of


@dataclass(frozen=True, slots=True)
class Limit:
    """What one index may be."""

    index: str  # "port_index"
    count: str  # "FOO_PORT_COUNT"
    text: str  # a sentence


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """The function that finds the offset of an element in no equal steps."""

    name: str  # "foo_tap_place_"
    index: str
    c_type: str
    offsets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockShape:
    """A repeated block whose registers are arrays in it: constants."""

    text: str
    constants: tuple[tuple[str, str], ...]


def _own_name(repeat: Repeat, outer: Repeat | None) -> str:
    return repeat.name.removeprefix(f"{outer.name}_") if outer is not None else repeat.name


def index_names(register: Register) -> tuple[str, ...]:
    """The parameters of its accessors."""
    every = repeats(register)
    if len(every) == 1:
        return ("index",)
    names: list[str] = []
    for number, repeat in enumerate(every):
        name = f"{lower(_own_name(repeat, every[number - 1] if number else None))}_index"
        names.append(f"{name}{number + 1}" if name in names else name)
    return tuple(names)


def parameters(register: Register, c_type: str = "size_t") -> str:
    """", size_t port_index, size_t queue_index", or nothing."""
    return "".join(f", {c_type} {name}" for name in index_names(register)) if register.count is not None else ""


def arguments(register: Register) -> str:
    """The same without types."""
    return "".join(f", {name}" for name in index_names(register)) if register.count is not None else ""


def subscripts(register: Register) -> str:
    """Of an array with an element for each of the register's."""
    return "".join(f"[{name}]" for name in index_names(register)) if register.count is not None else ""


def first_element(register: Register) -> str:
    """What stands behind `dev` in a call that means the first element."""
    return ", 0" * len(repeats(register))


def limits(driver: Driver, register: Register) -> tuple[Limit, ...]:
    if register.count is None:
        return ()
    *outer, inner = repeats(register)
    *names, last = index_names(register)
    found = [
        Limit(name, f"{upper(driver.name)}_{upper(repeat.name)}_COUNT", string(f"{driver.name} has {repeat.count} {repeat.name}: 0 to {repeat.count - 1}"))
        for name, repeat in zip(names, outer, strict=True)
    ]
    text = string(f"{driver.name} {register.name} has {inner.count} entries: 0 to {inner.count - 1}")
    return (*found, Limit(last, f"{accessor(driver, register).upper()}_COUNT", text))


def limits_text(driver: Driver, register: Register) -> str:
    """One sentence about all its indices."""
    every = repeats(register)
    if len(every) < 2:
        return limits(driver, register)[0].text if every else ""
    names = ", ".join(f"{name} 0 to {repeat.count - 1}" for name, repeat in zip(index_names(register), every, strict=True))
    return string(f"{driver.name} {register.name} has no such entry: {names}")


def blocks(driver: Driver) -> tuple[BlockShape, ...]:
    """Each repeated block around an array, once."""
    found: dict[str, Repeat] = {}
    for register in driver.registers:
        for repeat in register.repeats[:-1]:
            found.setdefault(repeat.name, repeat)
    made = []
    for repeat in found.values():
        prefix = f"{upper(driver.name)}_{upper(repeat.name)}"
        constants = [(f"{prefix}_COUNT", f"{repeat.count}u")]
        if not repeat.scaled:
            constants.append((f"{prefix}_STRIDE", f"0x{repeat.stride:x}u"))
        made.append(BlockShape(f"{repeat.name} is there {repeat.count} times" + ("." if repeat.scaled else f", every {repeat.stride} bytes."), tuple(constants)))
    return tuple(made)


def constants(driver: Driver, register: Register) -> tuple[tuple[str, str], ...]:
    """How many elements there are, and how far apart where a block around them is repeated too."""
    if register.count is None:
        return ()
    prefix, inner = accessor(driver, register).upper(), repeats(register)[-1]
    rows = [(f"{prefix}_COUNT", f"{inner.count}u")]
    if len(register.repeats) > 1 and not inner.places and not inner.scaled:
        rows.append((f"{prefix}_STRIDE", f"0x{inner.stride:x}u"))
    return tuple(rows)


def stride_text(driver: Driver, register: Register, repeat: Repeat) -> str:
    """Bytes from one to the next, in C."""
    if repeat.scaled:
        return f"dev->strides[{driver.scaled.index(register)}]"
    if len(register.repeats) < 2:
        return f"{repeat.stride}u"
    inner = repeat is register.repeats[-1]
    return f"{accessor(driver, register).upper()}_STRIDE" if inner else f"{upper(driver.name)}_{upper(repeat.name)}_STRIDE"


def _downwards(repeat: Repeat) -> int:
    """The distance of listed offsets that go down in equal steps: that is arithmetic, as upwards. 0: they do not."""
    step = repeat.places[0] - repeat.places[1] if len(repeat.places) > 1 else 0
    return step if all(place == -index * step for index, place in enumerate(repeat.places)) else 0


def table(driver: Driver, register: Register) -> PlaceTable | None:
    """None: offsets are computed."""
    inner = register.repeats[-1] if register.repeats else None
    if inner is None or not inner.places or _downwards(inner):
        return None
    offsets = [register.offset + place for place in inner.places]
    bits = 16 if max(offsets) < 1 << 16 else 32
    return PlaceTable(f"{accessor(driver, register)}_place_", index_names(register)[-1], f"uint{bits}_t", tuple(f"0x{offset:04x}" for offset in offsets))


def place(driver: Driver, register: Register, given: Sequence[str] | None = None) -> str:
    """The offset of an element, as an expression. `given`: its indices, else the accessors' parameters."""
    base = place_of(driver, register)
    if register.count is None:
        return base
    every = repeats(register)
    indices = tuple(given if given is not None else index_names(register))
    inner = every[-1]
    listed = table(driver, register)
    if listed is not None:
        own = f"{accessor(driver, register)}".upper()
        base = f"{listed.name}({indices[-1]})" if base == own else f"{base} + ({listed.name}({indices[-1]}) - {own})"
        every, indices = every[:-1], indices[:-1]
    terms = [base]
    for repeat, index in zip(every, indices, strict=True):
        down = _downwards(repeat) if repeat is inner else 0
        terms.append(f"- {index} * {down}u" if down else f"+ {index} * {stride_text(driver, register, repeat)}")
    return " ".join(terms)


def highest(driver: Driver, register: Register) -> str:
    """The offset of the highest element, as a constant expression over the least strides."""
    prefix = accessor(driver, register).upper()
    if register.count is None:
        return prefix
    if not register.repeats:
        return f"{prefix} + {register.count - 1}u * {register.stride}u"
    terms = [prefix]
    for repeat in register.repeats:
        if repeat.places:
            terms.append(f"+ {repeat.last}u") if repeat.last else None
        else:
            terms.append(f"+ {repeat.count - 1}u * {f'{repeat.stride}u' if repeat.scaled else stride_text(driver, register, repeat)}")
    return " ".join(terms)


def element_text(register: Register) -> str:
    """Which of all elements the indices mean, in C; past them where one is past its own count."""
    names, every = index_names(register), repeats(register)
    text = names[0]
    for name, repeat in zip(names[1:], every[1:], strict=True):
        text = f"DDDK_ELEMENT({text}, {name}, {repeat.count}u)"
    return text


def indices_text(register: Register) -> str:
    """Its indices, from `index`, which counts all elements."""
    found, step = [], 1
    for number, repeat in reversed(list(enumerate(repeats(register)))):
        text = "index" if step == 1 else f"index / {step}u"
        found.append(f"{text} % {repeat.count}u" if number else text)
        step *= repeat.count
    return ", ".join(reversed(found))
