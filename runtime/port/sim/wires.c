/* SPDX-License-Identifier: MIT
 *
 * What lies between a device and the test, or between two devices: frames and bytes that wait until
 * the device has room for them.
 */
#include <stdlib.h>

#include "machine.h"

int sim_wire_put(struct dddk_sim_device *device, const void *frame, size_t length_bytes,
                 unsigned bad)
{
    struct sim_wire *wire = &device->wire;

    if (length_bytes == 0 || length_bytes > SIM_FRAME_BYTES) {
        return DDDK_EMSGSIZE;
    }
    if (!wire->plugged || device->removed) {
        return DDDK_ENODEV;
    }
    if (wire->queued >= SIM_WIRE_FRAMES) {
        return DDDK_ENOSPC;
    }
    struct sim_frame *it = malloc(sizeof(*it) + length_bytes);
    if (it == NULL) {
        return DDDK_ENOMEM;
    }
    *it = (struct sim_frame){.length_bytes = length_bytes, .bad = bad};
    memcpy(it->bytes, frame, length_bytes);
    if (wire->last != NULL) {
        wire->last->next = it;
    } else {
        wire->first = it;
    }
    wire->last = it;
    wire->queued++;
    sim_rings_kick(device);
    return 0;
}

struct sim_frame *sim_wire_take(struct dddk_sim_device *device)
{
    struct sim_wire *wire = &device->wire;
    struct sim_frame *frame = wire->first;

    wire->first = frame->next;
    wire->last = wire->first == NULL ? NULL : wire->last;
    wire->queued--;
    return frame;
}

void sim_wire_clear(struct dddk_sim_device *device)
{
    while (device->wire.first != NULL) {
        free(sim_wire_take(device));
        device->counters.frames_lost++;
    }
    sim_fifos_clear_wires(device);
}

void sim_wire_send_frame(struct dddk_sim_device *device, const uint8_t *frame, size_t length_bytes)
{
    struct sim_wire *wire = &device->wire;

    if (!wire->plugged) {
        device->counters.frames_lost++;
        return;
    }
    device->counters.frames_sent++;
    if (wire->frame_listener != NULL) {
        wire->frame_listener(wire->user, frame, length_bytes);
    }
    if (wire->peer != NULL && sim_wire_put(wire->peer, frame, length_bytes, 0) != 0) {
        wire->peer->counters.frames_lost++;
    }
}

/* A serial wire is that of the first receiving FIFO. */
size_t sim_wire_put_bytes(struct dddk_sim_device *device, const uint8_t *bytes, size_t size_bytes)
{
    for (unsigned i = 0; i < device->type->fifo_count; i++) {
        if (!device->fifos[i].type->to_device) {
            return sim_fifo_feed(&device->fifos[i], bytes, size_bytes);
        }
    }
    return 0;
}

void sim_wire_send_bytes(struct dddk_sim_device *device, const uint8_t *bytes, size_t size_bytes)
{
    struct sim_wire *wire = &device->wire;

    if (!wire->plugged) {
        device->counters.bytes_lost += size_bytes;
        return;
    }
    device->counters.bytes_sent += size_bytes;
    if (wire->bytes_listener != NULL) {
        wire->bytes_listener(wire->user, bytes, size_bytes);
    }
    if (wire->peer != NULL) {
        wire->peer->counters.bytes_lost +=
            size_bytes - sim_wire_put_bytes(wire->peer, bytes, size_bytes);
    }
}
