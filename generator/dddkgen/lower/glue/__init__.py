# SPDX-License-Identifier: MIT
"""Lower a driver to NAME.dddk.h and NAME.dddk.c: everything between the runtime and the handlers.

    rings        descriptor rings: give, take, reap, refill
    transfers    one-shot transfers: check, start, wait
    procedures   operations over registers: write, wait, take
    fifos        words through one register
    interrupts   cause, mask, poll, arm
    settings     parameters and statistics
    operations   what a misc device offers, and its typed calls
    lifecycle    the steps of attach and start, and the driver's tables

Each module lowers its part to plain strings of C; the templates of `emit/templates/glue` only place them.
"""

from __future__ import annotations


from ...dataclass import dataclass
from ...interrupt_bits import woken_by
from ...model import CauseKind, DeviceClass, Direction, Driver
from ..names import comment, lower, upper
from ..registers import needs_lock, shadow_members
from ..text import about, block, comment_above, said
from ..variants import devices
from .fifos import Fifos, fifos
from .fifos import members as fifo_members
from .interrupts import InterruptShape, interrupts
from .lifecycle import Lifecycle, lifecycle
from .matching import MatchData, match_data
from .operations import OperationShape, operations
from .procedures import ProcedureShape, procedures
from .rings import RingShape, rings
from .settings import Settings, settings
from .settings import members as settings_members
from .transfers import TransferShape, transfers
from .transfers import constants as transfer_constants


@dataclass(frozen=True, slots=True)
class Constant:
    name: str
    value: str
    note: tuple[str, ...] = ()  # lines of the comment above


@dataclass(frozen=True, slots=True)
class Glue:
    name: str  # "foo"
    upper: str  # "FOO"
    title: str
    says: tuple[str, ...]  # what the manifest says about all of it; lines
    license: str
    klass: str  # "net"
    headers: tuple[str, ...]  # of dddk/, which the driver struct needs
    info_first: bool  # its own header stands before those of dddk/: includes are in order
    constants: tuple[Constant, ...]
    members: tuple[str, ...]  # of the driver struct behind `dddk`; lines
    match_data: MatchData | None
    prototypes: tuple[str, ...]  # of the handlers
    receive: tuple[RingShape, ...]
    transmit: tuple[RingShape, ...]
    fifos: Fifos
    transfers: tuple[TransferShape, ...]
    procedures: tuple[ProcedureShape, ...]
    interrupts: tuple[InterruptShape, ...]
    woken: tuple[tuple[str, str], ...]  # completions of several causes, and these
    operations: tuple[OperationShape, ...]
    settings: Settings
    lifecycle: Lifecycle
    rx_mode: bool
    watchdog: bool
    set_line: bool
    kicked: tuple[str, ...]  # vectors that serve what a serial device sends; only the one that is used is scheduled
    quiet_line: bool  # set_line reaches registers that hide those of the poll: the vector rests meanwhile


def _headers(driver: Driver) -> tuple[str, ...]:
    names = {"access", "device", "irq", "log", "wait", driver.klass.value}
    if driver.rings:
        names.add("ring")
    if driver.buffers or driver.transfers:
        names.add("dma")
    return tuple(sorted(names))


def _woken(driver: Driver) -> tuple[tuple[str, str], ...]:
    """Completions that can say which cause it was; the causes have the same bits in every interrupt."""
    rows = []
    for completion in driver.completions:
        causes = woken_by(driver, completion)
        owner = next((interrupt for interrupt in driver.interrupts if causes and causes[0] in interrupt.causes), None)
        if owner is not None:
            rows.append((lower(completion), ", ".join(f"{upper(driver.name)}_{upper(owner.name)}_{upper(cause.name)}" for cause in causes)))
    return tuple(rows)


def _constants(driver: Driver) -> tuple[Constant, ...]:
    prefix = upper(driver.name)
    rows: list[Constant] = []
    for region in driver.regions:
        rows.append(Constant(f"{prefix}_{upper(region.name)}_SIZE", f"0x{region.size:x}u", about(driver, f"regions.{region.name}", region)))
    for ring in driver.rings:
        name = f"{prefix}_{upper(ring.name)}"
        rows.append(Constant(f"{name}_COUNT", f"{ring.count_default}u"))
        if ring.payload_size is not None:
            rows.append(Constant(f"{name}_BUFFER_BYTES", f"{ring.payload_size}u"))
        if ring.payload_max is not None:
            rows.append(Constant(f"{name}_SEGMENT_BYTES", f"{ring.payload_max}u"))
    for buffer in driver.buffers:
        rows.append(Constant(f"{prefix}_{upper(buffer.name)}_BYTES", f"{buffer.size}u", said(buffer)))
    rows += [Constant(name, value) for name, value in transfer_constants(driver)]
    for index, interrupt in enumerate(driver.interrupts):
        name = f"{prefix}_{upper(interrupt.name)}"
        rows.append(Constant(name, f"{index}u", about(driver, f"interrupts.{interrupt.name}", interrupt)))
        if interrupt.vector is not None:
            rows.append(Constant(f"{name}_VECTOR", f"{interrupt.vector}u"))
        for cause in interrupt.causes:
            rows.append(Constant(f"{name}_{upper(cause.name)}", f"0x{1 << cause.bit:08x}u", () if interrupt.cause_kind is CauseKind.MESSAGE else said(cause)))
    for index, operation in enumerate(driver.user):
        rows.append(Constant(f"{prefix}_OPERATION_{upper(operation.name)}", f"{index}u"))
    return tuple(rows)


