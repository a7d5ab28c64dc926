/* SPDX-License-Identifier: MIT
 *
 * Scenarios and fault injection: dddk/test.h over the machine and the host core.
 */
#include <stdlib.h>

#include "machine.h"

enum { TEST_DRIVERS = 32, TEST_LINES = 256, TEST_DEVICES = 64 };

/* The registry of a machine that was opened by a test. */
struct sim_test {
    struct dddk_registry registry;
    struct dddk_registry_slot drivers[TEST_DRIVERS], devices[TEST_DEVICES];
    struct dddk_registry_entry entries[TEST_LINES];
    uint32_t buckets[TEST_LINES];
};

static struct dddk_sim_device *device_of(const struct dddk_model *model)
{
    return model->device;
}

/* ---- the machine ---- */

void sim_test_close(struct dddk_sim *sim)
{
    free(sim->test);
}

struct dddk_host *dddk_test_open(uint64_t seed)
{
    struct dddk_host *machine = dddk_sim_open(&(struct dddk_sim_options){.seed = seed});
    struct sim_test *test = machine == NULL ? NULL : calloc(1, sizeof(*test));

    if (test == NULL) {
        if (machine != NULL) {
            dddk_host_close(machine);
        }
        return NULL;
    }
    sim_of(machine)->test = test;
    dddk_registry_init(&test->registry, &(struct dddk_registry_storage){
                                            .drivers = test->drivers,
                                            .driver_capacity = TEST_DRIVERS,
                                            .devices = test->devices,
                                            .device_capacity = TEST_DEVICES,
                                            .entries = test->entries,
                                            .entry_capacity = TEST_LINES,
                                            .buckets = test->buckets,
                                            .bucket_count = TEST_LINES,
                                        });
    return machine;
}

uint64_t dddk_test_close(struct dddk_host *machine)
{
    uint32_t cursor = 0;
    struct dddk_device *dev;

    while ((dev = dddk_registry_next_device(&sim_of(machine)->test->registry, &cursor)) != NULL) {
        dddk_host_remove(machine, dev);
    }
    struct dddk_test_damage damage = dddk_test_damage(machine);
    dddk_host_close(machine);
    return damage.dma_faults + damage.poison_damage + damage.leaks + damage.misuse +
           damage.complaints + damage.stuck_lines;
}

struct dddk_model *dddk_test_add(struct dddk_host *machine, const struct dddk_model_type *type,
                                 unsigned slot)
{
    return dddk_sim_add(machine, type, slot);
}

struct dddk_model *dddk_test_add_as(struct dddk_host *machine, const struct dddk_model_type *type,
                                    unsigned as, unsigned slot)
{
    return dddk_sim_add_as(machine, type, as, slot);
}

void dddk_test_revision(struct dddk_model *model, unsigned id)
{
    device_of(model)->config[DDDK_PCI_REVISION] = (uint8_t)id;
}

void dddk_test_without_msi(struct dddk_model *model)
{
    sim_config_drop_msi(device_of(model));
}

void dddk_test_set_bar(struct dddk_model *model, const struct dddk_model_bar *bar)
{
    sim_config_set_bar(device_of(model), bar);
}

int dddk_test_probe(struct dddk_host *machine, const struct dddk_driver *const *drivers,
                    unsigned driver_count)
{
    struct dddk_registry *registry = &sim_of(machine)->test->registry;

    for (unsigned i = 0; i < driver_count; i++) {
        if (dddk_registry_driver(registry, drivers[i]->name) == drivers[i]) {
            continue;
        }
        int status = dddk_registry_add_driver(registry, drivers[i]);
        if (status != 0) {
            dddk_log_(NULL, DDDK_LOG_ERROR, "%s", registry->message);
            return status;
        }
    }
    return dddk_host_probe(machine, registry);
}

int dddk_test_remove(struct dddk_host *machine, struct dddk_device *dev)
{
    return dddk_host_remove(machine, dev);
}

struct dddk_device *dddk_test_device(struct dddk_host *machine, const char *name)
{
    return dddk_host_find(machine, name);
}

struct dddk_model *dddk_test_model(const struct dddk_device *dev)
{
    return dddk_sim_model_of(dev);
}

struct dddk_test_damage dddk_test_damage(struct dddk_host *machine)
{
    struct dddk_host_statistics statistics = dddk_host_statistics(machine);
    struct dddk_test_damage damage = {
        .dma_faults = statistics.dma_faults,
        .poison_damage = statistics.poison_damage,
        .leaks = statistics.leaks,
        .misuse = statistics.misuse,
        .stuck_lines = statistics.stuck_lines,
    };

