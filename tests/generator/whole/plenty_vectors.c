/* SPDX-License-Identifier: MIT */
#include "vectored.dddk.h"

/* The device is told which message is for what; with one interrupt for all there is nothing to
 * tell. */
int vectored_start(struct vectored *dev)
{
    if (dev->dddk.irq_mode != DDDK_IRQ_MSIX) {
        return 0;
    }
    return vectored_route_write(dev, .rx = VECTORED_RECEIVE_VECTOR, .tx = VECTORED_TRANSMIT_VECTOR,
                                .other = VECTORED_OTHER_VECTOR);
}

void vectored_link(struct vectored *dev)
{
    dddk_net_set_link(dev, vectored_status_read(dev).up, 100, true);
}

void vectored_queues(struct vectored *dev)
{
    (void)dev;
}
