/* SPDX-License-Identifier: MIT
 *
 * Where the regions of a simulated device are, when they are not its BARs one by one: several in
 * one BAR, or in configuration space; and the capabilities that say so. (PCI Local Bus 3.0, 6.7;
 * PCI Express Base 2.0, 7.9.1; Virtio 1.1, 4.1.4)
 */
#include "machine.h"

enum {
    STATUS_CAPABILITIES = 0x10,
    EXTENDED = 0x100,
    VENDOR_LENGTH = 2,
    VENDOR_TYPE = 3,
    STRUCTURE_BAR = 4,
    STRUCTURE_OFFSET = 8,
    STRUCTURE_SIZE = 12,
    NO_REGION = 255, /* the register file finds nothing there */
};

unsigned sim_region_in_bar(const struct dddk_sim_device *device, unsigned bar, uint64_t *offset)
{
    const struct dddk_model_type *type = device->type;

    if (type->place_count == 0) {
        return bar;
    }
    for (unsigned i = 0; i < type->place_count; i++) {
        const struct dddk_model_place *place = &type->places[i];

        if (place->bar == (int)bar && *offset - place->offset < place->size_bytes) {
            *offset -= place->offset;
            return i;
        }
    }
    return NO_REGION;
}

int sim_region_in_config(const struct dddk_sim_device *device, uint64_t *offset, unsigned bytes)
{
    for (unsigned i = 0; i < device->type->place_count; i++) {
        const struct dddk_model_place *place = &device->type->places[i];

        if (place->bar < 0 && *offset - place->offset < place->size_bytes &&
            dddk_registers_cover(device->registers, i, *offset - place->offset, bytes)) {
            *offset -= place->offset;
            return (int)i;
        }
    }
    return -1;
}

static void show(struct dddk_sim_device *device, const struct dddk_model_capability *capability)
{
    unsigned at = capability->at;

    if (capability->extended) {
        sim_config_put(device, at, capability->id | 1u << 16, 4); /* version 1, the last one */
        return;
    }
    sim_config_put(device, at, capability->id, 2);
    if (capability->id == DDDK_PCI_CAPABILITY_VENDOR) {
        sim_config_put(device, at + VENDOR_LENGTH, capability->size_bytes, 1);
    }
    if (capability->type != DDDK_CAPABILITY_ANY_TYPE) {
        sim_config_put(device, at + VENDOR_TYPE, (uint8_t)capability->type, 1);
    }
    if (capability->names) {
        sim_config_put(device, at + STRUCTURE_BAR, capability->bar, 1);
        sim_config_put(device, at + STRUCTURE_OFFSET, capability->offset, 4);
        sim_config_put(device, at + STRUCTURE_SIZE, capability->length, 4);
    }
}

void sim_capabilities_init(struct dddk_sim_device *device, unsigned last)
{
    unsigned last_extended = 0;

    device->config_bytes = EXTENDED;
    for (unsigned i = 0; i < device->type->place_count; i++) {
        const struct dddk_model_place *place = &device->type->places[i];
        if (place->bar < 0 && place->offset + place->size_bytes > EXTENDED) {
            device->config_bytes = sizeof(device->config);
        }
    }
    for (unsigned i = 0; i < device->type->capability_count; i++) {
        const struct dddk_model_capability *capability = &device->type->capabilities[i];

        show(device, capability);
        if (!capability->extended) {
            device->config[DDDK_PCI_STATUS] |= STATUS_CAPABILITIES;
            device->config[last == 0 ? DDDK_PCI_CAPABILITIES : last + 1u] = (uint8_t)capability->at;
            last = capability->at;
        } else if (last_extended != 0) {
            /* bits 31:20 of the one before */
            device->config[last_extended + 2] |= (uint8_t)(capability->at << 4);
            device->config[last_extended + 3] = (uint8_t)(capability->at >> 4);
        }
        last_extended = capability->extended ? capability->at : last_extended;
    }
}
