# SPDX-License-Identifier: MIT
"""Registers in repeated blocks within repeated blocks, lists of offsets in no equal steps, and what names one element of an array.

The device is tests/generator/whole/plenty_places.yaml, whose generated tests reach each element; here is what an author relies on.
"""

from __future__ import annotations

import subprocess

import pytest
from whole import ROOT, Project

WHOLE = ROOT / "tests" / "generator" / "whole"
MANIFEST = (WHOLE / "plenty_places.yaml").read_text()

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "nested.dddk.h"
#include "nested.model.h"
#include "runtime/port/hosted/host.h"

struct bench {
    struct dddk_host *machine;
    struct dddk_model *model;
    struct nested *dev;
};

static int open_bench(void **state)
{
    static const struct dddk_driver *const drivers[] = {&nested_driver};
    static struct bench bench;

    bench.machine = dddk_test_open(1);
    bench.model = dddk_test_add(bench.machine, &nested_model_type, 3);
    *state = &bench;
    if (dddk_test_probe(bench.machine, drivers, 1) != 1) {
        return -1;
    }
    bench.dev = DDDK_CONTAINER(dddk_test_device(bench.machine, "nested.0"), struct nested, dddk);
    dddk_thread_enter(&bench.dev->dddk);
    return 0;
}

static int close_bench(void **state)
{
    const struct bench *bench = *state;

    dddk_thread_leave(&bench->dev->dddk);
    return dddk_test_close(bench->machine) == 0 ? 0 : -1;
}

static uint64_t held(const struct bench *bench, const char *name, unsigned element)
{
    struct dddk_test_register found = {0};

    assert_true(dddk_test_register(bench->model, name, element, &found));
    return found.value;
}

static void listed_offsets_are_where_the_list_says(void **state)
{
    static const size_t taps[] = {0x40, 0x44, 0x60, 0x52}, downs[] = {0x8c, 0x88, 0x84};
    struct nested *dev = ((struct bench *)*state)->dev;

    for (unsigned i = 0; i < NESTED_TAP_COUNT; i++) {
        assert_int_equal(nested_tap_write(dev, i, 0x1100 + i), 0);
        assert_int_equal(dddk_read16(&dev->regs.mmio, taps[i]), 0x1100 + i);
    }
    for (unsigned i = 0; i < NESTED_DOWN_COUNT; i++) {
        assert_int_equal(nested_down_write(dev, i, 0x2200 + i), 0);
        assert_int_equal(dddk_read32(&dev->regs.mmio, downs[i]), 0x2200 + i);
    }
}

static void a_listed_register_may_be_remembered_and_big_endian(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(nested_broken_update(bench->dev, 3, .high = 0x7f), 0);
    assert_int_equal(held(bench, "BROKEN", 3), 0x7f05);
    assert_int_equal(nested_broken_written(bench->dev, 3).high, 0x7f);
    assert_int_equal(nested_broken_written(bench->dev, 2).high, 0);
    assert_int_equal(nested_far_write(bench->dev, 1, .low = 0x12, .high = -2), 0);
    assert_int_equal(dddk_read32(&bench->dev->odds.mmio, 0x80), 0x120000fe);
}

static void each_repeat_has_an_index(void **state)
{
    struct bench *bench = *state;

    for (unsigned port = 0; port < NESTED_PORT_COUNT; port++) {
        for (unsigned queue = 0; queue < NESTED_PORT_QUEUE_COUNT; queue++) {
            assert_int_equal(nested_port_queue_write(bench->dev, port, queue, 16 * port + queue), 0);
        }
    }
    assert_int_equal(dddk_read32(&bench->dev->regs.mmio, 0x2130), 0x13);
    assert_int_equal(dddk_read32(&bench->dev->regs.mmio, 0x1110), 0x01);
    assert_int_equal(nested_model_get_port_queue((struct nested_model *)(void *)bench->model, 1, 2), 0x12);
    assert_int_equal(nested_model_get_port_queue((struct nested_model *)(void *)bench->model, 0, 4), 0);
    nested_model_set_port_unit_state_sum((struct nested_model *)(void *)bench->model, 1, 2, 77);
    assert_int_equal(nested_port_unit_state_read(bench->dev, 1, 2).sum, 77);
    assert_int_equal(nested_port_tap_write(bench->dev, 1, 2, 0x5a), 0);
    assert_int_equal(dddk_read8(&bench->dev->regs.mmio, 0x2204), 0x5a);
}

