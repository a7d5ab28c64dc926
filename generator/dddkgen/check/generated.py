# SPDX-License-Identifier: MIT
"""The names that the generator derives from a manifest, without generating anything.

`identifiers` are those with file scope (functions, constants, macros), `tags` those of structs and enums, `members` those that
stand bare inside a struct or a parameter list. A test holds this list to the generated files. Names of the kit's own helpers
end in an underscore, which a manifest's names may not, so they cannot clash and are not listed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..alternatives import free_parts
from ..interrupt_bits import woken_by
from ..lower.names import lower, upper
from ..memory import has_accessors
from ..model import Descriptor, DeviceClass, Driver, Enum_, Interrupt, Register, Span


class Generated(NamedTuple):
    """One name in C; `what` is what it comes from."""

    name: str
    space: str  # "identifier", "tag", or the struct whose member it is
    what: str
    origin: Span


#: What stands behind `NAME_` whatever the manifest says: functions, tables, include guards.
_OF_DRIVER = """attach_steps count_elements disable_rings driver dump forget_shadows irq_modes is_expected find_strides make_lock matches model model_fifo model_hooks model_register model_transfer model_type
fifos net_ops net_rx_mode net_watchdog serial_ops serial_kick serial_set_line misc_ops of operations present quiet_interrupts regions start_steps
vectors DDDK_H INFO_H MODEL_H REGS_H""".split()

#: Behind `NAME_RING_`, `NAME_FIFO_`, `NAME_INTERRUPT_` and so on. A function that a template adds is added here; a test asks for it.
_OF_RING = """allocate attach bad check disable done dry enable filled finish_odd flush free give is_done is_good is_known is_ready lap last post put reap
receive refill room take_odd take_one_odd take_whole taken tell transmit transmit_odd COUNT BUFFER_BYTES SEGMENT_BYTES""".split()
_OF_FIFO = "carry count_lost get is_ready kick move pauses pull pull_all push push_all put ready".split()
_OF_INTERRUPT = "arm call cause causes completed disable enable mask ops poll settle suspect unmask".split()
_OF_SEVERAL = "free request".split()
_OF_TRANSFER = "fits from_device run to_device BASE BYTES CHANNELS MAX".split()
_OF_BUFFER = "allocate free BYTES".split()
_OF_REGISTER = "read read_range write write_range update unpack written dump does_not_fit".split()


@functools.lru_cache(maxsize=1)
def identifiers_and_tags(driver: Driver) -> tuple[Generated, ...]:
    """Names that begin with the driver's."""
    return tuple(_identifiers_and_tags(driver))


