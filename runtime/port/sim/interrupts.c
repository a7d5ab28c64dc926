/* SPDX-License-Identifier: MIT
 *
 * From causes to the pin or a message. Causes are bits of a register with a mask, or one register
 * shows the code of the most urgent one. A code that a FIFO brings up follows the 16550: data to
 * read is a cause as long as there are any; room to write becomes one when the FIFO has run empty
 * or the cause is enabled, and ends with a byte written or with the code having been read.
 */
#include "machine.h"

static uint32_t pending_bits(const struct dddk_sim_device *device,
                             const struct dddk_model_interrupt *type)
{
    uint32_t causes = (uint32_t)sim_get(device, type->cause);

    if (sim_there(type->mask)) {
        causes &= (uint32_t)sim_get(device, type->mask);
    }
    for (unsigned i = 0; i < type->cause_count; i++) {
        if (sim_there(type->causes[i].enable) && !sim_get(device, type->causes[i].enable)) {
            causes &= ~((uint32_t)1 << type->causes[i].bit);
        }
    }
    return causes;
}

static bool code_is_active(struct dddk_sim_device *device, unsigned which,
                           const struct dddk_model_cause *cause)
{
    uint32_t bit = (uint32_t)1 << cause->bit;
    bool enabled = sim_there(cause->enable) && sim_get(device, cause->enable) != 0;
    bool rises = enabled && !(device->enabled[which] & bit);

    device->enabled[which] = (device->enabled[which] & ~bit) | (enabled ? bit : 0);
    if (device->raised[which] & bit) {
        return enabled || !sim_there(cause->enable);
    }
    if (!enabled || cause->fifo < 0) {
        return false;
    }
    struct sim_fifo *fifo = &device->fifos[cause->fifo];
    if (!fifo->type->to_device) {
        return cause->timeout ? fifo->timed_out : sim_fifo_used(fifo) >= fifo->trigger;
    }
    fifo->edge |= rises && sim_fifo_used(fifo) == 0;
    return fifo->edge;
}

/* Show the most urgent code in the cause register. */
static uint32_t pending_code(struct dddk_sim_device *device, unsigned which)
{
    const struct dddk_model_interrupt *type = &device->type->interrupts[which];
    uint32_t pending = 0;
    uint8_t code = 0;

    for (unsigned i = type->cause_count; i > 0; i--) {
        if (code_is_active(device, which, &type->causes[i - 1u])) {
            code = type->causes[i - 1u].bit;
            pending |= (uint32_t)1 << code;
        }
    }
    sim_set(device, type->code, code);
    sim_set(device, type->none, pending == 0);
    return pending;
}

void sim_cause_read(struct dddk_sim_device *device, unsigned reg)
{
    for (unsigned i = 0; i < device->type->interrupt_count; i++) {
        const struct dddk_model_interrupt *type = &device->type->interrupts[i];
        if (!type->is_code || type->cause.reg != (int)reg || sim_get(device, type->none)) {
            continue;
        }
        uint64_t code = sim_get(device, type->code);
        device->raised[i] &= ~((uint32_t)1 << code);
        for (unsigned k = 0; k < type->cause_count; k++) {
            const struct dddk_model_cause *cause = &type->causes[k];
            if (cause->bit == code && cause->fifo >= 0) {
                device->fifos[cause->fifo].edge = false;
            }
        }
    }
}

/* True: this one gets lost. */
static bool is_lost(struct dddk_sim_device *device)
{
    if (device->lose_interrupts == 0) {
        return false;
    }
    if (device->lose_interrupts != UINT32_MAX) {
        device->lose_interrupts--;
    }
    device->counters.interrupts_lost++;
    return true;
}

static void send_message(struct dddk_sim_device *device, uint64_t address, uint16_t data)
{
    uint32_t word = data;

    if (!sim_command(device, DDDK_PCI_COMMAND_MASTER) || is_lost(device)) {
        return;
    }
    if (dddk_model_dma_write(device->model, address, &word, sizeof(word)) == 0) {
        device->counters.interrupts++;
        device->sim->attention = true;
    }
}

static void drive_line(struct dddk_sim_device *device, bool up)
{
    bool before = device->line;

    up &= !sim_command(device, DDDK_PCI_COMMAND_INTX_DISABLE) && device->type->has_intx;
    if (up && !before && !device->line_lost) {
        device->line_lost = is_lost(device);
    }
    if (!up) {
        device->line_lost = false;
    }
    device->line = up && !device->line_lost;
    if (device->line && !before) {
        device->counters.interrupts++;
        device->sim->attention = true;
    }
}

void sim_signal(struct dddk_sim_device *device, unsigned which, uint32_t again)
{
    uint64_t address;
    uint16_t data;
    bool msi = sim_msi(device, &address, &data), message = false, up = false;

    for (unsigned i = 0; i < device->type->interrupt_count; i++) {
        const struct dddk_model_interrupt *type = &device->type->interrupts[i];
        uint32_t pending = type->is_code ? pending_code(device, i) : pending_bits(device, type);
        uint32_t fresh = pending & ~device->pending[i];
        message |= (fresh | (i == which ? pending & again : 0)) != 0;
        up |= pending != 0;
        /* While nobody can be told, what is pending stays news. */
        device->pending[i] = msi ? pending : 0;
    }
    up |= device->spurious;
    if (device->removed || device->stuck != DDDK_TEST_WORKING) {
        up = device->spurious && !device->removed;
        message = false;
    }
    if (msi && message) {
        send_message(device, address, data);
    }
    drive_line(device, up && !msi);
}

void sim_spurious(struct dddk_sim_device *device)
{
    uint64_t address;
    uint16_t data;

    if (device->spurious && sim_msi(device, &address, &data)) {
        device->spurious = false;
        send_message(device, address, data);
    }
    sim_signal(device, 0, 0);
}

void dddk_model_raise(struct dddk_model *model, unsigned interrupt, uint32_t causes)
{
    struct dddk_sim_device *device = model->device;

    if (interrupt >= device->type->interrupt_count) {
        return;
    }
    const struct dddk_model_interrupt *type = &device->type->interrupts[interrupt];
    if (type->is_code) {
        device->raised[interrupt] |= causes;
    } else {
        sim_set(device, type->cause, sim_get(device, type->cause) | causes);
    }
    device->line_lost = false;
    sim_signal(device, interrupt, causes);
}
