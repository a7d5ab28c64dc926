/* SPDX-License-Identifier: MIT
 *
 * The interrupt and poll protocol, on a vector whose device is a few variables.
 */
#include "fake.h"

#include "dddk/steps.h"

#include <string.h>

enum { SERVICE = 1, THREAD = 2, COMPLETE = 4, STRANGE = 8, AT_START = 16, BUDGET = 64 };

struct toy {
    struct dddk_device dddk;
    struct dddk_misc misc;
    struct dddk_vector vectors[1];
};

static struct {
    uint32_t causes; /* what the device shows; cleared by reading */
    bool sticky;     /* it shows the same again */
    bool masked;
    unsigned causes_read, masks, unmasks, polls, calls;
    uint32_t called, completed;
    unsigned work;                         /* of the next poll */
    void (*in_poll)(struct dddk_vector *); /* what happens while it runs */
    void (*in_unmask)(struct dddk_vector *);
    bool ready;          /* what arm finds */
    bool masked_in_poll; /* while it ran */
    enum dddk_context context_in_cause, context_in_poll, context_in_call;
    char order[64];
    unsigned order_count;
} device;

static struct toy *toy;
static struct dddk_vector *vector;

static void happened(char what)
{
    if (device.order_count + 1 < sizeof(device.order)) {
        device.order[device.order_count++] = what;
        device.order[device.order_count] = 0;
    }
}

static uint32_t cause(struct dddk_device *dev)
{
    uint32_t causes = device.causes;

    device.causes_read++;
    device.context_in_cause = dev->context;
    if (!device.sticky) {
        device.causes = 0;
    }
    happened('c');
    return causes;
}

static void mask(struct dddk_device *dev)
{
    (void)dev;
    device.masked = true;
    device.masks++;
    happened('m');
}

static void unmask(struct dddk_device *dev)
{
    (void)dev;
    device.masked = false;
    device.unmasks++;
    happened('u');
    if (device.in_unmask != NULL) {
        device.in_unmask(vector);
    }
}

static unsigned poll(struct dddk_device *dev, unsigned budget)
{
    unsigned work = device.work < budget ? device.work : budget;

    device.polls++;
    device.context_in_poll = dev->context;
    device.masked_in_poll = device.masked;
    device.work -= work;
    happened('p');
    if (device.in_poll != NULL) {
        device.in_poll(vector);
    }
    return work;
}

static bool arm(struct dddk_device *dev)
{
    (void)dev;
    happened('a');
    return device.ready;
}

static void completed(struct dddk_device *dev, uint32_t causes)
{
    (void)dev;
    device.completed |= causes;
}

static void call(struct dddk_device *dev, uint32_t causes)
{
    device.calls++;
    device.called |= causes;
    device.context_in_call = dev->context;
    assert_true(dev->lock.held);
}

static const struct dddk_vector_ops ops = {
    .name = "main",
    .service = SERVICE,
    .thread = THREAD | AT_START,
    .complete = COMPLETE,
    .cause = cause,
    .mask = mask,
    .unmask = unmask,
    .poll = poll,
    .arm = arm,
    .completed = completed,
    .call = call,
    .at_start = AT_START,
};
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

static int setup(void **state)
{
    (void)state;
    memset(&device, 0, sizeof(device));
    toy = (struct toy *)(void *)fake_reset(&driver);
    vector = &toy->vectors[0];
    assert_int_equal(dddk_attach(&toy->dddk), 0);
    assert_int_equal(dddk_start(&toy->dddk), 0);
    dddk_vector_enable(vector);
    device.unmasks = device.order_count = 0;
    return 0;
}

static enum dddk_irq_result interrupt(uint32_t causes)
{
    device.causes = causes;
    return dddk_vector_interrupt(vector);
}

