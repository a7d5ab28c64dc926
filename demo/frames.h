/* SPDX-License-Identifier: MIT
 *
 * The frames of the demo, each of them computable from a seed and its number, and a ledger of which
 * have arrived unharmed. Everything that checks frames (the receiver behind the driver, the peer at
 * the other end of the wire, the reader of the capture) does it here, from the seed alone.
 */
#ifndef DDDK_DEMO_FRAMES_H
#define DDDK_DEMO_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEMO_FRAME_MIN = 60, DEMO_FRAME_MAX = 1514 }; /* bytes, without FCS */

struct demo_stream {
    uint64_t seed;
    uint8_t to[6], from[6]; /* MAC addresses */
    uint32_t count;         /* frames 0 to count - 1 belong to it */
};

/* Make frame `number` in `frame`, which has room for DEMO_FRAME_MAX bytes. Returns its length: each
 * length that there is comes up once in every 1,455 frames. */
size_t demo_frame_make(const struct demo_stream *stream, uint32_t number, uint8_t *frame);

struct demo_ledger {
    const struct demo_stream *stream;
    uint8_t *seen;       /* a flag for each frame */
    uint32_t arrived;    /* different frames of the stream, each bit right */
    uint32_t corrupted;  /* anything else that came */
    uint32_t repeated;   /* a frame that had been there already */
    uint32_t disordered; /* a frame that came after a later one */
    uint32_t next;
};

/* An empty ledger; false: no memory. The stream must outlive it. */
bool demo_ledger_open(struct demo_ledger *ledger, const struct demo_stream *stream);
void demo_ledger_close(struct demo_ledger *ledger);
void demo_ledger_take(struct demo_ledger *ledger, const uint8_t *frame, size_t length_bytes);
/* Every frame came exactly once, in order, and nothing else did. */
bool demo_ledger_is_perfect(const struct demo_ledger *ledger);

#endif
