# SPDX-License-Identifier: MIT
"""Descriptors with alternatives: an entry is written as one of them with what makes it so, and is read as nothing else.

The same program runs here, on a big-endian processor and on one of 32 bits, with little-endian and big-endian descriptors.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from build import ROOT
from cc import COMPILERS, DIRECT, WARNINGS, command, run, write_headers
from test_foreign import MACHINES, Foreign

from dddkgen import decode
from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.model import Driver

MANIFEST = """\
dddk: 1
driver: nic
title: A device whose entries are of several kinds
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 4KiB}}
registers: {CTRL: 0}
enums:
  kind: {context: 0, data: 1}
  wide: {small: 1, large: 2}
descriptors:
  entry:
    layout: {address: u64, command: u32, rest: u32}
    fields: {command: {KIND: {bits: 23:20, enum: kind}, EXTENDED: 29}}
    chosen_by: [command.EXTENDED, command.KIND]
    order: ORDER
    alternatives:
      plain:
        value: 0
        layout: {addr: u64, LOW}
        fields: {cmd: {LAST: 0, REPORT: 3, EXTENDED: 5}}
      context:
        value: [1, context]
        layout: {first: u16, start: u8, offset: u8, wide: u32, command: u32, status: u8, header: u8, mss: u16}
        fields: {command: {BYTES: 19:0, TCP: 24}, status: {DONE: 0}, wide: {SIZE: {bits: 9:8, enum: wide}}}
      data:
        value: [1, 1]
        doc: carries payload
        fields: {command: {LENGTH: 19:0, LAST: 24}}
  packed:
    layout: {kind: u8, address: u64, length: u16}
    chosen_by: kind
    order: ORDER
    alternatives:
      short: {value: 7}
      long: {value: 9, layout: {kind: u8, length: u64, tail: u16}}
  rich:
    layout: {low: u32, high: u32, level: {type: u16, order: big}, mode: {type: u8, reserved: one}, rest: u8, wide: {type: u64, order: little}}
    order: ORDER
    fields:
      low:   {PAGE: {bits: 31:12, type: address, half: low}, VALID: 0}
      high:  {PAGE: {bits: 31:0, type: address, half: high}}
      level: {TEMP: {bits: 15:4, type: signed, min: -640, max: 2000}, DONE: {bit: 0, access: ro}}
      mode:  {SIZE: {bits: 5:4, enum: wide}}
      wide:  {COUNT: {bits: 60:3, max: 1_000_000_000_000}, SIGN: {bits: 63:61, type: signed}}
"""
LOW = {"little": "length: u16, more: u8, cmd: u8, rest: u32", "big": "cmd: u8, more: u8, length: u16, rest: u32"}

PROGRAM = r"""
#include "nic.h"
#include <stdio.h>

void dddk_range_fault(const char *what)
{
    (void)what;
}

static int failures;

static void claim(bool holds, const char *what)
{
    if (!holds) {
        puts(what);
        failures++;
    }
}

static void bytes(const void *entry, const char *wanted, size_t size, const char *what)
{
    claim(memcmp(entry, wanted, size) == 0, what);
}

static void each_is_written_with_what_makes_it_so(struct nic_entry *entry)
{
    memset(entry, 0xff, sizeof(*entry));
    claim(nic_entry_put_plain(entry, .addr = 0x0102030405060708u, .length = 0x1234, .cmd_report = true) == 0, "plain is written");
    bytes(entry, PLAIN, 16, "the bytes of a plain entry");
    claim(nic_entry_kind(entry) == NIC_ENTRY_KIND_PLAIN, "it is plain");
    memset(entry, 0xff, sizeof(*entry));
    claim(nic_entry_put_context(entry, .start = 14, .command_bytes = 0x12345, .command_tcp = true, .mss = 1460, .wide_size = NIC_WIDE_LARGE) == 0, "context is written");
    bytes(entry, CONTEXT, 16, "the bytes of a context entry");
    claim(nic_entry_kind(entry) == NIC_ENTRY_KIND_CONTEXT, "it is a context");
    memset(entry, 0xff, sizeof(*entry));
    claim(nic_entry_put_data(entry, .address = 0x0102030405060708u, .command_length = 0xfffff, .rest = 1) == 0, "data is written");
    bytes(entry, DATA, 16, "the bytes of a data entry");
    claim(nic_entry_kind(entry) == NIC_ENTRY_KIND_DATA, "it is data");
}

