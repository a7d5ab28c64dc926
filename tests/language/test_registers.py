# SPDX-License-Identifier: MIT
"""Registers that are not plain words: enable bits above the bits they enable, registers at several addresses, arrays whose
elements are as far apart as the device says."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

MANIFEST = """
dddk: 1
driver: soc
title: A device with registers of many kinds
class: misc
license: MIT
match: [{pci: 1234:0005}]
regions: {regs: {bar: 0, size: 4KiB}}
registers:
  ID:    {at: 0x00, access: ro, reset: 0x50c}
  IOMUX: {at: 0x10, write_mask: true, reset: 0, fields: {PIN0: 1:0, PIN1: 3:2, DONE: {bit: 8, access: w1c}, HIDDEN: {bit: 9, access: wo}}}
  EVENTS: {at: 0x20, access: rc, reset: 0, fields: {LINK: 0, OVER: 4}}
  EVENTS_AGAIN: {at: 0x24, alias_of: EVENTS}
  EVENTS_PEEK:  {at: 0x28, alias_of: EVENTS, access: ro}
  EVENTS_FORCE: {at: 0x2c, alias_of: EVENTS, access: w1s}
  LEVEL:        {at: 0x30, shadow: true, access: wo, fields: {LOW: {bits: 3:0, access: wo}, HIGH: {bits: 7:4, access: wo}}}
  LEVEL_AGAIN:  {at: 0x34, alias_of: LEVEL}
  TABLE:        {at: 0x100, count: 4, volatile: true}
  TABLE_BYTES:  {at: 0x200, alias_of: TABLE, stride: 16, fields: {LOW: 7:0}}
  PORT:         {at: 0x40, reset: 0x2a0, fields: {UP: {bit: 0, access: ro}, PED: {bit: 1, access: w1c}, PLS: 8:5, PP: 9, LWS: {bit: 16, access: sc}, CSC: {bit: 17, access: w1c}}}
  LINK:         {at: 0x40, alias_of: PORT, fields: {STATE: {bits: 8:5, enum: state}}}
  CAP:    {at: 0x300, access: ro, reset: 0x100, fields: {DSTRD: 7:0, UNITS: 15:8, LONE: 23:16}}
  BELLS:  {at: 0x800, count: 8, stride: 4 << CAP.DSTRD}
  LEVELS: {at: 0xa00, count: 4, stride: 4 * CAP.UNITS, fields: {LOW: 7:0}}
  CHIMES: {at: 0x400, width: 16, count: 4, stride: CHIME_BYTES}
  CHIME_BYTES: {at: 0x304, access: ro}
  LONE:   {at: 0x600, width: 16, count: 1, stride: 1 * CAP.LONE}
presence: ID
enums: {state: {U0: 0, U3: 3, RESUME: 15}}
"""

HEAD = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "soc.dddk.h"
#include "soc.model.h"

static uint64_t value_of(struct dddk_model *model, const char *name, unsigned index)
{
    struct dddk_test_register reg;

    assert_true(dddk_test_register(model, name, index, &reg));
    return reg.value;
}

static struct dddk_test_register register_of(struct dddk_model *model, const char *name, unsigned index)
{
    struct dddk_test_register reg;

    assert_true(dddk_test_register(model, name, index, &reg));
    return reg;
}

static struct soc *open_soc(struct dddk_host *machine)
{
    static const struct dddk_driver *const drivers[] = {&soc_driver};

    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    return DDDK_CONTAINER(dddk_test_device(machine, "soc.0"), struct soc, dddk);
}
"""

