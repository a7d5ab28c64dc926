/* SPDX-License-Identifier: MIT
 *
 * uart16550 on both ports: bytes by interrupt, none lost, and line settings.
 */
#include "rig.h"

/* Each way. What a second compiler makes of the driver is seen in fewer. */
#ifdef __clang__
#define BYTES 10000u
#else
#define BYTES 100000u
#endif

static const struct rig_place one = {RIG_UART, 6};

#define LATE_BYTES (3u * DDDK_SERIAL_RING)

static uint8_t to_device[LATE_BYTES], got[LATE_BYTES];

static void nothing_is_lost_on_the_way(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");

    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    rig_exchange_bytes(rig, 0, &uart->serial, BYTES, 1);
    assert_true(uart->vectors[UART16550_MAIN].counters.interrupts > 10);
    assert_int_equal(uart->serial.counters.overruns, 0);
    assert_int_equal(uart->serial.counters.rx_bytes, BYTES);
    assert_int_equal(uart->serial.counters.tx_bytes, BYTES);
    rig_close(rig);
}

static void a_reader_that_is_late_stops_the_sender(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    size_t sent = 0, read = 0, all = LATE_BYTES;
    uint64_t end_ns = rig_now_ns(rig) + DDDK_SEC(10);

    rig_fill(to_device, all, 3);
    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    while (uart->serial.counters.rx_throttled == 0) { /* and nobody reads */
        sent += rig_send_bytes(rig, 0, to_device + sent, all - sent);
        rig_turn(rig);
        assert_true(rig_now_ns(rig) < end_ns);
    }
    for (unsigned turns = 0; read < all; turns++) {
        sent += rig_send_bytes(rig, 0, to_device + sent, all - sent);
        int n = dddk_serial_read(&uart->serial, got + read, 64);
        assert_true(n >= 0);
        read += (size_t)n;
        rig_turn(rig);
        assert_true(turns < 100000);
    }
    assert_memory_equal(got, to_device, all);
    assert_int_equal(uart->serial.counters.overruns, 0);
    rig_close(rig);
}

static void line_settings_that_no_uart_has_are_refused(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &one, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    const struct dddk_serial_line good = {9600, 7, 2, DDDK_PARITY_EVEN};
    const struct dddk_serial_line bad[] = {{0, 8, 1, DDDK_PARITY_NONE},
                                           {9600, 9, 1, DDDK_PARITY_NONE},
                                           {9600, 8, 3, DDDK_PARITY_NONE},
                                           {1000000, 8, 1, DDDK_PARITY_NONE},
                                           {1, 8, 1, DDDK_PARITY_NONE}};

    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    assert_int_equal(dddk_serial_set_line(&uart->serial, &good), 0);
    assert_int_equal(uart16550_lcr_read_raw_(uart), 0x1e); /* 7 bits, 2 stop bits, even */
    assert_int_equal(uart16550_dll_read(uart), 12);
    assert_int_equal(uart16550_dlm_read(uart), 0);
    assert_false(uart16550_lcr_read(uart).dlab);
    for (unsigned i = 0; i < DDDK_COUNT(bad); i++) {
        assert_int_equal(dddk_serial_set_line(&uart->serial, &bad[i]), DDDK_EINVAL);
    }
    assert_int_equal(uart->serial.line.baud, 9600);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(nothing_is_lost_on_the_way),
        ON_BOTH(a_reader_that_is_late_stops_the_sender),
        ON_BOTH(line_settings_that_no_uart_has_are_refused),
    };

    return cmocka_run_group_tests_name("uart16550 on both ports", tests, NULL, NULL);
}
