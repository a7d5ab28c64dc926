/* SPDX-License-Identifier: MIT
 *
 * The event loop. Contexts are turns of it: interrupts first, then polls with a budget, then thread
 * work. A thread handler that waits runs the loop from inside, without the thread work of its own
 * device, whose mutex it holds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core.h"

enum {
    DEPTH_MAX = 4,      /* thread handlers of different devices that wait inside one another */
    QUIESCE_MAX = 1000, /* polls in a row before a vector that is told to stop is cut off */
};

#define SPIN_NS DDDK_NSEC(200)   /* one turn of a busy wait */
#define BUSY_NS DDDK_USEC(1)     /* time that passes for the device while work is still waiting */
#define IDLE_MAX_NS DDDK_SEC(60) /* run_until_idle gives up after this */

static struct dddk_host_vector *find_vector(struct dddk_vector *vector)
{
    struct dddk_port_device *port = vector->dev->port;

    for (unsigned v = 0; v < port->vector_count; v++) {
        if (port->vectors[v].vector == vector) {
            return &port->vectors[v];
        }
    }
    return NULL;
}

void dddk_port_schedule_poll(struct dddk_vector *vector)
{
    struct dddk_host_vector *it = find_vector(vector);

    if (it != NULL) {
        it->poll_wanted = true;
    }
}

void dddk_port_schedule_thread(struct dddk_vector *vector)
{
    struct dddk_host_vector *it = find_vector(vector);

    if (it != NULL) {
        it->thread_wanted = true;
    }
}

/* One poll. A schedule that comes while it runs leaves poll_wanted set, and it runs again. */
static void run_poll(struct dddk_host *host, struct dddk_host_vector *it)
{
    it->poll_wanted = false;
    it->polling = true;
    host->state->in_handler = true;
    if (dddk_vector_poll(it->vector, DDDK_HOST_POLL_BUDGET) >= DDDK_HOST_POLL_BUDGET) {
        it->poll_wanted = true;
    }
    host->state->in_handler = false;
    it->polling = false;
}

static bool run_polls(struct dddk_host *host)
{
    bool any = false;

    for (unsigned i = 0; i < host->state->device_limit; i++) {
        struct dddk_port_device *port = host->state->devices[i];
        for (unsigned v = 0; port != NULL && v < port->vector_count; v++) {
            if (port->vectors[v].poll_wanted && !port->vectors[v].polling) {
                run_poll(host, &port->vectors[v]);
                any = true;
            }
        }
    }
    return any;
}

static bool run_threads(struct dddk_host *host)
{
    bool any = false;

    if (host->state->depth >= DEPTH_MAX) {
        return false;
    }
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        for (unsigned v = 0; v < DDDK_HOST_VECTORS; v++) {
            /* looked up each time: a handler may have ended in the device going away */
            struct dddk_port_device *port = host->state->devices[i];
            if (port == NULL || v >= port->vector_count || !port->vectors[v].thread_wanted ||
                port->dev->lock.held) {
                continue;
            }
            port->vectors[v].thread_wanted = false;
            dddk_vector_thread(port->vectors[v].vector);
            any = true;
        }
    }
    return any;
}

/* Counters of devices run over unless somebody looks now and then. */
static void look_at_counters(struct dddk_host *host)
{
    if (host->state->counting == 0) {
        return; /* without a look at the clock, for this is every turn of the loop */
    }
    uint64_t now = host->ops->now_ns(host);

    if (now - host->state->stats_ns < DDDK_STATS_PERIOD_NS) {
        return;
    }
    host->state->stats_ns = now;
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        struct dddk_port_device *port = host->state->devices[i];
        if (port != NULL && port->dev->driver->stat_count != 0 && !port->dev->lock.held) {
            (void)dddk_stats_read(port->dev, NULL);
        }
    }
}

bool dddk_host_dispatch(struct dddk_host *host)
{
    bool any = dddk_host_deliver(host);

    look_at_counters(host);

    any |= run_polls(host);
    any |= run_threads(host);
    return any;
}

static bool work_waits(const struct dddk_host *host)
{
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        const struct dddk_port_device *port = host->state->devices[i];
        for (unsigned v = 0; port != NULL && v < port->vector_count; v++) {
            if (port->vectors[v].poll_wanted ||
                (port->vectors[v].thread_wanted && !port->dev->lock.held)) {
                return true;
            }
        }
    }
    return false;
}

/* Let the backend run until something may have happened, `until_ns` at the latest; a little only
 * when there is work for us. */