static void each_is_read_as_nothing_else(struct nic_entry *entry)
{
    struct nic_entry_context_value context = {.mss = 99};
    struct nic_entry_data_value data = {.rest = 98};
    struct nic_entry_plain_value plain = {.more = 97};

    nic_entry_put_context(entry, .start = 14, .command_bytes = 0x12345, .mss = 1460, .status_done = true, .wide_size = NIC_WIDE_LARGE);
    claim(!nic_entry_get_data(entry, &data) && data.rest == 98, "a context is not read as data");
    claim(!nic_entry_get_plain(entry, &plain) && plain.more == 97, "a context is not read as plain");
    claim(nic_entry_get_context(entry, &context), "a context is read as one");
    claim(context.start == 14 && context.command_bytes == 0x12345 && !context.command_tcp && context.mss == 1460, "what was written is read");
    claim(context.status_done && context.wide_size == NIC_WIDE_LARGE && context.offset == 0, "and what was not named is 0");
    nic_entry_put_plain(entry, .more = 0xf0);
    claim(nic_entry_get_plain(entry, &plain) && plain.more == 0xf0, "bits that do not matter to a plain entry are its own");
}

static void what_is_none_of_them_is_unknown(struct nic_entry *entry)
{
    struct nic_entry_data_value data = {.rest = 98};

    entry->command = TO32(0x20000000u | 7u << 20);
    claim(nic_entry_kind(entry) == NIC_ENTRY_KIND_UNKNOWN, "a kind that nobody knows is unknown");
    claim(!nic_entry_get_data(entry, &data) && data.rest == 98, "and is read as nothing");
}

static void what_does_not_fit_is_not_written(struct nic_entry *entry, volatile uint32_t wide)
{
    nic_entry_put_data(entry, .command_length = 5);
    claim(nic_entry_put_context(entry, .command_bytes = wide) == DDDK_ERANGE, "20 bits do not hold 21");
    claim(nic_entry_kind(entry) == NIC_ENTRY_KIND_DATA, "the entry is as it was");
}

static void members_hold_values_and_not_just_bits(struct nic_rich *entry, volatile int32_t hot)
{
    const struct dddk_dma_address page = {0x123456789000u};

    memset(entry, 0, sizeof(*entry));
    claim(nic_rich_low_write(entry, .page = page, .valid = true) == 0 && nic_rich_high_write(entry, .page = page) == 0, "an address in two halves");
    claim((nic_rich_low_read(entry).page.value | nic_rich_high_read(entry).page.value) == page.value, "both halves are read");
    claim(nic_rich_level_write(entry, .temp = -5) == 0 && nic_rich_level_read(entry).temp == -5, "a sign");
    ((uint8_t *)entry)[9] |= 1; /* the device is done */
    claim(nic_rich_level_update(entry, .temp = 7) == 0 && nic_rich_level_read(entry).done, "an update leaves alone what the device wrote");
    claim(nic_rich_level_update(entry, .temp = hot) == DDDK_ERANGE && nic_rich_level_read(entry).temp == 7, "2001 is too hot");
    claim(nic_rich_mode_write(entry, .size = NIC_WIDE_LARGE) == 0 && nic_rich_mode_read(entry).size == NIC_WIDE_LARGE, "an enum");
    claim(nic_rich_wide_write(entry, .count = 999999999999u, .sign = -3) == 0, "fields of 64 bits");
    claim(nic_rich_wide_read(entry).count == 999999999999u && nic_rich_wide_read(entry).sign == -3, "and both are read");
    bytes(entry, RICH, 20, "the bytes of rich members");
}

