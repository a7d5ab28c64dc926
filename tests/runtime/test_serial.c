/* SPDX-License-Identifier: MIT
 *
 * The serial class and a generated driver's FIFOs, against a UART that a test plays.
 */
#include "fake.h"
#include "uart16550.dddk.h"

#include <string.h>

enum { BUDGET = 64, FIFO = 16 };

static struct {
    uint8_t receive[32768]; /* what comes in */
    size_t receive_end, receive_at;
    uint8_t sent[32768];
    size_t sent_count, room; /* what went out; bytes that the device takes now */
    size_t overfilled;
    bool overrun; /* shown once */
    uint8_t ier;
    uint8_t divisor[2];
} line;

static struct uart16550 *uart;

static uint64_t read_register(size_t offset, unsigned bytes, uint64_t value)
{
    bool dlab = fake.registers[3] & 0x80;

    assert_int_equal(bytes, 1);
    if (fake.absent) {
        return 0xff;
    }
    if (offset == 0 && !dlab) {
        assert_true(line.receive_at < line.receive_end);
        return line.receive[line.receive_at++];
    }
    if (offset == 5) {
        value = (line.receive_at < line.receive_end ? 1u : 0u) | (line.overrun ? 2u : 0u) |
                (line.room == FIFO ? 0x60u : 0u);
        line.overrun = false;
    }
    if (offset == 2) {
        value = 1;
    }
    return value;
}

static void write_register(size_t offset, unsigned bytes, uint64_t value)
{
    bool dlab = fake.registers[3] & 0x80;

    assert_int_equal(bytes, 1);
    if (offset <= 1 && dlab) {
        line.divisor[offset] = (uint8_t)value;
    } else if (offset == 0) {
        line.overfilled += line.room == 0;
        line.room -= line.room != 0;
        assert_true(line.sent_count < sizeof(line.sent));
        line.sent[line.sent_count++] = (uint8_t)value;
    } else if (offset == 1) {
        line.ier = (uint8_t)value;
    }
}

static int setup(void **state)
{
    (void)state;
    memset(&line, 0, sizeof(line));
    line.room = FIFO;
    struct dddk_device *dev = fake_reset(&uart16550_driver);
    fake.read = read_register;
    fake.write = write_register;
    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dddk_start(dev), 0);
    uart = DDDK_CONTAINER(dev, struct uart16550, dddk);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)dddk_stop(&uart->dddk);
    dddk_detach(&uart->dddk);
    assert_int_equal(fake.misuse + fake.range_faults, 0);
    assert_int_equal(line.overfilled, 0);
    return 0;
}

static void poll(void)
{
    dddk_vector_schedule(&uart->vectors[UART16550_MAIN]);
    while (dddk_vector_poll(&uart->vectors[UART16550_MAIN], BUDGET) == BUDGET) {
    }
}

static void fill(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    }
}

static void a_serial_driver_comes_up_in_the_stated_order(void **state)
{
    (void)state;
    assert_string_equal(fake_steps(),
                        "+memory decode +map io +presence +mask interrupts +vectors +publish "
                        "+class buffers +start +set line +unmask main +open class");
}

static void bytes_are_received_in_order(void **state)
{
    uint8_t got[100];

    (void)state;
    line.receive_end = 100;
    fill(line.receive, 100);
    poll();
    assert_int_equal(dddk_serial_read(&uart->serial, got, 40), 40);
    assert_int_equal(dddk_serial_read(&uart->serial, got + 40, 100), 60);
    assert_int_equal(dddk_serial_read(&uart->serial, got, 1), 0);
    assert_memory_equal(got, line.receive, 100);
    assert_int_equal(uart->serial.counters.rx_bytes, 100);
}

