/* SPDX-License-Identifier: MIT
 *
 * A hosted machine: finding devices, binding them to drivers, and taking them apart again. What a
 * device left behind when it was detached is counted, reported and released here.
 */
#include <stdlib.h>

#include "core.h"

/* Where BARs go; the same on every backend, so that bus addresses in a trace are the same too. */
#define IO_BASE 0x8000u
#define IO_BYTES 0x8000u
#define MEMORY_BASE 0x80000000u
#define MEMORY_BYTES 0x60000000u
#define HIGH_MEMORY_BASE ((uint64_t)1 << 38)
#define HIGH_MEMORY_BYTES ((uint64_t)1 << 37)

int dddk_host_init(struct dddk_host *host)
{
    host->state = calloc(1, sizeof(*host->state));
    if (host->state == NULL) {
        return DDDK_ENOMEM;
    }
    dddk_platform_init(&host->state->platform, host->state->platform_devices,
                       DDDK_HOST_PLATFORM_DEVICES);
    int status = dddk_host_arena_init(host);
    if (status != 0) {
        free(host->state);
        host->state = NULL;
    }
    return status;
}

void dddk_host_fini(struct dddk_host *host)
{
    if (host->state == NULL) {
        return;
    }
    for (unsigned i = host->state->device_limit; i > 0; i--) {
        if (host->state->devices[i - 1u] != NULL) {
            dddk_host_remove(host, host->state->devices[i - 1u]->dev);
        }
    }
    dddk_host_arena_fini(host);
    free(host->state);
    host->state = NULL;
}

void dddk_host_close(struct dddk_host *host)
{
    dddk_host_fini(host);
    host->ops->close(host);
}

void dddk_host_dma_fault(struct dddk_host *host)
{
    host->state->statistics.dma_faults++;
}

/* The trace resolves banked registers by what was last seen of the registers that select: see
 * struct dddk_port_device. True: there is memory for it, or nothing to remember. */
static bool make_shadow(struct dddk_port_device *port, const struct dddk_driver *driver)
{
    size_t cells = 0;

    for (unsigned i = 0; i < driver->register_count; i++) {
        if (driver->registers[i].bank_register >= 0) {
            cells += driver->registers[driver->registers[i].bank_register].count;
        }
    }
    if (cells == 0) {
        return true;
    }
    port->shadow = calloc(driver->register_count + cells, sizeof(*port->shadow));
    if (port->shadow == NULL) {
        return false;
    }
    cells = driver->register_count;
    for (unsigned i = 0; i < driver->register_count; i++) {
        int bank = driver->registers[i].bank_register;

        if (bank >= 0 && port->shadow[bank] == 0) {
            port->shadow[bank] = cells;
            cells += driver->registers[bank].count;
        }
    }
    return true;
}

static void free_port(struct dddk_port_device *port)
{
    struct dddk_host_state *state = port->host->state;

    if (port->dev != NULL && port->dev->driver != NULL && port->dev->driver->stat_count != 0) {
        state->counting--;
    }
    state->devices[port->index] = NULL;
    while (state->device_limit > 0 && state->devices[state->device_limit - 1u] == NULL) {
        state->device_limit--;
    }
    free(port->shadow);
    free(port->windows);
    free(port->dev);
    free(port);
}

/* The storage of one device, at a free place of the host's table; NULL: no memory or no place. */
static struct dddk_port_device *new_port(struct dddk_host *host, const struct dddk_driver *driver)
{
    unsigned place = 0;

    while (place < DDDK_HOST_DEVICES && host->state->devices[place] != NULL) {
        place++;
    }
    if (place == DDDK_HOST_DEVICES || driver->instance_size < sizeof(struct dddk_device)) {
        return NULL;
    }
    struct dddk_port_device *port = calloc(1, sizeof(*port));
    if (port == NULL) {
        return NULL;
    }
    port->host = host;
    port->index = place;
    host->state->devices[place] = port;
    host->state->device_limit =
        place < host->state->device_limit ? host->state->device_limit : place + 1u;
    port->dev = calloc(1, driver->instance_size);
    port->windows = calloc(driver->region_count + 1u, sizeof(*port->windows));
    if (port->dev == NULL || port->windows == NULL || !make_shadow(port, driver)) {
        free_port(port);
        return NULL;
    }
    return port;
}

