# SPDX-License-Identifier: MIT
"""Read: from a file to nodes that know their line and column.

libyaml's events are taken one by one, which costs half of composing, needs no recursion (deep nesting cannot exhaust the
stack) and lets sizes be bounded while they grow: a file that expands to a billion nodes is refused after the first million.
"""

from __future__ import annotations

import re

from ..dataclass import dataclass
from ..diagnostics import Fix, Label, Report
from ..model import Span
from .nodes import Kind, Node
from .source import Source, read_source

MAX_NODES = 160_000  # aliases expanded; 10,000 registers with 40,000 fields have 140,000
MAX_DEPTH = 48


@dataclass(slots=True)
class Document:
    """One manifest as nodes."""

    source: Source
    root: Node


def read(path: str, report: Report, asked: Span | None = None) -> Document | None:
    """Read one file. None: it is not YAML that a manifest can be made of, and why is in `report`. `asked`: where another one names it."""
    source = read_source(path, report, asked)
    return None if source is None else read_text(source, report)


def read_text(source: Source, report: Report) -> Document | None:
    """Like `read`, from text that is already in memory."""
    from yaml import YAMLError
    from yaml._yaml import CParser

    builder = _Builder(source, report)
    try:
        builder.run(CParser(source.text))
    except YAMLError as error:
        _syntax_error(error, source, report)
        return None
    except _Refused:
        return None
    if builder.root is None or builder.root.is_empty:
        report.error("D0007", Span(source.path, 1, 1, 1, 1), "the manifest is empty", help="a manifest begins with `dddk: 1`")
        return None
    return Document(source, builder.root)


def _without_tag(node: Node, event: object) -> Fix | None:
    """A word stays as it is without its tag; a collection and what is in quotes are left to the author."""
    plain = node.kind is Kind.SCALAR and node.plain and node.value and event.anchor is None  # type: ignore[attr-defined]
    return Fix(node.span, node.value) if plain and node.span.line == node.span.end_line else None


class _Refused(Exception):
    """A limit was passed; the reason is reported."""


