# SPDX-License-Identifier: MIT
"""Lower a driver to the plain strings of its reference page."""

from __future__ import annotations

from .. import alternatives, fifos, places
from ..dataclass import dataclass
from ..interrupt_bits import level_causes
from ..matching import MatchDatum
from ..memory import written_by_driver
from ..model import Block, Cause, Descriptor, Direction, DmaLimits, Driver, Effect, Field, Fifo, Match, Ref, Region, Register, Reset, Ring
from ..semantics import POLICIES
from ..settings import Param
from ..values import address_shift, takes, value_of
from . import page_devices as devices
from . import page_facts, page_procedures as procedures
from .markdown import Described, block, cell, inline, is_long, joined, meaning, note_on, notes, plain
from .registers import bank_text, shown


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
    doc: str  # behind the facts
    text: str  # or below them, where it is long
    fields: tuple[FieldRow, ...]
    notes: tuple[str, ...]  # long texts of fields


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; rows are cells."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()  # texts that are too long for a cell, below it


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    title: str
    doc: str
    klass: str
    license: str
    about: tuple[str, ...]  # further lines about the driver
    tables: tuple[Table, ...]
    registers: tuple[RegisterPart, ...]
    policies: tuple[tuple[str, str], ...]  # those that occur, with their meaning


def bits(field: Field) -> str:
    return str(field.lsb) if field.width == 1 else f"{field.lsb + field.width - 1}:{field.lsb}"


ONLY = {"read": " (read only)", "write": " (write only)"}


def said_of_value(field: Field) -> list[str]:
    """What its number means, and what it may be."""
    said = []
    if field.kind == "signed":
        said.append("signed")
    elif field.kind == "address":
        shift = address_shift(field)
        bits = f"bits {min(shift + field.width, 64) - 1}:{shift} of an address"
        said.append(bits + (f", aligned to {1 << shift} bytes" if 0 < shift and field.half is None else ""))
    if field.min is not None or field.max is not None:
        low, high = takes(field)
        said.append(f"{low} to {high}")
    if field.scale is not None:
        numerator, denominator = field.scale
        said.append(f"in steps of {numerator}" + (f"/{denominator}" if denominator > 1 else "") + (f" {plain(field.unit)}" if field.unit else ""))
    elif field.unit:
        said.append(f"in {plain(field.unit)}")
    return said


def field_row(field: Field, register: Register | None = None) -> FieldRow:
    meaning = said_of_value(field)
    if field.enum:
        between = " | " if field.enum.flags else ", "
        meaning.append(between.join(f"{value.value} = {value.name}{ONLY.get(value.only, '')}" for value in field.enum.values))
        if field.enum.other is not None:
            meaning[-1] += f", any other = {field.enum.other}"
    meaning += [text] if (text := resets_text(field.reset, field.resets, field)) else []
    meaning += [effect_text(effect) for effect in field.effects]
    if field.expect:
        meaning.append("expected: " + " or ".join(f"{value:#x}" for value in field.expect))
    meaning += page_facts.of_field(register, field)
    return FieldRow(bits(field), field.name, field.access, cell(joined([field.doc, *meaning], field.see)))


def register_part(driver: Driver, register: Register) -> RegisterPart:
    facts = [f"{register.region} + {register.offset:#06x}", f"{register.width} bits"]
    if register.order is not None:
        facts.append(f"{register.order.value}-endian")
    if register.count is not None:
        facts.append(places.said(register))
    if not register.fields:
        facts.append(register.access)
    if register.alias_of is not None:
        facts.append(shown(driver, register))
    if register.write_mask:
        facts.append(f"bit n + {register.enable_shift} enables writing bit n")
    if text := resets_text(register.reset, () if register.fields else register.resets):
        facts.append(text)
    elif register.reset is not None:
        facts.append(f"reset {register.reset:#x}")
    if register.expect:
        facts.append("expected " + " or ".join(f"{value:#x}" for value in register.expect))
    if register.bank:
        facts.append(f"when {bank_text(driver, register.bank)} == {register.bank.value}")
    facts += [effect_text(effect) for effect in register.effects]
    facts += [f"a read {effect_text(effect)}" for effect in register.read_effects]
    facts += page_facts.of_register(register)
    if register.see:
        facts.append(f"datasheet {plain(register.see)}")
    long = is_long(register.doc)
    return RegisterPart(
        register.name, ", ".join(facts), "" if long else inline(register.doc), block(register.doc) if long else "",
        tuple(field_row(field, register) for field in register.fields), notes(register.fields)
    )


