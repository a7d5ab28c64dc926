/* SPDX-License-Identifier: MIT */
#include "views.dddk.h"

int views_start(struct views *dev)
{
    views_select_update(dev, .nmi_off = true);
    return views_enable_update(dev, .rate = 3);
}

void views_seen(struct views *dev)
{
    (void)views_cause_read(dev);
}

int views_store(struct views *dev, uint16_t value)
{
    uint16_t values[16] = {value}, back[16];
    int status = views_key_write_range(dev, 0, 16, values);

    return status != 0 ? status : views_key_read_range(dev, 0, 16, back);
}
