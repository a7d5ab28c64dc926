/* SPDX-License-Identifier: MIT
 *
 * The lifecycle engine, on a driver whose steps only tell that they ran.
 */
#include "fake.h"

#include <stdio.h>
#include <string.h>

struct toy {
    struct dddk_device dddk;
    struct dddk_misc misc;
    struct dddk_vector vectors[1];
};

static int reset_status, resets;
static enum dddk_state state_in_publish;
static enum dddk_context context_in_step;
static bool vanish_in_step;

static int note(struct dddk_device *dev)
{
    context_in_step = dev->context;
    assert_true(dev->lock.held);
    if (vanish_in_step) {
        fake.absent = true;
        (void)dddk_still_present(dev);
    }
    return 0;
}

static int publish(struct dddk_device *dev)
{
    state_in_publish = dev->state;
    assert_false(dev->lock.held);
    return 0;
}

static int reset(struct dddk_device *dev)
{
    (void)dev;
    resets++;
    return reset_status;
}

static uint32_t no_cause(struct dddk_device *dev)
{
    (void)dev;
    return 0;
}

static const struct dddk_vector_ops ops = {.name = "main", .cause = no_cause};
static const struct dddk_vector_ops *const vectors[] = {&ops};
static const struct dddk_misc_ops misc_ops = {.operation_count = 0};
static const struct dddk_match match = {.vendor = 1, .device = 2};
static const struct dddk_step attach_steps[] = {{"a", note, NULL, false},
                                                {"b", NULL, NULL, false},
                                                {"c", note, NULL, false},
                                                {"publish", publish, NULL, true}};
static const struct dddk_step start_steps[] = {
    {"x", note, NULL, false}, {"y", note, NULL, false}, {"z", note, NULL, false}};

#define TOY                                                                            \
    .name = "toy", .class_kind = DDDK_CLASS_MISC, .instance_size = sizeof(struct toy), \
    .matches = &match, .match_count = 1, .vectors = vectors, .vector_count = 1,        \
    .vectors_offset = offsetof(struct toy, vectors), .class_ops = &misc_ops,           \
    .class_offset = offsetof(struct toy, misc), .attach = {attach_steps, 4},           \
    .start = {start_steps, 3}, .reset = reset

static const struct dddk_driver toy = {TOY};
static const struct dddk_driver eager_toy = {TOY, .start_at_publish = true};

static int setup(void **state)
{
    resets = reset_status = 0;
    vanish_in_step = false;
    *state = fake_reset(&toy);
    return 0;
}

static void steps_run_in_order_and_are_released_in_reverse(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dev->state, DDDK_ATTACHED);
    assert_int_equal(dddk_start(dev), 0);
    assert_int_equal(dev->state, DDDK_STARTED);
    assert_int_equal(dddk_stop(dev), 0);
    assert_int_equal(dev->state, DDDK_ATTACHED);
    dddk_detach(dev);
    assert_int_equal(dev->state, DDDK_DETACHED);
    assert_string_equal(fake_steps(), "+a +b +c +publish +x +y +z -z -y -x -publish -c -b -a");
    assert_int_equal(fake.misuse, 0);
}

/* Somebody opens the device at the last moment at which it can be found. */
static void opened_at_unpublish(struct dddk_device *dev)
{
    assert_int_equal(dddk_start(dev), 0);
}

static void a_device_that_is_opened_while_it_is_unpublished_is_stopped_again(void **state)
{
    static const struct dddk_step hasty_steps[] = {{"a", note, NULL, false},
                                                   {"publish", publish, opened_at_unpublish, true}};
    static const struct dddk_driver hasty = {.name = "toy",
                                             .class_kind = DDDK_CLASS_MISC,
                                             .instance_size = sizeof(struct toy),
                                             .matches = &match,
                                             .match_count = 1,
                                             .vectors = vectors,
                                             .vector_count = 1,
                                             .vectors_offset = offsetof(struct toy, vectors),
                                             .class_ops = &misc_ops,
                                             .class_offset = offsetof(struct toy, misc),
                                             .attach = {hasty_steps, 2},
                                             .start = {start_steps, 3}};
    struct dddk_device *dev = fake_reset(&hasty);

    (void)state;
    assert_int_equal(dddk_attach(dev), 0);
    dddk_detach(dev);
    assert_int_equal(dev->state, DDDK_DETACHED);
    assert_int_equal(dev->started, 0);
    assert_string_equal(fake_steps(), "+a +publish +x +y +z -publish -z -y -x -a");
}

static void a_failure_at_step_k_releases_those_before_it_in_reverse(void **state)
{
    static const char *const expected[] = {"", "+a -a", "+a +b -b -a", "+a +b +c -c -b -a"};

    (void)state;
    for (unsigned k = 1; k <= 4; k++) {
        struct dddk_device *dev = fake_reset(&toy);
        fake.fail_at = k;
        fake.fail_status = DDDK_ENOMEM;
        assert_int_equal(dddk_attach(dev), DDDK_ENOMEM);
        assert_string_equal(fake_steps(), expected[k - 1]);
        assert_int_equal(dev->state, DDDK_DETACHED);
        assert_int_equal(dev->attached, 0);
        assert_false(dev->lock.held);
        /* and nothing keeps it from being tried again */
        assert_int_equal(dddk_attach(dev), 0);
        dddk_detach(dev);
    }
}

