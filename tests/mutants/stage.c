/* SPDX-License-Identifier: MIT
 *
 * See stage.h.
 */
#include <stdarg.h>
#include <unistd.h>

#include "stage.h"

#define PCI_COMMAND 0x04u
#define PCI_BAR0 0x10u
#define COMMAND_IO 0x1u
#define COMMAND_MEMORY 0x2u

/* Where BAR 0 is before the probe gives it another address; both are free on q35. */
#define WAKE_IO 0xd000u
#define WAKE_MEMORY 0xfd000000u

#define TURNS_MAX 10000u /* a scenario takes some hundred, one of them 1,300 */

struct dddk_host *stage_host;

static struct {
    const struct dddk_host_ops *ops; /* the host's own */
    struct dddk_host_ops watched;
    struct dddk_registry registry;
    struct {
        unsigned slot;
        stage_rule *rule;
        uint64_t from, to; /* of BAR 0, once the driver has used it; 0: not yet */
    } watches[STAGE_SLOTS];
    unsigned watch_count;
    bool messages_expected;
    unsigned turns;
} stage;

void stage_fail(const char *format, ...)
{
    va_list values;

    printf("FAILED: ");
    va_start(values, format);
    (void)vprintf(format, values);
    va_end(values);
    printf("\n");
    (void)fflush(stdout);
    _exit(1);
}

static void listen(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                   const char *line)
{
    (void)user;
    (void)dev;
    if (level <= DDDK_LOG_WARNING && !stage.messages_expected) {
        stage_fail("%s", line);
    }
}

void stage_expect(bool messages)
{
    stage.messages_expected = messages;
}

static struct dddk_pci_address where(unsigned slot)
{
    return (struct dddk_pci_address){0, (uint8_t)slot, 0};
}

static uint32_t config(unsigned slot, unsigned offset, unsigned bytes)
{
    return stage.ops->config_read(stage_host, where(slot), offset, bytes);
}

static void set_config(unsigned slot, unsigned offset, unsigned bytes, uint32_t value)
{
    stage.ops->config_write(stage_host, where(slot), offset, bytes, value);
}

static bool is_io(unsigned slot)
{
    return (config(slot, PCI_BAR0, 4) & 1u) != 0;
}

static uint64_t base(unsigned slot)
{
    uint32_t bar = config(slot, PCI_BAR0, 4);

    return (bar & 1u) != 0 ? bar & ~3u : bar & ~15u;
}

/* ---- what the driver does, as it crosses the bus ---- */

static void look(uint64_t address, unsigned bytes, bool write, uint64_t value)
{
    for (unsigned i = 0; i < stage.watch_count; i++) {
        if (stage.watches[i].to == 0) {
            stage.watches[i].from = base(stage.watches[i].slot);
            stage.watches[i].to =
                stage.watches[i].from + (is_io(stage.watches[i].slot) ? 8u : 0x100000u);
        }
        if (address >= stage.watches[i].from && address < stage.watches[i].to) {
            stage.watches[i].rule((size_t)(address - stage.watches[i].from), bytes, write, value);
            return;
        }
    }
}

static uint64_t watched_read(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                             unsigned bytes)
{
    uint64_t value = stage.ops->bus_read(host, space, address, bytes);

    look(address, bytes, false, value);
    return value;
}

static void watched_write(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                          unsigned bytes, uint64_t value)
{
    look(address, bytes, true, value);
    stage.ops->bus_write(host, space, address, bytes, value);
}

void stage_watch(unsigned slot, stage_rule *rule)
{
    STAGE_CHECK(stage.watch_count < STAGE_SLOTS, "the scenario watches too many devices");
    stage.watches[stage.watch_count].slot = slot;
    stage.watches[stage.watch_count].rule = rule;
    stage.watch_count++;
}

/* ---- the machine ---- */

void stage_open(const struct dddk_qemu_options *options)
{
    struct dddk_qemu_options mine = *options;
    char why[512] = "";

    mine.why = why;
    mine.why_bytes = sizeof(why);
    mine.patience_ns = DDDK_SEC(30); /* the machine may be busy */
    stage_host = dddk_qemu_open(&mine);
    STAGE_CHECK(stage_host != NULL, "%s", why);
    dddk_host_log_to(listen, NULL);
    stage.ops = stage_host->ops;
    stage.watched = *stage.ops;
    stage.watched.bus_read = watched_read;
    stage.watched.bus_write = watched_write;
    stage_host->ops = &stage.watched;
}

void stage_wake(unsigned slot)
{
    bool io = is_io(slot);

    set_config(slot, PCI_BAR0, 4, io ? WAKE_IO : WAKE_MEMORY);
    set_config(slot, PCI_COMMAND, 2, io ? COMMAND_IO : COMMAND_MEMORY);
}

