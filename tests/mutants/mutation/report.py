# SPDX-License-Identifier: MIT
"""Survivors against their written reasons, and the table.

reasons.yaml is a list of `{mutants: [patterns], reason: text}`. A pattern is a mutant's name with `*` for any text. It must
fit survivors only: one that also fits a mutant that was killed is too wide, and one that fits no survivor is out of date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from .verdict import Fate, Verdict


@dataclass(frozen=True)
class Reason:
    pattern: str
    text: str

    def fits(self, name: str) -> bool:
        return re.fullmatch(".*".join(map(re.escape, self.pattern.split("*"))), name) is not None


def reasons(path: Path) -> list[Reason]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return [Reason(pattern, " ".join(entry["reason"].split())) for entry in entries for pattern in entry["mutants"]]


def faults(verdicts: Sequence[Verdict], known: Sequence[Reason], complete: bool) -> list[str]:
    """What is wrong: survivors without a reason, reasons that are too wide, and, after a complete run, idle ones."""
    found = []
    for verdict in verdicts:
        fitting = [reason for reason in known if reason.fits(verdict.mutant.name)]
        if verdict.fate is Fate.SURVIVED and not fitting:
            found.append(f"survived without a reason: {verdict.mutant.name}")
        if verdict.fate is Fate.QEMU:
            found += [f"{verdict.mutant.name} is killed ({verdict.evidence}), but a reason says it lives: {r.pattern}" for r in fitting]
    if complete:
        survivors = [verdict.mutant.name for verdict in verdicts if verdict.fate is Fate.SURVIVED]
        found += [f"a reason that no survivor needs: {r.pattern}" for r in known if not any(map(r.fits, survivors))]
    return found


def table(verdicts: Sequence[Verdict]) -> str:
    """Counts by driver, then by what was changed."""
    heads = ["", "mutants", "check", "compiler", "qemu", "of them on the bus", "not used", "survived"]

    def row(label: str, chosen: list[Verdict]) -> list[str]:
        counts = {fate: sum(v.fate is fate for v in chosen) for fate in Fate}
        killed = (counts[Fate.CHECK], counts[Fate.COMPILER], counts[Fate.QEMU], sum(v.on_the_bus for v in chosen))
        return [label, *map(str, (len(chosen), *killed, counts[Fate.UNUSED], counts[Fate.SURVIVED]))]

    drivers = list(dict.fromkeys(v.mutant.driver for v in verdicts))
    kinds = list(dict.fromkeys(v.mutant.kind for v in verdicts))
    rows = [row(driver, [v for v in verdicts if v.mutant.driver == driver]) for driver in drivers]
    rows += [row(f"  {kind}", [v for v in verdicts if v.mutant.kind == kind]) for kind in sorted(kinds)]
    rows.append(row("all", list(verdicts)))
    widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join([cells[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))]) + " |"

    rule = "| " + " | ".join(["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]) + " |"
    return "\n".join([line(heads), rule, *map(line, rows)])


def survivors(verdicts: Sequence[Verdict], known: Sequence[Reason]) -> str:
    """Each survivor under its reason."""
    lines: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.fate is Fate.SURVIVED:
            text = next((reason.text for reason in known if reason.fits(verdict.mutant.name)), "NO REASON")
            lines.setdefault(text, []).append(verdict.mutant.name)
    return "\n".join(f"{text}\n" + "\n".join(f"    {name}" for name in names) for text, names in lines.items())
