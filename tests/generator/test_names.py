# SPDX-License-Identifier: MIT
"""The names that `check` expects in the generated C are the names that are there, and what it lets pass compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dddkgen import load
from dddkgen.check.generated import OWN_MEMBERS, identifiers_and_tags, members
from dddkgen.check import names_are_free
from dddkgen.check.names_are_free import C_KEYWORDS, CPP_KEYWORDS, macros
from dddkgen.emit import generate
from dddkgen.model import Driver

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = sorted((ROOT / "drivers").glob("*/*.yaml")) + sorted((ROOT / "tests/generator/whole").glob("*.yaml"))


def c_text(driver: Driver) -> dict[str, str]:
    """The generated C without comments and strings."""
    texts = {}
    for output in generate(driver):
        if output.name.endswith((".h", ".c")):
            bare = re.sub(r"/\*.*?\*/", "", output.text, flags=re.DOTALL)
            texts[output.name] = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", bare)
    return texts


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.stem)
def test_every_generated_name_is_one_that_check_knows(path: Path) -> None:
    """A template with a new name must be told to `check/generated.py`, or a clash with it would go unseen."""
    driver = load(path)
    known = {one.name for one in identifiers_and_tags(driver)}
    known |= {name.removesuffix("_does_not_fit") for name in known}
    unknown: dict[str, str] = {}
    for file, text in c_text(driver).items():
        for name in re.findall(rf"\b(?:{driver.name}|{driver.name.upper()})_\w+\b", text):
            if name not in known and not name.endswith("_"):
                unknown[name] = file
    assert not unknown


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.stem)
def test_every_member_of_the_driver_struct_is_one_that_check_knows(path: Path) -> None:
    driver = load(path)
    text = c_text(driver)[f"{driver.name}.dddk.h"]
    body = re.search(rf"struct {driver.name} \{{\n(.*?)\n\}};", text, re.DOTALL)
    assert body is not None
    names = set(re.findall(r"^    (?:\}|struct \w+) ?(\w+)(?:\[\w+\])?;", body[1], re.MULTILINE))
    assert "dddk" in names
    assert names <= {one.name for one in members(driver)} | set(OWN_MEMBERS)


def test_the_lists_of_words_hold_what_they_must() -> None:
    for name in ("errno", "current", "stdin", "major", "NULL", "EOF", "min", "INT_MAX"):
        assert name in macros(), name
    for name in ("errno", "current", "stdin"):
        assert macros().replaces(name), name
    assert not macros().replaces("major")
    assert {"int", "restrict", "typeof"} <= C_KEYWORDS and {"class", "new", "template"} <= CPP_KEYWORDS


def test_every_macro_is_found_by_halves_and_nothing_else_is() -> None:
    words = (Path(names_are_free.__file__).with_name("macros.txt")).read_text().split("\n", 1)[1].split()
    assert len(words) > 10_000
    known, every = macros(), {word.rstrip("(") for word in words}
    plain = {word for word in words if not word.endswith("(")}
    near = {name[:-1] for name in every} | {f"{name}x" for name in every} | {f"{name}_" for name in every} | {"", "~", "!", "0", "zzzz", "AAAA", "a b"}
    for name in every | near:
        assert (name in known) == (name in every), name
        assert known.replaces(name) == (name in plain), name
    for prefix in {name[:length] for name in every for length in (1, 3, 8)}:
        assert known.some_begin(prefix), prefix
    for prefix in {f"{name[:length]}~" for name in every for length in (0, 1, 3, 8)} | {"zzzz", "AAAA", "!"}:
        assert not known.some_begin(prefix), prefix


def test_many_causes_and_many_fields_make_no_long_lines(tmp_path: Path) -> None:
    names, path = [f"PORT_{bit}" for bit in range(32)], tmp_path / "ports.yaml"
    path.write_text(
        "dddk: 1\ndriver: ports\ntitle: Many ports\nclass: misc\nlicense: MIT\nmatch: [{pci: 1234:0001}]\nregions: {regs: {bar: 0, size: 256}}\nregisters:\n"
        f"  CAUSE: {{at: 0, access: rc, fields: &ports {{{', '.join(f'{name}: {bit}' for bit, name in enumerate(names))}}}}}\n"
        "  SET: {at: 4, access: w1s, fields: *ports}\n  CLEAR: {at: 8, access: wo, clears: SET, fields: *ports}\n"
        f"interrupts: {{main: {{cause: CAUSE, mask: {{set: SET, clear: CLEAR}}, on: {{{', '.join(f'{name}: {{{verb}}}' for name, verb in zip(names, ['call: ports', 'complete: done'] * 16))}}}}}}}\n"
    )
    lines = [line for text in c_text(load(path)).values() for line in text.splitlines() if "PORT_31" in line or "raw |=" in line or "causes & " in line]
    assert any("causes & " in line for line in lines) and any("raw |=" in line for line in lines)
    assert max(map(len, lines)) <= 100
