/* SPDX-License-Identifier: MIT
 *
 * Indirect windows: what is read from and written to the data register goes on to the register that
 * the index says, with that register's own access semantics. Several windows may have one index.
 */
#include "machine.h"

#define WINDOW_NS DDDK_USEC(1)

static uint64_t place(const struct dddk_sim_device *device, const struct dddk_model_window *window)
{
    return sim_get(device, window->index) * window->unit;
}

static int stores_in(const struct dddk_model_window *window)
{
    return window->apart ? window->store.reg : window->data.reg;
}

static void ready(void *argument)
{
    struct dddk_sim_device *device = argument;

    for (unsigned i = 0; i < device->type->window_count; i++) {
        sim_set(device, device->type->windows[i].ready, device->type->windows[i].ready_value);
    }
}

/* The device is at it for a while. */
static void work(struct dddk_sim_device *device, const struct dddk_model_window *window)
{
    if (sim_there(window->ready)) {
        sim_set(device, window->ready, window->ready_value == 0 ? 1 : 0);
        sim_cancel(device, ready, device);
        (void)sim_after(device, WINDOW_NS, ready, device);
    }
}

static void advance(struct dddk_sim_device *device, const struct dddk_model_window *window)
{
    sim_set(device, window->index, sim_get(device, window->index) + window->increment);
}

static void expect_ready(struct dddk_sim_device *device, const struct dddk_model_window *window)
{
    if (sim_there(window->ready) && sim_get(device, window->ready) != window->ready_value) {
        dddk_model_complain(device->model, "a window's data is accessed while it is not ready");
    }
}

bool sim_windows_read(struct dddk_sim_device *device, unsigned reg, uint64_t *value)
{
    for (unsigned i = 0; i < device->type->window_count; i++) {
        const struct dddk_model_window *window = &device->type->windows[i];
        if (window->data.reg != (int)reg) {
            continue;
        }
        expect_ready(device, window);
        *value = dddk_registers_read(device->registers, window->region, place(device, window),
                                     window->bytes);
        if (window->increment != 0) {
            advance(device, window);
            work(device, window);
        }
        return true;
    }
    return false;
}

void sim_windows_written(struct dddk_sim_device *device, unsigned reg, uint64_t value)
{
    for (unsigned i = 0; i < device->type->window_count; i++) {
        const struct dddk_model_window *window = &device->type->windows[i];
        if (stores_in(window) == (int)reg) {
            expect_ready(device, window);
            dddk_registers_write(device->registers, window->region, place(device, window),
                                 window->bytes, value);
            advance(device, window);
            work(device, window);
        } else if (window->index.reg == (int)reg) {
            work(device, window);
        }
    }
}
