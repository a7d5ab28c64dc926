/* SPDX-License-Identifier: MIT
 *
 * The misc class: a device that offers the operations its manifest lists under `user:`. Each is a
 * typed C call (NAME_call_OPERATION, generated) and an entry of a table, through which a port makes
 * it reachable from outside.
 */
#ifndef DDDK_MISC_H
#define DDDK_MISC_H

#include "dddk/device.h"

#define DDDK_MISC_ARGUMENTS 8 /* scalars of one operation, in and out together */

struct dddk_misc_argument {
    const char *name;
    uint8_t bytes; /* 1, 2, 4 or 8 */
    bool out;
};

enum dddk_misc_data { DDDK_MISC_NO_DATA, DDDK_MISC_DATA_IN, DDDK_MISC_DATA_OUT };

/* One entry of `user:`. `in` data go to the driver, `out` data come from it. */
struct dddk_misc_operation {
    const char *name;
    const struct dddk_misc_argument *arguments;
    unsigned argument_count;
    enum dddk_misc_data data;
    size_t data_max_bytes;
    /* thread context, device mutex held; values[] in the order of arguments[] */
    int (*call)(struct dddk_device *dev, uint64_t *values, void *data, size_t size_bytes);
};

struct dddk_misc_ops {
    const struct dddk_misc_operation *operations;
    unsigned operation_count;
};

struct dddk_misc {
    struct dddk_device *dev;
    const struct dddk_misc_ops *ops;
    struct dddk_port_misc port; /* the port's part, from dddk_port.h */
};

/*
 * Call an operation by its place in the table. Thread context without the device mutex, device
 * started. Checks what came from outside: value widths (DDDK_ERANGE), data size (DDDK_EMSGSIZE),
 * data where none are taken or none where they are (DDDK_EINVAL); DDDK_ESTATE when the device is
 * not started, DDDK_ENODEV when it is gone; else what the handler returns.
 */
int dddk_misc_call(struct dddk_misc *misc, unsigned operation, uint64_t *values, void *data,
                   size_t size_bytes);

#endif
