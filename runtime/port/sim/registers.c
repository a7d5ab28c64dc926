/* SPDX-License-Identifier: MIT
 *
 * Simulated registers; see registers.h.
 */
#include "registers.h"

#include <stdlib.h>

/* One register, or one element of an array. */
struct cell {
    uint64_t value;
    uint64_t spent; /* bits whose one write was made */
    uint64_t held;  /* what the rest of the register was when `holds` bits were read */
    bool holding;
    struct dddk_register_counters counters;
};

/* Where a cell is. Sorted by region, then offset. */
struct place {
    uint64_t offset;
    uint16_t reg;
    uint8_t region;
    uint32_t index;
};

struct dddk_register_file {
    const struct dddk_register_file_type *type;
    const struct dddk_register_file_ops *ops;
    void *user;
    struct cell *cells;
    uint32_t *first;      /* by register: its first cell */
    struct place *places; /* of elements that are always at the same place */
    size_t cell_count, place_count;
    bool has_scaled; /* some elements are elsewhere from time to time */
    uint64_t accesses;
    uint64_t faults[DDDK_FAULT_KINDS];
};

/* An access that was found to hit a register. */
struct hit {
    const struct dddk_sim_register *type;
    struct cell *cell;
    unsigned reg, index;
    unsigned told, told_index; /* the register that the ops are told of */
    unsigned shift;            /* of the accessed bits in the register */
    unsigned bytes;
    uint64_t lanes; /* the accessed bits */
};

static const struct dddk_register_file_ops no_ops;

static uint64_t ones(unsigned bytes)
{
    return bytes >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << bytes * 8) - 1;
}

static uint64_t swap(uint64_t value, unsigned bytes)
{
    return __builtin_bswap64(value) >> (8 - bytes) * 8;
}

/* ---- making a file ---- */

static int by_place(const void *left_, const void *right_)
{
    const struct place *left = left_, *right = right_;

    if (left->region != right->region) {
        return left->region < right->region ? -1 : 1;
    }
    if (left->offset != right->offset) {
        return left->offset < right->offset ? -1 : 1;
    }
    return left->reg < right->reg ? -1 : left->reg > right->reg;
}

/* Bytes from the first element to another one; `stride` is what the device says, if it does. */
static uint64_t element_offset(const struct dddk_sim_register *type, uint32_t index,
                               uint64_t stride)
{
    if (type->repeats != NULL) {
        return dddk_element_offset(type->repeats, type->repeat_count, index, stride);
    }
    return index * (type->scale != 0 ? stride : type->stride);
}

/* Other fields of a register: accesses are the register's. */
static bool is_at_its_register(const struct dddk_register_file_type *file,
                               const struct dddk_sim_register *type)
{
    const struct dddk_sim_register *shown =
        type->alias == 0 ? NULL : &file->registers[type->alias - 1u];

    return shown != NULL && type->same_view && shown->region == type->region &&
           shown->offset == type->offset && shown->bank == type->bank &&
           shown->bank_mask == type->bank_mask && shown->bank_value == type->bank_value;
}

static void lay_out(struct dddk_register_file *file)
{
    struct place *place = file->places;
    uint32_t cell = 0;

    for (unsigned reg = 0; reg < file->type->count; reg++) {
        const struct dddk_sim_register *type = &file->type->registers[reg];

        file->has_scaled |= type->scale != 0;
        file->first[reg] = cell;
        cell += type->count;
        if (is_at_its_register(file->type, type)) {
            continue;
        }
        for (uint32_t index = 0; type->scale == 0 && index < type->count; index++) {
            place->region = type->region;
            place->offset = type->offset + element_offset(type, index, 0);
            place->reg = (uint16_t)reg;
            place->index = index;
            place++;
        }
    }
    file->place_count = (size_t)(place - file->places);
    qsort(file->places, file->place_count, sizeof(*file->places), by_place);
}

