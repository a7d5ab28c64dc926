# SPDX-License-Identifier: MIT
"""The key table: parameters, names for numbers in expressions. They are read before everything else."""

from __future__ import annotations

import re

from ..diagnostics import Label, Report
from ..read.nodes import Kind, Node
from .types import Integer, MapOf, Name

PARAMETERS = MapOf(Name("the name of a parameter"), Integer(-(1 << 63), (1 << 64) - 1), "parameters with their values")


def parameters(root: Node, report: Report) -> dict[str, int]:
    """The values of `parameters:`; each may use those before it. What else is wrong with one is reported when the key is read."""
    values: dict[str, int] = {}
    quiet = Report()
    quiet.parameters = values
    found = next((value for key, value in root.value if key.value == "parameters"), None) if root.kind is Kind.MAPPING else None
    entries = found.value if found is not None and found.kind is Kind.MAPPING else []
    for place, (key, node) in enumerate(entries):
        value = PARAMETERS.item.parse(node, quiet)
        if value is not None:
            values[key.value] = value.value
        else:
            report.unreadable.add(key.value)
            _too_early(node, {later.value: later for later, _ in entries[place:]}, report)
    return values


def _too_early(node: Node, later: dict[str, Node], report: Report) -> None:
    """Does the value need itself, or a parameter behind it? When the key is read, all of them are there or known to have no value."""
    words = re.findall(r"[A-Za-z_]\w*", node.value, re.ASCII) if node.kind is Kind.SCALAR and node.plain else ()
    for name in dict.fromkeys(word for word in words if word in later):
        report.error(
            "D0128", node.span, f"there is no parameter `{name}` yet", "a parameter may use those before it",
            also=[Label(later[name].span, "it comes here")], help=f"a number, or put `{name}` first if it does not need this one",
        )  # fmt: skip