def region_facts(region: Region) -> str:
    """What is declared of a region besides where it is and how large."""
    facts = ["optional"] if region.optional else []
    if region.address_bits is not None:
        facts.append(f"{region.address_bits}-bit BAR")
    if region.prefetchable is not None:
        facts.append("prefetchable" if region.prefetchable else "not prefetchable")
    if region.access_widths:
        facts.append("accesses of " + ", ".join(map(str, region.access_widths)) + " bits")
    return ", ".join(facts)


def times(block: Block) -> str:
    """How often a block is there."""
    if block.repeats:
        return "; each of them ".join(f"{repeat.count}, {repeat.stride} bytes apart" for repeat in block.repeats)
    return "" if block.count is None else f"{block.count}, {block.stride} bytes apart"


def effect_text(effect: Effect) -> str:
    return f"{effect.kind} {effect.text}" + (f" ({effect.reset})" if effect.reset else "")


def resets_text(reset: int | None, others: tuple[Reset, ...], field: Field | None = None) -> str:
    """What the kinds of reset leave, where they differ."""

    def text(value: int | None) -> str:
        if value is None:
            return "unknown"
        return str(value_of(field, value)) if field is not None and field.kind == "signed" else f"{value:#x}"

    every = [f"{one.kind} {'unchanged' if one.unchanged else text(one.value)}" for one in others if one.unchanged or one.value != reset]
    return "; ".join([f"reset {text(reset)}", *every]) if every else ""


def asked_by(driver: Driver, kind: str) -> str:
    """The fields that reset the device so; of the first kind also those that do not name one."""
    kinds = (kind, None) if kind == driver.reset_kinds[0].name else (kind,)
    found = [
        f"{register.name}.{field.name}"
        for register in driver.registers
        for field in register.fields
        for effect in (*register.effects, *field.effects)
        if effect.target == "device" and effect.reset in kinds
    ]
    return ", ".join(found) or "nothing in its registers"


def match_row(match: Match) -> tuple[str, ...]:
    def number(value: int | None) -> str:
        return "any" if value is None else f"{value:04x}"

    if match.compatible is not None:
        return (f"compatible {match.compatible}", match.variant or "", dma_facts(match.dma), meaning(match))
    matched = [f"{number(match.vendor)}:{number(match.device)}"] if match.vendor is not None else []
    if match.subsystem_vendor is not None:
        matched.append(f"subsystem {number(match.subsystem_vendor)}:{number(match.subsystem_device)}")
    if match.class_code is not None:
        digits = 6 - (24 - match.class_mask.bit_count()) // 4
        matched.append(f"class {match.class_code:06x}"[: len("class ") + digits])
    return (", ".join(matched), match.variant or "", dma_facts(match.dma), meaning(match))


def device_table(driver: Driver) -> Table:
    """The lines of `match:`, with what each says."""
    head: tuple[str, ...] = ("device" if driver.on_platform else "vendor:device", "variant", "DMA", "meaning")
    rows = tuple(map(match_row, driver.matches))
    if driver.known_as:
        head = (*head, "known as")
        rows = tuple((*row, cell(plain(name))) for row, name in zip(rows, driver.known_as, strict=True))
    if driver.match_data:
        head = (*head, "data")
        rows = tuple((*row, said(driver, match)) for row, match in zip(rows, driver.matches, strict=True))
    return Table("Devices", head, rows, tuple(note for match, row in zip(driver.matches, rows, strict=True) for note in note_on(row[0], match)))


def said(driver: Driver, match: Match) -> str:
    """What the line gives for each match datum."""
    return ", ".join(f"{datum.name}: {datum_text(datum, value)}" for datum, value in zip(driver.match_data, match.data, strict=True))


def datum_text(datum: MatchDatum, value: int) -> str:
    """A value as the manifest writes it."""
    if datum.enum is not None:
        return next(each.name for each in datum.enum.values if each.value == value)
    return ("false", "true")[value] if datum.type == "bool" else str(value)


