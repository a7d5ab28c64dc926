# SPDX-License-Identifier: MIT
"""Diagnostics for programs: JSON of our own, and SARIF 2.1.0 for those that show results of many tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..model import Span
from . import Diagnostic, Label, Severity
from .codes import registry

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


Waived = Sequence[tuple[Diagnostic, str]]


def to_json(diagnostics: Sequence[Diagnostic], waived: Waived = ()) -> str:
    """One object; lines and columns count from 1, `end_column` is behind the last character."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    document = {
        "version": 1,
        "errors": errors,
        "warnings": len(diagnostics) - errors,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in diagnostics],
        "waived": [{**_diagnostic(diagnostic), "reason": reason} for diagnostic, reason in waived],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _span(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _label(label: Label) -> dict[str, Any]:
    return {**_span(label.span), "text": label.text}


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    code = registry().get(diagnostic.code)
    return {
        "code": diagnostic.code,
        "title": "" if code is None else code.title,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "primary": None if diagnostic.primary is None else _label(diagnostic.primary),
        "secondary": [_label(label) for label in diagnostic.secondary],
        "notes": list(diagnostic.notes),
        "help": list(diagnostic.help),
        "fix": None if diagnostic.fix is None else {**_span(diagnostic.fix.span), "text": diagnostic.fix.text, "sure": diagnostic.fix.sure},
    }


def to_sarif(diagnostics: Sequence[Diagnostic], waived: Waived = ()) -> str:
    """A log with one run. Only the rules that have results are described; what is waived is there, as suppressed."""
    used = sorted({diagnostic.code for diagnostic in (*diagnostics, *(diagnostic for diagnostic, _ in waived))})
    index = {code: position for position, code in enumerate(used)}
    run = {
        "tool": {"driver": {"name": "dddk", "version": __version__, "rules": [_rule(code) for code in used]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index[diagnostic.code]) for diagnostic in diagnostics]
        + [
            {**_result(diagnostic, index[diagnostic.code]), "suppressions": [{"kind": "inSource", "justification": reason}]}
            for diagnostic, reason in waived
        ],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str) -> dict[str, Any]:
    code = registry()[name]
    return {"id": name, "shortDescription": {"text": code.title}, "fullDescription": {"text": code.text}}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    text = diagnostic.message
    if diagnostic.primary is not None and diagnostic.primary.text:
        text += f": {diagnostic.primary.text}"
    for line in (*diagnostic.notes, *diagnostic.help):
        text += f"\n{line}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": text},
    }
    if diagnostic.primary is not None:
        result["locations"] = [{"physicalLocation": _physical(diagnostic.primary.span)}]
    if diagnostic.secondary:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(label.span), "message": {"text": label.text}}
            for number, label in enumerate(diagnostic.secondary, 1)
        ]
    if diagnostic.fix is not None:
        change = {"deletedRegion": _region(diagnostic.fix.span), "insertedContent": {"text": diagnostic.fix.text}}
        artifact = {"artifactLocation": _artifact(diagnostic.fix.span), "replacements": [change]}
        result["fixes"] = [{"description": {"text": f"write `{diagnostic.fix.text}`"}, "artifactChanges": [artifact]}]
    return result


def _physical(span: Span) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span), "region": _region(span)}


def _artifact(span: Span) -> dict[str, str]:
    return {"uri": quote(PurePath(span.file).as_posix())}


def _region(span: Span) -> dict[str, int]:
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
