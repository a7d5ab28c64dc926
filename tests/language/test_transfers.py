# SPDX-License-Identifier: MIT
"""Transfers of every shape: ended by a cause or polled, with and without a direction bit, started beside other fields."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from whole import COMPILERS, Project

HEAD = """
dddk: 1
driver: mover
title: A device that moves memory
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 256}}
registers:
  ID:     {at: 0x00, access: ro, reset: 0x4d4f5645}
  SOURCE: {at: 0x08, width: 64}
  TARGET: {at: 0x10, width: 64}
  LENGTH: 0x18
  GO:     {at: 0x1c, reset: 0x20, fields: {GO: {bit: 0, access: sc}, OUT: 1, RAISE: 2, BURST: 5:4}}
  STATUS: {at: 0x20, fields: {DONE: {bit: 0, access: w1c}, PHASE: {bits: 5:4, access: ro, reset: 0}}}
  CAUSE:  {at: 0x24, access: rc, fields: {MOVED: 0}}
  WAY:    {at: 0x28, reset: 1, fields: {IN: 3, SPEED: 1:0}}
presence: ID
"""
INTERRUPT = """
interrupts:
  main:
    modes: [intx]
    cause: CAUSE
    on:
      MOVED: {complete: moved}
"""
COMMON = "source: SOURCE, target: TARGET, length: LENGTH, go: GO.GO"
SHAPES = {
    "a_cause": (INTERRUPT, f"{{{COMMON}, direction: GO.OUT, notify: GO.RAISE, done: MOVED, device_memory: {{base: 0x100000000, size: 8KiB}}, max: 1000}}"),
    "a_cause_always_raised": (INTERRUPT, f"{{{COMMON}, direction: {{field: WAY.IN, from_device: 0}}, done: MOVED, device_memory: {{size: 64}}}}"),
    "polling_the_start_bit": ("", f"{{{COMMON}, direction: GO.OUT, done: GO.GO == 0, device_memory: {{base: 0x40000, size: 1}}, timeout: 10ms}}"),
    "polling_a_bit_to_clear": ("", f"{{{COMMON}, done: STATUS.DONE, device_memory: {{base: 0xfffff000, size: 4KiB}}, timeout: 500us}}"),
    "ends_in_registers_of_their_own": (INTERRUPT, "{host: SOURCE, device: TARGET, length: LENGTH, go: GO.GO, direction: GO.OUT, notify: GO.RAISE, done: MOVED, device_memory: {base: 0x1000, size: 2KiB}}"),
    "polling_a_phase": ("", f"{{{COMMON}, direction: GO.OUT, done: STATUS.PHASE == 3, device_memory: {{base: 16, size: 100KiB}}, doc: a copy, see: 4.2}}"),
}


def project(folder: Path, shape: str) -> Project:
    interrupt, transfer = SHAPES[shape]
    return Project(folder, "mover", f"{HEAD}{interrupt}\ntransfers:\n  copy: {transfer}\n")


@pytest.mark.parametrize(("shape", "compiler"), zip(SHAPES, itertools.cycle(COMPILERS)))
def test_it_passes_its_generated_tests(tmp_path: Path, shape: str, compiler: str) -> None:
    assert project(tmp_path, shape).run(compiler) >= 10


@pytest.mark.parametrize("shape", ("a_cause", "polling_a_phase"))
def test_it_is_formatted(tmp_path: Path, shape: str) -> None:
    assert project(tmp_path, shape).badly_formatted() == []


def test_fields_beside_the_start_bit_keep_what_they_hold(tmp_path: Path) -> None:
    text = (project(tmp_path, "a_cause").generate() / "mover.dddk.c").read_text()
    assert "mover_go_update(dev, .go = true, .out = from_device, .raise = true);" in text
    text = (project(tmp_path, "a_cause_always_raised").generate() / "mover.dddk.c").read_text()
    assert "mover_way_update(dev, .in = !from_device);" in text


def test_the_page_says_how_it_moves(tmp_path: Path) -> None:
    page = (project(tmp_path, "polling_a_phase").generate() / "mover.md").read_text()
    assert "| copy | SOURCE to TARGET, LENGTH bytes | GO.GO; GO.OUT: 1 from the device | STATUS.PHASE == 3, within 1 s | 0x10, 102400 bytes, at most 102400 at once | a copy (4.2) |" in page


def test_the_host_address_stays_in_its_register(tmp_path: Path) -> None:
    """A card with a PCI address and a local address; only the bit tells which way."""
    text = (project(tmp_path, "ends_in_registers_of_their_own").generate() / "mover.dddk.c").read_text()
    assert "mover_copy_run(dev, memory->device.value, MOVER_COPY_BASE + offset, size_bytes, false)" in text
    assert "mover_copy_run(dev, memory->device.value, MOVER_COPY_BASE + offset, size_bytes, true)" in text
    assert "mover_source_write_raw_(dev, host)" in text
