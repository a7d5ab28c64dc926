/* SPDX-License-Identifier: MIT
 *
 * The standard tests of the classes net and serial. See dddk/standard.h.
 */
#include <limits.h>
#include <stdlib.h>

#include "runtime/port/sim/standard.h"

#define TOO_MANY_FRAMES 8192u /* no ring, pool or wire of the kit holds so many */
#define MANY_BYTES 50000u

static const char *net_open(struct bench *bench, const struct dddk_standard *pair)
{
    const char *wrong = bench_open(bench, pair);
    if (wrong == NULL) {
        wrong = bench_run(bench);
    }
    if (wrong == NULL) {
        (void)dddk_test_idle(bench->machine, BENCH_QUIET_NS);
    }
    return wrong;
}

static const char *count_frames(const struct bench *bench, uint32_t in, uint32_t out)
{
    if (bench->wrong) {
        return bench_complain("something came through changed, or out of order");
    }
    if (bench->received != in || bench->sent != out) {
        return bench_complain("%u frames came in where %u belong, %u went out where %u belong",
                              (unsigned)bench->received, in, (unsigned)bench->sent, out);
    }
    return NULL;
}

const char *dddk_standard_net_empty(const struct dddk_standard *pair)
{
    struct bench bench;

    const char *wrong = net_open(&bench, pair);
    if (wrong == NULL) {
        uint64_t errors = bench.dev->counters.protocol_errors;
        for (unsigned interrupt = 0; interrupt < pair->model->interrupt_count; interrupt++) {
            uint32_t every = 0;
            for (unsigned i = 0; i < pair->model->interrupts[interrupt].cause_count; i++) {
                every |= 1u << pair->model->interrupts[interrupt].causes[i].bit;
            }
            dddk_test_raise(bench.model, interrupt, every);
        }
        (void)dddk_test_idle(bench.machine, BENCH_QUIET_NS);
        wrong = count_frames(&bench, 0, 0);
        if (wrong == NULL && bench.dev->counters.protocol_errors != errors) {
            wrong = bench_complain("an empty ring was taken for a broken one");
        }
    }
    wrong = wrong != NULL ? wrong : bench_working(&bench);
    return bench_close(&bench, wrong);
}

const char *dddk_standard_net_full(const struct dddk_standard *pair)
{
    uint8_t frame[BENCH_FRAME_BYTES];
    uint32_t taken = 0;
    struct bench bench;

    const char *wrong = net_open(&bench, pair);
    if (wrong == NULL) {
        int status = 0;
        dddk_test_lose_interrupts(bench.model, UINT_MAX);
        for (; status == 0 && taken < TOO_MANY_FRAMES; taken += status == 0) {
            bench_frame(frame, taken, false);
            status = dddk_host_net_send(bench.dev, frame, sizeof frame, false);
        }
        if (status != DDDK_ENOSPC) {
            wrong = bench_complain("after %u frames: %s, not DDDK_ENOSPC", taken,
                                   dddk_status_name(status));
        }
        dddk_test_lose_interrupts(bench.model, 0);
    }
    if (wrong == NULL) {
        (void)dddk_test_idle(bench.machine, BENCH_QUIET_NS);
        for (unsigned i = 0; i < pair->model->ring_count; i++) {
            const struct dddk_model_ring *ring = &pair->model->rings[i];
            dddk_test_raise(bench.model, ring->interrupt, ring->raises);
            for (unsigned k = 0; k < ring->also_count; k++) {
                dddk_test_raise(bench.model, ring->also[k].interrupt, ring->also[k].causes);
            }
        }
        (void)dddk_test_idle(bench.machine, BENCH_QUIET_NS);
        wrong = count_frames(&bench, 0, taken);
        bench.out_put = taken;
    }
    wrong = wrong != NULL ? wrong : bench_working(&bench);
    return bench_close(&bench, wrong);
}

