/* SPDX-License-Identifier: MIT
 *
 * See match.h.
 */
#include "kernel/match.h"

struct dddk_registry_shape dddk_match_shape(const struct dddk_match *match)
{
    struct dddk_registry_shape shape = {.class_mask = match->class_mask & DDDK_CLASS_BITS};

    if (match->compatible != NULL) {
        return (struct dddk_registry_shape){.ids = DDDK_SHAPE_COMPATIBLE};
    }
    if (match->vendor != DDDK_PCI_ANY) {
        shape.ids |= DDDK_SHAPE_VENDOR;
    }
    if (match->device != DDDK_PCI_ANY) {
        shape.ids |= DDDK_SHAPE_DEVICE;
    }
    if (match->subsystem_device != DDDK_PCI_ANY) {
        shape.ids |= DDDK_SHAPE_SUBSYSTEM_DEVICE;
    }
    if (match->subsystem_vendor != DDDK_PCI_ANY) {
        shape.ids |= DDDK_SHAPE_SUBSYSTEM_VENDOR;
    }
    return shape;
}

static unsigned bits_set(uint32_t value)
{
    unsigned count = 0;

    for (; value != 0; value &= value - 1) {
        count++;
    }
    return count;
}

bool dddk_shape_precedes(const struct dddk_registry_shape *a, const struct dddk_registry_shape *b)
{
    unsigned bits_a = bits_set(a->class_mask);
    unsigned bits_b = bits_set(b->class_mask);

    if (a->ids != b->ids) {
        return a->ids > b->ids;
    }
    if (bits_a != bits_b) {
        return bits_a > bits_b;
    }
    return a->class_mask > b->class_mask;
}

struct dddk_identity dddk_shape_key(const struct dddk_registry_shape *shape,
                                    const struct dddk_identity *identity)
{
    struct dddk_identity key = {.class_code = identity->class_code & shape->class_mask};

    if (shape->ids & DDDK_SHAPE_VENDOR) {
        key.vendor = identity->vendor;
    }
    if (shape->ids & DDDK_SHAPE_DEVICE) {
        key.device = identity->device;
    }
    if (shape->ids & DDDK_SHAPE_SUBSYSTEM_DEVICE) {
        key.subsystem_device = identity->subsystem_device;
    }
    if (shape->ids & DDDK_SHAPE_SUBSYSTEM_VENDOR) {
        key.subsystem_vendor = identity->subsystem_vendor;
    }
    if (shape->ids & DDDK_SHAPE_COMPATIBLE) {
        key.compatible = identity->compatible;
    }
    return key;
}

struct dddk_identity dddk_match_key(const struct dddk_match *match)
{
    struct dddk_registry_shape shape = dddk_match_shape(match);
    struct dddk_identity written = {.vendor = match->vendor,
                                    .device = match->device,
                                    .subsystem_vendor = match->subsystem_vendor,
                                    .subsystem_device = match->subsystem_device,
                                    .class_code = match->class_code,
                                    .compatible = match->compatible};

    return dddk_shape_key(&shape, &written);
}

bool dddk_key_equal(const struct dddk_identity *a, const struct dddk_identity *b)
{
    if (a->compatible != b->compatible && (a->compatible == NULL || b->compatible == NULL ||
                                           !dddk_text_equal(a->compatible, b->compatible))) {
        return false;
    }
    return a->vendor == b->vendor && a->device == b->device &&
           a->subsystem_vendor == b->subsystem_vendor &&
           a->subsystem_device == b->subsystem_device && a->class_code == b->class_code;
}

/* One round of a multiply-xorshift mix: every bit of the input reaches the upper half of the
 * product, and the shift brings it down again. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

uint32_t dddk_key_hash(const struct dddk_registry_shape *shape, const struct dddk_identity *key)
{
    uint64_t hash = mix(shape->ids, shape->class_mask);

    hash = mix(hash, (uint64_t)key->vendor << 32 | key->device);
    hash = mix(hash, (uint64_t)key->subsystem_vendor << 32 | key->subsystem_device);
    for (const char *at = key->compatible; at != NULL && *at != '\0'; at++) {
        hash = mix(hash, (unsigned char)*at);
    }
    return (uint32_t)mix(hash, key->class_code);
}

bool dddk_match_accepts(const struct dddk_match *match, const struct dddk_identity *identity)
{
    struct dddk_registry_shape shape = dddk_match_shape(match);
    struct dddk_identity wanted = dddk_match_key(match);
    struct dddk_identity offered = dddk_shape_key(&shape, identity);

    return dddk_match_is_possible(match) &&
           (match->compatible == NULL) == (identity->compatible == NULL) &&
           dddk_key_equal(&wanted, &offered);
}

bool dddk_match_precedes(const struct dddk_match *a, const struct dddk_match *b)
{
    struct dddk_registry_shape shape_a = dddk_match_shape(a);
    struct dddk_registry_shape shape_b = dddk_match_shape(b);

    return dddk_shape_precedes(&shape_a, &shape_b);
}

static bool id_is_possible(uint32_t id)
{
    return id == DDDK_PCI_ANY || id <= 0xffffu;
}

bool dddk_match_is_possible(const struct dddk_match *match)
{
    if (match->compatible != NULL) {
        return match->compatible[0] != '\0';
    }
    /* ffff is what a bus answers where no device is. (PCI 3.0, 6.2.1) */
    return id_is_possible(match->vendor) && match->vendor != 0xffffu &&
           id_is_possible(match->device) && id_is_possible(match->subsystem_vendor) &&
           id_is_possible(match->subsystem_device) &&
           (match->class_code & match->class_mask & ~DDDK_CLASS_BITS) == 0;
}

bool dddk_match_is_written_alike(const struct dddk_match *a, const struct dddk_match *b)
{
    return a->class_code == b->class_code && a->class_mask == b->class_mask;
}

static void put_ids(struct dddk_text *text, uint32_t vendor, uint32_t device)
{
    const uint32_t ids[] = {vendor, device};

    for (unsigned i = 0; i < DDDK_COUNT(ids); i++) {
        if (i > 0) {
            dddk_text_put(text, ":");
        }
        if (ids[i] == DDDK_PCI_ANY) {
            dddk_text_put(text, "any");
        } else {
            dddk_text_put_hex(text, ids[i], 4);
        }
    }
}

void dddk_match_put(struct dddk_text *text, const struct dddk_match *match)
{
    struct dddk_registry_shape shape = dddk_match_shape(match);
    const char *separator = "";

    if (match->compatible != NULL) {
        dddk_text_put(text, "compatible ");
        dddk_text_put(text, match->compatible);
        return;
    }
    if (shape.ids & (DDDK_SHAPE_VENDOR | DDDK_SHAPE_DEVICE)) {
        put_ids(text, match->vendor, match->device);
        separator = ", ";
    }
    if (shape.ids & (DDDK_SHAPE_SUBSYSTEM_VENDOR | DDDK_SHAPE_SUBSYSTEM_DEVICE)) {
        dddk_text_put(text, separator);
        dddk_text_put(text, "subsystem ");
        put_ids(text, match->subsystem_vendor, match->subsystem_device);
        separator = ", ";
    }
    if (shape.class_mask != 0) {
        dddk_text_put(text, separator);
        dddk_text_put(text, "class ");
        dddk_text_put_hex(text, match->class_code, 6);
        dddk_text_put(text, "/");
        dddk_text_put_hex(text, shape.class_mask, 6);
        separator = ", ";
    }
    if (separator[0] == '\0') {
        dddk_text_put(text, "any device");
    }
}
