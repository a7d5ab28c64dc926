/* SPDX-License-Identifier: MIT
 *
 * What the tests of the qemu port share: cmocka with its prerequisites, opening a machine or
 * failing, and register access without any driver.
 */
#ifndef DDDK_TESTS_QEMU_MACHINE_H
#define DDDK_TESTS_QEMU_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/port/qemu/qemu.h"

#define PCI_COMMAND 0x04u
#define PCI_BAR0 0x10u
#define PCI_DECODE 0x07u /* I/O, memory, bus master */

DDDK_INLINE struct dddk_host *open_machine(const struct dddk_qemu_options *options)
{
    struct dddk_host *host = dddk_qemu_open(options);

    assert_non_null(host);
    return host;
}

DDDK_INLINE struct dddk_pci_address slot(unsigned device)
{
    return (struct dddk_pci_address){0, (uint8_t)device, 0};
}

/* Give BAR 0 an address and let the function decode it. */
DDDK_INLINE void place(struct dddk_host *host, unsigned device, uint64_t address)
{
    host->ops->config_write(host, slot(device), PCI_BAR0, 4, (uint32_t)address);
    host->ops->config_write(host, slot(device), PCI_COMMAND, 2, PCI_DECODE);
}

DDDK_INLINE uint32_t peek(struct dddk_host *host, uint64_t address)
{
    return (uint32_t)host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, address, 4);
}

DDDK_INLINE void poke(struct dddk_host *host, uint64_t address, uint32_t value)
{
    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, address, 4, value);
}

/* Wait until the line has this level, for at most 2 s. */
DDDK_INLINE bool line_becomes(struct dddk_host *host, int line, bool level)
{
    uint64_t until_ns = host->ops->now_ns(host) + DDDK_SEC(2);

    assert_in_range(line, 0, DDDK_HOST_LINES - 1);
    while (host->ops->line_level(host, (unsigned)line) != level) {
        uint64_t now_ns = host->ops->now_ns(host);
        if (now_ns >= until_ns || !host->ops->wait(host, now_ns + DDDK_MSEC(1))) {
            return false;
        }
    }
    return true;
}

#endif
