# SPDX-License-Identifier: MIT
"""The key table: rings and FIFOs, the protocols by which data moves."""

from __future__ import annotations


from ..dataclass import dataclass
from ..diagnostics import Report
from ..read import scalars
from ..read.nodes import Kind, Node
from .interrupts import HANDLER_NAME
from .registers import DOC, MEMBER_TYPE, SEE, WORD
from .ring_types import RingRef, RingValue
from .types import Choice, Either, Integer, Key, ListOf, MapOf, Name, ObjectType, Pair, Ref, Size, compared

DIRECTION = Choice("a direction", {"from_device": "the device writes, the driver receives", "to_device": "the driver writes, the device sends"})
REGISTER = Ref("a register", "RDT")
FIELD = Ref("a field of a register", "RCTL.EN")
MEMBER = Ref("a member of the descriptor, or a field of one", "status.DD")
PLACE = RingRef("a register, a field of one, or a member of a part's head", "RDT")
LARGEST = 1 << 20
WIDTHS = Integer(8, 64, power=True, what="a width in bits")

COUNT = ObjectType(
    "count",
    "How many entries a ring has. In short: one number, which is default and maximum.",
    (
        Key("default", Integer(2, LARGEST), "Entries unless somebody asks otherwise; a power of two.", "default: 256", required=True),
        Key("min", Integer(1, LARGEST), "The fewest the device takes.", "min: 80", default="`multiple`, else one more than `spare`"),
        Key("max", Integer(2, LARGEST), "The most the device takes.", "max: 4096", default="`default`"),
        Key("multiple", Integer(1, LARGEST, power=True), "The device wants a multiple of this, a power of two as the count is.", "multiple: 8", default="1"),
        DOC,
        SEE,
    ),
    short="default",
    remarks=True,
)

ENTRY = ObjectType(
    "ring's entry",
    "What the ring is made of: descriptors, or bytes.",
    (
        Key("layout", Ref("the name of a descriptor", "rx_desc"), "The descriptor.", "layout: rx_desc"),
        Key("bytes", Size(64, 1 << 30), "A ring of bytes, of this size: the device writes records of any length one after the other.", "bytes: 32KiB"),
        Key("count", COUNT, "How many descriptors.", "count: {default: 256, max: 4096, multiple: 8}"),
        Key("slack", Size(1, 1 << 20), "Of a ring of bytes: memory behind its end, which a record that begins before it runs into.", "slack: 2KiB", default="records are cut at the end, and go on at the beginning"),
        Key("align", Size(1, 1 << 20, power=True), "Alignment of the ring's memory in bytes.", "align: 128", default="the descriptor's size, rounded up to a power of two"),
        DOC,
        SEE,
    ),
    one_of=(("layout", "bytes"),),
    remarks=True,
)

PART = ObjectType(
    "piece of a ring",
    "One piece of memory of a ring that has several: a table of descriptors, or a ring of numbers or descriptors with a head before it.",
    (
        Key("table", Ref("the name of a descriptor", "vring_desc"), "A table of these.", "table: vring_desc"),
        Key("ring", Ref("`u16`, `u32` or the name of a descriptor", "u16"), "A ring of these.", "ring: u16"),
        Key("head", ListOf(Name("the name of a member")), "Members before the ring, of 16 bits each. A descriptor of the part's own name says which widths and bit fields they have instead.", "head: [flags, idx]"),
        Key("align", Size(1, 1 << 20, power=True), "Its alignment in bytes.", "align: 16", default="the size of what it is made of, rounded up to a power of two"),
        DOC,
        SEE,
    ),
    one_of=(("table", "ring"),),
    remarks=True,
)

