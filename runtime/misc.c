/* SPDX-License-Identifier: MIT
 *
 * The misc class: what comes from outside is held against the manifest before a handler sees it,
 * and words go to and from FIFOs.
 */
#include "dddk/misc.h"
#include "runtime/port.h"

#define MOST_AT_ONCE ((size_t)1 << 20) /* bytes; an int tells how many */

static int check_data(const struct dddk_misc_operation *operation, const void *data,
                      size_t size_bytes)
{
    if (operation->data == DDDK_MISC_NO_DATA) {
        return data == NULL && size_bytes == 0 ? 0 : DDDK_EINVAL;
    }
    if (data == NULL) {
        return DDDK_EINVAL;
    }
    return size_bytes <= operation->data_max_bytes ? 0 : DDDK_EMSGSIZE;
}

static int check_values(const struct dddk_misc_operation *operation, const uint64_t *values)
{
    if (operation->argument_count != 0 && values == NULL) {
        return DDDK_EINVAL;
    }
    for (unsigned i = 0; i < operation->argument_count; i++) {
        const struct dddk_misc_argument *argument = &operation->arguments[i];
        if (!argument->out && argument->bytes < 8 && values[i] >> (8u * argument->bytes) != 0) {
            return DDDK_ERANGE;
        }
    }
    return 0;
}

int dddk_misc_call(struct dddk_misc *misc, unsigned operation, uint64_t *values, void *data,
                   size_t size_bytes)
{
    if (operation >= misc->ops->operation_count) {
        return DDDK_EINVAL;
    }
    const struct dddk_misc_operation *it = &misc->ops->operations[operation];
    if (it->fifo != NULL) {
        return dddk_misc_move(misc, it->fifo, data, size_bytes);
    }
    int status = check_data(it, data, size_bytes);
    if (status == 0) {
        status = check_values(it, values);
    }
    if (status != 0) {
        return status;
    }
    if (misc->dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE; /* there is not even a mutex */
    }
    dddk_thread_enter(misc->dev);
    if (misc->dev->state == DDDK_STARTED) {
        status = it->call(misc->dev, values, data, size_bytes);
    } else {
        status = dddk_is_gone(misc->dev) ? DDDK_ENODEV : DDDK_ESTATE;
    }
    dddk_thread_leave(misc->dev);
    return status;
}

/* ---- FIFOs ---- */

bool dddk_fifo_pause(struct dddk_fifo_stream *stream)
{
    DDDK_WRITE_ONCE(stream->paused, true);
    dddk_mb(); /* pairs with the barrier in take_words() */
    if (!dddk_byte_ring_is_full(&stream->ring)) {
        DDDK_WRITE_ONCE(stream->paused, false);
        return false;
    }
    stream->counters.throttled++;
    return true;
}

/* An instance begins with its struct dddk_device. */
static struct dddk_fifo_stream *stream_of(const struct dddk_misc *misc,
                                          const struct dddk_misc_fifo *fifo)
{
    return (struct dddk_fifo_stream *)(void *)((char *)misc->dev + fifo->offset);
}

const struct dddk_fifo_counters *dddk_misc_fifo_counters(const struct dddk_misc *misc,
                                                         const struct dddk_misc_fifo *fifo)
{
    return &stream_of(misc, fifo)->counters;
}

/* From the ring, for one caller at a time; returns bytes. */
static size_t take_words(struct dddk_misc *misc, const struct dddk_misc_fifo *fifo, uint8_t *to,
                         size_t size_bytes)
{
    struct dddk_fifo_stream *stream = stream_of(misc, fifo);
    size_t done = 0;

    while (size_bytes - done >= fifo->unit_bytes &&
           dddk_byte_ring_words(&stream->ring, fifo->unit_bytes) != 0) {
        dddk_byte_ring_get_word(&stream->ring, to + done, fifo->unit_bytes);
        done += fifo->unit_bytes;
    }
    /* Pairs with the barrier of the poll, which pauses reception and then looks at the ring again:
     * either it sees the room, or this sees the pause. */
    dddk_mb();
    if (done != 0 && DDDK_READ_ONCE(stream->paused)) {
        fifo->kick(misc->dev);
    }
    return done;
}

static size_t give_words(struct dddk_misc *misc, const struct dddk_misc_fifo *fifo,
                         const uint8_t *from, size_t size_bytes)
{
    struct dddk_fifo_stream *stream = stream_of(misc, fifo);
    size_t done = 0;

    while (size_bytes - done >= fifo->unit_bytes &&
           dddk_byte_ring_room(&stream->ring, fifo->unit_bytes) != 0) {
        dddk_byte_ring_put_word(&stream->ring, from + done, fifo->unit_bytes);
        done += fifo->unit_bytes;
    }
    if (done != 0) {
        fifo->kick(misc->dev);
    }
    return done;
}

int dddk_misc_move(struct dddk_misc *misc, const struct dddk_misc_fifo *fifo, void *data,
                   size_t size_bytes)
{
    int status;

    size_bytes -= size_bytes % fifo->unit_bytes;
    size_bytes = size_bytes < MOST_AT_ONCE ? size_bytes : MOST_AT_ONCE;
    if (data == NULL || size_bytes == 0) {
        return DDDK_EINVAL;
    }
    if (misc->dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE; /* there is not even a mutex */
    }
    dddk_thread_enter(misc->dev);
    if (misc->dev->state != DDDK_STARTED) {
        status = dddk_is_gone(misc->dev) ? DDDK_ENODEV : DDDK_ESTATE;
    } else if (fifo->move != NULL) {
        status = (int)fifo->move(misc->dev, data, size_bytes);
    } else {
        status = (int)(fifo->to_device ? give_words(misc, fifo, data, size_bytes)
                                       : take_words(misc, fifo, data, size_bytes));
    }
    dddk_thread_leave(misc->dev);
    return status;
}

const struct dddk_misc_fifo *dddk_misc_file(const struct dddk_misc *misc, bool to_device)
{
    for (unsigned i = 0; i < misc->ops->operation_count; i++) {
        const struct dddk_misc_fifo *fifo = misc->ops->operations[i].fifo;
        if (fifo != NULL && fifo->to_device == to_device) {
            return fifo;
        }
    }
    return NULL;
}

int dddk_misc_read(struct dddk_misc *misc, void *data, size_t size_bytes)
{
    const struct dddk_misc_fifo *fifo = dddk_misc_file(misc, false);

    return fifo == NULL ? DDDK_ENOTSUP : dddk_misc_move(misc, fifo, data, size_bytes);
}

int dddk_misc_write(struct dddk_misc *misc, const void *data, size_t size_bytes)
{
    const struct dddk_misc_fifo *fifo = dddk_misc_file(misc, true);

    /* Words to the device are only read. */
    return fifo == NULL ? DDDK_ENOTSUP
                        : dddk_misc_move(misc, fifo, (void *)(uintptr_t)data, size_bytes);
}

bool dddk_misc_is_ready(const struct dddk_misc *misc, const struct dddk_misc_fifo *fifo)
{
    if (fifo->kick == NULL) {
        return true;
    }
    const struct dddk_byte_ring *ring = &stream_of(misc, fifo)->ring;
    return (fifo->to_device ? dddk_byte_ring_room(ring, fifo->unit_bytes)
                            : dddk_byte_ring_words(ring, fifo->unit_bytes)) != 0;
}

void dddk_misc_moved(struct dddk_misc *misc)
{
    dddk_port_misc_moved(misc->dev);
}
