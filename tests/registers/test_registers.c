/* SPDX-License-Identifier: MIT
 *
 * The engine of simulated registers: each primitive effect, alone and beside others, what is
 * counted, and what is refused. The tables are written by hand; that the generator's tables say
 * what the policies mean is held elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/port/sim/registers.h"

/* What the ops were told. */
struct log {
    unsigned reads, writes, changes, resets;
    int reg;
    unsigned index;
    uint64_t written, before;
    enum dddk_register_fault fault;
    uint64_t returned; /* when not 0: what the read op returns */
    struct dddk_register_file *file;
    bool stay_busy;
};

static uint64_t on_read(void *user, unsigned reg, unsigned index, uint64_t value)
{
    struct log *log = user;

    log->reads++;
    log->reg = (int)reg;
    log->index = index;
    return log->returned ? log->returned : value;
}

static void on_written(void *user, unsigned reg, unsigned index, uint64_t value)
{
    struct log *log = user;

    log->writes++;
    log->reg = (int)reg;
    log->index = index;
    log->written = value;
    if (log->stay_busy) {
        dddk_registers_set(log->file, reg, index, value);
    }
}

static void on_changed(void *user, unsigned reg, unsigned index, uint64_t before)
{
    struct log *log = user;

    (void)reg, (void)index;
    log->changes++;
    log->before = before;
}

static void on_reset(void *user)
{
    ((struct log *)user)->resets++;
}

static void on_fault(void *user, enum dddk_register_fault fault, int reg, unsigned index,
                     unsigned region, uint64_t offset)
{
    struct log *log = user;

    (void)index, (void)region, (void)offset;
    log->fault = fault;
    log->reg = reg;
}

static const struct dddk_register_file_ops ops = {
    .read = on_read,
    .written = on_written,
    .changed = on_changed,
    .reset = on_reset,
    .fault = on_fault,
};

static struct dddk_register_file *make(const struct dddk_register_file_type *type, struct log *log)
{
    struct dddk_register_file *file = dddk_registers_create(type, &ops, log);

    assert_non_null(file);
    *log = (struct log){.fault = DDDK_FAULT_KINDS, .reg = -2, .file = file};
    return file;
}

/* What a register of 8 bits that holds `before` holds after `written`. */
static uint64_t write_byte(struct dddk_sim_register type, uint64_t before, uint64_t written)
{
    struct dddk_register_file_type file_type = {&type, 1};
    struct log log;
    struct dddk_register_file *file;
    uint64_t after;

    type.bytes = type.access_bytes = 1;
    type.count = 1;
    type.bank = -1;
    type.readable = 0xff;
    file = make(&file_type, &log);
    dddk_registers_set(file, 0, 0, before);
    dddk_registers_write(file, 0, 0, 1, written);
    after = dddk_registers_get(file, 0, 0);
    dddk_registers_destroy(file);
    return after;
}

#define WRITTEN(before, written, ...) \
    write_byte((struct dddk_sim_register){__VA_ARGS__}, (before), (written))

static void each_primitive_does_to_stored_bits_what_it_says(void **state)
{
    (void)state;
    assert_int_equal(WRITTEN(0xcc, 0xaa, .stores = 0xff), 0xaa);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .clears = 0xff), 0x00);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .sets = 0xff), 0xff);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_clears = 0xff), 0x44);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_sets = 0xff), 0xee);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_toggles = 0xff), 0x66);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_clears = 0xff, .inverted = 0xff), 0x88);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_sets = 0xff, .inverted = 0xff), 0xdd);
    assert_int_equal(WRITTEN(0xcc, 0xaa, .one_toggles = 0xff, .inverted = 0xff), 0x99);
    /* Nothing but an effect elsewhere: written to, and unmoved. */
    assert_int_equal(WRITTEN(0xcc, 0xaa, .stores = 0x00, .clears = 0x00, .sets = 0x01), 0xcd);
}

static void a_primitive_touches_only_its_own_bits(void **state)
{
    (void)state;
    assert_int_equal(WRITTEN(0xcc, 0xaa, .stores = 0x0f), 0xca);
    assert_int_equal(WRITTEN(0xcc, 0xff, .one_clears = 0xf0, .one_sets = 0x0f), 0x0f);
    assert_int_equal(WRITTEN(0xcc, 0x00, .one_clears = 0xf0, .inverted = 0xf0), 0x0c);
    assert_int_equal(WRITTEN(0xcc, 0x0f, .clears = 0x80, .sets = 0x01, .stores = 0x02), 0x4f);
}

