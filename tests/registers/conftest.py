# SPDX-License-Identifier: MIT
from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cc import write_headers  # noqa: E402
from toy import TOY  # noqa: E402


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated headers of the toy device."""
    return write_headers(TOY, tmp_path_factory.mktemp("toy"))
