# SPDX-License-Identifier: MIT
"""Lower a driver's procedures to their generated tests."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Driver
from .names import lower, upper


@dataclass(frozen=True, slots=True)
class TransferTest:
    name: str  # "copy"
    prefix: str  # "foo_copy"
    upper: str
    index: str  # "FOO_MODEL_TRANSFER_COPY"


def transfer_tests(driver: Driver) -> tuple[TransferTest, ...]:
    rows = []
    for transfer in driver.transfers:
        prefix = f"{lower(driver.name)}_{lower(transfer.name)}"
        rows.append(TransferTest(lower(transfer.name), prefix, prefix.upper(), f"{upper(driver.name)}_MODEL_TRANSFER_{upper(transfer.name)}"))
    return tuple(rows)


def procedure_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """Test, and the call that says what is wrong."""
    return tuple((f"{test.name}_moves_what_fits_and_nothing_else", f"dddk_standard_moves(&pair, &{test.name}_transfer)") for test in transfer_tests(driver))