/* ---- a small device ---- */

enum { PLAIN, CAUSE, SETTER, STARTER, FUSE, WIDE, TABLE, TABLE_CLEAR, SELECT, LOW, HIGH, OUT, IN };

static const struct dddk_register_effect setter_effects[] = {
    {.kind = DDDK_EFFECT_SETS, .when = 0x0f, .target = CAUSE, .mask = 0x7f, .bit_by_bit = true},
    {.kind = DDDK_EFFECT_CLEARS, .when = 0x10, .target = CAUSE, .mask = 0xff},
    {.kind = DDDK_EFFECT_RESETS, .when = 0x20, .target = PLAIN, .mask = 0xff},
};
static const struct dddk_register_effect starter_effects[] = {
    {.kind = DDDK_EFFECT_RESETS, .when = 0x80, .target = -1},
};
static const struct dddk_register_effect table_effects[] = {
    {.kind = DDDK_EFFECT_CLEARS, .when = 0xff, .target = TABLE, .mask = 0xff},
};
static const struct dddk_register_effect all_effects[] = {
    {.kind = DDDK_EFFECT_SETS, .when = 0x01, .target = TABLE, .mask = 0x0f},
};
static const struct dddk_register_lock locks[] = {
    {.mask = 0x0f, .lock = PLAIN, .lock_mask = 0x80},
};

#define BYTE(at) .bytes = 1, .access_bytes = 1, .count = 1, .offset = (at)
#define ANYWHERE .bank = -1

static const struct dddk_sim_register registers[] = {
    [PLAIN] = {BYTE(0), ANYWHERE, .readable = 0xff, .stores = 0xff, .reset = 0x11},
    [CAUSE] = {BYTE(1), ANYWHERE, .readable = 0x7f, .read_clears = 0x0f, .read_sets = 0x40},
    [SETTER] = {BYTE(2), ANYWHERE, .stores = 0xff, .effects = setter_effects, .effect_count = 3},
    [STARTER] = {BYTE(3), ANYWHERE, .readable = 0xff, .one_sets = 0xff, .starts = 0xff,
                 .effects = starter_effects, .effect_count = 1},
    [FUSE] = {BYTE(4), ANYWHERE, .readable = 0xff, .stores = 0xff, .once = 0x0f,
              .reserved_fixed = 0x80, .reserved_value = 0x80, .reserved_kept = 0x40},
    [WIDE] = {.bytes = 8,
              .access_bytes = 12,
              .count = 1,
              .offset = 8,
              ANYWHERE,
              .readable = ~(uint64_t)0,
              .stores = 0x00000000ffffffffu,
              .sets = 0xffffffff00000000u,
              .read_clears = 0xff000000000000ffu},
    [TABLE] = {.bytes = 1,
               .access_bytes = 1,
               .count = 3,
               .stride = 4,
               .offset = 0x20,
               ANYWHERE,
               .readable = 0xff,
               .stores = 0xff},
    [TABLE_CLEAR] = {.bytes = 1,
                     .access_bytes = 1,
                     .count = 3,
                     .stride = 4,
                     .offset = 0x21,
                     ANYWHERE,
                     .stores = 0xff,
                     .effects = table_effects,
                     .effect_count = 1},
    [SELECT] = {BYTE(0x30), ANYWHERE, .readable = 0xff, .stores = 0xff, .effects = all_effects,
                .effect_count = 1},
    [LOW] = {BYTE(0x31), .bank = SELECT, .bank_mask = 0x80, .bank_value = 0x00, .readable = 0xff,
             .stores = 0xff, .locks = locks, .lock_count = 1},
    [HIGH] = {BYTE(0x31), .bank = SELECT, .bank_mask = 0x80, .bank_value = 0x80, .readable = 0xff,
              .stores = 0xff},
    [OUT] = {.region = 1,
             .bytes = 4,
             .access_bytes = 7,
             .count = 1,
             ANYWHERE,
             .stores = 0xffffffffu,
             .big_endian = true},
    [IN] = {.region = 1,
            .bytes = 4,
            .access_bytes = 7,
            .count = 1,
            ANYWHERE,
            .readable = 0xffffffffu,
            .big_endian = true},
};
static const struct dddk_register_file_type device = {registers, 13};

