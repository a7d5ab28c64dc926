# SPDX-License-Identifier: MIT
"""What the reference page says of registers, rings and interrupts besides what their tables show at first sight."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import CauseKind, Driver, Field, Interrupt, MemberRef, Register, Reserved, Ring
from ..ring_values import said as value_said

Row = tuple[str, ...]


def c_name(name: str | None) -> Iterator[str]:
    """What C calls it, where that is not the name of the datasheet."""
    if name is not None:
        yield f"`{name}` in C"


def of_register(register: Register) -> Iterator[str]:
    """How it is accessed, and what is done with the bits that no field covers."""
    if register.split is not None:
        yield ("low" if register.split == "low_first" else "high") + " half first" + (", which holds the other half still" if register.latched else "")
    if register.volatile:
        yield "changed by the device"
    if register.shadow:
        yield "the driver keeps what it wrote last"
    if register.lock is not None:
        yield "interrupts use it too: writes hold a lock"
    covered = sum(field.mask for field in register.fields) if register.fields else (1 << register.width) - 1
    if register.reserved is not Reserved.PRESERVE and covered != (1 << register.width) - 1:
        yield f"bits of no field: {register.reserved.value}"
    yield from c_name(register.c_name)


def of_field(register: Register | None, field: Field) -> Iterator[str]:
    """When it may be written, who else writes it, and what it is called. `register`: None for a field in memory."""
    if field.locked_by is not None:
        element = "" if field.lock_element is None else f"[{field.lock_element}]"
        owner, _, bit = field.locked_by.partition(".")
        yield f"locked while {owner}{element}.{bit} is not 0"
    if field.volatile and register is not None and not register.volatile:
        yield "changed by the device"
    yield from c_name(field.c_name)


def _member(ref: MemberRef) -> str:
    return ref.member + (f".{ref.field}" if ref.field else "")


def _members(refs: tuple[MemberRef, ...]) -> str:
    return ", ".join(map(_member, refs))


def _payload(ring: Ring) -> str:
    said = [f"address {_members(ring.payload_address)}"] if ring.payload_address else []
    if ring.payload_length:
        said.append("length " + _member(MemberRef(ring.payload_length, ring.payload_length_field)))
    said += [f"buffers of {ring.payload_size} bytes"] if ring.payload_size is not None else []
    said += [f"their size in {_member(ring.payload_room)}"] if ring.payload_room is not None else []
    said += [f"at most {ring.payload_max} bytes an entry"] if ring.payload_max is not None else []
    return "; ".join(said)


def _frame(ring: Ring) -> str:
    marks = (("each", ring.frame_each), ("first", ring.frame_first), ("last", ring.frame_last), ("bad", ring.frame_bad), ("end of the ring", () if ring.wrap is None else (ring.wrap,)))
    return "; ".join(f"{name}: {_members(refs)}" for name, refs in marks if refs)


def ring_rows(driver: Driver) -> tuple[Row, ...]:
    """Of each ring: how the device learns of it, and what its entries say."""
    return tuple(
        (
            ring.name,
            ", ".join(f"{each.to.text} = {value_said(each.value)}" for each in ring.attach),
            "" if ring.enable is None else ring.enable.text,
            f"aligned to {ring.align}" + (f", {ring.spare} always empty" if ring.spare else ""),
            _payload(ring),
            _frame(ring),
        )
        for ring in driver.rings
    )


RING_HEAD = ("ring", "attached by", "enabled by", "memory", "data of an entry", "marks")


def of_interrupt(interrupt: Interrupt) -> tuple[str, ...]:
    """The registers that its causes are read, acknowledged and masked in: one sentence."""
    said = []
    if interrupt.cause_kind is not CauseKind.MESSAGE and interrupt.cause_at is not None:
        field = f".{interrupt.cause_code}" if interrupt.cause_code else ""
        said.append(f"The cause is read in {interrupt.cause_at.text}{field}" + (f" unless {interrupt.cause_at.text}.{interrupt.cause_none} is 1" if interrupt.cause_none else ""))
    if interrupt.acknowledge_at is not None:
        said.append(f"acknowledged in {interrupt.acknowledge_at.text}")
    inverted = ", whose bits mask" if interrupt.mask_inverted else ""
    ways = ((interrupt.mask_set_at, interrupt.mask_clear_at), (interrupt.switch_on, interrupt.switch_off))
    said += [f"enabled in {on.text} and masked in {off.text}" for on, off in ways if on is not None and off is not None]
    said += [f"enabled in {one.text}{inverted}" for one in (interrupt.mask_at, interrupt.switch) if one is not None]
    if not said:
        return ()
    text = ", ".join(said)
    return (text[0].upper() + text[1:] + ".",)
