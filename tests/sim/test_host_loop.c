/* SPDX-License-Identifier: MIT
 *
 * The event loop of hosted machines: contexts as its turns, thread handlers that wait inside it,
 * and the bounds that keep it from running for ever.
 */
#include "dddk/wait.h"
#include "gadget.h"

static void schedule(struct gadget *gadget)
{
    dddk_vector_schedule(&gadget->vectors[0]);
}

static unsigned work_for_three_polls(struct gadget *gadget, unsigned budget)
{
    assert_int_equal(budget, 64);
    assert_int_equal(gadget->dddk.context, DDDK_CONTEXT_POLL);
    return gadget->polls < 3 ? budget : 1;
}

static void a_poll_that_used_its_budget_runs_again(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->poll = work_for_three_polls;
    schedule(gadget);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(gadget->polls, 3);
    assert_int_equal(dddk_test_close(machine), 0);
}

static unsigned schedules_itself(struct gadget *gadget, unsigned budget)
{
    (void)budget;
    if (gadget->polls == 1) {
        schedule(gadget);
    }
    return 0;
}

static void a_poll_that_is_scheduled_while_it_runs_runs_again(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->poll = schedules_itself;
    schedule(gadget);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(gadget->polls, 2);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* Raise an interrupt of the device that is waiting, whose poll must run and whose thread work must
 * not. */
static void waits_20_us(struct gadget *gadget, uint32_t causes)
{
    assert_int_equal(gadget->dddk.context, DDDK_CONTEXT_THREAD);
    if (gadget->calls > 1) {
        return;
    }
    assert_int_equal(causes, GADGET_B);
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A | GADGET_B);
    dddk_sleep_(&gadget->dddk, DDDK_USEC(20));
    gadget->user = gadget->polls * 100u + gadget->calls;
}

static void a_wait_runs_interrupts_and_polls_but_no_thread_work_of_its_device(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->cause = gadget_acknowledge;
    gadget->call = waits_20_us;
    gadget_write(gadget, GADGET_MASK, GADGET_A | GADGET_B);
    dddk_test_raise(gadget_model(gadget), 0, GADGET_B);
    uint64_t before = dddk_test_now_ns(machine);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(gadget->user, 101); /* one poll, and no second call inside the wait */
    assert_int_equal(gadget->calls, 2);  /* it came afterwards */
    assert_true(dddk_test_now_ns(machine) - before >= DDDK_USEC(20));
    assert_int_equal(dddk_test_close(machine), 0);
}

static struct gadget *inner;

static void lets_another_work(struct gadget *gadget, uint32_t causes)
{
    (void)causes;
    if (gadget->dddk.name[7] == '0') {
        dddk_test_raise(gadget_model(inner), 0, GADGET_B);
        dddk_sleep_(&gadget->dddk, DDDK_USEC(20));
        gadget->user = inner->calls;
    }
}

static void a_wait_runs_thread_work_of_other_devices(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, true);
    struct gadget *outer = gadget_number(machine, 0);
    (void)state;

    inner = gadget_number(machine, 1);
    for (unsigned i = 0; i < 2; i++) {
        struct gadget *it = gadget_number(machine, i);
        it->cause = gadget_acknowledge;
        it->call = lets_another_work;
        gadget_write(it, GADGET_MASK, GADGET_B);
    }
    dddk_test_raise(gadget_model(outer), 0, GADGET_B);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(outer->user, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static unsigned nested, deepest;

static void nests(struct gadget *gadget, uint32_t causes)
{
    (void)causes;
    nested++;
    deepest = nested > deepest ? nested : deepest;
    dddk_sleep_(&gadget->dddk, DDDK_USEC(20));
    nested--;
}

static void waits_inside_waits_are_bounded(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 7, true);
    (void)state;

    nested = deepest = 0;
    for (unsigned i = 0; i < 7; i++) {
        struct gadget *it = gadget_number(machine, i);
        it->cause = gadget_acknowledge;
        it->call = nests;
        gadget_write(it, GADGET_MASK, GADGET_B);
        dddk_test_raise(gadget_model(it), 0, GADGET_B);
    }
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(50)), 0);
    assert_int_equal(deepest, 4);
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(gadget_number(machine, i)->calls, 1); /* and all had their turn */
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void an_interruptible_wait_ends_with_an_interrupt_of_its_device(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, true);
    struct gadget *gadget = gadget_number(machine, 0), *other = gadget_number(machine, 1);
    (void)state;

    gadget->cause = other->cause = gadget_acknowledge;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    gadget_write(other, GADGET_MASK, GADGET_A);
    dddk_test_raise(gadget_model(other), 0, GADGET_A);
    uint64_t before = dddk_test_now_ns(machine);
    dddk_port_pause(&gadget->dddk, DDDK_USEC(50), true);
    assert_int_equal(dddk_test_now_ns(machine) - before, DDDK_USEC(50));
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    before = dddk_test_now_ns(machine);
    dddk_port_pause(&gadget->dddk, DDDK_USEC(50), true);
    assert_int_equal(dddk_test_now_ns(machine) - before, 0);
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    before = dddk_test_now_ns(machine);
    dddk_port_pause(&gadget->dddk, DDDK_USEC(50), false);
    assert_int_equal(dddk_test_now_ns(machine) - before, DDDK_USEC(50));
    assert_int_equal(dddk_test_close(machine), 0);
}

