/* SPDX-License-Identifier: MIT
 *
 * Regions: BARs, the parts of BARs that capabilities name, and configuration space. Several regions
 * may be in one BAR: it is requested for the first of them and given back with the last.
 */
#include <linux/slab.h>

#include "dddk/access.h"
#include "kernel/pci.h"
#include "runtime/port/linux/core.h"

/* ---- configuration space ---- */

/* Where registers of a region in configuration space begin. */
struct dddk_linux_config {
    struct pci_dev *pci;
    unsigned int offset;
};

#define CONFIG_ACCESS(bits, suffix)                                                                \
    uint##bits##_t dddk_config_read##bits(const struct dddk_mmio *mmio, size_t offset)             \
    {                                                                                              \
        u##bits value = (u##bits) ~0u;                                                             \
                                                                                                   \
        pci_read_config_##suffix(mmio->config->pci, (int)(mmio->config->offset + offset), &value); \
        return value;                                                                              \
    }                                                                                              \
    void dddk_config_write##bits(const struct dddk_mmio *mmio, size_t offset,                      \
                                 uint##bits##_t value)                                             \
    {                                                                                              \
        pci_write_config_##suffix(mmio->config->pci, (int)(mmio->config->offset + offset), value); \
    }
CONFIG_ACCESS(8, byte)
CONFIG_ACCESS(16, word)
CONFIG_ACCESS(32, dword)

/* The same for the walk of capabilities, which is the one of all ports. */
static uint32_t read_config(void *context, struct dddk_pci_address where, unsigned offset,
                            unsigned bytes)
{
    struct dddk_linux_config config = {context, 0};
    struct dddk_mmio mmio = {.config = &config};

    (void)where;
    if (offset + bytes > (unsigned)config.pci->cfg_size) {
        return 0xffffffffu >> (32 - 8 * bytes);
    }
    switch (bytes) {
    case 1: return dddk_config_read8(&mmio, offset);
    case 2: return dddk_config_read16(&mmio, offset);
    default: return dddk_config_read32(&mmio, offset);
    }
}

/* It only reads. */
static const struct dddk_pci_config_ops config_ops = {.read = read_config};

static int map_config(struct dddk_device *dev, const struct dddk_region *region,
                      const struct dddk_pci_place *place, struct dddk_mmio *mmio)
{
    struct pci_dev *pci = dev->port->pci;

    if (place->offset + place->size_bytes > (unsigned)pci->cfg_size) {
        dddk_log_(dev, DDDK_LOG_ERROR, "region %s: the device has no extended configuration space",
                  region->name);
        return DDDK_ERANGE;
    }
    mmio->config = kzalloc(sizeof(*mmio->config), GFP_KERNEL);
    if (mmio->config == NULL) {
        return DDDK_ENOMEM;
    }
    mmio->config->pci = pci;
    mmio->config->offset = (unsigned int)place->offset;
    return 0;
}

/* ---- BARs ---- */

/* A part of a BAR, which begins where the device says. */
static int find_part(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_pci_place *place)
{
    const struct dddk_pci_bar bar = {.size_bytes =
                                         pci_resource_len(dev->port->pci, (int)region->bar)};
    uint64_t offset = region->begins != NULL ? region->begins(dev) : region->offset;
    int status = bar.size_bytes == 0 ? DDDK_ENODEV : dddk_pci_part(&bar, region, offset, place);

    if (status == DDDK_EPROTO) {
        dddk_log_(dev, DDDK_LOG_ERROR, "region %s, at 0x%llx of BAR %u: %s", region->name,
                  (unsigned long long)offset, region->bar, place->why);
    }
    return status;
}

/* A whole BAR, a part of it, or what a capability says. */
static int find(struct dddk_device *dev, const struct dddk_region *region,
                struct dddk_pci_place *place)
{
    struct pci_dev *pci = dev->port->pci;
    const struct dddk_pci_config config = {&config_ops, pci};
    struct dddk_pci_function *function;
    int status;

    *place = (struct dddk_pci_place){.bar = (uint8_t)region->bar, .size_bytes = region->size_bytes};
    if (region->part) {
        return find_part(dev, region, place);
    }
    if (region->capability == NULL) {
        if (region->kind != DDDK_REGION_CONFIG) {
            place->size_bytes = pci_resource_len(pci, place->bar);
        }
        return 0;
    }
    function = kzalloc(sizeof(*function), GFP_KERNEL);
    if (function == NULL) {
        return DDDK_ENOMEM;
    }
    for (unsigned int i = 0; i < PCI_STD_NUM_BARS; i++) {
        bool is_port = (pci_resource_flags(pci, i) & IORESOURCE_IO) != 0;

        function->bar[i] = (struct dddk_pci_bar){
            .address = pci_resource_start(pci, i),
            .size_bytes = pci_resource_len(pci, i),
            .kind = is_port ? DDDK_REGION_PORT : DDDK_REGION_MEMORY,
        };
    }
    status = dddk_pci_locate(&config, function, region, place);
    if (status != 0) {
        dddk_log_(dev, region->optional ? DDDK_LOG_INFO : DDDK_LOG_ERROR,
                  "region %s, capability 0x%02x: %s", region->name, region->capability->id,
                  place->why);
    }
    kfree(function);
    return status;
}

