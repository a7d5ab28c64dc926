/* SPDX-License-Identifier: MIT
 *
 * Indirect windows: what is read from and written to the data register goes on to the register that
 * the index says, with that register's own access semantics.
 */
#include "machine.h"

#define WINDOW_NS DDDK_USEC(1)

static const struct dddk_model_window *window_of(const struct dddk_sim_device *device, unsigned reg,
                                                 bool *is_index)
{
    for (unsigned i = 0; i < device->type->window_count; i++) {
        const struct dddk_model_window *window = &device->type->windows[i];
        *is_index = window->index.reg == (int)reg;
        if (*is_index || window->data.reg == (int)reg) {
            return window;
        }
    }
    return NULL;
}

static uint64_t place(const struct dddk_sim_device *device, const struct dddk_model_window *window)
{
    return sim_get(device, window->index) * window->unit;
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
    bool is_index;
    const struct dddk_model_window *window = window_of(device, reg, &is_index);

    if (window == NULL || is_index) {
        return false;
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

void sim_windows_written(struct dddk_sim_device *device, unsigned reg, uint64_t value)
{
    bool is_index;
    const struct dddk_model_window *window = window_of(device, reg, &is_index);

    if (window == NULL) {
        return;
    }
    if (!is_index) {
        expect_ready(device, window);
        dddk_registers_write(device->registers, window->region, place(device, window),
                             window->bytes, value);
        advance(device, window);
    }
    work(device, window);
}
