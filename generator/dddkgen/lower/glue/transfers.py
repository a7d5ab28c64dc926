# SPDX-License-Identifier: MIT
"""One-shot transfers: the writes that start one, and how its end is awaited."""

from __future__ import annotations

from dataclasses import dataclass

from ... import hazards
from ...model import Driver, Ref
from ...procedures import CauseRef, Transfer, Until, named_with_go, needs_update
from ...semantics import POLICIES, WriteEffect
from ...values import value_of
from ..field_values import integer
from ..names import lower, upper
from ..registers import accessor
from ..times import duration
from . import access
from ..text import about


@dataclass(frozen=True, slots=True)
class TransferShape:
    name: str  # "copy"
    prefix: str  # "foo_copy"
    upper: str  # "FOO_COPY"
    doc: tuple[str, ...]  # lines
    directed: bool  # some bit says which way
    ends: tuple[str, str]  # what the two addresses are called: "source" and "target", or "host" and "local"
    fixed: bool  # the first is always the host's
    arm: str  # statement before it starts; ""
    program: tuple[str, ...]  # statements that write addresses, length and direction
    start: str  # statement
    wait: str  # expression: a status


def until(driver: Driver, condition: Until) -> str:
    """The condition, as an expression that reads the register."""
    register = driver.register(condition.ref.register)
    return holds(driver, condition, f"{accessor(driver, register)}_read({place(condition.ref)})")


def holds(driver: Driver, condition: Until, read: str) -> str:
    """The condition, as an expression about what was read."""
    field = access.field_of(driver.register(condition.ref.register), condition.ref.field or "")
    value = f"{read}.{access.number(driver, condition.ref)}"
    if field.enum is None and field.kind:
        whole = value_of(field, condition.value)
        return f"{value} == {f'0x{whole:x}ull' if field.kind == 'address' else integer(whole)}"
    if field.width == 1:
        return value if condition.value else f"!{value}"
    suffix = "u" if field.width <= 32 else "ull"
    return f"{value} == {condition.value}{suffix}"


def _way(driver: Driver, transfer: Transfer) -> str:
    return "from_device" if transfer.from_device else "!from_device"


def _ends(transfer: Transfer) -> tuple[str, str]:
    return ("host", "local") if transfer.fixed else ("source", "target")


def _program(driver: Driver, transfer: Transfer) -> tuple[str, ...]:
    first, second = _ends(transfer)
    lines = [
        access.put(driver, transfer.source, first, 64),
        access.put(driver, transfer.target, second, 64),
        access.put(driver, transfer.length, "size_bytes", 64),
    ]
    if transfer.direction is not None and transfer.direction not in named_with_go(transfer):
        lines.append(access.update(driver, transfer.direction, _way(driver, transfer)))
    return tuple(lines)


def _start(driver: Driver, transfer: Transfer) -> str:
    register = driver.register(transfer.go.register)
    values = []
    for ref in named_with_go(transfer):
        value = _way(driver, transfer) if ref == transfer.direction else "true"
        values.append(f".{access.member(driver, ref)} = {value}")
    verb = "update" if needs_update(transfer, register) else "write"
    return f"{accessor(driver, register)}_{verb}({place(transfer.go)}, {', '.join(values)})"


def place(ref: Ref) -> str:
    """The first arguments of an accessor."""
    return f"dev{ref.arguments}"


def _shape(driver: Driver, transfer: Transfer) -> TransferShape:
    prefix = f"{lower(driver.name)}_{lower(transfer.name)}"
    timeout = duration(transfer.timeout_ns)
    if isinstance(transfer.done, CauseRef):
        assert transfer.done.complete is not None
        completion = f"&dev->{lower(transfer.done.complete)}"
        arm, wait = f"dddk_arm({completion})", f"dddk_wait(dev, {completion}, {timeout})"
    else:
        arm, wait = _acknowledge(driver, transfer.done), f"dddk_poll(dev, {until(driver, transfer.done)}, {timeout})"
    return TransferShape(
        name=lower(transfer.name),
        prefix=prefix,
        upper=prefix.upper(),
        doc=about(driver, f"transfers.{transfer.name}", transfer),
        directed=transfer.direction is not None,
        ends=_ends(transfer),
        fixed=transfer.fixed,
        arm=arm,
        program=_program(driver, transfer),
        start=_start(driver, transfer),
        wait=wait,
    )


def _acknowledge(driver: Driver, done: Until) -> str:
    """A done bit that stays until it is written with 1 may be there from the last time."""
    register = driver.register(done.ref.register)
    field = access.field_of(register, done.ref.field or "")
    if not clears_by_one(field.access) or done.value != 1:
        return ""
    verb = "write" if hazards.update_hazard(register, driver=driver) else "update"
    return f"{accessor(driver, register)}_{verb}({place(done.ref)}, .{access.member(driver, done.ref)} = true)"


def clears_by_one(policy: str) -> bool:
    return POLICIES[policy].write is WriteEffect.ONE_CLEARS


def constants(driver: Driver) -> list[tuple[str, str]]:
    """Names and values of every transfer's bounds."""
    rows = []
    for transfer in driver.transfers:
        name = f"{upper(driver.name)}_{upper(transfer.name)}"
        wide = "ull" if transfer.base >> 32 else "u"
        rows += [(f"{name}_BASE", f"0x{transfer.base:x}{wide}"), (f"{name}_BYTES", f"{transfer.size}u"), (f"{name}_MAX", f"{transfer.max}u")]
    return rows


def transfers(driver: Driver) -> tuple[TransferShape, ...]:
    return tuple(_shape(driver, transfer) for transfer in driver.transfers)
