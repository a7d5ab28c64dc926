/* SPDX-License-Identifier: MIT
 *
 * Coherent memory of a driver: arguments are checked here, once for all ports.
 */
#include "dddk/dma.h"
#include "runtime/port.h"

int dddk_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                   struct dddk_dma_memory *memory)
{
    *memory = (struct dddk_dma_memory){.cpu = NULL};
    if (size_bytes == 0 || align_bytes == 0 || (align_bytes & (align_bytes - 1)) != 0) {
        return DDDK_EINVAL;
    }
    return dddk_port_dma_alloc(dev, size_bytes, align_bytes, memory);
}

void dddk_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory)
{
    if (memory->cpu == NULL) {
        return;
    }
    dddk_port_dma_free(dev, memory);
    *memory = (struct dddk_dma_memory){.cpu = NULL};
}
