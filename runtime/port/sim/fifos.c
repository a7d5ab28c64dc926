/* SPDX-License-Identifier: MIT
 *
 * The device's side of a FIFO behind one register, with a word's time on the wire for each word. To
 * the wire there is a shift register behind the FIFO, which takes the first word at once. A FIFO
 * that does not say when words may be moved has no memory: words go to the wire, or come from it,
 * in the access itself.
 */
#include <stdlib.h>

#include "machine.h"

uint32_t sim_fifo_used(const struct sim_fifo *fifo)
{
    return fifo->tail - fifo->head;
}

/* To read: there are enough words. To write: there is room for enough. */
static bool is_ready(const struct sim_fifo *fifo)
{
    uint32_t used = sim_fifo_used(fifo);

    return (fifo->type->to_device ? fifo->type->depth - used : used) >= fifo->threshold;
}

static void show_state(struct sim_fifo *fifo)
{
    sim_set(fifo->owner, fifo->type->ready, is_ready(fifo) != fifo->type->ready_is_0);
    if (fifo->type->level.mask != 0) {
        sim_set(fifo->owner, fifo->type->level, sim_fifo_used(fifo));
    }
    if (fifo->type->room.mask != 0) {
        sim_set(fifo->owner, fifo->type->room, fifo->type->depth - sim_fifo_used(fifo));
    }
}

static void push(struct sim_fifo *fifo, uint64_t word)
{
    fifo->words[fifo->tail++ & fifo->mask] = word;
}

static uint64_t pop(struct sim_fifo *fifo)
{
    return fifo->words[fifo->head++ & fifo->mask];
}

/* Something that a cause stands for: enough words to read, or there is room, which is told once. */
static bool is_news(struct sim_fifo *fifo)
{
    bool news = fifo->untold;

    if (!fifo->type->to_device) {
        return sim_fifo_used(fifo) >= fifo->trigger || fifo->timed_out;
    }
    fifo->untold = false;
    return news;
}

/* There is something new to tell. */
static void happened(struct sim_fifo *fifo)
{
    show_state(fifo);
    fifo->owner->line_lost = false;
    if (fifo->type->raises != 0 && is_news(fifo)) {
        sim_raise(fifo->owner, fifo->type->interrupt, fifo->type->raises, fifo->type->also,
                  fifo->type->also_count);
    } else {
        sim_signal(fifo->owner, 0, 0);
    }
}

/* ---- to the wire ---- */

/* A word's bytes, in the order in which they are on the wire. */
static void send(struct sim_fifo *fifo, uint64_t word)
{
    const unsigned unit = fifo->unit_bytes;
    uint8_t bytes[8];

    for (unsigned i = 0; i < unit; i++) {
        bytes[fifo->type->high_first ? unit - 1 - i : i] = (uint8_t)(word >> 8 * i);
    }
    if (fifo->listener != NULL && fifo->owner->wire.plugged) {
        fifo->listener(fifo->user, bytes, unit);
    }
    sim_wire_send_bytes(fifo->owner, bytes, unit);
}

/* There may be room again, which is told once in each way. */
static void has_room(struct sim_fifo *fifo, bool room)
{
    fifo->edge |= room;
    fifo->untold |= room;
}

static void transmit(void *argument);

static void shift(struct sim_fifo *fifo)
{
    if (fifo->shifting || sim_fifo_used(fifo) == 0 ||
        sim_after(fifo->owner, SIM_BYTE_NS, transmit, fifo) != 0) {
        return;
    }
    fifo->shifting = true;
    fifo->shifted = pop(fifo);
    has_room(fifo, is_ready(fifo));
}

/* A word has been on the wire for its time: it is out. */
static void transmit(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->shifting = false;
    send(fifo, fifo->shifted);
    shift(fifo);
    happened(fifo);
}

static bool goes_through(const struct sim_fifo *fifo, unsigned reg, unsigned index)
{
    return fifo->type->data.reg == (int)reg && fifo->type->data.index == index;
}

static unsigned first_bit(const struct sim_fifo *fifo)
{
    return (unsigned)__builtin_ctzll(fifo->type->data.mask);
}

