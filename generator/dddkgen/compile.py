# SPDX-License-Identifier: MIT
"""The front half of the compiler in one call: a path to a checked `Driver`, or to the reasons why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import no_garbage
from .check import check
from .diagnostics import Diagnostic, Report
from .keys.driver import DRIVER
from .keys.parameters import parameters
from .keys.recovery import GUESSES, MOST_NODES
from .keys.types import Object
from .model import Driver, Span
from .read.assemble import assemble
from .read.nodes import Node
from .resolve import resolve
from .resolve.context import Candidate
from .resolve.expand import fits


def compile_manifest(path: str, report: Report, search: Sequence[str] = ()) -> Driver | None:
    """Read, resolve and check one manifest; `search` are folders where it may find files that it includes.

    None: it has errors, and they are in `report`.
    """
    before = report.errors
    with no_garbage():
        tree = assemble(path, report, search)
        if tree is None:
            return None
        report.unreadable.clear()
        report.parameters = parameters(tree, report)
        report.guess = 0 if tree.size <= MOST_NODES else -1
        first = len(report.since(0))
        seen = _look(tree, path, report)
        if seen is None:
            return None
        root, candidate = seen
        if report.doubts:
            _keep_what_is_certain(tree, path, report, first)
            report.doubts.clear()
            report.certain.clear()
        if "waive" in root.values:
            from . import waivers

            waivers.apply(root, report)
        return None if report.errors > before else candidate.driver


def _look(tree: Node, path: str, report: Report) -> tuple[Object, Candidate] | None:
    """Parse, resolve and check; None: there is too little, or too much, to go on with."""
    root = DRIVER.parse(tree, report)
    if root is None or not fits(root, report):
        return None
    candidate = resolve(root, path, report)
    check(candidate, report)
    return root, candidate


def _keep_what_is_certain(tree: Node, path: str, report: Report, first: int) -> None:
    """Some values could not be read, and guesses stand for them. A mistake is one whatever they are, and is not about them."""
    quiet = report.again(0)
    DRIVER.parse(tree, quiet)
    read = set(quiet.since(0)) | report.certain  # what is wrong with the values themselves
    others: list[dict[object, Diagnostic]] = []
    for guess in range(1, GUESSES):
        again = report.again(guess)
        _look(tree, path, again)
        others.append({_about(diagnostic): diagnostic for diagnostic in again.since(0)})

    def certain(diagnostic: Diagnostic) -> Diagnostic | None:
        if diagnostic in read:
            return diagnostic
        twins = [other.get(_about(diagnostic)) for other in others]
        labels = [*([diagnostic.primary] if diagnostic.primary else []), *diagnostic.secondary]
        if None in twins or any(_is_about(label.span, doubt) for label in labels for doubt in report.doubts):
            return None
        # What is not said each time depends on a guess.
        return replace(
            diagnostic,
            secondary=tuple(label for label in diagnostic.secondary if all(twin and label in twin.secondary for twin in twins)),
            notes=tuple(note for note in diagnostic.notes if all(twin and note in twin.notes for twin in twins)),
            help=tuple(line for line in diagnostic.help if all(twin and line in twin.help for twin in twins)),
            fix=diagnostic.fix if all(twin and twin.fix == diagnostic.fix for twin in twins) else None,
        )

    report.keep(first, certain)


def _about(diagnostic: Diagnostic) -> object:
    """What makes two messages the same mistake."""
    return diagnostic.code, diagnostic.message, diagnostic.primary


def _is_about(span: Span, value: Span) -> bool:
    """Is a place in the value, or does it end with it, as a key with its value does? What goes on behind it is about more."""
    end = span.end_line, span.end_column
    return span.file == value.file and (value.line, value.column) < end <= (value.end_line, value.end_column)
