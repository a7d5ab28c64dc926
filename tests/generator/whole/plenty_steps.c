/* SPDX-License-Identifier: MIT */
#include "stepper.dddk.h"

#define READ_WORD 6u /* start bit and operation code */
#define ADDRESS_BITS 6u
#define WORD_BITS 16u

/* Bits to the EEPROM, the highest first, and what it says meanwhile. */
static int shift(struct stepper *dev, unsigned bits, unsigned count, unsigned *word)
{
    *word = 0;
    for (unsigned i = count; i > 0; i--) {
        uint8_t taken;
        int status = stepper_eeprom_bit(dev, bits >> (i - 1u) & 1u, &taken);

        if (status != 0) {
            return status;
        }
        *word = *word << 1 | taken;
    }
    return 0;
}

static int read_word(struct stepper *dev, unsigned address, unsigned *word)
{
    int status = stepper_eeprom_select(dev, 1);

    if (status == 0) {
        status = shift(dev, READ_WORD << ADDRESS_BITS | address, 3u + ADDRESS_BITS, word);
    }
    if (status == 0) {
        status = shift(dev, 0, WORD_BITS, word);
    }
    return status == 0 ? stepper_eeprom_select(dev, 0) : status;
}

/* One form for two commands: what is written says which. */
static bool commands_are_told_apart(void)
{
    struct stepper_trb trb;
    struct stepper_trb_slot_disable_slot_value value;
    struct stepper_pair pair;

    return stepper_trb_put_slot_disable_slot(&trb, .control_slot = 3) == 0 &&
           stepper_trb_kind(&trb) == STEPPER_TRB_KIND_SLOT_DISABLE_SLOT &&
           stepper_trb_get_slot_disable_slot(&trb, &value) && value.control_slot == 3 &&
           stepper_trb_put_slot_enable_slot(&trb, .control_slot = 3) == 0 &&
           !stepper_trb_get_slot_disable_slot(&trb, &value) &&
           stepper_pair_put_near_2_7(&pair) == 0 &&
           stepper_pair_kind(&pair) == STEPPER_PAIR_KIND_NEAR_2_7;
}

int stepper_start(struct stepper *dev)
{
    unsigned word;

    /* The simulated device has no EEPROM: its line is low. */
    int status = read_word(dev, 1, &word);
    if (status == 0 && (word != 0 || !commands_are_told_apart())) {
        status = DDDK_EIO;
    }
    return status;
}
