/* SPDX-License-Identifier: MIT
 *
 * The device registry: drivers with their match tables, devices found on a bus, and who is bound to
 * whom. It allocates nothing: the caller brings the storage, which must outlive the registry. The
 * registry knows no port and no driver; what binding means is a callback of its owner. Callers
 * serialise (one owner, thread context).
 */
#ifndef DDDK_REGISTRY_H
#define DDDK_REGISTRY_H

#include "dddk/device.h"

/* What a bus knows about a function that might want a driver. */
struct dddk_identity {
    uint32_t vendor, device;
    uint32_t subsystem_vendor, subsystem_device;
    uint32_t class_code; /* 24 bits */
};

/* One slot of the match index. Storage of the caller. */
struct dddk_registry_entry {
    const struct dddk_driver *driver;
    const struct dddk_match *match;
    uint32_t hash_next; /* 1 + index of the next entry in the same bucket; 0: none */
};

struct dddk_registry_storage {
    struct dddk_registry_entry *entries; /* as many as all match lines of all drivers together */
    uint32_t entry_capacity;
    uint32_t
        *buckets; /* a power of two of them; about as many as entries for constant-time look-up */
    uint32_t bucket_count;
    struct dddk_device **devices; /* bound devices */
    uint32_t device_capacity;
};

struct dddk_registry {
    struct dddk_registry_storage storage;
    uint32_t entry_count, device_count;
    /* private: which key shapes occur, so that a look-up probes only those */
    uint32_t shapes;
    char message[256]; /* why the last registration was refused, naming both sides */
};

#endif
