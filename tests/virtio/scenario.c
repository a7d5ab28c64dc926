/* SPDX-License-Identifier: MIT
 *
 * Virtio on both hosted ports: one driver, regions that capabilities name, the same accesses. On
 * QEMU the device is behind a root port, so that it has extended configuration space.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "virtio_rng.dddk.h"
#include "virtio_rng.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

#define MOST_LINES 400u
#define VERSION_1 (UINT64_C(1) << 32)

enum port { SIM, QEMU };

DDDK_REGISTRY_STORAGE(storage, 1, 1, 1);

struct rig {
    enum port port;
    struct dddk_host *host;
    struct dddk_registry registry;
    struct virtio_rng *rng;
};

static struct rig *open_rig_with(enum port port, FILE *trace, const char *device, bool messages)
{
    const char *const devices[] = {"pcie-root-port,id=root,chassis=1,slot=1,addr=2", device};
    static struct rig rig;

    memset(&rig, 0, sizeof rig);
    rig.port = port;
    if (port == SIM) {
        rig.host = dddk_test_open(1);
        struct dddk_model *model = dddk_test_add(rig.host, &virtio_rng_model_type, 4);
        assert_non_null(model);
        if (!messages) {
            dddk_test_without_msi(model);
        }
    } else {
        rig.host = dddk_qemu_open(
            &(struct dddk_qemu_options){.devices = devices, .device_count = DDDK_COUNT(devices)});
        assert_non_null(rig.host);
    }
    assert_int_equal(dddk_registry_init(&rig.registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&rig.registry, &virtio_rng_driver), 0);
    dddk_host_trace(rig.host, trace);
    assert_int_equal(dddk_host_probe(rig.host, &rig.registry), 1);
    rig.rng = DDDK_CONTAINER(dddk_host_find(rig.host, "virtio_rng.0"), struct virtio_rng, dddk);
    return &rig;
}

#define RNG "virtio-rng-pci,bus=root,addr=0,disable-legacy=on,aer=on"

static struct rig *open_rig(enum port port, FILE *trace)
{
    return open_rig_with(port, trace, RNG, true);
}

static void close_rig(struct rig *rig)
{
    struct dddk_host_statistics statistics = dddk_host_statistics(rig->host);

    assert_false(rig->host->dead);
    assert_int_equal(statistics.dma_live, 0);
    assert_int_equal(statistics.leaks, 0);
    assert_int_equal(statistics.misuse, 0);
    if (rig->port == SIM) {
        assert_int_equal(dddk_test_close(rig->host), 0);
    } else {
        dddk_host_close(rig->host);
    }
}

static enum port port_of(void **state)
{
    return *(const enum port *)*state;
}

/* Features, the sizes of queues, the generation of its configuration: each out of its structure. */
static void ask(struct rig *rig)
{
    uint64_t features = 0;
    uint32_t severity = 0;
    uint16_t queues = 0, size = 0;
    uint8_t generation = 0xff;

    assert_int_equal(
        virtio_rng_call_facts(rig->rng, &features, &queues, &size, &generation, &severity), 0);
    assert_true((features & VERSION_1) != 0);
    assert_int_equal(queues, 1);
    assert_int_equal(size, 8);
    assert_int_equal(generation, 0);
    assert_int_equal(severity, 0x00462030); /* of PCI Express Base 2.0, 7.10.4 */
}

static void take(struct rig *rig, size_t size)
{
    static uint8_t bytes[1024], before[1024];

    memset(before, 0, sizeof before);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(virtio_rng_call_read(rig->rng, bytes, size), 0);
    assert_memory_not_equal(bytes, before, size);
    assert_memory_equal(bytes + size, before + size, sizeof bytes - size);
}

static void is_found_set_up_and_asked(struct rig *rig, unsigned vector)
{
    struct virtio_rng_status status;

    assert_int_equal(rig->rng->dddk.state, DDDK_STARTED);
    status = virtio_rng_status_read(rig->rng);
    assert_true(status.acknowledge && status.driver && status.features_ok && status.driver_ok);
    assert_false(status.failed || status.needs_reset);
    assert_int_equal(virtio_rng_multiplier_read(rig->rng), 4);
    ask(rig);
    for (unsigned i = 0; i < 20; i++) { /* more than twice around the queue */
        take(rig, 16 + 50 * i);
    }
    assert_true(rig->rng->vectors[vector].counters.interrupts >= 20);
    assert_int_equal(rig->rng->dddk.counters.protocol_errors, 0);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    close_rig(rig);
}

static void the_device_is_found_set_up_and_asked(void **state)
{
    struct rig *rig = open_rig(port_of(state), NULL);

    assert_int_equal(rig->rng->dddk.irq_mode, DDDK_IRQ_MSIX);
    is_found_set_up_and_asked(rig, VIRTIO_RNG_MESSAGE);
}

static void a_device_without_messages_is_asked_as_well(void **state)
{
    struct rig *rig = open_rig_with(port_of(state), NULL, RNG ",vectors=0", false);

    assert_int_equal(rig->rng->dddk.irq_mode, DDDK_IRQ_INTX);
    is_found_set_up_and_asked(rig, VIRTIO_RNG_LINE);
}

/* QEMU offers the doorbells a second time, as a port, in front of the first in its list and with
 * another distance between them. */
static void of_two_structures_the_one_that_fits_is_taken(void **state)
{
    struct rig *rig = open_rig_with(QEMU, NULL, RNG ",modern-pio-notify=on", true);

    (void)state;
    assert_int_equal(virtio_rng_multiplier_read(rig->rng), 4);
    take(rig, 100);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    close_rig(rig);
}

