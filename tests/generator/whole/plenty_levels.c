/* SPDX-License-Identifier: MIT
 *
 * Handlers of plenty_levels.yaml: each takes back what raised its cause.
 */
#include "amp.dddk.h"

void amp_played(struct amp *dev)
{
    dev->state.played++;
    dddk_sleep(dev, DDDK_MSEC(1)); /* nothing comes meanwhile */
    dev->state.shown = amp_ctrl_read(dev).dac_en;
    amp_clear_write(dev, .dac = true);
}

int amp_record(struct amp *dev, uint32_t times)
{
    int status = 0;

    for (uint32_t i = 0; i < times && status == 0; i++) {
        dddk_arm(&dev->recorded);
        amp_go_write(dev, 1);
        status = dddk_wait(dev, &dev->recorded, DDDK_MSEC(5));
        dev->state.ended_by = amp_recorded_causes(dev);
        amp_clear_write(dev, .adc = true, .over = true);
    }
    return status;
}

void amp_ports(struct amp *dev)
{
    dev->state.drains++;
    dev->state.why = amp_ports_causes(dev);
    for (unsigned port = 0; port < 2; port++) {
        amp_pis_write(dev, port, amp_pis_read(dev, port));
    }
}

void amp_gone(struct amp *dev)
{
    dev->state.unplugged++;
}

void amp_wired(struct amp *dev)
{
    dev->state.wired = amp_bus_causes(dev) | (uint32_t)amp_wire_read(dev).stop << 16;
}
