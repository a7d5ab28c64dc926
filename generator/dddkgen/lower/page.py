# SPDX-License-Identifier: MIT
"""Lower a driver to the plain strings of its reference page."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Cause, Driver, Field, Match, Register, Ring
from ..semantics import POLICIES
from . import page_procedures as procedures


@dataclass(frozen=True, slots=True)
class FieldRow:
    bits: str
    name: str
    access: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RegisterPart:
    title: str
    facts: str
    doc: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; rows are cells."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    title: str
    doc: str
    klass: str
    license: str
    datasheet: str
    tables: tuple[Table, ...]
    registers: tuple[RegisterPart, ...]
    policies: tuple[tuple[str, str], ...]  # those that occur, with their meaning


def cell(text: str) -> str:
    """Text that cannot break a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def bits(field: Field) -> str:
    return str(field.lsb) if field.width == 1 else f"{field.lsb + field.width - 1}:{field.lsb}"


def field_row(field: Field) -> FieldRow:
    meaning = [field.doc] if field.doc else []
    if field.enum:
        meaning.append(", ".join(f"{value.value} = {value.name}" for value in field.enum.values))
    meaning += [f"{effect.kind} {effect.target}" for effect in field.effects]
    if field.see:
        meaning.append(f"({field.see})")
    return FieldRow(bits(field), field.name, field.access, cell("; ".join(meaning)))


def register_part(register: Register) -> RegisterPart:
    facts = [f"{register.region} + {register.offset:#06x}", f"{register.width} bits"]
    if register.count is not None:
        facts.append(f"{register.count} elements, {register.stride} bytes apart")
    if not register.fields:
        facts.append(register.access)
    if register.reset is not None:
        facts.append(f"reset {register.reset:#x}")
    if register.bank:
        facts.append(f"when {register.bank.register}.{register.bank.field} == {register.bank.value}")
    facts += [f"{effect.kind} {effect.target}" for effect in register.effects]
    if register.see:
        facts.append(f"datasheet {register.see}")
    return RegisterPart(register.name, ", ".join(facts), register.doc, tuple(map(field_row, register.fields)))


def match_row(match: Match) -> tuple[str, ...]:
    def number(value: int | None) -> str:
        return "any" if value is None else f"{value:04x}"

    return (f"{number(match.vendor)}:{number(match.device)}", match.variant or "", f"{match.dma.address_bits} address bits")


def ring_row(ring: Ring) -> tuple[str, ...]:
    return (
        ring.name,
        ring.direction.value.replace("_", " "),
        ring.descriptor,
        f"{ring.count_default} ({ring.count_min} to {ring.count_max})",
        f"index to {ring.give_to.register}",
        f"bit {ring.take_field.member}.{ring.take_field.field}",
    )


def cause_row(cause: Cause) -> tuple[str, ...]:
    does = [f"services {name}" for name in cause.services]
    does += [f"calls {cause.call}" + (", also after each start" if cause.at_start else "")] if cause.call else []
    does += [f"completes {cause.complete}"] if cause.complete else []
    return (cause.name, str(cause.bit), "; ".join(does))


def lower(driver: Driver) -> Page:
    tables = [Table("PCI IDs", ("vendor:device", "variant", "DMA"), tuple(map(match_row, driver.matches)))]
    tables.append(
        Table(
            "Regions",
            ("name", "BAR", "kind", "at least"),
            tuple((r.name, str(r.bar), r.kind.value, f"{r.size} bytes") for r in driver.regions),
        )
    )
    if driver.rings:
        head = ("name", "direction", "descriptor", "entries", "given by", "taken by")
        tables.append(Table("Rings", head, tuple(map(ring_row, driver.rings))))
    tables += [Table(*table) for table in procedures.tables(driver)]
    for interrupt in driver.interrupts:
        title = f"Interrupt {interrupt.name} ({', '.join(interrupt.modes)})"
        tables.append(Table(title, ("cause", "bit or code", "what happens"), tuple(map(cause_row, interrupt.causes))))
    if driver.user:
        rows = tuple(
            (op.name, ", ".join(f"{a.name}: u{a.width}{' out' if a.out else ''}" for a in op.arguments), op.data or "", cell(op.doc))
            for op in driver.user
        )
        tables.append(Table("Operations", ("name", "arguments", "data", "meaning"), rows))
    used = {field.access for register in driver.registers for field in register.fields}
    used |= {register.access for register in driver.registers if not register.fields}
    return Page(
        name=driver.name,
        title=driver.title,
        doc=driver.doc,
        klass=driver.klass.value,
        license=driver.license,
        datasheet=driver.datasheet,
        tables=tuple(tables),
        registers=tuple(map(register_part, driver.registers)),
        policies=tuple((name, POLICIES[name].doc) for name in POLICIES if name in used),
    )
