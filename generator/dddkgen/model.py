# SPDX-License-Identifier: MIT
"""The checked model of one driver: what `check` hands to `lower`.

Every name in it is resolved, every array has its offsets, every default is filled in. Objects are frozen and carry
`origin`, the place in the manifest that they come from. Names are as the manifest writes them (usually upper case for
registers and fields); what they become in C is lowering's business, except where the author said `c_name:`.

    Driver
      matches, variants, revisions, regions, enums
      devices                                  each combination of variant and revision, where they differ
      registers ── fields                      one object an array; `count`, `stride`
      descriptors ── members ── fields         layouts in memory
      rings, fifos                             protocols over descriptors and registers
      interrupts ── causes
      buffers, user operations, handlers
"""

from __future__ import annotations

import functools
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from .capabilities import Capability
from .dataclass import dataclass
from .matching import MatchDatum
from .places import Repeat
from .procedures import Operation, Transfer
from .settings import Param, Stat
from .windows import Window

if TYPE_CHECKING:
    from .ring_forms import RingForm
    from .ring_values import Value as RingValue


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a manifest; lines and columns count from 1, `end_column` is just behind the last character."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class DeviceClass(Enum):
    NET = "net"
    SERIAL = "serial"
    MISC = "misc"


class Direction(Enum):
    TO_DEVICE = "to_device"
    FROM_DEVICE = "from_device"


class ByteOrder(Enum):
    LITTLE = "little"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class DmaLimits:
    address_bits: int = 32
    boundary: int = 0  # bytes, a power of two; 0: none
    alignment: int = 1  # bytes, a power of two


@dataclass(frozen=True, slots=True)
class Match:
    """One PCI ID that the driver serves. None: any."""

    vendor: int | None
    device: int | None
    subsystem_vendor: int | None
    subsystem_device: int | None
    class_code: int | None  # 24 bits
    class_mask: int
    variant: str | None
    dma: DmaLimits  # of the variant, else of the driver
    origin: Span
    doc: str = ""
    see: str = ""
    data: tuple[int, ...] = ()  # for each of `Driver.match_data`
    compatible: str | None = None  # of devices that are not on PCI; then nothing else is asked for


@dataclass(frozen=True, slots=True)
class Remark:
    """What the author says about a piece of something: the `give` of a ring, a window, a waiver."""

    place: str  # keys and names from the top of the manifest, joined by dots
    doc: str
    see: str


@dataclass(frozen=True, slots=True)
class Waived:
    """A warning that the author says is none."""

    code: str
    place: str  # "": all of the manifest
    reason: str
    remark: Remark | None


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the devices that the driver serves, where they differ."""

    name: str
    dma: DmaLimits
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of the device, by its ID in configuration space."""

    name: str
    number: int
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """One of the devices that the driver serves, as it is: a variant of a revision.

    Where it stands in `Driver.devices` is its bit in the sets of devices (`Register.devices` and so on).
    """

    variant: str | None  # None: the manifest names none, or a line of `match:` says none
    revision: str | None
    registers: tuple[Register | None, ...]  # as here, in the order of `Driver.registers`; None: it lacks it
    enums: tuple[Enum_, ...]  # with the values that it has, in the order of `Driver.enums`

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.variant, self.revision) if part is not None)


class Moment(Enum):
    """When a workaround is called."""

    RESET = "reset"
    START = "start"


@dataclass(frozen=True, slots=True)
class Erratum:
    name: str
    title: str
    devices: int  # the set of those that have it
    touches: tuple[str, ...]  # as the manifest writes them
    workaround: str | None
    moment: Moment
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """Where in its BAR a region begins."""

    base: int  # bytes
    scale: Scale | None  # and so many more, by what the device says

    @property
    def text(self) -> str:
        if self.scale is None:
            return f"{self.base:#x}"
        return f"{self.base:#x} + {self.scale.text}" if self.base else self.scale.text


class RegionKind(Enum):
    MEMORY = "memory"
    PORT = "port"
    CONFIG = "config"  # PCI configuration space