static void no_cause_is_not_ours(void **state)
{
    (void)state;
    assert_int_equal(interrupt(0), DDDK_IRQ_NOT_MINE);
    assert_int_equal(vector->counters.not_mine, 1);
    assert_int_equal(vector->counters.interrupts, 0);
    assert_int_equal(device.masks + fake.polls_scheduled + fake.threads_scheduled, 0);
}

static void a_service_cause_masks_and_schedules_the_poll(void **state)
{
    (void)state;
    assert_int_equal(interrupt(SERVICE), DDDK_IRQ_HANDLED);
    assert_true(device.masked);
    assert_int_equal(fake.polls_scheduled, 1);
    assert_int_equal(fake.threads_scheduled, 0);
    assert_int_equal(vector->counters.interrupts, 1);
    assert_int_equal(device.context_in_cause, DDDK_CONTEXT_IRQ);
    assert_int_equal(toy->dddk.context, DDDK_CONTEXT_NONE);
    assert_string_equal(device.order, "cm"); /* the cause is read before it is masked */
}

static void a_thread_cause_reaches_its_handler_once_in_thread_context(void **state)
{
    (void)state;
    assert_int_equal(interrupt(THREAD), DDDK_IRQ_HANDLED);
    assert_int_equal(interrupt(THREAD), DDDK_IRQ_HANDLED);
    assert_false(device.masked);
    assert_int_equal(device.calls, 0);
    assert_true(fake.threads_scheduled >= 1);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 1);
    assert_int_equal(device.called, THREAD);
    assert_int_equal(device.context_in_call, DDDK_CONTEXT_THREAD);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 1);
}

static void a_completion_cause_wakes_at_once(void **state)
{
    (void)state;
    assert_int_equal(interrupt(COMPLETE), DDDK_IRQ_HANDLED);
    assert_int_equal(device.completed, COMPLETE);
    assert_int_equal(fake.polls_scheduled + fake.threads_scheduled, 0);
}

static void a_strange_cause_is_ours_and_does_nothing(void **state)
{
    (void)state;
    assert_int_equal(interrupt(STRANGE), DDDK_IRQ_HANDLED);
    assert_int_equal(fake.polls_scheduled + fake.threads_scheduled + device.masks, 0);
}

static void all_ones_from_an_absent_device_end_it(void **state)
{
    (void)state;
    fake.absent = true;
    assert_int_equal(interrupt(~(uint32_t)0), DDDK_IRQ_NOT_MINE);
    assert_int_equal(toy->dddk.state, DDDK_GONE);
    assert_int_equal(fake.polls_scheduled + fake.threads_scheduled, 0);
    /* and it is not touched again */
    unsigned before = device.causes_read + device.masks;
    assert_int_equal(interrupt(SERVICE), DDDK_IRQ_NOT_MINE);
    assert_int_equal(device.causes_read + device.masks, before);
}

static void all_ones_from_a_device_that_is_there_are_causes(void **state)
{
    (void)state;
    assert_int_equal(interrupt(~(uint32_t)0), DDDK_IRQ_HANDLED);
    assert_int_equal(toy->dddk.state, DDDK_STARTED);
    assert_int_equal(fake.polls_scheduled, 1);
    assert_int_equal(device.completed, COMPLETE);
}

static void a_disabled_vector_is_masked_and_nothing_runs(void **state)
{
    (void)state;
    dddk_vector_disable(vector);
    assert_true(device.masked);
    assert_int_equal(fake.quiesced, 1);
    device.masked = false;
    assert_int_equal(interrupt(SERVICE | THREAD), DDDK_IRQ_HANDLED);
    assert_true(device.masked);
    assert_int_equal(fake.polls_scheduled + fake.threads_scheduled, 0);
    dddk_vector_schedule(vector);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(device.polls, 0);
    assert_true(device.masked);
    assert_int_equal(vector->poll_state, 0);
}

