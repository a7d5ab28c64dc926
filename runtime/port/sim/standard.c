/* SPDX-License-Identifier: MIT
 *
 * The standard tests that need no class: lifecycle, registers that are stuck, a device that is
 * pulled. See dddk/standard.h.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/port/sim/standard.h"

#define MANY_STEPS 256u

const char *dddk_standard_probe_and_remove(const struct dddk_standard *pair)
{
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    for (unsigned round = 0; wrong == NULL && round < 2; round++) {
        wrong = bench_run(&bench);
        if (wrong == NULL) {
            wrong = bench_working(&bench);
        }
        int status = wrong == NULL ? dddk_test_remove(bench.machine, bench.dev) : 0;
        if (status != 0) {
            wrong = bench_complain("remove %u: %s", round + 1, dddk_status_name(status));
        }
        bench.dev = NULL;
    }
    return bench_close(&bench, wrong);
}

const char *dddk_standard_each_device(const struct dddk_standard *pair)
{
    static char text[320];
    const char *wrong = NULL;

    for (unsigned as = 0; wrong == NULL && as < pair->model->device_count; as++) {
        const struct dddk_standard other = {pair->driver, pair->model, as};
        wrong = dddk_standard_probe_and_remove(&other);
        if (wrong == NULL) {
            wrong = dddk_standard_each_failing_step(&other);
        }
        if (wrong != NULL) {
            (void)snprintf(text, sizeof text, "as %s: %s", pair->model->devices[as].name, wrong);
            wrong = text;
        }
    }
    return wrong;
}

/* Is the log of steps a row of acquisitions, the last of which failed, and the same row backwards?
 */
static const char *exact_reverse(const struct dddk_test_step *step, unsigned count, unsigned k)
{
    if (count != 2 * k - 1) {
        return bench_complain("step %u (%s) failed: %u entries in the log where %u belong", k,
                              k <= count ? step[k - 1].name : "?", count, 2 * k - 1);
    }
    for (unsigned i = 0; i < k; i++) {
        if (!step[i].acquire || step[i].failed != (i == k - 1)) {
            return bench_complain("step %u: %s is not the acquisition that belongs there", i + 1,
                                  step[i].name);
        }
    }
    for (unsigned i = k; i < count; i++) {
        const struct dddk_test_step *acquired = &step[count - 1 - i];
        if (step[i].acquire || strcmp(step[i].name, acquired->name) != 0) {
            return bench_complain("after step %u (%s) failed, %s was released where %s belongs", k,
                                  step[k - 1].name, step[i].name, acquired->name);
        }
    }
    return NULL;
}

/* Make acquisition k of `attempt` fail. *done: there is no acquisition k any more. */
static const char *fail_one(struct bench *bench, int (*attempt)(struct bench *bench), unsigned k,
                            bool *done)
{
    static struct dddk_test_step steps[MANY_STEPS];

    dddk_test_forget_steps(bench->machine);
    dddk_test_fail_at(bench->machine, k, DDDK_ENOMEM);
    int status = attempt(bench);
    dddk_test_fail_at(bench->machine, 0, 0);
    unsigned count = dddk_test_steps(bench->machine, steps, MANY_STEPS);
    *done = status == 0;
    if (*done) {
        return count == k - 1 ? NULL : bench_complain("step %u failed and nobody noticed", k);
    }
    if (status != DDDK_ENOMEM && count < k) {
        return bench_complain("with nothing made to fail it came to %u steps, and then to %s",
                              count, dddk_status_name(status));
    }
    if (status != DDDK_ENOMEM) {
        return bench_complain("step %u failed with DDDK_ENOMEM, which became %s", k,
                              dddk_status_name(status));
    }
    if (count > MANY_STEPS) {
        return bench_complain("more than %u steps", MANY_STEPS);
    }
    return exact_reverse(steps, count, k);
}

