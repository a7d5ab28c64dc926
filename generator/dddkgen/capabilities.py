# SPDX-License-Identifier: MIT
"""The part of the model that is PCI capabilities, and where a simulated device has them in its configuration space.

A manifest says which capability, never where it is: that differs from device to device. The simulated device needs places all
the same, and the check that there is room for them is the same computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from .model import Driver, Region

HEADER_BYTES = 0x40  # of configuration space: the kit's
CONFIG_BYTES = 0x100
EXTENDED_BYTES = 0x1000
VENDOR = 0x09
STRUCTURE_BYTES = 16  # of a vendor-specific capability that names BAR, offset and length
#: Capabilities that the kit programs, with what they are.
OF_THE_KIT = {0x01: "power management", 0x05: "MSI", 0x11: "MSI-X"}
MSI_BYTES = 16  # that MSI takes, and MSI-X behind it


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability, as a region names it."""

    id: int
    type: int | None
    extended: bool

    @property
    def own_bytes(self) -> int:
        """At its beginning: what the list needs, and what says which it is."""
        if self.extended:
            return 4
        return 2 if self.id != VENDOR else 3 if self.type is None else 4

    @property
    def text(self) -> str:
        type_ = "" if self.type is None else f", type {self.type}"
        return f"{'extended ' if self.extended else ''}capability {self.id:#04x}{type_}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A capability of the simulated device."""

    capability: Capability
    at: int  # in configuration space
    size: int  # bytes
    structure: Region | None  # that it names


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the simulated device has them."""

    msi: int
    placed: tuple[Placed, ...]


class NotThere(ValueError):
    """An image of configuration space does not have what is looked for; the text says why."""


def find(image: bytes, wanted: Capability) -> int:
    """Where a capability is in an image of configuration space, such as the file `config` that Linux has of each device."""
    first, end, least = (CONFIG_BYTES, EXTENDED_BYTES, 8) if wanted.extended else (HEADER_BYTES, CONFIG_BYTES, 4)
    at = first
    if not wanted.extended:
        at = image[0x34] & 0xFC if len(image) >= HEADER_BYTES and image[0x06] & 0x10 else 0
    for _ in range((end - first) // least):
        if at == 0:
            raise NotThere(f"there is no {wanted.text}")
        if at < first or at + 4 > min(end, len(image)):
            raise NotThere(f"the list of capabilities leaves the {len(image)} bytes of the image")
        header = int.from_bytes(image[at : at + 4], "little")
        id_, next_ = (header & 0xFFFF, header >> 20 & 0xFFC) if wanted.extended else (header & 0xFF, header >> 8 & 0xFC)
        if id_ == wanted.id and wanted.type in (None, header >> 24):
            return at
        at = next_
    raise NotThere("the list of capabilities loops")


def structures(driver: Driver) -> dict[Capability, Region]:
    """The capabilities that name a part of a BAR."""
    return {region.capability: region for region in driver.regions if region.capability is not None and not region.in_config}


def _size(capability: Capability, regions: Sequence[Region], structure: Region | None) -> int:
    size = max([region.size for region in regions if region.in_config], default=0)
    return max(size, capability.own_bytes, STRUCTURE_BYTES if structure is not None else 0)


def layout(driver: Driver) -> Layout | None:
    """None: configuration space has no room for all of it."""
    taken = bytearray(EXTENDED_BYTES)  # not 0: there is something
    for register in driver.registers:
        region = next((region for region in driver.regions if region.name == register.region), None)
        if region is not None and region.in_config and region.capability is None:
            end = min(register.offset + (register.count or 1) * register.stride, EXTENDED_BYTES)
            for at in range(register.offset, end, max(register.stride, 1)):
                taken[at : min(at + register.bytes, EXTENDED_BYTES)] = bytes([1] * min(register.bytes, EXTENDED_BYTES - at))
    modes = {mode for interrupt in driver.interrupts for mode in interrupt.modes}
    msi = _room(taken, MSI_BYTES * (2 if "msix" in modes else 1 if "msi" in modes else 0), HEADER_BYTES, CONFIG_BYTES)
    named: dict[Capability, list[Region]] = {}
    for region in driver.regions:
        if region.capability is not None:
            named.setdefault(region.capability, []).append(region)
    its_structure, placed = structures(driver), []
    for capability, regions in named.items():
        size = _size(capability, regions, its_structure.get(capability))
        first, end = (CONFIG_BYTES, EXTENDED_BYTES) if capability.extended else (HEADER_BYTES, CONFIG_BYTES)
        at = _room(taken, size, first, end)
        if at is None:
            return None
        placed.append(Placed(capability, at, size, its_structure.get(capability)))
    placed.sort(key=lambda one: (one.capability.extended, one.at if one.capability.extended else 0))
    extended = [one.at for one in placed if one.capability.extended]
    if msi is None or extended and extended[0] != CONFIG_BYTES:  # that list begins at 0x100, or there is none
        return None
    return Layout(msi, tuple(placed))


def _room(taken: bytearray, size: int, first: int, end: int) -> int | None:
    """The first place of that size at a multiple of 4; it is taken from now on."""
    for at in range(first, end - size + 1, 4):
        if not any(taken[at : at + size]):
            taken[at : at + size] = bytes([1] * size)
            return at
    return None
