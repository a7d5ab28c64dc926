# SPDX-License-Identifier: MIT
"""What the steps of `resolve` share, and what they hand to `check`."""

from __future__ import annotations

from dataclasses import field

from ..dataclass import dataclass
from ..diagnostics import Report
from ..keys.types import Object
from ..model import Driver, Span
from .names import Names
from .variants import Plan


class Sources:
    """From an object of the model back to the manifest: for the places in messages."""

    def __init__(self) -> None:
        self._objects: dict[int, Object] = {}
        self._c_names: dict[Span, Span] = {}

    def add(self, thing: object, source: Object) -> None:
        self._objects[id(thing)] = source
        if "c_name" in source.values:
            self._c_names[thing.origin] = source.at("c_name")  # type: ignore[attr-defined]

    def c_name_at(self, origin: Span) -> Span | None:
        """Where the object that has its name at `origin` says `c_name:`, if it does."""
        return self._c_names.get(origin)

    def of(self, thing: object) -> Object:
        """What the manifest says about it."""
        return self._objects[id(thing)]

    def at(self, thing: object, *keys: str) -> Span:
        """Where the first of these keys stands with its value, else where the thing has its name."""
        source = self._objects.get(id(thing))
        found = None if source is None else source.find(*keys)
        return thing.origin if found is None else found  # type: ignore[attr-defined,no-any-return]


@dataclass(slots=True)
class Context:
    """The state of one resolution."""

    root: Object
    names: Names
    report: Report
    plan: Plan = field(default_factory=Plan)
    sources: Sources = field(default_factory=Sources)
    #: Registers that were dropped because they are broken.
    incomplete: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A driver whose names are resolved and whose guarantees are not yet checked.

    What was broken has been dropped from `driver` and is reported. `unread` are keys of the manifest whose value could not
    be read: a check that depends on one of them has nothing to say.
    """

    driver: Driver
    sources: Sources
    root: Object
    unread: frozenset[str]
    incomplete: frozenset[str]

    def c_name_at(self, origin: Span) -> Span | None:
        """Where the object that has its name at `origin` says `c_name:`, if it does."""
        return self.sources.c_name_at(origin)

    def dropped(self, key: str) -> bool:
        """Is something of the map or list under `key` broken, and so missing in the driver?"""
        kept = {"rings": self.driver.rings, "fifos": self.driver.fifos, "interrupts": self.driver.interrupts, "match": self.driver.matches}
        declared = self.root.item(key)
        return key in self.unread or (declared is not None and len(declared.value) != len(kept[key]))
