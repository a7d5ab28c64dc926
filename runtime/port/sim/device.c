/* SPDX-License-Identifier: MIT
 *
 * One simulated device: its registers between the bus and the model's hooks, resets, and what a
 * model may ask for (dddk/model.h).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

static uint64_t ones(unsigned bytes)
{
    return bytes >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * bytes) - 1u;
}

static void complain(struct dddk_sim_device *device, const char *what)
{
    device->counters.complaints++;
    dddk_log_(NULL, DDDK_LOG_WARNING, "sim: slot %u (%s): %s", device->slot, device->type->name,
              what);
}

void dddk_model_complain(struct dddk_model *model, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    complain(model->device, text);
}

/* ---- registers, as the device sees them ---- */

uint64_t sim_get(const struct dddk_sim_device *device, struct dddk_model_ref ref)
{
    if (!sim_there(ref)) {
        return 0;
    }
    uint64_t value = dddk_registers_get(device->registers, (unsigned)ref.reg, ref.index);
    return (value & ref.mask) >> __builtin_ctzll(ref.mask);
}

void sim_set(struct dddk_sim_device *device, struct dddk_model_ref ref, uint64_t value)
{
    if (sim_there(ref)) {
        uint64_t all = dddk_registers_get(device->registers, (unsigned)ref.reg, ref.index);
        all = (all & ~ref.mask) | (value << __builtin_ctzll(ref.mask) & ref.mask);
        dddk_registers_set(device->registers, (unsigned)ref.reg, ref.index, all);
    }
}

uint64_t dddk_model_get(const struct dddk_model *model, unsigned reg, unsigned index)
{
    return dddk_registers_get(model->device->registers, reg, index);
}

void dddk_model_set(struct dddk_model *model, unsigned reg, unsigned index, uint64_t value)
{
    dddk_registers_set(model->device->registers, reg, index, value);
    sim_signal(model->device, 0, 0);
}

int sim_device_register(const struct dddk_sim_device *device, const char *name, unsigned index)
{
    for (unsigned i = 0; i < device->type->register_count; i++) {
        if (strcmp(device->type->names[i].name, name) == 0) {
            return index < device->type->registers->registers[i].count ? (int)i : -1;
        }
    }
    return -1;
}

/* ---- registers, as the engine calls back ---- */

static uint64_t on_read(void *user, unsigned reg, unsigned index, uint64_t value)
{
    struct dddk_sim_device *device = user;
    const struct dddk_model_hook *hooks = device->type->hooks;

    if (!sim_fifos_read(device, reg, index, &value) && !sim_windows_read(device, reg, &value) &&
        hooks != NULL && hooks[reg].read != NULL) {
        value = hooks[reg].read(device->model, index, value);
    }
    sim_cause_read(device, reg);
    for (unsigned i = 0; i < SIM_OVERRIDES; i++) {
        const struct sim_override *it = &device->overrides[i];
        if (it->used && it->reg == reg && it->index == index) {
            value = (value & it->and_mask) | it->or_mask;
        }
    }
    return value;
}

static void self_clear(void *argument)
{
    struct sim_operation *it = argument;
    uint64_t value = dddk_registers_get(it->device->registers, it->reg, it->index);

    dddk_registers_set(it->device->registers, it->reg, it->index, value & ~it->bits);
    it->bits = 0;
}

/* What goes on in this register already, else a place that is free; NULL: everything is busy. */
static struct sim_operation *operation_of(struct dddk_sim_device *device, unsigned reg,
                                          unsigned index)
{
    struct sim_operation *found = NULL;

    for (unsigned i = 0; i < SIM_OPERATIONS; i++) {
        struct sim_operation *it = &device->operations[i];
        if (it->bits != 0 && it->reg == reg && it->index == index) {
            return it;
        }
        found = found == NULL && it->bits == 0 ? it : found;
    }
    return found;
}

/* What a self-clearing bit starts takes a moment, unless the model has a hook there and says itself
 * how long. All that goes on in one register ends together. */
static void start_operation(struct dddk_sim_device *device, unsigned reg, unsigned index,
                            uint64_t bits)
{
    struct sim_operation *it = operation_of(device, reg, index);

    if (it == NULL) {
        return;
    }
    sim_cancel(device, self_clear, it);
    *it = (struct sim_operation){device, reg, index, it->bits | bits};
    if (sim_after(device, SIM_SELF_CLEAR_NS, self_clear, it) == 0) {
        uint64_t value = dddk_registers_get(device->registers, reg, index);
        dddk_registers_set(device->registers, reg, index, value | bits);
    } else {
        it->bits = 0;
    }
}

static void on_written(void *user, unsigned reg, unsigned index, uint64_t value)
{
    struct dddk_sim_device *device = user;
    const struct dddk_model_hook *hooks = device->type->hooks;
    uint64_t starts = device->type->registers->registers[reg].starts & value;

    sim_rings_written(device, reg, value);
    sim_fifos_written(device, reg, index, value);
    sim_windows_written(device, reg, value);
    starts &= ~sim_transfers_written(device, reg, index, value);
    starts &= ~sim_procedures_written(device, reg, index, value);
    bool hooked = hooks != NULL && hooks[reg].written != NULL &&
                  hooks[reg].written(device->model, index, value);
    if (!hooked && starts != 0) {
        start_operation(device, reg, index, starts);
    }
    if (device->type->change != NULL) {
        device->type->change(device->model);
    }
}

