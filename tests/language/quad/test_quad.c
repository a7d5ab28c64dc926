/* SPDX-License-Identifier: MIT
 *
 * Several vectors of one device, on sim and on QEMU's e1000e: each message reaches its own handler,
 * each is masked on its own, and what the driver falls back on does the same with one interrupt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quad.dddk.h"
#include "quad.model.h"

#include "dddk/test.h"
#include "dddk/wait.h"
#include "host.h"
#include "runtime/port.h"
#include "runtime/port/qemu/qemu.h"

enum port { SIM, QEMU };
enum { SLOT = 5 };

DDDK_REGISTRY_STORAGE(storage, 1, 1, 1);
static struct dddk_registry registry;
static struct dddk_host *host;
static struct quad *quad;

static void begin(void **state, const struct dddk_driver *driver)
{
    static const char *const devices[] = {"e1000e,addr=5"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 1};

    if (*(const enum port *)*state == QEMU) {
        host = dddk_qemu_open(&options);
    } else {
        host = dddk_test_open(1);
        assert_non_null(dddk_test_add(host, &quad_model_type, SLOT));
    }
    assert_non_null(host);
    assert_int_equal(dddk_registry_init(&registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, driver), 0);
    assert_int_equal(dddk_host_probe(host, &registry), 1);
    struct dddk_device *dev = dddk_host_find(host, "quad.0");
    assert_non_null(dev);
    quad = DDDK_CONTAINER(dev, struct quad, dddk);
    for (unsigned v = 0; v < driver->vector_count; v++) {
        memset(&quad->vectors[v].counters, 0, sizeof(quad->vectors[v].counters));
    }
}

static void end(void)
{
    assert_int_equal(dddk_host_remove(host, &quad->dddk), 0);
    struct dddk_host_statistics statistics = dddk_host_statistics(host);
    assert_int_equal(statistics.leaks + statistics.misuse + statistics.dma_faults, 0);
    assert_false(host->dead);
    dddk_host_close(host);
}

static void idle(void)
{
    assert_int_equal(dddk_host_run_until_idle(host, DDDK_MSEC(2)), 0);
}

/* How often each vector heard something, as one number: receive, transmit, other, all. */
static unsigned heard(void)
{
    unsigned all = 0;

    for (unsigned v = 0; v < 4; v++) {
        assert_true(quad->vectors[v].counters.interrupts < 10);
        all = 10 * all + (unsigned)quad->vectors[v].counters.interrupts;
    }
    return all;
}

static void each_message_reaches_its_own_handler(void **state)
{
    begin(state, &quad_driver);
    assert_int_equal(quad->dddk.irq_mode, DDDK_IRQ_MSIX);
    dddk_arm(&quad->received);
    quad_ics_write(quad, .rxq0 = true);
    idle();
    assert_int_equal(heard(), 1000);
    assert_int_equal(quad->received.done, 1);
    quad_ics_write(quad, .txq0 = true);
    idle();
    assert_int_equal(heard(), 1100);
    assert_int_equal(quad->state.sent, 1);
    quad_ics_write(quad, .lsc = true, .other = true);
    idle();
    assert_int_equal(heard(), 1110);
    assert_int_equal(quad->state.links, 1);
    end();
}

static void one_interrupt_does_the_same(void **state)
{
    static const enum dddk_irq_mode modes[] = {DDDK_IRQ_MSI, DDDK_IRQ_INTX};

    for (unsigned i = 0; i < DDDK_COUNT(modes); i++) {
        struct dddk_driver driver = quad_driver;
        driver.irq_modes = &modes[i];
        driver.irq_mode_count = 1;
        begin(state, &driver);
        assert_int_equal(quad->dddk.irq_mode, modes[i]);
        dddk_arm(&quad->received);
        quad_ics_write(quad, .rxq0 = true);
        idle();
        assert_int_equal(heard(), 1);
        assert_int_equal(quad->received.done, 1);
        quad_ics_write(quad, .txq0 = true);
        idle();
        quad_ics_write(quad, .lsc = true);
        idle();
        assert_int_equal(heard(), 3);
        assert_int_equal(quad->state.sent, 1);
        assert_int_equal(quad->state.links, 1);
        end();
    }
}

/* The table has five entries. */
static void a_vector_that_the_table_lacks_makes_it_fall_back(void **state)
{
    struct dddk_driver driver = quad_driver;
    const struct dddk_vector_ops *vectors[4];
    struct dddk_vector_ops far = *quad_driver.vectors[QUAD_TRANSMIT];

    memcpy(vectors, quad_driver.vectors, sizeof vectors);
    far.message = 5;
    vectors[QUAD_TRANSMIT] = &far;
    driver.vectors = vectors;
    begin(state, &driver);
    assert_int_equal(quad->dddk.irq_mode, DDDK_IRQ_MSI);
    end();
}

