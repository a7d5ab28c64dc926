/* SPDX-License-Identifier: MIT
 *
 * Payload of a net device on a host: a pool of fixed-size buffers in DMA memory, half of them for
 * reception, half for transmission, so that neither can starve the other. A frame that came in
 * several buffers is put together before it is handed on; one that needs several goes out as
 * segments.
 */
#include <stdlib.h>

#include "core.h"

enum {
    BUFFER_BYTES = 2048,     /* or what the driver needs, if that is more */
    BUFFERS = 1024,          /* at most, for both directions together */
    POOL_BYTES = 4 << 20,    /* and no more than this */
    CHUNK_BYTES = 64 << 10,  /* of one allocation; less where the device has a tighter boundary */
    FRAME_MAX_BYTES = 16384, /* in several buffers */
    SEGMENTS_MAX = FRAME_MAX_BYTES / BUFFER_BYTES,
    OVERHEAD_BYTES = 18, /* Ethernet header with a VLAN tag */
};

enum owner { OWNER_POOL, OWNER_RECEIVE, OWNER_TRANSMIT };

struct buffer {
    struct buffer *next; /* in the free list, or the next piece of the same frame */
    uint8_t *cpu;
    struct dddk_dma_address device;
    enum owner owner; /* who has it now */
    bool for_transmit;
};

struct dddk_host_net {
    struct dddk_dma_memory *chunks;
    unsigned chunk_count;
    struct buffer *buffers;
    unsigned buffer_count;
    size_t buffer_bytes;
    struct buffer *receive_free, *transmit_free;
    bool stopped; /* the driver had no room; it says when it has */

    size_t assembled; /* bytes of `frame` */
    bool too_long;    /* the frame being put together does not fit */
    uint8_t frame[FRAME_MAX_BYTES];
};

static void put(struct dddk_host_net *state, struct buffer *buffer)
{
    struct buffer **list = buffer->for_transmit ? &state->transmit_free : &state->receive_free;

    buffer->owner = OWNER_POOL;
    buffer->next = *list;
    *list = buffer;
}

static struct buffer *get(struct buffer **list, enum owner owner)
{
    struct buffer *buffer = *list;

    if (buffer != NULL) {
        *list = buffer->next;
        buffer->next = NULL;
        buffer->owner = owner;
    }
    return buffer;
}

/* The buffer a cookie names, if its owner may hand it back. */
static struct buffer *claim(struct dddk_net *net, void *cookie, enum owner owner)
{
    struct dddk_host_net *state = net->port.state;
    struct buffer *buffer = cookie;

    if (state != NULL && buffer >= state->buffers &&
        buffer < state->buffers + state->buffer_count && buffer->owner == owner) {
        return buffer;
    }
    dddk_log_(net->dev, DDDK_LOG_ERROR, "hands back a payload buffer that it does not hold");
    net->dev->port->host->state->statistics.misuse++;
    return NULL;
}

static int make_chunks(struct dddk_device *dev, struct dddk_host_net *state, size_t chunk_bytes,
                       unsigned chunk_count)
{
    while (state->chunk_count < chunk_count) {
        int status =
            dddk_port_dma_alloc(dev, chunk_bytes, BUFFER_BYTES, &state->chunks[state->chunk_count]);
        if (status != 0) {
            return status;
        }
        state->chunk_count++;
    }
    return 0;
}

/* Cut the chunks into buffers; the lists give out the lowest address first. */
static void make_buffers(struct dddk_host_net *state, size_t per_chunk)
{
    for (unsigned i = state->buffer_count; i > 0; i--) {
        const struct dddk_dma_memory *chunk = &state->chunks[(i - 1u) / per_chunk];
        size_t offset = (i - 1u) % per_chunk * state->buffer_bytes;
        struct buffer *buffer = &state->buffers[i - 1u];

        buffer->cpu = (uint8_t *)chunk->cpu + offset;
        buffer->device = dddk_dma_at(chunk->device, offset);
        buffer->for_transmit = i - 1u >= state->buffer_count / 2u;
        put(state, buffer);
    }
}

static void free_state(struct dddk_net *net)
{
    struct dddk_host_net *state = net->port.state;

    for (unsigned i = state->chunk_count; i > 0; i--) {
        dddk_port_dma_free(net->dev, &state->chunks[i - 1u]);
    }
    free(state->chunks);
    free(state->buffers);
    free(state);
    net->port.state = NULL;
}

int dddk_host_net_start(struct dddk_net *net)
{
    struct dddk_device *dev = net->dev;
    uint64_t boundary = dev->port->limits.boundary;
    size_t size = BUFFER_BYTES, chunk = CHUNK_BYTES;

    while (size < net->ops->rx_buffer_bytes || size < dev->port->limits.alignment) {
        size *= 2u;
    }
    if (boundary != 0 && boundary < chunk) {
        chunk = (size_t)boundary;
    }
    if (chunk < size) {
        chunk = size;
    }
    size_t per_chunk = chunk / size,
           count = POOL_BYTES / size < BUFFERS ? POOL_BYTES / size : BUFFERS;
    size_t chunk_count = (count + per_chunk - 1u) / per_chunk;
    struct dddk_host_net *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return DDDK_ENOMEM;
    }
    net->port.state = state;
    state->buffer_bytes = size;
    state->chunks = calloc(chunk_count, sizeof(*state->chunks));
    state->buffers = calloc(count, sizeof(*state->buffers));
    int status = state->chunks == NULL || state->buffers == NULL
                     ? DDDK_ENOMEM
                     : make_chunks(dev, state, chunk, (unsigned)chunk_count);
    if (status != 0) {
        free_state(net);
        return status;
    }
    state->buffer_count = (unsigned)count;
    make_buffers(state, per_chunk);
    return 0;
}

