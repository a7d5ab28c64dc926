/* SPDX-License-Identifier: MIT
 *
 * The standard tests of regions: a device that lacks an optional one, and one whose BAR is not what
 * the manifest says. See dddk/standard.h.
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
