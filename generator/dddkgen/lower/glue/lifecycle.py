# SPDX-License-Identifier: MIT
"""The steps of attach and start in the order of the design, and the driver's constant tables.

A step's name is what failure messages and tests show. Steps that every driver has are functions of dddk/steps.h; the others
are generated, and this module says which.
"""

from __future__ import annotations

from ... import hazards, parts
from ...dataclass import dataclass
from ...capabilities import Capability, structures
from ...model import DeviceClass, Direction, Driver, Match, Moment, Region
from ..names import lower, string, upper
from ..text import items, said
from ..registers import accessor, needs_lock, shadow_members
from ..variants import Devices, devices, several_variants, variant_constant
from . import access
from .expect import ExpectShape, expectations
from .strides import StrideShape, presents, strides


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    acquire: str
    release: str = "NULL"
    unlocked: bool = False


@dataclass(frozen=True, slots=True)
class BufferShape:
    name: str
    prefix: str
    bytes: str  # constant
    align: int


@dataclass(frozen=True, slots=True)
class CapabilityShape:
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionShape:
    name: str
    index: int
    bar: int  # -1: none is named
    kind: str
    size: str  # constant
    capability: str  # the name of its struct dddk_capability, or ""
    attributes: tuple[str, ...]  # further members of struct dddk_region
    reg: int  # -1: none is named
    begins: str = ""  # expression: where in its BAR, by what the device says; "": that is fixed


@dataclass(frozen=True, slots=True)
class MatchShape:
    compatible: str  # "": on PCI, and the next six count
    vendor: str
    device: str
    subsystem_vendor: str
    subsystem_device: str
    class_code: str
    class_mask: str
    variant: str
    variant_index: str  # constant; "": the devices do not differ
    says: tuple[str, ...]  # lines
    address_bits: int
    boundary: int
    alignment: int


@dataclass(frozen=True, slots=True)
class Lifecycle:
    attach: tuple[Step, ...]
    start: tuple[Step, ...]
    start_at_publish: bool
    regions: tuple[RegionShape, ...]
    capabilities: tuple[CapabilityShape, ...]
    buffers: tuple[BufferShape, ...]
    matches: tuple[MatchShape, ...]
    modes: tuple[str, ...]
    presence: str  # expression: the register's raw value; "": the bus alone
    presence_test: str  # condition on `raw`
    presence_type: str
    expects: tuple[ExpectShape, ...]  # what the device must answer to be the one of the manifest
    presents: tuple[StrideShape, ...]  # of arrays of which a device may have less
    strides: tuple[StrideShape, ...]  # of arrays that the device may put further apart
    disable: tuple[str, ...]  # statements that clear every ring's enable
    quiet: bool  # some interrupt is to be masked, or acknowledged, at attach
    reset: bool
    identify: bool
    handler_start: bool
    handler_stop: bool
    shadows: bool
    lock: bool
    title: str
    license: str
    devices: Devices | None
    workarounds: bool  # behind every reset


def _moments(driver: Driver, moment: Moment) -> bool:
    """A workaround is called then."""
    return any(erratum.workaround is not None and erratum.moment is moment for erratum in driver.errata)


def _quiet(driver: Driver) -> bool:
    """Some interrupt can be masked, or acknowledged, at the device."""
    return any(interrupt.cause or interrupt.mask_registers for interrupt in driver.interrupts)


def _mapped(region: Region, name: str) -> Step:
    which = lower(region.name)
    return Step(f"map {region.name}", f"{name}_map_{which}", f"{name}_unmap_{which}")


