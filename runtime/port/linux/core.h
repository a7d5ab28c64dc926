/* SPDX-License-Identifier: MIT
 *
 * What the files of the Linux port share: the port's view of one device. Private to
 * runtime/port/linux.
 */
#ifndef DDDK_LINUX_CORE_H
#define DDDK_LINUX_CORE_H

#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "dddk/device.h"
#include "runtime/port.h"
#include "runtime/port/linux/module.h"

/* One vector: its interrupt and the two ways to get work done later. */
struct dddk_linux_vector {
    struct dddk_vector *vector;
    struct dddk_port_device *port;
    int irq; /* as request_irq() knows it */
    bool requested;
    bool held; /* off on its way here; under the port's hold_lock */
    /* Where the poll runs: NAPI for net, which the network stack's receive path asks for; a tasklet
     * for the other classes. Neither ever overlaps itself. */
    struct napi_struct napi;
    struct tasklet_struct tasklet;
    struct work_struct thread;
};

/* A region that is mapped. */
struct dddk_linux_region {
    unsigned int bar;
    uint64_t offset, size_bytes; /* in the BAR; size 0: none */
};

struct dddk_port_device {
    struct device *device;
    struct pci_dev *pci;               /* NULL: it is not on PCI, */
    struct platform_device *platform;  /* but this one */
    struct dddk_linux_region *regions; /* by region of the driver; those in BARs */
    struct dddk_device *dev;
    struct dddk_linux_driver *driver;
    int number; /* in the device's name */
    /* Coherent memory that the driver holds; thread context. */
    struct list_head dma;
    uint64_t dma_boundary;
    uint32_t dma_alignment;             /* bytes; 1: any address will do */
    struct dddk_linux_vector *vectors;  /* NULL while none are allocated */
    struct dddk_linux_vector *receiver; /* net: whose poll delivers frames */
    spinlock_t hold_lock;
    /* A handler that waits for an interrupt sleeps here. */
    wait_queue_head_t interrupted;
    atomic_t interrupts; /* how many there were: what the waiter has seen, and what has come */
    int interrupts_seen;
    struct dddk_linux_stats *stats; /* of stats.c; NULL: the driver has none */
};

/* Work in thread context of all devices. Unbound: handlers may sleep for long. */
extern struct workqueue_struct *dddk_linux_workqueue;

DDDK_INLINE bool dddk_linux_is_net(const struct dddk_device *dev)
{
    return dev->driver->class_kind == DDDK_CLASS_NET;
}

/* ---- bind.c: the life of one device, between probe and remove of its bus; process context ---- */

/* One of `pci` and `platform`. 0 or a negative errno. */
int dddk_linux_bind(struct dddk_linux_driver *linux_driver, const struct dddk_match *match,
                    struct pci_dev *pci, struct platform_device *platform);
void dddk_linux_unbind(struct device *device);
void dddk_linux_shut_down(struct device *device);

/* ---- pci.c and platform.c: registration, of what has lines for such devices ---- */

int dddk_linux_pci_register(struct dddk_linux_driver *linux_driver, struct module *owner,
                            const char *module_name);
void dddk_linux_pci_unregister(struct dddk_linux_driver *linux_driver);
int dddk_linux_platform_register(struct dddk_linux_driver *linux_driver, struct module *owner,
                                 const char *module_name);
void dddk_linux_platform_unregister(struct dddk_linux_driver *linux_driver);
/* As dddk_port_map() and dddk_port_unmap(). */
int dddk_linux_platform_map(struct dddk_device *dev, const struct dddk_region *region,
                            struct dddk_mmio *mmio);
void dddk_linux_platform_unmap(struct dddk_device *dev, const struct dddk_region *region,
                               struct dddk_mmio *mmio);

/* ---- net.c: the netdev is there from before attach until after detach ---- */

/* Process context; 0 or a negative errno. */
int dddk_linux_net_create(struct dddk_device *dev);
void dddk_linux_net_destroy(struct dddk_device *dev);
struct net_device *dddk_linux_netdev(struct dddk_device *dev);
int dddk_linux_net_publish(struct dddk_device *dev);
void dddk_linux_net_unpublish(struct dddk_device *dev);
void dddk_linux_net_gate(struct dddk_device *dev, bool open);
void dddk_linux_net_stopped(struct dddk_device *dev);

/* ---- serial.c ---- */

/* Of the module: the tty driver that all serial devices share. */
int dddk_linux_serial_init(void);
void dddk_linux_serial_exit(void);
int dddk_linux_serial_publish(struct dddk_device *dev);
void dddk_linux_serial_unpublish(struct dddk_device *dev);
/* After each poll: hand on what was received, wake who waits to write. Poll context. */
void dddk_linux_serial_polled(struct dddk_device *dev);

/* ---- stats.c: from after attach until before detach ---- */

/* Process context; 0 or a negative errno. */
int dddk_linux_stats_create(struct dddk_port_device *port);
void dddk_linux_stats_destroy(struct dddk_port_device *port);

/* ---- misc.c ---- */

int dddk_linux_misc_publish(struct dddk_device *dev);
void dddk_linux_misc_unpublish(struct dddk_device *dev);

#endif
