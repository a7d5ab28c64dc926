/* SPDX-License-Identifier: MIT
 *
 * How many register operations a second the qemu port makes: synchronous reads, one round trip
 * each, and posted writes until the device has taken the last one. Measured on QEMU's edu device,
 * whose registers do nothing expensive.
 */
#include "runtime/port/qemu/qemu.h"

#define SLOT 4u
#define BASE UINT64_C(0xe0000000)

static double seconds_since(struct dddk_host *host, uint64_t start_ns)
{
    return (double)(host->ops->now_ns(host) - start_ns) / 1e9;
}

static double reads_per_second(struct dddk_host *host, unsigned count)
{
    uint64_t start_ns = host->ops->now_ns(host);

    for (unsigned i = 0; i < count; i++) {
        if (host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, BASE, 4) != 0x010000edu) {
            return 0;
        }
    }
    return count / seconds_since(host, start_ns);
}

static double writes_per_second(struct dddk_host *host, unsigned count)
{
    uint64_t start_ns = host->ops->now_ns(host);

    for (unsigned i = 0; i < count; i++) {
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, BASE + 4, 4, i);
    }
    /* edu answers with the complement of what was written last. */
    if (host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, BASE + 4, 4) != (uint32_t) ~(count - 1)) {
        return 0;
    }
    return count / seconds_since(host, start_ns);
}

int main(void)
{
    static const char *const devices[] = {"edu,addr=4"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 1};
    const struct dddk_pci_address edu = {0, SLOT, 0};
    struct dddk_host *host = dddk_qemu_open(&options);
    double reads, writes;

    if (!host) {
        return 1;
    }
    host->ops->config_write(host, edu, 0x10, 4, (uint32_t)BASE);
    host->ops->config_write(host, edu, 0x04, 2, 2);
    reads = reads_per_second(host, 20000);
    writes = writes_per_second(host, 300000);
    printf("qemu port: %.0f synchronous reads a second, %.0f posted writes a second\n", reads,
           writes);
    if (host->dead) {
        fprintf(stderr, "%s\n", host->why_dead);
    }
    dddk_host_close(host);
    return reads > 0 && writes > 0 ? 0 : 1;
}
