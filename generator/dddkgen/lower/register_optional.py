# SPDX-License-Identifier: MIT
"""Accessors of registers in an optional region: the functions that look whether it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from ..dataclass import dataclass
from ..model import Driver, Region
from .names import comment, lower, string


class Access(Protocol):
    """What is asked of a register's accessors: the access they are made of."""

    @property
    def load(self) -> str: ...

    @property
    def store(self) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True)
class Primitive:
    """One function that moves a value to or from the region, if that is there."""

    name: str  # "foo_more_read32_"
    calls: str  # "dddk_read32"
    c_type: str
    reads: bool
    all_ones: str


@dataclass(frozen=True, slots=True)
class OptionalShape:
    name: str  # "more"
    has: str  # "foo_has_more"
    text: str  # the region's name for comments
    index: int
    fault: str  # a sentence
    primitives: tuple[Primitive, ...]


def optional_function(driver: Driver, region: Region, primitive: str) -> str:
    """What stands in for a primitive of dddk/access.h."""
    return f"{lower(driver.name)}_{lower(region.name)}_{primitive.removeprefix('dddk_')}_"


def _primitive(prefix: str, name: str) -> Primitive:
    action = name.removeprefix(prefix).removesuffix("_")
    width = int(re.search(r"\d+", action)[0])  # type: ignore[index]
    ones = "~0ull" if width == 64 else f"0x{'f' * (width // 4)}u"
    return Primitive(name, f"dddk_{action}", f"uint{width}_t", "read" in action, ones)


def optional_regions(driver: Driver, accessors: Iterable[Access]) -> tuple[OptionalShape, ...]:
    """With the functions that their registers need."""
    regions = [region for region in driver.regions if region.optional]
    if not regions:
        return ()
    used = " ".join(text for access in accessors for text in (access.load, access.store[0]))
    found = []
    for region in regions:
        prefix = f"{lower(driver.name)}_{lower(region.name)}_"
        names = sorted(set(re.findall(rf"\b{prefix}(?:io_|config_)?(?:read|write)\d+\w*_(?=\()", used)))
        has = f"{lower(driver.name)}_has_{lower(region.name)}"
        fault = string(f"{driver.name} {region.name} is not there: {has} tells")
        found.append(OptionalShape(lower(region.name), has, comment(region.name), region.index, fault, tuple(_primitive(prefix, name) for name in names)))
    return tuple(found)