static void a_failure_in_start_leaves_the_device_attached(void **state)
{
    static const char *const expected[] = {"", "+x -x", "+x +y -y -x"};

    (void)state;
    for (unsigned k = 1; k <= 3; k++) {
        struct dddk_device *dev = fake_reset(&toy);
        assert_int_equal(dddk_attach(dev), 0);
        fake.step_count = 0;
        fake.fail_at = k;
        fake.fail_status = DDDK_EIO;
        assert_int_equal(dddk_start(dev), DDDK_EIO);
        assert_string_equal(fake_steps(), expected[k - 1]);
        assert_int_equal(dev->state, DDDK_ATTACHED);
        assert_int_equal(dddk_start(dev), 0);
        dddk_detach(dev);
    }
}

static void a_class_that_starts_when_published_is_undone_as_a_whole(void **state)
{
    (void)state;
    for (unsigned k = 5; k <= 7; k++) {
        struct dddk_device *dev = fake_reset(&eager_toy);
        fake.fail_at = k;
        fake.fail_status = DDDK_EIO;
        assert_int_equal(dddk_attach(dev), DDDK_EIO);
        assert_int_equal(dev->state, DDDK_DETACHED);
        assert_int_equal(dev->attached + dev->started, 0);
        assert_int_equal(fake.step_count % 2, 0);
    }
    struct dddk_device *dev = fake_reset(&eager_toy);
    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dev->state, DDDK_STARTED);
    dddk_detach(dev);
}

static void illegal_transitions_are_refused_and_change_nothing(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_start(dev), DDDK_ESTATE);
    assert_int_equal(dddk_stop(dev), DDDK_ESTATE);
    assert_int_equal(dddk_recover(dev), DDDK_ESTATE);
    dddk_detach(dev);
    assert_int_equal(fake.step_count + fake.locks, 0);
    assert_int_equal(dddk_attach(dev), 0);
    unsigned count = fake.step_count;
    assert_int_equal(dddk_attach(dev), DDDK_ESTATE);
    assert_int_equal(dddk_stop(dev), DDDK_ESTATE);
    assert_int_equal(dddk_recover(dev), DDDK_ESTATE);
    assert_int_equal(fake.step_count, count);
    assert_int_equal(dddk_start(dev), 0);
    count = fake.step_count;
    assert_int_equal(dddk_attach(dev), DDDK_ESTATE);
    assert_int_equal(dddk_start(dev), DDDK_ESTATE);
    assert_int_equal(fake.step_count, count);
    dddk_detach(dev);
    assert_false(dev->lock.held);
    assert_int_equal(fake.misuse, 0);
}

static void the_device_is_attached_before_it_is_published(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(state_in_publish, DDDK_ATTACHED);
    dddk_detach(dev);
}

static void steps_run_in_thread_context_and_leave_none_behind(void **state)
{
    struct dddk_device *dev = *state;

    context_in_step = DDDK_CONTEXT_NONE;
    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(context_in_step, DDDK_CONTEXT_THREAD);
    assert_int_equal(dev->context, DDDK_CONTEXT_NONE);
    dddk_detach(dev);
}

static void detach_stops_a_device_that_is_still_started(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dddk_start(dev), 0);
    fake.step_count = 0;
    dddk_detach(dev);
    assert_string_equal(fake_steps(), "-z -y -x -publish -c -b -a");
}

static void recover_is_stop_reset_and_start(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dddk_start(dev), 0);
    fake.step_count = 0;
    assert_int_equal(dddk_recover(dev), 0);
    assert_string_equal(fake_steps(), "-z -y -x +x +y +z");
    assert_int_equal(resets, 1);
    assert_int_equal(dev->counters.recoveries, 1);
    assert_int_equal(dev->state, DDDK_STARTED);
    dddk_detach(dev);
}

static void a_failed_recovery_leaves_the_device_gone_with_nothing_held(void **state)
{
    (void)state;
    for (unsigned how = 0; how <= 3; how++) { /* 0: the reset fails; else the k-th step of start */
        struct dddk_device *dev = fake_reset(&toy);
        assert_int_equal(dddk_attach(dev), 0);
        assert_int_equal(dddk_start(dev), 0);
        reset_status = how == 0 ? DDDK_ETIMEDOUT : 0;
        fake.fail_at = how;
        fake.fail_status = DDDK_ETIMEDOUT;
        assert_int_equal(dddk_recover(dev), DDDK_ETIMEDOUT);
        assert_int_equal(dev->state, DDDK_GONE);
        assert_int_equal(dev->started, 0);
        assert_int_equal(dddk_start(dev), DDDK_ESTATE);
        assert_int_equal(dddk_recover(dev), DDDK_ESTATE);
        dddk_detach(dev);
        assert_int_equal(dev->state, DDDK_DETACHED);
        assert_int_equal(dev->attached, 0);
    }
}

