# SPDX-License-Identifier: MIT
"""The names that `check` expects in the generated C are the names that are there, and what it lets pass compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dddkgen import load
from dddkgen.check.generated import OWN_MEMBERS, identifiers_and_tags, members
from dddkgen.check.names_are_free import C_KEYWORDS, CPP_KEYWORDS, macros
from dddkgen.emit import generate
from dddkgen.model import Driver

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = sorted((ROOT / "drivers").glob("*/*.yaml"))


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
    every, plain = macros()
    assert {"errno", "current", "stdin", "major", "NULL", "EOF", "min", "INT_MAX"} <= every
    assert {"errno", "current", "stdin"} <= plain and "major" not in plain
    assert {"int", "restrict", "typeof"} <= C_KEYWORDS and {"class", "new", "template"} <= CPP_KEYWORDS
    assert len(every) > 10_000
