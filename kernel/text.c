/* SPDX-License-Identifier: MIT
 *
 * See text.h.
 */
#include "kernel/text.h"

struct dddk_text dddk_text_begin(char *buffer, size_t size_bytes)
{
    buffer[0] = '\0';
    return (struct dddk_text){.buffer = buffer, .size_bytes = size_bytes};
}

static void put_character(struct dddk_text *text, char character)
{
    if (text->length + 1 >= text->size_bytes) {
        text->cut = true;
        return;
    }
    text->buffer[text->length++] = character;
    text->buffer[text->length] = '\0';
}

void dddk_text_put(struct dddk_text *text, const char *string)
{
    while (*string != '\0') {
        put_character(text, *string++);
    }
}

static void put_number(struct dddk_text *text, uint64_t value, unsigned base, unsigned digits)
{
    /* 20 decimal digits hold 2^64 - 1; a wish for more leading zeros than that is not met. */
    char reversed[20];
    unsigned count = 0;

    do {
        reversed[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while ((value != 0 || count < digits) && count < sizeof(reversed));
    while (count > 0) {
        put_character(text, reversed[--count]);
    }
}

void dddk_text_put_decimal(struct dddk_text *text, uint64_t value)
{
    put_number(text, value, 10, 1);
}

void dddk_text_put_hex(struct dddk_text *text, uint64_t value, unsigned digits)
{
    put_number(text, value, 16, digits);
}

size_t dddk_text_length(const char *string)
{
    size_t length = 0;

    while (string[length] != '\0') {
        length++;
    }
    return length;
}

bool dddk_text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}
