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

# What is replaced in the manifest.
VARIANTS: dict[str, list[tuple[str, str]]] = {
    "big_endian": [(RX, RX + "\n    order: big"), (TX, TX + "\n    order: big")],
    "big_endian_apart": [
        (RX, "{length: u32, more: u32, addr: u64, pad: u64, errors: u16, status: u16, rest: u32}\n    order: big"),
        (TX, "{cmd: u16, pad: u16, length: u32, addr: u64, more: u64, rest: u32, status: u32}\n    order: big"),
    ],
    "mark_and_length_in_different_words": [
        (RX, "{status: u8, a: u8, b: u16, c: u32, addr: u64, length: u16, errors: u8, d: u8, e: u32, f: u64}"),
        (TX, "{status: u8, a: u8, b: u16, c: u32, addr: u64, length: u16, cmd: u8, d: u8, e: u32, f: u64}"),
    ],
    "nothing_is_aligned": [
        (RX, "{status: u8, addr: u64, length: u16, errors: u8, rest: u32}"),
        (TX, "{cmd: u8, length: u16, addr: u64, status: u8, rest: u32}"),
    ],
    "small_entries": [
        (RX, "{addr: u32, length: u16, status: u8, errors: u8}"),
        (TX, "{addr: u32, length: u16, cmd: u8, status: u8}"),
        ("  - {pci: 8086:100f, variant: 82545EM}\n", ""),
        ("  82545EM: {dma: {address_bits: 64, boundary: 64KiB}}      # a buffer may not cross 64 KiB (erratum 23)\n", ""),
    ],
    "a_doorbell_for_each_entry": [("once: batch", "once: entry")],
    "every_entry_reports": [(", on: last", ""), ("each: [cmd.IFCS], last: [cmd.EOP, cmd.RS]", "each: [cmd.IFCS, cmd.RS], last: [cmd.EOP]")],
    "four_spare_entries": [("spare:   1 ", "spare:   4 "), ("spare:   1\n", "spare:   4\n")],
    "few_entries": [("count: {default: 256,", "count: {default: 64,"), ("min: 80,", "min: 8,")],
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
