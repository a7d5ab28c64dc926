/* SPDX-License-Identifier: MIT */
#include "hauler.dddk.h"

/* A channel that is not there is refused before the device hears of it. */
int hauler_start(struct hauler *dev)
{
    const struct dddk_dma_memory none = {.cpu = NULL};

    return hauler_copy_to_device(dev, HAULER_COPY_CHANNELS, 0, &none, 4) == DDDK_EINVAL ? 0
                                                                                        : DDDK_EIO;
}
