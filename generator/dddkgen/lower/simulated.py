# SPDX-License-Identifier: MIT
"""Lower registers to the table of primitive effects that runtime/port/sim/registers.h simulates."""

from __future__ import annotations

from collections.abc import Callable

from .. import hazards, parts, values
from ..dataclass import dataclass
from ..model import ByteOrder, Device, Driver, Effect, Field, Region, Register, Reserved
from ..places import repeats
from ..semantics import POLICIES, PRIMITIVES, ReadEffect, WriteEffect
from .field_values import integer
from .layouts import hexadecimal
from .names import lower, string, upper
from .registers import accessor

KINDS = {"sets": "DDDK_EFFECT_SETS", "clears": "DDDK_EFFECT_CLEARS", "resets": "DDDK_EFFECT_RESETS"}


@dataclass(frozen=True, slots=True)
class Part:
    """The declared effects, or the locks, of one register; rows are initialisers."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One of the devices that the model can be, and the registers in which it differs from the first."""

    constant: str  # "FOO_MODEL_AS_82545EM_B0"
    name: str
    table: str
    rows: tuple[tuple[int, str, tuple[str, ...]], ...]  # place, the register's name, members


@dataclass(frozen=True, slots=True)
class Simulated:
    driver: str
    effects: tuple[Part, ...]
    locks: tuple[Part, ...]
    ranges: tuple[Part, ...]
    resets: tuple[Part, ...]
    registers: tuple[tuple[str, ...], ...]  # members of each initialiser
    count: int
    devices: tuple[Otherwise, ...] = ()


def everything(register: Register) -> int:
    return (1 << register.width) - 1


def bits_of(driver: Driver, target: str) -> tuple[int, int]:
    """`REGISTER` or `REGISTER.FIELD` -> the register's place in the table, and the bits that are meant: all its fields."""
    name, _, field_name = target.partition(".")
    register = driver.register(name)
    mask = sum(part.mask for part in hazards.parts(register))
    if field_name:
        mask = next(field.mask for field in register.fields if field.name == field_name)
    return driver.registers.index(register), mask


def effect_row(driver: Driver, effect: Effect, when: int, width: int, whole: bool) -> str:
    """`whole`: the effect is declared for every bit of a register, and goes bit by bit to another."""
    row = f".kind = {KINDS[effect.kind]}, .when = {hexadecimal(when, width)}"
    if effect.target == "device":
        names = [None, *(kind.name for kind in driver.reset_kinds[1:])]
        kind = names.index(effect.reset) if effect.reset in names else 0
        return f"{{{row}, .target = -1{f', .reset = {kind}' if kind else ''}}}"
    target, mask = bits_of(driver, effect.target)
    row += f", .target = {target}"
    if effect.element is not None:
        row += f", .one = true, .element = {effect.element}"
    if whole and "." not in effect.target and effect.kind != "resets":
        row += ", .bit_by_bit = true"
    return f"{{{row}, .mask = {hexadecimal(mask, driver.registers[target].width)}}}"


def effect_rows(driver: Driver, register: Register) -> tuple[str, ...]:
    fields = sum(part.mask for part in hazards.parts(register) if part.policy.writable)
    rows = [effect_row(driver, effect, fields, register.width, True) for effect in register.effects]
    for field in register.fields:
        rows += [effect_row(driver, effect, field.mask, register.width, False) for effect in field.effects]
    rows += [effect_row(driver, effect, 0, register.width, False).replace(".when = ", ".by_read = true, .when = ", 1) for effect in register.read_effects]
    return tuple(rows)


def element_members(prefix: str, other: Register, element: int | None) -> list[str]:
    """Which element of another register matters."""
    if element is not None:
        return [f".{prefix}element = {element}"] if element else []
    return [f".{prefix}follows = true"] if other.count is not None else []


