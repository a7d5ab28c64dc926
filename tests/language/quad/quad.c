/* SPDX-License-Identifier: MIT */
#include "quad.dddk.h"

enum { HAS_ONE = 8 };

/* Which event is which message; the causes of messages that have no register to look at clear
 * themselves. (10.2.4.9) */
int quad_start(struct quad *dev)
{
    if (dev->dddk.irq_mode != DDDK_IRQ_MSIX) {
        return 0;
    }
    quad_ctrl_ext_update(dev, .iame = true);
    quad_eiac_write(dev, .rxq0 = true, .txq0 = true);
    quad_ims_write(dev, .txq0 = true); /* the table masks it, not the device */
    return quad_ivar_write(dev, .rxq0 = HAS_ONE | QUAD_RECEIVE_VECTOR,
                           .txq0 = HAS_ONE | QUAD_TRANSMIT_VECTOR,
                           .other = HAS_ONE | QUAD_OTHER_VECTOR);
}

void quad_sent(struct quad *dev)
{
    dev->state.sent++;
}

void quad_link(struct quad *dev)
{
    dev->state.links++;
}

void quad_other(struct quad *dev)
{
    dev->state.others++;
}
