# SPDX-License-Identifier: MIT
"""The key table: the manifest itself, and what it says about identity, matching, memory and users."""

from __future__ import annotations

from . import examples
from .capabilities import CAPABILITY
from .interrupts import HANDLER_NAME, INTERRUPTS
from .matching import MATCH_DATA, VALUES
from .not_yet import classes
from .parameters import PARAMETERS
from .operations import OPERATIONS
from .registers import BLOCKS, DESCRIPTORS, DOC, ENUMS, REGISTERS, RESET_KINDS, SEE
from .rings import FIFOS, RINGS
from .settings import PARAMS, STATS
from .transfers import TRANSFERS
from .types import Begin, Boolean, Choice, Integer, Key, ListOf, MapOf, Name, ObjectType, Pattern, PciClass, PciId, Ref, Size, Text
from .variants import DMA, ERRATA, REVISIONS, VARIANTS
from .windows import WINDOW

#: The versions of the syntax that this kit reads.
SYNTAX_VERSIONS = (1,)

MATCH = ObjectType(
    "match",
    "A device that the driver serves.",
    (
        Key("pci", PciId(), "Vendor and device ID, in hexadecimal as lspci prints them; `*` is any device of the vendor.", "pci: 8086:100e"),
        Key("subsystem", PciId(), "Vendor and device ID of the subsystem: the board on which the chip is.", "subsystem: 8086:001e", default="any"),
        Key("class", PciClass(), "The PCI class, in hexadecimal as lspci prints it: base class, or with sub-class, or with programming interface.", "class: 0200", default="any"),
        Key("compatible", Pattern("a compatible string", r"[A-Za-z0-9][A-Za-z0-9,._+/#-]{0,126}", "ns16550a"), "A string that a device which is not on PCI has in its list of compatible strings: in a device tree, or where the machine is described. The device's own order decides, the most specific first. Inside `{...}` a comma wants quotes.", "compatible: acme,uart-v2"),
        Key("variant", Ref("the name of a variant", "82540EM"), "Which of the variants this ID is.", "variant: 82540EM"),
        Key("data", VALUES, "What handlers are to know about this device: a value for each entry of `match_data:` that has no default.", "data: {queues: 2, slow: true}"),
        DOC,
        SEE,
    ),
)

REGION = ObjectType(
    "region",
    "A range of the device's registers. It has `bar`, `reg`, `capability` or `window`, or is all of configuration space: `kind: config`.",
    (
        Key("bar", Integer(0, 5), "The number of the BAR.", "bar: 0"),
        Key("at", Begin(0, 1 << 32), "Where in the BAR it begins: a number of bytes, or what the device says in a register, or a field of one, of a region that is at a fixed place: `32 * RTSOFF.OFFSET`, `0x80 + 0x20 * GCAP.ISS`, `CAPLENGTH`. That is asked once, when the driver attaches. Such a region is `size` bytes and no more, and so are the others of that BAR; one that would leave the BAR, overlap another one or be misaligned makes the driver refuse the device.", "at: 0x1000", default="it is the whole BAR"),
        Key("capability", CAPABILITY, "The PCI capability that says where it is.", "capability: {id: 0x09, type: 1}"),
        Key("reg", Integer(0, 15), "On a device that is not on PCI: which of its ranges, counted from 0 in the order of its description. A driver with lines for both buses says both.", "reg: 0"),
        Key("window", WINDOW, "The registers are behind two others, an index and a data register.", "window: {index: PHY_INDEX, data: PHY_DATA}"),
        Key("size", Size(1, 1 << 32), "At least this many bytes, or the driver refuses the device.", "size: 128KiB", required=True),
        Key("default", Boolean(), "Registers that do not say `region:` are in this one.", "default: true", default="false; the only region is the default"),
        Key("kind", Choice("a kind of region", {"memory": "a memory BAR", "port": "an I/O port BAR", "config": "PCI configuration space"}), "Memory, I/O ports, or PCI configuration space; of that, registers are behind the standard header, which is the kit's.", "kind: port", default="memory"),
        Key("order", Choice("a byte order", {"little": "least significant byte first", "big": "most significant byte first"}), "The byte order of its registers.", "order: big", default="little"),
        Key("access_widths", ListOf(Integer(8, 64, power=True, what="a width in bits"), single=True), "The widths of accesses that the device answers, in bits.", "access_widths: [8, 32]", default="each register's own"),
        Key("address_bits", Integer(32, 64, power=True, what="32 or 64"), "Whether the BAR takes addresses of 32 or 64 bits; the driver refuses a device that differs.", "address_bits: 64", default="either; 64 above 512 MiB"),
        Key("prefetchable", Boolean(), "Whether the BAR says that reads of it have no effect; the driver refuses a device that differs.", "prefetchable: true", default="either"),
        Key("optional", Boolean(), "A device without it is served too: `NAME_has_REGION` tells. Without it a read gives all ones and a write is lost, and debug builds stop there.", "optional: true", default="false"),
        DOC,
        SEE,
    ),
)