    for (unsigned slot = 0; slot < DDDK_SIM_SLOTS; slot++) {
        const struct dddk_sim_device *device = sim_of(machine)->devices[slot];
        damage.complaints += device == NULL ? 0 : device->counters.complaints;
    }
    return damage;
}

/* ---- time ---- */

uint64_t dddk_test_now_ns(struct dddk_host *machine)
{
    return sim_of(machine)->now_ns;
}

void dddk_test_run(struct dddk_host *machine, uint64_t duration_ns)
{
    uint64_t until = dddk_test_now_ns(machine) + duration_ns;

    while (dddk_test_now_ns(machine) < until) {
        dddk_host_turn(machine, until - dddk_test_now_ns(machine));
    }
}

int dddk_test_idle(struct dddk_host *machine, uint64_t quiet_ns)
{
    return dddk_host_run_until_idle(machine, quiet_ns);
}

/* ---- wires ---- */

void dddk_test_listen(struct dddk_model *model, dddk_test_frame *listener, void *user)
{
    device_of(model)->wire.frame_listener = listener;
    device_of(model)->wire.user = user;
}

int dddk_test_send(struct dddk_model *model, const void *frame, size_t length_bytes)
{
    return sim_wire_put(device_of(model), frame, length_bytes, 0);
}

int dddk_test_send_bad(struct dddk_model *model, const void *frame, size_t length_bytes,
                       unsigned which)
{
    return sim_wire_put(device_of(model), frame, length_bytes, which + 1u);
}

unsigned dddk_test_queued(const struct dddk_model *model)
{
    return device_of(model)->wire.queued;
}

void dddk_test_connect(struct dddk_model *one, struct dddk_model *other)
{
    device_of(one)->wire.peer = device_of(other);
    device_of(other)->wire.peer = device_of(one);
}

void dddk_test_cable(struct dddk_model *model, bool plugged)
{
    struct dddk_sim_device *device = device_of(model);

    if (device->wire.plugged == plugged) {
        return;
    }
    device->wire.plugged = plugged;
    sim_wire_clear(device);
    if (device->type->change != NULL && !device->removed) {
        device->type->change(model);
        sim_signal(device, 0, 0);
    }
}

void dddk_test_listen_bytes(struct dddk_model *model, dddk_test_bytes *listener, void *user)
{
    device_of(model)->wire.bytes_listener = listener;
    device_of(model)->wire.user = user;
}

size_t dddk_test_send_bytes(struct dddk_model *model, const void *bytes, size_t size_bytes)
{
    return sim_wire_put_bytes(device_of(model), bytes, size_bytes);
}

size_t dddk_test_feed(struct dddk_model *model, unsigned fifo, const void *bytes, size_t size_bytes)
{
    const struct dddk_sim_device *device = device_of(model);

    return fifo < device->type->fifo_count && !device->fifos[fifo].type->to_device
               ? sim_fifo_feed(&device->fifos[fifo], bytes, size_bytes)
               : 0;
}

void dddk_test_drain(struct dddk_model *model, unsigned fifo, dddk_test_bytes *listener, void *user)
{
    if (fifo < device_of(model)->type->fifo_count) {
        device_of(model)->fifos[fifo].listener = listener;
        device_of(model)->fifos[fifo].user = user;
    }
}

void dddk_test_ignore_room(struct dddk_model *model, bool ignore)
{
    device_of(model)->wire.serial_ignores_room = ignore;
    sim_fifos_kick(device_of(model));
}

struct dddk_test_counters dddk_test_counters(const struct dddk_model *model)
{
    return device_of(model)->counters;
}

/* ---- registers ---- */

bool dddk_test_register(const struct dddk_model *model, const char *name, unsigned index,
                        struct dddk_test_register *found)
{
    const struct dddk_sim_device *device = device_of(model);
    int reg = sim_device_register(device, name, index);

    if (reg < 0) {
        return false;
    }
    struct dddk_register_counters counters =
        dddk_registers_counters(device->registers, (unsigned)reg, index);
    *found = (struct dddk_test_register){
        .reads = counters.reads,
        .writes = counters.writes,
        .last_read = counters.last_read,
        .last_written = counters.last_written,
        .value = dddk_registers_get(device->registers, (unsigned)reg, index),
    };
    return true;
}

