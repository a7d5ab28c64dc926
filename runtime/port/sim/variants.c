/* SPDX-License-Identifier: MIT
 *
 * A model whose driver serves several devices can be any of them: the description of one is made
 * here, from that of the first and what differs.
 */
#include <stdlib.h>

#include "machine.h"

/* A description with everything that it points to and that is not shared with the first. */
struct described {
    struct dddk_model_type type; /* first */
    struct dddk_register_file_type file;
    struct dddk_sim_register registers[];
};

const struct dddk_model_type *sim_type_as(const struct dddk_model_type *type, unsigned as)
{
    const struct dddk_register_file_type *file = type->registers;
    const struct dddk_model_device *device;
    struct described *made;

    if (as == 0) {
        return type;
    }
    if (as >= type->device_count) {
        return NULL;
    }
    made = calloc(1, sizeof(*made) + file->count * sizeof(*made->registers));
    if (made == NULL) {
        return NULL;
    }
    device = &type->devices[as];
    made->type = *type;
    if (device->line != NULL) {
        made->type.compatible = device->line->compatible;
        made->type.vendor = device->line->vendor;
        made->type.device = device->line->device;
        made->type.class_code = device->line->class_code;
        made->type.subsystem_vendor = device->line->subsystem_vendor;
        made->type.subsystem_device = device->line->subsystem_device;
        made->type.address_bits = device->line->address_bits;
        made->type.boundary = device->line->boundary;
        made->type.alignment = device->line->alignment;
        made->type.match_data = device->line->data;
    }
    made->type.revision = device->revision;
    made->type.registers = &made->file;
    made->file.registers = made->registers;
    made->file.count = file->count;
    memcpy(made->registers, file->registers, file->count * sizeof(*made->registers));
    for (unsigned i = 0; i < device->difference_count; i++) {
        made->registers[device->differences[i].reg] = device->differences[i].type;
    }
    return &made->type;
}

void sim_type_free(const struct dddk_model_type *type, unsigned as)
{
    if (as != 0) {
        free((void *)(uintptr_t)type);
    }
}

unsigned dddk_model_as(const struct dddk_model *model)
{
    return model->device->as;
}
