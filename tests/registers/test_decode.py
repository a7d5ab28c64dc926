# SPDX-License-Identifier: MIT
"""Values and images as text, the same from Python as from C."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from build import ROOT
from cc import HOSTED, WARNINGS, command, run
from dddkgen import decode
from toy import TOY


def test_a_value_is_decoded_by_field_and_name() -> None:
    assert decode.decode(TOY.register("CTRL"), 0, 0x04001249) == "CTRL 0x04001249 RST COLOUR=green SPEED=1G SLU LEVEL=0x2 BUSY"
    assert decode.decode(TOY.register("CTRL"), 0, 0) == "CTRL 0x00000000 COLOUR=red SPEED=10M LEVEL=0x0"
    assert decode.decode(TOY.register("FILTER"), 3, 0x80000005) == "FILTER[3] 0x80000005 ON ADDR=0x5"
    assert decode.decode(TOY.register("COUNT8"), 0, 7) == "COUNT8 0x07"


@pytest.mark.parametrize(
    ("register", "value", "text"),
    [
        ("SENSE", 0x0FFB_00F4, "SENSE 0x0ffb00f4 TEMPERATURE=-5(-0.3125 degC) OFFSET=-1 TRIM=4"),
        ("SENSE", 0x0800_0080, "SENSE 0x08000080 TEMPERATURE=-2048(-128 degC) OFFSET=-8 TRIM=0"),
        ("SHARES", 0x0064_010A, "SHARES 0x0064010a SHARE=0x64(100 %) TIMES=0x1 DEPTH=0xa"),
        ("ABILITY", 0xB000_0003, "ABILITY 0xb0000003 HAS=fast|wide|deep USE=both"),
        ("ABILITY", 0x5000_0000, "ABILITY 0x50000000 HAS=fast|0x4 USE=0x0"),
        ("PHASES", 0x11, "PHASES 0x00000011 PHASE=BUSY STATE=ON"),
        ("PHASES", 0x33, "PHASES 0x00000033 PHASE=reserved(0x3) STATE=0x3"),
        ("BASE", 0x1234_5001, "BASE 0x12345001 ADDR=0x12345000 ON"),
        ("BASE_HIGH", 0xABCD, "BASE_HIGH 0x0000abcd ADDR=0xabcd00000000"),
        ("WIDE", 0x000F_FFFF_FFFF_F200, "WIDE 0x000ffffffffff200 ADDR=0xffffffffff000 TRIM=-32"),
        ("SIGNED32", 0x8000_0000, "SIGNED32 0x80000000 VALUE=-2147483648(-8796093022208)"),
        ("THIRDS", 5, "THIRDS 0x00000005 VALUE=0x5(1.666666666666... V)"),
    ],
)
def test_a_number_is_shown_for_what_it_means(register: str, value: int, text: str) -> None:
    assert decode.decode(TOY.register(register), 0, value) == text


def test_c_shows_numbers_as_python_does(toy: Path) -> None:
    """Over every register that has such fields, and bits all over the place."""
    registers = [register for register in TOY.registers if any(field.kind or field.scale or field.unit or (field.enum and field.enum.flags) for field in register.fields)]
    values = [0x0123_4567_89AB_CDEF * odd & (1 << 64) - 1 for odd in range(1, 40, 2)] + [0, (1 << 64) - 1]
    calls, wanted = [], []
    for register in registers:
        for value in values:
            raw = value & (1 << register.width) - 1
            calls.append(f"show({TOY.registers.index(register)}, {raw:#x}ull);")
            wanted.append(decode.decode(register, 0, raw))
    program = '#include "dddk/log.h"\n' + C_DUMP.split("static")[0] + """
static void show(unsigned reg, uint64_t value)
{
    char text[DDDK_DUMP_LINE];

    dddk_decode(&toy_registers_[reg], 0, value, text, sizeof(text));
    puts(text);
}

