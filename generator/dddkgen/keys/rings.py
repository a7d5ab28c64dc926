# SPDX-License-Identifier: MIT
"""The key table: rings and FIFOs, the protocols by which data moves."""

from __future__ import annotations

from ..read import scalars
from ..read.nodes import Kind
from .registers import DOC, SEE
from .types import Choice, Either, Integer, Key, ListOf, MapOf, Name, ObjectType, Pair, Ref, Size

DIRECTION = Choice("a direction", {"from_device": "the device writes, the driver receives", "to_device": "the driver writes, the device sends"})
REGISTER = Ref("a register", "RDT")
FIELD = Ref("a field of a register", "RCTL.EN")
MEMBER = Ref("a member of the descriptor, or a field of one", "status.DD")
LARGEST = 1 << 20

COUNT = ObjectType(
    "count",
    "How many entries a ring has. In short: one number, which is default and maximum.",
    (
        Key("default", Integer(2, LARGEST), "Entries unless somebody asks otherwise; a power of two.", "default: 256", required=True),
        Key("min", Integer(1, LARGEST), "The fewest the device takes.", "min: 80", default="`multiple`, else one more than `spare`"),
        Key("max", Integer(2, LARGEST), "The most the device takes.", "max: 4096", default="`default`"),
        Key("multiple", Integer(1, LARGEST), "The device wants a multiple of this.", "multiple: 8", default="1"),
    ),
    short="default",
)

ENTRY = ObjectType(
    "ring's entry",
    "What the ring is made of.",
    (
        Key("layout", Ref("the name of a descriptor", "rx_desc"), "The descriptor.", "layout: rx_desc", required=True),
        Key("count", COUNT, "How many.", "count: {default: 256, max: 4096, multiple: 8}", required=True),
        Key("align", Size(1, 1 << 20, power=True), "Alignment of the ring's memory in bytes.", "align: 128", default="the descriptor's size, rounded up to a power of two"),
    ),
)

ATTACH_WORDS = {
    "base": "the ring's address as the device sees it",
    "base.low": "its low 32 bits",
    "base.high": "its high 32 bits",
    "bytes": "the ring's size in bytes",
    "count": "the number of its entries",
    "head": "the index where the device begins; marks the register where it shows its own index",
    "tail": "the index where the driver begins; marks the doorbell",
}
ATTACH_VALUE = Either(
    ((lambda node: node.kind is Kind.SCALAR and scalars.integer(node.value) is not None, Integer(literal=True)),),
    Choice("what a ring is attached with", ATTACH_WORDS),
)

GIVE = ObjectType(
    "ring's give",
    "How entries go to the device.",
    (
        Key("by", Choice("a way to give", {"index": "the driver writes the index behind the last entry it gives"}), "The way.", "by: index", required=True),
        Key("to", REGISTER, "The register that the index is written to: the doorbell.", "to: RDT", required=True),
        Key("once", Choice("how often the doorbell rings", {"batch": "once for all that are ready", "entry": "for each"}), "How often.", "once: batch", default="batch"),
    ),
)

TAKE = ObjectType(
    "ring's take",
    "How entries come back.",
    (
        Key("by", Choice("a way to take", {"bit": "the device sets a bit in the entry"}), "The way.", "by: bit", required=True),
        Key("field", MEMBER, "The bit that the device sets when it is done.", "field: status.DD", required=True),
        Key("on", Choice("which entries report", {"each": "every entry", "last": "only the last of a frame"}), "Which entries report.", "on: last", default="each"),
    ),
)

PAYLOAD = ObjectType(
    "ring's payload",
    "Where an entry's data is.",
    (
        Key("address", Ref("a member of the descriptor", "addr"), "The member with its address.", "address: addr", required=True),
        Key("length", Ref("a member of the descriptor", "length"), "The member with its length in bytes.", "length: length", required=True),
        Key("size", Size(64, 1 << 20), "Bytes of a receive buffer: what the device was told, or always assumes.", "size: 2048"),
        Key("max", Size(1, 1 << 20), "The most bytes that one entry of a transmit ring may carry.", "max: 4096"),
    ),
)

FRAME = ObjectType(
    "ring's frame",
    "How entries make a frame.",
    (
        Key("last", ListOf(MEMBER, single=True), "The marks of the last entry: read on receive, where it is one, written on transmit.", "last: [cmd.EOP, cmd.RS]"),
        Key("each", ListOf(MEMBER, single=True), "Bits to set in every entry (transmit).", "each: [cmd.IFCS]"),
        Key("bad", ListOf(MEMBER, single=True), "Bits of the last entry that say the frame is not to be delivered (receive).", "bad: [errors.CE, errors.RXE]"),
    ),
)

RING = ObjectType(
    "ring",
    "A ring of descriptors between driver and device.",
    (
        Key("direction", DIRECTION, "Which way the data goes.", "direction: from_device", required=True),
        Key("entry", ENTRY, "What it is made of.", "entry: {layout: rx_desc, count: 256}", required=True),
        Key("attach", ListOf(Pair(REGISTER, ATTACH_VALUE, "a register and what goes into it, such as `RDLEN: bytes`")), "How the device learns where the ring is: register writes, in this order.", "attach: [RDBAL: base.low, RDBAH: base.high, RDLEN: bytes, RDH: head, RDT: tail]", required=True),
        Key("enable", FIELD, "The bit that lets the device use the ring; set after the handler `start`.", "enable: RCTL.EN"),
        Key("spare", Integer(0, 1024), "Entries that always stay empty, so that full and empty differ.", "spare: 1", default="0"),
        Key("give", GIVE, "How entries go to the device.", "give: {by: index, to: RDT, once: batch}", required=True),
        Key("take", TAKE, "How they come back.", "take: {by: bit, field: status.DD}", required=True),
        Key("payload", PAYLOAD, "Where an entry's data is.", "payload: {address: addr, length: length, size: 2048}", required=True),
        Key("frame", FRAME, "How entries make a frame.", "frame: {last: status.EOP}"),
        DOC,
        SEE,
    ),
)
RINGS = MapOf(Name("the name of a ring", lower=True), RING, "rings by name")

FIFO = ObjectType(
    "FIFO",
    "Bytes through one register, for as long as a bit says so.",
    (
        Key("direction", DIRECTION, "Which way the bytes go.", "direction: to_device", required=True),
        Key("data", Ref("a register", "RBR"), "The register that the bytes go through.", "data: THR", required=True),
        Key("ready", Ref("a field of a register", "LSR.DR"), "The bit that is 1 when there is a byte to read, or room for `depth` bytes.", "ready: LSR.THRE", required=True),
        Key("depth", Integer(1, 4096), "Bytes that may be written when it is ready (to the device).", "depth: 16", default="1"),
        Key("overrun", Ref("a field of a register", "LSR.OE"), "The bit that says bytes were lost (from the device).", "overrun: LSR.OE"),
        DOC,
        SEE,
    ),
)
FIFOS = MapOf(Name("the name of a FIFO", lower=True), FIFO, "FIFOs by name")
