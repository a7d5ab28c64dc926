/* SPDX-License-Identifier: MIT */
#include "ringed.dddk.h"

int ringed_identify(struct ringed *dev)
{
    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};

    return dddk_net_set_mac(dev, mac);
}

/* Three jobs of three kinds; what was written is what they are. */
int ringed_start(struct ringed *dev)
{
    struct ringed_job *jobs = dev->jobs.cpu;
    struct ringed_job_context_value context;
    int status = ringed_job_put_plain(&jobs[0], .length = 60, .cmd_last = true);

    if (status == 0) {
        status = ringed_job_put_context(&jobs[1], .mss = 1460, .command_bytes = 3000);
    }
    if (status == 0) {
        status =
            ringed_job_put_data(&jobs[2], .address = dev->jobs.device.value, .command_last = true);
    }
    if (status != 0) {
        return status;
    }
    if (ringed_job_kind(&jobs[0]) != RINGED_JOB_KIND_PLAIN ||
        ringed_job_get_context(&jobs[2], &context) || !ringed_job_get_context(&jobs[1], &context) ||
        context.mss != 1460) {
        return DDDK_EIO;
    }
    status = ringed_jobs_write(dev, dev->jobs.device.value);
    return status != 0 ? status : ringed_tx_post_note(dev, .text = 1);
}
