/* SPDX-License-Identifier: MIT
 *
 * The path of the frames. Payload is the kernel's: receive buffers are page fragments that become
 * the data of an skb without a copy, transmit takes the skb's own memory. Frames come in one piece
 * (no scatter-gather is offered), so one needs two segments at most: when it crosses the boundary
 * of the device.
 */
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>

#include "runtime/port/linux/net.h"

#define SEGMENTS 2u
#define LARGEST_FRAGMENT 32768u /* of the page fragment allocator */

/* ---- receive ---- */

/* At the start of a fragment, in the headroom, where the device does not write. */
struct received {
    dma_addr_t address;
};

unsigned dddk_linux_net_fragment_bytes(uint32_t buffer_bytes, unsigned headroom)
{
    uint64_t whole =
        (uint64_t)headroom + buffer_bytes + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));

    BUILD_BUG_ON(sizeof(struct received) > DDDK_LINUX_HEADROOM);
    return whole > LARGEST_FRAGMENT ? 0 : (unsigned)roundup_pow_of_two((unsigned long)whole);
}

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer)
{
    struct dddk_linux_net *state = net->port.state;
    uint32_t size = net->ops->rx_buffer_bytes;
    /* Aligned to its own size it crosses no boundary, and what is behind the headroom is aligned
     * as that is. */
    void *fragment = netdev_alloc_frag_align(state->buffer_bytes, state->buffer_bytes);
    struct received *received = fragment;

    if (fragment == NULL) {
        return false;
    }
    received->address =
        dma_map_single(state->bus, fragment + state->headroom, size, DMA_FROM_DEVICE);
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
        skb_reserve(skb, (int)state->headroom);
        skb_put(skb, length_bytes);
        state->partial = skb;
        return true;
    }
    if (skb_shinfo(skb)->nr_frags == MAX_SKB_FRAGS) {
        return false;
    }
    skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, virt_to_head_page(fragment),
                    (int)(fragment + state->headroom - page_address(virt_to_head_page(fragment))),
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
    napi_gro_receive(&state->net->dev->port->receiver->napi, skb);
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

/*
 * The frame in memory that begins where the device takes it: the skb itself, or a copy, which is
 * the caller's. NULL: there is no memory. A frame begins anywhere behind the stack's headers, and
 * few devices mind.
 */
static struct sk_buff *align_frame(const struct dddk_linux_net *state, struct sk_buff *skb)
{
    struct sk_buff *copy;

    if (likely(((unsigned long)skb->data & state->align_mask) == 0)) {
        return skb;
    }
    copy = alloc_skb(skb->len + state->align_mask, GFP_ATOMIC);
    if (copy == NULL) {
        return NULL;
    }
    skb_reserve(copy, (int)(-(unsigned long)copy->data & state->align_mask));
    skb_copy_from_linear_data(skb, skb_put(copy, skb->len), skb->len);
    copy->dev = skb->dev;
    return copy;
}

static void drop_copy(struct sk_buff *frame, const struct sk_buff *skb)
{
    if (frame != skb) {
        kfree_skb(frame); /* which NULL may be */
    }
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

netdev_tx_t dddk_linux_net_transmit(struct sk_buff *skb, struct net_device *netdev)
{
    struct dddk_linux_net *state = dddk_linux_net_state_(netdev);
    struct dddk_net *net = state->net;
    struct dddk_segment segments[SEGMENTS];
    struct sk_buff *frame;
    int status;

    if (!READ_ONCE(state->open)) {
        netif_stop_queue(netdev);
        return NETDEV_TX_BUSY;
    }
    frame = skb_linearize(skb) != 0 ? NULL : align_frame(state, skb);
    if (frame == NULL || !map_frame(state, frame)) {
        drop_copy(frame, skb);
        return drop_sent(state, skb);
    }
    /* The doorbell comes below: first the queue's accounting, which the completion will undo. */
    status = net->ops->transmit(net->dev, segments, cut_frame(state, sent_of(frame), segments),
                                frame, true);
    if (status != 0) {
        unmap_frame(state, frame);
        drop_copy(frame, skb);
        if (status != DDDK_ENOSPC) {
            return drop_sent(state, skb);
        }
        stop_when_full(state);
        return NETDEV_TX_BUSY;
    }
    stop_when_full(state);
    if (__netdev_sent_queue(netdev, sent_of(frame)->length_bytes, netdev_xmit_more())) {
        net->ops->flush(net->dev);
    }
    if (frame != skb) {
        consume_skb(skb);
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
