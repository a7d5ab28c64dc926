/* SPDX-License-Identifier: MIT
 *
 * The device's side of a FIFO behind one register, with a byte's time on the wire for each byte. To
 * the wire there is a shift register behind the FIFO, which takes the first byte at once.
 */
#include "machine.h"

uint32_t sim_fifo_used(const struct sim_fifo *fifo)
{
    return fifo->tail - fifo->head;
}

/* To read: there is a byte. To write: it has run empty. */
static void show_ready(struct sim_fifo *fifo)
{
    sim_set(fifo->owner, fifo->type->ready, (sim_fifo_used(fifo) == 0) == fifo->type->to_device);
}

static void push(struct sim_fifo *fifo, uint8_t byte)
{
    fifo->bytes[fifo->tail++ % SIM_FIFO_BYTES] = byte;
}

static uint8_t pop(struct sim_fifo *fifo)
{
    return fifo->bytes[fifo->head++ % SIM_FIFO_BYTES];
}

/* Something that a cause stands for: enough bytes to read, or it ran empty, which is told once. */
static bool is_news(struct sim_fifo *fifo)
{
    bool news = fifo->edge;

    if (!fifo->type->to_device) {
        return sim_fifo_used(fifo) >= fifo->trigger || fifo->timed_out;
    }
    fifo->edge = false;
    return news;
}

/* There is something new to tell. */
static void happened(struct sim_fifo *fifo)
{
    show_ready(fifo);
    fifo->owner->line_lost = false;
    if (fifo->type->raises != 0 && is_news(fifo)) {
        sim_raise(fifo->owner, fifo->type->interrupt, fifo->type->raises, fifo->type->also,
                  fifo->type->also_count);
    } else {
        sim_signal(fifo->owner, 0, 0);
    }
}

/* ---- to the wire ---- */

static void transmit(void *argument);

static void shift(struct sim_fifo *fifo)
{
    if (fifo->shifting || sim_fifo_used(fifo) == 0 ||
        sim_after(fifo->owner, SIM_BYTE_NS, transmit, fifo) != 0) {
        return;
    }
    fifo->shifting = true;
    fifo->shifted = pop(fifo);
    fifo->edge |= sim_fifo_used(fifo) == 0;
}

/* A byte has been on the wire for its time: it is out. */
static void transmit(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->shifting = false;
    sim_wire_send_byte(fifo->owner, fifo->shifted);
    shift(fifo);
    happened(fifo);
}

void sim_fifos_written(struct dddk_sim_device *device, unsigned reg, uint64_t value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (!fifo->type->to_device || fifo->type->data.reg != (int)reg) {
            continue;
        }
        fifo->edge = false;
        if (sim_fifo_used(fifo) >= fifo->type->depth) {
            device->counters.bytes_lost++;
            dddk_model_complain(device->model, "fifo %s: written while full", fifo->type->name);
        } else {
            push(fifo, (uint8_t)value);
        }
        shift(fifo);
        show_ready(fifo);
    }
}

/* ---- from the wire ---- */

static void receive(void *argument);

static void schedule_receive(struct sim_fifo *fifo)
{
    const struct sim_wire *wire = &fifo->owner->wire;
    bool room = sim_fifo_used(fifo) < fifo->type->depth || wire->serial_ignores_room;

    if (!fifo->scheduled && room && wire->serial_head != wire->serial_tail) {
        fifo->scheduled = sim_after(fifo->owner, SIM_BYTE_NS, receive, fifo) == 0;
    }
}

static void time_out(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->timed_out = sim_fifo_used(fifo) != 0;
    happened(fifo);
}

/* A byte came or was taken: the bytes that are left start waiting again. */
static void start_timeout(struct sim_fifo *fifo)
{
    fifo->timed_out = false;
    sim_cancel(fifo->owner, time_out, fifo);
    if (sim_fifo_used(fifo) != 0 && sim_fifo_used(fifo) < fifo->trigger) {
        (void)sim_after(fifo->owner, SIM_BYTES_TIMEOUT * SIM_BYTE_NS, time_out, fifo);
    }
}

/* A byte has come in. */
static void receive(void *argument)
{
    struct sim_fifo *fifo = argument;
    struct sim_wire *wire = &fifo->owner->wire;

    fifo->scheduled = false;
    if (wire->serial_head == wire->serial_tail ||
        (sim_fifo_used(fifo) >= fifo->type->depth && !wire->serial_ignores_room)) {
        return;
    }
    uint8_t byte = wire->serial[wire->serial_head++ % SIM_WIRE_BYTES];
    if (sim_fifo_used(fifo) < fifo->type->depth) {
        push(fifo, byte);
        fifo->owner->counters.bytes_received++;
    } else {
        fifo->owner->counters.bytes_lost++;
        sim_set(fifo->owner, fifo->type->overrun, 1);
    }
    start_timeout(fifo);
    schedule_receive(fifo);
    happened(fifo);
}

bool sim_fifos_read(struct dddk_sim_device *device, unsigned reg, uint64_t *value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (fifo->type->to_device || fifo->type->data.reg != (int)reg) {
            continue;
        }
        *value = sim_fifo_used(fifo) != 0 ? pop(fifo) : 0;
        start_timeout(fifo);
        show_ready(fifo);
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

/* ---- both ---- */

void sim_fifos_reset(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        *fifo = (struct sim_fifo){.owner = device, .type = &device->type->fifos[i], .trigger = 1};
        show_ready(fifo);
    }
}

void dddk_model_fifo_trigger(struct dddk_model *model, unsigned fifo, unsigned bytes)
{
    if (fifo < model->device->type->fifo_count && bytes != 0) {
        model->device->fifos[fifo].trigger = bytes;
        start_timeout(&model->device->fifos[fifo]);
        sim_signal(model->device, 0, 0);
    }
}

void dddk_model_fifo_clear(struct dddk_model *model, unsigned fifo)
{
    if (fifo >= model->device->type->fifo_count) {
        return;
    }
    struct sim_fifo *it = &model->device->fifos[fifo];
    model->device->counters.bytes_lost += sim_fifo_used(it);
    it->edge |= it->type->to_device && sim_fifo_used(it) != 0;
    it->head = it->tail;
    it->timed_out = false;
    sim_fifos_kick(model->device);
    happened(it);
}
