/* SPDX-License-Identifier: MIT
 *
 * edu on both ports: its operations, by interrupt and by DMA, and what the driver refuses because
 * the device would not.
 */
#include "rig.h"

static const struct rig_place one = {RIG_EDU, 5};

static void it_says_what_it_is(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    uint8_t major = 0, minor = 0xff;
    uint32_t answer = 0;

    assert_int_equal(edu_call_version(edu, &major, &minor), 0);
    assert_int_equal(major, 1);
    assert_int_equal(minor, 0);
    assert_int_equal(edu_call_liveness(edu, 0x12345678u, &answer), 0);
    assert_int_equal(answer, ~0x12345678u);
    rig_close(rig);
}

static void a_factorial_comes_by_message(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    uint32_t expected = 1, result = 0;

    assert_int_equal(edu->dddk.irq_mode, DDDK_IRQ_MSI);
    for (uint32_t n = 1; n <= 20; n++) {
        expected *= n;
        assert_int_equal(edu_call_factorial(edu, n, &result), 0);
        assert_int_equal(result, expected);
    }
    assert_int_equal(edu->vectors[EDU_MAIN].counters.interrupts, 20);
    assert_int_equal(edu->dddk.counters.timeouts, 0);
    rig_close(rig);
}

static void dma_goes_both_ways(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    uint8_t out[4095], in[4095];

    assert_true(edu->bounce.device.value + edu->bounce.size_bytes <= 1u << 28);
    rig_fill(out, sizeof out, 1);
    assert_int_equal(edu_call_put(edu, 0, out, sizeof out), 0);
    memset(in, 0, sizeof in);
    assert_int_equal(edu_call_get(edu, 0, in, sizeof in), 0);
    assert_memory_equal(in, out, sizeof out);
    assert_int_equal(edu_call_put(edu, 1000, out, 8), 0);
    assert_int_equal(edu_call_get(edu, 998, in, 12), 0);
    assert_memory_equal(in, out + 998, 2);
    assert_memory_equal(in + 2, out, 8);
    assert_memory_equal(in + 10, out + 1008, 2);
    rig_close(rig);
}

static void what_would_leave_the_device_buffer_is_refused(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    uint8_t data[4097] = {0};

    uint64_t writes = dddk_host_statistics(rig->host).writes;
    assert_int_equal(edu_call_put(edu, 0, data, 4096), DDDK_EINVAL);
    assert_int_equal(edu_call_put(edu, 4095, data, 1), DDDK_EINVAL);
    assert_int_equal(edu_call_put(edu, UINT32_MAX, data, 4), DDDK_EINVAL);
    assert_int_equal(edu_call_get(edu, 4090, data, 6), DDDK_EINVAL);
    assert_int_equal(edu_call_put(edu, 0, data, 0), DDDK_EINVAL);
    assert_int_equal(edu_call_put(edu, 0, data, 4097), DDDK_EMSGSIZE);
    assert_int_equal(dddk_host_statistics(rig->host).writes, writes);
    assert_int_equal(edu_call_put(edu, 0, data, 16), 0);
    rig_close(rig);
}

static void two_of_them_keep_apart(void **state)
{
    const struct rig_place places[] = {{RIG_EDU, 5}, {RIG_EDU, 9}};
    struct rig *rig = rig_open(PORT_OF(state), places, 2);
    struct edu *first = RIG_DRIVER(rig, edu, "edu.0");
    struct edu *second = RIG_DRIVER(rig, edu, "edu.1");
    uint32_t one_result = 0, other_result = 0;

    assert_int_equal(edu_call_factorial(first, 5, &one_result), 0);
    assert_int_equal(edu_call_factorial(second, 6, &other_result), 0);
    assert_int_equal(one_result, 120);
    assert_int_equal(other_result, 720);
    assert_int_equal(dddk_host_remove(rig->host, &first->dddk), 0);
    assert_int_equal(edu_call_factorial(second, 7, &other_result), 0);
    assert_int_equal(other_result, 5040);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(it_says_what_it_is),     ON_BOTH(a_factorial_comes_by_message),
        ON_BOTH(dma_goes_both_ways),     ON_BOTH(what_would_leave_the_device_buffer_is_refused),
        ON_BOTH(two_of_them_keep_apart),
    };

    return cmocka_run_group_tests_name("edu on both ports", tests, NULL, NULL);
}
