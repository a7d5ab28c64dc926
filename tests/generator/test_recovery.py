# SPDX-License-Identifier: MIT
"""One run reports every mistake, and nothing that only follows from another one.

`mistakes.yaml` has a mistake in nearly every line; a comment behind it names the codes of the messages that point there. And to
each fixture, which has one mistake, another one is added to every object of it: then there are both.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.keys.driver import DRIVER
from dddkgen.keys.types import Entry, Object, Value
from dddkgen.read import read
from dddkgen.read.nodes import Kind

HERE = Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
MISTAKES = HERE / "mistakes.yaml"

#: Fixtures that are not looked into: files cannot be read, or what is said is about the whole run.
NOT_LOOKED_INTO = ("D0018", "D0020", "D0021", "D0912")


def found(path: Path) -> list[tuple[int, str]]:
    report = Report()
    compile_manifest(str(path), report)
    return [(diagnostic.primary.span.line, diagnostic.code) for diagnostic in report.sorted() if diagnostic.primary]


def test_every_mistake_is_reported_in_one_run_and_no_consequence() -> None:
    marked = []
    for number, line in enumerate(MISTAKES.read_text().splitlines(), 1):
        marked += [(number, code) for code in re.findall(r"D\d{4}", line.partition(" # ")[2])]
    assert sorted(found(MISTAKES)) == sorted(marked)
    assert len(marked) > 40


def objects(item: Any) -> Iterator[Object]:
    match item:
        case Object():
            yield item
            for value in item.values.values():
                yield from objects(value)
        case Value(value=list() as items):
            for each in items:
                yield from objects(each)
        case (Entry() as entry) | Value(value=Entry() as entry):
            yield from objects(entry.item)


def spoilt(path: Path, mistake: str) -> tuple[str, int]:
    """The text with a mistake in each object, and how many there are."""
    report = Report()
    document = read(str(path), report)
    assert document is not None
    root = DRIVER.parse(document.root, report)
    assert root is not None
    places = set()
    for item in objects(root):
        short = next(iter(item.key_nodes.values()), None) is item.node
        if item is not root and item.node.kind is Kind.MAPPING and not short and {"doc", "see"}.isdisjoint(item.key_nodes) and "doc" in item.type.by_name:
            places.add((item.node.start.line, item.node.start.column))
    lines = path.read_text().splitlines(keepends=True)
    for number, column in sorted(places, reverse=True):
        line = lines[number]
        between = "" if line[column : column + 2] == "{}" else ", "
        lines[number] = f"{line[:column]}{{{mistake}{between}{line[column + 1:]}" if line[column] == "{" else f"{line[:column]}{mistake}\n{' ' * column}{line[column:]}"
    return "".join(lines), len(places)


@pytest.mark.parametrize(("mistake", "code", "half"), [("dok: x", "D0101", 0), ("see: [x]", "D0104", 1)])
def test_a_mistake_hides_no_other(mistake: str, code: str, half: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    shutil.copytree(FIXTURES / "parts", tmp_path / "parts")
    looked_into = 0
    for path in sorted(FIXTURES.glob("*.yaml"))[half::2]:
        alone = Report()
        if read(path.name, alone) is None or alone.sorted() or path.name.startswith(NOT_LOOKED_INTO):
            continue
        text, number = spoilt(path, mistake)
        (tmp_path / path.name).write_text(text)
        expected = Counter(code for _, code in found(path)) + Counter({code: number})
        assert Counter(code for _, code in found(tmp_path / path.name)) == expected, path.name
        looked_into += 1
    assert looked_into > 150


GOOD = """dddk: 1
driver: toy
title: A toy
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 256}}
"""


@pytest.mark.parametrize(
    ("registers", "codes"),
    [
        # Whatever the value is, the fields overlap; whether the register does depends on it.
        ("{A: {at: x, fields: {ON: 0, UP: 0}}, B: 0x00}", ["D0111", "D0214"]),
        ("{A: {at: 0, width: 12, fields: {ON: 0, UP: 0}}, B: 0x01}", ["D0113", "D0214", "D0202"]),
        ("{A: {at: 0, access: foo, fields: {ON: {bit: 0, reset: 2}}}}", ["D0119", "D0212"]),
        # Widths of 8 bits would have no bit 31, of 64 one 40.
        ("{A: {at: 0, width: 7, fields: {ON: 31}}}", ["D0112"]),
        ("{A: {at: 0, width: 7, fields: {ON: {bit: 64}}}}", ["D0112", "D0117"]),
        # A fix that is sure is taken.
        ("{A: {at: '0x10'}, B: 0x10}", ["D0111", "D0204"]),
        ("{A: {at: 0, fields: {ON: 0-3, UP: 2}}}", ["D0115", "D0214"]),
        ("{A: {at: 0, reset: 0, shadow: yes}}", ["D0118"]),
        # What is missing may be anything.
        ("{A: {fields: {ON: 0, UP: 0}}}", ["D0102", "D0214"]),
        ("{A: {}, B: 0}", ["D0102"]),
        # A name that is none can be referred to.
        ("{1A: {at: 0, fields: {ON: 0}}, B: {at: 4, fields: {GO: {bit: 0, sets: 1A.ON}, NO: 0}}}", ["D0109", "D0214"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_guessed_and_no_guess_is_blamed(registers: str, codes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(GOOD + f"registers: {registers}\n")
    assert sorted(code for _, code in found(path)) == sorted(codes)


def test_a_large_manifest_full_of_mistakes_does_not_take_long(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    wrong = "{att: 0x, acess: rww, wdith: 12, feilds: {A: {bti: x}, B: {bits: 5-7, accss: q}}}"
    path.write_text(GOOD + "registers:\n" + "".join(f"  R{number}: {wrong}\n" for number in range(400)))
    nested = tmp_path / "nested.yaml"
    nested.write_text(GOOD + "registers: {A: 0}\nblokcs: " + "{A: {att: 0x, blokcs: " * 20 + "{}" + "}}" * 20 + "\n")
    begin = time.process_time()
    assert len(found(path)) == 1000
    assert len(found(nested)) == 61
    assert time.process_time() - begin < 10  # a second or two
