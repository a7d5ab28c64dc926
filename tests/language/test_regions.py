# SPDX-License-Identifier: MIT
"""Regions that are no BAR: configuration space, capabilities in it, and what capabilities name."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import COMPILERS, Project

from dddkgen import load
from dddkgen.decode import DecodeError, dump
from dddkgen.model import Driver

MANIFEST = """
dddk: 1
driver: place
title: A device in several places
class: misc
license: MIT
match: [{pci: 1234:0b0e}]
regions:
  regs:    {bar: 0, size: 256, default: true}
  common:  {capability: {id: 0x09, type: 1}, size: 56}
  doors:   {capability: {id: 0x09, type: 2}, size: 256}
  says:    {kind: config, capability: {id: 0x09, type: 2}, size: 20}
  own:     {kind: config, size: 256, doc: behind the header}
  express: {kind: config, capability: 0x10, size: 20}
  number:  {kind: config, capability: {id: 0x0003, extended: true}, size: 12}
registers:
  ID:         {at: 0x00, access: ro, reset: 0x11}
  SELECT:     {at: 0x00, region: common}
  STATUS:     {at: 0x14, region: common, width: 8, fields: {ACK: 0, LEVEL: 7:4}}
  DOORBELL:   {at: 0x00, region: doors, width: 16, count: 16, stride: 4}
  MULTIPLIER: {at: 0x10, region: says, access: ro, reset: 4}
  CLOCK:      {at: 0x60, region: own, reset: 0x10, fields: {RATE: 7:0, LOST: {bit: 8, access: w1c}, ON: 31}}
  MODE:       {at: 0x64, region: own, width: 8, reset: 0x21}
  GAIN:       {at: 0x66, region: own, width: 16, access: ro, reset: 0x1234}
  TICKS:      {at: 0x68, region: own, width: 64, split: high_first, reset: 0x0123456789abcdef}
  PAYLOAD:    {at: 0x08, region: express, width: 16, fields: {SIZE: 7:5}}
  SERIAL_NO:  {at: 0x08, region: number, access: ro, reset: 0xcafe0001}
presence: ID
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "place.dddk.h"
#include "place.model.h"
#include "runtime/port/hosted/host.h"

static const struct dddk_driver *const drivers[] = {&place_driver};
static struct dddk_host *machine;
static struct dddk_model *model;
static struct place *place;

static int open_machine(void **state)
{
    (void)state;
    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &place_model_type, 3);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    place = DDDK_CONTAINER(dddk_test_device(machine, "place.0"), struct place, dddk);
    dddk_thread_enter(&place->dddk);
    return 0;
}

static int close_machine(void **state)
{
    (void)state;
    dddk_thread_leave(&place->dddk);
    assert_int_equal(dddk_test_close(machine), 0);
    return 0;
}

static uint32_t config(unsigned offset, unsigned bytes)
{
    return dddk_host_of(&place->dddk)->ops->config_read(machine, dddk_host_where(&place->dddk), offset, bytes);
}

static void configuration_space_has_the_accessors_of_a_bar(void **state)
{
    struct dddk_test_register reg;

    (void)state;
    uint64_t before = dddk_host_statistics(machine).reads;
    assert_int_equal(place_mode_read(place), 0x21);
    assert_int_equal(place_gain_read(place), 0x1234);
    assert_int_equal(place_clock_read(place).rate, 0x10);
    assert_true(place_ticks_read(place) == 0x0123456789abcdef);
    assert_int_equal(place_mode_write(place, 0x5a), 0);
    assert_int_equal(config(0x64, 1), 0x5a);
    assert_int_equal(place_ticks_write(place, 0x1122334455667788), 0);
    assert_int_equal(config(0x68, 4), 0x55667788);
    assert_int_equal(config(0x6c, 4), 0x11223344);
    /* None of it went over a BAR. */
    assert_int_equal(dddk_host_statistics(machine).reads, before);

    /* The sticky bit beside it is left alone, and goes when it is written. */
    assert_true(dddk_test_poke(model, "CLOCK", 0, 0x110));
    assert_int_equal(place_clock_update(place, .on = true), 0);
    assert_true(dddk_test_register(model, "CLOCK", 0, &reg));
    assert_int_equal(reg.value, 0x80000110);
    assert_int_equal(place_clock_write(place, .lost = true, .rate = 1), 0);
    assert_true(dddk_test_register(model, "CLOCK", 0, &reg));
    assert_int_equal(reg.value, 1);
}

