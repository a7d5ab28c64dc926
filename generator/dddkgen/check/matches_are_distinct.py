# SPDX-License-Identifier: MIT
"""Guarantee: each device ID is matched once, can exist, is not left to a rule of precedence, and every variant is one that some device is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..diagnostics import Label, Report
from ..lower.lines import rank
from ..model import Match
from ..resolve.context import Candidate

#: Pairs of lines that are looked at; a manifest with more of them was not written by hand.
MOST_COMPARED = 20_000


def check(candidate: Candidate, report: Report) -> None:
    seen: dict[tuple[object, ...], Match] = {}
    used = set()
    for match in candidate.driver.matches:
        used.add(match.variant)
        key = (match.vendor, match.device, match.subsystem_vendor, match.subsystem_device, match.class_code, match.class_mask, match.compatible)
        first = seen.setdefault(key, match)
        if first is not match:
            report.error("D0801", match.origin, "this device is matched twice", report.called(match), also=[Label(first.origin, "first here")], help="remove one")
        if match.vendor is None and match.class_code is None and match.compatible is None:
            report.error("D0810", match.origin, "this matches every device", help="`pci:` names a device, `class:` a kind of devices")
        if match.vendor in (0, 0xFFFF):
            report.error("D0802", match.origin, f"no device has vendor {match.vendor:04x}", "reads of an absent device return it" if match.vendor else "it is not assigned")
    _meet(candidate, report)
    if candidate.dropped("match"):
        return
    for entry in candidate.root.entries("variants"):
        if entry.name.value not in used:
            report.warning("D0803", entry.name.span, f"no device is variant {entry.name.value}", help=f"`variant: {entry.name.value}` under `match:`")


def _meet(candidate: Candidate, report: Report) -> None:
    """Lines that can fit one device, neither of them narrower, and that say different things about it."""
    for earlier, later in itertools.islice(_pairs(tuple(match for match in candidate.driver.matches if match.compatible is None)), MOST_COMPARED):
        if (later.variant, later.data, later.dma) == (earlier.variant, earlier.data, earlier.dma) or _is_the_rest(earlier, later) or _is_the_rest(later, earlier):
            continue
        ours, theirs = _asked(later), _asked(earlier)
        if all(map(_agree, ours, theirs)) and not _narrower(ours, theirs) and not _narrower(theirs, ours):
            wins = rank(later) > rank(earlier)
            names = [f" ({name})" if (name := report.called(match)) else "" for match in (earlier, later)]
            report.warning(
                "D0438", later.origin, "a device may fit both lines, which say different things about it", ("this one wins" if wins else "this one") + names[1],
                also=[Label(earlier.origin, ("and this one" if wins else "and this one, which wins") + names[0])], help="a line with all that both ask for says which is meant",
            )


def _is_the_rest(rest: Match, known: Match) -> bool:
    """A class for the devices of all makers, beside one that is known by its ID: everybody means that the ID wins."""
    return known.device is not None and (rest.vendor, rest.device, rest.subsystem_vendor) == (None, None, None)


def _pairs(matches: tuple[Match, ...]) -> Iterator[tuple[Match, Match]]:
    """Lines that may meet: of two that name a vendor and a device and nothing else, none does."""
    loose: list[Match] = []
    for at, later in enumerate(matches):
        is_loose = None in (later.vendor, later.device) or later.subsystem_vendor is not None or later.class_mask != 0
        yield from ((earlier, later) for earlier in (matches[:at] if is_loose else loose))
        if is_loose:
            loose.append(later)


def _asked(match: Match) -> tuple[tuple[int, int], ...]:
    """What the line asks of a device: values and which bits of them count."""
    ids = (match.vendor, match.device, match.subsystem_vendor, match.subsystem_device)
    return (*((0, 0) if value is None else (value, 0xFFFF) for value in ids), (match.class_code or 0, match.class_mask))


def _agree(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return (one[0] ^ other[0]) & one[1] & other[1] == 0


def _narrower(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> bool:
    """Does `one` ask for everything that `other` asks for?"""
    return all(theirs & ~ours == 0 for (_, ours), (_, theirs) in zip(one, other, strict=True))
