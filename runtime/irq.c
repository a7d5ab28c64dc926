/* SPDX-License-Identifier: MIT
 *
 * The interrupt and poll protocol, the same for every device and port; see dddk/irq.h.
 */
#include "runtime/context.h"
#include "runtime/port.h"

static bool is_suspect(const struct dddk_vector_ops *ops, uint32_t causes)
{
    return ops->suspect != NULL ? ops->suspect(causes) : causes == ~(uint32_t)0;
}

/* Nothing of the vector comes any more: at the device where it has a mask, else on its way. */
static void hold(struct dddk_vector *vector)
{
    if (DDDK_LIKELY(vector->ops->mask != NULL)) {
        vector->ops->mask(vector->dev);
    } else {
        (void)dddk_exchange(&vector->held, 1);
        dddk_port_vector_mask(vector, true);
    }
}

/* While it is served. Without a mask at the device only the MSI-X table is worth it: there it is
 * one write, and what comes meanwhile is remembered. */
static void mask(struct dddk_vector *vector)
{
    if (DDDK_LIKELY(vector->ops->mask != NULL) || vector->dev->irq_mode == DDDK_IRQ_MSIX) {
        hold(vector);
    }
}

/* The vector is serviced again from here on, unless it was disabled meanwhile. */
static void unmask(struct dddk_vector *vector)
{
    if (dddk_is_gone(vector->dev)) {
        return;
    }
    if (DDDK_LIKELY(vector->ops->unmask != NULL)) {
        vector->ops->unmask(vector->dev);
    } else if (dddk_exchange(&vector->held, 0) != 0) {
        dddk_port_vector_mask(vector, false);
    }
    dddk_mb(); /* pairs with the barrier in dddk_vector_disable: one of the two masks last */
    if (!DDDK_READ_ONCE(vector->enabled)) {
        hold(vector);
    }
}

/* So many interrupts in a row that lead to nothing: they may be of any cause. The vector is masked;
 * thread context holds it off and has it polled then. */
static void note_interrupt(struct dddk_vector *vector)
{
    if (++vector->unhandled_row < DDDK_STORM_ROW) {
        return;
    }
    vector->unhandled_row = 0;
    vector->counters.storms++;
    hold(vector);
    (void)dddk_fetch_or(&vector->kept, DDDK_KEPT_STORM);
    dddk_port_schedule_thread(vector);
}

/* Level causes come again at once, until their handler has taken back what raises them: nothing
 * comes until then. Thread context gets the mutex when the handler has returned, that of a waiter
 * too. Returns those that its handler does not know of: a device on the same line may ask again. */
static uint32_t keep_levels(struct dddk_vector *vector, uint32_t causes)
{
    uint32_t before = dddk_fetch_or(&vector->levels, causes);

    (void)dddk_fetch_or(&vector->kept, DDDK_KEPT_LEVEL);
    hold(vector);
    dddk_port_schedule_thread(vector);
    return causes & ~before;
}

/* Causes that a handler is waiting for, or that call one. */
static void tell(struct dddk_vector *vector, uint32_t causes)
{
    const struct dddk_vector_ops *ops = vector->ops;
    uint32_t levels = causes & ops->level;

    if (levels != 0) {
        causes = (causes & ~levels) | keep_levels(vector, levels);
    }
    if ((causes & ops->complete) != 0) {
        ops->completed(vector->dev, causes & ops->complete);
    }
    if ((causes & ops->thread) != 0) {
        (void)dddk_fetch_or(&vector->thread_pending, causes & ops->thread);
        dddk_port_schedule_thread(vector);
    }
}

/* It stays masked no longer for this reason; the poll unmasks it where there is no other. */
static void keep_no_more(struct dddk_vector *vector, uint32_t reason)
{
    (void)dddk_fetch_and(&vector->kept, ~reason);
    if (vector->ops->mask == NULL) {
        (void)dddk_exchange(&vector->held, 1); /* whatever a poll thought meanwhile */
    }
    dddk_vector_schedule(vector);
}

static enum dddk_irq_result interrupt(struct dddk_vector *vector)
{
    const struct dddk_vector_ops *ops = vector->ops;
    struct dddk_device *dev = vector->dev;

    uint32_t causes = dddk_is_gone(dev) ? 0 : ops->cause(dev);
    if (causes == 0 || (is_suspect(ops, causes) && !dddk_still_present(dev))) {
        vector->counters.not_mine++;
        return DDDK_IRQ_NOT_MINE;
    }
    vector->counters.interrupts++;
    if (!DDDK_READ_ONCE(vector->enabled)) {
        hold(vector);
        return DDDK_IRQ_HANDLED;
    }
    note_interrupt(vector);
    if ((causes & (ops->complete | ops->thread)) != 0) {
        tell(vector, causes & (ops->complete | ops->thread));
    }
    /* Not held against the mask: reading a cause register that clears itself may have taken a cause
     * while another device of the line made the call. */
    if ((causes & ops->service) != 0) {
        mask(vector);
        dddk_vector_schedule(vector);
    }
    return DDDK_IRQ_HANDLED;
}

enum dddk_irq_result dddk_vector_interrupt(struct dddk_vector *vector)
{
    enum dddk_context before = dddk_context_enter_(vector->dev, DDDK_CONTEXT_IRQ);
    enum dddk_irq_result result = interrupt(vector);
    dddk_context_leave_(vector->dev, before);
    return result;
}

