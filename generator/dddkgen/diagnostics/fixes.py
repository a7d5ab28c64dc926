# SPDX-License-Identifier: MIT
"""Apply the mechanical fixes of diagnostics to the text they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model import Span
from . import Diagnostic, Fix

#: A line with its end, by what libyaml counts as one.
_LINE = re.compile("[^\r\n\u0085\u2028\u2029]*(?:\r\n|[\r\n\u0085\u2028\u2029]|$)")


def mechanical(diagnostics: Iterable[Diagnostic], file: str) -> list[Fix]:
    """The fixes of one file that need no judgement, in the order of the text; of two that overlap the first."""
    fixes = {diagnostic.fix for diagnostic in diagnostics if diagnostic.fix is not None and diagnostic.fix.sure}
    chosen: list[Fix] = []
    for fix in sorted((fix for fix in fixes if fix.span.file == file), key=lambda fix: (fix.span.line, fix.span.column, fix.text)):
        if not chosen or _begin(fix.span) >= _end(chosen[-1].span):
            chosen.append(fix)
    return chosen


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """The text with each fix in its place. The fixes do not overlap."""
    starts = [match.start() for match in _LINE.finditer(text)]
    for fix in sorted(fixes, key=lambda fix: _begin(fix.span), reverse=True):
        begin = starts[fix.span.line - 1] + fix.span.column - 1
        end = starts[fix.span.end_line - 1] + fix.span.end_column - 1
        text = text[:begin] + fix.text + text[end:]
    return text


def _begin(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
