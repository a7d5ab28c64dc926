/* SPDX-License-Identifier: MIT
 *
 * The handlers of an NVM Express controller that has only its admin queues: one command at a time.
 */
#include "nvme.dddk.h"

#include <string.h>

enum { ENTRIES = 16, COMMAND_SIZE = 6, COMPLETION_SIZE = 4 }; /* sizes as powers of two */

static uint64_t patience_ns(struct nvme *nvme)
{
    return DDDK_MSEC(500) * (1 + nvme_cap_read(nvme).to);
}

int nvme_reset(struct nvme *nvme)
{
    (void)nvme_cc_update(nvme, .en = false);
    return dddk_poll(nvme, !nvme_csts_read(nvme).rdy, patience_ns(nvme));
}

int nvme_start(struct nvme *nvme)
{
    nvme->state.next = 0;
    memset(nvme->completions.cpu, 0, nvme->completions.size_bytes);
    (void)nvme_aqa_write(nvme, .asqs = ENTRIES - 1, .acqs = ENTRIES - 1);
    (void)nvme_asq_write(nvme, .base = nvme->commands.device);
    (void)nvme_acq_write(nvme, .base = nvme->completions.device);
    (void)nvme_cc_write(nvme, .en = true, .iosqes = COMMAND_SIZE, .iocqes = COMPLETION_SIZE);
    return dddk_poll(nvme, nvme_csts_read(nvme).rdy, patience_ns(nvme));
}

void nvme_stop(struct nvme *nvme)
{
    (void)nvme_reset(nvme); /* it forgets its queues, and leaves their memory alone */
}

/* The phase that the controller writes into completions: 1 in its first round, then 0, and so on.
 */
static bool phase(const struct nvme *nvme)
{
    return (nvme->state.next / ENTRIES) % 2 == 0;
}

/* Identify, command 06h: a page about the controller, or about a namespace. (5.15) */
int nvme_inquire(struct nvme *nvme, uint32_t nsid, uint8_t what, void *data, size_t size_bytes)
{
    uint32_t at = nvme->state.next % ENTRIES;
    struct nvme_command *command = (struct nvme_command *)nvme->commands.cpu + at;
    const struct nvme_completion *completion = (struct nvme_completion *)nvme->completions.cpu + at;

    memset(command, 0, sizeof(*command));
    (void)nvme_command_dw0_write(command, .opcode = NVME_OPCODE_IDENTIFY, .id = (uint16_t)at);
    (void)nvme_command_nsid_write(command, nsid);
    (void)nvme_command_prp1_write(command, nvme->page.device.value);
    (void)nvme_command_dw10_write(command, what);

    /* Memory is written before the doorbell: accessors of registers see to that. */
    dddk_arm(&nvme->answered);
    (void)nvme_bells_write(nvme, 0, .index = (at + 1) % ENTRIES);
    int status = dddk_wait(nvme, &nvme->answered, DDDK_SEC(1));
    if (status != 0) {
        return status;
    }
    struct nvme_completion_status answer = nvme_completion_status_read(completion);
    if (answer.phase != phase(nvme)) {
        return DDDK_EIO; /* an interrupt, and nothing behind it */
    }
    nvme->state.next++;
    (void)nvme_bells_write(nvme, 1, .index = (at + 1) % ENTRIES);
    if (answer.code != 0) {
        return DDDK_EIO;
    }
    memcpy(data, nvme->page.cpu, size_bytes);
    return 0;
}