const char *dddk_standard_net_wrap(const struct dddk_standard *pair)
{
    static const uint32_t largest = 4096; /* a multiple of every ring's count */
    uint32_t before = dddk_ring_first_index;
    uint8_t frame[BENCH_FRAME_BYTES];
    uint32_t out = 0, in = 0;
    struct bench bench;

    dddk_ring_first_index = 0u - largest;
    const char *wrong = net_open(&bench, pair);
    for (unsigned turns = 0; wrong == NULL && (out < 5 * largest || in < 5 * largest); turns++) {
        for (unsigned i = 0; i < 32; i++) {
            bench_frame(frame, in, true);
            in += in < 5 * largest && dddk_test_send(bench.model, frame, sizeof frame) == 0;
            bench_frame(frame, out, false);
            out += out < 5 * largest && dddk_host_net_send(bench.dev, frame, sizeof frame,
                                                           i < 31 && out + 1 < 5 * largest) == 0;
        }
        dddk_test_run(bench.machine, DDDK_USEC(50));
        if (turns > 10 * largest) {
            wrong = bench_complain("no progress: %u of %u in, %u out", in, 5 * largest, out);
        }
    }
    if (wrong == NULL) {
        (void)dddk_test_idle(bench.machine, BENCH_QUIET_NS);
        wrong = count_frames(&bench, in, out);
    }
    dddk_ring_first_index = before;
    return bench_close(&bench, wrong);
}

const char *dddk_standard_net_bad_frames(const struct dddk_standard *pair)
{
    uint8_t frame[BENCH_FRAME_BYTES];
    struct bench bench;

    const char *wrong = net_open(&bench, pair);
    for (unsigned i = 0; wrong == NULL && i < pair->model->ring_count; i++) {
        const struct dddk_model_ring *ring = &pair->model->rings[i];
        for (unsigned which = 0; wrong == NULL && !ring->to_device && which < ring->bad_count;
             which++) {
            uint64_t errors = dddk_host_net(bench.dev)->counters.rx_errors;
            uint64_t good = bench.received;
            memset(frame, 0xee, sizeof frame);
            memset(frame, 0xff, 6);
            (void)dddk_test_send_bad(bench.model, frame, sizeof frame, which);
            (void)dddk_test_idle(bench.machine, BENCH_QUIET_NS);
            if (dddk_host_net(bench.dev)->counters.rx_errors != errors + 1 ||
                bench.received != good || bench.wrong) {
                wrong = bench_complain("mark %u of a bad frame was not heeded", which);
            }
            wrong = wrong != NULL ? wrong : bench_working(&bench);
        }
    }
    return bench_close(&bench, wrong);
}

const char *dddk_standard_serial_bytes(const struct dddk_standard *pair)
{
    uint8_t to[256], from[256];
    uint64_t put = 0, wrote = 0;
    struct bench bench;

    const char *wrong = net_open(&bench, pair);
    for (unsigned turns = 0;
         wrong == NULL && (bench.received < MANY_BYTES || bench.sent < MANY_BYTES); turns++) {
        struct dddk_serial *serial = dddk_host_serial(bench.dev);
        size_t left = (size_t)(MANY_BYTES - put), size = left < sizeof to ? left : sizeof to;
        for (unsigned i = 0; i < sizeof to; i++) {
            to[i] = (uint8_t)((put + i) * 7u);
            from[i] = (uint8_t)((wrote + i) * 7u);
        }
        put += dddk_test_send_bytes(bench.model, to, size);
        left = (size_t)(MANY_BYTES - wrote);
        size = left < sizeof from ? left : sizeof from;
        int accepted = dddk_serial_write(serial, from, (uint32_t)size);
        wrote += accepted > 0 ? (uint64_t)accepted : 0;
        dddk_test_run(bench.machine, DDDK_MSEC(1));
        int count = dddk_serial_read(serial, to, turns % 64 == 0 ? 0 : sizeof to);
        for (int i = 0; i < count; i++) {
            bench.wrong |= to[i] != (uint8_t)(bench.received++ * 7u);
        }
        if (turns > MANY_BYTES || bench.wrong) {
            wrong =
                bench_complain("after %llu in and %llu out: %s", (unsigned long long)bench.received,
                               (unsigned long long)bench.sent,
                               bench.wrong ? "a byte is not what was put in" : "no progress");
        }
    }
    return bench_close(&bench, wrong);
}
