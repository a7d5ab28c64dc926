# SPDX-License-Identifier: MIT
"""Two registers at one offset, addresses that set and clear, counters in halves: alone, in arrays, and in repeated blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: mix
title: A device with several registers at one place
class: misc
license: MIT
match: [{pci: 1234:0006}]
regions: {regs: {bar: 0, size: 4KiB, default: true}, swapped: {bar: 2, size: 256, order: big}}
registers:
  STATUS:  {at: 0x00, access: ro, fields: {UP: 0}}
  COMMAND: {at: 0x00, access: wo, fields: {GO: 0, STOP: 1}}
  IN:      {at: 0x10, count: 4, width: 8, access: ro, volatile: true}
  OUT:     {at: 0x10, count: 4, width: 8, access: wo}
  PINS:    {at: 0x20, count: 4, stride: 16, set_at: 0x24, clear_at: 0x28, reset: 0, fields: {A: 0, B: 7:4, SEEN: {bit: 8, access: ro}}}
  TOTAL:   {at: 0x80, count: 4, width: 64, access: ro, volatile: true, split: low_first, latched: true}
  RUNNING: {at: 0xc0, count: 4, width: 64, access: ro, volatile: true, split: high_first}
  FAR:     {at: 0x00, region: swapped, count: 2, width: 64, access: ro, volatile: true, split: low_first}
blocks:
  PORT:
    at: 0x400
    count: 3
    stride: 0x40
    registers:
      STATUS:  {at: 0x00, access: ro, fields: {UP: 0}}
      COMMAND: {at: 0x00, access: wo, clears: STATUS, fields: {UP: 0}}
      LINES:   {at: 0x08, set_at: 0x0c, clear_at: 0x10, reset: 0, fields: {A: 0, B: 7:4}}
      BYTES:   {at: 0x18, width: 64, access: ro, volatile: true, split: low_first, latched: true}
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "mix.dddk.h"
#include "mix.model.h"

static struct dddk_host *machine;
static struct dddk_model *model;
static struct mix *mix;

static int setup(void **state)
{
    static const struct dddk_driver *const drivers[] = {&mix_driver};

    (void)state;
    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &mix_model_type, 3);
    if (dddk_test_probe(machine, drivers, 1) != 1) {
        return -1;
    }
    mix = DDDK_CONTAINER(dddk_test_device(machine, "mix.0"), struct mix, dddk);
    dddk_thread_enter(&mix->dddk);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dddk_thread_leave(&mix->dddk);
    return dddk_test_close(machine) == 0 ? 0 : -1;
}

static uint64_t value_of(const char *name, unsigned index)
{
    struct dddk_test_register reg;

    assert_true(dddk_test_register(model, name, index, &reg));
    return reg.value;
}

static void what_is_read_and_what_is_written_are_two_registers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_true(dddk_test_poke(model, "IN", i, 0x40 + i));
        assert_int_equal(mix_out_write(mix, i, (uint8_t)(0x80 + i)), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(mix_in_read(mix, i), 0x40 + i);
        assert_int_equal(value_of("OUT", i), 0x80 + i);
    }
    assert_true(dddk_test_poke(model, "PORT_STATUS", 1, 1));
    assert_true(dddk_test_poke(model, "PORT_STATUS", 2, 1));
    assert_int_equal(mix_port_command_write(mix, 2, .up = true), 0); /* clears it in its own port */
    assert_true(mix_port_status_read(mix, 1).up);
    assert_false(mix_port_status_read(mix, 2).up);
}

static void set_and_clear_reach_their_own_element(void **state)
{
    (void)state;
    assert_int_equal(MIX_PINS_SET + 3u * 16u, 0x54);
    assert_int_equal(MIX_PORT_LINES_CLEAR, 0x410);
    assert_int_equal(mix_pins_set_write(mix, 2, .a = true, .b = 0xa), 0);
    assert_int_equal(value_of("PINS", 2), 0xa1);
    assert_int_equal(mix_pins_clear_write(mix, 2, .b = 0x8), 0);
    assert_int_equal(value_of("PINS", 2), 0x21);
    assert_int_equal(value_of("PINS", 1) | value_of("PINS", 3), 0);
    assert_int_equal(mix_port_lines_write(mix, 0, .b = 3), 0);
    assert_int_equal(mix_port_lines_set_write(mix, 1, .b = 0xc), 0);
    assert_int_equal(mix_port_lines_clear_write(mix, 0, .b = 1), 0);
    assert_int_equal(mix_port_lines_read(mix, 0).b, 2);
    assert_int_equal(mix_port_lines_read(mix, 1).b, 0xc);
    assert_int_equal(mix_port_lines_read(mix, 2).b, 0);
}

static void counters_are_read_untorn_from_each_element(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t value = 0x1111111100000000u * (i + 1) + 0xfffffff0u + i;

        assert_true(dddk_test_poke(model, "TOTAL", i, value));
        assert_true(dddk_test_poke(model, "RUNNING", i, ~value));
        assert_true(dddk_test_poke(model, i < 3 ? "PORT_BYTES" : "TOTAL", i, value));
        assert_int_equal(mix_total_read(mix, i), value);
        assert_int_equal(mix_running_read(mix, i), ~value);
        if (i < 3) {
            assert_int_equal(mix_port_bytes_read(mix, i), value);
        }
        if (i < 2) {
            assert_true(dddk_test_poke(model, "FAR", i, value));
            assert_int_equal(mix_far_read(mix, i), value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_read_and_what_is_written_are_two_registers, setup, teardown),
        cmocka_unit_test_setup_teardown(set_and_clear_reach_their_own_element, setup, teardown),
        cmocka_unit_test_setup_teardown(counters_are_read_untorn_from_each_element, setup, teardown),
    };

    return cmocka_run_group_tests_name("mix", tests, NULL, NULL);
}
"""


def project(folder: Path) -> Project:
    return Project(folder, "mix", MANIFEST, {"test_mix.c": PROGRAM})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_element_has_its_own(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_mix.c") == 3


def test_they_pass_their_generated_tests(tmp_path: Path) -> None:
    assert project(tmp_path).run("gcc") >= 20
