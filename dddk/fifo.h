/* SPDX-License-Identifier: MIT
 *
 * FIFOs of a device of class misc: words through one register. Where an interrupt serves a FIFO,
 * the poll moves its words to or from a ring, and whoever uses the device takes or gives them
 * there; a full receive ring stops reception at the device instead of losing words. Where none
 * does, handlers move words themselves, with the generated NAME_FIFO_pull() and NAME_FIFO_push().
 */
#ifndef DDDK_FIFO_H
#define DDDK_FIFO_H

#include "dddk/byte_ring.h"
#include "dddk/byteorder.h"

struct dddk_fifo_counters {
    uint64_t words;     /* moved */
    uint64_t overruns;  /* the device says that it lost words */
    uint64_t throttled; /* reception paused because the ring was full */
};

/* One that handlers move. The two begin alike. */
struct dddk_fifo {
    struct dddk_fifo_counters counters;
};

/* One that an interrupt serves. */
struct dddk_fifo_stream {
    struct dddk_fifo_counters counters;
    bool paused; /* atomic: the ring was full; a reader kicks the poll */
    struct dddk_byte_ring ring;
};

/*
 * For generated code, poll context: the ring has no room. Reception is paused; the reader sees that
 * and kicks the poll, unless it made room before it could see it: then this returns false.
 */
bool dddk_fifo_pause(struct dddk_fifo_stream *stream);

/* For generated code: a word's bytes, of which only `left` are wanted, or there. */
DDDK_INLINE size_t dddk_fifo_part(size_t left, size_t unit_bytes)
{
    return left < unit_bytes ? left : unit_bytes;
}

#endif