static void a_poll_without_more_work_unmasks_and_looks_again(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.order_count = 0;
    device.work = 3;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 3);
    assert_string_equal(device.order, "pua");
    assert_true(device.masked_in_poll);
    assert_false(device.masked);
    assert_int_equal(device.context_in_poll, DDDK_CONTEXT_POLL);
    assert_int_equal(toy->dddk.context, DDDK_CONTEXT_NONE);
    assert_int_equal(vector->poll_state, 0);
    assert_int_equal(fake.polls_scheduled, 1);
}

static void a_poll_that_used_its_budget_stays_scheduled_and_masked(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.work = 2 * BUDGET + 1;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), BUDGET);
    assert_true(device.masked);
    assert_int_equal(vector->poll_state, DDDK_POLL_SCHEDULED);
    /* an interrupt of a sharer in between does not schedule it a second time */
    (void)interrupt(SERVICE);
    assert_int_equal(fake.polls_scheduled, 1);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), BUDGET);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 1);
    assert_false(device.masked);
}

static void work_that_came_before_the_unmask_is_found_by_the_last_look(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.ready = true;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(fake.polls_scheduled, 2);
    assert_true(device.masked);
    device.ready = false;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_false(device.masked);
    assert_int_equal(fake.polls_scheduled, 2);
}

static void schedule_in_poll(struct dddk_vector *it)
{
    device.in_poll = NULL;
    dddk_vector_schedule(it);
}

static void scheduling_a_running_poll_makes_it_run_again(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.in_poll = schedule_in_poll;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(vector->counters.missed, 1);
    assert_int_equal(fake.polls_scheduled, 2);
    assert_true(device.masked); /* it has not come to its end */
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(device.polls, 2);
    assert_false(device.masked);
}

static void scheduling_twice_before_the_poll_runs_is_once(void **state)
{
    (void)state;
    dddk_vector_schedule(vector);
    dddk_vector_schedule(vector);
    assert_int_equal(fake.polls_scheduled, 1);
    assert_int_equal(vector->counters.missed, 0);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(fake.polls_scheduled, 1);
    assert_int_equal(vector->poll_state, 0);
}

static void interrupt_in_unmask(struct dddk_vector *it)
{
    device.in_unmask = NULL;
    device.causes = SERVICE;
    (void)dddk_vector_interrupt(it);
}

static void an_interrupt_right_after_the_unmask_is_not_lost(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.in_unmask = interrupt_in_unmask;
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(fake.polls_scheduled, 2);
    assert_true(device.masked);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_false(device.masked);
}

static void disable_in_unmask(struct dddk_vector *it)
{
    device.in_unmask = NULL;
    dddk_vector_disable(it);
    device.masked = false; /* the poll's write to the device came last */
}

static void a_poll_that_unmasks_while_the_vector_is_disabled_masks_it_again(void **state)
{
    (void)state;
    (void)interrupt(SERVICE);
    device.in_unmask = disable_in_unmask;
    (void)dddk_vector_poll(vector, BUDGET);
    assert_true(device.masked);
}

static void interrupts_that_lead_to_nothing_are_a_storm(void **state)
{
    (void)state;
    device.sticky = true;
    for (unsigned i = 1; i < DDDK_STORM_ROW; i++) {
        (void)interrupt(SERVICE);
        (void)dddk_vector_poll(vector, BUDGET);
        assert_false(device.masked);
    }
    assert_int_equal(vector->counters.storms, 0);
    (void)interrupt(SERVICE);
    assert_int_equal(vector->counters.storms, 1);
    assert_int_equal(fake.threads_scheduled, 1);
    /* it is polled, but stays masked ... */
    (void)dddk_vector_poll(vector, BUDGET);
    assert_true(device.masked);
    /* ... until some time has passed; then it is polled and may interrupt again */
    fake.polls_scheduled = 0;
    dddk_vector_thread(vector);
    assert_true(fake.now_ns >= DDDK_STORM_HOLD_NS);
    assert_int_equal(fake.polls_scheduled, 1);
    device.causes = 0;
    (void)dddk_vector_poll(vector, BUDGET);
    assert_false(device.masked);
    assert_int_equal(fake.misuse, 0);
}