def _identifiers_and_tags(driver: Driver) -> Iterator[Generated]:
    low, up = lower(driver.name), upper(driver.name)
    yield Generated(low, "tag", f"driver {driver.name}", driver.origin)
    for name in ("model", "model_hooks", "model_register", "model_fifo", "model_transfer"):
        yield Generated(f"{low}_{name}", "tag", f"driver {driver.name}", driver.origin)
    yield from _suffixed(low, up, "", _OF_DRIVER, f"driver {driver.name}", driver.origin)
    if driver.match_data:
        yield Generated(f"{low}_match_data", "tag", "match_data", driver.match_data[0].origin)
        yield from _suffixed(low, up, "", ("match", "match_values"), "match_data", driver.match_data[0].origin)
    for enum in driver.enums:
        yield from _enum(low, up, enum)
    for register in driver.registers:
        yield from _register(low, up, register)
    around = {repeat.name for register in driver.registers for repeat in register.repeats[:-1]}
    for block in driver.blocks:
        for suffix in ("COUNT", "STRIDE") if block.name in around else ():
            yield Generated(f"{up}_{upper(block.name)}_{suffix}", "identifier", f"block {block.name}", block.origin)
    for descriptor in driver.layouts:
        yield from _descriptor(low, up, descriptor)
    for descriptor in filter(has_accessors, driver.descriptors):
        yield from _accessors(low, descriptor)
    for region in driver.regions:
        what = f"region {region.name}"
        for name in (f"map_{lower(region.name)}", f"unmap_{lower(region.name)}"):
            yield Generated(f"{low}_{name}", "identifier", what, region.origin)
        if region.asked is not None:
            yield Generated(f"{low}_{lower(region.name)}_begins", "identifier", what, region.origin)
        if region.optional:
            yield Generated(f"{low}_has_{lower(region.name)}", "identifier", what, region.origin)
        yield Generated(f"{up}_{upper(region.name)}_SIZE", "identifier", what, region.origin)
    for ring in driver.rings:
        yield from _suffixed(low, up, ring.name, _OF_RING, f"ring {ring.name}", ring.origin)
        kinds = [one.name for one in driver.descriptor(ring.descriptor).alternatives if one.name not in ring.carries]
        yield from _suffixed(low, up, ring.name, [f"post_{lower(kind)}" for kind in kinds], f"ring {ring.name}", ring.origin)
    for fifo in driver.fifos:
        yield from _suffixed(low, up, fifo.name, _OF_FIFO, f"FIFO {fifo.name}", fifo.origin)
        yield Generated(f"{up}_MODEL_FIFO_{upper(fifo.name)}", "identifier", f"FIFO {fifo.name}", fifo.origin)
    for transfer in driver.transfers:
        yield from _suffixed(low, up, transfer.name, _OF_TRANSFER, f"transfer {transfer.name}", transfer.origin)
        for channel in range(transfer.channels or 1):
            suffix = f"_{channel}" if channel else ""
            yield Generated(f"{up}_MODEL_TRANSFER_{upper(transfer.name)}{suffix}", "identifier", f"transfer {transfer.name}", transfer.origin)
    for procedure in driver.operations:
        what = f"operation {procedure.name}"
        yield Generated(f"{low}_{lower(procedure.name)}", "identifier", what, procedure.origin)
        yield Generated(f"{up}_MODEL_OPERATION_{upper(procedure.name)}", "identifier", what, procedure.origin)
        if procedure.memory is not None:
            yield Generated(f"{up}_MODEL_MEMORY_{upper(procedure.memory)}", "identifier", f"memory {procedure.memory}", procedure.origin)
    for buffer in driver.buffers:
        yield from _suffixed(low, up, buffer.name, _OF_BUFFER, f"buffer {buffer.name}", buffer.origin)
    for interrupt in driver.interrupts:
        yield from _interrupt(low, up, interrupt)
        if len(driver.interrupts) > 1:
            yield from _suffixed(low, up, interrupt.name, _OF_SEVERAL, f"interrupt {interrupt.name}", interrupt.origin)
    for completion in driver.completions:
        if causes := woken_by(driver, completion):
            yield Generated(f"{low}_{lower(completion)}_causes", "identifier", f"completion {completion}", causes[0].origin)
    yield from _settings(driver, low)
    yield from _functions(driver, low, up)
    if driver.devices:
        yield from _devices(driver, low, up)


def _devices(driver: Driver, low: str, up: str) -> Iterator[Generated]:
    """Which device it is, and who has what."""
    variants = {variant.name: variant.origin for variant in driver.variants}
    for device in driver.devices:
        name = "_".join(upper(part) for part in (device.variant, device.revision) if part is not None) or "ITSELF"
        yield Generated(f"{up}_MODEL_AS_{name}", "identifier", f"device {device.name}", variants.get(device.variant or "", driver.origin))
    yield Generated(f"{low}_model_device", "tag", "variants and revisions", driver.origin)
    if len({device.variant for device in driver.devices}) > 1:
        yield Generated(f"{low}_variant", "tag", "the variants", driver.origin)
        yield Generated(f"{up}_NO_VARIANT", "identifier", "the variants", driver.origin)
    for name, origin in variants.items():
        yield Generated(f"{up}_VARIANT_{upper(name)}", "identifier", f"variant {name}", origin)
    for revision in driver.revisions:
        yield Generated(f"{low}_revision", "tag", "the revisions", driver.revisions[0].origin)
        yield Generated(f"{up}_REVISION_{upper(revision.name)}", "identifier", f"revision {revision.name}", revision.origin)
    for register in driver.registers:
        name = f"{low}_has_{lower(register.name, register.c_name)}"
        if register.devices is not None:
            yield Generated(name, "identifier", f"register {register.name}", register.origin)
        for field in register.fields:
            if field.devices is not None:
                yield Generated(f"{name}_{lower(field.name, field.c_name)}", "identifier", f"field {register.name}.{field.name}", field.origin)
    for enum in driver.enums:
        for value in enum.values:
            if value.devices is not None:
                yield Generated(f"{low}_has_{lower(enum.name)}_{lower(value.name, value.c_name)}", "identifier", f"value {value.name} of enum {enum.name}", value.origin)
    listed = {handler.name for handler in driver.handlers}
    if "reset" not in listed and any(erratum.workaround is not None for erratum in driver.errata):
        yield Generated(f"{low}_step_reset", "identifier", "workarounds", driver.origin)
    for erratum in driver.errata:
        yield Generated(f"{low}_erratum_{lower(erratum.name)}", "identifier", f"erratum {erratum.name}", erratum.origin)
        if erratum.workaround is not None and erratum.workaround not in listed:
            yield Generated(f"{low}_{lower(erratum.workaround)}", "identifier", f"workaround {erratum.workaround}", erratum.origin)


