# SPDX-License-Identifier: MIT
"""What takes longest begins first, so that both workers end at about the same time: tests/run gives each of them whole files."""

import pytest

FIRST = ("test_kbuild", "test_random_valid", "test_property", "test_random_mutations", "test_ring_layouts", "test_whole")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files, and in each its own order: what its tests share is made once."""
    turn = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: turn.get(item.path.stem, len(FIRST)))
