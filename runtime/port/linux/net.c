/* SPDX-License-Identifier: MIT
 *
 * The net class as a netdev with NAPI. Payload is the kernel's: receive buffers are page fragments
 * that become the data of an skb without a copy, transmit takes the skb's own memory. Frames come
 * in one piece (no scatter-gather is offered), so one needs two segments at most: when it crosses
 * the boundary of the device.
 */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/skbuff.h>

#include "dddk/net.h"
#include "runtime/port/linux/core.h"

#define HEADROOM NET_SKB_PAD /* before the data of a received frame, for who forwards it */
#define SEGMENTS 2u
#define STUCK_AFTER (5 * HZ)  /* a queue that does not move for so long is recovered */
#define LARGEST_BUFFER 32768u /* of the page fragment allocator */

struct dddk_linux_net {
    struct net_device *netdev;
    struct dddk_net *net;
    struct device *bus; /* for which DMA is mapped */
    bool open;          /* between the two calls of dddk_port_class_gate() */
    /* receive; poll context */
    struct sk_buff *partial; /* a frame of several pieces, until the last */
    bool skipping;           /* the rest of a frame whose first pieces were dropped */
    unsigned buffer_bytes;   /* all of a fragment, a power of two */
    /* transmit frames handed back since the queue was told; poll context */
    unsigned done_frames, done_bytes;
    /* ---- not touched on the I/O path ---- */
    struct work_struct rx_mode, watchdog;
    struct dddk_mac multicast[DDDK_NET_MULTICAST_MAX];
};

static struct dddk_net *net_of(struct dddk_device *dev)
{
    return dddk_device_class(dev);
}

static struct dddk_linux_net *state_of(struct net_device *netdev)
{
    return netdev_priv(netdev);
}

struct net_device *dddk_linux_netdev(struct dddk_device *dev)
{
    return net_of(dev)->port.state->netdev;
}

/* ---- receive ---- */

/* At the start of a fragment, in the headroom, where the device does not write. */
struct received {
    dma_addr_t address;
};

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer)
{
    struct dddk_linux_net *state = net->port.state;
    uint32_t size = net->ops->rx_buffer_bytes;
    /* Aligned to its own size it crosses no boundary. */
    void *fragment = netdev_alloc_frag_align(state->buffer_bytes, state->buffer_bytes);
    struct received *received = fragment;

    if (fragment == NULL) {
        return false;
    }
    received->address = dma_map_single(state->bus, fragment + HEADROOM, size, DMA_FROM_DEVICE);
    if (dma_mapping_error(state->bus, received->address)) {
        skb_free_frag(fragment);
        return false;
    }
    buffer->address.value = received->address;
    buffer->size_bytes = size;
    buffer->cookie = fragment;
    return true;
}

static void unmap_received(const struct dddk_net *net, void *fragment)
{
    const struct received *received = fragment;

    dma_unmap_single(net->port.state->bus, received->address, net->ops->rx_buffer_bytes,
                     DMA_FROM_DEVICE);
}

void dddk_port_rx_recycle(struct dddk_net *net, void *cookie)
{
    unmap_received(net, cookie);
    skb_free_frag(cookie);
}

/* The frame cannot be built: what there is of it goes, and what is still to come. */
static void drop_frame(struct dddk_linux_net *state)
{
    kfree_skb(state->partial);
    state->partial = NULL;
    state->skipping = true;
    state->net->counters.rx_dropped++;
}

/* Add one piece to the frame. False: it was dropped, and the piece is still the caller's. */
static bool add_piece(struct dddk_linux_net *state, void *fragment, uint32_t length_bytes)
{
    struct sk_buff *skb = state->partial;

    if (skb == NULL) {
        skb = build_skb(fragment, state->buffer_bytes);
        if (skb == NULL) {
            return false;
        }
        skb_reserve(skb, HEADROOM);
        skb_put(skb, length_bytes);
        state->partial = skb;
        return true;
    }
    if (skb_shinfo(skb)->nr_frags == MAX_SKB_FRAGS) {
        return false;
    }
    skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, virt_to_head_page(fragment),
                    (int)(fragment + HEADROOM - page_address(virt_to_head_page(fragment))),
                    (int)length_bytes, state->buffer_bytes);
    return true;
}

/* The whole frame is there: up the stack. */
static void finish_frame(struct dddk_linux_net *state)
{
    struct sk_buff *skb = state->partial;

    if (!pskb_may_pull(skb, ETH_HLEN)) {
        drop_frame(state);
        return;
    }
    state->partial = NULL;
    skb->protocol = eth_type_trans(skb, state->netdev);
    napi_gro_receive(&state->net->dev->port->vectors[0].napi, skb);
}

