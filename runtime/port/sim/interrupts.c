/* SPDX-License-Identifier: MIT
 *
 * From causes to the pin or a message: with MSI-X one for each interrupt. Causes are bits of a
 * register with a mask, or one register shows the code of the most urgent one. A code that a FIFO
 * brings up follows the 16550: data to read is a cause as long as there are any; room to write
 * becomes one when the FIFO has run empty or the cause is enabled, and ends with a byte written or
 * with the code having been read.
 */
#include "machine.h"

static bool is_enabled(const struct dddk_sim_device *device,
                       const struct dddk_model_interrupt *type,
                       const struct dddk_model_cause *cause)
{
    return (sim_get(device, cause->enable) != 0) != type->inverted;
}

static uint32_t pending_bits(const struct dddk_sim_device *device,
                             const struct dddk_model_interrupt *type)
{
    uint32_t causes = (uint32_t)sim_get(device, type->cause);

    if (type->own != 0) {
        causes &= type->own;
    }
    if (sim_there(type->mask)) {
        causes &= (uint32_t)sim_get(device, type->mask);
    }
    for (unsigned i = 0; i < type->cause_count; i++) {
        if (sim_there(type->causes[i].enable) && !is_enabled(device, type, &type->causes[i])) {
            causes &= ~((uint32_t)1 << type->causes[i].bit);
        }
    }
    return causes;
}

static bool code_is_active(struct dddk_sim_device *device, unsigned which,
                           const struct dddk_model_cause *cause)
{
    uint32_t bit = (uint32_t)1 << cause->bit;
    bool enabled =
        sim_there(cause->enable) && is_enabled(device, &device->type->interrupts[which], cause);
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

/* A message without a register: what happened and was not sent yet. */
static uint32_t pending_message(const struct dddk_sim_device *device, unsigned which)
{
    const struct dddk_model_interrupt *type = &device->type->interrupts[which];
    uint32_t pending = device->raised[which];

    for (unsigned i = 0; i < type->cause_count; i++) {
        const struct dddk_model_cause *cause = &type->causes[i];
        if (sim_there(cause->enable) && !is_enabled(device, type, cause)) {
            pending &= ~((uint32_t)1 << cause->bit);
        }
    }
    return pending;
}

static uint32_t pending_of(struct dddk_sim_device *device, unsigned which)
{
    const struct dddk_model_interrupt *type = &device->type->interrupts[which];

    if (type->is_message) {
        return pending_message(device, which);
    }
    return type->is_code ? pending_code(device, which) : pending_bits(device, type);
}

bool sim_is_used(const struct dddk_sim_device *device, unsigned which, enum dddk_irq_mode mode)
{
    uint32_t modes = device->type->interrupts[which].modes;

    return modes == 0 || (modes >> (unsigned)mode & 1u) != 0;
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
static bool is_lost(struct dddk_sim_device *device, unsigned *left)
{
    if (*left == 0) {
        return false;
    }
    if (*left != UINT32_MAX) {
        --*left;
    }
    device->counters.interrupts_lost++;
    return true;
}

void sim_send_message(struct dddk_sim_device *device, uint64_t address, uint32_t data)
{
    if (!sim_command(device, DDDK_PCI_COMMAND_MASTER) ||
        is_lost(device, &device->lose_interrupts)) {
        return;
    }
    if (dddk_model_dma_write(device->model, address, &data, sizeof(data)) == 0) {
        device->counters.interrupts++;
        device->sim->attention = true;
    }
}

static void send_own_message(struct dddk_sim_device *device, unsigned which)
{
    if (!is_lost(device, &device->lose_messages[which])) {
        sim_msix_send(device, device->type->interrupts[which].message);
    }
}

static void drive_line(struct dddk_sim_device *device, bool up)
{
    bool before = device->line;

    up &= !sim_command(device, DDDK_PCI_COMMAND_INTX_DISABLE) && device->type->has_intx;
    if (up && !before && !device->line_lost) {
        device->line_lost = is_lost(device, &device->lose_interrupts);
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

/* What is pending of one interrupt, and whether there is news in it. */
static uint32_t look_at(struct dddk_sim_device *device, unsigned which, uint32_t again, bool used,
                        bool tells, bool *news)
{
    uint32_t pending = pending_of(device, which);

    *news = used && ((pending & ~device->pending[which]) | (pending & again)) != 0;
    /* While nobody can be told, what is pending stays news. */
    device->pending[which] = used && tells ? pending : 0;
    if (device->type->interrupts[which].is_message && (tells || !used)) {
        device->raised[which] &= ~pending; /* it has been said, or is said in another way */
    }
    return used ? pending : 0;
}

void sim_signal(struct dddk_sim_device *device, unsigned which, uint32_t again)
{
    enum dddk_irq_mode mode = sim_irq_mode(device);
    bool silent = device->removed || device->stuck != DDDK_TEST_WORKING;
    bool message = false, up = false;

    for (unsigned i = 0; i < device->type->interrupt_count; i++) {
        bool news, used = sim_is_used(device, i, mode);
        bool speaks =
            look_at(device, i, i == which ? again : 0, used, mode != DDDK_IRQ_INTX, &news) != 0;
        up |= speaks;
        if (speaks && device->platform != NULL && !(device->speakers >> i & 1u)) {
            device->sim->attention = true; /* on a line of its own */
        }
        device->speakers = (device->speakers & ~((uint32_t)1 << i)) | (uint32_t)speaks << i;
        if (news && mode == DDDK_IRQ_MSIX && !silent) {
            send_own_message(device, i);
        }
        message |= news && mode == DDDK_IRQ_MSI;
    }
    up |= device->spurious;
    if (silent) {
        up = device->spurious && !device->removed;
    }
    if (message && !silent) {
        sim_send_message(device, sim_msi_address(device), sim_msi_data(device));
    }
    drive_line(device, up && mode == DDDK_IRQ_INTX);
}

void sim_spurious(struct dddk_sim_device *device)
{
    enum dddk_irq_mode mode = sim_irq_mode(device);

    if (device->spurious && mode == DDDK_IRQ_MSI) {
        device->spurious = false;
        sim_send_message(device, sim_msi_address(device), sim_msi_data(device));
    }
    for (unsigned i = 0;
         device->spurious && mode == DDDK_IRQ_MSIX && i < device->type->interrupt_count; i++) {
        if (sim_is_used(device, i, mode)) {
            sim_msix_send(device, device->type->interrupts[i].message);
        }
    }
    device->spurious &= mode != DDDK_IRQ_MSIX;
    sim_signal(device, 0, 0);
}

void sim_raise(struct dddk_sim_device *device, unsigned interrupt, uint32_t causes,
               const struct dddk_model_raise *also, unsigned also_count)
{
    dddk_model_raise(device->model, interrupt, causes);
    for (unsigned i = 0; i < also_count; i++) {
        dddk_model_raise(device->model, also[i].interrupt, also[i].causes);
    }
}

void dddk_model_raise(struct dddk_model *model, unsigned interrupt, uint32_t causes)
{
    struct dddk_sim_device *device = model->device;

    if (interrupt >= device->type->interrupt_count) {
        return;
    }
    const struct dddk_model_interrupt *type = &device->type->interrupts[interrupt];
    if (type->is_code || type->is_message) {
        device->raised[interrupt] |= causes;
    } else {
        sim_set(device, type->cause, sim_get(device, type->cause) | causes);
    }
    device->line_lost = false;
    sim_signal(device, interrupt, causes);
}
