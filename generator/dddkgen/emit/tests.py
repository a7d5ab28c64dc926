# SPDX-License-Identifier: MIT
"""NAME_test.c: a cmocka program that holds the generated driver against its simulated device."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower.tests import lower_tests
from ..model import Driver
from . import Output, render


def files(driver: Driver) -> Iterator[Output]:
    """The one test program of a driver."""
    yield Output(f"{driver.name}_test.c", render("test.c.j2", t=lower_tests(driver)))
