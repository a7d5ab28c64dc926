# SPDX-License-Identifier: MIT
"""Operations over registers: one C function each, a statement or two for each step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ...dataclass import dataclass
from ...model import Driver, Field, Ref, Register
from ...procedures import Argument, Delay, Operand, Operation, Put, Step, Take, Wait
from ...values import argument_takes
from ..field_values import integer
from ..layouts import enum_constant
from ..names import lower
from ..register_names import argument_type
from ..registers import accessor
from ..times import duration
from . import access
from ..text import block, comment_above, items, said
from .transfers import holds, place, until


@dataclass(frozen=True, slots=True)
class ProcedureShape:
    name: str  # "mdio_read"
    prefix: str  # "foo_mdio_read"
    doc: tuple[str, ...]
    parameters: str  # behind `dev`: ", uint8_t phy, uint16_t *data"
    limits: tuple[str, ...]  # conditions that say an argument does not fit
    lines: tuple[str, ...]  # the body
    waits: bool
    pauses: bool  # it waits for time to pass, at least
    flagged: bool  # a variable remembers that a wait failed
    can_fail: bool
    results: bool


def argument_bits(argument: Argument) -> int:
    """Of the C type that carries it."""
    return next(bits for bits in (8, 16, 32, 64) if argument.width <= bits)


def _limits(driver: Driver, operation: Operation, argument: Argument) -> Iterator[str]:
    """Conditions that say the argument does not fit."""
    low, high = argument_takes(driver, operation, argument)
    name, suffix = lower(argument.name), "ull" if argument.width > 32 else "u"
    if low > 0:
        yield f"{name} < {low}{suffix}"
    if high < (1 << argument.width) - 1:
        yield f"{name} > {high}{suffix}"
    elif argument.width != argument_bits(argument):
        yield f"{name} > 0x{high:x}{suffix}"


def _operand(driver: Driver, operand: Operand, field: Field | None) -> str:
    """As a C expression of the member's type."""
    if operand.argument is not None:
        name = lower(operand.argument.name)
        if field is not None and field.enum is not None:
            return f"({argument_type(driver, field, 64 if field.width > 32 else 32)}){name}"
        return f"{name} != 0" if field is not None and field.width == 1 else name
    number = operand.number or 0
    if field is not None and field.kind == "signed":
        return integer(number)
    if field is not None and field.enum is not None:
        named = next((value for value in field.enum.written if value.value == number), None)
        return enum_constant(driver, field.enum, named) if named else f"({argument_type(driver, field, 32)}){number}"
    if field is not None and field.width == 1:
        return "true" if number else "false"
    return f"{number}{'ull' if number >> 32 else 'u'}"


def _put(driver: Driver, put: Put) -> list[str]:
    register = driver.register(put.register)
    prefix = accessor(driver, register)
    if not register.fields:
        return [f"{prefix}_write(dev{put.to.arguments}, {_operand(driver, put.operands[0], None)});"]
    values = []
    for operand in put.operands:
        field = access.field_of(register, operand.field or "")
        values.append(f".{lower(field.name, field.c_name)} = {_operand(driver, operand, field)}")
    return [f"{prefix}_{'update' if put.update else 'write'}(dev{put.to.arguments}{''.join(f', {value}' for value in values)});"]


def _wait(driver: Driver, wait: Wait) -> list[str]:
    end, timeout = ["if (status != 0) {", "    return status;", "}"], duration(wait.timeout_ns)
    if wait.fail is None:
        return [f"status = dddk_poll(dev, {until(driver, wait.until)}, {timeout});", *end]
    if not _seen_at_once(wait):
        done, failed = until(driver, wait.until), until(driver, wait.fail)
        return [f"status = dddk_poll(dev, (failed = {failed}) || {done}, {timeout});", *end, "/* It may have failed after the look that found it done. */", f"if (failed || {failed}) {{", "    return DDDK_EIO;", "}"]
    prefix = accessor(driver, driver.register(wait.until.ref.register))
    seen = f"(seen = {prefix}_read({place(wait.until.ref)}), {holds(driver, wait.until, 'seen')} || {holds(driver, wait.fail, 'seen')})"
    lines = [f"struct {prefix} seen = {{0}};", "", f"status = dddk_poll(dev, {seen}, {timeout});", *end, f"if ({holds(driver, wait.fail, 'seen')}) {{", "    return DDDK_EIO;", "}"]
    return ["{", *(line and f"    {line}" for line in lines), "}"]