PROGRAM = """
static void a_write_reaches_only_what_it_enables(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &soc_model_type, 3);
    struct soc *soc = open_soc(machine);

    (void)state;
    dddk_thread_enter(&soc->dddk);
    assert_true(dddk_test_poke(model, "IOMUX", 0, 0x30d));
    assert_int_equal(soc_iomux_update(soc, .pin1 = 2), 0);
    assert_int_equal(value_of(model, "IOMUX", 0), 0x309); /* PIN0, DONE and HIDDEN are as they were */
    assert_int_equal(register_of(model, "IOMUX", 0).last_written, 0x000c0008);
    assert_int_equal(register_of(model, "IOMUX", 0).reads, 0);
    assert_int_equal(register_of(model, "IOMUX", 0).writes, 1);
    assert_int_equal(soc_iomux_update(soc, .done = true), 0);
    assert_int_equal(value_of(model, "IOMUX", 0), 0x209);
    assert_int_equal(soc_iomux_write(soc, .pin0 = 3), 0); /* a write is of all fields */
    assert_int_equal(value_of(model, "IOMUX", 0), 0x003);
    assert_int_equal(soc_iomux_read(soc).pin0, 3);
    dddk_thread_leave(&soc->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void other_fields_of_a_register_leave_the_rest_alone(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &soc_model_type, 3);
    struct soc *soc = open_soc(machine);

    (void)state;
    dddk_thread_enter(&soc->dddk);
    assert_true(dddk_test_poke(model, "PORT", 0, 0x202a3)); /* changes pending, which a 1 would clear */
    assert_int_equal(soc_link_update(soc, .state = SOC_STATE_U3, .lws = true), 0);
    assert_int_equal(register_of(model, "PORT", 0).last_written, 0x10261);
    assert_int_equal(value_of(model, "PORT", 0) & 0x2ffff, 0x20263);
    assert_int_equal(soc_link_read(soc).state, SOC_STATE_U3);
    assert_true(soc_link_read(soc).csc);
    dddk_thread_leave(&soc->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void every_address_of_a_register_shows_what_it_holds(void **state)
{
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add(machine, &soc_model_type, 3);
    struct soc *soc = open_soc(machine);

    (void)state;
    dddk_thread_enter(&soc->dddk);
    assert_int_equal(soc_events_force_write(soc, .link = true, .over = true), 0);
    assert_int_equal(value_of(model, "EVENTS", 0), 0x11);
    assert_true(soc_events_peek_read(soc).over);
    assert_int_equal(value_of(model, "EVENTS", 0), 0x11); /* another view: it only looks */
    assert_true(soc_events_again_read(soc).link);
    assert_int_equal(value_of(model, "EVENTS", 0), 0); /* the same view: it clears as well */
    assert_int_equal(register_of(model, "EVENTS_AGAIN", 0).reads, 1);
    assert_int_equal(register_of(model, "EVENTS", 0).reads, 0);
    assert_int_equal(soc_table_write(soc, 2, 0x12345678), 0);
    assert_int_equal(soc_table_bytes_read(soc, 2).low, 0x78);
    assert_int_equal(soc_table_bytes_write(soc, 3, .low = 0xab), 0);
    assert_int_equal(soc_table_read(soc, 3), 0xab);
    assert_int_equal(value_of(model, "TABLE", 1), 0);
    dddk_thread_leave(&soc->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}
"""

STRIDES = """
/* Probe a device whose capability register says this; NULL: it is refused. */
static struct soc *soc_with(struct dddk_host *machine, struct dddk_model **model, uint32_t cap, uint64_t bar_bytes)
{
    static const struct dddk_driver *const drivers[] = {&soc_driver};
    struct dddk_model_bar bar = soc_model_type.bars[0];

    *model = dddk_test_add(machine, &soc_model_type, 3);
    bar.size_bytes = bar_bytes;
    dddk_test_set_bar(*model, &bar);
    assert_true(dddk_test_poke(*model, "CAP", 0, cap));
    if (dddk_test_probe(machine, drivers, 1) != 1) {
        return NULL;
    }
    return DDDK_CONTAINER(dddk_test_device(machine, "soc.0"), struct soc, dddk);
}

static void elements_are_as_far_apart_as_the_device_says(void **state)
{
    static const struct {
        uint32_t cap, bell_stride, level_stride;
    } devices[] = {{0x0100, 4, 4}, {0x0203, 32, 8}, {0x1004, 64, 64}, {0x4002, 16, 256}};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct dddk_host *machine = dddk_test_open(1);
        struct dddk_model *model;
        struct soc *soc = soc_with(machine, &model, devices[i].cap, 4096);

        assert_non_null(soc);
        dddk_thread_enter(&soc->dddk);
        assert_int_equal(soc->strides[2], devices[i].bell_stride);
        assert_int_equal(soc->strides[3], devices[i].level_stride);
        for (unsigned k = 0; k < 8; k++) {
            assert_int_equal(soc_bells_write(soc, k, k + 1), 0);
        }
        for (unsigned k = 0; k < 8; k++) {
            assert_int_equal(value_of(model, "BELLS", k), k + 1);
            assert_int_equal(soc_bells_read(soc, k), k + 1);
        }
        assert_int_equal(soc_levels_update(soc, 3, .low = 7), 0);
        assert_int_equal(value_of(model, "LEVELS", 3), 7);
        assert_int_equal(dddk_read32(&soc->regs.mmio, 0x800 + 5 * devices[i].bell_stride), 6);
        soc_dump(soc);
        dddk_thread_leave(&soc->dddk);
        assert_int_equal(dddk_test_close(machine), 0); /* and no access went beside a register */
    }
}

static unsigned said;

static void count_line(void *user, const struct dddk_device *dev, enum dddk_log_level level, const char *line)
{
    (void)user, (void)dev;
    said += level == DDDK_LOG_ERROR && (strstr(line, "CAP.DSTRD") != NULL || strstr(line, "CAP.UNITS") != NULL || strstr(line, "CHIME_BYTES is") != NULL);
}

static void a_stride_that_leaves_what_is_mapped_is_refused(void **state)
{
    /* Elements in the next register, far away, beyond any address, none at all, and behind the BAR. */
    static const uint32_t hostile[] = {0x0107, 0x010f, 0x013f, 0x0140, 0x01ff, 0x0000, 0xff00};

    (void)state;
    dddk_host_log_to(count_line, NULL);
    for (unsigned i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        struct dddk_host *machine = dddk_test_open(1);
        struct dddk_model *model;

        said = 0;
        assert_null(soc_with(machine, &model, hostile[i], 4096));
        assert_int_equal(said, 1);
        assert_int_equal(register_of(model, "BELLS", 0).reads + register_of(model, "BELLS", 0).writes, 0);
        assert_int_equal(dddk_test_close(machine), 0);
    }
    dddk_host_log_to(NULL, NULL);

    /* What counts is what is mapped, and not what the manifest asks for at least. */
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model;
    struct soc *soc = soc_with(machine, &model, 0xff00, 8192);
    assert_non_null(soc);
    dddk_thread_enter(&soc->dddk);
    assert_int_equal(soc_levels_write(soc, 3, .low = 9), 0);
    assert_int_equal(value_of(model, "LEVELS", 3), 9);
    dddk_thread_leave(&soc->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* The unit is all of a register, and the device says any number of bytes; for one element it may say nothing. */
static void a_register_says_how_many_bytes_apart_elements_are(void **state)
{
    static const struct {
        uint32_t says;
        bool fits;
    } devices[] = {{2, true}, {6, true}, {0xa8, true}, {0, false}, {1, false}, {3, false}, {7, false}, {0x200, false}, {UINT32_MAX, false}};
    static const struct dddk_driver *const drivers[] = {&soc_driver};

    (void)state;
    dddk_host_log_to(count_line, NULL);
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        struct dddk_host *machine = dddk_test_open(1);
        struct dddk_model *model = dddk_test_add(machine, &soc_model_type, 3);

        assert_int_equal(value_of(model, "CHIME_BYTES", 0), 2); /* the least, where the manifest does not say */
        assert_true(dddk_test_poke(model, "CHIME_BYTES", 0, devices[i].says));
        said = 0;
        assert_int_equal(dddk_test_probe(machine, drivers, 1) == 1, devices[i].fits);
        assert_int_equal(said, !devices[i].fits);
        if (devices[i].fits) {
            struct soc *soc = DDDK_CONTAINER(dddk_test_device(machine, "soc.0"), struct soc, dddk);
            dddk_thread_enter(&soc->dddk);
            assert_int_equal(soc_chimes_write(soc, 3, 0x1234), 0);
            assert_int_equal(value_of(model, "CHIMES", 3), 0x1234);
            assert_int_equal(dddk_read16(&soc->regs.mmio, 0x400 + 3 * devices[i].says), 0x1234);
            assert_int_equal(soc_lone_write(soc, 0, 5), 0);
            assert_int_equal(value_of(model, "LONE", 0), 5);
            dddk_thread_leave(&soc->dddk);
        }
        assert_int_equal(dddk_test_close(machine), 0);
    }
    dddk_host_log_to(NULL, NULL);
}
"""


