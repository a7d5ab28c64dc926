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

/* `size_bytes` there and back at `offset`, and nothing beside them. */
static const char *there_and_back(struct bench *bench,
                                  const struct dddk_standard_transfer *transfer,
                                  const struct dddk_dma_memory *memory, uint8_t *own,
                                  uint64_t offset, size_t size_bytes)
{
    uint64_t end = offset + size_bytes;
    uint8_t *bytes = memory->cpu;
    static uint8_t expected[LARGEST];

    memset(own, CANARY, transfer->size_bytes);
    fill(expected, size_bytes, (uint32_t)(offset + size_bytes));
    memcpy(bytes, expected, size_bytes);
    int status = to_device(transfer, bench->dev, offset, memory, size_bytes);
    if (status != 0) {
        return bench_complain("%s: %zu bytes to %llu: %s", transfer->name, size_bytes,
                              (unsigned long long)offset, dddk_status_name(status));
    }
    if (memcmp(own + offset, expected, size_bytes) != 0 ||
        (offset != 0 && own[offset - 1] != CANARY) ||
        (end < transfer->size_bytes && own[end] != CANARY)) {
        return bench_complain("%s: the device has not what it was sent", transfer->name);
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

/* None of these is inside both memories. */
static const char *refusals(struct bench *bench, const struct dddk_standard_transfer *transfer,
                            const struct dddk_dma_memory *memory)
{
    const struct dddk_dma_memory none = {NULL, {0}, 0};
    const struct dddk_dma_memory one = {memory->cpu, memory->device, 1};
    const struct {
        uint64_t offset;
        const struct dddk_dma_memory *memory;
        size_t size_bytes;
    } cases[] = {
        {0, memory, 0},
        {transfer->size_bytes, memory, 1},
        {transfer->size_bytes - 1, memory, 2},
        {UINT64_MAX, memory, 2},
        {0, memory, transfer->max_bytes + 1},
        {0, memory, SIZE_MAX},
        {0, &one, 2},
        {0, &none, 1},
    };
    struct dddk_test_counters before = dddk_test_counters(bench->model);

    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        if (to_device(transfer, bench->dev, cases[i].offset, cases[i].memory,
                      cases[i].size_bytes) != DDDK_EINVAL ||
            from_device(transfer, bench->dev, cases[i].offset, cases[i].memory,
                        cases[i].size_bytes) != DDDK_EINVAL) {
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

/* The end never comes: the interrupt is lost, and registers hold what they held. */
static const char *never_done(struct bench *bench, const struct dddk_standard_transfer *transfer,
                              const struct dddk_dma_memory *memory)
{
    uint64_t begin_ns = dddk_test_now_ns(bench->machine);

    dddk_test_lose_interrupts(bench->model, UINT32_MAX);
    dddk_test_stick(bench->model, DDDK_TEST_LAST_VALUE);
    (void)to_device(transfer, bench->dev, 0, memory, 1);
    (void)from_device(transfer, bench->dev, 0, memory, 1);
    dddk_test_stick(bench->model, DDDK_TEST_ALL_ZEROS);
    (void)to_device(transfer, bench->dev, 0, memory, 1);
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
    size_t own_bytes = 0;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL && (bench_probe(&bench) != 0 || bench_start(&bench) != 0)) {
        wrong = bench_complain("it did not start");
    }
    if (wrong == NULL) {
        size_t most = transfer->max_bytes < LARGEST ? transfer->max_bytes : LARGEST;
        uint8_t *own = dddk_model_transfer_memory(bench.model, transfer->index, &own_bytes);
        if (own == NULL || own_bytes != transfer->size_bytes ||
            dddk_dma_alloc(bench.dev, most + 1, 64, &memory) != 0) {
            wrong = bench_complain("%s: there is no memory to move", transfer->name);
        }
        wrong = wrong ? wrong : there_and_back(&bench, transfer, &memory, own, 0, most);
        wrong = wrong ? wrong : there_and_back(&bench, transfer, &memory, own, 0, 1);
        wrong = wrong ? wrong
                      : there_and_back(&bench, transfer, &memory, own, transfer->size_bytes - 1, 1);
        wrong = wrong ? wrong : refusals(&bench, transfer, &memory);
        wrong = wrong ? wrong : never_done(&bench, transfer, &memory);
        dddk_dma_free(bench.dev, &memory);
    }
    return bench_close(&bench, wrong);
}
