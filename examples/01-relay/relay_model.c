/* SPDX-License-Identifier: MIT
 *
 * The simulated board has each relay wired to the input of its number: the manifest cannot say so.
 */
#include "relay.model.h"

static void write_output(struct relay_model *relay, uint32_t value)
{
    uint32_t before = relay_model_get_input_levels(relay);

    (void)value;
    relay_model_set_input_levels(relay, relay_model_get_output_relays(relay));
    if (relay_model_get_input_levels(relay) != before) {
        relay_model_raise_main(relay, RELAY_MODEL_MAIN_CHANGED);
    }
}

const struct relay_model_hooks relay_model_hooks = {
    .on_write_output = write_output,
};