#: Bytes. A larger BAR of 32 bits finds no room beside other devices and memory, on any machine.
LARGEST_32BIT = 512 << 20

#: Bytes. There are 64 KiB of ports for all devices of a machine.
LARGEST_PORTS = 16 << 10


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    index: int
    bar: int  # -1: a window, configuration space, or what a capability says
    kind: RegionKind
    size: int  # bytes
    order: ByteOrder
    origin: Span
    doc: str = ""
    see: str = ""
    window: Window | None = None  # such regions come behind those that are mapped
    capability: Capability | None = None  # that says where it is
    access_widths: tuple[int, ...] = ()  # bits, of legal accesses; empty: each register's own
    address_bits: int | None = None  # of the BAR; None: either
    prefetchable: bool | None = None  # None: either
    optional: bool = False
    reg: int = -1  # of a device that is not on PCI: which of its ranges; -1: none
    begin: Begin | None = None  # of a part of a BAR; None: it is the whole BAR

    @property
    def asked(self) -> Scale | None:
        """What the device says about where it begins."""
        return None if self.begin is None else self.begin.scale

    @property
    def in_config(self) -> bool:
        return self.kind is RegionKind.CONFIG

    @property
    def is_64bit(self) -> bool:
        """Whether its BAR takes two numbers; where the manifest does not say, as large ones do."""
        return self.address_bits == 64 or (self.address_bits is None and self.kind is RegionKind.MEMORY and self.size > LARGEST_32BIT)


@dataclass(frozen=True, slots=True)
class EnumValue:
    name: str  # as written: "1G"
    value: int
    doc: str
    c_name: str | None
    origin: Span
    see: str = ""
    devices: int | None = None  # the set of those that have it; None: nothing is said, all
    only: str | None = None  # "read": nobody writes it; "write": no read shows it


@dataclass(frozen=True, slots=True)
class Enum_:
    name: str
    values: tuple[EnumValue, ...]
    origin: Span
    doc: str = ""
    see: str = ""
    other: str | None = None  # what a value without a name is called; None: such values are not expected
    flags: bool = False  # values are bits or masks, which a field holds together

    @property
    def read(self) -> tuple[EnumValue, ...]:
        """What a read can show."""
        return tuple(value for value in self.values if value.only != "write")

    @property
    def written(self) -> tuple[EnumValue, ...]:
        """What a write can name."""
        return tuple(value for value in self.values if value.only != "read")


@dataclass(frozen=True, slots=True)
class Effect:
    """Writing 1 to a field sets, clears or resets something elsewhere."""

    kind: str  # "sets" | "clears" | "resets"
    target: str  # a register's name, "REGISTER.FIELD", or "device"
    reset: str | None = None  # of the device: the kind of reset; None: as at power-on
    element: int | None = None  # of an array; None: those that belong to the element that is written
    said: str | None = None  # of one element, as the manifest writes it

    @property
    def text(self) -> str:
        return self.said or self.target

    @property
    def register(self) -> str:
        """The register's name, or "device"."""
        return self.target.partition(".")[0]

    @property
    def field(self) -> str | None:
        return self.target.partition(".")[2] or None


@dataclass(frozen=True, slots=True)
class ResetKind:
    """One way in which the device is reset. The first kind of a manifest is the one at power-on."""

    name: str
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Reset:
    """What a reset of one kind, which is not the first, makes of a field, or of a register where no field is."""

    kind: str
    value: int | None  # None: unknown, unless
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    lsb: int
    width: int
    access: str  # a key of semantics.POLICIES
    enum: Enum_ | None
    reset: int | None  # None: unknown
    effects: tuple[Effect, ...]
    volatile: bool  # the device changes it on its own
    origin: Span
    doc: str = ""
    see: str = ""
    c_name: str | None = None
    locked_by: str | None = None  # "REGISTER.FIELD": while it is not 0, writing does nothing
    lock_element: int | None = None  # of an array; None: that which belongs to the element that is written
    expect: tuple[int, ...] = ()  # one of these, or the device is another one; empty: anything
    devices: int | None = None  # the set of those that have it, if they have the register; None: nothing is said, all
    kind: str = ""  # "signed" | "address" (bits of one, in their places); else a number, a bit or an enum
    half: str | None = None  # of an address: "low" | "high", where two registers share it
    min: int | None = None  # as the accessor takes it
    max: int | None = None
    scale: tuple[int, int] | None = None  # one step is so much, as a reduced fraction
    unit: str = ""
    resets: tuple[Reset, ...] = ()  # by the kinds behind the first, whose value is `reset`

    @property
    def mask(self) -> int:
        """The field's bits in place."""
        return ((1 << self.width) - 1) << self.lsb