def repeat_rows(register: Register) -> tuple[str, ...]:
    """Where the elements are, for what is no array in equal steps."""
    rows = []
    for repeat in register.repeats:
        row = f".count = {repeat.count}, .stride = {register.scale.unit if repeat.scaled and register.scale is not None else repeat.stride}"
        if repeat.places:
            row += f", .places = (const int32_t[]){{{', '.join(map(str, repeat.places))}}}"
        rows.append(f"{{{row}{', .scaled = true' if repeat.scaled else ''}}}")
    return tuple(rows)


def lock_rows(driver: Driver, register: Register) -> tuple[str, ...]:
    rows = []
    for field in register.fields:
        if field.locked_by is not None:
            lock, mask = bits_of(driver, field.locked_by)
            width = driver.registers[lock].width
            rows.append(
                f"{{.mask = {hexadecimal(field.mask, register.width)}, .lock = {lock}, "
                f"{''.join(f'{member}, ' for member in element_members('', driver.registers[lock], field.lock_element))}"
                f".lock_mask = {hexadecimal(mask, width)}}}"
            )
    return tuple(rows)


def range_rows(register: Register) -> tuple[str, ...]:
    """What fields may be given that could hold more; bits that no flag has are a range of their own."""
    rows = []

    def row(field: Field, lsb: int, width: int, low: int, high: int, forbidden: bool = False) -> None:
        text = f"{{.lsb = {lsb}, .width = {width}"
        text += ", .is_signed = true" if field.kind == "signed" else ""
        text += ", .forbidden = true" if forbidden else ""
        constants = (f"(uint64_t){integer(low)}", f"(uint64_t){integer(high)}") if field.kind == "signed" else (f"0x{low:x}u", f"0x{high:x}u")
        rows.append(f"{text}, .low = {constants[0]}, .high = {constants[1]}}}")

    for field in register.fields:
        if POLICIES[field.access].write is not WriteEffect.STORES:
            continue
        if values.is_limited(field):
            row(field, field.lsb, field.width, *values.takes(field))
        for value in values.not_written(field):
            row(field, field.lsb, field.width, value, value, True)
        if field.enum is not None and field.enum.flags:
            nameless = ~values.flags_of(field.enum, field.width)
            for bit in range(field.width):
                if nameless >> bit & 1:
                    row(field, field.lsb + bit, 1, 0, 0)
    return tuple(rows)


def reset_rows(register: Register) -> tuple[str, ...]:
    """What further kinds of reset do, one for each; none where they all do what the first does."""
    rows, differs = [], False
    for one in register.resets:
        value, _, unchanged = register.after_reset(one.kind)
        value |= reset(register)[0] & ~register.reset_known  # reserved bits that are 1
        value &= ~unchanged
        rows.append(f"{{.value = {hexadecimal(value, register.width)}, .unchanged = {hexadecimal(unchanged, register.width)}}}")
        differs = differs or unchanged != 0 or value != reset(register)[0]
    return tuple(rows) if differs else ()