static void a_reset_gives_the_reset_values(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    assert_int_equal(dddk_registers_get(file, PLAIN, 0), 0x11);
    dddk_registers_write(file, 0, 0, 1, 0x22);
    dddk_registers_reset(file, false);
    assert_int_equal(dddk_registers_read(file, 0, 0, 1), 0x11);
    assert_int_equal(log.resets, 0); /* nobody wrote the reset bit */
    dddk_registers_destroy(file);
}

static void
a_read_returns_the_value_before_its_effect_and_junk_where_nothing_is_defined(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_set(file, CAUSE, 0, 0x15);
    assert_int_equal(dddk_registers_read(file, 0, 1, 1), 0x15 | (0xa5 & 0x80));
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x50);
    assert_int_equal(log.before, 0x15);
    log.returned = 0x2a;
    assert_int_equal(dddk_registers_read(file, 0, 1, 1), 0x2a | 0x80);
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x50);
    assert_int_equal(log.reads, 2);
    dddk_registers_destroy(file);
}

static void declared_effects_reach_other_registers(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 2, 1, 0x05);
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x05);
    dddk_registers_write(file, 0, 2, 1, 0x02);
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x07);
    dddk_registers_write(file, 0, 2, 1, 0x10);
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x00);
    dddk_registers_write(file, 0, 0, 1, 0xff);
    dddk_registers_write(file, 0, 2, 1, 0x20);
    assert_int_equal(dddk_registers_get(file, PLAIN, 0), 0x11);
    dddk_registers_write(file, 0, 2, 1, 0x00);
    assert_int_equal(dddk_registers_get(file, CAUSE, 0), 0x00);
    dddk_registers_destroy(file);
}

static void effects_between_arrays_go_from_element_to_element(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        dddk_registers_write(file, 0, 0x20 + 4 * i, 1, 0xf0 + i);
    }
    dddk_registers_write(file, 0, 0x25, 1, 1);
    assert_int_equal(dddk_registers_get(file, TABLE, 0), 0xf0);
    assert_int_equal(dddk_registers_get(file, TABLE, 1), 0);
    assert_int_equal(dddk_registers_get(file, TABLE, 2), 0xf2);
    dddk_registers_write(file, 0, 0x30, 1, 1); /* one register, every element */
    assert_int_equal(dddk_registers_get(file, TABLE, 0), 0xff);
    assert_int_equal(dddk_registers_get(file, TABLE, 1), 0x0f);
    assert_int_equal(dddk_registers_get(file, TABLE, 2), 0xff);
    dddk_registers_destroy(file);
}

static void what_starts_goes_back_unless_the_device_is_busy(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 3, 1, 0x01);
    assert_int_equal(log.written, 0x01);
    assert_int_equal(dddk_registers_get(file, STARTER, 0), 0);
    log.stay_busy = true;
    dddk_registers_write(file, 0, 3, 1, 0x02);
    assert_int_equal(dddk_registers_read(file, 0, 3, 1), 0x02);
    log.stay_busy = false;
    dddk_registers_write(file, 0, 3, 1, 0x02); /* a second start while busy changes nothing */
    dddk_registers_write(file, 0, 3, 1, 0x00);
    assert_int_equal(dddk_registers_read(file, 0, 3, 1), 0x02);
    dddk_registers_set(file, STARTER, 0, 0);
    assert_int_equal(dddk_registers_read(file, 0, 3, 1), 0x00);
    dddk_registers_destroy(file);
}

static void the_device_can_be_reset_by_a_bit(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 0, 1, 0xff);
    dddk_registers_write(file, 0, 3, 1, 0x80);
    assert_int_equal(log.resets, 1);
    assert_int_equal(dddk_registers_get(file, PLAIN, 0), 0x11);
    assert_int_equal(dddk_registers_get(file, STARTER, 0), 0);
    dddk_registers_destroy(file);
}

static void only_the_first_write_counts_until_the_next_hard_reset(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 4, 1, 0x85);
    dddk_registers_write(file, 0, 4, 1, 0x9a);
    assert_int_equal(dddk_registers_get(file, FUSE, 0), 0x95);
    dddk_registers_reset(file, false);
    dddk_registers_write(file, 0, 4, 1, 0x83);
    assert_int_equal(dddk_registers_get(file, FUSE, 0), 0x80);
    dddk_registers_reset(file, true);
    dddk_registers_write(file, 0, 4, 1, 0x83);
    assert_int_equal(dddk_registers_get(file, FUSE, 0), 0x83);
    dddk_registers_destroy(file);
}

