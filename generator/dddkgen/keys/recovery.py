# SPDX-License-Identifier: MIT
"""What is taken for a value that could not be read, so that the rest of its object is still looked at.

A mistake that has a sure fix is read as mended. For other values there are guesses, and whatever is reported because of one
of them is not the author's mistake: `compile` looks at the manifest with each guess, and keeps what is wrong with all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..diagnostics import Report
from ..model import Span
from ..read.nodes import Kind, Node

if TYPE_CHECKING:
    from .types import Type, Value

#: How often a manifest is looked at that has values which could not be read. Larger ones are looked at once, and lose the object.
GUESSES = 5
MOST_NODES = 20_000


def recovered(type_: Type, node: Node, report: Report) -> Any:
    """What to take for a value of this type; None: nothing will do. What is wrong with it is reported."""
    fix = None if report.last is None else report.last.fix
    if fix is not None and fix.sure and fix.span == node.span and node.kind is Kind.SCALAR:
        quoted = fix.text.startswith('"')
        mended = Node(Kind.SCALAR, fix.text.strip('"'), not quoted, node.file, node.start, node.end)
        quiet = report.again(report.guess)
        found = type_.parse(mended, quiet)
        if found is not None and not quiet.since(0):
            return found
    return guessed(type_, node, node.span, report)


def guessed(type_: Type, node: Node, span: Span, report: Report) -> Value | None:
    """One of the guesses for a value that stands at `span`, or should stand there."""
    from .types import Value

    if report.guess < 0:
        return None
    value = type_.guess(node, report.guess, len(report.doubts) + 1)
    if value is None:
        return None
    if not type_.means_nothing:
        report.doubts.add(span)
    return Value(value, node)
