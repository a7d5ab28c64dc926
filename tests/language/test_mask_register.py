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
    assert_int_equal(bell_mask_read(bell).level, 3); /* what was there before enables nothing */
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


BESIDE = MANIFEST.replace("bell\n", "knob\n", 1)
BESIDE = BESIDE[: BESIDE.index("  CAUSE:")] + """  CAUSE: {at: 0x04, reset: 0x300, fields: {LEVEL: {bits: 11:8}, A: {bit: 0, access: w1c}, B: {bit: 1, access: w1c}}}
  SET:   {at: 0x08, access: w1s, reset: 0, fields: {A: 0, B: 1}}
  STOP:  {at: 0x10, access: wo, fields: {A: {bit: 0, clears: SET.A}, B: {bit: 1, clears: SET.B}, ALL: {bit: 7, access: sc, resets: CAUSE}}}
interrupts:
  main: {modes: [msi, intx], cause: CAUSE, acknowledge: CAUSE, mask: {set: SET, clear: STOP}, on: {A: {call: rung}}}
"""


def test_what_stands_beside_causes_is_none(tmp_path: Path) -> None:
    """A level beside them does not make an interrupt ours, and what else the mask register can do is not done."""
    out = Project(tmp_path, "knob", BESIDE, {"knob.c": HANDLERS.replace("bell", "knob")}).generate()
    text = (out / "knob.dddk.c").read_text()
    assert "knob_stop_write_raw_(dev, 0x00000003u);" in text
    assert "return causes == 0xffffffffu ? causes : causes & 0xfffff0ffu;" in text
    assert "knob_cause_update(dev, .b = (causes & 0x2u) != 0, .a = (causes & 0x1u) != 0);" in text  # the level as it is then
