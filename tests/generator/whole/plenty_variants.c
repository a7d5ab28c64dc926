/* SPDX-License-Identifier: MIT */
#include "many.dddk.h"

int many_mend_mode(struct many *dev)
{
    return many_ctrl_update(dev, .mode = 1);
}

int many_remember(struct many *dev)
{
    return many_sharp_write(dev, 7);
}

int many_start(struct many *dev)
{
    int status =
        many_ctrl_update(dev, .go = true, .boost = many_has_ctrl_boost(dev), .quiet = false);

    if (status == 0 && many_has_late(dev)) {
        status = many_late_write(dev, 1, .on = true);
    }
    if (status == 0 && many_has_wide(dev)) {
        status = many_wide_write(dev, 1);
    }
    if (status == 0 && many_has_extra(dev)) {
        status = many_extra_update(dev, .level = 3);
    }
    return many_erratum_e4(dev) ? DDDK_EIO : status;
}

int many_pace(struct many *dev, uint8_t fast)
{
    if (!fast) {
        return many_ctrl_update(dev, .pace = MANY_PACE_SLOW);
    }
    if (many_has_pace_turbo(dev)) {
        return many_ctrl_update(dev, .pace = MANY_PACE_TURBO);
    }
    return many_ctrl_update(dev, .pace = many_has_pace_fast(dev) ? MANY_PACE_FAST : MANY_PACE_IDLE);
}