class Reserved(Enum):
    PRESERVE = "preserve"
    ZERO = "zero"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Bank:
    """The register exists only while a field of another register has this value (`when: LCR.DLAB == 1`)."""

    register: str
    field: str
    value: int
    element: int | None = None  # of an array; None: that which belongs to the register's own element


@dataclass(frozen=True, slots=True)
class Scale:
    """The elements of an array are `unit << field` bytes apart, or `unit * field`; the device says it at attach."""

    register: str
    field: str | None  # None: all of the register
    shifts: bool
    unit: int

    @property
    def said(self) -> str:
        """What says it."""
        return self.register if self.field is None else f"{self.register}.{self.field}"

    @property
    def text(self) -> str:
        """How many bytes."""
        return self.said if self.unit == 1 and not self.shifts else f"{self.unit} {'<<' if self.shifts else '*'} {self.said}"

    def mask_in(self, source: Register) -> int:
        """Its bits."""
        return next((field.mask for field in source.fields if field.name == self.field), (1 << source.width) - 1)

    def bytes(self, value: int) -> int:
        """What a value of these bits means."""
        return self.unit << min(value, 64) if self.shifts else self.unit * value


@dataclass(frozen=True, slots=True)
class Present:
    """How many of the outermost repeats of a register a device has: what it says, and so many more."""

    register: str
    field: str | None
    plus: int
    most: int  # that the manifest counts with
    stride: int  # bytes from one to the next
    region: str

    @property
    def said(self) -> str:
        return self.register if self.field is None else f"{self.register}.{self.field}"

    @property
    def text(self) -> str:
        return f"{self.said} + {self.plus}" if self.plus else self.said

    def mask_in(self, source: Register) -> int:
        return next((field.mask for field in source.fields if field.name == self.field), (1 << source.width) - 1)


