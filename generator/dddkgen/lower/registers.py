# SPDX-License-Identifier: MIT
"""Lower registers to the strings of NAME.regs.h.

What may be done to a register comes from `hazards`, what a policy means from `semantics`; here it only takes the shape of
C. Accessors compute in a `word`: uint32_t, or uint64_t for registers of 64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .. import hazards
from ..dataclass import dataclass
from . import field_values
from ..memory import has_accessors
from ..model import Bank, ByteOrder, Descriptor, Driver, Field, RegionKind, Register
from ..semantics import Idle
from ..places import element_name, first_end_of, indices_of, repeats, said
from . import register_places, variants
from .alternatives import descriptor_with_alternatives
from .layouts import DescriptorShape, EnumShape, StructMember, aligned, bits, enum_shape, hexadecimal
from .names import comment, lower, string, upper
from .text import behind, headed, is_short, items
from .register_names import (
    accessor,
    field_type,
    member_of,
    needs_lock,
    number,
    region_of,
    shadow_members,
    word,
)
from .register_optional import OptionalShape, optional_function, optional_regions
from .register_windows import RangeShape, WindowShape, range_shape, through_window, window_shape
from .register_writes import Put, ShadowReset, device_reset, put, reset_written, shadow_reset_name

# Other emitters find these here, beside the accessors they belong to.
__all__ = ["accessor", "field_type", "header", "member_of", "needs_lock", "shadow_members", "word"]


#: How the functions of dddk/access.h that move a value begin.
PRIMITIVES = {RegionKind.MEMORY: "dddk_", RegionKind.PORT: "dddk_io_", RegionKind.CONFIG: "dddk_config_"}


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
    dev: str = ""  # "const struct foo *dev"; not const where the selector is behind a window
    index: str = ""  # parameters that say which element selects: ", size_t index"
    at: str = ""  # the register's indices that go there


@dataclass(frozen=True, slots=True)
class Accessors:
    name: str  # "foo_ctrl"
    constant: str  # "FOO_CTRL"
    doc: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    layout: tuple[tuple[str, str], ...]
    word: str
    c_type: str  # of the raw value
    window: WindowShape | None  # of the region, for the first of its registers
    range: RangeShape | None  # how to reach several elements at once
    dev: str  # "const struct foo *dev"; not const where a lock is held
    write_dev: str  # the same for writes; not const either where they are remembered
    index: str  # ", size_t index" or ""
    at: str  # ", index" or ""
    limits: tuple[register_places.Limit, ...]  # one for each index
    inside: str  # the condition that every index is one
    outside: str  # of several indices, the condition that one is not
    limit_text: str
    places: register_places.PlaceTable | None
    members: tuple[StructMember, ...]  # of the value struct; empty: the register is one plain value
    unpack: tuple[tuple[str, str], ...]
    load: str
    store: tuple[str, str]  # before and behind the value
    shadow: str  # lvalue, or ""
    resets: tuple[ShadowReset, ...]  # when `raw` resets the device, and with it all shadows
    source: str  # what an update starts from
    selection: Selection | None
    lock: str  # "&dev->register_lock", or ""
    put: Put | None
    scales: tuple[field_values.ScaleShape, ...]
    narrow: int  # bits of a plain value narrower than a word, or 0
    narrow_text: str
    can_read: bool
    can_write: bool
    no_read: str  # why not, or ""
    no_write: str
    no_update: str
    has: str = ""  # asks whether the device has it; "": every one has
    lacks: str = ""  # what is said where it has not
    lacking: tuple[str, ...] = ()  # statements that clear what the device lacks in a value that was read


@dataclass(frozen=True, slots=True)
class ShadowsAfter:
    """What the driver remembers after a reset of one kind."""

    function: str
    rows: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]  # shadow, what the register holds then, indices with their counts


@dataclass(frozen=True, slots=True)
class Header:
    driver: str
    guard: str
    license: str
    title: str
    enums: tuple[EnumShape, ...]
    optional: tuple[OptionalShape, ...]  # regions
    blocks: tuple[register_places.BlockShape, ...]
    registers: tuple[Accessors, ...]
    descriptors: tuple[DescriptorShape, ...]
    scaled: bool
    resets: tuple[ShadowsAfter, ...]
    predicates: tuple[variants.Predicate, ...] = ()
    value_checks: tuple[variants.ValueCheck, ...] = ()


def documentation(driver: Driver, register: Register) -> tuple[str, ...]:
    text = f"{register.name} at 0x{register.offset:04x}"
    if register.repeats:
        text += f": {said(register)}"
    elif register.count is not None:
        text += f" and every {register.stride if register.scale is None else register.scale.text} bytes, {register.count} of them"
    if register.bank is not None:
        text += f", while {bank_text(driver, register.bank)} is {register.bank.value}"
    if not register.fields:
        text += f", {register.access}"
    if register.alias_of is not None:
        text += f", {shown(driver, register)}"
    lines = list(headed(text, register))
    whole = not hazards.readable(register)
    apart = [part.field for part in hazards.parts(register) if part.field and not ((whole or part.readable) and is_short(part.field.doc))]
    lines += items((field.name, field) for field in apart)
    takers = [interrupt.name for interrupt in driver.interrupts if register.name in interrupt.cause_registers]
    if takers and hazards.read_has_effect(register):
        lines.append(f"A read takes the causes of the interrupt {takers[0]}: handlers read it while the device is reset or stopped, and nowhere else.")
    if register.read_effects:
        lines.append(f"A read clears {', '.join(effect.text for effect in register.read_effects)}.")
    if register.write_mask:
        lines.append(f"Bit n + {register.enable_shift} enables bit n: an update writes the fields that it names, and reads nothing.")
    for part in hazards.parts(register):
        if part.policy.writable and part.policy.idle is Idle.NONE:
            lines.append(f"Every write reaches {part.name}: {part.policy.doc}.")
    return tuple(lines)


def bank_text(driver: Driver, bank: Bank) -> str:
    """The selector, as the manifest names it."""
    return f"{element_name(driver.register(bank.register), bank.element)}.{bank.field}"


def shown(driver: Driver, register: Register) -> str:
    """What an alias shows, and how."""
    storage = driver.register(register.storage)
    if register.alias_element is None and (register.region, register.offset, register.bank) == (storage.region, storage.offset, storage.bank):
        how = "other fields"
    else:
        how = "another address" if register.same_view else "another view"
    return f"{how} of {element_name(storage, register.alias_element)}"


def differences(driver: Driver, register: Register) -> tuple[str, ...]:
    """Sentences about devices that have it somewhere else, or not at all."""
    lines = [] if register.devices is None else [f"Had by: {variants.words(driver, register.devices)}."]
    lines += [f"At 0x{offset:04x}: {who}." for who, offset in variants.other_places(driver, register)] if driver.devices else []
    return (*lines, *variants.touched_by(driver, register))


def primitives(driver: Driver, register: Register, indices: Sequence[str] | None = None) -> tuple[str, tuple[str, str]]:
    """The load as an expression, and what stands before and behind the value in the store. `indices`: of the element, else the accessors'.

    What primitives move is little-endian. A register in halves is read in its declared order, or untorn where the device
    counts on meanwhile; in a big-endian region the less significant half is the second one.
    """
    region, width = region_of(driver, register), register.width
    if region.window is not None:
        return through_window(driver, register, region)
    big = driver.order_of(register) is ByteOrder.BIG
    place = f"{'dev' if region.optional else f'&dev->{lower(region.name)}.mmio'}, {register_places.place(driver, register, indices)}"
    read = write = f"{width}"
    if register.split is not None:
        low_first = (register.split == "low_first") is not big
        write += "_low_first" if low_first else "_high_first"
        counts_on = any(part.volatile for part in hazards.parts(register)) and not hazards.read_has_effect(register)
        read = write
        if counts_on and not register.latched:
            read = f"{width}_untorn{'_be' if big else ''}"
    prefix = PRIMITIVES[region.kind]
    swap = f"__builtin_bswap{width}(" if big and width > 8 else ""
    read, write = f"{prefix}read{read}", f"{prefix}write{write}"
    if region.optional:
        read, write = (optional_function(driver, region, name) for name in (read, write))
    load = f"{read}({place})"
    return f"{swap}{load})" if swap else load, (f"{write}({place}, {swap}", "))" if swap else ")")


def is_behind_window(driver: Driver, register: Register) -> bool:
    return next(region for region in driver.regions if region.name == register.region).window is not None


def selection(driver: Driver, register: Register, seen: set[str]) -> Selection | None:
    """None: the register's bank is the one that is selected whenever nobody selected another."""
    if hazards.home_bank(driver, register):
        return None
    bank = register.bank
    assert bank is not None
    selector = driver.register(bank.register)
    field = next(field for field in selector.fields if field.name == bank.field)
    c_type = f"uint{selector.width}_t"
    given = None if bank.element is None else [str(index) for index in indices_of(selector, bank.element)]
    load, store = primitives(driver, selector, given)
    element = register_places.subscripts(selector) if given is None else "".join(f"[{index}]" for index in given)
    shadow = f"dev->shadow.{lower(selector.name, selector.c_name)}{element}" if selector.shadow else ""
    kept, idle = hazards.beside(selector)

    def written(keep: int, also: int) -> str:
        if selector.write_mask:
            keep, also = keep & field.mask, also & field.mask | field.mask << selector.enable_shift
            if not keep:
                return number(also, selector.width)
        text = "was" if keep == (1 << selector.width) - 1 else f"(was & {number(keep, selector.width)})"
        text += f" | {number(also, selector.width)}" if also else ""
        return text if text == "was" else f"({c_type})({text})"

    own = given is None and selector.count is not None
    name = f"{accessor(driver, selector)}{''.join(f'_{index}' for index in given or ())}_{member_of(field)}_{bank.value}_"
    first = name not in seen
    seen.add(name)
    return Selection(
        name=name,
        says=f"{bank_text(driver, bank)} == {bank.value}",
        first=first,
        read=shadow or load,
        selected=f"{store[0]}{written(kept & ~field.mask, idle | bank.value << field.lsb)}{store[1]}",
        back=f"{store[0]}{written(kept, idle)}{store[1]}",
        c_type=c_type,
        dev=f"{'' if is_behind_window(driver, selector) else 'const '}struct {lower(driver.name)} *dev",
        index=register_places.parameters(selector) if own else "",
        at="".join(f", {name}" for name in register_places.index_names(register)[: len(repeats(selector))]) if own else "",
    )