BUFFER = ObjectType(
    "buffer",
    "Coherent memory for a handler, there from start to stop.",
    (
        Key("size", Size(1, 16 << 20), "Its size in bytes.", "size: 4KiB", required=True),
        Key("align", Size(1, 1 << 20, power=True), "Its alignment in bytes.", "align: 4KiB", default="64"),
        DOC,
        SEE,
    ),
)

ARGUMENT_TYPE = Choice("an argument's type", {"u8": "8 bits", "u16": "16 bits", "u32": "32 bits", "u64": "64 bits"})
ARGUMENT = ObjectType(
    "argument",
    "One argument of an operation. In short: its type.",
    (Key("type", ARGUMENT_TYPE, "Its type.", "type: u32", required=True), DOC, SEE),
    short="type",
)
ARGUMENTS = MapOf(Name("the name of an argument", lower=True), ARGUMENT, "arguments with their types")

USER = ObjectType(
    "user operation",
    "An operation that a misc device offers: a handler, a typed C call and an entry of a table. The handler is `int DRIVER_OPERATION(struct DRIVER *dev, ...)` with the arguments of `in` in their order, pointers to the results of `out` in theirs, and last, with `data:`, the bytes and how many they are: `const void *data, size_t size_bytes` for `data: in`, `void *data, size_t size_bytes` for `data: out`.",
    (
        Key("in", ARGUMENTS, "Arguments that the caller gives.", "in: {value: u32}"),
        Key("out", ARGUMENTS, "Results.", "out: {result: u32}"),
        Key("data", Choice("a direction of data", {"in": "the caller gives bytes", "out": "the caller gets bytes"}), "Bytes besides the arguments.", "data: in"),
        Key("max", Size(1, 16 << 20), "The most bytes of data.", "max: 4096"),
        Key("fifo", Ref("the name of a FIFO", "rx"), "Instead of all that: the FIFO whose words the caller gets or gives, as many as go, and no handler. The first one from the device is also what a read of the device file gives, the first one to the device what a write takes.", "fifo: samples"),
        DOC,
        SEE,
    ),
)

STATE_TYPE = Choice(
    "a type of the author's state",
    {name: "" for name in ("bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64")},
)
STATE = ObjectType(
    "member of the state",
    "One member of the author's private part of the driver struct. In short: its type.",
    (
        Key("type", STATE_TYPE, "Its type.", "type: u32", required=True),
        Key("count", Integer(1, 1 << 16), "Makes it an array.", "count: 16"),
        DOC,
        SEE,
    ),
    short="type",
)

PATH = Pattern("the path of a manifest", r"[^\x00-\x1f]+\.ya?ml", "common/phy.yaml")

WAIVER = ObjectType(
    "waiver",
    "A warning that its author knows of. Errors cannot be waived.",
    (
        Key("code", Pattern("a code", "D[0-9]{4}", "D0623"), "The warning's code.", "code: D0623", required=True),
        Key("at", Pattern("a place in the manifest", r"[A-Za-z_]\w*(\.[A-Za-z0-9_]+)*", "interrupts.main"), "Where: keys and names from the top of the manifest, joined by dots.", "at: interrupts.main", default="the whole manifest"),
        Key("reason", Text(limit=400), "Why it is no mistake.", "reason: serving the ring clears the cause", required=True),
        DOC,
        SEE,
    ),
    remarks=True,
)

CLASSES = {
    "net": "a network device",
    "serial": "a serial port",
    "misc": "anything else: its operations are listed under `user:`",
}

_LIFECYCLE = {
    "reset": "puts the device into a known state: interrupts masked, bus mastering off",
    "identify": "once, after the first reset: who are you?",
    "start": "programs the device; rings are attached and not yet enabled",
    "stop": "quiets the device; its rings are disabled",
}

#: What each class calls, with its meaning.
CLASS_HANDLERS: dict[str, dict[str, str]] = {
    "net": _LIFECYCLE | {"rx_mode": "what to receive besides our own address changed", "watchdog": "transmission hangs; without it the device is recovered"},
    "serial": _LIFECYCLE | {"set_line": "sets speed and format of the line"},
    "misc": _LIFECYCLE,
}