@dataclass(frozen=True, slots=True, eq=False)  # one is itself: a hash of all that is in it would take too long
class Register:
    name: str
    region: str
    offset: int  # bytes, of element 0
    width: int  # bits: 8, 16, 32, 64
    count: int | None  # None: a single register; otherwise an array, also when 1
    stride: int  # bytes between elements; with `scale` at least; not where it has `repeats`
    access: str  # default of its fields, and its access when it has none
    fields: tuple[Field, ...]  # most significant first; empty: the register is one unsigned value
    reset: int | None
    reserved: Reserved
    bank: Bank | None
    shadow: bool  # the driver keeps what it wrote last
    effects: tuple[Effect, ...]  # of every bit: ICS `sets: ICR` bit by bit
    volatile: bool
    origin: Span
    doc: str = ""
    see: str = ""
    c_name: str | None = None
    lock: str | None = None  # "irq": interrupts use it too, so every access that writes or selects holds a lock
    order: ByteOrder | None = None  # None: its region's
    split: str | None = None  # 64 bits in two halves: "low_first" | "high_first"
    latched: bool = False  # reading the first half holds the other one still
    index: str | None = None  # the enum whose values count its elements
    expect: tuple[int, ...] = ()  # of a register without fields: one of these, or the device is another one
    devices: int | None = None  # the set of those that have it; None: nothing is said, all
    scale: Scale | None = None  # of an array whose elements the device may put further apart
    alias_of: str | None = None  # the register that holds what this one shows
    alias_element: int | None = None  # the one element of it; None: all of it
    same_view: bool = False  # of an alias: it does what that register does
    write_mask: bool = False  # the upper half of what is written says which bits of the lower half it reaches
    read_effects: tuple[Effect, ...] = ()  # of a read: what it clears elsewhere, all of it
    resets: tuple[Reset, ...] = ()  # by the kinds behind the first, whose value is `reset`
    present: Present | None = None  # None: every element is there
    repeats: tuple[Repeat, ...] = ()  # of an array in an array, or of one not in equal steps; then `count` is that of all elements

    @property
    def storage(self) -> str:
        """The name of the register that holds what this one shows: it, or that which it is an alias of."""
        return self.alias_of or self.name

    @property
    def enable_shift(self) -> int:
        """How far above a bit its enable bit is; 0: every bit is written."""
        return self.width // 2 if self.write_mask else 0

    def after_reset(self, kind: str | None) -> tuple[int, int, int]:
        """Value, mask of the bits that it tells, and mask of those that stay as they are, after a reset of this kind; None: the first."""
        own = next((reset for reset in self.resets if reset.kind == kind), None)
        if own is None:
            return self.reset_value, self.reset_known, 0
        every = (1 << self.width) - 1
        value, known, unchanged = own.value or 0, every if own.value is not None else 0, every if own.unchanged else 0
        for field in self.fields:
            reset = next((reset for reset in field.resets if reset.kind == kind), None)
            if reset is not None:
                value = value & ~field.mask | (reset.value or 0) << field.lsb & field.mask
                known = known & ~field.mask | (field.mask if reset.value is not None else 0)
                unchanged = unchanged & ~field.mask | (field.mask if reset.unchanged else 0)
        return value, known, unchanged

    @property
    def bytes(self) -> int:
        return self.width // 8

    @property
    def reset_known(self) -> int:
        """The bits whose value after a reset the manifest tells, of the register or of its fields."""
        mask = 0 if self.reset is None else (1 << self.width) - 1
        for field in self.fields:
            mask |= field.mask if field.reset is not None else 0
        return mask

    @property
    def reset_value(self) -> int:
        """The value after a reset; 0 in bits that are not known."""
        value = self.reset or 0
        for field in self.fields:
            if field.reset is not None:
                value = value & ~field.mask | field.reset << field.lsb & field.mask
        return value


@dataclass(frozen=True, slots=True)
class Block:
    """Registers that belong together: those whose names begin with NAME_. For the documentation; they are in `registers`."""

    name: str
    offset: int  # bytes
    count: int | None
    stride: int | None  # bytes
    origin: Span
    doc: str = ""
    see: str = ""
    repeats: tuple[Repeat, ...] = ()  # with those around it, the outermost first, where there are several


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a descriptor: an unsigned integer, perhaps with bit fields in it."""

    name: str
    offset: int  # bytes
    width: int  # bits
    fields: tuple[Field, ...]  # most significant first
    origin: Span
    doc: str = ""
    see: str = ""
    c_name: str | None = None
    order: ByteOrder | None = None  # None: the descriptor's
    reserved: Reserved | None = None  # bits of no field; None: nothing is said, they are preserved


@dataclass(frozen=True, slots=True)
class Descriptor:
    name: str
    size: int  # bytes
    order: ByteOrder
    members: tuple[Member, ...]
    origin: Span
    doc: str = ""
    see: str = ""
    chosen_by: tuple[MemberRef, ...] = ()  # what says which of the alternatives an entry is
    alternatives: tuple[Alternative, ...] = ()
    for_handlers: bool = False  # no ring is made of it: what is done with it, handlers do
    aligned_to: int | None = None  # of an alternative: what the descriptor's own struct is aligned to in C; None: it is the descriptor

    @property
    def alignment(self) -> int:
        """What its struct in C is aligned to; 1 where the compiler must be told to put every member where the manifest does."""
        widest = max((member.width // 8 for member in self.members), default=1)
        natural = self.size % widest == 0 and all(member.offset % (member.width // 8) == 0 for member in self.members)
        return widest if natural and (self.aligned_to is None or widest <= self.aligned_to) else 1


def says_length(layout: Descriptor, member: str, field: str | None) -> bool:
    """Has the layout this member, or this field of it?"""
    return any(one.name == member and (field is None or any(each.name == field for each in one.fields)) for one in layout.members)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the forms of a descriptor: the same bytes with other members."""

    name: str
    values: tuple[int | None, ...]  # of `chosen_by`, in its order; None: whatever it is
    layout: Descriptor  # named DESCRIPTOR_NAME
    own_layout: bool  # not the common one with more fields
    origin: Span
    doc: str = ""
    see: str = ""
    form: str = ""  # the name in the manifest: of several alternatives of one form the same


