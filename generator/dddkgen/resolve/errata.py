# SPDX-License-Identifier: MIT
"""Resolve errata: which devices have one, and what it touches."""

from __future__ import annotations

from ..keys.types import Object, Value
from ..model import Erratum, Moment
from ..read.scalars import Reference
from .context import Context
from .names import unknown

#: What an erratum may touch besides registers.
_KINDS = ("rings", "fifos", "transfers", "operations", "interrupts", "descriptors", "buffers", "regions")


def errata(context: Context) -> tuple[Erratum, ...]:
    """Errata in the manifest's order."""
    result = []
    for entry in context.root.entries("errata"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        said = context.plan.said(item, context.names, context.report)
        touched = [str(value.value) for value in item.items("touches") if _is_there(context, value)]
        erratum = Erratum(
            entry.name.value, item.get("title"), context.plan.every if said is None else said, tuple(touched), item.get("workaround"),
            Moment(item.get("moment", "reset")), entry.name.span, item.get("doc", ""), item.get("see", ""),
        )
        context.sources.add(erratum, item)
        result.append(erratum)
    return tuple(result)


def _is_there(context: Context, value: Value) -> bool:
    reference: Reference = value.value
    if reference.name in context.names.registers:
        return reference.field is None or context.names.field(value, reference.name, reference.field, context.report)
    known = dict(context.names.registers)
    for kind in _KINDS:
        known |= {entry.name.value: entry for entry in context.root.entries(kind)}
    if reference.name in known and reference.field is None:
        return True
    if not {"registers", *_KINDS} & context.names.unread:
        what = "register" if reference.field is not None else "register, ring, FIFO, transfer, operation, interrupt, descriptor, buffer or region"
        unknown(value, reference.name, what, context.names.registers if reference.field is not None else known, context.report, "D0468")
    return False
