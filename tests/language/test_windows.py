# SPDX-License-Identifier: MIT
"""Registers behind an index and a data register: the same accessors, the same semantics, another way."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: win
title: A device with registers behind windows
class: misc
license: MIT
match: [{pci: 1234:0003}]
regions:
  regs:  {bar: 0, size: 256, default: true}
  phy:   {window: {index: PHY_INDEX, data: PHY_DATA, unit: 2, ready: PHY_STATE.BUSY == 0, timeout: 1ms}, size: 64, doc: the transceiver}
  table: {window: {index: TABLE_INDEX, data: TABLE_DATA, increment: 8}, size: 1KiB}
  slow:  {window: {index: SLOW_INDEX, data: SLOW_DATA, unit: 4, increment: 1, ready: SLOW_STATE.READY == 1, timeout: 1ms}, size: 256}
  both:  {window: {index: SEL.WHICH, data: OUT, write: IN, unit: 2}, size: 512}
  also:  {window: {index: SEL.WHICH, data: OTHER, unit: 2}, size: 512}
  irqs:  {window: {index: IRQ_INDEX, data: IRQ_DATA, increment: 4}, size: 64}
registers:
  ID:          {at: 0x00, access: ro, reset: 0x57494e31}
  PHY_INDEX:   {at: 0x10, width: 16}
  PHY_DATA:    {at: 0x12, width: 16}
  PHY_STATE:   {at: 0x14, access: ro, reset: 0, fields: {BUSY: {bit: 0, volatile: true}}}
  TABLE_INDEX: 0x20
  TABLE_DATA:  0x24
  BMCR:        {at: 0x00, width: 16, region: phy, reset: 0x3100, fields: {RESET: {bit: 15, access: sc}, LOOPBACK: 14, ANEG: 12, DUPLEX: 8}}
  BMSR:        {at: 0x02, width: 16, region: phy, access: ro, reset: 0x7809}
  EVENTS:      {at: 0x26, width: 16, region: phy, access: rc, fields: {LINK: 2}}
  STICKY:      {at: 0x28, width: 16, region: phy, fields: {LOST: {bit: 0, access: w1c}, LEVEL: 7:4}}
  ENTRY:       {at: 0x100, region: table, count: 64, stride: 8, fields: {ON: 31, VALUE: 15:0}}
  SLOW_INDEX:  {at: 0x30, width: 8}
  SLOW_DATA:   0x34
  SLOW_STATE:  {at: 0x38, access: ro, reset: 1, fields: {READY: {bit: 0, volatile: true}}}
  WORD:        {at: 0x10, region: slow, count: 32}
  EVENT:       {at: 0x90, region: slow, access: rc}
  PORTS:       {at: 0x60, access: ro, fields: {LAST: 7:0}}
  PORT:        {at: 0x80, count: 64, present: PORTS.LAST + 1, fields: {ON: 0}}
  SEL:         {at: 0x40, width: 16, reset: 0x8000, fields: {WHICH: 9:2, KEEP: 15}}
  OUT:         {at: 0x42, width: 16, access: ro}
  IN:          {at: 0x44, width: 16, access: wo}
  OTHER:       {at: 0x46, width: 16}
  MODE:        {at: 0x08, width: 16, region: both, reset: 0, fields: {FAST: 0, SIZE: 7:4}}
  PART:        {at: 0x1fe, width: 16, region: also}
  IRQ_INDEX:   0x50
  IRQ_DATA:    0x54
  CAUSE:       {at: 0, region: irqs, access: rc, reset: 0, fields: {UP: 0}}
  MASK:        {at: 4, region: irqs, reset: 0, fields: {UP: 0, RATE: 15:8}}
  SLOT:        {at: 0x10, region: irqs, count: 8}
presence: ID
interrupts:
  main: {cause: CAUSE, mask: {register: MASK}, on: {UP: {call: up, enable: MASK.UP}}}
state: {ups: u32}
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "win.dddk.h"
#include "win.model.h"

static struct win *bound(struct dddk_host *machine)
{
    const struct dddk_driver *const drivers[] = {&win_driver};

    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    return DDDK_CONTAINER(dddk_test_device(machine, "win.0"), struct win, dddk);
}

static void accessors_go_through_index_and_data(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register reg;

    (void)state;
    struct win *win = bound(machine);
    dddk_thread_enter(&win->dddk);

    /* 16 bits, an index of two bytes: 0x28 is index 20. */
    assert_true(dddk_test_poke(model, "STICKY", 0, 0x31));
    assert_int_equal(win_sticky_read(win).level, 3);
    assert_true(dddk_test_register(model, "PHY_INDEX", 0, &reg));
    assert_int_equal(reg.value, 20);
    assert_int_equal(win_sticky_update(win, .level = 5), 0);
    assert_true(dddk_test_register(model, "STICKY", 0, &reg));
    assert_int_equal(reg.value, 0x51); /* the sticky bit was left alone */
    assert_int_equal(win_sticky_write(win, .lost = true), 0);
    assert_true(dddk_test_register(model, "STICKY", 0, &reg));
    assert_int_equal(reg.value, 0);

    assert_true(dddk_test_poke(model, "EVENTS", 0, 4));
    assert_true(win_events_read(win).link);
    assert_false(win_events_read(win).link); /* the read cleared it, behind the window */

    assert_int_equal(win_entry_write(win, 63, .on = true, .value = 0x1234), 0);
    assert_true(dddk_test_register(model, "ENTRY", 63, &reg));
    assert_int_equal(reg.value, 0x80001234);
    assert_true(dddk_test_register(model, "TABLE_INDEX", 0, &reg));
    assert_int_equal(reg.last_written, 0x100 + 63 * 8);

    /* Never ready: a read gives all ones, a write is lost, and the device remembers that it was late. */
    assert_true(dddk_test_override(model, "PHY_STATE", 0, ~(uint64_t)1, 1));
    assert_int_equal(win_bmsr_read(win), 0xffff);
    assert_int_equal(win_bmcr_write(win, .loopback = true), 0);
    assert_int_equal(win->dddk.counters.timeouts, 2);
    assert_true(dddk_test_override(model, "PHY_STATE", 0, ~(uint64_t)0, 0));
    assert_int_equal(win_bmsr_read(win), 0x7809);
    assert_false(win_bmcr_read(win).loopback);
    dddk_thread_leave(&win->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_dump_leaves_the_window_alone(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register reg;

    (void)state;
    struct win *win = bound(machine);
    dddk_thread_enter(&win->dddk);
    win_dump(win);
    dddk_thread_leave(&win->dddk);
    assert_true(dddk_test_register(model, "PHY_INDEX", 0, &reg));
    assert_int_equal(reg.writes, 0);
    assert_true(dddk_test_register(model, "EVENTS", 0, &reg));
    assert_int_equal(reg.reads, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_range_writes_the_index_once(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register index, data;
    uint32_t values[64], back[64] = {0};

    (void)state;
    struct win *win = bound(machine);
    for (unsigned i = 0; i < 64; i++) {
        values[i] = 0x80000000u + i;
    }
    dddk_thread_enter(&win->dddk);
    assert_int_equal(win_entry_write_range(win, 1, 63, &values[1]), 0);
    assert_true(dddk_test_register(model, "TABLE_INDEX", 0, &index));
    assert_true(dddk_test_register(model, "TABLE_DATA", 0, &data));
    assert_int_equal(index.writes, 1);
    assert_int_equal(data.writes, 63);
    assert_int_equal(index.value, 0x100 + 64 * 8); /* behind the last */
    assert_true(dddk_test_register(model, "ENTRY", 63, &data));
    assert_int_equal(data.value, values[63] & 0x8000ffff);
    assert_int_equal(win_entry_read_range(win, 0, 64, back), 0);
    assert_true(dddk_test_register(model, "TABLE_INDEX", 0, &index));
    assert_int_equal(index.writes, 2);
    assert_int_equal(back[0], 0);
    assert_memory_equal(&back[1], &values[1], 63 * sizeof(values[0]));
    assert_int_equal(win_entry_update(win, 5, .on = false), 0); /* one element writes it before each access */
    assert_true(dddk_test_register(model, "TABLE_INDEX", 0, &index));
    assert_int_equal(index.writes, 4);
    assert_true(dddk_test_register(model, "ENTRY", 6, &data));
    assert_int_equal(data.value, values[6]);

    (void)dddk_host_range_faults(true);
    assert_int_equal(win_entry_read_range(win, 1, 64, back), DDDK_ERANGE);
    assert_int_equal(win_entry_write_range(win, 65, 0, back), DDDK_ERANGE);
    assert_int_equal(win_entry_read_range(win, 2, SIZE_MAX, back), DDDK_ERANGE);
    assert_int_equal(dddk_host_range_faults(false), 3);
    assert_true(dddk_test_register(model, "TABLE_INDEX", 0, &index));
    assert_int_equal(index.writes, 4);
    dddk_thread_leave(&win->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_range_waits_before_each_access(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register index, data;
    uint32_t values[32], back[32] = {0};

    (void)state;
    struct win *win = bound(machine);
    for (unsigned i = 0; i < 32; i++) {
        values[i] = i * 0x01010101u;
    }
    dddk_thread_enter(&win->dddk);
    assert_int_equal(win_word_write_range(win, 0, 32, values), 0);
    assert_int_equal(win_word_read_range(win, 0, 32, back), 0);
    assert_memory_equal(back, values, sizeof(values));
    assert_int_equal(win_word_read(win, 31), values[31]);
    assert_int_equal(win_word_read(win, 30), values[30]);
    assert_true(dddk_test_register(model, "SLOW_INDEX", 0, &index));
    assert_int_equal(index.writes, 4);
    assert_int_equal(index.value, (0x10 + 31 * 4) / 4);

    /* Never ready: nothing is moved, and the caller is told. */
    assert_true(dddk_test_override(model, "SLOW_STATE", 0, ~(uint64_t)1, 0));
    assert_true(dddk_test_register(model, "SLOW_DATA", 0, &data));
    uint64_t before = data.reads + data.writes;
    assert_int_equal(win_word_read_range(win, 0, 32, back), DDDK_ETIMEDOUT);
    assert_int_equal(win_word_write_range(win, 0, 32, back), DDDK_ETIMEDOUT);
    assert_true(dddk_test_register(model, "SLOW_DATA", 0, &data));
    assert_int_equal(data.reads + data.writes, before);
    dddk_thread_leave(&win->dddk);
    assert_int_equal(dddk_test_close(machine), 0); /* no complaint: data was accessed only when it was ready */
}

/* A write goes in through another register than a read comes out of, another window has the same
 * index, and what is beside the index keeps what a handler gave it. */
static void windows_share_an_index_and_keep_what_is_beside_it(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register reg;

    (void)state;
    struct win *win = bound(machine);
    dddk_thread_enter(&win->dddk);
    assert_int_equal(win_mode_update(win, .size = 9), 0);
    assert_int_equal(win_mode_update(win, .fast = true), 0);
    assert_int_equal(win_mode_read(win).size, 9);
    assert_true(dddk_test_register(model, "SEL", 0, &reg));
    assert_int_equal(reg.value, 0x8000 | 8 / 2 << 2);
    assert_int_equal(win_part_write(win, 0x1234), 0);
    assert_true(dddk_test_register(model, "SEL", 0, &reg));
    assert_int_equal(reg.value, 0x8000 | 0xff << 2);
    assert_int_equal(win_sel_update(win, .keep = false), 0);
    assert_int_equal(win_mode_read_raw_(win), 0x91);
    assert_int_equal(win_part_read(win), 0x1234);
    assert_true(dddk_test_register(model, "SEL", 0, &reg));
    assert_int_equal(reg.value, 0xff << 2);
    assert_true(dddk_test_register(model, "OUT", 0, &reg));
    assert_int_equal(reg.writes, 0);
    assert_true(dddk_test_register(model, "IN", 0, &reg));
    assert_int_equal(reg.writes, 2);
    dddk_thread_leave(&win->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void interrupts_go_through_a_window_that_handlers_use(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    uint32_t values[8] = {1, 2, 3, 4, 5, 6, 7, 8}, back[8] = {0};

    (void)state;
    struct win *win = bound(machine);
    dddk_thread_enter(&win->dddk);
    assert_int_equal(win_mask_update(win, .rate = 7), 0); /* interrupts write MASK too */
    assert_int_equal(win_slot_write_range(win, 0, 8, values), 0);
    dddk_thread_leave(&win->dddk);
    for (unsigned i = 1; i <= 5; i++) {
        dddk_test_raise(model, 0, WIN_MODEL_MAIN_UP);
        dddk_host_run_until_idle(machine, 1000);
        assert_int_equal(win->state.ups, i);
    }
    dddk_thread_enter(&win->dddk);
    assert_int_equal(win_slot_read_range(win, 0, 8, back), 0);
    assert_memory_equal(back, values, sizeof(values));
    assert_int_equal(win_mask_read(win).rate, 7);
    assert_true(win_mask_read(win).up);
    dddk_thread_leave(&win->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* Of an array that would leave the BAR there are as many elements as the device says: those it has need room, and only those are touched. */
static void a_device_may_have_less_than_the_manifest_counts(void **state)
{
    static const struct {
        uint8_t last;
        uint16_t bar_bytes;
        size_t present; /* 0: it is refused */
    } devices[] = {{0, 256, 1}, {31, 256, 32}, {32, 256, 0}, {63, 256, 0}, {63, 512, 64}, {255, 512, 64}};
    static const struct dddk_driver *const drivers[] = {&win_driver};

    (void)state;
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        struct dddk_host *machine = dddk_test_open(1);
        struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
        struct dddk_model_bar bar = win_model_type.bars[0];
        struct dddk_test_register reg;
        size_t present = devices[i].present;

        bar.size_bytes = devices[i].bar_bytes;
        dddk_test_set_bar(model, &bar);
        assert_true(dddk_test_poke(model, "PORTS", 0, devices[i].last));
        assert_int_equal(dddk_test_probe(machine, drivers, 1) == 1, present != 0);
        if (present != 0) {
            struct win *win = DDDK_CONTAINER(dddk_test_device(machine, "win.0"), struct win, dddk);
            dddk_thread_enter(&win->dddk);
            assert_int_equal(win_port_update(win, present - 1, .on = true), 0);
            assert_true(win_port_read(win, present - 1).on);
            win_dump(win);
            (void)dddk_host_range_faults(true);
            assert_int_equal(win_port_write(win, present, .on = true), DDDK_ENOTSUP);
            assert_false(win_port_read(win, present).on);
            assert_int_equal(dddk_host_range_faults(false), 2);
            dddk_thread_leave(&win->dddk);
            if (present < 64) {
                assert_true(dddk_test_register(model, "PORT", (unsigned)present, &reg));
                assert_int_equal(reg.reads + reg.writes, 0);
            }
        }
        assert_int_equal(dddk_test_close(machine), 0); /* and no access left the BAR */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accessors_go_through_index_and_data),
        cmocka_unit_test(a_dump_leaves_the_window_alone),
        cmocka_unit_test(a_range_writes_the_index_once),
        cmocka_unit_test(a_range_waits_before_each_access),
        cmocka_unit_test(windows_share_an_index_and_keep_what_is_beside_it),
        cmocka_unit_test(interrupts_go_through_a_window_that_handlers_use),
        cmocka_unit_test(a_device_may_have_less_than_the_manifest_counts),
    };

    return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
"""


HANDLERS = """#include "win.dddk.h"

void win_up(struct win *win)
{
    win->state.ups++;
}
"""


def project(folder: Path) -> Project:
    return Project(folder, "win", MANIFEST, {"test_win.c": PROGRAM, "win.c": HANDLERS})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_accessors_go_through_index_and_data(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_win.c") == 7


def test_it_passes_its_generated_tests(tmp_path: Path) -> None:
    assert project(tmp_path).run("gcc") >= 16


def test_it_is_formatted(tmp_path: Path) -> None:
    assert project(tmp_path).badly_formatted() == []


def test_the_page_says_what_it_is_behind(tmp_path: Path) -> None:
    page = (project(tmp_path).generate() / "win.md").read_text()
    assert "window: TABLE_INDEX, TABLE_DATA, 1 bytes an index, which advances by 8" in page
    assert "window: SEL.WHICH, OUT and IN, 2 bytes an index" in page
    assert "window: PHY_INDEX, PHY_DATA, 2 bytes an index, ready when PHY_STATE.BUSY == 0 within 1 ms" in page
