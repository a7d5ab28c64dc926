/* SPDX-License-Identifier: MIT
 *
 * The net class. A driver implements struct dddk_net_ops (all of it but the handlers is generated);
 * the port makes of it a netdev, a TAP device or a C call. MAC address, receive mode and MTU live
 * here and are read by the handlers `start` and `rx_mode`: nothing is replayed from a log after a
 * recovery.
 */
#ifndef DDDK_NET_H
#define DDDK_NET_H

#include "dddk/device.h"
#include "dddk/ring.h"

#define DDDK_MAC_BYTES 6
#define DDDK_NET_MULTICAST_MAX 64 /* more addresses than that: all multicast */
#define DDDK_NET_MTU 1500         /* bytes, until somebody sets another */

struct dddk_mac {
    uint8_t byte[DDDK_MAC_BYTES]; /* in the order in which they are on the wire */
};

/* A MAC address kept in two registers, first byte lowest: bits 31:0 and 15:0. */
DDDK_INLINE struct dddk_mac dddk_mac_from_le(uint32_t low, uint32_t high)
{
    return (struct dddk_mac){{(uint8_t)low, (uint8_t)(low >> 8), (uint8_t)(low >> 16),
                              (uint8_t)(low >> 24), (uint8_t)high, (uint8_t)(high >> 8)}};
}

/* What the device should receive besides its own address and broadcast. A handler may keep a
 * pointer to neither. */
struct dddk_net_rx_mode {
    bool promiscuous, all_multicast;
    unsigned multicast_count;
    const struct dddk_mac *multicast;
};

/* One piece of a frame to send, mapped for the device by the port. */
struct dddk_segment {
    struct dddk_dma_address address;
    uint32_t length_bytes;
};

/* An empty receive buffer, mapped for the device by the port. `cookie` names it to the port. */
struct dddk_net_buffer {
    struct dddk_dma_address address;
    uint32_t size_bytes;
    void *cookie;
};

struct dddk_net_ops {
    /*
     * Give one frame to the device. One caller at a time, any context, between the two calls of
     * dddk_port_class_gate(). `more`: another follows at once, the doorbell may wait. Returns 0:
     * `cookie` belongs to the driver until dddk_port_tx_done() hands it back. DDDK_ENOSPC: stop the
     * queue, then dddk_mb(), then look at transmit_room() again, for the poll may have made room in
     * between; otherwise it calls dddk_port_tx_wake() when it has. DDDK_EMSGSIZE: the frame needs
     * more entries, or longer ones, than the ring can ever hold. DDDK_EINVAL: no segment, or an
     * empty one. Nothing was taken on an error.
     */
    int (*transmit)(struct dddk_device *dev, const struct dddk_segment *segments, unsigned count,
                    void *cookie, bool more);
    /* Segments that fit now; as `transmit`. */
    uint32_t (*transmit_room)(const struct dddk_device *dev);
    /* The doorbell that `more` delayed; harmless when none is. As `transmit`. */
    void (*flush)(struct dddk_device *dev);
    /* Thread context; NULL: the driver has no filters. */
    void (*rx_mode)(struct dddk_device *dev, const struct dddk_net_rx_mode *mode);
    /* Thread context; NULL: dddk_recover(). */
    void (*watchdog)(struct dddk_device *dev);
    uint32_t min_mtu, max_mtu; /* bytes, without Ethernet header */
    /* What dddk_port_rx_buffer() must bring at least: the device writes so many bytes into one. */
    uint32_t rx_buffer_bytes;
};

/* Counted by the driver: all but the two `dropped`, which are frames that the port had no room or
 * no taker for. */
struct dddk_net_counters {
    uint64_t rx_frames;
    uint64_t tx_frames; /* given to the device */
    uint64_t rx_bytes;
    uint64_t tx_bytes; /* given to the device */
    uint64_t rx_dropped, tx_dropped;
    uint64_t rx_errors;  /* frames that the device marked as bad, or did not finish */
    uint64_t tx_errors;  /* frames that were given to the device and handed back unsent */
    uint64_t rx_starved; /* the port had no buffer for a receive ring */
    uint64_t tx_stopped; /* a frame found no room */
};

struct dddk_net {
    struct dddk_device *dev;
    const struct dddk_net_ops *ops;
    struct dddk_port_net port; /* of dddk_port.h: buffer pool, queue state */
    struct dddk_net_counters counters;
    /* ---- not touched on the I/O path ---- */
    struct dddk_mac mac;
    bool mac_set;
    bool link_up, full_duplex;
    uint32_t link_mbps;
    uint64_t link_changes; /* calls of dddk_net_set_link that changed something */
    uint32_t mtu;
    struct dddk_net_rx_mode mode; /* its list is `multicast` */
    struct dddk_mac multicast[DDDK_NET_MULTICAST_MAX];
};

/*
 * For ports and programs. Thread context without the device mutex.
 *
 * set_rx_mode: keep the mode for every start to come, and tell a started device. A list longer than
 * DDDK_NET_MULTICAST_MAX becomes all multicast. Returns 0; DDDK_ENOTSUP: the driver has no filters.
 * set_mtu: DDDK_EINVAL outside min_mtu to max_mtu; a started device is stopped and started, and
 * what start returns is returned.
 * watchdog: the queue has not moved for too long; the driver's own handler, or dddk_recover().
 */
int dddk_net_set_rx_mode(struct dddk_net *net, const struct dddk_net_rx_mode *mode);
int dddk_net_set_mtu(struct dddk_net *net, uint32_t mtu);
int dddk_net_watchdog(struct dddk_net *net);

/* For handlers, thread context. `nic` is a pointer to a generated driver struct of class net. */

/* Publish the factory address: refused with DDDK_EINVAL when it is all zeros or a group address. */
#define dddk_net_set_mac(nic, mac_) dddk_net_set_mac_(&(nic)->net, (mac_))
int dddk_net_set_mac_(struct dddk_net *net, struct dddk_mac mac);

/* Tell the class about the link. `mbps` and `full_duplex` count only when it is up. */
#define dddk_net_set_link(nic, up, mbps, full_duplex_) \
    dddk_net_set_link_(&(nic)->net, (up), (mbps), (full_duplex_))
void dddk_net_set_link_(struct dddk_net *net, bool up, uint32_t mbps, bool full_duplex);

/*
 * What generated code asks of the port on the I/O path; functions of dddk_port.h, inline where that
 * pays. Poll context, or thread context at start and stop.
 *
 *   bool dddk_port_rx_buffer(struct dddk_net *, struct dddk_net_buffer *)
 *       an empty buffer of at least ops->rx_buffer_bytes; false: none just now
 *   void dddk_port_rx_deliver(struct dddk_net *, void *cookie, uint32_t length_bytes, bool last)
 *       one piece of a frame; the pieces of one frame come in a row, `last` with the last
 *   void dddk_port_rx_recycle(struct dddk_net *, void *cookie)
 *       a buffer whose content is not wanted, or never came
 *   void dddk_port_tx_done(struct dddk_net *, void *cookie, bool sent)
 *       the frame's memory may be used again
 *   void dddk_port_tx_wake(struct dddk_net *)
 *       there is room again, published before a full barrier: restart the queue if it is stopped
 */

#endif
