/* SPDX-License-Identifier: MIT
 *
 * What the manifest of the 16550 cannot say: FCR clears the FIFOs, and sets how full the receiving
 * one is when it interrupts. (PC16550D 8.4)
 */
#include "uart16550.model.h"

static void write_fcr(struct uart16550_model *uart, uint32_t value)
{
    static const unsigned levels[] = {1, 4, 8, 14};
    struct dddk_model *base = uart16550_model_base(uart);

    if (value & 2u) {
        dddk_model_fifo_clear(base, UART16550_MODEL_FIFO_RX);
    }
    if (value & 4u) {
        dddk_model_fifo_clear(base, UART16550_MODEL_FIFO_TX);
    }
    dddk_model_fifo_trigger(base, UART16550_MODEL_FIFO_RX,
                            value & 1u ? levels[value >> 6 & 3u] : 1);
}

const struct uart16550_model_hooks uart16550_model_hooks = {
    .on_write_fcr = write_fcr,
};
