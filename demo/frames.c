/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

enum {
    TYPE_AT = 12,
    NUMBER_AT = 14,
    CONTENT_AT = 18,
    LENGTHS = DEMO_FRAME_MAX - DEMO_FRAME_MIN + 1,
    STRIDE =
        1009, /* has no factor in common with LENGTHS, so that steps of it reach every length */
};

/* An EtherType set aside for experiments. (IEEE 802, 9.2.3) */
static const uint8_t type[2] = {0x88, 0xb5};

/* splitmix64: each output is a bijection of the state, which advances by a constant. */
static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

size_t demo_frame_make(const struct demo_stream *stream, uint32_t number, uint8_t *frame)
{
    size_t length = DEMO_FRAME_MIN + ((uint64_t)number * STRIDE + stream->seed % LENGTHS) % LENGTHS;
    uint64_t state = stream->seed ^ (uint64_t)number << 32;

    memcpy(frame, stream->to, 6);
    memcpy(frame + 6, stream->from, 6);
    memcpy(frame + TYPE_AT, type, sizeof(type));
    for (unsigned i = 0; i < 4; i++) {
        frame[NUMBER_AT + i] = (uint8_t)(number >> (24 - 8 * i));
    }
    for (size_t at = CONTENT_AT; at < length; at += 8) {
        uint64_t content = mix(&state);
        memcpy(frame + at, &content, length - at < 8 ? length - at : 8);
    }
    return length;
}

bool demo_ledger_open(struct demo_ledger *ledger, const struct demo_stream *stream)
{
    *ledger = (struct demo_ledger){.stream = stream, .seen = calloc(stream->count, 1)};
    return ledger->seen != NULL;
}

void demo_ledger_close(struct demo_ledger *ledger)
{
    free(ledger->seen);
    ledger->seen = NULL;
}

/* The number that a frame claims to have; `count` for one that cannot be of the stream. */
static uint32_t number_of(const struct demo_stream *stream, const uint8_t *frame, size_t length)
{
    uint32_t number = 0;

    if (length < DEMO_FRAME_MIN) {
        return stream->count;
    }
    for (unsigned i = 0; i < 4; i++) {
        number = number << 8 | frame[NUMBER_AT + i];
    }
    return number < stream->count ? number : stream->count;
}

void demo_ledger_take(struct demo_ledger *ledger, const uint8_t *frame, size_t length_bytes)
{
    uint8_t expected[DEMO_FRAME_MAX];
    uint32_t number = number_of(ledger->stream, frame, length_bytes);

    if (number == ledger->stream->count ||
        demo_frame_make(ledger->stream, number, expected) != length_bytes ||
        memcmp(frame, expected, length_bytes) != 0) {
        ledger->corrupted++;
        return;
    }
    if (ledger->seen[number]) {
        ledger->repeated++;
        return;
    }
    ledger->seen[number] = 1;
    ledger->arrived++;
    ledger->disordered += number < ledger->next;
    ledger->next = number + 1;
}

bool demo_ledger_is_perfect(const struct demo_ledger *ledger)
{
    return ledger->arrived == ledger->stream->count && ledger->corrupted == 0 &&
           ledger->repeated == 0 && ledger->disordered == 0;
}
