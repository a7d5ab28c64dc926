/* SPDX-License-Identifier: MIT
 *
 * The standard test of `match:`: a device for each of its lines. See dddk/standard.h.
 */
#include <string.h>

#include "runtime/port/sim/standard.h"

/* The device that the line is about, instead of the first. */
static struct dddk_model_type presented(const struct dddk_model_type *model,
                                        const struct dddk_model_line *line)
{
    /* Good until the next call: a bench outlives none. */
    static struct dddk_model_device devices[DDDK_MODEL_DEVICES];
    struct dddk_model_type type = *model;

    if (line->as != 0) {
        memcpy(devices, model->devices, model->device_count * sizeof(*devices));
        devices[line->as].line = line;
        type.devices = devices;
    }
    type.compatible = line->compatible;
    type.vendor = line->vendor;
    type.device = line->device;
    type.class_code = line->class_code;
    type.subsystem_vendor = line->subsystem_vendor;
    type.subsystem_device = line->subsystem_device;
    type.address_bits = line->address_bits;
    type.boundary = line->boundary;
    type.alignment = line->alignment;
    type.match_data = line->data;
    return type;
}

static const char *bound(struct bench *bench, const struct dddk_model_line *line,
                         bool (*is)(struct dddk_device *dev, unsigned line))
{
    const struct dddk_match *found;
    int status = bench_probe(bench);

    if (status != 0) {
        return bench_complain("line %u of `match:`: %s", line->match + 1, dddk_status_name(status));
    }
    found = bench->dev->match;
    if (found != &bench->pair->driver->matches[line->match]) {
        return bench_complain("the device of line %u of `match:` was found by line %u",
                              line->match + 1,
                              (unsigned)(found - bench->pair->driver->matches) + 1);
    }
    if (is != NULL && !is(bench->dev, line->match)) {
        return bench_complain("the device of line %u of `match:` has other data", line->match + 1);
    }
    status = bench_start(bench);
    if (status != 0) {
        return bench_complain("the device of line %u of `match:` does not start: %s",
                              line->match + 1, dddk_status_name(status));
    }
    return bench_working(bench);
}

const char *dddk_standard_each_line(const struct dddk_standard *pair,
                                    bool (*is)(struct dddk_device *dev, unsigned line))
{
    const char *wrong = NULL;

    for (unsigned i = 0; wrong == NULL && i < pair->model->line_count; i++) {
        struct dddk_model_type model = presented(pair->model, &pair->model->lines[i]);
        const struct dddk_standard other = {pair->driver, &model, pair->model->lines[i].as};
        struct bench bench;

        wrong = bench_open(&bench, &other);
        if (wrong == NULL) {
            wrong = bound(&bench, &pair->model->lines[i], is);
        }
        wrong = bench_close(&bench, wrong);
        /* The other tests are of the first line's bus. */
        if (wrong == NULL && (model.compatible == NULL) != (pair->model->compatible == NULL)) {
            wrong = dddk_standard_each_failing_step(&other);
            wrong = wrong != NULL ? wrong : dddk_standard_pulled(&other);
        }
    }
    return wrong;
}
