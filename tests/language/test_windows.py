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
  table: {window: {index: TABLE_INDEX, data: TABLE_DATA}, size: 1KiB}
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
presence: ID
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "win.dddk.h"
#include "win.model.h"

static void accessors_go_through_index_and_data(void **state)
{
    const struct dddk_driver *const drivers[] = {&win_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register reg;

    (void)state;
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct win *win = DDDK_CONTAINER(dddk_test_device(machine, "win.0"), struct win, dddk);
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
    assert_int_equal(reg.value, 0x100 + 63 * 8);

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
    const struct dddk_driver *const drivers[] = {&win_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &win_model_type, 3);
    struct dddk_test_register reg;

    (void)state;
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct win *win = DDDK_CONTAINER(dddk_test_device(machine, "win.0"), struct win, dddk);
    dddk_thread_enter(&win->dddk);
    win_dump(win);
    dddk_thread_leave(&win->dddk);
    assert_true(dddk_test_register(model, "PHY_INDEX", 0, &reg));
    assert_int_equal(reg.writes, 0);
    assert_true(dddk_test_register(model, "EVENTS", 0, &reg));
    assert_int_equal(reg.reads, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accessors_go_through_index_and_data),
        cmocka_unit_test(a_dump_leaves_the_window_alone),
    };

    return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
"""


def project(folder: Path) -> Project:
    return Project(folder, "win", MANIFEST, {"test_win.c": PROGRAM})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_accessors_go_through_index_and_data(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_win.c") == 2


def test_it_passes_its_generated_tests(tmp_path: Path) -> None:
    assert project(tmp_path).run("gcc") >= 16


def test_it_is_formatted(tmp_path: Path) -> None:
    assert project(tmp_path).badly_formatted() == []


def test_the_page_says_what_it_is_behind(tmp_path: Path) -> None:
    page = (project(tmp_path).generate() / "win.md").read_text()
    assert "window: PHY_INDEX, PHY_DATA, 2 bytes an index, ready when PHY_STATE.BUSY == 0 within 1 ms" in page
