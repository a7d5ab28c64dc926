/* SPDX-License-Identifier: MIT
 *
 * What the two halves of the net class share: net.c is the netdev and its control, net_io.c the
 * path of the frames.
 */
#ifndef DDDK_LINUX_NET_H
#define DDDK_LINUX_NET_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "dddk/net.h"
#include "runtime/port/linux/core.h"

/* Before the data of a received frame, for who forwards it. */
#define DDDK_LINUX_HEADROOM NET_SKB_PAD /* at least */

struct dddk_linux_net {
    struct net_device *netdev;
    struct dddk_net *net;
    struct device *bus; /* for which DMA is mapped */
    bool open;          /* between the two calls of dddk_port_class_gate() */
    /* receive; poll context */
    struct sk_buff *partial; /* a frame of several pieces, until the last */
    bool skipping;           /* the rest of a frame whose first pieces were dropped */
    unsigned buffer_bytes;   /* all of a fragment, a power of two */
    unsigned headroom;       /* before what the device writes: a multiple of what it asks for */
    /* transmit */
    unsigned align_mask; /* of the addresses that the device takes; 0: any */
    /* transmit frames handed back since the queue was told; poll context */
    unsigned done_frames, done_bytes;
    /* ---- not touched on the I/O path ---- */
    struct work_struct rx_mode, watchdog;
    struct dddk_mac multicast[DDDK_NET_MULTICAST_MAX];
};

DDDK_INLINE struct dddk_net *dddk_linux_net_of_(struct dddk_device *dev)
{
    return dddk_device_class(dev);
}

DDDK_INLINE struct dddk_linux_net *dddk_linux_net_state_(struct net_device *netdev)
{
    return netdev_priv(netdev);
}

/* ---- net_io.c ---- */

netdev_tx_t dddk_linux_net_transmit(struct sk_buff *skb, struct net_device *netdev);
/* Bytes of one receive fragment for buffers of that size behind that headroom; 0: there are none so
 * large. */
unsigned dddk_linux_net_fragment_bytes(uint32_t buffer_bytes, unsigned headroom);

#endif