ATTACH_WORDS = {
    "base": "the ring's address as the device sees it",
    "base.low": "its low 32 bits",
    "base.high": "its high 32 bits",
    "bytes": "the ring's size in bytes",
    "count": "the number of its entries",
    "head": "the index where the device begins; marks the register where it shows its own index",
    "tail": "the index where the driver begins; marks the doorbell",
    "taken": "the address of the word that `take: {by: index, from: memory}` reads",
    "taken.low": "its low 32 bits",
    "taken.high": "its high 32 bits",
    "qid": "the ring's number, with `instances:`",
}
ATTACH_VALUE = RingValue(ATTACH_WORDS)
ATTACH_STEP = Pair(PLACE, ATTACH_VALUE, "a register and what goes into it, such as `RDLEN: bytes`")
ATTACH_CALL = ObjectType(
    "attach by a handler",
    "The device is told where the ring is by something else than register writes.",
    (
        Key("call", HANDLER_NAME, "The handler that tells it.", "call: create_queue", required=True),
        DOC,
        SEE,
    ),
    remarks=True,
)

DOORBELL = ObjectType(
    "doorbell",
    "A register to write besides, when entries were given.",
    (
        Key("to", PLACE, "The register.", "to: BELL", required=True),
        Key("value", RingValue({"qid": "the ring's number, with `instances:`", "index": "what `by: index` or `by: offset` would write"}), "What is written.", "value: qid", default="index; with `by: bit` 1"),
        Key("unless", PLACE, "A bit that says the device does not want to be told.", "unless: used.flags.NO_NOTIFY"),
        DOC,
        SEE,
    ),
    remarks=True,
)

#: What each way of `give` must say besides, and what it may.
GIVE_WAYS = {
    "index": ("the driver writes the index behind the last entry it gives", ("to",), ("once", "part", "width", "doorbell")),
    "offset": ("the same in bytes from the ring's beginning", ("to",), ("once", "part", "width", "bias", "doorbell")),
    "bit": ("the driver writes a bit in the entry", ("field",), ("once", "doorbell")),
}
GIVE = ObjectType(
    "ring's give",
    "How entries go to the device.",
    (
        Key("by", Choice("a way to give", {name: text for name, (text, _, _) in GIVE_WAYS.items()}), "The way.", "by: index", required=True),
        Key("to", PLACE, "With `by: index` and `by: offset`: the register that it is written to, the doorbell; or a member of a part's head.", "to: RDT"),
        Key("field", MEMBER, "With `by: bit`: the bit that says whose the entry is, the same as in `take: {by: bit}`. `ready` there is what it is when the entry is the driver's; giving writes the other value, behind all else of the entry.", "field: flags.OWN"),
        Key("once", Choice("how often the doorbell rings", {"batch": "once for all that are ready", "entry": "for each", "poll": "once a poll, with all that were taken"}), "How often.", "once: batch", default="batch"),
        Key("part", Ref("the name of a part", "avail"), "The part with what is given.", "part: avail"),
        Key("width", WIDTHS, "The index is not masked, but runs freely over so many bits.", "width: 16", default="it is masked by the count"),
        Key("bias", Integer(-LARGEST, LARGEST), "With `by: offset`: what is added before it is written.", "bias: -16", default="0"),
        Key("doorbell", DOORBELL, "A register to write besides.", "doorbell: {to: BELL}"),
        DOC,
        SEE,
    ),
    remarks=True,
)

