/* SPDX-License-Identifier: MIT
 *
 * The standard test of one-shot transfers: what was asked for is moved, what does not fit is
 * refused without an access, and an end that never comes is awaited no longer than its deadline.
 */
#include "runtime/port/sim/standard.h"

#define LARGEST 65536u
#define CANARY 0xa5u

static void fill(uint8_t *bytes, size_t size_bytes, uint32_t seed)
{
    for (size_t i = 0; i < size_bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

static int to_device(const struct dddk_standard_transfer *transfer, struct dddk_device *dev,
                     uint64_t offset, const struct dddk_dma_memory *memory, size_t size_bytes)
{
    dddk_thread_enter(dev);
    int status = transfer->to_device(dev, offset, memory, size_bytes);
    dddk_thread_leave(dev);
    return status;
}

static int from_device(const struct dddk_standard_transfer *transfer, struct dddk_device *dev,
                       uint64_t offset, const struct dddk_dma_memory *memory, size_t size_bytes)
{
    dddk_thread_enter(dev);
    int status = transfer->from_device(dev, offset, memory, size_bytes);
    dddk_thread_leave(dev);
    return status;
}

/* The bytes before and behind what was moved are as they were. */
static bool beside_it(const struct dddk_standard_transfer *transfer, const uint8_t *own,
                      uint64_t offset, uint64_t end)
{
    return (offset == 0 || own[offset - 1] == CANARY) &&
           (end >= transfer->size_bytes || own[end] == CANARY);
}

/* `size_bytes` there and back at `offset`, and nothing beside them. */
static const char *there_and_back(struct bench *bench,
                                  const struct dddk_standard_transfer *transfer,
                                  const struct dddk_dma_memory *memory, uint8_t *own,
                                  uint64_t offset, size_t size_bytes)
{
    uint8_t *bytes = memory->cpu;
    static uint8_t expected[LARGEST];
    int status = 0;

    memset(own, CANARY, transfer->size_bytes);
    fill(expected, size_bytes, (uint32_t)(offset + size_bytes));
    if (transfer->to_device != NULL) {
        memcpy(bytes, expected, size_bytes);
        status = to_device(transfer, bench->dev, offset, memory, size_bytes);
    } else {
        memcpy(own + offset, expected, size_bytes);
    }
    if (status != 0) {
        return bench_complain("%s: %zu bytes to %llu: %s", transfer->name, size_bytes,
                              (unsigned long long)offset, dddk_status_name(status));
    }
    if (memcmp(own + offset, expected, size_bytes) != 0 ||
        !beside_it(transfer, own, offset, offset + size_bytes)) {
        return bench_complain("%s: the device has not what it was sent", transfer->name);
    }
    if (transfer->from_device == NULL) {
        return NULL;
    }
    memset(bytes, 0, memory->size_bytes);
    status = from_device(transfer, bench->dev, offset, memory, size_bytes);
    if (status != 0 || memcmp(bytes, expected, size_bytes) != 0 ||
        (size_bytes < memory->size_bytes && bytes[size_bytes] != 0)) {
        return bench_complain("%s: %zu bytes from %llu came back otherwise: %s", transfer->name,
                              size_bytes, (unsigned long long)offset, dddk_status_name(status));
    }
    return NULL;
}

/* Either way, as far as there is one: is the answer this? */
static bool answers(struct bench *bench, const struct dddk_standard_transfer *transfer,
                    uint64_t offset, const struct dddk_dma_memory *memory, size_t size_bytes,
                    int answer)
{
    return (transfer->to_device == NULL ||
            to_device(transfer, bench->dev, offset, memory, size_bytes) == answer) &&
           (transfer->from_device == NULL ||
            from_device(transfer, bench->dev, offset, memory, size_bytes) == answer);
}

/* None of these is inside both memories, or a multiple of what it must be. */
static const char *refusals(struct bench *bench, const struct dddk_standard_transfer *transfer,
                            const struct dddk_dma_memory *memory)
{
    const size_t step = transfer->align;
    const struct dddk_dma_memory none = {NULL, {0}, 0};
    const struct dddk_dma_memory one = {memory->cpu, memory->device, step};
    const struct dddk_dma_memory odd = {memory->cpu, {memory->device.value + 1}, step};
    const struct {
        uint64_t offset;
        const struct dddk_dma_memory *memory;
        size_t size_bytes;
        bool where; /* it is the offset that is wrong */
        bool odd;   /* wrong where something must be aligned */
    } cases[] = {
        {0, memory, 0, false, false},
        {transfer->size_bytes, memory, step, true, false},
        {transfer->size_bytes - step, memory, 2 * step, true, false},
        {UINT64_MAX - (step - 1), memory, 2 * step, true, false},
        {0, memory, transfer->max_bytes + step, false, false},
        {0, memory, SIZE_MAX - (step - 1), false, false},
        {0, &one, 2 * step, false, false},
        {0, &none, step, false, false},
        {1, memory, step, true, true},
        {0, memory, step / 2, false, true},
        {0, &odd, step, false, true},
    };
    struct dddk_test_counters before = dddk_test_counters(bench->model);

    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        if ((cases[i].where && transfer->has_no_offset) || (cases[i].odd && step == 1)) {
            continue;
        }
        if (!answers(bench, transfer, cases[i].offset, cases[i].memory, cases[i].size_bytes,
                     DDDK_EINVAL)) {
            return bench_complain("%s: %zu bytes at %llu were not refused", transfer->name,
                                  cases[i].size_bytes, (unsigned long long)cases[i].offset);
        }
    }
    struct dddk_test_counters after = dddk_test_counters(bench->model);
    if (after.reads != before.reads || after.writes != before.writes) {
        return bench_complain("%s: what was refused touched the device", transfer->name);
    }
    return NULL;
}

/* The device cannot: that is told, and the next transfer works. */
static const char *failures(struct bench *bench, const struct dddk_standard_transfer *transfer,
                            const struct dddk_dma_memory *memory)
{
    if (!transfer->can_fail) {
        return NULL;
    }
    dddk_model_transfer_fails(bench->model, transfer->index, true);
    bool told = answers(bench, transfer, 0, memory, transfer->align, DDDK_EIO);
    dddk_model_transfer_fails(bench->model, transfer->index, false);
    if (!told) {
        return bench_complain("%s: a failure was not told", transfer->name);
    }
    return answers(bench, transfer, 0, memory, transfer->align, 0)
               ? NULL
               : bench_complain("%s: after a failure nothing works", transfer->name);
}

/* The end never comes: the interrupt is lost, and registers hold what they held. */
static const char *never_done(struct bench *bench, const struct dddk_standard_transfer *transfer,
                              const struct dddk_dma_memory *memory)
{
    uint64_t begin_ns = dddk_test_now_ns(bench->machine);

    dddk_test_lose_interrupts(bench->model, UINT32_MAX);
    dddk_test_stick(bench->model, DDDK_TEST_LAST_VALUE);
    (void)answers(bench, transfer, 0, memory, transfer->align, 0);
    dddk_test_stick(bench->model, DDDK_TEST_ALL_ZEROS);
    (void)answers(bench, transfer, 0, memory, transfer->align, 0);
    dddk_test_stick(bench->model, DDDK_TEST_WORKING);
    dddk_test_lose_interrupts(bench->model, 0);
    if (dddk_test_now_ns(bench->machine) - begin_ns > BENCH_LONGEST_NS) {
        return bench_complain("%s: waited beyond every deadline", transfer->name);
    }
    return NULL;
}

const char *dddk_standard_moves(const struct dddk_standard *pair,
                                const struct dddk_standard_transfer *transfer)
{
    struct dddk_dma_memory memory = {0};
    struct bench bench;
    size_t own_bytes = 0, step = transfer->align;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL) {
        wrong = bench_run(&bench);
    }
    if (wrong == NULL) {
        size_t most = transfer->max_bytes < LARGEST ? transfer->max_bytes : LARGEST;
        uint64_t last = (transfer->size_bytes - step) / step * step;
        uint8_t *own = dddk_model_transfer_memory(bench.model, transfer->index, &own_bytes);
        if (own == NULL || own_bytes != transfer->size_bytes ||
            dddk_dma_alloc(bench.dev, most + step, 64, &memory) != 0) {
            wrong = bench_complain("%s: there is no memory to move", transfer->name);
        }
        wrong = wrong ? wrong : there_and_back(&bench, transfer, &memory, own, 0, most);
        wrong = wrong ? wrong : there_and_back(&bench, transfer, &memory, own, 0, step);
        if (wrong == NULL && !transfer->has_no_offset) {
            wrong = there_and_back(&bench, transfer, &memory, own, last, step);
        }
        wrong = wrong ? wrong : refusals(&bench, transfer, &memory);
        wrong = wrong ? wrong : failures(&bench, transfer, &memory);
        wrong = wrong ? wrong : never_done(&bench, transfer, &memory);
        dddk_dma_free(bench.dev, &memory);
    }
    return bench_close(&bench, wrong);
}
