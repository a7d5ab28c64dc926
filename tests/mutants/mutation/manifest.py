# SPDX-License-Identifier: MIT
"""A manifest as text with places: every value by its path, and where it stands, so that a change is an edit of the text.

Comments and formatting stay as they are. What an alias repeats is changed in two ways: at its anchor, which changes every
user at once, and, in a text in which the aliases are written out, for each user alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "generator"))

from dddkgen.diagnostics import Report  # noqa: E402
from dddkgen.read import read_text  # noqa: E402
from dddkgen.read.nodes import Kind, Node  # noqa: E402
from dddkgen.read.source import Source  # noqa: E402

Path_ = tuple[str, ...]


@dataclass(frozen=True)
class Site:
    """One value, or the name of one in a mapping."""

    path: Path_  # keys from the root, places in lists as numbers
    node: Node
    key: Node | None  # its name's node; None in a list
    shared: bool  # it belongs to an anchor that is used again


@dataclass(frozen=True)
class Text:
    """A manifest's text and its nodes."""

    name: str
    text: str
    root: Node

    def sites(self) -> Iterator[Site]:
        """Every value in the order of the text; what an alias repeats comes once, under its anchor's path."""
        seen: set[int] = set()
        counted: dict[int, int] = {}
        _count(self.root, counted)

        def walk(node: Node, path: Path_, key: Node | None, shared: bool) -> Iterator[Site]:
            if id(node) in seen:
                return
            seen.add(id(node))
            shared = shared or counted[id(node)] > 1
            yield Site(path, node, key, shared)
            if node.kind is Kind.MAPPING:
                for name, value in node.value:
                    yield from walk(value, (*path, name.value), name, shared)
            elif node.kind is Kind.SEQUENCE:
                for place, value in enumerate(node.value):
                    yield from walk(value, (*path, str(place)), None, shared)

        yield from walk(self.root, (), None, False)

    def shared_paths(self) -> list[Path_]:
        """Every path by which a value is reached that an alias repeats: its anchor's and its users'."""
        counted: dict[int, int] = {}
        _count(self.root, counted)

        def walk(node: Node, path: Path_) -> Iterator[Path_]:
            if counted[id(node)] > 1:
                yield path
            elif node.kind is Kind.MAPPING:
                for name, value in node.value:
                    yield from walk(value, (*path, name.value))
            elif node.kind is Kind.SEQUENCE:
                for place, value in enumerate(node.value):
                    yield from walk(value, (*path, str(place)))

        return list(walk(self.root, ()))

    def span(self, node: Node) -> tuple[int, int]:
        """Where a node's text begins and ends, without its anchor."""
        start, end = node.start.index, node.end.index
        if node.kind is not Kind.SCALAR and self.text[start] == "&":
            start = self.text.index("{" if node.kind is Kind.MAPPING else "[", start)
        return start, end

    def replaced(self, node: Node, new: str) -> str:
        start, end = self.span(node)
        return self.text[:start] + new + self.text[end:]

    def with_key(self, node: Node, key: str, value: str) -> str:
        """The text with `key: value` added to a mapping."""
        start, _ = self.span(node)
        if self.text[start] == "{":
            return f"{self.text[: start + 1]}{key}: {value}, {self.text[start + 1 :]}"
        indent = " " * node.start.column
        return f"{self.text[:start]}{key}: {value}\n{indent}{self.text[start:]}"


def _count(node: Node, counted: dict[int, int]) -> None:
    counted[id(node)] = counted.get(id(node), 0) + 1
    if counted[id(node)] > 1:
        return
    children = [value for _, value in node.value] if node.kind is Kind.MAPPING else node.value if node.kind is Kind.SEQUENCE else []
    for child in children:
        _count(child, counted)


def parse(name: str, text: str) -> Text:
    """Read a manifest that is known to be good YAML."""
    report = Report()
    document = read_text(Source(f"{name}.yaml", text), report)
    if document is None:
        raise ValueError(f"{name}: {report.sorted()}")
    return Text(name, text, document.root)


def expanded(text: str) -> str:
    """The same manifest with every alias written out."""
    anchors: dict[str, tuple[int, int]] = {}
    opened: list[str | None] = []
    uses: list[tuple[int, int, str]] = []
    for event in yaml.parse(text, Loader=yaml.CLoader):
        if isinstance(event, yaml.AliasEvent):
            uses.append((event.start_mark.index, event.end_mark.index, event.anchor))
        elif isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None:
                anchors[event.anchor] = (event.start_mark.index, event.end_mark.index)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            opened.append(event.anchor)
            if event.anchor is not None:
                anchors[event.anchor] = (event.start_mark.index, -1)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            anchor = opened.pop()
            if anchor is not None:
                anchors[anchor] = (anchors[anchor][0], event.end_mark.index)
    for start, end, anchor in reversed(uses):
        first, last = anchors[anchor]
        value = text[first:last].removeprefix(f"&{anchor}").lstrip()
        if "\n" in value:
            raise ValueError(f"the value of &{anchor} has several lines; write it in one")
        text = text[:start] + value + text[end:]
    return text