int main(void)
{
    """ + "\n    ".join(calls) + "\n    return 0;\n}\n"
    (toy / "numbers.c").write_text(program)
    result = run(command("gcc", *WARNINGS, "-O1", "-fsanitize=undefined", toy / "numbers.c", ROOT / "runtime/dump.c", "-o", toy / "numbers", folder=toy, port=HOSTED))
    assert result.returncode == 0, result.stderr
    assert [line.replace("[0]", "") for line in run([str(toy / "numbers")]).stdout.splitlines()] == [line.replace("[0]", "") for line in wanted]


def test_a_register_is_found_by_name_index_and_offset() -> None:
    assert decode.find(TOY, "ctrl") == (TOY.register("CTRL"), 0)
    assert decode.find(TOY, "FILTER[7]") == (TOY.register("FILTER"), 7)
    assert decode.find(TOY, "0x218") == (TOY.register("FILTER"), 3)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (lambda: decode.find(TOY, "NOPE"), "there is no register NOPE"),
        (lambda: decode.find(TOY, "FITLER"), "there is no register FITLER; did you mean FILTER"),
        (lambda: decode.find(TOY, "FILTER[8]"), "FILTER has 8 entries: 0 to 7"),
        (lambda: decode.find(TOY, "0x3"), "no register is at 0x3"),
        (lambda: decode.find(TOY, "a-b"), "neither a register nor an offset"),
        (lambda: decode.find(TOY, "9z"), "not a number"),
        (lambda: decode.number("twelve"), "not a number"),
        (lambda: decode.number("-1"), "negative"),
        (lambda: decode.decode(TOY.register("COUNT8"), 0, 256), "does not fit into COUNT8, which has 8 bits"),
        (lambda: list(decode.dump(TOY, "none", b"")), "there is no region none; there is regs, io, net"),
    ],
)
def test_what_is_not_there_is_said(what: object, says: str) -> None:
    with pytest.raises(decode.DecodeError, match=says.replace("[", r"\[")):
        what()  # type: ignore[operator]


def test_an_image_is_dumped_without_what_a_read_would_change() -> None:
    lines = list(decode.dump(TOY, "io", bytes([0x5B, 0, 0, 0x02])))
    assert lines == [
        "DATA 0x5b",
        "DIVISOR not read: another bank is selected",
        "SETUP not read: another bank is selected",
        "LINE 0x02 WORD=0x2",
    ]
    assert list(decode.dump(TOY, "net", bytes.fromhex("11223344")))[0] == "SWAPPED 0x11223344 HIGH=0x1122 LOW=0x3344"
    regs = list(decode.dump(TOY, "regs", bytes(0x400)))
    assert "CAUSE not read: reading it has an effect" in regs
    assert "UNMASK write-only" in regs
    image = bytearray(0x900)
    image[0x334], image[0x800 + 3 * 4 * 2] = 1, 7  # the elements of BELLS are 4 << 1 bytes apart
    regs = list(decode.dump(TOY, "regs", bytes(image)))
    assert "BELLS[3] 0x00000007" in regs
    assert "BELLS[6] 0x00000000" in regs
    assert "FILTER[7] 0x00000000 ADDR=0x0" in regs


C_DUMP = r"""
#include "toy.h"
#include "toy.info.h"
#include <stdarg.h>
#include <stdio.h>

void dddk_range_fault(const char *what)
{
    (void)what;
}

void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
{
    va_list arguments;

    (void)dev, (void)level;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    puts("");
}

static uint64_t read_byte_number(void *window, size_t offset, unsigned bytes)
{
    uint64_t value = 0;

    (void)window;
    for (unsigned i = bytes; i > 0; i--) {
        value = value << 8 | (uint8_t)(0x37 * (offset + i));
    }
    return value;
}

static const struct dddk_mmio_ops ops = {read_byte_number, NULL};

int main(void)
{
    static const struct dddk_region regions[] = {
        {.name = "regs", .mmio_offset = offsetof(struct toy, regs.mmio)},
        {.name = "io", .kind = DDDK_REGION_PORT, .mmio_offset = offsetof(struct toy, io.mmio)},
        {.name = "net", .mmio_offset = offsetof(struct toy, net.mmio)},
    };
    static const struct dddk_driver driver = {
        .name = "toy", .regions = regions, .region_count = 3, .registers = toy_registers_, .register_count = DDDK_COUNT(toy_registers_),
        .strides_offset = offsetof(struct toy, strides)};
    static struct toy toy = {.dddk = {.driver = &driver, .state = DDDK_STARTED}};

    toy.strides[0] = 4u << (read_byte_number(NULL, TOY_DEPTH, 1) & 15u); /* as attach would */

    toy.regs.mmio.ops = toy.io.mmio.ops = toy.net.mmio.ops = &ops;
    return toy_dump(&toy);
}
"""


def test_the_generated_dump_prints_the_same_lines(toy: Path) -> None:
    source = toy / "dump.c"
    source.write_text('#include "dddk/log.h"\n' + C_DUMP)
    built = run(command("gcc", "-O1", *WARNINGS, "-fsanitize=address,undefined", source, ROOT / "runtime/dump.c", "-o", toy / "dump", folder=toy, port=HOSTED))
    assert built.returncode == 0, built.stderr
    printed = run([str(toy / "dump")])
    assert printed.returncode == 0, printed.stderr
    image = bytes(0x37 * (at + 1) & 0xFF for at in range(0x1000))
    wanted = []
    for region in ("regs", "io", "net"):
        wanted += list(decode.dump(TOY, region, image))
    assert sorted(printed.stdout.splitlines()) == sorted(wanted)


def dddk(*arguments: str) -> tuple[int, str, str]:
    result = run([sys.executable, str(ROOT / "generator/dddk"), *arguments])
    return result.returncode, result.stdout, result.stderr


def test_the_command_decodes_and_dumps(tmp_path: Path) -> None:
    manifest = tmp_path / "dev.yaml"
    manifest.write_text(
        "dddk: 1\ndriver: dev\ntitle: A device\nclass: misc\nlicense: MIT\nmatch: [{pci: '1234:5678'}]\n"
        "regions: {regs: {bar: 0, size: 4KiB}}\nregisters: {CTRL: {at: 0, fields: {LEVEL: 7:4, ON: 0}}, CAUSE: {at: 4, access: rc}}\n"
    )
    assert dddk("decode", str(manifest), "CTRL", "0x31", "16") == (0, "CTRL 0x00000031 LEVEL=0x3 ON\nCTRL 0x00000010 LEVEL=0x1\n", "")
    assert dddk("decode", str(manifest), "CTLR", "1") == (2, "", "dddk decode: there is no register CTLR; did you mean CTRL?\n")
    (tmp_path / "image").write_bytes(bytes([0x51, 0, 0, 0, 1, 0, 0, 0]))
    wanted = "CTRL 0x00000051 LEVEL=0x5 ON\nCAUSE not read: reading it has an effect\n"
    assert dddk("dump", str(manifest), str(tmp_path / "image")) == (0, wanted, "")
    status, _, said = dddk("dump", str(manifest), str(tmp_path / "nothing"))
    assert status == 2 and "No such file" in said
