/* SPDX-License-Identifier: MIT
 *
 * Configuration space and mapped BARs of a hosted machine: every access of a driver ends here and
 * goes on to the backend's table.
 */
#include "core.h"

enum { CONFIG_BYTES = 256 }; /* of configuration space; what is beyond is extended */

static uint64_t all_ones(unsigned bytes)
{
    return bytes >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * bytes) - 1u;
}

static uint32_t config_read(void *context, struct dddk_pci_address where, unsigned offset,
                            unsigned bytes)
{
    struct dddk_host *host = context;

    if (where.function == DDDK_HOST_NO_FUNCTION) {
        return (uint32_t)all_ones(bytes); /* it has no configuration space */
    }
    host->state->statistics.config_reads++;
    if (host->dead) {
        return (uint32_t)all_ones(bytes);
    }
    return host->ops->config_read(host, where, offset, bytes);
}

static void config_write(void *context, struct dddk_pci_address where, unsigned offset,
                         unsigned bytes, uint32_t value)
{
    struct dddk_host *host = context;

    if (where.function == DDDK_HOST_NO_FUNCTION) {
        return;
    }
    host->state->statistics.config_writes++;
    if (!host->dead) {
        host->ops->config_write(host, where, offset, bytes, value);
    }
}

struct dddk_pci_config dddk_host_config(struct dddk_host *host)
{
    static const struct dddk_pci_config_ops ops = {config_read, config_write};

    return (struct dddk_pci_config){&ops, host};
}

/* An access outside the BAR can only be a bug of generated code; it must not reach another device.
 */
static bool inside(const struct dddk_host_window *window, size_t offset, unsigned bytes)
{
    if (window->region != NULL && offset < window->size_bytes &&
        window->size_bytes - offset >= bytes) {
        return true;
    }
    dddk_log_(window->device->dev, DDDK_LOG_ERROR, "access to 0x%zx, outside its mapping", offset);
    window->device->host->state->statistics.misuse++;
    return false;
}

static uint64_t window_read(void *context, size_t offset, unsigned bytes)
{
    struct dddk_host_window *window = context;
    struct dddk_host *host = window->device->host;
    uint64_t value = all_ones(bytes);

    if (!inside(window, offset, bytes)) {
        return value;
    }
    host->state->statistics.reads++;
    if (!host->dead) {
        value = host->ops->bus_read(host, window->space, window->address + offset, bytes);
    }
    dddk_host_trace_access(window, false, offset, bytes, value);
    return value;
}

static void window_write(void *context, size_t offset, unsigned bytes, uint64_t value)
{
    struct dddk_host_window *window = context;
    struct dddk_host *host = window->device->host;

    if (!inside(window, offset, bytes)) {
        return;
    }
    host->state->statistics.writes++;
    dddk_host_trace_access(window, true, offset, bytes, value);
    if (!host->dead) {
        host->ops->bus_write(host, window->space, window->address + offset, bytes, value);
    }
}

static const struct dddk_mmio_ops window_ops = {window_read, window_write};

/* The same for regions in configuration space. */
static uint64_t config_window_read(void *context, size_t offset, unsigned bytes)
{
    struct dddk_host_window *window = context;
    struct dddk_port_device *port = window->device;
    uint64_t value = all_ones(bytes);

    if (!inside(window, offset, bytes)) {
        return value;
    }
    value =
        config_read(port->host, port->function.where, (unsigned)(window->address + offset), bytes);
    dddk_host_trace_access(window, false, offset, bytes, value);
    return value;
}

static void config_window_write(void *context, size_t offset, unsigned bytes, uint64_t value)
{
    struct dddk_host_window *window = context;
    struct dddk_port_device *port = window->device;

    if (!inside(window, offset, bytes)) {
        return;
    }
    dddk_host_trace_access(window, true, offset, bytes, value);
    config_write(port->host, port->function.where, (unsigned)(window->address + offset), bytes,
                 (uint32_t)value);
}

static const struct dddk_mmio_ops config_ops = {config_window_read, config_window_write};

int dddk_port_decode(struct dddk_device *dev, bool on)
{
    static const uint16_t decodes[] = {
        [DDDK_REGION_MEMORY] = DDDK_PCI_COMMAND_MEMORY,
        [DDDK_REGION_PORT] = DDDK_PCI_COMMAND_IO,
        [DDDK_REGION_CONFIG] = 0, /* answers always */
    };
    struct dddk_pci_config config = dddk_host_config(dev->port->host);
    uint16_t wanted = 0;

    for (unsigned i = 0; i < dev->driver->region_count; i++) {
        wanted |= decodes[dev->driver->regions[i].kind];
    }
    dddk_pci_command(&config, dev->port->function.where, on ? wanted : 0,
                     on ? 0 : DDDK_PCI_COMMAND_IO | DDDK_PCI_COMMAND_MEMORY);
    return 0;
}

