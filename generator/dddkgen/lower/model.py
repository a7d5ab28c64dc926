# SPDX-License-Identifier: MIT
"""Lower a driver to its simulated device: NAME.model.h for the author of NAME_model.c, NAME.model.c for the port `sim`.

Rings, FIFOs and interrupts become tables of where the device finds what: registers and bits (struct dddk_model_ref),
members of a descriptor (struct dddk_model_member). What a register does by itself is in `simulated`.
"""

from __future__ import annotations

from dataclasses import replace

from .. import fifos, hazards
from ..dataclass import dataclass
from ..interrupt_bits import no_causes
from ..model import (
    CauseKind,
    Device,
    Direction,
    Driver,
    Field,
    Fifo,
    Interrupt,
    Match,
    Ref,
    Register,
)
from ..values import address_shift
from .layouts import hexadecimal
from .glue.matching import c_type
from .lines import CLASS_CODES, identity
from .names import comment, lower, string, upper
from .register_places import element_text, indices_text, parameters
from .registers import accessor
from .simulated import Otherwise, Simulated, lowered
from .simulated_places import Bar, Places, msix_place, places
from .simulated_procedures import Procedures, procedures
from .simulated_rings import EntryHook, RingShape, entry_hooks, ring_shape
from .simulated_windows import window_members
from .simulated_transfers import raised, transfer_constants, transfer_members

HARDWARE_FIFO = 16  # bytes a receiving FIFO holds; the manifest says how the driver sees it, not how deep it is
NOTHING = "{.reg = -1}"
MOST_LINES = 100  # of `match:`, for which a device is made and attached by the tests


@dataclass(frozen=True, slots=True)
class Cause:
    constant: str
    value: str
    doc: str


@dataclass(frozen=True, slots=True)
class InterruptShape:
    name: str
    constant: str
    causes: tuple[Cause, ...]
    table: str  # name of the array of causes
    cause_rows: tuple[tuple[str, ...], ...]
    members: tuple[str, ...]
    extension: str  # "__extension__ " where a cause does not fit an int, as ISO C wants it to


@dataclass(frozen=True, slots=True)
class HookShape:
    """One member of struct NAME_model_hooks, and the register it hangs on."""

    name: str  # "fact"
    constant: str
    c_type: str
    index: str  # ", unsigned index" or ""
    suffix: str  # "_ARRAY" or "_ELEMENT" or ""
    indices: str  # of an array in an array: ", index / 4u, index % 4u"
    on_write: bool
    on_read: bool


