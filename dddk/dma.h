/* SPDX-License-Identifier: MIT
 *
 * Memory that the device reads and writes. An address as the device sees it and an address as the
 * CPU sees it are different C types, because they are different numbers: on sim always, elsewhere
 * whenever there is an IOMMU.
 */
#ifndef DDDK_DMA_H
#define DDDK_DMA_H

#include "dddk/base.h"

struct dddk_device;

/* An address as the device sees it. Not a pointer, and not to be computed from one. */
struct dddk_dma_address {
    uint64_t value;
};

enum { DDDK_DMA_ALIGNMENT_MAX = 4096 }; /* bytes; the smallest page of any port */

/* What a device can reach; from `dma:` of the manifest. */
struct dddk_dma_limits {
    unsigned address_bits; /* 1 to 64: the device drives that many address lines */
    uint64_t boundary;     /* bytes, a power of two that no single buffer may cross; 0: none */
    uint32_t alignment;    /* bytes, a power of two that every address given to the device
                              is a multiple of; 0 or 1: any address */
};

/* A piece of coherent memory: the CPU's view and the device's. */
struct dddk_dma_memory {
    void *cpu; /* NULL while nothing is allocated */
    struct dddk_dma_address device;
    size_t size_bytes;
};

DDDK_INLINE struct dddk_dma_address dddk_dma_at(struct dddk_dma_address base, uint64_t offset_bytes)
{
    return (struct dddk_dma_address){base.value + offset_bytes};
}
DDDK_INLINE uint32_t dddk_dma_low(struct dddk_dma_address address)
{
    return (uint32_t)address.value;
}
DDDK_INLINE uint32_t dddk_dma_high(struct dddk_dma_address address)
{
    return (uint32_t)(address.value >> 32);
}

/*
 * Allocate zeroed coherent memory within the device's limits. Thread context, device attached.
 * `align_bytes` is a power of two; where the device's limits ask for more, so much is it. Returns
 * 0, DDDK_ENOMEM (also when no memory lies within the limits), DDDK_EINVAL. The caller owns *memory
 * until dddk_dma_free(), which must come before the device is detached.
 */
int dddk_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                   struct dddk_dma_memory *memory);

/* Give coherent memory back and make *memory empty; nothing happens when it is empty. The device
 * must have let go of it. */
void dddk_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory);

#endif
