# SPDX-License-Identifier: MIT
"""The key table: parameters, names for numbers in expressions. They are read before everything else."""

from __future__ import annotations

from ..diagnostics import Report
from ..read.nodes import Kind, Node
from .types import Integer, MapOf, Name

PARAMETERS = MapOf(Name("the name of a parameter"), Integer(-(1 << 63), (1 << 64) - 1), "parameters with their values")


def parameters(root: Node, report: Report) -> dict[str, int]:
    """The values of `parameters:`; each may use those before it. What is wrong with one is reported when the key is read."""
    values: dict[str, int] = {}
    quiet = Report()
    quiet.parameters = values
    found = next((value for key, value in root.value if key.value == "parameters"), None) if root.kind is Kind.MAPPING else None
    for key, node in found.value if found is not None and found.kind is Kind.MAPPING else ():
        value = PARAMETERS.item.parse(node, quiet)
        if value is not None:
            values[key.value] = value.value
        else:
            report.unreadable.add(key.value)
    return values