int dddk_port_bus_master(struct dddk_device *dev, bool on)
{
    struct dddk_pci_config config = dddk_host_config(dev->port->host);

    dddk_pci_command(&config, dev->port->function.where, on ? DDDK_PCI_COMMAND_MASTER : 0,
                     on ? 0 : DDDK_PCI_COMMAND_MASTER);
    return 0;
}

bool dddk_port_present(struct dddk_device *dev)
{
    const struct dddk_pci_function *function = &dev->port->function;
    struct dddk_pci_config config = dddk_host_config(dev->port->host);

    if (dev->port->platform != NULL) {
        return true; /* nothing could be asked; what `presence:` names is all there is */
    }
    return dddk_pci_read32(&config, function->where, DDDK_PCI_VENDOR) ==
           (function->identity.vendor | function->identity.device << 16);
}

/* ---- where regions are ---- */

/* Of a BAR, which is in `window`, the part that is the region. */
static int locate_part(struct dddk_port_device *port, const struct dddk_region *region,
                       struct dddk_host_window *window)
{
    struct dddk_pci_place place;
    uint64_t offset = region->begins != NULL ? region->begins(port->dev) : region->offset;
    int status = dddk_pci_part(&port->function.bar[region->bar], region, offset, &place);

    if (status != 0) {
        dddk_log_(port->dev, DDDK_LOG_ERROR, "region %s, at 0x%llx of BAR %u: %s", region->name,
                  (unsigned long long)offset, region->bar, place.why);
        return status;
    }
    window->address += place.offset;
    window->size_bytes = place.size_bytes;
    return 0;
}

/* A whole BAR, or a part of it. */
static int locate_bar(struct dddk_port_device *port, const struct dddk_region *region,
                      struct dddk_host_window *window)
{
    struct dddk_device *dev = port->dev;

    if (region->bar >= DDDK_COUNT(port->function.bar)) {
        return DDDK_EINVAL;
    }
    const struct dddk_pci_bar *bar = &port->function.bar[region->bar];
    if (bar->size_bytes == 0 || bar->address == 0 || bar->kind != region->kind) {
        dddk_log_(dev, region->optional ? DDDK_LOG_INFO : DDDK_LOG_ERROR,
                  "BAR %u is no %s BAR with an address", region->bar,
                  region->kind == DDDK_REGION_PORT ? "port" : "memory");
        return DDDK_ENODEV;
    }
    if (bar->size_bytes < region->size_bytes) {
        dddk_log_(dev, DDDK_LOG_ERROR, "BAR %u has 0x%llx bytes, %s needs 0x%zx", region->bar,
                  (unsigned long long)bar->size_bytes, region->name, region->size_bytes);
        return DDDK_ERANGE;
    }
    window->address = bar->address;
    window->size_bytes = bar->size_bytes;
    int status =
        dddk_region_is(dev, region, region->bar, bar->is_64bit ? 64 : 32, bar->prefetchable);
    return status != 0 || !region->part ? status : locate_part(port, region, window);
}

/* A range of a device that is not on PCI. */
static int locate_range(struct dddk_port_device *port, const struct dddk_region *region,
                        struct dddk_host_window *window)
{
    const struct dddk_platform_device *device = port->platform;

    if (region->kind == DDDK_REGION_CONFIG || region->capability != NULL) {
        dddk_log_(port->dev, DDDK_LOG_ERROR, "region %s is PCI's, and %s is not on PCI",
                  region->name, device->name);
        return DDDK_ENOTSUP;
    }
    if (region->reg >= device->range_count || device->ranges[region->reg].kind != region->kind ||
        device->ranges[region->reg].size_bytes == 0) {
        dddk_log_(port->dev, region->optional ? DDDK_LOG_INFO : DDDK_LOG_ERROR,
                  "%s has no %s range %u", device->name,
                  region->kind == DDDK_REGION_PORT ? "port" : "memory", region->reg);
        return DDDK_ENODEV;
    }
    const struct dddk_platform_range *range = &device->ranges[region->reg];
    if (range->size_bytes < region->size_bytes) {
        dddk_log_(port->dev, DDDK_LOG_ERROR, "range %u of %s has 0x%llx bytes, %s needs 0x%zx",
                  region->reg, device->name, (unsigned long long)range->size_bytes, region->name,
                  region->size_bytes);
        return DDDK_ERANGE;
    }
    window->address = range->address;
    window->size_bytes = range->size_bytes;
    return 0;
}

