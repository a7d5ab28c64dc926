/* SPDX-License-Identifier: MIT */
#include "beacon.dddk.h"

int beacon_reset(struct beacon *dev)
{
    for (unsigned i = 0; i < beacon_match(dev)->lamps; i++) {
        (void)beacon_lamp_write(dev, i, 0);
    }
    return 0;
}

void beacon_seen(struct beacon *dev)
{
    (void)beacon_lamp_write(dev, 0, 0xff);
}

int beacon_light(struct beacon *dev, uint8_t lamp, uint8_t level)
{
    return lamp < beacon_match(dev)->lamps ? beacon_lamp_write(dev, lamp, level) : DDDK_EINVAL;
}