#: What each way of `take` may say besides, and what it must.
TAKE_WAYS = {
    "bit": ("the device changes a bit in the entry", (), ("field", "from", "ready", "on")),
    "lap": ("the device writes a bit in the entry that is another one on each lap around the ring", ("field",), ("starts", "on")),
    "index": ("the device says up to where it is done", ("from",), ("part", "width", "match", "length")),
    "offset": ("the same in bytes from the ring's beginning", ("from",), ("width", "bias")),
}
TAKE = ObjectType(
    "ring's take",
    "How entries come back.",
    (
        Key("by", Choice("a way to take", {name: text for name, (text, _, _) in TAKE_WAYS.items()}), "The way.", "by: bit"),
        Key("ring", Ref("the name of another ring", "completions"), "They come back through another ring.", "ring: completions"),
        Key("field", MEMBER, "With `by: bit` the bit that the device sets when it is done; with `by: lap` the bit that changes from lap to lap.", "field: status.DD"),
        Key("from", PLACE, "With `by: index` the register with the index, a member of a part's head, or `memory`: a word of 32 bits of the ring's own. With `by: bit` a bit of a register.", "from: RDH"),
        Key("ready", Integer(0, 1), "With `by: bit`: what the bit is when the entry is done. At 0 the driver sets it when it gives the entry.", "ready: 0", default="1"),
        Key("starts", Integer(0, 1), "With `by: lap`: what the device writes on the first lap.", "starts: 0", default="1"),
        Key("on", Choice("which entries report", {"each": "every entry", "last": "only the last of a frame"}), "Which entries report.", "on: last", default="each"),
        Key("part", Ref("the name of a part", "used"), "The part with what comes back.", "part: used"),
        Key("width", WIDTHS, "The index is not masked, but runs freely over so many bits.", "width: 16", default="it is masked by the count"),
        Key("bias", Integer(-LARGEST, LARGEST), "With `by: offset`: what was added to it.", "bias: 16", default="0"),
        Key("match", Ref("a member", "cid"), "The member by which an entry that comes back is known; with `ring` both have it.", "match: id"),
        Key("length", Ref("a member", "len"), "The member of what comes back that says how much was written.", "length: len"),
        Key("frees", Ref("a member", "sqhd"), "With `ring`: the member of the other ring's entries that says up to where this one has been read.", "frees: sqhd"),
        DOC,
        SEE,
    ),
    one_of=(("by", "ring"),),
    remarks=True,
)

PAGES = ObjectType(
    "payload in pages",
    "Two members for the addresses of pages: the second is an address, or that of a list of them.",
    (
        Key("first", Ref("a member of the descriptor", "prp1"), "The member with the first address.", "first: prp1", required=True),
        Key("second_or_list", Ref("a member of the descriptor", "prp2"), "The member with the second, or with that of a list of further ones.", "second_or_list: prp2", required=True),
        DOC,
        SEE,
    ),
    remarks=True,
)

RECORD = ObjectType(
    "record",
    "What the device writes into a ring of bytes: a header, and the data behind it.",
    (
        Key("header", ListOf(Pair(Name("the name of a member"), MEMBER_TYPE, "a member of the header with its type, such as `length: u16`")), "Members of the header in order.", "header: [status: u16, length: u16]", required=True),
        Key("includes", Integer(0, 1024), "Bytes that `length` counts besides the data: the checksum at its end, for example.", "includes: 4", default="0"),
        Key("max", Size(1, 1 << 20), "The most bytes of data.", "max: 1518", required=True),
        Key("not_yet", Integer(0, WORD), "What `length` is while the device is still writing the record.", "not_yet: 0xfff0"),
        DOC,
        SEE,
    ),
    remarks=True,
)

PAYLOAD = ObjectType(
    "ring's payload",
    "Where an entry's data is.",
    (
        Key("address", ListOf(Ref("a member of the descriptor, or a field of one", "addr"), single=True), "The member with its address, or a field with `type: address`; or two of them, for its low and its high 32 bits.", "address: addr"),
        Key("pages", PAGES, "The members with its addresses, where it lies in pages.", "pages: {first: prp1, second_or_list: prp2}"),
        Key("record", RECORD, "It lies in the ring itself, behind a header.", "record: {header: [status: u16, length: u16], includes: 4, max: 1518}"),
        Key("length", Ref("a member of the descriptor, or a field of one", "length"), "The member with its length in bytes, or a field of one.", "length: length"),
        Key("in", ListOf(Name("the name of an alternative"), single=True), "Where the descriptor has alternatives: those with payload. The driver writes the first; the device takes all of them.", "in: [data, plain]"),
        Key("size", Size(64, 1 << 20), "Bytes of a receive buffer: what the device was told, or always assumes.", "size: 2048"),
        Key("room", Ref("a member of the descriptor, or a field of one", "control.SIZE"), "The member, or a field of one, that `size` is written to in each entry that is given (receive).", "room: control.SIZE"),
        Key("max", Size(1, 1 << 20), "The most bytes that one entry of a transmit ring may carry.", "max: 4096"),
        DOC,
        SEE,
    ),
    one_of=(("address", "pages", "record"),),
    remarks=True,
)

