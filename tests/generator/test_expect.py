# SPDX-License-Identifier: MIT
"""`expect:` refuses a device that answers otherwise, before anything of it is touched."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "language"))

from whole import Project  # noqa: E402

MANIFEST = """
dddk: 1
driver: picky
title: A driver that looks twice
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 256}}
enums: {kind: {FIRST: 1, SECOND: 2, THIRD: 3}}
registers:
  ID:   {at: 0x00, access: ro, fields: {MAGIC: {bits: 15:0, expect: 0xcafe}, KIND: {bits: 19:16, enum: kind, expect: [FIRST, THIRD]}, GOOD: {bit: 31, expect: 1}}}
  REV:  {at: 0x04, access: ro, width: 16, expect: [3, 0x10]}
  CTRL: {at: 0x08, reset: 0, fields: {GO: 0}}
handlers: [reset]
"""

HANDLERS = """
#include "picky.dddk.h"

int picky_reset(struct picky *dev)
{
    return picky_ctrl_write(dev, .go = true);
}
"""

TEST = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "dddk/test.h"
#include "picky.dddk.h"
#include "picky.model.h"

extern const struct dddk_driver picky_driver;

/* 1: the driver took a device whose register reads `value`; 0: it did not, and did not touch it. */
static int takes(const char *name, uint64_t value)
{
    static const struct dddk_driver *const drivers[] = {&picky_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &picky_model_type, 1);
    struct dddk_test_register ctrl;
    int bound;

    assert_non_null(model);
    assert_true(dddk_test_override(model, name, 0, 0, value));
    bound = dddk_test_probe(machine, drivers, 1);
    assert_true(dddk_test_register(model, "CTRL", 0, &ctrl));
    assert_int_equal(ctrl.writes, bound == 1 ? 1 : 0);
    assert_int_equal(dddk_test_close(machine), 0);
    assert_true(bound == 1 || bound == DDDK_ENODEV);
    return bound == 1;
}

static void the_right_device_is_taken(void **state)
{
    (void)state;
    assert_int_equal(takes("ID", 0x8001cafe), 1);
    assert_int_equal(takes("ID", 0x8003cafe), 1);
    assert_int_equal(takes("REV", 3), 1);
    assert_int_equal(takes("REV", 0x10), 1);
}

static void another_device_is_refused_and_left_alone(void **state)
{
    (void)state;
    assert_int_equal(takes("ID", 0x8001cafd), 0);
    assert_int_equal(takes("ID", 0x8002cafe), 0);
    assert_int_equal(takes("ID", 0x0001cafe), 0);
    assert_int_equal(takes("REV", 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_device_is_taken),
        cmocka_unit_test(another_device_is_refused_and_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def test_a_device_that_answers_otherwise_is_refused(tmp_path: Path) -> None:
    project = Project(tmp_path, "picky", MANIFEST, {"picky.c": HANDLERS, "test_picky.c": TEST})
    assert project.run("gcc", "test_picky.c") == 2
    assert project.run("clang") >= 10
    assert project.badly_formatted() == []
