# SPDX-License-Identifier: MIT
"""The key table: enums, registers, fields, descriptors."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ..dataclass import dataclass
from ..diagnostics import Report
from ..read import scalars
from ..read.nodes import Kind, Node
from ..semantics import POLICIES
from .availability import AVAILABILITY
from .types import BitRange, Boolean, Choice, Either, FieldValue, Integer, Key, Later, ListOf, MapOf, Name, ObjectType, Ref, Said, Stride, Text, When
from .values import Scale, resets

DOC = Key("doc", Text(lines=True), "What it is, in Markdown. It becomes the comment in C and the text of the reference page.", "doc: set link up")
SEE = Key("see", Text(), "Where the datasheet says so: a section or page.", "see: 13.4.1")
C_NAME = Key(
    "c_name", Name("a name in C"), "The name in C, where the name of the datasheet is a keyword or a macro there.", "c_name: int_enable"
)
WORD = (1 << 64) - 1

ACCESS = Choice("an access policy", {name: policy.doc for name, policy in POLICIES.items()}, guesses=("rw", "ro", "w1c", "rc", "wo"))
RESERVED = Choice(
    "a policy for reserved bits",
    {
        "preserve": "written back as they were read; a write without a read gives them their reset value",
        "zero": "written as 0",
        "one": "written as 1",
    },
)

ENUM_VALUE = ObjectType(
    "enum value",
    "One value of an enum.",
    (
        Key("value", Integer(0, WORD), "The number that the register holds.", "value: 2", required=True),
        Key("only", Choice("a direction", {"read": "the device shows it, nobody writes it", "write": "it is written, and no read shows it"}), "Where the name has a meaning. A number may have one name for reads and another one for writes.", "only: read", default="both"),
        *AVAILABILITY,
        DOC,
        SEE,
        C_NAME,
    ),
    short="value",
)

VALUES = MapOf(Name("the name of an enum's value", digits=True), ENUM_VALUE, "names with their values")

ENUM = ObjectType(
    "enum",
    "Values with names. In short: the names with their values, `{OFF: 0, ON: 1}`.",
    (
        Key("values", VALUES, "The names with their values.", "values: {OFF: 0, ON: 1}", required=True),
        Key("flags", Boolean(), "Its values are single bits or masks, and a field holds any of them together: in C they are combined with `|`.", "flags: true", default="false"),
        Key("other", Name("the name of all other values", digits=True), "What values without a name are called: the device may show them, messages print this, and `NAME_ENUM_is_OTHER()` asks for it.", "other: reserved", default="values without a name are not expected"),
        DOC,
        SEE,
    ),
    short="values",
    long_form="values",
)

ENUMS = MapOf(Name("the name of an enum"), ENUM, "enums by name")

_EFFECTS = (
    Key("sets", ListOf(Ref("a register or field", "ICR"), single=True), "Writing 1 sets these. On a register: bit by bit, the field of the same name. Of an array: the element with the index given (`PENDING[2]`), else those that belong to the element that is written: of the same block, or of the same index; else all.", "sets: ICR"),
    Key("clears", ListOf(Ref("a register or field", "IMS"), single=True), "Writing 1 clears these, as `sets`.", "clears: IMS"),
    Key("resets", ListOf(Ref("`device`, a reset kind, a register or a field", "device"), single=True), "Writing 1 puts these back to their reset values; `device` is every register, as at power-on, and the name of a reset kind every register by that kind.", "resets: device"),
)

FIELD_TYPE = Choice(
    "a field's type",
    {
        "signed": "a number with a sign, in two's complement",
        "address": "the upper bits of a bus address, in their places: the accessor takes the whole address, which must be aligned to the lowest of them",
    },
)
LIMIT = Integer(-(1 << 63), WORD)

FIELD = ObjectType(
    "field",
    "Some neighbouring bits of a register, or of a descriptor's member. In short: a bit number `5`, or a range `9:8`.",
    (
        Key("bit", BitRange(single=True), "The bit's number; 0 is the least significant.", "bit: 5"),
        Key("bits", BitRange(), "The bits, the high one first.", "bits: 9:8"),
        Key("count", Integer(1, 64), "Repeats it: FIELD_0, FIELD_1 and so on, upwards.", "count: 4"),
        Key("stride", Integer(1, 63, what="a number of bits"), "With `count`: bits from one to the next.", "stride: 8", default="the field's width"),
        Key("access", ACCESS, "What reads and writes do. Of a field in memory: `ro`, the device alone writes it.", "access: w1c", default="the register's; in memory `rw`"),
        Key("enum", Ref("the name of an enum", "speed"), "The enum whose values the field takes.", "enum: speed"),
        Key("type", FIELD_TYPE, "What its bits are. With `enum`: what the enum says.", "type: signed", default="a number without sign; one bit is true or false"),
        Key("half", Choice("a half of an address", {"low": "bits 31 to 0 of it", "high": "bits 63 to 32 of it"}), "With `type: address`: the half that this register has; the accessor takes the whole address.", "half: high", default="the whole address"),
        Key("min", LIMIT, "The least value it may be given. A constant below does not compile, a run-time value is refused.", "min: 1"),
        Key("max", LIMIT, "The greatest value it may be given.", "max: 3"),
        Key("scale", Scale(), "What one step is, in the unit: a fraction or a decimal number, taken exactly.", "scale: 1/16", default="1"),
        Key("unit", Text(limit=16), "The unit, for people: pages, dumps and `dddk decode` print it.", "unit: degC"),
        Key("reset", resets(-(1 << 63)), "The value after a reset, as for a register.", "reset: 3", default="the register's, else unknown"),
        Key("expect", ListOf(FieldValue(signed=True), single=True), "Attaching refuses a device where it reads otherwise: one value, or a list of those that are right. Of a field in memory `NAME_DESCRIPTOR_is_expected()` asks.", "expect: 3", default="anything"),
        *_EFFECTS,
        Key("locked_by", Ref("a field", "LOCK.LOCKED"), "While this field is not 0, writing does nothing. Of an array as in `when:`.", "locked_by: LOCK.LOCKED"),
        Key("volatile", Boolean(), "The device changes it on its own.", "volatile: true", default="the register's"),
        *AVAILABILITY,
        DOC,
        SEE,
        C_NAME,
    ),
    short="bits",
    one_of=(("bit", "bits"),),
)

FIELDS = MapOf(Name("the name of a field"), FIELD, "fields by name")

OFFSET = Integer(0, (1 << 40) - 1, what="an offset in bytes")


@dataclass(frozen=True, repr=False, eq=False)
class ElementCount(Integer):
    """A number of elements, or the name of an enum with a value for each."""

    what: str = "a number of elements, or the name of an enum"

    def read(self, node: Node, report: Report) -> Any:
        found = scalars.reference(node.value) if re.fullmatch(r"[A-Za-z_]\w*", node.value, re.ASCII) else None
        if found is not None and found.name not in (*report.parameters, *report.unreadable):
            return found
        return super().read(node, report)


COUNT = ElementCount(1, 1 << 24)

REGISTER = ObjectType(
    "register",
    "A register, or an array of them. In short: its offset.",
    (
        Key("at", ListOf(OFFSET, single=True), "Where it is in its region or block, in bytes; a list makes it an array with these elements, in any order and at any distances.", "at: 0x2800", required=True),
        Key("region", Ref("the name of a region", "regs"), "The region it is in.", "region: regs", default="the region with `default: true`, or the only one"),
        Key("alias_of", Ref("a register", "CTRL"), "It is another address of this register, or with an index of one element of an array. What it does not say, it has from there; with `access` or `fields` it is another view of the same bits. At the register's own address `fields` give some of its bits other names and meanings, and the rest keep theirs.", "alias_of: CTRL"),
        Key("width", Integer(8, 64, power=True, what="a width in bits"), "8, 16, 32 or 64 bits.", "width: 8", default="32"),
        Key("access", ACCESS, "What reads and writes do: the default of its fields, or of the whole register when it has none. Of a data port whose reads take something away (outside `fifos`, which says it by itself) `rc`: then `NAME_dump()` leaves it alone.", "access: ro", default="rw"),
        Key("fields", FIELDS, "Its fields by name. Without fields the register is one unsigned number.", "fields: {EN: 1, COUNT: 11:4}"),
        Key("count", COUNT, "Makes it an array of so many elements, or with an element for each value of an enum. An array of one is an array.", "count: 128"),
        Key("stride", Stride(1, 1 << 32), "Bytes from one element to the next. With `4 << REGISTER.FIELD`, `4 * REGISTER.FIELD` or `REGISTER.FIELD` the device says it, in a field or in a register without fields, and is asked once, when the driver attaches: it is refused where elements would overlap, be misaligned or leave the region. What it says about a single element does not matter.", "stride: 8", default="the register's width"),
        Key("present", Said(), "With `count`, of an array that is in no repeated block: how many of the elements this device has, from the first one on, as it says in a register or a field of one. That is asked once, when the driver attaches; the device is refused where they leave its BAR, which needs room for these only, whatever `size` is. Of the others a read gives 0 and a write is refused; debug builds stop there.", "present: PORTS", default="all"),
        Key(
            "reset", resets(0),
            "The value after a reset, `unknown` if nobody says. By kind, of those under `reset_kinds:`, also `unchanged`; a kind that is not named does what the first one does.",
            "reset: 0x01", default="unknown",
        ),
        Key("expect", ListOf(FieldValue(), single=True), "For a register without fields: attaching refuses a device where it, or any element of an array, reads otherwise.", "expect: [0x82540, 0x82545]", default="anything"),
        Key("reserved", RESERVED, "What a write puts into bits that no field covers.", "reserved: zero", default="preserve"),
        Key("when", When(), "The bank: the register is there only while a field of another register has this value. Of an array it is the element with the index given (`CFG[0].MODE == 1`), or the one that belongs to the register's own element: that of the same block, or of the same index.", "when: LCR.DLAB == 1"),
        Key("write_mask", Boolean(), "The upper half holds an enable bit for each bit of the lower half: a write reaches only bits whose enable bit is 1. So an update is one store, without a read.", "write_mask: true", default="false"),
        Key("shadow", Boolean(), "The driver keeps what it wrote last, so that a write-only register can be updated.", "shadow: true", default="false"),
        Key("set_at", OFFSET, "The offset of a second address, REGISTER_SET: writing 1 there sets the bit.", "set_at: 0x2a04"),
        Key("clear_at", OFFSET, "The offset of a second address, REGISTER_CLEAR: writing 1 there clears the bit.", "clear_at: 0x2a08"),
        *_EFFECTS[:2],
        Key("read_clears", ListOf(Ref("a register or field", "ICR.TXDW"), single=True), "Reading this register clears these.", "read_clears: ICR"),
        replace(_EFFECTS[2], example="resets: [RDH, RDT]"),  # the whole device only by a field
        Key("volatile", Boolean(), "The device changes it on its own.", "volatile: true", default="false"),
        Key("lock", Choice("who else uses the register", {"irq": "interrupts write it too: every access that writes holds a lock"}), "Accesses hold a lock, because interrupts use the register too.", "lock: irq"),
        Key("order", Choice("a byte order", {"little": "least significant byte first", "big": "most significant byte first"}), "The order of its bytes, where it is not that of its region.", "order: big", default="the region's"),
        Key("split", Choice("an order of halves", {"low_first": "the less significant half first", "high_first": "the more significant half first"}), "The bus moves its 64 bits in two halves, in this order.", "split: low_first"),
        Key("latched", Boolean(), "Reading the first half holds the other one still.", "latched: true", default="false"),
        *AVAILABILITY,
        DOC,
        SEE,
        C_NAME,
    ),
    short="at",
)

REGISTERS = MapOf(Name("the name of a register"), REGISTER, "registers by name")

RESET_KIND = ObjectType(
    "reset kind",
    "One way in which the device is reset. In short: what it is.",
    (Key("doc", DOC.type, DOC.doc, "doc: by CTRL.RST", required=True), SEE),
    short="doc",
)
RESET_KINDS = MapOf(Name("the name of a reset kind"), RESET_KIND, "reset kinds by name")

BLOCK = ObjectType(
    "block",
    "Registers that belong together, and may be there several times. Their names have the block's before them: BLOCK_REGISTER.",
    (
        Key("at", OFFSET, "Where it begins in its region or block, in bytes.", "at: 0x3000", required=True),
        Key("count", COUNT, "How often it is there: each of its registers is an array. Of an array in it, or in a repeated block in it, each element has an index for every repeat, the outermost first: `NAME_PORT_QUEUE_read(dev, port, queue)`.", "count: 4"),
        Key("stride", Stride(1, 1 << 32), "With `count`: bytes from one to the next; the device may say it, as in a register.", "stride: 0x100"),
        Key("present", Said(), "With `count`, where it is in no repeated block: how many there are in this device, as of the elements of a register.", "present: PORTS", default="all"),
        Key("region", Ref("the name of a region", "regs"), "The region it is in.", "region: regs", default="the default region"),
        *AVAILABILITY,
        Key("registers", REGISTERS, "Its registers; offsets count from its beginning. Among themselves they need no prefix.", "registers: {ENABLE: {at: 0, fields: {ON: 0}}, LEVEL: 4}"),
        Key("blocks", Later(lambda: BLOCKS), "Blocks in it, which may be repeated, too: up to four repeats within one another.", "blocks: {TIMER: {at: 0x40, registers: {LEFT: 0}}}"),
        DOC,
        SEE,
    ),
)
BLOCKS = MapOf(Name("the name of a block"), BLOCK, "blocks by name")

MEMBER_TYPE = Choice("a member's type", {"u8": "8 bits", "u16": "16 bits", "u32": "32 bits", "u64": "64 bits"})
MEMBER = ObjectType(
    "member of a descriptor",
    "One member of a descriptor. In short: its type.",
    (
        Key("type", MEMBER_TYPE, "Its type.", "type: u32", required=True),
        Key("order", Choice("a byte order", {"little": "least significant byte first", "big": "most significant byte first"}), "The order of its bytes, where it is not that of the descriptor.", "order: big", default="the descriptor's"),
        Key("reserved", RESERVED, "What is written into bits that no field covers; whatever writes a whole entry preserves none.", "reserved: one", default="preserve"),
        DOC,
        SEE,
        C_NAME,
    ),
    short="type",
)

CHOSEN = FieldValue(what="a number, the name of a value, or `any`")
ALTERNATIVE = ObjectType(
    "alternative",
    "One of the forms that an entry may have.",
    (
        Key(
            "value", ListOf(Either(((lambda node: node.kind is Kind.SEQUENCE, ListOf(CHOSEN)),), CHOSEN), single=True),
            "What the members and fields of `chosen_by` hold, in that order; `any`, and what is left out, may be anything. A list in the place of one, or where `chosen_by` names one only the list itself, "
            "makes an alternative of this form for each of its values, with the value's name behind its own: `command_RESET`.",
            "value: [1, 0]", required=True,
        ),
        Key("layout", MapOf(Name("the name of a member"), MEMBER, "members with their types"), "Its members; all together as long as the descriptor.", "layout: {mss: u16, header: u8, status: u8, length: u32, more: u64}", default="that of the descriptor"),
        Key("fields", MapOf(Name("the name of a member"), FIELDS, "members with their fields"), "Bit fields of its members; without a `layout` of its own, besides those of the descriptor.", "fields: {length: {BYTES: 19:0, LAST: 24}}"),
        DOC,
        SEE,
    ),
)

DESCRIPTOR = ObjectType(
    "descriptor",
    "A structure in memory that driver and device share. Members follow one another without gaps.",
    (
        Key("layout", MapOf(Name("the name of a member"), MEMBER, "members with their types"), "The members in order, with their types.", "layout: {addr: u64, length: u16, flags: u16, rest: u32}", required=True),
        Key("fields", MapOf(Name("the name of a member"), FIELDS, "members with their fields"), "Bit fields of members.", "fields: {flags: {DONE: 0, LAST: 1}}"),
        Key("order", Choice("a byte order", {"little": "least significant byte first", "big": "most significant byte first"}), "The byte order of its members.", "order: big", default="little"),
        Key("chosen_by", ListOf(Ref("a member of the descriptor, or a field of one", "command.KIND"), single=True), "What says which of its `alternatives` an entry is.", "chosen_by: [command.EXTENDED, command.KIND]"),
        Key("alternatives", MapOf(Name("the name of an alternative"), ALTERNATIVE, "alternatives by name"), "Forms of the entry: the same bytes with other members.", "alternatives: {plain: {value: 0, fields: {command: {SPAN: 11:4}}}, other: {value: 1}}"),
        DOC,
        SEE,
    ),
)

DESCRIPTORS = MapOf(Name("the name of a descriptor"), DESCRIPTOR, "descriptors by name")
