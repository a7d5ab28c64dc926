# SPDX-License-Identifier: MIT
"""NAME.md: the driver's reference page, for a person with the board on the desk."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import page as lower
from ..model import Driver
from . import Output, render


def files(driver: Driver) -> Iterator[Output]:
    """The one page of a driver."""
    yield Output(f"{driver.name}.md", render("page.md.j2", page=lower.lower(driver)))
