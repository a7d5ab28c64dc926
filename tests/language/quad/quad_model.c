/* SPDX-License-Identifier: MIT */
#include "quad.model.h"

struct quad_model {
    struct dddk_model base;
};

/* What is forced comes as a message too, where it has one. */
static void write_ics(struct quad_model *quad, uint32_t value)
{
    if ((value & QUAD_MODEL_ALL_RXQ0) != 0) {
        quad_model_raise_receive(quad, QUAD_MODEL_RECEIVE_MESSAGE);
    }
    if ((value & QUAD_MODEL_ALL_TXQ0) != 0) {
        quad_model_raise_transmit(quad, QUAD_MODEL_TRANSMIT_MESSAGE);
    }
}

const struct quad_model_hooks quad_model_hooks = {
    .size_bytes = sizeof(struct quad_model),
    .on_write_ics = write_ics,
};
