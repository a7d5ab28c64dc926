/* SPDX-License-Identifier: MIT
 *
 * The misc class: what comes from outside is checked before a handler sees it.
 */
#include "edu.dddk.h"
#include "fake.h"

#include <string.h>

static struct edu *edu;
static struct dddk_vector *vector;
static bool answers; /* the device completes what it is told to do */

static uint32_t get(size_t offset)
{
    uint32_t value;

    memcpy(&value, fake.registers + offset, sizeof(value));
    return value;
}

static void set(size_t offset, uint32_t value)
{
    memcpy(fake.registers + offset, &value, sizeof(value));
}

static void write_register(size_t offset, unsigned bytes, uint64_t value)
{
    if (offset == EDU_LIVE) {
        set(EDU_LIVE, ~(uint32_t)value);
    }
    if (offset == EDU_ACK) {
        set(EDU_CAUSE, get(EDU_CAUSE) & ~(uint32_t)value);
    }
    if (offset == EDU_FACT) {
        set(EDU_FACT, (uint32_t)value + 1000);
        set(EDU_CAUSE, 1);
    }
    if (offset == EDU_DMA && bytes == 8) {
        set(EDU_CAUSE, 0x100);
    }
}

static void pause(uint64_t duration_ns)
{
    (void)duration_ns;
    if (answers && get(EDU_CAUSE) != 0) {
        assert_int_equal(dddk_vector_interrupt(vector), DDDK_IRQ_HANDLED);
    }
}

static int setup(void **state)
{
    (void)state;
    struct dddk_device *dev = fake_reset(&edu_driver);
    fake.write = write_register;
    fake.pause = pause;
    answers = true;
    set(EDU_ID, 0x010000ed);
    edu = DDDK_CONTAINER(dev, struct edu, dddk);
    vector = &edu->vectors[EDU_MAIN];
    assert_int_equal(dddk_attach(dev), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dddk_detach(&edu->dddk);
    assert_int_equal(fake.dma_live + fake.memory_live + fake.misuse, 0);
    return 0;
}

static unsigned operation(const char *name)
{
    for (unsigned i = 0; i < edu->misc.ops->operation_count; i++) {
        if (strcmp(edu->misc.ops->operations[i].name, name) == 0) {
            return i;
        }
    }
    fail_msg("no operation %s", name);
    return 0;
}

static void a_misc_device_is_started_as_soon_as_it_is_published(void **state)
{
    (void)state;
    assert_int_equal(edu->dddk.state, DDDK_STARTED);
    assert_string_equal(
        fake_steps(),
        "+memory decode +map regs +presence +mask interrupts +dma mask +vectors +identify +publish "
        "+buffer bounce +bus mastering +unmask main");
    assert_int_equal(fake.limits.address_bits, 28);
}

static void a_typed_call_hands_values_through(void **state)
{
    uint8_t major = 0, minor = 9;
    uint32_t answer = 0;

    (void)state;
    assert_int_equal(edu_call_version(edu, &major, &minor), 0);
    assert_int_equal(major, 1);
    assert_int_equal(minor, 0);
    assert_int_equal(edu_call_liveness(edu, 0x0f0f0f0f, &answer), 0);
    assert_int_equal(answer, 0xf0f0f0f0);
}

static void a_handler_that_waits_is_woken_by_the_interrupt(void **state)
{
    uint32_t result = 0;

    (void)state;
    assert_int_equal(edu_call_factorial(edu, 5, &result), 0);
    assert_int_equal(result, 1005);
    assert_int_equal(vector->counters.interrupts, 1);
    assert_int_equal(get(EDU_CAUSE), 0); /* exactly what was read is acknowledged */
}

static void a_device_that_never_answers_ends_in_a_timeout(void **state)
{
    uint32_t result;

    (void)state;
    answers = false;
    assert_int_equal(edu_call_factorial(edu, 5, &result), DDDK_ETIMEDOUT);
    assert_int_equal(edu->dddk.counters.timeouts, 1);
    assert_false(edu->dddk.lock.held);
}

static void values_wider_than_their_type_are_refused(void **state)
{
    uint64_t values[2] = {UINT64_C(0x100000000), 0};

    (void)state;
    unsigned writes = fake.writes;
    assert_int_equal(dddk_misc_call(&edu->misc, operation("liveness"), values, NULL, 0),
                     DDDK_ERANGE);
    values[0] = 0xffffffffu;
    values[1] = UINT64_MAX; /* what comes out is not looked at */
    assert_int_equal(fake.writes, writes);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("liveness"), values, NULL, 0), 0);
    assert_int_equal(values[1], 0);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("liveness"), NULL, NULL, 0), DDDK_EINVAL);
}

