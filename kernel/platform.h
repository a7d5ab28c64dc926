/* SPDX-License-Identifier: MIT
 *
 * Devices that are not on PCI: a machine's serial port at a fixed place, a block of a system on a
 * chip. Nothing on such a bus can be asked what it is; a device tree, the firmware or the machine's
 * author says so, and this table holds what was said. It allocates nothing and calls nobody: the
 * caller brings the storage and the descriptions, which stay where they are while they are in it.
 * Callers serialise (one owner, thread context); no function sleeps.
 */
#ifndef DDDK_PLATFORM_H
#define DDDK_PLATFORM_H

#include "dddk/device.h"

/* Where a device answers: memory, or I/O ports. */
struct dddk_platform_range {
    enum dddk_region_kind kind; /* memory or port */
    uint64_t address;
    uint64_t
        size_bytes; /* 0: the device has no such range, and those behind it keep their numbers */
};

/* One device. */
struct dddk_platform_device {
    const char *name;              /* "serial@3f8": for messages, and unique on its bus */
    const char *const *compatible; /* what it is, the most specific string first */
    unsigned compatible_count;
    const struct dddk_platform_range *ranges; /* `reg:` of a manifest's regions counts them */
    unsigned range_count;
    const unsigned *lines; /* inputs of the machine's interrupt controller */
    unsigned line_count;
    uint32_t place; /* a number by which its port knows it */
};

/* Fields are private but for `message`. */
struct dddk_platform_bus {
    const struct dddk_platform_device **devices;
    uint32_t capacity, count;
    char message[160]; /* why the last call was refused, in one line */
};

/* An empty bus on the caller's storage of `capacity` pointers, which need no initialisation. */
void dddk_platform_init(struct dddk_platform_bus *bus, const struct dddk_platform_device **devices,
                        uint32_t capacity);

/*
 * Add a device. After an error bus->message says why.
 *   DDDK_EINVAL  no name or no compatible string (or an empty one), a range past the
 *                end of its address space or of another kind than memory or port, or two ranges of
 *                the device that overlap
 *   DDDK_EEXIST  a device of that name is there, or one that answers at the same addresses
 *   DDDK_ENOSPC  the storage is full
 */
int dddk_platform_add(struct dddk_platform_bus *bus, const struct dddk_platform_device *device);

/* DDDK_ENOENT: it is not there. */
int dddk_platform_remove(struct dddk_platform_bus *bus, const struct dddk_platform_device *device);

/* The device of that name, or NULL. */
const struct dddk_platform_device *dddk_platform_find(const struct dddk_platform_bus *bus,
                                                      const char *name);

/* Iterate in the order in which they were added: *cursor is 0 at first; NULL after the last. */
const struct dddk_platform_device *dddk_platform_next(const struct dddk_platform_bus *bus,
                                                      uint32_t *cursor);

#endif
