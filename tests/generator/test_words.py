# SPDX-License-Identifier: MIT
"""What an author says about something reaches whoever reads about it: `doc:` and `see:` of every object are on the reference
page and in the C that is generated for it, whatever stands in them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dddkgen.check import check
from dddkgen.diagnostics import Report
from dddkgen.emit import generate
from dddkgen.keys.driver import DRIVER
from dddkgen.keys.parameters import parameters
from dddkgen.keys.types import Entry, Object, Value, walk
from dddkgen.lower import markdown, text
from dddkgen.lower.names import string
from dddkgen.read.assemble import assemble
from dddkgen.resolve import resolve

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WHOLE = sorted((HERE / "whole").glob("plenty_*.yaml"))
FORMS = HERE / "examples" / "ring_forms.yaml"
TYPES = {type_.name: type_ for type_ in walk(DRIVER)}

#: Objects without words of their own, each with the reason.
WORDLESS: dict[str, str] = {}

#: Objects that no C of a driver is generated for, each with the reason.
NO_C = {
    "block": "its registers are, each with its own comment",
    "reset kind": "the simulated device has a number for it",
    "waiver": "it is about a message",
}


def objects(item: Any, place: str = "") -> Iterator[tuple[str, Object]]:
    """Every object of a parsed manifest, with where it is."""
    match item:
        case Object():
            yield place, item
            for key, value in list(item.values.items()):
                yield from objects(value, f"{place}.{key}")
        case Value(value=list() as items):
            for each in items:
                yield from objects(each, place)
        case (Entry() as entry) | Value(value=Entry() as entry):
            yield from objects(entry.item, f"{place}.{entry.name.value}")


def with_words(path: Path, words: Callable[[str, Object, str], str]) -> dict[str, str]:
    """What is generated from a manifest when each object of it says something; by file name."""
    report = Report()
    tree = assemble(str(path), report)
    assert tree is not None
    report.parameters = parameters(tree, report)
    root = DRIVER.parse(tree, report)
    assert root is not None
    for place, item in objects(root):
        for key in ("doc", "see"):
            if key in item.type.by_name:
                item.values[key] = Value(words(place, item, key), item.node)
    candidate = resolve(root, str(path), report)
    check(candidate, report)
    assert {diagnostic.code for diagnostic in report.sorted() if report.failed} <= {"D0588"}
    return {output.name: output.text for output in generate(candidate.driver)}


def test_every_object_has_see_and_doc() -> None:
    missing = {name for name, type_ in TYPES.items() if not {"doc", "see"} <= set(type_.by_name)}
    assert missing == set(WORDLESS)


@cache
def reached() -> dict[str, list[tuple[bool, bool, str]]]:
    """For each type of object: whether each text is on the page, and in C; and where it stands in the manifest."""
    found: dict[str, list[tuple[bool, bool, str]]] = {}
    for path in (*WHOLE, FORMS):
        told: dict[str, tuple[str, str]] = {}

        def say(place: str, item: Object, key: str, told: dict[str, tuple[str, str]] = told) -> str:
            token = f"{key}q{len(told)}q"
            told[token] = item.type.name, place
            return token

        files = with_words(path, say)
        page = next(text for name, text in files.items() if name.endswith(".md"))
        code = "".join(text for name, text in files.items() if name.endswith((".h", ".c")))
        for token, (name, place) in told.items():
            if path != FORMS or name != "ring":  # of a ring that does not run there is no row
                found.setdefault(name, []).append((token in page, token in code, f"{path.name}{place}: {token}"))
    return found


@pytest.mark.parametrize("name", [name for name in TYPES if name not in WORDLESS])
def test_what_is_said_about_it_is_on_the_page_and_in_the_c(name: str) -> None:
    assert [place for page, _, place in reached()[name] if not page] == []
    if name not in NO_C:
        # What a variant says about a thing that is there anyway is on the page; so is what is said of rings that do not run.
        apart = re.compile(rf"{FORMS.name}|\.(variants|revisions)\.\w+\.(registers|enums)\.")
        assert [place for _, code, place in reached()[name] if not code and not apart.search(place)] == []


HOSTILE = (
    "a | b `c | d` \\| e \\\\| f", "ends here */ int main(void) /* x", "**RX**/**TX** and /*", "what??/", "\\", "ends with a backslash \\",
    "<script>alert(1)</script> <!-- open", "`open", "```\nint x; /* c */ | p\n\nleft open", "# Heading\n\ntext\n====\n\n- one\n- two\n  - three */\n\n|a|b|\n|---|---|\n|1|2|",
    "ü ß 中文 עברית \u200f. 😀", "x" * 3000, ("word " * 600).strip(), "%s %n \"quoted\" \\n ??) ??? ??/", "//", "*", "/",
    "one\ngoes on\n\ntwo <https://x.y/z|a> and <b>", "text //\\\nint x", "1. one\n2. two", "> quote\n> more", "|not|a\n|---|---|", "~~~\nanother",
)  # fmt: skip


@cache
def hostile() -> dict[str, str]:
    number = iter(range(1 << 30))
    return with_words(HERE / "whole" / "plenty_misc.yaml", lambda place, item, key: (HOSTILE[next(number) % len(HOSTILE)].split("\n") if key == "see" else [HOSTILE[next(number) % len(HOSTILE)]])[0])


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_text_breaks_the_c(compiler: str, tmp_path: Path) -> None:
    for name, content in hostile().items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for name in ("gadget.dddk.c", "gadget.model.c", "gadget_test.c"):
        command = [compiler, "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{tmp_path}"]
        done = subprocess.run([*command, str(tmp_path / name)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_no_text_breaks_the_page() -> None:
    """Headings, tables and fences are where they are without the texts."""
    page = hostile()["gadget.md"]
    plain = with_words(HERE / "whole" / "plenty_misc.yaml", lambda place, item, key: "text")["gadget.md"]

    def shape(page: str) -> tuple[list[str], list[int]]:
        lines, fence = page.split("\n"), ""
        heads, cells = [], []
        for number, line in enumerate(lines):
            if fence:
                fence = "" if line == fence else fence
            elif line.startswith(("```", "~~~")):
                fence = line
            elif re.match("#{1,3} ", line):
                heads.append(re.split("[ :]", line)[1])
            elif line.startswith("| ") and (lines[number - 1].startswith("|") or lines[number + 1].startswith("| ---")):
                cells.append(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)))
        assert not fence
        return heads, cells

    assert shape(page) == shape(plain)


@pytest.mark.parametrize(
    ("doc", "shown"),
    [
        ("*soft* **hard** `code` [link](https://x.y)", "*soft* **hard** `code` [link](https://x.y)"),
        ("a <b> `<b>` <https://x.y>", "a \\<b> `<b>` <https://x.y>"),
        ("``a ` <b>`` <i>", "``a ` <b>`` \\<i>"),
        ("\\`<b>` ", "\\`\\<b>`"),
        ("already \\<b>", "already \\<b>"),
    ],
)  # fmt: skip
def test_markdown_stays_markdown_and_html_is_shown(doc: str, shown: str) -> None:
    assert markdown.inline(doc) == shown


@pytest.mark.parametrize(("written", "shown"), [("a|b", "a\\|b"), ("a\\|b", "a\\|b"), ("a\\\\|b", "a\\\\\\|b"), ("`a|b`", "`a\\|b`"), ("one\n two", "one two")])
def test_a_cell_holds_its_text(written: str, shown: str) -> None:
    assert markdown.cell(written) == shown


def test_what_is_no_markdown_is_shown_as_it_is() -> None:
    assert markdown.plain("CTRL_EXT of *all* <Ada@example.org> a_ _b `c` [x](y)") == "CTRL_EXT of \\*all\\* <Ada@example.org> a\\_ \\_b \\`c\\` [x\\](y)"


def test_comments_keep_paragraphs_lists_and_code() -> None:
    doc = "First one\ngoes on.\n\n* an item that\n  goes on\n* another */\n\n```\nx |= 1; /* set */\n```\n"
    assert text.block(doc) == ("First one goes on.", "", "* an item that goes on", "* another * /", "", "```", "x |= 1; / * set * /", "```")


def test_strings_in_c_have_no_trigraph() -> None:
    assert [string(each) for each in ("a?", "??/", "???)", 'ü"')] == ["a?", "?\\?/", "?\\?\\?)", '\\303\\274\\"']