@dataclass(frozen=True, slots=True)
class Ref:
    """A register, or one field of it; for an array also which element."""

    register: str
    field: str | None = None
    index: int | str | None = None  # of all its elements; in generated code also the name of a variable
    indices: tuple[int, ...] = ()  # the same, one for each repeat, where there are several

    @property
    def arguments(self) -> str:
        """What stands behind `dev` in a call of its accessors."""
        return "".join(f", {index}" for index in self.indices or (() if self.index is None else (self.index,)))

    @property
    def whole(self) -> Ref:
        """The register that the field is in."""
        return replace(self, field=None)

    @property
    def text(self) -> str:
        """As the manifest writes it."""
        indices = self.indices or (() if self.index is None else (self.index,))
        return self.register + "".join(f"[{index}]" for index in indices) + (f".{self.field}" if self.field else "")


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A member of a descriptor, or one bit field of it: `status.DD`."""

    member: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Attach:
    """One register write that tells the device where the ring is.

    `value` is one of: "base", "base.low", "base.high", "bytes", "count", "head", "tail" (the index where both begin),
    "taken", "taken.low", "taken.high" (the address of the word that the device writes its index to), an integer, or an
    expression over those. A register attached with "head" is where the device shows its own index, one with "tail" the doorbell.
    """

    to: Ref
    value: RingValue | str


@dataclass(frozen=True, slots=True)
class Ring:
    name: str
    direction: Direction
    descriptor: str
    count_default: int  # powers of two
    count_min: int
    count_max: int
    count_multiple: int
    align: int  # bytes
    attach: tuple[Attach, ...]
    enable: Ref | None
    spare: int
    give_to: Ref | None  # `give: {by: index, to:, once:}`; None: by the bit that it is taken back by
    give_once: str  # "batch" | "entry"
    take_by: str  # "bit" | "lap" | "index"
    take_field: MemberRef | None  # `take: {by: bit, field:, on:}`; None: by index
    take_ready: int  # by bit: its value when the entry is done
    take_starts: int  # by lap: its value on the first
    take_from: Ref | None  # by index: the register; None: a word in memory
    take_on_last: bool  # only the last entry of a frame reports
    payload_address: tuple[MemberRef, ...]  # the whole address, or its halves, the low one first
    payload_length: str  # a member
    payload_length_field: str | None  # of that member; None: all of it
    payload_size: int | None  # bytes of a receive buffer
    payload_max: int | None  # bytes one entry of a transmit ring may carry
    frame_last: tuple[MemberRef, ...]  # marks of the last entry: read on receive (exactly one), written on transmit
    frame_each: tuple[MemberRef, ...]
    frame_bad: tuple[MemberRef, ...]
    give_width: int  # bits of an index that runs freely; 0: it is masked by the count
    take_width: int
    bell: Ref | None  # a register or field to write besides
    bell_value: int | None  # None: the index
    carries: tuple[str, ...]  # the descriptor's alternatives with payload, the one that the driver writes first; empty: it has none
    origin: Span
    doc: str = ""
    see: str = ""
    wrap: MemberRef | None = None  # a mark of the ring's last entry
    frame_first: tuple[MemberRef, ...] = ()  # marks of the first entry: written on transmit
    payload_room: MemberRef | None = None  # where an empty buffer's size is written

    @property
    def owned(self) -> bool:
        """A bit of each entry says whose it is; no index is told."""
        return self.give_to is None

    @property
    def mark_when_given(self) -> int | None:
        """What the bit that says that an entry is done is when the driver gives it. None: there is none, or each lap has its own."""
        return 1 - self.take_ready if self.take_by == "bit" else None


@dataclass(frozen=True, slots=True)
class Fifo:
    """Words through one register, for as long as the device says that there are any, or room for them."""

    name: str
    direction: Direction
    data: Ref  # a register, or the field of it that the words are in
    ready: Ref | None  # one bit that says that `threshold` words may be moved; None: `level`, `room`, or always
    depth: int  # words it holds
    overrun: Ref | None  # a bit that says words were lost
    origin: Span
    doc: str = ""
    see: str = ""
    ready_is: bool = True  # what the bit is then
    level: Ref | None = None  # how many words are in it
    room: Ref | None = None  # how many words it takes
    threshold: int = 1
    bytes: str | None = None  # "low_first" | "high_first": words carry bytes; None: they are numbers

    @property
    def says(self) -> Ref | None:
        """What the driver reads before it moves words. None: it may move them at any time."""
        return self.ready or self.level or self.room


class CauseKind(Enum):
    BITS = "bits"
    CODE = "code"
    MESSAGE = "message"  # no register: who hears it knows what happened


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry of `on:`."""

    name: str
    bit: int  # the bit in the cause set; for codes, the code
    services: tuple[str, ...]  # rings and fifos the poll serves
    call: str | None  # handler in thread context
    at_start: bool
    complete: str | None  # the completion it wakes
    raised_by: str | None  # the ring or fifo whose progress raises it
    enable: Ref | None  # its enable bit where the mask is a plain register
    origin: Span
    doc: str = ""
    see: str = ""
    acknowledge: Ref | None = None  # register whose read clears it
    level: bool | None = None  # only its handler takes it back; None: not said, so where nothing acknowledges it


