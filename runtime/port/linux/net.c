/* SPDX-License-Identifier: MIT
 *
 * The net class as a netdev with NAPI: its life, and what the stack asks for besides frames
 * (net_io.c).
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>

#include "runtime/port/linux/net.h"

#define STUCK_AFTER (5 * HZ) /* a queue that does not move for so long is recovered */

struct net_device *dddk_linux_netdev(struct dddk_device *dev)
{
    return dddk_linux_net_of_(dev)->port.state->netdev;
}

void dddk_linux_net_gate(struct dddk_device *dev, bool open)
{
    struct dddk_linux_net *state = dddk_linux_net_of_(dev)->port.state;

    WRITE_ONCE(state->open, open);
    if (open) {
        netif_wake_queue(state->netdev);
    } else {
        netif_tx_disable(state->netdev); /* waits for who is in transmit() */
    }
}

/* The rings are empty and nobody polls. */
void dddk_linux_net_stopped(struct dddk_device *dev)
{
    struct dddk_linux_net *state = dddk_linux_net_of_(dev)->port.state;

    kfree_skb(state->partial);
    state->partial = NULL;
    state->skipping = false;
    state->done_frames = 0;
    state->done_bytes = 0;
    netdev_reset_queue(state->netdev);
}

/* ---- control ---- */

static int open_netdev(struct net_device *netdev)
{
    return dddk_start(dddk_linux_net_state_(netdev)->net->dev);
}

static int stop_netdev(struct net_device *netdev)
{
    (void)dddk_stop(dddk_linux_net_state_(netdev)->net->dev);
    return 0;
}

static int change_mtu(struct net_device *netdev, int mtu)
{
    int status = dddk_net_set_mtu(dddk_linux_net_state_(netdev)->net, (uint32_t)mtu);

    if (status == 0) {
        netdev->mtu = (unsigned)mtu;
    }
    return status;
}

/* The stack asks under a spin lock: the handler runs later, in thread context. */
static void set_rx_mode(struct net_device *netdev)
{
    queue_work(dddk_linux_workqueue, &dddk_linux_net_state_(netdev)->rx_mode);
}

static void run_rx_mode(struct work_struct *work)
{
    struct dddk_linux_net *state = container_of(work, struct dddk_linux_net, rx_mode);
    struct net_device *netdev = state->netdev;
    struct dddk_net_rx_mode mode = {.multicast = state->multicast};
    struct netdev_hw_addr *address;

    netif_addr_lock_bh(netdev);
    mode.promiscuous = (netdev->flags & IFF_PROMISC) != 0;
    mode.all_multicast = (netdev->flags & IFF_ALLMULTI) != 0 ||
                         netdev_mc_count(netdev) > (int)DDDK_COUNT(state->multicast);
    netdev_for_each_mc_addr(address, netdev)
    {
        if (mode.all_multicast) {
            break;
        }
        memcpy(state->multicast[mode.multicast_count++].byte, address->addr, DDDK_MAC_BYTES);
    }
    netif_addr_unlock_bh(netdev);
    (void)dddk_net_set_rx_mode(state->net, &mode);
}

static void tx_timeout(struct net_device *netdev, unsigned int queue)
{
    queue_work(dddk_linux_workqueue, &dddk_linux_net_state_(netdev)->watchdog);
}

static void run_watchdog(struct work_struct *work)
{
    struct dddk_linux_net *state = container_of(work, struct dddk_linux_net, watchdog);

    netdev_warn(state->netdev, "the transmit queue is stuck\n");
    (void)dddk_net_watchdog(state->net);
}

static void get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
    const struct dddk_net_counters *counters = &dddk_linux_net_state_(netdev)->net->counters;

    stats->rx_packets = counters->rx_frames;
    stats->rx_bytes = counters->rx_bytes;
    stats->rx_errors = counters->rx_errors;
    stats->rx_dropped = counters->rx_dropped;
    stats->rx_missed_errors = counters->rx_starved;
    stats->tx_packets = counters->tx_frames;
    stats->tx_bytes = counters->tx_bytes;
    stats->tx_errors = counters->tx_errors;
    stats->tx_dropped = counters->tx_dropped;
}

void dddk_port_link_changed(struct dddk_device *dev)
{
    const struct dddk_net *net = dddk_linux_net_of_(dev);
    struct net_device *netdev = net->port.state->netdev;

    if (net->link_up) {
        netif_carrier_on(netdev);
        netdev_info(netdev, "link up, %u Mb/s, %s duplex\n", net->link_mbps,
                    net->full_duplex ? "full" : "half");
    } else {
        netif_carrier_off(netdev);
        netdev_info(netdev, "link down\n");
    }
}

static void get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
    struct dddk_device *dev = dddk_linux_net_state_(netdev)->net->dev;

    strscpy(info->driver, dev->port->device->driver->name, sizeof(info->driver));
    strscpy(info->bus_info, dev_name(dev->port->device), sizeof(info->bus_info));
}