def match_data_table(driver: Driver) -> Table:
    rows = tuple(
        (datum.name, datum.type if datum.enum is None else f"enum {datum.enum.name}", "" if datum.default is None else datum_text(datum, datum.default), meaning(datum))
        for datum in driver.match_data
    )
    return Table("Match data", ("name", "type", "default", "meaning"), rows, notes(driver.match_data))


def ring_row(ring: Ring) -> tuple[str, ...]:
    return (
        ring.name,
        ring.direction.value.replace("_", " "),
        ring.descriptor + (f", payload in {' and '.join(ring.carries)}" if ring.carries else ""),
        f"{ring.count_default} ({ring.count_min} to {ring.count_max})",
        given_by(ring),
        taken_by(ring),
        meaning(ring),
    )


def given_by(ring: Ring) -> str:
    """How entries go to the device."""
    bell = "" if ring.bell is None else f", then {ring.bell.text}"
    if ring.give_to is None:
        return f"bit {ring.take_field.member}.{ring.take_field.field}{bell}" if ring.take_field else bell
    return f"index to {ring.give_to.text}{bell}" + (", for each entry" if ring.give_once == "entry" else "")


def taken_by(ring: Ring) -> str:
    """How entries come back."""
    if ring.take_field is None:
        return "index in memory" if ring.take_from is None else f"index in {ring.take_from.register}"
    field = f"{ring.take_field.member}.{ring.take_field.field}"
    if ring.take_by == "lap":
        return f"bit {field}, {ring.take_starts} on the first lap"
    return f"bit {field}" + ("" if ring.take_ready else ", 0 when done")


def cause_row(cause: Cause, levels: tuple[Cause, ...]) -> tuple[str, ...]:
    does = [f"services {name}" for name in cause.services]
    does += [f"calls {cause.call}" + (", also after each start" if cause.at_start else "")] if cause.call else []
    does += [f"completes {cause.complete}"] if cause.complete else []
    does += [f"acknowledged by a read of {cause.acknowledge.text}"] if cause.acknowledge else []
    does += ["masked until the handler has taken it back"] if cause in levels else []
    return (cause.name, str(cause.bit), "; ".join(does), meaning(cause))


def enum_tables(driver: Driver) -> list[Table]:
    tables = []
    for enum in driver.enums:
        rows = [(str(value.value), value.name, f"{'; '.join((*filter(None, (meaning(value),)), *page_facts.c_name(value.c_name)))}{ONLY.get(value.only, '')}".strip()) for value in enum.values]
        if enum.other is not None:
            rows.append(("any other", enum.other, ""))
        said = meaning(enum)
        tables.append(Table(f"{'Flags' if enum.flags else 'Enum'} {enum.name}" + (f": {said}" if said else ""), ("value", "name", "meaning"), tuple(rows), (*note_on(enum.name, enum), *notes(enum.values))))
    return tables


def descriptor_tables(driver: Driver) -> list[Table]:
    """One for each descriptor; a member's fields stand below it."""
    tables = []
    for descriptor in driver.descriptors:
        said = meaning(descriptor)
        title = f"Descriptor {descriptor.name}, {descriptor.size} bytes, {descriptor.order.value}-endian" + (f": {said}" if said else "")
        tables.append(layout_table(title, descriptor, note_on(descriptor.name, descriptor)))
        for one in descriptor.alternatives:
            said = meaning(one)
            title = f"{descriptor.name} that is {one.name}, while {alternatives.said(descriptor, one)}" + (f": {said}" if said else "")
            tables.append(layout_table(title, one.layout, note_on(one.name, one)))
    return tables


def layout_table(title: str, layout: Descriptor, about: tuple[str, ...]) -> Table:
    rows, long = [], list(about)
    for member in layout.members:
        long += [*note_on(member.name, member), *notes(member.fields, f"{member.name}.")]
        said = [f"{member.order.value}-endian"] if member.order is not None else []
        said += [f"bits of no field: {member.reserved.value}"] if member.reserved is not None else []
        rows.append((str(member.offset), member.name, f"{member.width} bits", "; ".join(filter(None, (*said, meaning(member), *page_facts.c_name(member.c_name))))))
        rows += [("", f"{member.name}.{field.name}", bits(field), "; ".join(filter(None, ("" if written_by_driver(field) else "the device writes it", field_row(field).meaning)))) for field in member.fields]
    return Table(title, ("byte", "member", "bits", "meaning"), tuple(rows), tuple(long))


