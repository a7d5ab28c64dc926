# SPDX-License-Identifier: MIT
"""NAME.model.[ch]: what a manifest says in each of its forms becomes the right table, warning-free and formatted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "generator"))

import dddkgen  # noqa: E402
from dddkgen.emit import model_files, registers  # noqa: E402

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
SHIPPED = sorted(ROOT.glob("drivers/*/*.yaml"))

# Everything that the shipped drivers do the other way: big-endian entries, a base in one register, a size in entries, no
# head, an array among the registers of a ring, no enable, a mask of one bit for each cause, several regions, a variant's
# limits, no NAME_model.c.
TOY = """
dddk: 1
driver: toy
title: A device of this test
class: net
license: MIT
match:
  - {pci: 1234:5678, variant: tight}
variants:
  tight: {dma: {address_bits: 40, boundary: 4KiB}}
regions:
  regs: {bar: 0, size: 3KiB, default: true}
  ports: {bar: 2, kind: port, size: 8}
registers:
  CAUSE: {at: 0x00, access: w1c, fields: {RX: 3, TX: 4, LINK: 5}}
  ENABLE: {at: 0x04, fields: {RX: 0, TX: 1, LINK: 2}}
  WIDE: {at: 0x08, width: 64, fields: {TOP: 63:40, LOW: 0}}
  BASE: {at: 0x20, count: 2, stride: 8, width: 64}
  COUNT: {at: 0x40, count: 2, stride: 4}
  TAIL: {at: 0x50, count: 2, stride: 4}
descriptors:
  entry:
    order: big
    layout: {addr: u64, length: u16, flags: u8, status: u8, rest: u32}
    fields:
      flags: {LAST: 7}
      status: {DONE: 0, ERROR: 1}
rings:
  rx:
    direction: from_device
    entry: {layout: entry, count: {default: 64, max: 64}, align: 16}
    attach: [{"BASE[0]": base}, {"COUNT[0]": count}, {"TAIL[0]": tail}]
    spare: 1
    give: {by: index, to: "TAIL[0]", once: batch}
    take: {by: bit, field: status.DONE}
    payload: {address: addr, length: length, size: 2048}
    frame: {last: flags.LAST, bad: status.ERROR}
  tx:
    direction: to_device
    entry: {layout: entry, count: {default: 64, max: 64}, align: 16}
    attach: [{"BASE[1]": base}, {"COUNT[1]": count}, {"TAIL[1]": tail}]
    spare: 1
    give: {by: index, to: "TAIL[1]", once: batch}
    take: {by: bit, field: status.DONE}
    payload: {address: addr, length: length, max: 4096}
    frame: {last: flags.LAST}
interrupts:
  main:
    modes: [msi]
    cause: CAUSE
    acknowledge: CAUSE
    mask: {register: ENABLE}
    on:
      RX: {service: rx, raised_by: rx, enable: ENABLE.RX}
      TX: {service: tx, raised_by: tx, enable: ENABLE.TX}
      LINK: {call: link, enable: ENABLE.LINK}
