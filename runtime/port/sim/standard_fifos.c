/* SPDX-License-Identifier: MIT
 *
 * The standard test of FIFOs of class misc. See dddk/standard.h. Words go as their users move them:
 * through the class's table, which has those that handlers move as well.
 */
#include "runtime/port/sim/standard.h"

#define MANY_BYTES 20000u /* more than a ring, and than a FIFO, holds */
#define FEW_WORDS 3u
#define PIECE 256u

struct words {
    struct bench bench;
    struct dddk_misc *misc;
    const struct dddk_misc_fifo *fifo;
    const struct dddk_model_fifo *type;
    unsigned index;
    uint64_t mask; /* of the bits of a word that there are */
    uint64_t put, got;
    bool wrong;
};

/* The n-th word, as it is in memory, or on the wire. A stream has the same bytes in both. */
static void make_word(const struct words *it, uint64_t n, uint8_t bytes[8])
{
    uint64_t word = (n + 1) * 0x9e3779b97f4a7c15u >> 7 & it->mask;

    for (unsigned i = 0; i < it->fifo->unit_bytes; i++) {
        bytes[it->type->high_first ? it->fifo->unit_bytes - 1u - i : i] = (uint8_t)(word >> 8 * i);
    }
}

static void compare(struct words *it, const uint8_t *bytes, size_t size_bytes)
{
    uint8_t expected[8];

    for (size_t i = 0; i + it->fifo->unit_bytes <= size_bytes; i += it->fifo->unit_bytes) {
        make_word(it, it->got++, expected);
        it->wrong |= memcmp(bytes + i, expected, it->fifo->unit_bytes) != 0;
    }
}

static void drained(void *user, const uint8_t *bytes, size_t size_bytes)
{
    compare(user, bytes, size_bytes);
}

/* Words in at one end, as many as go. */
static void put_words(struct words *it, uint64_t until)
{
    const unsigned unit = it->fifo->unit_bytes;
    uint8_t bytes[PIECE];
    size_t size = 0;

    for (; size + unit <= sizeof bytes && it->put + size / unit < until; size += unit) {
        make_word(it, it->put + size / unit, bytes + size);
    }
    if (size == 0) {
        return;
    }
    int taken = it->fifo->to_device ? dddk_misc_move(it->misc, it->fifo, bytes, size)
                                    : (int)dddk_test_feed(it->bench.model, it->index, bytes, size);
    it->wrong |= taken < 0;
    it->put += taken > 0 ? (uint64_t)taken / unit : 0;
}

static void take_words(struct words *it)
{
    uint8_t bytes[PIECE];
    size_t size = sizeof bytes;

    if (it->fifo->to_device) {
        return;
    }
    if (it->type->depth == 0) { /* it gives something whenever it is asked */
        size_t there = (size_t)(it->put - it->got) * it->fifo->unit_bytes;
        size = there < size ? there : size;
    }
    int count = size == 0 ? 0 : dddk_misc_move(it->misc, it->fifo, bytes, size);
    it->wrong |= count < 0;
    compare(it, bytes, count > 0 ? (size_t)count : 0);
}

static const char *flow(struct words *it, uint64_t words)
{
    /* A FIFO that is ready with several words says nothing of fewer. */
    const unsigned step = it->fifo->to_device || it->type->threshold == 0 ? 1 : it->type->threshold;
    uint64_t until = it->put + (words + step - 1) / step * step;

    for (unsigned turns = 0; it->got < until; turns++) {
        put_words(it, until);
        dddk_test_run(it->bench.machine, DDDK_USEC(100));
        take_words(it);
        if (it->wrong || turns > 2 * words + 100) {
            return bench_complain("after %llu words of %llu: %s", (unsigned long long)it->got,
                                  (unsigned long long)until,
                                  it->wrong ? "one is not what was put in" : "no progress");
        }
    }
    return NULL;
}

/* More words come than there is room for, and nobody hears of it for a while. */
static const char *overrun(struct words *it)
{
    const size_t size = 8u * (it->type->depth + 4u);
    uint8_t bytes[PIECE] = {0};
    uint64_t lost = dddk_test_counters(it->bench.model).bytes_lost;

    dddk_test_lose_interrupts(it->bench.model, UINT32_MAX);
    dddk_test_ignore_room(it->bench.model, true);
    for (size_t fed = 0; fed < size; fed += sizeof bytes) {
        (void)dddk_test_feed(it->bench.model, it->index, bytes, sizeof bytes);
    }
    dddk_test_run(it->bench.machine, DDDK_MSEC(10));
    dddk_test_ignore_room(it->bench.model, false);
    dddk_test_lose_interrupts(it->bench.model, 0);
    if (dddk_test_counters(it->bench.model).bytes_lost == lost) {
        return bench_complain("the device lost nothing where it had no room");
    }
    if (it->fifo->kick != NULL) {
        it->fifo->kick(it->bench.dev);
    }
    dddk_test_run(it->bench.machine, DDDK_MSEC(1));
    (void)dddk_misc_move(it->misc, it->fifo, bytes, sizeof bytes);
    return dddk_misc_fifo_counters(it->misc, it->fifo)->overruns != 0
               ? NULL
               : bench_complain("words were lost, and that was not counted");
}

const char *dddk_standard_misc_words(const struct dddk_standard *pair, unsigned index)
{
    struct words it = {.index = index, .type = &pair->model->fifos[index]};

    const char *wrong = bench_open(&it.bench, pair);
    if (wrong == NULL && bench_probe(&it.bench) != 0) {
        wrong = bench_complain("it was not bound");
    }
    if (wrong == NULL) {
        it.misc = dddk_host_misc(it.bench.dev);
        it.fifo = &it.misc->ops->fifos[index];
        it.mask = it.type->data.mask >> __builtin_ctzll(it.type->data.mask);
        dddk_test_drain(it.bench.model, index, it.fifo->to_device ? drained : NULL, &it);
        wrong = flow(&it, FEW_WORDS);
    }
    wrong = wrong != NULL ? wrong : flow(&it, MANY_BYTES / it.fifo->unit_bytes);
    if (wrong == NULL && dddk_misc_fifo_counters(it.misc, it.fifo)->words != it.put) {
        wrong = bench_complain("not every word was counted");
    }
    if (wrong == NULL && it.type->overrun.reg >= 0 && it.type->depth != 0) {
        wrong = overrun(&it);
    }
    return bench_close(&it.bench, wrong);
}