static void entries_need_no_alignment(void)
{
    struct nic_packed entry;
    struct nic_packed_long_value value;

    nic_packed_put_short(&entry, .address = 0x0102030405060708u, .length = 0x1234);
    bytes(&entry, SHORT, 11, "the bytes of a packed entry");
    nic_packed_put_long(&entry, .length = 0x1122334455667788u, .tail = 0x99aa);
    claim(nic_packed_get_long(&entry, &value) && value.length == 0x1122334455667788u && value.tail == 0x99aa, "packed members are read");
    claim(nic_packed_kind(&entry) == NIC_PACKED_KIND_LONG, "the other is long");
}

int main(void)
{
    static struct nic_entry entry;

    each_is_written_with_what_makes_it_so(&entry);
    each_is_read_as_nothing_else(&entry);
    what_is_none_of_them_is_unknown(&entry);
    what_does_not_fit_is_not_written(&entry, 0x100000);
    entries_need_no_alignment();
    static struct nic_rich rich;
    members_hold_values_and_not_just_bits(&rich, 2001);
    puts(failures ? "bad" : "ok");
    return failures;
}
"""
BYTES = {
    "little": {
        "PLAIN": "08070605040302013412000800000000",
        "CONTEXT": "00000e0000020000452301210000b405",
        "DATA": "0807060504030201ffff1f2001000000",
        "SHORT": "0708070605040302013412",
        "RICH": "01907856341200000071ef00f87f28a5460700a0",
    },
    "big": {
        "PLAIN": "01020304050607080800123400000000",
        "CONTEXT": "00000e000000020021012345000005b4",
        "DATA": "0102030405060708201fffff00000001",
        "SHORT": "0701020304050607081234",
        "RICH": "56789001000012340071ef00f87f28a5460700a0",
    },
}


def driver(folder: Path, order: str) -> Driver:
    path = folder / "nic.yaml"
    path.write_text(MANIFEST.replace("ORDER", order).replace("LOW", LOW[order]))
    report = Report()
    made = compile_manifest(str(path), report)
    assert made is not None and not report.sorted(), report.sorted()
    return made


def source(folder: Path, order: str) -> Path:
    write_headers(driver(folder, order), folder)
    lines = [f'#define {name} "' + "".join(f"\\x{text[i : i + 2]}" for i in range(0, len(text), 2)) + '"' for name, text in BYTES[order].items()]
    lines.append(f"#define TO32(value) dddk_to_{order[0]}e32(value)")
    (folder / "alternatives.c").write_text("\n".join(lines) + PROGRAM)
    return folder / "alternatives.c"


@pytest.mark.parametrize("order", BYTES)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_entries_are_written_and_read_here(tmp_path: Path, compiler: str, order: str) -> None:
    options = ["-O2", *WARNINGS, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    result = run(command(compiler, *options, source(tmp_path, order), "-o", tmp_path / "program", folder=tmp_path))
    assert result.returncode == 0, result.stderr
    assert run([str(tmp_path / "program")]).stdout == "ok\n"


@pytest.mark.parametrize("order", BYTES)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_and_on_other_machines(tmp_path: Path, machine: Foreign, order: str) -> None:
    program = tmp_path / "program"
    machine.build(source(tmp_path, order), program, tmp_path, DIRECT)
    assert machine.run(program).stdout == "ok\n"


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("nic_entry_put_context(entry, .command_bytes = 0x100000)", "nic entry.context.command.BYTES is 20 bits wide: 0 to 0xfffff|changes value from 1048576 to 0"),
        ("nic_entry_put_context(entry, 1)", "positional initialization|dddk_name_the_fields"),
        ("nic_entry_put_data(entry, .command_kind = 0)", "has no member named .command_kind.|does not refer to any field"),
    ],
    ids=("too wide", "positional", "what makes it so"),
)
def test_what_cannot_be_meant_does_not_compile(tmp_path: Path, compiler: str, call: str, says: str) -> None:
    write_headers(driver(tmp_path, "little"), tmp_path)
    (tmp_path / "wrong.c").write_text(f'#include "nic.h"\nvoid wrong(struct nic_entry *entry);\nvoid wrong(struct nic_entry *entry)\n{{\n    {call};\n}}\n')
    result = run(command(compiler, "-O2", "-c", tmp_path / "wrong.c", "-o", tmp_path / "wrong.o", folder=tmp_path))
    assert result.returncode != 0
    assert any(text.replace(".", "") in result.stderr.replace(".", "").replace("'", "").replace("‘", "").replace("’", "") for text in says.split("|")), result.stderr


def test_a_writer_is_as_short_as_one_by_hand(tmp_path: Path) -> None:
    """Stores of whole words, and a mask and an or for what stands in one; nothing to find out at run time."""
    write_headers(driver(tmp_path, "little"), tmp_path)
    (tmp_path / "short.c").write_text(
        '#include "nic.h"\n'
        "void made(struct nic_entry *entry, uint64_t address, uint16_t length);\n"
        "void hand(struct nic_entry *entry, uint64_t address, uint16_t length);\n"
        "void made(struct nic_entry *entry, uint64_t address, uint16_t length)\n{\n"
        "    nic_entry_put_data(entry, .address = address, .command_length = length, .command_last = true);\n}\n"
        "void hand(struct nic_entry *entry, uint64_t address, uint16_t length)\n{\n"
        "    *entry = (struct nic_entry){.address = dddk_to_le64(address), .command = dddk_to_le32(length | 0x21100000u)};\n}\n"
        "int made_set(struct nic_rich *entry);\nint hand_set(struct nic_rich *entry);\nint made_get(const struct nic_rich *entry);\nint hand_get(const struct nic_rich *entry);\n"
        "int made_set(struct nic_rich *entry)\n{\n    return nic_rich_low_update(entry, .valid = true);\n}\n"
        "int hand_set(struct nic_rich *entry)\n{\n    DDDK_WRITE_ONCE(entry->low, dddk_to_le32(dddk_from_le32(DDDK_READ_ONCE(entry->low)) | 1u));\n    return 0;\n}\n"
        "int made_get(const struct nic_rich *entry)\n{\n    return nic_rich_level_read(entry).temp;\n}\n"
        "int hand_get(const struct nic_rich *entry)\n{\n    return (int16_t)dddk_from_be16(DDDK_READ_ONCE(entry->level)) >> 4;\n}\n"
    )
    for compiler in COMPILERS:
        result = run(command(compiler, "-O2", "-c", tmp_path / "short.c", "-o", tmp_path / "short.o", folder=tmp_path))
        assert result.returncode == 0, result.stderr
        listing = run(["objdump", "-d", "--no-show-raw-insn", str(tmp_path / "short.o")]).stdout
        bodies = {}
        for part in listing.split("\n\n"):
            name, _, body = part.partition(">:")
            lines = [line.split("\t")[1] for line in body.splitlines() if ":\t" in line]
            bodies[name.split("<")[-1]] = lines[: lines.index("ret") if "ret" in lines else None]
        assert 3 < len(bodies["made"]) <= len(bodies["hand"]), listing
        assert len(bodies["made_set"]) <= len(bodies["hand_set"]), listing
        assert len(bodies["made_get"]) <= len(bodies["hand_get"]), listing


def test_bytes_are_decoded_as_what_they_are(tmp_path: Path) -> None:
    made = driver(tmp_path, "little")
    entry = decode.find_descriptor(made, "entry")
    assert entry is not None
    assert decode.decode_entry(entry, BYTES["little"]["CONTEXT"]) == (
        "entry is context, first=0x0000 start=0x0e offset=0x00 wide=0x00000200 SIZE=large command=0x21012345 TCP BYTES=0x12345 status=0x00 header=0x00 mss=0x05b4"
    )
    assert decode.decode_entry(entry, "00" * 8 + "00007020" + "00" * 4) == "entry is unknown, 0000000000000000" + "00007020" + "00000000"
    with pytest.raises(decode.DecodeError, match="has 16 bytes, and these are 3"):
        decode.decode_entry(entry, "00:11:22")
    result = subprocess.run([sys.executable, ROOT / "generator/dddk", "decode", tmp_path / "nic.yaml", "packed", BYTES["little"]["SHORT"]], capture_output=True, text=True, timeout=60)
    assert result.stdout == "packed is short, kind=0x07 address=0x0102030405060708 length=0x1234\n", result.stderr
