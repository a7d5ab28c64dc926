/* SPDX-License-Identifier: MIT */
#include "stored.dddk.h"

int stored_identify(struct stored *dev)
{
    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};

    return dddk_net_set_mac(dev, mac);
}

/* A job in the memory that the device sees, made of all that a field can hold. */
int stored_start(struct stored *dev)
{
    struct stored_job *job = dev->jobs.cpu;
    const struct dddk_dma_address data = dddk_dma_at(dev->jobs.device, 512);
    int status = stored_job_low_write(job, .address = data, .keep = true);

    if (status == 0) {
        status = stored_job_high_write(job, .address = data);
    }
    if (status == 0) {
        status = stored_job_whole_write(job, .address = data, .count = 3);
    }
    if (status == 0) {
        status = stored_job_wide_write(job, .count = 1000000, .sign = -2);
    }
    if (status == 0) {
        status = stored_job_options_write(job, .option = STORED_OPTION_FAST | STORED_OPTION_WIDE);
    }
    if (status != 0) {
        return status;
    }
    dddk_dma_wmb(); /* what the job says, before it runs */
    status = stored_job_verb_update(job, .verb = STORED_VERB_RUN);
    if (stored_job_whole_read(job).address.value != data.value ||
        stored_job_verb_read(job).verb != STORED_VERB_DONE) {
        return DDDK_EIO;
    }
    return status;
}
