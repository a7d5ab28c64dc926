/* SPDX-License-Identifier: MIT
 *
 * What makes a kernel module of a driver. One file of the module is enough:
 *
 *     #include "NAME.dddk.h"
 *     #include "runtime/port/linux/module.h"
 *     DDDK_LINUX_MODULE(NAME_driver, "what it drives");
 */
#ifndef DDDK_LINUX_MODULE_H
#define DDDK_LINUX_MODULE_H

#include <linux/idr.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "dddk/device.h"

/* One registered driver. Zeroed by its owner; private otherwise. */
struct dddk_linux_driver {
    struct pci_driver pci;
    const struct dddk_driver *driver;
    struct platform_driver platform;
    /* Made of the driver's match lines: those of PCI, the most specific first, and the others. */
    struct pci_device_id *ids;
    struct of_device_id *compatible;
    struct ida numbers; /* of its devices: "NAME.0" ... */
};

/*
 * Register with the buses of the match lines, which call probe for every device that matches.
 * `linux_driver` stays where it is until dddk_linux_unregister(). The name by which sysfs knows the
 * driver is the module's, for the kernel may have a driver called driver->name itself. Process
 * context. Returns 0 or a negative errno.
 */
int dddk_linux_register(struct dddk_linux_driver *linux_driver, const struct dddk_driver *driver,
                        struct module *owner, const char *module_name);
/* Detaches every device first. Process context. */
void dddk_linux_unregister(struct dddk_linux_driver *linux_driver);

#define DDDK_LINUX_MODULE(driver_, description_)                                                  \
    static struct dddk_linux_driver dddk_linux_driver_;                                           \
    static int __init dddk_linux_init_(void)                                                      \
    {                                                                                             \
        return dddk_linux_register(&dddk_linux_driver_, &(driver_), THIS_MODULE, KBUILD_MODNAME); \
    }                                                                                             \
    static void __exit dddk_linux_exit_(void)                                                     \
    {                                                                                             \
        dddk_linux_unregister(&dddk_linux_driver_);                                               \
    }                                                                                             \
    module_init(dddk_linux_init_);                                                                \
    module_exit(dddk_linux_exit_);                                                                \
    MODULE_DESCRIPTION(description_);                                                             \
    MODULE_LICENSE("Dual MIT/GPL")

#endif
