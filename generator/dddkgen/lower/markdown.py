# SPDX-License-Identifier: MIT
"""The manifest's texts on the reference page: doc text is Markdown and stays it, other text shows as it was written.

Nothing that an author writes may reach beyond its own place: a `|` does not end a cell, a fence that is left open ends with
its text, HTML is shown and not obeyed, a heading stands below those of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

#: Something that makes a paragraph more than a paragraph, where a line begins with it.
_BEGINS_BLOCK = re.compile(r" {0,3}(?:[-+*]\s|\d{1,9}[.)]\s|#{1,6}(?:\s|$)|>|```|~~~|\|)|(?: {4}|\t)\S")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r"( {0,3})(#{1,6})(?=\s|$)")
_TICKS = re.compile(r"`+")
_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[\w.+-]+@[\w.-]+>", re.ASCII)
_HTML = re.compile(r"(?<!\\)((?:\\\\)*)<(?=[A-Za-z/!?])")
_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")

#: Headings of the page go down to ###.
_LEVELS = 3


class Described(Protocol):
    """Anything that its author can describe."""

    @property
    def doc(self) -> str: ...

    @property
    def see(self) -> str: ...


class Named(Described, Protocol):
    """The same with a name."""

    @property
    def name(self) -> str: ...


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` applied to what is not in a code span: so many backticks end at just as many."""
    made, at = [], 0
    runs = list(_TICKS.finditer(text))
    while runs:
        opened = runs.pop(0)
        escaped = (len(text[: opened.start()]) - len(text[: opened.start()].rstrip("\\"))) % 2
        close = None if escaped else next((number for number, run in enumerate(runs) if run[0] == opened[0]), None)
        if close is None:
            continue
        made += [change(text[at : opened.start()]), text[opened.start() : runs[close].end()]]
        at = runs[close].end()
        runs = runs[close + 1 :]
    return "".join([*made, change(text[at:])])


def _without_html(text: str) -> str:
    made, at = [], 0
    for link in _AUTOLINK.finditer(text):
        made += [_HTML.sub(r"\1\\<", text[at : link.start()]), link[0]]
        at = link.end()
    return "".join([*made, _HTML.sub(r"\1\\<", text[at:])])


def plain(text: str) -> str:
    """Text that is no Markdown, so that it shows as it is."""
    if link := _AUTOLINK.search(text):
        return plain(text[: link.start()]) + link[0] + plain(text[link.end() :])
    text = re.sub(r"[\\`*<]|~~|&(?=#?\w+;)|\](?=[(\[])", lambda found: "".join(f"\\{each}" for each in found[0]), text)
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)


def inline(doc: str) -> str:
    """Markdown of one paragraph, on one line."""
    line = " ".join(doc.split())
    return outside_code(line, _without_html) if "<" in line else line


def cell(text: str) -> str:
    """Text that cannot break a Markdown table. A `|` is no exception in code."""
    line = " ".join(text.split())
    return _PIPE.sub(r"\1\\|", line) if "|" in line else line


def is_long(doc: str) -> bool:
    """Is it more than one paragraph, so that it needs lines of its own?"""
    return "\n" in doc and any(not line.strip() or _BEGINS_BLOCK.match(line) for line in doc.split("\n"))


def first_paragraph(doc: str) -> str:
    """What can stand in a cell of a long text: its beginning, or nothing."""
    kept = []
    for line in doc.split("\n"):
        if not line.strip() or _BEGINS_BLOCK.match(line):
            break
        kept.append(line)
    return " ".join(kept)


def block(doc: str) -> str:
    """Markdown of several paragraphs, which ends where it ends."""
    made: list[str] = []
    paragraph: list[str] = []
    fence = ""

    def flush() -> None:
        # A code span may go over lines, but not over paragraphs.
        made.extend(outside_code("\n".join(paragraph), _without_html).split("\n") if paragraph else [])
        paragraph.clear()

    for line in doc.split("\n"):
        line = line.rstrip()
        found = _FENCE.match(line)
        if fence:
            made.append(line)
            if found and found[1][0] == fence[0] and len(found[1]) >= len(fence) and not found[2].strip():
                fence = ""
        elif found and not ("`" in found[2] and found[1][0] == "`"):
            flush()
            fence = found[1]
            made.append(line)
        elif _HEADING.match(line):
            flush()
            made.append(outside_code(_HEADING.sub(lambda head: head[1] + "#" * min(6, len(head[2]) + _LEVELS), line), _without_html))
        elif re.match(r" {0,3}(?:=+|-+)$", line) and paragraph:
            paragraph.append(f"\\{line.strip()}")  # would make a heading of what is before it
        elif not line:
            flush()
            made.append(line)
        else:
            paragraph.append(line)
    flush()
    return "\n".join([*made, *([fence] if fence else [])])


def meaning(thing: Described) -> str:
    """What something is and where the datasheet says so, for a cell. A long text only begins there; `notes` has all of it."""
    return cell(joined([thing.doc], thing.see))


def joined(parts: Iterable[str], see: str) -> str:
    """Texts of which only the first may be long, and the section."""
    texts = [text for part in parts if (text := inline(first_paragraph(part) + " *(more below)*" if is_long(part) else part))]
    return " ".join(["; ".join(texts), *([f"({plain(see)})"] if see else [])]).strip()


def notes(things: Iterable[Named], prefix: str = "") -> tuple[str, ...]:
    """The long texts among those of some things, for below their table."""
    return tuple(note for thing in things for note in note_on(f"{prefix}{thing.name}", thing))


def note_on(name: str, thing: Described) -> tuple[str, ...]:
    return (f"**{plain(name)}**\n\n{block(thing.doc)}",) if is_long(thing.doc) else ()
