# SPDX-License-Identifier: MIT
"""Lower operations over registers to what the simulated device needs: which write starts one, and where it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..dataclass import dataclass
from ..model import Driver, Ref
from ..procedures import Argument, Delay, Operation, Put, Take, Wait
from .layouts import hexadecimal
from ..values import argument_takes
from .names import lower, string, upper
from .times import duration

RefText = Callable[[Driver, Ref | None], str]


@dataclass(frozen=True, slots=True)
class ProcedureShape:
    name: str  # "mdio_read"
    prefix: str  # "foo_mdio_read"
    constant: str  # "FOO_MODEL_OPERATION_MDIO_READ"
    phases: tuple[tuple[str, ...], ...]  # none: nothing starts it
    idle: tuple[tuple[str, ...], ...]
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


@dataclass(frozen=True, slots=True)
class Phase:
    """A write and what the driver waits for then; without the write it comes by itself, after the phase before."""

    put: Put | None
    wait: Wait | None
    wait_ns: int = 0  # that matter to the device


def phases(operation: Operation) -> list[Phase]:
    """Each wait with the write before it; a last write that nothing waits for stands alone, perhaps with a delay."""
    found: list[Phase] = []
    last: Put | None = None
    delay_ns = 0
    for step in operation.steps:
        if isinstance(step, Put):
            last, delay_ns = step, 0
        elif isinstance(step, Delay):
            delay_ns += step.duration_ns
        elif isinstance(step, Wait) and last is not None:
            found.append(Phase(last, step))
            last = None
        elif isinstance(step, Wait) and found:
            found.append(Phase(None, step, step.timeout_ns))
        elif isinstance(step, Take) and last is not None and not delay_ns:
            delay_ns = -1
    if last is not None:
        found.append(Phase(last, None, max(delay_ns, 0)))
    return found


def _answer(operation: Operation) -> int:
    """The phase whose end has the results: the last one that begins before they are taken."""
    steps = operation.steps
    taken = max((index for index, step in enumerate(steps) if isinstance(step, Take)), default=len(steps))
    before = phases(replace(operation, steps=steps[:taken]))
    return max(len(before) - 1, 0) if taken < len(steps) else len(phases(operation)) - 1


def _idle(driver: Driver, wait: Wait, ref: RefText) -> tuple[str, ...]:
    """Something that an operation waits for before it writes."""
    field = next(field for field in driver.register(wait.until.ref.register).fields if field.name == wait.until.ref.field)
    rows = [f".ref = {ref(driver, wait.until.ref)}", f".value = {wait.until.value}", f".fail = {ref(driver, None if wait.fail is None else wait.fail.ref)}"]
    if wait.fail is not None:
        rows.append(f".fail_value = {wait.fail.value}")
    rows.append(f".wait_ns = {duration(wait.timeout_ns)}")
    if field.reset is None:
        rows.append(".unknown = true")
    return tuple(rows)


def _phase(driver: Driver, phase: Phase, ref: RefText) -> tuple[str, ...]:
    put, wait = phase.put, phase.wait
    if put is None:
        rows = [f".start = {ref(driver, None)}"]
    else:
        mask, value = constant_part(driver, put)
        register = driver.register(put.register)
        whole = ref(driver, put.to).partition(".mask")[0]
        rows = [f".start = {whole}.mask = {hexadecimal(mask, register.width)}}}", f".start_value = {hexadecimal(value, register.width)}"]
    fail = None if wait is None else wait.fail
    rows.append(f".done = {ref(driver, None if wait is None else wait.until.ref)}")
    rows.append(f".fail = {ref(driver, None if fail is None else fail.ref)}")
    if wait is not None:
        rows.append(f".done_value = {wait.until.value}")
    if fail is not None:
        rows.append(f".fail_value = {fail.value}")
    if phase.wait_ns:
        rows.append(f".wait_ns = {duration(phase.wait_ns)}")
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
                    return replace(step.to, field=operand.field)
        elif isinstance(step, Take) and step.argument is argument:
            return step.source
    raise AssertionError(argument.name)


def _shape(driver: Driver, operation: Operation, memories: list[str], ref: RefText) -> ProcedureShape:
    prefix = f"{lower(driver.name)}_{lower(operation.name)}"
    tables, members = [], [f'.name = "{string(operation.name)}"']
    if operation.starts:
        members += [f".phases = {prefix}_phases_", f".phase_count = {len(phases(operation))}", f".answer = {_answer(operation)}"]
    if operation.idle:
        members += [f".idle = {prefix}_idle_", f".idle_count = {len(operation.idle)}"]
        members += [] if driver.model_source is not None else [".settles = true"]
    if operation.delay_ns:
        members.append(f".delay_ns = {duration(operation.delay_ns)}")
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
        phases=tuple(_phase(driver, phase, ref) for phase in phases(operation)),
        idle=tuple(_idle(driver, wait, ref) for wait in operation.idle),
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