CHAIN = ObjectType(
    "chain",
    "Entries of a frame lie anywhere in the table, and each says where the next is.",
    (
        Key("next", MEMBER, "The member with the index of the next entry.", "next: next", required=True),
        Key("more", MEMBER, "The bit that says there is one.", "more: flags.NEXT", required=True),
        DOC,
        SEE,
    ),
    remarks=True,
)

FRAME = ObjectType(
    "ring's frame",
    "How entries make a frame.",
    (
        Key("first", ListOf(MEMBER, single=True), "The marks of the first entry (transmit).", "first: flags.FS"),
        Key("last", ListOf(MEMBER, single=True), "The marks of the last entry: read on receive, where it is one, written on transmit.", "last: [cmd.EOP, cmd.RS]"),
        Key("each", ListOf(MEMBER, single=True), "Bits to set in every entry (transmit).", "each: [cmd.IFCS]"),
        Key("bad", ListOf(MEMBER, single=True), "Bits of the last entry that say the frame is not to be delivered (receive).", "bad: [errors.CE, errors.RXE]"),
        Key("chain", CHAIN, "The entries are linked.", "chain: {next: next, more: flags.NEXT}"),
        Key("slots", Choice("how entries are chosen", {"in_order": "one after the other", "free_list": "whichever is free"}), "Which entry is used next.", "slots: free_list", default="in_order"),
        DOC,
        SEE,
    ),
    remarks=True,
)

ARM = ObjectType(
    "ring's arm",
    "How the driver asks to be told when entries come back.",
    (
        Key("write", MapOf(PLACE, Integer(0, WORD), "bits with their values"), "What is written.", "write: {avail.flags.NO_INTERRUPT: 0}", required=True),
        Key("then", Choice("what follows", {"recheck": "look once more: what came before is not told"}), "What follows.", "then: recheck", default="recheck"),
        DOC,
        SEE,
    ),
    remarks=True,
)

RING = ObjectType(
    "ring",
    "A ring of descriptors between driver and device.",
    (
        Key("direction", DIRECTION, "Which way the data goes.", "direction: from_device"),
        Key("instances", Integer(1, 4096, what="a number of rings"), "Makes so many of one description; `qid` is the number of each, from 0.", "instances: 4"),
        Key("entry", ENTRY, "What it is made of.", "entry: {layout: rx_desc, count: 256}"),
        Key("parts", MapOf(Name("the name of a part", lower=True), PART, "parts by name"), "What it is made of, where that is several pieces of memory.", "parts: {desc: {table: vring_desc, align: 16}, avail: {ring: u16, head: [flags, idx], align: 2}}"),
        Key("attach", Either(((lambda node: node.kind is Kind.MAPPING, ATTACH_CALL),), ListOf(ATTACH_STEP)), "How the device learns where the ring is: register writes, in this order. A value is a word, a number, or an expression such as `count - 1` or `log2(bytes / 8KiB)`.", "attach: [RDBAL: base.low, RDBAH: base.high, RDLEN: bytes, RDH: head, RDT: tail]", required=True),
        Key("enable", FIELD, "The bit that lets the device use the ring; set after the handler `start`.", "enable: RCTL.EN"),
        Key("spare", Integer(0, 1024), "Entries that always stay empty, so that full and empty differ.", "spare: 1", default="0"),
        Key("give", GIVE, "How entries go to the device.", "give: {by: index, to: RDT, once: batch}", required=True),
        Key("take", TAKE, "How they come back.", "take: {by: bit, field: status.DD}", required=True),
        Key("payload", PAYLOAD, "Where an entry's data is.", "payload: {address: addr, length: length, size: 2048}"),
        Key("frame", FRAME, "How entries make a frame.", "frame: {last: status.EOP}"),
        Key("wrap", MEMBER, "The mark of the ring's last entry, behind which the device goes on with the first. The driver sets it whenever it writes that entry.", "wrap: flags.EOR"),
        Key("vector", RingValue({"qid": "the ring's number, with `instances:`"}), "Which of several interrupt vectors it has.", "vector: qid"),
        Key("arm", ARM, "How the driver asks to be told.", "arm: {write: {avail.flags.NO_INTERRUPT: 0}, then: recheck}"),
        DOC,
        SEE,
    ),
    one_of=(("entry", "parts"),),
)
RINGS = MapOf(Name("the name of a ring", lower=True), RING, "rings by name")


