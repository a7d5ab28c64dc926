/* SPDX-License-Identifier: MIT
 *
 * A device that is not on PCI, on both ports: the handlers and the object file of the 16550 on the
 * serial port of the board, beside one on PCI, and each failing step of it.
 */
#include "rig.h"

#define BYTES 4000u

static const struct rig_place board = {RIG_BOARD_UART, 4};
static const struct rig_place both[] = {{RIG_BOARD_UART, 4}, {RIG_UART, 6}};

static uint8_t to_device[BYTES], from_device[BYTES], got[BYTES];

/* So many bytes each way at once, through device number `place` of the rig. */
static void exchange(struct rig *rig, unsigned place, struct uart16550 *uart, uint32_t seed)
{
    struct rig_wire *wire = &rig->wires[place];
    size_t sent = 0, written = 0, read = 0;

    rig_fill(to_device, BYTES, seed);
    rig_fill(from_device, BYTES, seed + 1u);
    wire->byte_count = 0;
    for (unsigned turns = 0; read < BYTES || wire->byte_count < BYTES; turns++) {
        sent += rig_send_bytes(rig, place, to_device + sent, BYTES - sent);
        int n =
            dddk_serial_write(&uart->serial, from_device + written, (uint32_t)(BYTES - written));
        assert_true(n >= 0);
        written += (size_t)n;
        rig_turn(rig);
        n = dddk_serial_read(&uart->serial, got + read, (uint32_t)(BYTES - read));
        assert_true(n >= 0);
        read += (size_t)n;
        assert_true(turns < 4 * BYTES);
    }
    assert_memory_equal(got, to_device, BYTES);
    assert_int_equal(wire->byte_count, BYTES);
    assert_memory_equal(wire->bytes, from_device, BYTES);
}

static void the_serial_port_of_the_board_moves_bytes_by_its_own_interrupt(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &board, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");

    assert_string_equal(uart->dddk.match->compatible, "ns16550a");
    assert_int_equal(uart->dddk.irq_mode, DDDK_IRQ_INTX);
    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    exchange(rig, 0, uart, 1);
    assert_true(uart->vectors[UART16550_MAIN].counters.interrupts > 10);
    assert_int_equal(uart->serial.counters.overruns, 0);
    rig_close(rig);
}

static void one_driver_serves_the_board_and_pci_side_by_side(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), both, 2);
    struct uart16550 *on_pci = RIG_DRIVER(rig, uart16550, "uart16550.0");
    struct uart16550 *on_board = RIG_DRIVER(rig, uart16550, "uart16550.1");

    assert_null(on_pci->dddk.match->compatible);
    assert_non_null(on_board->dddk.match->compatible);
    assert_int_equal(dddk_host_serial_open(&on_pci->dddk), 0);
    assert_int_equal(dddk_host_serial_open(&on_board->dddk), 0);
    exchange(rig, 0, on_board, 3);
    assert_int_equal(on_pci->serial.counters.rx_bytes, 0);
    exchange(rig, 1, on_pci, 5);
    assert_int_equal(dddk_host_remove(rig->host, &on_board->dddk), 0);
    assert_int_equal(dddk_host_probe(rig->host, &rig->registry), 1); /* it is found again */
    rig_close(rig);
}

static void each_failing_step_is_undone_and_the_next_attempt_works(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &board, 1);
    struct dddk_host_step_log *steps = dddk_host_step_log(rig->host);
    int bound = 0;

    assert_int_equal(dddk_host_remove(rig->host, rig_device(rig, "uart16550.0")), 0);
    for (unsigned k = 1; bound != 1; k++) {
        assert_in_range(k, 1, 40);
        steps->count = 0;
        dddk_host_fail_at(rig->host, k, DDDK_ENOMEM);
        bound = dddk_host_probe(rig->host, &rig->registry);
        dddk_host_fail_at(rig->host, 0, 0);
        if (bound == 1) {
            assert_true(k > 3); /* all of attach has failed once */
            break;
        }
        assert_int_equal(bound, DDDK_ENOMEM);
        assert_int_equal(steps->count, 2 * k - 1);
        for (unsigned i = 0; i + 1 < k; i++) { /* in exact reverse */
            assert_string_equal(steps->entry[steps->count - 1 - i].name, steps->entry[i].name);
        }
    }
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    exchange(rig, 0, uart, 7);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(the_serial_port_of_the_board_moves_bytes_by_its_own_interrupt),
        ON_BOTH(one_driver_serves_the_board_and_pci_side_by_side),
        ON_BOTH(each_failing_step_is_undone_and_the_next_attempt_works),
    };

    return cmocka_run_group_tests_name("a device that is not on PCI", tests, NULL, NULL);
}
