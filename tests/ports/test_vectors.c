/* SPDX-License-Identifier: MIT
 *
 * Interrupts that are held off on their way, on both ports: edu has no mask of its own and speaks
 * by MSI, uart16550 is told at its pin.
 */
#include "rig.h"

#include "runtime/port.h"

static const struct rig_place edu_alone = {RIG_EDU, 5};
static const struct rig_place uart_alone = {RIG_UART, 5};

/* Nobody waits for the cause that it raises. */
static void raise_edu(struct rig *rig, struct edu *edu)
{
    assert_int_equal(edu_raise_write(edu, .factorial = true), 0);
    rig_idle(rig);
}

static void a_message_that_is_held_off_comes_when_it_may(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &edu_alone, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    struct dddk_vector *vector = &edu->vectors[EDU_MAIN];

    raise_edu(rig, edu);
    assert_int_equal(vector->counters.interrupts, 1);
    dddk_port_vector_mask(vector, true);
    raise_edu(rig, edu);
    assert_int_equal(vector->counters.interrupts, 1);
    assert_true(edu_cause_read(edu).factorial);
    dddk_port_vector_mask(vector, false);
    rig_idle(rig);
    assert_int_equal(vector->counters.interrupts, 2);
    assert_false(edu_cause_read(edu).factorial);
    rig_close(rig);
}

static void a_storm_of_messages_is_held_off_and_ends(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &edu_alone, 1);
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    struct dddk_vector *vector = &edu->vectors[EDU_MAIN];
    uint32_t result = 0;

    uint64_t begin_ns = rig_now_ns(rig);
    while (vector->counters.storms == 0 && rig_now_ns(rig) - begin_ns < DDDK_SEC(10)) {
        assert_int_equal(edu_raise_write(edu, .factorial = true), 0);
        rig_turn(rig);
    }
    assert_int_equal(vector->counters.storms, 1);
    assert_in_range(vector->counters.interrupts, DDDK_STORM_ROW, DDDK_STORM_ROW + 1);
    assert_true(rig_now_ns(rig) - begin_ns >= DDDK_STORM_HOLD_NS);
    rig_idle(rig);
    /* and it serves again */
    assert_int_equal(edu_call_factorial(edu, 5, &result), 0);
    assert_int_equal(result, 120);
    assert_int_equal(edu->dddk.counters.timeouts, 0);
    rig_close(rig);
}

static void a_pin_that_is_held_off_is_heard_when_it_may(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &uart_alone, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    struct dddk_vector *vector = &uart->vectors[UART16550_MAIN];
    uint8_t byte = 0;

    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    rig_idle(rig);
    dddk_port_vector_mask(vector, true);
    uint64_t before = vector->counters.interrupts;
    assert_int_equal(rig_send_bytes(rig, 0, "x", 1), 1);
    rig_idle(rig);
    assert_int_equal(vector->counters.interrupts, before);
    assert_int_equal(dddk_serial_read(&uart->serial, &byte, 1), 0);
    dddk_port_vector_mask(vector, false);
    RIG_UNTIL(rig, dddk_serial_read(&uart->serial, &byte, 1) == 1);
    assert_int_equal(byte, 'x');
    assert_true(vector->counters.interrupts > before);
    assert_int_equal(dddk_host_serial_close(&uart->dddk), 0);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_message_that_is_held_off_comes_when_it_may),
        ON_BOTH(a_storm_of_messages_is_held_off_and_ends),
        ON_BOTH(a_pin_that_is_held_off_is_heard_when_it_may),
    };

    return cmocka_run_group_tests_name("held off on their way", tests, NULL, NULL);
}
