/* SPDX-License-Identifier: MIT
 *
 * The bench of the standard tests: one machine, one device, and how a device of each class is used.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "runtime/port/sim/standard.h"

#define WORKING_FRAMES 8u
#define WORKING_BYTES 64u

const char *bench_complain(const char *format, ...)
{
    static char sentence[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return sentence;
}

const char *bench_open(struct bench *bench, const struct dddk_standard *pair)
{
    *bench = (struct bench){.pair = pair, .machine = dddk_test_open(1)};
    if (bench->machine == NULL) {
        return bench_complain("no memory for a machine");
    }
    bench->model = dddk_test_add_as(bench->machine, pair->model, pair->as, BENCH_SLOT);
    return bench->model != NULL ? NULL : bench_complain("the device does not go into its slot");
}

int bench_probe(struct bench *bench)
{
    char name[DDDK_NAME_MAX];

    int status = dddk_test_probe(bench->machine, &bench->pair->driver, 1);
    if (status <= 0) {
        return status < 0 ? status : DDDK_ENOENT;
    }
    (void)snprintf(name, sizeof name, "%s.0", bench->pair->driver->name);
    bench->dev = dddk_test_device(bench->machine, name);
    return bench->dev != NULL ? 0 : DDDK_ENOENT;
}

void bench_frame(uint8_t frame[BENCH_FRAME_BYTES], uint32_t n, bool to_device)
{
    uint32_t state = n * 2654435761u + (to_device ? 1u : 0u);

    memset(frame, 0xff, 6); /* to all, so that no filter stands in the way */
    for (unsigned i = 6; i < BENCH_FRAME_BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        frame[i] = (uint8_t)(state >> 24);
    }
}

static void check_frame(struct bench *bench, uint64_t *count, const void *frame,
                        size_t length_bytes, bool to_device)
{
    uint8_t expected[BENCH_FRAME_BYTES];

    bench_frame(expected, (uint32_t)*count, to_device);
    if (length_bytes == sizeof expected && memcmp(frame, expected, sizeof expected) == 0) {
        ++*count;
    } else {
        bench->wrong = true;
    }
}

static void received(void *user, const void *frame, size_t length_bytes)
{
    struct bench *bench = user;

    check_frame(bench, &bench->received, frame, length_bytes, true);
}

static void sent(void *user, const void *frame, size_t length_bytes)
{
    struct bench *bench = user;

    check_frame(bench, &bench->sent, frame, length_bytes, false);
}

static void bytes_sent(void *user, const uint8_t *bytes, size_t size_bytes)
{
    struct bench *bench = user;

    for (size_t i = 0; i < size_bytes; i++) {
        bench->wrong |= bytes[i] != (uint8_t)(bench->sent++ * 7u);
    }
}

int bench_start(struct bench *bench)
{
    switch (bench->pair->driver->class_kind) {
    case DDDK_CLASS_NET:
        dddk_test_listen(bench->model, sent, bench);
        return dddk_host_net_open(bench->dev, received, bench);
    case DDDK_CLASS_SERIAL:
        dddk_test_listen_bytes(bench->model, bytes_sent, bench);
        return dddk_host_serial_open(bench->dev);
    case DDDK_CLASS_MISC: break;
    }
    return 0;
}

int bench_stop(struct bench *bench)
{
    switch (bench->pair->driver->class_kind) {
    case DDDK_CLASS_NET: return dddk_host_net_close(bench->dev);
    case DDDK_CLASS_SERIAL: return dddk_host_serial_close(bench->dev);
    case DDDK_CLASS_MISC: break;
    }
    return 0;
}

static void net_traffic(struct bench *bench)
{
    uint8_t frame[BENCH_FRAME_BYTES];

    for (uint32_t n = 0; n < WORKING_FRAMES; n++) {
        bench_frame(frame, (uint32_t)bench->in_put, true);
        bench->in_put += dddk_test_send(bench->model, frame, sizeof frame) == 0;
        bench_frame(frame, (uint32_t)bench->out_put, false);
        bench->out_put +=
            dddk_host_net_send(bench->dev, frame, sizeof frame, n + 1 < WORKING_FRAMES) == 0;
    }
}

static void drain_serial(struct bench *bench)
{
    uint8_t bytes[4 * WORKING_BYTES];
    int count = dddk_serial_read(dddk_host_serial(bench->dev), bytes, sizeof bytes);

    for (int i = 0; i < count; i++) {
        bench->wrong |= bytes[i] != (uint8_t)(bench->received++ * 7u);
    }
}

static void serial_traffic(struct bench *bench)
{
    uint8_t to[WORKING_BYTES], from[WORKING_BYTES];

    for (unsigned i = 0; i < WORKING_BYTES; i++) {
        to[i] = (uint8_t)((bench->in_put + i) * 7u);
        from[i] = (uint8_t)((bench->out_put + i) * 7u);
    }
    bench->in_put += dddk_test_send_bytes(bench->model, to, sizeof to);
    int accepted = dddk_serial_write(dddk_host_serial(bench->dev), from, sizeof from);
    bench->out_put += accepted > 0 ? (uint64_t)accepted : 0;
}