/* Is it free of the regions of the same BAR that are mapped? */
static int apart(struct dddk_port_device *port, const struct dddk_region *region,
                 const struct dddk_pci_place *place)
{
    const struct dddk_driver *driver = port->dev->driver;

    for (unsigned int i = 0; i < driver->region_count; i++) {
        const struct dddk_linux_region *other = &port->regions[i];

        if (other->size_bytes != 0 && other->bar == place->bar &&
            place->offset < other->offset + other->size_bytes &&
            other->offset < place->offset + place->size_bytes) {
            dddk_log_(port->dev, DDDK_LOG_ERROR, "region %s overlaps region %s", region->name,
                      driver->regions[i].name);
            return DDDK_EPROTO;
        }
    }
    return 0;
}

static bool is_requested(struct dddk_port_device *port, unsigned int bar)
{
    for (unsigned int i = 0; i < port->dev->driver->region_count; i++) {
        if (port->regions[i].size_bytes != 0 && port->regions[i].bar == bar) {
            return true;
        }
    }
    return false;
}

static int map_bar(struct dddk_device *dev, const struct dddk_region *region,
                   const struct dddk_pci_place *place, struct dddk_mmio *mmio)
{
    struct dddk_port_device *port = dev->port;
    struct pci_dev *pci = port->pci;
    unsigned long kind = region->kind == DDDK_REGION_PORT ? IORESOURCE_IO : IORESOURCE_MEM;
    bool shared = is_requested(port, place->bar);
    int status;

    if ((pci_resource_flags(pci, place->bar) & kind) == 0 ||
        pci_resource_len(pci, place->bar) == 0) {
        return DDDK_ENODEV;
    }
    if (pci_resource_len(pci, place->bar) < region->size_bytes) {
        return DDDK_ERANGE;
    }
    status = dddk_region_is(dev, region, place->bar,
                            pci_resource_flags(pci, place->bar) & IORESOURCE_MEM_64 ? 64 : 32,
                            (pci_resource_flags(pci, place->bar) & IORESOURCE_PREFETCH) != 0);
    if (status == 0) {
        status = apart(port, region, place);
    }
    if (status != 0) {
        return status;
    }
    status = shared ? 0 : pci_request_region(pci, place->bar, dev->name);
    if (status != 0) {
        return status;
    }
    mmio->base = pci_iomap_range(pci, place->bar, (unsigned long)place->offset,
                                 (unsigned long)place->size_bytes);
    if (mmio->base == NULL) {
        if (!shared) {
            pci_release_region(pci, place->bar);
        }
        return DDDK_ENOMEM;
    }
    port->regions[region - dev->driver->regions] = (struct dddk_linux_region){
        .bar = place->bar, .offset = place->offset, .size_bytes = place->size_bytes};
    return 0;
}

/* ---- what the runtime asks for ---- */

int dddk_port_map(struct dddk_device *dev, const struct dddk_region *region, struct dddk_mmio *mmio)
{
    struct dddk_pci_place place;
    int status;

    if (dev->port->pci == NULL) {
        return dddk_linux_platform_map(dev, region, mmio);
    }
    status = find(dev, region, &place);
    if (status != 0) {
        return status;
    }
    return region->kind == DDDK_REGION_CONFIG ? map_config(dev, region, &place, mmio)
                                              : map_bar(dev, region, &place, mmio);
}

size_t dddk_port_mapped_bytes(const struct dddk_device *dev, const struct dddk_region *region)
{
    const struct dddk_linux_region *mapped = &dev->port->regions[region - dev->driver->regions];

    return region->kind == DDDK_REGION_CONFIG ? region->size_bytes : (size_t)mapped->size_bytes;
}

void dddk_port_unmap(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_mmio *mmio)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_linux_region *mapped = &port->regions[region - dev->driver->regions];

    if (port->pci == NULL) {
        dddk_linux_platform_unmap(dev, region, mmio);
        return;
    }
    if (region->kind == DDDK_REGION_CONFIG) {
        kfree(mmio->config);
        mmio->config = NULL;
        return;
    }
    pci_iounmap(port->pci, mmio->base);
    mmio->base = NULL;
    mapped->size_bytes = 0;
    if (!is_requested(port, mapped->bar)) {
        pci_release_region(port->pci, mapped->bar);
    }
}
