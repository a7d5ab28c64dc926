/* SPDX-License-Identifier: MIT
 *
 * Devices that are not on PCI: a platform_driver whose table is the compatible strings of the match
 * lines, for devices of a device tree or, by PRP0001, of ACPI. Where several lines fit one device,
 * the platform bus takes the string that stands first in the device's list.
 */
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/version.h>

#include "runtime/port/linux/core.h"

/* ---- the driver ---- */

static int probe(struct platform_device *platform)
{
    struct dddk_linux_driver *linux_driver =
        container_of(platform->dev.driver, struct dddk_linux_driver, platform.driver);
    const struct dddk_match *match = device_get_match_data(&platform->dev);

    /* Bound by its name alone, as its author asked through sysfs: it gets the first line. */
    if (match == NULL) {
        match = linux_driver->compatible[0].data;
    }
    return dddk_linux_bind(linux_driver, match, NULL, platform);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void remove(struct platform_device *platform)
{
    dddk_linux_unbind(&platform->dev);
}
#else
static int remove(struct platform_device *platform)
{
    dddk_linux_unbind(&platform->dev);
    return 0;
}
#endif

static void shutdown(struct platform_device *platform)
{
    dddk_linux_shut_down(&platform->dev);
}

/* The table; its last entry is all zeros. NULL: no memory. */
static struct of_device_id *make_table(const struct dddk_driver *driver)
{
    struct of_device_id *table = kcalloc(driver->match_count + 1, sizeof(*table), GFP_KERNEL);
    unsigned int count = 0;

    for (unsigned int i = 0; table != NULL && i < driver->match_count; i++) {
        if (driver->matches[i].compatible != NULL) {
            strscpy(table[count].compatible, driver->matches[i].compatible,
                    sizeof(table[count].compatible));
            table[count].data = &driver->matches[i];
            count++;
        }
    }
    return table;
}

int dddk_linux_platform_register(struct dddk_linux_driver *linux_driver, struct module *owner,
                                 const char *module_name)
{
    int status;

    linux_driver->compatible = make_table(linux_driver->driver);
    if (linux_driver->compatible == NULL) {
        return -ENOMEM;
    }
    if (linux_driver->compatible[0].data == NULL) {
        return 0; /* all its devices are on PCI */
    }
    linux_driver->platform = (struct platform_driver){
        .probe = probe,
        .remove = remove,
        .shutdown = shutdown,
        .driver = {.name = module_name, .of_match_table = linux_driver->compatible},
    };
    status = __platform_driver_register(&linux_driver->platform, owner);
    if (status != 0) {
        kfree(linux_driver->compatible);
    }
    return status;
}

void dddk_linux_platform_unregister(struct dddk_linux_driver *linux_driver)
{
    if (linux_driver->compatible[0].data != NULL) {
        platform_driver_unregister(&linux_driver->platform);
    }
    kfree(linux_driver->compatible);
}

/* ---- regions ---- */

/* Range number `reg` of the device, whatever its kind; NULL: there are not so many. The bus's own
 * count is of one kind. */
static const struct resource *range_of(const struct platform_device *platform, unsigned int reg)
{
    for (u32 i = 0; i < platform->num_resources; i++) {
        const struct resource *resource = &platform->resource[i];

        if (resource_type(resource) != IORESOURCE_MEM && resource_type(resource) != IORESOURCE_IO) {
            continue;
        }
        if (reg-- == 0) {
            return resource;
        }
    }
    return NULL;
}

static void __iomem *map_range(const struct resource *range)
{
    if (resource_type(range) == IORESOURCE_MEM) {
        return ioremap(range->start, (size_t)resource_size(range));
    }
#ifdef CONFIG_HAS_IOPORT_MAP
    return ioport_map((unsigned long)range->start, (unsigned int)resource_size(range));
#else
    return NULL;
#endif
}

static void unmap_range(const struct resource *range, void __iomem *base)
{
    if (resource_type(range) == IORESOURCE_MEM) {
        iounmap(base);
    }
#ifdef CONFIG_HAS_IOPORT_MAP
    if (resource_type(range) == IORESOURCE_IO) {
        ioport_unmap(base);
    }
#endif
}

static bool claim_range(const struct resource *range, const char *name)
{
    resource_size_t size = resource_size(range);

    return resource_type(range) == IORESOURCE_MEM
               ? request_mem_region(range->start, size, name) != NULL
               : request_region(range->start, size, name) != NULL;
}

static void yield_range(const struct resource *range)
{
    if (resource_type(range) == IORESOURCE_MEM) {
        release_mem_region(range->start, resource_size(range));
    } else {
        release_region(range->start, resource_size(range));
    }
}

int dddk_linux_platform_map(struct dddk_device *dev, const struct dddk_region *region,
                            struct dddk_mmio *mmio)
{
    const struct resource *range = range_of(dev->port->platform, region->reg);
    unsigned long kind = region->kind == DDDK_REGION_PORT ? IORESOURCE_IO : IORESOURCE_MEM;

    if (region->kind == DDDK_REGION_CONFIG || region->capability != NULL) {
        return DDDK_ENOTSUP;
    }
    if (range == NULL || resource_type(range) != kind) {
        return DDDK_ENODEV;
    }
    if (resource_size(range) < region->size_bytes) {
        return DDDK_ERANGE;
    }
    if (!claim_range(range, dev->name)) {
        return DDDK_EBUSY;
    }
    mmio->base = map_range(range);
    if (mmio->base == NULL) {
        yield_range(range);
        return DDDK_ENOMEM;
    }
    return 0;
}

void dddk_linux_platform_unmap(struct dddk_device *dev, const struct dddk_region *region,
                               struct dddk_mmio *mmio)
{
    const struct resource *range = range_of(dev->port->platform, region->reg);

    unmap_range(range, mmio->base);
    mmio->base = NULL;
    yield_range(range);
}
