# SPDX-License-Identifier: MIT
"""The key table: variants and revisions of a device, what differs between them, and errata."""

from __future__ import annotations

from .availability import AVAILABILITY
from .interrupts import HANDLER_NAME
from .registers import DOC, ENUMS, REGISTERS, SEE
from .types import Choice, Integer, Key, ListOf, MapOf, Name, ObjectType, Part, Ref, Size, Text

DMA = ObjectType(
    "DMA limit",
    "What addresses the device can reach.",
    (
        Key("address_bits", Integer(16, 64), "Address lines that the device drives.", "address_bits: 64", default="32"),
        Key("boundary", Size(1, 1 << 40, power=True), "A buffer may not cross a multiple of this.", "boundary: 64KiB", default="none"),
        Key("alignment", Size(1, 4096, power=True), "Every address that the device is given is a multiple of this: of rings, of buffers, and of data.", "alignment: 64", default="any address will do"),
        DOC,
        SEE,
    ),
    remarks=True,
)

_REGISTERS = Key(
    "registers",
    Part(REGISTERS),
    "Registers that differ: `at`, `reset`, `expect`, and the `reset` and `expect` of fields; fields that it has besides; registers that it has besides. Offsets count from the beginning of the region.",
    "registers: {CTRL: {at: 0x10, fields: {MODE: {reset: 2}}}, EXTRA: {at: 0x3800, fields: {ON: 0}}}",
)
_ENUMS = Key("enums", Part(ENUMS), "Values that it has besides.", "enums: {speed: {2500M: 3}}")
_LACKS = Key("lacks", ListOf(Ref("a register, a field, or a value of an enum", "LEDCTL")), "Registers, fields and values of enums that it does not have.", "lacks: [LEDCTL, CTRL.MODE, speed.1G]")

VARIANT = ObjectType(
    "variant",
    "What differs between the devices that the driver serves. The driver finds out at attach which it has, by the line of `match:`.",
    (Key("dma", DMA, "Its DMA limits, where they differ.", "dma: {address_bits: 64}"), _REGISTERS, _ENUMS, _LACKS, DOC, SEE),
)
VARIANTS = MapOf(Name("the name of a variant", digits=True), VARIANT, "variants by name")

REVISION = ObjectType(
    "revision",
    "A revision of the device, and what differs from it on; a variant that says otherwise of the same key is right. In short: its number.",
    (
        Key("id", Integer(0, 255, what="a revision ID"), "The revision ID in configuration space.", "id: 0x10", required=True),
        _REGISTERS,
        _ENUMS,
        _LACKS,
        DOC,
        SEE,
    ),
    short="id",
)
REVISIONS = MapOf(Name("the name of a revision", digits=True), REVISION, "revisions by name")

MOMENTS = {
    "reset": "behind every reset: at attach, behind the handler `reset`, and when the driver recovers",
    "start": "at every start, behind the handler `start` and before anything is enabled",
}

ERRATUM = ObjectType(
    "erratum",
    "What some devices do wrong. It becomes a predicate, `NAME_erratum_ID(dev)`, which costs nothing where no device has it.",
    (
        Key("title", Text(limit=200), "What is wrong, in one line.", "title: a buffer may not cross 64 KiB", required=True),
        *AVAILABILITY,
        Key("touches", ListOf(Ref("a register, field, ring, FIFO, transfer, operation or interrupt", "RCTL.EN")), "What it is about; the comments of these accessors say so.", "touches: [RCTL.EN, LEDCTL]"),
        Key("workaround", HANDLER_NAME, "The handler that works around it, `int NAME_HANDLER(struct NAME *)`: called for the devices that have the erratum, and for no other.", "workaround: split_buffers"),
        Key("moment", Choice("a moment", MOMENTS), "When the workaround is called.", "moment: start", default="reset"),
        DOC,
        SEE,
    ),
)
ERRATA = MapOf(Name("the ID of an erratum"), ERRATUM, "errata by ID")
