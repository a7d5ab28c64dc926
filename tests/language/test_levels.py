# SPDX-License-Identifier: MIT
"""Causes that only their handler takes back: one interrupt for each, whatever masks it, and none while the handler runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from whole import COMPILERS, Project

WHOLE = Path(__file__).resolve().parents[1] / "generator" / "whole"

PROGRAM = """
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "amp.dddk.h"
#include "amp.model.h"
#include "dddk/test.h"

static struct dddk_model_type type;
static struct dddk_host *machine;
static struct amp_model *model;
static struct amp *amp;

static void begin(bool has_msi)
{
    static const struct dddk_driver *const drivers[] = {&amp_driver};

    type = amp_model_type;
    type.has_msi = has_msi;
    machine = dddk_test_open(1);
    model = (struct amp_model *)(void *)dddk_test_add(machine, &type, 3);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    amp = (struct amp *)(void *)dddk_test_device(machine, "amp.0");
    assert_int_equal(amp->dddk.irq_mode, has_msi ? DDDK_IRQ_MSI : DDDK_IRQ_INTX);
}

static int end(void **state)
{
    (void)state;
    return dddk_test_close(machine) != 0;
}

static int on_the_line(void **state)
{
    (void)state;
    begin(false);
    return 0;
}

static int with_messages(void **state)
{
    (void)state;
    begin(true);
    return 0;
}

static unsigned came(unsigned vector)
{
    dddk_test_run(machine, DDDK_MSEC(5));
    return (unsigned)amp->vectors[vector].counters.interrupts;
}

static void a_level_interrupts_once_for_its_handler(void **state)
{
    (void)state;
    for (unsigned times = 1; times <= 3; times++) {
        amp_model_raise_sound(model, AMP_MODEL_SOUND_DAC);
        assert_int_equal(came(AMP_SOUND), times);
        assert_int_equal(amp->state.played, times);
        assert_int_equal(amp->state.shown, 0);
    }
    assert_int_equal(amp_model_get_ctrl_format(model), 3);
#ifdef MASKED
    assert_true(amp_model_get_ctrl_dac_en(model));
#endif
}

static void who_waits_for_a_level_waits_again(void **state)
{
    (void)state;
    assert_int_equal(amp_call_record(amp, 4), 0);
    assert_int_equal(came(AMP_SOUND), 4);
    assert_int_equal(amp->state.ended_by, AMP_SOUND_ADC);
    amp_model_raise_sound(model, AMP_MODEL_SOUND_DAC);
    assert_int_equal(came(AMP_SOUND), 5);
    assert_int_equal(amp->state.played, 1);
}

static void what_stands_elsewhere_is_acknowledged_after_its_handler(void **state)
{
    (void)state;
    amp_model_set_pis(model, 1, 0x40);
    amp_model_raise_ports(model, AMP_MODEL_PORTS_P1);
    assert_int_equal(came(AMP_PORTS), 1);
    assert_int_equal(amp->state.drains, 1);
    assert_int_equal(amp->state.why, AMP_PORTS_P1);
    assert_int_equal(amp_ports_causes(amp), 0);
    assert_int_equal(amp_model_get_is(model), 0);
    amp_model_raise_ports(model, AMP_MODEL_PORTS_GONE); /* acknowledged at once */
    assert_int_equal(came(AMP_PORTS), 2);
    assert_int_equal(amp->state.unplugged, 1);
    assert_int_equal(amp->state.drains, 1);
}

static void what_comes_while_the_handler_runs_comes_after_it(void **state)
{
    (void)state;
    amp_model_raise_sound(model, AMP_MODEL_SOUND_DAC);
    dddk_test_run(machine, DDDK_USEC(500));
    assert_int_equal(amp->state.played, 1);
    amp_model_raise_ports(model, AMP_MODEL_PORTS_GONE);
    assert_int_equal(came(AMP_SOUND), 1);
    assert_int_equal(came(AMP_PORTS), 1);
    assert_int_equal(amp->state.unplugged, 1);
}