def main(*names: str) -> str:
    rows = "\n".join(f"        cmocka_unit_test({name})," for name in names)
    return f"\nint main(void)\n{{\n    const struct CMUnitTest tests[] = {{\n{rows}\n    }};\n\n    return cmocka_run_group_tests_name(\"registers\", tests, NULL, NULL);\n}}\n"


CLAIMS = (
    "a_write_reaches_only_what_it_enables",
    "other_fields_of_a_register_leave_the_rest_alone",
    "every_address_of_a_register_shows_what_it_holds",
    "elements_are_as_far_apart_as_the_device_says",
    "a_stride_that_leaves_what_is_mapped_is_refused",
    "a_register_says_how_many_bytes_apart_elements_are",
)


def project(folder: Path) -> Project:
    return Project(folder, "soc", MANIFEST, {"test_soc.c": HEAD + PROGRAM + STRIDES + main(*CLAIMS)})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_registers_of_many_kinds(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_soc.c") == len(CLAIMS)


def test_the_page_says_what_is_special(tmp_path: Path) -> None:
    page = (project(tmp_path).generate() / "soc.md").read_text()
    assert "bit n + 16 enables writing bit n" in page
    assert "another address of EVENTS" in page
    assert "another view of EVENTS" in page
    assert "other fields of PORT" in page
    assert "8 elements, 4 << CAP.DSTRD bytes apart" in page


def test_a_remembered_register_with_a_second_address_is_not_updated(tmp_path: Path) -> None:
    header = (project(tmp_path).generate() / "soc.regs.h").read_text()
    assert 'DDDK_UNAVAILABLE("soc LEVEL is changed by writing LEVEL_AGAIN: what the driver wrote last is not what it holds' in header


def test_registers_may_all_be_in_blocks_and_an_alias_is_where_its_register_is(tmp_path: Path) -> None:
    head = MANIFEST[: MANIFEST.index("regions:")].replace("soc", "lane")
    manifest = head + """regions: {regs: {bar: 0, size: 256, default: true}, far: {bar: 2, size: 4KiB}}
blocks:
  LANE: {at: 0x100, region: far, count: 4, stride: 64, registers: {CTRL: {at: 0, fields: {ON: 0}}, AGAIN: {at: 8, alias_of: CTRL}}}
"""
    header = (Project(tmp_path, "lane", manifest).generate() / "lane.regs.h").read_text()
    assert "dddk_read32(&dev->far.mmio, LANE_LANE_AGAIN + index * 64u)" in header
