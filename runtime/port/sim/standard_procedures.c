/* SPDX-License-Identifier: MIT
 *
 * The standard test of operations over registers: what the simulated memory holds comes out and
 * goes in, arguments that do not fit are refused without an access, a device that is busy is left
 * alone until it is idle, and one that fails or never answers is reported as just that.
 */
#include "machine.h"
#include "runtime/port/sim/standard.h"

#define TRIES 16u
#define BUSY_NS DDDK_USEC(20)
/* A device that says at once that it failed is believed before so long a deadline. */
#define TELLING_NS DDDK_USEC(100)

static int call(struct bench *bench, const struct dddk_standard_operation *operation,
                uint64_t *values)
{
    dddk_thread_enter(bench->dev);
    int status = operation->call(bench->dev, values);
    dddk_thread_leave(bench->dev);
    return status;
}

static uint64_t any(uint64_t *seed, unsigned bits)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return bits >= 64 ? *seed ^ *seed >> 31 : (*seed >> 20) & (((uint64_t)1 << bits) - 1u);
}

/* Arguments that fit. */
static void choose(const struct dddk_model_operation *type, uint64_t *values, uint64_t *seed)
{
    for (unsigned i = 0; i < type->in_count; i++) {
        const struct dddk_model_argument *in = &type->in[i];

        values[i] = any(seed, in->bits);
        if (in->high != 0) {
            values[i] = in->low + values[i] % (in->high - in->low + 1u);
        }
    }
    for (unsigned i = 0; i < type->out_count; i++) {
        values[type->in_count + i] = 0;
    }
}

static const char *answers(struct bench *bench, const struct dddk_standard_operation *operation,
                           const struct dddk_model_operation *type)
{
    uint64_t values[DDDK_MODEL_ARGUMENTS], seed = 1;
    size_t cells = 0;
    uint64_t *memory =
        type->memory < 0 ? NULL : dddk_model_memory(bench->model, (unsigned)type->memory, &cells);

    for (unsigned n = 0; n < TRIES; n++) {
        uint64_t at = 0, data;
        choose(type, values, &seed);
        unsigned address = type->stores ? type->in_count - 1u : type->in_count;
        for (unsigned i = 0; i < address && memory != NULL; i++) {
            at = at << type->in[i].bits | values[i];
        }
        if (memory != NULL && !type->stores) {
            memory[at] = any(&seed, type->out[0].bits);
        }
        uint64_t begin_ns = dddk_test_now_ns(bench->machine);
        int status = call(bench, operation, values);
        if (status != 0) {
            return bench_complain("%s: %s", type->name, dddk_status_name(status));
        }
        if (dddk_test_now_ns(bench->machine) - begin_ns < type->delay_ns) {
            return bench_complain("%s: its delays were not kept", type->name);
        }
        data = memory == NULL ? 0 : values[type->in_count - (type->stores ? 1u : 0u)];
        if (memory != NULL && memory[at] != data) {
            return bench_complain("%s: cell %llu holds %#llx, not %#llx", type->name,
                                  (unsigned long long)at, (unsigned long long)memory[at],
                                  (unsigned long long)data);
        }
    }
    return NULL;
}

/* Each argument one larger than it may be, and one less. */
static const char *refuses(struct bench *bench, const struct dddk_standard_operation *operation,
                           const struct dddk_model_operation *type)
{
    uint64_t values[DDDK_MODEL_ARGUMENTS], seed = 2;
    struct dddk_test_counters before = dddk_test_counters(bench->model), after;

    for (unsigned i = 0; i < type->in_count; i++) {
        unsigned bits = type->in[i].bits;
        uint64_t high = type->in[i].high, low = type->in[i].low;
        for (unsigned side = 0; side < 2 && high != 0; side++) {
            if (side == 0 ? high >= UINT64_MAX >> (64u - bits) : low == 0) {
                continue;
            }
            choose(type, values, &seed);
            values[i] = side == 0 ? high + 1u : low - 1u;
            if (call(bench, operation, values) != DDDK_ERANGE) {
                return bench_complain("%s: argument %u may not be %llu and was taken", type->name,
                                      i, (unsigned long long)values[i]);
            }
        }
        if (bits == 8 || bits == 16 || bits == 32 || bits == 64) {
            continue; /* as wide as its C type: nothing larger can be handed over */
        }
        choose(type, values, &seed);
        values[i] = (uint64_t)1 << bits;
        if (call(bench, operation, values) != DDDK_ERANGE) {
            return bench_complain("%s: argument %u does not fit and was taken", type->name, i);
        }
    }
    after = dddk_test_counters(bench->model);
    if (after.reads != before.reads || after.writes != before.writes) {
        return bench_complain("%s: what was refused touched the device", type->name);
    }
    return NULL;
}

