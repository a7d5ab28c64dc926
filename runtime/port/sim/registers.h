/* SPDX-License-Identifier: MIT
 *
 * The registers of a simulated device. A table, generated from the manifest, says for each register
 * which of its bits do what when they are read and written; the engine here knows nothing but those
 * few primitive effects, as masks. It counts every access, so that a test can say "nothing touched
 * this register", and it counts what no driver may do: an access of a wrong size or to no register,
 * a read of what cannot be read, a write to what cannot be written, a reserved bit changed.
 *
 * It knows no policy by name, no interrupt, no ring and no time.
 */
#ifndef DDDK_SIM_REGISTERS_H
#define DDDK_SIM_REGISTERS_H

#include "dddk/registers.h"

/* A declared effect of a write: when one of the bits `when` is written as 1 (as 0, where it is
 * `inverted`), or at a read, bits of another register change. */
enum dddk_register_effect_kind { DDDK_EFFECT_SETS, DDDK_EFFECT_CLEARS, DDDK_EFFECT_RESETS };

struct dddk_register_effect {
    enum dddk_register_effect_kind kind;
    uint64_t when;
    int16_t target;  /* place in the table; -1: the device (DDDK_EFFECT_RESETS only) */
    uint8_t reset;   /* of the device: which kind; 0: as at power-on */
    bool by_read;    /* a read does it; `when` is 0 */
    bool bit_by_bit; /* of `mask`, only the bits that were written so; otherwise all */
    bool one;      /* of the target, only `element`; otherwise all that belong to the element which
                      is written: those with the same indices in the repeats that both have */
    uint64_t mask; /* bits of the target */
    uint32_t element;
};

/* While the bits `lock_mask` of the register `lock` are not all 0, a write leaves the bits `mask`
 * alone. Of an array it is `element`, or the one that belongs to the element which is written. */
struct dddk_register_lock {
    uint64_t mask;
    int16_t lock;
    bool follows;
    uint32_t element;
    uint64_t lock_mask;
};

/* A field of `width` bits from `lsb` on may be given `low` to `high`; with `forbidden`, all but
 * those. With `is_signed` they are signed numbers. */
struct dddk_register_range {
    uint8_t lsb, width;
    bool is_signed, forbidden;
    uint64_t low, high;
};

/* What a reset of a kind other than that at power-on makes of a register. */
struct dddk_register_reset {
    uint64_t value, unchanged; /* masks of bits, disjoint */
};

/*
 * One register, or an array of equal ones. A bit stands in at most one of read_clears and
 * read_sets, and in at most one of stores, clears, sets, one_clears, one_sets and one_toggles; in
 * none: a write does nothing to it. What is written, w, is first inverted in the bits `inverted`
 * (so that "0 clears" is one_clears of an inverted bit). With s for what is stored, a write makes
 *     stores: w   clears: 0   sets: 1   one_clears: s & ~w   one_sets: s | w   one_toggles: s ^ w
 */
struct dddk_sim_register {
    uint8_t region;       /* index into the driver's regions */
    uint8_t bytes;        /* 1, 2, 4 or 8 */
    uint8_t access_bytes; /* sum of the legal access sizes: 1, 2, 4, 8 */
    bool big_endian;
    /* A write reaches only bits whose enable bit, so far above them, is 1 in what is written; 0:
     * all. */
    uint8_t enable_shift;
    uint32_t offset, count, stride; /* bytes; count 1: a single register; 0: the device has none */
    /* Where the elements are, instead of `stride`: an array in an array, or in no equal steps. */
    const struct dddk_register_repeat *repeats;
    uint8_t repeat_count;
    /* The elements are (stride << value) or (stride * value) bytes apart, the value being in the
     * bits `scale_mask` of another register: one more than its place; 0: they are `stride` apart.
     */
    uint16_t scale;
    bool scale_shifts;
    uint64_t scale_mask;
    uint64_t reset, reset_known; /* bits that are not known are 0 after a reset */
    uint64_t readable;           /* the other bits read as DDDK_UNDEFINED_BITS */
    uint64_t read_clears, read_sets;
    uint64_t inverted;
    uint64_t stores, clears, sets, one_clears, one_sets, one_toggles;
    uint64_t starts; /* part of one_sets: goes back to 0 by itself, see `written` below */
    uint64_t once;   /* only the first write after a hard reset counts */
    uint64_t holds;  /* reading these bits holds the others still until they are read */
    /* Reserved bits: what must be written is `reserved_value` in `reserved_fixed`, and what is
     * stored in `reserved_kept`. */
    uint64_t reserved_fixed, reserved_value, reserved_kept;
    int16_t bank; /* the register is there only while (value of register `bank` & bank_mask) is
                     bank_value; -1: always */
    uint64_t bank_mask, bank_value;
    uint32_t bank_element; /* of that register, or the one that belongs to its own element */
    bool bank_follows;
    /* Another address of a register: one more than the place of that which holds the value; 0: it
     * has its own. The same view does what that register does, and is told as if it were that. */
    uint16_t alias;
    uint32_t alias_element; /* of that register's, the one that is its first */
    bool same_view;
    const struct dddk_register_effect *effects;
    const struct dddk_register_lock *locks;
    const struct dddk_register_range *ranges;
    const struct dddk_register_reset *resets; /* by kind, from 1 on; others give `reset` */
    uint8_t effect_count, lock_count, range_count, reset_count;
};