@dataclass(frozen=True, slots=True)
class Interrupt:
    name: str
    modes: tuple[str, ...]  # "msix" | "msi" | "intx", in order of preference
    cause_kind: CauseKind
    cause_at: Ref | None  # register; None where the message says it all: then `causes` is one, called MESSAGE
    cause_none: str | None  # field that is 1 when there is no cause (codes)
    cause_code: str | None  # field with the code
    acknowledge_at: Ref | None  # register to write the snapshot to; None: the read, or the service, acknowledges
    mask_set_at: Ref | None  # registers to write the causes to
    mask_clear_at: Ref | None
    mask_at: Ref | None  # or one register of enable bits
    causes: tuple[Cause, ...]
    origin: Span
    doc: str = ""
    see: str = ""
    vector: int | None = None  # entry of the MSI-X table; None: not said, so it is 0
    switch_on: Ref | None = None  # of a message: the bit to write 1 to so that it comes, and so that it does not
    switch_off: Ref | None = None
    switch: Ref | None = None  # or the one bit that is 1 while it may come
    mask_inverted: bool = False  # enable bits, or `switch`, are 0 while it may come

    # An interrupt without `mask:` cannot be masked at the device, only on its way.

    @property
    def cause(self) -> str:
        """The cause register's name, or ""."""
        return "" if self.cause_at is None else self.cause_at.register

    @property
    def acknowledge(self) -> str | None:
        return None if self.acknowledge_at is None else self.acknowledge_at.register

    @property
    def mask_set(self) -> str | None:
        return None if self.mask_set_at is None else self.mask_set_at.register

    @property
    def mask_clear(self) -> str | None:
        return None if self.mask_clear_at is None else self.mask_clear_at.register

    @property
    def mask_register(self) -> str | None:
        return None if self.mask_at is None else self.mask_at.register

    @property
    def cause_registers(self) -> tuple[str, ...]:
        return (self.cause,) if self.cause else ()

    @property
    def mask_registers(self) -> tuple[str, ...]:
        """Registers that are written to mask it or to let it come."""
        return tuple(ref.register for ref in self.masks_at)

    @property
    def masks_at(self) -> tuple[Ref, ...]:
        """The same, each with its element."""
        switches = (ref.whole for ref in (self.switch_on, self.switch_off, self.switch) if ref is not None)
        return (*filter(None, (self.mask_set_at, self.mask_clear_at, self.mask_at)), *switches)

    def meets(self, other: Interrupt) -> bool:
        """Are both there in one mode?"""
        return bool(set(self.modes) & set(other.modes))