/* Reads of the field show `value` from now on, or what it holds again. */
static void show(struct bench *bench, struct dddk_model_ref ref, bool on, uint64_t value)
{
    const char *name = bench->pair->model->names[ref.reg].name;
    uint64_t shown = value << __builtin_ctzll(ref.mask) & ref.mask;

    (void)dddk_test_override(bench->model, name, ref.index, on ? ~ref.mask : UINT64_MAX,
                             on ? shown : 0);
}

/* A device that is busy, and what the driver did to it meanwhile. */
struct busy {
    struct bench *bench;
    struct dddk_model_ref ref;
    uint64_t writes; /* at its end */
    bool ended;
};

static void end_busy(void *argument)
{
    struct busy *busy = argument;

    show(busy->bench, busy->ref, false, 0);
    busy->writes = dddk_test_counters(busy->bench->model).writes;
    busy->ended = true;
}

/* The device is busy for a while, and then for ever. */
static const char *waits_for_idle(struct bench *bench,
                                  const struct dddk_standard_operation *operation,
                                  const struct dddk_model_operation *type)
{
    uint64_t values[DDDK_MODEL_ARGUMENTS], seed = 4;

    for (unsigned i = 0; i < type->idle_count; i++) {
        const struct dddk_model_idle *idle = &type->idle[i];
        struct busy busy = {.bench = bench, .ref = idle->ref};
        uint64_t busy_ns = idle->wait_ns / 2 < BUSY_NS ? idle->wait_ns / 2 : BUSY_NS;
        uint64_t before = dddk_test_counters(bench->model).writes;

        choose(type, values, &seed);
        show(bench, idle->ref, true, idle->value == 0 ? 1 : 0);
        if (sim_after(bench->model->device, busy_ns, end_busy, &busy) != 0) {
            return bench_complain("no memory for an event");
        }
        int status = call(bench, operation, values);
        if (!busy.ended) {
            return bench_complain("%s did not wait until the device was idle: %s", type->name,
                                  dddk_status_name(status));
        }
        if (busy.writes != before) {
            return bench_complain("%s: wrote while the device was busy", type->name);
        }
        if (status != 0) {
            return bench_complain("%s: after it was busy for a while: %s", type->name,
                                  dddk_status_name(status));
        }
        choose(type, values, &seed);
        before = dddk_test_counters(bench->model).writes;
        show(bench, idle->ref, true, idle->value == 0 ? 1 : 0);
        status = call(bench, operation, values);
        show(bench, idle->ref, false, 0);
        if (status != DDDK_ETIMEDOUT) {
            return bench_complain("%s of a device that is never idle: %s", type->name,
                                  dddk_status_name(status));
        }
        if (dddk_test_counters(bench->model).writes != before) {
            return bench_complain("%s: wrote to a device that is never idle", type->name);
        }
        if (idle->fail.reg < 0) {
            continue;
        }
        show(bench, idle->fail, true, idle->fail_value);
        status = call(bench, operation, values);
        show(bench, idle->fail, false, 0);
        if (status != DDDK_EIO) {
            return bench_complain("%s: the device has failed before: %s", type->name,
                                  dddk_status_name(status));
        }
    }
    return NULL;
}

static enum dddk_model_answer cannot(struct dddk_model *model, const uint64_t *in, uint64_t *out)
{
    (void)model, (void)in, (void)out;
    return DDDK_MODEL_FAILED;
}

