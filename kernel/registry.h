/* SPDX-License-Identifier: MIT
 *
 * The device registry: drivers with their match tables, devices bound to them, and who is bound to
 * whom. It allocates nothing: the caller brings the storage, which must outlive the registry. The
 * registry knows no port and no driver, and it calls neither: it says which driver wants a device,
 * and its owner attaches. Callers serialise (one owner, thread context); no function sleeps.
 *
 * Which line of which driver wins. A match line constrains a device by any of: subsystem vendor,
 * subsystem device, device, vendor, class bits. Of all lines that match a device the winner is the
 * first under this order, compared from left to right:
 *
 *     1. subsystem vendor given   2. subsystem device given   3. device given   4. vendor given
 *     5. more bits in the class mask                          6. the larger class mask as a number
 *
 * This is a total order on the lines that can match one device: two lines that agree in all six
 * constrain the same things, so if both match, they have the same values; and the second of two
 * such lines is refused when it is registered. A line that is strictly narrower than another always
 * comes before it, so no line can hide a narrower one: what remains to be refused as shadowed is a
 * line written differently (in class bits outside its mask) that matches the very same devices. A
 * wide line all of whose devices are claimed by several narrower ones is legal: it is a fallback.
 *
 * A device that is not on PCI has a list of compatible strings instead, and a line asks for one.
 * The device decides: its strings are tried in its order, and a string is some line's or nobody's.
 */
#ifndef DDDK_REGISTRY_H
#define DDDK_REGISTRY_H

#include "dddk/device.h"

/* What a bus knows about a function that might want a driver. */
struct dddk_identity {
    uint32_t vendor, device;
    uint32_t subsystem_vendor, subsystem_device;
    uint32_t class_code; /* 24 bits */
    /* One of the strings of a device that is not on PCI, which has nothing of the above; else NULL.
     */
    const char *compatible;
};

/* One match line in the index. */
struct dddk_registry_entry {
    const struct dddk_driver *driver;
    const struct dddk_match *match;
    uint32_t
        next; /* 1 + index of the next entry in the same bucket, or in the free list; 0: none */
};

/* One place of a table that is looked up by name; slot i also holds the head of bucket i. */
struct dddk_registry_slot {
    union {
        const struct dddk_driver *driver;
        struct dddk_device *device;
    } object;
    const char *name; /* of the object; NULL: the slot is free */
    uint32_t first;   /* 1 + index of the first slot in bucket i; 0: none */
    uint32_t next;    /* 1 + index of the next slot in this slot's bucket, or in the free list */
    uint32_t bound;   /* driver: how many devices are bound to it */
};

struct dddk_registry_table {
    struct dddk_registry_slot *slots;
    uint32_t capacity;
    uint32_t used; /* slots in use */
    uint32_t free; /* 1 + index of the first free slot; 0: none */
};

/* Which of its IDs a match line gives, and the class bits it looks at. Lines of one shape are found
 * with one probe of the hash table. */
struct dddk_registry_shape {
    uint32_t ids; /* DDDK_SHAPE_* bits; as a number, its rank in the order above */
    uint32_t class_mask;
    uint32_t lines; /* match lines of this shape */
};

/* Class masks of whole bytes make at most 64 shapes: 16 sets of IDs, 4 masks. Compatible strings
 * are one more. */
#define DDDK_REGISTRY_SHAPES 65u

/* What the caller brings; see DDDK_REGISTRY_STORAGE for the easy way. The contents need no
 * initialisation. */
struct dddk_registry_storage {
    struct dddk_registry_slot *drivers;
    uint32_t driver_capacity;
    struct dddk_registry_slot *devices;
    uint32_t device_capacity;
    struct dddk_registry_entry *entries; /* one for each match line of all drivers together */
    uint32_t entry_capacity;
    uint32_t *buckets;     /* about as many as entries, for a look-up that takes constant time */
    uint32_t bucket_count; /* a power of two */
};

/* The smallest power of two that is at least `n`; a constant expression when `n` is one. */
#define DDDK_REGISTRY_POWER_(n) (DDDK_REGISTRY_SMEAR_((uint32_t)(n)-1u) + 1u)
#define DDDK_REGISTRY_SMEAR_(n) DDDK_SMEAR_1_(DDDK_SMEAR_3_(DDDK_SMEAR_3_(n, 1), 4), 16)
#define DDDK_SMEAR_3_(n, by) ((n) | (n) >> (by) | (n) >> 2 * (by) | (n) >> 3 * (by))
#define DDDK_SMEAR_1_(n, by) ((n) | (n) >> (by))

/*
 * Define static storage for a registry and a `struct dddk_registry_storage NAME` that names it. All
 * sizes are constants greater than 0.
 */