static void wait_until(struct dddk_host *host, uint64_t until_ns, bool busy)
{
    uint64_t now = host->ops->now_ns(host), retry = dddk_host_next_retry(host);

    if (retry < until_ns) {
        until_ns = retry;
    }
    if (busy && dddk_host_later(now, BUSY_NS) < until_ns) {
        until_ns = dddk_host_later(now, BUSY_NS);
    }
    if (!host->dead && !host->ops->wait(host, until_ns < now ? now : until_ns)) {
        host->dead = true;
    }
}

static bool may_run(struct dddk_host *host)
{
    if (!host->state->in_handler) {
        return true;
    }
    dddk_log_(NULL, DDDK_LOG_ERROR, "the event loop was entered from interrupt or poll context");
    host->state->statistics.misuse++;
    return false;
}

bool dddk_host_turn(struct dddk_host *host, uint64_t timeout_ns)
{
    uint64_t until = dddk_host_later(host->ops->now_ns(host), timeout_ns);

    if (!may_run(host)) {
        return false;
    }
    bool ran = dddk_host_dispatch(host);
    do {
        wait_until(host, until, ran || work_waits(host));
        ran |= dddk_host_dispatch(host);
    } while (!ran && !host->dead && host->ops->now_ns(host) < until);
    return ran;
}

int dddk_host_run_until_idle(struct dddk_host *host, uint64_t quiet_ns)
{
    uint64_t give_up = dddk_host_later(host->ops->now_ns(host), IDLE_MAX_NS);
    uint64_t quiet_since = host->ops->now_ns(host);

    if (!may_run(host)) {
        return DDDK_ESTATE;
    }
    for (;;) {
        uint64_t now = host->ops->now_ns(host);
        if (host->dead) {
            return DDDK_EIO;
        }
        if (now > give_up) {
            return DDDK_ETIMEDOUT;
        }
        uint64_t left = quiet_ns - (now - quiet_since < quiet_ns ? now - quiet_since : quiet_ns);
        if (dddk_host_turn(host, left) || work_waits(host)) {
            quiet_since = host->ops->now_ns(host);
        } else if (host->ops->now_ns(host) - quiet_since >= quiet_ns) {
            return 0;
        }
    }
}

uint64_t dddk_port_now_ns(struct dddk_device *dev)
{
    return dev->port->host->ops->now_ns(dev->port->host);
}

void dddk_port_pause(struct dddk_device *dev, uint64_t duration_ns, bool interruptible)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_host *host = port->host;
    uint64_t until = dddk_host_later(host->ops->now_ns(host), duration_ns);
    uint64_t before = port->interrupts;

    if (!may_run(host)) {
        return;
    }
    host->state->depth++;
    bool ran = dddk_host_dispatch(host);
    while (!host->dead && host->ops->now_ns(host) < until &&
           !(interruptible && port->interrupts != before)) {
        wait_until(host, until, ran || work_waits(host));
        ran = dddk_host_dispatch(host);
    }
    host->state->depth--;
}

void dddk_port_spin(struct dddk_device *dev)
{
    struct dddk_host *host = dev->port->host;

    if (!host->dead && !host->ops->wait(host, host->ops->now_ns(host) + SPIN_NS)) {
        host->dead = true;
    }
}

/* Run the poll until it is not scheduled any more. Thread work cannot run, because its device's
 * mutex is the caller's: it is taken off the list. */
void dddk_port_vector_quiesce(struct dddk_vector *vector)
{
    struct dddk_host_vector *it = find_vector(vector);

    if (it == NULL) {
        return;
    }
    it->thread_wanted = false;
    for (unsigned i = 0; it->poll_wanted && !it->polling && i < QUIESCE_MAX; i++) {
        run_poll(vector->dev->port->host, it);
    }
    if (it->poll_wanted || it->polling) {
        dddk_log_(vector->dev, DDDK_LOG_ERROR, "the poll does not come to an end");
        vector->dev->port->host->state->statistics.misuse++;
        it->poll_wanted = false;
    }
}

void dddk_port_mutex_init(struct dddk_mutex *mutex)
{
    mutex->held = false;
}

void dddk_port_lock(struct dddk_device *dev)
{
    if (dev->lock.held) {
        /* There is one thread: nobody else could ever release it. */
        fprintf(stderr, "%s: error: deadlock: thread context entered twice\n", dev->name);
        abort();
    }
    dev->lock.held = true;
}

void dddk_port_unlock(struct dddk_device *dev)
{
    if (!dev->lock.held) {
        fprintf(stderr, "%s: error: the device mutex is released and was not held\n", dev->name);
        abort();
    }
    dev->lock.held = false;
}