static int get_link_ksettings(struct net_device *netdev, struct ethtool_link_ksettings *settings)
{
    const struct dddk_net *net = dddk_linux_net_state_(netdev)->net;

    settings->base.speed = net->link_up ? net->link_mbps : (__u32)SPEED_UNKNOWN;
    settings->base.duplex = !net->link_up      ? DUPLEX_UNKNOWN
                            : net->full_duplex ? DUPLEX_FULL
                                               : DUPLEX_HALF;
    settings->base.port = PORT_OTHER;
    return 0;
}

static int get_sset_count(struct net_device *netdev, int set)
{
    const struct dddk_device *dev = dddk_linux_net_state_(netdev)->net->dev;

    return set == ETH_SS_STATS ? (int)dev->driver->stat_count : -EOPNOTSUPP;
}

static void get_strings(struct net_device *netdev, u32 set, u8 *text)
{
    const struct dddk_driver *driver = dddk_linux_net_state_(netdev)->net->dev->driver;

    for (unsigned i = 0; set == ETH_SS_STATS && i < driver->stat_count; i++) {
        ethtool_sprintf(&text, "%s", driver->stats[i].name);
    }
}

static void get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats, u64 *sums)
{
    (void)dddk_stats_read(dddk_linux_net_state_(netdev)->net->dev, sums);
}

static const struct ethtool_ops ethtool_ops = {
    .get_drvinfo = get_drvinfo,
    .get_link = ethtool_op_get_link,
    .get_link_ksettings = get_link_ksettings,
    .get_sset_count = get_sset_count,
    .get_strings = get_strings,
    .get_ethtool_stats = get_ethtool_stats,
};

static const struct net_device_ops netdev_ops = {
    .ndo_open = open_netdev,
    .ndo_stop = stop_netdev,
    .ndo_start_xmit = dddk_linux_net_transmit,
    .ndo_set_rx_mode = set_rx_mode,
    .ndo_validate_addr = eth_validate_addr,
    .ndo_change_mtu = change_mtu,
    .ndo_tx_timeout = tx_timeout,
    .ndo_get_stats64 = get_stats64,
};

/* ---- life ---- */

int dddk_linux_net_create(struct dddk_device *dev)
{
    const struct dddk_net_ops *ops = dev->driver->class_ops;
    unsigned headroom = max_t(unsigned, DDDK_LINUX_HEADROOM, dev->match->dma.alignment);
    unsigned whole = dddk_linux_net_fragment_bytes(ops->rx_buffer_bytes, headroom);
    struct net_device *netdev;
    struct dddk_linux_net *state;

    if (whole == 0) {
        return -EMSGSIZE;
    }
    netdev = alloc_etherdev(sizeof(*state));
    if (netdev == NULL) {
        return -ENOMEM;
    }
    SET_NETDEV_DEV(netdev, dev->port->device);
    netdev->netdev_ops = &netdev_ops;
    netdev->ethtool_ops = &ethtool_ops;
    netdev->watchdog_timeo = STUCK_AFTER;
    netdev->min_mtu = ops->min_mtu;
    netdev->max_mtu = ops->max_mtu;
    state = dddk_linux_net_state_(netdev);
    state->netdev = netdev;
    state->net = dddk_linux_net_of_(dev);
    state->bus = dev->port->device;
    state->buffer_bytes = whole;
    state->headroom = headroom;
    state->align_mask = max(dev->match->dma.alignment, 1u) - 1;
    INIT_WORK(&state->rx_mode, run_rx_mode);
    INIT_WORK(&state->watchdog, run_watchdog);
    state->net->port.state = state;
    return 0;
}

void dddk_linux_net_destroy(struct dddk_device *dev)
{
    struct dddk_linux_net *state = dddk_linux_net_of_(dev)->port.state;

    if (state != NULL) {
        dddk_linux_net_of_(dev)->port.state = NULL;
        free_netdev(state->netdev);
    }
}

int dddk_linux_net_publish(struct dddk_device *dev)
{
    struct dddk_net *net = dddk_linux_net_of_(dev);
    struct net_device *netdev = net->port.state->netdev;

    if (net->mac_set) {
        eth_hw_addr_set(netdev, net->mac.byte);
    } else {
        eth_hw_addr_random(netdev);
    }
    netdev->mtu = net->mtu;
    netif_carrier_off(netdev);
    return register_netdev(netdev);
}

void dddk_linux_net_unpublish(struct dddk_device *dev)
{
    struct dddk_linux_net *state = dddk_linux_net_of_(dev)->port.state;

    unregister_netdev(state->netdev);
    cancel_work_sync(&state->rx_mode);
    cancel_work_sync(&state->watchdog);
}
