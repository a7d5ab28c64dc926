/* SPDX-License-Identifier: MIT
 *
 * Bounded waiting: deadlines, contexts, completions.
 */
#include "fake.h"

struct toy {
    struct dddk_device dddk;
    struct dddk_misc misc;
    struct dddk_vector vectors[1];
};

static uint32_t no_cause(struct dddk_device *dev)
{
    (void)dev;
    return 0;
}

static const struct dddk_vector_ops ops = {.name = "main", .cause = no_cause};
static const struct dddk_vector_ops *const vectors[] = {&ops};
static const struct dddk_misc_ops misc_ops = {.operation_count = 0};
static const struct dddk_match match = {.vendor = 1, .device = 2};
static const struct dddk_step steps[] = {{"only", NULL, NULL, false}};
static const struct dddk_driver driver = {
    .name = "toy",
    .class_kind = DDDK_CLASS_MISC,
    .instance_size = sizeof(struct toy),
    .matches = &match,
    .vectors = vectors,
    .vector_count = 1,
    .vectors_offset = offsetof(struct toy, vectors),
    .class_ops = &misc_ops,
    .class_offset = offsetof(struct toy, misc),
    .attach = {steps, 1},
    .start = {steps, 1},
};

static struct toy *toy;
static unsigned looks, true_at_look;
static uint64_t true_at_ns;
static struct dddk_completion done;
static uint64_t complete_at_ns;

static int setup(void **state)
{
    (void)state;
    toy = (struct toy *)(void *)fake_reset(&driver);
    assert_int_equal(dddk_attach(&toy->dddk), 0);
    looks = true_at_look = 0;
    true_at_ns = UINT64_MAX;
    dddk_thread_enter(&toy->dddk);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    if (toy->dddk.lock.held) {
        dddk_thread_leave(&toy->dddk);
    }
    dddk_detach(&toy->dddk);
    return 0;
}

static bool look(void)
{
    looks++;
    return looks == true_at_look || fake.now_ns >= true_at_ns;
}

static void a_condition_that_holds_costs_one_look_and_no_time(void **state)
{
    (void)state;
    true_at_look = 1;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), 0);
    assert_int_equal(looks, 1);
    assert_int_equal(fake.pauses, 0);
    assert_int_equal(fake.now_ns, 0);
}

static void a_condition_that_comes_in_time_ends_the_wait(void **state)
{
    (void)state;
    true_at_ns = DDDK_USEC(400);
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(10)), 0);
    assert_true(fake.now_ns < DDDK_MSEC(2));
    assert_int_equal(toy->dddk.counters.timeouts, 0);
}

static void a_condition_that_never_comes_ends_at_its_deadline(void **state)
{
    (void)state;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(10)), DDDK_ETIMEDOUT);
    assert_int_equal(fake.now_ns, DDDK_MSEC(10)); /* not a moment later */
    assert_int_equal(toy->dddk.counters.timeouts, 1);
    assert_true(fake.pauses < 30); /* the pauses grow */
}

static void the_condition_is_read_once_more_after_the_deadline(void **state)
{
    (void)state;
    fake.oversleep_ns = DDDK_SEC(5); /* this thread was held up, not the device */
    true_at_ns = DDDK_USEC(5);
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), 0);
    assert_int_equal(looks, 2);
}

static void a_timeout_of_zero_still_looks_twice(void **state)
{
    (void)state;
    assert_int_equal(dddk_poll(toy, look(), 0), DDDK_ETIMEDOUT);
    assert_int_equal(looks, 2);
    assert_int_equal(fake.now_ns, 0);
}

static void a_timeout_that_overflows_is_forever_and_not_now(void **state)
{
    (void)state;
    fake.now_ns = UINT64_MAX - 1000;
    true_at_look = 3;
    assert_int_equal(dddk_poll(toy, look(), UINT64_MAX), 0);
}

static void a_deadline_asks_whether_the_device_is_still_there(void **state)
{
    (void)state;
    fake.absent = true;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), DDDK_ENODEV);
    assert_int_equal(toy->dddk.state, DDDK_GONE);
    looks = 0;
    /* known to be gone: nobody waits for it again */
    assert_int_equal(dddk_poll(toy, look(), DDDK_SEC(1)), DDDK_ENODEV);
    assert_int_equal(looks, 1);
    assert_int_equal(fake.now_ns, DDDK_MSEC(1));
}

