# SPDX-License-Identifier: MIT
"""Lower rings to what the simulated device needs to serve them: struct dddk_model_ring, with the kinds of their entries."""

from __future__ import annotations

from collections.abc import Callable

from ..dataclass import dataclass
from ..alternatives import place
from ..memory import swapped
from ..model import ByteOrder, Descriptor, Direction, Driver, MemberRef, Ref, Ring
from ..ring_values import size_form
from .layouts import hexadecimal
from .names import lower, string
from .simulated_transfers import raised


@dataclass(frozen=True, slots=True)
class RingShape:
    marks: tuple[tuple[str, tuple[str, ...]], ...]  # arrays of descriptor members: name, rows
    members: tuple[str, ...]
    kind_table: str
    kinds: tuple[tuple[str, ...], ...]  # of entries: members of each initialiser


@dataclass(frozen=True, slots=True)
class EntryHook:
    """A hook for entries of one kind, which carry no payload."""

    name: str  # "tx_context"
    ring: str  # as the manifest has them
    kind: str
    ring_index: int
    kind_index: int


def member(descriptor: Descriptor, to: MemberRef) -> str:
    """A member of a descriptor, or bits of it, as struct dddk_model_member."""
    found = next(member for member in descriptor.members if member.name == to.member)
    mask = (1 << found.width) - 1
    if to.field is not None:
        mask = next(field.mask for field in found.fields if field.name == to.field)
    turned = ", .turned = true" if swapped(descriptor, found) else ""
    return f"{{.offset = {found.offset}, .bytes = {found.width // 8}, .mask = {hexadecimal(mask, found.width)}{turned}}}"


def addresses(layout: Descriptor, ring: Ring) -> list[str]:
    """Where an entry says where its data is."""
    names = ("address", "address_high")
    return [f".{name} = {member(layout, ref)}" for name, ref in zip(names, ring.payload_address, strict=False)]


def back_members(ring: Ring, descriptor: Descriptor, by_value: dict[str, Ref], ref: Callable[[Ref | None], str]) -> list[str]:
    """How entries come back, and sizes that are told in a form of their own."""
    rows = []
    if ring.take_field is not None:
        rows.append(f".done = {member(descriptor, ring.take_field)}")
    if ring.take_by == "bit" and ring.take_ready == 0:
        rows.append(".done_is_0 = true")
    if ring.take_by == "lap":
        rows += [".laps = true", f".lap_starts = {'true' if ring.take_starts else 'false'}"]
    if ring.take_by == "index":
        rows += [
            ".by_index = true",
            f".in_memory = {'true' if ring.take_from is None else 'false'}",
            f".taken = {ref(ring.take_from)}",
            f".taken_low = {ref(by_value.get('taken.low') or by_value.get('taken'))}",
            f".taken_high = {ref(by_value.get('taken.high'))}",
        ]
    for attach in ring.attach:
        form = None if isinstance(attach.value, (int, str)) else size_form(attach.value, descriptor.size)
        if form is not None:
            rows += [f".size = {ref(attach.to)}", f".size_unit = {form.unit}", f".size_bias = {form.bias}", f".size_is_log2 = {'true' if form.log2 else 'false'}"]
            break
    return rows


def shifts(driver: Driver, by_value: dict[str, Ref]) -> list[str]:
    """Lower bits of addresses that their registers do not hold."""
    rows = []
    for name in ("base", "taken"):
        for half, to in (("low", by_value.get(f"{name}.low") or by_value.get(name)), ("high", by_value.get(f"{name}.high"))):
            field = None if to is None else next((one for one in driver.register(to.register).fields if one.name == to.field), None)
            if field is not None and field.kind == "address" and field.lsb:
                rows.append(f".{name}_{half}_shift = {field.lsb}")
    return rows