class _Builder:
    """Builds nodes from events with a stack of open collections."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.flat: list[list[Node]] = []  # children of each open collection
        self.anchors: dict[str, Node] = {}
        self.open_anchors: dict[int, str] = {}
        self.nodes = 0

    def run(self, parser: object) -> None:
        import yaml

        file = self.source.path
        scalar, alias = yaml.ScalarEvent, yaml.AliasEvent
        mapping, sequence = yaml.MappingStartEvent, yaml.SequenceStartEvent
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        flat, a_scalar = self.flat, Kind.SCALAR
        while (event := parser.get_event()) is not None:  # type: ignore[attr-defined]
            kind = type(event)
            if kind is scalar:
                node = Node(a_scalar, event.value, not event.style, file, event.start_mark, event.end_mark)
                self.nodes += 1
                if event.tag is not None or event.anchor is not None or self.nodes > MAX_NODES:
                    self._begin(node, event)
                if flat:
                    flat[-1].append(node)
                else:
                    self.root = node
            elif kind is mapping or kind is sequence:
                node = Node(Kind.MAPPING if kind is mapping else Kind.SEQUENCE, [], False, file, event.start_mark, event.end_mark)
                self.nodes += 1
                self._begin(node, event)
                if len(self.stack) >= MAX_DEPTH:
                    self._refuse("D0013", node.span, "the manifest is nested too deeply", f"more than {MAX_DEPTH} levels")
                self.stack.append(node)
                self.flat.append([])
            elif kind in ends:
                self._close(event)
            elif kind is alias:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent and self.root is not None:
                span = Node(Kind.SCALAR, "", True, file, event.start_mark, event.end_mark).span
                self._refuse("D0009", span, "the file holds a second document", "everything before this line is a manifest of its own")

    def _begin(self, node: Node, event: object) -> None:
        """What a node has besides its value."""
        if self.nodes > MAX_NODES:
            self._refuse("D0012", node.span, "the manifest is too large", f"more than {MAX_NODES} values")
        if event.tag is not None:  # type: ignore[attr-defined]
            self.report.error("D0010", node.span, "a tag has no meaning in a manifest", "remove the tag", help="a value's type follows from its key", fix=_without_tag(node, event))
        anchor = event.anchor  # type: ignore[attr-defined]
        if anchor is not None:
            self.anchors[anchor] = node
            if node.kind is not Kind.SCALAR:
                self.open_anchors[id(node)] = anchor

    def _place(self, node: Node) -> None:
        """Put a finished node into the collection that is open."""
        if self.flat:
            self.flat[-1].append(node)
        else:
            self.root = node

    def _close(self, event: object) -> None:
        node, children = self.stack.pop(), self.flat.pop()
        node.end = event.end_mark  # type: ignore[attr-defined]
        node.size += sum([child.size for child in children])
        node.depth += max([child.depth for child in children], default=0)
        if node.size > MAX_NODES:
            self._refuse("D0012", node.span, "the manifest is too large", f"with its aliases expanded it holds more than {MAX_NODES} values")
        if node.depth > MAX_DEPTH:
            self._refuse("D0013", node.span, "the manifest is nested too deeply", f"with its aliases more than {MAX_DEPTH} levels")
        self.open_anchors.pop(id(node), None)
        if node.kind is Kind.MAPPING:
            node.value = self._pairs(children)
        else:
            node.value = children
        self._place(node)

    def _pairs(self, children: list[Node]) -> list[tuple[Node, Node]]:
        """Keys with their values; a key that is there twice is reported and its first value kept."""
        pairs: list[tuple[Node, Node]] = []
        seen: dict[str, Node] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if key.kind is not Kind.SCALAR:
                self.report.error("D0011", key.span, "a key must be a name", f"this is {key.kind.value}")
                continue
            if key.plain and key.value == "<<":
                self.report.error("D0014", key.span, "merge keys are not part of the language", help="use an alias for the whole value")
                continue
            first = seen.setdefault(key.value, key)
            if first is not key:
                self.report.error("D0008", key.span, f"`{key.value}` is there twice", "again here", also=[Label(first.span, "first here")])
                continue
            pairs.append((key, value))
        return pairs

    def _alias(self, event: object) -> None:
        name = event.anchor  # type: ignore[attr-defined]
        place = Node(Kind.SCALAR, "", True, self.source.path, event.start_mark, event.end_mark)  # type: ignore[attr-defined]
        node = self.anchors.get(name)
        if node is None:
            similar = self.report.closest(name, self.anchors)
            hint = () if similar is None else (f"did you mean `{similar}`?",)
            self._refuse("D0015", place.span, f"there is no anchor `&{name}` before this alias", help=hint, fix=None if similar is None else Fix(place.span, f"*{similar}", sure=False))
        elif id(node) in self.open_anchors:
            self._refuse("D0016", place.span, "an alias stands inside its own anchor", "this would contain itself")
        else:
            self._place(node)

    def _refuse(self, code: str, span: Span, message: str, label: str = "", help: str | tuple[str, ...] = (), fix: Fix | None = None) -> None:
        self.report.error(code, span, message, label, help=help, fix=fix)
        raise _Refused


def _torn_by_bracket(text: str, column: int) -> tuple[int, str] | None:
    """A reference such as `LED[0].ON` that ends, for YAML, at its bracket: the column where it begins, and all of it."""
    if text[column - 1 : column] not in ("[", "]", ".") and "[" not in text:
        return None
    for match in re.finditer(r"[A-Za-z_]\w*(\[\w+\])+(\.\w+)*( *== *\w+)?", text, re.ASCII):
        if match.start() < column <= match.end() + 1 and text[: match.start()].rstrip(" ")[-1:] not in ("", '"', "'"):
            return match.start() + 1, match[0]
    return None


def _syntax_error(error: object, source: Source, report: Report) -> None:
    """libyaml's own words, at its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    context, context_mark = getattr(error, "context", None), getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    help_: tuple[str, ...] = ()
    text = source.line(line)
    torn = _torn_by_bracket(text, column)
    if "\t" in text[:column]:
        help_ = ("indent with spaces: YAML forbids tabs",)
    elif torn is not None:
        start, whole = torn
        column, help_ = start, (f"between brackets or braces a value with `[` needs quotes: `\"{whole}\"`",)
    elif text[column - 1 : column] in "@`%&*!|>" and text[column - 1 : column]:
        help_ = ("put the value in quotes",)
    elif "mapping values are not allowed" in problem:
        help_ = ("text with a colon in it must be in quotes",)
    also = []
    if context_mark is not None and mark is not None and context_mark.line != mark.line:
        also.append(Label(Span(source.path, context_mark.line + 1, context_mark.column + 1, context_mark.line + 1, context_mark.column + 2), context or ""))
    end = column + 1 if torn is None else column + len(torn[1])
    report.error("D0017", Span(source.path, line, column, line, end), "this is not YAML", problem, also=also, help=help_)
