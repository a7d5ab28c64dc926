# SPDX-License-Identifier: MIT
"""Wherever a number stands, one may be computed: the manifests that use every key say the same with parameters and expressions.

Each number in them is replaced by a parameter, or by an expression over one, and the driver that comes out must not differ.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from random_manifests.tally import table  # noqa: E402

from dddkgen.compile import compile_manifest  # noqa: E402
from dddkgen.diagnostics import Report  # noqa: E402
from dddkgen.diagnostics.text import render  # noqa: E402
from dddkgen.emit import generate  # noqa: E402
from dddkgen.keys.driver import DRIVER  # noqa: E402
from dddkgen.keys.operations import OperandText, Width  # noqa: E402
from dddkgen.keys.ring_types import RingRef  # noqa: E402
from dddkgen.keys.rings import Ready  # noqa: E402
from dddkgen.keys.types import Boolean, Choice, Either, Later, ListOf, MapOf, Name, ObjectType, Pair, Part, Pattern, PciClass, PciId, Ref, Scalar, Text, Type, walk  # noqa: E402
from dddkgen.model import Driver  # noqa: E402
from dddkgen.read import scalars  # noqa: E402
from dddkgen.read.assemble import assemble  # noqa: E402
from dddkgen.read.nodes import Kind, Node  # noqa: E402

FORMS = HERE / "examples" / "ring_forms.yaml"
MANIFESTS = [*sorted((HERE / "whole").glob("plenty_*.yaml")), FORMS]

#: What holds no number: names, words and texts; IDs, which are written as lspci prints them; `u5`, which is a word.
NO_NUMBER = (Text, Name, Pattern, PciId, PciClass, Choice, Boolean, Width)
#: Which syntax it is must be known before anything else.
VERSION = "manifest: dddk"
NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9a-fA-F_]+|[0-9][0-9_]*)(?: ?[KMG]iB)?(?![\w.])")
TIME = re.compile(r"\b([0-9]+) ?(ns|us|ms|s)\b")


def takes_a_number(type_: Type) -> bool:
    """A scalar that may be a number, or hold one."""
    return isinstance(type_, Scalar) and not isinstance(type_, NO_NUMBER)


def leaves(type_: Type, node: Node, key: str) -> Iterator[tuple[str, Node]]:
    """Every scalar that may be a number, with its key."""
    match type_:
        case Later():
            yield from leaves(type_.find(), node, key)
        case Part() as part:
            yield from leaves(part.item, node, key)
        case Either():
            yield from leaves(next((option for fits, option in type_.options if fits(node)), type_.otherwise), node, key)
        case ListOf():
            for child in node.value if node.kind is Kind.SEQUENCE else [node]:
                yield from leaves(type_.item, child, key)
        case MapOf() | Pair():
            for _, child in node.value:
                yield from leaves(type_.item, child, key)
        case ObjectType() if type_._is_short(node):
            assert type_.short is not None
            yield from leaves(type_.by_name[type_.short].type, node, f"{type_.name}: {type_.short}")
        case ObjectType():
            for name, child in node.value:
                yield from leaves(type_.by_name[name.value].type, child, f"{type_.name}: {name.value}")
        case _ if takes_a_number(type_):
            yield key, node


class Rewriter:
    """One manifest in which numbers become something that is computed."""

    def __init__(self, path: Path, start: int) -> None:
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.turn = start
        self.parameters: dict[str, int] = {}
        self.keys: set[str] = set()
        report = Report()
        tree = assemble(str(path), report)
        assert tree is not None
        found = [(key, node) for key, node in leaves(DRIVER, tree, "") if node.span.file == str(path) and node.span.line == node.span.end_line]
        for key, node in sorted((pair for pair in found if pair[0] != VERSION), key=lambda pair: (pair[1].span.line, pair[1].span.column), reverse=True):
            self.replace(key, node)

    def computed(self, value: int) -> str:
        name = f"P_{value}"
        self.parameters[name] = value
        self.turn += 1
        return name if self.turn % 2 else f"({name} * 1)"

    def replace(self, key: str, node: Node) -> None:
        span = node.span
        line = self.lines[span.line - 1]
        old = line[span.column - 1 : span.end_column - 1]
        new = TIME.sub(lambda time: f"{self.computed(int(time[1]))} * 1{time[2]}", old)
        if new == old:
            new = NUMBER.sub(lambda number: self.computed(scalars.size(number[0]) or 0), old)
        if new != old:
            self.keys.add(key)
            self.lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]

    def text(self) -> str:
        """The manifest, with its parameters and ours."""
        ours = ", ".join(f"{name}: {value}" for name, value in self.parameters.items())
        text = "\n".join(self.lines) + "\n"
        if re.search("^parameters: {", text, re.MULTILINE):
            return re.sub("^parameters: {", f"parameters: {{{ours}, ", text, flags=re.MULTILINE)
        return re.sub("^dddk: 1$", f"dddk: 1\nparameters: {{{ours}}}", text, flags=re.MULTILINE)


@cache
def rewritten(path: Path, start: int) -> Rewriter:
    return Rewriter(path, start)


def made(path: Path) -> tuple[str, ...]:
    """What the manifest becomes: its files; or what is said about it."""
    report = Report()
    driver = compile_manifest(str(path), report)
    if path.name == FORMS.name:
        return tuple(f"{diagnostic.code} {diagnostic.message}" for diagnostic in report.sorted())
    assert driver is not None, "\n".join(map(render, report.sorted()))
    return tuple(output.text for output in generate(driver))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_number_that_is_computed_is_as_good_as_one_that_is_written(path: Path, tmp_path: Path) -> None:
    shutil.copytree(HERE / ("examples" if path == FORMS else "whole") / "parts", tmp_path / "parts")
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    expected = made(copy)
    for start in (0, 1):
        copy.write_text(rewritten(path, start).text(), encoding="utf-8")
        assert made(copy) == expected


def numeric(type_: Type) -> bool:
    """Does a number stand in values of this type, and not in a mapping of keys in it? References hold one only as an index."""
    match type_:
        case Later() | ObjectType():
            return False
        case Either():
            return any(map(numeric, type_.types()))
        case ListOf() | MapOf() | Pair() | Part():
            return numeric(type_.item)
        case OperandText() | Ready():
            return True
    return takes_a_number(type_) and not isinstance(type_, (Ref, RingRef))


def test_every_key_that_takes_a_number_is_asked() -> None:
    asked = set().union(*(rewritten(path, 0).keys for path in MANIFESTS))
    numbers = {f"{type_.name}: {key.name}" for type_ in walk(DRIVER) for key in type_.keys if numeric(key.type)} - {VERSION}
    assert [key for key in table() if key in numbers and key not in asked] == []


SMALL = """dddk: 1
parameters: {{A: 2, TRIES: 3, DEBT: -1}}
driver: toy
title: A toy
class: misc
license: MIT
match: [{{pci: 1234:0001}}]
regions: {{regs: {{bar: 0, size: 256}}}}
enums: {{e: {{A: 5, B: 6}}}}
registers:
  ID:   {{at: 0, access: ro, expect: {expect}}}
  KIND: {{at: 4, access: ro, fields: {{WHICH: {{bits: 3:0, enum: e, expect: {which}}}}}}}
  LED:  {{at: 8, count: 4, fields: {{ON: 0, LEVEL: {{bits: 11:4, scale: {scale}}}}}}}
  GO:   {{at: 0x20, fields: {{LEVEL: 7:4}}}}
