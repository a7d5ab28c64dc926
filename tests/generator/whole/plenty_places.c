/* SPDX-License-Identifier: MIT
 *
 * The nested device: what its interrupt may ask for.
 */
#include "nested.dddk.h"

void nested_overrun(struct nested *dev)
{
    nested_port_queue_write(dev, 1, 2, 0);
}