void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last)
{
    struct dddk_linux_net *state = net->port.state;

    unmap_received(net, cookie);
    if (!state->skipping && !add_piece(state, cookie, length_bytes)) {
        drop_frame(state);
    }
    if (state->skipping) {
        skb_free_frag(cookie);
    } else if (last) {
        finish_frame(state);
    }
    if (last) {
        state->skipping = false;
    }
}

/* ---- transmit ---- */

/* What is remembered of a frame while the driver has it; in the skb's control block. */
struct sent {
    dma_addr_t address;
    unsigned int length_bytes;
};

static struct sent *sent_of(struct sk_buff *skb)
{
    BUILD_BUG_ON(sizeof(struct sent) > sizeof(skb->cb));
    return (struct sent *)skb->cb;
}

static bool map_frame(struct dddk_linux_net *state, struct sk_buff *skb)
{
    struct sent *sent = sent_of(skb);

    sent->length_bytes = skb->len;
    sent->address = dma_map_single(state->bus, skb->data, skb->len, DMA_TO_DEVICE);
    return !dma_mapping_error(state->bus, sent->address);
}

static void unmap_frame(struct dddk_linux_net *state, struct sk_buff *skb)
{
    dma_unmap_single(state->bus, sent_of(skb)->address, sent_of(skb)->length_bytes, DMA_TO_DEVICE);
}

/* One segment, or two when the frame crosses a boundary. */
static unsigned cut_frame(const struct dddk_linux_net *state, const struct sent *sent,
                          struct dddk_segment segments[SEGMENTS])
{
    uint64_t boundary = state->net->dev->port->dma_boundary;
    uint64_t room = boundary == 0 ? ~(uint64_t)0 : boundary - (sent->address & (boundary - 1));

    segments[0].address.value = sent->address;
    segments[0].length_bytes = sent->length_bytes;
    if (sent->length_bytes <= room) {
        return 1;
    }
    segments[0].length_bytes = (uint32_t)room;
    segments[1].address.value = sent->address + room;
    segments[1].length_bytes = sent->length_bytes - (uint32_t)room;
    return 2;
}

/* Stop the queue while the next frame might not fit. The barrier pairs with the one between the
 * reap and dddk_port_tx_wake(): either this sees the room, or that sees the stop. */
static void stop_when_full(struct dddk_linux_net *state)
{
    struct dddk_net *net = state->net;

    if (net->ops->transmit_room(net->dev) >= SEGMENTS) {
        return;
    }
    netif_stop_queue(state->netdev);
    dddk_mb();
    if (net->ops->transmit_room(net->dev) >= SEGMENTS) {
        netif_start_queue(state->netdev);
    }
}

static netdev_tx_t drop_sent(struct dddk_linux_net *state, struct sk_buff *skb)
{
    state->net->counters.tx_dropped++;
    dev_kfree_skb_any(skb);
    if (!netdev_xmit_more()) {
        state->net->ops->flush(state->net->dev);
    }
    return NETDEV_TX_OK;
}

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *netdev)
{
    struct dddk_linux_net *state = state_of(netdev);
    struct dddk_net *net = state->net;
    struct dddk_segment segments[SEGMENTS];
    int status;

    if (!READ_ONCE(state->open)) {
        netif_stop_queue(netdev);
        return NETDEV_TX_BUSY;
    }
    if (skb_linearize(skb) != 0 || !map_frame(state, skb)) {
        return drop_sent(state, skb);
    }
    /* The doorbell comes below: first the queue's accounting, which the completion will undo. */
    status =
        net->ops->transmit(net->dev, segments, cut_frame(state, sent_of(skb), segments), skb, true);
    if (status != 0) {
        unmap_frame(state, skb);
        if (status != DDDK_ENOSPC) {
            return drop_sent(state, skb);
        }
        stop_when_full(state);
        return NETDEV_TX_BUSY;
    }
    stop_when_full(state);
    if (__netdev_sent_queue(netdev, sent_of(skb)->length_bytes, netdev_xmit_more())) {
        net->ops->flush(net->dev);
    }
    return NETDEV_TX_OK;
}

void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent)
{
    struct dddk_linux_net *state = net->port.state;
    struct sk_buff *skb = cookie;

    unmap_frame(state, skb);
    state->done_frames++;
    state->done_bytes += sent_of(skb)->length_bytes;
    if (sent) {
        dev_consume_skb_any(skb);
    } else {
        dev_kfree_skb_any(skb);
    }
}

