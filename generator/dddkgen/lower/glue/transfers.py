# SPDX-License-Identifier: MIT
"""One-shot transfers: the writes that start one, and how its end is awaited."""

from __future__ import annotations

from dataclasses import replace

from ... import hazards
from ...dataclass import dataclass
from ...model import Driver, Ref
from ...procedures import CauseRef, Transfer, Until, named_with_go, needs_update
from ...semantics import POLICIES, WriteEffect
from ...values import value_of
from ..field_values import integer
from ..layouts import enum_constant
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
    directed: bool  # some bit says which way, and there are two
    ways: tuple[tuple[str, str, str], ...]  # its functions: "to_device", and both addresses as `run` takes them
    places: tuple[str, ...]  # parameters of `run`: addresses
    offset: str  # parameter "uint64_t offset, " where the device is told where; or ""
    channel: str  # "unsigned channel, " or ""
    channels: int  # 0: it has no such parameter
    align: int
    arm: tuple[str, ...]  # statements before it starts
    program: tuple[str, ...]  # statements that write addresses, length and direction
    start: str  # statement
    wait: str  # expression: a status
    fail: str  # condition behind it; ""


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


def channel_ref(driver: Driver, ref: Ref, index: int | str) -> Ref:
    """The element of the channel, where the register has one for each."""
    return replace(ref, index=index) if driver.register(ref.register).count is not None and ref.index is None else ref


def of_channel(driver: Driver, transfer: Transfer, index: int | str) -> Transfer:
    """The transfer as one of its channels makes it."""

    def at(ref: Ref | None) -> Ref | None:
        return None if ref is None else channel_ref(driver, ref, index)

    def until_at(condition: Until | None) -> Until | None:
        return None if condition is None else Until(channel_ref(driver, condition.ref, index), condition.value)

    if transfer.channels is None:
        return transfer
    addresses = {key: tuple(channel_ref(driver, ref, index) for ref in refs) for key, refs in transfer.addresses}
    done = transfer.done if isinstance(transfer.done, CauseRef) else until_at(transfer.done)
    return replace(transfer, **addresses, length=at(transfer.length), go=at(transfer.go), direction=at(transfer.direction), notify=at(transfer.notify), done=done, fail=until_at(transfer.fail))  # type: ignore[arg-type]


def _way(driver: Driver, transfer: Transfer) -> str:
    """What the direction is, from `from_device` where there are two."""
    assert transfer.direction is not None
    field = access.field_of(driver.register(transfer.direction.register), transfer.direction.field or "")
    if field.width == 1 and field.enum is None:
        if transfer.only is not None:
            return "true" if (transfer.from_device if transfer.only == "from_device" else transfer.to_device) else "false"
        return "from_device" if transfer.from_device else "!from_device"

    def constant(value: int) -> str:
        named = None if field.enum is None else next((one for one in field.enum.written if one.value == value), None)
        return f"{value}u" if named is None or field.enum is None else enum_constant(driver, field.enum, named)

    values = {"from_device": constant(transfer.from_device), "to_device": constant(transfer.to_device)}
    return values[transfer.only] if transfer.only is not None else f"from_device ? {values['from_device']} : {values['to_device']}"


def _address(driver: Driver, refs: tuple[Ref, ...], name: str) -> list[str]:
    if len(refs) == 1:
        return [access.put(driver, refs[0], name, 64)]
    return [access.put(driver, refs[0], f"(uint32_t){name}", 32), access.put(driver, refs[1], f"(uint32_t)({name} >> 32)", 32)]


def _program(driver: Driver, transfer: Transfer) -> tuple[str, ...]:
    lines = [line for key, refs in transfer.addresses for line in _address(driver, refs, key)]
    length = "size_bytes" if transfer.length_unit == 1 else f"size_bytes / {transfer.length_unit}u"
    if transfer.length_bias:
        length += f" {'+' if transfer.length_bias > 0 else '-'} {abs(transfer.length_bias)}u"
    if transfer.length.field is not None:
        wide = driver.register(transfer.length.register).width > 32
        length = f"(uint{64 if wide else 32}_t){f'({length})' if ' ' in length else length}"
    lines.append(access.put(driver, transfer.length, length, 64))
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
    transfer = of_channel(driver, transfer, "channel")
    fail = "" if transfer.fail is None else until(driver, transfer.fail)
    arm = [] if transfer.fail is None else [_acknowledge(driver, transfer.fail)]
    if isinstance(transfer.done, CauseRef):
        assert transfer.done.complete is not None
        completion = f"&dev->{lower(transfer.done.complete)}"
        arm.append(f"dddk_arm({completion})")
        wait = f"dddk_wait(dev, {completion}, {timeout})"
    else:
        end = until(driver, transfer.done) + (f" || {fail}" if fail else "")
        arm.append(_acknowledge(driver, transfer.done))
        wait = f"dddk_poll(dev, {end}, {timeout})"
    memory, device = "memory->device.value", f"{prefix.upper()}_BASE + offset" if transfer.has_offset else f"{prefix.upper()}_BASE"
    by_place = bool(transfer.host)
    either = (memory, device) if by_place else (device, memory)
    ends = {"to_device": (memory, device), "from_device": either}
    return TransferShape(
        name=lower(transfer.name),
        prefix=prefix,
        upper=prefix.upper(),
        doc=about(driver, f"transfers.{transfer.name}", transfer),
        directed=transfer.direction is not None and transfer.only is None,
        ways=tuple((way, *(ends[way] if not by_place or transfer.device else (memory, ""))) for way in transfer.ways),
        places=tuple(key for key, _ in transfer.addresses),
        offset="uint64_t offset, " if transfer.has_offset else "",
        channel="" if transfer.channels is None else "unsigned channel, ",
        channels=transfer.channels or 0,
        align=transfer.align,
        arm=tuple(filter(None, dict.fromkeys(arm))),
        program=_program(driver, transfer),
        start=_start(driver, transfer),
        wait=wait,
        fail=fail,
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
        rows += [(f"{name}_CHANNELS", f"{transfer.channels}u")] if transfer.channels is not None else []
    return rows


def transfers(driver: Driver) -> tuple[TransferShape, ...]:
    return tuple(_shape(driver, transfer) for transfer in driver.transfers)
