/* SPDX-License-Identifier: MIT
 *
 * A PCI bus in memory, for tests: functions with 256 bytes of configuration space each, of which
 * some bits can be written, behind bridges that route by the bus numbers they were given, as real
 * ones do. It counts accesses and what a careful enumerator never does.
 */
#ifndef FAKE_PCI_H
#define FAKE_PCI_H

#include "kernel/pci.h"

#define FAKE_FUNCTIONS 80
#define ON_ROOT (-1)

struct fake_function {
    int behind; /* index of the bridge, or ON_ROOT */
    uint8_t device, function;
    uint8_t bytes[256];
    uint8_t writable[256]; /* bits that can be written */
    bool aliases_bus;      /* a bridge behind which the root bus appears again */
    bool everywhere;       /* answers at every device number of its bus */
};

struct fake_pci {
    struct fake_function functions[FAKE_FUNCTIONS];
    int count;
    uint32_t random; /* not 0: every read is random */
    /* what happened */
    unsigned reads, writes;
    unsigned bad_offsets;         /* not a multiple of the size, or past the end */
    unsigned bars_moved_while_on; /* a BAR was written with its decoding on */
    unsigned command_writes, status_writes;
};

/* Not every test program uses every part. */
#define FAKE static __attribute__((unused))

FAKE struct fake_pci fake;

FAKE uint32_t fake_get(const struct fake_function *function, unsigned offset, unsigned bytes)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint32_t)function->bytes[offset + i] << 8 * i;
    }
    return value;
}

FAKE void fake_put(struct fake_function *function, unsigned offset, unsigned bytes, uint32_t value)
{
    for (unsigned i = 0; i < bytes; i++) {
        function->bytes[offset + i] = (uint8_t)(value >> 8 * i);
    }
}

FAKE void fake_writable(struct fake_function *function, unsigned offset, unsigned bytes,
                        uint32_t bits)
{
    for (unsigned i = 0; i < bytes; i++) {
        function->writable[offset + i] = (uint8_t)(bits >> 8 * i);
    }
}

/* ---- routing ---- */

/* The function behind `bridge` (or on the root bus) at that place; NULL: none. */
FAKE struct fake_function *fake_on(int bridge, unsigned device, unsigned function)
{
    if (bridge != ON_ROOT && fake.functions[bridge].aliases_bus) {
        bridge = ON_ROOT;
    }
    for (int i = 0; i < fake.count; i++) {
        struct fake_function *it = &fake.functions[i];

        if (it->behind == bridge && it->function == function &&
            (it->device == device || it->everywhere)) {
            return it;
        }
    }
    return NULL;
}

FAKE struct fake_function *fake_find(struct dddk_pci_address where)
{
    int bus = ON_ROOT;
    bool deeper = where.bus != 0;

    /* A request goes down through bridges whose range of buses holds it. */
    for (unsigned hops = 0; deeper && hops <= 256; hops++) {
        deeper = false;
        for (int i = 0; i < fake.count; i++) {
            struct fake_function *it = &fake.functions[i];
            bool here = it->behind == bus || (it->behind == ON_ROOT && bus != ON_ROOT &&
                                              fake.functions[bus].aliases_bus);

            if (!here || (it->bytes[DDDK_PCI_HEADER_TYPE] & 0x7f) != 1 ||
                where.bus < it->bytes[DDDK_PCI_SECONDARY_BUS] ||
                where.bus > it->bytes[DDDK_PCI_SUBORDINATE_BUS] ||
                it->bytes[DDDK_PCI_SECONDARY_BUS] == 0) {
                continue;
            }
            if (it->bytes[DDDK_PCI_SECONDARY_BUS] == where.bus) {
                return fake_on(i, where.device, where.function);
            }
            if (i == bus) {
                return NULL; /* the alias leads to itself */
            }
            bus = i;
            deeper = true;
            break;
        }
        if (!deeper) {
            return NULL;
        }
    }
    return where.bus == 0 ? fake_on(ON_ROOT, where.device, where.function) : NULL;
}

FAKE uint32_t fake_random(void)
{
    fake.random ^= fake.random << 13;
    fake.random ^= fake.random >> 17;
    fake.random ^= fake.random << 5;
    return fake.random;
}

FAKE bool fake_is_bad(unsigned offset, unsigned bytes)
{
    bool bad =
        (bytes != 1 && bytes != 2 && bytes != 4) || offset % bytes != 0 || offset + bytes > 256;

    fake.bad_offsets += bad;
    return bad;
}

FAKE uint32_t fake_read(void *context, struct dddk_pci_address where, unsigned offset,
                        unsigned bytes)
{
    struct fake_function *function = fake_find(where);
    uint32_t ones = bytes == 4 ? 0xffffffffu : (1u << 8 * bytes) - 1;

    (void)context;
    fake.reads++;
    if (fake_is_bad(offset, bytes)) {
        return ones;
    }
    if (fake.random != 0) {
        /* Mostly a device or a bridge that is there, so that the walk goes deep. */
        uint32_t value = fake_random();

        if (offset == DDDK_PCI_HEADER_TYPE && value % 4 != 0) {
            value = (value & 0x80) | (value >> 8 & 1);
        }
        return value & ones;
    }
    return function == NULL ? ones : fake_get(function, offset, bytes);
}

