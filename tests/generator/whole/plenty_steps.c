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

int stepper_start(struct stepper *dev)
{
    unsigned word;

    /* The simulated device has no EEPROM: its line is low. */
    int status = read_word(dev, 1, &word);
    return status != 0 ? status : word == 0 ? 0 : DDDK_EIO;
}
