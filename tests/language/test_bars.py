# SPDX-License-Identifier: MIT
"""What a region says of its BAR, on the simulated device and on QEMU: sizes of accesses, width, prefetch, and not being there."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

# QEMU's pci-testdev has a BAR 2 of 64 bits where it is given a size, and none where it is not.
MANIFEST = """
dddk: 1
driver: bars
title: The test device of QEMU, which may have a third BAR
class: misc
license: MIT
match: [{pci: 1b36:0005}]
regions:
  regs:  {bar: 0, size: 4KiB, default: true, access_widths: [8, 32], address_bits: 32, prefetchable: false}
  large: {bar: 2, size: 1MiB, access_widths: 32, address_bits: 64, prefetchable: true, optional: true}
registers:
  NUMBER: {at: 0x00, width: 8}
  DATA:   {at: 0x08, reset: 0x03020100}
  WORDS:  {at: 0x00, region: large, count: 16, fields: {LOW: 15:0, HIGH: 31:16}}
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bars.dddk.h"
#include "bars.model.h"
#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

static const struct dddk_driver *const drivers[] = {&bars_driver};

static struct bars *bars_of(struct dddk_device *dev)
{
    assert_non_null(dev);
    return DDDK_CONTAINER(dev, struct bars, dddk);
}

static void an_access_of_another_size_is_a_fault(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);

    (void)state;
    assert_non_null(dddk_test_add(machine, &bars_model_type, 3));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct bars *bars = bars_of(dddk_test_device(machine, "bars.0"));
    assert_int_equal(dddk_read8(&bars->regs.mmio, 0x0a), 0x02); /* declared: a byte of a word */
    assert_int_equal(dddk_test_damage(machine).complaints, 0);
    assert_int_equal(dddk_read16(&bars->regs.mmio, 0x08), 0xffff);
    assert_int_equal(dddk_read8(&bars->large.mmio, 0x00), 0xff);
    assert_int_equal(dddk_test_damage(machine).complaints, 2);
    assert_int_equal(dddk_test_close(machine), 2);
}

static void without_an_optional_region_reads_give_ones_and_writes_are_lost(void **state)
{
    struct dddk_model_bar bar = bars_model_type.bars[1];
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &bars_model_type, 3);
    struct dddk_test_register words;

    (void)state;
    bar.size_bytes = 0;
    dddk_test_set_bar(model, &bar);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct bars *bars = bars_of(dddk_test_device(machine, "bars.0"));
    assert_false(bars_has_large(bars));
    (void)dddk_host_range_faults(true);
    assert_int_equal(bars_words_read(bars, 3).high, 0xffff);
    assert_int_equal(bars_words_write(bars, 3, .low = 1), 0);
    assert_int_equal(bars_words_update(bars, 3, .low = 1), 0);
    assert_int_equal(dddk_host_range_faults(false), 4); /* the update reads and writes */
    assert_true(dddk_test_register(model, "WORDS", 3, &words));
    assert_int_equal(words.reads + words.writes, 0);
    bars_dump(bars);
    assert_true(dddk_test_register(model, "WORDS", 3, &words));
    assert_int_equal(words.reads, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_smaller_bar_is_refused_even_where_it_is_optional(void **state)
{
    struct dddk_model_bar bar = bars_model_type.bars[1];
    struct dddk_host *machine = dddk_test_open(1);

    (void)state;
    bar.size_bytes /= 2;
    dddk_test_set_bar(dddk_test_add(machine, &bars_model_type, 3), &bar);
    dddk_host_log_level(DDDK_LOG_ERROR);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), DDDK_ERANGE);
    assert_int_equal(dddk_test_close(machine), 0);
}

DDDK_REGISTRY_STORAGE(storage, 1, 4, 4);

/* On QEMU: one device with the BAR and one without. */
static int probe_on_qemu(const struct dddk_driver *driver, struct dddk_registry *registry, struct dddk_host **host)
{
    static const char *const devices[] = {"pci-testdev,addr=3,membar=1M", "pci-testdev,addr=4"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 2};

    *host = dddk_qemu_open(&options);
    assert_non_null(*host);
    assert_int_equal(dddk_registry_init(registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(registry, driver), 0);
    return dddk_host_probe(*host, registry);
}

static void qemu_s_device_is_served_with_the_bar_and_without(void **state)
{
    struct dddk_registry registry;
    struct dddk_host *host;

    (void)state;
    assert_int_equal(probe_on_qemu(&bars_driver, &registry, &host), 2);
    struct bars *with = bars_of(dddk_host_find(host, "bars.0"));
    struct bars *without = bars_of(dddk_host_find(host, "bars.1"));
    assert_true(bars_has_large(with));
    assert_int_equal(bars_words_write(with, 5, .low = 0x1234, .high = 0x5678), 0);
    (void)bars_words_read(with, 5); /* QEMU has no memory there; the access goes through */
    assert_false(bars_has_large(without));
    (void)dddk_host_range_faults(true);
    assert_int_equal(bars_words_read(without, 5).low, 0xffff);
    assert_int_equal(dddk_host_range_faults(false), 1);
    dddk_host_close(host);
}

/* The same driver with one word of its manifest changed. */
static int refused_on_qemu(unsigned address_bits, enum dddk_prefetch prefetch)
{
    struct dddk_region regions[2] = {bars_driver.regions[0], bars_driver.regions[1]};
    struct dddk_driver lying = bars_driver;
    struct dddk_registry registry;
    struct dddk_host *host;

    regions[1].address_bits = (uint8_t)address_bits;
    regions[1].prefetch = prefetch;
    lying.regions = regions;
    int status = probe_on_qemu(&lying, &registry, &host);
    dddk_host_close(host);
    return status;
}

static void qemu_s_device_is_refused_where_its_bar_is_another(void **state)
{
    (void)state;
    dddk_host_log_level(DDDK_LOG_ERROR);
    assert_int_equal(refused_on_qemu(32, DDDK_PREFETCH_ANY), 1); /* the one without the BAR is served */
    assert_int_equal(refused_on_qemu(64, DDDK_NOT_PREFETCHABLE), 1);
    assert_int_equal(refused_on_qemu(64, DDDK_PREFETCHABLE), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_access_of_another_size_is_a_fault),
        cmocka_unit_test(without_an_optional_region_reads_give_ones_and_writes_are_lost),
        cmocka_unit_test(a_smaller_bar_is_refused_even_where_it_is_optional),
        cmocka_unit_test(qemu_s_device_is_served_with_the_bar_and_without),
        cmocka_unit_test(qemu_s_device_is_refused_where_its_bar_is_another),
    };

    return cmocka_run_group_tests_name("bars", tests, NULL, NULL);
}
"""


def project(folder: Path) -> Project:
    return Project(folder, "bars", MANIFEST, {"test_bars.c": PROGRAM})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_bar_is_what_the_manifest_says_or_refused(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_bars.c") == 5


def test_its_generated_tests_refuse_other_bars(tmp_path: Path) -> None:
    made = project(tmp_path)
    assert made.run("gcc") >= 16
    text = (tmp_path / "out" / "bars" / "bars_test.c").read_text()
    for claim in ("a_device_without_large_is_served", "regs_with_other_address_bits_is_refused", "large_with_other_prefetch_is_refused"):
        assert f"cmocka_unit_test({claim})" in text
