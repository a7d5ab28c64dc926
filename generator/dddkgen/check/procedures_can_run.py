# SPDX-License-Identifier: MIT
"""Guarantee: an operation over registers writes what can be written, waits for what can be seen, uses every argument and gives
every result; operations that share a simulated memory agree about its cells."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..hazards import parts, readable, selects, update_hazard, writable
from ..model import Register, Span
from ..places import element_name
from ..procedures import Argument, Operand, Operation, Put, Take, Wait
from ..resolve.context import Candidate
from ..semantics import POLICIES
from .transfers_can_run import until_can_be_seen

#: DDDK_MODEL_ARGUMENTS of dddk/model.h.
MOST_ARGUMENTS = 16

#: Cells of a simulated memory: its address may have so many bits.
ADDRESS_BITS = 16


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for operation in candidate.driver.operations:
        _Operation(candidate, operation, registers, report).check()
    _memories(candidate, report)
    _distinct(candidate, report)


def _article(argument: Argument) -> str:
    return f"{argument.name} has {argument.width} bit{'s' if argument.width > 1 else ''}"


class _Operation:
    def __init__(self, candidate: Candidate, operation: Operation, registers: dict[str, Register], report: Report) -> None:
        self.candidate, self.operation, self.registers, self.report = candidate, operation, registers, report
        self.what = f"operation {operation.name}"

    def check(self) -> None:
        for step in self.operation.steps:
            match step:
                case Put():
                    self._put(step)
                case Wait():
                    self._wait(step)
                case Take():
                    self._take(step)
        self._arguments()

    def _put(self, put: Put) -> None:
        register = self.registers.get(put.register)
        if register is None:
            return
        if register.count is not None and put.to.index is None:
            self.report.error("D0521", put.span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{element_name(register, 0)}`")
        if not writable(register):
            self.report.error("D0569", put.span, f"{register.name} cannot be written by {self.what}", also=[Label(register.origin, f"`access: {register.access}`")])
        elif put.update and (hazard := update_hazard(register, driver=self.candidate.driver)) is not None:
            origin = register.origin if hazard.part.field is None else hazard.part.field.origin
            self.report.error("D0530", put.span, f"{register.name} cannot be changed in part", hazard.reason, also=[Label(origin, hazard.part.name)], help="`write:`, which does not read")
        for operand in put.operands:
            self._operand(put, operand, register)

    def _operand(self, put: Put, operand: Operand, register: Register) -> None:
        field = next((field for field in register.fields if field.name == operand.field), None)
        if operand.field is None and register.fields:
            self.report.error("D0569", operand.span, f"{register.name} has fields", "one value for all of them", also=[Label(register.origin, "here")], help=f"`{register.name}: {{{register.fields[0].name}: {operand_text(operand)}}}`")
            return
        if operand.field is not None and field is None:
            return
        name, width = (register.name, register.width) if field is None else (f"{register.name}.{field.name}", field.width)
        if field is not None and not POLICIES[field.access].writable:
            self.report.error("D0569", operand.span, f"{name} cannot be written by {self.what}", f"`{field.access}`", also=[Label(field.origin, "here")])
        elif field is not None and field.name in selects(self.candidate.driver, register):
            self.report.error("D0569", operand.span, f"{name} selects a bank: it cannot be written by {self.what}", also=[Label(field.origin, "here")], help="write the registers of the bank: their accessors select it and give it back")
        if operand.argument is not None and operand.argument.width > width:
            self.report.error("D0562", operand.span, f"argument {operand.argument.name} does not fit {name}", f"{width} bit{'s' if width > 1 else ''}", also=[Label(operand.argument.origin, _article(operand.argument))])
        elif operand.number is not None and operand.number >= 0 and operand.number >> width:
            self.report.error("D0562", operand.span, f"{operand.number} does not fit {name}", f"{width} bit{'s' if width > 1 else ''}")

    def _wait(self, wait: Wait) -> None:
        until_can_be_seen(self.candidate, self.registers, wait.until, wait.span, self.what, self.report)
        if wait.fail is not None:
            until_can_be_seen(self.candidate, self.registers, wait.fail, wait.fail_span, self.what, self.report)
            if (wait.fail.ref, wait.fail.value) == (wait.until.ref, wait.until.value):
                self.report.error("D0568", wait.fail_span, f"{self.what} fails when it is done", "the same condition", also=[Label(wait.span, "waits for it")])

    def _take(self, take: Take) -> None:
        register = self.registers.get(take.source.register)
        if register is None:
            return
        field = next((field for field in register.fields if field.name == take.source.field), None)
        if take.source.field is not None and field is None:
            return
        if (register.count is not None) != (take.source.index is not None):
            if register.count is not None:
                self.report.error("D0521", take.span, f"{register.name} is an array: which element?", also=[Label(register.origin, f"{register.count} elements")], help=f"`{register.name}[0]`")
            return
        name, width = (register.name, register.width) if field is None else (f"{register.name}.{field.name}", field.width)
        part = next((part for part in parts(register) if part.field == field), None)
        if not readable(register) or (part is not None and not part.readable):
            self.report.error("D0570", take.span, f"{name} cannot be read by {self.what}", also=[Label(register.origin if field is None else field.origin, "here")])
        if width > take.argument.width:
            self.report.error("D0562", take.span, f"{name} does not fit result {take.argument.name}", f"{width} bits", also=[Label(take.argument.origin, _article(take.argument))])

    def _arguments(self) -> None:
        operation = self.operation
        names: dict[str, Span] = {}
        every = (*operation.inputs, *operation.outputs)
        if len(every) > MOST_ARGUMENTS:
            self.report.error("D0708", every[MOST_ARGUMENTS].origin, f"operation {operation.name} has {len(every)} arguments", f"at most {MOST_ARGUMENTS}, in and out together")
        for argument in every:
            if argument.name in names:
                self.report.error("D0709", argument.origin, f"operation {operation.name} has two arguments `{argument.name}`", also=[Label(names[argument.name], "the first")], help="names are shared by `in` and `out`")
            names.setdefault(argument.name, argument.origin)
        used = {operand.argument.name for step in operation.steps if isinstance(step, Put) for operand in step.operands if operand.argument is not None}
        for argument in operation.inputs:
            if argument.name not in used:
                self.report.error("D0565", argument.origin, f"{self.what} does not use its argument {argument.name}", help=f"`write: {{REGISTER: {{FIELD: {argument.name}}}}}`, or remove it")
        taken: dict[str, Span] = {}
        for step in operation.steps:
            if isinstance(step, Take):
                if step.argument.name in taken:
                    self.report.error("D0565", step.span, f"{self.what} takes its result {step.argument.name} twice", also=[Label(taken[step.argument.name], "the first time")])
                taken.setdefault(step.argument.name, step.span)
        for argument in operation.outputs:
            if argument.name not in taken:
                self.report.error("D0565", argument.origin, f"{self.what} never gives its result {argument.name}", help=f"`take: {{{argument.name}: REGISTER.FIELD}}`")


def operand_text(operand: Operand) -> str:
    return str(operand.number) if operand.argument is None else operand.argument.name


def _memories(candidate: Candidate, report: Report) -> None:
    """Operations of one memory: the same address, and the same data."""
    first: dict[str, Operation] = {}
    for operation in candidate.driver.operations:
        if operation.memory is None:
            continue
        span = candidate.sources.at(operation, "memory")
        if len(operation.outputs) > 1 or not operation.address or sum(argument.width for argument in operation.address) > ADDRESS_BITS:
            report.error(
                "D0571", span, f"operation {operation.name} has no cell in memory {operation.memory}", f"{len(operation.address)} address arguments, {len(operation.outputs)} results",
                help=f"an address of at most {ADDRESS_BITS} bits, and one result; or without results, one more argument to write",
            )
            continue
        other = first.setdefault(operation.memory, operation)
        if _cell(other) != _cell(operation):
            report.error("D0571", span, f"operations {other.name} and {operation.name} have different cells in memory {operation.memory}", "addresses and data have the same widths in both", also=[Label(candidate.sources.at(other, "memory"), "the other")])


def _cell(operation: Operation) -> tuple[tuple[int, ...], int]:
    data = operation.inputs[-1] if operation.stores else operation.outputs[0]
    return tuple(argument.width for argument in operation.address), data.width


def _trigger(operation: Operation) -> tuple[str, dict[str | None, int]] | None:
    """The write that starts it, and what in it is the same in every call."""
    last: Put | None = None
    for step in operation.steps:
        if isinstance(step, Put):
            last = step
        elif isinstance(step, Wait) and last is not None:
            break
    return None if last is None else (last.to.text, {operand.field: operand.number for operand in last.operands if operand.number is not None})


def _distinct(candidate: Candidate, report: Report) -> None:
    """The device must see which operation is meant."""
    seen: list[tuple[Operation, str, dict[str | None, int]]] = []
    for operation in candidate.driver.operations:
        trigger = _trigger(operation)
        if trigger is None:
            continue
        register, values = trigger
        for other, theirs, others in seen:
            if theirs == register and all(values[field] == others[field] for field in values.keys() & others.keys()):
                report.warning(
                    "D0572", operation.origin, f"operations {other.name} and {operation.name} are started by the same write of {register}", "the simulated device takes it for the other",
                    also=[Label(other.origin, "the other")], help="a field with a different constant in each tells them apart",
                )
                break
        seen.append((operation, register, values))
