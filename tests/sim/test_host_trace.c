/* SPDX-License-Identifier: MIT
 *
 * The register trace and the log: mmiotrace's form, names of registers, elements, banks and fields.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gadget.h"

struct bench {
    struct dddk_host *machine;
    struct gadget *gadget;
    char *text;
    size_t size;
    FILE *file;
};

static void open_bench(struct bench *bench)
{
    bench->machine = gadget_machine(&gadget_driver, 1, true);
    bench->gadget = gadget_number(bench->machine, 0);
    bench->file = open_memstream(&bench->text, &bench->size);
    assert_non_null(bench->file);
    dddk_test_run(bench->machine, 1234567000 - dddk_test_now_ns(bench->machine));
    dddk_host_trace(bench->machine, bench->file);
}

/* The trace so far must be `expected`, after the line with the version. */
static void expect_trace(struct bench *bench, const char *expected)
{
    static const char version[] = "VERSION 20070824\n";

    dddk_host_trace(bench->machine, NULL);
    assert_int_equal(fclose(bench->file), 0);
    assert_int_equal(strncmp(bench->text, version, sizeof(version) - 1u), 0);
    assert_string_equal(bench->text + sizeof(version) - 1u, expected);
    free(bench->text);
    dddk_test_close(bench->machine);
}

static void an_access_is_a_line_of_mmiotrace_with_names_behind_it(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_MASK, 0x31);
    (void)gadget_read(bench.gadget, GADGET_MASK);
    expect_trace(&bench, "W 4 1.234567 1 0x80000004 0x31 0x0 0 MASK\n"
                         "R 4 1.234567 1 0x80000004 0x31 0x0 0 MASK\n");
}

static void fields_are_named_when_set_and_wide_ones_always(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_CTRL, 0x00001222); /* OUT_ENABLE, MODE FAST, LIMIT 0x12 */
    gadget_write(bench.gadget, GADGET_CTRL, 0x30);       /* MODE has no name for 3 */
    expect_trace(&bench,
                 "W 4 1.234567 1 0x80000008 0x1222 0x0 0 CTRL LIMIT=0x12 MODE=FAST OUT_ENABLE\n"
                 "W 4 1.234567 1 0x80000008 0x30 0x0 0 CTRL LIMIT=0x0 MODE=0x3\n");
}

static void an_element_of_an_array_has_its_index(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    (void)gadget_read(bench.gadget, GADGET_TABLE);
    (void)gadget_read(bench.gadget, GADGET_TABLE + 24);
    (void)gadget_read(bench.gadget, GADGET_TABLE + 4); /* between two elements there is nothing */
    expect_trace(&bench, "R 4 1.234567 1 0x80000020 0x0 0x0 0 TABLE[0]\n"
                         "R 4 1.234567 1 0x80000038 0x0 0x0 0 TABLE[3]\n"
                         "R 4 1.234567 1 0x80000024 0xffffffff 0x0 0\n");
}

static void half_of_a_register_says_which(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    dddk_write64(&bench.gadget->mmio, GADGET_IN_BASE, 0x1122334455667788);
    (void)gadget_read(bench.gadget, GADGET_IN_BASE + 4);
    expect_trace(&bench, "W 8 1.234567 1 0x80000040 0x1122334455667788 0x0 0 IN_BASE\n"
                         "R 4 1.234567 1 0x80000044 0x11223344 0x0 0 IN_BASE+4\n");
}

static void fields_of_a_big_endian_register_are_those_of_its_value_and_not_of_the_bus(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_SWAPPED, 0x05003412); /* 0x12340005 as the device has it */
    (void)dddk_read16(&bench.gadget->mmio, GADGET_SWAPPED);
    expect_trace(&bench, "W 4 1.234567 1 0x80000080 0x5003412 0x0 0 SWAPPED HIGH=0x1234 LOW=0x5\n"
                         "R 2 1.234567 1 0x80000080 0x3412 0x0 0 SWAPPED+0 HIGH=0x1234 LOW=0x0\n");
}

static void a_banked_register_has_the_name_of_the_bank_that_is_selected(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_LEFT, 1);
    gadget_write(bench.gadget, GADGET_SELECT, 1);
    gadget_write(bench.gadget, GADGET_RIGHT, 2);
    gadget_write(bench.gadget, GADGET_SELECT, 0);
    (void)gadget_read(bench.gadget, GADGET_LEFT);
    expect_trace(&bench, "W 4 1.234567 1 0x80000010 0x1 0x0 0 LEFT\n"
                         "W 4 1.234567 1 0x8000000c 0x1 0x0 0 SELECT BANK\n"
                         "W 4 1.234567 1 0x80000010 0x2 0x0 0 RIGHT\n"
                         "W 4 1.234567 1 0x8000000c 0x0 0x0 0 SELECT\n"
                         "R 4 1.234567 1 0x80000010 0x1 0x0 0 LEFT\n");
}

