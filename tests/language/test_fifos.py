# SPDX-License-Identifier: MIT
"""FIFOs of every width, in a driver that runs; and what their C looks like where the tests cannot see it."""

from __future__ import annotations

from pathlib import Path

from whole import ROOT, Project

HERE = Path(__file__).resolve().parent
WHOLE = ROOT / "tests" / "generator" / "whole"


def test_words_go_as_the_manifest_says(tmp_path: Path) -> None:
    files = {"sampler.c": (WHOLE / "plenty_fifos.c").read_text(), "test_scenario.c": (HERE / "fifos" / "scenario.c").read_text()}
    assert Project(tmp_path, "sampler", (WHOLE / "plenty_fifos.yaml").read_text(), files).run("clang", "test_scenario.c") == 11


def test_byte_fifos_that_one_bit_speaks_for_have_no_code_of_wider_ones(tmp_path: Path) -> None:
    manifest = (ROOT / "drivers" / "uart16550" / "uart16550.yaml").read_text().replace("model: uart16550_model.c\n", "")
    made = Project(tmp_path, "uart16550", manifest, {}).generate()
    code = (made / "uart16550.dddk.c").read_text()
    assert "dddk_byte_ring_put(&dev->serial.rx, uart16550_rbr_read_raw_(dev))" in code
    assert "word" not in code.split("---- interrupt")[0]