static void an_index_past_its_own_count_is_refused(void **state)
{
    struct bench *bench = *state;
    struct dddk_test_counters before = dddk_test_counters(bench->model), after;
    volatile unsigned far = 4, near = 1;

    (void)dddk_test_refusals(true);
    assert_int_equal(nested_port_queue_write(bench->dev, 0, far, 1), DDDK_ERANGE); /* would be port 1 */
    assert_int_equal(nested_port_queue_write(bench->dev, near + 1, 0, 1), DDDK_ERANGE);
    assert_int_equal(nested_port_queue_read(bench->dev, near, far), 0);
    assert_int_equal(nested_tap_write(bench->dev, far, 1), DDDK_ERANGE);
    assert_int_equal(nested_port_ctrl_update(bench->dev, near + 1, .on = true), DDDK_ERANGE);
    assert_int_equal(dddk_test_refusals(false), 5);
    after = dddk_test_counters(bench->model);
    assert_int_equal(after.reads + after.writes, before.reads + before.writes);
}

static void an_effect_reaches_the_element_that_it_names(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(nested_start_write(bench->dev, .first = true), 0);
    assert_int_equal(held(bench, "STATUS", 0), 1);
    assert_int_equal(held(bench, "STATUS", 2), 0);
    assert_int_equal(nested_start_write(bench->dev, .third = true), 0);
    assert_int_equal(held(bench, "STATUS", 0), 0);
    assert_int_equal(held(bench, "STATUS", 2), 1);
    for (unsigned i = 0; i < 4; i++) {
        assert_true(dddk_test_poke(bench->model, "STATUS", i, 3));
    }
    assert_int_equal(nested_all_write(bench->dev, .busy = true), 0);
    assert_int_equal(held(bench, "STATUS", 3), 2);
    assert_int_equal(held(bench, "STATUS", 2), 3);
}

static void an_effect_in_a_block_stays_in_its_repetition(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(nested_port_ctrl_write(bench->dev, 1, .stop = true), 0);
    for (unsigned queue = 0; queue < 4; queue++) {
        assert_int_equal(held(bench, "PORT_QUEUE", queue), 3);
        assert_int_equal(held(bench, "PORT_QUEUE", 4 + queue), 0);
    }
    assert_int_equal(nested_reset_write(bench->dev, .some = true), 0);
    assert_int_equal(held(bench, "PORT_QUEUE", 4 + 1), 0);
    assert_int_equal(held(bench, "PORT_QUEUE", 4 + 2), 3);
    assert_int_equal(nested_port_bits_set_write(bench->dev, 0, 1, .run = true), 0);
    assert_int_equal(held(bench, "PORT_BITS", 1), 1);
    assert_int_equal(held(bench, "PORT_BITS", 0) | held(bench, "PORT_BITS", 2) | held(bench, "PORT_BITS", 3), 0);
}

static void a_reset_puts_back_shadows_of_every_element(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(nested_port_bell_write(bench->dev, 1, 3, .tail = 9), 0);
    assert_int_equal(nested_port_bell_update(bench->dev, 1, 3, .kick = true), 0);
    assert_int_equal(bench->dev->shadow.port_bell[1][3], 0x80000009u);
    assert_int_equal(nested_reset_write(bench->dev, .all = true), 0);
    assert_int_equal(bench->dev->shadow.port_bell[1][3], 0);
    assert_int_equal(nested_port_queue_read(bench->dev, 1, 3), 3);
}

