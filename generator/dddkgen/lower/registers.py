# SPDX-License-Identifier: MIT
"""Lower registers to the strings of NAME.regs.h.

What may be done to a register comes from `hazards`, what a policy means from `semantics`; here it only takes the shape of
C. Accessors compute in a `word`: uint32_t, or uint64_t for registers of 64 bits.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import hazards
from ..model import ByteOrder, Driver, Effect, Field, Region, RegionKind, Register, Reserved
from ..semantics import POLICIES, Idle
from .layouts import DescriptorShape, EnumShape, StructMember, aligned, bits, descriptor_shape, enum_shape, hexadecimal
from .names import comment, lower, string, upper


@dataclass(frozen=True, slots=True)
class Argument:
    """One field that a write may name."""

    name: str
    c_type: str
    width: int
    fits: str  # the first arguments of DDDK_FITS, or "" where every value of the type fits
    no_fit: str  # the function that DDDK_NO_FIT declares, or ""
    text: str  # the last argument of both


@dataclass(frozen=True, slots=True)
class Selection:
    """How to get at a register that is there only while a field of another one has some value."""

    name: str  # prefix of the functions that select and give back: "foo_lcr_dlab_1_"
    says: str  # "LCR.DLAB == 1"
    first: bool  # this register is the first to need them: emit them
    read: str  # what the selector holds
    selected: str  # the statement that selects, from `was`
    back: str  # the statement that gives back, from `was`
    c_type: str


@dataclass(frozen=True, slots=True)
class Put:
    """The one function behind write and update of a register with fields."""

    arguments: tuple[Argument, ...]
    macros: tuple[str, ...]  # #define of the write, of the update, and of what they start with
    update: bool
    named: tuple[tuple[str, str], ...]  # local, its value
    placed: str  # the values in their places
    cleared: tuple[str, ...]  # terms of what an update clears
    base: str  # what a write sets besides, or ""
    always: str  # what an update sets besides, or ""
    resets: str  # the condition under which the write resets the device, and with it all shadows; or ""


@dataclass(frozen=True, slots=True)
class Accessors:
    name: str  # "foo_ctrl"
    constant: str  # "FOO_CTRL"
    doc: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    layout: tuple[tuple[str, str], ...]
    word: str
    c_type: str  # of the raw value
    dev: str  # "const struct foo *dev"; not const where a lock is held
    write_dev: str  # the same for writes; not const either where they are remembered
    index: str  # ", size_t index" or ""
    at: str  # ", index" or ""
    limit: str  # "FOO_RAL_COUNT, "text"" for DDDK_INDEX, or ""
    limit_text: str
    members: tuple[StructMember, ...]  # of the value struct; empty: the register is one plain value
    unpack: tuple[tuple[str, str], ...]
    load: str
    store: tuple[str, str]  # before and behind the value
    shadow: str  # lvalue, or ""
    resets: str  # the condition under which `raw` resets the device, and with it all shadows; or ""
    source: str  # what an update starts from
    selection: Selection | None
    lock: str  # "&dev->register_lock", or ""
    put: Put | None
    narrow: int  # bits of a plain value narrower than a word, or 0
    narrow_text: str
    can_read: bool
    can_write: bool
    no_read: str  # why not, or ""
    no_write: str
    no_update: str


@dataclass(frozen=True, slots=True)
class ShadowMember:
    """A member of `dev->shadow`: what the driver last wrote to a register whose manifest says `shadow: true`."""

    c_type: str
    name: str
    count: int | None

    @property
    def text(self) -> str:
        return f"{self.c_type} {self.name}{'' if self.count is None else f'[{self.count}]'};"


@dataclass(frozen=True, slots=True)
class Header:
    driver: str
    guard: str
    license: str
    title: str
    enums: tuple[EnumShape, ...]
    registers: tuple[Accessors, ...]
    descriptors: tuple[DescriptorShape, ...]
    resets: tuple[tuple[str, str, int], ...]  # shadow, what the register holds after a reset, count (0: no array)


# ---- names and types, also for the other emitters ---------------------------------------------------------------------


def accessor(driver: Driver, register: Register) -> str:
    """The common prefix of a register's accessors: `foo_ctrl`."""
    return f"{lower(driver.name)}_{lower(register.name, register.c_name)}"