static void reserved_bits_written_otherwise_are_a_fault(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 4, 1, 0x80);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_RESERVED_BITS), 0);
    dddk_registers_write(file, 0, 4, 1, 0x00);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_RESERVED_BITS), 1);
    dddk_registers_write(file, 0, 4, 1, 0xc0);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_RESERVED_BITS), 2);
    assert_int_equal(log.fault, DDDK_FAULT_RESERVED_BITS);
    assert_int_equal(log.reg, FUSE);
    dddk_registers_destroy(file);
}

static const struct dddk_register_range limits[] = {
    {.lsb = 0, .width = 4, .is_signed = true, .low = (uint64_t)-4, .high = 4},
    {.lsb = 4, .width = 4, .low = 2, .high = 9},
    {.lsb = 4, .width = 4, .forbidden = true, .low = 5, .high = 5},
};
static const struct dddk_sim_register limited[] = {
    {BYTE(0), ANYWHERE, .readable = 0xff, .stores = 0xff, .ranges = limits, .range_count = 3},
};
static const struct dddk_register_file_type limited_device = {limited, 1};

static void a_field_written_with_what_it_may_not_be_given_is_a_fault(void **state)
{
    static const struct {
        uint8_t written;
        unsigned faults;
    } steps[] = {{0x24, 0}, {0x9c, 0}, {0x95, 1}, {0x9b, 2},
                 {0x19, 4}, {0xa0, 5}, {0x50, 6}, {0x50, 6}};
    struct log log;
    struct dddk_register_file *file = make(&limited_device, &log);

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        dddk_registers_write(file, 0, 0, 1, steps[i].written);
        assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_VALUE), steps[i].faults);
        assert_int_equal(dddk_registers_get(file, 0, 0), steps[i].written);
    }
    assert_int_equal(log.fault, DDDK_FAULT_VALUE);
    dddk_registers_destroy(file);
}

enum { KEPT, GIVEN, PLAIN_TOO, ASK };
static const struct dddk_register_reset kept[] = {{.value = 0x30, .unchanged = 0x0f}};
static const struct dddk_register_reset given[] = {{.value = 0x77}, {.unchanged = 0xff}};
static const struct dddk_register_effect asks[] = {
    {.kind = DDDK_EFFECT_RESETS, .when = 1, .target = -1},
    {.kind = DDDK_EFFECT_RESETS, .when = 2, .target = -1, .reset = 1},
    {.kind = DDDK_EFFECT_RESETS, .when = 4, .target = -1, .reset = 2},
};
static const struct dddk_sim_register with_kinds[] = {
    [KEPT] = {BYTE(0), ANYWHERE, .readable = 0xff, .stores = 0xff, .reset = 0x11, .resets = kept,
              .reset_count = 1},
    [GIVEN] = {BYTE(1), ANYWHERE, .readable = 0xff, .stores = 0xff, .reset = 0x22, .resets = given,
               .reset_count = 2},
    [PLAIN_TOO] = {BYTE(2), ANYWHERE, .readable = 0xff, .stores = 0xff, .reset = 0x33},
    [ASK] = {BYTE(3), ANYWHERE, .stores = 0xff, .effects = asks, .effect_count = 3},
};
static const struct dddk_register_file_type device_with_kinds = {with_kinds, 4};

static void each_kind_of_reset_does_what_the_table_says(void **state)
{
    static const uint8_t after[][3] = {{0x11, 0x22, 0x33}, {0x35, 0x77, 0x33}, {0x11, 0xa5, 0x33}};
    struct log log;
    struct dddk_register_file *file = make(&device_with_kinds, &log);

    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        for (unsigned reg = KEPT; reg <= PLAIN_TOO; reg++) {
            dddk_registers_set(file, reg, 0, 0xa5);
        }
        dddk_registers_write(file, 0, 3, 1, (uint64_t)1 << kind);
        for (unsigned reg = KEPT; reg <= PLAIN_TOO; reg++) {
            assert_int_equal(dddk_registers_get(file, reg, 0), after[kind][reg]);
        }
    }
    dddk_registers_destroy(file);
}

