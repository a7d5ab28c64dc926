/* SPDX-License-Identifier: MIT
 *
 * The misc class: a device that offers the operations its manifest lists under `user:`. Each is a
 * typed C call (NAME_call_OPERATION, generated) and an entry of a table, through which a port makes
 * it reachable from outside. An operation may be nothing but a FIFO of the device, whose words its
 * caller gets or gives.
 */
#ifndef DDDK_MISC_H
#define DDDK_MISC_H

#include "dddk/device.h"
#include "dddk/fifo.h"

#define DDDK_MISC_ARGUMENTS 8 /* scalars of one operation, in and out together */

struct dddk_misc_argument {
    const char *name;
    uint8_t bytes; /* 1, 2, 4 or 8 */
    bool out;
};

enum dddk_misc_data { DDDK_MISC_NO_DATA, DDDK_MISC_DATA_IN, DDDK_MISC_DATA_OUT };

/* One FIFO. Words are moved whole, as they are in the memory of `data`: numbers of the processor,
 * or bytes of a stream, as the manifest says. */
struct dddk_misc_fifo {
    const char *name;
    bool to_device;
    uint8_t unit_bytes; /* of a word */
    size_t offset;      /* of its struct dddk_fifo in the instance; of a stream if it has a kick: */
    /* any context, has the poll look at it; or, where no interrupt serves it, */
    void (*kick)(struct dddk_device *dev);
    /* what moves words: thread context, device mutex held; returns how many bytes. */
    size_t (*move)(struct dddk_device *dev, void *data, size_t size_bytes);
};

/* One entry of `user:`. `in` data go to the driver, `out` data come from it. */
struct dddk_misc_operation {
    const char *name;
    const struct dddk_misc_argument *arguments;
    unsigned argument_count;
    enum dddk_misc_data data;
    size_t data_max_bytes;
    /* thread context, device mutex held; values[] in the order of arguments[] */
    int (*call)(struct dddk_device *dev, uint64_t *values, void *data, size_t size_bytes);
    const struct dddk_misc_fifo *fifo; /* instead of all that; else NULL */
};

struct dddk_misc_ops {
    const struct dddk_misc_operation *operations;
    unsigned operation_count;
    const struct dddk_misc_fifo *fifos; /* all that the device has */
    unsigned fifo_count;
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
 * not started, DDDK_ENODEV when it is gone; else what the handler returns. An operation that is a
 * FIFO does as dddk_misc_move().
 */
int dddk_misc_call(struct dddk_misc *misc, unsigned operation, uint64_t *values, void *data,
                   size_t size_bytes);

/*
 * Move words between a FIFO and `data`: as many as are there, or as there is room for, at most
 * `size_bytes`. Does not wait. Thread context without the device mutex, device started. Returns
 * bytes, 0 among them; DDDK_EINVAL: not one word fits into `size_bytes`; DDDK_ESTATE, DDDK_ENODEV
 * as above.
 */
int dddk_misc_move(struct dddk_misc *misc, const struct dddk_misc_fifo *fifo, void *data,
                   size_t size_bytes);
/* The FIFO that a read (`to_device` false) or a write of the device as a file goes through: the
 * first one of `user:` in that direction. NULL: none. */
const struct dddk_misc_fifo *dddk_misc_file(const struct dddk_misc *misc, bool to_device);
/* Read and write the device as a file, as dddk_misc_move(). DDDK_ENOTSUP: it has no FIFO in that
 * direction under `user:`. */
int dddk_misc_read(struct dddk_misc *misc, void *data, size_t size_bytes);
int dddk_misc_write(struct dddk_misc *misc, const void *data, size_t size_bytes);
/* Any context: would dddk_misc_move() move something? Of a FIFO that no interrupt serves nobody
 * knows before it was tried: true. */
bool dddk_misc_is_ready(const struct dddk_misc *misc, const struct dddk_misc_fifo *fifo);

/* What was counted of a FIFO. Any context. */
const struct dddk_fifo_counters *dddk_misc_fifo_counters(const struct dddk_misc *misc,
                                                         const struct dddk_misc_fifo *fifo);

/* For generated code, poll context: words were moved, and somebody may wait for that. */
void dddk_misc_moved(struct dddk_misc *misc);

#endif
