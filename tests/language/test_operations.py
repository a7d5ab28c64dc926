# SPDX-License-Identifier: MIT
"""Operations over registers: a PHY, an EEPROM and a window that only a hook can answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: nic
title: A controller with a PHY and an EEPROM behind registers
class: misc
license: MIT
match: [{pci: 1234:0002}]
regions: {regs: {bar: 0, size: 256}}
enums:
  phy_op: {WRITE: 1, READ: 2}
registers:
  ID:   {at: 0x00, access: ro, reset: 0x4e494331}
  MDIC: {at: 0x20, reset: 0x10000000, fields: {DATA: 15:0, REG: 20:16, PHY: 25:21, OP: {bits: 27:26, enum: phy_op}, READY: {bit: 28, volatile: true}, ERROR: {bit: 30, volatile: true}}}
  EERD: {at: 0x14, fields: {START: {bit: 0, access: sc}, DONE: {bit: 4, access: ro}, ADDR: 15:8, DATA: {bits: 31:16, access: ro}}}
  INDEX: 0x30
  PORT: {at: 0x34, fields: {GO: {bit: 0, access: sc}, LOW: {bits: 11:4, access: ro}, HIGH: {bits: 19:12, access: ro}}}
  CFG:   {at: 0x38, reset: 0x100, fields: {PAGE: 3:0, SPEED: 9:8}}
  VALUE: {at: 0x3c, access: ro}
  STATE: {at: 0x40, access: ro, reset: 0, fields: {UP: {bit: 0, volatile: true}}}
presence: ID
operations:
  mdio_read:
    in: {phy: u5, reg: u5}
    out: {data: u16}
    memory: phy
    doc: read a register of the PHY
    see: 13.4.8
    steps:
      - write: {MDIC: {PHY: phy, REG: reg, OP: READ}}
      - {wait: MDIC.READY == 1, timeout: 1ms, fail: MDIC.ERROR == 1}
      - take: MDIC.DATA
  mdio_write:
    in: {phy: u5, reg: u5, data: u16}
    memory: phy
    steps:
      - write: {MDIC: {PHY: phy, REG: reg, OP: WRITE, DATA: data}}
      - {wait: MDIC.READY == 1, timeout: 1ms, fail: MDIC.ERROR == 1}
  eeprom_read:
    in: {address: u8}
    out: {word: u16}
    memory: eeprom
    steps:
      - write: {EERD: {START: true, ADDR: address}}
      - wait: EERD.DONE == 1
      - take: {word: EERD.DATA}
  turn_page:
    in: {page: u4}
    out: {value: u32}
    memory: pages
    steps:
      - update: {CFG: {PAGE: page}}
      - take: VALUE
  peek:
    in: {index: u32}
    out: {low: u8, high: u8}
    steps:
      - write: {INDEX: index}
      - write: {PORT: {GO: 1}}
      - {wait: PORT.GO == 0, timeout: 10us}
      - take: {low: PORT.LOW, high: PORT.HIGH}
  wait_until_up: {steps: [{wait: STATE.UP == 1, timeout: 1ms}]}
"""

# What no memory can: an answer that is computed, and a failure.
HOOKS = """#include "nic.model.h"

struct nic_model {
    struct dddk_model base;
};

static bool peek(struct nic_model *model, uint32_t index, uint8_t *low, uint8_t *high)
{
    (void)model;
    *low = (uint8_t)index;
    *high = (uint8_t)(index >> 8);
    return index != 0;
}

static bool read_phy(struct nic_model *model, uint8_t phy, uint8_t reg, uint16_t *data)
{
    (void)model;
    *data = (uint16_t)(phy << 8 | reg);
    return phy == 1;
}

const struct nic_model_hooks nic_model_hooks = {
    .size_bytes = sizeof(struct nic_model),
    .on_operation_peek = peek,
    .on_operation_mdio_read = read_phy,
};
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "nic.dddk.h"
#include "nic.model.h"

static void a_hook_answers_and_fails(void **state)
{
    const struct dddk_driver *const drivers[] = {&nic_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &nic_model_type, 3);
    uint8_t low = 0, high = 0;
    uint16_t data = 0xffff;
    size_t cells;

    (void)state;
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct nic *nic = DDDK_CONTAINER(dddk_test_device(machine, "nic.0"), struct nic, dddk);
    dddk_thread_enter(&nic->dddk);
    assert_int_equal(nic_peek(nic, 0x1234, &low, &high), 0);
    assert_int_equal(low, 0x34);
    assert_int_equal(high, 0x12);
    assert_int_equal(nic_mdio_read(nic, 1, 7, &data), 0);
    assert_int_equal(data, 0x107);
    assert_int_equal(nic_mdio_read(nic, 2, 7, &data), DDDK_EIO);
    assert_int_equal(data, 0x107);
    assert_int_equal(nic_mdio_write(nic, 2, 7, 0xbeef), 0);
    assert_int_equal(dddk_model_memory(model, NIC_MODEL_MEMORY_PHY, &cells)[2 << 5 | 7], 0xbeef);
    assert_int_equal(cells, 1024);
    /* With a model of its own it is not up before the model says so. */
    assert_int_equal(nic_wait_until_up(nic), DDDK_ETIMEDOUT);
    dddk_model_set(model, NIC_MODEL_REG_STATE, 0, 1);
    assert_int_equal(nic_wait_until_up(nic), 0);
    dddk_thread_leave(&nic->dddk);
    assert_int_equal(nic_wait_until_up(nic), DDDK_ESTATE);
    assert_int_equal(nic_mdio_write(nic, 2, 7, 1), DDDK_ESTATE); /* no thread context */
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_hook_answers_and_fails)};

    return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
"""

AUTHORED = MANIFEST + "model: nic_model.c\n"


def plain(folder: Path) -> Project:
    return Project(folder, "nic", MANIFEST)


def authored(folder: Path) -> Project:
    return Project(folder, "nic", AUTHORED, {"nic_model.c": HOOKS, "test_nic.c": PROGRAM})


def test_a_memory_behind_the_registers_needs_no_c(tmp_path: Path) -> None:
    assert plain(tmp_path).run("gcc") >= 14


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_hook_takes_the_place_of_the_memory(tmp_path: Path, compiler: str) -> None:
    assert authored(tmp_path).run(compiler, "test_nic.c") == 1


def test_with_hooks_it_passes_its_generated_tests(tmp_path: Path) -> None:
    assert authored(tmp_path).run("clang") >= 14


def test_it_is_formatted(tmp_path: Path) -> None:
    assert authored(tmp_path).badly_formatted() == []


def test_the_page_lists_the_steps(tmp_path: Path) -> None:
    page = (plain(tmp_path).generate() / "nic.md").read_text()
    assert "write MDIC (PHY: phy, REG: reg, OP: 2); wait for MDIC.READY == 1 at most 1 ms, failed if MDIC.ERROR == 1; data = MDIC.DATA" in page
