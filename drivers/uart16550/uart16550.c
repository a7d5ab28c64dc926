/* SPDX-License-Identifier: MIT
 *
 * What the 16550 needs beyond its FIFOs and interrupt, which are generated from uart16550.yaml.
 */
#include "uart16550.dddk.h"

#define UART16550_CLOCK_HZ \
    1843200u /* of the crystal on PC cards; the divisor counts sixteenths of a bit */

/* Both FIFOs empty, on, and waking us at 14 of 16 bytes; OUT2 lets the interrupt out of the card.
 * (PC16550D 8.4, 8.6) */
int uart16550_start(struct uart16550 *uart)
{
    uart16550_fcr_write(uart, .enable = true, .clear_rx = true, .clear_tx = true, .trigger = 3);
    return uart16550_mcr_write(uart, .dtr = true, .rts = true, .out2 = true);
}

/* Table III of the datasheet: the divisor must hit the asked rate within 3 %, or the far side reads
 * rubbish. */
int uart16550_set_line(struct uart16550 *uart, const struct dddk_serial_line *line)
{
    static const uint8_t parity[] = {
        [DDDK_PARITY_NONE] = 0, [DDDK_PARITY_ODD] = 1, [DDDK_PARITY_EVEN] = 3};
    uint32_t divisor = (UART16550_CLOCK_HZ / 16u + line->baud / 2u) / line->baud;
    uint32_t actual = divisor ? UART16550_CLOCK_HZ / 16u / divisor : 0;

    if (divisor == 0 || divisor > 0xffffu || actual * 100u < line->baud * 97u ||
        actual * 100u > line->baud * 103u) {
        return DDDK_EINVAL;
    }
    uart16550_lcr_write(uart, .word = line->data_bits - 5u, .stop = line->stop_bits == 2,
                        .parity = parity[line->parity]);
    uart16550_dll_write(uart, divisor & 0xffu);
    return uart16550_dlm_write(uart, divisor >> 8);
}
