/* SPDX-License-Identifier: MIT
 *
 * The lifecycle engine: runs the sequences of a driver step by step, releases what was acquired in
 * exact reverse, and is the only place that changes a device's state. It knows neither what a step
 * does nor what class the driver is of, except to make the class object ready.
 */
#include "dddk/misc.h"
#include "dddk/net.h"
#include "dddk/serial.h"
#include "runtime/context.h"
#include "runtime/port.h"

void dddk_thread_enter(struct dddk_device *dev)
{
    dddk_port_lock(dev);
    (void)dddk_context_enter_(dev, DDDK_CONTEXT_THREAD);
}

void dddk_thread_leave(struct dddk_device *dev)
{
    dddk_context_leave_(dev, DDDK_CONTEXT_NONE);
    dddk_port_unlock(dev);
}

static int acquire_step(struct dddk_device *dev, const struct dddk_step *step)
{
    if (step->unlocked) {
        dddk_thread_leave(dev);
    }
    int status = dddk_port_step(dev, step, true);
    if (status == 0 && step->acquire != NULL) {
        status = step->acquire(dev);
    }
    if (step->unlocked) {
        dddk_thread_enter(dev);
    }
    return status;
}

static void release_step(struct dddk_device *dev, const struct dddk_step *step)
{
    if (step->unlocked) {
        dddk_thread_leave(dev);
    }
    if (step->release != NULL) {
        step->release(dev);
    }
    (void)dddk_port_step(dev, step, false);
    if (step->unlocked) {
        dddk_thread_enter(dev);
    }
}

/* Release steps, the last acquired first, until `keep` are left. */
static void release(struct dddk_device *dev, const struct dddk_sequence *sequence,
                    unsigned *acquired, unsigned keep)
{
    while (*acquired > keep) {
        --*acquired;
        release_step(dev, &sequence->steps[*acquired]);
    }
}

/* Acquire steps until `goal` are acquired. After a failure nothing of the sequence is. */
static int acquire(struct dddk_device *dev, const struct dddk_sequence *sequence,
                   unsigned *acquired, unsigned goal)
{
    while (*acquired < goal) {
        const struct dddk_step *step = &sequence->steps[*acquired];
        int status = acquire_step(dev, step);
        if (status != 0) {
            dddk_log_(dev, DDDK_LOG_ERROR, "%s: %s", step->name, dddk_status_name(status));
            release(dev, sequence, acquired, 0);
            return status;
        }
        ++*acquired;
    }
    return 0;
}

static void prepare_class(struct dddk_device *dev)
{
    void *object = dddk_device_class(dev);

    switch (dev->driver->class_kind) {
    case DDDK_CLASS_NET: {
        struct dddk_net *net = object;
        net->dev = dev;
        net->ops = dev->driver->class_ops;
        net->mtu = DDDK_NET_MTU < net->ops->max_mtu ? DDDK_NET_MTU : net->ops->max_mtu;
        net->mode.multicast = net->multicast;
        break;
    }
    case DDDK_CLASS_SERIAL: {
        struct dddk_serial *serial = object;
        serial->dev = dev;
        serial->ops = dev->driver->class_ops;
        serial->line = (struct dddk_serial_line){115200, 8, 1, DDDK_PARITY_NONE};
        break;
    }
    case DDDK_CLASS_MISC: {
        struct dddk_misc *misc = object;
        misc->dev = dev;
        misc->ops = dev->driver->class_ops;
        break;
    }
    }
}

static void set_state(struct dddk_device *dev, enum dddk_state state)
{
    DDDK_WRITE_ONCE(dev->state, state);
}

/* The device mutex is held, here and below. */
static int start(struct dddk_device *dev)
{
    const struct dddk_sequence *sequence = &dev->driver->start;

    int status = acquire(dev, sequence, &dev->started, sequence->count);
    if (status != 0) {
        return status;
    }
    if (dddk_is_gone(dev)) {
        release(dev, sequence, &dev->started, 0);
        return DDDK_ENODEV;
    }
    set_state(dev, DDDK_STARTED);
    return 0;
}

static void stop(struct dddk_device *dev)
{
    release(dev, &dev->driver->start, &dev->started, 0);
    if (!dddk_is_gone(dev)) {
        set_state(dev, DDDK_ATTACHED);
    }
}