static void a_full_receive_ring_pauses_reception_and_loses_nothing(void **state)
{
    static uint8_t got[3 * DDDK_SERIAL_RING];
    size_t read = 0;

    (void)state;
    line.receive_end = sizeof(got);
    fill(line.receive, sizeof(got));
    poll();
    assert_int_equal(line.receive_at, DDDK_SERIAL_RING);
    assert_int_equal(uart->serial.counters.rx_throttled, 1);
    assert_true(uart->serial.rx_paused);
    assert_int_equal(line.ier & 1, 0); /* the receive interrupt is off */
    while (read < sizeof(got)) {
        fake.polls_scheduled = 0;
        int n = dddk_serial_read(&uart->serial, got + read, 1000);
        assert_true(n > 0);
        read += (size_t)n;
        /* A reader kicks the poll only while it is needed for that. */
        assert_true(fake.polls_scheduled == 1 || !uart->serial.rx_paused);
        (void)dddk_vector_poll(&uart->vectors[UART16550_MAIN], 10 * DDDK_SERIAL_RING);
    }
    assert_memory_equal(got, line.receive, sizeof(got));
    assert_int_equal(line.ier & 1, 1);
    assert_false(uart->serial.rx_paused);
}

static void sending_goes_by_bursts_that_the_device_has_room_for(void **state)
{
    uint8_t bytes[100];

    (void)state;
    fill(bytes, sizeof(bytes));
    assert_int_equal(line.ier & 2, 0); /* nothing to send: no interrupt for room */
    assert_int_equal(dddk_serial_write(&uart->serial, bytes, sizeof(bytes)), sizeof(bytes));
    assert_int_equal(fake.polls_scheduled, 1);
    for (unsigned sent = FIFO; sent < sizeof(bytes); sent += FIFO) {
        poll();
        assert_int_equal(line.sent_count, sent);
        assert_int_equal(line.ier & 2, 2);
        poll(); /* no room: nothing more goes out */
        assert_int_equal(line.sent_count, sent);
        line.room = FIFO;
    }
    poll();
    assert_int_equal(line.sent_count, sizeof(bytes));
    assert_int_equal(line.ier & 2, 0);
    assert_memory_equal(line.sent, bytes, sizeof(bytes));
    assert_int_equal(uart->serial.counters.tx_bytes, sizeof(bytes));
}

static void a_full_transmit_ring_takes_no_more(void **state)
{
    static uint8_t bytes[DDDK_SERIAL_RING + 100];

    (void)state;
    fill(bytes, sizeof(bytes));
    assert_int_equal(dddk_serial_write(&uart->serial, bytes, sizeof(bytes)), DDDK_SERIAL_RING);
    assert_int_equal(dddk_serial_write(&uart->serial, bytes, 1), 0);
    poll();
    assert_int_equal(dddk_serial_write(&uart->serial, bytes + DDDK_SERIAL_RING, 100), FIFO);
}

static void byte_rings_keep_their_order_across_the_wrap(void **state)
{
    struct dddk_byte_ring *ring = &uart->serial.tx;
    uint8_t byte;

    (void)state;
    ring->head = ring->tail = 0xffffff00u;
    for (unsigned i = 0; i < 20000; i++) {
        assert_true(dddk_byte_ring_put(ring, (uint8_t)i));
        if (i >= 300) {
            assert_true(dddk_byte_ring_get(ring, &byte));
            assert_int_equal(byte, (uint8_t)(i - 300));
        }
    }
    assert_int_equal(dddk_byte_ring_used(ring), 300);
    while (dddk_byte_ring_put(ring, 0)) {
    }
    assert_true(dddk_byte_ring_is_full(ring));
    assert_int_equal(dddk_byte_ring_used(ring), DDDK_SERIAL_RING);
    ring->head = ring->tail;
    assert_false(dddk_byte_ring_get(ring, &byte));
}

static void an_overrun_is_counted_whoever_reads_the_status(void **state)
{
    (void)state;
    line.overrun = true;
    poll();
    assert_int_equal(uart->serial.counters.overruns, 1);
    line.overrun = true;
    assert_int_equal(dddk_serial_write(&uart->serial, "x", 1), 1);
    poll();
    assert_int_equal(uart->serial.counters.overruns, 2);
}

