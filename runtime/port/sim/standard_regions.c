/* SPDX-License-Identifier: MIT
 *
 * The standard tests of regions: a device that lacks an optional one, one whose BAR is not what the
 * manifest says, and one that lies about where a region begins. See dddk/standard.h.
 */
#include "runtime/port/sim/standard.h"

/* The BAR that the region is. */
static struct dddk_model_bar bar_of(const struct dddk_standard *pair, unsigned index)
{
    struct dddk_model_bar found = {0};

    for (unsigned i = 0; i < pair->model->bar_count; i++) {
        const struct dddk_region *region = &pair->driver->regions[index];
        if (pair->model->compatible != NULL ? pair->model->bars[i].reg == region->reg
                                            : pair->model->bars[i].bar == region->bar) {
            found = pair->model->bars[i];
        }
    }
    return found;
}

const char *dddk_standard_without_region(const struct dddk_standard *pair, unsigned index)
{
    struct dddk_model_bar bar = bar_of(pair, index);
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    bar.size_bytes = 0;
    if (wrong == NULL) {
        dddk_test_set_bar(bench.model, &bar);
        int status = bench_probe(&bench);
        if (status == 0) {
            status = bench_start(&bench);
        }
        if (status != 0) {
            wrong = bench_complain("without region %u: %s", index, dddk_status_name(status));
        } else if (dddk_has_region(bench.dev, index)) {
            wrong = bench_complain("region %u is said to be there", index);
        } else {
            wrong = bench_working(&bench);
        }
    }
    return bench_close(&bench, wrong);
}

/* A device with this BAR is refused, and nothing is left. */
static const char *is_refused(const struct dddk_standard *pair, const struct dddk_model_bar *bar)
{
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL) {
        dddk_test_set_bar(bench.model, bar);
        int status = bench_probe(&bench);
        if (status != DDDK_ENOTSUP) {
            wrong = bench_complain("%s where DDDK_ENOTSUP belongs", dddk_status_name(status));
        }
    }
    return bench_close(&bench, wrong);
}

const char *dddk_standard_other_address_bits(const struct dddk_standard *pair, unsigned index)
{
    struct dddk_model_bar bar = bar_of(pair, index);

    bar.is_64bit = !bar.is_64bit;
    return is_refused(pair, &bar);
}

const char *dddk_standard_other_prefetch(const struct dddk_standard *pair, unsigned index)
{
    struct dddk_model_bar bar = bar_of(pair, index);

    bar.prefetchable = !bar.prefetchable;
    return is_refused(pair, &bar);
}

static void count_errors(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                         const char *line)
{
    unsigned *count = user;

    (void)dev;
    (void)line;
    *count += level <= DDDK_LOG_ERROR;
}

static const char *lie(const struct dddk_standard *pair, unsigned index, const char *reg,
                       uint64_t mask, uint64_t said)
{
    const char *region = pair->driver->regions[index].name;
    struct dddk_test_register is = {0};
    struct bench bench;
    unsigned lines = 0;
    int status;

    const char *wrong = bench_open(&bench, pair);
    if (wrong != NULL) {
        return wrong;
    }
    if (!dddk_test_register(bench.model, reg, 0, &is) ||
        !dddk_test_poke(bench.model, reg, 0, (is.value & ~mask) | said)) {
        wrong = bench_complain("there is no register %s", reg);
    }
    dddk_host_log_to(count_errors, &lines);
    status = bench_probe(&bench);
    bench_log_back();
    if (wrong == NULL && (status != DDDK_EPROTO || lines == 0)) {
        wrong = bench_complain("region %s: %s is 0x%llx: %s and %u lines of the log", region, reg,
                               (unsigned long long)said, dddk_status_name(status), lines);
    }
    if (wrong == NULL &&
        (!dddk_test_poke(bench.model, reg, 0, is.value) || bench_probe(&bench) != 0)) {
        wrong = bench_complain("region %s: it is not bound once %s is true", region, reg);
    }
    return bench_close(&bench, wrong);
}

const char *dddk_standard_begin(const struct dddk_standard *pair, unsigned index, const char *reg,
                                uint64_t mask, const uint64_t *lies, unsigned count)
{
    const char *wrong = NULL;

    for (unsigned i = 0; wrong == NULL && i < count; i++) {
        wrong = lie(pair, index, reg, mask, lies[i]);
    }
    return wrong;
}