static void the_header_is_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(config(0, 4), 0x0b0e1234);
    assert_true((config(4, 2) & 2) != 0);
    assert_int_equal(config(0xf0, 4), 0); /* and where nothing is, nothing is */
}

static void a_capability_is_where_the_device_has_it(void **state)
{
    struct dddk_test_register reg;

    (void)state;
    assert_int_equal(place_payload_write(place, .size = 5), 0);
    assert_true(dddk_test_register(model, "PAYLOAD", 0, &reg));
    assert_int_equal(reg.value, 0xa0);
    assert_int_equal(place_serial_no_read(place), 0xcafe0001);
    assert_int_equal(place_multiplier_read(place), 4);
}

static void regions_of_one_bar_do_not_meet(void **state)
{
    struct dddk_test_register reg;

    (void)state;
    assert_int_equal(place_doorbell_write(place, 0, 0xbeef), 0);
    assert_int_equal(place_select_write(place, 7), 0);
    assert_int_equal(place_doorbell_read(place, 0), 0xbeef);
    assert_int_equal(place_select_read(place), 7);
    assert_int_equal(place_doorbell_write(place, 15, 0x1234), 0);
    assert_true(dddk_test_register(model, "DOORBELL", 15, &reg));
    assert_int_equal(reg.value, 0x1234);
    assert_int_equal(place_status_update(place, .level = 9), 0);
    assert_int_equal(place_status_read(place).level, 9);
}

static void keep(void *user, const char *line)
{
    fprintf(user, "%s\\n", line);
}

static void trace_and_dump_have_the_names(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    dddk_host_trace(machine, out);
    place_clock_update(place, .rate = 3);
    place_doorbell_write(place, 2, 1);
    dddk_host_trace(machine, NULL);
    assert_int_equal(dddk_dump(&place->dddk, keep, out), 0);
    fclose(out);
    assert_non_null(strstr(text, " CLOCK RATE=0x10\\n"));
    assert_non_null(strstr(text, " CLOCK RATE=0x3\\n"));
    assert_non_null(strstr(text, " DOORBELL[2]\\n"));
    assert_non_null(strstr(text, "\\nMODE 0x21\\n"));
    assert_non_null(strstr(text, "\\nTICKS 0x0123456789abcdef\\n"));
    assert_non_null(strstr(text, "\\nSERIAL_NO 0xcafe0001\\n"));
    free(text);
}

static void a_device_that_was_pulled_has_no_configuration_space(void **state)
{
    (void)state;
    dddk_test_pull(model);
    assert_int_equal(place_gain_read(place), 0xffff);
    assert_int_equal(place_serial_no_read(place), 0xffffffff);
}

