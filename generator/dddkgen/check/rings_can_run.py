# SPDX-License-Identifier: MIT
"""Guarantee: a ring's indices can run (its count is a power of two, with room beside the spare entries), the device is told
all it must know, and what is written or read there can be."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import readable, update_hazard, writable
from ..keys.types import Object
from ..model import Attach, Ref, Register, Ring, Span
from ..read.expressions import ExpressionError
from ..resolve.context import Candidate
from ..semantics import POLICIES, WriteEffect


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for ring in candidate.driver.rings:
        source = candidate.sources.of(ring)
        _count(ring, source.item("entry").item("count"), source, report)
        _attach(candidate, ring, source, registers, report)
        _enable(candidate, ring, source, registers, report)
        if ring.give_to is not None:
            _doorbell(ring, ring.give_to, source, registers, report)
        _bell(candidate, ring, source, registers, report)
        _taken(ring, source, registers, report)


def _count(ring: Ring, count: Object, source: Object, report: Report) -> None:
    default, span = ring.count_default, count.at("default")
    if default & (default - 1):
        low = 1 << default.bit_length() - 1
        report.error(
            "D0511", span, f"ring {ring.name} has {default} entries, which is not a power of two", help=f"`{low}` or `{2 * low}`",
            notes=["indices run freely and are masked: a remainder would break when they pass 2^32"],
        )
    if ring.count_min > ring.count_max:
        report.error("D0512", count.at("min", "default"), f"ring {ring.name} has no possible count", f"at least {ring.count_min}", also=[Label(count.at("max", "default"), f"at most {ring.count_max}")])
    elif not ring.count_min <= default <= ring.count_max:
        bound = "min" if default < ring.count_min else "max"
        number = ring.count_min if default < ring.count_min else ring.count_max
        report.error("D0513", span, f"the default count of ring {ring.name} is out of its bounds", f"{default}", also=[Label(count.at(bound, "default"), f"{bound} is {number}")])
    if default % ring.count_multiple:
        report.error("D0514", span, f"the default count of ring {ring.name} is not a multiple of {ring.count_multiple}", f"{default}", also=[Label(count.at("multiple"), "here")])
    if ring.spare >= default:
        report.error("D0515", source.at("spare"), f"ring {ring.name} can hold nothing", f"{ring.spare} entries stay empty", also=[Label(span, f"of {default}")])


def _attach(candidate: Candidate, ring: Ring, source: Object, registers: dict[str, Register], report: Report) -> None:
    pairs = source.items("attach")
    places: dict[str | int, Object] = {}
    for attach, pair in zip(ring.attach, pairs, strict=True):
        register = registers.get(attach.to.register)
        if register is not None and not writable(register) and attach.to != ring.give_to:
            report.error("D0516", pair.value.name.span, f"ring {ring.name} is attached by writing {register.name}, which cannot be written", also=[Label(register.origin, f"`access: {register.access}`")])
        if register is not None and (register.count is not None) != (attach.to.index is not None):
            _index(register, pair.value.name, attach.to.index, report)
        if register is not None and attach.to.field is not None and writable(register):
            _updatable(candidate, register, attach.to.field, pair.value.name.span, report)
        if isinstance(attach.value, str):
            first = places.setdefault(attach.value, pair)
            if first is not pair:
                report.error("D0517", pair.value.item.span, f"`{attach.value}` goes to two registers", "again here", also=[Label(first.value.item.span, "first here")])
        elif register is not None:
            _fits(candidate, ring, attach, pair.value.item.span, register, report)
    whole = source.at("attach")
    if "base" not in places and "base.low" not in places:
        report.error("D0518", whole, f"the device is not told where ring {ring.name} is", help="one register gets `base`, or two get `base.low` and `base.high`")
    elif "base" in places and ("base.low" in places or "base.high" in places):
        report.error("D0519", places["base"].value.item.span, f"ring {ring.name} has two addresses", "the whole address", also=[Label((places.get("base.low") or places["base.high"]).value.item.span, "and a half of it")])
    else:
        _reach(candidate, ring, places, registers, report)


def _fits(candidate: Candidate, ring: Ring, attach: Attach, span: Span, register: Register, report: Report) -> None:
    """The number, or what an expression comes to at the default count."""
    entry = next((one for one in candidate.driver.descriptors if one.name == ring.descriptor), None)
    width = next((field.width for field in register.fields if field.name == attach.to.field), register.width)
    try:
        if isinstance(attach.value, int):
            value: int | None = attach.value
        else:
            from ..ring_values import number

            value = number(attach.value, {} if entry is None else {"count": ring.count_default, "bytes": ring.count_default * entry.size})
    except ExpressionError as error:
        report.error("D0129", span, "this cannot be computed", str(error))
        return
    if value is not None and value >> width:
        report.error("D0205", span, f"the value for {register.name} is too wide", f"it has {width} bits")


def _taken(ring: Ring, source: Object, registers: dict[str, Register], report: Report) -> None:
    """The device can say how far it is: in a register that can be read, or in memory that it was told of."""
    told = [(attach, pair) for attach, pair in zip(ring.attach, source.items("attach"), strict=True) if str(attach.value).startswith("taken")]
    in_memory = ring.take_by == "index" and ring.take_from is None
    take = source.item("take")
    if in_memory and not told:
        report.error("D0595", take.at("from"), f"the device is not told where it writes its index of ring {ring.name}", help="`taken`, or `taken.low` and `taken.high`, in `attach`")
    elif told and not in_memory:
        report.error("D0595", told[0][1].value.item.span, f"ring {ring.name} has no such word", also=[Label(take.at("by"), "entries come back another way")], help="`take: {by: index, from: memory}` has one")
    if ring.take_by == "index" and ring.spare == 0 and not (ring.take_width and ring.give_width):
        report.error("D0596", take.at("by"), f"a full ring {ring.name} looks like an empty one", "the index is the same", also=[Label(ring.origin, "no entry stays empty")], help="`spare: 1`")
    register = None if ring.take_from is None else registers.get(ring.take_from.register)
    if register is None or ring.take_from is None:
        return
    if not readable(register):
        report.error("D0529", take.at("from"), f"the device shows its index in {register.name}, which cannot be read", also=[Label(register.origin, f"`access: {register.access}`")])
    if (register.count is not None) != (ring.take_from.index is not None):
        _index(register, take.item("from"), ring.take_from.index, report)
    if ring.take_width > register.width:
        report.error("D0592", take.at("width"), f"an index of {ring.take_width} bits does not fit into {register.name}", f"it has {register.width}", also=[Label(take.at("from"), "here")])
    elif (ring.count_max - 1) >> (ring.take_width or register.width):
        report.error("D0525", take.at("from"), f"{register.name} cannot hold an index of ring {ring.name}", f"{register.width} bits", notes=[f"the ring may have {ring.count_max} entries"])


def _reach(candidate: Candidate, ring: Ring, places: dict[str | int, Object], registers: dict[str, Register], report: Report) -> None:
    """A device with more than 32 address lines must be told more than 32 bits."""
    limits = [match.dma.address_bits for match in candidate.driver.matches]
    if not limits or max(limits) <= 32 or "base.high" in places:
        return
    pair = places.get("base") or places["base.low"]
    attach = next(attach for attach in ring.attach if attach.value in ("base", "base.low"))
    register = registers.get(attach.to.register)
    if register is not None and register.width < 64:
        report.error(
            "D0520", pair.value.item.span, f"ring {ring.name} is told {register.width} bits of its address", "where do the others go?",
            notes=[f"the device has {max(limits)} address lines"], help="`base.high` into another register, or `dma: {address_bits: 32}`",
        )


def _index(register: Register, value: Object, index: int | None, report: Report) -> None:
    if index is None:
        report.error("D0521", value.span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0]`")
    else:
        report.error("D0522", value.span, f"{register.name} is not an array", also=[Label(register.origin, "one register")], help=f"`{register.name}`")


def _enable(candidate: Candidate, ring: Ring, source: Object, registers: dict[str, Register], report: Report) -> None:
    if ring.enable is None or ring.enable.register not in registers:
        return
    register = registers[ring.enable.register]
    field = next((field for field in register.fields if field.name == ring.enable.field), None)
    if field is None:
        return
    policy = POLICIES[field.access]
    if field.width != 1 or policy.write is not WriteEffect.STORES or not policy.readable:
        report.error(
            "D0523", source.at("enable"), f"{register.name}.{field.name} cannot enable ring {ring.name}",
            f"{field.width} bits" if field.width != 1 else f"`{policy.name}`: {policy.doc}",
            also=[Label(candidate.sources.at(field, "bits", "bit"), "the field")], help="a ring is enabled by one bit that can be read and written",
        )
    else:
        _updatable(candidate, register, field.name, source.at("enable"), report)


def _updatable(candidate: Candidate, register: Register, field: str, span: Span, report: Report) -> None:
    """Changing one field of a register keeps the others only where each of them can be left alone."""
    hazard = update_hazard(register, driver=candidate.driver)
    if hazard is not None:
        origin = register.origin if hazard.part.field is None else hazard.part.field.origin
        report.error(
            "D0530", span, f"{register.name}.{field} cannot be changed by itself", hazard.reason, also=[Label(origin, hazard.part.name)],
            help="`shadow: true` or `lock: irq` at the register, if that is what it needs",
        )


def _bell(candidate: Candidate, ring: Ring, source: Object, registers: dict[str, Register], report: Report) -> None:
    """What is written besides reaches the device, and says something."""
    register = None if ring.bell is None else registers.get(ring.bell.register)
    if register is None or ring.bell is None:
        return
    bell: Object = source.item("give").item("doorbell")
    span = bell.at("to")
    field = next((field for field in register.fields if field.name == ring.bell.field), None)
    width = register.width if field is None else field.width
    if (register.count is not None) != (ring.bell.index is not None):
        _index(register, bell.item("to"), ring.bell.index, report)
    elif not writable(register) or field is not None and not POLICIES[field.access].writable:
        report.error("D0524", span, f"the doorbell {register.name} of ring {ring.name} cannot be written", also=[Label(register.origin, f"`access: {register.access}`")])
    elif field is None and register.fields:
        report.error("D0526", span, f"the doorbell {register.name} has fields", "the whole register is written", also=[Label(register.origin, "here")], help=f"`{register.name}.{register.fields[-1].name}`, for example")
    elif ring.bell_value is not None and (ring.bell_value == 0 or ring.bell_value >> width):
        report.error("D0205", bell.at("value"), f"the value for {ring.bell.text} is {'too wide' if ring.bell_value else '0, which tells nothing'}", f"there are {width} bits")
    elif ring.bell_value is None and (ring.count_max - 1) >> width:
        report.error("D0525", span, f"the doorbell {ring.bell.text} cannot hold an index of ring {ring.name}", f"{width} bits", notes=[f"the ring may have {ring.count_max} entries"])
    elif field is not None:
        _updatable(candidate, register, field.name, span, report)


def _doorbell(ring: Ring, to: Ref, source: Object, registers: dict[str, Register], report: Report) -> None:
    register = registers.get(to.register)
    if register is None:
        return
    span = source.item("give").at("to")
    if not writable(register):
        report.error("D0524", span, f"the doorbell {register.name} of ring {ring.name} cannot be written", also=[Label(register.origin, f"`access: {register.access}`")])
    if (register.count is not None) != (to.index is not None):
        _index(register, source.item("give").item("to"), to.index, report)
    if ring.give_width > register.width:
        report.error("D0592", source.item("give").at("width"), f"an index of {ring.give_width} bits does not fit into {register.name}", f"it has {register.width}", also=[Label(span, "here")])
    elif (ring.count_max - 1) >> (ring.give_width or register.width):
        report.error("D0525", span, f"the doorbell {register.name} cannot hold an index of ring {ring.name}", f"{register.width} bits", notes=[f"the ring may have {ring.count_max} entries"])
    if register.fields:
        report.error("D0526", span, f"the doorbell {register.name} has fields", "the index is written to the whole register", also=[Label(register.origin, "here")], help="remove the fields")
    tails = [(attach, pair) for attach, pair in zip(ring.attach, source.items("attach"), strict=True) if attach.value == "tail"]
    if not tails:
        report.error("D0527", source.at("attach"), f"ring {ring.name} begins at an unknown index", help=f"`{to.register}: tail` writes the doorbell before the ring is enabled")
    elif tails[0][0].to != to:
        report.error("D0528", tails[0][1].value.name.span, f"`tail` of ring {ring.name} is not its doorbell", also=[Label(span, "the doorbell")], help=f"`{to.register}: tail`")
    for attach, pair in zip(ring.attach, source.items("attach"), strict=True):
        head = registers.get(attach.to.register)
        if attach.value == "head" and head is not None and not readable(head):
            report.error("D0529", pair.value.name.span, f"the device shows its index in {head.name}, which cannot be read", also=[Label(head.origin, f"`access: {head.access}`")])
