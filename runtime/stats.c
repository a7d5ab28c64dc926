/* SPDX-License-Identifier: MIT
 *
 * Statistics: when the generated code looks at the device's counters.
 */
#include "dddk/stats.h"
#include "runtime/port.h"

int dddk_step_stats_begin(struct dddk_device *dev)
{
    dev->driver->collect(dev, true);
    return 0;
}

void dddk_step_stats_end(struct dddk_device *dev)
{
    if (!dddk_is_gone(dev)) {
        dev->driver->collect(dev, false);
    }
}

int dddk_stats_read(struct dddk_device *dev, uint64_t *sums)
{
    const struct dddk_driver *driver = dev->driver;
    int status = DDDK_ESTATE;

    if (dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE; /* there is not even a mutex */
    }
    dddk_thread_enter(dev);
    if (dev->state == DDDK_STARTED && driver->stat_count != 0) {
        driver->collect(dev, false);
        status = 0;
    }
    for (unsigned i = 0; sums != NULL && i < driver->stat_count; i++) {
        memcpy(&sums[i], (const char *)dev + driver->stats[i].offset, sizeof sums[i]);
    }
    dddk_thread_leave(dev);
    return status;
}
