# SPDX-License-Identifier: MIT
"""Diagnostics: what the generator says about a manifest, as data.

A `Diagnostic` has a stable code, a primary place, further labelled places, the reason, and help. Stages report into a
`Report` and go on; nothing is printed here. How a report looks as text, JSON or SARIF is the business of the modules
beside this one; what a code means is in `codes`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum

from ..dataclass import dataclass
from ..model import Match, Span

#: A hostile manifest may hold a hundred thousand mistakes; nobody reads that many.
MAX_REPORTED = 1000

#: Comparing names is slow, and a hostile manifest may misspell each of thousands: so many candidates are looked at in a run,
#: and of each set so many closely.
MAX_COMPARED = 500_000
MAX_CLOSELY = 24


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what there is to say about it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend: put `text` in the place of `span`. Where it is a guess (of a name, say) it is not `sure`."""

    span: Span
    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message. `message` is the headline, `notes` the reasons, `help` what to do about it."""

    code: str
    severity: Severity
    message: str
    primary: Label | None
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    fix: Fix | None = None

    def sort_key(self) -> tuple[object, ...]:
        """By place, then by code, so that a report does not depend on the order in which checks run."""
        if self.primary is None:
            return ("", 0, 0, self.code, self.message)
        span = self.primary.span
        return (span.file, span.line, span.column, self.code, self.message)


class Report:
    """Collects diagnostics; the same one twice (an aliased object is visited twice) counts once."""

    def __init__(self) -> None:
        self._seen: set[Diagnostic] = set()
        self._diagnostics: list[Diagnostic] = []
        self.errors = 0  # suppressed ones are counted
        self.waived: list[tuple[Diagnostic, str]] = []  # warnings that the author knows of, with the reason
        self.suppressed = 0
        self.inputs: list[bytes] = []  # what was read for it: a driver depends on nothing else
        self.parameters: dict[str, int] = {}  # what names stand for in the expressions of the manifest that is read
        self.unreadable: set[str] = set()  # parameters that are there and have no value: one mistake, not many
        self.partial = 0  # above 0: what is parsed is completed by something else, and lacks keys by right
        self.names: Callable[[Match], str] | None = None  # what devices are called, for people; None: nobody was asked
        self._compared = 0
        self.guess = 0  # which of its possible values is taken for what could not be read: see `compile`; -1: none
        self.doubts: set[Span] = set()  # where such values stand
        self.certain: set[Diagnostic] = set()  # what is wrong with them
        self.last: Diagnostic | None = None  # what was reported last, seen before or not

    def add(self, diagnostic: Diagnostic) -> None:
        self.last = diagnostic
        if diagnostic in self._seen:
            return
        self.errors += diagnostic.severity is Severity.ERROR
        if len(self._diagnostics) >= MAX_REPORTED:
            self.suppressed += 1
            return
        self._seen.add(diagnostic)
        self._diagnostics.append(diagnostic)

    def error(
        self,
        code: str,
        span: Span | None,
        message: str,
        label: str = "",
        *,
        also: Iterable[Label] = (),
        notes: Sequence[str] = (),
        help: Sequence[str] | str = (),
        fix: Fix | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Report one mistake. `also` are the places that explain it."""
        helps = (help,) if isinstance(help, str) else tuple(help)
        primary = None if span is None else Label(span, label)
        self.add(Diagnostic(code, severity, message, primary, tuple(also), tuple(notes), helps, fix))

    def again(self, guess: int) -> Report:
        """A fresh report for another look at the same manifest."""
        other = Report()
        other.parameters, other.unreadable, other.names, other.guess = self.parameters, self.unreadable, self.names, guess
        return other

    def keep(self, since: int, kept: Callable[[Diagnostic], Diagnostic | None]) -> None:
        """Of what was reported since there were so many, what `kept` makes of each; None: it is taken back."""
        found = [(diagnostic, kept(diagnostic)) for diagnostic in self._diagnostics[since:]]
        self.errors -= sum(diagnostic.severity is Severity.ERROR for diagnostic, kept_ in found if kept_ is None)
        self._diagnostics[since:] = [diagnostic for _, diagnostic in found if diagnostic is not None]

    def mark(self) -> tuple[int, int, int]:
        """Where the report stands, for `roll_back`."""
        return len(self._diagnostics), self.errors, self.suppressed

    def roll_back(self, mark: tuple[int, int, int]) -> None:
        """Take back all that was reported since."""
        number, self.errors, self.suppressed = mark
        self._seen.difference_update(self._diagnostics[number:])
        del self._diagnostics[number:]

    def since(self, number: int) -> list[Diagnostic]:
        """What was reported behind the first so many, in that order."""
        return self._diagnostics[number:]

    def called(self, match: Match) -> str:
        """What the devices of a line are called, or nothing."""
        return "" if self.names is None else self.names(match)

    def waive(self, diagnostic: Diagnostic, reason: str) -> None:
        """Take a warning back: the manifest says why it is none."""
        self._diagnostics.remove(diagnostic)
        self.waived.append((diagnostic, reason))

    def warning(self, code: str, span: Span | None, message: str, label: str = "", **rest: object) -> None:
        """Report something that is probably a mistake; it does not stop generation."""
        self.error(code, span, message, label, severity=Severity.WARNING, **rest)  # type: ignore[arg-type]

    def closest(self, name: str, candidates: Collection[str]) -> str | None:
        """The candidate that `name` is most probably a misspelling of, or None."""
        self._compared += len(candidates) + 500
        if len(name) > 64 or self._compared > MAX_COMPARED:
            return None
        pool = {candidate.casefold(): candidate for candidate in candidates if len(candidate) <= 64}
        folded = name.casefold()
        if folded in pool:
            return pool[folded]
        import difflib
        import heapq

        if len(pool) > MAX_CLOSELY:
            pool = {near: pool[near] for near in heapq.nlargest(MAX_CLOSELY, pool, key=lambda candidate: _shared(folded, candidate))}
        found = difflib.get_close_matches(folded, pool, n=1, cutoff=0.6)
        return pool[found[0]] if found else None

    @property
    def count(self) -> int:
        """How many diagnostics there are."""
        return len(self._diagnostics) + self.suppressed

    @property
    def failed(self) -> bool:
        """Is there an error among the diagnostics?"""
        return self.errors > 0

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Every diagnostic in the order of the text they are about."""
        return tuple(sorted(self._diagnostics, key=Diagnostic.sort_key))


def _shared(name: str, other: str) -> int:
    """How many characters the ends have in common: a cheap first guess at how close two names are."""
    return len(os.path.commonprefix((name, other))) + len(os.path.commonprefix((name[::-1], other[::-1]))) - abs(len(name) - len(other))


def listed(names: Iterable[str], conjunction: str = "or", limit: int = 12) -> str:
    """`a`, `b` or `c`; a long list is cut."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > limit:
        return ", ".join(quoted[:limit]) + f" and {len(quoted) - limit} more"
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + f" {conjunction} {quoted[-1]}"
