# SPDX-License-Identifier: MIT
"""Several vectors: the generated driver of `quad/` on sim and on QEMU's e1000e, and what entries of one mode share."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from whole import COMPILERS, Project

QUAD = Path(__file__).parent / "quad"


def quad(folder: Path) -> Project:
    files = {path.name: path.read_text() for path in QUAD.glob("*.c")}
    return Project(folder, "quad", (QUAD / "quad.yaml").read_text(), files)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_several_vectors_on_both_ports(compiler: str, tmp_path: Path) -> None:
    assert quad(tmp_path).run(compiler, "test_quad.c") == 14


def test_the_generated_tests_of_several_vectors_pass_and_the_c_is_formatted(tmp_path: Path) -> None:
    made = quad(tmp_path)
    assert made.run("gcc") >= 10
    assert made.badly_formatted() == []