void dddk_host_net_stop(struct dddk_net *net)
{
    struct dddk_host_net *state = net->port.state;
    unsigned missing = 0;

    for (unsigned i = 0; i < state->buffer_count; i++) {
        missing += state->buffers[i].owner != OWNER_POOL;
    }
    if (missing != 0) {
        dddk_log_(net->dev, DDDK_LOG_ERROR, "%u payload buffers were not handed back", missing);
        net->dev->port->host->state->statistics.leaks += missing;
    }
    free_state(net);
}

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer)
{
    struct buffer *it = get(&net->port.state->receive_free, OWNER_RECEIVE);

    if (it == NULL) {
        return false;
    }
    *buffer = (struct dddk_net_buffer){
        .address = it->device, .size_bytes = (uint32_t)net->port.state->buffer_bytes, .cookie = it};
    return true;
}

static void hand_on(struct dddk_net *net, const uint8_t *frame, size_t length_bytes)
{
    struct dddk_port_device *port = net->dev->port;

    if (port->receive == NULL) {
        net->counters.rx_dropped++;
        return;
    }
    port->receive(port->receive_user, frame, length_bytes);
}

/* One piece of a frame that came in several buffers. */
static void assemble(struct dddk_net *net, const uint8_t *piece, uint32_t length_bytes, bool last)
{
    struct dddk_host_net *state = net->port.state;

    if (length_bytes > sizeof(state->frame) - state->assembled) {
        state->too_long = true;
    } else {
        memcpy(state->frame + state->assembled, piece, length_bytes);
        state->assembled += length_bytes;
    }
    if (!last) {
        return;
    }
    if (state->too_long) {
        net->counters.rx_dropped++;
    } else {
        hand_on(net, state->frame, state->assembled);
    }
    state->assembled = 0;
    state->too_long = false;
}

void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last)
{
    struct dddk_host_net *state = net->port.state;
    struct buffer *buffer = claim(net, cookie, OWNER_RECEIVE);

    if (buffer == NULL) {
        return;
    }
    if (length_bytes > state->buffer_bytes) {
        dddk_log_(net->dev, DDDK_LOG_ERROR, "delivers more than a payload buffer holds");
        net->dev->port->host->state->statistics.misuse++;
        length_bytes = (uint32_t)state->buffer_bytes;
    }
    if (last && state->assembled == 0 && !state->too_long) {
        hand_on(net, buffer->cpu, length_bytes);
    } else {
        assemble(net, buffer->cpu, length_bytes, last);
    }
    put(state, buffer);
}

void dddk_port_rx_recycle(struct dddk_net *net, void *cookie)
{
    struct buffer *buffer = claim(net, cookie, OWNER_RECEIVE);

    if (buffer != NULL) {
        put(net->port.state, buffer);
    }
}

static void put_frame(struct dddk_host_net *state, struct buffer *buffer)
{
    while (buffer != NULL) {
        struct buffer *next = buffer->next;
        put(state, buffer);
        buffer = next;
    }
}

void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent)
{
    struct buffer *buffer = claim(net, cookie, OWNER_TRANSMIT);

    (void)sent; /* counted by the driver; a host has nobody else to tell */
    if (buffer != NULL) {
        put_frame(net->port.state, buffer);
    }
}

void dddk_port_tx_wake(struct dddk_net *net)
{
    if (net->port.state != NULL) {
        net->port.state->stopped = false;
    }
}

/* Copy a frame into buffers of the pool. Returns how many, 0 when there are not enough. */
static unsigned copy_frame(struct dddk_host_net *state, const uint8_t *frame, size_t length_bytes,
                           struct dddk_segment *segments, struct buffer **first)
{
    struct buffer **link = first;
    unsigned count = 0;

    *first = NULL;
    while (length_bytes > 0) {
        size_t piece = length_bytes < state->buffer_bytes ? length_bytes : state->buffer_bytes;
        struct buffer *buffer = get(&state->transmit_free, OWNER_TRANSMIT);
        if (buffer == NULL) {
            put_frame(state, *first);
            return 0;
        }
        memcpy(buffer->cpu, frame, piece);
        segments[count++] = (struct dddk_segment){buffer->device, (uint32_t)piece};
        *link = buffer;
        link = &buffer->next;
        frame += piece;
        length_bytes -= piece;
    }
    return count;
}

int dddk_host_net_send(struct dddk_device *dev, const void *frame, size_t length_bytes, bool more)
{
    struct dddk_net *net = dddk_host_net(dev);
    struct dddk_segment segments[SEGMENTS_MAX];
    struct buffer *first;

    if (net == NULL || length_bytes == 0) {
        return DDDK_EINVAL;
    }
    struct dddk_host_net *state = net->port.state;
    if (!dev->port->gate_open || state == NULL) {
        return dddk_is_gone(dev) ? DDDK_ENODEV : DDDK_ESTATE;
    }
    if (length_bytes > FRAME_MAX_BYTES || length_bytes > net->mtu + OVERHEAD_BYTES) {
        return DDDK_EMSGSIZE;
    }
    if (state->stopped) {
        return DDDK_ENOSPC;
    }
    unsigned count = copy_frame(state, frame, length_bytes, segments, &first);
    int status = count == 0 ? DDDK_ENOSPC : net->ops->transmit(dev, segments, count, first, more);
    if (status == 0) {
        return 0;
    }
    if (count != 0) {
        put_frame(state, first);
        /* Stop, then look again: room that came in between would not be announced any more. */
        state->stopped = status == DDDK_ENOSPC;
        dddk_mb();
        if (net->ops->transmit_room(dev) >= count) {
            state->stopped = false;
        }
    }
    /* What `more` held back must not wait for a frame that does not come. */
    net->ops->flush(dev);
    return status;
}