static int bind(struct dddk_host *host, struct dddk_registry *registry,
                const struct dddk_pci_function *function,
                const struct dddk_platform_device *platform,
                const struct dddk_registry_found *found)
{
    struct dddk_port_device *port = new_port(host, found->driver);

    if (port == NULL) {
        return DDDK_ENOMEM;
    }
    struct dddk_device *dev = port->dev;
    port->registry = registry;
    port->function = *function;
    port->platform = platform;
    /* until the driver says what it drives, what every PCI device can reach */
    port->limits = (struct dddk_dma_limits){.address_bits = 32};
    dev->driver = found->driver;
    host->state->counting += dev->driver->stat_count != 0;
    dev->match = found->match;
    dev->port = port;
    dev->revision = port->function.revision;
    dddk_port_mutex_init(&dev->lock);
    int status = dddk_registry_name(registry, dev);
    if (status == 0) {
        status = dddk_registry_bind(registry, dev);
        if (status != 0) {
            dddk_log_(dev, DDDK_LOG_ERROR, "%s", registry->message);
        }
    }
    if (status != 0) {
        free_port(port);
        return status;
    }
    status = dddk_host_knows_params(dev) ? dddk_attach(dev) : DDDK_EINVAL;
    if (status != 0) {
        dddk_log_(dev, DDDK_LOG_ERROR, "attach: %s", dddk_status_name(status));
        dddk_host_remove(host, dev);
    }
    return status;
}

static bool is_bound(const struct dddk_host *host, struct dddk_pci_address where)
{
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        const struct dddk_port_device *port = host->state->devices[i];
        if (port != NULL && memcmp(&port->function.where, &where, sizeof(where)) == 0) {
            return true;
        }
    }
    return false;
}

static void report(void *context, struct dddk_pci_address where, enum dddk_pci_problem problem,
                   uint32_t detail)
{
    (void)context;
    dddk_log_(NULL, DDDK_LOG_WARNING, "PCI %02x:%02x.%x: %s (0x%x)", where.bus, where.device,
              where.function, dddk_pci_problem_text(problem), (unsigned)detail);
}

int dddk_host_add_platform(struct dddk_host *host, const struct dddk_platform_device *device)
{
    struct dddk_platform_bus *bus = &host->state->platform;
    bool possible = device->place <= UINT8_MAX;

    for (unsigned i = 0; i < device->line_count; i++) {
        possible = possible && device->lines[i] < DDDK_HOST_LINES;
    }
    if (!possible) {
        dddk_log_(NULL, DDDK_LOG_ERROR, "%s: no such place, or interrupt line",
                  device->name != NULL ? device->name : "a device");
        return DDDK_EINVAL;
    }
    int status = dddk_platform_add(bus, device);
    if (status != 0) {
        dddk_log_(NULL, DDDK_LOG_ERROR, "%s", bus->message);
    }
    return status;
}

/* Count what became of a device that a driver wants. */
static void count(int status, int *bound, int *failure)
{
    *bound += status == 0;
    *failure = status != 0 && *failure == 0 ? status : *failure;
}

static void probe_platform(struct dddk_host *host, struct dddk_registry *registry, int *bound,
                           int *failure)
{
    const struct dddk_platform_device *device;

    for (uint32_t cursor = 0;
         (device = dddk_platform_next(&host->state->platform, &cursor)) != NULL;) {
        const struct dddk_pci_function nowhere = {
            .where = {.device = (uint8_t)device->place, .function = DDDK_HOST_NO_FUNCTION}};
        struct dddk_registry_found driver;

        if (!is_bound(host, nowhere.where) &&
            dddk_registry_lookup_compatible(registry, device->compatible, device->compatible_count,
                                            &driver) == 0) {
            count(bind(host, registry, &nowhere, device, &driver), bound, failure);
        }
    }
}