static void half_of_a_wide_register_can_be_accessed_alone(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 8, 4, 0x12345678);
    assert_true(dddk_registers_get(file, WIDE, 0) == 0x12345678u); /* `sets` is in the other half */
    dddk_registers_write(file, 0, 12, 4, 0);
    assert_true(dddk_registers_get(file, WIDE, 0) == 0xffffffff12345678u);
    assert_int_equal(dddk_registers_read(file, 0, 12, 4), 0xffffffffu);
    assert_true(dddk_registers_get(file, WIDE, 0) == 0x00ffffff12345678u);
    assert_int_equal(dddk_registers_read(file, 0, 8, 4), 0x12345678u);
    assert_true(dddk_registers_read(file, 0, 8, 8) == 0x00ffffff12345600u);
    dddk_registers_destroy(file);
}

static void the_first_half_that_is_read_holds_the_other_still(void **state)
{
    static const struct dddk_sim_register counter = {.bytes = 8,
                                                     .access_bytes = 4,
                                                     .count = 1,
                                                     .bank = -1,
                                                     .readable = ~(uint64_t)0,
                                                     .holds = 0xffffffffu};
    static const struct dddk_register_file_type type = {&counter, 1};
    struct log log;
    struct dddk_register_file *file = make(&type, &log);

    (void)state;
    dddk_registers_set(file, 0, 0, 0x1ffffffffu);
    assert_int_equal(dddk_registers_read(file, 0, 0, 4), 0xffffffffu);
    dddk_registers_set(file, 0, 0, 0x200000000u);
    assert_int_equal(dddk_registers_read(file, 0, 4, 4), 1);
    assert_int_equal(dddk_registers_read(file, 0, 4, 4), 2); /* held for one read only */
    dddk_registers_destroy(file);
}

static void a_bank_hides_the_other(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 0x31, 1, 0x0a);
    dddk_registers_write(file, 0, 0x30, 1, 0x80);
    dddk_registers_write(file, 0, 0x31, 1, 0x0b);
    assert_int_equal(dddk_registers_get(file, LOW, 0), 0x0a);
    assert_int_equal(dddk_registers_get(file, HIGH, 0), 0x0b);
    assert_int_equal(dddk_registers_read(file, 0, 0x31, 1), 0x0b);
    dddk_registers_destroy(file);
}

static void a_locked_field_keeps_what_it_has(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 0, 0x31, 1, 0x5a);
    dddk_registers_write(file, 0, 0, 1, 0x80);
    dddk_registers_write(file, 0, 0x31, 1, 0xa5);
    assert_int_equal(dddk_registers_get(file, LOW, 0), 0xaa);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_LOCKED), 1);
    dddk_registers_write(file, 0, 0x31, 1, 0x3a); /* the same value: no harm done */
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_LOCKED), 1);
    dddk_registers_destroy(file);
}

static void one_to_read_and_one_to_write_share_a_place_big_endian(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_write(file, 1, 0, 4, 0x44332211); /* the bytes 11 22 33 44 on the bus */
    assert_int_equal(dddk_registers_get(file, OUT, 0), 0x11223344);
    assert_int_equal(dddk_registers_read(file, 1, 0, 4), 0);
    dddk_registers_set(file, IN, 0, 0xa1b2c3d4);
    assert_int_equal(dddk_registers_read(file, 1, 0, 4), 0xd4c3b2a1);
    assert_int_equal(dddk_registers_read(file, 1, 0, 1), 0xa1);
    assert_int_equal(dddk_registers_read(file, 1, 2, 2), 0xd4c3);
    dddk_registers_write(file, 1, 3, 1, 0x99);
    assert_int_equal(dddk_registers_get(file, OUT, 0), 0x11223399);
    dddk_registers_destroy(file);
}

static void what_hits_no_register_is_a_fault_and_reads_all_ones(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    assert_int_equal(dddk_registers_read(file, 0, 0x1000, 4), 0xffffffffu);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_NO_REGISTER), 1);
    assert_int_equal(log.reg, -1);
    assert_int_equal(dddk_registers_read(file, 2, 0, 1), 0xff);
    dddk_registers_write(file, 0, 0x29, 4, 0);
    assert_int_equal(log.fault, DDDK_FAULT_ACCESS_SIZE);
    assert_int_equal(dddk_registers_read(file, 0, 9, 4), 0xffffffffu);
    assert_int_equal(log.fault, DDDK_FAULT_ACCESS_SIZE);
    assert_int_equal(log.reg, WIDE);
    assert_int_equal(dddk_registers_read(file, 0, 2, 1), 0xff);
    assert_int_equal(log.fault, DDDK_FAULT_READ_OF_WRITE_ONLY);
    dddk_registers_write(file, 0, 1, 1, 0);
    assert_int_equal(log.fault, DDDK_FAULT_WRITE_OF_READ_ONLY);
    assert_int_equal(log.reads + log.writes, 0);
    for (unsigned kind = 0; kind < DDDK_FAULT_KINDS; kind++) {
        assert_string_not_equal(dddk_register_fault_name((enum dddk_register_fault)kind), "?");
    }
    dddk_registers_destroy(file);
}