def fifo_word(driver: Driver, fifo: Fifo) -> str:
    """The register of a FIFO, and what one access moves."""
    bits_ = fifos.bits(driver, fifo)
    if fifo.bytes is None:
        return fifo.data.text + (f", {bits_} bits" if bits_ != 8 else "")
    return f"{fifo.data.text}, {bits_ // 8} bytes, {'lowest' if fifo.bytes == 'low_first' else 'highest'} first"


def fifo_ready(fifo: Fifo) -> str:
    if fifo.ready is not None:
        says = fifo.ready.text + ("" if fifo.ready_is else " == 0")
        return f"{fifo.threshold} while {says}"
    if fifo.room is not None:
        return fifo.room.text
    if fifo.level is not None:
        return fifo.level.text if fifo.direction is Direction.FROM_DEVICE else f"{fifo.depth} - {fifo.level.text}"
    return "any, at any time"


def fifo_overrun(fifo: Fifo) -> str:
    return "" if fifo.overrun is None else fifo.overrun.text


def memory_tables(driver: Driver) -> list[Table]:
    """FIFOs, buffers, parameters, statistics and the author's own state."""
    tables = []
    if driver.fifos:
        rows = tuple((f.name, f.direction.value.replace("_", " "), fifo_word(driver, f), fifo_ready(f), fifo_overrun(f), meaning(f)) for f in driver.fifos)
        tables.append(Table("FIFOs", ("name", "direction", "through", "how many words go", "overrun", "meaning"), rows, notes(driver.fifos)))
    if driver.buffers:
        rows = tuple((b.name, f"{b.size} bytes", f"aligned to {b.align}", meaning(b)) for b in driver.buffers)
        tables.append(Table("Buffers", ("name", "size", "alignment", "meaning"), rows, notes(driver.buffers)))
    if driver.params:
        rows = tuple((p.name, *param_cells(p), meaning(p)) for p in driver.params)
        tables.append(Table("Parameters", ("name", "values", "default", "meaning"), rows, notes(driver.params)))
    if driver.stats:
        rows = tuple((s.name, s.ref.text, meaning(s)) for s in driver.stats)
        tables.append(Table("Statistics", ("name", "counted in", "meaning"), rows, notes(driver.stats)))
    if driver.state:
        rows = tuple((s.name, s.c_type + ("" if s.count is None else f"[{s.count}]"), meaning(s)) for s in driver.state)
        tables.append(Table("State", ("name", "type", "meaning"), rows, notes(driver.state)))
    return tables


def param_cells(param: Param) -> tuple[str, str]:
    """What it may be, and what it is when nobody says so."""
    if param.enum is not None:
        return ", ".join(value.name for value in param.enum.values), next(value.name for value in param.enum.values if value.value == param.default)
    if param.width is None:
        return "true, false", "true" if param.default else "false"
    return f"{param.low} to {param.high}", str(param.default)


def waiver_rows(driver: Driver) -> tuple[tuple[str, ...], ...]:
    """Warnings that the author says are none."""
    rows = []
    for waived in driver.waived:
        said = "" if waived.remark is None else meaning(waived.remark)
        rows.append((waived.code, waived.place or "all", cell(plain(waived.reason)) + (f"; {said}" if said else "")))
    return tuple(rows)


def remarks_table(driver: Driver) -> Table:
    """What is said about pieces of what has a row elsewhere."""
    rows = tuple((remark.place, meaning(remark)) for remark in driver.remarks)
    return Table("Remarks", ("about", "meaning"), rows, tuple(note for remark in driver.remarks for note in note_on(remark.place, remark)))


def operation_rows(driver: Driver) -> tuple[tuple[str, ...], ...]:
    rows = []
    for op in driver.user:
        arguments = []
        for argument in op.arguments:
            said = meaning(argument)
            arguments.append(f"{argument.name}: u{argument.width}{' out' if argument.out else ''}" + (f" ({said})" if said else ""))
        data = f"words of FIFO {op.fifo}" if op.fifo is not None else "" if op.data is None else f"{op.data}, at most {op.data_max} bytes"
        rows.append((op.name, ", ".join(arguments), data, meaning(op)))
    return tuple(rows)


def dma_facts(limits: DmaLimits) -> str:
    """What addresses a device can reach, and which of them it takes."""
    facts = [f"{limits.address_bits} address bits"]
    facts += [f"boundary {limits.boundary}"] if limits.boundary else []
    facts += [f"alignment {limits.alignment}"] if limits.alignment > 1 else []
    return ", ".join(facts)


