/* SPDX-License-Identifier: MIT
 *
 * What the manifest cannot say of a controller: it is ready a while after it was enabled, and it
 * answers commands.
 */
#include "nvme.model.h"

#include <string.h>

#include "nvme.dddk.h" /* the structures in memory */

static void follow_enable(void *model)
{
    struct nvme_model *nvme = model;

    nvme_model_set_csts_rdy(nvme, nvme_model_get_cc_en(nvme));
}

static void write_cc(struct nvme_model *nvme, uint32_t value)
{
    (void)value;
    (void)dddk_model_after(nvme_model_base(nvme), DDDK_MSEC(2), follow_enable);
}

/* Entry `at` of the command queue is new. Everything is answered alike. */
static void answer(struct nvme_model *nvme, uint32_t at, bool phase)
{
    struct nvme_completion completion = {0};
    struct nvme_command command;
    char page[4096] = {0};

    if (dddk_model_dma_read(nvme_model_base(nvme),
                            nvme_model_get_asq_base(nvme) + at * sizeof(command), &command,
                            sizeof(command)) != 0) {
        return;
    }
    memcpy(page + 4, "SIM00001            ", 20);
    memcpy(page + 24, "A simulated controller                  ", 40);
    (void)nvme_completion_status_write(&completion, .phase = phase);
    (void)nvme_completion_id_write(&completion, (uint16_t)nvme_command_dw0_read(&command).id);
    if (dddk_model_dma_write(nvme_model_base(nvme), nvme_command_prp1_read(&command), page,
                             sizeof(page)) == 0 &&
        dddk_model_dma_write(nvme_model_base(nvme),
                             nvme_model_get_acq_base(nvme) + at * sizeof(completion), &completion,
                             sizeof(completion)) == 0) {
        nvme_model_raise_admin(nvme, NVME_MODEL_ADMIN_MESSAGE);
    }
}

static void write_bells(struct nvme_model *nvme, unsigned index, uint32_t value)
{
    uint32_t entries = nvme_model_get_aqa_asqs(nvme) + 1;

    if (index == 0 && nvme_model_get_csts_rdy(nvme)) {
        answer(nvme, (value + entries - 1) % entries, true); /* the first round is all we need */
    }
}

const struct nvme_model_hooks nvme_model_hooks = {
    .on_write_cc = write_cc,
    .on_write_bells = write_bells,
};