"""


def generate(manifest: Path, folder: Path) -> dict[str, str]:
    """All files that the simulated device is made of, in `folder` and as texts."""
    driver = dddkgen.load(manifest)
    folder.mkdir(exist_ok=True)
    texts = {output.name: output.text for output in (*model_files.files(driver), *registers.files(driver))}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return texts


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder, and NAME.model.c without its white space."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "toy.yaml").write_text(TOY)
    return folder, re.sub(r"\s+", " ", generate(folder / "toy.yaml", folder)["toy.model.c"])


@pytest.fixture(params=[*(path.stem for path in SHIPPED), "toy"])
def generated(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / request.param
    folder.mkdir()
    manifest = folder / "toy.yaml"
    if request.param == "toy":
        manifest.write_text(TOY)
    else:
        manifest = ROOT / f"drivers/{request.param}/{request.param}.yaml"
    generate(manifest, folder)
    return folder


def test_it_compiles_without_a_warning(generated: Path) -> None:
    source = generated / f"{generated.name}.model.c"
    for compiler in ("gcc", "clang"):
        subprocess.run(
            [compiler, "-std=gnu11", *WARNINGS, "-fsyntax-only", "-I.", "-Iruntime/port/hosted", f"-I{generated}", source],
            cwd=ROOT,
            check=True,
        )


def test_it_is_formatted(generated: Path) -> None:
    (generated / ".clang-format").write_text((ROOT / ".clang-format").read_text().replace("ColumnLimit: 100", "ColumnLimit: 0"))
    for ending in ("c", "h"):
        path = generated / f"{generated.name}.model.{ending}"
        formatted = subprocess.run(["clang-format", path], check=True, capture_output=True, text=True).stdout
        assert formatted == path.read_text(), path.name


def test_a_second_run_writes_the_same(tmp_path: Path) -> None:
    for manifest in SHIPPED:
        assert generate(manifest, tmp_path / "one") == generate(manifest, tmp_path / "two")


def test_a_model_that_nobody_wrote_has_no_hooks(toy: tuple[Path, str]) -> None:
    header = (toy[0] / "toy.model.h").read_text()
    assert "struct toy_model {\n    struct dddk_model base;\n};" in header
    assert "hooks" not in header
    assert "hooks" not in toy[1]


def test_a_field_has_a_type_that_holds_it(toy: tuple[Path, str]) -> None:
    header = (toy[0] / "toy.model.h").read_text()
    assert "DDDK_MODEL_REGISTER(toy, wide, TOY_MODEL_REG_WIDE, uint64_t);" in header
    assert "DDDK_MODEL_FIELD(toy, wide_top, TOY_MODEL_REG_WIDE, 40, 24, uint32_t);" in header
    assert "DDDK_MODEL_FIELD(toy, wide_low, TOY_MODEL_REG_WIDE, 0, 1, bool);" in header
    assert "DDDK_MODEL_ARRAY(toy, base, TOY_MODEL_REG_BASE, uint64_t);" in header


def test_bars_are_powers_of_two(toy: tuple[Path, str]) -> None:
    assert ".kind = DDDK_REGION_MEMORY, .size_bytes = 0x1000}" in toy[1]
    assert "{.bar = 2, .kind = DDDK_REGION_PORT, .size_bytes = 0x8}" in toy[1]


def test_dma_limits_and_modes_are_those_of_the_manifest(toy: tuple[Path, str]) -> None:
    for member in (".address_bits = 40,", ".boundary = 0x1000,", ".has_intx = false,", ".has_msi = true,"):
        assert member in toy[1], member


def test_a_ring_finds_its_registers_also_in_arrays(toy: tuple[Path, str]) -> None:
    tx = toy[1][toy[1].index('.name = "tx"') :]
    for member in (
        ".big_endian = true,",
        ".base_low = {.reg = TOY_MODEL_REG_BASE, .index = 1, .mask = 0xffffffffffffffffull},",
        ".base_high = {.reg = -1},",
        ".size_bytes = {.reg = -1},",
        ".size_entries = {.reg = TOY_MODEL_REG_COUNT, .index = 1, .mask = 0xffffffffu},",
        ".head = {.reg = -1},",
        ".tail = {.reg = TOY_MODEL_REG_TAIL, .index = 1, .mask = 0xffffffffu},",
        ".enable = {.reg = -1},",
        ".length = {.offset = 8, .bytes = 2, .mask = 0xffffu},",
        ".done = {.offset = 11, .bytes = 1, .mask = 0x01u},",
        ".raises = 0x00000010u,",
    ):
        assert member in tx, member


def test_a_mask_with_a_bit_for_each_cause_is_kept_by_cause(toy: tuple[Path, str]) -> None:
    assert ".mask = {.reg = -1}, .causes = toy_main_causes_" in toy[1]
    assert '.name = "LINK", .bit = 5, .enable = {.reg = TOY_MODEL_REG_ENABLE, .mask = 0x00000004u}' in toy[1]


def test_the_second_code_of_a_fifo_is_its_timeout(tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", generate(ROOT / "drivers/uart16550/uart16550.yaml", tmp_path / "uart")["uart16550.model.c"])
    enable = ".enable = {.reg = UART16550_MODEL_REG_IER, .mask = 0x01u}, .fifo = 0,"
    assert f'.name = "receive_ready", .bit = 2, {enable} .timeout = false,' in text
    assert f'.name = "receive_timeout", .bit = 6, {enable} .timeout = true,' in text
