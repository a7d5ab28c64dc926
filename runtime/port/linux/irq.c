/* SPDX-License-Identifier: MIT
 *
 * Interrupts: vectors in the first mode that the device has, the poll in NAPI (net) or a tasklet
 * (everything else), and thread work on the port's workqueue. With MSI-X each vector has an
 * interrupt of its own; otherwise all of a device share one, and each has a handler on it.
 */
#include <linux/slab.h>

#include "runtime/port/linux/core.h"

#ifndef PCI_IRQ_INTX /* its name since 6.8 */
#define PCI_IRQ_INTX PCI_IRQ_LEGACY
#endif

#define TASKLET_BUDGET 64u

static struct dddk_linux_vector *linux_vector(struct dddk_vector *vector)
{
    return &vector->dev->port->vectors[vector - dddk_device_vector(vector->dev, 0)];
}

/* ---- contexts ---- */

static irqreturn_t hard_handler(int irq, void *data)
{
    struct dddk_linux_vector *it = data;
    struct dddk_port_device *port = it->port;

    if (dddk_vector_interrupt(it->vector) == DDDK_IRQ_NOT_MINE) {
        return IRQ_NONE;
    }
    /* A full barrier on either side, so a waiter sees the count or is seen waiting. */
    atomic_inc_return(&port->interrupts);
    if (wq_has_sleeper(&port->interrupted)) {
        wake_up(&port->interrupted);
    }
    return IRQ_HANDLED;
}

static int napi_poll_vector(struct napi_struct *napi, int budget)
{
    struct dddk_linux_vector *it = container_of(napi, struct dddk_linux_vector, napi);
    int work = (int)dddk_vector_poll(it->vector, (unsigned)budget);

    /* The vector may have been unmasked and scheduled again by now: NAPI has noted that, and
     * napi_complete_done() runs it again. */
    if (work < budget) {
        napi_complete_done(napi, work);
    }
    return work;
}

static void tasklet_poll(struct tasklet_struct *tasklet)
{
    struct dddk_linux_vector *it = container_of(tasklet, struct dddk_linux_vector, tasklet);
    struct dddk_device *dev = it->port->dev;
    unsigned work = dddk_vector_poll(it->vector, TASKLET_BUDGET);

    if (dev->driver->class_kind == DDDK_CLASS_SERIAL) {
        dddk_linux_serial_polled(dev);
    }
    if (work >= TASKLET_BUDGET) {
        tasklet_schedule(tasklet);
    }
}

static void run_thread(struct work_struct *work)
{
    dddk_vector_thread(container_of(work, struct dddk_linux_vector, thread)->vector);
}

void dddk_port_schedule_poll(struct dddk_vector *vector)
{
    struct dddk_linux_vector *it = linux_vector(vector);
    /* From a task, soft interrupts are let in at once instead of at the next tick. */
    bool from_task = in_task() && !irqs_disabled();

    if (!dddk_linux_is_net(vector->dev)) {
        tasklet_schedule(&it->tasklet);
        return;
    }
    if (from_task) {
        local_bh_disable();
    }
    napi_schedule(&it->napi);
    if (from_task) {
        local_bh_enable();
    }
}

void dddk_port_schedule_thread(struct dddk_vector *vector)
{
    queue_work(dddk_linux_workqueue, &linux_vector(vector)->thread);
}

void dddk_port_vector_quiesce(struct dddk_vector *vector)
{
    struct dddk_linux_vector *it = linux_vector(vector);

    if (!it->requested) {
        return;
    }
    if (dddk_linux_is_net(vector->dev)) {
        napi_synchronize(&it->napi);
    } else {
        tasklet_kill(&it->tasklet);
    }
}

/* ---- vectors ---- */

static unsigned mode_flag(enum dddk_irq_mode mode)
{
    switch (mode) {
    case DDDK_IRQ_INTX: return PCI_IRQ_INTX;
    case DDDK_IRQ_MSI: return PCI_IRQ_MSI;
    case DDDK_IRQ_MSIX: return PCI_IRQ_MSIX;
    default: return 0;
    }
}

/* What is not on PCI has a line, and no messages. Negative: none, or not that many. */
static int allocate_interrupts(struct dddk_port_device *port, unsigned count,
                               enum dddk_irq_mode mode)
{
    if (port->pci == NULL) {
        return mode == DDDK_IRQ_INTX ? 1 : -ENOTSUPP;
    }
    return pci_alloc_irq_vectors(port->pci, count, count, mode_flag(mode));
}

/* A device that is not on PCI may have a line for each vector: they take them in order. Where it
 * has fewer, all share the first. */
static int line_of(const struct dddk_vector *vector)
{
    struct dddk_device *dev = vector->dev;
    const struct dddk_driver *driver = dev->driver;
    struct platform_device *platform = dev->port->platform;
    unsigned place = 0, used = 0, v;

    for (v = 0; v < driver->vector_count; v++) {
        u32 modes = driver->vectors[v]->modes;
        bool is_used = modes == 0 || (modes >> (unsigned)DDDK_IRQ_INTX & 1u) != 0;

        place += is_used && v < (unsigned)(vector - dddk_device_vector(dev, 0));
        used += is_used;
    }
    return platform_get_irq(platform, platform_irq_count(platform) >= (int)used ? place : 0);
}

static int interrupt_number(const struct dddk_vector *vector, unsigned index)
{
    struct dddk_port_device *port = vector->dev->port;

    return port->pci == NULL ? line_of(vector) : pci_irq_vector(port->pci, index);
}

static void free_interrupts(struct dddk_port_device *port)
{
    if (port->pci != NULL) {
        pci_free_irq_vectors(port->pci);
    }
}

