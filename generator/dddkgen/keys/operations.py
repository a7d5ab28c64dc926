# SPDX-License-Identifier: MIT
"""The key table: operations over registers, by which a driver asks for something and waits for the answer."""

from __future__ import annotations

import re
from typing import Any

from ..dataclass import dataclass
from ..diagnostics import Fix, Report
from ..read import scalars
from ..read.nodes import Kind, Node
from .registers import DOC, SEE
from .transfers import Duration
from .types import Either, Key, ListOf, MapOf, Name, ObjectType, Ref, Scalar, Schema, When, computed, is_expression, with_indices


def _with_u(node: Node) -> Fix | None:
    """`5`, `U5`, `uint8_t`: what else says so many bits."""
    match = re.fullmatch("(?:u|U|uint)?([1-9]|[1-5][0-9]|6[0-4])(?:_t)?", node.value)
    return None if match is None else Fix(node.span, f"u{match[1]}")


@dataclass(frozen=True, repr=False, eq=False)
class Width(Scalar):
    """`u5`: an unsigned number of so many bits. Its value is the number of bits."""

    def read(self, node: Node, report: Report) -> int | None:
        match = re.fullmatch("u([1-9][0-9]?)", node.value, re.ASCII)
        if match is None or int(match[1]) > 64:
            report.error("D0142", node.span, f"expected {self.describe()}, found {node.describe()}", "not a type", help="`u` and the number of bits, 1 to 64: `u5`", fix=_with_u(node))
            return None
        return int(match[1])

    def guess(self, node: Node, guess: int, number: int) -> int:
        return (1, 8, 16, 32, 64)[guess]

    def describe(self) -> str:
        return "an argument's type such as `u5`"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^u([1-9]|[1-5][0-9]|6[0-4])$"}


ARGUMENT = ObjectType(
    "operation's argument",
    "One argument or result of an operation. In short: its type.",
    (Key("type", Width(), "Its width in bits.", "type: u5", required=True), DOC, SEE),
    short="type",
)
ARGUMENTS = MapOf(Name("the name of an argument", lower=True), ARGUMENT, "arguments with their types")


@dataclass(frozen=True, repr=False, eq=False)
class OperandText(Ref):
    """A name, or a number, which for a field with a sign may be below 0."""

    def read(self, node: Node, report: Report) -> scalars.Reference | None:
        if node.plain and node.value.startswith("-") and scalars.integer(node.value) is not None:
            return scalars.Reference(node.value, None, None)
        if re.fullmatch(r"[\w.]+", node.value, re.ASCII) is None and is_expression(node, report):
            value = computed(node, node.value, report)
            return None if value is None else scalars.Reference(str(value), None, None)
        return super().read(node, report)


OPERAND = OperandText("an argument's name, a number, a parameter or the name of an enum's value", "phy")
OPERANDS = MapOf(Name("the name of a field"), OPERAND, "fields with what goes into them")


@dataclass(frozen=True, repr=False, eq=False)
class ElementName(Name):
    """A register's name, or a reference to an element: `COUNTER[0]`."""

    what: str = "the name of a register"

    @property
    def pattern(self) -> str:
        return r"[A-Za-z_][A-Za-z0-9_]*(\[[^]]+\])*"

    def read(self, node: Node, report: Report) -> Any:
        text = with_indices(node, report, node.value)
        if text is None:
            return None
        found = scalars.reference(text)
        if found is not None and found.field is not None:
            report.error("D0122", node.span, f"expected {self.what}, found {node.describe()}", "a field", help=f"`{found.element}: {{{found.field}: ...}}`")
            return None
        return found if found is not None and found.indices else Name(self.what).read(node, report)


def is_mapping(node: Node) -> bool:
    return node.kind is Kind.MAPPING


def is_scalar(node: Node) -> bool:
    return node.kind is Kind.SCALAR


WRITTEN = MapOf(ElementName(), Either(((is_mapping, OPERANDS),), OPERAND), "registers with what goes into them")
SOURCE = Ref("a register or a field", "MDIC.DATA")

STEP = ObjectType(
    "step of an operation",
    "One thing that the generated function does. Steps are done in order; the first that fails ends the operation.",
    (
        Key("write", WRITTEN, "Registers to write, of arrays `ARRAY[0]`. Fields that are not named take their idle value, else 0.", "write: {MDIC: {PHY: phy, REG: reg, OP: READ}}"),
        Key("update", WRITTEN, "Fields to change; the others keep what they hold.", "update: {CTRL: {SLU: 1}}"),
        Key(
            "wait", When(),
            "A condition to wait for. Before the first write: until the device is idle. An operation may also do nothing but wait.",
            "wait: MDIC.READY == 1",
        ),
        Key(
            "delay", Duration(longest_s=1),
            "Let at least so much time pass, where the device needs a while and has no bit that says so. As a wait, only in thread context.",
            "delay: 10us",
        ),
        Key("take", Either(((is_scalar, SOURCE),), MapOf(Name("the name of a result", lower=True), SOURCE, "results with where they are")), "Where the results are. In short, for the only result: a register or field.", "take: {data: MDIC.DATA}"),
        Key("timeout", Duration(), "With `wait`: how long.", "timeout: 1ms", default="100ms"),
        Key(
            "fail", When(),
            "With `wait`: a condition that says that it failed. The wait is over as soon as one of the two holds, and `fail` alone or beside the other is a failure (`DDDK_EIO`); "
            "if at the deadline a last look finds neither, the operation timed out (`DDDK_ETIMEDOUT`). A bit that stays from the last time must be cleared by an earlier step.",
            "fail: MDIC.ERROR == 1",
        ),
        DOC,
        SEE,
    ),
    one_of=(("write", "update", "wait", "delay", "take"),),
)

OPERATION = ObjectType(
    "operation",
    "Something that takes several register accesses: wait until the device is idle, write, wait until it is ready, take the result. "
    "Handlers call `DRIVER_OPERATION(dev, ...)`, which checks that every argument fits its width. Nothing is repeated in it: to move the bits of "
    "a word one by one, describe how one bit is moved, and call that in a loop (docs/design/procedures.md shows how).",
    (
        Key("in", ARGUMENTS, "Arguments, with their width in bits.", "in: {phy: u5, reg: u5}"),
        Key("out", ARGUMENTS, "Results, with their width in bits.", "out: {data: u16}"),
        Key("steps", ListOf(STEP), "What is done, in order.", "steps: [{write: {MDIC: {REG: reg}}}, {wait: MDIC.READY == 1, timeout: 1ms}, {take: {data: MDIC.DATA}}]", required=True),
        Key(
            "memory", Name("the name of a memory", lower=True),
            "For the simulated device: the operation reads, or without results writes, a cell of this memory. The arguments are its address; of an operation that writes the last one is what is written.",
            "memory: phy",
        ),
        DOC,
        SEE,
    ),
)
OPERATIONS = MapOf(Name("the name of an operation", lower=True), OPERATION, "operations by name")