def member_of(field: Field) -> str:
    """The field's member in the register's value struct."""
    return lower(field.name, field.c_name)


def shadow_members(driver: Driver) -> tuple[ShadowMember, ...]:
    """The members of `struct { ... } shadow` in the driver struct; empty: there is no such struct."""
    return tuple(
        ShadowMember(f"uint{register.width}_t", lower(register.name, register.c_name), register.count)
        for register in driver.registers
        if register.shadow
    )


def needs_lock(driver: Driver) -> bool:
    """The driver struct has a `struct dddk_irq_lock register_lock`, to be initialised before the first access."""
    return any(hazards.locked(driver, register) for register in driver.registers)


def field_type(driver: Driver, field: Field, register_width: int) -> str:
    if field.enum is not None:
        return f"enum {lower(driver.name)}_{lower(field.enum.name)}"
    if field.width == 1:
        return "bool"
    return word(register_width)


def word(width: int) -> str:
    return "uint64_t" if width > 32 else "uint32_t"


# ---- one register -----------------------------------------------------------------------------------------------------


def number(value: int, width: int) -> str:
    return f"0x{value:x}{'ull' if width > 32 else 'u'}" if value else "0u"


def mask_of(value: int, width: int) -> str:
    """The same in the type of a word: gcc 12 warns of a sign where unsigned long long meets uint64_t in a conditional."""
    return f"(uint64_t)0x{value:x}" if width > 32 else number(value, width)


def shifted(expression: str, lsb: int) -> str:
    return f"{expression} << {lsb}" if lsb else expression


def documentation(register: Register) -> tuple[str, ...]:
    text = f"{register.name} at 0x{register.offset:04x}"
    if register.count is not None:
        text += f" and every {register.stride} bytes, {register.count} of them"
    if register.bank is not None:
        text += f", while {register.bank.register}.{register.bank.field} is {register.bank.value}"
    if not register.fields:
        text += f", {register.access}"
    text += f": {comment(register.doc)}" if register.doc else "."
    lines = [text + (f" ({comment(register.see)})" if register.see else "")]
    for part in hazards.parts(register):
        if part.policy.writable and part.policy.idle is Idle.NONE:
            lines.append(f"Every write reaches {part.name}: {part.policy.doc}.")
    return tuple(lines)


def range_text(driver: Driver, register: Register, field: Field) -> str:
    top = (1 << field.width) - 1
    highest = str(top) if field.width <= 8 else f"0x{top:x}"
    wide = "1 bit" if field.width == 1 else f"{field.width} bits"
    return string(f"{driver.name} {register.name}.{field.name} is {wide} wide: 0 to {highest}")


def argument(driver: Driver, register: Register, field: Field) -> Argument:
    name, c_type = member_of(field), field_type(driver, field, register.width)
    fits = function = text = ""
    if c_type != "bool" and field.width < (64 if c_type == "uint64_t" else 32):
        text, function = range_text(driver, register, field), f"{accessor(driver, register)}_{name}"
        fits = f"{name}_, {number((1 << field.width) - 1, register.width)}, {function}"
    return Argument(name, c_type, field.width, fits, function, text)


def named_value(driver: Driver, register: Register, field: Field) -> str:
    """The named value of one field; what leaves the field alone when it is not named."""
    name, c_type, c_word = member_of(field), field_type(driver, field, register.width), word(register.width)
    value = f"v.{name}" if c_type == c_word else f"({c_word})v.{name}"
    kept = number((1 << field.width) - 1, register.width) if POLICIES[field.access].idle is Idle.ONES else "0"
    return f"v.{name}_keep_ ? {kept} : {value}"


def cleared_term(field: Field, width: int) -> str:
    """What an update clears for one field. A constant 1 needs no clearing before it is set."""
    name, mask = member_of(field), mask_of(field.mask, width)
    named = f"{mask} & ~DDDK_IF_CONSTANT({shifted(f'{name}_', field.lsb)})" if field.width == 1 else mask
    if POLICIES[field.access].idle is Idle.ZEROS:
        return f"({named})" if field.width == 1 else named
    return f"(v.{name}_keep_ ? 0u : {named})"


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


