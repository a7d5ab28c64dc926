# SPDX-License-Identifier: MIT
"""The README shows the tree as it is: quoted files, commands and folders."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import readme  # noqa: E402

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_quoted_files_are_the_files_in_the_tree() -> None:
    assert readme.refreshed(TEXT) == TEXT, "run scripts/readme.py"
    assert {"drivers/e1000/e1000.yaml", "drivers/e1000/e1000.c"} <= set(readme.quoted(TEXT))


def test_every_make_goal_that_is_named_exists() -> None:
    goals = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", TEXT))
    assert named and named <= goals


def test_every_path_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:dddk|generator|schemas|drivers|runtime|kernel|tests|examples|docs|demo|scripts)/[\w./-]*)`", TEXT))
    missing = sorted(path for path in named if not (ROOT / path).exists())
    assert named and not missing


def test_what_the_demo_prints_is_what_the_readme_shows() -> None:
    """Every row title of the sample stands in the sources that print it."""
    sample = re.search(r"```text\n(.*?)```", TEXT, re.S)
    assert sample
    printed = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "scripts/demo", *(ROOT / "demo").glob("*.c")])
    titles = re.findall(r"^  (\w[a-z ]+?) {2,}[\d.]", sample.group(1), re.M)
    assert len(titles) > 5
    assert [title for title in titles if title not in printed] == []