def _attach(driver: Driver, name: str, disables: bool) -> list[Step]:
    steps = [Step("variant", f"{name}_find_variant_")] if driver.devices and (several_variants(driver) or driver.revisions) else []
    if driver.params:
        steps.append(Step("parameters", "dddk_step_params"))
    if needs_lock(driver):
        steps.append(Step("register lock", f"{name}_make_lock"))
    steps.append(Step("memory decode", "dddk_step_decode_on", "dddk_step_decode_off"))
    asked = [region for region in driver.bars if region.asked is not None]  # by registers of the others, unless nobody is there
    steps += [_mapped(region, name) for region in driver.bars if region.asked is None]
    steps.append(Step("presence", "dddk_step_presence"))
    by_itself = driver.presence is None or all(region.name != driver.register(driver.presence.register).region for region in asked)
    steps[len(steps) if by_itself else -1:len(steps) if by_itself else -1] = [_mapped(region, name) for region in asked]
    if expectations(driver):
        steps.append(Step("identity", f"{name}_is_expected"))
    if driver.scaled:
        steps.append(Step("strides", f"{name}_find_strides"))
    if driver.presents:
        steps.append(Step("elements", f"{name}_count_elements"))
    if shadow_members(driver):
        steps.append(Step("shadows", f"{name}_forget_shadows"))
    if disables:
        steps.append(Step("disable rings", f"{name}_disable_rings"))
    if _quiet(driver):
        steps.append(Step("mask interrupts", f"{name}_quiet_interrupts"))
    if driver.handler("reset") or _moments(driver, Moment.RESET):
        steps.append(Step("reset", f"{name}_step_reset"))
    if driver.rings or driver.buffers or driver.transfers:
        steps.append(Step("dma mask", "dddk_step_dma_mask"))
    if len(driver.interrupts) == 1:
        steps.append(Step("vectors", "dddk_step_vectors_request", "dddk_step_vectors_free", True))
    elif driver.interrupts:
        steps.append(Step("vectors", "dddk_step_vectors_allocate", "dddk_step_vectors_release", True))
        for interrupt in driver.interrupts:
            which = f"{name}_{lower(interrupt.name)}"
            steps.append(Step(f"vector {interrupt.name}", f"{which}_request", f"{which}_free", True))
    if driver.handler("identify"):
        steps.append(Step("identify", f"{name}_step_identify"))
    steps.append(Step("publish", "dddk_step_publish", "dddk_step_unpublish", True))
    return steps


def _start(driver: Driver, name: str) -> list[Step]:
    moves = driver.klass is not DeviceClass.MISC
    steps = []
    if moves:
        steps.append(Step("class buffers", "dddk_step_class_start", "dddk_step_class_stop"))
    for ring in driver.rings:
        which = f"{name}_{lower(ring.name)}"
        steps.append(Step(f"ring {ring.name} memory", f"{which}_allocate", f"{which}_free"))
    for buffer in driver.buffers:
        which = f"{name}_{lower(buffer.name)}"
        steps.append(Step(f"buffer {buffer.name}", f"{which}_allocate", f"{which}_free"))
    messages = any(mode in ("msi", "msix") for interrupt in driver.interrupts for mode in interrupt.modes)
    if driver.rings or driver.buffers or driver.transfers or messages:
        steps.append(Step("bus mastering", "dddk_step_bus_master_on", "dddk_step_bus_master_off"))
    for ring in driver.rings:
        steps.append(Step(f"attach {ring.name}", f"{name}_{lower(ring.name)}_attach"))
    if driver.handler("start") or driver.handler("stop"):
        acquire = f"{name}_step_start" if driver.handler("start") else "NULL"
        steps.append(Step("start", acquire, f"{name}_step_stop" if driver.handler("stop") else "NULL"))
    if _moments(driver, Moment.START):
        steps.append(Step("workarounds", f"{name}_work_around_"))
    if driver.stats:
        steps.append(Step("statistics", "dddk_step_stats_begin", "dddk_step_stats_end"))
    if driver.handler("rx_mode"):
        steps.append(Step("rx mode", f"{name}_step_rx_mode"))
    if driver.handler("set_line"):
        steps.append(Step("set line", f"{name}_step_set_line"))
    for ring in driver.rings:
        if ring.enable is not None:
            which = f"{name}_{lower(ring.name)}"
            steps.append(Step(f"enable {ring.name}", f"{which}_enable", f"{which}_disable"))
    for ring in driver.rings:
        if ring.direction is Direction.FROM_DEVICE:
            steps.append(Step(f"post {ring.name}", f"{name}_{lower(ring.name)}_post"))
    for interrupt in driver.interrupts:
        which = f"{name}_{lower(interrupt.name)}"
        steps.append(Step(f"unmask {interrupt.name}", f"{which}_enable", f"{which}_disable"))
    if any(cause.at_start and cause.call for interrupt in driver.interrupts for cause in interrupt.causes):
        steps.append(Step("at start", "dddk_step_at_start"))
    if moves:
        steps.append(Step("open class", "dddk_step_class_open", "dddk_step_class_close"))
    return steps


