/* SPDX-License-Identifier: MIT
 *
 * The device's side of one-shot transfers: started by a bit, it moves a piece of memory between the
 * machine's and its own, and says when it is done.
 */
#include <stdlib.h>

#include "machine.h"

/* What moves the bytes takes a moment for itself and one for each byte. */
#define TRANSFER_NS DDDK_USEC(1)
#define TRANSFER_BYTE_NS 1u

bool sim_transfers_create(struct dddk_sim_device *device)
{
    const struct dddk_model_type *type = device->type;

    if (type->transfer_count == 0) {
        return true;
    }
    device->transfers = calloc(type->transfer_count, sizeof(*device->transfers));
    if (device->transfers == NULL) {
        return false;
    }
    for (unsigned i = 0; i < type->transfer_count; i++) {
        struct sim_transfer *transfer = &device->transfers[i];
        transfer->owner = device;
        transfer->type = &type->transfers[i];
        transfer->memory = calloc(1, type->transfers[i].size_bytes);
        if (transfer->memory == NULL) {
            return false;
        }
    }
    return true;
}

void sim_transfers_destroy(struct dddk_sim_device *device)
{
    for (unsigned i = 0; device->transfers != NULL && i < device->type->transfer_count; i++) {
        free(device->transfers[i].memory);
    }
    free(device->transfers);
}

void *dddk_model_transfer_memory(struct dddk_model *model, unsigned transfer, size_t *size_bytes)
{
    struct dddk_sim_device *device = model->device;

    if (transfer >= device->type->transfer_count) {
        *size_bytes = 0;
        return NULL;
    }
    *size_bytes = device->transfers[transfer].type->size_bytes;
    return device->transfers[transfer].memory;
}

static bool inside(const struct dddk_model_transfer *type, uint64_t address, uint64_t size_bytes)
{
    uint64_t offset = address - type->base;

    return size_bytes <= type->size_bytes && offset <= type->size_bytes - size_bytes;
}

/* Which way it goes: as the direction bit says, else out of the device when that is where the
 * source is. */
static bool leaves_device(const struct sim_transfer *transfer)
{
    const struct dddk_model_transfer *type = transfer->type;

    if (sim_there(type->direction)) {
        return sim_get(transfer->owner, type->direction) == type->from_device;
    }
    return inside(type, transfer->source, transfer->size_bytes);
}

static void move(struct sim_transfer *transfer)
{
    const struct dddk_model_transfer *type = transfer->type;
    struct dddk_model *model = transfer->owner->model;
    bool out = leaves_device(transfer);
    bool own_is_source = out && !type->fixed;
    uint64_t own = own_is_source ? transfer->source : transfer->target;
    uint64_t other = own_is_source ? transfer->target : transfer->source;

    if (transfer->size_bytes > type->max_bytes || !inside(type, own, transfer->size_bytes)) {
        dddk_model_complain(
            model, "transfer %s: %llu bytes at 0x%llx are not in the device's memory", type->name,
            (unsigned long long)transfer->size_bytes, (unsigned long long)own);
    } else if (!sim_dma_begins(transfer->owner, other, type->name)) {
        return;
    } else if (out) {
        (void)dddk_model_dma_write(model, other, transfer->memory + (own - type->base),
                                   (size_t)transfer->size_bytes);
    } else {
        (void)dddk_model_dma_read(model, other, transfer->memory + (own - type->base),
                                  (size_t)transfer->size_bytes);
    }
}

static bool clears_itself(const struct sim_transfer *transfer)
{
    const struct dddk_model_ref go = transfer->type->go;

    return (transfer->owner->type->registers->registers[go.reg].starts & go.mask) != 0;
}

static void finish(void *argument)
{
    struct sim_transfer *transfer = argument;
    struct dddk_sim_device *device = transfer->owner;
    const struct dddk_model_transfer *type = transfer->type;

    move(transfer);
    if (clears_itself(transfer)) {
        sim_set(device, type->go, 0);
    }
    sim_set(device, type->done, type->done_value);
    if (type->raises != 0 && (!sim_there(type->notify) || sim_get(device, type->notify) != 0)) {
        sim_raise(device, type->interrupt, type->raises, type->also, type->also_count);
    }
}

/* A second start while it moves begins anew. */
static void start(struct sim_transfer *transfer)
{
    struct dddk_sim_device *device = transfer->owner;
    const struct dddk_model_transfer *type = transfer->type;

    transfer->source = sim_get(device, type->source);
    transfer->target = sim_get(device, type->target);
    transfer->size_bytes = sim_get(device, type->length);
    if (clears_itself(transfer)) {
        sim_set(device, type->go, 1);
    }
    if (sim_there(type->done) &&
        (type->done.reg != type->go.reg || type->done.mask != type->go.mask)) {
        sim_set(device, type->done, type->done_value == 0 ? 1 : 0);
    }
    sim_cancel(device, finish, transfer);
    uint64_t bytes = transfer->size_bytes <= type->size_bytes ? transfer->size_bytes : 0;
    (void)sim_after(device, TRANSFER_NS + bytes * TRANSFER_BYTE_NS, finish, transfer);
}

uint64_t sim_transfers_written(struct dddk_sim_device *device, unsigned reg, unsigned index,
                               uint64_t value)
{
    uint64_t started = 0;

    for (unsigned i = 0; i < device->type->transfer_count; i++) {
        struct sim_transfer *transfer = &device->transfers[i];
        const struct dddk_model_ref go = transfer->type->go;
        if (go.reg == (int)reg && go.index == index && (value & go.mask) != 0) {
            started |= go.mask;
            start(transfer);
        }
    }
    return started;
}
