# SPDX-License-Identifier: MIT
"""Several vectors: the generated driver of `quad/` on sim and on QEMU's e1000e, and what entries of one mode share."""

from __future__ import annotations

from pathlib import Path

from whole import Project

QUAD = Path(__file__).parent / "quad"


def quad(folder: Path) -> Project:
    files = {path.name: path.read_text() for path in QUAD.glob("*.c")}
    return Project(folder, "quad", (QUAD / "quad.yaml").read_text(), files)


def test_several_vectors_on_both_ports(tmp_path: Path) -> None:
    assert quad(tmp_path).run("gcc", "test_quad.c") == 14


def test_the_generated_tests_of_several_vectors_pass_and_the_c_is_formatted(tmp_path: Path) -> None:
    made = quad(tmp_path)
    assert made.run("clang") >= 10
    assert made.badly_formatted() == []


WIRE = """
dddk: 1
driver: wire
title: A serial port that tells by message which way there is something to do
class: serial
license: MIT
match: [{pci: 1234:0009}]
regions: {regs: {bar: 0, size: 256}}
registers:
  RBR:  {at: 0x00, access: ro, width: 8, volatile: true}
  THR:  {at: 0x04, access: wo, width: 8}
  LSR:  {at: 0x08, access: ro, width: 8, reset: 0x60, volatile: true, fields: {DR: 0, THRE: 5}}
  WAKE: {at: 0x0c, access: w1c, reset: 0, fields: {CAME: 0, WENT: 1}}
  HEAR: {at: 0x10, reset: 0, fields: {CAME: 0, WENT: 1}}
fifos:
  rx: {direction: from_device, data: RBR, ready: LSR.DR}
  tx: {direction: to_device, data: THR, ready: LSR.THRE, depth: 16}
interrupts:
  came: {modes: msix, vector: 1, service: rx}
  went: {modes: msix, vector: 0, service: tx}
  all:
    modes: [msi, intx]
    cause: WAKE
    acknowledge: WAKE
    mask: {register: HEAR}
    on:
      CAME: {service: rx, raised_by: rx, enable: HEAR.CAME}
      WENT: {service: tx, raised_by: tx, enable: HEAR.WENT}
"""


def test_fifos_have_messages_of_their_own(tmp_path: Path) -> None:
    """The generated tests move bytes both ways, in each mode."""
    made = Project(tmp_path, "wire", WIRE, {"wire.c": '#include "wire.dddk.h"\n'})
    assert made.run("gcc") >= 10
    assert made.badly_formatted() == []


SHARED = """
dddk: 1
driver: pair
title: Two interrupts that share their registers
class: misc
license: MIT
match: [{pci: 1234:000a}]
regions: {regs: {bar: 0, size: 256}}
registers:
  CAUSE:  {at: 0x00, access: w1c, reset: 0, fields: &causes {A: 0, B: 1, C: 5}}
  MASK:   {at: 0x04, access: w1s, reset: 0, fields: *causes}
  UNMASK: {at: 0x08, access: wo, clears: MASK, fields: *causes}
interrupts:
  one:   {modes: [msix, intx], vector: 0, cause: CAUSE, acknowledge: CAUSE, mask: {set: MASK, clear: UNMASK}, on: {A: {call: a}, C: {call: c}}}
  other: {modes: [msix, intx], vector: 1, cause: CAUSE, acknowledge: CAUSE, mask: {set: MASK, clear: UNMASK}, on: {B: {call: b}}}
state: {a: u32, b: u32, c: u32}
"""

SHARED_C = """
#include "pair.dddk.h"

void pair_a(struct pair *dev)
{
    dev->state.a++;
}

void pair_b(struct pair *dev)
{
    dev->state.b++;
}

void pair_c(struct pair *dev)
{
    dev->state.c++;
}
"""

SHARED_TEST = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "pair.dddk.h"
#include "pair.model.h"
#include "dddk/test.h"

static struct dddk_host *machine;
static struct dddk_model *model;
static struct pair *pair;

static void begin(bool line)
{
    static const struct dddk_driver *const drivers[] = {&pair_driver};

    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &pair_model_type, 3);
    if (line) {
        dddk_test_without_msi(model);
    }
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    pair = (struct pair *)(void *)dddk_test_device(machine, "pair.0");
    for (unsigned v = 0; v < 2; v++) {
        memset(&pair->vectors[v].counters, 0, sizeof(pair->vectors[v].counters));
    }
}

