# SPDX-License-Identifier: MIT
"""The key table: one-shot transfers, by which a device moves memory without descriptors."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..dataclass import dataclass
from ..diagnostics import Fix, Report
from ..read import expressions
from ..read.nodes import Kind, Node
from .registers import DOC, SEE
from .types import Choice, Either, FieldValue, Integer, Key, ListOf, MapOf, Name, ObjectType, Ref, Scalar, Schema, Size, When, computed, is_expression

_UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_TIME = re.compile(r"\b([0-9][0-9_]*) ?(ns|us|ms|s)\b", re.ASCII)


def nanoseconds(text: str, parameters: Mapping[str, int]) -> int:
    """A sum of times, each perhaps times a number. Raises ExpressionError."""

    def with_unit(scale: int) -> int:
        return expressions.evaluate(_TIME.sub(lambda found: str(int(found[1]) * _UNITS[found[2]] * scale), text), parameters)

    # Twice the unit makes twice the value of a time, and of nothing else.
    once, twice = with_unit(1), with_unit(2)
    if twice != 2 * once:
        raise expressions.ExpressionError("this is no time: a number has no unit, or a time is multiplied by a time")
    return once


def _with_unit(node: Node) -> Fix | None:
    """Units as other people write them. A number alone is no time: nobody knows which unit was meant."""
    match = re.fullmatch(r"([1-9][0-9]{0,9}) ?(nsecs?|[uµμ]s|[uµμ]secs?|msecs?|secs?|seconds?)", node.value.casefold())
    if match is None:
        return None
    unit = {"n": "ns", "u": "us", "µ": "us", "μ": "us", "m": "ms", "s": "s"}[match[2][0]]
    return Fix(node.span, f"{match[1]}{unit}")


@dataclass(frozen=True, repr=False, eq=False)
class Duration(Scalar):
    """`500us`, `1s`, `TRIES * 10us`; its value is in nanoseconds."""

    longest_s: int = 30

    def read(self, node: Node, report: Report) -> int | None:
        match = re.fullmatch(r"([1-9][0-9]{0,9}) ?(ns|us|ms|s)", node.value, re.ASCII)
        if match is None and _TIME.search(node.value) and is_expression(node, report):
            value = computed(node, node.value, report, nanoseconds)
            if value is not None and value <= 0:
                report.error("D0112", node.span, f"{node.describe()} is out of range", "it must be more than 0")
            elif value is not None and value > self.longest_s * _UNITS["s"]:
                report.error("D0112", node.span, f"{node.describe()} is out of range", f"it must be at most {self.longest_s}s")
            else:
                return value
            return None
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
        return {"type": "string", "pattern": r"^[-+*/%&|^~()<>\w ]*[0-9] ?(ns|us|ms|s)\b[-+*/%&|^~()<>\w ]*$"}


REGISTER = Ref("a register, or a field of one", "SOURCE")
FIELD = Ref("a field of a register", "DMA.GO")


def is_condition(node: Node) -> bool:
    return node.kind is Kind.SCALAR and "==" in node.value


DONE = Either(((is_condition, When()),), Ref("the name of a cause, or a field of a register", "DMA_DONE"))

TRANSFER_DIRECTION = ObjectType(
    "transfer's direction",
    "The field that says which way the data goes. In short: a bit that is 1 when data leaves the device.",
    (
        Key("field", FIELD, "The bit, or a field with a value for each way.", "field: DMA.TO_HOST", required=True),
        Key("from_device", FieldValue(), "Its value when data leaves the device.", "from_device: 1", default="1"),
        Key("to_device", FieldValue(), "Its value when data goes to the device.", "to_device: 0", default="of a bit the other one"),
        DOC,
        SEE,
    ),
    short="field",
    remarks=True,
)

TRANSFER_LENGTH = ObjectType(
    "transfer's length",
    "How the device is told how much. In short: the register that takes the number of bytes.",
    (
        Key("to", REGISTER, "The register, or a field of one.", "to: LENGTH", required=True),
        Key("unit", Size(1, 4096, power=True), "It counts so many bytes, and a transfer has a whole number of them.", "unit: 4", default="1"),
        Key("bias", Integer(-1, 1), "What is added to the count before it is written: at -1 the register holds one less.", "bias: -1", default="0"),
        DOC,
        SEE,
    ),
    short="to",
    remarks=True,
)

ADDRESS = ListOf(REGISTER, single=True)
HALVES = "; or two of them, for its low and its high 32 bits. A register, or a field with `type: address`"

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
        Key("source", ADDRESS, f"What takes the address to read from{HALVES}.", "source: SOURCE"),
        Key("target", ADDRESS, f"With `source`: what takes the address to write to{HALVES}.", "target: TARGET"),
        Key("host", ADDRESS, f"In place of `source` and `target`, where each address stays in its place whichever way it goes: what takes that in the host's memory{HALVES}.", "host: PCI_ADDRESS"),
        Key("device", ADDRESS, f"With `host`: what takes the address in the device's memory{HALVES}. Without it a transfer begins where that does.", "device: LOCAL_ADDRESS"),
        Key("length", TRANSFER_LENGTH, "What takes its length.", "length: LENGTH", required=True),
        Key("go", FIELD, "The bit that starts it when 1 is written.", "go: DMA.GO", required=True),
        Key("direction", TRANSFER_DIRECTION, "The bit that says which way. Without it the addresses do.", "direction: DMA.TO_HOST"),
        Key("only", Choice("a direction", {"to_device": "it moves data to the device", "from_device": "it moves data from the device"}), "The device moves data one way only.", "only: from_device", default="both ways"),
        Key("notify", FIELD, "A bit in the register of `go`, set with it: raise the cause at the end.", "notify: DMA.RAISE"),
        Key("done", DONE, "How its end is seen: a cause with a completion, a bit that becomes 1, or a field that takes a value.", "done: DMA.GO == 0", required=True),
        Key("fail", Either(((is_condition, When()),), FIELD), "Where an error is seen: a bit that is 1, or a field that has a value. The transfer then gives `DDDK_EIO`.", "fail: STATUS.ERROR", default="no transfer fails"),
        Key("channels", Integer(1, 64), "The device has so many of the same kind: its registers that are arrays have an element for each, and a transfer says which one makes it.", "channels: 2"),
        Key("align", Size(1, 4096, power=True), "Both addresses and the length are multiples of this.", "align: 4", default="the unit of the length"),
        Key("device_memory", DEVICE_MEMORY, "The memory at the device's end.", "device_memory: {base: 0x40000, size: 4096}", required=True),
        Key("max", Size(1, 1 << 24), "The most bytes of one transfer.", "max: 1024", default="the size of the device's memory"),
        Key("timeout", Duration(), "How long one may take.", "timeout: 100ms", default="1s"),
        DOC,
        SEE,
    ),
    one_of=(("source", "host"),),
)
TRANSFERS = MapOf(Name("the name of a transfer", lower=True), TRANSFER, "transfers by name")
