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
        if (transfer->type->channel != 0) {
            transfer->memory = device->transfers[i - transfer->type->channel].memory;
            continue;
        }
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
        if (device->transfers[i].type != NULL && device->transfers[i].type->channel == 0) {
            free(device->transfers[i].memory);
        }
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

void dddk_model_transfer_fails(struct dddk_model *model, unsigned transfer, bool fails)
{
    struct dddk_sim_device *device = model->device;

    if (transfer < device->type->transfer_count) {
        device->transfers[transfer].fails = fails;
    }
}

static bool inside(const struct dddk_model_transfer *type, uint64_t address, uint64_t size_bytes)
{
    uint64_t offset = address - type->base;

    return size_bytes <= type->size_bytes && offset <= type->size_bytes - size_bytes;
}

static bool is_said(struct dddk_model_ref ref)
{
    return ref.mask != 0 && sim_there(ref);
}

/* Bits of an address stand in their places. */
static uint64_t placed(const struct dddk_sim_device *device, struct dddk_model_ref ref)
{
    return is_said(ref) ? sim_get(device, ref) << __builtin_ctzll(ref.mask) : 0;
}

static uint64_t address(const struct dddk_sim_device *device, struct dddk_model_ref low,
                        struct dddk_model_ref high)
{
    return placed(device, low) | placed(device, high) << 32;
}

/* Which way it goes: the only one, as the direction says, else out of the device when that is where
 * the source is. */
static bool leaves_device(const struct sim_transfer *transfer)
{
    const struct dddk_model_transfer *type = transfer->type;

    if (type->only_from_device || type->only_to_device) {
        return type->only_from_device;
    }
    if (sim_there(type->direction)) {
        return sim_get(transfer->owner, type->direction) == type->from_device;
    }
    return inside(type, transfer->source, transfer->size_bytes);
}

/* False: nothing was moved. */
static bool move(struct sim_transfer *transfer)
{
    const struct dddk_model_transfer *type = transfer->type;
    struct dddk_model *model = transfer->owner->model;
    bool out = leaves_device(transfer);
    uint64_t own = out ? transfer->source : transfer->target;
    uint64_t other = out ? transfer->target : transfer->source;
    uint8_t *memory = transfer->memory + (own - type->base);

    if (transfer->fails) {
        return false;
    }
    if (transfer->size_bytes > type->max_bytes || !inside(type, own, transfer->size_bytes)) {
        dddk_model_complain(
            model, "transfer %s: %llu bytes at 0x%llx are not in the device's memory", type->name,
            (unsigned long long)transfer->size_bytes, (unsigned long long)own);
        return false;
    }
    if (!sim_dma_begins(transfer->owner, other, type->name)) {
        return false;
    }
    if (out) {
        return dddk_model_dma_write(model, other, memory, (size_t)transfer->size_bytes) == 0;
    }
    return dddk_model_dma_read(model, other, memory, (size_t)transfer->size_bytes) == 0;
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

    bool moved = move(transfer);
    if (clears_itself(transfer)) {
        sim_set(device, type->go, 0);
    }
    if (!moved && is_said(type->fail)) {
        sim_set(device, type->fail, type->fail_value);
    }
    sim_set(device, type->done, type->done_value);
    if (type->raises != 0 && (!sim_there(type->notify) || sim_get(device, type->notify) != 0)) {
        sim_raise(device, type->interrupt, type->raises, type->also, type->also_count);
    }
}

/* What the registers say when it is started. */
static void find(struct sim_transfer *transfer)
{
    const struct dddk_sim_device *device = transfer->owner;
    const struct dddk_model_transfer *type = transfer->type;
    uint64_t unit = type->length_unit == 0 ? 1 : type->length_unit;

    transfer->size_bytes =
        (sim_get(device, type->length) - (uint64_t)(int64_t)type->length_bias) * unit;
    if (is_said(type->host)) {
        uint64_t host = address(device, type->host, type->host_high);
        uint64_t own = is_said(type->own) ? address(device, type->own, type->own_high) : type->base;
        bool out = leaves_device(transfer);

        transfer->source = out ? own : host;
        transfer->target = out ? host : own;
    } else {
        transfer->source = address(device, type->source, type->source_high);
        transfer->target = address(device, type->target, type->target_high);
    }
}

/* A second start while it moves begins anew. */
static void start(struct sim_transfer *transfer)
{
    struct dddk_sim_device *device = transfer->owner;
    const struct dddk_model_transfer *type = transfer->type;

    find(transfer);
    if (clears_itself(transfer)) {
        sim_set(device, type->go, 1);
    }
    if (sim_there(type->done) &&
        (type->done.reg != type->go.reg || type->done.mask != type->go.mask)) {
        sim_set(device, type->done, type->done_value == 0 ? 1 : 0);
    }
    if (is_said(type->fail)) {
        sim_set(device, type->fail, type->fail_value == 0 ? 1 : 0);
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
