# SPDX-License-Identifier: MIT
"""What fields can hold, in a driver on its simulated device: signs, addresses, limits, flags, names for one direction, resets by kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, ROOT, Project

WHOLE = ROOT / "tests/generator/whole"

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dddk/dump.h"
#include "dddk/test.h"
#include "sensor.dddk.h"
#include "sensor.model.h"

static struct sensor *sensor;
static struct dddk_model *model;
static struct sensor_model *device; /* the same, typed */
static char lines[64][DDDK_DUMP_LINE];
static unsigned line_count;

static uint64_t held(const char *name)
{
    struct dddk_test_register reg;

    assert_true(dddk_test_register(model, name, 0, &reg));
    return reg.value;
}

static void numbers_have_their_sign_on_both_sides(void **state)
{
    (void)state;
    sensor_model_set_sense_temperature(device, -5);
    assert_int_equal(sensor_sense_read(sensor).temperature, -5);
    assert_int_equal(sensor_sense_temperature_in(sensor_sense_read(sensor).temperature, 10000), -3125);
    assert_int_equal(sensor_sense_update(sensor, .offset = -8, .trim = -4), 0);
    assert_int_equal(held("SENSE"), 0x0ffb008c);
    assert_int_equal(sensor_model_get_sense_offset(device), -8);
    sensor_model_set_rows_value(device, 2, -512);
    assert_int_equal(sensor_rows_read(sensor, 2).value, -512);
}

static void an_address_is_whole_whatever_registers_it_is_in(void **state)
{
    struct dddk_dma_address address = {0x123456789000u};

    (void)state;
    assert_int_equal(sensor_base_low_update(sensor, .addr = address), 0);
    assert_int_equal(sensor_base_high_update(sensor, .addr = address), 0);
    assert_int_equal(held("BASE_LOW"), 0x56789000);
    assert_int_equal(held("BASE_HIGH"), 0x1234);
    assert_true((sensor_base_low_read(sensor).addr.value | sensor_base_high_read(sensor).addr.value) == address.value);
    assert_true((sensor_model_get_base_low_addr(device) | sensor_model_get_base_high_addr(device)) == address.value);
    sensor_model_set_wide_addr(device, 0xabcdef000u);
    assert_true(sensor_wide_read(sensor).addr.value == 0xabcdef000u);
}

static void what_is_not_named_in_a_write_has_a_value_that_it_may_have(void **state)
{
    (void)state;
    assert_int_equal(sensor_shares_write(sensor, .share = 7), 0);
    assert_int_equal(held("SHARES"), 7u << 16 | 1u << 8 | 16u); /* the least, and the reset value */
    assert_int_equal(sensor_phases_write(sensor, .phase = SENSOR_PHASE_START), 0);
    assert_int_equal(held("PHASES"), 0x11); /* OFF can only be read: ON */
}

static void a_value_without_a_name_is_said_to_be_one(void **state)
{
    (void)state;
    assert_true(dddk_test_poke(model, "PHASES", 0, 0x33));
    assert_true(sensor_phase_is_reserved(sensor_phases_read(sensor).phase));
    assert_string_equal(sensor_phase_name(sensor_phases_read(sensor).phase), "reserved");
    assert_string_equal(sensor_state_name(sensor_phases_read(sensor).state), "?");
    assert_true(dddk_test_poke(model, "PHASES", 0, 0x10));
    assert_false(sensor_phase_is_reserved(sensor_phases_read(sensor).phase));
    assert_string_equal(sensor_phase_name(sensor_phases_read(sensor).phase), "BUSY");
}

static void keep(void *user, const char *text)
{
    (void)user;
    snprintf(lines[line_count++], sizeof(lines[0]), "%s", text);
}

static void dumped(const char *text)
{
    line_count = 0;
    assert_int_equal(dddk_dump(&sensor->dddk, keep, NULL), 0);
    for (unsigned i = 0; i < line_count; i++) {
        if (strcmp(lines[i], text) == 0) {
            return;
        }
    }
    fail_msg("no line: %s", text);
}

static void a_dump_shows_numbers_for_what_they_mean(void **state)
{
    (void)state;
    assert_true(dddk_test_poke(model, "SENSE", 0, 0x0ffb008c));
    dumped("SENSE 0x0ffb008c TEMPERATURE=-5(-0.3125 degC) OFFSET=-8 TRIM=-4");
    assert_true(dddk_test_poke(model, "ABILITY", 0, 0xd0005003));
    dumped("ABILITY 0xd0005003 HAS=FAST|DEEP|0x4 WANTS=A|0x4 USE=BOTH");
    assert_true(dddk_test_poke(model, "PHASES", 0, 0x31));
    dumped("PHASES 0x00000031 PHASE=reserved(0x3) STATE=ON");
}

static void what_is_remembered_follows_each_kind_of_reset(void **state)
{
    (void)state;
    assert_int_equal(sensor_out_write(sensor, .level = 9, .on = false), 0);
    assert_int_equal(sensor_keys_write(sensor, 1, 0x55), 0);
    assert_int_equal(sensor_reset_write(sensor, .soft = true), 0);
    assert_int_equal(sensor_out_written(sensor).level, 3);
    assert_false(sensor_out_written(sensor).on); /* unchanged */
    assert_int_equal(sensor_keys_written(sensor, 1), 0x55);
    assert_int_equal(held("OUT"), 0x30);
    assert_int_equal(sensor_out_write(sensor, .level = 9), 0);
    assert_int_equal(sensor_reset_write(sensor, .link = false), 0);
    assert_int_equal(sensor_out_written(sensor).level, 9);
    assert_true(sensor_out_written(sensor).on);
    assert_int_equal(sensor_keys_written(sensor, 1), 7);
    assert_int_equal(held("OUT"), 0x91);
    assert_int_equal(sensor_reset_write(sensor, .all = true), 0);
    assert_int_equal(sensor_out_written(sensor).level, 2);
    assert_int_equal(held("OUT"), 0x21);
}

int main(void)
{
    const struct dddk_driver *const drivers[] = {&sensor_driver};
    struct dddk_host *machine = dddk_test_open(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_their_sign_on_both_sides),
        cmocka_unit_test(an_address_is_whole_whatever_registers_it_is_in),
        cmocka_unit_test(what_is_not_named_in_a_write_has_a_value_that_it_may_have),
        cmocka_unit_test(a_value_without_a_name_is_said_to_be_one),
        cmocka_unit_test(a_dump_shows_numbers_for_what_they_mean),
        cmocka_unit_test(what_is_remembered_follows_each_kind_of_reset),
    };

    model = dddk_test_add(machine, &sensor_model_type, 3);
    device = (struct sensor_model *)(void *)model;
    if (dddk_test_probe(machine, drivers, 1) != 1) {
        return 1;
    }
    sensor = DDDK_CONTAINER(dddk_test_device(machine, "sensor.0"), struct sensor, dddk);
    dddk_thread_enter(&sensor->dddk);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dddk_thread_leave(&sensor->dddk);
    return failed != 0 || dddk_test_close(machine) != 0;
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_fields_hold_what_the_manifest_says(tmp_path: Path, compiler: str) -> None:
    files = {"sensor.c": (WHOLE / "plenty_fields.c").read_text(), "test_program.c": PROGRAM}
    assert Project(tmp_path, "sensor", (WHOLE / "plenty_fields.yaml").read_text(), files).run(compiler, "test_program.c") == 6
