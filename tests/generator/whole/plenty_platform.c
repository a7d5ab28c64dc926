/* SPDX-License-Identifier: MIT */
#include "lantern.dddk.h"

int lantern_reset(struct lantern *dev)
{
    for (unsigned i = 0; i < lantern_match(dev)->lamps; i++) {
        (void)lantern_lamp_write(dev, i, 0);
    }
    return 0;
}

void lantern_seen(struct lantern *dev)
{
    (void)lantern_lamp_write(dev, 0, 0xff);
}

int lantern_light(struct lantern *dev, uint8_t lamp, uint8_t level)
{
    return lamp < lantern_match(dev)->lamps ? lantern_lamp_write(dev, lamp, level) : DDDK_EINVAL;
}