/* A capability, or the part of a BAR that it names. */
static int locate_capability(struct dddk_port_device *port, const struct dddk_region *region,
                             struct dddk_host_window *window)
{
    struct dddk_pci_config config = dddk_host_config(port->host);
    struct dddk_pci_place place;
    int status = dddk_pci_locate(&config, &port->function, region, &place);

    if (status != 0) {
        dddk_log_(port->dev, region->optional ? DDDK_LOG_INFO : DDDK_LOG_ERROR,
                  "region %s, capability 0x%02x: %s", region->name, region->capability->id,
                  place.why);
        return status;
    }
    window->address = place.offset;
    window->size_bytes = place.size_bytes;
    if (region->kind != DDDK_REGION_CONFIG) {
        window->address += port->function.bar[place.bar].address;
    }
    return 0;
}

/* Is it free of the regions that are mapped? A device that shows one part of itself as two regions
 * would have the driver change one through the other. */
static int apart(struct dddk_port_device *port, const struct dddk_host_window *window)
{
    for (unsigned i = 0; i < port->dev->driver->region_count; i++) {
        const struct dddk_host_window *other = &port->windows[i];

        if (other->region != NULL && other->region->kind == window->region->kind &&
            window->address < other->address + other->size_bytes &&
            other->address < window->address + window->size_bytes) {
            dddk_log_(port->dev, DDDK_LOG_ERROR, "region %s overlaps region %s",
                      window->region->name, other->region->name);
            return DDDK_EPROTO;
        }
    }
    return 0;
}

/* All of configuration space, from its beginning. */
static int locate_config(struct dddk_port_device *port, const struct dddk_region *region,
                         struct dddk_host_window *window)
{
    struct dddk_pci_config config = dddk_host_config(port->host);

    if (region->size_bytes > CONFIG_BYTES &&
        dddk_pci_read32(&config, port->function.where, CONFIG_BYTES) == 0xffffffffu) {
        dddk_log_(port->dev, DDDK_LOG_ERROR,
                  "region %s: the device has no extended configuration space", region->name);
        return DDDK_ERANGE;
    }
    window->size_bytes = region->size_bytes;
    return 0;
}

static int locate(struct dddk_port_device *port, const struct dddk_region *region,
                  struct dddk_host_window *window)
{
    int status;

    window->space = region->kind == DDDK_REGION_PORT ? DDDK_HOST_IO_SPACE : DDDK_HOST_MEMORY_SPACE;
    if (port->platform != NULL) {
        status = locate_range(port, region, window);
    } else if (region->capability != NULL) {
        status = locate_capability(port, region, window);
    } else if (region->kind == DDDK_REGION_CONFIG) {
        status = locate_config(port, region, window);
    } else {
        status = locate_bar(port, region, window);
    }
    return status != 0 || region->kind == DDDK_REGION_CONFIG ? status : apart(port, window);
}

int dddk_port_map(struct dddk_device *dev, const struct dddk_region *region, struct dddk_mmio *mmio)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_host_window *window = &port->windows[region - dev->driver->regions];
    struct dddk_host_window found = {.device = port, .region = region};

    if (window->region != NULL) {
        return DDDK_EBUSY;
    }
    int status = locate(port, region, &found);
    if (status != 0) {
        return status;
    }
    found.map_id = ++port->host->state->map_count;
    *window = found;
    *mmio =
        (struct dddk_mmio){region->kind == DDDK_REGION_CONFIG ? &config_ops : &window_ops, window};
    dddk_host_trace_map(window, true);
    return 0;
}

size_t dddk_port_mapped_bytes(const struct dddk_device *dev, const struct dddk_region *region)
{
    return (size_t)dev->port->windows[region - dev->driver->regions].size_bytes;
}

void dddk_port_unmap(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_mmio *mmio)
{
    struct dddk_host_window *window = &dev->port->windows[region - dev->driver->regions];

    if (window->region != region) {
        dev->port->host->state->statistics.misuse++;
        return;
    }
    dddk_host_trace_map(window, false);
    /* An access after this finds no region and is refused; the table stays, so that it is no wild
     * jump. */
    window->region = NULL;
    (void)mmio;
}
