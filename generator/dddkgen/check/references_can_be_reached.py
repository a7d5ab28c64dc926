# SPDX-License-Identifier: MIT
"""Guarantee: a reference with an index is to an element that the array has, and to an array."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Label, Report
from ..keys.types import Object, Value
from ..model import Register
from ..places import Repeat, element_name, repeats
from ..read.scalars import Condition, Reference, reference
from ..resolve.context import Candidate


#: Keys of registers and fields that name others.
_OF_REGISTERS = ("alias_of", "when", "sets", "clears", "resets", "locked_by")


def check(candidate: Candidate, report: Report) -> None:
    registers = {register.name: register for register in candidate.driver.registers}
    for value in (*of_registers(candidate.root), *references(candidate.root)):
        named: Reference = value.value
        register = registers.get(named.name)
        if register is not None and named.index is not None:
            _element(candidate, value, named, register, report)


def _element(candidate: Candidate, value: Value, named: Reference, register: Register, report: Report) -> None:
    every, indices = repeats(register), named.indices
    also = [Label(candidate.sources.at(register, "listed", "count"), _elements(every))]
    if not every:
        report.error("D0522", value.span, f"{register.name} is not an array", also=[Label(register.origin, "one register")], help=f"`{register.name}`")
    elif len(indices) != len(every):
        what = f"{len(indices)} ind{'ices' if len(indices) > 1 else 'ex'}, and it has {len(every)}"
        report.error("D0281", value.span, f"`{named.element}` is no element of {register.name}", what, also=also, help=f"`{element_name(register, 0)}`, for example: outermost first")
    elif any(index >= repeat.count for index, repeat in zip(indices, every, strict=True)):
        index = next(index for index, repeat in zip(indices, every, strict=True) if index >= repeat.count)
        report.error("D0421", value.span, f"{register.name} has no element {index}" if len(every) == 1 else f"there is no {named.element}", also=also)


def _elements(every: tuple[Repeat, ...]) -> str:
    if len(every) == 1:
        return f"{every[0].count} elements: 0 to {every[0].count - 1}"
    return ", and in each ".join(f"{repeat.count} {repeat.name}" for repeat in every)


def references(root: Object) -> Iterator[Value]:
    """Every reference of generated code: those under the keys that may name registers."""
    for key in ("presence", "regions", "rings", "fifos", "transfers", "operations", "interrupts", "stats"):
        item = root.item(key)
        if item is not None:
            yield from _walk(item)


def of_registers(root: Object) -> Iterator[Value]:
    """Those of registers to one another."""
    for entry in root.entries("registers"):
        for holder in [] if entry.item is None else [entry.item, *(field.item for field in entry.item.entries("fields") if field.item is not None)]:
            for key in _OF_REGISTERS:
                if key in holder.values:
                    yield from _walk(holder.values[key])


def _walk(item: object) -> Iterator[Value]:
    if isinstance(item, Object):
        for child in item.values.values():
            yield from _walk(child)
    elif isinstance(item, Value):
        if isinstance(item.value, Reference):
            yield item
        elif isinstance(item.value, Condition):
            yield Value(item.value.reference, item.node)
        elif isinstance(item.value, list):
            for child in item.value:
                yield from _walk(child)
        elif hasattr(item.value, "name") and hasattr(item.value, "item"):
            yield from _walk(item.value)
    elif hasattr(item, "name") and hasattr(item, "item"):
        named = reference(item.name.value) if isinstance(item.name, Value) and isinstance(item.name.value, str) and item.name.value.endswith("]") else None
        yield from _walk(item.name if named is None else Value(named, item.name.node))
        yield from _walk(item.item)
