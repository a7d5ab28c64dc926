# SPDX-License-Identifier: MIT
"""The examples work, and the guides show what they are and print.

A guide names the commands whose output it shows; running them here builds and runs the example, with sanitizers, into a folder
of this test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import guide  # noqa: E402
import readme  # noqa: E402

GUIDES = {"docs/first-driver.md": "examples/01-relay", "docs/second-driver.md": "examples/02-nvme"}
SANITIZED = {"CONFIG": "gcc", "CFLAGS": "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DDDDK_DEBUG"}
EXAMPLES = sorted(path.relative_to(ROOT) for path in (ROOT / "examples").iterdir() if path.is_dir())


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_shows_what_is_and_what_is_printed(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    now = guide.refreshed(text, **SANITIZED)
    assert now == text, f"run scripts/guide.py {page}"


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_shows_all_that_a_person_wrote_for_the_example(page: str) -> None:
    quoted = set(readme.quoted((ROOT / page).read_text(encoding="utf-8")))
    written = {str(path.relative_to(ROOT)) for path in (ROOT / GUIDES[page]).iterdir() if path.suffix in (".c", ".h", ".yaml")}
    assert written <= quoted


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_passes_its_generated_tests(example: Path, tmp_path: Path) -> None:
    variables = [f"{name}={value}" for name, value in {**SANITIZED, "OUT": str(tmp_path)}.items()]
    done = subprocess.run(["make", "-s", "-C", str(ROOT / example), "test", *variables], capture_output=True, text=True, timeout=120, check=False)
    shown = done.stdout + done.stderr
    assert done.returncode == 0 and "FAILED" not in shown and "PASSED" in shown, shown[-4000:]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_names_its_guide(example: Path) -> None:
    page = next(page for page, folder in GUIDES.items() if folder == str(example))
    assert f"../../{page}" in (ROOT / example / "README.md").read_text(encoding="utf-8")


def test_an_output_that_changed_is_seen(tmp_path: Path) -> None:
    page = "<!-- run: echo one; echo two -->\n```text\none\ntwo\n```\n"
    assert guide.refreshed(page) == page
    assert guide.refreshed(page.replace("two\n```", "three\n```")) == page
    part = "<!-- run, in part: echo one; echo two -->\n```text\n...\ntwo\n```\n"
    assert guide.refreshed(part) == part
    assert guide.refreshed(part.replace("\ntwo\n", "\nthree\n")) == "<!-- run, in part: echo one; echo two -->\n```text\none\ntwo\n```\n"
