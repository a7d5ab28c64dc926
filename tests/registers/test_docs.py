# SPDX-License-Identifier: MIT
"""docs/registers.md is what the generator does now, and the tests that it names exist."""

from __future__ import annotations

import re
import subprocess
import sys

import test_policies
from build import ROOT

PAGE = ROOT / "docs/registers.md"


def test_the_page_is_current() -> None:
    result = subprocess.run([sys.executable, ROOT / "scripts/registers_md.py", "--check"], cwd=ROOT, check=False)
    assert result.returncode == 0, "run scripts/registers_md.py"


def test_the_tests_that_the_page_names_exist() -> None:
    named = set(re.findall(r"`(test_\w+)\[(\w+)\]`", PAGE.read_text(encoding="utf-8")))
    assert len(named) == 3 * len(test_policies.POLICIES)
    for test, policy in named:
        assert callable(getattr(test_policies, test)), test
        assert policy in test_policies.POLICIES
    for path in re.findall(r"`((?:tests|generator)/[\w/]+\.py)`", PAGE.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
