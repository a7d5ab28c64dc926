# SPDX-License-Identifier: MIT
"""Registers that select banks and hold nothing else, as wide as they like, in a region of their own or behind a window."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from whole import COMPILERS, ROOT, Project

MANIFEST = """
dddk: 1
driver: banky
title: A device with selectors
class: misc
license: MIT
match: [{pci: 1234:0003}]
regions:
  regs: {bar: 0, kind: port, size: 32, default: true}
  chip: {size: 256, window: {index: INDEX, data: DATA}}
registers:
  SELECT: {at: 0x00, width: 16, reset: 0, fields: {BANK: 3:0, PAGE: 7:4}}
  FIRST:  {at: 0x04, when: SELECT.BANK == 0}
  SECOND: {at: 0x04, when: SELECT.BANK == 1, fields: {EVENT: {bit: 0, access: rc}}}
  PAGED:  {at: 0x08, width: 16, count: 2, when: SELECT.PAGE == 2}
  INDEX:  {at: 0x10, width: 8}
  DATA:   {at: 0x11, width: 8}
  BANK:   {at: 0x4e, width: 8, region: chip, reset: 0, fields: {NUMBER: 2:0}}
  LEVEL:  {at: 0x50, width: 8, region: chip, access: ro, volatile: true, when: BANK.NUMBER == 1}
  LIMIT:  {at: 0x50, width: 8, region: chip, when: BANK.NUMBER == 2}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_what_they_select_passes_its_generated_tests(tmp_path: Path, compiler: str) -> None:
    assert Project(tmp_path, "banky", MANIFEST).run(compiler) > 10


def test_handlers_cannot_leave_another_bank_selected(tmp_path: Path) -> None:
    out = Project(tmp_path, "banky", MANIFEST).generate()
    for call in ("banky_select_write(dev, 1)", "banky_select_update(dev, .bank = 1)", "banky_bank_write(dev, .number = 1)"):
        (tmp_path / "wrong.c").write_text(f'#include "banky.dddk.h"\nint wrong(struct banky *dev);\nint wrong(struct banky *dev)\n{{\n    return {call};\n}}\n', encoding="utf-8")
        command = ["gcc", "-std=gnu11", "-fsyntax-only", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", "-D_GNU_SOURCE", str(tmp_path / "wrong.c")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1 and "selects banks, and nothing else" in done.stderr, done.stderr