static void a_level_that_nobody_takes_back_does_not_stop_the_others(void **state)
{
    (void)state;
    amp_model_raise_sound(model, AMP_MODEL_SOUND_ADC); /* nobody waits for it */
    (void)came(AMP_SOUND);
    amp_clear_write(amp, .adc = true);
    dddk_test_run(machine, DDDK_MSEC(20));
    amp_model_raise_sound(model, AMP_MODEL_SOUND_DAC);
    (void)came(AMP_SOUND);
    assert_int_equal(amp->state.played, 1);
}

static void a_cause_is_acknowledged_by_a_read_elsewhere(void **state)
{
    (void)state;
    amp_model_raise_bus(model, AMP_MODEL_BUS_ABORT | AMP_MODEL_BUS_STOP);
    assert_int_equal(came(AMP_BUS), 1);
    /* one was gone before the handler, the other one still there */
    assert_int_equal(amp->state.wired, AMP_BUS_ABORT | AMP_BUS_STOP | 1u << 16);
    assert_int_equal(amp_model_get_wire(model), 0);
    amp_model_raise_bus(model, AMP_MODEL_BUS_ABORT);
    assert_int_equal(came(AMP_BUS), 2);
    assert_int_equal(amp->state.wired, AMP_BUS_ABORT);
}

#ifdef MASKED
static void what_an_operation_polls_is_left_to_it(void **state)
{
    (void)state;
    amp_model_set_is_ready(model, true);
    amp_model_raise_ports(model, AMP_MODEL_PORTS_GONE);
    assert_int_equal(came(AMP_PORTS), 1);
    assert_int_equal(amp->state.unplugged, 1);
    assert_true(amp_model_get_is_ready(model));
    assert_false(amp_model_get_is_gone(model));
}
#endif

#define IN_EACH_MODE(test)                                        \\
    {#test " on the line", test, on_the_line, end, NULL},         \\
    {#test " with messages", test, with_messages, end, NULL}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_EACH_MODE(a_level_interrupts_once_for_its_handler),
        IN_EACH_MODE(who_waits_for_a_level_waits_again),
        IN_EACH_MODE(what_stands_elsewhere_is_acknowledged_after_its_handler),
        IN_EACH_MODE(what_comes_while_the_handler_runs_comes_after_it),
#ifdef MASKED
        IN_EACH_MODE(what_an_operation_polls_is_left_to_it),
#endif
        IN_EACH_MODE(a_cause_is_acknowledged_by_a_read_elsewhere),
        IN_EACH_MODE(a_level_that_nobody_takes_back_does_not_stop_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def amp(folder: Path, masked: bool) -> Project:
    """The device of plenty_levels.yaml, with its mask registers or without."""
    manifest = (WHOLE / "plenty_levels.yaml").read_text()
    if not masked:  # then nothing polls either: it would interrupt
        manifest = manifest.replace("IS.READY == 1", "STATUS.BUSY == 0").replace("      - write: {IS: {READY: 1}}\n", "")
        manifest = re.sub(r"    mask: .*\n|, enable: [A-Z_.]+", "", manifest)
    files = {"amp.c": "plenty_levels.c", "amp_model.c": "plenty_levels_model.c"}
    program = ("#define MASKED\n" if masked else "") + PROGRAM
    return Project(folder, "amp", manifest, {**{name: (WHOLE / source).read_text() for name, source in files.items()}, "test_program.c": program})


@pytest.mark.parametrize(("compiler", "masked"), [(COMPILERS[0], True), (COMPILERS[1], False)])
def test_a_level_comes_once_and_not_while_its_handler_runs(tmp_path: Path, compiler: str, masked: bool) -> None:
    made = amp(tmp_path, masked)
    assert made.run(compiler, "test_program.c") == (14 if masked else 12)
    assert made.badly_formatted() == []
