/* SPDX-License-Identifier: MIT
 *
 * Memory of descriptor rings. What happens on them is generated for each ring.
 */
#include "dddk/ring.h"
#include "runtime/port.h"

uint32_t dddk_ring_first_index;

static void free_arrays(struct dddk_device *dev, struct dddk_ring *ring)
{
    if (ring->cookies != NULL) {
        dddk_port_free(dev, ring->cookies);
    }
    if (ring->lengths != NULL) {
        dddk_port_free(dev, ring->lengths);
    }
    *ring = (struct dddk_ring){.mask = 0};
}

static int alloc_arrays(struct dddk_device *dev, struct dddk_ring *ring, uint32_t count)
{
    ring->cookies = dddk_port_alloc(dev, count * sizeof(ring->cookies[0]));
    ring->lengths = dddk_port_alloc(dev, count * sizeof(ring->lengths[0]));
    return ring->cookies != NULL && ring->lengths != NULL ? 0 : DDDK_ENOMEM;
}

int dddk_ring_alloc(struct dddk_device *dev, struct dddk_ring *ring, uint32_t count, uint32_t spare,
                    size_t entry_bytes, size_t align_bytes)
{
    *ring = (struct dddk_ring){.mask = 0};
    /* Below 2^31, so that "used" is never mistaken when the indices wrap. */
    if (count == 0 || (count & (count - 1)) != 0 || count > 0x40000000u || spare >= count ||
        entry_bytes == 0 || entry_bytes > (~(size_t)0) / count) {
        return DDDK_EINVAL;
    }
    int status = alloc_arrays(dev, ring, count);
    if (status == 0) {
        status = dddk_dma_alloc(dev, count * entry_bytes, align_bytes, &ring->memory);
    }
    if (status != 0) {
        free_arrays(dev, ring);
        return status;
    }
    ring->entries = ring->memory.cpu;
    ring->mask = count - 1;
    ring->room = count - spare;
    ring->head = ring->tail = ring->told = ring->seen = ring->first = dddk_ring_first_index;
    ring->limit = ring->head + ring->room;
    return 0;
}

int dddk_ring_alloc_taken(struct dddk_device *dev, struct dddk_ring *ring)
{
    enum { CACHE_LINE = 64 };
    int status = dddk_dma_alloc(dev, CACHE_LINE, CACHE_LINE, &ring->taken);

    if (status != 0) {
        dddk_ring_free_memory(dev, ring);
    }
    return status;
}

void dddk_ring_free_memory(struct dddk_device *dev, struct dddk_ring *ring)
{
    dddk_dma_free(dev, &ring->taken);
    dddk_dma_free(dev, &ring->memory);
    free_arrays(dev, ring);
}