@dataclass(frozen=True, slots=True)
class ModelShape:
    driver: str
    guard: str
    license: str
    title: str
    constants: tuple[str, ...]  # of the registers, in the order of the tables
    accessors: tuple[str, ...]  # macro lines
    interrupts: tuple[InterruptShape, ...]
    hooks: tuple[HookShape, ...]  # empty: nobody wrote a NAME_model.c
    entries: tuple[EntryHook, ...]
    authored: bool
    bars: tuple[str, ...]
    places: Places
    rings: tuple[RingShape, ...]
    fifos: tuple[tuple[str, ...], ...]
    fifo_constants: tuple[str, ...]
    transfers: tuple[tuple[str, ...], ...]
    transfer_constants: tuple[str, ...]
    procedures: Procedures
    windows: tuple[tuple[str, ...], ...]
    identity: tuple[str, ...]  # first members of the type
    register_count: int
    simulated: Simulated
    lines: Lines
    devices: tuple[tuple[str, ...], ...]  # that the model can be; empty: it is what it is


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of `match:` are about; empty where there is one line, which says nothing."""

    rows: tuple[tuple[str, ...], ...]  # for each line the members of its struct dddk_model_line
    values: tuple[str, ...]  # for each line what it says, as 64-bit numbers; empty: no match data
    accessors: tuple[str, ...]  # macro lines
    row_of: dict[int, int]  # by the place in `match:`
    first: int  # the line of the device that is simulated unless another is asked for


# ---- references -------------------------------------------------------------------------------------------------------


def ref(driver: Driver, to: Ref | None) -> str:
    """A register, or bits of it, as struct dddk_model_ref."""
    if to is None:
        return NOTHING
    register = driver.register(to.register)
    mask = (1 << register.width) - 1
    if to.field is not None:
        mask = next(field.mask for field in register.fields if field.name == to.field)
    members = [f".reg = {constant(driver, register)}"]
    if to.index:
        members.append(f".index = {to.index}")
    members.append(f".mask = {hexadecimal(mask, register.width)}")
    return "{" + ", ".join(members) + "}"


# ---- rings and fifos --------------------------------------------------------------------------------------------------


def raises(driver: Driver, name: str) -> list[tuple[int, int]]:
    """Progress of the ring or FIFO `name` raises: (interrupt, causes). A message that serves it is sent for it."""
    found = []
    for index, interrupt in enumerate(driver.interrupts):
        message = interrupt.cause_kind is CauseKind.MESSAGE
        causes = sum(1 << cause.bit for cause in interrupt.causes if cause.raised_by == name or message and name in cause.services)
        if causes:
            found.append((index, causes))
    return found


def _tells(driver: Driver, fifo: Fifo) -> list[tuple[int, int]]:
    """What progress of a FIFO raises. Where no cause of an interrupt that serves it says so, it is the first that serves it."""
    found = dict(raises(driver, fifo.name))
    for index, interrupt in enumerate(driver.interrupts):
        serving = next((cause for cause in interrupt.causes if fifo.name in cause.services), None)
        if serving is not None:
            found.setdefault(index, 1 << serving.bit)
    return sorted(found.items())


def _depth(driver: Driver, fifo: Fifo) -> int:
    """Words that the simulated FIFO holds; none of one that is always ready."""
    if fifo.says is None:
        return 0
    counts = fifo.level or fifo.room
    most = 1 << 16
    if counts is not None:
        most = (1 << next(field.width for field in driver.register(counts.register).fields if field.name == counts.field)) - 1
    said = fifo.depth if fifo.depth > 1 or fifo.room is None and fifo.direction is Direction.TO_DEVICE else HARDWARE_FIFO
    if fifo.direction is Direction.FROM_DEVICE and fifo.ready is not None:
        said = max(said, HARDWARE_FIFO, 2 * fifo.threshold if fifo.threshold > 1 else 1)
    return min(said, most)


def fifo_members(driver: Driver, fifo: Fifo) -> tuple[str, ...]:
    to_device = fifo.direction is Direction.TO_DEVICE
    # A code follows what the FIFO holds; bits stay until they are acknowledged, and a message is sent, so something makes them.
    told = raised([(index, causes) for index, causes in _tells(driver, fifo) if driver.interrupts[index].cause_kind is not CauseKind.CODE])
    unit = fifos.unit(driver, fifo)
    promised = fifo.depth if to_device else 1
    return (
        f'.name = "{string(fifo.name)}"',
        f".to_device = {'true' if to_device else 'false'}",
        *([".ready_is_0 = true"] if not fifo.ready_is else []),
        *([".high_first = true"] if fifo.bytes == "high_first" else []),
        *([f".unit_bytes = {unit}"] if unit > 1 else []),
        f".data = {ref(driver, fifo.data)}",
        f".ready = {ref(driver, fifo.ready)}",
        f".overrun = {ref(driver, fifo.overrun)}",
        *([f".level = {ref(driver, fifo.level)}"] if fifo.level is not None else []),
        *([f".room = {ref(driver, fifo.room)}"] if fifo.room is not None else []),
        f".depth = {_depth(driver, fifo)}",
        *([f".threshold = {fifo.threshold}"] if fifo.ready is not None and fifo.threshold != promised else []),
        *told,
    )


# ---- interrupts -------------------------------------------------------------------------------------------------------


def fifo_of(driver: Driver, services: tuple[str, ...]) -> int:
    names = [fifo.name for fifo in driver.fifos]
    return next((names.index(service) for service in services if service in names), -1)


def code_rows(driver: Driver, interrupt: Interrupt) -> tuple[tuple[str, ...], ...]:
    """Causes that are codes. The second code of a receiving FIFO without an enable bit of its own is its timeout."""
    rows, seen = [], {}
    for cause in interrupt.causes:
        fifo = fifo_of(driver, cause.services)
        timeout = cause.enable is None and seen.get(fifo) is not None
        rows.append(
            (
                f'.name = "{string(cause.name)}"',
                f".bit = {cause.bit}",
                f".enable = {ref(driver, seen[fifo] if timeout else cause.enable)}",
                f".fifo = {fifo}",
                f".timeout = {'true' if timeout else 'false'}",
            )
        )
        if fifo >= 0 and driver.fifos[fifo].direction is Direction.FROM_DEVICE:
            seen.setdefault(fifo, cause.enable)
    return tuple(rows)


def bit_rows(driver: Driver, interrupt: Interrupt) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f'.name = "{string(cause.name)}"', f".bit = {cause.bit}", f".enable = {ref(driver, cause.enable)}", ".fifo = -1")
        for cause in interrupt.causes
    )


def message_rows(driver: Driver, interrupt: Interrupt) -> tuple[tuple[str, ...], ...]:
    """The one cause of a message."""
    enable = ref(driver, interrupt.switch_on or interrupt.switch)
    return ((f'.name = "{string(interrupt.name)}"', ".bit = 0", f".enable = {enable}", ".fifo = -1"),)


def several_members(driver: Driver, interrupt: Interrupt) -> list[str]:
    """What only an interrupt that is one of several has to say."""
    members = [".is_message = true"] if interrupt.cause_kind is CauseKind.MESSAGE else []
    if {mode for other in driver.interrupts for mode in other.modes} - set(interrupt.modes):
        members.append(".modes = " + " | ".join(f"1u << DDDK_IRQ_{mode.upper()}" for mode in interrupt.modes))
    if interrupt.vector:
        members.append(f".message = {interrupt.vector}")
    if interrupt.mask_inverted:
        members.append(".inverted = true")
    if interrupt.cause_kind is not CauseKind.BITS:
        return members
    if len(driver.interrupts) > 1:
        members.append(f".own = {hexadecimal(sum(1 << cause.bit for cause in interrupt.causes), 32)}")
    elif beside := no_causes(driver, interrupt):
        members.append(f".own = {hexadecimal(~beside & 0xFFFFFFFF, 32)}")
    return members


def cause_field(interrupt: Interrupt, name: str | None) -> Ref | None:
    """A field of the cause register."""
    return None if name is None or interrupt.cause_at is None else replace(interrupt.cause_at, field=name)


def interrupt_shape(driver: Driver, interrupt: Interrupt) -> InterruptShape:
    prefix = f"{upper(driver.name)}_MODEL_{upper(interrupt.name)}"
    table = f"{lower(driver.name)}_{lower(interrupt.name)}_causes_"
    is_code = interrupt.cause_kind is CauseKind.CODE
    kinds = {CauseKind.BITS: bit_rows, CauseKind.CODE: code_rows, CauseKind.MESSAGE: message_rows}
    rows = kinds[interrupt.cause_kind](driver, interrupt)
    by_enable = any(cause.enable is not None for cause in interrupt.causes)
    mask = interrupt.mask_set_at or (None if by_enable else interrupt.mask_at)
    members = [
        f'.name = "{string(interrupt.name)}"',
        f".is_code = {'true' if is_code else 'false'}",
        *several_members(driver, interrupt),
        f".cause = {ref(driver, interrupt.cause_at)}",
        f".none = {ref(driver, cause_field(interrupt, interrupt.cause_none))}",
        f".code = {ref(driver, cause_field(interrupt, interrupt.cause_code))}",
        f".mask = {ref(driver, mask)}",
    ]
    if interrupt.causes:
        members += [f".causes = {table}", f".cause_count = {len(rows)}"]
    causes = tuple(
        Cause(f"{prefix}_{upper(cause.name)}", hexadecimal(1 << cause.bit, 32), "") for cause in interrupt.causes
    )
    constant = f"{upper(driver.name)}_MODEL_IRQ_{upper(interrupt.name)}"
    return InterruptShape(lower(interrupt.name), constant, causes, table, rows, tuple(members), "__extension__ " if any(cause.bit == 31 for cause in interrupt.causes) else "")


# ---- registers --------------------------------------------------------------------------------------------------------


def constant(driver: Driver, register: Register) -> str:
    return f"{upper(driver.name)}_MODEL_REG_{upper(register.name, register.c_name)}"


def short(driver: Driver, register: Register) -> str:
    return accessor(driver, register).removeprefix(f"{lower(driver.name)}_")


def word(width: int) -> str:
    return "uint64_t" if width > 32 else "uint32_t"


def accessor_lines(driver: Driver, register: Register) -> list[str]:
    device, array, element = lower(driver.name), kind_of(register), element_arguments(register)
    name, reg = short(driver, register), constant(driver, register)
    lines = [f"DDDK_MODEL_{array or 'REGISTER'}({device}, {name}, {reg}, {word(register.width)}{element});"]
    for field in register.fields:
        if field.kind:
            lines.append(kind_line(driver, register, field, name, reg))
            continue
        c_type = "bool" if field.width == 1 else word(field.width)
        macro = f"DDDK_MODEL_{array + '_' if array else ''}FIELD"
        member_name = lower(field.name, field.c_name)
        lines.append(f"{macro}({device}, {name}_{member_name}, {reg}, {field.lsb}, {field.width}, {c_type}{element});")
    return lines


def kind_of(register: Register) -> str:
    """Which of the macros of dddk/model.h."""
    return "" if register.count is None else "ELEMENT" if len(register.repeats) > 1 else "ARRAY"


def element_arguments(register: Register) -> str:
    """What the macros of an array in an array are told besides: the element, and the parameters that say it."""
    return f", {element_text(register)}{parameters(register, 'unsigned')}" if len(register.repeats) > 1 else ""


def kind_line(driver: Driver, register: Register, field: Field, name: str, reg: str) -> str:
    """The device's view of a field with a sign, or of a whole address."""
    array = f"{kind_of(register)}_" if register.count is not None else ""
    element = element_arguments(register)
    first = f"{lower(driver.name)}, {name}_{lower(field.name, field.c_name)}, {reg}, {field.lsb}, {field.width}"
    if field.kind == "signed":
        return f"DDDK_MODEL_{array}SIGNED({first}, {'int64_t' if register.width > 32 else 'int32_t'}{element});"
    return f"DDDK_MODEL_{array}ADDRESS({first}, {address_shift(field)}{element});"


