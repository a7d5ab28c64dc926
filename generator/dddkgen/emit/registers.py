# SPDX-License-Identifier: MIT
"""Emit NAME.regs.h, the registers, enums and descriptors, and NAME.info.h, the same as tables for trace and dump."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import register_info, registers
from ..model import Driver
from . import Output, render


def files(driver: Driver) -> Iterator[Output]:
    header = registers.header(driver)
    yield Output(f"{header.driver}.regs.h", render("regs.h.j2", h=header))
    info = register_info.table(driver)
    yield Output(f"{header.driver}.info.h", render("info.h.j2", t=info))
