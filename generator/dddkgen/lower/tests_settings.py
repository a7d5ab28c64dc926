# SPDX-License-Identifier: MIT
"""Lower a driver's parameters and statistics to their generated tests."""

from __future__ import annotations

from ..dataclass import dataclass
from ..model import Driver
from .glue.access import field_of
from .glue.settings import cleared
from .names import lower


@dataclass(frozen=True, slots=True)
class CountTest:
    name: str
    stat: int
    register: str
    index: int
    shift: int
    width: int
    cleared: bool


def count_tests(driver: Driver) -> tuple[CountTest, ...]:
    rows = []
    for number, stat in enumerate(driver.stats):
        register = driver.register(stat.ref.register)
        field = None if stat.ref.field is None else field_of(register, stat.ref.field)
        shift, width = (0, register.width) if field is None else (field.lsb, field.width)
        rows.append(CountTest(lower(stat.name), number, register.name, stat.ref.index or 0, shift, width, cleared(register, stat.ref)))
    return tuple(rows)


def settings_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """Test, and the call that says what is wrong."""
    params = (("parameters_are_taken_within_their_bounds", "dddk_standard_params(&pair)"),) if driver.params else ()
    return params + tuple((f"{test.name}_adds_up", f"dddk_standard_counts(&pair, &{test.name}_count)") for test in count_tests(driver))
