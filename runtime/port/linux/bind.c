/* SPDX-License-Identifier: MIT
 *
 * A driver and its devices, on whatever bus they are: registration with the buses that its match
 * lines are for, and the life of one device between the probe and the remove of its bus.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "runtime/port/linux/core.h"

/* ---- one device ---- */

static void destroy(struct dddk_port_device *port)
{
    if (dddk_linux_is_net(port->dev)) {
        dddk_linux_net_destroy(port->dev);
    }
    ida_free(&port->driver->numbers, (unsigned)port->number);
    kvfree(port->dev);
    kfree(port->regions);
    kfree(port);
}

static struct dddk_port_device *create(struct dddk_linux_driver *linux_driver,
                                       const struct dddk_match *match)
{
    const struct dddk_driver *driver = linux_driver->driver;
    struct dddk_port_device *port = kzalloc(sizeof(*port), GFP_KERNEL);
    struct dddk_device *dev = kvzalloc(driver->instance_size, GFP_KERNEL);
    struct dddk_linux_region *regions =
        kcalloc(driver->region_count + 1, sizeof(*regions), GFP_KERNEL);
    int number = ida_alloc(&linux_driver->numbers, GFP_KERNEL);

    if (port == NULL || dev == NULL || regions == NULL || number < 0) {
        if (number >= 0) {
            ida_free(&linux_driver->numbers, (unsigned)number);
        }
        kvfree(dev);
        kfree(regions);
        kfree(port);
        return NULL;
    }
    port->dev = dev;
    port->regions = regions;
    port->driver = linux_driver;
    port->number = number;
    INIT_LIST_HEAD(&port->dma);
    init_waitqueue_head(&port->interrupted);
    spin_lock_init(&port->hold_lock);
    dev->driver = driver;
    dev->match = match;
    dev->port = port;
    snprintf(dev->name, sizeof(dev->name), "%.18s.%d", driver->name, number);
    return port;
}

int dddk_linux_bind(struct dddk_linux_driver *linux_driver, const struct dddk_match *match,
                    struct pci_dev *pci, struct platform_device *platform)
{
    struct device *device = pci != NULL ? &pci->dev : &platform->dev;
    struct dddk_port_device *port = create(linux_driver, match);
    int status = 0;

    if (port == NULL) {
        return -ENOMEM;
    }
    port->device = device;
    port->pci = pci;
    port->dev->revision = pci != NULL ? pci->revision : 0; /* nothing else has one */
    port->platform = platform;
    if (dddk_linux_is_net(port->dev)) {
        status = dddk_linux_net_create(port->dev);
    }
    if (status == 0) {
        dev_set_drvdata(device, port);
        status = dddk_attach(port->dev);
        if (status == 0) {
            status = dddk_linux_stats_create(port);
            if (status != 0) {
                dddk_detach(port->dev);
            }
        }
    }
    if (status != 0) {
        dev_set_drvdata(device, NULL);
        destroy(port);
    }
    return status;
}

void dddk_linux_unbind(struct device *device)
{
    struct dddk_port_device *port = dev_get_drvdata(device);

    dddk_linux_stats_destroy(port);
    dddk_detach(port->dev);
    WARN(!list_empty(&port->dma), "%s: DMA memory was not given back\n", port->dev->name);
    dev_set_drvdata(device, NULL);
    destroy(port);
}

void dddk_linux_shut_down(struct device *device)
{
    struct dddk_port_device *port = dev_get_drvdata(device);

    if (port != NULL) {
        (void)dddk_stop(port->dev);
    }
}

/* ---- the driver ---- */

int dddk_linux_register(struct dddk_linux_driver *linux_driver, const struct dddk_driver *driver,
                        struct module *owner, const char *module_name)
{
    int status;

    linux_driver->driver = driver;
    ida_init(&linux_driver->numbers);
    status = dddk_linux_pci_register(linux_driver, owner, module_name);
    if (status == 0) {
        status = dddk_linux_platform_register(linux_driver, owner, module_name);
        if (status != 0) {
            dddk_linux_pci_unregister(linux_driver);
        }
    }
    if (status != 0) {
        ida_destroy(&linux_driver->numbers);
    }
    return status;
}

void dddk_linux_unregister(struct dddk_linux_driver *linux_driver)
{
    dddk_linux_platform_unregister(linux_driver);
    dddk_linux_pci_unregister(linux_driver);
    ida_destroy(&linux_driver->numbers);
}
