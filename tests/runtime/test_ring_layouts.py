# SPDX-License-Identifier: MIT
"""Rings of other devices than those in the tree: the e1000's manifest with other descriptors and other ring keys.

Driver, simulated device and test are generated from the changed manifest and run against each other: both sides of each
ring must agree on where everything is, and the driver on what it can believe.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import built  # noqa: E402

MANIFEST = ROOT / "drivers/e1000/e1000.yaml"
CONFIG = "gcc"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
FLAGS = ["-O1", "-std=gnu11", "-D_GNU_SOURCE", "-DDDDK_DEBUG", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]

RX = "{addr: u64, length: u16, checksum: u16, status: u8, errors: u8, special: u16}"
TX = "{addr: u64, length: u16, cso: u8, cmd: u8, status: u8, css: u8, special: u16}"

Changes = list[tuple[str, str]]  # what is replaced in the manifest, and by what

BIG_ENDIAN: Changes = [(RX, RX + "\n    order: big"), (TX, TX + "\n    order: big")]
BIG_ENDIAN_APART: Changes = [
    (RX, "{length: u32, more: u32, addr: u64, pad: u64, errors: u16, status: u16, rest: u32}\n    order: big"),
    (TX, "{cmd: u16, pad: u16, length: u32, addr: u64, more: u64, rest: u32, status: u32}\n    order: big"),
]
MARK_AND_LENGTH_IN_DIFFERENT_WORDS: Changes = [
    (RX, "{status: u8, a: u8, b: u16, c: u32, addr: u64, length: u16, errors: u8, d: u8, e: u32, f: u64}"),
    (TX, "{status: u8, a: u8, b: u16, c: u32, addr: u64, length: u16, cmd: u8, d: u8, e: u32, f: u64}"),
]
NOTHING_IS_ALIGNED: Changes = [
    (RX, "{status: u8, addr: u64, length: u16, errors: u8, rest: u32}"),
    (TX, "{cmd: u8, length: u16, addr: u64, status: u8, rest: u32}"),
]
SMALL_ENTRIES: Changes = [
    (RX, "{addr: u32, length: u16, status: u8, errors: u8}"),
    (TX, "{addr: u32, length: u16, cmd: u8, status: u8}"),
    ("  - {pci: 8086:100f, variant: 82545EM}\n", ""),
    ("  82545EM: {dma: {address_bits: 64, boundary: 64KiB}}      # a buffer may not cross 64 KiB (erratum 23)\n", ""),
]
A_DOORBELL_FOR_EACH_ENTRY: Changes = [("once: batch", "once: entry")]
EVERY_ENTRY_REPORTS: Changes = [(", on: last", ""), ("each: [cmd.IFCS], last: [cmd.EOP, cmd.RS]", "each: [cmd.IFCS, cmd.RS], last: [cmd.EOP]")]
FOUR_SPARE_ENTRIES: Changes = [("spare:   1 ", "spare:   4 "), ("spare:   1\n", "spare:   4\n")]
FEW_ENTRIES: Changes = [("count: {default: 256,", "count: {default: 64,"), ("min: 80,", "min: 8,")]

# A layout and a protocol at once: they are nobody's business but their own.
VARIANTS: dict[str, Changes] = {
    "big_endian_and_a_doorbell_for_each_entry": BIG_ENDIAN + A_DOORBELL_FOR_EACH_ENTRY,
    "big_endian_apart_and_four_spare_entries": BIG_ENDIAN_APART + FOUR_SPARE_ENTRIES,
    "mark_and_length_in_different_words_and_few_entries": MARK_AND_LENGTH_IN_DIFFERENT_WORDS + FEW_ENTRIES,
    "nothing_is_aligned_and_every_entry_reports": NOTHING_IS_ALIGNED + EVERY_ENTRY_REPORTS,
    "small_entries": SMALL_ENTRIES,
}


@pytest.fixture(scope="session")
def library() -> Path:
    """The hosted archive of the sanitized configuration."""
    return built.library(CONFIG)


def build(variant: str, library: Path, folder: Path) -> Path:
    """The generated test program of one variant."""
    text = MANIFEST.read_text()
    for old, new in VARIANTS[variant]:
        assert old in text, old
        text = text.replace(old, new)
    manifest = folder / "e1000.yaml"
    manifest.write_text(text)
    (folder / "e1000_model.c").write_text((ROOT / "drivers/e1000/e1000_model.c").read_text())
    subprocess.run([sys.executable, "-B", ROOT / "generator/dddk", "gen", manifest, "-o", folder / "gen"], check=True, timeout=60)
    gen = folder / "gen/e1000"
    sources = [*sorted(gen.glob("*.c")), ROOT / "drivers/e1000/e1000.c", folder / "e1000_model.c"]
    include = ["-I", ROOT, "-I", ROOT / "runtime/port/hosted", "-I", gen]
    program = folder / "test"
    subprocess.run(["gcc", *FLAGS, *SANITIZE, *include, *sources, library, "-lcmocka", "-o", program], check=True, timeout=300)
    return program


@pytest.mark.parametrize("variant", VARIANTS)
def test_both_sides_of_the_ring_agree(variant: str, library: Path, tmp_path: Path) -> None:
    program = build(variant, library, tmp_path)
    environment = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
    result = subprocess.run([program], capture_output=True, text=True, timeout=120, env=environment)
    failed = re.findall(r"^not ok .*$", result.stdout, re.M)
    assert result.returncode == 0 and not failed, "\n".join([*failed, result.stdout[-3000:], result.stderr[-3000:]])
    assert len(re.findall(r"^ok ", result.stdout, re.M)) > 20
