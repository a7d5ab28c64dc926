/* SPDX-License-Identifier: MIT
 *
 * The handlers of the relay board: what relay.yaml cannot say. They run in thread context, one at a
 * time.
 */
#include "relay.dddk.h"

#define RELAY_MAGIC 0x5259u

int relay_identify(struct relay *relay)
{
    return relay_id_read(relay).magic == RELAY_MAGIC ? 0 : DDDK_ENODEV;
}

int relay_set(struct relay *relay, uint8_t number, uint8_t closed)
{
    uint32_t relays = relay_output_read(relay).relays;

    if (number > 7) {
        return DDDK_EINVAL;
    }
    relays = closed ? relays | 1u << number : relays & ~(1u << number);
    return relay_output_write(relay, .relays = relays);
}

int relay_inputs(struct relay *relay, uint8_t *levels)
{
    *levels = (uint8_t)relay_input_read(relay).levels;
    return 0;
}

/* The cause CHANGED: the generated interrupt code has read and acknowledged it. */
void relay_changed(struct relay *relay)
{
    relay->state.changes++;
}

int relay_changes(struct relay *relay, uint32_t *count)
{
    *count = relay->state.changes;
    return 0;
}
