# SPDX-License-Identifier: MIT
"""Guarantee: types, limits, scales and names of a field agree with its bits and with one another."""

from __future__ import annotations

from .. import alternatives, values
from ..diagnostics import Label, Report
from ..memory import ACCESSES, as_register
from ..model import Descriptor, Field, Member, Register, Span
from ..procedures import Operand, Put, Take
from ..resolve.context import Candidate
from ..semantics import POLICIES


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    for register in driver.registers:
        for field in register.fields:
            _field(candidate, field, f"{register.name}.{field.name}", register.width, report)
            _names(candidate, field, register, register.name, report)
    for descriptor in driver.layouts:
        for member in descriptor.members:
            for field in member.fields:
                _field(candidate, field, f"{member.name}.{field.name}", member.width, report)
                _in_memory(candidate, descriptor, member, field, report)
    _plain_where_needed(candidate, report)


def _field(candidate: Candidate, field: Field, name: str, width: int, report: Report) -> None:
    if values.is_plain(field) and field.half is None and field.scale is None and not field.unit:
        return
    if _type(candidate, field, name, report) and _has_a_number(candidate, field, name, report):
        if _limits(candidate, field, name, report):
            _inside(candidate, field, name, report)
        _scale(candidate, field, name, report)


def _type(candidate: Candidate, field: Field, name: str, report: Report) -> bool:
    """`type` and `half`: does the field have room for what they say?"""
    at, bits = candidate.sources.at, [Label(candidate.sources.at(field, "bits", "bit"), "here")]
    if field.kind and field.enum is not None:
        report.error("D0263", at(field, "type"), f"{name} has a type and an enum", f"the enum {field.enum.name} says what its bits are", also=[Label(at(field, "enum"), "here")], help="keep one of them")
    elif field.kind and field.width == 1:
        report.error("D0263", at(field, "type"), f"{name} is a single bit", f"`type: {field.kind}` needs at least two", also=bits, help="without `type:` it is true or false")
    elif field.half is not None and field.kind != "address":
        report.error("D0263", at(field, "half"), f"{name} is no address", "only an address has halves", help="`type: address` makes it one")
    elif field.kind == "address" and field.half is not None and field.lsb + field.width > 32:
        report.error("D0263", at(field, "half"), f"{name} reaches beyond half an address", "a half has 32 bits, each in its place", also=bits, help="without `half:` the field holds the whole address")
    else:
        return True
    return False


def _has_a_number(candidate: Candidate, field: Field, name: str, report: Report) -> bool:
    """Limits, scale and unit are about a number."""
    key = next((key for key, there in (("min", field.min is not None), ("max", field.max is not None), ("scale", field.scale is not None), ("unit", field.unit)) if there), None)
    if key is None:
        return True
    what = "an address" if field.kind == "address" else f"a value of enum {field.enum.name}" if field.enum is not None else "true or false" if field.width == 1 else None
    if what is not None:
        also = [Label(candidate.sources.at(field, "type", "enum", "bit", "bits"), "here")]
        report.error("D0265", candidate.sources.at(field, key), f"`{key}` is about a number, and {name} is none", f"it is {what}", also=also, help="remove it")
    return what is None


def _limits(candidate: Candidate, field: Field, name: str, report: Report) -> bool:
    low, high = values.holds(field)
    for key, limit in (("min", field.min), ("max", field.max)):
        if limit is not None and not low <= limit <= high:
            sign = [] if field.kind == "signed" or limit >= 0 else ["`type: signed` gives it a sign"]
            report.error("D0264", candidate.sources.at(field, key), f"{name} never holds {limit}", f"it holds {low} to {high}", also=[Label(candidate.sources.at(field, "bits"), "here")], help=sign)
            return False
    low, high = values.takes(field)
    if low > high:
        report.error("D0264", candidate.sources.at(field, "min"), f"no value of {name} is allowed", f"at least {low}", also=[Label(candidate.sources.at(field, "max", "bits"), f"at most {high}")], help="exchange them?")
    return low <= high