static void an_absent_device_gives_no_bytes(void **state)
{
    uint8_t byte;

    (void)state;
    fake.absent = true;
    poll();
    assert_int_equal(uart->serial.counters.rx_bytes, 0);
    assert_int_equal(uart->dddk.state, DDDK_GONE);
    assert_int_equal(dddk_serial_read(&uart->serial, &byte, 1), DDDK_ESTATE);
    assert_int_equal(dddk_serial_write(&uart->serial, &byte, 1), DDDK_ESTATE);
}

static void a_line_setting_reaches_the_device_and_is_kept(void **state)
{
    const struct dddk_serial_line slow = {9600, 7, 2, DDDK_PARITY_EVEN};

    (void)state;
    assert_int_equal(line.divisor[0], 1); /* 115200 at first */
    assert_int_equal(dddk_serial_set_line(&uart->serial, &slow), 0);
    assert_int_equal(line.divisor[0], 12);
    assert_int_equal(fake.registers[3], 0x1e);
    assert_int_equal(line.ier & 1, 1); /* the vector, which rested, runs again */
    assert_int_equal(dddk_stop(&uart->dddk), 0);
    line.divisor[0] = 0;
    assert_int_equal(dddk_start(&uart->dddk), 0);
    assert_int_equal(line.divisor[0], 12);
}

static void a_line_setting_that_cannot_be_is_refused_and_forgotten(void **state)
{
    static const struct dddk_serial_line wrong[] = {
        {0, 8, 1, DDDK_PARITY_NONE},      {9600, 4, 1, DDDK_PARITY_NONE},
        {9600, 9, 1, DDDK_PARITY_NONE},   {9600, 8, 0, DDDK_PARITY_NONE},
        {9600, 8, 3, DDDK_PARITY_NONE},   {9600, 8, 1, (enum dddk_parity)7},
        {1000000, 8, 1, DDDK_PARITY_NONE}}; /* the last: of no divisor */

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        assert_int_equal(dddk_serial_set_line(&uart->serial, &wrong[i]), DDDK_EINVAL);
        assert_int_equal(uart->serial.line.baud, 115200);
        assert_int_equal(line.divisor[0], 1);
    }
}

static void a_stopped_port_neither_takes_nor_gives(void **state)
{
    uint8_t byte = 1;

    (void)state;
    assert_int_equal(dddk_serial_write(&uart->serial, &byte, 1), 1);
    assert_int_equal(dddk_stop(&uart->dddk), 0);
    assert_int_equal(dddk_serial_write(&uart->serial, &byte, 1), DDDK_ESTATE);
    assert_int_equal(dddk_serial_read(&uart->serial, &byte, 1), DDDK_ESTATE);
    assert_int_equal(line.ier, 0);
    /* and who opens it next does not find what the last one left */
    assert_int_equal(dddk_start(&uart->dddk), 0);
    poll();
    assert_int_equal(line.sent_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_serial_driver_comes_up_in_the_stated_order),
        TEST(bytes_are_received_in_order),
        TEST(a_full_receive_ring_pauses_reception_and_loses_nothing),
        TEST(sending_goes_by_bursts_that_the_device_has_room_for),
        TEST(a_full_transmit_ring_takes_no_more),
        TEST(byte_rings_keep_their_order_across_the_wrap),
        TEST(an_overrun_is_counted_whoever_reads_the_status),
        TEST(an_absent_device_gives_no_bytes),
        TEST(a_line_setting_reaches_the_device_and_is_kept),
        TEST(a_line_setting_that_cannot_be_is_refused_and_forgotten),
        TEST(a_stopped_port_neither_takes_nor_gives),
    };

    return cmocka_run_group_tests_name("the serial class", tests, NULL, NULL);
}