def constants(driver: Driver, register: Register, prefix: str) -> tuple[tuple[str, str], ...]:
    rows = [(prefix, f"0x{register.offset:04x}u")]
    rows += register_places.constants(driver, register)
    resets = {(own.reset_known, own.reset_value) for own, _ in variants.as_devices_have_it(driver, register)}
    if register.reset_known == (1 << register.width) - 1 and len(resets) == 1:
        rows.append((f"{prefix}_RESET", hexadecimal(register.reset_value, register.width)))
    for reset in register.resets:
        value, known, unchanged = register.after_reset(reset.kind)
        if known == (1 << register.width) - 1 and not unchanged and value != register.reset_value:
            rows.append((f"{prefix}_RESET_{upper(reset.kind)}", hexadecimal(value, register.width)))
    for field in register.fields:
        name = upper(field.name, field.c_name)
        rows.append((f"{prefix}_{name}_MASK", hexadecimal(field.mask, register.width)))
        rows.append((f"{prefix}_{name}_SHIFT", str(field.lsb)))
    return tuple(rows)


def unpacked(driver: Driver, register: Register, field: Field) -> tuple[str, str]:
    if field.kind:
        return field_values.unpacked(field, register.width, "raw")
    mask = number((1 << field.width) - 1, register.width)
    value = f"raw >> {field.lsb} & {mask}" if field.lsb else f"raw & {mask}"
    if field.width == register.width and register.width >= 32:
        value = "raw"
    c_type = field_type(driver, field, register.width)
    if c_type == "bool":
        return member_of(field), f"({value}) != 0"
    return member_of(field), value if c_type == word(register.width) else f"({c_type})({value})"