def _settings(driver: Driver, low: str) -> Iterator[Generated]:
    what = f"driver {driver.name}"
    if driver.params:
        yield Generated(f"{low}_params", "identifier", what, driver.origin)
    for param in driver.params:
        if param.enum is not None:
            yield Generated(f"{low}_{lower(param.name)}_values", "identifier", f"parameter {param.name}", param.origin)
    if driver.stats:
        for name in ("stats", "collect"):
            yield Generated(f"{low}_{name}", "identifier", what, driver.origin)


def _suffixed(low: str, up: str, name: str, suffixes: Sequence[str], what: str, origin: Span) -> Iterator[Generated]:
    """`low_name_suffix` for small suffixes, `UP_NAME_SUFFIX` for large ones."""
    for suffix in suffixes:
        prefix, middle = (up, upper(name)) if suffix.isupper() else (low, lower(name))
        yield Generated(f"{prefix}_{middle}_{suffix}" if name else f"{prefix}_{suffix}", "identifier", what, origin)


def _interrupt(low: str, up: str, interrupt: Interrupt) -> Iterator[Generated]:
    what = f"interrupt {interrupt.name}"
    yield from _suffixed(low, up, interrupt.name, _OF_INTERRUPT, what, interrupt.origin)
    yield Generated(f"{up}_{upper(interrupt.name)}", "identifier", what, interrupt.origin)
    yield Generated(f"{up}_MODEL_IRQ_{upper(interrupt.name)}", "identifier", what, interrupt.origin)
    if interrupt.vector is not None:
        yield Generated(f"{up}_{upper(interrupt.name)}_VECTOR", "identifier", what, interrupt.origin)
    for cause in interrupt.causes:
        for prefix in (up, f"{up}_MODEL"):
            name = f"{prefix}_{upper(interrupt.name)}_{upper(cause.name)}"
            yield Generated(name, "identifier", f"cause {cause.name}", cause.origin)


def _enum(low: str, up: str, enum: Enum_) -> Iterator[Generated]:
    what = f"enum {enum.name}"
    yield Generated(f"{low}_{lower(enum.name)}", "tag", what, enum.origin)
    for suffix in ("name", "mbps", *((f"is_{lower(enum.other)}",) if enum.other is not None else ())):
        yield Generated(f"{low}_{lower(enum.name)}_{suffix}", "identifier", what, enum.origin)
    if any(value.only is not None for value in enum.values):
        yield Generated(f"{low}_{lower(enum.name)}_that_can_be_written", "tag", what, enum.origin)
    for value in enum.values:
        name = f"{up}_{upper(enum.name)}_{upper(value.name, value.c_name)}"
        yield Generated(name, "identifier", f"value {value.name} of enum {enum.name}", value.origin)


def _register(low: str, up: str, register: Register) -> Iterator[Generated]:
    what, name = f"register {register.name}", lower(register.name, register.c_name)
    constant = f"{up}_{name.upper()}"
    if register.fields:
        yield Generated(f"{low}_{name}", "tag", what, register.origin)
    for suffix in _OF_REGISTER:
        yield Generated(f"{low}_{name}_{suffix}", "identifier", what, register.origin)
    yield Generated(constant, "identifier", what, register.origin)
    yield Generated(f"{up}_MODEL_REG_{name.upper()}", "identifier", what, register.origin)
    if register.reset is not None:
        yield Generated(f"{constant}_RESET", "identifier", what, register.origin)
    if register.count is not None:
        yield Generated(f"{constant}_COUNT", "identifier", what, register.origin)
    if register.repeats:
        for suffix in (f"{constant}_STRIDE", f"{low}_{name}_place_"):
            yield Generated(suffix, "identifier", what, register.origin)
    for field in register.fields:
        field_name = lower(field.name, field.c_name)
        what = f"field {register.name}.{field.name}"
        for full in (f"{constant}_{field_name.upper()}_MASK", f"{constant}_{field_name.upper()}_SHIFT", f"{low}_{name}_{field_name}_does_not_fit"):
            yield Generated(full, "identifier", what, field.origin)
        if field.enum is not None and any(value.only is not None for value in field.enum.values):
            yield Generated(f"{low}_{name}_{field_name}_only_read_does_not_fit", "identifier", what, field.origin)
        for suffix in ("in", "from") if field.scale is not None else ():
            yield Generated(f"{low}_{name}_{field_name}_{suffix}", "identifier", what, field.origin)