operations:
  go:
    steps: [{{write: {{GO: {{LEVEL: {level}}}}}}}, {{wait: "{until}", timeout: {timeout}}}]
"""


def driver_of(tmp_path: Path, **other: str) -> tuple[Driver | None, str]:
    """The small driver with something else in it, and what is said about it."""
    plain = {"expect": "1", "which": "1", "scale": "1", "level": "1", "until": "LED[0].ON == 1", "timeout": "1ms"}
    path = tmp_path / "toy.yaml"
    path.write_text(SMALL.format(**(plain | other)), encoding="utf-8")
    report = Report()
    return compile_manifest(str(path), report), "\n".join(f"{one.code} {one.message}" for one in report.sorted())


def test_a_value_of_an_enum_comes_before_a_parameter(tmp_path: Path) -> None:
    driver, _ = driver_of(tmp_path, which="A", expect="A")
    assert driver is not None
    assert driver.register("KIND").fields[0].expect == (5,)
    assert driver.register("ID").expect == (2,)


def test_scales_may_leave_a_remainder(tmp_path: Path) -> None:
    driver, said = driver_of(tmp_path, scale="A / (TRIES * 4)")
    assert driver is not None, said
    assert next(field.scale for field in driver.register("LED").fields if field.name == "LEVEL") == (1, 6)


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("expect", "B", "D0409"), ("expect", "A / 4", "D0129"), ("expect", "A + C", "D0128"), ("expect", "DEBT", "D0112"),
        ("level", "C", "D0561"), ("level", "A * 8", "D0562"), ("level", "DEBT", "D0561"), ("until", "LED[C].ON == 1", "D0128"), ("until", "LED[A].ON == A - TRIES", "D0112"),
        ("timeout", "TRIES", "D0141"), ("timeout", "10us * 10us", "D0129"), ("timeout", "10us + A", "D0129"), ("timeout", "20s * A", "D0112"), ("timeout", "A * 10us - 20us", "D0112"),
        ("scale", "A - 2", "D0262"), ("scale", "A / 0", "D0129"), ("scale", "1 << (A / 4)", "D0129"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_said(key: str, text: str, code: str, tmp_path: Path) -> None:
    driver, said = driver_of(tmp_path, **{key: text})
    assert driver is None
    assert [line.split()[0] for line in said.splitlines()] == [code], said