def kind_rows(driver: Driver, ring: Ring, prefix: str, arrays: list[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, ...], ...]:
    """The kinds of entries of a ring, where there are several; what they are told apart by and their marks go into arrays."""
    parent, back = driver.descriptor(ring.descriptor), driver.kinds_back(ring)
    rows = []
    for one in parent.alternatives if ring.carries else ():
        name = f"{prefix}_{lower(one.name)}"
        when = [(ref_, value) for ref_, value in zip(parent.chosen_by, one.values) if value is not None]
        values = [value << place(parent, ref_)[0] for ref_, value in when]
        carries = one in back if back else one.name in ring.carries
        marks = () if back else ring.frame_last if carries else tuple(mark for mark in ring.frame_last[1:] if has(one.layout, mark))
        row = [
            f'.name = "{string(one.name)}"',
            f".carries = {'true' if carries else 'false'}",
        ]
        if when:
            arrays.append((f"{name}_when_", tuple(member(parent, ref_) for ref_, _ in when)))
            row += [f".when = {name}_when_", f".value = {{{', '.join(f'{value:#x}' for value in values)}}}", f".when_count = {len(when)}"]
        if back:
            row += [".given = true"] if one.name == ring.carries[0] else []
        elif carries:
            row += addresses(one.layout, ring)
            row.append(f".length = {member(one.layout, MemberRef(ring.payload_length, ring.payload_length_field))}")
        if carries and not back and ring.frame_first:
            arrays.append((f"{name}_first_", tuple(member(one.layout, mark) for mark in ring.frame_first)))
            row += [f".first = {name}_first_", f".first_count = {len(ring.frame_first)}"]
        if marks:
            arrays.append((f"{name}_last_", tuple(member(one.layout, mark) for mark in marks)))
            row += [f".last = {name}_last_", f".last_count = {len(marks)}"]
        rows.append(tuple(row))
    return tuple(rows)


def has(layout: Descriptor, mark: MemberRef) -> bool:
    return any(one.name == mark.member and any(field.name == mark.field for field in one.fields) for one in layout.members)


def ring_shape(driver: Driver, ring: Ring, place_of: Callable[[Driver, Ref | None], str], raises: list[tuple[int, int]]) -> RingShape:
    def ref(to: Ref | None) -> str:
        return place_of(driver, to)

    descriptor = driver.ring_back(ring)
    by_value = {attach.value: attach.to for attach in ring.attach if isinstance(attach.value, str)}
    prefix = f"{lower(driver.name)}_{lower(ring.name)}"
    members = [
        f'.name = "{string(ring.name)}"',
        f".to_device = {'true' if ring.direction is Direction.TO_DEVICE else 'false'}",
        f".big_endian = {'true' if descriptor.order is ByteOrder.BIG else 'false'}",
        f".entry_bytes = {descriptor.size}",
        f".base_low = {ref(by_value.get('base.low') or by_value.get('base'))}",
        f".base_high = {ref(by_value.get('base.high'))}",
        f".size_bytes = {ref(by_value.get('bytes'))}",
        f".size_entries = {ref(by_value.get('count'))}",
        f".head = {ref(by_value.get('head'))}",
        f".tail = {ref(ring.give_to)}",
        *([".owned = true"] if ring.owned else []),
        f".enable = {ref(ring.enable)}",
        *addresses(driver.ring_layout(ring), ring),
        f".length = {member(descriptor, MemberRef(ring.payload_length, ring.payload_length_field))}",
        *back_members(ring, descriptor, by_value, ref),
        *shifts(driver, by_value),
        *([f".give_width = {ring.give_width}"] if ring.give_width else []),
        *([f".take_width = {ring.take_width}"] if ring.take_width else []),
        *([f".bell = {ref(ring.bell)}", f".bell_is_index = {'true' if ring.bell_value is None else 'false'}"] if ring.bell is not None else []),
    ]
    marks: list[tuple[str, tuple[str, ...]]] = []
    kinds = kind_rows(driver, ring, prefix, marks)
    if kinds:
        members += [f".kinds = {prefix}_kinds_", f".kind_count = {len(kinds)}"]
    if ring.wrap is not None:
        members.append(f".wrap = {member(driver.ring_layout(ring), ring.wrap)}")
    if ring.payload_room is not None:
        members.append(f".room = {member(driver.ring_layout(ring), ring.payload_room)}")
    for kind, refs in (("first", ring.frame_first), ("last", ring.frame_last), ("bad", ring.frame_bad)):
        if refs:
            marks.append((f"{prefix}_{kind}_", tuple(member(descriptor, mark) for mark in refs)))
            members += [f".{kind} = {prefix}_{kind}_", f".{kind}_count = {len(refs)}"]
    if ring.payload_size is not None:
        members.append(f".buffer_bytes = {ring.payload_size}")
    members += raised(raises)
    return RingShape(tuple(marks), tuple(members), f"{prefix}_kinds_", kinds)


def entry_hooks(driver: Driver) -> tuple[EntryHook, ...]:
    return tuple(
        EntryHook(f"{lower(ring.name)}_{lower(one.name)}", string(ring.name), string(one.name), index, kind)
        for index, ring in enumerate(driver.rings)
        for kind, one in enumerate(driver.descriptor(ring.descriptor).alternatives if ring.carries else ())
        if one.name not in ring.carries
    )
