/* SPDX-License-Identifier: MIT */
#include "plenty.dddk.h"

int plenty_reset(struct plenty *dev)
{
    dev->state.resets++;
    return plenty_ctrl_update(dev, .rst = true);
}

int plenty_identify(struct plenty *dev)
{
    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};

    return dddk_net_set_mac(dev, mac);
}

int plenty_start(struct plenty *dev)
{
    plenty_out_update(dev, .b = 3);
    return plenty_ctrl_update(dev, .speed = PLENTY_SPEED_100M, .state = PLENTY_STATE_RUNNING,
                              .interrupt = true);
}

void plenty_stop(struct plenty *dev)
{
    plenty_shared_update(dev, .a = false);
}

void plenty_rx_mode(struct plenty *dev, const struct dddk_net_rx_mode *mode)
{
    plenty_shared_update(dev, .b = mode->promiscuous);
}

void plenty_watchdog(struct plenty *dev)
{
    (void)dev;
}

void plenty_link(struct plenty *dev)
{
    dddk_net_set_link(dev, plenty_status_read(dev).up, 100, true);
}