def hook_shape(driver: Driver, register: Register) -> HookShape:
    kind = kind_of(register)
    return HookShape(
        name=short(driver, register),
        constant=constant(driver, register),
        c_type=word(register.width),
        index=parameters(register, "unsigned"),
        suffix=f"_{kind}" if kind else "",
        indices=f", {indices_text(register)}" if kind == "ELEMENT" else "",
        on_write=hazards.writable(register),
        on_read=hazards.readable(register),
    )


# ---- the whole --------------------------------------------------------------------------------------------------------


def bar_row(bar: Bar) -> str:
    attributes = f"{', .is_64bit = true' if bar.is_64bit else ''}{', .prefetchable = true' if bar.prefetchable else ''}"
    places = [f".bar = {bar.number}"] if bar.number >= 0 else []
    places += [f".reg = {bar.reg}"] if bar.reg >= 0 else []
    return f"{{{', '.join(places)}, .kind = DDDK_REGION_{bar.kind.name}, .size_bytes = 0x{bar.size:x}{attributes}}}"


def _ids(driver: Driver, match: Match) -> list[str]:
    """What the device says it is, by default."""
    if match.compatible is not None:
        return [f'.compatible = "{string(match.compatible)}"']
    shown = None if match.vendor is not None and match.device is not None else identity(driver, match)
    vendor, device = (match.vendor or 0, match.device or 0) if shown is None else (shown.vendor, shown.device)
    members = [
        f".vendor = 0x{vendor:04x}",
        f".device = 0x{device:04x}",
        f".class_code = 0x{match.class_code if match.class_code is not None else CLASS_CODES[driver.klass]:06x}",
    ]
    if match.subsystem_vendor is not None:
        members += [f".subsystem_vendor = 0x{match.subsystem_vendor:04x}", f".subsystem_device = 0x{match.subsystem_device or 0:04x}"]
    return members


