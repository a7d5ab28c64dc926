# SPDX-License-Identifier: MIT
"""Guarantee: a driver of a class has what the class is made of, and its handlers are ones that somebody calls."""

from __future__ import annotations

from ..diagnostics import Fix, Label, Report, listed
from ..keys.driver import CLASS_HANDLERS
from ..keys.not_yet import CLASS_RUNS, PAIR
from ..model import DeviceClass, Direction, Fifo, Ring
from ..resolve.context import Candidate


_INSTEAD = {DeviceClass.NET: "`net` moves its frames through rings", DeviceClass.SERIAL: "`serial` moves its bytes through FIFOs"}


def check(candidate: Candidate, report: Report) -> None:
    if "class" in candidate.unread:
        return
    _handlers(candidate, report)
    runs = CLASS_RUNS[candidate.driver.klass.value]
    for what, key, things in (("ring", "rings", candidate.driver.rings), ("FIFO", "fifos", candidate.driver.fifos)):
        if runs.get(key) == PAIR:
            _pair(candidate, what, key, things, report)
        elif key not in runs and candidate.driver.klass is DeviceClass.MISC:
            _not_yet(candidate, candidate.driver.rings, report)
        elif key not in runs:
            _without(candidate, key, _INSTEAD[candidate.driver.klass], report)
    if candidate.driver.klass is not DeviceClass.MISC and candidate.driver.user:
        first = candidate.driver.user[0]
        report.error("D0703", first.origin, f"class `{candidate.driver.klass.value}` has no user operations", also=[Label(candidate.root.at("class"), "the class")], help="`user:` belongs to class `misc`")


def _pair(candidate: Candidate, what: str, key: str, things: tuple[Ring, ...] | tuple[Fifo, ...], report: Report) -> None:
    """Exactly one for each direction."""
    if key in candidate.unread or candidate.dropped(key):
        return
    name, span = candidate.driver.klass.value, candidate.root.at("class")
    for direction in Direction:
        found = [thing for thing in things if thing.direction is direction]
        if not found:
            report.error("D0704", span, f"class `{name}` needs a {what} with `direction: {direction.value}`", help=f"describe it under `{key}:`")
        elif len(found) > 1:
            report.error(
                "D0588", found[1].origin, f"{what} {found[1].name} is right, and no driver runs it yet", f"a second one with `direction: {direction.value}`",
                also=[Label(found[0].origin, "the first")], notes=[f"class `{name}` runs one {what} in each direction"],
            )


def _not_yet(candidate: Candidate, rings: tuple[Ring, ...], report: Report) -> None:
    """What rings carry is a class's: frames of `net`."""
    for ring in rings:
        report.error(
            "D0588", ring.origin, f"ring {ring.name} is right, and no driver runs it yet", "a ring of class `misc`", also=[Label(candidate.root.at("class"), "the class")],
            notes=["rings run in class `net`; `misc` has FIFOs, transfers, and `buffers:` in which a handler can keep a ring of its own"],
        )


def _without(candidate: Candidate, key: str, why: str, report: Report) -> None:
    entries = candidate.root.entries(key)
    if entries:
        report.error("D0705", entries[0].name.span, f"class `{candidate.driver.klass.value}` has no `{key}`", why, also=[Label(candidate.root.at("class"), "the class")])


def _handlers(candidate: Candidate, report: Report) -> None:
    known = CLASS_HANDLERS[candidate.driver.klass.value]
    _others(candidate, known, report)
    seen: dict[str, object] = {}
    for value in candidate.root.items("handlers"):
        name = value.value
        first = seen.setdefault(name, value)
        if first is not value:
            report.error("D0702", value.span, f"handler `{name}` is there twice", also=[Label(first.span, "first here")])  # type: ignore[attr-defined]
        elif name not in known:
            _unknown(candidate, value, known, report)


def _others(candidate: Candidate, known: dict[str, str], report: Report) -> None:
    """Handlers declared elsewhere must not have the name of one that the class calls: it would be called with nothing."""
    driver = candidate.driver
    for interrupt in driver.interrupts:
        for cause in interrupt.causes:
            if cause.call in known:
                span = candidate.sources.at(cause, "call")
                report.error("D0710", span, f"`{cause.call}` is a handler of class `{driver.klass.value}`", f"{known[cause.call]}", help="give this one a name of its own")
    for erratum in driver.errata:
        if erratum.workaround in known:
            span = candidate.sources.at(erratum, "workaround")
            report.error("D0710", span, f"`{erratum.workaround}` is a handler of class `{driver.klass.value}`", f"{known[erratum.workaround]}", help="give the workaround a name of its own")
    for operation in driver.user:
        if operation.name in known and operation.fifo is None:
            report.error("D0710", operation.origin, f"`{operation.name}` is a handler of class `{driver.klass.value}`", f"{known[operation.name]}", help="give the operation a name of its own")


def _unknown(candidate: Candidate, value: object, known: dict[str, str], report: Report) -> None:
    name, span = value.value, value.span  # type: ignore[attr-defined]
    driver = candidate.driver
    helps, also, fix = [], [Label(candidate.root.at("class"), "the class")], None
    called = next((cause for interrupt in driver.interrupts for cause in interrupt.causes if cause.call == name), None)
    operation = next((operation for operation in driver.user if operation.name == name), None)
    similar = report.closest(name, known)
    if called is not None:
        also = [Label(candidate.sources.at(called, "call"), "`call:` declares it")]
        helps.append("remove it here: `call:` is enough")
    elif operation is not None:
        also = [Label(operation.origin, "`user:` declares it")]
        helps.append("remove it here: `user:` is enough")
    elif similar is not None:
        helps.append(f"did you mean `{similar}`?")
        fix = Fix(span, similar, sure=False)
    helps.append(f"class `{driver.klass.value}` calls {listed(known, 'and')}")
    report.error("D0701", span, f"nobody calls a handler `{name}`", also=also, help=helps, fix=fix)
