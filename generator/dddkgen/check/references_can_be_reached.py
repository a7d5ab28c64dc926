# SPDX-License-Identifier: MIT
"""Guarantee: a reference with an index is to an element that the array has, and to an array."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Label, Report
from ..keys.types import Object, Value
from ..read.scalars import Reference
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for value in references(candidate.root):
        reference: Reference = value.value
        register = registers.get(reference.name)
        if register is None or reference.index is None:
            continue
        if register.count is None:
            report.error("D0522", value.span, f"{register.name} is not an array", also=[Label(register.origin, "one register")], help=f"`{register.name}`")
        elif reference.index >= register.count:
            report.error("D0421", value.span, f"{register.name} has no element {reference.index}", also=[Label(candidate.sources.at(register, "count"), f"{register.count} elements: 0 to {register.count - 1}")])


def references(root: Object) -> Iterator[Value]:
    """Every reference under the keys that may name registers."""
    for key in ("presence", "regions", "rings", "fifos", "transfers", "operations", "interrupts", "stats"):
        item = root.item(key)
        if item is not None:
            yield from _walk(item)


def _walk(item: object) -> Iterator[Value]:
    if isinstance(item, Object):
        for child in item.values.values():
            yield from _walk(child)
    elif isinstance(item, Value):
        if isinstance(item.value, Reference):
            yield item
        elif isinstance(item.value, list):
            for child in item.value:
                yield from _walk(child)
        elif hasattr(item.value, "name") and hasattr(item.value, "item"):
            yield from _walk(item.value)
    elif hasattr(item, "name") and hasattr(item, "item"):
        yield from _walk(item.name)
        yield from _walk(item.item)
