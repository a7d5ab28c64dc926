/* SPDX-License-Identifier: MIT
 *
 * Simulated devices that are not on PCI: where they answer, and on which line they interrupt. The
 * machine decides that, as a board does; the driver learns it from the description.
 */
#include <stdlib.h>

#include "machine.h"

/* Each slot has memory addresses of its own, above 4 GiB, where no BAR is. Ports are few: they are
 * given out one device after the other, below those that BARs get. */
#define MEMORY_BASE ((uint64_t)1 << 40)
#define MEMORY_BYTES ((uint64_t)1 << 36)
#define PORT_BASE ((uint64_t)0x1000)
#define PORT_END ((uint64_t)0x8000)

enum {
    FIRST_PCI_LINE = 20, /* as the qemu port finds them on q35 */
    PCI_LINES = 4,
    PLATFORM_LINES = 16, /* below those of PCI, as on a PC */
};

bool sim_holds_line(const struct dddk_sim_device *device, unsigned line)
{
    const struct sim_platform *platform = device->platform;
    bool up = platform == NULL && FIRST_PCI_LINE + device->slot % PCI_LINES == line;

    for (unsigned i = 0; platform != NULL && i < platform->device.line_count; i++) {
        up |= platform->lines[i] == line &&
              (device->spurious || (device->speakers >> platform->interrupts[i] & 1u) != 0);
    }
    return up && device->line;
}

/* Each interrupt that is there without messages has a line of its own. */
static void wire_up(struct dddk_sim_device *device)
{
    struct sim_platform *platform = device->platform;
    unsigned *count = &platform->device.line_count;

    for (unsigned i = 0; i < device->type->interrupt_count; i++) {
        if (sim_is_used(device, i, DDDK_IRQ_INTX)) {
            platform->lines[*count] = (device->slot + *count) % PLATFORM_LINES;
            platform->interrupts[(*count)++] = i;
        }
    }
}

/* Put the range behind those of the same kind; false: there is no room in the slot's part. */
static bool place(struct dddk_platform_range *range, uint64_t *next, uint64_t end)
{
    range->address = (*next + range->size_bytes - 1u) & ~(range->size_bytes - 1u);
    *next = range->address + range->size_bytes;
    return *next <= end;
}

static bool lay_out(struct dddk_sim_device *device)
{
    struct sim_platform *platform = device->platform;
    uint64_t memory = MEMORY_BASE + device->slot * MEMORY_BYTES;
    uint64_t memory_end = memory + MEMORY_BYTES;
    uint64_t port = PORT_BASE + device->sim->ports_given;
    bool fits = true;

    for (unsigned i = 0; i < device->type->bar_count && fits; i++) {
        const struct dddk_model_bar *bar = &device->type->bars[i];

        fits = bar->reg < SIM_RANGES;
        if (fits) {
            platform->ranges[bar->reg] = (struct dddk_platform_range){
                .kind = bar->kind,
                .size_bytes = bar->size_bytes,
            };
        }
        if (fits && bar->reg >= platform->device.range_count) {
            platform->device.range_count = bar->reg + 1u;
        }
    }
    for (unsigned i = 0; i < platform->device.range_count && fits; i++) {
        struct dddk_platform_range *range = &platform->ranges[i];

        if (range->size_bytes != 0) { /* 0: no region of the manifest is in it */
            fits = range->kind == DDDK_REGION_PORT ? place(range, &port, PORT_END)
                                                   : place(range, &memory, memory_end);
        }
    }
    device->sim->ports_given = port - PORT_BASE;
    return fits;
}

int sim_platform_create(struct dddk_sim_device *device)
{
    struct sim_platform *platform = calloc(1, sizeof(*platform));

    if (platform == NULL) {
        return DDDK_ENOMEM;
    }
    device->platform = platform;
    (void)snprintf(platform->name, sizeof(platform->name), "%.16s@%u", device->type->name,
                   device->slot);
    platform->device = (struct dddk_platform_device){
        .name = platform->name,
        .compatible = &device->type->compatible,
        .compatible_count = 1,
        .ranges = platform->ranges,
        .lines = platform->lines,
        .place = device->slot,
    };
    if (device->type->has_intx) {
        wire_up(device);
    }
    return lay_out(device) ? dddk_host_add_platform(&device->sim->host, &platform->device)
                           : DDDK_ENOSPC;
}

void sim_platform_destroy(struct dddk_sim_device *device)
{
    free(device->platform);
}
