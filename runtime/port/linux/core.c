/* SPDX-License-Identifier: MIT
 *
 * The module dddk.ko: time, locks, the log, the classes by kind, and what the module needs once.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include "runtime/port/linux/core.h"

struct workqueue_struct *dddk_linux_workqueue;

/* ---- time and locks ---- */

uint64_t dddk_port_now_ns(struct dddk_device *dev)
{
    return ktime_get_ns();
}

void dddk_port_pause(struct dddk_device *dev, uint64_t duration_ns, bool interruptible)
{
    struct dddk_port_device *port = dev->port;

    if (!interruptible) {
        /* Long ones come back in pieces: the caller asks for what is left. */
        fsleep((unsigned long)min_t(uint64_t, DIV_ROUND_UP_ULL(duration_ns, 1000), 1000000));
        return;
    }
    /* An interrupt since the last pause ends this one at once: it may be what the caller looked for
     * just before it came. Only the holder of the device mutex is here. */
    wait_event_timeout(port->interrupted, atomic_read(&port->interrupts) != port->interrupts_seen,
                       (long)min_t(uint64_t, nsecs_to_jiffies64(duration_ns) + 1, HZ));
    port->interrupts_seen = atomic_read(&port->interrupts);
}

void dddk_port_spin(struct dddk_device *dev)
{
    ndelay(100);
}

void dddk_irq_lock_init(struct dddk_irq_lock *lock)
{
    spin_lock_init(&lock->lock);
}

unsigned long dddk_irq_lock_take(struct dddk_irq_lock *lock)
{
    unsigned long flags;

    spin_lock_irqsave(&lock->lock, flags);
    return flags;
}

void dddk_irq_lock_give(struct dddk_irq_lock *lock, unsigned long flags)
{
    spin_unlock_irqrestore(&lock->lock, flags);
}

void dddk_port_mutex_init(struct dddk_mutex *mutex)
{
    mutex_init(&mutex->mutex);
}

void dddk_port_lock(struct dddk_device *dev)
{
    mutex_lock(&dev->lock.mutex);
}

void dddk_port_unlock(struct dddk_device *dev)
{
    mutex_unlock(&dev->lock.mutex);
}

/* ---- the log ---- */

void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
{
    struct device *device = dev->port->device;
    struct va_format text;
    va_list arguments;

    va_start(arguments, format);
    text.fmt = format;
    text.va = &arguments;
    switch (level) {
    case DDDK_LOG_ERROR: dev_err(device, "%s: %pV\n", dev->name, &text); break;
    case DDDK_LOG_WARNING: dev_warn(device, "%s: %pV\n", dev->name, &text); break;
    case DDDK_LOG_INFO: dev_info(device, "%s: %pV\n", dev->name, &text); break;
    default: dev_dbg(device, "%s: %pV\n", dev->name, &text); break;
    }
    va_end(arguments);
}

void dddk_range_fault(const char *what)
{
    WARN_ONCE(1, "dddk: %s\n", what);
}

/* ---- the classes ---- */

int dddk_port_publish(struct dddk_device *dev)
{
    switch (dev->driver->class_kind) {
    case DDDK_CLASS_NET: return dddk_linux_net_publish(dev);
    case DDDK_CLASS_SERIAL: return dddk_linux_serial_publish(dev);
    case DDDK_CLASS_MISC: return dddk_linux_misc_publish(dev);
    }
    return DDDK_ENOTSUP;
}

void dddk_port_unpublish(struct dddk_device *dev)
{
    switch (dev->driver->class_kind) {
    case DDDK_CLASS_NET: dddk_linux_net_unpublish(dev); break;
    case DDDK_CLASS_SERIAL: dddk_linux_serial_unpublish(dev); break;
    case DDDK_CLASS_MISC: dddk_linux_misc_unpublish(dev); break;
    }
}

int dddk_port_class_start(struct dddk_device *dev)
{
    return 0; /* receive buffers are made when a ring asks for one */
}

void dddk_port_class_stop(struct dddk_device *dev)
{
    if (dddk_linux_is_net(dev)) {
        dddk_linux_net_stopped(dev);
    }
}

void dddk_port_class_gate(struct dddk_device *dev, bool open)
{
    if (dddk_linux_is_net(dev)) {
        dddk_linux_net_gate(dev, open);
    }
}

int dddk_port_step(struct dddk_device *dev, const struct dddk_step *step, bool acquire)
{
    return 0;
}

/* ---- the module ---- */

static int __init start_module(void)
{
    int status;

    dddk_linux_workqueue = alloc_workqueue("dddk", WQ_UNBOUND, 0);
    if (dddk_linux_workqueue == NULL) {
        return -ENOMEM;
    }
    status = dddk_linux_serial_init();
    if (status != 0) {
        destroy_workqueue(dddk_linux_workqueue);
    }
    return status;
}

static void __exit end_module(void)
{
    dddk_linux_serial_exit();
    destroy_workqueue(dddk_linux_workqueue);
}

module_init(start_module);
module_exit(end_module);
MODULE_DESCRIPTION("Runtime of the drivers that the driver development kit generates");
MODULE_LICENSE("Dual MIT/GPL");