def _inside(candidate: Candidate, field: Field, name: str, report: Report) -> None:
    """What the manifest itself says of its value."""
    low, high = values.takes(field)
    found = [("reset", value) for value in (field.reset, *(reset.value for reset in field.resets)) if value is not None] + [("expect", value) for value in field.expect]
    for key, raw in found:
        if raw >> field.width:
            continue  # too wide, which is said elsewhere
        value = values.value_of(field, raw)
        if not low <= value <= high:
            limits = [Label(candidate.sources.at(field, one), "here") for one, there in (("min", field.min), ("max", field.max)) if there is not None]
            report.error("D0266", candidate.sources.at(field, key), f"{name} may not be {value}", f"it is {low} to {high}", also=limits)
            return


def _scale(candidate: Candidate, field: Field, name: str, report: Report) -> None:
    if field.scale is not None and field.width + field.scale[0].bit_length() > 63:
        report.error(
            "D0262", candidate.sources.at(field, "scale"), "the scale cannot be computed with", f"{name} has {field.width} bits, and values times {field.scale[0]} need more than 63",
            also=[Label(candidate.sources.at(field, "bits"), "here")], help="a larger unit helps",
        )


def _names(candidate: Candidate, field: Field, register: Register, said: str, report: Report) -> None:
    """In each direction in which the field is used, its enum has names."""
    if field.enum is None or not field.enum.values or field.enum.name in candidate.incomplete:
        return
    policy = POLICIES[field.access]
    readable = policy.readable and POLICIES[register.access].readable
    for used, there, what in ((readable, field.enum.read, "read"), (policy.writable, field.enum.written, "written")):
        if used and not there:
            report.error(
                "D0267", candidate.sources.at(field, "enum"), f"no value of enum {field.enum.name} can be {what}", f"{said}.{field.name} is {field.access}",
                also=[Label(field.enum.values[0].origin, f"`only: {field.enum.values[0].only}`, and so are the others")],
            )
    shown = {value.value for value in field.enum.read}
    for raw in field.expect:
        written = next((value for value in field.enum.written if value.value == raw), None)
        if written is not None and raw not in shown:
            report.error("D0266", candidate.sources.at(field, "expect"), f"{said}.{field.name} never shows {written.name}", "it can only be written", also=[Label(written.origin, "here")])


#: What a register does and memory does not.
_OF_REGISTERS = ("reset", "sets", "clears", "resets", "locked_by", "volatile")


def _in_memory(candidate: Candidate, descriptor: Descriptor, member: Member, field: Field, report: Report) -> None:
    """Memory holds what was written to it, by the driver or by the device; its enum has names for what is done with it."""
    source = candidate.sources.of(field)
    name = f"{descriptor.name}.{member.name}.{field.name}"
    wrong = next((key for key in _OF_REGISTERS if key in source.values), None)
    if wrong is None and field.access not in ACCESSES:
        wrong = "access"
    if wrong is not None:
        held = "what the device writes, and nobody else (`ro`), or what was written to it (`rw`)" if wrong == "access" else "what was written to it"
        report.error("D0274", candidate.sources.at(field, wrong), f"`{wrong}` has no meaning for a field in memory" if wrong != "access" else f"`{field.access}` has no meaning for a field in memory", f"{name} holds {held}", help="remove it")
        return
    _names(candidate, field, as_register(descriptor, member), f"{descriptor.name}.{member.name}", report)


