/* SPDX-License-Identifier: MIT
 *
 * What the manifest of edu cannot say: the complement and the factorial. (QEMU 7.2,
 * docs/specs/edu.txt)
 */
#include "edu.model.h"

struct edu_model {
    struct dddk_model base;
    uint32_t n; /* whose factorial is being computed */
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

const struct edu_model_hooks edu_model_hooks = {
    .size_bytes = sizeof(struct edu_model),
    .on_write_live = write_live,
    .on_write_fact = write_fact,
};
