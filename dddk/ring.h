/* SPDX-License-Identifier: MIT
 *
 * The indices of a descriptor ring. They run freely over 32 bits and are masked by a power of two
 * only where an entry is touched, so "full" and "empty" are never the same number. The entries
 * themselves are typed, and the functions that fill and read them are generated for each ring
 * (NAME_RING_give, _take, ...): this header holds what all rings share.
 *
 * The device is not trusted: what was posted is kept in memory that it cannot write, and every
 * length or index that comes back is held against that.
 */
#ifndef DDDK_RING_H
#define DDDK_RING_H

#include "dddk/byteorder.h"
#include "dddk/dma.h"

struct dddk_ring {
    uint32_t head; /* the next entry to take back */
    uint32_t tail; /* the next entry to give */
    /* Transmit: tail as the device was last told; a frame with `more` moves only tail. */
    uint32_t told;
    /* Receive: entries from head to here are pieces of a frame without an end yet. */
    uint32_t seen;
    /* Transmit: tail may go so far, as the producer knows; it looks at head only when this is not
     * far enough. */
    uint32_t limit;
    uint32_t mask;  /* count - 1 */
    uint32_t room;  /* count - spare: how many entries may be with the device */
    uint32_t first; /* where the indices began */
    void *entries;  /* memory.cpu */
    /* What the class port calls a buffer, or a frame to send: never NULL. That of a frame stands in
     * its last entry; NULL in those before it. */
    void **cookies;
    uint32_t *lengths; /* receive: of the pieces of an unfinished frame, bytes */
    /* ---- not touched for every entry ---- */
    uint64_t full; /* a frame found no room */
    struct dddk_dma_memory memory;
    struct dddk_dma_memory taken; /* the word that the device writes its index to, where it does */
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

/*
 * One aligned word of a descriptor, as a number of 8, 4, 2 or 1 bytes whose lowest bits come first
 * in memory (`big`: last). Descriptors are read and written in whole words: one load takes all that
 * the device wrote into it, so nothing in it is older than the mark that says it is done. Where the
 * CPU has no such load, the half with the mark (byte `mark` of the word) is read first. `bytes`,
 * `mark` and `big` are constants.
 */
typedef uint64_t __attribute__((may_alias)) dddk_word64_;
typedef uint32_t __attribute__((may_alias)) dddk_word32_;
typedef uint16_t __attribute__((may_alias)) dddk_word16_;

DDDK_INLINE uint32_t dddk_ring_load32_(const void *word, bool big)
{
    uint32_t raw = DDDK_READ_ONCE(*(const dddk_word32_ *)word);
    return big ? DDDK_BE_(32, raw) : DDDK_LE_(32, raw);
}
DDDK_INLINE uint64_t dddk_ring_load64_(const void *word, unsigned mark, bool big)
{
#if __SIZEOF_SIZE_T__ >= 8
    uint64_t raw = DDDK_READ_ONCE(*(const dddk_word64_ *)word);
    (void)mark;
    return big ? DDDK_BE_(64, raw) : DDDK_LE_(64, raw);
#else
    const uint8_t *bytes = word;
    unsigned first = mark & 4u;
    uint64_t one = dddk_ring_load32_(bytes + first, big);
    dddk_dma_rmb(); /* the other half was written before the mark */
    uint64_t other = dddk_ring_load32_(bytes + (first ^ 4u), big);
    return (first != 0) != big ? one << 32 | other : other << 32 | one;
#endif
}
DDDK_INLINE uint64_t dddk_ring_load(const void *word, unsigned bytes, unsigned mark, bool big)
{
    switch (bytes) {
    case 8: return dddk_ring_load64_(word, mark, big);
    case 4: return dddk_ring_load32_(word, big);
    case 2: {
        uint16_t raw = DDDK_READ_ONCE(*(const dddk_word16_ *)word);
        return big ? DDDK_BE_(16, raw) : DDDK_LE_(16, raw);
    }
    default: return DDDK_READ_ONCE(*(const uint8_t *)word);
    }
}
DDDK_INLINE void dddk_ring_store(void *word, unsigned bytes, bool big, uint64_t value)
{
    uint32_t low = (uint32_t)value;

    switch (bytes) {
    case 8: *(dddk_word64_ *)word = big ? DDDK_BE_(64, value) : DDDK_LE_(64, value); break;
    case 4: *(dddk_word32_ *)word = big ? DDDK_BE_(32, low) : DDDK_LE_(32, low); break;
    case 2:
        *(dddk_word16_ *)word = big ? DDDK_BE_(16, (uint16_t)value) : DDDK_LE_(16, (uint16_t)value);
        break;
    default: *(uint8_t *)word = (uint8_t)value; break;
    }
}

/*
 * The same for the word with the bit that makes an entry the device's: behind all else of the
 * entry, and in one piece; where the CPU has no such store, the half with the bit (byte `mark` of
 * the word) comes last.
 */
DDDK_INLINE void dddk_ring_hand_over(void *word, unsigned bytes, unsigned mark, bool big,
                                     uint64_t value)
{
    uint32_t low = (uint32_t)value;

    dddk_dma_wmb(); /* pairs with the device, which looks at the rest behind the bit */
    switch (bytes) {
#if __SIZEOF_SIZE_T__ >= 8
    case 8:
        (void)mark;
        DDDK_WRITE_ONCE(*(dddk_word64_ *)word, big ? DDDK_BE_(64, value) : DDDK_LE_(64, value));
        break;
#else
    case 8: {
        uint8_t *half = (uint8_t *)word + (mark & 4u), *other = (uint8_t *)word + (~mark & 4u);
        bool is_low = ((mark & 4u) != 0) == big;
        uint32_t high = (uint32_t)(value >> 32), with = is_low ? low : high;
        dddk_ring_store(other, 4, big, is_low ? high : low);
        dddk_dma_wmb(); /* the other half before the one with the bit */
        DDDK_WRITE_ONCE(*(dddk_word32_ *)half, big ? DDDK_BE_(32, with) : DDDK_LE_(32, with));
        break;
    }
#endif
    case 4:
        DDDK_WRITE_ONCE(*(dddk_word32_ *)word, big ? DDDK_BE_(32, low) : DDDK_LE_(32, low));
        break;
    default:
        /* A smaller word is always in one piece. */
        dddk_ring_store(word, bytes, big, value);
        break;
    }
}

struct dddk_device;

/*
 * Allocate a ring's descriptor memory (zeroed, coherent) and its private arrays, and make it empty:
 * both indices are dddk_ring_first_index. Thread context, device attached. `count` is a power of
 * two, `spare` entries of it always stay empty. Returns 0, DDDK_ENOMEM, DDDK_EINVAL; after an error
 * nothing is allocated.
 */
int dddk_ring_alloc(struct dddk_device *dev, struct dddk_ring *ring, uint32_t count, uint32_t spare,
                    size_t entry_bytes, size_t align_bytes);
/*
 * Allocate the word of 32 bits, coherent memory with a cache line for itself, that the device
 * writes its index to. Thread context, behind dddk_ring_alloc. Returns 0 or DDDK_ENOMEM; after an
 * error the ring's memory is gone as well.
 */
int dddk_ring_alloc_taken(struct dddk_device *dev, struct dddk_ring *ring);
/* Give all of it back; nothing happens when there is none. The device must have let go of the ring,
 * and every cookie must have been handed back. */
void dddk_ring_free_memory(struct dddk_device *dev, struct dddk_ring *ring);

/* Where the free-running indices of rings allocated from now on begin: 0, unless a test wants to
 * see them pass 2^32. Any value; the device is told the index modulo the ring's count. */
extern uint32_t dddk_ring_first_index;

#endif
