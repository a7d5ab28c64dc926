/* SPDX-License-Identifier: MIT
 *
 * The clock of a PC on both hosted ports: handlers and its interrupt go through one window, and a
 * bit beside the index stays as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rtc.dddk.h"
#include "rtc.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

#define TICKS 5u

enum port { SIM, QEMU };

DDDK_REGISTRY_STORAGE(storage, 1, 1, 1);

/* What a device tree of QEMU's q35 would say of its clock. */
static const char *const compatible[] = {"acme,rtc"};
static const struct dddk_platform_range ports = {DDDK_REGION_PORT, 0x70, 2};
static const unsigned line = 8;
static const struct dddk_platform_device clock_of_the_board = {
    .name = "rtc@70",
    .compatible = compatible,
    .compatible_count = 1,
    .ranges = &ports,
    .range_count = 1,
    .lines = &line,
    .line_count = 1,
    .place = 201,
};

struct rig {
    enum port port;
    struct dddk_host *host;
    struct dddk_registry registry;
    struct dddk_model *model;
    struct rtc *rtc;
};

static struct rig *open_rig(enum port port, FILE *trace)
{
    static struct rig rig;

    memset(&rig, 0, sizeof rig);
    rig.port = port;
    if (port == SIM) {
        rig.host = dddk_test_open(1);
        rig.model = dddk_test_add(rig.host, &rtc_model_type, 4);
        assert_non_null(rig.model);
    } else {
        rig.host = dddk_qemu_open(&(struct dddk_qemu_options){.device_count = 0});
        assert_non_null(rig.host);
        assert_int_equal(dddk_host_add_platform(rig.host, &clock_of_the_board), 0);
    }
    assert_int_equal(dddk_registry_init(&rig.registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&rig.registry, &rtc_driver), 0);
    dddk_host_trace(rig.host, trace);
    assert_int_equal(dddk_host_probe(rig.host, &rig.registry), 1);
    rig.rtc = DDDK_CONTAINER(dddk_host_find(rig.host, "rtc.0"), struct rtc, dddk);
    return &rig;
}

static void close_rig(struct rig *rig)
{
    struct dddk_host_statistics statistics;

    assert_int_equal(dddk_host_remove(rig->host, &rig->rtc->dddk), 0);
    statistics = dddk_host_statistics(rig->host);
    assert_false(rig->host->dead);
    assert_int_equal(statistics.stuck_lines, 0);
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

/* Until so many interrupts have come; QEMU's clock ticks by itself. */
static void wait_for_ticks(struct rig *rig, uint32_t ticks)
{
    for (unsigned turn = 0; turn < 1000 && rig->rtc->state.ticks < ticks; turn++) {
        if (rig->port == SIM) {
            dddk_test_raise(rig->model, 0, RTC_MODEL_MAIN_PF);
        }
        (void)dddk_host_turn(rig->host, DDDK_MSEC(5));
    }
    assert_true(rig->rtc->state.ticks >= ticks);
}

/* Each interrupt reads C through the window that the handlers use for memory. */
static void its_interrupt_reads_its_cause_through_the_window(void **state)
{
    struct rig *rig = open_rig(port_of(state), NULL);
    uint8_t value = 0;

    for (uint32_t n = 1; n <= TICKS; n++) {
        uint32_t before = rig->rtc->state.ticks;

        assert_int_equal(rtc_call_keep(rig->rtc, 40, (uint8_t)(0xa0u + n)), 0);
        wait_for_ticks(rig, before + 1);
        assert_int_equal(rtc_call_recall(rig->rtc, 40, &value), 0);
        assert_int_equal(value, 0xa0u + n);
    }
    assert_true(rig->rtc->vectors[RTC_MAIN].counters.interrupts >= TICKS);
    close_rig(rig);
}

/* A stop masks the interrupt and leaves the settings beside it, and whatever is accessed, the bit
 * beside the index is 1 since start() has set it. */
static void what_is_beside_index_and_mask_is_kept(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *trace = open_memstream(&text, &size);
    struct rig *rig = open_rig(port_of(state), trace);
    unsigned selected = 0;
    bool set = false;

    wait_for_ticks(rig, 2);
    assert_int_equal(dddk_stop(&rig->rtc->dddk), 0);
    dddk_thread_enter(&rig->rtc->dddk);
    struct rtc_b b = rtc_b_read(rig->rtc);
    dddk_thread_leave(&rig->rtc->dddk);
    assert_true(b.h24 && b.binary);
    assert_false(b.pie);
    dddk_host_trace(rig->host, NULL);
    fclose(trace);
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n")) {
        unsigned bytes;
        unsigned long long value;
        char kind, name[32];

        if (sscanf(at, "%c %u %*s %*u %*s %llx %*s %*s %31s", &kind, &bytes, &value, name) == 4 &&
            kind == 'W' && strcmp(name, "INDEX") == 0) {
            assert_true(!set || (value & 0x80) != 0);
            set = (value & 0x80) != 0;
            selected += set;
        }
    }
    free(text);
    assert_true(selected > 10);
    close_rig(rig);
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
        ON_BOTH(its_interrupt_reads_its_cause_through_the_window),
        ON_BOTH(what_is_beside_index_and_mask_is_kept),
    };

    return cmocka_run_group_tests_name("rtc", tests, NULL, NULL);
}
