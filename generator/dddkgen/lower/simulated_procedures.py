# SPDX-License-Identifier: MIT
"""Lower operations over registers to what the simulated device needs: which write starts one, and where it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Driver, Ref
from ..procedures import Argument, Operation, Put, Take, Wait
from .layouts import hexadecimal
from ..values import argument_takes
from .names import lower, string, upper

RefText = Callable[[Driver, Ref | None], str]


@dataclass(frozen=True, slots=True)
class ProcedureShape:
    name: str  # "mdio_read"
    prefix: str  # "foo_mdio_read"
    constant: str  # "FOO_MODEL_OPERATION_MDIO_READ"
    phases: tuple[tuple[str, ...], ...]
    arguments: tuple[tuple[str, tuple[str, ...]], ...]  # tables of arguments: name, rows
    members: tuple[str, ...]
    inputs: bool
    parameters: str  # of the hook, behind `model`
    results: tuple[str, ...]  # variables for what the hook returns
    handed: str
    returned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedures:
    operations: tuple[ProcedureShape, ...]
    memories: tuple[tuple[str, str], ...]  # constant, members


def bits(argument: Argument) -> int:
    """Of the C type that carries it."""
    return next(bits for bits in (8, 16, 32, 64) if argument.width <= bits)


def constant_part(driver: Driver, put: Put) -> tuple[int, int]:
    """Mask and value of the bits that are the same in every call."""
    register = driver.register(put.register)
    mask = value = 0
    for operand in put.operands:
        if operand.number is None:
            continue
        field = next((field for field in register.fields if field.name == operand.field), None)
        mask |= (1 << register.width) - 1 if field is None else field.mask
        value |= operand.number if field is None else (operand.number << field.lsb) & field.mask
    return mask, value


def phases(operation: Operation) -> list[tuple[Put, Wait | None]]:
    """Each wait with the write before it; a last write that nothing waits for stands alone."""
    found: list[tuple[Put, Wait | None]] = []
    last: Put | None = None
    for step in operation.steps:
        if isinstance(step, Put):
            last = step
        elif isinstance(step, Wait) and last is not None:
            found.append((last, step))
            last = None
    if last is not None:
        found.append((last, None))
    return found


def _phase(driver: Driver, put: Put, wait: Wait | None, ref: RefText) -> tuple[str, ...]:
    mask, value = constant_part(driver, put)
    register = driver.register(put.register)
    whole = ref(driver, Ref(put.register)).partition(".mask")[0]
    rows = [f".start = {whole}.mask = {hexadecimal(mask, register.width)}}}", f".start_value = {hexadecimal(value, register.width)}"]
    fail = None if wait is None else wait.fail
    rows.append(f".done = {ref(driver, None if wait is None else wait.until.ref)}")
    rows.append(f".fail = {ref(driver, None if fail is None else fail.ref)}")
    if wait is not None:
        rows.append(f".done_value = {wait.until.value}")
    if fail is not None:
        rows.append(f".fail_value = {fail.value}")
    return tuple(rows)


def _limits(driver: Driver, operation: Operation, argument: Argument) -> str:
    """What is more than its width says."""
    low, high = argument_takes(driver, operation, argument)
    return "" if (low, high) == (0, (1 << argument.width) - 1) else f", .low = {low}, .high = {high}{'ull' if high >> 32 else 'u'}"


def _place(operation: Operation, argument: Argument) -> Ref:
    """Where the device sees an argument first, or shows a result."""
    for step in operation.steps:
        if isinstance(step, Put):
            for operand in step.operands:
                if operand.argument is argument:
                    return Ref(step.register, operand.field)
        elif isinstance(step, Take) and step.argument is argument:
            return step.source
    raise AssertionError(argument.name)


def _shape(driver: Driver, operation: Operation, memories: list[str], ref: RefText) -> ProcedureShape:
    prefix = f"{lower(driver.name)}_{lower(operation.name)}"
    tables, members = [], [f'.name = "{string(operation.name)}"', f".phases = {prefix}_phases_", f".phase_count = {len(phases(operation))}"]
    for kind, arguments in (("in", operation.inputs), ("out", operation.outputs)):
        if arguments:
            rows = tuple(
                f"{{.ref = {ref(driver, _place(operation, argument))}, .bits = {argument.width}{_limits(driver, operation, argument) if kind == 'in' else ''}}}" for argument in arguments
            )
            tables.append((f"{prefix}_{kind}_", rows))
            members += [f".{kind} = {prefix}_{kind}_", f".{kind}_count = {len(arguments)}"]
    members.append(f".memory = {-1 if operation.memory is None else memories.index(operation.memory)}")
    if operation.stores:
        members.append(".stores = true")

    def cast(argument: Argument, value: str) -> str:
        return value if bits(argument) == 64 else f"(uint{bits(argument)}_t){value}"

    names = [lower(argument.name) for argument in operation.outputs]
    parameters = [f"uint{bits(argument)}_t {lower(argument.name)}" for argument in operation.inputs]
    parameters += [f"uint{bits(argument)}_t *{lower(argument.name)}" for argument in operation.outputs]
    handed = [cast(argument, f"in[{index}]") for index, argument in enumerate(operation.inputs)]
    handed += [f"&result_{name}" for name in names]
    return ProcedureShape(
        name=lower(operation.name),
        prefix=prefix,
        constant=f"{upper(driver.name)}_MODEL_OPERATION_{upper(operation.name)}",
        phases=tuple(_phase(driver, put, wait, ref) for put, wait in phases(operation)),
        arguments=tuple(tables),
        members=tuple(members),
        inputs=bool(operation.inputs),
        parameters="".join(f", {parameter}" for parameter in parameters),
        results=tuple(
            f"uint{bits(argument)}_t result_{lower(argument.name)} = {cast(argument, f'out[{index}]')};"
            for index, argument in enumerate(operation.outputs)
        ),
        handed="".join(f", {value}" for value in handed),
        returned=tuple(f"out[{index}] = result_{name};" for index, name in enumerate(names)),
    )


def memory_names(driver: Driver) -> list[str]:
    return list(dict.fromkeys(operation.memory for operation in driver.operations if operation.memory is not None))


def procedures(driver: Driver, ref: RefText) -> Procedures:
    names = memory_names(driver)
    rows = []
    for name in names:
        operation = next(operation for operation in driver.operations if operation.memory == name)
        width = sum(argument.width for argument in operation.address)
        rows.append((f"{upper(driver.name)}_MODEL_MEMORY_{upper(name)}", f'{{.name = "{string(name)}", .address_bits = {width}}}'))
    return Procedures(tuple(_shape(driver, operation, names, ref) for operation in driver.operations), tuple(rows))
