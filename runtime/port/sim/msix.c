/* SPDX-License-Identifier: MIT
 *
 * MSI-X of a simulated function: a table of messages and their pending bits in a BAR. A message
 * that is masked, or sent while the whole function is, is remembered in its pending bit and sent
 * when it may be. (PCI Local Bus 3.0, 6.8.2)
 */
#include <stdlib.h>

#include "machine.h"

enum { ENTRY_WORDS = 4, ADDRESS = 0, ADDRESS_UPPER = 1, DATA = 2, CONTROL = 3, MASKED = 1 };

struct sim_msix {
    uint32_t words[ENTRY_WORDS];
    bool pending;
};

bool sim_msix_create(struct dddk_sim_device *device)
{
    unsigned entries = device->type->msix.entries;

    if (entries == 0) {
        return true;
    }
    device->messages = calloc(entries, sizeof(*device->messages));
    for (unsigned i = 0; device->messages != NULL && i < entries; i++) {
        device->messages[i].words[CONTROL] = MASKED;
    }
    return device->messages != NULL;
}

void sim_msix_destroy(struct dddk_sim_device *device)
{
    free(device->messages);
}

static bool may_send(const struct dddk_sim_device *device, unsigned entry)
{
    return sim_irq_mode(device) == DDDK_IRQ_MSIX && !sim_msix_function_masked(device) &&
           !(device->messages[entry].words[CONTROL] & MASKED);
}

static void send(struct dddk_sim_device *device, unsigned entry)
{
    const struct sim_msix *it = &device->messages[entry];

    sim_send_message(device, (uint64_t)it->words[ADDRESS_UPPER] << 32 | it->words[ADDRESS],
                     it->words[DATA]);
}

void sim_msix_send(struct dddk_sim_device *device, unsigned entry)
{
    if (entry >= device->type->msix.entries) {
        return;
    }
    if (may_send(device, entry)) {
        send(device, entry);
    } else {
        device->messages[entry].pending = true;
    }
}

void sim_msix_changed(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->msix.entries; i++) {
        if (device->messages[i].pending && may_send(device, i)) {
            device->messages[i].pending = false;
            send(device, i);
        }
    }
}

/* Where in the table an access goes; NULL: beside it. */
static uint32_t *word_at(struct dddk_sim_device *device, uint64_t offset)
{
    uint64_t in_table = offset - device->type->msix.table;

    if (offset < device->type->msix.table ||
        in_table >= (uint64_t)device->type->msix.entries * ENTRY_WORDS * 4u) {
        return NULL;
    }
    return &device->messages[in_table / (ENTRY_WORDS * 4u)].words[in_table / 4u % ENTRY_WORDS];
}

bool sim_msix_read(struct dddk_sim_device *device, uint64_t offset, unsigned bytes, uint64_t *value)
{
    const struct dddk_model_msix *type = &device->type->msix;
    const uint32_t *word = word_at(device, offset);

    if (word != NULL && bytes == 4) {
        *value = *word;
        return true;
    }
    if (offset < type->pending || offset >= type->pending + (type->entries + 63u) / 64u * 8u) {
        return false;
    }
    *value = 0;
    for (unsigned i = 0; i < 8u * bytes; i++) {
        uint64_t entry = (offset - type->pending) * 8u + i;
        *value |= (uint64_t)(entry < type->entries && device->messages[entry].pending) << i;
    }
    return true;
}

bool sim_msix_write(struct dddk_sim_device *device, uint64_t offset, unsigned bytes, uint64_t value)
{
    uint32_t *word = word_at(device, offset);

    if (word == NULL || bytes != 4) {
        return false;
    }
    *word = (uint32_t)value;
    sim_msix_changed(device);
    return true;
}