@dataclass(frozen=True, slots=True)
class Buffer:
    """Coherent memory that a handler uses, allocated by start and freed by stop: `struct dddk_dma_memory` by that name."""

    name: str
    size: int  # bytes
    align: int  # bytes
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    width: int  # bits
    out: bool
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class UserOperation:
    """One operation of a misc device: a handler that somebody outside calls."""

    name: str
    arguments: tuple[Argument, ...]  # in before out
    data: str | None  # "in" | "out" | None
    data_max: int  # bytes
    origin: Span
    doc: str = ""
    see: str = ""
    fifo: str | None = None  # whose words the caller moves; then there is no handler


@dataclass(frozen=True, slots=True)
class Handler:
    name: str
    origin: Span


@dataclass(frozen=True, slots=True)
class StateMember:
    """A member of the author's private part of the driver struct (`state:`); type is a C type of fixed width."""

    name: str
    c_type: str
    count: int | None
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Driver:
    name: str
    title: str
    klass: DeviceClass
    license: str
    datasheet: str
    doc: str
    file: str  # the manifest, relative to where the command ran; never written into output
    matches: tuple[Match, ...]
    dma: DmaLimits | None
    regions: tuple[Region, ...]
    presence: Ref | None
    enums: tuple[Enum_, ...]
    registers: tuple[Register, ...]  # in order of region, offset, bank
    descriptors: tuple[Descriptor, ...]
    rings: tuple[Ring, ...]
    fifos: tuple[Fifo, ...]
    interrupts: tuple[Interrupt, ...]
    buffers: tuple[Buffer, ...]
    user: tuple[UserOperation, ...]
    handlers: tuple[Handler, ...]
    state: tuple[StateMember, ...]
    model_source: str | None  # NAME_model.c, for what the manifest cannot say
    completions: tuple[str, ...]  # every `complete:` once, in order
    origin: Span
    transfers: tuple[Transfer, ...] = ()
    operations: tuple[Operation, ...] = ()  # over registers
    version: str = ""  # of the driver, as its author counts
    authors: tuple[str, ...] = ()
    see: str = ""
    variants: tuple[Variant, ...] = ()
    blocks: tuple[Block, ...] = ()
    ring_forms: tuple[RingForm, ...] = ()  # rings that are right, and that no driver runs
    match_data: tuple[MatchDatum, ...] = ()
    known_as: tuple[str, ...] = ()  # for each line what its devices are called, for the page; empty: nobody asked
    params: tuple[Param, ...] = ()
    stats: tuple[Stat, ...] = ()
    revisions: tuple[Revision, ...] = ()
    devices: tuple[Device, ...] = ()  # empty: they do not differ in anything but their limits
    errata: tuple[Erratum, ...] = ()
    reset_kinds: tuple[ResetKind, ...] = ()  # the first is that at power-on
    remarks: tuple[Remark, ...] = ()  # about pieces that are no objects here
    waived: tuple[Waived, ...] = ()

    @property
    def on_pci(self) -> bool:
        """Has it lines for devices on PCI?"""
        return any(match.compatible is None for match in self.matches)

    @property
    def on_platform(self) -> bool:
        """Has it lines for devices that are not on PCI?"""
        return any(match.compatible is not None for match in self.matches)

    def remarks_on(self, place: str) -> tuple[Remark, ...]:
        """What is said about the pieces of one thing, such as `rings.rx`, and of their pieces."""
        return tuple(remark for remark in self.remarks if remark.place.startswith(f"{place}."))

    @property
    def bars(self) -> tuple[Region, ...]:
        """The regions that are mapped."""
        return tuple(region for region in self.regions if region.window is None)

    @property
    def layouts(self) -> tuple[Descriptor, ...]:
        """Every structure in memory: the descriptors, each before its alternatives."""
        return tuple(one for descriptor in self.descriptors for one in (descriptor, *(each.layout for each in descriptor.alternatives)))

    @property
    def scaled(self) -> tuple[Register, ...]:
        """Arrays whose elements are as far apart as the device says."""
        return _looked_through(self)[0]

    @property
    def presents(self) -> tuple[Present, ...]:
        """What devices say about how many there are, each once."""
        return _looked_through(self)[2]

    @property
    def has_aliases(self) -> bool:
        """Some register is at more than one address."""
        return _looked_through(self)[1]

    @property
    def window_data(self) -> frozenset[str]:
        """Registers whose accesses go on to what is behind a window."""
        return frozenset(name for region in self.regions if region.window is not None for name in (region.window.data, region.window.store))

    @property
    def every_device(self) -> int:
        """The set of all devices."""
        return (1 << len(self.devices)) - 1

    @property
    def every_register(self) -> tuple[Register, ...]:
        """The registers as the devices have them: one that differs several times, one that none has not at all."""
        if not self.devices:
            return self.registers
        return tuple(dict.fromkeys(register for row in zip(*(device.registers for device in self.devices), strict=True) for register in row if register is not None))

    def as_device(self, device: Device) -> Driver:
        """The driver if it served that device alone."""
        registers = tuple(register for register in device.registers if register is not None)
        return replace(self, registers=registers, enums=device.enums, devices=())

    def order_of(self, register: Register) -> ByteOrder:
        """Which byte of the register comes first on the bus."""
        return register.order or next(region.order for region in self.regions if region.name == register.region)

    def register(self, name: str) -> Register:
        """The register of that name. The model is resolved: a missing one is a bug of the caller."""
        return next(register for register in self.registers if register.name == name)

    def descriptor(self, name: str) -> Descriptor:
        return next(descriptor for descriptor in self.descriptors if descriptor.name == name)

    def ring_layout(self, ring: Ring) -> Descriptor:
        """What the driver writes into a ring: its descriptor, or the alternative with payload."""
        descriptor = self.descriptor(ring.descriptor)
        return next((one.layout for one in descriptor.alternatives if one.name in ring.carries[:1]), descriptor)

    def kinds_back(self, ring: Ring) -> tuple[Alternative, ...]:
        """The alternatives that the device writes into a receive ring: those of its kinds that say how much came."""
        if ring.direction is not Direction.FROM_DEVICE:
            return ()
        alternatives = {one.name: one for one in self.descriptor(ring.descriptor).alternatives}
        named = [alternatives[name] for name in ring.carries if name in alternatives]
        return tuple(one for one in named if says_length(one.layout, ring.payload_length, ring.payload_length_field))

    def ring_back(self, ring: Ring) -> Descriptor:
        """What the driver reads from a ring when an entry comes back; where they may be several they agree in what it reads."""
        back = self.kinds_back(ring)
        return back[0].layout if back else self.ring_layout(ring)

    def handler(self, name: str) -> bool:
        return any(handler.name == name for handler in self.handlers)


@functools.lru_cache(maxsize=8)
def _looked_through(driver: Driver) -> tuple[tuple[Register, ...], bool, tuple[Present, ...]]:
    """What is asked again for each of its registers and takes a look at all of them."""
    scaled = tuple(register for register in driver.registers if register.scale is not None)
    presents = tuple(dict.fromkeys(register.present for register in driver.registers if register.present is not None))
    return scaled, any(register.alias_of is not None for register in driver.registers), presents