def _descriptor(low: str, up: str, descriptor: Descriptor) -> Iterator[Generated]:
    yield Generated(f"{low}_{lower(descriptor.name)}", "tag", f"descriptor {descriptor.name}", descriptor.origin)
    for member in descriptor.members:
        for field in member.fields:
            name = f"{up}_{upper(descriptor.name)}_{upper(member.name, member.c_name)}_{upper(field.name, field.c_name)}"
            what = f"field {field.name} of {descriptor.name}.{member.name}"
            yield Generated(name, "identifier", what, field.origin)
            if field.width > 1:
                yield Generated(f"{name}_SHIFT", "identifier", what, field.origin)
    if descriptor.alternatives:
        what = f"descriptor {descriptor.name}"
        yield Generated(f"{low}_{lower(descriptor.name)}_kind", "tag", what, descriptor.origin)
        yield Generated(f"{low}_{lower(descriptor.name)}_kind", "identifier", what, descriptor.origin)
        yield Generated(f"{up}_{upper(descriptor.name)}_KIND_UNKNOWN", "identifier", what, descriptor.origin)
    for one in descriptor.alternatives:
        what = f"alternative {one.name} of {descriptor.name}"
        for suffix in ("value", "written"):
            yield Generated(f"{low}_{lower(one.layout.name)}_{suffix}", "tag", what, one.origin)
        yield Generated(f"{up}_{upper(descriptor.name)}_KIND_{upper(one.name)}", "identifier", what, one.origin)
        for verb in ("get", "put"):
            yield Generated(f"{low}_{lower(descriptor.name)}_{verb}_{lower(one.name)}", "identifier", what, one.origin)
        for member, field in free_parts(descriptor, one):
            name = f"{low}_{lower(one.layout.name)}_{lower(member.name, member.c_name)}" + (f"_{lower(field.name, field.c_name)}" if field else "")
            yield Generated(f"{name}_does_not_fit", "identifier", what, one.origin)
            if field is not None and field.enum is not None and any(value.only is not None for value in field.enum.values):
                yield Generated(f"{name}_only_read_does_not_fit", "identifier", what, one.origin)


def _accessors(low: str, descriptor: Descriptor) -> Iterator[Generated]:
    """Of members, where there are any."""
    yield Generated(f"{low}_{lower(descriptor.name)}_is_expected", "identifier", f"descriptor {descriptor.name}", descriptor.origin)
    for member in descriptor.members:
        what, name = f"member {member.name} of {descriptor.name}", f"{low}_{lower(descriptor.name)}_{lower(member.name, member.c_name)}"
        if member.fields:
            yield Generated(name, "tag", what, member.origin)
        for suffix in ("read", "write", "update", "unpack", "does_not_fit"):
            yield Generated(f"{name}_{suffix}", "identifier", what, member.origin)
        for field in member.fields:
            field_name, what = f"{name}_{lower(field.name, field.c_name)}", f"field {field.name} of {descriptor.name}.{member.name}"
            yield Generated(f"{field_name}_does_not_fit", "identifier", what, field.origin)
            if field.enum is not None and any(value.only is not None for value in field.enum.values):
                yield Generated(f"{field_name}_only_read_does_not_fit", "identifier", what, field.origin)
            for suffix in ("in", "from") if field.scale is not None else ():
                yield Generated(f"{field_name}_{suffix}", "identifier", what, field.origin)



def _functions(driver: Driver, low: str, up: str) -> Iterator[Generated]:
    for handler in driver.handlers:
        for prefix in ("", "step_"):
            yield Generated(f"{low}_{prefix}{lower(handler.name)}", "identifier", f"handler {handler.name}", handler.origin)
    called = {cause.call: cause for interrupt in driver.interrupts for cause in interrupt.causes if cause.call is not None}
    listed = {handler.name for handler in driver.handlers}
    for name, cause in called.items():
        if name not in listed:
            yield Generated(f"{low}_{lower(name)}", "identifier", f"handler {name}", cause.origin)
    for operation in driver.user if driver.klass is DeviceClass.MISC else ():
        what = f"operation {operation.name}"
        for form in ("{}", "call_{}", "do_{}", "{}_arguments") if operation.fifo is None else ("call_{}",):
            yield Generated(f"{low}_{form.format(lower(operation.name))}", "identifier", what, operation.origin)
        yield Generated(f"{up}_OPERATION_{upper(operation.name)}", "identifier", what, operation.origin)