/* The device says that it failed instead of saying that it is done; `late_ns`: how long nothing at
 * all took. */
static const char *fails_instead(struct bench *bench,
                                 const struct dddk_standard_operation *operation,
                                 struct dddk_model_operation *type, uint64_t late_ns)
{
    uint64_t values[DDDK_MODEL_ARGUMENTS], seed = 5;

    if (type->phase_count == 0 || type->phases[type->answer].fail.reg < 0) {
        return NULL;
    }
    choose(type, values, &seed);
    type->run = cannot;
    uint64_t begin_ns = dddk_test_now_ns(bench->machine);
    int status = call(bench, operation, values);
    uint64_t took_ns = dddk_test_now_ns(bench->machine) - begin_ns;
    type->run = NULL;
    if (status != DDDK_EIO) {
        return bench_complain("%s failed instead of being done: %s", type->name,
                              dddk_status_name(status));
    }
    if (late_ns > TELLING_NS && took_ns >= late_ns) {
        return bench_complain("%s: waited on after the device had failed", type->name);
    }
    return NULL;
}

/* The device says that it failed, or says nothing. */
static const char *fails(struct bench *bench, const struct dddk_standard_operation *operation,
                         struct dddk_model_operation *type)
{
    uint64_t values[DDDK_MODEL_ARGUMENTS], seed = 3, late_ns = 0;

    for (unsigned i = 0; i < type->phase_count; i++) {
        const struct dddk_model_phase *phase = &type->phases[i];
        choose(type, values, &seed);
        if (phase->fail.reg >= 0) {
            show(bench, phase->fail, true, phase->fail_value);
            int status = call(bench, operation, values);
            show(bench, phase->fail, false, 0);
            if (status != DDDK_EIO) {
                return bench_complain("%s failed with %s", type->name, dddk_status_name(status));
            }
        }
        if (phase->done.reg >= 0) {
            uint64_t begin_ns = dddk_test_now_ns(bench->machine);
            show(bench, phase->done, true, phase->done_value == 0 ? 1 : 0);
            int status = call(bench, operation, values);
            show(bench, phase->done, false, 0);
            if (status != DDDK_ETIMEDOUT) {
                return bench_complain("%s never ended: %s", type->name, dddk_status_name(status));
            }
            late_ns = dddk_test_now_ns(bench->machine) - begin_ns;
            if (late_ns > BENCH_LONGEST_NS) {
                return bench_complain("%s: waited beyond every deadline", type->name);
            }
        }
    }
    return fails_instead(bench, operation, type, late_ns);
}

const char *dddk_standard_operates(const struct dddk_standard *pair,
                                   const struct dddk_standard_operation *operation)
{
    /* The model's own hook may answer as it likes: here it is the memory that does. */
    struct dddk_model_operation all[DDDK_STANDARD_OPERATIONS];
    struct dddk_model_operation *type = &all[operation->index];
    struct dddk_model_type model = *pair->model;
    struct dddk_standard mine = {pair->driver, &model, pair->as};
    struct bench bench;

    if (model.operation_count > DDDK_STANDARD_OPERATIONS) {
        return bench_complain("more than %u operations", DDDK_STANDARD_OPERATIONS);
    }
    memcpy(all, model.operations, model.operation_count * sizeof all[0]);
    type->run = NULL;
    for (unsigned i = 0; i < model.operation_count; i++) {
        all[i].settles = true;
    }
    model.operations = all;
    const char *wrong = bench_open(&bench, &mine);
    if (wrong == NULL) {
        wrong = bench_run(&bench);
    }
    if (wrong == NULL) {
        wrong = answers(&bench, operation, type);
        wrong = wrong ? wrong : refuses(&bench, operation, type);
        wrong = wrong ? wrong : waits_for_idle(&bench, operation, type);
        wrong = wrong ? wrong : fails(&bench, operation, type);
        wrong = wrong ? wrong : answers(&bench, operation, type);
    }
    return bench_close(&bench, wrong);
}