void dddk_port_tx_wake(struct dddk_net *net)
{
    struct dddk_linux_net *state = net->port.state;

    netdev_completed_queue(state->netdev, state->done_frames, state->done_bytes);
    state->done_frames = 0;
    state->done_bytes = 0;
    if (netif_queue_stopped(state->netdev) && READ_ONCE(state->open) &&
        net->ops->transmit_room(net->dev) >= SEGMENTS) {
        netif_wake_queue(state->netdev);
    }
}

void dddk_linux_net_gate(struct dddk_device *dev, bool open)
{
    struct dddk_linux_net *state = net_of(dev)->port.state;

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
    struct dddk_linux_net *state = net_of(dev)->port.state;

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
    return dddk_start(state_of(netdev)->net->dev);
}

static int stop_netdev(struct net_device *netdev)
{
    (void)dddk_stop(state_of(netdev)->net->dev);
    return 0;
}

static int change_mtu(struct net_device *netdev, int mtu)
{
    int status = dddk_net_set_mtu(state_of(netdev)->net, (uint32_t)mtu);

    if (status == 0) {
        netdev->mtu = (unsigned)mtu;
    }
    return status;
}

/* The stack asks under a spin lock: the handler runs later, in thread context. */
static void set_rx_mode(struct net_device *netdev)
{
    queue_work(dddk_linux_workqueue, &state_of(netdev)->rx_mode);
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
    queue_work(dddk_linux_workqueue, &state_of(netdev)->watchdog);
}

static void run_watchdog(struct work_struct *work)
{
    struct dddk_linux_net *state = container_of(work, struct dddk_linux_net, watchdog);

    netdev_warn(state->netdev, "the transmit queue is stuck\n");
    (void)dddk_net_watchdog(state->net);
}

static void get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
    const struct dddk_net_counters *counters = &state_of(netdev)->net->counters;

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
    const struct dddk_net *net = net_of(dev);
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
    struct dddk_device *dev = state_of(netdev)->net->dev;

    strscpy(info->driver, dev->port->driver->pci.name, sizeof(info->driver));
    strscpy(info->bus_info, pci_name(dev->port->pci), sizeof(info->bus_info));
}

static int get_link_ksettings(struct net_device *netdev, struct ethtool_link_ksettings *settings)
{
    const struct dddk_net *net = state_of(netdev)->net;

    settings->base.speed = net->link_up ? net->link_mbps : (__u32)SPEED_UNKNOWN;
    settings->base.duplex = !net->link_up      ? DUPLEX_UNKNOWN
                            : net->full_duplex ? DUPLEX_FULL
                                               : DUPLEX_HALF;
    settings->base.port = PORT_OTHER;
    return 0;
}

static const struct ethtool_ops ethtool_ops = {
    .get_drvinfo = get_drvinfo,
    .get_link = ethtool_op_get_link,
    .get_link_ksettings = get_link_ksettings,
};

static const struct net_device_ops netdev_ops = {
    .ndo_open = open_netdev,
    .ndo_stop = stop_netdev,
    .ndo_start_xmit = transmit,
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
    unsigned whole = roundup_pow_of_two(HEADROOM + ops->rx_buffer_bytes +
                                        SKB_DATA_ALIGN(sizeof(struct skb_shared_info)));
    struct net_device *netdev;
    struct dddk_linux_net *state;

    BUILD_BUG_ON(sizeof(struct received) > HEADROOM);
    if (whole > LARGEST_BUFFER) {
        return -EMSGSIZE;
    }
    netdev = alloc_etherdev(sizeof(*state));
    if (netdev == NULL) {
        return -ENOMEM;
    }
    SET_NETDEV_DEV(netdev, &dev->port->pci->dev);
    netdev->netdev_ops = &netdev_ops;
    netdev->ethtool_ops = &ethtool_ops;
    netdev->watchdog_timeo = STUCK_AFTER;
    netdev->min_mtu = ops->min_mtu;
    netdev->max_mtu = ops->max_mtu;
    state = state_of(netdev);
    state->netdev = netdev;
    state->net = net_of(dev);
    state->bus = &dev->port->pci->dev;
    state->buffer_bytes = whole;
    INIT_WORK(&state->rx_mode, run_rx_mode);
    INIT_WORK(&state->watchdog, run_watchdog);
    state->net->port.state = state;
    return 0;
}

void dddk_linux_net_destroy(struct dddk_device *dev)
{
    struct dddk_linux_net *state = net_of(dev)->port.state;

    if (state != NULL) {
        net_of(dev)->port.state = NULL;
        free_netdev(state->netdev);
    }
}

int dddk_linux_net_publish(struct dddk_device *dev)
{
    struct dddk_net *net = net_of(dev);
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
    struct dddk_linux_net *state = net_of(dev)->port.state;

    unregister_netdev(state->netdev);
    cancel_work_sync(&state->rx_mode);
    cancel_work_sync(&state->watchdog);
}