static struct dddk_host *busy;

static uint32_t enters_the_loop(struct gadget *gadget)
{
    gadget->user += dddk_host_turn(busy, 0);
    gadget->user += dddk_host_run_until_idle(busy, 0) != DDDK_ESTATE;
    gadget->user += dddk_host_remove(busy, &gadget->dddk) != DDDK_ESTATE;
    dddk_port_pause(&gadget->dddk, DDDK_SEC(1), false);
    return gadget_acknowledge(gadget);
}

static void the_loop_cannot_be_entered_from_a_handler(void **state)
{
    struct gadget *gadget;
    (void)state;

    busy = gadget_machine(&gadget_driver, 1, true);
    gadget = gadget_number(busy, 0);
    gadget->cause = enters_the_loop;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    dddk_test_run(busy, DDDK_USEC(5));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(gadget->user, 0);
    assert_true(dddk_test_now_ns(busy) < DDDK_SEC(1));
    assert_int_equal(dddk_test_damage(busy).misuse, 3);
    assert_int_equal(dddk_test_close(busy), 3);
}

static void a_device_cannot_be_removed_while_it_is_locked(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    dddk_port_lock(&gadget->dddk);
    assert_int_equal(dddk_test_remove(machine, &gadget->dddk), DDDK_ESTATE);
    dddk_port_unlock(&gadget->dddk);
    assert_int_equal(dddk_test_remove(machine, &gadget->dddk), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static unsigned never_done(struct gadget *gadget, unsigned budget)
{
    (void)gadget;
    return budget;
}

static void a_machine_that_never_rests_is_given_up_after_a_minute(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    dddk_test_spurious_interrupt(gadget_model(gadget), true); /* a retry every 10 ms */
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(20)), DDDK_ETIMEDOUT);
    assert_true(dddk_test_now_ns(machine) >= DDDK_SEC(60));
    assert_true(dddk_test_now_ns(machine) < DDDK_SEC(61));
    assert_true(dddk_test_close(machine) > 5000);
}

static void a_poll_that_never_ends_does_not_keep_the_device_from_stopping(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->poll = never_done;
    schedule(gadget);
    dddk_test_run(machine, DDDK_USEC(20));
    assert_true(gadget->polls > 5);
    /* disabled, the vector's poll looks at nothing and so comes to its end */
    assert_int_equal(dddk_test_remove(machine, &gadget->dddk), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void after_a_stop_nothing_is_scheduled_any_more(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    struct dddk_vector *vector = &gadget->vectors[0];
    (void)state;

    schedule(gadget);
    dddk_port_schedule_thread(vector);
    assert_int_equal(dddk_stop(&gadget->dddk), 0);
    uint64_t polls = vector->counters.polls;
    assert_int_equal(polls, 1); /* which found the vector disabled */
    assert_false(dddk_host_turn(machine, 0));
    assert_int_equal(vector->counters.polls, polls);
    assert_int_equal(gadget->polls, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static unsigned cut_off(struct gadget *gadget, unsigned budget)
{
    dddk_port_schedule_poll(&gadget->vectors[0]);
    return budget;
}

static void a_poll_that_is_scheduled_for_ever_is_cut_off(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->poll = cut_off;
    schedule(gadget);
    dddk_port_vector_quiesce(&gadget->vectors[0]);
    assert_int_equal(gadget->polls, 1000);
    assert_int_equal(dddk_test_damage(machine).misuse, 1);
    assert_int_equal(dddk_test_close(machine), 1);
}

static void time_passes_in_a_busy_wait(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    uint64_t before = dddk_test_now_ns(machine);
    (void)state;

    dddk_port_spin(&gadget->dddk);
    assert_int_equal(dddk_test_now_ns(machine) - before, 200);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_that_used_its_budget_runs_again),
        cmocka_unit_test(a_poll_that_is_scheduled_while_it_runs_runs_again),
        cmocka_unit_test(a_wait_runs_interrupts_and_polls_but_no_thread_work_of_its_device),
        cmocka_unit_test(a_wait_runs_thread_work_of_other_devices),
        cmocka_unit_test(waits_inside_waits_are_bounded),
        cmocka_unit_test(an_interruptible_wait_ends_with_an_interrupt_of_its_device),
        cmocka_unit_test(the_loop_cannot_be_entered_from_a_handler),
        cmocka_unit_test(a_device_cannot_be_removed_while_it_is_locked),
        cmocka_unit_test(a_machine_that_never_rests_is_given_up_after_a_minute),
        cmocka_unit_test(a_poll_that_never_ends_does_not_keep_the_device_from_stopping),
        cmocka_unit_test(after_a_stop_nothing_is_scheduled_any_more),
        cmocka_unit_test(a_poll_that_is_scheduled_for_ever_is_cut_off),
        cmocka_unit_test(time_passes_in_a_busy_wait),
    };

    return cmocka_run_group_tests_name("host_loop", tests, NULL, NULL);
}
