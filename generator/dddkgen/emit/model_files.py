# SPDX-License-Identifier: MIT
"""Emit NAME.model.h and NAME.model.c, the simulated device."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import model
from ..model import Driver
from . import Output, render


def files(driver: Driver) -> Iterator[Output]:
    shape = model.shape(driver)
    yield Output(f"{shape.driver}.model.h", render("model.h.j2", m=shape))
    yield Output(f"{shape.driver}.model.c", render("model.c.j2", m=shape, s=shape.simulated))
