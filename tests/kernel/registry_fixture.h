/* SPDX-License-Identifier: MIT
 *
 * A small registry on static storage, and makers of drivers and devices, for the tests of the
 * registry.
 */
#ifndef REGISTRY_FIXTURE_H
#define REGISTRY_FIXTURE_H

#include <stdio.h>

#include "kernel/registry.h"

#define ANY DDDK_PCI_ANY
#define ANY_LINE .vendor = ANY, .device = ANY, .subsystem_vendor = ANY, .subsystem_device = ANY

/* Not every test program uses every part. */
#define FIXTURE static __attribute__((unused))

DDDK_REGISTRY_STORAGE(storage, 4, 8, 3);

FIXTURE struct dddk_registry registry;

FIXTURE int make_registry(void **state)
{
    (void)state;
    /* What the storage held before must not matter. */
    memset(storage.drivers, 0xa5, storage.driver_capacity * sizeof(storage.drivers[0]));
    memset(storage.devices, 0xa5, storage.device_capacity * sizeof(storage.devices[0]));
    memset(storage.entries, 0xa5, storage.entry_capacity * sizeof(storage.entries[0]));
    memset(storage.buckets, 0xa5, storage.bucket_count * sizeof(storage.buckets[0]));
    return dddk_registry_init(&registry, &storage);
}

FIXTURE struct dddk_driver driver_of(const char *name, const struct dddk_match *lines,
                                     unsigned count)
{
    return (struct dddk_driver){.name = name, .matches = lines, .match_count = count};
}

FIXTURE const struct dddk_identity a_device = {.vendor = 0x1234,
                                               .device = 0x5678,
                                               .subsystem_vendor = 0xaaaa,
                                               .subsystem_device = 0xbbbb,
                                               .class_code = 0x020001};

FIXTURE struct dddk_device device_of(const struct dddk_driver *driver, const char *name)
{
    struct dddk_device dev = {.driver = driver, .match = driver->matches};

    (void)snprintf(dev.name, sizeof(dev.name), "%s", name);
    return dev;
}

FIXTURE const struct dddk_match one_line = {
    .vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = ANY};

FIXTURE void fill(struct dddk_match *lines, unsigned count, uint32_t vendor)
{
    for (unsigned i = 0; i < count; i++) {
        lines[i] = (struct dddk_match){
            .vendor = vendor, .device = i, .subsystem_vendor = ANY, .subsystem_device = ANY};
    }
}

/* From the widest to the narrowest line that fits a_device. */
FIXTURE const struct dddk_match by_rank[] = {
    {ANY_LINE},
    {ANY_LINE, .class_code = 0x020000, .class_mask = 0xff0000},
    {ANY_LINE, .class_code = 0x020000, .class_mask = 0xffff00},
    {ANY_LINE, .class_code = 0x020001, .class_mask = 0xffffff},
    {.vendor = 0x1234, .device = ANY, .subsystem_vendor = ANY, .subsystem_device = ANY},
    {.vendor = 0x1234,
     .device = ANY,
     .subsystem_vendor = ANY,
     .subsystem_device = ANY,
     .class_code = 0x020000,
     .class_mask = 0xff0000},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = ANY},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = 0xbbbb},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = 0xaaaa, .subsystem_device = ANY},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = 0xaaaa, .subsystem_device = 0xbbbb},
};
#define RANKS DDDK_COUNT(by_rank)

#define CLAIM(name) cmocka_unit_test_setup(name, make_registry)

#endif