@functools.lru_cache(maxsize=1)
def members(driver: Driver) -> tuple[Generated, ...]:
    """Names that stand bare: members of structs, and parameters of functions."""
    return tuple(_members(driver))


def _members(driver: Driver) -> Iterator[Generated]:
    low = lower(driver.name)
    for register in driver.registers:
        space = f"struct {low}_{lower(register.name, register.c_name)}"
        for field in register.fields:
            yield Generated(lower(field.name, field.c_name), space, f"field {register.name}.{field.name}", field.origin)
    shared = {one.layout.name for descriptor in driver.descriptors for one in descriptor.alternatives if not one.own_layout}
    with_accessors = tuple(filter(has_accessors, driver.descriptors))
    for descriptor in driver.layouts:
        for member in () if descriptor.name in shared else descriptor.members:
            what = f"member {member.name} of {descriptor.name}"
            yield Generated(lower(member.name, member.c_name), f"struct {low}_{lower(descriptor.name)}", what, member.origin)
        for member in descriptor.members if descriptor in with_accessors else ():
            for field in member.fields:
                space = f"struct {low}_{lower(descriptor.name)}_{lower(member.name, member.c_name)}"
                yield Generated(lower(field.name, field.c_name), space, f"field {field.name} of {descriptor.name}.{member.name}", field.origin)
        for one in descriptor.alternatives:
            space = f"struct {low}_{lower(one.layout.name)}_value"
            for member, field in free_parts(descriptor, one):
                name = lower(member.name, member.c_name) + (f"_{lower(field.name, field.c_name)}" if field else "")
                yield Generated(name, space, f"{'member' if field is None else 'field'} {field.name if field else member.name} of {one.layout.name}", (field or member).origin)
    for datum in driver.match_data:
        yield Generated(lower(datum.name), f"struct {low}_match_data", f"datum {datum.name}", datum.origin)
    for state in driver.state:
        yield Generated(lower(state.name), f"state of struct {low}", f"state {state.name}", state.origin)
    for param in driver.params:
        yield Generated(lower(param.name), f"parameters of struct {low}", f"parameter {param.name}", param.origin)
    for stat in driver.stats:
        yield Generated(lower(stat.name), f"statistics of struct {low}", f"statistic {stat.name}", stat.origin)
    for procedure in driver.operations:
        for one in (*procedure.inputs, *procedure.outputs):
            yield Generated(lower(one.name), f"arguments of {low}_{lower(procedure.name)}", f"argument {one.name} of {procedure.name}", one.origin)
    for operation in driver.user:
        for argument in operation.arguments:
            what = f"argument {argument.name} of {operation.name}"
            yield Generated(lower(argument.name), f"parameters of {low}_{lower(operation.name)}", what, argument.origin)
    yield from _instance(driver, f"struct {low}")


def _instance(driver: Driver, space: str) -> Iterator[Generated]:
    """Members of the driver struct itself."""
    for region in driver.regions:
        yield Generated(lower(region.name), space, f"region {region.name}", region.origin)
    for ring in driver.rings:
        yield Generated(lower(ring.name), space, f"ring {ring.name}", ring.origin)
    for fifo in driver.fifos if driver.klass is not DeviceClass.SERIAL else ():
        yield Generated(lower(fifo.name), space, f"FIFO {fifo.name}", fifo.origin)
    for buffer in driver.buffers:
        yield Generated(lower(buffer.name), space, f"buffer {buffer.name}", buffer.origin)
    causes = [cause for interrupt in driver.interrupts for cause in interrupt.causes]
    for name in driver.completions:
        cause = next(cause for cause in causes if cause.complete == name)
        yield Generated(lower(name), space, f"completion {name}", cause.origin)
    if len({device.variant for device in driver.devices}) > 1:
        yield Generated("variant", space, "the variant", driver.origin)
    if driver.revisions:
        yield Generated("revision", space, "the revision", driver.revisions[0].origin)
    if driver.devices:
        yield Generated("at", space, "the places of registers", driver.origin)


#: Members that the driver struct has anyway, and parameters that every operation has.
OWN_MEMBERS = ("dddk", "vectors", "state", "shadow", "strides", "present", "params", "stats", "stats_seen", "register_lock", *(klass.value for klass in DeviceClass))
OWN_PARAMETERS = ("dev", "data", "size_bytes", "values", "status")
#: The same for operations over registers.
OWN_ARGUMENTS = ("dev", "status", "taken", "seen", "failed")
