/* SPDX-License-Identifier: MIT
 *
 * Memory of descriptor rings. What happens on them is generated for each ring.
 */
#include "dddk/ring.h"
#include "runtime/port.h"

uint32_t dddk_ring_first_index;

int dddk_ring_alloc(struct dddk_device *dev, struct dddk_ring *ring, uint32_t count, uint32_t spare,
                    size_t entry_bytes, size_t align_bytes)
{
    *ring = (struct dddk_ring){.mask = 0};
    /* Below 2^31, so that "used" is never mistaken when the indices wrap. */
    if (count == 0 || (count & (count - 1)) != 0 || count > 0x40000000u || spare >= count ||
        entry_bytes == 0 || entry_bytes > (~(size_t)0) / count) {
        return DDDK_EINVAL;
    }
    ring->slots = dddk_port_alloc(dev, count * sizeof(ring->slots[0]));
    if (ring->slots == NULL) {
        return DDDK_ENOMEM;
    }
    int status = dddk_dma_alloc(dev, count * entry_bytes, align_bytes, &ring->memory);
    if (status != 0) {
        dddk_port_free(dev, ring->slots);
        ring->slots = NULL;
        return status;
    }
    ring->entries = ring->memory.cpu;
    ring->mask = count - 1;
    ring->room = count - spare;
    ring->head = ring->tail = ring->told = ring->seen = dddk_ring_first_index;
    return 0;
}

void dddk_ring_free_memory(struct dddk_device *dev, struct dddk_ring *ring)
{
    if (ring->slots == NULL) {
        return;
    }
    dddk_dma_free(dev, &ring->memory);
    dddk_port_free(dev, ring->slots);
    ring->slots = NULL;
    ring->entries = NULL;
}