const char *dddk_standard_each_failing_step(const struct dddk_standard *pair)
{
    int (*const attempts[])(struct bench *) = {bench_probe, bench_start};
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    for (unsigned i = 0; i < DDDK_COUNT(attempts); i++) {
        bool done = i == 1 && pair->driver->start_at_publish;
        for (unsigned k = 1; wrong == NULL && !done; k++) {
            wrong = fail_one(&bench, attempts[i], k, &done);
        }
    }
    if (wrong == NULL) {
        wrong = bench_working(&bench);
    }
    return bench_close(&bench, wrong);
}

static const char *one_stuck(const struct dddk_standard *pair, enum dddk_test_stuck how,
                             const struct dddk_register_info *reg, bool running)
{
    static const char *const names[] = {"working", "all ones", "all zeros", "the last value"};
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL && running) {
        wrong = bench_run(&bench);
    }
    if (wrong == NULL) {
        if (reg == NULL) {
            dddk_test_stick(bench.model, how);
        } else {
            uint64_t last = 0;
            struct dddk_test_register now;
            if (how == DDDK_TEST_LAST_VALUE &&
                dddk_test_register(bench.model, reg->name, 0, &now)) {
                last = now.value;
            }
            (void)dddk_test_override(bench.model, reg->name, 0, 0,
                                     how == DDDK_TEST_ALL_ONES ? ~(uint64_t)0 : last);
        }
        wrong = bench_ends(&bench, names[how], reg == NULL ? "all registers" : reg->name);
    }
    return bench_close_liar(&bench, wrong);
}

const char *dddk_standard_stuck_registers(const struct dddk_standard *pair,
                                          enum dddk_test_stuck how)
{
    const char *wrong = NULL;

    for (unsigned running = 0; running < 2; running++) {
        wrong = wrong != NULL ? wrong : one_stuck(pair, how, NULL, running);
        for (unsigned i = 0; wrong == NULL && i < pair->driver->register_count; i++) {
            const struct dddk_register_info *reg = &pair->driver->registers[i];
            if ((reg->flags & DDDK_REGISTER_READABLE) != 0) {
                wrong = one_stuck(pair, how, reg, running);
            }
        }
    }
    return wrong;
}

const char *dddk_standard_pulled(const struct dddk_standard *pair)
{
    struct bench bench;

    const char *wrong = bench_open(&bench, pair);
    if (wrong == NULL) {
        wrong = bench_run(&bench);
    }
    if (wrong == NULL) {
        bench_traffic(&bench);
        dddk_test_pull(bench.model);
        wrong = bench_ends(&bench, "gone", "the device");
    }
    return bench_close_liar(&bench, wrong);
}

/* How many steps of attach it takes until every region is mapped, and it is known how many elements
 * arrays have. */
static unsigned steps_to_map(const struct dddk_driver *driver)
{
    unsigned count = driver->attach.count;

    while (count > 0 && strncmp(driver->attach.steps[count - 1].name, "map ", 4) != 0 &&
           strcmp(driver->attach.steps[count - 1].name, "elements") != 0) {
        count--;
    }
    return count;
}

struct dddk_device *dddk_standard_registers_only(const struct dddk_standard *pair,
                                                 struct dddk_host **machine)
{
    /* Both outlive the machine: there is one such device at a time. */
    static struct dddk_driver driver;
    static struct dddk_model_type model;
    const struct dddk_driver *const drivers[] = {&driver};

    driver = *pair->driver;
    driver.attach.count = steps_to_map(&driver);
    driver.start.count = 0;
    driver.start_at_publish = false;
    driver.vector_count = 0;
    model = *pair->model;
    model.hooks = NULL;
    model.ring_count = model.fifo_count = model.interrupt_count = 0;
    model.transfer_count = model.operation_count = 0;
    model.reset = NULL;
    model.change = NULL;
    *machine = dddk_test_open(1);
    if (*machine == NULL || dddk_test_add_as(*machine, &model, pair->as, BENCH_SLOT) == NULL ||
        dddk_test_probe(*machine, drivers, 1) != 1) {
        return NULL;
    }
    char name[DDDK_NAME_MAX];
    (void)snprintf(name, sizeof name, "%s.0", driver.name);
    return dddk_test_device(*machine, name);
}
