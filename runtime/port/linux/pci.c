/* SPDX-License-Identifier: MIT
 *
 * PCI: a pci_driver made of a struct dddk_driver, probe and remove, and the command register.
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
    unsigned count = 0;

    for (unsigned i = 0; ids != NULL && i < driver->match_count; i++) {
        const struct dddk_match *match = &driver->matches[i];
        unsigned at = count;

        if (match->compatible != NULL) {
            continue;
        }
        while (at > 0 && dddk_match_precedes(match, &driver->matches[ids[at - 1].driver_data])) {
            ids[at] = ids[at - 1];
            at--;
        }
        ids[at] = id_of(driver, match);
        count++;
    }
    return ids;
}

/* ---- the driver ---- */

static int probe(struct pci_dev *pci, const struct pci_device_id *id)
{
    struct dddk_linux_driver *linux_driver =
        container_of(pci->driver, struct dddk_linux_driver, pci);
    const struct dddk_driver *driver = linux_driver->driver;

    /* An ID that was added through sysfs names no line: it gets the first, as its author knows. */
    return dddk_linux_bind(
        linux_driver, &driver->matches[id->driver_data < driver->match_count ? id->driver_data : 0],
        pci, NULL);
}

static void remove(struct pci_dev *pci)
{
    dddk_linux_unbind(&pci->dev);
}

/* The machine goes down or starts another kernel: the device must stop writing to memory. */
static void shutdown(struct pci_dev *pci)
{
    dddk_linux_shut_down(&pci->dev);
}

/* Is any of its devices on PCI? An entry for no device at all would be all zeros. */
static bool is_on_pci(const struct dddk_linux_driver *linux_driver)
{
    return linux_driver->ids[0].vendor != 0;
}

int dddk_linux_pci_register(struct dddk_linux_driver *linux_driver, struct module *owner,
                            const char *module_name)
{
    int status = 0;

    linux_driver->ids = make_ids(linux_driver->driver);
    if (linux_driver->ids == NULL) {
        return -ENOMEM;
    }
    linux_driver->pci = (struct pci_driver){
        .name = module_name,
        .id_table = linux_driver->ids,
        .probe = probe,
        .remove = remove,
        .shutdown = shutdown,
    };
    if (is_on_pci(linux_driver)) {
        status = __pci_register_driver(&linux_driver->pci, owner, module_name);
    }
    if (status != 0) {
        kfree(linux_driver->ids);
    }
    return status;
}

void dddk_linux_pci_unregister(struct dddk_linux_driver *linux_driver)
{
    if (is_on_pci(linux_driver)) {
        pci_unregister_driver(&linux_driver->pci);
    }
    kfree(linux_driver->ids);
}

/* ---- what the runtime asks of the bus ---- */

int dddk_port_decode(struct dddk_device *dev, bool on)
{
    struct pci_dev *pci = dev->port->pci;
    u16 command;

    if (pci == NULL) {
        return 0; /* what is not on PCI answers at any time */
    }
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
    if (dev->port->pci == NULL) {
        return 0;
    }
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

    if (dev->port->pci == NULL) {
        return true; /* nothing could be asked; what `presence:` names is all there is */
    }
    pci_read_config_word(dev->port->pci, PCI_VENDOR_ID, &vendor);
    return vendor == dev->port->pci->vendor;
}
