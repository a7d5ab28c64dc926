/* SPDX-License-Identifier: MIT
 *
 * The port sim: the bus, the memory and the interrupt lines of a machine whose devices are models.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "machine.h"

enum {
    MEMORY_BYTES = 32 << 20,
    FIRST_LINE = 20, /* as the qemu port finds them on q35 */
    LINES = 4,
};

/* What devices call the first byte of memory; no CPU address of a process looks like it. */
#define MEMORY_DEVICE 0x01000000u

static uint64_t all_ones(unsigned bytes)
{
    return bytes >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * bytes) - 1u;
}

/* Which device decodes this address, and where in it; NULL: none. */
static struct dddk_sim_device *decode(struct dddk_sim *sim, enum dddk_host_space space,
                                      uint64_t address, unsigned *region, uint64_t *offset)
{
    enum dddk_region_kind kind =
        space == DDDK_HOST_IO_SPACE ? DDDK_REGION_PORT : DDDK_REGION_MEMORY;

    for (unsigned slot = 0; slot < DDDK_SIM_SLOTS; slot++) {
        struct dddk_sim_device *device = sim->devices[slot];
        if (device == NULL || device->removed ||
            !sim_command(device, space == DDDK_HOST_IO_SPACE ? DDDK_PCI_COMMAND_IO
                                                             : DDDK_PCI_COMMAND_MEMORY)) {
            continue;
        }
        for (unsigned i = 0; i < device->type->bar_count; i++) {
            const struct dddk_model_bar *bar = &device->type->bars[i];
            uint64_t base = sim_bar_address(device, bar);
            if (bar->kind == kind && base != 0 && address >= base &&
                address - base < sim_bar_size(device, bar)) {
                *offset = address - base;
                *region = sim_region_in_bar(device, i, offset);
                return device;
            }
        }
    }
    return NULL;
}

static uint64_t table_bar_bytes(const struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->bar_count; i++) {
        if (device->type->bars[i].bar == device->type->msix.bar) {
            return device->type->bars[i].size_bytes;
        }
    }
    return sim_msix_bar_bytes(device);
}

/* Which device has its MSI-X table's BAR there; NULL: none. */
static struct dddk_sim_device *decode_table(struct dddk_sim *sim, enum dddk_host_space space,
                                            uint64_t address, uint64_t *offset)
{
    for (unsigned slot = 0; space == DDDK_HOST_MEMORY_SPACE && slot < DDDK_SIM_SLOTS; slot++) {
        struct dddk_sim_device *device = sim->devices[slot];
        if (device == NULL || device->removed || device->type->msix.entries == 0 ||
            device->platform != NULL || !sim_command(device, DDDK_PCI_COMMAND_MEMORY)) {
            continue;
        }
        struct dddk_model_bar bar = {.bar = device->type->msix.bar, .kind = DDDK_REGION_MEMORY};
        uint64_t base = sim_bar_address(device, &bar);
        if (base != 0 && address >= base && address - base < table_bar_bytes(device)) {
            *offset = address - base;
            return device;
        }
    }
    return NULL;
}

static uint64_t bus_read(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                         unsigned bytes)
{
    unsigned region;
    uint64_t offset, value;
    struct dddk_sim_device *device = decode_table(sim_of(host), space, address, &offset);

    if (device != NULL && sim_msix_read(device, offset, bytes, &value)) {
        return value;
    }
    device = decode(sim_of(host), space, address, &region, &offset);
    return device == NULL ? all_ones(bytes) : sim_device_read(device, region, offset, bytes);
}

static void bus_write(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                      unsigned bytes, uint64_t value)
{
    unsigned region;
    uint64_t offset;
    struct dddk_sim_device *device = decode_table(sim_of(host), space, address, &offset);

    if (device != NULL && sim_msix_write(device, offset, bytes, value)) {
        return;
    }
    device = decode(sim_of(host), space, address, &region, &offset);
    if (device != NULL) {
        sim_device_write(device, region, offset, bytes, value);
    }
}

static int line_of(struct dddk_host *host, struct dddk_pci_address where, unsigned pin)
{
    (void)host;
    return FIRST_LINE + (int)((where.device + pin - 1u) % LINES);
}

static bool line_level(struct dddk_host *host, unsigned line)
{
    struct dddk_sim *sim = sim_of(host);
    bool up = false;

    for (unsigned slot = 0; slot < DDDK_SIM_SLOTS; slot++) {
        up |= sim->devices[slot] != NULL && sim_holds_line(sim->devices[slot], line);
    }
    return up;
}

static void close_machine(struct dddk_host *host)
{
    struct dddk_sim *sim = sim_of(host);

    for (unsigned slot = 0; slot < DDDK_SIM_SLOTS; slot++) {
        if (sim->devices[slot] != NULL) {
            sim_device_destroy(sim->devices[slot]);
        }
    }
    sim_test_close(sim);
    munmap(host->memory, host->memory_bytes);
    free(sim->events);
    free(sim);
}

static const struct dddk_host_ops ops = {
    .name = "sim",
    .config_read = sim_config_read,
    .config_write = sim_config_write,
    .bus_read = bus_read,
    .bus_write = bus_write,
    .now_ns = sim_now_ns,
    .wait = sim_wait,
    .line_of = line_of,
    .line_level = line_level,
    .close = close_machine,
    .dma_changed = sim_dma_changed,
};

struct dddk_host *dddk_sim_open(const struct dddk_sim_options *options)
{
    size_t bytes = options->memory_bytes == 0 ? MEMORY_BYTES : options->memory_bytes;
    struct dddk_sim *sim = calloc(1, sizeof(*sim));

    if (sim == NULL) {
        return NULL;
    }
    /* Pages that nobody touches cost nothing. */
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        free(sim);
        return NULL;
    }
    sim->random = options->seed;
    sim->host.ops = &ops;
    sim->host.memory = memory;
    sim->host.memory_device = MEMORY_DEVICE;
    sim->host.memory_bytes = bytes;
    if (dddk_host_init(&sim->host) != 0) {
        close_machine(&sim->host);
        return NULL;
    }
    return &sim->host;
}

struct dddk_model *dddk_sim_add_as(struct dddk_host *host, const struct dddk_model_type *type,
                                   unsigned as, unsigned slot)
{
    struct dddk_sim *sim = sim_of(host);

    if (slot >= DDDK_SIM_SLOTS || sim->devices[slot] != NULL || type->ring_count > SIM_RINGS ||
        type->interrupt_count > SIM_INTERRUPTS) {
        return NULL;
    }
    sim->devices[slot] = sim_device_create(sim, type, as, slot);
    return sim->devices[slot] == NULL ? NULL : sim->devices[slot]->model;
}

struct dddk_model *dddk_sim_add(struct dddk_host *host, const struct dddk_model_type *type,
                                unsigned slot)
{
    return dddk_sim_add_as(host, type, 0, slot);
}

struct dddk_model *dddk_sim_model(struct dddk_host *host, unsigned slot)
{
    struct dddk_sim *sim = sim_of(host);

    return slot < DDDK_SIM_SLOTS && sim->devices[slot] != NULL ? sim->devices[slot]->model : NULL;
}

struct dddk_model *dddk_sim_model_of(const struct dddk_device *dev)
{
    return dddk_sim_model(dddk_host_of(dev), dddk_host_where(dev).device);
}