static void data_are_taken_only_where_and_as_long_as_they_are_declared(void **state)
{
    static uint8_t data[4097];
    uint64_t values[2] = {0};

    (void)state;
    assert_int_equal(dddk_misc_call(&edu->misc, operation("put"), values, data, 4097),
                     DDDK_EMSGSIZE);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("put"), values, NULL, 0), DDDK_EINVAL);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("liveness"), values, data, 0),
                     DDDK_EINVAL);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("liveness"), values, NULL, 1),
                     DDDK_EINVAL);
    assert_int_equal(dddk_misc_call(&edu->misc, operation("put"), values, data, 64), 0);
    assert_int_equal(edu_call_put(edu, 0, data, 64), 0);
    assert_int_equal(edu_call_get(edu, 0, data, 64), 0);
}

static void an_operation_that_there_is_not_is_refused(void **state)
{
    uint64_t values[2] = {0};

    (void)state;
    assert_int_equal(dddk_misc_call(&edu->misc, edu->misc.ops->operation_count, values, NULL, 0),
                     DDDK_EINVAL);
    assert_int_equal(dddk_misc_call(&edu->misc, 0xffffffffu, values, NULL, 0), DDDK_EINVAL);
}

static void a_device_that_shows_no_fifo_is_no_file(void **state)
{
    uint8_t bytes[4] = {0};

    (void)state;
    assert_null(dddk_misc_file(&edu->misc, false));
    assert_int_equal(dddk_misc_read(&edu->misc, bytes, sizeof(bytes)), DDDK_ENOTSUP);
    assert_int_equal(dddk_misc_write(&edu->misc, bytes, sizeof(bytes)), DDDK_ENOTSUP);
}

static void only_a_started_device_is_called(void **state)
{
    uint32_t answer;

    (void)state;
    assert_int_equal(dddk_stop(&edu->dddk), 0);
    unsigned writes = fake.writes;
    assert_int_equal(edu_call_liveness(edu, 1, &answer), DDDK_ESTATE);
    assert_int_equal(dddk_start(&edu->dddk), 0);
    fake.absent = true;
    assert_false(dddk_still_present(&edu->dddk));
    assert_int_equal(edu_call_liveness(edu, 1, &answer), DDDK_ENODEV);
    dddk_detach(&edu->dddk);
    assert_int_equal(edu_call_liveness(edu, 1, &answer), DDDK_ESTATE);
    assert_int_equal(fake.writes, writes);
}

static void a_device_whose_memory_no_longer_decodes_reads_zeros_and_is_gone(void **state)
{
    (void)state;
    set(EDU_ID, 0);
    assert_false(dddk_still_present(&edu->dddk));
}

static void a_cause_that_was_left_behind_is_acknowledged_at_attach(void **state)
{
    (void)state;
    dddk_detach(&edu->dddk);
    set(EDU_CAUSE, 0x101);
    assert_int_equal(dddk_attach(&edu->dddk), 0);
    assert_int_equal(get(EDU_CAUSE), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_misc_device_is_started_as_soon_as_it_is_published),
        TEST(a_typed_call_hands_values_through),
        TEST(a_handler_that_waits_is_woken_by_the_interrupt),
        TEST(a_device_that_never_answers_ends_in_a_timeout),
        TEST(values_wider_than_their_type_are_refused),
        TEST(data_are_taken_only_where_and_as_long_as_they_are_declared),
        TEST(an_operation_that_there_is_not_is_refused),
        TEST(a_device_that_shows_no_fifo_is_no_file),
        TEST(only_a_started_device_is_called),
        TEST(a_device_whose_memory_no_longer_decodes_reads_zeros_and_is_gone),
        TEST(a_cause_that_was_left_behind_is_acknowledged_at_attach),
    };

    return cmocka_run_group_tests_name("the misc class", tests, NULL, NULL);
}
