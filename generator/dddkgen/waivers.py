# SPDX-License-Identifier: MIT
"""Waivers: warnings that the manifest itself calls no mistake, with the reason."""

from __future__ import annotations

from .diagnostics import Diagnostic, Fix, Report, listed
from .diagnostics.codes import WARNINGS, registry
from .keys.types import Object, Value
from .model import Span
from .read.nodes import Kind, Node


def apply(root: Object, report: Report) -> None:
    """Take back what `waive:` names, and report waivers that do nothing."""
    waivers: list[Object] = [waiver for waiver in root.items("waive") if not waiver.broken]
    for waiver in waivers:
        _apply(root, waiver, report)


def _apply(root: Object, waiver: Object, report: Report) -> None:
    code, place = waiver.get("code"), waiver.item("at")
    if code not in WARNINGS:
        known = f"`dddk explain {code}` says what to do" if code in registry() else f"warnings are {listed(sorted(WARNINGS), 'and')}"
        report.error("D0911", waiver.at("code"), f"{code} is no warning", "only warnings can be waived", help=known)
        return
    within = None if place is None else _find(root.node, place, report)
    if place is not None and within is None:
        return
    found = [one for one in report.sorted() if one.code == code and (within is None or _inside(one, within))]
    for one in found:
        report.waive(one, waiver.get("reason"))
    if not found and not report.failed:
        where = "" if place is None else f" at {place.value}"
        report.warning("D0912", waiver.at("code"), f"there is no {code}{where} to waive", help="remove the waiver")


def _find(node: Node, place: Value, report: Report) -> tuple[Span, Span] | None:
    """The key and the value that a path leads to."""
    span = None
    for step in str(place.value).split("."):
        pairs = node.value if node.kind is Kind.MAPPING else []
        found = next(((key, value) for key, value in pairs if key.value == step), None)
        if found is None:
            similar = report.closest(step, [key.value for key, _ in pairs])
            mended = None if similar is None else Fix(place.span, ".".join(similar if each == step else each for each in str(place.value).split(".")), sure=False)
            report.error("D0913", place.span, f"there is no `{step}` at this place", help=() if similar is None else f"did you mean `{similar}`?", fix=mended)
            return None
        span, node = found[0].span, found[1]
    assert span is not None
    return span, node.span


def _inside(diagnostic: Diagnostic, within: tuple[Span, Span]) -> bool:
    """Is the diagnostic's place the key, or in the value?"""
    if diagnostic.primary is None:
        return False
    at = diagnostic.primary.span
    for span in within:
        if at.file == span.file and (span.line, span.column) <= (at.line, at.column) <= (span.end_line, span.end_column):
            return True
    return False
