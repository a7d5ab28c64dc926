# SPDX-License-Identifier: MIT
"""Interrupt masks that lie among settings, masks whose 1s mask, and levels beside causes."""

from __future__ import annotations

from pathlib import Path

from whole import Project

HCI = """
dddk: 1
driver: hci
title: A host controller whose enable bits live among its settings
class: misc
license: MIT
match: [{class: 0c0330}]
regions: {regs: {bar: 0, size: 256}}
registers:
  CMD:    {at: 0x00, reset: 0x300, fields: {RUN: 0, RESET: {bit: 1, access: sc}, INTE: 2, LEVEL: 11:8}}
  STS:    {at: 0x04, access: w1c, reset: 0x80000001, fields: {HALTED: {bit: 0, access: ro}, EINT: 3, PORT: 4}}
  ISR:    {at: 0x10, width: 8, access: w1c, reset: 0, fields: {TICK: 0, LATE: 1}}
  IMR:    {at: 0x11, width: 8, reset: 0, fields: {TICK: 0, LATE: 1, RATE: 7:4}}
interrupts:
  main:   {modes: intx, cause: STS, acknowledge: STS, mask: {register: CMD}, on: {EINT: {call: events, enable: CMD.INTE}}}
  timer:  {modes: intx, cause: ISR, acknowledge: ISR, mask: {register: IMR, inverted: true}, on: {TICK: {call: tick, enable: IMR.TICK}}}
"""

HANDLERS = """
#include "hci.dddk.h"

void hci_events(struct hci *dev)
{
    (void)dev;
}

void hci_tick(struct hci *dev)
{
    (void)dev;
}
"""

TEST = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "hci.dddk.h"
#include "hci.model.h"
#include "dddk/test.h"
#include "host.h"
#include "runtime/port.h"

DDDK_REGISTRY_STORAGE(storage, 1, 1, 1);
static struct dddk_registry registry;
static struct dddk_host *host;
static struct hci_model *model;
static struct hci *hci;

static void begin(void)
{
    host = dddk_test_open(1);
    model = DDDK_CONTAINER(dddk_test_add(host, &hci_model_type, 3), struct hci_model, base);
    assert_non_null(model);
    assert_int_equal(dddk_registry_init(&registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &hci_driver), 0);
    assert_int_equal(dddk_host_probe(host, &registry), 1);
    hci = DDDK_CONTAINER(dddk_host_find(host, "hci.0"), struct hci, dddk);
}

static void end(void)
{
    assert_int_equal(dddk_host_remove(host, &hci->dddk), 0);
    dddk_host_close(host);
}

static void what_is_beside_an_enable_bit_is_kept(void **state)
{
    (void)state;
    begin();
    assert_int_equal(hci_model_get_cmd_level(model), 3);
    assert_true(hci_model_get_cmd_inte(model));
    hci_cmd_update(hci, .run = true, .level = 5);
    hci_model_raise_main(model, HCI_MODEL_MAIN_EINT);
    assert_int_equal(dddk_host_run_until_idle(host, DDDK_MSEC(2)), 0);
    assert_int_equal(hci->vectors[0].counters.interrupts, 1);
    assert_true(hci_model_get_cmd_run(model));
    assert_int_equal(hci_model_get_cmd_level(model), 5);
    assert_true(hci_model_get_cmd_inte(model));
    end();
}

static void a_level_beside_the_causes_is_nobodys_interrupt(void **state)
{
    (void)state;
    begin();
    assert_true(hci_model_get_sts_halted(model));
    assert_int_equal(dddk_host_run_until_idle(host, DDDK_MSEC(2)), 0);
    assert_int_equal(hci->vectors[0].counters.interrupts, 0);
    end();
}

