/* SPDX-License-Identifier: MIT
 *
 * The indices of a descriptor ring. They run freely over 32 bits and are masked by a power of two
 * only where an entry is touched, so "full" and "empty" are never the same number. The entries
 * themselves are typed, and the functions that fill and read them are generated for each ring
 * (NAME_RING_give, _take, ...): this header holds what all rings share.
 *
 * The device is not trusted: what was posted is kept in `slots`, private memory that the device
 * cannot write, and every length or index that comes back is held against it.
 */
#ifndef DDDK_RING_H
#define DDDK_RING_H

#include "dddk/dma.h"

/* What the driver remembers of one posted entry: of a receive buffer, or, in its first entry, of a
 * frame to send. The other entries of a frame leave theirs alone. */
struct dddk_ring_slot {
    void *cookie;        /* the class port's: which buffer or frame this is */
    uint32_t size_bytes; /* of the frame to send; of a received piece that waits for the others */
    uint32_t entries;    /* of the frame to send */
};

struct dddk_ring {
    uint32_t head; /* the next entry to take back */
    uint32_t tail; /* the next entry to give */
    uint32_t told; /* tail as the device was last told: give without a doorbell moves only tail */
    uint32_t seen; /* receive: entries from head to here are pieces of a frame without an end yet */
    uint32_t mask; /* count - 1 */
    uint32_t room; /* count - spare: how many entries may be with the device */
    void *entries; /* memory.cpu */
    struct dddk_ring_slot *slots;
    /* ---- not touched for every entry ---- */
    uint64_t given, taken; /* entries since start */
    uint64_t full;         /* a frame found no room */
    struct dddk_dma_memory memory;
};

/* Entries that are with the device, and entries that may still be given. Poll or transmit context
 * of that ring. */
DDDK_INLINE uint32_t dddk_ring_used(const struct dddk_ring *ring)
{
    return ring->tail - ring->head;
}
DDDK_INLINE uint32_t dddk_ring_free(const struct dddk_ring *ring)
{
    return ring->room - (ring->tail - ring->head);
}
DDDK_INLINE bool dddk_ring_is_empty(const struct dddk_ring *ring)
{
    return ring->tail == ring->head;
}

struct dddk_device;

/*
 * Allocate a ring's descriptor memory (zeroed, coherent) and its slots, and make it empty: both
 * indices are dddk_ring_first_index. Thread context, device attached. `count` is a power of two,
 * `spare` entries of it always stay empty. Returns 0, DDDK_ENOMEM, DDDK_EINVAL; after an error
 * nothing is allocated.
 */
int dddk_ring_alloc(struct dddk_device *dev, struct dddk_ring *ring, uint32_t count, uint32_t spare,
                    size_t entry_bytes, size_t align_bytes);
/* Give both back; nothing happens when there is none. The device must have let go of the ring, and
 * every cookie must have been handed back. */
void dddk_ring_free_memory(struct dddk_device *dev, struct dddk_ring *ring);

/* Where the free-running indices of rings allocated from now on begin: 0, unless a test wants to
 * see them pass 2^32. Any value; the device is told the index modulo the ring's count. */
extern uint32_t dddk_ring_first_index;

#endif
