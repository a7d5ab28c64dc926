# SPDX-License-Identifier: MIT
"""Lower registers to the constant tables of dddk/registers.h: names for trace, dump and messages."""

from __future__ import annotations

from .. import hazards
from ..dataclass import dataclass
from ..model import ByteOrder, Direction, Driver, Enum_, Field, Register
from ..values import address_shift
from .layouts import enum_number
from .names import lower, string
from .registers import accessor
from .simulated import Part, repeat_rows


@dataclass(frozen=True, slots=True)
class Values:
    """The named values of one enum."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one register."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    driver: str
    license: str
    values: tuple[Values, ...]
    fields: tuple[Fields, ...]
    repeats: tuple[Part, ...]  # of registers that are no arrays in equal steps
    rows: tuple[tuple[str, ...], ...]  # lines of each initialiser


def values_name(driver: Driver, enum: Enum_) -> str:
    return f"{lower(driver.name)}_{lower(enum.name)}_values_"


def fields_name(driver: Driver, register: Register) -> str:
    return f"{accessor(driver, register)}_fields_"


def repeats_name(driver: Driver, register: Register) -> str:
    return f"{accessor(driver, register)}_repeats_"


def initialiser(**members: object) -> str:
    return "{" + ", ".join(f".{name} = {value}" for name, value in members.items()) + "}"


def field_rows(driver: Driver, register: Register) -> tuple[str, ...]:
    rows = []
    for field in register.fields:
        row: dict[str, object] = {"name": f'"{string(field.name)}"', "lsb": field.lsb, "width": field.width}
        if field.enum is not None and field.enum.values:
            row |= enum_members(driver, field.enum)
        row |= meaning_members(field)
        rows.append(initialiser(**row))
    return tuple(rows)


def enum_members(driver: Driver, enum: Enum_) -> dict[str, object]:
    row: dict[str, object] = {}
    if enum.read:
        row |= {"values": values_name(driver, enum), "value_count": len(enum.read)}
    if enum.read != enum.written and enum.written:
        row |= {"written_count": len(enum.written), "written": f"{lower(driver.name)}_{lower(enum.name)}_written_"}
    if enum.other is not None:
        row["other"] = f'"{string(enum.other)}"'
    return row | ({"kind": "DDDK_FIELD_FLAGS"} if enum.flags else {})


def meaning_members(field: Field) -> dict[str, object]:
    row: dict[str, object] = {}
    if field.kind:
        row["kind"] = f"DDDK_FIELD_{field.kind.upper()}"
    if field.kind == "address":
        row["shift"] = address_shift(field)
    if field.unit:
        row["unit"] = f'"{string(field.unit)}"'
    if field.scale is not None:
        row |= {"numerator": f"{field.scale[0]}u", "denominator": f"{field.scale[1]}u"}
    return row


def value_tables(driver: Driver) -> tuple[Values, ...]:
    """The names of enums that fields have; another table for what is written, where its names are others."""
    used = {field.enum.name for register in driver.registers for field in register.fields if field.enum is not None}
    tables = []
    for enum in driver.enums:
        if enum.name in used:
            name = values_name(driver, enum)
            tables.append((name, enum.read))
            if enum.read != enum.written:
                tables.append((f"{lower(driver.name)}_{lower(enum.name)}_written_", enum.written))
    return tuple(
        Values(name, tuple(initialiser(name=f'"{string(value.name)}"', value=enum_number(value.value)) for value in values)) for name, values in tables if values
    )


def register_flags(driver: Driver, register: Register) -> str:
    region = next(region for region in driver.regions if region.name == register.region)
    flags = []
    if hazards.readable(register):
        flags.append("DDDK_REGISTER_READABLE")
    if hazards.writable(register):
        flags.append("DDDK_REGISTER_WRITABLE")
    if hazards.read_has_effect(register) or region.window is not None or register.name in driver.window_data or any(
        fifo.data.register == register.name and fifo.direction is Direction.FROM_DEVICE for fifo in driver.fifos
    ):
        flags.append("DDDK_REGISTER_READ_HAS_EFFECT")
    if driver.order_of(register) is ByteOrder.BIG:
        flags.append("DDDK_REGISTER_BIG_ENDIAN")
    if register.split is not None:
        flags.append("DDDK_REGISTER_HALVES")
    return " | ".join(flags) or "0"


def register_row(driver: Driver, register: Register) -> tuple[str, ...]:
    """One initialiser, in lines."""
    region = next(region for region in driver.regions if region.name == register.region)
    lines: list[dict[str, object]] = [
        {"name": f'"{string(register.name)}"', "region": region.index, "bytes": register.bytes},
        {"flags": register_flags(driver, register)},
        {"offset": f"0x{register.offset:04x}", "count": register.count or 1},
    ]
    if register.count is not None:
        lines[-1]["stride"] = next((repeat.stride for repeat in register.repeats if repeat.scaled), register.stride)
        if register.repeats:
            lines.append({"repeats": repeats_name(driver, register), "repeat_count": len(register.repeats)})
        if register.scale is not None:
            lines[-1]["stride_index"] = driver.scaled.index(register) + 1
        if register.present is not None:
            lines[-1]["present_index"] = driver.presents.index(register.present) + 1
    if register.fields:
        lines.append({"fields": fields_name(driver, register), "field_count": len(register.fields)})
    if register.bank is None:
        lines.append({"bank_register": -1, "bank_field": -1})
    else:
        selector = driver.register(register.bank.register)
        names = [field.name for field in selector.fields]
        lines.append(
            {
                "bank_register": driver.registers.index(selector),
                "bank_field": names.index(register.bank.field),
                "bank_value": register.bank.value,
            }
        )
        if register.bank.element:
            lines[-1]["bank_element"] = register.bank.element
        elif register.bank.element is None and selector.count is not None:
            lines[-1]["bank_follows"] = "true"
    return tuple(f".{name} = {value}," for line in lines for name, value in line.items())


def table(driver: Driver) -> Table:
    return Table(
        driver=lower(driver.name),
        license=driver.license,
        values=value_tables(driver),
        fields=tuple(
            Fields(fields_name(driver, register), field_rows(driver, register))
            for register in driver.registers
            if register.fields
        ),
        repeats=tuple(Part(repeats_name(driver, register), repeat_rows(register)) for register in driver.registers if register.repeats),
        rows=tuple(register_row(driver, register) for register in driver.registers),
    )
