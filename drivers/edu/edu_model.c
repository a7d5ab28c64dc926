/* SPDX-License-Identifier: MIT
 *
 * What the manifest of edu cannot say: the complement, the factorial, and DMA between the host and
 * the device's own 4096 bytes. (QEMU 7.2, docs/specs/edu.txt)
 */
#include "edu.model.h"

enum { BUFFER = 0x40000, BUFFER_BYTES = 4096 };

struct edu_model {
    struct dddk_model base;
    uint32_t n; /* whose factorial is being computed */
    uint8_t buffer[BUFFER_BYTES];
};

static void write_live(struct edu_model *edu, uint32_t value)
{
    edu_model_set_live(edu, ~value);
}

/* Modulo 2^32 every factorial from 34 on is 0. */
static void computed(void *model)
{
    struct edu_model *edu = model;
    uint32_t result = 1;

    for (uint32_t n = edu->n; n > 1 && result != 0; n--) {
        result *= n;
    }
    edu_model_set_fact(edu, result);
    edu_model_set_status_computing(edu, false);
    edu_model_raise_main(edu, edu_model_get_status_raise(edu) ? EDU_MODEL_MAIN_FACTORIAL : 0);
}

/* While it computes it does not listen. */
static void write_fact(struct edu_model *edu, uint32_t value)
{
    if (!edu_model_get_status_computing(edu)) {
        edu->n = value;
        edu_model_set_status_computing(edu, true);
        dddk_model_after(&edu->base, DDDK_USEC(10), computed);
    }
}

static void moved(void *model)
{
    struct edu_model *edu = model;
    bool to_host = edu_model_get_dma_to_host(edu);
    uint64_t source = edu_model_get_source(edu), target = edu_model_get_target(edu);
    uint64_t offset = (to_host ? source : target) - BUFFER, size = edu_model_get_length(edu);

    if (size > BUFFER_BYTES || offset > BUFFER_BYTES - size) {
        dddk_model_complain(&edu->base, "DMA out of the device's buffer");
    } else if (to_host) {
        dddk_model_dma_write(&edu->base, target, edu->buffer + offset, (size_t)size);
    } else {
        dddk_model_dma_read(&edu->base, source, edu->buffer + offset, (size_t)size);
    }
    edu_model_set_dma_go(edu, false);
    edu_model_raise_main(edu, edu_model_get_dma_raise(edu) ? EDU_MODEL_MAIN_DMA : 0);
}

/* A second start while it moves begins anew. */
static void write_dma(struct edu_model *edu, uint64_t value)
{
    if (value & 1u) {
        edu_model_set_dma_go(edu, true);
        dddk_model_cancel(&edu->base, moved);
        dddk_model_after(&edu->base, DDDK_MSEC(100), moved);
    }
}

const struct edu_model_hooks edu_model_hooks = {
    .size_bytes = sizeof(struct edu_model),
    .on_write_live = write_live,
    .on_write_fact = write_fact,
    .on_write_dma = write_dma,
};
