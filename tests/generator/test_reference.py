# SPDX-License-Identifier: MIT
"""docs/manifest.md is what `dddk reference` prints, and what it shows works.

Every key of the table has an example, and every example is compiled. The manifests in `examples/` are where: a comment
`# example: TYPE` marks a mapping of that type, and the example of each of its keys takes the place of that key there;
`# example: TYPE: KEY` marks the place of one example that needs company.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dddkgen import reference
from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.diagnostics.text import render
from dddkgen.emit import generate, write_if_changed
from dddkgen.keys import not_yet
from dddkgen.keys.driver import CLASSES, DRIVER
from dddkgen.keys.types import Key, ObjectType, walk
from dddkgen.model import Driver

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path(__file__).parent / "examples"
#: Where the examples of rings are that no driver runs yet.
FORMS = EXAMPLES / "ring_forms.yaml"
PAGE = ROOT / "docs/manifest.md"
MARK = re.compile(r"^[ -]*# example: (.*)$")
TYPES = list(walk(DRIVER))
KEYS = [(type_, key) for type_ in TYPES for key in type_.keys]


@dataclass(frozen=True)
class Place:
    """A marked mapping: its file and the index of its first line of keys."""

    path: Path
    line: int


def places() -> dict[str, Place]:
    """By what stands behind `example:`."""
    found: dict[str, Place] = {}
    for path in sorted(EXAMPLES.glob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if match := MARK.match(line):
                first = next(index for index in range(number, len(lines)) if "#" not in lines[index])
                assert match[1] not in found, f"{path.name}:{number + 1}: `{match[1]}` has a place already"
                found[match[1]] = Place(path, first)
    return found


PLACES = places()


def put(type_: ObjectType, key: Key) -> tuple[Path, str]:
    """The manifest that the example of a key is put into, and its text with the example."""
    place = PLACES.get(f"{type_.name}: {key.name}") or PLACES.get(type_.name)
    assert place is not None, (
        f"no manifest in {EXAMPLES.relative_to(ROOT)} has a place for `{key.name}` of {type_.describe()}: mark a mapping of that type with "
        f"`# example: {type_.name}`, or one with what this key needs beside it with `# example: {type_.name}: {key.name}`"
    )
    lines = place.path.read_text(encoding="utf-8").splitlines()
    indent = re.match(" *", lines[place.line])[0]  # type: ignore[index]
    clash = {key.name, *(name for group in type_.one_of if key.name in group for name in group)}
    kept, rest = lines[: place.line], lines[place.line :]
    while rest and (not rest[0] or rest[0].startswith(indent)):
        name = re.match(rf"{indent}(\w+):", rest[0])
        dropped = name is not None and name[1] in clash
        while True:  # a key, and what stands deeper
            line = rest.pop(0)
            kept += [] if dropped else [line]
            if not rest or re.match(rf"{indent} ", rest[0]) is None:
                break
    return place.path, "\n".join([*kept[: place.line], *(indent + line for line in key.example.splitlines()), *kept[place.line :], *rest]) + "\n"


def load(path: Path) -> Driver | None:
    """The manifest at `path`, which gives no diagnostic at all. None: but for the one that says that its rings do not run."""
    report = Report()
    driver = compile_manifest(str(path), report)
    others = [diagnostic for diagnostic in report.sorted() if diagnostic.code != "D0588"]
    if path.name == FORMS.name and not others and report.failed:
        return None
    messages = "\n".join(render(diagnostic) for diagnostic in others or report.sorted())
    assert driver is not None and not messages, f"\n{messages}"
    return driver


def written(folder: Path, source: Path, text: str) -> Path:
    """The manifest in a folder of its own, with the files that examples include beside it."""
    shutil.copytree(EXAMPLES / "parts", folder, dirs_exist_ok=True)
    path = folder / source.name
    path.write_text(text, encoding="utf-8")
    return path


def compiled(driver: Driver, folder: Path) -> None:
    """The generated driver and device model, without a warning."""
    for output in generate(driver):
        write_if_changed(folder / output.name, output.text)
    for name in (f"{driver.name}.dddk.c", f"{driver.name}.model.c"):
        command = ["gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE"]
        command += [f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{folder}", str(folder / name)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_the_page_is_current() -> None:
    command = [sys.executable, str(ROOT / "generator/dddk"), "reference"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert PAGE.read_text(encoding="utf-8") == done.stdout, "run `generator/dddk reference -o docs/manifest.md`"


@pytest.mark.parametrize(("type_", "key"), KEYS, ids=[f"{type_.name}: {key.name}" for type_, key in KEYS])
def test_the_example_of_a_key_is_right(type_: ObjectType, key: Key, tmp_path: Path) -> None:
    source, text = put(type_, key)
    try:
        load(written(tmp_path, source, text))
    except AssertionError as error:
        where = f"{source.relative_to(ROOT)} with the example of `{key.name}` of {type_.describe()}"
        hint = f"correct the example in the key table, or mark a mapping with what it needs beside it: `# example: {type_.name}: {key.name}`"
        raise AssertionError(f"{where}:\n{error}\n{hint}") from None


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_an_example_of_a_type_becomes_c(type_: ObjectType, tmp_path: Path) -> None:
    source, text = put(type_, type_.keys[0])
    driver = load(written(tmp_path, source, text))
    if driver is not None:
        compiled(driver, tmp_path)


def test_every_place_is_for_something() -> None:
    known = {type_.name for type_ in TYPES} | {f"{type_.name}: {key.name}" for type_, key in KEYS}
    assert PLACES.keys() - known == set(), "these places are for keys that the table does not have"


def test_the_page_has_every_key_and_example() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    missing = [f"{type_.name}: {key.name}" for type_, key in KEYS if f"**`{key.name}`**" not in page or " ".join(key.example.split()) not in page]
    assert missing == []


def test_whole_manifests_of_the_page_are_right(tmp_path: Path) -> None:
    manifests = [block for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.S | re.M) if block.startswith("dddk: ")]
    assert manifests
    for number, manifest in enumerate(manifests):
        driver = load(written(tmp_path, Path(f"{number}.yaml"), manifest))
        assert driver is not None
        compiled(driver, tmp_path)


def test_lines_are_short_enough_to_be_read_in_a_terminal() -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in page if len(line) > 120] == [], "a long example is written in several lines in the key table"


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = PAGE.read_text(encoding="utf-8")
    titles = {reference.anchor(title) for title in re.findall(r"^#+ (.*)$", page, re.M)}
    for target in re.findall(r"\]\(([^)]*)\)", page):
        file, _, title = target.partition("#")
        assert title in titles if not file else (PAGE.parent / file).exists(), target


def test_what_no_driver_runs_is_said_at_its_key() -> None:
    """The tables by which the check refuses speak of keys that there are, and the page says so at each."""
    keys = {(type_.name, key.name): key for type_, key in KEYS}
    told = [(owner, key) for owner, names in not_yet.KEYS.items() for key in names] + [*not_yet.WORDS, *not_yet.FORMS]
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for owner, key in told:
        assert not_yet.said(owner, key) and f"{' '.join(keys[owner, key].doc.split())} {not_yet.said(owner, key)}" in page
    assert not_yet.CLASS_RUNS.keys() == CLASSES.keys()