def _plain_where_needed(candidate: Candidate, report: Report) -> None:
    """Interrupt codes, and what operations and transfers give and are given, are plain numbers that the field takes."""
    for interrupt in candidate.driver.interrupts:
        field = _field_at(candidate, interrupt.cause, interrupt.cause_code)
        if field is not None:
            _refuse(candidate, f"{interrupt.cause}.{field.name}", field, ("signed", "address"), "a code is a plain number", interrupt.origin, report)
    for operation in candidate.driver.operations:
        for step in operation.steps:
            if isinstance(step, Put):
                for operand in step.operands:
                    _operand(candidate, step, operand, report)
            elif isinstance(step, Take) and (field := _field_at(candidate, step.source.register, step.source.field)) is not None:
                _refuse(candidate, f"{step.source.register}.{field.name}", field, ("signed", "address"), "results are plain numbers", step.span, report)
    for descriptor in candidate.driver.descriptors:
        for ref in descriptor.chosen_by:
            field = alternatives.field_of(descriptor, ref)
            if field is not None:
                _refuse(candidate, f"{ref.member}.{field.name}", field, ("signed", "address"), "what tells alternatives apart is a plain number", descriptor.origin, report)
    for ring in candidate.driver.rings:
        length = next((one for member in candidate.driver.ring_layout(ring).members if member.name == ring.payload_length for one in member.fields if one.name == ring.payload_length_field), None)
        if length is not None:
            _refuse(candidate, f"{ring.payload_length}.{length.name}", length, ("signed", "address"), "a length is a plain number", ring.origin, report)
        room = None if ring.payload_room is None else alternatives.field_of(candidate.driver.ring_layout(ring), ring.payload_room)
        if room is not None and ring.payload_room is not None and ring.payload_room.field != ring.payload_length_field:
            _refuse(candidate, f"{ring.payload_room.member}.{room.name}", room, ("signed", "address"), "a size is a plain number", ring.origin, report)
        for attach in ring.attach:
            field = _field_at(candidate, attach.to.register, attach.to.field)
            if field is not None and field.kind == "address" and field.half != "high" and ring.align < 1 << field.lsb:
                report.error(
                    "D0269", candidate.sources.at(ring, "entry"), f"ring {ring.name} is aligned to {ring.align} bytes", also=[Label(field.origin, f"{attach.to.register}.{field.name} takes addresses aligned to {1 << field.lsb}")],
                    help=f"`align: {1 << field.lsb}`",
                )


def _operand(candidate: Candidate, step: Put, operand: Operand, report: Report) -> None:
    field = _field_at(candidate, step.register, operand.field)
    if field is None:
        return
    name = f"{step.register}.{field.name}"
    _refuse(candidate, name, field, ("address",) if operand.argument is None else ("signed", "address"), "what an operation writes is a plain number", operand.span, report)
    if operand.argument is not None and field.enum is not None and not values.takes_all(field):
        report.error(
            "D0268", operand.span, f"{name} takes only some numbers, and what an operation writes is a plain number", f"enum {field.enum.name} does not let every value be written",
            also=[Label(field.enum.origin, "here")], help="write a constant, or give the field no enum",
        )
    if operand.number is not None and field.kind != "address":
        low, high = values.takes(field)
        raw = operand.number & (1 << field.width) - 1
        if values.value_of(field, raw) == operand.number and values.may_be_written(field, raw) or operand.number >> field.width not in (0, -1):
            return
        report.error("D0266", operand.span, f"{name} may not be {operand.number}", f"it takes {low} to {high}" if field.enum is None else f"enum {field.enum.name} has no such value to write", also=[Label(field.origin, name)])


def _field_at(candidate: Candidate, register: str, field: str | None) -> Field | None:
    found = next((one for one in candidate.driver.registers if one.name == register), None)
    return None if found is None or field is None else next((one for one in found.fields if one.name == field), None)


def _refuse(candidate: Candidate, name: str, field: Field, kinds: tuple[str, ...], why: str, span: Span, report: Report) -> None:
    if field.kind in kinds:
        report.error("D0268", span, f"{name} is {'an address' if field.kind == 'address' else 'signed'}, and {why}", also=[Label(candidate.sources.at(field, "type"), "here")], help=f"without `type:` {field.name} is a plain number")
