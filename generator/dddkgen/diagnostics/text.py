# SPDX-License-Identifier: MIT
"""Diagnostics as text for people: the line itself, with the place underlined."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Span
from ..read.source import Source, read_bytes
from . import Diagnostic, Label, Report, Severity

#: Text behind this column of a manifest's line is not shown.
WIDEST = 160

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


def render(diagnostic: Diagnostic, line_of: LineOf | None = None, colour: bool = False) -> str:
    """One diagnostic, ending in a line feed."""
    return _Renderer(line_of or Lines(), colour).render(diagnostic)


class _Renderer:
    def __init__(self, line_of: LineOf, colour: bool) -> None:
        self.line_of = line_of
        self.colour = colour

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
            lines += self._excerpt(diagnostic.primary, gutter, "^", tone)
            last = span
            for label in diagnostic.secondary:
                if label.span.file != last.file:
                    lines.append(f"{' ' * gutter}{self.paint('::>', _BLUE)} {label.span.file}:{label.span.line}:{label.span.column}")
                # A place in the line that was just shown needs its underline only.
                repeated = (label.span.file, label.span.line) == (last.file, last.line)
                lines += self._excerpt(label, gutter, "-", _BLUE)[1 if repeated else 0 :]
                last = label.span
        for kind, texts in (("note", diagnostic.notes), ("help", diagnostic.help)):
            lines += [f"{' ' * gutter} {self.paint('=', _BLUE)} {self.paint(kind, _GREEN)}: {_visible(text)}" for text in texts]
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
        # A long line is shown around the place.
        skip = max(0, start - WIDEST // 2) if start + width > WIDEST else 0
        shown = text[skip : skip + WIDEST]
        before = _visible(shown[: start - skip])
        marks = mark * max(1, min(width, WIDEST))
        number = self.paint(f"{span.line:>{gutter}}", _BLUE)
        return [
            f"{number} {self.paint('|', _BLUE)} {_visible(shown).rstrip()}",
            f"{self._bar(gutter)} {' ' * len(before)}{self.paint((marks + ' ' + _visible(label.text)).rstrip(), tone)}",
        ]


def _underline(span: Span, text: str) -> tuple[int, int]:
    """Where the underline begins in the line, and how long it is."""
    start = min(span.column - 1, len(text))
    end = span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
    return start, max(1, min(end, len(text)) - start)


def _visible(text: str) -> str:
    """Without anything that a terminal could take for a command."""
    return "".join(character if character.isprintable() else " " if character in "\t\n\r" else "\ufffd" for character in text)
