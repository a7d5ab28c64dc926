# SPDX-License-Identifier: MIT
"""What a set of manifests uses of the language: keys, access policies, pairs of sibling policies."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

from dddkgen.diagnostics import Report
from dddkgen.keys.driver import DRIVER
from dddkgen.keys.parameters import parameters
from dddkgen.keys.types import Entry, Object, Value, walk
from dddkgen.model import Driver
from dddkgen.read.assemble import assemble
from dddkgen.semantics import POLICIES

PAIRS = tuple(itertools.combinations_with_replacement(POLICIES, 2))


def table() -> list[str]:
    """Every key of the language as `TYPE: KEY`."""
    return [f"{type_.name}: {key.name}" for type_ in walk(DRIVER) for key in type_.keys]


def used_keys(path: Path) -> Counter[str]:
    """How often a manifest, with what it includes, uses each key."""
    report = Report()
    tree = assemble(str(path), report)
    assert tree is not None
    report.parameters = parameters(tree, report)
    found: Counter[str] = Counter()
    todo: list[object] = [DRIVER.parse(tree, report)]
    assert not report.sorted()
    while todo:
        match todo.pop():
            case Object() as item:
                found.update(f"{item.type.name}: {key}" for key in item.values)
                todo += item.values.values()
            case Value(value=list() as items):
                todo += items
            case Value(value=Entry() as entry) | (Entry() as entry):
                todo.append(entry.item)
    return found


class Tally:
    """Counts over several manifests."""

    def __init__(self) -> None:
        self.manifests = 0
        self.keys: Counter[str] = Counter()
        self.policies: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, path: Path, driver: Driver) -> None:
        self.manifests += 1
        self.keys += used_keys(path)
        order = {name: number for number, name in enumerate(POLICIES)}
        for register in driver.registers:
            names = sorted((field.access for field in register.fields), key=order.__getitem__)
            self.policies.update(names or [register.access])
            self.pairs.update(itertools.combinations(names, 2))

    def text(self) -> str:
        """The counts, for people."""
        pairs = sorted(self.pairs[pair] for pair in PAIRS)
        return "\n".join(
            [
                f"{self.manifests} manifests",
                "keys: " + ", ".join(f"{key} {self.keys[key]}" for key in table()),
                "policies: " + ", ".join(f"{name} {self.policies[name]}" for name in POLICIES),
                f"pairs of sibling policies: {len(PAIRS)}, rarest {pairs[0]} times, median {pairs[len(pairs) // 2]}, most {pairs[-1]}",
                *(f"  {first}: " + ", ".join(f"{second} {self.pairs[first, second]}" for one, second in PAIRS if one == first) for first in POLICIES),
            ]
        )
