/* SPDX-License-Identifier: MIT
 *
 * Building one line of text in a buffer of fixed size, for messages of code that has no libc. Text
 * that does not fit is cut off; the buffer always ends with a zero. Any context.
 */
#ifndef DDDK_TEXT_H
#define DDDK_TEXT_H

#include "dddk/base.h"

struct dddk_text {
    char *buffer;
    size_t size_bytes; /* of the buffer, at least 1 */
    size_t length;     /* characters so far, without the zero */
    bool cut;          /* something did not fit */
};

/* Begin an empty line in `buffer`. */
struct dddk_text dddk_text_begin(char *buffer, size_t size_bytes);
void dddk_text_put(struct dddk_text *text, const char *string);
void dddk_text_put_decimal(struct dddk_text *text, uint64_t value);
/* At least `digits` digits, without a prefix. */
void dddk_text_put_hex(struct dddk_text *text, uint64_t value, unsigned digits);

size_t dddk_text_length(const char *string);
bool dddk_text_equal(const char *a, const char *b);

#endif
