# SPDX-License-Identifier: MIT
"""NAME.dddk.h, what the handlers include, and NAME.dddk.c, the driver around them."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower.glue import glue
from ..model import Driver
from . import Output, render


def files(driver: Driver) -> Iterator[Output]:
    """Both files of a driver."""
    shape = glue(driver)
    yield Output(f"{driver.name}.dddk.h", render("glue/header.h.j2", g=shape))
    yield Output(f"{driver.name}.dddk.c", render("glue/driver.c.j2", g=shape))
