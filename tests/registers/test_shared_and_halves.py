# SPDX-License-Identifier: MIT
"""Registers in two halves keep their order and do not tear; registers that interrupts share are written under the lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from cc import COMPILERS, HOSTED, WARNINGS, command, run

PROGRAM = r"""
#include "toy.h"
#include <stdio.h>

static char log_[4096];
static size_t used;
static int carry_after; /* the counter carries into its high half after that many accesses; -1: never */
static uint64_t counter;
static uint8_t selector;

void dddk_range_fault(const char *what)
{
    printf("fault: %s\n", what);
}

static void note(const char *what, unsigned long long value)
{
    used += (size_t)snprintf(log_ + used, sizeof(log_) - used, "%s%llx ", what, value);
}

unsigned long dddk_irq_lock_take(struct dddk_irq_lock *lock)
{
    note(lock->held++ ? "taken twice " : "take ", 0);
    return 0x77;
}

void dddk_irq_lock_give(struct dddk_irq_lock *lock, unsigned long flags)
{
    lock->held--;
    note(flags == 0x77 ? "give " : "wrong flags ", 0);
}

static uint64_t read_half(void *window, size_t offset, unsigned bytes)
{
    uint64_t value = counter;

    note("r", offset);
    if (window == &selector) {
        return bytes == 1 ? selector : 0;
    }
    if (carry_after-- == 0) {
        counter += 0x20000000u; /* past the end of the low half */
        value = counter;
    }
    return (uint32_t)(offset % 8 ? value >> 32 : value);
}

static void write_half(void *window, size_t offset, unsigned bytes, uint64_t value)
{
    (void)window, (void)bytes;
    note("w", offset);
    note("=", value);
}

static const struct dddk_mmio_ops ops = {read_half, write_half};

static void show(const char *what, uint64_t value)
{
    printf("%s: %llx %s\n", what, (unsigned long long)value, log_);
    used = 0;
    log_[0] = '\0';
}

int main(void)
{
    static struct toy toy;

    toy.regs.mmio = (struct dddk_mmio){&ops, NULL};
    toy.net.mmio = (struct dddk_mmio){&ops, NULL};
    carry_after = -1;
    counter = 0x1122334455667788;
    show("low first", toy_total_read(&toy));
    for (int at = 0; at < 4; at++) {
        counter = 0x1f0000000;
        carry_after = at;
        show("untorn", toy_running_read(&toy));
    }
    carry_after = -1;
    counter = 0x1122334455667788;
    show("big-endian", toy_net_running_read(&toy));
    show("high first", (uint64_t)toy_pair_update(&toy, .high = 0xabcdef));
    show("low first, big-endian", (uint64_t)toy_net_pair_write(&toy, 0x0102030405060708));
    counter = 0;
    show("guarded write", (uint64_t)toy_guarded_write(&toy, .level = 3));
    show("guarded update", (uint64_t)toy_guarded_update(&toy, .on = true));
    show("guarded plain", (uint64_t)toy_guarded_plain_write(&toy, 1, 9));
    show("guarded read", toy_guarded_read(&toy).level);
    show("refused", (uint64_t)(unsigned)-toy_guarded_write(&toy, .level = 16u + (unsigned)counter));
    return 0;
}
"""

LOCK = r"""
#define DDDK_IRQ_LOCK
struct dddk_irq_lock {
    int held;
};
unsigned long dddk_irq_lock_take(struct dddk_irq_lock *lock);
void dddk_irq_lock_give(struct dddk_irq_lock *lock, unsigned long flags);
"""

# A carry after k accesses: before, between high and low, between low and high, and never.
WANTED = """\
low first: 1122334455667788 r300 r304
untorn: 210000000 r30c r308 r30c
untorn: 210000000 r30c r308 r30c r308
untorn: 210000000 r30c r308 r30c r308
untorn: 1f0000000 r30c r308 r30c
big-endian: 8877665544332211 r10 r14 r10
high first: 0 r314 r310 w314 =abcdef44 w310 =55667788
low first, big-endian: 0 w1c =8070605 w18 =4030201
guarded write: 0 take 0 w318 =30 give 0
guarded update: 0 take 0 r318 w318 =1 give 0
guarded plain: 0 take 0 w320 =9 give 0
guarded read: 0 take 0 r318 give 0
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_halves_and_locks(toy: Path, compiler: str) -> None:
    (toy / "halves.c").write_text(PROGRAM)
    (toy / "lock.h").write_text(LOCK)
    built = run(
        command(compiler, "-O1", *WARNINGS, "-fsanitize=undefined", "-include", toy / "lock.h", toy / "halves.c", "-o", toy / "halves",
                folder=toy, port=HOSTED)
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    lines = [line.rstrip() for line in run([str(toy / "halves")]).stdout.splitlines()]
    assert lines[: WANTED.count("\n")] == WANTED.splitlines()
    # A value that does not fit is refused before the lock is taken.
    assert lines[-2].startswith("fault: toy GUARDED.LEVEL")
    assert lines[-1] == "refused: 22"  # DDDK_ERANGE, in hexadecimal and without its sign
