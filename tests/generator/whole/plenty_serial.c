/* SPDX-License-Identifier: MIT */
#include "wire.dddk.h"

int wire_set_line(struct wire *dev, const struct dddk_serial_line *line)
{
    wire_format_write(dev, line->data_bits);
    return wire_speed_write(dev, line->baud / 9600u & 0xffu);
}