def match_of(driver: Driver, device: Device) -> Match:
    """The first line of `match:` by which the device is found: one of PCI, if any is, for there most can be tried."""
    found = [match for match in driver.matches if match.variant == device.variant] or list(driver.matches)
    return next((match for match in found if match.compatible is None), found[0])


def first_line(driver: Driver) -> Match:
    """That of the device which is simulated unless another is asked for."""
    if driver.devices:
        return match_of(driver, driver.devices[0])
    return next((match for match in driver.matches if match.compatible is None), driver.matches[0])


def identity_members(driver: Driver, msix: str) -> tuple[str, ...]:
    match = first_line(driver)
    modes = {mode for interrupt in driver.interrupts for mode in interrupt.modes}
    members = [
        f'.name = "{string(driver.name)}"',
        f".class_kind = DDDK_CLASS_{driver.klass.name}",
        *_ids(driver, match),
        *(f".revision = 0x{revision.number:02x}" for revision in driver.revisions[:1]),
        f".has_intx = {'true' if 'intx' in modes else 'false'}",
        f".has_msi = {'true' if 'msi' in modes else 'false'}",
        *([msix] if msix else []),
        f".address_bits = {match.dma.address_bits}",
    ]
    if match.dma.boundary:
        members.append(f".boundary = 0x{match.dma.boundary:x}")
    if match.dma.alignment > 1:
        members.append(f".alignment = {match.dma.alignment}")
    return tuple(members)