static void a_storm_of_causes_that_nobody_serves_is_held_off_too(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DDDK_STORM_ROW; i++) {
        (void)interrupt(STRANGE);
    }
    assert_int_equal(vector->counters.storms, 1);
    assert_true(device.masked);
    dddk_vector_thread(vector);
    assert_int_equal(fake.polls_scheduled, 1);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_false(device.masked);
}

static void interrupts_with_work_are_no_storm_however_many(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4 * DDDK_STORM_ROW; i++) {
        (void)interrupt(SERVICE);
        device.work = 1;
        (void)dddk_vector_poll(vector, BUDGET);
    }
    for (unsigned i = 0; i < 4 * DDDK_STORM_ROW; i++) {
        (void)interrupt(THREAD);
        dddk_vector_thread(vector);
    }
    for (unsigned i = 0; i < 4 * DDDK_STORM_ROW; i++) {
        struct dddk_completion done = {.done = 1};
        (void)interrupt(COMPLETE);
        dddk_thread_enter(&toy->dddk);
        assert_int_equal(dddk_wait(toy, &done, DDDK_MSEC(1)), 0);
        dddk_thread_leave(&toy->dddk);
    }
    assert_int_equal(vector->counters.storms, 0);
}

static void a_paused_vector_is_polled_when_it_resumes(void **state)
{
    (void)state;
    assert_true(dddk_vector_pause(vector));
    assert_true(device.masked);
    assert_false(dddk_vector_pause(vector));
    dddk_vector_schedule(vector);
    assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    assert_int_equal(device.polls, 0);
    fake.polls_scheduled = 0;
    dddk_vector_resume(vector);
    assert_false(device.masked);
    assert_int_equal(fake.polls_scheduled, 1);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_int_equal(device.polls, 1);
}

static void thread_work_that_comes_after_the_stop_finds_nothing_to_do(void **state)
{
    (void)state;
    (void)interrupt(THREAD);
    dddk_vector_disable(vector);
    assert_int_equal(vector->thread_pending, 0);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 0);
}

/* ---- causes that only their handler takes back ---- */

static uint32_t settled;

static void settle(struct dddk_device *dev, uint32_t causes)
{
    (void)dev;
    assert_true(device.masked);
    settled |= causes;
}

static const struct dddk_vector_ops levels = {
    .name = "main",
    .service = SERVICE,
    .thread = THREAD,
    .complete = COMPLETE,
    .level = THREAD | COMPLETE,
    .cause = cause,
    .mask = mask,
    .unmask = unmask,
    .poll = poll,
    .settle = settle,
    .completed = completed,
    .call = call,
};

static void a_level_is_masked_until_its_handler_has_returned(void **state)
{
    (void)state;
    vector->ops = &levels;
    settled = 0;
    (void)interrupt(THREAD | SERVICE);
    assert_true(device.masked);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_true(device.masked); /* the poll is over, the handler is not */
    assert_int_equal(settled, 0);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 1);
    assert_int_equal(settled, THREAD);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_false(device.masked);
}

static void a_level_that_is_known_is_not_told_again(void **state)
{
    (void)state;
    vector->ops = &levels;
    (void)interrupt(THREAD | COMPLETE);
    device.completed = 0;
    (void)interrupt(THREAD | COMPLETE); /* somebody else's on the line */
    assert_int_equal(device.completed, 0);
    dddk_vector_thread(vector);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 1);
    (void)interrupt(THREAD | COMPLETE);
    assert_int_equal(device.completed, COMPLETE);
    dddk_vector_thread(vector);
    assert_int_equal(device.calls, 2);
}

