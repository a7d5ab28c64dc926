/* SPDX-License-Identifier: MIT
 *
 * Virtual time of the simulated machine, and its random numbers.
 */
#include "gadget.h"

static struct dddk_host *bare_machine(struct dddk_model **model)
{
    struct dddk_host *machine = dddk_test_open(1);

    assert_non_null(machine);
    (void)gadget_hush();
    *model = dddk_test_add(machine, &gadget_model_type, 4);
    assert_non_null(*model);
    return machine;
}

struct journal {
    unsigned count;
    char order[16];
    uint64_t times[16];
};
static struct journal journal;

static void note(struct dddk_model *model, char what)
{
    journal.times[journal.count] = dddk_model_now_ns(model);
    journal.order[journal.count++] = what;
}

static void event_a(void *model)
{
    note(model, 'a');
}

static void event_b(void *model)
{
    note(model, 'b');
}

static void event_again(void *model)
{
    note(model, '0');
    if (journal.count < 5) {
        assert_int_equal(dddk_model_after(model, 0, event_again), 0);
    }
}

static void events_come_in_order_of_time_and_then_of_arrival(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    journal = (struct journal){.count = 0};
    assert_int_equal(dddk_model_after(model, 30, event_a), 0);
    assert_int_equal(dddk_model_after(model, 10, event_b), 0);
    assert_int_equal(dddk_model_after(model, 20, event_a), 0);
    assert_int_equal(dddk_model_after(model, 20, event_b), 0);
    dddk_test_run(machine, 25);
    assert_string_equal(journal.order, "bab");
    assert_int_equal(dddk_test_now_ns(machine), 25);
    dddk_test_run(machine, 5);
    assert_string_equal(journal.order, "baba");
    assert_int_equal(journal.times[0], 10);
    assert_int_equal(journal.times[3], 30);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void many_events_stay_in_order(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    uint64_t last = 0;
    (void)state;

    for (unsigned i = 0; i < 500; i++) {
        assert_int_equal(dddk_model_after(model, 1u + dddk_model_random(model) % 1000u, event_a),
                         0);
    }
    for (unsigned left = 500; left > 0;) {
        journal = (struct journal){.count = 0};
        dddk_test_run(machine, 1);
        assert_true(journal.count < 16);
        assert_true(dddk_test_now_ns(machine) > last);
        for (unsigned i = 0; i < journal.count; i++) {
            assert_int_equal(journal.times[i], dddk_test_now_ns(machine));
        }
        last = dddk_test_now_ns(machine);
        assert_true(last <= 1000);
        left -= journal.count;
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_happens_at_once_again_and_again_does_not_stop_the_clock(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    journal = (struct journal){.count = 0};
    assert_int_equal(dddk_model_after(model, 0, event_again), 0);
    dddk_test_run(machine, 100);
    assert_string_equal(journal.order, "00000");
    assert_int_equal(journal.times[4], 5);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_was_cancelled_does_not_happen(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    journal = (struct journal){.count = 0};
    assert_int_equal(dddk_model_after(model, 10, event_a), 0);
    assert_int_equal(dddk_model_after(model, 20, event_b), 0);
    assert_int_equal(dddk_model_after(model, 30, event_a), 0);
    dddk_model_cancel(model, event_a);
    dddk_test_run(machine, 100);
    assert_string_equal(journal.order, "b");
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_reset_forgets_what_was_put_off(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    journal = (struct journal){.count = 0};
    assert_int_equal(dddk_model_after(gadget_model(gadget), 1000, event_a), 0);
    gadget_write(gadget, GADGET_MASK, 1);
    gadget_write(gadget, GADGET_CTRL, GADGET_RESET);
    assert_int_equal(gadget_read(gadget, GADGET_MASK), 0);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(journal.count, 0);
    assert_int_equal(dddk_test_counters(gadget_model(gadget)).resets, 2); /* power-on, this one */
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_seed_decides_the_numbers(void **state)
{
    uint32_t numbers[3];
    (void)state;

    for (unsigned run = 0; run < 3; run++) {
        struct dddk_host *machine = dddk_test_open(run == 2 ? 8 : 7);
        struct dddk_model *model = dddk_test_add(machine, &gadget_model_type, 4);
        numbers[run] = dddk_model_random(model);
        assert_int_not_equal(numbers[run], dddk_model_random(model));
        assert_int_equal(dddk_test_close(machine), 0);
    }
    assert_int_equal(numbers[0], numbers[1]);
    assert_int_not_equal(numbers[0], numbers[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_order_of_time_and_then_of_arrival),
        cmocka_unit_test(many_events_stay_in_order),
        cmocka_unit_test(what_happens_at_once_again_and_again_does_not_stop_the_clock),
        cmocka_unit_test(what_was_cancelled_does_not_happen),
        cmocka_unit_test(a_reset_forgets_what_was_put_off),
        cmocka_unit_test(the_seed_decides_the_numbers),
    };

    return cmocka_run_group_tests_name("sim_time", tests, NULL, NULL);
}
