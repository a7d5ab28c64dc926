# SPDX-License-Identifier: MIT
"""Lower a driver's procedures to their generated tests."""

from __future__ import annotations

from ..dataclass import dataclass
from ..model import Driver
from .names import lower, upper
from .simulated_procedures import bits


@dataclass(frozen=True, slots=True)
class TransferTest:
    name: str  # "copy"
    prefix: str  # "foo_copy"
    upper: str
    index: str  # "FOO_MODEL_TRANSFER_COPY"
    ways: tuple[str, ...]
    channel: str  # argument "1, " or ""
    offset: str  # "offset, " or ""
    members: tuple[str, ...]  # of struct dddk_standard_transfer besides


def transfer_tests(driver: Driver) -> tuple[TransferTest, ...]:
    rows = []
    for transfer in driver.transfers:
        prefix = f"{lower(driver.name)}_{lower(transfer.name)}"
        members = [f".align = {transfer.align}"]
        members += [] if transfer.has_offset else [".has_no_offset = true"]
        members += [".can_fail = true"] if transfer.fail is not None else []
        for channel in sorted({0, (transfer.channels or 1) - 1}):  # the first and the last
            suffix = f"_{channel}" if channel else ""
            rows.append(
                TransferTest(
                    lower(transfer.name) + suffix, prefix, prefix.upper(), f"{upper(driver.name)}_MODEL_TRANSFER_{upper(transfer.name)}{suffix}", transfer.ways,
                    "" if transfer.channels is None else f"{channel}, ", "offset, " if transfer.has_offset else "", tuple(members),
                )
            )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class OperationTest:
    name: str  # "mdio_read"
    prefix: str
    index: str
    handed: str  # from an array of values to the function
    results: tuple[str, ...]
    returned: tuple[str, ...]
    inputs: bool


def operation_tests(driver: Driver) -> tuple[OperationTest, ...]:
    rows = []
    for operation in driver.operations:
        types = [f"uint{bits(argument)}_t" for argument in (*operation.inputs, *operation.outputs)]
        count = len(operation.inputs)
        names = [f"result_{lower(argument.name)}" for argument in operation.outputs]
        handed = [f"values[{i}]" if types[i] == "uint64_t" else f"({types[i]})values[{i}]" for i in range(count)]
        rows.append(
            OperationTest(
                name=lower(operation.name),
                prefix=f"{lower(driver.name)}_{lower(operation.name)}",
                index=f"{upper(driver.name)}_MODEL_OPERATION_{upper(operation.name)}",
                handed="".join(f", {value}" for value in (*handed, *(f"&{name}" for name in names))),
                results=tuple(f"{types[count + i]} {name} = 0;" for i, name in enumerate(names)),
                returned=tuple(f"values[{count + i}] = {name};" for i, name in enumerate(names)),
                inputs=bool(operation.inputs or operation.outputs),
            )
        )
    return tuple(rows)


def procedure_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """Test, and the call that says what is wrong."""
    moves = tuple((f"{test.name}_moves_what_fits_and_nothing_else", f"dddk_standard_moves(&pair, &{test.name}_transfer)") for test in transfer_tests(driver))
    return moves + tuple((f"{test.name}_answers_or_says_why_not", f"dddk_standard_operates(&pair, &{test.name}_operation)") for test in operation_tests(driver))