bool dddk_test_poke(struct dddk_model *model, const char *name, unsigned index, uint64_t value)
{
    int reg = sim_device_register(device_of(model), name, index);

    if (reg >= 0) {
        dddk_registers_renew(device_of(model)->registers, (unsigned)reg, index);
        dddk_model_set(model, (unsigned)reg, index, value);
    }
    return reg >= 0;
}

bool dddk_test_config(const struct dddk_model *model, unsigned offset, unsigned bytes,
                      uint32_t *value)
{
    const struct dddk_sim_device *device = model->device;

    *value = 0;
    if (bytes > 4 || offset > device->config_bytes - bytes) {
        return false;
    }
    for (unsigned i = 0; i < bytes; i++) {
        *value |= (uint32_t)device->config[offset + i] << 8 * i;
    }
    return true;
}

bool dddk_test_config_poke(struct dddk_model *model, unsigned offset, unsigned bytes,
                           uint32_t value)
{
    struct dddk_sim_device *device = device_of(model);

    if (bytes > 4 || offset > device->config_bytes - bytes) {
        return false;
    }
    sim_config_put(device, offset, value, bytes);
    return true;
}

uint64_t dddk_test_refusals(bool expected)
{
    return dddk_host_range_faults(expected);
}

bool dddk_test_override(struct dddk_model *model, const char *name, unsigned index,
                        uint64_t and_mask, uint64_t or_mask)
{
    struct dddk_sim_device *device = device_of(model);
    int reg = sim_device_register(device, name, index);
    struct sim_override *place = NULL;

    if (reg < 0) {
        return false;
    }
    for (unsigned i = SIM_OVERRIDES; i > 0; i--) {
        struct sim_override *it = &device->overrides[i - 1u];
        if (it->used && it->reg == (unsigned)reg && it->index == index) {
            place = it;
            break;
        }
        place = it->used ? place : it;
    }
    if (place == NULL) {
        return false;
    }
    *place = (struct sim_override){.used = and_mask != UINT64_MAX || or_mask != 0,
                                   .reg = (unsigned)reg,
                                   .index = index,
                                   .and_mask = and_mask,
                                   .or_mask = or_mask};
    return true;
}

/* ---- failures ---- */

void dddk_test_stick(struct dddk_model *model, enum dddk_test_stuck how)
{
    device_of(model)->stuck = how;
    sim_signal(device_of(model), 0, 0);
    sim_rings_kick(device_of(model));
}

void dddk_test_pull(struct dddk_model *model)
{
    struct dddk_sim_device *device = device_of(model);

    device->removed = true;
    device->generation++; /* what it had begun does not happen any more */
    sim_signal(device, 0, 0);
    sim_wire_clear(device);
}

void dddk_test_lose_interrupts(struct dddk_model *model, unsigned count)
{
    device_of(model)->lose_interrupts = count;
}

void dddk_test_lose_messages(struct dddk_model *model, unsigned interrupt, unsigned count)
{
    if (interrupt < SIM_INTERRUPTS) {
        device_of(model)->lose_messages[interrupt] = count;
    }
}

bool dddk_test_spurious_message(struct dddk_model *model, unsigned interrupt)
{
    struct dddk_sim_device *device = device_of(model);
    enum dddk_irq_mode mode = sim_irq_mode(device);

    if (mode != DDDK_IRQ_MSIX || interrupt >= device->type->interrupt_count ||
        !sim_is_used(device, interrupt, mode)) {
        return false;
    }
    sim_msix_send(device, device->type->interrupts[interrupt].message);
    return true;
}

void dddk_test_spurious_interrupt(struct dddk_model *model, bool up)
{
    device_of(model)->spurious = up;
    sim_spurious(device_of(model));
}

void dddk_test_raise(struct dddk_model *model, unsigned interrupt, uint32_t causes)
{
    dddk_model_raise(model, interrupt, causes);
}

int dddk_test_param(struct dddk_host *machine, const char *name, const char *text)
{
    return dddk_host_param(machine, name, text);
}

void dddk_test_fail_at(struct dddk_host *machine, unsigned k, int status)
{
    dddk_host_fail_at(machine, k, status);
}

unsigned dddk_test_steps(struct dddk_host *machine, struct dddk_test_step *steps, unsigned capacity)
{
    const struct dddk_host_step_log *log = dddk_host_step_log(machine);

    for (unsigned i = 0; i < log->count && i < capacity; i++) {
        steps[i] = (struct dddk_test_step){log->entry[i].name, log->entry[i].acquire,
                                           log->entry[i].failed};
    }
    return log->count;
}

void dddk_test_forget_steps(struct dddk_host *machine)
{
    dddk_host_step_log(machine)->count = 0;
}
