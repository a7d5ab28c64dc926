# SPDX-License-Identifier: MIT
"""What handlers include can be included by C++, whatever the manifest has: match data, alternatives, windows, operations."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from whole import ROOT, Project

MANIFEST = """
dddk: 1
driver: many
title: A device with a little of everything
class: misc
license: MIT
match: [{pci: 1234:0001, variant: old, data: {speed: FAST}}, {pci: 1234:0002, variant: new}]
match_data: {speed: {enum: speed, default: SLOW}, channels: {type: u8, default: 2}}
variants: {old: {lacks: [EXTRA]}, new: {}}
revisions: {A0: 0, B0: 0x10}
errata: {E1: {title: it is late, until: B0, touches: [CTRL]}}
regions:
  regs: {bar: 0, size: 4KiB, default: true}
  io:   {bar: 1, kind: port, size: 32, optional: true}
  phy:  {size: 64, window: {index: INDEX, data: DATA, unit: 4, increment: 1}}
enums: {speed: {SLOW: 0, FAST: 1}, parts: {flags: true, values: {LEFT: 1, RIGHT: 2}}}
registers:
  CTRL:  {at: 0x00, fields: {SPEED: {bits: 1:0, enum: speed}, PARTS: {bits: 5:4, enum: parts}, GO: {bit: 8, access: sc}, DEPTH: {bits: 23:16, type: signed, scale: 1/4, unit: m}}}
  BASE:  {at: 0x08, width: 64, fields: {ON: 0, ADDRESS: {bits: 63:12, type: address}}}
  MASKED: {at: 0x10, write_mask: true, fields: {A: 3:0, B: 4}}
  KEPT:  {at: 0x14, access: wo, shadow: true, fields: {A: 0, B: 1}}
  COUNT: {at: 0x18, access: rc}
  WIDE:  {at: 0x20, width: 64, split: low_first, access: ro, volatile: true}
  EXTRA: {at: 0x28, count: 4, fields: {V: 7:0}}
  SELECT: {at: 0x3c, reset: 0, fields: {BANK: 1:0, REST: 7:4}}
  FIRST: {at: 0x40, when: SELECT.BANK == 0}
  SECOND: {at: 0x40, when: SELECT.BANK == 1}
  INDEX: 0x50
  DATA:  0x54
  PORT:  {at: 0, width: 8, region: io}
  TABLE: {at: 0x10, region: phy, count: 8}
descriptors:
  plain: {layout: {word: u32, be: {type: u16, order: big}, byte: u8}, fields: {word: {KIND: 1:0}, byte: {LOW: 3:0}}}
  entry:
    layout: {word: u32, length: u32}
    fields: {word: {KIND: 1:0}}
    chosen_by: word.KIND
    alternatives: {plain: {value: 0, fields: {length: {BYTES: 15:0, PAGE: {bits: 31:16, type: address}}}}, other: {value: 1, layout: {word: u32, low: u16, high: u16}, fields: {word: {KIND: 1:0}}}}
operations: {run: {in: {speed: u2}, out: {count: u32}, steps: [{write: {CTRL: {SPEED: speed, GO: 1}}}, {wait: CTRL.GO == 0}, {take: COUNT}]}}
params: {depth: {type: u8, default: 3}}
stats: {wide: WIDE}
state: {runs: u32}
"""


@pytest.mark.parametrize("compiler", ("g++", "clang++"))
def test_its_header_is_also_cpp(tmp_path: Path, compiler: str) -> None:
    out = Project(tmp_path, "many", MANIFEST).generate()
    (tmp_path / "all.cpp").write_text('extern "C" {\n#include "many.dddk.h"\n}\nunsigned channels(const struct many *dev);\nunsigned channels(const struct many *dev) { return many_match(dev)->channels; }\n', encoding="utf-8")
    command = [compiler, "-std=gnu++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", "-D_GNU_SOURCE", str(tmp_path / "all.cpp")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
