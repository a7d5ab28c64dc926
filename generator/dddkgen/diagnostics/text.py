# SPDX-License-Identifier: MIT
"""Diagnostics as text for people: the line itself, with the place underlined."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Span
from ..read.source import Source, read_bytes
from . import Diagnostic, Label, Report, Severity

#: So much of a manifest's line is shown where nobody says how wide the terminal is, and never less than so much.
WIDEST, NARROWEST = 160, 20

LineOf = Callable[[str, int], str]

_RESET, _BOLD, _RED, _YELLOW, _BLUE, _GREEN = "\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[1;32m"


class Lines:
    """Lines of files, read once each. A file that is gone has empty lines; one that is no text shows what it can."""

    def __init__(self) -> None:
        self._files: dict[str, Source] = {}

    def __call__(self, file: str, number: int) -> str:
        if file not in self._files:
            data = read_bytes(file, Report()) or b""
            self._files[file] = Source(file, data.decode("utf-8-sig", "replace"))
        return self._files[file].line(number)


def render(diagnostic: Diagnostic, line_of: LineOf | None = None, colour: bool = False, columns: int = 0) -> str:
    """One diagnostic, ending in a line feed; `columns` of the terminal, 0: it is none."""
    return _Renderer(line_of or Lines(), colour, columns).render(diagnostic)


class _Renderer:
    def __init__(self, line_of: LineOf, colour: bool, columns: int) -> None:
        self.line_of = line_of
        self.colour = colour
        self.columns = columns

    def paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour and text else text

    def render(self, diagnostic: Diagnostic) -> str:
        tone = _RED if diagnostic.severity is Severity.ERROR else _YELLOW
        head = self.paint(f"{diagnostic.severity.value}[{diagnostic.code}]", tone) + self.paint(f": {_visible(diagnostic.message)}", _BOLD)
        lines = [head]
        labels = [] if diagnostic.primary is None else [diagnostic.primary, *diagnostic.secondary]
        gutter = max((len(str(label.span.line)) for label in labels), default=1)
        if diagnostic.primary is not None:
            span = diagnostic.primary.span
            lines.append(f"{' ' * gutter}{self.paint('-->', _BLUE)} {span.file}:{span.line}:{span.column}")
            lines.append(self._bar(gutter))
            excerpt = self._excerpt(diagnostic.primary, gutter, "^", tone)
            lines += excerpt
            last, line = span, excerpt[:1]
            for label in diagnostic.secondary:
                if label.span.file != last.file:
                    lines.append(f"{' ' * gutter}{self.paint('::>', _BLUE)} {label.span.file}:{label.span.line}:{label.span.column}")
                # A place in the line that was just shown needs its underline only; of a long line another part may be shown.
                excerpt = self._excerpt(label, gutter, "-", _BLUE)
                repeated = (label.span.file, label.span.line) == (last.file, last.line) and excerpt[:1] == line
                lines += excerpt[1 if repeated else 0 :]
                last, line = label.span, excerpt[:1]
        for kind, texts in (("note", diagnostic.notes), ("help", diagnostic.help)):
            for text in texts:
                first, *rest = self._wrapped(_visible(text), gutter + len(f" = {kind}: "))
                lines.append(f"{' ' * gutter} {self.paint('=', _BLUE)} {self.paint(kind, _GREEN)}: {first}")
                lines += [f"{' ' * (gutter + len(f' = {kind}: '))}{line}" for line in rest]
        return "\n".join(lines) + "\n"

    def _bar(self, gutter: int) -> str:
        return f"{' ' * gutter} {self.paint('|', _BLUE)}"

    def _excerpt(self, label: Label, gutter: int, mark: str, tone: str) -> list[str]:
        """The line with its place underlined; a place of several lines is underlined to the end of its first."""
        span = label.span
        text = self.line_of(span.file, span.line)
        if not text.strip():
            return [f"{self._bar(gutter)} {_visible(label.text)}"] if label.text else []
        start, width = _underline(span, text)
        room = max(self.columns - gutter - 3, NARROWEST) if self.columns else WIDEST
        # A long line is shown around the place.
        skip = max(0, start - room // 2) if _wide(text[: start + width]) > room else 0
        while _wide(text[skip:start]) > room:
            skip += 1
        shown = text[skip : skip + room]
        while _wide(shown) > room:
            shown = shown[:-1]
        before = _wide(text[skip:start])
        marks = mark * max(1, min(_wide(text[start : start + width]), room - before))
        number = self.paint(f"{span.line:>{gutter}}", _BLUE)
        said = _visible(label.text)
        lines = [f"{number} {self.paint('|', _BLUE)} {_visible(shown).rstrip()}", f"{self._bar(gutter)} {' ' * before}"]
        if not self.columns or before + len(marks) + 1 + _wide(said) <= room:
            lines[1] += self.paint((marks + " " + said).rstrip(), tone)
            return lines
        # What does not fit behind the marks stands below them.
        lines[1] += self.paint(marks, tone)
        indent = max(0, min(before, room - _wide(said)))
        return lines + [f"{self._bar(gutter)} {' ' * indent}{self.paint(line, tone)}" for line in self._wrapped(said, gutter + 3 + indent)]

    def _wrapped(self, text: str, indent: int) -> list[str]:
        """Lines for what is left of the terminal behind `indent` columns."""
        if not self.columns or indent + _wide(text) <= self.columns:
            return [text]
        import textwrap

        return textwrap.wrap(text, max(self.columns - indent, NARROWEST), break_long_words=False, break_on_hyphens=False) or [""]


def _underline(span: Span, text: str) -> tuple[int, int]:
    """Where the underline begins in the line, and how long it is."""
    start = min(span.column - 1, len(text))
    end = span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
    return start, max(1, min(end, len(text)) - start)


def _visible(text: str) -> str:
    """Without anything that a terminal could take for a command."""
    return "".join(character if character.isprintable() else " " if character in "\t\n\r" else "\ufffd" for character in text)


def _wide(text: str) -> int:
    """How many columns a terminal gives to a text: characters of East Asia have two, accents that go over another one have none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.category(each) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