struct dddk_register_file *dddk_registers_create(const struct dddk_register_file_type *type,
                                                 const struct dddk_register_file_ops *ops,
                                                 void *user)
{
    struct dddk_register_file *file = calloc(1, sizeof(*file));

    if (file == NULL) {
        return NULL;
    }
    file->type = type;
    file->ops = ops ? ops : &no_ops;
    file->user = user;
    for (unsigned reg = 0; reg < type->count; reg++) {
        file->cell_count += type->registers[reg].count;
    }
    file->cells = calloc(file->cell_count + 1, sizeof(*file->cells));
    file->places = calloc(file->cell_count + 1, sizeof(*file->places));
    file->first = calloc(type->count + 1, sizeof(*file->first));
    if (file->cells == NULL || file->places == NULL || file->first == NULL) {
        dddk_registers_destroy(file);
        return NULL;
    }
    lay_out(file);
    dddk_registers_reset(file, true);
    return file;
}

void dddk_registers_destroy(struct dddk_register_file *file)
{
    if (file == NULL) {
        return;
    }
    free(file->cells);
    free(file->places);
    free(file->first);
    free(file);
}

/* ---- finding the register that an access hits ---- */

/* The register that holds what this one shows. */
static unsigned storage_of(const struct dddk_register_file *file, unsigned reg)
{
    unsigned alias = file->type->registers[reg].alias;

    return alias != 0 ? alias - 1 : reg;
}

/* Where its value is. */
static struct cell *cell_of(const struct dddk_register_file *file, unsigned reg, unsigned index)
{
    if (reg >= file->type->count || index >= file->type->registers[reg].count) {
        return NULL;
    }
    return &file->cells[file->first[storage_of(file, reg)] +
                        file->type->registers[reg].alias_element + index];
}

/* Where its accesses are counted: each address has its own. */
static struct dddk_register_counters *counters_of(const struct dddk_register_file *file,
                                                  unsigned reg, unsigned index)
{
    return &file->cells[file->first[reg] + index].counters;
}

/* The bits of the register `other` that matter to an element: those of `element`, or, if that
 * `follows`, of the one that belongs to it. */
static uint64_t related(const struct dddk_register_file *file, const struct dddk_sim_register *type,
                        unsigned index, unsigned other, bool follows, uint32_t element)
{
    if (follows && type->count != 0 && file->type->registers[other].count != 0) {
        element = dddk_element_of(index, type->count, file->type->registers[other].count);
    }
    return dddk_registers_get(file, other, element);
}

static bool bank_is_selected(const struct dddk_register_file *file,
                             const struct dddk_sim_register *type, unsigned index)
{
    return type->bank < 0 || (related(file, type, index, (unsigned)type->bank, type->bank_follows,
                                      type->bank_element) &
                              type->bank_mask) == type->bank_value;
}

static uint64_t written_bits(const struct dddk_sim_register *type)
{
    return type->stores | type->clears | type->sets | type->one_clears | type->one_sets |
           type->one_toggles;
}

/* Registers that only have effects elsewhere are written to as well. */
static bool can(const struct dddk_sim_register *type, bool write)
{
    uint64_t bits = written_bits(type);

    for (unsigned i = 0; i < type->effect_count; i++) {
        bits |= type->effects[i].when;
    }
    return write ? bits != 0 : type->readable != 0;
}

