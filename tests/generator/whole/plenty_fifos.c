/* SPDX-License-Identifier: MIT */
#include "sampler.dddk.h"

/* A command, and then its answer, of whatever length. */
int sampler_ask(struct sampler *dev, uint16_t what, void *data, size_t size_bytes)
{
    uint32_t seed[2] = {what, what};
    uint8_t line[8];

    if (sampler_bulk_push(dev, seed, 2) != 2 || sampler_line_pull(dev, line, sizeof(line)) != 0) {
        return DDDK_EPROTO;
    }
    int status = sampler_command_push_all(dev, seed, 3, DDDK_MSEC(1));
    return status == 0 ? sampler_port_pull_all(dev, data, size_bytes, DDDK_MSEC(1)) : status;
}