def call_macros(driver: Driver, register: Register, fields: list[Field], update: bool) -> tuple[str, ...]:
    """NAME_REGISTER_write and _update: thin macros around the one function.

    Both begin with every field kept. A write could do with zeros, but what a compiler puts behind the flag of a union that
    nobody names is its own business: it must not be read.
    """
    name = accessor(driver, register)
    index = f", {name.upper()}_INDEX_(index)" if register.count is not None else ""
    put = f"{name}_put_("
    macros = [keep_macro(f"{name.upper()}_KEEPS_", fields)]
    for verb, last in (("write", ", false" if update else ""), ("update", ", true")):
        lines = [
            f"#define {name}_{verb}(dev{', index' if index else ''}, ...)",
            f"    DDDK_CALL({put}(dev){index},",
            f"{' ' * len(f'    DDDK_CALL({put}')}(struct {name}_writable_){{{name.upper()}_KEEPS_, __VA_ARGS__}}{last}),",
            f"              struct {name}_widths_, .dddk_ = 0, __VA_ARGS__)",
        ]
        if verb == "write" or update:
            macros.append(macro(lines))
    return tuple(macros)


def index_limit(driver: Driver, register: Register) -> str:
    """The count and the sentence of DDDK_INDEX."""
    return f'{accessor(driver, register).upper()}_COUNT, "{index_text(driver, register)}"'


def index_text(driver: Driver, register: Register) -> str:
    count = register.count or 1
    return string(f"{driver.name} {register.name} has {count} entries: 0 to {count - 1}")


def resets_device(driver: Driver, effects: tuple[Effect, ...]) -> bool:
    """There are shadows, and these effects make them forget."""
    return bool(shadow_members(driver)) and any(effect.target == "device" for effect in effects)


def reset_asked(field: Field) -> str:
    """The condition that the named value of a field is one that acts."""
    if POLICIES[field.access].idle is Idle.ONES:
        return f"{member_of(field)}_ != {number((1 << field.width) - 1, field.width)}"
    return f"{member_of(field)}_ != 0"


def reset_written(driver: Driver, register: Register) -> str:
    """The same condition on a raw value, for all fields; "" where none resets the device."""
    acts = {"raw": 0, "~raw": 0}
    for part in hazards.parts(register):
        if resets_device(driver, part.effects):
            acts["~raw" if part.policy.idle is Idle.ONES else "raw"] |= part.mask
    return " || ".join(f"({value} & {number(mask, register.width)}) != 0" for value, mask in acts.items() if mask)


def put(driver: Driver, register: Register, update: bool) -> Put | None:
    selects = hazards.selects(driver, register)
    fields = [field for field in register.fields if POLICIES[field.access].writable and field.name not in selects]
    if not fields:
        return None
    reserved = hazards.reserved_mask(register)
    kept_zero = reserved if register.reserved is Reserved.ZERO else 0
    ones = reserved if register.reserved is Reserved.ONE else 0
    base = ones
    if register.reserved is Reserved.PRESERVE:
        base = reserved & register.reset_value
    for field in register.fields:
        if field.name in selects:
            base |= selects[field.name] << field.lsb
    cleared = [cleared_term(field, register.width) for field in fields]
    if kept_zero:
        cleared.append(number(kept_zero, register.width))
    return Put(
        arguments=tuple(argument(driver, register, field) for field in fields),
        macros=call_macros(driver, register, fields, update),
        update=update,
        named=tuple((f"{member_of(field)}_", named_value(driver, register, field)) for field in fields),
        placed=" | ".join(shifted(f"{member_of(field)}_", field.lsb) for field in fields),
        cleared=tuple(cleared),
        base=number(base, register.width) if base else "",
        always=number(ones, register.width) if ones else "",
        resets=" || ".join(reset_asked(field) for field in fields if resets_device(driver, field.effects)),
    )


