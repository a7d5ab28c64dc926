/* SPDX-License-Identifier: MIT */
#include "matched.dddk.h"

int matched_start(struct matched *dev)
{
    const struct matched_match_data *known = matched_match(dev);

    if (known->ports > MATCHED_PORT_COUNT) {
        return DDDK_EINVAL;
    }
    for (unsigned i = 0; i < known->ports; i++) {
        int status = matched_port_write(dev, i, .on = true, .speed = known->speed);

        if (status != 0) {
            return status;
        }
    }
    /* The card says how many ports it has: as many as are known of it. */
    return matched_count_read(dev) == known->ports || known->slow ? 0 : DDDK_EIO;
}

int matched_ports(struct matched *dev, uint32_t *count, uint32_t *wanted)
{
    *count = matched_count_read(dev);
    *wanted = matched_match(dev)->ports;
    return 0;
}