def cleared_when_lacking(driver: Driver, register: Register) -> tuple[str, ...]:
    """A field that the device lacks reads as 0, whatever the register shows there."""
    lines = []
    for part in hazards.parts(register):
        field = part.field
        if field is None or field.devices is None or not part.readable and hazards.readable(register):
            continue
        member, has, c_type = f"value.{member_of(field)}", f"{variants.has_field(driver, register, field)}(dev)", field_type(driver, field, register.width)
        zero = f"({c_type})0" if field.enum is not None else "0" if field.kind == "signed" else "0u"
        if field.kind == "address":
            member, c_type = f"{member}.value", "uint64_t"
        lines.append(f"{member} = {has} && {member};" if c_type == "bool" else f"{member} = {has} ? {member} : {zero};")
    return tuple(lines)


def value_members(driver: Driver, register: Register) -> tuple[list[StructMember], list[tuple[str, str]]]:
    """The value struct has what a read defines; that of a write-only register, which only a model unpacks, has all."""
    whole = not hazards.readable(register)
    members, unpack = [], []
    for part in hazards.parts(register):
        field = part.field
        if field is None or not (whole or part.readable):
            continue
        note = f"{bits(field)}, {field.access}"
        note += field_values.noted(field)
        note += behind(field)
        members.append(StructMember(f"{field_type(driver, field, register.width)} {member_of(field)};", note))
        unpack.append(unpacked(driver, register, field))
    return members, unpack