static void a_1_masks_where_the_mask_is_inverted(void **state)
{
    (void)state;
    begin();
    assert_false(hci_model_get_imr_tick(model));
    assert_true(hci_model_get_imr_late(model)); /* nobody serves it */
    hci_imr_update(hci, .rate = 9);
    hci_model_raise_timer(model, HCI_MODEL_TIMER_TICK);
    assert_int_equal(dddk_host_run_until_idle(host, DDDK_MSEC(2)), 0);
    assert_int_equal(hci->vectors[1].counters.interrupts, 1);
    assert_int_equal(hci_model_get_imr(model), 0x92);
    hci_imr_update(hci, .tick = true);
    hci_model_raise_timer(model, HCI_MODEL_TIMER_TICK);
    assert_int_equal(dddk_host_run_until_idle(host, DDDK_MSEC(2)), 0);
    assert_int_equal(hci->vectors[1].counters.interrupts, 1);
    assert_int_equal(dddk_host_remove(host, &hci->dddk), 0);
    assert_int_equal(hci_model_get_imr(model) & 3, 3);
    dddk_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_beside_an_enable_bit_is_kept),
        cmocka_unit_test(a_level_beside_the_causes_is_nobodys_interrupt),
        cmocka_unit_test(a_1_masks_where_the_mask_is_inverted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def hci(folder: Path, manifest: str = HCI) -> Project:
    return Project(folder, "hci", manifest, {"hci.c": HANDLERS, "test_hci.c": TEST})


def test_masks_and_causes_leave_the_rest_alone(tmp_path: Path) -> None:
    assert hci(tmp_path).run("gcc", "test_hci.c") == 3


def test_the_generated_tests_of_shared_masks_pass(tmp_path: Path) -> None:
    made = hci(tmp_path)
    assert made.run("clang") >= 10
    assert made.badly_formatted() == []


def written(folder: Path, manifest: str) -> str:
    return (Project(folder, "hci", manifest).generate() / "hci.dddk.c").read_text()


def test_single_bits_that_are_0_after_a_reset_are_taken_for_enable_bits(tmp_path: Path) -> None:
    """A UART's IER costs one write; with anything else in the register the rest is kept."""
    plain = HCI.replace("reset: 0x300, fields: {RUN: 0, RESET: {bit: 1, access: sc}, INTE: 2, LEVEL: 11:8}", "fields: {RUN: 0, INTE: 2}")
    assert plain != HCI
    assert "hci_cmd_write(dev, .inte = true)" in written(tmp_path, plain)
    for beside in ("RUN: {bit: 0, reset: 1}, INTE: 2", "RUN: 0, INTE: 2, RESET: {bit: 1, access: sc}", "RUN: 5:3, INTE: 2"):
        assert "hci_cmd_update(dev, .inte = true)" in written(tmp_path, plain.replace("RUN: 0, INTE: 2", beside))


def test_a_message_keeps_what_is_beside_its_bit(tmp_path: Path) -> None:
    """xHCI's IMAN: the bit that acknowledges is written as 0, the setting as it was."""
    registers = '  IMAN: {at: 0x20, count: 2, stride: 16, reset: 0, fields: {IP: {bit: 0, access: w1c}, IE: 1, MODE: 5:4}}\n'
    queue = '  queue: {modes: msix, mask: {register: "IMAN[1].IE"}, call: events}\n'
    made = written(tmp_path, HCI.replace("interrupts:\n", registers + "interrupts:\n" + queue).replace("tick, ", "events, "))
    assert "hci_iman_update(dev, 1, .ie = true)" in made
    assert "hci_iman_write" not in made


def test_what_is_beside_causes_is_not_written_back_as_it_was(tmp_path: Path) -> None:
    """A handler may have changed it since the causes were read."""
    mixed = HCI.replace("HALTED: {bit: 0, access: ro}, ", "SPEED: {bits: 17:16, access: rw}, ")
    made = written(tmp_path, mixed)
    assert "hci_sts_update(dev, .port = (causes & 0x10u) != 0, .eint = (causes & 0x8u) != 0);" in made
    assert "hci_sts_write_raw_(dev, causes)" in written(tmp_path, HCI)
