# SPDX-License-Identifier: MIT
"""The key table: one-shot transfers, by which a device moves memory without descriptors."""

from __future__ import annotations

import re

from ..dataclass import dataclass
from ..diagnostics import Fix, Report
from ..read.nodes import Kind, Node
from .registers import DOC, SEE
from .types import Either, Integer, Key, MapOf, Name, ObjectType, Ref, Scalar, Schema, Size, When

_UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


def _with_unit(node: Node) -> Fix | None:
    """Units as other people write them. A number alone is no time: nobody knows which unit was meant."""
    match = re.fullmatch(r"([1-9][0-9]{0,9}) ?(nsecs?|[uµμ]s|[uµμ]secs?|msecs?|secs?|seconds?)", node.value.casefold())
    if match is None:
        return None
    unit = {"n": "ns", "u": "us", "µ": "us", "μ": "us", "m": "ms", "s": "s"}[match[2][0]]
    return Fix(node.span, f"{match[1]}{unit}")


@dataclass(frozen=True, repr=False, eq=False)
class Duration(Scalar):
    """`500us`, `1s`; its value is in nanoseconds."""

    longest_s: int = 30

    def read(self, node: Node, report: Report) -> int | None:
        match = re.fullmatch(r"([1-9][0-9]{0,9}) ?(ns|us|ms|s)", node.value, re.ASCII)
        if match is None:
            report.error("D0141", node.span, f"expected {self.describe()}, found {node.describe()}", "not a time", help="a whole number with its unit: `500us`, `10ms`, `1s`", fix=_with_unit(node))
            return None
        value = int(match[1]) * _UNITS[match[2]]
        if value > self.longest_s * _UNITS["s"]:
            report.error("D0112", node.span, f"{node.describe()} is out of range", f"it must be at most {self.longest_s}s")
            return None
        return value

    def guess(self, node: Node, guess: int, number: int) -> int:
        return _UNITS["ms"] * (guess + 1)

    def describe(self) -> str:
        return "a time such as `10ms`"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[1-9][0-9]{0,9} ?(ns|us|ms|s)$"}


REGISTER = Ref("a register", "SOURCE")
FIELD = Ref("a field of a register", "DMA.GO")


def is_condition(node: Node) -> bool:
    return node.kind is Kind.SCALAR and "==" in node.value


DONE = Either(((is_condition, When()),), Ref("the name of a cause, or a field of a register", "DMA_DONE"))

TRANSFER_DIRECTION = ObjectType(
    "transfer's direction",
    "The bit that says which way the data goes. In short: a bit that is 1 when data leaves the device.",
    (
        Key("field", FIELD, "The bit.", "field: DMA.TO_HOST", required=True),
        Key("from_device", Integer(0, 1), "Its value when data leaves the device.", "from_device: 1", default="1"),
        DOC,
        SEE,
    ),
    short="field",
    remarks=True,
)

DEVICE_MEMORY = ObjectType(
    "device memory",
    "The device's own memory, in the device's own addresses.",
    (
        Key("base", Integer(0, (1 << 64) - 1, what="an address"), "Its first address.", "base: 0x40000", default="0"),
        Key("size", Size(1, 1 << 24), "Its size in bytes: nothing beyond is ever asked for.", "size: 4096", required=True),
        DOC,
        SEE,
    ),
    remarks=True,
)

TRANSFER = ObjectType(
    "transfer",
    "A move of memory that the device makes when it is told to: source, destination, length, go. Handlers call "
    "`DRIVER_TRANSFER_to_device` and `DRIVER_TRANSFER_from_device`, which check both ends, start it and wait until it is done.",
    (
        Key("source", REGISTER, "The register that takes the address to read from: the host's or the device's, as the direction is.", "source: SOURCE"),
        Key("target", REGISTER, "The register that takes the address to write to.", "target: TARGET"),
        Key("host", REGISTER, "In place of `source`, with `device` and `direction`: the register that takes the address in the host's memory, whichever way it goes.", "host: PCI_ADDRESS"),
        Key("device", REGISTER, "In place of `target`: the register that takes the address in the device's memory.", "device: LOCAL_ADDRESS"),
        Key("length", REGISTER, "The register that takes the number of bytes.", "length: LENGTH", required=True),
        Key("go", FIELD, "The bit that starts it when 1 is written.", "go: DMA.GO", required=True),
        Key("direction", TRANSFER_DIRECTION, "The bit that says which way. Without it the addresses do.", "direction: DMA.TO_HOST"),
        Key("notify", FIELD, "A bit in the register of `go`, set with it: raise the cause at the end.", "notify: DMA.RAISE"),
        Key("done", DONE, "How its end is seen: a cause with a completion, a bit that becomes 1, or a field that takes a value.", "done: DMA.GO == 0", required=True),
        Key("device_memory", DEVICE_MEMORY, "The memory at the device's end.", "device_memory: {base: 0x40000, size: 4096}", required=True),
        Key("max", Size(1, 1 << 24), "The most bytes of one transfer.", "max: 1024", default="the size of the device's memory"),
        Key("timeout", Duration(), "How long one may take.", "timeout: 100ms", default="1s"),
        DOC,
        SEE,
    ),
    one_of=(("source", "host"), ("target", "device")),
)
TRANSFERS = MapOf(Name("the name of a transfer", lower=True), TRANSFER, "transfers by name")
