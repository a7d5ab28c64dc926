/* SPDX-License-Identifier: MIT
 *
 * The standard tests of interrupts: in each mode that the driver knows, on a device that has no
 * other, interrupts that lie. See dddk/standard.h.
 */
#include <limits.h>

#include "runtime/port/sim/standard.h"

enum { SCREAMS = 300, MODES_BARS = 6, TABLE_PENDING = 0x8000 };

static const char *const mode_names[] = {"none", "the line", "MSI", "MSI-X"};

/* ---- a device that has one mode only ---- */

static unsigned entries_wanted(const struct dddk_driver *driver)
{
    unsigned entries = 1;

    for (unsigned v = 0; v < driver->vector_count; v++) {
        if (driver->vectors[v]->message >= entries) {
            entries = driver->vectors[v]->message + 1;
        }
    }
    return entries;
}

/* A table in a BAR that the model has left. False: there is none, or capabilities are in the way.
 */
static bool give_table(struct dddk_model_type *type, const struct dddk_driver *driver)
{
    unsigned taken = 0, bar = 0;

    for (unsigned i = 0; i < type->bar_count; i++) {
        taken |= (type->bars[i].is_64bit ? 3u : 1u) << type->bars[i].bar;
    }
    while (bar < MODES_BARS && (taken >> bar & 1u) != 0) {
        bar++;
    }
    if (bar == MODES_BARS || type->capability_count != 0 || type->place_count != 0) {
        return false;
    }
    type->msix = (struct dddk_model_msix){
        .entries = (uint16_t)entries_wanted(driver), .bar = (uint8_t)bar, .pending = TABLE_PENDING};
    return true;
}

static bool restrict_to(struct dddk_model_type *type, const struct dddk_driver *driver,
                        enum dddk_irq_mode mode)
{
    if (type->compatible != NULL) { /* what is not on PCI has a line and no messages */
        return mode == DDDK_IRQ_INTX;
    }
    type->has_intx = mode == DDDK_IRQ_INTX;
    type->has_msi = mode == DDDK_IRQ_MSI;
    if (mode == DDDK_IRQ_MSIX) {
        return type->msix.entries != 0 || give_table(type, driver);
    }
    type->msix.entries = 0;
    return true;
}

static const char *begin(struct bench *bench, const struct dddk_standard *pair,
                         enum dddk_irq_mode mode)
{
    const char *wrong = bench_open(bench, pair);

    /* Another one on the same line, which nobody opens. */
    if (wrong == NULL && mode == DDDK_IRQ_INTX &&
        dddk_test_add(bench->machine, pair->model, BENCH_SLOT + 4) == NULL) {
        wrong = bench_complain("a second device does not go into its slot");
    }
    if (wrong == NULL) {
        wrong = bench_run(bench);
    }
    if (wrong == NULL && mode != DDDK_IRQ_NONE && bench->dev->irq_mode != mode) {
        wrong = bench_complain("it uses %s where the device has %s only",
                               mode_names[bench->dev->irq_mode], mode_names[mode]);
    }
    return wrong;
}

/* ---- interrupts that lie ---- */

static bool is_used(const struct bench *bench, unsigned index)
{
    return dddk_vector_is_used(dddk_device_vector(bench->dev, index));
}

/* One with no cause; one that was lost, for which the next one makes up. */
static const char *spurious_and_lost(struct bench *bench)
{
    dddk_test_spurious_interrupt(bench->model, true);
    dddk_test_run(bench->machine, DDDK_USEC(1));
    dddk_test_spurious_interrupt(bench->model, false);
    const char *wrong = bench_working(bench);
    if (wrong == NULL) {
        dddk_test_lose_interrupts(bench->model, 1);
        bench_traffic(bench);
        dddk_test_lose_interrupts(bench->model, 0);
        wrong = bench_working(bench);
    }
    return wrong;
}

/* The same for each vector that has a message of its own, and then it screams. */
static const char *each_message(struct bench *bench)
{
    const char *wrong = NULL;

    for (unsigned v = 0; wrong == NULL && v < bench->pair->driver->vector_count; v++) {
        if (!is_used(bench, v)) {
            continue;
        }
        struct dddk_vector *vector = dddk_device_vector(bench->dev, v);
        if (!dddk_test_spurious_message(bench->model, v)) {
            return bench_complain("vector %s has no message", vector->ops->name);
        }
        wrong = bench_working(bench);
        dddk_test_lose_messages(bench->model, v, 1);
        bench_traffic(bench);
        dddk_test_lose_messages(bench->model, v, 0);
        wrong = wrong != NULL ? wrong : bench_working(bench);
        for (unsigned i = 0; i < SCREAMS; i++) {
            (void)dddk_test_spurious_message(bench->model, v);
            dddk_test_run(bench->machine, DDDK_USEC(1));
        }
        wrong = wrong != NULL ? wrong : bench_working(bench);
        if (wrong == NULL &&
            vector->counters.interrupts + vector->counters.not_mine < SCREAMS / 2) {
            wrong = bench_complain("vector %s did not hear its messages", vector->ops->name);
        }
    }
    return wrong;
}

/* The other device of the line has something to say now and then. */
static const char *shared_line(struct bench *bench)
{
    const struct dddk_model_type *type = bench->pair->model;
    char name[DDDK_NAME_MAX];

    (void)snprintf(name, sizeof name, "%s.1", bench->pair->driver->name);
    struct dddk_device *other = dddk_test_device(bench->machine, name);
    if (other == NULL) {
        return bench_complain("the second device of the line was not bound");
    }
    for (unsigned i = 0; i < type->interrupt_count; i++) {
        uint32_t every = 0;
        for (unsigned c = 0; c < type->interrupts[i].cause_count; c++) {
            every |= (uint32_t)1 << type->interrupts[i].causes[c].bit;
        }
        dddk_test_raise(dddk_test_model(other), i, every);
    }
    return bench_working(bench);
}

static const char *lie(const struct dddk_standard *pair, enum dddk_irq_mode mode)
{
    struct bench bench;

    const char *wrong = begin(&bench, pair, mode);
    wrong = wrong != NULL ? wrong : spurious_and_lost(&bench);
    if (wrong == NULL && mode == DDDK_IRQ_MSIX) {
        wrong = each_message(&bench);
    }
    if (wrong == NULL && mode == DDDK_IRQ_INTX) {
        wrong = shared_line(&bench);
    }
    if (wrong == NULL) {
        dddk_test_spurious_interrupt(bench.model, true); /* and it never goes away */
        dddk_test_run(bench.machine, DDDK_MSEC(100));
        dddk_test_spurious_interrupt(bench.model, false);
        wrong = bench_ends(&bench, "screaming", "its interrupt line");
    }
    return bench.machine == NULL ? wrong : bench_close_liar(&bench, wrong);
}

const char *dddk_standard_bad_interrupts(const struct dddk_standard *pair)
{
    const struct dddk_driver *driver = pair->driver;
    const char *wrong = driver->irq_mode_count == 0 ? lie(pair, DDDK_IRQ_NONE) : NULL;

    for (unsigned i = 0; wrong == NULL && i < driver->irq_mode_count; i++) {
        struct dddk_model_type type = *pair->model;
        struct dddk_standard one = {.driver = driver, .model = &type};
        if (restrict_to(&type, driver, driver->irq_modes[i])) {
            wrong = lie(&one, driver->irq_modes[i]);
        }
    }
    return wrong;
}