@dataclass(frozen=True, repr=False, eq=False)
class Ready(Ref):
    """A field of one bit, which is 1; or which is 0, and then that is said."""

    def read(self, node: Node, report: Report) -> scalars.BitIs | None:
        whole = compared(node, report)
        if whole is None:
            return None
        text, _, value = whole.partition("==")
        value = str(report.parameters.get(value.strip(), value))
        found = scalars.reference(text.strip())
        if found is None or value.strip() not in ("", "0", "1") or ("==" in node.value and not value.strip()):
            report.error("D0122", node.span, f"expected {self.what}, found {node.describe()}", "not a bit", help=f"for example `{self.example}`, or `FLAGS.EMPTY == 0`")
            return None
        return scalars.BitIs(found.name, found.index, found.field, found.inner, value.strip() != "0")


FIFO = ObjectType(
    "FIFO",
    "Words through one register, for as long as the device says that there are any, or room for them. What an interrupt serves "
    "goes through a ring of the kit; what none serves is moved by handlers, with `NAME_FIFO_pull()` and `NAME_FIFO_push()`.",
    (
        Key("direction", DIRECTION, "Which way the words go.", "direction: to_device", required=True),
        Key("data", Ref("a register or a field", "RBR"), "The register that the words go through, or the field of it that they are in. Its bits are a word: 8 or fewer, 16, 32 or 64 in C.", "data: THR", required=True),
        Key("ready", Ready("a field of one bit", "LSR.DR"), "The bit that is 1 (or with `== 0`, that is 0) when there are `threshold` words to read, or there is room for as many.", "ready: LSR.THRE"),
        Key("level", Ref("a field of a register", "STATE.LEVEL"), "Instead of `ready`: how many words are in it. To the device there is room for `depth` less that.", "level: STATE.FILL"),
        Key("room", Ref("a field of a register", "STATE.FREE"), "Instead of `ready`: how many words it takes (to the device).", "room: STATE.FREE"),
        Key("threshold", Integer(1, 4096), "Words that may be moved when it is `ready`, before it is asked again.", "threshold: 8", default="1; to the device `depth`"),
        Key("depth", Integer(1, 4096), "Words that it holds.", "depth: 16", default="1"),
        Key("bytes", Choice("an order", {"low_first": "the lowest byte of a word is the first", "high_first": "the highest byte of a word is the first"}), "Words carry a stream of bytes, in this order, and C moves bytes: the last word of a push is filled up with 0, of the last word of a pull the rest is dropped. Without it words are numbers.", "bytes: low_first", default="words are numbers"),
        Key("overrun", Ref("a field of a register", "LSR.OE"), "The bit that says that words were lost (from the device). It is counted, and cleared in the way that its policy asks for.", "overrun: LSR.OE"),
        DOC,
        SEE,
    ),
)
FIFOS = MapOf(Name("the name of a FIFO", lower=True), FIFO, "FIFOs by name")
