/* SPDX-License-Identifier: MIT */
#include "gadget.dddk.h"

int gadget_add(struct gadget *dev, uint64_t a, uint8_t b, uint64_t *sum)
{
    (void)dev;
    *sum = a + b;
    return 0;
}

int gadget_load(struct gadget *dev, const void *data, size_t size_bytes)
{
    (void)data;
    return gadget_length_write(dev, (uint32_t)size_bytes);
}

int gadget_save(struct gadget *dev, uint32_t offset, void *data, size_t size_bytes)
{
    (void)dev;
    (void)offset;
    memset(data, 0, size_bytes);
    return 0;
}
