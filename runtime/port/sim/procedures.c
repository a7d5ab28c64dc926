/* SPDX-License-Identifier: MIT
 *
 * The device's side of operations over registers: a write starts one, after a moment the model's
 * hook or a simulated memory has answered, and the registers say so.
 */
#include <stdlib.h>

#include "machine.h"

#define PROCEDURE_NS DDDK_USEC(1)
/* What goes on by itself holds what it showed so long that a driver which polls sees it. */
#define SHOWN_NS DDDK_USEC(50)

bool sim_procedures_create(struct dddk_sim_device *device)
{
    const struct dddk_model_type *type = device->type;

    if (type->operation_count == 0) {
        return true;
    }
    device->procedures = calloc(type->operation_count, sizeof(*device->procedures));
    device->memories = calloc(type->memory_count + 1u, sizeof(*device->memories));
    if (device->procedures == NULL || device->memories == NULL) {
        return false;
    }
    for (unsigned i = 0; i < type->operation_count; i++) {
        device->procedures[i].owner = device;
        device->procedures[i].type = &type->operations[i];
    }
    for (unsigned i = 0; i < type->memory_count; i++) {
        device->memories[i] = calloc((size_t)1 << type->memories[i].address_bits, sizeof(uint64_t));
        if (device->memories[i] == NULL) {
            return false;
        }
    }
    return true;
}

void sim_procedures_destroy(struct dddk_sim_device *device)
{
    for (unsigned i = 0; device->memories != NULL && i < device->type->memory_count; i++) {
        free(device->memories[i]);
    }
    free(device->memories);
    free(device->procedures);
}

uint64_t *dddk_model_memory(struct dddk_model *model, unsigned memory, size_t *cells)
{
    struct dddk_sim_device *device = model->device;

    if (memory >= device->type->memory_count) {
        *cells = 0;
        return NULL;
    }
    *cells = (size_t)1 << device->type->memories[memory].address_bits;
    return device->memories[memory];
}

/* The memory's cell: the arguments side by side, the first in the highest bits. */
static uint64_t *cell(struct sim_procedure *procedure, unsigned arguments)
{
    const struct dddk_model_operation *type = procedure->type;
    uint64_t address = 0;

    for (unsigned i = 0; i < arguments; i++) {
        address = address << type->in[i].bits | procedure->in[i];
    }
    return &procedure->owner->memories[type->memory][address];
}

/* What the device does. False: it failed. */
static bool answer(struct sim_procedure *procedure, uint64_t *out)
{
    struct dddk_sim_device *device = procedure->owner;
    const struct dddk_model_operation *type = procedure->type;

    if (type->run != NULL) {
        switch (type->run(device->model, procedure->in, out)) {
        case DDDK_MODEL_DONE: return true;
        case DDDK_MODEL_FAILED: return false;
        case DDDK_MODEL_NOBODY: break;
        }
    }
    if (type->memory >= 0 && type->stores) {
        *cell(procedure, type->in_count - 1u) = procedure->in[type->in_count - 1u];
    } else if (type->memory >= 0) {
        out[0] = *cell(procedure, type->in_count);
    }
    return true;
}

/* ---- idle and busy ---- */

static uint64_t other_than(uint64_t value)
{
    return value == 0 ? 1 : 0;
}

static void settle_one(struct dddk_sim_device *device, const struct dddk_model_idle *idle)
{
    sim_set(device, idle->ref, idle->value);
    if (sim_get(device, idle->fail) == idle->fail_value) {
        sim_set(device, idle->fail, other_than(idle->fail_value));
    }
}

/* The device is idle, as far as this operation asks. */
static void settle(void *argument)
{
    const struct sim_procedure *procedure = argument;

    for (unsigned i = 0; i < procedure->type->idle_count; i++) {
        settle_one(procedure->owner, &procedure->type->idle[i]);
    }
}

/* It is busy from now on; where the driver has just written something else, that is what shows it.
 */
static void occupy(const struct sim_procedure *procedure)
{
    for (unsigned i = 0; i < procedure->type->idle_count; i++) {
        const struct dddk_model_idle *idle = &procedure->type->idle[i];
        if (sim_get(procedure->owner, idle->ref) == idle->value) {
            sim_set(procedure->owner, idle->ref, other_than(idle->value));
        }
    }
}

static bool is_idle(const struct sim_procedure *procedure)
{
    for (unsigned i = 0; i < procedure->type->idle_count; i++) {
        const struct dddk_model_idle *idle = &procedure->type->idle[i];
        if (sim_get(procedure->owner, idle->ref) != idle->value) {
            return false;
        }
    }
    return true;
}

static uint64_t moment(const struct dddk_model_phase *phase, uint64_t usual_ns)
{
    return phase->wait_ns == 0 || phase->wait_ns > 2 * usual_ns ? usual_ns : phase->wait_ns / 2;
}

