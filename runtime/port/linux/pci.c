/* SPDX-License-Identifier: MIT
 *
 * The bus: a pci_driver made of a struct dddk_driver, probe and remove, and the command register.
 * The PCI core binds to the first entry of a table that matches, so the table is sorted by the same
 * order in which the kit's own registry lets lines win.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "kernel/registry.h"
#include "runtime/port/linux/core.h"

/* ---- the table ---- */

static struct pci_device_id id_of(const struct dddk_driver *driver, const struct dddk_match *match)
{
    return (struct pci_device_id){
        .vendor = match->vendor == DDDK_PCI_ANY ? (__u32)PCI_ANY_ID : match->vendor,
        .device = match->device == DDDK_PCI_ANY ? (__u32)PCI_ANY_ID : match->device,
        .subvendor =
            match->subsystem_vendor == DDDK_PCI_ANY ? (__u32)PCI_ANY_ID : match->subsystem_vendor,
        .subdevice =
            match->subsystem_device == DDDK_PCI_ANY ? (__u32)PCI_ANY_ID : match->subsystem_device,
        .class = match->class_code,
        .class_mask = match->class_mask,
        .driver_data = (kernel_ulong_t)(match - driver->matches),
    };
}

/* The table, the winning line first; its last entry is all zeros. NULL: no memory. */
static struct pci_device_id *make_ids(const struct dddk_driver *driver)
{
    struct pci_device_id *ids = kcalloc(driver->match_count + 1, sizeof(*ids), GFP_KERNEL);
    unsigned count;

    if (ids == NULL) {
        return NULL;
    }
    for (count = 0; count < driver->match_count; count++) {
        const struct dddk_match *match = &driver->matches[count];
        unsigned at = count;

        while (at > 0 && dddk_match_precedes(match, &driver->matches[ids[at - 1].driver_data])) {
            ids[at] = ids[at - 1];
            at--;
        }
        ids[at] = id_of(driver, match);
    }
    return ids;
}

/* ---- one device ---- */

static void destroy_device(struct dddk_port_device *port)
{
    if (dddk_linux_is_net(port->dev)) {
        dddk_linux_net_destroy(port->dev);
    }
    ida_free(&port->driver->numbers, (unsigned)port->number);
    kvfree(port->dev);
    kfree(port->regions);
    kfree(port);
}

static struct dddk_port_device *create_device(struct pci_dev *pci,
                                              struct dddk_linux_driver *linux_driver,
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
    port->pci = pci;
    port->dev = dev;
    port->regions = regions;
    port->driver = linux_driver;
    port->number = number;
    INIT_LIST_HEAD(&port->dma);
    init_waitqueue_head(&port->interrupted);
    dev->driver = driver;
    dev->match = match;
    dev->port = port;
    snprintf(dev->name, sizeof(dev->name), "%.18s.%d", driver->name, number);
    return port;
}

static int probe(struct pci_dev *pci, const struct pci_device_id *id)
{
    struct dddk_linux_driver *linux_driver =
        container_of(pci->driver, struct dddk_linux_driver, pci);
    const struct dddk_driver *driver = linux_driver->driver;
    struct dddk_port_device *port;
    int status = 0;

    /* An ID that was added through sysfs names no line: it gets the first, as its author knows. */
    port = create_device(
        pci, linux_driver,
        &driver->matches[id->driver_data < driver->match_count ? id->driver_data : 0]);
    if (port == NULL) {
        return -ENOMEM;
    }
    if (dddk_linux_is_net(port->dev)) {
        status = dddk_linux_net_create(port->dev);
    }
    if (status == 0) {
        pci_set_drvdata(pci, port);
        status = dddk_attach(port->dev);
        if (status == 0) {
            status = dddk_linux_stats_create(port);
            if (status != 0) {
                dddk_detach(port->dev);
            }
        }
    }
    if (status != 0) {
        pci_set_drvdata(pci, NULL);
        destroy_device(port);
    }
    return status;
}

static void remove(struct pci_dev *pci)
{
    struct dddk_port_device *port = pci_get_drvdata(pci);

    dddk_linux_stats_destroy(port);
    dddk_detach(port->dev);
    WARN(!list_empty(&port->dma), "%s: DMA memory was not given back\n", port->dev->name);
    pci_set_drvdata(pci, NULL);
    destroy_device(port);
}

/* The machine goes down or starts another kernel: the device must stop writing to memory. */
static void shutdown(struct pci_dev *pci)
{
    struct dddk_port_device *port = pci_get_drvdata(pci);

    if (port != NULL) {
        (void)dddk_stop(port->dev);
    }
}

int dddk_linux_register(struct dddk_linux_driver *linux_driver, const struct dddk_driver *driver,
                        struct module *owner, const char *module_name)
{
    int status;

    linux_driver->driver = driver;
    linux_driver->ids = make_ids(driver);
    if (linux_driver->ids == NULL) {
        return -ENOMEM;
    }
    ida_init(&linux_driver->numbers);
    linux_driver->pci = (struct pci_driver){
        .name = module_name,
        .id_table = linux_driver->ids,
        .probe = probe,
        .remove = remove,
        .shutdown = shutdown,
    };
    status = __pci_register_driver(&linux_driver->pci, owner, module_name);
    if (status != 0) {
        ida_destroy(&linux_driver->numbers);
        kfree(linux_driver->ids);
    }
    return status;
}

void dddk_linux_unregister(struct dddk_linux_driver *linux_driver)
{
    pci_unregister_driver(&linux_driver->pci);
    ida_destroy(&linux_driver->numbers);
    kfree(linux_driver->ids);
}

/* ---- what the runtime asks of the bus ---- */

int dddk_port_decode(struct dddk_device *dev, bool on)
{
    struct pci_dev *pci = dev->port->pci;
    u16 command;

    if (on) {
        return pci_enable_device(pci);
    }
    pci_disable_device(pci);
    /* pci_disable_device() leaves decoding on, for it does not know who else looks. Nobody does. */
    pci_read_config_word(pci, PCI_COMMAND, &command);
    pci_write_config_word(pci, PCI_COMMAND, command & (u16) ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
    return 0;
}

int dddk_port_bus_master(struct dddk_device *dev, bool on)
{
    if (on) {
        pci_set_master(dev->port->pci);
    } else {
        pci_clear_master(dev->port->pci);
    }
    return 0;
}

bool dddk_port_present(struct dddk_device *dev)
{
    u16 vendor = 0xffff;

    pci_read_config_word(dev->port->pci, PCI_VENDOR_ID, &vendor);
    return vendor == dev->port->pci->vendor;
}
