/* SPDX-License-Identifier: MIT
 *
 * The standard test of regions that capabilities name: a device that lies about them. See
 * dddk/standard.h.
 */
#include "runtime/port/sim/standard.h"

enum {
    NEXT = 1, /* in the header of a capability */
    LENGTH = 2,
    BAR = 4, /* in one that names a region */
    OFFSET = 8,
    SIZE = 12,
    STRUCTURE = 16, /* bytes that such a one has at least */
    MOST_POKES = 2,
    MOST_READS = 20000, /* of configuration space: no walk is longer, whatever a list says */
};

/* What the device says instead of the truth, and what becomes of the attach. */
struct lie {
    const char *text;
    int status;
    struct {
        unsigned offset, bytes;
        uint32_t value;
    } poke[MOST_POKES];
};

static void count_line(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                       const char *line)
{
    unsigned *count = user;

    (void)dev;
    (void)line;
    *count += level <= DDDK_LOG_ERROR;
}

/* Poke what the lie says, and put what was there into it. */
static bool swap(struct dddk_model *model, struct lie *lie)
{
    bool good = true;

    for (unsigned i = 0; i < MOST_POKES && lie->poke[i].bytes != 0; i++) {
        uint32_t before;

        good &= dddk_test_config(model, lie->poke[i].offset, lie->poke[i].bytes, &before) &&
                dddk_test_config_poke(model, lie->poke[i].offset, lie->poke[i].bytes,
                                      lie->poke[i].value);
        lie->poke[i].value = before;
    }
    return good;
}

static const char *is_refused(const struct dddk_standard *pair, const struct dddk_region *region,
                              struct lie lie)
{
    struct bench bench;
    unsigned lines = 0;
    int status;

    const char *wrong = bench_open(&bench, pair);
    if (wrong != NULL) {
        return wrong;
    }
    if (!swap(bench.model, &lie)) {
        wrong = bench_complain("region %s: %s: no such byte", region->name, lie.text);
    }
    dddk_host_log_to(count_line, &lines);
    status = bench_probe(&bench);
    bench_log_back();
    if (wrong == NULL && status == 0 && region->optional && lie.status == DDDK_ENODEV) {
        if (dddk_has_region(bench.dev, (unsigned)(region - pair->driver->regions))) {
            wrong =
                bench_complain("region %s: %s, and it is said to be there", region->name, lie.text);
        }
        return bench_close(&bench, wrong);
    }
    if (wrong == NULL && status != lie.status) {
        wrong = bench_complain("region %s: %s: %s where %s belongs", region->name, lie.text,
                               dddk_status_name(status), dddk_status_name(lie.status));
    }
    if (wrong == NULL && dddk_host_statistics(bench.machine).config_reads > MOST_READS) {
        wrong = bench_complain("region %s: %s: too long a walk", region->name, lie.text);
    }
    if (wrong == NULL && lines == 0) {
        wrong = bench_complain("region %s: %s: the log does not say so", region->name, lie.text);
    }
    if (wrong == NULL && (!swap(bench.model, &lie) || bench_probe(&bench) != 0)) {
        wrong =
            bench_complain("region %s: it is not bound after %s was over", region->name, lie.text);
    }
    return bench_close(&bench, wrong);
}

static const struct dddk_model_capability *capability_of(const struct dddk_model_type *model,
                                                         const struct dddk_capability *wanted)
{
    for (unsigned i = 0; i < model->capability_count; i++) {
        const struct dddk_model_capability *it = &model->capabilities[i];

        if (it->id == wanted->id && it->extended == wanted->extended && it->type == wanted->type) {
            return it;
        }
    }
    return NULL;
}

/* ---- the list ---- */

static const char *lists(const struct dddk_standard *pair, const struct dddk_region *region,
                         const struct dddk_model_capability *it)
{
    unsigned at = it->at, id_bytes = it->extended ? 2 : 1;
    struct lie missing = {"no such capability", DDDK_ENODEV, {{at, id_bytes, 0x7e}}};
    struct lie loop = {"a list that loops", DDDK_EPROTO, {{at + NEXT, 1, at}}};
    struct lie leaves = {"a list that leaves its range", DDDK_EPROTO, {{at + NEXT, 1, 0x10}}};

    if (it->extended) { /* the pointer is in bits 31:20 of the header */
        loop.poke[0].offset = leaves.poke[0].offset = at + 2;
        loop.poke[0].bytes = leaves.poke[0].bytes = 2;
        loop.poke[0].value = at << 4 | 1u;
        leaves.poke[0].value = 0x10u << 4 | 1u;
    }
    const char *wrong = is_refused(pair, region, missing);
    wrong = wrong != NULL ? wrong : is_refused(pair, region, loop);
    return wrong != NULL ? wrong : is_refused(pair, region, leaves);
}