static void every_access_is_counted_and_the_device_own_are_not(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);
    struct dddk_register_counters counters;

    (void)state;
    dddk_registers_write(file, 0, 0x24, 1, 7);
    dddk_registers_write(file, 0, 0x24, 1, 8);
    (void)dddk_registers_read(file, 0, 0x24, 1);
    dddk_registers_set(file, TABLE, 1, 9);
    (void)dddk_registers_get(file, TABLE, 1);
    counters = dddk_registers_counters(file, TABLE, 1);
    assert_int_equal(counters.writes, 2);
    assert_int_equal(counters.reads, 1);
    assert_int_equal(counters.last_written, 8);
    assert_int_equal(counters.last_read, 8);
    assert_int_equal(dddk_registers_counters(file, TABLE, 0).writes, 0);
    assert_int_equal(dddk_registers_accesses(file), 3);
    assert_int_equal(log.changes, 2);
    dddk_registers_destroy(file);
}

static void a_place_out_of_range_is_nothing(void **state)
{
    struct log log;
    struct dddk_register_file *file = make(&device, &log);

    (void)state;
    dddk_registers_set(file, TABLE, 3, 1);
    dddk_registers_set(file, 99, 0, 1);
    assert_int_equal(dddk_registers_get(file, TABLE, 3), 0);
    assert_int_equal(dddk_registers_get(file, 99, 0), 0);
    assert_int_equal(dddk_registers_counters(file, 99, 0).reads, 0);
    dddk_registers_destroy(file);
}

static void a_device_without_registers_answers_nothing(void **state)
{
    static const struct dddk_register_file_type none;
    struct dddk_register_file *file = dddk_registers_create(&none, NULL, NULL);

    (void)state;
    assert_non_null(file);
    assert_int_equal(dddk_registers_read(file, 0, 0, 1), 0xff);
    dddk_registers_write(file, 0, 0, 1, 0);
    assert_int_equal(dddk_registers_faults(file, DDDK_FAULT_NO_REGISTER), 2);
    dddk_registers_destroy(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_primitive_does_to_stored_bits_what_it_says),
        cmocka_unit_test(a_primitive_touches_only_its_own_bits),
        cmocka_unit_test(a_reset_gives_the_reset_values),
        cmocka_unit_test(
            a_read_returns_the_value_before_its_effect_and_junk_where_nothing_is_defined),
        cmocka_unit_test(declared_effects_reach_other_registers),
        cmocka_unit_test(effects_between_arrays_go_from_element_to_element),
        cmocka_unit_test(what_starts_goes_back_unless_the_device_is_busy),
        cmocka_unit_test(the_device_can_be_reset_by_a_bit),
        cmocka_unit_test(only_the_first_write_counts_until_the_next_hard_reset),
        cmocka_unit_test(reserved_bits_written_otherwise_are_a_fault),
        cmocka_unit_test(a_field_written_with_what_it_may_not_be_given_is_a_fault),
        cmocka_unit_test(each_kind_of_reset_does_what_the_table_says),
        cmocka_unit_test(half_of_a_wide_register_can_be_accessed_alone),
        cmocka_unit_test(the_first_half_that_is_read_holds_the_other_still),
        cmocka_unit_test(a_bank_hides_the_other),
        cmocka_unit_test(a_locked_field_keeps_what_it_has),
        cmocka_unit_test(one_to_read_and_one_to_write_share_a_place_big_endian),
        cmocka_unit_test(what_hits_no_register_is_a_fault_and_reads_all_ones),
        cmocka_unit_test(every_access_is_counted_and_the_device_own_are_not),
        cmocka_unit_test(a_place_out_of_range_is_nothing),
        cmocka_unit_test(a_device_without_registers_answers_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