/* How many interrupts the mode takes: with MSI-X those up to the last entry of the table that a
 * vector has, otherwise one, which all vectors share. */
static unsigned interrupts_of(const struct dddk_driver *driver, enum dddk_irq_mode mode)
{
    unsigned count = 1, i;

    for (i = 0; mode == DDDK_IRQ_MSIX && i < driver->vector_count; i++) {
        const struct dddk_vector_ops *ops = driver->vectors[i];
        bool used = ops->modes == 0 || (ops->modes >> (unsigned)mode & 1u) != 0;
        if (used && ops->message >= count) {
            count = ops->message + 1;
        }
    }
    return count;
}

/* Switch the device to the first mode that has all it takes. */
static int choose_mode(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;
    unsigned i;

    for (i = 0; i < driver->irq_mode_count; i++) {
        enum dddk_irq_mode mode = driver->irq_modes[i];
        unsigned count = interrupts_of(driver, mode);

        if (allocate_interrupts(dev->port, count, mode) > 0) {
            dev->irq_mode = mode;
            return 0;
        }
    }
    dddk_log_(dev, DDDK_LOG_ERROR, "no interrupt: the device has none of the driver's modes");
    return DDDK_ENOTSUP;
}

int dddk_port_vectors_allocate(struct dddk_device *dev)
{
    struct dddk_port_device *port = dev->port;
    int status = choose_mode(dev);
    unsigned i;

    if (status != 0) {
        return status;
    }
    port->vectors = kcalloc(dev->driver->vector_count, sizeof(port->vectors[0]), GFP_KERNEL);
    if (port->vectors == NULL) {
        dddk_port_vectors_release(dev);
        return DDDK_ENOMEM;
    }
    for (i = 0; i < dev->driver->vector_count; i++) {
        port->vectors[i].vector = dddk_device_vector(dev, i);
        port->vectors[i].port = port;
    }
    return 0;
}

void dddk_port_vectors_release(struct dddk_device *dev)
{
    struct dddk_port_device *port = dev->port;

    free_interrupts(port);
    kfree(port->vectors);
    port->vectors = NULL;
    port->receiver = NULL;
    dev->irq_mode = DDDK_IRQ_NONE;
}

static void prepare_vector(struct dddk_linux_vector *it)
{
    struct dddk_device *dev = it->port->dev;

    INIT_WORK(&it->thread, run_thread);
    if (dddk_linux_is_net(dev)) {
        netif_napi_add(dddk_linux_netdev(dev), &it->napi, napi_poll_vector);
        napi_enable(&it->napi);
        if (it->port->receiver == NULL || it->vector->ops->receives) {
            it->port->receiver = it;
        }
    } else {
        tasklet_setup(&it->tasklet, tasklet_poll);
    }
}

/* The handler is gone, or never came: end what it may have scheduled. */
static void end_vector(struct dddk_linux_vector *it)
{
    cancel_work_sync(&it->thread);
    if (dddk_linux_is_net(it->port->dev)) {
        napi_disable(&it->napi);
        netif_napi_del(&it->napi);
    } else {
        tasklet_kill(&it->tasklet);
    }
}

int dddk_port_vector_request(struct dddk_vector *vector)
{
    struct dddk_device *dev = vector->dev;
    struct dddk_linux_vector *it = linux_vector(vector);
    bool own = dev->irq_mode == DDDK_IRQ_MSIX;
    int status;

    prepare_vector(it);
    it->irq = interrupt_number(vector, own ? vector->ops->message : 0);
    if (it->irq < 0) {
        status = it->irq;
    } else {
        /* One message may be shared by the vectors of the device as a line is by devices. */
        status = request_irq((unsigned)it->irq, hard_handler, own ? 0 : IRQF_SHARED, dev->name, it);
    }
    if (status != 0) {
        end_vector(it);
        return status;
    }
    it->requested = true;
    return 0;
}

void dddk_port_vector_free(struct dddk_vector *vector)
{
    struct dddk_linux_vector *it = linux_vector(vector);

    if (!it->requested) {
        return;
    }
    it->requested = false;
    free_irq((unsigned)it->irq, it);
    end_vector(it);
}

/* ---- held off ---- */

/* Of all vectors that share the device's line: the others that are held. */
static bool others_held(const struct dddk_linux_vector *it)
{
    const struct dddk_device *dev = it->port->dev;
    bool held = false;
    unsigned i;

    for (i = 0; i < dev->driver->vector_count; i++) {
        held = held || (&it->port->vectors[i] != it && it->port->vectors[i].held);
    }
    return held;
}

/* A message is the interrupt controller's to hold, and it remembers what came; each vector counts
 * there. A line of PCI belongs to others as well: it is the device that lets go of it. */
void dddk_port_vector_mask(struct dddk_vector *vector, bool masked)
{
    struct dddk_port_device *port = vector->dev->port;
    struct dddk_linux_vector *it;
    unsigned long flags;

    if (port->vectors == NULL) {
        return;
    }
    it = linux_vector(vector);
    spin_lock_irqsave(&port->hold_lock, flags);
    if (it->held != masked && it->requested) {
        it->held = masked;
        if (vector->dev->irq_mode == DDDK_IRQ_INTX && port->pci != NULL) {
            if (!others_held(it)) {
                pci_intx(port->pci, !masked);
            }
        } else if (masked) {
            disable_irq_nosync((unsigned)it->irq);
        } else {
            enable_irq((unsigned)it->irq);
        }
    }
    spin_unlock_irqrestore(&port->hold_lock, flags);
}
