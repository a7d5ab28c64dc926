# SPDX-License-Identifier: MIT
"""Operations of a misc device: the handler's prototype, the table's entry, the typed call."""

from __future__ import annotations

from ...dataclass import dataclass
from ...model import Argument, Direction, Driver, UserOperation
from ..names import lower, string, upper
from ..text import items, said


@dataclass(frozen=True, slots=True)
class ArgumentShape:
    name: str
    text: str  # as in the manifest
    c_type: str
    bytes: int
    out: bool
    initial: str  # in the typed call's array of values
    outgoing: str  # from that array to the caller


@dataclass(frozen=True, slots=True)
class OperationShape:
    name: str  # "factorial"
    text: str
    handler: str  # "foo_factorial"
    call: str  # "foo_call_factorial"
    index: str  # "FOO_OPERATION_FACTORIAL"
    doc: tuple[str, ...]  # lines
    parameters: str  # behind `dev` in prototypes: ", uint32_t n, uint32_t *result"
    handed: str  # what the table's function hands the handler behind the device
    arguments: tuple[ArgumentShape, ...]
    data: str  # "NULL", "(void *)data", "data": what the typed call hands on
    size: str
    kind: str  # "DDDK_MISC_NO_DATA"
    data_max: int
    fifo: int | None = None  # its place in the table; then there is no handler


def _argument(index: int, item: Argument) -> ArgumentShape:
    c_type, value = f"uint{item.width}_t", f"values[{index}]"
    outgoing = value if item.width == 64 else f"({c_type}){value}"
    return ArgumentShape(
        lower(item.name), string(item.name), c_type, item.width // 8, item.out, "0" if item.out else lower(item.name), outgoing
    )


def _shape(driver: Driver, operation: UserOperation) -> OperationShape:
    arguments = tuple(_argument(index, item) for index, item in enumerate(operation.arguments))
    parameters, handed = "", ""
    for item in arguments:
        parameters += f", {item.c_type} {'*' if item.out else ''}{item.name}"
        handed += f", &{item.name}" if item.out else f", {item.outgoing}"
    data, size, kind = "NULL", "0", "DDDK_MISC_NO_DATA"
    if operation.data is not None:
        incoming = operation.data == "in"
        parameters += f", {'const ' if incoming else ''}void *data, size_t size_bytes"
        handed += ", data, size_bytes"
        data, size = ("(void *)data" if incoming else "data"), "size_bytes"
        kind = f"DDDK_MISC_DATA_{operation.data.upper()}"
    fifo = None
    if operation.fifo is not None:
        fifo = next(index for index, one in enumerate(driver.fifos) if one.name == operation.fifo)
        to_device = driver.fifos[fifo].direction is Direction.TO_DEVICE
        parameters = f", {'const ' if to_device else ''}void *data, size_t size_bytes"
        data, size, kind = ("(void *)data" if to_device else "data"), "size_bytes", f"DDDK_MISC_DATA_{'IN' if to_device else 'OUT'}"
    name = lower(operation.name)
    return OperationShape(
        name=name,
        text=string(operation.name),
        handler="" if fifo is not None else f"{lower(driver.name)}_{name}",
        call=f"{lower(driver.name)}_call_{name}",
        index=f"{upper(driver.name)}_OPERATION_{upper(operation.name)}",
        doc=(*said(operation), *items((argument.name, argument) for argument in operation.arguments)),
        parameters=parameters,
        handed=handed,
        arguments=arguments,
        data=data,
        size=size,
        kind=kind,
        data_max=operation.data_max,
        fifo=fifo,
    )


def operations(driver: Driver) -> tuple[OperationShape, ...]:
    return tuple(_shape(driver, operation) for operation in driver.user)
