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

/* One way in which a register is there several times: a block around it, or it itself. Elements are
 * counted as C lays out an array of arrays. */
struct dddk_register_repeat {
    uint32_t count;
    uint32_t stride; /* bytes from one to the next */
    const int32_t
        *places; /* bytes of each from the first, where they are in no equal steps; or NULL */
    bool scaled; /* the device says how far apart they are, and `stride` the least */
};

/* Bytes from element 0 to another one, in two's complement: it may lie below. `scaled`: the stride
 * that the device says. Any context. */
DDDK_INLINE uint64_t dddk_element_offset(const struct dddk_register_repeat *repeats, unsigned count,
                                         uint32_t element, uint64_t scaled)
{
    uint64_t offset = 0;

    while (count-- > 0) {
        const struct dddk_register_repeat *repeat = &repeats[count];
        uint32_t index = element % repeat->count;

        element /= repeat->count;
        offset += repeat->places != NULL ? (uint64_t)(int64_t)repeat->places[index]
                                         : index * (repeat->scaled ? scaled : repeat->stride);
    }
    return offset;
}

/* Of `others` elements, the first that belongs to element `index` of `count`: the one with the same
 * indices in the repeats that both registers have. Any context. */
DDDK_INLINE uint32_t dddk_element_of(uint32_t index, uint32_t count, uint32_t others)
{
    return others >= count ? index * (others / count) : index / (count / others);
}

struct dddk_register_info {
    const char *name; /* "CTRL"; an array's name without index */
    uint8_t region;   /* index into the driver's regions */
    uint8_t bytes;    /* 1, 2, 4 or 8 */
    uint8_t flags;
    uint32_t offset; /* bytes, of element 0 */
    uint32_t count;  /* of all elements; 1 for a single register */
    uint32_t stride; /* bytes between elements, 0 where there is one register; ask
                        dddk_register_stride(), or dddk_register_element() where there are
                        `repeats` */
    const struct dddk_register_repeat
        *repeats; /* the outermost first; NULL: `stride` says it all */
    uint8_t repeat_count;
    uint8_t stride_index;  /* 0: `stride` it is; else one more than its place in the driver struct's
                              strides */
    uint8_t present_index; /* 0: all are there; else the same in its numbers of elements */
    const struct dddk_field_info *fields;
    uint8_t field_count;
    /* `when:` of a banked register: the field `bank_field` of register `bank_register` has
     * `bank_value`, in element `bank_element` or, if `bank_follows`, in that which belongs to the
     * register's own. -1: always there. */
    int16_t bank_register, bank_field;
    uint64_t bank_value;
    uint32_t bank_element;
    bool bank_follows;
};

#endif
