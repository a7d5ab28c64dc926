/* SPDX-License-Identifier: MIT
 *
 * Registers by name, as constant tables generated from the manifest: for the trace, for dumps and
 * for error messages. The accessors of a driver do not use them.
 */
#ifndef DDDK_REGISTERS_H
#define DDDK_REGISTERS_H

#include "dddk/base.h"

struct dddk_field_value_info {
    const char *name;
    uint64_t value;
};

enum dddk_field_kind {
    DDDK_FIELD_NUMBER, /* or a bit, or a value of an enum */
    DDDK_FIELD_SIGNED,
    DDDK_FIELD_ADDRESS, /* bits of one, from bit `shift` on */
    DDDK_FIELD_FLAGS,   /* any of `values` together */
};

struct dddk_field_info {
    const char *name;
    uint8_t lsb, width;                         /* bits */
    const struct dddk_field_value_info *values; /* of its enum, or NULL */
    uint16_t value_count;
    uint16_t written_count;
    const struct dddk_field_value_info *written; /* where writes have other names; else NULL */
    const char *other;                           /* a value without a name; or NULL */
    uint8_t kind;                                /* enum dddk_field_kind */
    uint8_t shift;
    const char *unit;                /* or NULL */
    uint32_t numerator, denominator; /* one step is so much of the unit; denominator 0: no scale */
};

enum dddk_register_flags {
    DDDK_REGISTER_READABLE = 1,
    DDDK_REGISTER_WRITABLE = 2,
    DDDK_REGISTER_READ_HAS_EFFECT = 4, /* a dump does not touch it */
    DDDK_REGISTER_BIG_ENDIAN = 8,      /* the bytes of its value come most significant first */
    DDDK_REGISTER_HALVES = 16,         /* 64 bits that the device takes as two of 32 */
};

struct dddk_register_info {
    const char *name; /* "CTRL"; an array's name without index */
    uint8_t region;   /* index into the driver's regions */
    uint8_t bytes;    /* 1, 2, 4 or 8 */
    uint8_t flags;
    uint32_t offset;      /* bytes, of element 0 */
    uint32_t count;       /* 1 for a single register */
    uint32_t stride;      /* bytes between elements; ask dddk_register_stride() */
    uint8_t stride_index; /* 0: `stride` it is; else one more than its place in the driver struct's
                             strides */
    const struct dddk_field_info *fields;
    uint8_t field_count;
    /* `when:` of a banked register: the field `bank_field` of register `bank_register` has
     * `bank_value`. -1: always there. */
    int16_t bank_register, bank_field;
    uint64_t bank_value;
};

#endif