static void a_gone_device_gives_everything_back_on_stop_and_stays_gone(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dddk_start(dev), 0);
    assert_true(dddk_still_present(dev));
    fake.absent = true;
    assert_false(dddk_still_present(dev));
    assert_int_equal(dev->state, DDDK_GONE);
    fake.step_count = 0;
    assert_int_equal(dddk_stop(dev), 0);
    assert_string_equal(fake_steps(), "-z -y -x");
    assert_int_equal(dev->state, DDDK_GONE);
    assert_int_equal(dddk_stop(dev), DDDK_ESTATE);
    fake.absent = false;
    assert_false(dddk_still_present(dev)); /* one that came back is another device */
    dddk_detach(dev);
    assert_int_equal(dev->state, DDDK_DETACHED);
}

static void a_device_that_vanishes_while_it_is_started_is_gone(void **state)
{
    struct dddk_device *dev = *state;

    assert_int_equal(dddk_attach(dev), 0);
    vanish_in_step = true;
    assert_int_equal(dddk_start(dev), DDDK_ENODEV);
    assert_int_equal(dev->state, DDDK_GONE);
    assert_int_equal(dev->started, 0);
    dddk_detach(dev);
}

static void protocol_errors_are_counted_and_cannot_fill_the_log(void **state)
{
    struct dddk_device *dev = *state;

    for (unsigned i = 0; i < 1000; i++) {
        dddk_protocol_error(dev, "nonsense");
    }
    assert_int_equal(dev->counters.protocol_errors, 1000);
    assert_int_equal(fake.logged, 10); /* the 1st, 2nd, 4th ... 512th */
    assert_non_null(strstr(fake.last_log, "nonsense"));
}

static void every_status_and_state_has_a_name(void **state)
{
    static const int statuses[] = {
        DDDK_OK,     DDDK_ENOENT, DDDK_EIO,      DDDK_EAGAIN,  DDDK_ENOMEM,    DDDK_EFAULT,
        DDDK_EBUSY,  DDDK_EEXIST, DDDK_ENODEV,   DDDK_EINVAL,  DDDK_ENOSPC,    DDDK_ERANGE,
        DDDK_EPROTO, DDDK_ESTATE, DDDK_EMSGSIZE, DDDK_ENOTSUP, DDDK_ETIMEDOUT, DDDK_ECANCELED};

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(statuses); i++) {
        assert_string_not_equal(dddk_status_name(statuses[i]), "DDDK_E?");
        for (unsigned k = 0; k < i; k++) {
            assert_string_not_equal(dddk_status_name(statuses[i]), dddk_status_name(statuses[k]));
        }
    }
    assert_string_equal(dddk_status_name(1), "DDDK_E?");
    assert_string_equal(dddk_state_name(DDDK_DETACHED), "detached");
    assert_string_equal(dddk_state_name(DDDK_ATTACHED), "attached");
    assert_string_equal(dddk_state_name(DDDK_STARTED), "started");
    assert_string_equal(dddk_state_name(DDDK_GONE), "gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(steps_run_in_order_and_are_released_in_reverse, setup),
        cmocka_unit_test_setup(a_device_that_is_opened_while_it_is_unpublished_is_stopped_again,
                               setup),
        cmocka_unit_test_setup(a_failure_at_step_k_releases_those_before_it_in_reverse, setup),
        cmocka_unit_test_setup(a_failure_in_start_leaves_the_device_attached, setup),
        cmocka_unit_test_setup(a_class_that_starts_when_published_is_undone_as_a_whole, setup),
        cmocka_unit_test_setup(illegal_transitions_are_refused_and_change_nothing, setup),
        cmocka_unit_test_setup(the_device_is_attached_before_it_is_published, setup),
        cmocka_unit_test_setup(steps_run_in_thread_context_and_leave_none_behind, setup),
        cmocka_unit_test_setup(detach_stops_a_device_that_is_still_started, setup),
        cmocka_unit_test_setup(recover_is_stop_reset_and_start, setup),
        cmocka_unit_test_setup(a_failed_recovery_leaves_the_device_gone_with_nothing_held, setup),
        cmocka_unit_test_setup(a_gone_device_gives_everything_back_on_stop_and_stays_gone, setup),
        cmocka_unit_test_setup(a_device_that_vanishes_while_it_is_started_is_gone, setup),
        cmocka_unit_test_setup(protocol_errors_are_counted_and_cannot_fill_the_log, setup),
        cmocka_unit_test_setup(every_status_and_state_has_a_name, setup),
    };

    return cmocka_run_group_tests_name("lifecycle", tests, NULL, NULL);
}