static void it_survives_a_recovery(void **state)
{
    struct rig *rig = open_rig(port_of(state), NULL);

    take(rig, 100);
    assert_int_equal(dddk_recover(&rig->rng->dddk), 0);
    take(rig, 100);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    close_rig(rig);
}

static void removal_leaves_a_device_that_was_reset(void **state)
{
    struct rig *rig = open_rig(port_of(state), NULL);
    struct dddk_pci_address where = dddk_host_where(&rig->rng->dddk);

    take(rig, 10);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    uint32_t command = rig->host->ops->config_read(rig->host, where, DDDK_PCI_COMMAND, 2);
    assert_int_equal(command & (DDDK_PCI_COMMAND_MEMORY | DDDK_PCI_COMMAND_MASTER), 0);
    assert_int_equal(dddk_host_probe(rig->host, &rig->registry), 1);
    rig->rng = DDDK_CONTAINER(dddk_host_find(rig->host, "virtio_rng.0"), struct virtio_rng, dddk);
    take(rig, 10);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    close_rig(rig);
}

/* Failures that were asked for. */
static void ignore_line(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                        const char *line)
{
    (void)user;
    (void)dev;
    (void)level;
    (void)line;
}

static void every_acquisition_may_fail(void **state)
{
    struct rig *rig = open_rig(port_of(state), NULL);
    struct dddk_host_step_log *log = dddk_host_step_log(rig->host);
    unsigned k = 0;

    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    dddk_host_log_to(ignore_line, NULL);
    for (bool done = false; !done;) {
        log->count = 0;
        dddk_host_fail_at(rig->host, ++k, DDDK_EIO);
        done = dddk_host_probe(rig->host, &rig->registry) == 1;
        dddk_host_fail_at(rig->host, 0, 0);
        for (unsigned i = k; !done && i < log->count; i++) {
            assert_false(log->entry[i].acquire);
            assert_string_equal(log->entry[i].name, log->entry[log->count - 1 - i].name);
        }
    }
    dddk_host_log_to(NULL, NULL);
    assert_true(k > 12); /* six regions among them */
    rig->rng = DDDK_CONTAINER(dddk_host_find(rig->host, "virtio_rng.0"), struct virtio_rng, dddk);
    take(rig, 10);
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    close_rig(rig);
}

/* ---- the same accesses on both ---- */

struct line {
    char kind;
    unsigned bytes;
    unsigned long long value;
    char name[32];
};

struct log {
    unsigned count;
    struct line line[MOST_LINES];
};

/* Where the two machines have their memory differs. */
static bool is_address(const char *name)
{
    return strncmp(name, "QUEUE_DE", 8) == 0 || strncmp(name, "QUEUE_DR", 8) == 0;
}

static void record(struct log *log, enum port port, bool messages)
{
    char *text = NULL;
    size_t size = 0;
    FILE *trace = open_memstream(&text, &size);
    struct rig *rig = open_rig_with(port, trace, messages ? RNG : RNG ",vectors=0", messages);

    ask(rig);
    for (unsigned i = 0; i < 10; i++) {
        take(rig, 64);
        assert_int_equal(dddk_host_run_until_idle(rig->host, DDDK_MSEC(30)), 0);
    }
    assert_int_equal(dddk_host_remove(rig->host, &rig->rng->dddk), 0);
    dddk_host_trace(rig->host, NULL);
    fclose(trace);
    log->count = 0;
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n")) {
        struct line *line = &log->line[log->count];
        if (at[0] != 'R' && at[0] != 'W') {
            continue;
        }
        assert_true(log->count < MOST_LINES);
        assert_int_equal(sscanf(at, "%c %u %*s %*u %*s %llx %*s %*s %31s", &line->kind,
                                &line->bytes, &line->value, line->name),
                         4);
        log->count++;
    }
    free(text);
    close_rig(rig);
}

static void same_on_both(bool messages)
{
    static struct log sim, qemu;

    record(&sim, SIM, messages);
    record(&qemu, QEMU, messages);
    for (unsigned i = 0; i < sim.count && i < qemu.count; i++) {
        const struct line *a = &sim.line[i], *b = &qemu.line[i];
        if (a->kind != b->kind || a->bytes != b->bytes || strcmp(a->name, b->name) != 0 ||
            (a->value != b->value && !is_address(a->name))) {
            fail_msg("access %u: sim %c%u %s 0x%llx, QEMU %c%u %s 0x%llx", i, a->kind, a->bytes,
                     a->name, a->value, b->kind, b->bytes, b->name, b->value);
        }
    }
    assert_int_equal(sim.count, qemu.count);
    assert_true(sim.count > 40); /* a trace of nothing is equal to any other */
}

static void sim_and_qemu_see_the_same_accesses(void **state)
{
    (void)state;
    same_on_both(true);
    same_on_both(false);
}

#define ON_BOTH(test)                                       \
    {#test " on sim", test, NULL, NULL, &(enum port){SIM}}, \
    {                                                       \
#test " on qemu", test, NULL, NULL, &(enum port)    \
        {                                                   \
            QEMU                                            \
        }                                                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(the_device_is_found_set_up_and_asked),
        ON_BOTH(a_device_without_messages_is_asked_as_well),
        ON_BOTH(it_survives_a_recovery),
        ON_BOTH(removal_leaves_a_device_that_was_reset),
        ON_BOTH(every_acquisition_may_fail),
        cmocka_unit_test(of_two_structures_the_one_that_fits_is_taken),
        cmocka_unit_test(sim_and_qemu_see_the_same_accesses),
    };

    return cmocka_run_group_tests_name("virtio", tests, NULL, NULL);
}
