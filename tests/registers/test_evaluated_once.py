# SPDX-License-Identifier: MIT
"""Every argument of an accessor is evaluated exactly once, named or not, at every optimisation level, and lands in its field."""

from __future__ import annotations

from pathlib import Path

import pytest
from cc import COMPILERS, WARNINGS, compile_ok, run

PROGRAM = r"""
#include "toy.h"
#include <stdio.h>

static uint8_t regs[0x1000], io[0x10], net[0x100];
static struct toy toys = {.regs = {{regs}}, .io = {{io}}, .net = {{net}}};
static int calls[8], faults;

void dddk_range_fault(const char *what)
{
    (void)what;
    faults++;
}

/* A compiler must not see the constant behind it: what is too wide would be an error. */
static uint32_t once(unsigned argument, volatile uint32_t value)
{
    calls[argument]++;
    return value;
}

static struct toy *device(void)
{
    calls[7]++;
    return &toys;
}

static int check(const char *what, int status, uint64_t found, uint64_t wanted, unsigned arguments)
{
    int bad = status != 0 || found != wanted || calls[7] != 1;

    for (unsigned i = 0; i < 7; i++) {
        bad |= calls[i] != (i < arguments);
        calls[i] = 0;
    }
    calls[7] = 0;
    if (bad) {
        printf("%s: status %d, %llx instead of %llx\n", what, status, (unsigned long long)found, (unsigned long long)wanted);
    }
    return bad;
}

int main(void)
{
    const struct dddk_mmio *m = &toys.regs.mmio;
    int bad = 0, status;

    dddk_write32(m, TOY_CTRL, 0x80000401u);
    status = toy_ctrl_update(device(), .level = once(0, 9), .speed = (enum toy_speed)once(1, 2), .slu = once(2, 1) != 0);
    bad |= check("update", status, dddk_read32(m, TOY_CTRL), 0x80000665u, 3);
    status = toy_ctrl_write(device(), .slu = once(0, 1) != 0, .level = once(1, 3));
    bad |= check("write", status, dddk_read32(m, TOY_CTRL), 0x4cu, 2);
    status = toy_filter_write(device(), once(0, 7), .addr = once(1, 0xbeef), .on = once(2, 1) != 0);
    bad |= check("array", status, dddk_read32(m, TOY_FILTER + 56), 0x8000beefu, 3);
    status = toy_filter_update(device(), once(0, 7), .addr = once(1, 0x1234));
    bad |= check("array update", status, dddk_read32(m, TOY_FILTER + 56), 0x80001234u, 2);
    status = toy_table_write(device(), once(0, 15), once(1, 77));
    bad |= check("plain array", status, dddk_read32(m, TOY_TABLE + 60), 77, 2);
    bad |= check("plain array read", 0, toy_table_read(device(), once(0, 15)), 77, 1);
    bad |= check("array read", 0, toy_filter_read(device(), once(0, 7)).addr, 0x1234, 1);
    status = toy_count8_write(device(), once(0, 200));
    bad |= check("plain 8 bits", status, dddk_read8(m, TOY_COUNT8), 200, 1);
    status = toy_long_write(device(), .high = once(0, 0xfedcba98u), .mid = once(1, 0x7654321u), .go = true);
    bad |= check("64 bits", status, dddk_read64(m, TOY_LONG), 0xfedcba9876543211u, 2);
    status = toy_divisor_write(device(), once(0, 12));
    bad |= check("bank", status, dddk_read8(&toys.io.mmio, TOY_DIVISOR), 12, 1);
    status = toy_kept_update(device(), .level = once(0, 5));
    bad |= check("shadow", status, dddk_read32(m, TOY_KEPT), 0x50u, 1);
    bad |= check("written", 0, toy_kept_written(device()).level, 5, 0);
    status = toy_swapped_write(device(), .high = once(0, 0x1122), .low = once(1, 0x3344));
    bad |= check("big-endian", status, dddk_read32(&toys.net.mmio, TOY_SWAPPED), 0x44332211u, 2);

    /* What does not fit is refused, after one evaluation, and nothing is written. */
    status = toy_ctrl_write(device(), .level = once(0, 16), .slu = once(1, 1) != 0);
    bad |= check("refused", status == DDDK_ERANGE ? 0 : 1, dddk_read32(m, TOY_CTRL), 0x4cu, 2);
    status = toy_filter_write(device(), once(0, 8), .addr = once(1, 1));
    bad |= check("refused index", status == DDDK_ERANGE ? 0 : 1, dddk_read32(m, TOY_FILTER + 64), 0, 2);
    status = toy_count8_write(device(), once(0, 256));
    bad |= check("refused value", status == DDDK_ERANGE ? 0 : 1, dddk_read8(m, TOY_COUNT8), 200, 1);
    bad |= check("refused read", 0, toy_filter_read(device(), once(0, 8)).addr, 0, 1);
    bad |= faults != 4;
    return bad;
}
"""


@pytest.mark.parametrize("level", ("-O0", "-Og", "-O1", "-O2", "-O3", "-Os"))
@pytest.mark.parametrize("compiler", COMPILERS)
def test_arguments_are_evaluated_once(toy: Path, compiler: str, level: str) -> None:
    (toy / "once.c").write_text(PROGRAM)
    program = toy / f"once_{compiler}{level}"
    compile_ok(compiler, level, *WARNINGS, "-fsanitize=undefined", "-fno-sanitize-recover=all", toy / "once.c", "-o", program, folder=toy)
    result = run([str(program)])
    assert result.returncode == 0, result.stdout + result.stderr