int dddk_host_probe(struct dddk_host *host, struct dddk_registry *registry)
{
    struct dddk_host_state *state = host->state;
    struct dddk_pci_config config = dddk_host_config(host);
    struct dddk_pci_plan plan = {
        .first_bus = 0,
        .last_bus = 255,
        .assign = true,
        .io = {IO_BASE, IO_BYTES},
        .memory = {MEMORY_BASE, MEMORY_BYTES},
        .prefetchable = {HIGH_MEMORY_BASE, HIGH_MEMORY_BYTES},
        .problem = report,
    };
    int bound = 0, failure = 0;

    /* While a driver runs, its device's addresses stay where they are. */
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        plan.assign = plan.assign && state->devices[i] == NULL;
    }
    int found = dddk_pci_enumerate(&config, &plan, state->functions, DDDK_HOST_FUNCTIONS);
    if (found < 0) {
        return found;
    }
    state->function_count = (unsigned)found;
    for (unsigned i = 0; i < state->function_count; i++) {
        struct dddk_registry_found driver;
        if (is_bound(host, state->functions[i].where) ||
            dddk_registry_lookup(registry, &state->functions[i].identity, &driver) != 0) {
            continue;
        }
        count(bind(host, registry, &state->functions[i], NULL, &driver), &bound, &failure);
    }
    probe_platform(host, registry, &bound, &failure);
    return bound == 0 ? failure : bound;
}

/* What the driver should have given back and did not. */
static void release_leaks(struct dddk_port_device *port)
{
    struct dddk_device *dev = port->dev;
    unsigned pieces = dddk_host_dma_release(port), mappings = 0;
    unsigned vectors = dddk_host_irq_release(port);

    for (unsigned i = 0; i < dev->driver->region_count; i++) {
        mappings += port->windows[i].region != NULL;
    }
    if (pieces + mappings + vectors + port->allocations != 0) {
        dddk_log_(dev, DDDK_LOG_ERROR,
                  "left behind: %u pieces of DMA memory, %u mappings, %u vectors, %u allocations",
                  pieces, mappings, vectors, port->allocations);
    }
    port->host->state->statistics.leaks += pieces + mappings + vectors + port->allocations;
}

int dddk_host_remove(struct dddk_host *host, struct dddk_device *dev)
{
    struct dddk_port_device *port = dev->port;

    if (port->host != host || host->state->in_handler || dev->lock.held) {
        return DDDK_ESTATE;
    }
    dddk_detach(dev);
    release_leaks(port);
    dddk_registry_unbind(port->registry, dev);
    free_port(port);
    return 0;
}

struct dddk_device *dddk_host_find(struct dddk_host *host, const char *name)
{
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        struct dddk_port_device *port = host->state->devices[i];
        if (port != NULL && strcmp(port->dev->name, name) == 0) {
            return port->dev;
        }
    }
    return NULL;
}

struct dddk_host *dddk_host_of(const struct dddk_device *dev)
{
    return dev->port->host;
}

struct dddk_pci_address dddk_host_where(const struct dddk_device *dev)
{
    return dev->port->function.where;
}

struct dddk_host_statistics dddk_host_statistics(struct dddk_host *host)
{
    struct dddk_host_statistics statistics = host->state->statistics;

    statistics.poison_damage = dddk_host_check_freed(host);
    return statistics;
}

int dddk_port_step(struct dddk_device *dev, const struct dddk_step *step, bool acquire)
{
    struct dddk_host_state *state = dev->port->host->state;
    struct dddk_host_step_log *steps = &state->steps;
    bool fail = acquire && state->fail_at != 0 && --state->fail_at == 0;

    if (steps->count < DDDK_COUNT(steps->entry)) {
        steps->entry[steps->count].name = step->name;
        steps->entry[steps->count].acquire = acquire;
        steps->entry[steps->count].failed = fail;
        steps->count++;
    }
    return fail ? state->fail_status : 0;
}

void dddk_host_fail_at(struct dddk_host *host, unsigned k, int status)
{
    host->state->fail_at = k;
    host->state->fail_status = status;
}

struct dddk_host_step_log *dddk_host_step_log(struct dddk_host *host)
{
    return &host->state->steps;
}