int main(void)
{
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, open_machine, close_machine)
    const struct CMUnitTest tests[] = {
        CLAIM(configuration_space_has_the_accessors_of_a_bar),
        CLAIM(the_header_is_as_it_was),
        CLAIM(a_capability_is_where_the_device_has_it),
        CLAIM(regions_of_one_bar_do_not_meet),
        CLAIM(trace_and_dump_have_the_names),
        CLAIM(a_device_that_was_pulled_has_no_configuration_space),
    };

    return cmocka_run_group_tests_name("regions", tests, NULL, NULL);
}
"""


def project(folder: Path, manifest: str = MANIFEST) -> Project:
    return Project(folder, "place", manifest, {"test_place.c": PROGRAM})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_registers_are_reached_wherever_they_are(tmp_path: Path, compiler: str) -> None:
    assert project(tmp_path).run(compiler, "test_place.c") == 6


def test_the_page_says_where_each_region_is(tmp_path: Path) -> None:
    page = (project(tmp_path).generate() / "place.md").read_text()
    for row in (
        "| regs | 0 | memory | 256 bytes |",
        "| common |  | capability 0x09, type 1, names memory | 56 bytes |",
        "| says |  | capability 0x09, type 2, config | 20 bytes |",
        "| own |  | config | 256 bytes | little-endian | behind the header |",
        "| number |  | extended capability 0x03, config | 12 bytes |",
    ):
        assert row in page


def image(**bytes_: bytes) -> bytes:
    """Configuration space with two capabilities and an extended one."""
    space = bytearray(0x200)
    there = {
        "x06": b"\x10", "x34": b"\x80", "x80": b"\x09\xa0\x14\x02", "x90": b"\x04", "xa0": b"\x10\x00\x02\x00", "xa8": b"\xa0\x28",
        "x60": b"\x19\x01\x00\x80", "x64": b"\x07", "x100": b"\x01\x00\x01\x14", "x140": b"\x03\x00\x01\x00", "x148": b"\x78\x56\x34\x12",
    } | bytes_
    for at, content in there.items():
        space[int(at[1:], 16) : int(at[1:], 16) + len(content)] = content
    return bytes(space)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    path = tmp_path_factory.mktemp("place") / "place.yaml"
    path.write_text(MANIFEST)
    return load(path)


@pytest.mark.parametrize(
    ("region", "lines"),
    [
        ("own", ["CLOCK 0x80000119 ON LOST RATE=0x19", "MODE 0x07", "GAIN 0x0000", "TICKS 0x0000000000000000"]),
        ("says", ["MULTIPLIER 0x00000004"]),
        ("express", ["PAYLOAD 0x28a0 SIZE=0x5"]),
        ("number", ["SERIAL_NO 0x12345678"]),
    ],
)
def test_configuration_space_is_dumped_as_linux_shows_it(driver: Driver, region: str, lines: list[str]) -> None:
    assert list(dump(driver, region, image())) == lines


@pytest.mark.parametrize(
    ("region", "lie", "says"),
    [
        ("express", {"x34": b"\x00"}, "there is no capability 0x10"),
        ("express", {"x06": b"\x00"}, "there is no capability 0x10"),
        ("express", {"x80": b"\x09\x80"}, "loops"),
        ("express", {"x80": b"\x09\x20"}, "leaves the 512 bytes"),
        ("number", {"x100": b"\x01\x00\x01\x10"}, "loops"),
        ("number", {"x100": b"\x01\x00\x01\xf0"}, "leaves the 512 bytes"),
        ("number", {"x140": b"\x04\x00\x01\x00"}, "there is no extended capability 0x03"),
    ],
)
def test_an_image_that_lies_is_refused(driver: Driver, region: str, lie: dict[str, bytes], says: str) -> None:
    with pytest.raises(DecodeError, match=says):
        list(dump(driver, region, image(**lie)))


@pytest.mark.parametrize("size", [0, 0x34, 0x40, 0x82])
def test_an_image_that_ends_early_is_refused(driver: Driver, size: int) -> None:
    with pytest.raises(DecodeError, match="there is no|leaves"):
        list(dump(driver, "express", image()[:size]))


def test_a_manifest_without_them_has_nothing_of_them(tmp_path: Path) -> None:
    """Who does not use it does not pay for it, not even by a line."""
    plain = "\n".join(line for line in MANIFEST.splitlines() if "kind: config" not in line and "capability:" not in line and ("region: " not in line))
    out = project(tmp_path, plain).generate()
    for name in ("place.dddk.c", "place.regs.h", "place.model.c", "place_test.c"):
        text = (out / name).read_text()
        assert not any(word in text for word in ("capabilit", "config", "places_")), name
