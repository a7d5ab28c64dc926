/* SPDX-License-Identifier: MIT
 *
 * The standard tests of parameters and statistics. See dddk/standard.h.
 */
#include <stdio.h>

#include "runtime/port/sim/standard.h"

/* ---- parameters ---- */

/* Probe with this text (NULL: none); it has to end so, and give the parameter this value. */
static const char *probe_with(const struct dddk_standard *pair, const struct dddk_param *param,
                              const char *text, int expected, uint64_t value)
{
    char name[2 * DDDK_NAME_MAX];
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    (void)snprintf(name, sizeof name, "%s.%s", pair->driver->name, param->name);
    if (wrong == NULL && dddk_test_param(bench.machine, name, text) != 0) {
        wrong = bench_complain("%s cannot be set", name);
    }
    int status = wrong == NULL ? bench_probe(&bench) : 0;
    if (wrong == NULL && status != expected) {
        wrong = bench_complain("%s = %s: %s", name, text == NULL ? "(default)" : text,
                               dddk_status_name(status));
    }
    if (wrong == NULL && status == 0 && dddk_param_value(bench.dev, param) != value) {
        wrong = bench_complain("%s = %s became %llu", name, text == NULL ? "(default)" : text,
                               (unsigned long long)dddk_param_value(bench.dev, param));
    }
    return bench_close(&bench, wrong);
}

static const char *probe_number(const struct dddk_standard *pair, const struct dddk_param *param,
                                uint64_t value, int expected)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return probe_with(pair, param, text, expected, value);
}

static const char *each_value(const struct dddk_standard *pair, const struct dddk_param *param)
{
    const char *wrong = NULL;

    switch (param->kind) {
    case DDDK_PARAM_BOOL:
        wrong = probe_with(pair, param, "off", 0, 0);
        return wrong != NULL ? wrong : probe_with(pair, param, "1", 0, 1);
    case DDDK_PARAM_ENUM:
        for (unsigned i = 0; wrong == NULL && i < param->value_count; i++) {
            wrong = probe_with(pair, param, param->values[i].name, 0, param->values[i].value);
        }
        return wrong;
    case DDDK_PARAM_UNSIGNED: break;
    }
    wrong = probe_number(pair, param, param->min, 0);
    if (wrong == NULL) {
        wrong = probe_number(pair, param, param->max, 0);
    }
    if (wrong == NULL && param->min > 0) {
        wrong = probe_number(pair, param, param->min - 1, DDDK_ERANGE);
    }
    if (wrong == NULL && param->max < UINT64_MAX) {
        wrong = probe_number(pair, param, param->max + 1, DDDK_ERANGE);
    }
    return wrong;
}

const char *dddk_standard_params(const struct dddk_standard *pair)
{
    const char *wrong = NULL;

    for (unsigned i = 0; wrong == NULL && i < pair->driver->param_count; i++) {
        const struct dddk_param *param = &pair->driver->params[i];

        wrong = probe_with(pair, param, NULL, 0, param->initial);
        if (wrong == NULL) {
            wrong = each_value(pair, param);
        }
        if (wrong == NULL) {
            wrong = probe_with(pair, param, "no such value", DDDK_EINVAL, 0);
        }
    }
    return wrong;
}

/* ---- statistics ---- */

static uint64_t sum_of(struct bench *bench, const struct dddk_standard_count *count)
{
    uint64_t sum;

    (void)dddk_stats_read(bench->dev, NULL);
    memcpy(&sum, (const char *)bench->dev + bench->pair->driver->stats[count->stat].offset,
           sizeof sum);
    return sum;
}

/* Have the device count `value`, in its bits of the register. */
static void put(struct bench *bench, const struct dddk_standard_count *count, uint64_t value)
{
    uint64_t mask = count->width < 64 ? ((uint64_t)1 << count->width) - 1 : UINT64_MAX;
    struct dddk_test_register now = {0};

    (void)dddk_test_register(bench->model, count->reg, count->index, &now);
    (void)dddk_test_poke(bench->model, count->reg, count->index,
                         (now.value & ~(mask << count->shift)) | (value & mask) << count->shift);
}

static const char *expect_sum(struct bench *bench, const struct dddk_standard_count *count,
                              uint64_t expected, const char *when)
{
    uint64_t sum = sum_of(bench, count);

    if (sum == expected) {
        return NULL;
    }
    return bench_complain("%s: %s is %llu where %llu belong", when,
                          bench->pair->driver->stats[count->stat].name, (unsigned long long)sum,
                          (unsigned long long)expected);
}

/* Once to the end of the register and past it. */
static const char *adds_up(struct bench *bench, const struct dddk_standard_count *count)
{
    uint64_t most = count->width < 64 ? ((uint64_t)1 << count->width) - 1 : UINT64_MAX - 1;
    uint64_t few = most < 4 ? most : 4;

    put(bench, count, most);
    uint64_t sum = sum_of(bench, count);
    put(bench, count, few);
    /* One that runs on has passed its end; one that was cleared has counted anew. */
    sum += count->cleared ? few : (few - most) & (count->width < 64 ? most : UINT64_MAX);
    const char *wrong = expect_sum(bench, count, sum, "counted a few more");
    return wrong != NULL ? wrong : expect_sum(bench, count, sum, "looked at again");
}

static const char *stops_and_starts(struct bench *bench, const struct dddk_standard_count *count)
{
    bool misc = bench->pair->driver->class_kind == DDDK_CLASS_MISC;
    struct dddk_test_register now = {0};
    uint64_t sum = sum_of(bench, count);

    (void)dddk_test_register(bench->model, count->reg, count->index, &now);
    put(bench, count, (now.value >> count->shift) + 1u);
    if ((misc ? dddk_stop(bench->dev) : bench_stop(bench)) != 0) {
        return bench_complain("it did not stop");
    }
    const char *wrong = expect_sum(bench, count, sum + 1u, "stopped");
    put(bench, count, 0);
    put(bench, count, 1); /* nobody's */
    if (wrong == NULL && (misc ? dddk_start(bench->dev) : bench_start(bench)) != 0) {
        wrong = bench_complain("it did not start again");
    }
    return wrong != NULL ? wrong : expect_sum(bench, count, sum + 1u, "started again");
}

const char *dddk_standard_counts(const struct dddk_standard *pair,
                                 const struct dddk_standard_count *count)
{
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL) {
        wrong = bench_run(&bench);
    }
    if (wrong == NULL) {
        wrong = adds_up(&bench, count);
    }
    if (wrong == NULL) {
        wrong = stops_and_starts(&bench, count);
    }
    if (wrong == NULL) {
        uint64_t sum = sum_of(&bench, count);
        dddk_test_pull(bench.model);
        wrong = expect_sum(&bench, count, sum, "gone");
    }
    return bench_close_liar(&bench, wrong);
}