/* What a driver gets for bits whose read returns nothing defined: not 0 and not ones, so that
 * nobody relies on it. */
#define DDDK_UNDEFINED_BITS 0xa5a5a5a5a5a5a5a5u

struct dddk_register_file_type {
    const struct dddk_sim_register *registers;
    unsigned count;
};

/* What is otherwise in another device of the same driver: this one register. */
struct dddk_sim_difference {
    unsigned reg; /* place in the table */
    struct dddk_sim_register type;
};

/* What no driver may do. */
enum dddk_register_fault {
    DDDK_FAULT_NO_REGISTER, /* nothing is at that place, or its bank is not selected */
    DDDK_FAULT_ACCESS_SIZE, /* a register is there, but not for an access of that size */
    DDDK_FAULT_READ_OF_WRITE_ONLY,
    DDDK_FAULT_WRITE_OF_READ_ONLY,
    DDDK_FAULT_RESERVED_BITS, /* a reserved bit was written other than its policy says; it is done
                                 all the same */
    DDDK_FAULT_LOCKED,        /* a locked field was written with another value; it is not done */
    DDDK_FAULT_VALUE,         /* a field was written with what it may not be given; it is done all
                                 the same */
    DDDK_FAULT_KINDS
};

struct dddk_register_counters {
    uint64_t reads, writes;
    uint64_t last_read, last_written; /* values of the register's own width */
};

/* What surrounds the registers hangs on them here. Any may be NULL. */
struct dddk_register_file_ops {
    /* Before the effects of a read: `value` is stored; returns what is read. */
    uint64_t (*read)(void *user, unsigned reg, unsigned index, uint64_t value);
    /* After a write and all its effects: `value` is what was written, in the accessed (and enabled)
     * bits, and 0 in the others. Bits that start something are 0 again by now; whoever is not done
     * at once sets them with dddk_registers_set(), and clears them later. */
    void (*written)(void *user, unsigned reg, unsigned index, uint64_t value);
    /* What is stored has changed, by an access or one of its effects; `before` is what it was. */
    void (*changed)(void *user, unsigned reg, unsigned index, uint64_t before);
    /* The driver reset the device: every register has its reset value. */
    void (*reset)(void *user);
    /* `reg` is -1 when there is no register. */
    void (*fault)(void *user, enum dddk_register_fault fault, int reg, unsigned index,
                  unsigned region, uint64_t offset);
};

struct dddk_register_file;

/* Registers with their values after a hard reset; `user` is handed to each of the ops. NULL: out of
 * memory. The caller owns it; `type` and `ops` must live as long. */
struct dddk_register_file *dddk_registers_create(const struct dddk_register_file_type *type,
                                                 const struct dddk_register_file_ops *ops,
                                                 void *user);
void dddk_registers_destroy(struct dddk_register_file *file);

/* An access by the driver: `bytes` at `offset` of a region. A read that is a fault returns all
 * ones, a write that is one does nothing (but see DDDK_FAULT_RESERVED_BITS
 * and DDDK_FAULT_VALUE). */
uint64_t dddk_registers_read(struct dddk_register_file *file, unsigned region, uint64_t offset,
                             unsigned bytes);
void dddk_registers_write(struct dddk_register_file *file, unsigned region, uint64_t offset,
                          unsigned bytes, uint64_t value);

/* Does any of these bytes belong to a register, of whatever bank? Nothing is accessed. */
bool dddk_registers_cover(const struct dddk_register_file *file, unsigned region, uint64_t offset,
                          unsigned bytes);

/* The device's own view: no effect, no op, no count. Out of range: 0, and nothing. */
uint64_t dddk_registers_get(const struct dddk_register_file *file, unsigned reg, unsigned index);
void dddk_registers_set(struct dddk_register_file *file, unsigned reg, unsigned index,
                        uint64_t value);

/* For tests: the first write counts again where only that one does, and no half is held. */
void dddk_registers_renew(struct dddk_register_file *file, unsigned reg, unsigned index);

/* Every register back to its reset value, without an op. Only a `hard` reset (power) makes the
 * first write count again where only that one does. Counters stay. */
void dddk_registers_reset(struct dddk_register_file *file, bool hard);

/* Which element of a register has the byte at `offset` of its region, as the device says now where
 * they are, and which of its bytes that is. False: none has. */
bool dddk_registers_element(const struct dddk_register_file *file, unsigned reg, uint64_t offset,
                            unsigned *index, uint64_t *within);

struct dddk_register_counters dddk_registers_counters(const struct dddk_register_file *file,
                                                      unsigned reg, unsigned index);
uint64_t dddk_registers_accesses(const struct dddk_register_file *file); /* reads and writes of all
                                                                            registers */
uint64_t dddk_registers_faults(const struct dddk_register_file *file,
                               enum dddk_register_fault fault);
const char *dddk_register_fault_name(enum dddk_register_fault fault);

#endif