/* ---- what it says ---- */

static const struct dddk_model_bar *bar_of(const struct dddk_model_type *model, unsigned number)
{
    for (unsigned i = 0; i < model->bar_count; i++) {
        if (model->bars[i].bar == number) {
            return &model->bars[i];
        }
    }
    return NULL;
}

/* A BAR that the device does not have, or one of the other kind; 6: none. */
static unsigned other_bar(const struct dddk_model_type *model, enum dddk_region_kind kind,
                          bool absent)
{
    unsigned number = 0;

    for (; number < 6; number++) {
        const struct dddk_model_bar *bar = bar_of(model, number);
        bool is_table = model->msix.entries != 0 && model->msix.bar == number;
        if (absent ? bar == NULL && !is_table : bar != NULL && bar->kind != kind) {
            break;
        }
    }
    return number;
}

/* Where another region is that is in the same BAR; false: there is none. */
static bool neighbour(const struct dddk_model_type *model, const struct dddk_model_capability *it,
                      uint32_t *offset)
{
    for (unsigned i = 0; i < model->capability_count; i++) {
        const struct dddk_model_capability *other = &model->capabilities[i];
        if (other != it && other->names && other->bar == it->bar) {
            *offset = other->offset;
            return true;
        }
    }
    return false;
}

static const char *structures(const struct dddk_standard *pair, const struct dddk_region *region,
                              const struct dddk_model_capability *it)
{
    const struct dddk_model_type *model = pair->model;
    uint32_t bar_bytes = (uint32_t)bar_of(model, it->bar)->size_bytes, offset;
    unsigned at = it->at;
    unsigned absent = other_bar(model, region->kind, true);
    unsigned other = other_bar(model, region->kind, false);
    const struct lie lies[] = {
        {"a BAR that cannot be", DDDK_EPROTO, {{at + BAR, 1, 6}}},
        {"a capability too short to name a place", DDDK_EPROTO, {{at + LENGTH, 1, 15}}},
        {"a place behind its BAR", DDDK_EPROTO, {{at + OFFSET, 4, bar_bytes}}},
        {"an end behind its BAR", DDDK_EPROTO, {{at + SIZE, 4, bar_bytes + 1u}}},
        {"an end behind 2 to the 32",
         DDDK_EPROTO,
         {{at + OFFSET, 4, 0xfffffff0u}, {at + SIZE, 4, 0x20}}},
        {"too few bytes", DDDK_ERANGE, {{at + SIZE, 4, it->length - 1u}}},
        {"a BAR that is absent", DDDK_ENODEV, {{at + BAR, 1, absent}}},
        {"a BAR of the other kind", DDDK_ENODEV, {{at + BAR, 1, other}}},
    };
    const char *wrong = NULL;

    for (unsigned i = 0; wrong == NULL && i < DDDK_COUNT(lies); i++) {
        if (lies[i].status != DDDK_ENODEV || lies[i].poke[0].value < 6) {
            wrong = is_refused(pair, region, lies[i]);
        }
    }
    if (wrong == NULL && region->capability->align_bytes > 1) {
        wrong = is_refused(pair, region,
                           (struct lie){"an odd place", DDDK_EPROTO, {{at + OFFSET, 1, 1}}});
    }
    if (wrong == NULL && neighbour(model, it, &offset)) {
        wrong = is_refused(
            pair, region,
            (struct lie){"the place of another", DDDK_EPROTO, {{at + OFFSET, 4, offset}}});
    }
    return wrong;
}

const char *dddk_standard_capabilities(const struct dddk_standard *pair)
{
    const char *wrong = NULL;

    for (unsigned i = 0; wrong == NULL && i < pair->driver->region_count; i++) {
        const struct dddk_region *region = &pair->driver->regions[i];
        if (region->capability == NULL) {
            continue;
        }
        const struct dddk_model_capability *it = capability_of(pair->model, region->capability);
        if (it == NULL) {
            return bench_complain("region %s: the device does not show its capability",
                                  region->name);
        }
        wrong = lists(pair, region, it);
        if (wrong == NULL && region->kind != DDDK_REGION_CONFIG) {
            wrong = structures(pair, region, it);
        } else if (wrong == NULL && it->id == DDDK_PCI_CAPABILITY_VENDOR && !it->extended &&
                   (!it->names || region->size_bytes > STRUCTURE)) {
            wrong =
                is_refused(pair, region,
                           (struct lie){"a capability that is too short",
                                        DDDK_ERANGE,
                                        {{it->at + LENGTH, 1, (uint32_t)region->size_bytes - 1u}}});
        }
    }
    return wrong;
}