def remembers(driver: Driver, register: Register) -> bool:
    """A write of the register is remembered, or makes shadows forget."""
    return register.shadow or bool(shadow_members(driver)) and any(device_reset(driver, part.effects) is not None for part in hazards.parts(register))


def accessors(driver: Driver, register: Register, seen: set[str]) -> Accessors:
    name, region = accessor(driver, register), region_of(driver, register)
    prefix, width = name.upper(), register.width
    last, limits = register_places.highest(driver, register), register_places.limits(driver, register)
    members, unpack = value_members(driver, register)
    selects = hazards.selector_hazard(driver, register)
    says = (hazards.read_hazard(register, name), selects or hazards.write_hazard(register, name), selects or hazards.update_hazard(register, name, driver))
    no_read, no_write, no_update = (string(f"{driver.name} {says.text}") if says else "" for says in says)
    shadow = f"dev->shadow.{lower(register.name, register.c_name)}{register_places.subscripts(register)}" if register.shadow else ""
    load, store = primitives(driver, register)
    locked = hazards.locked(driver, register)
    moves = is_behind_window(driver, register) or (register.bank is not None and is_behind_window(driver, driver.register(register.bank.register)))
    has = [f"{variants.has_register(driver, register)}(dev)"] if register.devices is not None else []
    if register.present is not None:
        has.append(f"{register_places.index_names(register)[0]} < dev->present[{driver.presents.index(register.present)}]")
    return Accessors(
        name=name,
        constant=prefix,
        doc=documentation(driver, register) + differences(driver, register),
        constants=constants(driver, register, prefix),
        layout=((f"{last if register.present is None else prefix} + {register.bytes if register.present is None else first_end_of(register) - register.offset}u <= 0x{region.size:x}u", f"{driver.name} {register.name} lies inside {region.name}"),),
        word=word(width),
        c_type=f"uint{width}_t",
        window=window_shape(driver, register, region, seen, primitives),
        range=range_shape(driver, register, region, not no_read, not no_write and not remembers(driver, register)),
        dev=f"{'' if locked or moves else 'const '}struct {lower(driver.name)} *dev",
        write_dev=f"{'' if locked or moves or remembers(driver, register) else 'const '}struct {lower(driver.name)} *dev",
        index=register_places.parameters(register),
        at=register_places.arguments(register),
        limits=limits,
        inside=" && ".join(f"{limit.index} < {limit.count}" for limit in limits),
        outside=" || ".join(f"{limit.index} >= {limit.count}" for limit in limits) if len(limits) > 1 else "",
        limit_text=register_places.limits_text(driver, register),
        places=register_places.table(driver, register),
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
        scales=tuple(
            field_values.scale_shape(driver, f"{register.name}.{field.name}", f"{name}_{member_of(field)}", field, width) for field in register.fields if field.scale is not None
        ),
        narrow=width if not register.fields and width < 32 else 0,
        narrow_text=string(f"{driver.name} {register.name} is {width} bits wide: 0 to 0x{(1 << width) - 1:x}"),
        can_read=not no_read,
        can_write=not no_write,
        no_read=no_read,
        no_write=no_write,
        no_update=no_update,
        has=" && ".join(has),
        lacks=string(f"{driver.name} {register.name}: this device has fewer") if register.present is not None else variants.lacks_text(driver, register.name) if has else "",
        lacking=cleared_when_lacking(driver, register),
    )