static void outside_thread_context_nothing_sleeps_and_nothing_is_read(void **state)
{
    (void)state;
    dddk_thread_leave(&toy->dddk);
    true_at_look = 1;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), DDDK_ESTATE);
    assert_int_equal(dddk_wait(toy, &done, DDDK_MSEC(1)), DDDK_ESTATE);
    dddk_sleep(toy, DDDK_MSEC(1));
    toy->dddk.context = DDDK_CONTEXT_POLL;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), DDDK_ESTATE);
    toy->dddk.context = DDDK_CONTEXT_IRQ;
    assert_int_equal(dddk_poll(toy, look(), DDDK_MSEC(1)), DDDK_ESTATE);
    toy->dddk.context = DDDK_CONTEXT_NONE;
    assert_int_equal(looks, 0);
    assert_int_equal(fake.now_ns, 0);
    assert_int_equal(toy->dddk.counters.context_errors, 5);
}

static void a_spin_is_allowed_anywhere_but_not_for_long(void **state)
{
    (void)state;
    toy->dddk.context = DDDK_CONTEXT_IRQ;
    assert_int_equal(dddk_spin(toy, look(), DDDK_SPIN_MAX_NS + 1), DDDK_EINVAL);
    assert_int_equal(looks, 0);
    true_at_ns = DDDK_USEC(20);
    assert_int_equal(dddk_spin(toy, look(), DDDK_SPIN_MAX_NS), 0);
    true_at_ns = UINT64_MAX;
    assert_int_equal(dddk_spin(toy, look(), DDDK_SPIN_MAX_NS), DDDK_ETIMEDOUT);
    assert_int_equal(fake.pauses, 0);
    assert_true(fake.spins > 0);
    assert_int_equal(toy->dddk.counters.context_errors, 0);
    toy->dddk.context = DDDK_CONTEXT_THREAD;
}

static void a_sleep_lasts_at_least_as_long_as_asked(void **state)
{
    (void)state;
    dddk_sleep(toy, DDDK_MSEC(5));
    assert_true(fake.now_ns >= DDDK_MSEC(5));
}

static void complete_in_time(uint64_t duration_ns)
{
    (void)duration_ns;
    if (fake.now_ns >= complete_at_ns) {
        dddk_complete(&done);
    }
}

static void a_completion_ends_the_wait_and_is_used_up(void **state)
{
    (void)state;
    dddk_arm(&done);
    fake.pause = complete_in_time;
    complete_at_ns = 0;
    assert_int_equal(dddk_wait(toy, &done, DDDK_SEC(1)), 0);
    fake.pause = NULL;
    assert_int_equal(dddk_wait(toy, &done, DDDK_SEC(1)), DDDK_ETIMEDOUT);
    assert_int_equal(toy->dddk.counters.timeouts, 1);
}

static void a_completion_before_the_wait_counts_and_one_before_arming_does_not(void **state)
{
    (void)state;
    dddk_arm(&done);
    dddk_complete(&done);
    assert_int_equal(dddk_wait(toy, &done, DDDK_SEC(1)), 0);
    assert_int_equal(fake.pauses, 0);
    dddk_complete(&done);
    dddk_arm(&done);
    assert_int_equal(dddk_wait(toy, &done, DDDK_SEC(1)), DDDK_ETIMEDOUT);
}

static void waiting_for_a_completion_of_an_absent_device_ends(void **state)
{
    (void)state;
    dddk_arm(&done);
    fake.absent = true;
    assert_int_equal(dddk_wait(toy, &done, DDDK_MSEC(3)), DDDK_ENODEV);
    assert_int_equal(toy->dddk.state, DDDK_GONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_condition_that_holds_costs_one_look_and_no_time),
        TEST(a_condition_that_comes_in_time_ends_the_wait),
        TEST(a_condition_that_never_comes_ends_at_its_deadline),
        TEST(the_condition_is_read_once_more_after_the_deadline),
        TEST(a_timeout_of_zero_still_looks_twice),
        TEST(a_timeout_that_overflows_is_forever_and_not_now),
        TEST(a_deadline_asks_whether_the_device_is_still_there),
        TEST(outside_thread_context_nothing_sleeps_and_nothing_is_read),
        TEST(a_spin_is_allowed_anywhere_but_not_for_long),
        TEST(a_sleep_lasts_at_least_as_long_as_asked),
        TEST(a_completion_ends_the_wait_and_is_used_up),
        TEST(a_completion_before_the_wait_counts_and_one_before_arming_does_not),
        TEST(waiting_for_a_completion_of_an_absent_device_ends),
    };

    return cmocka_run_group_tests_name("bounded waiting", tests, NULL, NULL);
}