DRIVER = ObjectType(
    "manifest",
    "A manifest describes one driver.",
    (
        Key("dddk", Integer(1, 999, what="a version of the syntax"), "The version of the manifest's syntax.", "dddk: 1", required=True),
        Key("include", ListOf(PATH, single=True), "Files whose entries are added to those here. They are looked for in this manifest's folder, then in those given by `-I`.", "include: [common/phy.yaml]"),
        Key("extends", PATH, "A manifest to start from. Entries here replace those of the same name, key by key; `NAME: ~` removes one.", "extends: base.yaml"),
        Key("parameters", PARAMETERS, "Names for numbers, for expressions: wherever a number stands, one may be computed, also as an index (`LED[LAST - 1].ON`), beside a unit of time (`TRIES * 10us`) and where the name of a value may stand; there a value of that name comes first. IDs are written as they are.", "parameters: {PORTS: 4, PORT_SIZE: 0x100, ALL_PORTS: PORTS * PORT_SIZE}"),
        Key("driver", Name("the name of a driver", lower=True), "The driver's name: it begins every name in C.", "driver: e1000", required=True),
        Key("title", Text(limit=120), "What it drives, in one line.", "title: Intel 8254x PCI Gigabit Ethernet controller", required=True),
        Key("class", Choice("a class", CLASSES), "What the driver is to its users.", "class: net", required=True),
        Key("license", Pattern("an SPDX licence expression", r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+){0,8}", "MIT"), "The licence of the manifest and of what is generated from it, by its SPDX name.", "license: MIT", required=True),
        Key("version", Pattern("a version", r"[A-Za-z0-9][A-Za-z0-9.+~-]{0,39}", "1.2"), "The driver's version, as its author counts.", "version: 1.2"),
        Key("author", ListOf(Text(limit=120), single=True), "Who wrote it.", "author: Jane Doe <jane@example.org>"),
        Key("datasheet", Text(limit=400), "The document the manifest follows; `see:` refers to it.", "datasheet: Intel 317453, revision 4.0"),
        DOC,
        SEE,
        Key("match", ListOf(MATCH), "The devices that the driver serves.", "match: [{pci: 8086:100e}]", required=True),
        Key("match_data", MATCH_DATA, "What each line of `match:` says about its devices, with types: a constant struct that handlers reach by `NAME_match(dev)`.", "match_data: {queues: u8, slow: {type: bool, default: false}}"),
        Key("variants", VARIANTS, "What differs between them.", "variants: {82540EM: {dma: {address_bits: 32}}, 82545EM: {dma: {address_bits: 64}}}"),
        Key("revisions", REVISIONS, "Names for the revision IDs of the device, upwards. A device with another ID is driven as the newest that is not above it.", "revisions: {A0: 0x00, A1: 0x01, B0: 0x10}"),
        Key("errata", ERRATA, "What some of the devices do wrong, and what is done about it.", "errata: {E23: {title: a buffer may not cross 64 KiB, touches: [CTRL]}}"),
        Key("dma", DMA, "What addresses the device can reach.", "dma: {address_bits: 28}"),
        Key("regions", MapOf(Name("the name of a region", lower=True), REGION, "regions by name"), "Where its registers are.", "regions: {regs: {bar: 0, size: 128KiB}}", required=True),
        Key("presence", Ref("a register", "STATUS"), "A register that never reads as all ones: read when the device is suspected to be gone.", "presence: STATUS"),
        Key("reset_kinds", RESET_KINDS, "The ways in which it is reset, where they differ. The first one is that at power-on.", "reset_kinds: {power: at power-on, soft: by CTRL.RST}"),
        Key("enums", ENUMS, "Values with names, for fields.", "enums: {speed: {10M: 0, 100M: 1, 1G: 2}}"),
        Key("registers", REGISTERS, "Its registers by name.", "registers: {CTRL: {at: 0, fields: {RST: 26}}}", required=True, unless="blocks"),
        Key("blocks", BLOCKS, "Registers that belong together, and may be there several times.", "blocks: {TIMER: {at: 0x3000, count: 4, stride: 0x100, registers: {ENABLE: 0, LEFT: 4}}}"),
        Key("descriptors", DESCRIPTORS, "Structures in memory, shared with the device.", examples.DESCRIPTORS),
        Key("rings", RINGS, f"Rings of descriptors. {classes('rings')}", examples.RINGS),
        Key("fifos", FIFOS, f"FIFOs: words through a register. {classes('fifos')}", examples.FIFOS),
        Key("transfers", TRANSFERS, "Moves of memory that the device makes when it is told to.", examples.TRANSFERS),
        Key("operations", OPERATIONS, "What takes several register accesses.", examples.OPERATIONS),
        Key("interrupts", INTERRUPTS, "Its interrupts.", "interrupts: {main: {cause: ICR, on: {LSC: {call: link}}}}"),
        Key("buffers", MapOf(Name("the name of a buffer", lower=True), BUFFER, "buffers by name"), "Memory for the handlers that the device can reach.", "buffers: {bounce: {size: 4KiB}}"),
        Key("user", MapOf(Name("the name of an operation", lower=True), USER, "operations by name"), "What a misc device offers.", "user: {version: {out: {major: u8}}}"),
        Key("state", MapOf(Name("the name of a member", lower=True), STATE, "members by name"), "The author's private members of the driver struct.", "state: {resets: u32}"),
        Key("params", PARAMS, "What the driver's user may set.", "params: {rx_frames: {type: u32, default: 256, min: 16, max: 4096}}"),
        Key("stats", STATS, "What the device counts.", "stats: {crc_errors: CRCERRS}"),
        Key("handlers", ListOf(HANDLER_NAME, least=0), "The handlers that NAME.c has.", "handlers: [reset, identify, start]", default="none"),
        Key("waive", ListOf(WAIVER, least=0), "Warnings that are no mistakes here, each with the reason.", "waive: [{code: D0623, at: interrupts.main, reason: serving the ring clears the cause}]"),
        Key("model", Pattern("the name of a C file", r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*\.c", "e1000_model.c"), "C that adds to the simulated device what the manifest cannot say; relative to the manifest.", "model: e1000_model.c"),
    ),
)