def in_order(driver: Driver) -> list[Register]:
    """Registers after the selectors of their banks, which stand in no bank themselves, and those after what moves their windows."""
    selectors = {register.bank.register for register in driver.registers if register.bank is not None}
    windows = {region.name for region in driver.regions if region.window is not None}

    def turn(register: Register) -> int:
        if not windows:
            return register.name not in selectors
        if register.region not in windows and register.bank is not None and driver.register(register.bank.register).region in windows:
            return 4
        return 2 * (register.region in windows) + (register.name not in selectors)

    return sorted(driver.registers, key=turn)


def header(driver: Driver) -> Header:
    seen: set[str] = set()
    made = tuple(accessors(driver, register, seen) for register in in_order(driver))
    return Header(
        driver=lower(driver.name),
        guard=f"{upper(driver.name)}_REGS_H",
        license=driver.license,
        title=comment(driver.title),
        enums=tuple(enum_shape(driver, enum) for enum in driver.enums),
        optional=optional_regions(driver, made),
        blocks=register_places.blocks(driver),
        registers=made,
        descriptors=tuple(_descriptor(driver, descriptor) for descriptor in driver.descriptors),
        scaled=any(field.scale is not None for owner in (*driver.registers, *(member for layout in driver.layouts for member in layout.members)) for field in owner.fields),
        resets=shadow_resets(driver),
        predicates=variants.predicates(driver),
        value_checks=variants.value_checks(driver),
    )


def _descriptor(driver: Driver, descriptor: Descriptor) -> DescriptorShape:
    shape = descriptor_with_alternatives(driver, descriptor)
    if not has_accessors(descriptor):
        return shape
    from . import members  # few drivers have such descriptors

    return replace(shape, accessors=members.accessors(driver, descriptor), expected=members.expectation(driver, descriptor))


def shadow_resets(driver: Driver) -> tuple[ShadowsAfter, ...]:
    """One for the first kind, which attach does as well, and one for each further kind that a write can ask for."""
    if not any(register.shadow for register in driver.registers):
        return ()
    asked = {effect.reset for register in driver.registers for part in hazards.parts(register) for effect in part.effects}
    return tuple(
        ShadowsAfter(shadow_reset_name(driver, kind), tuple(row for register in driver.registers if register.shadow and (row := shadow_row(driver, register, kind)) is not None))
        for kind in (None, *(kind.name for kind in driver.reset_kinds[1:] if kind.name in asked))
    )


def shadow_row(driver: Driver, register: Register, kind: str | None) -> tuple[str, str, tuple[tuple[str, int], ...]] | None:
    """What a shadow holds after a reset, which may differ between devices. None: it keeps what it has."""
    every = (1 << register.width) - 1
    name = lower(register.name, register.c_name)
    place = f"dev->shadow.{name}{register_places.subscripts(register)}"
    found: dict[str, int] = {}
    keeps = True
    for own, devices in variants.as_devices_have_it(driver, register):
        value, _, unchanged = own.after_reset(kind)
        text = number(value & ~unchanged, register.width)
        if unchanged == every:
            text = place
        elif unchanged:
            text = f"(uint{register.width}_t)(({place} & {number(unchanged, register.width)}) | {text})"
        keeps = keeps and unchanged == every
        found[text] = found.get(text, 0) | devices
    loops = tuple((index, repeat.count) for index, repeat in zip(register_places.index_names(register), repeats(register), strict=False))
    return None if keeps else (f"{name}{register_places.subscripts(register)}", variants.chosen(driver, found), loops)