static int attach(struct dddk_device *dev)
{
    const struct dddk_sequence *sequence = &dev->driver->attach;

    int status = acquire(dev, sequence, &dev->attached, sequence->count - 1);
    if (status != 0) {
        return status;
    }
    set_state(dev, DDDK_ATTACHED); /* before it is published, for then others may open it */
    status = acquire(dev, sequence, &dev->attached, sequence->count);
    if (status == 0 && dev->driver->start_at_publish) {
        status = start(dev);
        if (status != 0) {
            release(dev, sequence, &dev->attached, 0);
        }
    }
    return status;
}

int dddk_attach(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;

    if (dev->state != DDDK_DETACHED) {
        return DDDK_ESTATE;
    }
    if (driver->attach.count == 0) {
        return DDDK_EINVAL;
    }
    dddk_port_mutex_init(&dev->lock);
    for (unsigned i = 0; i < driver->vector_count; i++) {
        struct dddk_vector *vector = dddk_device_vector(dev, i);
        vector->ops = driver->vectors[i];
        vector->dev = dev;
    }
    prepare_class(dev);

    dddk_thread_enter(dev);
    int status = attach(dev);
    if (status != 0) {
        set_state(dev, DDDK_DETACHED);
    }
    dddk_thread_leave(dev);
    return status;
}

void dddk_detach(struct dddk_device *dev)
{
    const struct dddk_sequence *sequence = &dev->driver->attach;

    if (dev->state == DDDK_DETACHED) {
        return;
    }
    dddk_thread_enter(dev);
    stop(dev);
    release(dev, sequence, &dev->attached, sequence->count - 1);
    /* Until it was unpublished, somebody may have opened it again. */
    stop(dev);
    release(dev, sequence, &dev->attached, 0);
    set_state(dev, DDDK_DETACHED);
    dddk_thread_leave(dev);
}

int dddk_start(struct dddk_device *dev)
{
    int status = DDDK_ESTATE;

    if (dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE; /* there is not even a mutex */
    }
    dddk_thread_enter(dev);
    if (dev->state == DDDK_ATTACHED) {
        status = start(dev);
    }
    dddk_thread_leave(dev);
    return status;
}

int dddk_stop(struct dddk_device *dev)
{
    int status = DDDK_ESTATE;

    if (dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE;
    }
    dddk_thread_enter(dev);
    if (dev->started != 0) {
        stop(dev);
        status = 0;
    }
    dddk_thread_leave(dev);
    return status;
}

int dddk_recover(struct dddk_device *dev)
{
    int status = DDDK_ESTATE;

    if (dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE;
    }
    dddk_thread_enter(dev);
    if (dev->state == DDDK_STARTED) {
        dev->counters.recoveries++;
        stop(dev);
        status = dddk_is_gone(dev) ? DDDK_ENODEV : 0;
        if (status == 0 && dev->driver->reset != NULL) {
            status = dev->driver->reset(dev);
        }
        if (status == 0) {
            status = start(dev);
        }
        if (status != 0) {
            dddk_log_(dev, DDDK_LOG_ERROR, "recovery failed: %s", dddk_status_name(status));
            set_state(dev, DDDK_GONE);
        }
    }
    dddk_thread_leave(dev);
    return status;
}

bool dddk_still_present(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;

    if (dddk_is_gone(dev)) {
        return false;
    }
    if (dddk_port_present(dev) && (driver->present == NULL || driver->present(dev))) {
        return true;
    }
    if (dev->state != DDDK_DETACHED) {
        set_state(dev, DDDK_GONE);
    }
    dddk_log_(dev, DDDK_LOG_ERROR, "the device is gone");
    return false;
}

void dddk_protocol_error(struct dddk_device *dev, const char *what)
{
    uint64_t count = ++dev->counters.protocol_errors;

    /* The 1st, 2nd, 4th, 8th ...: a broken device cannot fill the log. */
    if ((count & (count - 1)) == 0) {
        dddk_log_(dev, DDDK_LOG_WARNING, "the device broke its protocol: %s (%llu so far)", what,
                  (unsigned long long)count);
    }
}
