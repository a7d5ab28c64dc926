/* SPDX-License-Identifier: MIT
 *
 * Statistics: what the device counts (`stats:`), summed to 64 bits by generated code. A register
 * that a read clears is added; of one that runs on, the difference to the last look is. Both are
 * looked at when somebody asks, when the device stops, and every DDDK_STATS_PERIOD_NS in between,
 * so that no register runs over unseen. What the device counted before it was started is not its
 * driver's and is left out.
 */
#ifndef DDDK_STATS_H
#define DDDK_STATS_H

#include "dddk/base.h"

struct dddk_device;

#define DDDK_STATS_PERIOD_NS DDDK_SEC(1)

/* One entry of `stats:`. */
struct dddk_stat {
    const char *name;
    size_t offset; /* of the sum, a uint64_t, in the generated driver struct */
};

/*
 * Look at the device, then copy every sum to `sums`, in the order of dev->driver->stats; NULL: only
 * look. Thread context without the device mutex. 0, or DDDK_ESTATE when the device is not started:
 * then the sums are those of the last look.
 */
int dddk_stats_read(struct dddk_device *dev, uint64_t *sums);

/* start: "statistics". For generated drivers. */
int dddk_step_stats_begin(struct dddk_device *dev);
void dddk_step_stats_end(struct dddk_device *dev);

#endif
