/* SPDX-License-Identifier: MIT
 *
 * A ring of bytes between one producer and one consumer, in two contexts: the poll, which moves
 * them to or from a device, and whoever uses the device. Words of a device go through it whole.
 */
#ifndef DDDK_BYTE_RING_H
#define DDDK_BYTE_RING_H

#include "dddk/base.h"

#define DDDK_BYTE_RING 4096u /* bytes, a power of two */

/* One producer, one consumer; free-running indices. */
struct dddk_byte_ring {
    uint32_t head, tail; /* atomic: consumer's and producer's */
    uint8_t bytes[DDDK_BYTE_RING];
};

DDDK_INLINE uint32_t dddk_byte_ring_used(const struct dddk_byte_ring *ring)
{
    return dddk_load_acquire(&ring->tail) - dddk_load_acquire(&ring->head);
}
DDDK_INLINE bool dddk_byte_ring_is_full(const struct dddk_byte_ring *ring)
{
    return dddk_byte_ring_used(ring) == DDDK_BYTE_RING;
}
/* Put and get: one caller each; false: full, empty. */
DDDK_INLINE bool dddk_byte_ring_put(struct dddk_byte_ring *ring, uint8_t byte)
{
    uint32_t tail = ring->tail;
    if (tail - dddk_load_acquire(&ring->head) == DDDK_BYTE_RING) {
        return false;
    }
    ring->bytes[tail & (DDDK_BYTE_RING - 1u)] = byte;
    dddk_store_release(&ring->tail,
                       tail + 1u); /* pairs with the acquire of tail in dddk_byte_ring_get */
    return true;
}
DDDK_INLINE bool dddk_byte_ring_get(struct dddk_byte_ring *ring, uint8_t *byte)
{
    uint32_t head = ring->head;
    if (dddk_load_acquire(&ring->tail) == head) {
        return false;
    }
    *byte = ring->bytes[head & (DDDK_BYTE_RING - 1u)];
    dddk_store_release(&ring->head,
                       head + 1u); /* pairs with the acquire of head in dddk_byte_ring_put */
    return true;
}

/*
 * The same of a word of 1, 2, 4 or 8 bytes, in a ring that has nothing else in it: then none is cut
 * by the ring's end. How many there are, and for how many there is room; put and get do not look
 * again.
 */
DDDK_INLINE uint32_t dddk_byte_ring_words(const struct dddk_byte_ring *ring, uint32_t size_bytes)
{
    return dddk_byte_ring_used(ring) / size_bytes;
}
DDDK_INLINE uint32_t dddk_byte_ring_room(const struct dddk_byte_ring *ring, uint32_t size_bytes)
{
    return (DDDK_BYTE_RING - dddk_byte_ring_used(ring)) / size_bytes;
}
DDDK_INLINE void dddk_byte_ring_put_word(struct dddk_byte_ring *ring, const void *word,
                                         uint32_t size_bytes)
{
    uint32_t tail = ring->tail;
    memcpy(&ring->bytes[tail & (DDDK_BYTE_RING - 1u)], word, size_bytes);
    dddk_store_release(&ring->tail, tail + size_bytes); /* pairs with the acquire of its readers */
}
DDDK_INLINE void dddk_byte_ring_get_word(struct dddk_byte_ring *ring, void *word,
                                         uint32_t size_bytes)
{
    uint32_t head = ring->head;
    memcpy(word, &ring->bytes[head & (DDDK_BYTE_RING - 1u)], size_bytes);
    dddk_store_release(&ring->head, head + size_bytes); /* pairs with the acquire of the producer */
}

#endif
