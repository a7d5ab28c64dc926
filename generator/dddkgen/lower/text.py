# SPDX-License-Identifier: MIT
"""The manifest's doc text as comments in C, of a width that can be read. Markdown reads well as it is: paragraphs, lists and
code keep their lines, and nothing in it can end the comment."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import Protocol

from ..model import Driver
from ..procedures import meaning
from .names import comment

WIDTH = 104

#: A text up to this length stands behind the member it is about; a longer one above the struct.
SHORT = 120

_ITEM = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])\s+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_OWN_LINE = re.compile(r"\s*(?:#{1,6}\s|>|\|)")


class Described(Protocol):
    @property
    def doc(self) -> str: ...

    @property
    def see(self) -> str: ...


def block(text: str) -> tuple[str, ...]:
    """The lines of a comment, without its delimiters; none for no text. Empty lines are between paragraphs."""
    if "\n" not in text:
        return _wrapped(text)
    made: list[str] = []
    open_: list[str] = []
    fence = ""

    def flush() -> None:
        if open_:
            made.extend(_wrapped(" ".join(open_), " " * len(item[0]) if (item := _ITEM.match(open_[0])) else ""))
            open_.clear()

    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence or mark:
            flush()
            made.append(comment(line, collapse=False))
            if mark and not fence:
                fence = mark[1]
            elif mark and line.strip() == mark[1] and mark[1].startswith(fence):
                fence = ""
        elif not line.strip():
            flush()
            made += [""] if made and made[-1] else []
        elif _OWN_LINE.match(line):
            flush()
            made.extend(_wrapped(line))
        else:
            if _ITEM.match(line):
                flush()
            open_.append(line.rstrip() if not open_ else line.strip())
    flush()
    while made and not made[-1]:
        made.pop()
    return tuple(made)


def _wrapped(text: str, hang: str = "") -> tuple[str, ...]:
    line = comment(text)
    if not hang and len(line) <= WIDTH:
        return (line,) if line else ()
    indent = text[: len(text) - len(text.lstrip())] if hang else ""
    return tuple(textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False))


def said(thing: Described) -> tuple[str, ...]:
    """The lines of the comment on something."""
    return block(meaning(thing.doc, thing.see))


def item(name: str, thing: Described) -> tuple[str, ...]:
    """The lines of a comment on a part of something, which begin with its name; none where nothing is said."""
    text = meaning(thing.doc, thing.see)
    return block(f"{name}: {text}") if text else ()


def items(things: Iterable[tuple[str, Described]]) -> tuple[str, ...]:
    return tuple(line for name, thing in things for line in item(name, thing))


def about(driver: Driver, place: str, thing: Described) -> tuple[str, ...]:
    """The comment on something, and on its pieces: `place` is where it is in the manifest."""
    return (*said(thing), *items((remark.place[len(place) + 1 :], remark) for remark in driver.remarks_on(place)))


def comment_above(lines: Iterable[str], indent: str = "") -> list[str]:
    """The lines as a whole comment."""
    found = list(lines)
    if len(found) < 2:
        return [f"{indent}/* {line} */" for line in found]
    rest = [f"{indent} *{' ' if line else ''}{line}" for line in found[1:]]
    return [f"{indent}/* {found[0]}", *rest[:-1], f"{rest[-1]} */"]


def headed(head: str, thing: Described) -> tuple[str, ...]:
    """A comment that begins with `head`, and goes on with what is said about the thing."""
    if "\n" in thing.doc:
        return (*block(f"{head}:"), *said(thing))
    return block(meaning(f"{head}: {thing.doc}" if thing.doc else f"{head}.", thing.see))


def behind(thing: Described) -> str:
    """What goes on in the comment behind a member; nothing where the text is long, and stands above."""
    if not is_short(thing.doc):
        return ", see above"
    text = f": {comment(thing.doc)}" if thing.doc else ""
    return text + (f" ({comment(thing.see)})" if thing.see else "")


def is_short(text: str) -> bool:
    """Can it stand behind a member?"""
    return len(text) <= SHORT and "\n" not in text
