# SPDX-License-Identifier: MIT
"""Alternatives of a descriptor, held against a device that the kit did not make: QEMU's e1000 with the chip's extended formats.

The manifest's transmit descriptors become what the datasheet has: legacy, context and data, told apart by DEXT and DTYP. The
driver sends data descriptors, and `start` posts one context, which says where the checksum of an IP header is. The device
puts it into every frame: so it took both, each as what it is.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "language"))

from whole import SANITIZE, WARNINGS, library  # noqa: E402

DESCRIPTORS = """\
  tx_desc:
    layout: {address: u64, command: u32, rest: u32}
    fields: {command: {DTYP: 23:20, DEXT: 29}}
    chosen_by: [command.DEXT, command.DTYP]
    alternatives:
      legacy:
        value: 0
        layout: {addr: u64, length: u16, cso: u8, cmd: u8, status: u8, css: u8, special: u16}
        fields: {cmd: {EOP: 0, IFCS: 1, RS: 3, DEXT: 5}, status: {DD: 0}}
      context:
        value: [1, 0]
        layout: {ipcss: u8, ipcso: u8, ipcse: u16, tucss: u8, tucso: u8, tucse: u16, command: u32, status: u8, hdrlen: u8, mss: u16}
        fields: {command: {PAYLEN: 19:0, TCP: 24, IP: 25, TSE: 26, RS: 27}, status: {DD: 0}}
      data:
        value: [1, 1]
        layout: {addr: u64, command: u32, status: u8, popts: u8, special: u16}
        fields: {command: {LENGTH: 19:0, EOP: 24, IFCS: 25, RS: 27}, status: {DD: 0}, popts: {IXSM: 0, TXSM: 1}}
"""
REPLACED = [
    ("payload: {address: addr, length: length, max: 4096}", "payload: {in: data, address: addr, length: command.LENGTH, max: 4096}"),
    ("{each: [cmd.IFCS], last: [cmd.EOP, cmd.RS]}", "{each: [command.IFCS, popts.IXSM], last: [command.EOP, command.RS]}"),
]
POST = """\
    int posted = e1000_tx_post_context(nic, .ipcss = 14, .ipcso = 24, .ipcse = 33, .command_ip = true);

    if (posted != 0) {
        return posted;
    }
    e1000_tipg_write("""
TEST = r"""
#include "rig.h"

static uint16_t checksum(const uint8_t *header)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < 20; i += 2) {
        sum += (uint32_t)header[i] << 8 | header[i + 1];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~((sum & 0xffff) + (sum >> 16));
}

static void the_device_puts_the_checksum_where_the_context_says(void **state)
{
    const struct rig_place place = {RIG_E1000, 4};
    struct rig *rig = rig_open(RIG_QEMU, &place, 1);
    struct e1000 *nic = RIG_DRIVER(rig, e1000, "e1000.0");
    const struct rig_frame *frame;
    uint8_t bytes[RIG_FRAME_BYTES];
    (void)state;

    assert_int_equal(dddk_host_net_open(&nic->dddk, NULL, NULL), 0);
    RIG_UNTIL(rig, nic->net.link_up);
    for (unsigned i = 0; i < 600; i++) { /* twice around the ring */
        size_t length = 60 + 7 * i % 1400;

        rig_fill(bytes, length, i);
        bytes[24] = bytes[25] = 0;
        uint16_t sum = checksum(bytes + 14);
        assert_int_equal(dddk_host_net_send(&nic->dddk, bytes, length, false), 0);
        frame = NULL;
        RIG_UNTIL(rig, (rig_turn(rig), frame = rig_receive(rig, 0)) != NULL);
        bytes[24] = (uint8_t)(sum >> 8);
        bytes[25] = (uint8_t)sum;
        assert_int_equal(frame->length_bytes, length);
        assert_memory_equal(frame->bytes, bytes, length);
    }
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_device_puts_the_checksum_where_the_context_says)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = (ROOT / "drivers/e1000/e1000.yaml").read_text()
    first, last = text.index("  tx_desc:\n"), text.index("\nrings:\n")
    text = text[:first] + DESCRIPTORS + text[last:]
    for old, new in REPLACED:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "e1000.yaml").write_text(text)
    handlers = (ROOT / "drivers/e1000/e1000.c").read_text()
    assert handlers.count("    e1000_tipg_write(") == 1
    (tmp_path / "e1000.c").write_text(handlers.replace("    e1000_tipg_write(", POST))
    (tmp_path / "e1000_model.c").write_text((ROOT / "drivers/e1000/e1000_model.c").read_text())
    (tmp_path / "test.c").write_text(TEST)
    manifests = [tmp_path / "e1000.yaml", ROOT / "drivers/edu/edu.yaml", ROOT / "drivers/uart16550/uart16550.yaml"]
    subprocess.run([sys.executable, "-B", ROOT / "generator/dddk", "gen", *manifests, "-o", tmp_path / "gen"], check=True, timeout=60)
    return tmp_path


def test_qemu_takes_context_and_data_descriptors(folder: Path) -> None:
    sources = [folder / "test.c", ROOT / "tests/ports/rig.c", folder / "e1000.c", folder / "e1000_model.c"]
    for name in ("edu", "uart16550"):
        sources += [ROOT / "drivers" / name / f"{name}.c", ROOT / "drivers" / name / f"{name}_model.c"]
    sources += [path for name in ("e1000", "edu", "uart16550") for path in (folder / "gen" / name / f"{name}.dddk.c", folder / "gen" / name / f"{name}.model.c")]
    includes = [f"-I{path}" for path in (ROOT, ROOT / "runtime/port/hosted", ROOT / "tests/ports", *(folder / "gen" / name for name in ("e1000", "edu", "uart16550")))]
    program = folder / "test"
    command = ["gcc", "-O1", *WARNINGS, *SANITIZE, *includes, "-D_GNU_SOURCE", *map(str, sources), str(library("gcc")), "-lcmocka", "-o", str(program)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr[:4000]
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
