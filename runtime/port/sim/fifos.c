/* SPDX-License-Identifier: MIT
 *
 * The device's side of a FIFO behind one register, with a byte's time on the wire between bytes.
 */
#include "machine.h"

static uint32_t used(const struct sim_fifo *fifo)
{
    return fifo->tail - fifo->head;
}

bool sim_fifo_is_empty(const struct sim_fifo *fifo)
{
    return used(fifo) == 0;
}

/* To read: there is a byte. To write: it has run empty. */
static void show_ready(struct sim_fifo *fifo)
{
    sim_set(fifo->owner, fifo->type->ready, (used(fifo) == 0) == fifo->type->to_device);
}

static void push(struct sim_fifo *fifo, uint8_t byte)
{
    fifo->bytes[fifo->tail++ % SIM_FIFO_BYTES] = byte;
}

static uint8_t pop(struct sim_fifo *fifo)
{
    return fifo->bytes[fifo->head++ % SIM_FIFO_BYTES];
}

/* A byte has been on the wire for its time: it is out. */
static void transmit(void *argument);

static void schedule_transmit(struct sim_fifo *fifo)
{
    if (!fifo->scheduled && used(fifo) != 0) {
        fifo->scheduled = sim_after(fifo->owner, SIM_BYTE_NS, transmit, fifo) == 0;
    }
}

static void transmit(void *argument)
{
    struct sim_fifo *fifo = argument;

    fifo->scheduled = false;
    if (used(fifo) == 0) {
        return;
    }
    sim_wire_send_byte(fifo->owner, pop(fifo));
    fifo->edge |= used(fifo) == 0;
    show_ready(fifo);
    schedule_transmit(fifo);
    fifo->owner->line_lost = false; /* something new to tell */
    sim_signal(fifo->owner, 0, 0);
}

/* A byte has come in. */
static void receive(void *argument);

static void schedule_receive(struct sim_fifo *fifo)
{
    const struct sim_wire *wire = &fifo->owner->wire;
    bool room = used(fifo) < fifo->type->depth || wire->serial_ignores_room;

    if (!fifo->scheduled && room && wire->serial_head != wire->serial_tail) {
        fifo->scheduled = sim_after(fifo->owner, SIM_BYTE_NS, receive, fifo) == 0;
    }
}

static void receive(void *argument)
{
    struct sim_fifo *fifo = argument;
    struct sim_wire *wire = &fifo->owner->wire;

    fifo->scheduled = false;
    if (wire->serial_head == wire->serial_tail ||
        (used(fifo) >= fifo->type->depth && !wire->serial_ignores_room)) {
        return;
    }
    uint8_t byte = wire->serial[wire->serial_head++ % SIM_WIRE_BYTES];
    if (used(fifo) < fifo->type->depth) {
        push(fifo, byte);
        fifo->owner->counters.bytes_received++;
    } else {
        fifo->owner->counters.bytes_lost++;
        sim_set(fifo->owner, fifo->type->overrun, 1);
    }
    show_ready(fifo);
    schedule_receive(fifo);
    fifo->owner->line_lost = false; /* something new to tell */
    sim_signal(fifo->owner, 0, 0);
}

bool sim_fifos_read(struct dddk_sim_device *device, unsigned reg, uint64_t *value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (fifo->type->to_device || fifo->type->data.reg != (int)reg) {
            continue;
        }
        *value = used(fifo) != 0 ? pop(fifo) : 0;
        show_ready(fifo);
        schedule_receive(fifo);
        return true;
    }
    return false;
}

void sim_fifos_written(struct dddk_sim_device *device, unsigned reg, uint64_t value)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        if (!fifo->type->to_device || fifo->type->data.reg != (int)reg) {
            continue;
        }
        if (used(fifo) >= fifo->type->depth) {
            device->counters.bytes_lost++;
            dddk_model_complain(device->model, "fifo %s: written while full", fifo->type->name);
        } else {
            push(fifo, (uint8_t)value);
        }
        fifo->edge = false;
        show_ready(fifo);
        schedule_transmit(fifo);
    }
}

void sim_fifos_kick(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        if (!device->fifos[i].type->to_device) {
            schedule_receive(&device->fifos[i]);
        }
    }
}

void sim_fifos_reset(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        struct sim_fifo *fifo = &device->fifos[i];
        fifo->owner = device;
        fifo->type = &device->type->fifos[i];
        fifo->head = fifo->tail = 0;
        fifo->scheduled = fifo->edge = false;
        show_ready(fifo);
    }
}