FAKE void fake_write(void *context, struct dddk_pci_address where, unsigned offset, unsigned bytes,
                     uint32_t value)
{
    struct fake_function *function = fake_find(where);
    unsigned bars;

    (void)context;
    fake.writes++;
    if (fake_is_bad(offset, bytes) || function == NULL || fake.random != 0) {
        return;
    }
    bars = (function->bytes[DDDK_PCI_HEADER_TYPE] & 0x7f) == 0 ? 6 : 2;
    if (offset >= DDDK_PCI_BAR0 && offset < DDDK_PCI_BAR0 + 4 * bars &&
        (function->bytes[DDDK_PCI_COMMAND] & 3) != 0) {
        fake.bars_moved_while_on++;
    }
    fake.command_writes += offset == DDDK_PCI_COMMAND;
    fake.status_writes += offset <= DDDK_PCI_STATUS + 1 && offset + bytes > DDDK_PCI_STATUS;
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t bits = function->writable[offset + i];

        function->bytes[offset + i] =
            (uint8_t)((function->bytes[offset + i] & ~bits) | ((value >> 8 * i) & bits));
    }
}

FAKE const struct dddk_pci_config_ops fake_ops = {fake_read, fake_write};
FAKE const struct dddk_pci_config fake_config = {&fake_ops, NULL};

/* ---- building ---- */

FAKE struct fake_function *fake_add(int behind, unsigned device, unsigned function, uint16_t vendor,
                                    uint16_t id)
{
    struct fake_function *it = &fake.functions[fake.count++];

    memset(it, 0, sizeof(*it));
    it->behind = behind;
    it->device = (uint8_t)device;
    it->function = (uint8_t)function;
    fake_put(it, DDDK_PCI_VENDOR, 2, vendor);
    fake_put(it, DDDK_PCI_DEVICE, 2, id);
    fake_writable(it, DDDK_PCI_COMMAND, 2, 0x0507);
    return it;
}

/* A bridge with I/O, memory and 64-bit prefetchable windows. Returns its index. */
FAKE int fake_add_bridge(int behind, unsigned device, unsigned function)
{
    struct fake_function *it = fake_add(behind, device, function, 0x1b36, 0x0001);

    it->bytes[DDDK_PCI_HEADER_TYPE] = 1;
    fake_put(it, DDDK_PCI_REVISION, 4, 0x06040000);
    fake_writable(it, DDDK_PCI_PRIMARY_BUS, 4, 0xffffffff);
    fake_writable(it, DDDK_PCI_IO_BASE, 2, 0xf0f0);
    fake_writable(it, DDDK_PCI_MEMORY_BASE, 4, 0xfff0fff0);
    fake_writable(it, DDDK_PCI_PREFETCH_BASE, 4, 0xfff0fff0);
    fake_writable(it, DDDK_PCI_PREFETCH_BASE_UPPER, 4, 0xffffffff);
    fake_writable(it, DDDK_PCI_PREFETCH_LIMIT_UPPER, 4, 0xffffffff);
    fake_put(it, DDDK_PCI_PREFETCH_BASE, 4, 0x00010001);
    return fake.count - 1;
}

FAKE void fake_bar_io(struct fake_function *it, unsigned index, uint32_t size)
{
    fake_put(it, DDDK_PCI_BAR0 + 4 * index, 4, 1);
    fake_writable(it, DDDK_PCI_BAR0 + 4 * index, 4, ~(size - 1) & 0xfffcu);
}

FAKE void fake_bar_memory(struct fake_function *it, unsigned index, uint32_t size,
                          bool prefetchable)
{
    fake_put(it, DDDK_PCI_BAR0 + 4 * index, 4, prefetchable ? 8 : 0);
    fake_writable(it, DDDK_PCI_BAR0 + 4 * index, 4, ~(size - 1) & ~0xfu);
}

FAKE void fake_bar_memory64(struct fake_function *it, unsigned index, uint64_t size,
                            bool prefetchable)
{
    uint64_t bits = ~(size - 1) & ~(uint64_t)0xf;

    fake_put(it, DDDK_PCI_BAR0 + 4 * index, 4, prefetchable ? 0xc : 4);
    fake_writable(it, DDDK_PCI_BAR0 + 4 * index, 4, (uint32_t)bits);
    fake_writable(it, DDDK_PCI_BAR0 + 4 * index + 4, 4, (uint32_t)(bits >> 32));
}

/* A capability at `offset`, the list's next at `next`. The first one is named by the caller. */
FAKE void fake_capability(struct fake_function *it, unsigned offset, uint8_t id, uint8_t next)
{
    it->bytes[DDDK_PCI_STATUS] |= 0x10;
    it->bytes[offset] = id;
    it->bytes[offset + 1] = next;
}

#endif
