/* SPDX-License-Identifier: MIT
 *
 * A device that is not on PCI, on both ports: the handlers and the object file of the 16550 on the
 * serial port of the board, beside one on PCI, and each failing step of it.
 */
#include "rig.h"

#define BYTES 4000u

static const struct rig_place board = {RIG_BOARD_UART, 4};
static const struct rig_place both[] = {{RIG_BOARD_UART, 4}, {RIG_UART, 6}};

static void the_serial_port_of_the_board_moves_bytes_by_its_own_interrupt(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &board, 1);
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");

    assert_string_equal(uart->dddk.match->compatible, "ns16550a");
    assert_int_equal(uart->dddk.irq_mode, DDDK_IRQ_INTX);
    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    rig_exchange_bytes(rig, 0, &uart->serial, BYTES, 1);
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
    rig_exchange_bytes(rig, 0, &on_board->serial, BYTES, 3);
    assert_int_equal(on_pci->serial.counters.rx_bytes, 0);
    rig_exchange_bytes(rig, 1, &on_pci->serial, BYTES, 5);
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
    rig_exchange_bytes(rig, 0, &uart->serial, BYTES, 7);
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
