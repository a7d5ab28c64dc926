/* SPDX-License-Identifier: MIT
 *
 * DMA by simulated devices. A device reaches exactly the memory that was allocated for it, while it
 * is allocated, through the address lines it has and with bus mastering on. Anything else is a
 * fault: nothing is moved, and it is counted and logged.
 */
#include <stdlib.h>

#include "machine.h"

static bool overlaps(const struct sim_piece *piece, uint64_t address, uint64_t size_bytes)
{
    return address < piece->device + piece->size_bytes && piece->device < address + size_bytes;
}

void sim_dma_changed(struct dddk_host *host, struct dddk_pci_address where,
                     const struct dddk_dma_memory *memory, bool allocated)
{
    struct dddk_sim_device *device = sim_of(host)->devices[where.device];
    unsigned at = 0;

    if (device == NULL) {
        return;
    }
    /* A piece keeps its place when it is freed, until the memory is given out again. */
    while (at < device->piece_count &&
           !overlaps(&device->pieces[at], memory->device.value, memory->size_bytes)) {
        at++;
    }
    if (at == device->piece_capacity) {
        unsigned capacity = at == 0 ? 64u : 2u * at;
        struct sim_piece *pieces = realloc(device->pieces, capacity * sizeof(*pieces));
        if (pieces == NULL) {
            return; /* the device will fault on it, which is seen */
        }
        device->pieces = pieces;
        device->piece_capacity = capacity;
    }
    device->piece_count = at == device->piece_count ? at + 1u : device->piece_count;
    device->pieces[at] = (struct sim_piece){memory->device.value, memory->size_bytes, allocated};
}

static bool contains(const struct sim_piece *piece, uint64_t address, uint64_t size_bytes)
{
    return piece->live && address >= piece->device &&
           address - piece->device <= piece->size_bytes &&
           size_bytes <= piece->size_bytes - (address - piece->device);
}

/* Why the device may not reach this memory; NULL: it may. */
static const char *objection(struct dddk_sim_device *device, uint64_t address, uint64_t size_bytes)
{
    const struct dddk_model_type *type = device->type;
    uint64_t last = address + size_bytes - 1u;
    bool freed = false, partly = false;

    if (!sim_command(device, DDDK_PCI_COMMAND_MASTER)) {
        return "bus mastering is off";
    }
    if (last < address || (type->address_bits < 64 && last >> type->address_bits != 0)) {
        return "beyond its address lines";
    }
    if (type->boundary != 0 && address / type->boundary != last / type->boundary) {
        return "across a boundary";
    }
    if (device->piece_hint < device->piece_count &&
        contains(&device->pieces[device->piece_hint], address, size_bytes)) {
        return NULL;
    }
    for (unsigned i = 0; i < device->piece_count; i++) {
        if (contains(&device->pieces[i], address, size_bytes)) {
            device->piece_hint = i;
            return NULL;
        }
        if (overlaps(&device->pieces[i], address, size_bytes)) {
            freed |= !device->pieces[i].live;
            partly |= device->pieces[i].live;
        }
    }
    return partly  ? "past the end of an allocation"
           : freed ? "after it was freed"
                   : "outside every allocation";
}

static void fault(struct dddk_sim_device *device)
{
    device->counters.dma_faults++;
    dddk_host_dma_fault(&device->sim->host);
}

bool sim_dma_begins(struct dddk_sim_device *device, uint64_t address, const char *what)
{
    uint32_t alignment = device->type->alignment;

    if (alignment == 0 || (address & (alignment - 1u)) == 0) {
        return true;
    }
    fault(device);
    dddk_log_(NULL, DDDK_LOG_WARNING, "sim: slot %u (%s): DMA: %s at 0x%llx: not aligned to %u",
              device->slot, device->type->name, what, (unsigned long long)address, alignment);
    return false;
}

/* The memory itself, or NULL after a fault. */
static uint8_t *reach(struct dddk_sim_device *device, uint64_t address, size_t size_bytes,
                      const char *verb)
{
    struct dddk_host *host = &device->sim->host;
    const char *why = objection(device, address, size_bytes);
    uint64_t offset = address - host->memory_device;

    if (why == NULL && offset < host->memory_bytes && size_bytes <= host->memory_bytes - offset) {
        return host->memory + offset;
    }
    fault(device);
    dddk_log_(NULL, DDDK_LOG_WARNING, "sim: slot %u (%s): DMA %s of %zu bytes at 0x%llx: %s",
              device->slot, device->type->name, verb, size_bytes, (unsigned long long)address,
              why != NULL ? why : "outside the memory");
    return NULL;
}

int dddk_model_dma_read(struct dddk_model *model, uint64_t address, void *to, size_t size_bytes)
{
    struct dddk_sim_device *device = model->device;

    if (size_bytes == 0) {
        return 0;
    }
    const uint8_t *memory = reach(device, address, size_bytes, "read");
    if (memory == NULL) {
        memset(to, 0xff, size_bytes);
        return DDDK_EFAULT;
    }
    device->counters.dma_reads++;
    memcpy(to, memory, size_bytes);
    return 0;
}

int dddk_model_dma_write(struct dddk_model *model, uint64_t address, const void *from,
                         size_t size_bytes)
{
    struct dddk_sim_device *device = model->device;

    if (size_bytes == 0) {
        return 0;
    }
    uint8_t *memory = reach(device, address, size_bytes, "write");
    if (memory == NULL) {
        return DDDK_EFAULT;
    }
    device->counters.dma_writes++;
    memcpy(memory, from, size_bytes);
    return 0;
}
