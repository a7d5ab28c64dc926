/* SPDX-License-Identifier: MIT
 *
 * The net class between ports and drivers: what is kept across stop and start, and who is told.
 */
#include "dddk/net.h"
#include "runtime/port.h"

int dddk_net_set_mac_(struct dddk_net *net, struct dddk_mac mac)
{
    unsigned any = 0;

    for (unsigned i = 0; i < DDDK_MAC_BYTES; i++) {
        any |= mac.byte[i];
    }
    if (any == 0 || (mac.byte[0] & 1u) != 0) {
        dddk_log_(net->dev, DDDK_LOG_ERROR,
                  "%02x:%02x:%02x:%02x:%02x:%02x is not a station address%s", mac.byte[0],
                  mac.byte[1], mac.byte[2], mac.byte[3], mac.byte[4], mac.byte[5],
                  any == 0 ? " (of a simulated device, `reset:` says what registers hold)" : "");
        return DDDK_EINVAL;
    }
    net->mac = mac;
    net->mac_set = true;
    return 0;
}

void dddk_net_set_link_(struct dddk_net *net, bool up, uint32_t mbps, bool full_duplex)
{
    uint32_t speed = up ? mbps : 0;
    bool duplex = up && full_duplex;

    if (net->link_up == up && net->link_mbps == speed && net->full_duplex == duplex) {
        return;
    }
    net->link_up = up;
    net->link_mbps = speed;
    net->full_duplex = duplex;
    net->link_changes++;
    dddk_port_link_changed(net->dev);
}

int dddk_net_set_rx_mode(struct dddk_net *net, const struct dddk_net_rx_mode *mode)
{
    if (net->ops->rx_mode == NULL) {
        return DDDK_ENOTSUP;
    }
    dddk_thread_enter(net->dev);
    net->mode = *mode;
    net->mode.multicast = net->multicast;
    if (mode->multicast_count > DDDK_NET_MULTICAST_MAX) {
        net->mode.all_multicast = true;
        net->mode.multicast_count = 0;
    }
    for (unsigned i = 0; i < net->mode.multicast_count; i++) {
        net->multicast[i] = mode->multicast[i];
    }
    if (net->dev->state == DDDK_STARTED) {
        net->ops->rx_mode(net->dev, &net->mode);
    }
    dddk_thread_leave(net->dev);
    return 0;
}

int dddk_net_set_mtu(struct dddk_net *net, uint32_t mtu)
{
    if (mtu < net->ops->min_mtu || mtu > net->ops->max_mtu) {
        return DDDK_EINVAL;
    }
    bool running = dddk_stop(net->dev) == 0;
    net->mtu = mtu;
    return running ? dddk_start(net->dev) : 0;
}

int dddk_net_watchdog(struct dddk_net *net)
{
    int status = 0;

    if (net->ops->watchdog == NULL) {
        return dddk_recover(net->dev);
    }
    dddk_thread_enter(net->dev);
    if (net->dev->state == DDDK_STARTED) {
        net->ops->watchdog(net->dev);
    } else {
        status = DDDK_ESTATE;
    }
    dddk_thread_leave(net->dev);
    return status;
}