def primitives(driver: Driver, register: Register) -> tuple[str, tuple[str, str]]:
    """The load as an expression, and what stands before and behind the value in the store.

    What primitives move is little-endian. A register in halves is read in its declared order, or untorn where the device
    counts on meanwhile; in a big-endian region the less significant half is the second one.
    """
    region, width = region_of(driver, register), register.width
    big = region.order is ByteOrder.BIG
    place = f"&dev->{lower(region.name)}.mmio, {accessor(driver, register).upper()}"
    if register.count is not None:
        place += f" + index * {register.stride}u"
    read = write = f"{width}"
    if register.split is not None:
        low_first = (register.split == "low_first") is not big
        write += "_low_first" if low_first else "_high_first"
        counts_on = any(part.volatile for part in hazards.parts(register)) and not hazards.read_has_effect(register)
        read = write
        if counts_on and not register.latched:
            read = f"{width}_untorn{'_be' if big else ''}"
    prefix = "dddk_io_" if region.kind is RegionKind.PORT else "dddk_"
    swap = f"__builtin_bswap{width}(" if big and width > 8 else ""
    load = f"{prefix}read{read}({place})"
    return f"{swap}{load})" if swap else load, (f"{prefix}write{write}({place}, {swap}", "))" if swap else ")")


def region_of(driver: Driver, register: Register) -> Region:
    return next(region for region in driver.regions if region.name == register.region)


def selection(driver: Driver, register: Register, seen: set[str]) -> Selection | None:
    """None: the register's bank is the one that is selected whenever nobody selected another."""
    if hazards.home_bank(driver, register):
        return None
    bank = register.bank
    assert bank is not None
    selector = driver.register(bank.register)
    field = next(field for field in selector.fields if field.name == bank.field)
    c_type = f"uint{selector.width}_t"
    load, store = primitives(driver, selector)
    shadow = f"dev->shadow.{lower(selector.name, selector.c_name)}" if selector.shadow else ""
    kept, idle = 0, 0
    for part in hazards.parts(selector):
        if part.policy.idle in (Idle.READ_BACK, Idle.SHADOW, Idle.ANY):
            kept |= part.mask
        elif part.policy.idle is Idle.ONES:
            idle |= part.mask
    reserved = hazards.reserved_mask(selector)
    kept |= reserved if selector.reserved is Reserved.PRESERVE else 0
    idle |= reserved if selector.reserved is Reserved.ONE else 0

    def written(keep: int, also: int) -> str:
        text = "was" if keep == (1 << selector.width) - 1 else f"(was & {number(keep, selector.width)})"
        text += f" | {number(also, selector.width)}" if also else ""
        return text if text == "was" else f"({c_type})({text})"

    name = f"{accessor(driver, selector)}_{member_of(field)}_{bank.value}_"
    first = name not in seen
    seen.add(name)
    return Selection(
        name=name,
        says=f"{bank.register}.{bank.field} == {bank.value}",
        first=first,
        read=shadow or load,
        selected=f"{store[0]}{written(kept & ~field.mask, idle | bank.value << field.lsb)}{store[1]}",
        back=f"{store[0]}{written(kept, idle)}{store[1]}",
        c_type=c_type,
    )


def constants(register: Register, prefix: str) -> tuple[tuple[str, str], ...]:
    rows = [(prefix, f"0x{register.offset:04x}u")]
    if register.count is not None:
        rows.append((f"{prefix}_COUNT", f"{register.count}u"))
    if register.reset_known == (1 << register.width) - 1:
        rows.append((f"{prefix}_RESET", hexadecimal(register.reset_value, register.width)))
    for field in register.fields:
        name = upper(field.name, field.c_name)
        rows.append((f"{prefix}_{name}_MASK", hexadecimal(field.mask, register.width)))
        rows.append((f"{prefix}_{name}_SHIFT", str(field.lsb)))
    return tuple(rows)


def unpacked(driver: Driver, register: Register, field: Field) -> tuple[str, str]:
    mask = number((1 << field.width) - 1, register.width)
    value = f"raw >> {field.lsb} & {mask}" if field.lsb else f"raw & {mask}"
    if field.width == register.width and register.width >= 32:
        value = "raw"
    c_type = field_type(driver, field, register.width)
    if c_type == "bool":
        return member_of(field), f"({value}) != 0"
    return member_of(field), value if c_type == word(register.width) else f"({c_type})({value})"