#define DDDK_REGISTRY_STORAGE(name, driver_count, match_line_count, device_count) \
    static struct dddk_registry_slot name##_drivers_[driver_count];               \
    static struct dddk_registry_slot name##_devices_[device_count];               \
    static struct dddk_registry_entry name##_entries_[match_line_count];          \
    static uint32_t name##_buckets_[DDDK_REGISTRY_POWER_(match_line_count)];      \
    static const struct dddk_registry_storage name = {                            \
        .drivers = name##_drivers_,                                               \
        .driver_capacity = (driver_count),                                        \
        .devices = name##_devices_,                                               \
        .device_capacity = (device_count),                                        \
        .entries = name##_entries_,                                               \
        .entry_capacity = (match_line_count),                                     \
        .buckets = name##_buckets_,                                               \
        .bucket_count = DDDK_REGISTRY_POWER_(match_line_count),                   \
    }

/* Fields are private but for `message`. */
struct dddk_registry {
    struct dddk_registry_table drivers, devices;
    struct dddk_registry_entry *entries;
    uint32_t entry_capacity, entry_count, entry_free;
    uint32_t *buckets;
    uint32_t bucket_mask;
    struct dddk_registry_shape shapes[DDDK_REGISTRY_SHAPES]; /* in use; the winning one first */
    uint32_t shape_count;
    char message[256]; /* why the last call was refused, in one line, naming both sides */
};

/* What a look-up found. */
struct dddk_registry_found {
    const struct dddk_driver *driver;
    const struct dddk_match *match;
    uint32_t probes; /* entries that were compared on the way; set also when nothing was found */
};

/*
 * Make an empty registry on `storage`, which the registry owns from now on (the struct itself is
 * copied). DDDK_EINVAL: a piece is missing or empty, or `bucket_count` is no power of two.
 */
int dddk_registry_init(struct dddk_registry *registry, const struct dddk_registry_storage *storage);

/*
 * Add a driver with all its match lines, or, on an error, nothing of it. `driver` must stay where
 * it is until it is unregistered. After an error registry->message says why.
 *   DDDK_EINVAL  no name, a name too long for DDDK_NAME_MAX with ".0" behind it, no match line, or
 *                a line that no device can match
 *   DDDK_EEXIST  the driver or one of its name is there already; or a match line is a duplicate of,
 *                or can never win against, one of the same or another driver
 *   DDDK_ENOSPC  the storage has no room for the driver, its lines or their shape
 */
int dddk_registry_add_driver(struct dddk_registry *registry, const struct dddk_driver *driver);

/* Remove a driver. DDDK_ENOENT: it is not registered; DDDK_EBUSY: a device is still bound to it
 * (registry->message names one). */
int dddk_registry_remove_driver(struct dddk_registry *registry, const struct dddk_driver *driver);

/* The driver by its name, or NULL. */
const struct dddk_driver *dddk_registry_driver(const struct dddk_registry *registry,
                                               const char *name);

/* Which driver, by which of its match lines, wants this device? 0, or DDDK_ENOENT. */
int dddk_registry_lookup(const struct dddk_registry *registry, const struct dddk_identity *identity,
                         struct dddk_registry_found *found);

/*
 * The same for a device that is not on PCI. `compatible` are its strings, the most specific first:
 * the first that a driver has a line for decides. 0, or DDDK_ENOENT.
 */
int dddk_registry_lookup_compatible(const struct dddk_registry *registry,
                                    const char *const *compatible, unsigned compatible_count,
                                    struct dddk_registry_found *found);

/*
 * Give `dev` the first free name of its driver: "NAME.0", "NAME.1"... dev->driver is set.
 * DDDK_ENOSPC: no name is short enough.
 */
int dddk_registry_name(const struct dddk_registry *registry, struct dddk_device *dev);

/*
 * Bind a device: dev->driver, dev->match and dev->name are set, and stay as they are until it is
 * unbound. The registry keeps the pointer, not a copy. After an error registry->message says why.
 *   DDDK_EINVAL  no name, or a match line that is not of that driver
 *   DDDK_ENOENT  the driver is not registered
 *   DDDK_EEXIST  a device of that name (perhaps this one) is bound
 *   DDDK_ENOSPC  the storage has no room
 */
int dddk_registry_bind(struct dddk_registry *registry, struct dddk_device *dev);

/* Unbind a device. DDDK_ENOENT: it is not bound. */
int dddk_registry_unbind(struct dddk_registry *registry, struct dddk_device *dev);

/* The bound device of that name, or NULL. */
struct dddk_device *dddk_registry_device(const struct dddk_registry *registry, const char *name);

/*
 * Iterate: *cursor is 0 at first; NULL after the last. Removing what was just returned is allowed;
 * what is added meanwhile may or may not be seen.
 */
const struct dddk_driver *dddk_registry_next_driver(const struct dddk_registry *registry,
                                                    uint32_t *cursor);
struct dddk_device *dddk_registry_next_device(const struct dddk_registry *registry,
                                              uint32_t *cursor);

/* How many devices are bound to the driver; 0 also when it is not registered. */
uint32_t dddk_registry_bound(const struct dddk_registry *registry,
                             const struct dddk_driver *driver);

/*
 * Does one match line match a device? The same predicate as the look-up's, without an index: for
 * tests and for messages.
 */
bool dddk_match_accepts(const struct dddk_match *match, const struct dddk_identity *identity);

/* Does line `a` come before line `b` in the order above? For tests and for messages. */
bool dddk_match_precedes(const struct dddk_match *a, const struct dddk_match *b);

#endif