def _identity(value: int | None) -> str:
    return "DDDK_PCI_ANY" if value is None else f"0x{value:04x}"


def _attributes(driver: Driver, region: Region) -> tuple[str, ...]:
    """What the manifest says of the BAR besides its size."""
    found = []
    if region.address_bits is not None:
        found.append(f".address_bits = {region.address_bits}")
    if region.prefetchable is not None:
        found.append(f".prefetch = {'DDDK_PREFETCHABLE' if region.prefetchable else 'DDDK_NOT_PREFETCHABLE'}")
    if region.optional:
        found.append(".optional = true")
    if region.begin is not None:
        found += [".part = true", f".align_bytes = {parts.alignment(driver, region)}"]
        if region.asked is not None:
            found.append(f".begins = {lower(driver.name)}_{lower(region.name)}_begins")
        elif region.begin.base:
            found.append(f".offset = {region.begin.base:#x}")
    return tuple(found)


def _match(driver: Driver, match: Match) -> MatchShape:
    return MatchShape(
        compatible=string(match.compatible or ""),
        vendor=_identity(match.vendor),
        device=_identity(match.device),
        subsystem_vendor=_identity(match.subsystem_vendor),
        subsystem_device=_identity(match.subsystem_device),
        class_code="0" if match.class_code is None else f"0x{match.class_code:06x}",
        class_mask="0" if match.class_code is None else f"0x{match.class_mask:06x}",
        variant="NULL" if match.variant is None else f'"{string(match.variant)}"',
        variant_index=variant_constant(driver, match.variant) if several_variants(driver) else "",
        says=_says(driver, match),
        address_bits=match.dma.address_bits,
        boundary=match.dma.boundary,
        alignment=match.dma.alignment,
    )


def _says(driver: Driver, match: Match) -> tuple[str, ...]:
    """What the manifest says about a line, and about what bounds its addresses; its variant's words are where C names variants."""
    places = ["dma"] if match.variant is None else ["dma", f"variants.{match.variant}.dma"]
    limits = items((remark.place, remark) for remark in driver.remarks if remark.place in places)
    named = [variant for variant in driver.variants if variant.name == match.variant and not several_variants(driver)]
    return (*said(match), *items((f"Variant {variant.name}", variant) for variant in named), *limits)


def _region(driver: Driver, region: Region, index: int) -> RegionShape:
    kind = f"DDDK_REGION_{region.kind.value.upper()}"
    return RegionShape(lower(region.name), index, region.bar, kind, f"{upper(driver.name)}_{upper(region.name)}_SIZE", "" if region.capability is None else _capability(driver, region.capability).name, _attributes(driver, region), region.reg, _begins(driver, region))


def _begins(driver: Driver, region: Region) -> str:
    """Where the device says that it begins."""
    if region.begin is None or region.asked is None:
        return ""
    scale = region.asked
    source = driver.register(scale.register)
    field = next((field for field in source.fields if field.name == scale.field), None)
    value = f"{accessor(driver, source)}_read(dev)" + ("" if field is None else f".{lower(field.name, field.c_name)}")
    wide = value if source.width > 32 else f"(uint64_t){value}"
    times = f"{scale.unit}u * {wide}" if scale.unit != 1 else value
    text = f"(uint64_t){scale.unit} << {value}" if scale.shifts else times
    if region.begin.base:
        text = f"{region.begin.base:#x}u + ({text})" if scale.shifts else f"{region.begin.base:#x}u + {text}"
    return text