void sim_fifos_written(struct dddk_sim_device *device, unsigned reg, unsigned index, uint64_t value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (!fifo->type->to_device || !goes_through(fifo, reg, index)) {
            continue;
        }
        uint64_t word = (value & fifo->type->data.mask) >> first_bit(fifo);
        if (fifo->type->depth == 0) {
            send(fifo, word);
            continue;
        }
        fifo->edge = fifo->untold = false;
        if (sim_fifo_used(fifo) >= fifo->type->depth) {
            device->counters.bytes_lost += fifo->unit_bytes;
            dddk_model_complain(device->model, "fifo %s: written while full", fifo->type->name);
        } else {
            push(fifo, word);
        }
        shift(fifo);
        show_state(fifo);
    }
}

/* ---- from the wire ---- */

static bool has_word(const struct sim_fifo *fifo)
{
    return fifo->wire_tail - fifo->wire_head >= fifo->unit_bytes;
}

/* The next word that is on the wire. */
static uint64_t next_word(struct sim_fifo *fifo)
{
    const unsigned unit = fifo->unit_bytes;
    uint64_t word = 0;

    for (unsigned i = 0; i < unit; i++) {
        uint64_t byte = fifo->wire[fifo->wire_head++ % SIM_WIRE_BYTES];
        word |= byte << 8 * (fifo->type->high_first ? unit - 1 - i : i);
    }
    return word & fifo->type->data.mask >> first_bit(fifo);
}

static void receive(void *argument);

static void schedule_receive(struct sim_fifo *fifo)
{
    bool room = sim_fifo_used(fifo) < fifo->type->depth || fifo->owner->wire.serial_ignores_room;

    if (!fifo->scheduled && fifo->type->depth != 0 && room && has_word(fifo)) {
        fifo->scheduled = sim_after(fifo->owner, SIM_BYTE_NS, receive, fifo) == 0;
    }
}

static void time_out(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->timed_out = sim_fifo_used(fifo) != 0;
    happened(fifo);
}

/* A word came or was taken: the words that are left start waiting again. */
static void start_timeout(struct sim_fifo *fifo)
{
    fifo->timed_out = false;
    sim_cancel(fifo->owner, time_out, fifo);
    if (sim_fifo_used(fifo) != 0 && sim_fifo_used(fifo) < fifo->trigger) {
        (void)sim_after(fifo->owner, SIM_BYTES_TIMEOUT * SIM_BYTE_NS, time_out, fifo);
    }
}

/* A word has come in. False: it is lost. */
static bool take_in(struct sim_fifo *fifo, uint64_t word)
{
    bool room = sim_fifo_used(fifo) < fifo->type->depth;

    if (room) {
        push(fifo, word);
        fifo->owner->counters.bytes_received += fifo->unit_bytes;
    } else {
        fifo->owner->counters.bytes_lost += fifo->unit_bytes;
        sim_set(fifo->owner, fifo->type->overrun, 1);
    }
    start_timeout(fifo);
    schedule_receive(fifo);
    happened(fifo);
    return room;
}

static void receive(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->scheduled = false;
    if (has_word(fifo) &&
        (sim_fifo_used(fifo) < fifo->type->depth || fifo->owner->wire.serial_ignores_room)) {
        (void)take_in(fifo, next_word(fifo));
    }
}

/* True: `value` has a word of a FIFO. */
bool sim_fifos_read(struct dddk_sim_device *device, unsigned reg, unsigned index, uint64_t *value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (fifo->type->to_device || !goes_through(fifo, reg, index)) {
            continue;
        }
        if (fifo->type->depth == 0 && !has_word(fifo)) {
            return false; /* the model may know one */
        }
        uint64_t word = fifo->type->depth == 0     ? next_word(fifo)
                        : sim_fifo_used(fifo) != 0 ? pop(fifo)
                                                   : 0;
        *value = (*value & ~fifo->type->data.mask) | word << first_bit(fifo);
        if (fifo->type->overrun.reg == fifo->type->data.reg) {
            sim_set(device, fifo->type->overrun, 0); /* it belonged to this word */
        }
        start_timeout(fifo);
        show_state(fifo);
        schedule_receive(fifo);
        return true;
    }
    return false;
}

