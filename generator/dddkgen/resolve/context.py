# SPDX-License-Identifier: MIT
"""What the steps of `resolve` share, and what they hand to `check`."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..diagnostics import Report
from ..keys.types import Object
from ..model import Driver, Span
from .names import Names


class Sources:
    """From an object of the model back to the manifest: for the places in messages."""

    def __init__(self) -> None:
        self._objects: dict[int, Object] = {}

    def add(self, thing: object, source: Object) -> None:
        self._objects[id(thing)] = source

    def of(self, thing: object) -> Object:
        """What the manifest says about it."""
        return self._objects[id(thing)]

    def at(self, thing: object, *keys: str) -> Span:
        """Where the value of the first of these keys stands, else where the thing has its name."""
        source = self._objects.get(id(thing))
        if source is not None:
            for key in keys:
                item = source.values.get(key)
                if item is not None:
                    return item.node.span
        return thing.origin  # type: ignore[attr-defined,no-any-return]


@dataclass(slots=True)
class Context:
    """The state of one resolution."""

    root: Object
    names: Names
    report: Report
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