/* ---- one operation ---- */

static void finish(void *argument)
{
    struct sim_procedure *procedure = argument;
    struct dddk_sim_device *device = procedure->owner;
    const struct dddk_model_operation *type = procedure->type;
    const struct dddk_model_phase *phase = &type->phases[procedure->phase];
    bool worked = true;

    settle(procedure);
    if (procedure->phase == type->answer) {
        uint64_t out[DDDK_MODEL_ARGUMENTS];
        for (unsigned i = 0; i < type->out_count; i++) {
            out[i] = sim_get(device, type->out[i].ref);
        }
        worked = answer(procedure, out);
        for (unsigned i = 0; worked && i < type->out_count; i++) {
            sim_set(device, type->out[i].ref, out[i]);
        }
    }
    procedure->phase = (procedure->phase + 1u) % type->phase_count;
    /* Most devices say that they failed instead of saying that they are done. */
    sim_set(device, !worked && sim_there(phase->fail) ? phase->fail : phase->done,
            !worked && sim_there(phase->fail) ? phase->fail_value : phase->done_value);
    if (procedure->phase != 0 && !sim_there(type->phases[procedure->phase].start)) {
        const struct dddk_model_phase *next = &type->phases[procedure->phase];
        (void)sim_after(device, moment(next, SHOWN_NS), finish, procedure);
    } else if (!is_idle(procedure)) {
        /* That it is done is what keeps the next one waiting. */
        (void)sim_after(device, SHOWN_NS, settle, procedure);
    }
}

static void start(struct sim_procedure *procedure, unsigned which)
{
    struct dddk_sim_device *device = procedure->owner;
    const struct dddk_model_operation *type = procedure->type;
    const struct dddk_model_phase *phase = &type->phases[which];

    procedure->phase = which;
    for (unsigned i = 0; i < type->in_count; i++) {
        uint64_t mask =
            type->in[i].bits >= 64 ? UINT64_MAX : ((uint64_t)1 << type->in[i].bits) - 1u;
        procedure->in[i] = sim_get(device, type->in[i].ref) & mask;
    }
    sim_cancel(device, finish, procedure);
    sim_cancel(device, settle, procedure);
    if (!sim_there(phase->done) && phase->wait_ns == 0) {
        finish(procedure);
        occupy(procedure);
        if (type->idle_count != 0) {
            (void)sim_after(device, PROCEDURE_NS, settle, procedure);
        }
        return;
    }
    occupy(procedure);
    /* What follows by itself is not there yet either; the first of them has the last word. */
    unsigned last = which;
    while (last + 1u < type->phase_count && !sim_there(type->phases[last + 1u].start)) {
        last++;
    }
    for (unsigned i = last + 1u; i > which; i--) {
        const struct dddk_model_phase *it = &type->phases[i - 1u];
        sim_set(device, it->done, other_than(it->done_value));
        sim_set(device, it->fail, other_than(it->fail_value));
    }
    (void)sim_after(device, moment(phase, PROCEDURE_NS), finish, procedure);
}

/* The phase that this write starts, if it is one of the operation's: its first, or the one that is
 * due. */
static bool starts(const struct sim_procedure *procedure, unsigned reg, unsigned index,
                   uint64_t value, unsigned *which)
{
    const struct dddk_model_operation *type = procedure->type;
    const unsigned candidates[] = {procedure->phase, 0};

    for (unsigned i = 0; i < DDDK_COUNT(candidates) && type->phase_count != 0; i++) {
        const struct dddk_model_phase *phase = &type->phases[candidates[i]];
        if (phase->start.reg == (int)reg && phase->start.index == index &&
            (value & phase->start.mask) == phase->start_value) {
            *which = candidates[i];
            return true;
        }
    }
    return false;
}

uint64_t sim_procedures_written(struct dddk_sim_device *device, unsigned reg, unsigned index,
                                uint64_t value)
{
    for (unsigned i = 0; i < device->type->operation_count; i++) {
        struct sim_procedure *procedure = &device->procedures[i];
        unsigned which;
        if (starts(procedure, reg, index, value, &which)) {
            const struct dddk_model_ref done = procedure->type->phases[which].done;
            start(procedure, which);
            return done.reg == (int)reg && done.index == index ? done.mask & value : 0;
        }
    }
    return 0;
}

void sim_procedures_reset(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->operation_count; i++) {
        struct sim_procedure *procedure = &device->procedures[i];
        const struct dddk_model_operation *type = procedure->type;
        procedure->phase = 0;
        for (unsigned k = 0; k < type->idle_count; k++) {
            if (type->idle[k].unknown) {
                settle_one(device, &type->idle[k]);
            }
        }
        if (type->settles && !is_idle(procedure)) {
            (void)sim_after(device, PROCEDURE_NS, settle, procedure);
        }
    }
}