def about(driver: Driver) -> tuple[str, ...]:
    """Lines under the title."""
    lines = [f"Version {driver.version}."] if driver.version else []
    lines += [f"By {plain(', '.join(driver.authors))}."] if driver.authors else []
    if driver.datasheet:
        lines.append(f"Datasheet: {plain(driver.datasheet)}" + (f", {plain(driver.see)}." if driver.see else "."))
    elif driver.see:
        lines.append(f"See {plain(driver.see)}.")
    if driver.presence is not None:
        lines.append(f"{driver.presence.text} never reads as all ones while the device is there.")
    return tuple(lines)


def lower(driver: Driver) -> Page:
    tables = [device_table(driver)]
    if driver.match_data:
        tables.append(match_data_table(driver))
    if driver.variants:
        rows = tuple((v.name, dma_facts(v.dma), meaning(v)) for v in driver.variants)
        tables.append(Table("Variants", ("name", "DMA", "meaning"), rows, notes(driver.variants)))
    tables += [Table(*table) for table in devices.tables(driver)]
    tables.append(
        Table(
            "Regions",
            ("name", "BAR or reg" if driver.on_platform else "BAR", "kind", "at least", "order", "meaning"),
            tuple((r.name, *procedures.region_place(r), f"{r.size} bytes", f"{r.order.value}-endian", "; ".join(filter(None, (region_facts(r), meaning(r))))) for r in driver.regions),
            notes(driver.regions),
        )
    )
    if driver.blocks:
        rows = tuple((b.name, f"{b.offset:#x}", times(b), meaning(b)) for b in driver.blocks)
        tables.append(Table("Blocks", ("name", "at", "times", "meaning"), rows, notes(driver.blocks)))
    if driver.reset_kinds:
        tables.append(Table("Resets", ("kind", "asked for by", "meaning"), tuple((kind.name, asked_by(driver, kind.name), meaning(kind)) for kind in driver.reset_kinds), notes(driver.reset_kinds)))
    tables += enum_tables(driver) + descriptor_tables(driver)
    if driver.rings:
        head = ("name", "direction", "descriptor", "entries", "given by", "taken by", "meaning")
        tables.append(Table("Rings", head, tuple(map(ring_row, driver.rings)), notes(driver.rings)))
        tables.append(Table("Rings in the device and in memory", page_facts.RING_HEAD, page_facts.ring_rows(driver)))
    tables += [Table(*table) for table in procedures.tables(driver)]
    tables += memory_tables(driver)
    for interrupt in driver.interrupts:
        said = meaning(interrupt)
        vector = "" if interrupt.vector is None else f"; MSI-X vector {interrupt.vector}"
        levels = level_causes(driver, interrupt)
        title = f"Interrupt {interrupt.name} ({', '.join(interrupt.modes)}{vector})" + (f": {said}" if said else "")
        tables.append(Table(title, ("cause", "bit or code", "what happens", "meaning"), tuple(cause_row(cause, levels) for cause in interrupt.causes), (*page_facts.of_interrupt(interrupt), *note_on(interrupt.name, interrupt), *notes(interrupt.causes))))
    if driver.user:
        tables.append(Table("Operations", ("name", "arguments", "data", "meaning"), operation_rows(driver), (*notes(driver.user), *(note for op in driver.user for note in notes(op.arguments, f"{op.name}.")))))
    if driver.remarks:
        tables.append(remarks_table(driver))
    if driver.waived:
        long = tuple(note for waived in driver.waived if waived.remark for note in note_on(f"{waived.code} {waived.place}", waived.remark))
        tables.append(Table("Waived warnings", ("code", "at", "reason"), waiver_rows(driver), long))
    used = {field.access for register in driver.registers for field in register.fields}
    used |= {register.access for register in driver.registers if not register.fields}
    return Page(
        name=driver.name,
        title=plain(driver.title),
        doc=block(driver.doc),
        klass=driver.klass.value,
        license=driver.license,
        about=about(driver),
        tables=tuple(tables),
        registers=tuple(register_part(driver, register) for register in driver.registers),
        policies=tuple((name, POLICIES[name].doc) for name in POLICIES if name in used),
    )
