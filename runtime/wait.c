/* SPDX-License-Identifier: MIT
 *
 * Bounded waiting. Deadlines are absolute; what a wait costs when the thread is held up does not
 * count against the device, because the condition is read once more after the deadline.
 */
#include "dddk/wait.h"
#include "runtime/context.h"
#include "runtime/port.h"

#define FIRST_PAUSE_NS DDDK_USEC(10)
#define LONGEST_PAUSE_NS DDDK_MSEC(1)

static uint64_t later(uint64_t now_ns, uint64_t duration_ns)
{
    return now_ns + duration_ns < now_ns ? ~(uint64_t)0 : now_ns + duration_ns;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int refuse_context(struct dddk_device *dev)
{
    dev->counters.context_errors++;
    dddk_log_(dev, DDDK_LOG_ERROR, "a function that sleeps was called outside thread context");
    return DDDK_ESTATE;
}

static bool may_sleep(struct dddk_device *dev)
{
    return dddk_context_now_(dev) == DDDK_CONTEXT_THREAD;
}

static int timed_out(struct dddk_device *dev)
{
    dev->counters.timeouts++;
    return dddk_still_present(dev) ? DDDK_ETIMEDOUT : DDDK_ENODEV;
}

int dddk_wait_begin_(struct dddk_wait_ *wait, struct dddk_device *dev, uint64_t timeout_ns,
                     bool spin)
{
    if (spin && timeout_ns > DDDK_SPIN_MAX_NS) {
        return DDDK_EINVAL;
    }
    if (!spin && !may_sleep(dev)) {
        return refuse_context(dev);
    }
    wait->dev = dev;
    wait->deadline_ns = later(dddk_port_now_ns(dev), timeout_ns);
    wait->pause_ns = spin ? 0 : FIRST_PAUSE_NS;
    wait->late = false;
    return 0;
}

int dddk_wait_again_(struct dddk_wait_ *wait)
{
    struct dddk_device *dev = wait->dev;

    if (dddk_is_gone(dev)) {
        return DDDK_ENODEV;
    }
    if (wait->late) {
        return timed_out(dev);
    }
    uint64_t now = dddk_port_now_ns(dev);
    if (now >= wait->deadline_ns) {
        wait->late = true;
        return 0;
    }
    if (wait->pause_ns == 0) {
        dddk_port_spin(dev);
        return 0;
    }
    dddk_port_pause(dev, smaller(wait->pause_ns, wait->deadline_ns - now), false);
    wait->pause_ns = smaller(2 * wait->pause_ns, LONGEST_PAUSE_NS);
    return 0;
}

/* A handler that waits is work done in thread context: the interrupts that it waits for are no
 * storm, and have to come, whatever came before. */
static void let_interrupts_come(struct dddk_device *dev, const struct dddk_completion *completion)
{
    bool done = dddk_load_acquire(&completion->done) != 0;

    for (unsigned i = 0; i < dev->driver->vector_count; i++) {
        struct dddk_vector *vector = dddk_device_vector(dev, i);
        vector->unhandled_row = 0;
        if (!done) {
            dddk_vector_settle_(vector);
        }
    }
}

int dddk_wait_completion_(struct dddk_device *dev, struct dddk_completion *completion,
                          uint64_t timeout_ns)
{
    if (!may_sleep(dev)) {
        return refuse_context(dev);
    }
    uint64_t deadline_ns = later(dddk_port_now_ns(dev), timeout_ns);
    let_interrupts_come(dev, completion);
    for (;;) {
        /* The time first, the completion after it: one that came before the deadline counts. */
        uint64_t now = dddk_port_now_ns(dev);
        uint32_t causes = dddk_exchange(&completion->done, 0);
        if (causes != 0) {
            completion->causes = causes;
            return 0;
        }
        if (dddk_is_gone(dev)) {
            return DDDK_ENODEV;
        }
        if (now >= deadline_ns) {
            return timed_out(dev);
        }
        dddk_port_pause(dev, deadline_ns - now, true);
    }
}

int dddk_sleep_(struct dddk_device *dev, uint64_t duration_ns)
{
    if (!may_sleep(dev)) {
        return refuse_context(dev);
    }
    uint64_t now = dddk_port_now_ns(dev), end = later(now, duration_ns);
    while (now < end) {
        dddk_port_pause(dev, end - now, false);
        now = dddk_port_now_ns(dev);
    }
    return 0;
}
