/* SPDX-License-Identifier: MIT
 *
 * See platform.h.
 */
#include "kernel/platform.h"

#include "kernel/text.h"

#define PORTS 0x10000u

void dddk_platform_init(struct dddk_platform_bus *bus, const struct dddk_platform_device **devices,
                        uint32_t capacity)
{
    *bus = (struct dddk_platform_bus){.devices = devices, .capacity = capacity};
}

/* "<name>: <what><other>", and the status handed through. */
static int say(struct dddk_platform_bus *bus, const struct dddk_platform_device *device,
               const char *what, const char *other, int status)
{
    struct dddk_text text = dddk_text_begin(bus->message, sizeof(bus->message));

    dddk_text_put(&text, device->name != NULL ? device->name : "a device");
    dddk_text_put(&text, what);
    dddk_text_put(&text, other);
    return status;
}

static bool range_is_possible(const struct dddk_platform_range *range)
{
    uint64_t last = range->address + (range->size_bytes - 1u);

    if (range->size_bytes != 0 && last < range->address) {
        return false;
    }
    if (range->size_bytes == 0) {
        last = range->address;
    }
    return range->kind == DDDK_REGION_MEMORY || (range->kind == DDDK_REGION_PORT && last < PORTS);
}

static bool overlap(const struct dddk_platform_range *a, const struct dddk_platform_range *b)
{
    /* By their last bytes, for what is behind the end of the address space is 0. */
    return a->kind == b->kind && a->size_bytes != 0 && b->size_bytes != 0 &&
           a->address <= b->address + (b->size_bytes - 1u) &&
           b->address <= a->address + (a->size_bytes - 1u);
}

/* Why the description is wrong by itself; NULL: it is not. */
static const char *mistake(const struct dddk_platform_device *device)
{
    if (device->name == NULL || device->name[0] == '\0') {
        return " has no name";
    }
    if (device->compatible_count == 0) {
        return " has no compatible string";
    }
    for (unsigned i = 0; i < device->compatible_count; i++) {
        if (device->compatible[i] == NULL || device->compatible[i][0] == '\0') {
            return " has an empty compatible string";
        }
    }
    for (unsigned i = 0; i < device->range_count; i++) {
        if (!range_is_possible(&device->ranges[i])) {
            return " has a range that cannot be";
        }
        for (unsigned j = 0; j < i; j++) {
            if (overlap(&device->ranges[i], &device->ranges[j])) {
                return " has two ranges that overlap";
            }
        }
    }
    return NULL;
}

static bool answer_alike(const struct dddk_platform_device *a, const struct dddk_platform_device *b)
{
    for (unsigned i = 0; i < a->range_count; i++) {
        for (unsigned j = 0; j < b->range_count; j++) {
            if (overlap(&a->ranges[i], &b->ranges[j])) {
                return true;
            }
        }
    }
    return false;
}

int dddk_platform_add(struct dddk_platform_bus *bus, const struct dddk_platform_device *device)
{
    const char *wrong = mistake(device);

    if (wrong != NULL) {
        return say(bus, device, wrong, "", DDDK_EINVAL);
    }
    for (uint32_t i = 0; i < bus->count; i++) {
        if (dddk_text_equal(bus->devices[i]->name, device->name)) {
            return say(bus, device, " is there already", "", DDDK_EEXIST);
        }
        if (answer_alike(bus->devices[i], device)) {
            return say(bus, device, " answers where another device does: ", bus->devices[i]->name,
                       DDDK_EEXIST);
        }
    }
    if (bus->count == bus->capacity) {
        return say(bus, device, ": no room for another device", "", DDDK_ENOSPC);
    }
    bus->devices[bus->count++] = device;
    return 0;
}

int dddk_platform_remove(struct dddk_platform_bus *bus, const struct dddk_platform_device *device)
{
    for (uint32_t i = 0; i < bus->count; i++) {
        if (bus->devices[i] == device) {
            bus->count--;
            for (; i < bus->count; i++) {
                bus->devices[i] = bus->devices[i + 1u];
            }
            return 0;
        }
    }
    return say(bus, device, " is not there", "", DDDK_ENOENT);
}

const struct dddk_platform_device *dddk_platform_find(const struct dddk_platform_bus *bus,
                                                      const char *name)
{
    for (uint32_t i = 0; i < bus->count; i++) {
        if (dddk_text_equal(bus->devices[i]->name, name)) {
            return bus->devices[i];
        }
    }
    return NULL;
}

const struct dddk_platform_device *dddk_platform_next(const struct dddk_platform_bus *bus,
                                                      uint32_t *cursor)
{
    return *cursor < bus->count ? bus->devices[(*cursor)++] : NULL;
}