def device_rows(driver: Driver, devices: tuple[Otherwise, ...], line_of: dict[int, int]) -> tuple[tuple[str, ...], ...]:
    """Each device that the model can be; `line_of`: rows of the lines by their place in `match:`."""
    rows = []
    for device, otherwise in zip(driver.devices, devices, strict=True):
        row = line_of.get(driver.matches.index(match_of(driver, device)))
        members = [f'.name = "{otherwise.name}"', f".line = {'NULL' if row is None else f'&{lower(driver.name)}_lines_[{row}]'}"]
        members += [f".revision = 0x{one.number:02x}" for one in driver.revisions if one.name == device.revision]
        if otherwise.rows:
            members += [f".differences = {otherwise.table}", f".difference_count = {len(otherwise.rows)}"]
        rows.append(tuple(members))
    return tuple(rows)


def lines(driver: Driver) -> Lines:
    """A device of each line, for the tests, and what the line says about it."""
    if len(driver.matches) < 2 and not driver.match_data and not driver.devices:
        return Lines((), (), (), {}, 0)
    name, rows = lower(driver.name), []
    row_of: dict[int, int] = {}
    variants = [device.variant for device in driver.devices]
    for index, match in enumerate(driver.matches):
        found = identity(driver, match) if len(rows) < MOST_LINES else None
        if found is None:
            continue
        members = [f".match = {index}"]
        if found.compatible is not None:
            members.append(f'.compatible = "{string(found.compatible)}"')
        else:
            members += [f".vendor = 0x{found.vendor:04x}", f".device = 0x{found.device:04x}", f".class_code = 0x{found.class_code:06x}"]
        if found.subsystem_vendor or found.subsystem_device:
            members += [f".subsystem_vendor = 0x{found.subsystem_vendor:04x}", f".subsystem_device = 0x{found.subsystem_device:04x}"]
        members.append(f".address_bits = {match.dma.address_bits}")
        members += [f".boundary = 0x{match.dma.boundary:x}"] if match.dma.boundary else []
        members += [f".alignment = {match.dma.alignment}"] if match.dma.alignment > 1 else []
        members += [f".data = {name}_line_data_[{index}]"] if driver.match_data else []
        if match.variant in variants and variants.index(match.variant):
            members.append(f".as = {variants.index(match.variant)}")
        row_of[index] = len(rows)
        rows.append(tuple(members))
    values = tuple(", ".join(hexadecimal(value & (1 << 64) - 1, 64) for value in match.data) for match in driver.matches)
    accessors = tuple(
        f"DDDK_MODEL_MATCH({name}, {lower(datum.name)}, {index}, {'uint64_t' if datum.enum else c_type(driver, datum)});"
        for index, datum in enumerate(driver.match_data)
    )
    return Lines(tuple(rows), values if driver.match_data else (), accessors, row_of, driver.matches.index(first_line(driver)))


def shape(driver: Driver) -> ModelShape:
    authored = driver.model_source is not None
    where = places(driver)
    simulated, known = lowered(driver), lines(driver)
    bars, msix = msix_place(driver, where.bars)
    return ModelShape(
        driver=lower(driver.name),
        guard=f"{upper(driver.name)}_MODEL_H",
        license=driver.license,
        title=comment(driver.title),
        constants=tuple(constant(driver, register) for register in driver.registers),
        accessors=tuple(line for register in driver.registers for line in accessor_lines(driver, register)),
        interrupts=tuple(interrupt_shape(driver, interrupt) for interrupt in driver.interrupts),
        hooks=tuple(hook_shape(driver, register) for register in driver.registers if not register.same_view) if authored else (),
        entries=entry_hooks(driver) if authored else (),
        authored=authored,
        bars=tuple(map(bar_row, bars)),
        places=where,
        rings=tuple(ring_shape(driver, ring, ref, raises(driver, ring.name)) for ring in driver.rings),
        fifos=tuple(fifo_members(driver, fifo) for fifo in driver.fifos),
        fifo_constants=tuple(f"{upper(driver.name)}_MODEL_FIFO_{upper(fifo.name)}" for fifo in driver.fifos),
        transfers=tuple(row for transfer in driver.transfers for row in transfer_members(driver, transfer, ref)),
        transfer_constants=transfer_constants(driver),
        procedures=procedures(driver, ref),
        windows=tuple(window_members(driver, region, ref) for region in driver.regions if region.window is not None),
        identity=identity_members(driver, msix),
        register_count=len(driver.registers),
        simulated=simulated,
        lines=known,
        devices=device_rows(driver, simulated.devices, known.row_of),
    )