static void the_bank_is_known_also_when_the_trace_begins_later(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    dddk_host_trace(bench.machine, NULL);
    gadget_write(bench.gadget, GADGET_SELECT, 1);
    rewind(bench.file);
    dddk_host_trace(bench.machine, bench.file);
    gadget_write(bench.gadget, GADGET_RIGHT, 2);
    expect_trace(&bench, "W 4 1.234567 1 0x80000010 0x2 0x0 0 RIGHT\n");
}

static void mappings_are_in_the_trace(void **state)
{
    struct bench bench;
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    (void)state;

    open_bench(&bench);
    assert_int_equal(dddk_test_remove(bench.machine, &bench.gadget->dddk), 0);
    assert_int_equal(dddk_test_probe(bench.machine, drivers, 1), 1);
    expect_trace(&bench, "UNMAP 1.234567 1 0x0 0\n"
                         "MAP 1.234567 2 0x80000000 0x0 0x1000 0x0 0 gadget.0.regs\n");
}

/* ---- the log ---- */

static char last_line[256];
static enum dddk_log_level last_level;
static unsigned lines;

static void listen(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                   const char *line)
{
    assert_ptr_equal(user, &lines);
    snprintf(last_line, sizeof(last_line), "%s|%s", dev != NULL ? dev->name : "", line);
    last_level = level;
    lines++;
}

static void messages_below_the_level_are_not_made(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct dddk_device *dev = &gadget_number(machine, 0)->dddk;
    (void)state;

    lines = 0;
    dddk_host_log_to(listen, &lines);
    dddk_log_(dev, DDDK_LOG_INFO, "quiet");
    assert_int_equal(lines, 0);
    dddk_log_(dev, DDDK_LOG_WARNING, "number %d", 5);
    assert_int_equal(lines, 1);
    assert_string_equal(last_line, "gadget.0|number 5");
    assert_int_equal(last_level, DDDK_LOG_WARNING);
    dddk_host_log_level(DDDK_LOG_DEBUG);
    dddk_log_(NULL, DDDK_LOG_DEBUG, "of the host");
    assert_string_equal(last_line, "|of the host");
    dddk_host_log_level(DDDK_LOG_WARNING);
    assert_int_equal(dddk_test_close(machine), 0);
    dddk_host_log_to(NULL, NULL);
}

static void a_very_long_message_is_cut(void **state)
{
    char text[1000];
    (void)state;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = 0;
    lines = 0;
    dddk_host_log_to(listen, &lines);
    dddk_log_(NULL, DDDK_LOG_ERROR, "%s", text);
    assert_int_equal(lines, 1);
    assert_int_equal(strlen(last_line), sizeof(last_line) - 1u);
    dddk_host_log_to(NULL, NULL);
}

static void values_that_did_not_fit_are_counted_when_they_are_expected(void **state)
{
    (void)state;

    (void)dddk_host_range_faults(true);
    dddk_range_fault("gadget CTRL.MODE is 2 bits wide: 0 to 3");
    dddk_range_fault("gadget CTRL.MODE is 2 bits wide: 0 to 3");
    assert_int_equal(dddk_host_range_faults(false), 2);
    assert_int_equal(dddk_host_range_faults(false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_access_is_a_line_of_mmiotrace_with_names_behind_it),
        cmocka_unit_test(fields_are_named_when_set_and_wide_ones_always),
        cmocka_unit_test(an_element_of_an_array_has_its_index),
        cmocka_unit_test(half_of_a_register_says_which),
        cmocka_unit_test(fields_of_a_big_endian_register_are_those_of_its_value_and_not_of_the_bus),
        cmocka_unit_test(a_banked_register_has_the_name_of_the_bank_that_is_selected),
        cmocka_unit_test(the_bank_is_known_also_when_the_trace_begins_later),
        cmocka_unit_test(mappings_are_in_the_trace),
        cmocka_unit_test(messages_below_the_level_are_not_made),
        cmocka_unit_test(a_very_long_message_is_cut),
        cmocka_unit_test(values_that_did_not_fit_are_counted_when_they_are_expected),
    };

    return cmocka_run_group_tests_name("host_trace", tests, NULL, NULL);
}