static void each_takes_its_own(void **state)
{
    (void)state;
    for (unsigned line = 0; line < 2; line++) {
        begin(line);
        assert_int_equal(pair->dddk.irq_mode, line ? DDDK_IRQ_INTX : DDDK_IRQ_MSIX);
        dddk_test_raise(model, PAIR_OTHER, PAIR_OTHER_B);
        dddk_test_run(machine, DDDK_USEC(2));
        assert_int_equal(pair->state.b, 1);
        assert_int_equal(pair->vectors[PAIR_ONE].counters.interrupts, 0);
        assert_int_equal(pair->vectors[PAIR_ONE].counters.not_mine, line); /* it was asked */
        dddk_test_raise(model, PAIR_ONE, PAIR_ONE_A | PAIR_ONE_C);
        dddk_test_run(machine, DDDK_USEC(2));
        assert_int_equal(pair->state.a, 1);
        assert_int_equal(pair->state.c, 1);
        assert_int_equal(pair->state.b, 1);
        assert_int_equal(dddk_test_close(machine), 0);
    }
}

static void what_one_acknowledges_is_not_the_others(void **state)
{
    (void)state;
    begin(false);
    dddk_test_lose_messages(model, PAIR_OTHER, 1);
    dddk_test_raise(model, PAIR_OTHER, PAIR_OTHER_B); /* nobody is told */
    dddk_test_raise(model, PAIR_ONE, PAIR_ONE_A);
    dddk_test_run(machine, DDDK_USEC(2));
    assert_int_equal(pair->state.a, 1);
    assert_int_equal(pair->state.b, 0);
    assert_true(pair_cause_read(pair).b); /* still to be told */
    dddk_test_raise(model, PAIR_OTHER, PAIR_OTHER_B);
    dddk_test_run(machine, DDDK_USEC(2));
    assert_int_equal(pair->state.b, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_one_masks_is_not_the_others(void **state)
{
    (void)state;
    begin(false);
    assert_true(dddk_vector_pause(&pair->vectors[PAIR_ONE]));
    assert_false(pair_mask_read(pair).a);
    assert_false(pair_mask_read(pair).c);
    assert_true(pair_mask_read(pair).b);
    dddk_vector_resume(&pair->vectors[PAIR_ONE]);
    assert_true(pair_mask_read(pair).a);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_device_that_is_gone_is_noticed(void **state)
{
    (void)state;
    begin(false);
    dddk_test_pull(model);
    assert_int_equal(dddk_vector_interrupt(&pair->vectors[PAIR_OTHER]), DDDK_IRQ_NOT_MINE);
    assert_true(dddk_is_gone(&pair->dddk));
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_takes_its_own),
        cmocka_unit_test(what_one_acknowledges_is_not_the_others),
        cmocka_unit_test(what_one_masks_is_not_the_others),
        cmocka_unit_test(a_device_that_is_gone_is_noticed),
    };

    return cmocka_run_group_tests_name("two interrupts that share registers", tests, NULL, NULL);
}
"""


def test_interrupts_that_share_registers_leave_each_other_alone(tmp_path: Path) -> None:
    made = Project(tmp_path, "pair", SHARED, {"pair.c": SHARED_C, "test_pair.c": SHARED_TEST})
    assert made.run("clang", "test_pair.c") == 4
    assert made.badly_formatted() == []


def test_the_vector_that_delivers_frames_is_known_in_every_mode(tmp_path: Path) -> None:
    """Where each vector has a poll of its own, the port hands frames up from the one that receives."""
    whole = Path(__file__).parents[1] / "generator" / "whole"
    made = Project(tmp_path, "vectored", (whole / "plenty_vectors.yaml").read_text(), {"vectored.c": (whole / "plenty_vectors.c").read_text()})
    text = (made.generate() / "vectored.dddk.c").read_text()
    tables = {part.split(" = {", 1)[0].removesuffix("_ops"): part.split("\n};", 1)[0] for part in text.split("static const struct dddk_vector_ops vectored_")[1:]}
    assert sorted(name for name, table in tables.items() if ".receives = true" in table) == ["all", "receive"]