static void misc_traffic(struct bench *bench)
{
    struct dddk_misc *misc = dddk_host_misc(bench->dev);
    uint8_t data[64] = {0};

    for (unsigned i = 0; i < misc->ops->operation_count; i++) {
        const struct dddk_misc_operation *operation = &misc->ops->operations[i];
        uint64_t values[DDDK_MISC_ARGUMENTS] = {1, 1, 1, 1, 1, 1, 1, 1};
        bool has = operation->data != DDDK_MISC_NO_DATA;
        (void)dddk_misc_call(misc, i, values, has ? data : NULL, has ? sizeof data : 0);
    }
}

void bench_traffic(struct bench *bench)
{
    switch (bench->pair->driver->class_kind) {
    case DDDK_CLASS_NET: net_traffic(bench); break;
    case DDDK_CLASS_SERIAL: serial_traffic(bench); break;
    case DDDK_CLASS_MISC: misc_traffic(bench); break;
    }
    /* Not until idle: a device that lies may never be. */
    dddk_test_run(bench->machine, BENCH_TRAFFIC_NS);
    if (bench->pair->driver->class_kind == DDDK_CLASS_SERIAL) {
        drain_serial(bench);
    }
}

const char *bench_working(struct bench *bench)
{
    enum dddk_class class_kind = bench->pair->driver->class_kind;
    uint64_t in = bench->in_put, out = bench->out_put;
    uint64_t amount = class_kind == DDDK_CLASS_NET      ? WORKING_FRAMES
                      : class_kind == DDDK_CLASS_SERIAL ? WORKING_BYTES
                                                        : 0;

    bench_traffic(bench);
    if (bench->wrong) {
        return bench_complain("something came through changed, or out of order");
    }
    if (bench->in_put - in != amount || bench->out_put - out != amount) {
        return bench_complain("of %llu each way, %llu were taken on the way in and %llu out",
                              (unsigned long long)amount, (unsigned long long)(bench->in_put - in),
                              (unsigned long long)(bench->out_put - out));
    }
    if (bench->received != bench->in_put || bench->sent != bench->out_put) {
        return bench_complain("of %llu in and %llu out, %llu and %llu arrived",
                              (unsigned long long)bench->in_put, (unsigned long long)bench->out_put,
                              (unsigned long long)bench->received, (unsigned long long)bench->sent);
    }
    return NULL;
}

const char *bench_run(struct bench *bench)
{
    const char *what = "attach", *advice = "";

    int status = bench_probe(bench);
    if (status == 0) {
        what = "start";
        status = bench_start(bench);
    } else if (status == DDDK_ENOENT) {
        return bench_complain("no line of `match:` is about the simulated device");
    }
    if (status == DDDK_ETIMEDOUT) {
        advice = ": what it waited for is not in the manifest, and needs a `model:` that does it";
    }
    return status == 0
               ? NULL
               : bench_complain("%s of %s failed, with the device as the manifest says: "
                                "%s%s",
                                what, bench->pair->driver->name, dddk_status_name(status), advice);
}

const char *bench_close(struct bench *bench, const char *so_far)
{
    if (bench->machine == NULL) {
        return so_far;
    }
    struct dddk_test_damage damage = dddk_test_damage(bench->machine);
    uint64_t total = dddk_test_close(bench->machine);
    if (so_far != NULL || total == 0) {
        return so_far;
    }
    return bench_complain(
        "left behind: %llu DMA faults, %llu bytes of freed memory written, %llu "
        "leaks, %llu misuses, %llu complaints, %llu stuck lines",
        (unsigned long long)damage.dma_faults, (unsigned long long)damage.poison_damage,
        (unsigned long long)damage.leaks, (unsigned long long)damage.misuse,
        (unsigned long long)damage.complaints, (unsigned long long)damage.stuck_lines);
}

const char *bench_ends(struct bench *bench, const char *what, const char *which)
{
    uint64_t begin_ns = dddk_test_now_ns(bench->machine);

    if (bench->dev != NULL || bench_probe(bench) == 0) {
        if (bench->dev->state == DDDK_STARTED || bench_start(bench) == 0) {
            bench_traffic(bench);
        }
        (void)bench_stop(bench);
        (void)dddk_test_remove(bench->machine, bench->dev);
        bench->dev = NULL;
    }
    uint64_t took_ns = dddk_test_now_ns(bench->machine) - begin_ns;
    if (took_ns > BENCH_LONGEST_NS) {
        return bench_complain("%s %s: it took %llu ms of virtual time", which, what,
                              (unsigned long long)(took_ns / DDDK_MSEC(1)));
    }
    return NULL;
}

const char *bench_close_liar(struct bench *bench, const char *so_far)
{
    if (bench->machine == NULL) {
        return so_far;
    }
    struct dddk_test_damage damage = dddk_test_damage(bench->machine);
    if (so_far == NULL && (damage.poison_damage | damage.leaks | damage.misuse) != 0) {
        so_far =
            bench_complain("freed memory written: %llu bytes, leaks: %llu, misuse: %llu",
                           (unsigned long long)damage.poison_damage,
                           (unsigned long long)damage.leaks, (unsigned long long)damage.misuse);
    }
    (void)dddk_test_close(bench->machine);
    return so_far;
}