/* The first place at or behind `offset` of the region. */
static size_t lower_bound(const struct dddk_register_file *file, unsigned region, uint64_t offset)
{
    size_t low = 0, high = file->place_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct place *place = &file->places[middle];

        if (place->region < region || (place->region == region && place->offset < offset)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void fault(struct dddk_register_file *file, enum dddk_register_fault kind, int reg,
                  unsigned index, unsigned region, uint64_t offset)
{
    file->faults[kind]++;
    if (file->ops->fault) {
        file->ops->fault(file->user, kind, reg, index, region, offset);
    }
}

static bool size_is_legal(const struct dddk_sim_register *type, uint64_t within, unsigned bytes)
{
    return (type->access_bytes & bytes) != 0 && within % bytes == 0 &&
           within + bytes <= type->bytes;
}

/* What the device says now. */
static uint64_t scaled_stride(const struct dddk_register_file *file,
                              const struct dddk_sim_register *type)
{
    uint64_t value, unit = type->stride;

    if (type->scale == 0) {
        return type->stride;
    }
    for (unsigned i = 0; i < type->repeat_count; i++) {
        unit = type->repeats[i].scaled ? type->repeats[i].stride : unit;
    }
    value = (cell_of(file, type->scale - 1u, 0)->value & type->scale_mask) >>
            __builtin_ctzll(type->scale_mask);
    if (type->scale_shifts) {
        return value < 32 ? unit << value : 0;
    }
    return unit * value;
}

bool dddk_registers_element(const struct dddk_register_file *file, unsigned reg, uint64_t offset,
                            unsigned *index, uint64_t *within)
{
    const struct dddk_sim_register *type = &file->type->registers[reg];
    uint64_t stride = scaled_stride(file, type), distance = offset - type->offset;

    if (type->repeats == NULL) {
        *index = stride != 0 && distance / stride < type->count ? (unsigned)(distance / stride) : 0;
        *within = distance - *index * stride;
        return type->count != 0 && offset >= type->offset && *within < type->bytes;
    }
    for (*index = 0; *index < type->count; ++*index) {
        *within = distance - element_offset(type, *index, stride);
        if (*within < type->bytes) {
            return true;
        }
    }
    return false;
}

/* An access `within` an element: how it hits; what is wrong with it, or DDDK_FAULT_KINDS. */
static enum dddk_register_fault aim(const struct dddk_register_file *file, unsigned reg,
                                    unsigned index, uint64_t within, unsigned bytes, bool write,
                                    struct hit *hit)
{
    const struct dddk_sim_register *type = &file->type->registers[reg];
    enum dddk_register_fault why = DDDK_FAULT_KINDS;

    if (!size_is_legal(type, within, bytes)) {
        why = DDDK_FAULT_ACCESS_SIZE;
    } else if (!can(type, write)) {
        why = write ? DDDK_FAULT_WRITE_OF_READ_ONLY : DDDK_FAULT_READ_OF_WRITE_ONLY;
    }
    hit->type = type;
    hit->reg = reg;
    hit->index = index;
    hit->told = type->same_view ? storage_of(file, reg) : reg;
    hit->told_index = type->same_view ? index + type->alias_element : index;
    hit->cell = cell_of(file, reg, index);
    hit->bytes = bytes;
    hit->shift = (unsigned)(type->big_endian ? type->bytes - bytes - within : within) % 8 * 8;
    hit->lanes = ones(bytes) << hit->shift;
    return why;
}

/* Keep the better of two hits: the first one that is good, else the first. True: it is good. */
static bool keep(struct hit *best, enum dddk_register_fault *best_why, const struct hit *hit,
                 enum dddk_register_fault why)
{
    if (best->type == NULL || why == DDDK_FAULT_KINDS) {
        *best = *hit;
        *best_why = why;
    }
    return why == DDDK_FAULT_KINDS;
}

/* The arrays whose elements move. */
static bool find_scaled(const struct dddk_register_file *file, unsigned region, uint64_t offset,
                        unsigned bytes, bool write, struct hit *hit, enum dddk_register_fault *why)
{
    for (unsigned reg = 0; reg < file->type->count; reg++) {
        const struct dddk_sim_register *type = &file->type->registers[reg];
        unsigned index;
        uint64_t within;
        struct hit here;

        if (type->scale != 0 && !is_at_its_register(file->type, type) && type->region == region &&
            (scaled_stride(file, type) != 0 || type->count == 1 || type->repeats != NULL) &&
            dddk_registers_element(file, reg, offset, &index, &within) &&
            bank_is_selected(file, type, index) &&
            keep(hit, why, &here, aim(file, reg, index, within, bytes, write, &here))) {
            return true;
        }
    }
    return false;
}

/*
 * Several registers may be at one place: of different banks, or one to read and one to write. The
 * one that is selected and can do it is meant. Returns DDDK_FAULT_KINDS when `hit` is good, else
 * the fault (and the register that comes nearest, or NULL).
 */
static enum dddk_register_fault find(const struct dddk_register_file *file, unsigned region,
                                     uint64_t offset, unsigned bytes, bool write, struct hit *hit)
{
    enum dddk_register_fault why = DDDK_FAULT_NO_REGISTER;

    hit->type = NULL;
    for (size_t at = lower_bound(file, region, offset >= 7 ? offset - 7 : 0);
         at < file->place_count; at++) {
        const struct place *place = &file->places[at];
        const struct dddk_sim_register *type = &file->type->registers[place->reg];
        uint64_t within = offset - place->offset;
        struct hit here;

        if (place->region != region || place->offset > offset) {
            break;
        }
        if (within < type->bytes && bank_is_selected(file, type, place->index) &&
            keep(hit, &why, &here,
                 aim(file, place->reg, place->index, within, bytes, write, &here))) {
            return why;
        }
    }
    if (file->has_scaled) {
        (void)find_scaled(file, region, offset, bytes, write, hit, &why);
    }
    return why;
}

/* ---- reading ---- */

static void tell_changed(struct dddk_register_file *file, unsigned reg, unsigned index,
                         uint64_t before)
{
    if (file->ops->changed && cell_of(file, reg, index)->value != before) {
        file->ops->changed(file->user, storage_of(file, reg),
                           index + file->type->registers[reg].alias_element, before);
    }
}

/* A register that is read in parts: the first part holds the others still. */
static uint64_t hold(const struct hit *hit, uint64_t value)
{
    struct cell *cell = hit->cell;

    if (hit->type->holds & hit->lanes) {
        cell->held = value;
        cell->holding = true;
    } else if (cell->holding) {
        cell->holding = false;
        return cell->held;
    }
    return value;
}

static void apply_effect(struct dddk_register_file *file, const struct hit *hit,
                         const struct dddk_register_effect *effect, uint64_t bits);

uint64_t dddk_registers_read(struct dddk_register_file *file, unsigned region, uint64_t offset,
                             unsigned bytes)
{
    struct hit hit;
    enum dddk_register_fault why = find(file, region, offset, bytes, false, &hit);
    uint64_t value, before;

    file->accesses++;
    if (why != DDDK_FAULT_KINDS) {
        fault(file, why, hit.type ? (int)hit.reg : -1, hit.type ? hit.index : 0, region, offset);
        return ones(bytes);
    }
    value = hit.cell->value;
    if (file->ops->read) {
        value = file->ops->read(file->user, hit.told, hit.told_index, value);
    }
    value = (value & hit.type->readable) | (DDDK_UNDEFINED_BITS & ~hit.type->readable);
    value = hold(&hit, value & ones(hit.type->bytes));
    counters_of(file, hit.reg, hit.index)->reads++;
    counters_of(file, hit.reg, hit.index)->last_read = value;
    before = hit.cell->value;
    hit.cell->value &= ~(hit.type->read_clears & hit.lanes);
    hit.cell->value |= hit.type->read_sets & hit.lanes;
    tell_changed(file, hit.reg, hit.index, before);
    for (unsigned i = 0; i < hit.type->effect_count; i++) {
        if (hit.type->effects[i].by_read) {
            apply_effect(file, &hit, &hit.type->effects[i], 0);
        }
    }
    value = value >> hit.shift & ones(bytes);
    return hit.type->big_endian ? swap(value, bytes) : value;
}

/* ---- writing ---- */

/* The bits that a locked field keeps from being written. */
static uint64_t locked_bits(const struct dddk_register_file *file, const struct hit *hit)
{
    const struct dddk_sim_register *type = &file->type->registers[hit->told];
    uint64_t locked = 0;

    for (unsigned i = 0; i < type->lock_count; i++) {
        const struct dddk_register_lock *lock = &type->locks[i];

        if (related(file, type, hit->told_index, (unsigned)lock->lock, lock->follows,
                    lock->element) &
            lock->lock_mask) {
            locked |= lock->mask;
        }
    }
    return locked;
}

/* What is stored becomes, when `written` is written to the bits `active`. */
static uint64_t after_write(const struct dddk_sim_register *type, uint64_t stored, uint64_t written,
                            uint64_t active)
{
    uint64_t w = written ^ type->inverted, stores = type->stores & active;

    stored = (stored & ~stores) | (w & stores);
    stored &= ~(type->clears & active);
    stored |= type->sets & active;
    stored &= ~(w & type->one_clears & active);
    stored |= w & type->one_sets & active;
    return stored ^ (w & type->one_toggles & active);
}

/* The accessed bits that the write is to reach. */
static uint64_t enabled_bits(const struct hit *hit, uint64_t written)
{
    unsigned shift = hit->type->enable_shift;

    return shift == 0 ? hit->lanes : hit->lanes & written >> shift;
}

static void check_reserved(struct dddk_register_file *file, const struct hit *hit, uint64_t written,
                           unsigned region, uint64_t offset)
{
    const struct dddk_sim_register *type = hit->type;
    uint64_t reached = enabled_bits(hit, written);

    if (((written ^ type->reserved_value) & type->reserved_fixed & reached) ||
        ((written ^ hit->cell->value) & type->reserved_kept & reached)) {
        fault(file, DDDK_FAULT_RESERVED_BITS, (int)hit->reg, hit->index, region, offset);
    }
}

/* Is a field of the register, `value` in place, written with what it may be given? */
static bool is_in_range(const struct dddk_register_range *range, uint64_t value)
{
    unsigned above = 64u - range->width;
    uint64_t bits = value >> range->lsb << above;
    bool inside;

    if (range->is_signed) {
        int64_t number = (int64_t)bits >> above;

        inside = number >= (int64_t)range->low && number <= (int64_t)range->high;
    } else {
        inside = bits >> above >= range->low && bits >> above <= range->high;
    }
    return inside != range->forbidden;
}

static void check_ranges(struct dddk_register_file *file, const struct hit *hit, uint64_t written,
                         unsigned region, uint64_t offset)
{
    for (unsigned i = 0; i < hit->type->range_count; i++) {
        const struct dddk_register_range *range = &hit->type->ranges[i];
        uint64_t field = (~(uint64_t)0 >> (64u - range->width)) << range->lsb;

        /* To write back what it held is not to give it a value. */
        if ((field & hit->lanes) == field && ((written ^ hit->cell->value) & field) != 0 &&
            !is_in_range(range, written)) {
            fault(file, DDDK_FAULT_VALUE, (int)hit->reg, hit->index, region, offset);
        }
    }
}

static void apply_to_cell(const struct dddk_register_effect *effect,
                          const struct dddk_sim_register *type, struct cell *cell, uint64_t bits)
{
    uint64_t mask = effect->bit_by_bit ? bits & effect->mask : effect->mask;

    switch (effect->kind) {
    case DDDK_EFFECT_SETS: cell->value |= mask; break;
    case DDDK_EFFECT_CLEARS: cell->value &= ~mask; break;
    case DDDK_EFFECT_RESETS: cell->value = (cell->value & ~mask) | (type->reset & mask); break;
    }
}

/* Every register as a reset of that kind leaves it. */
static void reset_registers(struct dddk_register_file *file, unsigned kind)
{
    for (unsigned reg = 0; reg < file->type->count; reg++) {
        const struct dddk_sim_register *type = &file->type->registers[reg];
        struct dddk_register_reset after = {.value = type->reset};

        if (kind > 0 && kind <= type->reset_count) {
            after = type->resets[kind - 1];
        }
        for (unsigned index = 0; type->alias == 0 && index < type->count; index++) {
            struct cell *cell = cell_of(file, reg, index);

            cell->value = (cell->value & after.unchanged) | after.value;
            cell->holding = false;
        }
    }
}

/* One declared effect: on one element of the target, or on all that belong to the one that is
 * written. */
static void apply_effect(struct dddk_register_file *file, const struct hit *hit,
                         const struct dddk_register_effect *effect, uint64_t bits)
{
    const struct dddk_sim_register *source = &file->type->registers[hit->told], *target;
    unsigned first = effect->element, last = effect->element;

    if (effect->target < 0) {
        reset_registers(file, effect->reset);
        if (file->ops->reset) {
            file->ops->reset(file->user);
        }
        return;
    }
    target = &file->type->registers[effect->target];
    if (target->count == 0) {
        return;
    }
    if (!effect->one) {
        first = last = dddk_element_of(hit->told_index, source->count, target->count);
    }
    if (!effect->one && target->count > source->count) {
        last += target->count / source->count - 1;
    }
    for (unsigned index = first; index <= last; index++) {
        struct cell *cell = cell_of(file, (unsigned)effect->target, index);
        uint64_t before = cell->value;

        apply_to_cell(effect, target, cell, bits);
        tell_changed(file, (unsigned)effect->target, index, before);
    }
}

void dddk_registers_write(struct dddk_register_file *file, unsigned region, uint64_t offset,
                          unsigned bytes, uint64_t value)
{
    struct hit hit;
    enum dddk_register_fault why = find(file, region, offset, bytes, true, &hit);
    uint64_t before, active, started, wanted;

    file->accesses++;
    if (why != DDDK_FAULT_KINDS) {
        fault(file, why, hit.type ? (int)hit.reg : -1, hit.type ? hit.index : 0, region, offset);
        return;
    }
    value &= ones(bytes);
    value = (hit.type->big_endian ? swap(value, bytes) : value) << hit.shift;
    counters_of(file, hit.reg, hit.index)->writes++;
    counters_of(file, hit.reg, hit.index)->last_written = value;
    check_reserved(file, &hit, value, region, offset);
    before = hit.cell->value;
    if (hit.type->enable_shift != 0) {
        hit.lanes = enabled_bits(&hit, value);
        value &= hit.lanes;
    }
    check_ranges(file, &hit, value, region, offset);
    active = hit.lanes & ~(hit.type->once & hit.cell->spent);
    wanted = after_write(hit.type, before, value, active);
    active &= ~locked_bits(file, &hit);
    hit.cell->value = after_write(hit.type, before, value, active);
    hit.cell->spent |= hit.type->once & active;
    if (hit.cell->value != wanted) {
        fault(file, DDDK_FAULT_LOCKED, (int)hit.reg, hit.index, region, offset);
    }
    started = hit.type->starts & (value ^ hit.type->inverted) & active & ~before;
    for (unsigned i = 0; i < hit.type->effect_count; i++) {
        const struct dddk_register_effect *effect = &hit.type->effects[i];
        uint64_t bits = (value ^ hit.type->inverted) & active & effect->when;

        if (bits) {
            apply_effect(file, &hit, effect, bits);
        }
    }
    hit.cell->value &= ~started;
    tell_changed(file, hit.reg, hit.index, before);
    if (file->ops->written) {
        file->ops->written(file->user, hit.told, hit.told_index, value);
    }
}

bool dddk_registers_cover(const struct dddk_register_file *file, unsigned region, uint64_t offset,
                          unsigned bytes)
{
    for (size_t at = lower_bound(file, region, offset >= 7 ? offset - 7 : 0); at < file->cell_count;
         at++) {
        const struct place *place = &file->places[at];

        if (place->region != region || place->offset >= offset + bytes) {
            break;
        }
        if (place->offset + file->type->registers[place->reg].bytes > offset) {
            return true;
        }
    }
    return false;
}

/* ---- the device's view ---- */

uint64_t dddk_registers_get(const struct dddk_register_file *file, unsigned reg, unsigned index)
{
    const struct cell *cell = cell_of(file, reg, index);

    return cell ? cell->value : 0;
}

void dddk_registers_set(struct dddk_register_file *file, unsigned reg, unsigned index,
                        uint64_t value)
{
    struct cell *cell = cell_of(file, reg, index);

    if (cell != NULL) {
        cell->value = value & ones(file->type->registers[reg].bytes);
    }
}

void dddk_registers_renew(struct dddk_register_file *file, unsigned reg, unsigned index)
{
    struct cell *cell = cell_of(file, reg, index);

    if (cell != NULL) {
        cell->holding = false;
        cell->spent = 0;
    }
}

void dddk_registers_reset(struct dddk_register_file *file, bool hard)
{
    reset_registers(file, 0);
    for (size_t cell = 0; hard && cell < file->cell_count; cell++) {
        file->cells[cell].spent = 0;
    }
}

struct dddk_register_counters dddk_registers_counters(const struct dddk_register_file *file,
                                                      unsigned reg, unsigned index)
{
    return cell_of(file, reg, index) != NULL ? *counters_of(file, reg, index)
                                             : (struct dddk_register_counters){0};
}

uint64_t dddk_registers_accesses(const struct dddk_register_file *file)
{
    return file->accesses;
}

uint64_t dddk_registers_faults(const struct dddk_register_file *file, enum dddk_register_fault kind)
{
    return kind < DDDK_FAULT_KINDS ? file->faults[kind] : 0;
}

const char *dddk_register_fault_name(enum dddk_register_fault kind)
{
    static const char *const names[] = {
        [DDDK_FAULT_NO_REGISTER] = "no register there",
        [DDDK_FAULT_ACCESS_SIZE] = "access of a wrong size",
        [DDDK_FAULT_READ_OF_WRITE_ONLY] = "read of a write-only register",
        [DDDK_FAULT_WRITE_OF_READ_ONLY] = "write to a read-only register",
        [DDDK_FAULT_RESERVED_BITS] = "reserved bits written otherwise than they must be",
        [DDDK_FAULT_LOCKED] = "write to a locked field",
        [DDDK_FAULT_VALUE] = "field written with a value that it may not be given",
    };

    return (unsigned)kind < DDDK_FAULT_KINDS ? names[kind] : "?";
}
