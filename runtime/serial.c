/* SPDX-License-Identifier: MIT
 *
 * The serial class between ports and drivers: the user's ends of the two byte rings, and the line's
 * setting, which is kept across stop and start.
 */
#include "dddk/serial.h"
#include "runtime/port.h"

static bool is_started(const struct dddk_serial *serial)
{
    return DDDK_READ_ONCE(serial->dev->state) == DDDK_STARTED;
}

int dddk_serial_write(struct dddk_serial *serial, const void *bytes, uint32_t size_bytes)
{
    const uint8_t *from = bytes;
    uint32_t done = 0;

    if (!is_started(serial)) {
        return DDDK_ESTATE;
    }
    while (done < size_bytes && dddk_byte_ring_put(&serial->tx, from[done])) {
        done++;
    }
    if (done != 0) {
        serial->ops->kick(serial->dev);
    }
    return (int)done;
}

int dddk_serial_read(struct dddk_serial *serial, void *bytes, uint32_t size_bytes)
{
    uint8_t *to = bytes;
    uint32_t done = 0;

    if (!is_started(serial)) {
        return DDDK_ESTATE;
    }
    while (done < size_bytes && dddk_byte_ring_get(&serial->rx, &to[done])) {
        done++;
    }
    /* Pairs with the barrier of the poll, which pauses reception and then looks at the ring again:
     * either it sees the room, or this sees the pause. */
    dddk_mb();
    if (done != 0 && DDDK_READ_ONCE(serial->rx_paused)) {
        serial->ops->kick(serial->dev);
    }
    return (int)done;
}

static bool is_possible(const struct dddk_serial_line *line)
{
    return line->baud != 0 && line->data_bits >= 5 && line->data_bits <= 8 &&
           line->stop_bits >= 1 && line->stop_bits <= 2 &&
           (line->parity == DDDK_PARITY_NONE || line->parity == DDDK_PARITY_ODD ||
            line->parity == DDDK_PARITY_EVEN);
}

int dddk_serial_set_line(struct dddk_serial *serial, const struct dddk_serial_line *line)
{
    int status = 0;

    if (!is_possible(line)) {
        return DDDK_EINVAL;
    }
    if (serial->ops->set_line == NULL) {
        return DDDK_ENOTSUP;
    }
    dddk_thread_enter(serial->dev);
    if (is_started(serial)) {
        status = serial->ops->set_line(serial->dev, line);
    }
    if (status == 0) {
        serial->line = *line;
    }
    dddk_thread_leave(serial->dev);
    return status;
}
