/* SPDX-License-Identifier: MIT
 *
 * The serial class: bytes through two software rings between the poll (which moves them to and from
 * the device's FIFOs) and whoever uses the port (a tty, a pty, a C call). A full receive ring stops
 * reception at the device instead of losing bytes.
 */
#ifndef DDDK_SERIAL_H
#define DDDK_SERIAL_H

#include "dddk/byte_ring.h"
#include "dddk/device.h"

enum dddk_parity { DDDK_PARITY_NONE, DDDK_PARITY_ODD, DDDK_PARITY_EVEN };

struct dddk_serial_line {
    uint32_t baud;     /* bits a second */
    uint8_t data_bits; /* 5 to 8 */
    uint8_t stop_bits; /* 1 or 2 */
    enum dddk_parity parity;
};

struct dddk_serial_ops {
    /* Thread context; after start and on change. NULL: the line cannot be set. */
    int (*set_line)(struct dddk_device *dev, const struct dddk_serial_line *line);
    /* Any context: there are bytes to send or room to receive; schedules the poll. */
    void (*kick)(struct dddk_device *dev);
};

#define DDDK_SERIAL_RING DDDK_BYTE_RING

struct dddk_serial_counters {
    uint64_t rx_bytes, tx_bytes;
    uint64_t rx_throttled; /* reception paused because the receive ring was full */
    uint64_t overruns;     /* the device says that it lost bytes */
};

struct dddk_serial {
    struct dddk_device *dev;
    const struct dddk_serial_ops *ops;
    struct dddk_port_serial port; /* the port's part, from dddk_port.h */
    struct dddk_serial_line line;
    struct dddk_serial_counters counters;
    bool rx_paused; /* atomic: the receive ring was full; a reader kicks the poll */
    struct dddk_byte_ring rx, tx;
};

/* For ports and C callers, any context but one writer and one reader at a time, device started.
 * Bytes taken or given, which may be fewer than asked, 0 among them; or DDDK_ESTATE. */
int dddk_serial_write(struct dddk_serial *serial, const void *bytes, uint32_t size_bytes);
int dddk_serial_read(struct dddk_serial *serial, void *bytes, uint32_t size_bytes);
/* Thread context: DDDK_EINVAL for a setting no UART has, else what the handler set_line says. Kept
 * for the next start. */
int dddk_serial_set_line(struct dddk_serial *serial, const struct dddk_serial_line *line);

#endif
