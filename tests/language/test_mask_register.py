# SPDX-License-Identifier: MIT
"""A mask register with more than masks in it: masking leaves alone what 0s would change, and what handlers update under its lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """dddk: 1
driver: bell
title: A bell whose mask register holds more than masks
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 256}}
presence: ID
registers:
  ID:    {at: 0x00, access: ro, reset: 5}
  CAUSE: {at: 0x04, access: w1c, reset: 0, fields: {A: 0, B: 1}}
  MASK:  {at: 0x08, reset: 0x10000, LOCKfields: {A: 0, B: 1, LEVEL: 7:4, EVENT: {bit: 16, access: w0c, volatile: true}}}
interrupts:
  main: {modes: [msi, intx], cause: CAUSE, acknowledge: CAUSE, mask: {register: MASK}, on: {A: {call: rung, enable: MASK.A}}}
"""

HANDLERS = '#include "bell.dddk.h"\n\nvoid bell_rung(struct bell *dev)\n{\n    (void)dev;\n}\n'

PROGRAM = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "bell.dddk.h"
#include "bell.model.h"
#include "dddk/test.h"

static struct dddk_host *machine;
static struct dddk_model *model;
static struct bell *bell;

static int begin(void **state)
{
    static const struct dddk_driver *const drivers[] = {&bell_driver};

    (void)state;
    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &bell_model_type, 3);
    assert_true(dddk_test_poke(model, "MASK", 0, 0x10032)); /* B, by an owner before */
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    bell = (struct bell *)(void *)dddk_test_device(machine, "bell.0");
    dddk_thread_enter(&bell->dddk);
    return 0;
}

static int end(void **state)
{
    (void)state;
    dddk_thread_leave(&bell->dddk);
    return dddk_test_close(machine) != 0;
}

static void an_event_beside_the_masks_is_not_lost(void **state)
{
    (void)state;
    assert_true(bell_mask_read(bell).a);
    assert_false(bell_mask_read(bell).b);
    assert_true(bell_mask_read(bell).event);
    assert_true(dddk_vector_pause(&bell->vectors[BELL_MAIN]));
    assert_false(bell_mask_read(bell).a);
    assert_true(bell_mask_read(bell).event);
    dddk_vector_resume(&bell->vectors[BELL_MAIN]);
    assert_true(bell_mask_read(bell).a);
    assert_true(bell_mask_read(bell).event);
}

#ifdef LOCKED
static void a_level_beside_the_masks_stays(void **state)
{
    (void)state;
    assert_int_equal(bell_mask_read(bell).level, 0); /* what was there before is gone */
    assert_int_equal(bell_mask_update(bell, .level = 9), 0);
    assert_true(dddk_vector_pause(&bell->vectors[BELL_MAIN]));
    assert_int_equal(bell_mask_read(bell).level, 9);
    dddk_vector_resume(&bell->vectors[BELL_MAIN]);
    assert_int_equal(bell_mask_read(bell).level, 9);
    assert_true(bell_mask_read(bell).a);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_beside_the_masks_is_not_lost, begin, end),
#ifdef LOCKED
        cmocka_unit_test_setup_teardown(a_level_beside_the_masks_stays, begin, end),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


@pytest.mark.parametrize(("compiler", "lock"), [(COMPILERS[0], False), (COMPILERS[1], True)])
def test_masking_leaves_the_rest_of_the_register_alone(tmp_path: Path, compiler: str, lock: bool) -> None:
    program = ("#define LOCKED\n" if lock else "") + PROGRAM
    files = {"bell.c": HANDLERS, "test_program.c": program}
    project = Project(tmp_path, "bell", MANIFEST.replace("LOCK", "lock: irq, " if lock else ""), files)
    assert project.run(compiler, "test_program.c") == 1 + lock
    assert project.badly_formatted() == []