def _capability(driver: Driver, capability: Capability) -> CapabilityShape:
    """All that its regions ask of it."""
    regions = [region for region in driver.regions if region.capability == capability]
    own = max((region.size for region in regions if region.in_config), default=0)
    members = [
        f".id = {capability.id:#04x}",
        f".extended = {'true' if capability.extended else 'false'}",
        f".type = {'DDDK_CAPABILITY_ANY_TYPE' if capability.type is None else capability.type}",
    ]
    members += [f".own_bytes = {own}"] if own else []
    structure = structures(driver).get(capability)
    if structure is not None:
        widest = max((4 if register.split else register.bytes for register in driver.registers if register.region == structure.name), default=1)
        size = f"{upper(driver.name)}_{upper(structure.name)}_SIZE"
        members += [".names = true", f".kind = DDDK_REGION_{structure.kind.name}", f".align_bytes = {widest}", f".size_bytes = {size}"]
    return CapabilityShape(f"{lower(driver.name)}_{lower(regions[0].name)}_capability_", tuple(members))


def _presence(driver: Driver) -> tuple[str, str, str]:
    """How to ask the register of `presence:`. An absent device reads as all ones, one that no longer decodes as zeros."""
    if driver.presence is None:
        return "", "", ""
    register = driver.register(driver.presence.register)
    test = f"raw != {access.all_ones(register)}"
    constant = not register.volatile and not any(field.volatile for field in register.fields)
    resets = [own.reset for device in driver.devices if (own := device.registers[driver.registers.index(register)]) is not None] or [register.reset]
    if all(resets) and constant and not hazards.writable(register):
        test = f"raw != 0 && {test}"
    return access.read_raw(driver, driver.presence), test, f"uint{register.width}_t"


def lifecycle(driver: Driver) -> Lifecycle:
    name = lower(driver.name)
    enables = dict.fromkeys(ring.enable for ring in driver.rings if ring.enable is not None)
    disable = tuple(access.update(driver, ref, "false") for ref in enables)
    presence, presence_test, presence_type = _presence(driver)
    modes = dict.fromkeys(mode for interrupt in driver.interrupts for mode in interrupt.modes)
    return Lifecycle(
        attach=tuple(_attach(driver, name, bool(disable))),
        start=tuple(_start(driver, name)),
        start_at_publish=driver.klass is DeviceClass.MISC,
        regions=tuple(_region(driver, region, index) for index, region in enumerate(driver.bars)),
        capabilities=tuple(_capability(driver, one) for one in dict.fromkeys(region.capability for region in driver.bars) if one is not None),
        buffers=tuple(
            BufferShape(lower(buffer.name), f"{name}_{lower(buffer.name)}", f"{upper(driver.name)}_{upper(buffer.name)}_BYTES", buffer.align)
            for buffer in driver.buffers
        ),
        matches=tuple(_match(driver, match) for match in driver.matches),
        modes=tuple(f"DDDK_IRQ_{mode.upper()}" for mode in modes),
        presence=presence,
        presence_test=presence_test,
        presence_type=presence_type,
        expects=expectations(driver),
        strides=strides(driver),
        presents=presents(driver),
        disable=disable,
        quiet=_quiet(driver),
        reset=driver.handler("reset"),
        identify=driver.handler("identify"),
        handler_start=driver.handler("start"),
        handler_stop=driver.handler("stop"),
        shadows=bool(shadow_members(driver)),
        lock=needs_lock(driver),
        title=string(driver.title),
        license=string(driver.license),
        devices=devices(driver),
        workarounds=_moments(driver, Moment.RESET),
    )