def _seen_at_once(wait: Wait) -> bool:
    """Done and failed are in one register, and one read says both."""
    return wait.fail is not None and (wait.fail.ref.register, wait.fail.ref.index) == (wait.until.ref.register, wait.until.ref.index)


def _value(driver: Driver, register: Register, take: Take, whole: str) -> str:
    """The result, out of what was read."""
    c_type = f"uint{argument_bits(take.argument)}_t"
    if take.source.field is None:
        return f"*{lower(take.argument.name)} = ({c_type}){whole};" if register.width != argument_bits(take.argument) else f"*{lower(take.argument.name)} = {whole};"
    return f"*{lower(take.argument.name)} = ({c_type}){whole}.{access.number(driver, take.source)};"


def _takes(driver: Driver, takes: list[Take]) -> list[str]:
    """All that one register holds is read at once."""
    source = takes[0].source
    register = driver.register(source.register)
    read = f"{accessor(driver, register)}_read(dev{source.arguments})"
    if len(takes) == 1:
        return [_value(driver, register, takes[0], read)]
    prefix = accessor(driver, register)
    raw = f"uint{register.width}_t" if not register.fields else f"struct {prefix}"
    return ["{", f"    {raw} taken = {read};", "", *("    " + _value(driver, register, take, "taken") for take in takes), "}"]


def _lines(driver: Driver, operation: Operation) -> tuple[str, ...]:
    lines: list[str] = []

    def source(step: Step) -> Ref | int:
        # Steps that are no takes stand alone.
        return step.source.whole if isinstance(step, Take) else id(step)

    for _, steps in groupby(operation.steps, source):
        found = list(steps)
        lines += [line for step in found for line in comment_above(block(step.says))]
        match found[0]:
            case Put():
                lines += _put(driver, found[0])
            case Wait():
                lines += _wait(driver, found[0])
            case Delay():
                lines += [f"status = dddk_sleep(dev, {duration(found[0].duration_ns)});", "if (status != 0) {", "    return status;", "}"]
            case Take():
                lines += _takes(driver, [step for step in found if isinstance(step, Take)])
    return tuple(lines)


def _shape(driver: Driver, operation: Operation) -> ProcedureShape:
    parameters = [f"uint{argument_bits(argument)}_t {lower(argument.name)}" for argument in operation.inputs]
    parameters += [f"uint{argument_bits(argument)}_t *{lower(argument.name)}" for argument in operation.outputs]
    waits = [step for step in operation.steps if isinstance(step, Wait)]
    return ProcedureShape(
        name=lower(operation.name),
        prefix=f"{lower(driver.name)}_{lower(operation.name)}",
        doc=(*said(operation), *items((argument.name, argument) for argument in (*operation.inputs, *operation.outputs))),
        parameters="".join(f", {parameter}" for parameter in parameters),
        limits=tuple(limit for argument in operation.inputs for limit in _limits(driver, operation, argument)),
        lines=_lines(driver, operation),
        waits=bool(waits),
        pauses=any(isinstance(step, Wait | Delay) for step in operation.steps),
        flagged=any(wait.fail is not None and not _seen_at_once(wait) for wait in waits),
        can_fail=any(wait.fail is not None for wait in waits),
        results=bool(operation.outputs),
    )


def procedures(driver: Driver) -> tuple[ProcedureShape, ...]:
    return tuple(_shape(driver, operation) for operation in driver.operations)