def value_members(driver: Driver, register: Register) -> tuple[list[StructMember], list[tuple[str, str]]]:
    """The value struct has what a read defines; that of a write-only register, which only a model unpacks, has all."""
    whole = not hazards.readable(register)
    members, unpack = [], []
    for part in hazards.parts(register):
        field = part.field
        if field is None or not (whole or part.readable):
            continue
        note = f"{bits(field)}, {field.access}"
        note += f": {comment(field.doc)}" if field.doc else ""
        note += f" ({comment(field.see)})" if field.see else ""
        members.append(StructMember(f"{field_type(driver, field, register.width)} {member_of(field)};", note))
        unpack.append(unpacked(driver, register, field))
    return members, unpack


def remembers(driver: Driver, register: Register) -> bool:
    """A write of the register is remembered, or makes shadows forget."""
    return register.shadow or any(resets_device(driver, part.effects) for part in hazards.parts(register))


def accessors(driver: Driver, register: Register, seen: set[str]) -> Accessors:
    name, region = accessor(driver, register), region_of(driver, register)
    prefix, width = name.upper(), register.width
    index = register.count is not None
    last = f"{prefix} + {(register.count or 1) - 1}u * {register.stride}u" if index else prefix
    members, unpack = value_members(driver, register)
    says = (hazards.read_hazard(register, name), hazards.write_hazard(register, name), hazards.update_hazard(register, name, driver))
    no_read, no_write, no_update = (string(f"{driver.name} {says.text}") if says else "" for says in says)
    shadow = f"dev->shadow.{lower(register.name, register.c_name)}{'[index]' if index else ''}" if register.shadow else ""
    load, store = primitives(driver, register)
    locked = hazards.locked(driver, register)
    return Accessors(
        name=name,
        constant=prefix,
        doc=documentation(register),
        constants=constants(register, prefix),
        layout=((f"{last} + {register.bytes}u <= 0x{region.size:x}u", f"{driver.name} {register.name} lies inside {region.name}"),),
        word=word(width),
        c_type=f"uint{width}_t",
        dev=f"{'' if locked else 'const '}struct {lower(driver.name)} *dev",
        write_dev=f"{'' if locked or remembers(driver, register) else 'const '}struct {lower(driver.name)} *dev",
        index=", size_t index" if index else "",
        at=", index" if index else "",
        limit=index_limit(driver, register) if index else "",
        limit_text=index_text(driver, register),
        members=aligned(members),
        unpack=tuple(unpack),
        load=load,
        store=store,
        shadow=shadow,
        resets=reset_written(driver, register),
        source=shadow or load,
        selection=selection(driver, register, seen),
        lock="&dev->register_lock" if locked else "",
        put=put(driver, register, not no_update),
        narrow=width if not register.fields and width < 32 else 0,
        narrow_text=string(f"{driver.name} {register.name} is {width} bits wide: 0 to 0x{(1 << width) - 1:x}"),
        can_read=not no_read,
        can_write=not no_write,
        no_read=no_read,
        no_write=no_write,
        no_update=no_update,
    )


def in_order(driver: Driver) -> list[Register]:
    """Registers after the selectors of their banks."""
    order: list[Register] = []

    def visit(register: Register) -> None:
        if register in order:
            return
        if register.bank is not None:
            visit(driver.register(register.bank.register))
        order.append(register)

    if all(register.bank is None for register in driver.registers):
        return list(driver.registers)
    for register in driver.registers:
        visit(register)
    return order


def header(driver: Driver) -> Header:
    seen: set[str] = set()
    return Header(
        driver=lower(driver.name),
        guard=f"{upper(driver.name)}_REGS_H",
        license=driver.license,
        title=comment(driver.title),
        enums=tuple(enum_shape(driver, enum) for enum in driver.enums),
        registers=tuple(accessors(driver, register, seen) for register in in_order(driver)),
        descriptors=tuple(descriptor_shape(driver, descriptor) for descriptor in driver.descriptors),
        resets=tuple(
            (lower(register.name, register.c_name), number(register.reset_value, register.width), register.count or 0)
            for register in driver.registers
            if register.shadow
        ),
    )
