/* SPDX-License-Identifier: MIT
 *
 * A table of named objects on the caller's storage: found by name through a hash, iterated by slot.
 * Private to the registry.
 */
#ifndef DDDK_NAMES_H
#define DDDK_NAMES_H

#include "kernel/registry.h"

/* Make an empty table. `slots` has `capacity` > 0 elements. */
void dddk_names_init(struct dddk_registry_table *table, struct dddk_registry_slot *slots,
                     uint32_t capacity);

/* The slot of that name, or NULL. */
struct dddk_registry_slot *dddk_names_find(const struct dddk_registry_table *table,
                                           const char *name);

/* A new slot for a name that is not there yet; NULL: the table is full. `name` is kept, not copied.
 */
struct dddk_registry_slot *dddk_names_add(struct dddk_registry_table *table, const char *name);

/* Free the slot of that name, which is there. */
void dddk_names_remove(struct dddk_registry_table *table, const char *name);

/* The next used slot at or after *cursor, which moves behind it; NULL: none. */
struct dddk_registry_slot *dddk_names_next(const struct dddk_registry_table *table,
                                           uint32_t *cursor);

#endif