static void a_disabled_vector_forgets_its_levels(void **state)
{
    (void)state;
    vector->ops = &levels;
    settled = 0;
    (void)interrupt(COMPLETE);
    dddk_vector_disable(vector);
    dddk_vector_thread(vector);
    assert_true(device.masked);
    assert_int_equal(settled, 0);
    dddk_vector_enable(vector);
    assert_false(device.masked);
    (void)interrupt(COMPLETE);
    assert_true(device.masked);
}

/* ---- a device without a mask: what is held off is held off on its way ---- */

static const struct dddk_vector_ops maskless = {
    .name = "main",
    .service = SERVICE,
    .thread = THREAD,
    .complete = COMPLETE,
    .cause = cause,
    .poll = poll,
    .completed = completed,
    .call = call,
};

static void without_a_mask(enum dddk_irq_mode mode)
{
    dddk_vector_disable(vector);
    vector->ops = &maskless;
    toy->dddk.irq_mode = mode;
    dddk_vector_enable(vector);
    device.masks = fake.holds = 0;
    assert_false(fake.held);
}

static void without_a_mask_only_a_message_of_its_own_is_held_off_for_a_poll(void **state)
{
    (void)state;
    for (enum dddk_irq_mode mode = DDDK_IRQ_INTX; mode <= DDDK_IRQ_MSIX; mode++) {
        without_a_mask(mode);
        (void)interrupt(SERVICE);
        assert_int_equal(fake.held, mode == DDDK_IRQ_MSIX);
        (void)dddk_vector_poll(vector, BUDGET);
        assert_false(fake.held);
        (void)interrupt(COMPLETE | THREAD);
        assert_false(fake.held);
        assert_int_equal(fake.holds, mode == DDDK_IRQ_MSIX);
    }
    assert_int_equal(device.masks, 0);
}

static void without_a_mask_a_storm_is_held_off_on_its_way(void **state)
{
    (void)state;
    without_a_mask(DDDK_IRQ_INTX);
    for (unsigned i = 0; i < DDDK_STORM_ROW; i++) {
        assert_false(fake.held);
        (void)interrupt(COMPLETE);
    }
    assert_true(fake.held);
    assert_int_equal(vector->counters.storms, 1);
    dddk_vector_thread(vector);
    assert_true(fake.now_ns >= DDDK_STORM_HOLD_NS);
    assert_true(fake.held);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_false(fake.held);
}

static void a_hold_that_crossed_with_the_end_of_a_poll_ends_with_the_storm(void **state)
{
    (void)state;
    without_a_mask(DDDK_IRQ_MSIX);
    for (unsigned i = 0; i < DDDK_STORM_ROW; i++) {
        (void)interrupt(COMPLETE);
    }
    vector->held = 0; /* a poll that ended on another processor, its call to the port came first */
    dddk_vector_thread(vector);
    (void)dddk_vector_poll(vector, BUDGET);
    assert_false(fake.held);
}

static void without_a_mask_a_disabled_vector_is_held_off(void **state)
{
    (void)state;
    without_a_mask(DDDK_IRQ_MSI);
    dddk_vector_disable(vector);
    assert_true(fake.held);
    assert_int_equal(interrupt(COMPLETE), DDDK_IRQ_HANDLED);
    assert_true(fake.held);
    dddk_vector_enable(vector);
    assert_false(fake.held);
}

static void a_vector_that_the_mode_does_not_have_is_left_alone(void **state)
{
    static const struct dddk_vector_ops elsewhere = {.name = "main",
                                                     .cause = cause,
                                                     .mask = mask,
                                                     .unmask = unmask,
                                                     .call = call,
                                                     .at_start = AT_START,
                                                     .modes = 1u << DDDK_IRQ_MSIX};

    (void)state;
    dddk_vector_disable(vector);
    vector->ops = &elsewhere;
    device.masks = device.unmasks = fake.quiesced = 0;
    dddk_vector_enable(vector);
    assert_false(vector->enabled);
    assert_false(dddk_vector_pause(vector));
    dddk_vector_disable(vector);
    dddk_thread_enter(&toy->dddk);
    assert_int_equal(dddk_step_at_start(&toy->dddk), 0);
    assert_int_equal(device.masks + device.unmasks + fake.quiesced + device.calls, 0);
    toy->dddk.irq_mode = DDDK_IRQ_MSIX;
    dddk_vector_enable(vector);
    assert_int_equal(dddk_step_at_start(&toy->dddk), 0);
    dddk_thread_leave(&toy->dddk);
    assert_true(vector->enabled);
    assert_int_equal(device.unmasks, 1);
    assert_int_equal(device.called, AT_START);
}

