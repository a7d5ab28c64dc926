/* SPDX-License-Identifier: MIT
 *
 * Statistics and parameters on Linux. What a device counts stands in the folder `statistics` of its
 * place in sysfs, a file a counter, whatever its class; for a net device `ethtool -S` shows it as
 * well. A work item looks at the counters now and then, so that none runs over unseen.
 */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "runtime/port/linux/core.h"

const char *dddk_port_param(struct dddk_device *dev, const struct dddk_param *param)
{
    return param->text == NULL ? NULL : *param->text;
}

/* The files of one device. Each has its own attribute, for its address tells which it is. */
struct dddk_linux_stats {
    struct dddk_port_device *port;
    struct delayed_work look;
    struct attribute_group group;
    struct attribute **list; /* ends with NULL */
    uint64_t *sums;          /* of one reader at a time */
    struct mutex reading;
    struct device_attribute files[];
};

static ssize_t show_stat(struct device *device, struct device_attribute *file, char *text)
{
    struct dddk_port_device *port = dev_get_drvdata(device);
    struct dddk_linux_stats *stats = port->stats;
    ssize_t length;

    mutex_lock(&stats->reading);
    (void)dddk_stats_read(port->dev, stats->sums);
    length = sysfs_emit(text, "%llu\n", stats->sums[file - stats->files]);
    mutex_unlock(&stats->reading);
    return length;
}

static void look(struct work_struct *work)
{
    struct dddk_linux_stats *stats =
        container_of(to_delayed_work(work), struct dddk_linux_stats, look);

    (void)dddk_stats_read(stats->port->dev, NULL);
    queue_delayed_work(dddk_linux_workqueue, &stats->look, nsecs_to_jiffies(DDDK_STATS_PERIOD_NS));
}

static void free_stats(struct dddk_linux_stats *stats)
{
    kfree(stats->list);
    kfree(stats->sums);
    kfree(stats);
}

static struct dddk_linux_stats *make_stats(struct dddk_port_device *port)
{
    const struct dddk_driver *driver = port->dev->driver;
    unsigned count = driver->stat_count;
    struct dddk_linux_stats *stats = kzalloc(struct_size(stats, files, count), GFP_KERNEL);

    if (stats == NULL) {
        return NULL;
    }
    stats->list = kcalloc(count + 1, sizeof(*stats->list), GFP_KERNEL);
    stats->sums = kcalloc(count, sizeof(*stats->sums), GFP_KERNEL);
    if (stats->list == NULL || stats->sums == NULL) {
        free_stats(stats);
        return NULL;
    }
    for (unsigned i = 0; i < count; i++) {
        sysfs_attr_init(&stats->files[i].attr);
        stats->files[i].attr.name = driver->stats[i].name;
        stats->files[i].attr.mode = 0444;
        stats->files[i].show = show_stat;
        stats->list[i] = &stats->files[i].attr;
    }
    stats->port = port;
    stats->group = (struct attribute_group){.name = "statistics", .attrs = stats->list};
    mutex_init(&stats->reading);
    INIT_DELAYED_WORK(&stats->look, look);
    return stats;
}

int dddk_linux_stats_create(struct dddk_port_device *port)
{
    int status;

    if (port->dev->driver->stat_count == 0) {
        return 0;
    }
    port->stats = make_stats(port);
    if (port->stats == NULL) {
        return -ENOMEM;
    }
    status = device_add_group(port->device, &port->stats->group);
    if (status != 0) {
        free_stats(port->stats);
        port->stats = NULL;
        return status;
    }
    queue_delayed_work(dddk_linux_workqueue, &port->stats->look,
                       nsecs_to_jiffies(DDDK_STATS_PERIOD_NS));
    return 0;
}

void dddk_linux_stats_destroy(struct dddk_port_device *port)
{
    if (port->stats == NULL) {
        return;
    }
    device_remove_group(port->device, &port->stats->group);
    cancel_delayed_work_sync(&port->stats->look);
    free_stats(port->stats);
    port->stats = NULL;
}