void dddk_vector_schedule(struct dddk_vector *vector)
{
    /* One atomic step: a poll that is about to complete either sees MISSED, or has completed and is
     * scheduled anew. */
    uint32_t before = dddk_fetch_or(&vector->poll_state, DDDK_POLL_SCHEDULED | DDDK_POLL_MISSED);

    if ((before & DDDK_POLL_SCHEDULED) == 0) {
        dddk_port_schedule_poll(vector);
    } else if ((before & DDDK_POLL_RUNNING) != 0) {
        vector->counters.missed++;
    }
}

/* No work is left. Let the vector interrupt again, and look once more at what may have come before
 * it could. */
static void complete_poll(struct dddk_vector *vector)
{
    const struct dddk_vector_ops *ops = vector->ops;

    if (dddk_load_acquire(&vector->kept) != 0) {
        (void)dddk_exchange(&vector->poll_state, 0);
        return; /* stays masked: whoever ends that schedules another poll */
    }
    if ((dddk_exchange(&vector->poll_state, 0) & DDDK_POLL_MISSED) != 0) {
        dddk_vector_schedule(vector);
        return;
    }
    unmask(vector);
    if (ops->arm != NULL && ops->arm(vector->dev)) {
        mask(vector);
        dddk_vector_schedule(vector);
    }
}

unsigned dddk_vector_poll(struct dddk_vector *vector, unsigned budget)
{
    const struct dddk_vector_ops *ops = vector->ops;
    struct dddk_device *dev = vector->dev;
    unsigned work = 0;

    vector->counters.polls++;
    if (!DDDK_READ_ONCE(vector->enabled) || dddk_is_gone(dev)) {
        (void)dddk_exchange(&vector->poll_state, 0);
        return 0;
    }
    /* Takes MISSED away: everything scheduled until now is what this poll is for. */
    (void)dddk_exchange(&vector->poll_state, DDDK_POLL_SCHEDULED | DDDK_POLL_RUNNING);

    enum dddk_context before = dddk_context_enter_(dev, DDDK_CONTEXT_POLL);
    if (ops->poll != NULL) {
        work = ops->poll(dev, budget);
    }
    if (work != 0) {
        vector->unhandled_row = 0;
    }
    if (work < budget) {
        complete_poll(vector);
    } else {
        (void)dddk_fetch_and(&vector->poll_state, ~(uint32_t)DDDK_POLL_RUNNING);
    }
    dddk_context_leave_(dev, before);
    return work;
}

void dddk_vector_call_(struct dddk_vector *vector, uint32_t causes)
{
    vector->telling = causes;
    vector->ops->call(vector->dev, causes);
    vector->telling = 0;
}

void dddk_vector_thread(struct dddk_vector *vector)
{
    struct dddk_device *dev = vector->dev;

    dddk_thread_enter(dev);
    uint32_t causes = dddk_exchange(&vector->thread_pending, 0);
    if (causes != 0 && vector->enabled && !dddk_is_gone(dev)) {
        vector->unhandled_row = 0;
        dddk_vector_call_(vector, causes);
    }
    dddk_vector_settle_(vector);
    dddk_thread_leave(dev);
    if ((dddk_load_acquire(&vector->kept) & DDDK_KEPT_STORM) != 0) {
        dddk_port_pause(dev, DDDK_STORM_HOLD_NS, false);
        keep_no_more(vector, DDDK_KEPT_STORM);
    }
}

void dddk_vector_settle_(struct dddk_vector *vector)
{
    uint32_t causes = DDDK_READ_ONCE(vector->levels) == 0 ? 0 : dddk_exchange(&vector->levels, 0);

    if (causes == 0 || !vector->enabled || dddk_is_gone(vector->dev)) {
        return;
    }
    if (vector->ops->settle != NULL) {
        vector->ops->settle(vector->dev, causes);
    }
    keep_no_more(vector, DDDK_KEPT_LEVEL);
}

void dddk_vector_enable(struct dddk_vector *vector)
{
    if (!dddk_vector_is_used(vector)) {
        return;
    }
    (void)dddk_exchange(&vector->poll_state, 0);
    (void)dddk_exchange(&vector->thread_pending, 0);
    (void)dddk_exchange(&vector->kept, 0);
    (void)dddk_exchange(&vector->levels, 0);
    vector->unhandled_row = 0;
    DDDK_WRITE_ONCE(vector->enabled, true);
    dddk_mb(); /* an interrupt that the next line lets in finds the vector enabled */
    unmask(vector);
}

void dddk_vector_disable(struct dddk_vector *vector)
{
    if (!dddk_vector_is_used(vector)) {
        return;
    }
    DDDK_WRITE_ONCE(vector->enabled, false);
    dddk_mb(); /* pairs with the barrier in unmask */
    if (!dddk_is_gone(vector->dev)) {
        hold(vector);
    }
    dddk_port_vector_quiesce(vector);
    (void)dddk_exchange(&vector->poll_state, 0);
    (void)dddk_exchange(&vector->thread_pending, 0);
}

bool dddk_vector_pause(struct dddk_vector *vector)
{
    bool was = vector->enabled;

    if (was) {
        dddk_vector_disable(vector);
    }
    return was;
}

void dddk_vector_resume(struct dddk_vector *vector)
{
    dddk_vector_enable(vector);
    /* A poll that was asked for meanwhile was not run. */
    dddk_vector_schedule(vector);
}

void dddk_arm(struct dddk_completion *completion)
{
    (void)dddk_exchange(&completion->done, 0);
}

void dddk_complete(struct dddk_completion *completion)
{
    dddk_complete_by(completion, 1);
}

void dddk_complete_by(struct dddk_completion *completion, uint32_t causes)
{
    (void)dddk_fetch_or(&completion->done, causes);
}