static void an_alias_shows_the_element_that_it_names(void **state)
{
    struct bench *bench = *state;

    assert_true(dddk_test_poke(bench->model, "COUNTER", 1, 5));
    assert_true(dddk_test_poke(bench->model, "COUNTER", 2, 6));
    assert_int_equal(nested_counter_peek_read(bench->dev), 6);
    assert_int_equal(nested_counter_third_read(bench->dev), 6);
    assert_int_equal(nested_counter_third_read(bench->dev), 0); /* the read cleared it */
    assert_int_equal(nested_counter_read(bench->dev, 2), 0);
    assert_int_equal(nested_counter_read(bench->dev, 1), 5);
    assert_int_equal(nested_port_unit_echo_write(bench->dev, 1, 2, 1, 8), 0);
    assert_int_equal(nested_port_unit_cell_read(bench->dev, 1, 2, 1), 8);
}

static void a_bank_is_selected_where_its_selector_is(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(nested_speed_write(bench->dev, 11), 0);
    assert_int_equal(nested_setup_write(bench->dev, 12), 0);
    assert_int_equal(held(bench, "SPEED", 0), 11);
    assert_int_equal(held(bench, "SETUP", 0), 12);
    assert_int_equal(held(bench, "CFG", 1), 0); /* given back */
    assert_int_equal(nested_limit_write(bench->dev, 1, .top = 13), 0);
    assert_int_equal(held(bench, "LIMIT", 1), 13);
    assert_int_equal(held(bench, "LEVEL", 1), 0);
    assert_int_equal(nested_port_other_write(bench->dev, 1, 1, 14), 0);
    assert_int_equal(nested_port_plain_write(bench->dev, 1, 1, 15), 0);
    assert_int_equal(held(bench, "PORT_OTHER", 3), 14);
    assert_int_equal(held(bench, "PORT_PLAIN", 3), 15);
    assert_int_equal(held(bench, "PORT_OTHER", 1), 0);
}

static void a_lock_locks_its_own_element(void **state)
{
    struct bench *bench = *state;

    assert_true(dddk_test_poke(bench->model, "LOCKS", 1, 1));
    assert_true(dddk_test_poke(bench->model, "STATUS", 2, 2));
    assert_int_equal(nested_locked_write(bench->dev, 0, .value = 1, .own = 2), 0);
    assert_int_equal(nested_locked_write(bench->dev, 2, .value = 1, .own = 2), 0);
    assert_int_equal(held(bench, "LOCKED", 0), 0x201);
    assert_int_equal(dddk_test_counters(bench->model).complaints, 0);
}

static void the_device_spreads_one_of_the_repeats(void **state)
{
    struct bench *bench = *state;
    struct nested *dev = bench->dev;

    assert_int_equal(nested_lane_gain_write(dev, NESTED_LANE_MIDDLE, 21), 0);
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0x8000 + 2 * (0x100 << 1)), 21);
    assert_int_equal(nested_lane_step_write(dev, 1, 3, 22), 0);
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0x8010 + (0x100 << 1) + 12), 22);
    assert_int_equal(nested_room_door_write(dev, 1, 3, 23), 0);
    assert_int_equal(dddk_read32(&dev->regs.mmio, 0xc410 + 3 * (4 << 1)), 23);
}

static void a_range_is_of_the_innermost_repeat(void **state)
{
    struct bench *bench = *state;
    uint32_t values[3] = {31, 32, 33}, back[3] = {0};

    assert_int_equal(nested_bank_word_write_range(bench->dev, 1, 13, 3, values), 0);
    assert_int_equal(held(bench, "BANK_WORD", 16 + 13), 31);
    assert_int_equal(held(bench, "BANK_WORD", 16 + 15), 33);
    assert_int_equal(nested_bank_word_read_range(bench->dev, 1, 13, 3, back), 0);
    assert_memory_equal(values, back, sizeof(values));
    (void)dddk_test_refusals(true);
    assert_int_equal(nested_bank_word_read_range(bench->dev, 0, 14, 3, back), DDDK_ERANGE); /* not into the next block */
    assert_int_equal(dddk_test_refusals(false), 1);
}

