# SPDX-License-Identifier: MIT
"""A register may have its bytes in another order than its neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: mixed
title: Registers of both byte orders
class: misc
license: MIT
match: [{pci: 1234:0003}]
regions:
  regs:  {bar: 0, size: 256, default: true}
  other: {bar: 1, size: 256, order: big}
registers:
  PLAIN:   {at: 0x00, reset: 0x11223344}
  SWAPPED: {at: 0x04, order: big, reset: 0x11223344, fields: {HIGH: 31:24, LOW: 7:0}}
  SHORT:   {at: 0x08, width: 16, order: big, set_at: 0x0a, clear_at: 0x0c, reset: 0, fields: {A: 0}}
  WIDE:    {at: 0x10, width: 64, order: big, split: high_first, reset: 0x1122334455667788}
  BACK:    {at: 0x00, region: other, order: little, reset: 0x11223344}
  BIG:     {at: 0x04, region: other, reset: 0x11223344}
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "mixed.dddk.h"
#include "mixed.model.h"

static void each_register_has_its_own_order(void **state)
{
    const struct dddk_driver *const drivers[] = {&mixed_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_test_register reg;

    (void)state;
    assert_non_null(dddk_test_add(machine, &mixed_model_type, 3));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct mixed *dev = DDDK_CONTAINER(dddk_test_device(machine, "mixed.0"), struct mixed, dddk);
    dddk_thread_enter(&dev->dddk);
    assert_int_equal(mixed_plain_read(dev), 0x11223344);
    assert_int_equal(mixed_swapped_read(dev).high, 0x11);
    assert_int_equal(mixed_swapped_read(dev).low, 0x44);
    assert_int_equal(mixed_back_read(dev), 0x11223344);
    assert_int_equal(mixed_big_read(dev), 0x11223344);
    assert_true(mixed_wide_read(dev) == 0x1122334455667788);
    /* as the bus sees them */
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0x00), 0x11223344);
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0x04), 0x44332211);
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0x10), 0x44332211);
    assert_int_equal(dddk_read32(&dev->other.mmio, 0x00), 0x11223344);
    assert_int_equal(dddk_read32(&dev->other.mmio, 0x04), 0x44332211);
    assert_int_equal(mixed_short_set_write(dev, .a = true), 0);
    assert_int_equal(dddk_read16(&dev->regs.mmio, 0x08), 0x0100);
    assert_true(dddk_test_register(dddk_test_model(&dev->dddk), "SHORT", 0, &reg));
    assert_int_equal(reg.value, 1);
    dddk_thread_leave(&dev->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_register_has_its_own_order)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_register_has_its_own_byte_order(compiler: str, tmp_path: Path) -> None:
    project = Project(tmp_path, "mixed", MANIFEST, {"test_mixed.c": PROGRAM})
    assert project.run(compiler, "test_mixed.c") == 1


def test_its_generated_tests_agree(tmp_path: Path) -> None:
    project = Project(tmp_path, "mixed", MANIFEST)
    assert project.run("gcc") >= 10
    assert "32 bits, big-endian" in (tmp_path / "out" / "mixed" / "mixed.md").read_text()