static void a_vector_that_is_refused_gives_back_those_before_it(void **state)
{
    static const struct dddk_vector_ops *const three[] = {&ops, &ops, &ops};
    static struct dddk_driver several;
    struct {
        struct toy toy;
        struct dddk_vector vectors[3];
    } * big;

    (void)state;
    several = driver;
    several.instance_size = sizeof(*big);
    several.vectors = three;
    several.vector_count = 3;
    several.vectors_offset = sizeof(struct toy);
    struct dddk_device *dev = fake_reset(&several);
    assert_int_equal(dddk_attach(dev), 0);
    for (unsigned k = 1; k <= 3; k++) {
        fake.fail_vector = k;
        assert_int_equal(dddk_step_vectors_request(dev), DDDK_ENOSPC);
        assert_int_equal(fake.vectors, 0);
        assert_int_equal(dev->irq_mode, DDDK_IRQ_NONE);
    }
    assert_int_equal(dddk_step_vectors_request(dev), 0);
    assert_int_equal(fake.vectors, 3);
    dddk_step_vectors_free(dev);
    assert_int_equal(fake.vectors, 0);
    assert_int_equal(fake.misuse, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_cause_is_not_ours),
        TEST(a_service_cause_masks_and_schedules_the_poll),
        TEST(a_thread_cause_reaches_its_handler_once_in_thread_context),
        TEST(a_completion_cause_wakes_at_once),
        TEST(a_strange_cause_is_ours_and_does_nothing),
        TEST(all_ones_from_an_absent_device_end_it),
        TEST(all_ones_from_a_device_that_is_there_are_causes),
        TEST(a_disabled_vector_is_masked_and_nothing_runs),
        TEST(a_poll_without_more_work_unmasks_and_looks_again),
        TEST(a_poll_that_used_its_budget_stays_scheduled_and_masked),
        TEST(work_that_came_before_the_unmask_is_found_by_the_last_look),
        TEST(scheduling_a_running_poll_makes_it_run_again),
        TEST(scheduling_twice_before_the_poll_runs_is_once),
        TEST(an_interrupt_right_after_the_unmask_is_not_lost),
        TEST(a_poll_that_unmasks_while_the_vector_is_disabled_masks_it_again),
        TEST(interrupts_that_lead_to_nothing_are_a_storm),
        TEST(a_storm_of_causes_that_nobody_serves_is_held_off_too),
        TEST(interrupts_with_work_are_no_storm_however_many),
        TEST(a_paused_vector_is_polled_when_it_resumes),
        TEST(thread_work_that_comes_after_the_stop_finds_nothing_to_do),
        TEST(a_level_is_masked_until_its_handler_has_returned),
        TEST(a_level_that_is_known_is_not_told_again),
        TEST(a_disabled_vector_forgets_its_levels),
        TEST(without_a_mask_only_a_message_of_its_own_is_held_off_for_a_poll),
        TEST(without_a_mask_a_storm_is_held_off_on_its_way),
        TEST(a_hold_that_crossed_with_the_end_of_a_poll_ends_with_the_storm),
        TEST(without_a_mask_a_disabled_vector_is_held_off),
        TEST(a_vector_that_the_mode_does_not_have_is_left_alone),
        TEST(a_vector_that_is_refused_gives_back_those_before_it),
    };

    return cmocka_run_group_tests_name("interrupts and polls", tests, NULL, NULL);
}