def masks(register: Register) -> dict[str, int]:
    """What each bit does, as masks by the names of struct dddk_sim_register."""
    found: dict[str, int] = {}

    def add(name: str, mask: int) -> None:
        found[name] = found.get(name, 0) | mask

    for part in hazards.parts(register):
        policy = part.policy
        if part.readable:
            add("readable", part.mask)
        if policy.read is not ReadEffect.NONE:
            add(f"read_{policy.read.value}", part.mask)
        if policy.write is not WriteEffect.NONE:
            name, inverted = PRIMITIVES[policy.write]
            add(name, part.mask)
            add("inverted", part.mask if inverted else 0)
            add("starts", part.mask if policy.write is WriteEffect.ONE_STARTS else 0)
            add("once", part.mask if policy.once else 0)
    if register.latched:
        low = (1 << register.width // 2) - 1
        add("holds", low if register.split != "high_first" else everything(register) & ~low)
    reserved = hazards.reserved_mask(register)
    if hazards.readable(register):
        add("readable", reserved)
    if hazards.writable(register):
        if register.reserved is Reserved.PRESERVE:
            add("stores", reserved)
            add("reserved_kept", reserved)
        else:
            add("reserved_fixed", reserved)
            add("reserved_value", reserved if register.reserved is Reserved.ONE else 0)
    return found


MASKS = (
    "readable read_clears read_sets inverted stores clears sets one_clears one_sets one_toggles starts once holds "
    "reserved_fixed reserved_value reserved_kept"
).split()


def reset(register: Register) -> tuple[int, int]:
    """The value after a reset, and which bits of it are known."""
    ones = hazards.reserved_mask(register) if register.reserved is Reserved.ONE else 0
    return register.reset_value | ones & ~register.reset_known, register.reset_known | ones


def least_said(driver: Driver, register: Register) -> int:
    """Of what says how far apart elements are, the least that lets them stand side by side."""
    said: dict[int, int] = {}
    for array in driver.scaled:
        scale = array.scale
        if scale is not None and scale.register == register.name:
            least = next(repeat.stride for repeat in repeats(array) if repeat.scaled)
            factor = (least // scale.unit).bit_length() - 1 if scale.shifts else least // scale.unit
            mask = scale.mask_in(register)
            said[mask] = max(said.get(mask, 0), factor)
    return sum(factor * (mask & -mask) & mask for mask, factor in said.items())


def all_present(driver: Driver, register: Register) -> int:
    """Of what says how many elements there are: all."""
    masks = {present.mask_in(register): present.most - present.plus for present in driver.presents if present.register == register.name}
    return sum(max(value, 0) * (mask & -mask) & mask for mask, value in masks.items())


def access_bytes(region: Region, register: Register) -> int:
    """The legal sizes of an access, as a sum: what the region declares, else the register's own, and halves of 64 bits."""
    if register.split is not None:
        return 4
    if region.access_widths:
        return sum(width // 8 for width in region.access_widths if width <= register.width)
    return register.bytes | (4 if register.bytes == 8 else 0)


def bank_members(driver: Driver, register: Register) -> list[str]:
    if register.bank is None:
        return [".bank = -1"]
    selector = driver.register(register.bank.register)
    field = next(field for field in selector.fields if field.name == register.bank.field)
    return [
        f".bank = {driver.registers.index(selector)}",
        f".bank_mask = {hexadecimal(field.mask, selector.width)}",
        f".bank_value = {hexadecimal(register.bank.value << field.lsb, selector.width)}",
        *element_members("bank_", selector, register.bank.element),
    ]


#: The tables of a register, by the name of their rows.
TABLES: tuple[tuple[str, Callable[[Driver, Register], tuple[str, ...]]], ...] = (
    ("effect", effect_rows),
    ("lock", lock_rows),
    ("range", lambda _, register: range_rows(register)),
    ("reset", lambda _, register: reset_rows(register)),
    ("repeat", lambda _, register: repeat_rows(register)),
)


def register_members(driver: Driver, register: Register) -> tuple[str, ...]:
    region = next(region for region in driver.regions if region.name == register.region)
    value, known = reset(register)
    value |= (least_said(driver, register) | all_present(driver, register) | parts.layout(driver).said.get(register.name, 0)) & ~known
    members = [
        f".region = {region.index}",
        f".bytes = {register.bytes}",
        f".access_bytes = {access_bytes(region, register)}",
        f".offset = 0x{register.offset:04x}",
        f".count = {register.count or 1}",
    ]
    if register.count is not None:
        members.append(f".stride = {register.stride}")
    if register.scale is not None:
        source = driver.register(register.scale.register)
        members[-1] = f".stride = {register.scale.unit}"
        members += [
            f".scale = {driver.registers.index(source) + 1}",
            f".scale_mask = {hexadecimal(register.scale.mask_in(source), source.width)}",
            f".scale_shifts = {'true' if register.scale.shifts else 'false'}",
        ]
    if driver.order_of(register) is ByteOrder.BIG:
        members.append(".big_endian = true")
    if register.alias_of is not None:
        members.append(f".alias = {driver.registers.index(driver.register(register.alias_of)) + 1}")
        if register.alias_element:
            members.append(f".alias_element = {register.alias_element}")
        if register.same_view:
            members.append(".same_view = true")
    if register.write_mask:
        members.append(f".enable_shift = {register.enable_shift}")
    found = {"reset": value, "reset_known": known} | masks(register)
    for name in ("reset", "reset_known", *MASKS):
        if found.get(name):
            members.append(f".{name} = {hexadecimal(found[name], register.width)}")
    members += bank_members(driver, register)
    for kind, rows_of in TABLES:
        rows = rows_of(driver, register)
        if rows:
            members += [f".{kind}s = {accessor(driver, register)}_{kind}s_", f".{kind}_count = {len(rows)}"]
    return tuple(f"{member}," for member in members)


def members_on(driver: Driver, register: Register, own: Register | None) -> tuple[str, ...]:
    """The register as one device has it, at its place in the table of all."""
    if own is None:
        return (".count = 0,", ".bank = -1,")
    members = register_members(driver, own)
    if own is register:
        return members
    tables = [(kind, rows(driver, own), rows(driver, register)) for kind, rows in TABLES]
    if all(mine == theirs for _, mine, theirs in tables):
        return members
    # Rows about fields that the device lacks: those of fields that it has stand in the initialiser itself.
    kept = [member for member in members if not member.startswith(tuple(f".{kind}s =" for kind, _ in TABLES) + tuple(f".{kind}_count" for kind, _ in TABLES))]
    for kind, mine, _ in tables:
        if mine:
            kept += [f".{kind}s = (const struct dddk_register_{kind}[]){{{', '.join(mine)}}},", f".{kind}_count = {len(mine)},"]
    return tuple(kept)


def device_constant(driver: Driver, device: Device) -> str:
    name = "_".join(upper(part) for part in (device.variant, device.revision) if part is not None)
    return f"{upper(driver.name)}_MODEL_AS_{name or 'ITSELF'}"


def others(driver: Driver, first: tuple[tuple[str, ...], ...]) -> tuple[Otherwise, ...]:
    """Every device; the first differs in nothing from itself."""
    made = []
    for device in driver.devices:
        rows = []
        for place, (register, own, base) in enumerate(zip(driver.registers, device.registers, first, strict=True)):
            members = base[1:] if own is driver.devices[0].registers[place] else members_on(driver, register, own)
            if members != base[1:]:
                rows.append((place, string(register.name), members))
        constant = device_constant(driver, device)
        made.append(Otherwise(constant, string(device.name), f"{constant.lower()}_", tuple(rows)))
    return tuple(made)


def lowered(driver: Driver) -> Simulated:
    """The whole table; the order is that of `driver.registers`, as in NAME.info.h."""
    as_first = driver.devices[0].registers if driver.devices else driver.registers
    rows = tuple(
        (f"/* {string(register.name)} */", *members_on(driver, register, own))
        for register, own in zip(driver.registers, as_first, strict=True)
    )
    used = "\n".join(member for row in rows for member in row)
    devices = others(driver, rows)
    used += "\n".join(member for device in devices for row in device.rows for member in row[2]) if devices else ""
    parts = {}
    for kind, rows_of in TABLES[:-1]:  # where elements are is in NAME.info.h
        found = ((f"{accessor(driver, register)}_{kind}s_", rows_of(driver, register)) for register in driver.registers)
        parts[f"{kind}s"] = tuple(Part(name, of) for name, of in found if of and (not devices or f" {name}," in used))
    return Simulated(
        driver=lower(driver.name),
        **parts,
        registers=rows,
        count=len(driver.registers),
        devices=devices,
    )