void stage_sleep(unsigned slot)
{
    set_config(slot, PCI_COMMAND, 2, 0);
    set_config(slot, PCI_BAR0, 4, 0);
}

void stage_hide(unsigned slot)
{
    set_config(slot, PCI_COMMAND, 2, 0);
}

uint64_t stage_read(unsigned slot, size_t offset, unsigned bytes)
{
    enum dddk_host_space space = is_io(slot) ? DDDK_HOST_IO_SPACE : DDDK_HOST_MEMORY_SPACE;

    return stage.ops->bus_read(stage_host, space, base(slot) + offset, bytes);
}

void stage_write(unsigned slot, size_t offset, unsigned bytes, uint64_t value)
{
    enum dddk_host_space space = is_io(slot) ? DDDK_HOST_IO_SPACE : DDDK_HOST_MEMORY_SPACE;

    stage.ops->bus_write(stage_host, space, base(slot) + offset, bytes, value);
    (void)config(slot, PCI_COMMAND, 2); /* posted writes have arrived when this is answered */
}

void stage_holds(unsigned slot, size_t offset, uint32_t expected, const char *name)
{
    uint32_t value = (uint32_t)stage_read(slot, offset, 4);

    STAGE_CHECK(value == expected, "the device's %s is 0x%x, and should be 0x%x", name, value,
                expected);
}

void *stage_memory(uint64_t device_address, size_t size_bytes)
{
    uint64_t offset = device_address - stage_host->memory_device;

    STAGE_CHECK(device_address >= stage_host->memory_device && offset < stage_host->memory_bytes &&
                    size_bytes <= stage_host->memory_bytes - offset,
                "0x%llx is not memory of the machine", (unsigned long long)device_address);
    return stage_host->memory + offset;
}

void stage_probe(const struct dddk_driver *driver, unsigned count)
{
    DDDK_REGISTRY_STORAGE(storage, 1, 16, 8);

    STAGE_CHECK(dddk_registry_init(&stage.registry, &storage) == 0, "registry: %s",
                stage.registry.message);
    STAGE_CHECK(dddk_registry_add_driver(&stage.registry, driver) == 0, "registry: %s",
                stage.registry.message);
    int bound = dddk_host_probe(stage_host, &stage.registry);
    STAGE_CHECK(bound == (int)count, "%d devices of %u were bound", bound, count);
}

struct dddk_device *stage_device(const char *name)
{
    struct dddk_device *dev = dddk_host_find(stage_host, name);

    STAGE_CHECK(dev != NULL, "%s is not bound", name);
    return dev;
}

bool stage_turn(void)
{
    bool ran = dddk_host_turn(stage_host, DDDK_MSEC(1));

    STAGE_CHECK(!stage_host->dead, "%s", stage_host->why_dead);
    STAGE_CHECK(++stage.turns < TURNS_MAX, "it does not come to an end");
    return ran;
}

void stage_idle(void)
{
    for (unsigned idle = 0; idle < 10; idle++) {
        if (stage_turn()) {
            idle = 0;
        }
    }
}

void stage_close(void)
{
    struct dddk_device *dev;
    uint32_t cursor = 0;

    while ((dev = dddk_registry_next_device(&stage.registry, &cursor)) != NULL) {
        STAGE_CHECK(dev->counters.protocol_errors == 0, "the device broke its protocol");
        STAGE_CHECK(dev->counters.timeouts == 0, "a deadline passed");
        STAGE_CHECK(dev->counters.range_errors == 0, "a value did not fit its field");
        for (unsigned i = 0; i < dev->driver->vector_count; i++) {
            STAGE_CHECK(dddk_device_vector(dev, i)->counters.storms == 0, "interrupts stormed");
        }
        STAGE_CHECK(dddk_host_remove(stage_host, dev) == 0, "it was not removed");
    }
    stage_idle();
    struct dddk_host_statistics statistics = dddk_host_statistics(stage_host);
    STAGE_CHECK(statistics.poison_damage == 0, "%llu bytes of freed memory were written",
                (unsigned long long)statistics.poison_damage);
    STAGE_CHECK(statistics.dma_live == 0 && statistics.leaks == 0, "something was left behind");
    STAGE_CHECK(statistics.misuse == 0, "the port was misused");
    STAGE_CHECK(statistics.stuck_lines == 0, "an interrupt line was stuck");
    stage_host->ops = stage.ops;
    dddk_host_close(stage_host);
    stage_host = NULL;
}

void stage_fill(void *bytes, size_t size_bytes, uint32_t seed)
{
    uint8_t *to = bytes;
    uint32_t state = seed * 2654435761u + 12345u;

    for (size_t i = 0; i < size_bytes; i++) {
        state = state * 1664525u + 1013904223u;
        to[i] = (uint8_t)(state >> 24);
    }
}
