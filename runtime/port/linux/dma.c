/* SPDX-License-Identifier: MIT
 *
 * Memory: coherent memory within what the device can reach, and the kernel's own. What a driver
 * holds is kept in a list, because the kernel must be told how much it gave, which may be more than
 * was asked for.
 */
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "runtime/port/linux/core.h"

/* One piece of coherent memory. */
struct piece {
    struct list_head list;
    void *cpu;
    dma_addr_t device;
    size_t size_bytes;
};

int dddk_port_dma_limits(struct dddk_device *dev, const struct dddk_dma_limits *limits)
{
    struct dddk_port_device *port = dev->port;

    uint32_t alignment = max(limits->alignment, 1u);

    if (limits->address_bits == 0 || limits->address_bits > 64 || !is_power_of_2(alignment) ||
        alignment > DDDK_DMA_ALIGNMENT_MAX) {
        return DDDK_EINVAL;
    }
    if (dma_set_mask_and_coherent(port->device, DMA_BIT_MASK(limits->address_bits)) != 0) {
        return DDDK_ENOTSUP;
    }
    port->dma_boundary = limits->boundary;
    port->dma_alignment = alignment;
    /* What is bounced keeps the lower bits of its address. */
    dma_set_min_align_mask(port->device, alignment - 1);
    if (limits->boundary != 0) {
        dma_set_seg_boundary(port->device, (unsigned long)(limits->boundary - 1));
    }
    return 0;
}

/* Does the piece lie as the device needs it? */
static bool lies_well(const struct dddk_port_device *port, const struct piece *piece,
                      size_t size_bytes, size_t align_bytes)
{
    uint64_t last = (uint64_t)piece->device + size_bytes - 1;

    return (piece->device & (align_bytes - 1)) == 0 &&
           (port->dma_boundary == 0 || ((piece->device ^ last) & ~(port->dma_boundary - 1)) == 0);
}

int dddk_port_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                        struct dddk_dma_memory *memory)
{
    struct dddk_port_device *port = dev->port;
    struct piece *piece = kzalloc(sizeof(*piece), GFP_KERNEL);

    if (piece == NULL) {
        return DDDK_ENOMEM;
    }
    align_bytes = max_t(size_t, align_bytes, port->dma_alignment);
    /* Coherent memory is aligned to the power of two that holds it. (core-api/dma-api-howto) */
    piece->size_bytes = max(size_bytes, align_bytes);
    piece->cpu = dma_alloc_coherent(port->device, piece->size_bytes, &piece->device, GFP_KERNEL);
    if (piece->cpu == NULL) {
        kfree(piece);
        return DDDK_ENOMEM;
    }
    if (!lies_well(port, piece, size_bytes, align_bytes)) {
        dma_free_coherent(port->device, piece->size_bytes, piece->cpu, piece->device);
        kfree(piece);
        return DDDK_ENOMEM;
    }
    list_add(&piece->list, &port->dma);
    memory->cpu = piece->cpu;
    memory->device.value = piece->device;
    memory->size_bytes = size_bytes;
    return 0;
}

void dddk_port_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory)
{
    struct dddk_port_device *port = dev->port;
    struct piece *piece;

    list_for_each_entry(piece, &port->dma, list)
    {
        if (piece->cpu == memory->cpu) {
            list_del(&piece->list);
            dma_free_coherent(port->device, piece->size_bytes, piece->cpu, piece->device);
            kfree(piece);
            return;
        }
    }
    WARN(1, "%s: DMA memory that is not this device's was given back\n", dev->name);
}

void *dddk_port_alloc(struct dddk_device *dev, size_t size_bytes)
{
    return kvzalloc(size_bytes, GFP_KERNEL);
}

void dddk_port_free(struct dddk_device *dev, void *memory)
{
    kvfree(memory);
}
