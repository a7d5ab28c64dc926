/* SPDX-License-Identifier: MIT
 *
 * Registers of a simulated device as a test sees them, and what a test can break: dddk/test.h.
 */
#include <stdlib.h>

#include "gadget.h"

struct bench {
    struct dddk_host *machine;
    struct gadget *gadget;
    struct dddk_model *model;
};

static struct bench open_bench(void)
{
    struct bench bench = {.machine = gadget_machine(&gadget_driver, 1, true)};

    bench.gadget = gadget_number(bench.machine, 0);
    bench.model = gadget_model(bench.gadget);
    return bench;
}

static struct dddk_test_register look(struct bench *bench, const char *name, unsigned index)
{
    struct dddk_test_register found;

    assert_true(dddk_test_register(bench->model, name, index, &found));
    return found;
}

/* ---- looking ---- */

static void accesses_are_counted_by_register(void **state)
{
    struct bench bench = open_bench();
    struct dddk_test_register found;
    (void)state;

    gadget_write(bench.gadget, GADGET_MASK, 7);
    gadget_write(bench.gadget, GADGET_MASK, 9);
    (void)gadget_read(bench.gadget, GADGET_MASK);
    found = look(&bench, "MASK", 0);
    assert_int_equal(found.writes, 2);
    assert_int_equal(found.reads, 1);
    assert_int_equal(found.last_written, 9);
    assert_int_equal(found.last_read, 9);
    assert_int_equal(found.value, 9);
    found = look(&bench, "TABLE", 2);
    assert_int_equal(found.reads + found.writes, 0);
    assert_false(dddk_test_register(bench.model, "TABLE", 4, &found));
    assert_false(dddk_test_register(bench.model, "MASK", 1, &found));
    assert_false(dddk_test_register(bench.model, "NOTHING", 0, &found));
    assert_int_equal(dddk_test_counters(bench.model).writes, 2);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void hooks_see_the_index_and_what_was_written(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    gadget_write(bench.gadget, GADGET_TABLE + 16, 41);
    assert_int_equal(look(&bench, "TABLE", 2).value, 42);
    assert_int_equal(look(&bench, "TABLE", 2).last_written, 41);
    assert_int_equal(look(&bench, "TABLE", 1).value, 0);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void an_operation_that_a_bit_starts_takes_a_moment(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    gadget_write(bench.gadget, GADGET_CTRL, GADGET_GO | 0x30);
    assert_int_equal(gadget_read(bench.gadget, GADGET_CTRL), GADGET_GO | 0x30);
    dddk_test_run(bench.machine, DDDK_NSEC(999));
    assert_int_equal(gadget_read(bench.gadget, GADGET_CTRL), GADGET_GO | 0x30);
    dddk_test_run(bench.machine, DDDK_NSEC(1));
    assert_int_equal(gadget_read(bench.gadget, GADGET_CTRL), 0x30);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void what_no_driver_may_do_is_complained_about(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    assert_int_equal(gadget_read(bench.gadget, 0x800), 0xffffffff);
    assert_int_equal(dddk_read8(&bench.gadget->mmio, GADGET_MASK), 0xff);
    assert_int_equal(dddk_test_counters(bench.model).complaints, 2);
    assert_int_equal(gadget_hush(), 2); /* each was logged */
    dddk_model_complain(bench.model, "number %d", 3);
    assert_int_equal(dddk_test_damage(bench.machine).complaints, 3);
    assert_int_equal(dddk_test_close(bench.machine), 3);
}

/* ---- breaking ---- */

static void a_poke_is_no_access_and_is_seen(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    assert_true(dddk_test_poke(bench.model, "TABLE", 1, 5));
    assert_int_equal(look(&bench, "TABLE", 1).value, 5); /* and no hook ran */
    assert_int_equal(look(&bench, "TABLE", 1).writes, 0);
    assert_int_equal(gadget_read(bench.gadget, GADGET_TABLE + 8), 5);
    assert_false(dddk_test_poke(bench.model, "NOTHING", 0, 5));
    /* causes and masks that are poked interrupt */
    bench.gadget->cause = gadget_acknowledge;
    assert_true(dddk_test_poke(bench.model, "MASK", 0, GADGET_A));
    assert_true(dddk_test_poke(bench.model, "CAUSE", 0, GADGET_A));
    dddk_test_run(bench.machine, DDDK_USEC(1));
    assert_int_equal(bench.gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void an_override_changes_what_is_read_and_can_be_taken_back(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    gadget_write(bench.gadget, GADGET_MASK, 0x0ff0);
    assert_true(dddk_test_override(bench.model, "MASK", 0, ~(uint64_t)0x0f00, 1));
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0x00f1);
    assert_int_equal(look(&bench, "MASK", 0).value, 0x0ff0);
    assert_true(dddk_test_override(bench.model, "MASK", 0, 0, 0));
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0);
    assert_true(dddk_test_override(bench.model, "MASK", 0, UINT64_MAX, 0));
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0x0ff0);
    assert_false(dddk_test_override(bench.model, "NOTHING", 0, 0, 0));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void there_are_16_overrides(void **state)
{
    static const char *const plain[] = {"CAUSE",   "MASK",    "CTRL",    "SELECT",
                                        "LEFT",    "RIGHT",   "IN_BASE", "IN_SIZE",
                                        "IN_HEAD", "IN_TAIL", "OUT_LOW", "OUT_HIGH"};
    struct bench bench = open_bench();
    (void)state;

    for (unsigned i = 0; i < 12; i++) {
        assert_true(dddk_test_override(bench.model, plain[i], 0, UINT64_MAX, 2));
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_true(dddk_test_override(bench.model, "TABLE", i, UINT64_MAX, 4));
    }
    assert_false(dddk_test_override(bench.model, "OUT_COUNT", 0, UINT64_MAX, 2));
    assert_int_equal(gadget_read(bench.gadget, GADGET_TABLE + 24), 4);
    assert_true(dddk_test_override(bench.model, "MASK", 0, UINT64_MAX, 0)); /* frees its place */
    assert_true(dddk_test_override(bench.model, "OUT_COUNT", 0, UINT64_MAX, 2));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void stuck_registers_read_as_told_and_lose_writes(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    gadget_write(bench.gadget, GADGET_TABLE + 24, 5);
    dddk_test_stick(bench.model, DDDK_TEST_ALL_ONES);
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0xffffffff);
    assert_int_equal(dddk_read8(&bench.gadget->mmio, 1), 0xff);
    dddk_test_stick(bench.model, DDDK_TEST_ALL_ZEROS);
    assert_int_equal(gadget_read(bench.gadget, GADGET_TABLE + 24), 0);
    dddk_test_stick(bench.model, DDDK_TEST_LAST_VALUE);
    assert_int_equal(gadget_read(bench.gadget, GADGET_TABLE + 24), 6);
    assert_int_equal(gadget_read(bench.gadget, 0x800), 0xffffffff);
    gadget_write(bench.gadget, GADGET_TABLE + 24, 9);
    gadget_write(bench.gadget, GADGET_MASK, GADGET_A);
    dddk_test_stick(bench.model, DDDK_TEST_WORKING);
    assert_int_equal(gadget_read(bench.gadget, GADGET_TABLE + 24), 6);
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0);
    assert_true(dddk_port_present(&bench.gadget->dddk));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void a_stuck_device_interrupts_nobody_until_it_works_again(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    bench.gadget->cause = gadget_acknowledge;
    gadget_write(bench.gadget, GADGET_MASK, GADGET_A);
    dddk_test_stick(bench.model, DDDK_TEST_ALL_ZEROS);
    dddk_test_raise(bench.model, 0, GADGET_A);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.gadget->interrupts, 0);
    dddk_test_stick(bench.model, DDDK_TEST_WORKING);
    dddk_test_raise(bench.model, 0, GADGET_A);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void never(void *model)
{
    (void)model;
    fail_msg("a device that is out of its slot does nothing");
}

static void a_device_that_is_pulled_is_gone(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    assert_int_equal(dddk_model_after(bench.model, 100, never), 0);
    dddk_test_pull(bench.model);
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 0xffffffff);
    assert_false(dddk_port_present(&bench.gadget->dddk));
    assert_int_equal(dddk_test_send(bench.model, "frame", 5), DDDK_ENODEV);
    dddk_test_raise(bench.model, 0, GADGET_A);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.gadget->interrupts, 0);
    assert_int_equal(dddk_test_remove(bench.machine, &bench.gadget->dddk), 0);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

/* ---- the machine ---- */

static void the_kth_acquisition_fails_and_the_log_tells(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_test_step steps[32];
    (void)state;

    (void)gadget_hush();
    assert_non_null(dddk_test_add(machine, &gadget_model_type, 4));
    dddk_test_fail_at(machine, 3, DDDK_EIO);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), DDDK_EIO);
    assert_null(dddk_test_device(machine, "gadget.0"));
    unsigned count = dddk_test_steps(machine, steps, 32);
    assert_int_equal(count, 5);
    assert_string_equal(steps[0].name, "memory decode");
    assert_string_equal(steps[1].name, "map regs");
    assert_string_equal(steps[2].name, "dma mask");
    assert_true(steps[2].acquire && steps[2].failed);
    assert_string_equal(steps[3].name, "map regs");
    assert_false(steps[3].acquire || steps[3].failed);
    assert_string_equal(steps[4].name, "memory decode");
    dddk_test_forget_steps(machine);
    assert_int_equal(dddk_test_steps(machine, steps, 32), 0);
    /* only that one failed */
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    assert_true(dddk_test_steps(machine, steps, 2) > 2);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_machine_without_a_matching_device_binds_nothing(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = dddk_test_open(1);
    (void)state;

    assert_int_equal(dddk_test_probe(machine, drivers, 1), 0);
    assert_null(dddk_test_device(machine, "gadget.0"));
    assert_int_equal(dddk_test_close(machine), 0);
}

static void drivers_that_want_the_same_device_are_refused(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver, &gadget_net_driver};
    struct dddk_host *machine = dddk_test_open(1);
    (void)state;

    (void)gadget_hush();
    assert_int_equal(dddk_test_probe(machine, drivers, 2), DDDK_EEXIST);
    assert_int_equal(gadget_hush(), 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_device_can_be_removed_and_found_again(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, true);
    (void)state;

    struct dddk_model *model = gadget_model(gadget_number(machine, 0));
    assert_int_equal(dddk_test_remove(machine, dddk_test_device(machine, "gadget.0")), 0);
    assert_null(dddk_test_device(machine, "gadget.0"));
    struct gadget *other = gadget_number(machine, 1);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    assert_ptr_equal(gadget_model(gadget_number(machine, 0)), model);
    assert_ptr_equal(gadget_number(machine, 1), other); /* untouched */
    gadget_write(other, GADGET_MASK, 3);
    assert_int_equal(gadget_read(other, GADGET_MASK), 3);
    assert_int_equal(gadget_read(gadget_number(machine, 0), GADGET_MASK), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_step_log_holds_128_entries_and_then_no_more(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct bench bench = open_bench();
    struct dddk_test_step steps[200];
    (void)state;

    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(
            dddk_test_remove(bench.machine, dddk_test_device(bench.machine, "gadget.0")), 0);
        assert_int_equal(dddk_test_probe(bench.machine, drivers, 1), 1);
    }
    assert_int_equal(dddk_test_steps(bench.machine, steps, 200), 128);
    dddk_test_forget_steps(bench.machine);
    assert_int_equal(dddk_test_remove(bench.machine, dddk_test_device(bench.machine, "gadget.0")),
                     0);
    assert_string_equal(steps[0].name, "memory decode");
    assert_true(dddk_test_steps(bench.machine, steps, 200) > 5);
    assert_string_equal(steps[0].name, "open class"); /* released first */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void a_model_with_more_than_the_machine_simulates_is_refused(void **state)
{
    static struct dddk_model_type type;
    struct dddk_host *machine = dddk_test_open(1);
    (void)state;

    type = gadget_model_type;
    type.ring_count = 9;
    assert_null(dddk_test_add(machine, &type, 1));
    type = gadget_model_type;
    type.interrupt_count = 17;
    assert_null(dddk_test_add(machine, &type, 1));
    assert_non_null(dddk_test_add(machine, &gadget_model_type, 1));
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_driver_with_more_vectors_than_the_host_has_is_refused(void **state)
{
    static struct dddk_driver greedy;
    const struct dddk_driver *const drivers[] = {&greedy};
    struct dddk_host *machine = dddk_test_open(1);
    (void)state;

    (void)gadget_hush();
    greedy = gadget_driver;
    greedy.instance_size += 17 * sizeof(struct dddk_vector);
    greedy.vectors_offset = gadget_driver.instance_size;
    const struct dddk_vector_ops *ops[17];
    for (unsigned i = 0; i < 17; i++) {
        ops[i] = gadget_driver.vectors[0];
    }
    greedy.vectors = ops;
    greedy.vector_count = 17;
    greedy.start_at_publish = false; /* its steps know one vector */
    assert_non_null(dddk_test_add(machine, &gadget_model_type, 1));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), DDDK_EINVAL);
    greedy.vector_count = 16;
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_device_that_is_plugged_in_later_leaves_the_others_where_they_are(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct bench bench = open_bench();
    (void)state;

    gadget_write(bench.gadget, GADGET_MASK, 3);
    assert_non_null(dddk_test_add(bench.machine, &gadget_model_type, 1));      /* found first */
    assert_int_equal(dddk_test_probe(bench.machine, drivers, 1), DDDK_ENODEV); /* no address */
    assert_int_equal(gadget_read(bench.gadget, GADGET_MASK), 3);
    assert_int_equal(dddk_test_remove(bench.machine, &bench.gadget->dddk), 0);
    assert_int_equal(dddk_test_probe(bench.machine, drivers, 1), 2); /* now everybody has one */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accesses_are_counted_by_register),
        cmocka_unit_test(hooks_see_the_index_and_what_was_written),
        cmocka_unit_test(an_operation_that_a_bit_starts_takes_a_moment),
        cmocka_unit_test(what_no_driver_may_do_is_complained_about),
        cmocka_unit_test(a_poke_is_no_access_and_is_seen),
        cmocka_unit_test(an_override_changes_what_is_read_and_can_be_taken_back),
        cmocka_unit_test(there_are_16_overrides),
        cmocka_unit_test(stuck_registers_read_as_told_and_lose_writes),
        cmocka_unit_test(a_stuck_device_interrupts_nobody_until_it_works_again),
        cmocka_unit_test(a_device_that_is_pulled_is_gone),
        cmocka_unit_test(the_kth_acquisition_fails_and_the_log_tells),
        cmocka_unit_test(a_machine_without_a_matching_device_binds_nothing),
        cmocka_unit_test(drivers_that_want_the_same_device_are_refused),
        cmocka_unit_test(a_device_can_be_removed_and_found_again),
        cmocka_unit_test(the_step_log_holds_128_entries_and_then_no_more),
        cmocka_unit_test(a_model_with_more_than_the_machine_simulates_is_refused),
        cmocka_unit_test(a_driver_with_more_vectors_than_the_host_has_is_refused),
        cmocka_unit_test(a_device_that_is_plugged_in_later_leaves_the_others_where_they_are),
    };

    return cmocka_run_group_tests_name("sim_inject", tests, NULL, NULL);
}
