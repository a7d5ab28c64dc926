# SPDX-License-Identifier: MIT
"""For each line of `match:` a device that this line serves and no other of the manifest: what a simulated bus presents.

Which line wins is computed here, from docs/design/matching.md, and not asked of the registry: a test holds the registry to it.
"""

from __future__ import annotations

import itertools

from ..dataclass import dataclass
from ..model import DeviceClass, Driver, Match

CLASS_CODES = {DeviceClass.NET: 0x020000, DeviceClass.SERIAL: 0x070002, DeviceClass.MISC: 0xFF0000}

#: Of IDs that a line leaves open: whoever made this device, nobody else's line is about it.
_OPEN_IDS = (0x1AF4, 0xFFF0, 0xFFF1, 0xFFF2)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says about itself."""

    vendor: int
    device: int
    subsystem_vendor: int
    subsystem_device: int
    class_code: int
    compatible: str | None = None  # of a device that is not on PCI, and has nothing of the above


def accepts(match: Match, identity: Identity) -> bool:
    """Is the device one that the line is about?"""
    if match.compatible is not None or identity.compatible is not None:
        return match.compatible == identity.compatible
    pairs = (
        (match.vendor, identity.vendor),
        (match.device, identity.device),
        (match.subsystem_vendor, identity.subsystem_vendor),
        (match.subsystem_device, identity.subsystem_device),
    )
    return all(wanted in (None, found) for wanted, found in pairs) and ((match.class_code or 0) ^ identity.class_code) & match.class_mask == 0


def rank(match: Match) -> tuple[int, ...]:
    """Of the lines that fit a device the one with the highest rank wins."""
    given = (match.subsystem_vendor, match.subsystem_device, match.device, match.vendor)
    return (*(int(value is not None) for value in given), match.class_mask.bit_count(), match.class_mask)


def winner(matches: tuple[Match, ...], identity: Identity) -> Match | None:
    """The line that serves the device; None: none does."""
    return max((match for match in matches if accepts(match, identity)), key=rank, default=None)


def identity(driver: Driver, match: Match) -> Identity | None:
    """A device of this line; None: narrower lines leave it nothing that was tried."""

    def ids(value: int | None, used: set[int | None], first: int) -> tuple[int, ...]:
        return (value,) if value is not None else tuple(dict.fromkeys((first, *(each for each in _OPEN_IDS if each not in used))))

    lines = driver.matches
    if match.compatible is not None:
        return Identity(0, 0, 0, 0, 0, match.compatible)
    first = CLASS_CODES[driver.klass]
    classes = [(match.class_code or 0) | other & ~match.class_mask & 0xFFFFFF for other in (first, 0xFF0000, 0x0B4001, 0x000102)]
    candidates = itertools.product(
        ids(match.vendor, {line.vendor for line in lines}, 0x1AF4),
        ids(match.device, {line.device for line in lines}, 0xFFF0),
        ids(match.subsystem_vendor, {line.subsystem_vendor for line in lines}, 0),
        ids(match.subsystem_device, {line.subsystem_device for line in lines}, 0),
        dict.fromkeys(classes),
    )
    found = (Identity(*candidate) for candidate in candidates)
    return next((one for one in found if winner(lines, one) is match), None)