static void each_element_is_expected(void **state)
{
    static const struct dddk_driver *const drivers[] = {&nested_driver};

    (void)state;
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        struct dddk_host *machine = dddk_test_open(1);
        struct dddk_model *model = dddk_test_add(machine, &nested_model_type, 3);

        if (wrong) { /* the last element of all */
            assert_true(dddk_test_override(model, "PORT_UNIT_KIND", 11, ~(uint64_t)0x70, 0x60));
        }
        assert_int_equal(dddk_test_probe(machine, drivers, 1), wrong ? DDDK_ENODEV : 1);
        assert_int_equal(dddk_test_close(machine), 0);
    }
}

static void see(void *user, const char *text)
{
    strncat(user, text, 40);
    strcat(user, "\\n");
}

static void a_dump_names_each_index(void **state)
{
    static char lines[1 << 15];
    struct bench *bench = *state;

    assert_int_equal(nested_port_queue_write(bench->dev, 1, 3, 0xabc), 0);
    assert_true(dddk_test_poke(bench->model, "TAP", 2, 0x77));
    lines[0] = '\\0';
    assert_int_equal(dddk_dump(&bench->dev->dddk, see, lines), 0);
    assert_non_null(strstr(lines, "PORT_QUEUE[1][3] 0x00000abc\\n"));
    assert_non_null(strstr(lines, "PORT_UNIT_CELL[1][2][1] 0x00000055\\n"));
    assert_non_null(strstr(lines, "TAP[2] 0x0077\\n"));
    assert_non_null(strstr(lines, "SETUP not read: another bank"));
    assert_non_null(strstr(lines, "PORT_OTHER[1][1] not read: another bank"));
}

#define ALONE(name) cmocka_unit_test(name)
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
TESTS
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def program() -> str:
    names = [line.split("(")[0].split()[-1] for line in PROGRAM.splitlines() if line.startswith("static void ") and line.endswith("(void **state)")]
    return PROGRAM.replace("TESTS\n", "".join(f"        {'ALONE' if name == 'each_element_is_expected' else 'TEST'}({name}),\n" for name in names))


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("nested"), "nested", MANIFEST, {"nested.c": (WHOLE / "plenty_places.c").read_text(), "test_nested.c": program()})


def test_elements_are_reached_and_named(nested: Project) -> None:
    assert nested.run("gcc", "test_nested.c") == PROGRAM.count("(void **state)") - len(("open_bench", "close_bench"))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_constant_index_past_any_of_the_counts_does_not_compile(nested: Project, compiler: str) -> None:
    out = nested.generate()
    wrong = {
        "nested_port_queue_read(dev, 0, 4)": "nested PORT_QUEUE has 4 entries: 0 to 3",
        "nested_port_queue_write(dev, 2, 0, 1)": "nested has 2 PORT: 0 to 1",
        "nested_port_ctrl_update(dev, 2, .on = true)": "nested PORT_CTRL has 2 entries: 0 to 1",
        "nested_port_unit_cell_read(dev, 1, 3, 0)": "nested has 3 PORT_UNIT: 0 to 2",
        "nested_tap_read(dev, 4)": "nested TAP has 4 entries: 0 to 3",
    }
    text = '#include "nested.dddk.h"\n' + "".join(f"void try_{number}(struct nested *dev);\nvoid try_{number}(struct nested *dev)\n{{\n    (void){call};\n}}\n" for number, call in enumerate(wrong))
    command = [compiler, "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", "-xc", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert [sentence for sentence in wrong.values() if sentence not in done.stderr] == []


@pytest.mark.parametrize(("what", "shown"), [("PORT_QUEUE[1][3]", "PORT_QUEUE[1][3] 0x00000005"), ("TAP[2]", "TAP[2] 0x0005"), ("0x60", "TAP[2] 0x0005"), ("0x2130", "PORT_QUEUE[1][3] 0x00000005")])
def test_a_value_is_decoded_with_its_indices(what: str, shown: str) -> None:
    from dddkgen.compile import compile_manifest
    from dddkgen.decode import decode, find
    from dddkgen.diagnostics import Report

    driver = compile_manifest(str(WHOLE / "plenty_places.yaml"), Report())
    assert driver is not None
    assert decode(*find(driver, what), 5).strip() == shown