void sim_fifos_kick(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        if (!device->fifos[i].type->to_device) {
            schedule_receive(&device->fifos[i]);
        }
    }
}

size_t sim_fifo_feed(struct sim_fifo *fifo, const uint8_t *bytes, size_t size_bytes)
{
    size_t taken = 0;

    if (fifo->wire == NULL) {
        fifo->wire = malloc(SIM_WIRE_BYTES);
    }
    if (fifo->wire == NULL || !fifo->owner->wire.plugged || fifo->owner->removed) {
        return 0;
    }
    while (taken < size_bytes && fifo->wire_tail - fifo->wire_head < SIM_WIRE_BYTES) {
        fifo->wire[fifo->wire_tail++ % SIM_WIRE_BYTES] = bytes[taken++];
    }
    sim_fifos_kick(fifo->owner);
    return taken;
}

void sim_fifos_clear_wires(struct dddk_sim_device *device)
{
    for (unsigned i = 0; device->fifos != NULL && i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        device->counters.bytes_lost += fifo->wire_tail - fifo->wire_head;
        fifo->wire_head = fifo->wire_tail;
    }
}

/* ---- both ---- */

bool sim_fifos_create(struct dddk_sim_device *device)
{
    const struct dddk_model_type *type = device->type;

    if (type->fifo_count == 0) {
        return true;
    }
    device->fifos = calloc(type->fifo_count, sizeof(*device->fifos));
    for (unsigned i = 0; device->fifos != NULL && i < type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        uint32_t places = 1;
        while (places < type->fifos[i].depth) {
            places *= 2;
        }
        *fifo = (struct sim_fifo){.owner = device, .type = &type->fifos[i], .mask = places - 1};
        fifo->unit_bytes = fifo->type->unit_bytes != 0 ? fifo->type->unit_bytes : 1;
        fifo->threshold = fifo->type->threshold != 0 ? fifo->type->threshold
                          : fifo->type->to_device    ? fifo->type->depth
                                                     : 1;
        fifo->words = calloc(places, sizeof(*fifo->words));
        if (fifo->words == NULL) {
            return false;
        }
    }
    return device->fifos != NULL;
}

void sim_fifos_destroy(struct dddk_sim_device *device)
{
    for (unsigned i = 0; device->fifos != NULL && i < device->type->fifo_count; i++) {
        free(device->fifos[i].words);
        free(device->fifos[i].wire);
    }
    free(device->fifos);
}

/* Words are lost; what is on the wire stays there. */
void sim_fifos_reset(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        fifo->head = fifo->tail;
        fifo->scheduled = fifo->shifting = fifo->edge = fifo->untold = fifo->timed_out = false;
        fifo->trigger = fifo->type->to_device ? 1 : fifo->threshold;
        show_state(fifo);
    }
}

void dddk_model_fifo_trigger(struct dddk_model *model, unsigned fifo, unsigned words)
{
    if (fifo < model->device->type->fifo_count && words != 0) {
        model->device->fifos[fifo].trigger = words;
        start_timeout(&model->device->fifos[fifo]);
        sim_signal(model->device, 0, 0);
    }
}

bool dddk_model_fifo_put(struct dddk_model *model, unsigned fifo, uint64_t word)
{
    if (fifo >= model->device->type->fifo_count) {
        return false;
    }
    struct sim_fifo *it = &model->device->fifos[fifo];
    return !it->type->to_device && take_in(it, word & it->type->data.mask >> first_bit(it));
}

void dddk_model_fifo_clear(struct dddk_model *model, unsigned fifo)
{
    if (fifo >= model->device->type->fifo_count) {
        return;
    }
    struct sim_fifo *it = &model->device->fifos[fifo];
    model->device->counters.bytes_lost += (uint64_t)sim_fifo_used(it) * it->unit_bytes;
    has_room(it, it->type->to_device && sim_fifo_used(it) != 0);
    it->head = it->tail;
    it->timed_out = false;
    sim_fifos_kick(model->device);
    happened(it);
}
