/* SPDX-License-Identifier: MIT
 *
 * Match lines as keys: what a line constrains (its shape), the values it asks for (its key), and
 * how both are written in messages. Private to the registry.
 */
#ifndef DDDK_MATCH_H
#define DDDK_MATCH_H

#include "kernel/registry.h"
#include "kernel/text.h"

/* Which IDs a line gives. The weights make a number that orders shapes: see registry.h. */
enum {
    DDDK_SHAPE_VENDOR = 1,
    DDDK_SHAPE_DEVICE = 2,
    DDDK_SHAPE_SUBSYSTEM_DEVICE = 4,
    DDDK_SHAPE_SUBSYSTEM_VENDOR = 8,
    DDDK_SHAPE_COMPATIBLE = 16, /* of a device that is not on PCI; stands alone */
};

#define DDDK_CLASS_BITS 0xffffffu

/* The shape of a line; `lines` is 0. */
struct dddk_registry_shape dddk_match_shape(const struct dddk_match *match);

/* Does shape `a` win against shape `b`? Never for equal ones. */
bool dddk_shape_precedes(const struct dddk_registry_shape *a, const struct dddk_registry_shape *b);

/* A device's values, or a line's, reduced to what a shape looks at: equal exactly when a line of
 * that shape matches. */
struct dddk_identity dddk_shape_key(const struct dddk_registry_shape *shape,
                                    const struct dddk_identity *identity);

/* A line's values as a key of its own shape. */
struct dddk_identity dddk_match_key(const struct dddk_match *match);

bool dddk_key_equal(const struct dddk_identity *a, const struct dddk_identity *b);

/* A hash of a key and its shape, all 32 bits mixed. */
uint32_t dddk_key_hash(const struct dddk_registry_shape *shape, const struct dddk_identity *key);

/* Is there a device that the line could match? False for an ID wider than 16 bits, for vendor ffff,
 * for class bits above 24, and for an empty compatible string. */
bool dddk_match_is_possible(const struct dddk_match *match);

/* Are two lines that match the same devices also written with the same numbers? */
bool dddk_match_is_written_alike(const struct dddk_match *a, const struct dddk_match *b);

/* Put "1af4:1000, subsystem 1af4:1100, class 020000/ffff00", or "compatible ns16550a": only what
 * the line gives; "any device" when it gives nothing. */
void dddk_match_put(struct dddk_text *text, const struct dddk_match *match);

#endif
