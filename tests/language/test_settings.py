# SPDX-License-Identifier: MIT
"""What a driver's user sees of it: parameters that are set before a device is attached, counters that are summed."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: meter
title: A device that counts
class: misc
license: MIT
match: [{pci: 1234:0003}]
regions: {regs: {bar: 0, size: 256}}
registers:
  ID:     {at: 0x00, access: ro, expect: 0x4d}
  PULSES: {at: 0x08, access: ro, width: 16, reset: 0, volatile: true}
presence: ID
params:
  limit:   {type: u16, default: 100, min: 1, max: 1000}
  verbose: {type: bool, default: false}
stats:
  pulses: PULSES
user:
  left: {out: {pulses: u16}}
"""

HANDLERS = """#include "meter.dddk.h"

int meter_left(struct meter *dev, uint16_t *pulses)
{
    *pulses = (uint16_t)(dev->params.limit - (dev->params.verbose ? 1 : 0));
    return 0;
}
"""

PROGRAM = r"""#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "host.h"
#include "meter.dddk.h"
#include "meter.model.h"

static const struct dddk_driver *const drivers[] = {&meter_driver};
static char said[256];

static void listen(void *user, const struct dddk_device *dev, enum dddk_log_level level, const char *line)
{
    (void)user;
    (void)dev;
    if (level == DDDK_LOG_ERROR && said[0] == '\0') {
        (void)snprintf(said, sizeof said, "%s", line);
    }
}

static int probe(struct dddk_host *machine)
{
    said[0] = '\0';
    dddk_host_log_to(listen, NULL);
    int status = dddk_test_probe(machine, drivers, 1);
    dddk_host_log_to(NULL, NULL);
    return status;
}

static uint16_t left(struct dddk_host *machine, const char *name)
{
    uint16_t pulses = 0;
    struct meter *meter = DDDK_CONTAINER(dddk_test_device(machine, name), struct meter, dddk);

    assert_int_equal(meter_call_left(meter, &pulses), 0);
    return pulses;
}

static void one_device_may_be_told_apart_from_the_others(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);

    (void)state;
    assert_non_null(dddk_test_add(machine, &meter_model_type, 3));
    assert_non_null(dddk_test_add(machine, &meter_model_type, 4));
    assert_int_equal(dddk_test_param(machine, "meter.1.limit", "7"), 0);
    assert_int_equal(dddk_test_param(machine, "meter.limit", "0x20"), 0);
    assert_int_equal(dddk_test_param(machine, "meter.verbose", "on"), 0);
    assert_int_equal(dddk_test_param(machine, "meter.verbose", NULL), 0);
    assert_int_equal(dddk_test_param(machine, "other.nonsense", "on"), 0); /* of another driver */
    assert_int_equal(probe(machine), 2);
    assert_int_equal(left(machine, "meter.0"), 32);
    assert_int_equal(left(machine, "meter.1"), 7);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void refused(const char *name, const char *text, int status, const char *sentence)
{
    struct dddk_host *machine = dddk_test_open(1);

    assert_non_null(dddk_test_add(machine, &meter_model_type, 3));
    assert_int_equal(dddk_test_param(machine, name, text), 0);
    assert_int_equal(probe(machine), status);
    if (strstr(said, sentence) == NULL) {
        fail_msg("`%s` does not say `%s`", said, sentence);
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_is_wrong_is_refused_with_a_reason(void **state)
{
    (void)state;
    refused("meter.limit", "1001", DDDK_ERANGE, "parameter limit: \"1001\" is out of bounds; it is a number from 1 to 1000");
    refused("meter.limit", "ten", DDDK_EINVAL, "parameter limit: \"ten\" is no number");
    refused("meter.verbose", "perhaps", DDDK_EINVAL, "parameter verbose: \"perhaps\" is neither true nor false");
    refused("meter.lmit", "5", DDDK_EINVAL, "the driver has no parameter lmit");
    refused("meter.0.lmit", "5", DDDK_EINVAL, "the driver has no parameter lmit");
}

static void a_setting_has_a_driver_a_parameter_and_a_place(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    char name[100], text[100];

    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_int_equal(dddk_test_param(machine, "limit", "1"), DDDK_EINVAL);
    assert_int_equal(dddk_test_param(machine, ".limit", "1"), DDDK_EINVAL);
    assert_int_equal(dddk_test_param(machine, "meter.", "1"), DDDK_EINVAL);
    assert_int_equal(dddk_test_param(machine, "meter.limit", text), DDDK_EINVAL);
    text[1] = '.';
    assert_int_equal(dddk_test_param(machine, text, "1"), DDDK_EINVAL);
    for (unsigned i = 0; i < DDDK_HOST_PARAMS; i++) {
        (void)snprintf(name, sizeof name, "other.p%u", i);
        assert_int_equal(dddk_test_param(machine, name, "1"), 0);
    }
    assert_int_equal(dddk_test_param(machine, "meter.limit", "1"), DDDK_ENOSPC);
    assert_int_equal(dddk_test_param(machine, "other.p7", "2"), 0);
    assert_int_equal(dddk_test_param(machine, "other.p7", NULL), 0);
    assert_int_equal(dddk_test_param(machine, "meter.limit", "1"), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* 16 bits run over in a second; nobody asks for ten. */
static void a_counter_that_runs_over_is_looked_at_in_time(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &meter_model_type, 3);
    uint64_t sum;

    (void)state;
    assert_int_equal(probe(machine), 1);
    for (uint64_t second = 1; second <= 10; second++) {
        assert_true(dddk_test_poke(model, "PULSES", 0, second * 40000 & 0xffff));
        dddk_test_run(machine, DDDK_STATS_PERIOD_NS + DDDK_MSEC(1));
    }
    assert_int_equal(dddk_stats_read(dddk_test_device(machine, "meter.0"), &sum), 0);
    assert_int_equal(sum, 400000);
    assert_int_equal(dddk_stop(dddk_test_device(machine, "meter.0")), 0);
    assert_int_equal(dddk_stats_read(dddk_test_device(machine, "meter.0"), &sum), DDDK_ESTATE);
    assert_int_equal(sum, 400000);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_device_may_be_told_apart_from_the_others),
        cmocka_unit_test(what_is_wrong_is_refused_with_a_reason),
        cmocka_unit_test(a_setting_has_a_driver_a_parameter_and_a_place),
        cmocka_unit_test(a_counter_that_runs_over_is_looked_at_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_parameters_and_statistics_do_what_they_say(compiler: str, tmp_path: Path) -> None:
    project = Project(tmp_path, "meter", MANIFEST, {"meter.c": HANDLERS, "test_meter.c": PROGRAM})
    assert project.run(compiler, "test_meter.c") == 4