/* Everything but the registers, which the engine has reset already. */
static void on_reset(void *user)
{
    struct dddk_sim_device *device = user;

    device->generation++;
    device->counters.resets++;
    memset(device->operations, 0, sizeof(device->operations));
    memset(device->raised, 0, sizeof(device->raised));
    memset(device->enabled, 0, sizeof(device->enabled));
    sim_rings_reset(device);
    sim_fifos_reset(device);
    sim_procedures_reset(device);
    if (device->type->reset != NULL) {
        device->type->reset(device->model);
    }
    sim_signal(device, 0, 0);
}

static void on_fault(void *user, enum dddk_register_fault fault, int reg, unsigned index,
                     unsigned region, uint64_t offset)
{
    struct dddk_sim_device *device = user;
    char text[160];

    if (reg >= 0) {
        snprintf(text, sizeof(text), "%s[%u] (0x%llx): %s", device->type->names[reg].name, index,
                 (unsigned long long)offset, dddk_register_fault_name(fault));
    } else {
        snprintf(text, sizeof(text), "region %u, 0x%llx: %s", region, (unsigned long long)offset,
                 dddk_register_fault_name(fault));
    }
    complain(device, text);
}

static const struct dddk_register_file_ops engine_ops = {
    .read = on_read,
    .written = on_written,
    .reset = on_reset,
    .fault = on_fault,
};

/* ---- registers, as the bus sees them ---- */

/* The value that a register which got stuck shows. */
static uint64_t stuck_value(const struct dddk_sim_device *device, unsigned region, uint64_t offset,
                            unsigned bytes)
{
    for (unsigned i = 0; i < device->type->register_count; i++) {
        const struct dddk_sim_register *info = &device->type->registers->registers[i];
        uint64_t within;
        unsigned index;

        if (info->region == region &&
            dddk_registers_element(device->registers, i, offset, &index, &within) && within == 0) {
            return dddk_registers_get(device->registers, i, index) & ones(bytes);
        }
    }
    return ones(bytes);
}

uint64_t sim_device_read(struct dddk_sim_device *device, unsigned region, uint64_t offset,
                         unsigned bytes)
{
    uint64_t value;

    device->counters.reads++;
    switch (device->stuck) {
    case DDDK_TEST_ALL_ONES: return ones(bytes);
    case DDDK_TEST_ALL_ZEROS: return 0;
    case DDDK_TEST_LAST_VALUE: return stuck_value(device, region, offset, bytes);
    case DDDK_TEST_WORKING: break;
    }
    value = dddk_registers_read(device->registers, region, offset, bytes);
    sim_signal(device, 0, 0);
    return value;
}

void sim_device_write(struct dddk_sim_device *device, unsigned region, uint64_t offset,
                      unsigned bytes, uint64_t value)
{
    device->counters.writes++;
    if (device->stuck != DDDK_TEST_WORKING) {
        return;
    }
    dddk_registers_write(device->registers, region, offset, bytes, value);
    sim_rings_kick(device);
    sim_fifos_kick(device);
    sim_signal(device, 0, 0);
}

/* ---- life ---- */

struct dddk_sim_device *sim_device_create(struct dddk_sim *sim, const struct dddk_model_type *first,
                                          unsigned as, unsigned slot)
{
    const struct dddk_model_type *type = sim_type_as(first, as);
    size_t model_bytes = first->size_bytes != NULL ? *first->size_bytes : 0;
    struct dddk_sim_device *device = calloc(1, sizeof(*device));

    if (type == NULL || device == NULL) {
        if (type != NULL) {
            sim_type_free(type, as);
        }
        free(device);
        return NULL;
    }
    device->sim = sim;
    device->type = type;
    device->as = as;
    device->slot = slot;
    device->wire.plugged = true;
    device->model = calloc(1, model_bytes != 0 ? model_bytes : sizeof(*device->model));
    device->registers = dddk_registers_create(type->registers, &engine_ops, device);
    if (device->model == NULL || device->registers == NULL || !sim_transfers_create(device) ||
        !sim_procedures_create(device) || !sim_fifos_create(device) || !sim_msix_create(device)) {
        sim_device_destroy(device);
        return NULL;
    }
    device->model->type = type;
    device->model->device = device;
    if (type->compatible == NULL) {
        sim_config_init(device);
    } else if (sim_platform_create(device) != 0) {
        sim_device_destroy(device);
        return NULL;
    }
    on_reset(device);
    return device;
}

void sim_device_destroy(struct dddk_sim_device *device)
{
    sim_wire_clear(device);
    if (device->registers != NULL) {
        dddk_registers_destroy(device->registers);
    }
    sim_transfers_destroy(device);
    sim_procedures_destroy(device);
    sim_fifos_destroy(device);
    sim_platform_destroy(device);
    sim_msix_destroy(device);
    free(device->pieces);
    free(device->model);
    sim_type_free(device->type, device->as);
    free(device);
}

/* ---- dddk/model.h ---- */

uint64_t dddk_model_now_ns(const struct dddk_model *model)
{
    return model->device->sim->now_ns;
}

int dddk_model_after(struct dddk_model *model, uint64_t delay_ns, void (*then)(void *model))
{
    return sim_after(model->device, delay_ns, then, model);
}

void dddk_model_cancel(struct dddk_model *model, void (*then)(void *model))
{
    sim_cancel(model->device, then, model);
}

bool dddk_model_link(const struct dddk_model *model)
{
    return model->device->wire.plugged;
}

uint32_t dddk_model_random(struct dddk_model *model)
{
    return (uint32_t)(sim_random(model->device->sim) >> 32);
}
