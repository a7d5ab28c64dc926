/* SPDX-License-Identifier: MIT */
#include "matched.model.h"

struct matched_model {
    struct dddk_model base;
};

static void on_reset(struct matched_model *model)
{
    matched_model_set_count(model, matched_model_match_ports(model));
}

const struct matched_model_hooks matched_model_hooks = {
    .size_bytes = sizeof(struct matched_model),
    .on_reset = on_reset,
};