def _members(driver: Driver) -> tuple[str, ...]:
    """Lines of the driver struct; nested structs indented."""
    lines: list[str] = []
    for region in driver.bars:
        lines += ["struct {", "    struct dddk_mmio mmio;", f"}} {lower(region.name)};"]
    if driver.interrupts:
        lines.append(f"struct dddk_vector vectors[{len(driver.interrupts)}];")
    lines += [f"struct dddk_ring {lower(ring.name)};" for ring in driver.rings]
    lines += fifo_members(driver)
    lines.append(f"struct dddk_{driver.klass.value} {driver.klass.value};")
    lines += [f"struct dddk_completion {lower(name)};" for name in driver.completions]
    lines += [f"struct dddk_dma_memory {lower(buffer.name)};" for buffer in driver.buffers]
    if driver.state:
        lines.append("struct {")
        for member in driver.state:
            array = "" if member.count is None else f"[{member.count}]"
            lines += comment_above(said(member), "    ")
            lines.append(f"    {member.c_type} {lower(member.name)}{array};")
        lines.append("} state;")
    lines += settings_members(driver)
    if driver.scaled:
        lines += ["/* bytes between elements of arrays, as the device says */", f"size_t strides[{len(driver.scaled)}];"]
    if driver.presents:
        lines += ["/* how many of what the manifest counts are there, as the device says */", f"size_t present[{len(driver.presents)}];"]
    shadows = shadow_members(driver)
    if shadows:
        lines += ["/* what was written last */", "struct {", *(f"    {member.text}" for member in shadows), "} shadow;"]
    shape = devices(driver)
    if shape is not None:
        lines += [f"enum {lower(driver.name)}_variant variant;"] if shape.variants else []
        lines += [f"enum {lower(driver.name)}_revision revision;"] if shape.revisions else []
        lines += ["/* registers that are elsewhere in other devices */", f"struct {lower(driver.name)}_places_ at;"] if shape.offsets else []
    if needs_lock(driver):
        lines.append("struct dddk_irq_lock register_lock; /* of registers that interrupts use as well */")
    return tuple(lines)


def _prototypes(driver: Driver) -> tuple[str, ...]:
    name = lower(driver.name)
    dev = f"struct {name} *dev"
    kinds = {
        "reset": f"int {name}_reset({dev});",
        "identify": f"int {name}_identify({dev});",
        "start": f"int {name}_start({dev});",
        "stop": f"void {name}_stop({dev});",
        "rx_mode": f"void {name}_rx_mode({dev}, const struct dddk_net_rx_mode *mode);",
        "watchdog": f"void {name}_watchdog({dev});",
        "set_line": f"int {name}_set_line({dev}, const struct dddk_serial_line *line);",
    }
    lines = [kinds[handler.name] for handler in driver.handlers if handler.name in kinds]
    called = dict.fromkeys(cause.call for interrupt in driver.interrupts for cause in interrupt.causes if cause.call)
    lines += [f"void {name}_{lower(call)}({dev});" for call in called if call not in kinds]
    shape = devices(driver)
    return (*lines, *(shape.prototypes if shape is not None else ()))


def _kicked(driver: Driver) -> tuple[str, ...]:
    """The interrupts that serve the sending FIFO, one a mode; the first one where none does."""
    sending = {fifo.name for fifo in driver.fifos if fifo.direction is Direction.TO_DEVICE}
    serving = [interrupt for interrupt in driver.interrupts if any(sending & set(cause.services) for cause in interrupt.causes)]
    return tuple(f"{upper(driver.name)}_{upper(interrupt.name)}" for interrupt in serving or driver.interrupts[:1])


def _says(driver: Driver) -> tuple[str, ...]:
    """The manifest's own words, for the head of the header."""
    document = f"Datasheet: {driver.datasheet}" + (f", {driver.see}." if driver.see else ".") if driver.datasheet else f"See {driver.see}." if driver.see else ""
    return (*block(driver.doc), *block(document)) if driver.doc or driver.see else ()


def glue(driver: Driver) -> Glue:
    """The whole of both files."""
    shapes = rings(driver)
    return Glue(
        name=lower(driver.name),
        upper=upper(driver.name),
        title=comment(driver.title),
        says=_says(driver),
        license=driver.license,
        klass=driver.klass.value,
        headers=_headers(driver),
        info_first=lower(driver.name) < "dddk",
        constants=_constants(driver),
        members=_members(driver),
        match_data=match_data(driver),
        prototypes=_prototypes(driver),
        receive=tuple(shape for shape in shapes if shape.receives),
        transmit=tuple(shape for shape in shapes if not shape.receives),
        fifos=fifos(driver),
        transfers=transfers(driver),
        procedures=procedures(driver),
        interrupts=interrupts(driver),
        woken=_woken(driver),
        operations=operations(driver) if driver.klass is DeviceClass.MISC else (),
        settings=settings(driver),
        lifecycle=lifecycle(driver),
        rx_mode=driver.handler("rx_mode"),
        watchdog=driver.handler("watchdog"),
        set_line=driver.handler("set_line"),
        kicked=_kicked(driver),
        quiet_line=any(register.bank is not None for register in driver.registers),
    )