static void a_message_that_is_masked_in_the_table_comes_when_it_may(void **state)
{
    begin(state, &quad_driver);
    dddk_port_vector_mask(&quad->vectors[QUAD_TRANSMIT], true);
    quad_ics_write(quad, .txq0 = true);
    quad_ics_write(quad, .rxq0 = true);
    idle();
    assert_int_equal(heard(), 1000); /* the other is not held up */
    dddk_port_vector_mask(&quad->vectors[QUAD_TRANSMIT], false);
    idle();
    assert_int_equal(heard(), 1100);
    end();
}

static void masking_one_vector_at_the_device_leaves_the_others_alone(void **state)
{
    begin(state, &quad_driver);
    assert_true(dddk_vector_pause(&quad->vectors[QUAD_OTHER]));
    assert_true(quad_ims_read(quad).rxq0);
    assert_true(quad_ims_read(quad).txq0);
    assert_false(quad_ims_read(quad).lsc);
    assert_false(dddk_vector_pause(&quad->vectors[QUAD_ALL])); /* it is not there in this mode */
    dddk_vector_resume(&quad->vectors[QUAD_OTHER]);
    assert_true(quad_ims_read(quad).lsc);
    assert_true(dddk_vector_pause(&quad->vectors[QUAD_RECEIVE]));
    assert_false(quad_ims_read(quad).rxq0);
    assert_true(quad_ims_read(quad).lsc);
    dddk_vector_resume(&quad->vectors[QUAD_RECEIVE]);
    end();
}

static void a_storm_on_one_vector_is_its_own(void **state)
{
    begin(state, &quad_driver);
    uint64_t end_ns = host->ops->now_ns(host) + DDDK_SEC(10);
    struct dddk_vector *receive = &quad->vectors[QUAD_RECEIVE];

    while (receive->counters.storms == 0 && host->ops->now_ns(host) < end_ns) {
        quad_ics_write(quad, .rxq0 = true); /* and nobody waits for it */
        (void)dddk_host_turn(host, DDDK_USEC(1));
    }
    assert_int_equal(receive->counters.storms, 1);
    assert_int_equal(quad->vectors[QUAD_TRANSMIT].counters.storms, 0);
    idle();
    memset(&receive->counters, 0, sizeof(receive->counters));
    quad_ics_write(quad, .txq0 = true);
    quad_ics_write(quad, .rxq0 = true);
    idle();
    /* Its moderation may have put one off, and says it now. */
    assert_in_range(receive->counters.interrupts, 1, 2);
    assert_int_equal(quad->vectors[QUAD_TRANSMIT].counters.interrupts, 1);
    end();
}

static void each_vector_that_fails_gives_back_those_before_it(void **state)
{
    begin(state, &quad_driver);
    struct dddk_host_step_log *log = dddk_host_step_log(host);
    assert_int_equal(dddk_host_remove(host, &quad->dddk), 0);
    for (unsigned k = 1; k < quad_driver.attach.count; k++) {
        log->count = 0;
        dddk_host_fail_at(host, k, DDDK_ENOMEM);
        assert_int_equal(dddk_host_probe(host, &registry), DDDK_ENOMEM);
        assert_int_equal(log->count, 2 * k - 1);
        for (unsigned i = 0; i < k - 1; i++) {
            assert_string_equal(log->entry[k + i].name, log->entry[k - 2 - i].name);
            assert_false(log->entry[k + i].acquire);
        }
    }
    dddk_host_fail_at(host, 0, 0);
    assert_int_equal(dddk_host_probe(host, &registry), 1);
    quad = DDDK_CONTAINER(dddk_host_find(host, "quad.0"), struct quad, dddk);
    end();
}

static enum port sim = SIM, qemu = QEMU;

#define ON(where, test)                               \
    {                                                 \
#test " on " #where, test, NULL, NULL, &where \
    }
#define ON_BOTH(test) ON(sim, test), ON(qemu, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(each_message_reaches_its_own_handler),
        ON_BOTH(one_interrupt_does_the_same),
        ON_BOTH(a_vector_that_the_table_lacks_makes_it_fall_back),
        ON_BOTH(a_message_that_is_masked_in_the_table_comes_when_it_may),
        ON_BOTH(masking_one_vector_at_the_device_leaves_the_others_alone),
        ON_BOTH(a_storm_on_one_vector_is_its_own),
        ON_BOTH(each_vector_that_fails_gives_back_those_before_it),
    };

    return cmocka_run_group_tests_name("several vectors on both ports", tests, NULL, NULL);
}
