# SPDX-License-Identifier: MIT
"""Fields that some devices lack: what leaves them alone does not reach their bits where those are reserved, or another field's."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """dddk: 1
driver: twin
title: Two devices, one register
class: misc
license: MIT
match: [{pci: 1234:0001, variant: OLD}, {pci: 1234:0002, variant: NEW}]
regions: {regs: {bar: 0, size: 256}}
presence: ID
variants: {OLD: {}, NEW: {}}
registers:
  ID:   {at: 0x00, access: ro, reset: 5}
  KEPT:                                          # what one lacks is reserved there, and 1 or 0 after a reset
    at: 0x04
    reset: 0x206
    fields: {LEVEL: 7:4, GONE: {bit: 0, access: w0c, variants: NEW}, OVER: {bit: 1, access: w1c, variants: OLD}, ON: {bit: 2, variants: OLD}, LEAST: {bits: 11:8, min: 2, variants: NEW}}
  BOTH:                                          # the same bits mean something else
    at: 0x08
    reset: 0x300
    fields: {LEVEL: 7:4, RATE: {bits: 11:8, variants: OLD}, LEAST: {bits: 11:8, variants: NEW, min: 2}}
"""

PROGRAM = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "twin.dddk.h"
#include "twin.model.h"
#include "dddk/test.h"

static struct dddk_host *machine;
static struct dddk_model *model;

static struct twin *meet(unsigned as)
{
    static const struct dddk_driver *const drivers[] = {&twin_driver};

    machine = dddk_test_open(1);
    model = dddk_test_add_as(machine, &twin_model_type, as, 3);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct twin *twin = (struct twin *)(void *)dddk_test_device(machine, "twin.0");
    dddk_thread_enter(&twin->dddk);
    return twin;
}

static void leave(struct twin *twin)
{
    dddk_thread_leave(&twin->dddk);
    assert_int_equal(dddk_test_counters(model).complaints, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static uint64_t held(const char *name)
{
    struct dddk_test_register reg;

    assert_true(dddk_test_register(model, name, 0, &reg));
    return reg.value;
}

static void bits_that_a_device_lacks_are_kept(void **state)
{
    static const unsigned as[] = {TWIN_MODEL_AS_OLD, TWIN_MODEL_AS_NEW};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct twin *twin = meet(as[i]);
        uint64_t before = held("KEPT");

        assert_int_equal(twin_kept_update(twin, .level = 3), 0);
        assert_int_equal(held("KEPT"), before | 0x30);
        assert_int_equal(twin_kept_write(twin, .level = 5), 0);
        assert_int_equal(held("KEPT"), i ? 0x256 : 0x252);
        leave(twin);
    }
}

static void bits_that_are_another_field_are_that_field(void **state)
{
    struct twin *twin = meet(TWIN_MODEL_AS_OLD);

    (void)state;
    assert_int_equal(twin_both_write(twin, .rate = 1), 0);
    assert_int_equal(held("BOTH"), 0x100);
    assert_int_equal(twin_both_update(twin, .level = 3), 0);
    assert_int_equal(held("BOTH"), 0x130);
    assert_int_equal(twin_both_write(twin, .level = 4), 0);
    assert_int_equal(held("BOTH"), 0x040);
    leave(twin);
    twin = meet(TWIN_MODEL_AS_NEW);
    assert_int_equal(twin_both_update(twin, .level = 3), 0);
    assert_int_equal(held("BOTH"), 0x330);
    assert_int_equal(twin_both_write(twin, .level = 4), 0);
    assert_true(held("BOTH") >= 0x240); /* something that LEAST may be */
    leave(twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_that_a_device_lacks_are_kept),
        cmocka_unit_test(bits_that_are_another_field_are_that_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_what_a_device_lacks_is_not_written(tmp_path: Path, compiler: str) -> None:
    assert Project(tmp_path, "twin", MANIFEST, {"test_program.c": PROGRAM}).run(compiler, "test_program.c") == 2
