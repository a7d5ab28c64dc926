/* SPDX-License-Identifier: MIT
 *
 * The simulated devices of the three drivers, without their drivers: what their NAME_model.c adds,
 * and FIFOs and codes of causes as a 16550 has them. Registers are reached over the bus.
 */
#include "gadget.h"
#include "kernel/pci.h"

#include "e1000.model.h"
#include "edu.model.h"
#include "uart16550.model.h"

#define BASE 0xe000u

struct bench {
    struct dddk_host *machine;
    struct dddk_model *model;
    enum dddk_host_space space;
    size_t count;
    uint8_t bytes[512];
};

static void open_bench(struct bench *bench, const struct dddk_model_type *type)
{
    struct dddk_pci_address where = {0, 4, 0};

    memset(bench, 0, sizeof(*bench));
    bench->machine = dddk_test_open(1);
    (void)gadget_hush();
    bench->model = dddk_test_add(bench->machine, type, 4);
    assert_non_null(bench->model);
    bench->space =
        type->bars[0].kind == DDDK_REGION_PORT ? DDDK_HOST_IO_SPACE : DDDK_HOST_MEMORY_SPACE;
    const struct dddk_host_ops *ops = bench->machine->ops;
    uint32_t base = bench->space == DDDK_HOST_IO_SPACE ? BASE : BASE << 16;
    ops->config_write(bench->machine, where, DDDK_PCI_BAR0, 4, base);
    ops->config_write(bench->machine, where, DDDK_PCI_COMMAND, 2,
                      DDDK_PCI_COMMAND_MEMORY | DDDK_PCI_COMMAND_IO);
}

static uint64_t address(const struct bench *bench, unsigned offset)
{
    return (bench->space == DDDK_HOST_IO_SPACE ? BASE : BASE << 16) + offset;
}

static uint64_t in(struct bench *bench, unsigned offset, unsigned bytes)
{
    return bench->machine->ops->bus_read(bench->machine, bench->space, address(bench, offset),
                                         bytes);
}

static void out(struct bench *bench, unsigned offset, unsigned bytes, uint64_t value)
{
    bench->machine->ops->bus_write(bench->machine, bench->space, address(bench, offset), bytes,
                                   value);
}

static bool line(struct bench *bench)
{
    return bench->machine->ops->line_level(bench->machine, 20);
}

static void run(struct bench *bench, uint64_t duration_ns)
{
    dddk_test_run(bench->machine, duration_ns);
}

/* ---- edu ---- */

enum { LIVE = 0x04, FACT = 0x08, STATUS = 0x20, CAUSE = 0x24, RAISE = 0x60, ACK = 0x64 };

static void edu_answers_with_the_complement(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &edu_model_type);
    assert_int_equal(in(&bench, 0, 4), 0x010000ed);
    out(&bench, LIVE, 4, 0x12345678);
    assert_int_equal(in(&bench, LIVE, 4), 0xedcba987);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void edu_computes_for_a_while_and_interrupts_if_asked(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &edu_model_type);
    out(&bench, FACT, 4, 5);
    assert_int_equal(in(&bench, STATUS, 4), 1);
    out(&bench, FACT, 4, 6); /* it does not listen */
    run(&bench, DDDK_USEC(10));
    assert_int_equal(in(&bench, STATUS, 4), 0);
    assert_int_equal(in(&bench, FACT, 4), 120);
    assert_false(line(&bench));
    out(&bench, STATUS, 4, 0x80);
    out(&bench, FACT, 4, 0xffffffff); /* ends at once: it is 0 modulo 2^32 */
    run(&bench, DDDK_USEC(10));
    assert_int_equal(in(&bench, FACT, 4), 0);
    assert_int_equal(in(&bench, CAUSE, 4), 1);
    assert_true(line(&bench));
    out(&bench, ACK, 4, 1);
    assert_false(line(&bench));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void edu_factorials_of_0_and_1_are_1(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &edu_model_type);
    for (unsigned n = 0; n < 2; n++) {
        out(&bench, FACT, 4, n);
        run(&bench, DDDK_USEC(10));
        assert_int_equal(in(&bench, FACT, 4), 1);
    }
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void edu_raises_what_it_is_told_to(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &edu_model_type);
    out(&bench, RAISE, 4, 0x101);
    assert_int_equal(in(&bench, CAUSE, 4), 0x101);
    assert_true(line(&bench));
    out(&bench, ACK, 4, 0x100);
    assert_true(line(&bench));
    out(&bench, ACK, 4, 0x001);
    assert_false(line(&bench));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void edu_moves_after_a_while_and_not_out_of_its_memory(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &edu_model_type);
    out(&bench, 0x80, 8, 0x40001);
    out(&bench, 0x88, 8, 0x1000000);
    out(&bench, 0x90, 8, 4095); /* one byte too far */
    out(&bench, 0x98, 8, 7);
    run(&bench, DDDK_USEC(1));
    assert_int_equal(in(&bench, 0x98, 8), 7);
    assert_int_equal(in(&bench, CAUSE, 4), 0);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(in(&bench, 0x98, 8), 6);
    assert_int_equal(in(&bench, CAUSE, 4), 0x100);
    assert_int_equal(dddk_test_counters(bench.model).complaints, 1);
    assert_int_equal(dddk_test_counters(bench.model).dma_faults, 0);
    out(&bench, 0x90, 8, 4094); /* just inside; but this memory of the host is not its own */
    out(&bench, 0x98, 8, 3);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(dddk_test_counters(bench.model).complaints, 1);
    assert_int_equal(dddk_test_counters(bench.model).dma_faults, 1);
    assert_int_equal(dddk_test_close(bench.machine), 2);
}

/* ---- e1000 ---- */

static void e1000_link_follows_slu_and_the_cable(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &e1000_model_type);
    assert_int_equal(in(&bench, 0x5400, 4), 0x12005452); /* 52:54:00:12:34:56, valid */
    assert_int_equal(in(&bench, 0x5404, 4), 0x80005634);
    assert_int_equal(in(&bench, 0x08, 4) & 2, 0);
    out(&bench, 0x00, 4, 0x40);
    assert_int_equal(in(&bench, 0x08, 4), 0x83); /* up, full duplex, 1 Gbit/s */
    assert_int_equal(in(&bench, 0xc0, 4), 4);    /* LSC, cleared by the read */
    assert_int_equal(in(&bench, 0xc0, 4), 0);
    out(&bench, 0x00, 4, 0x40); /* nothing changes */
    assert_int_equal(in(&bench, 0xc0, 4), 0);
    dddk_test_cable(bench.model, false);
    assert_int_equal(in(&bench, 0x08, 4) & 2, 0);
    assert_int_equal(in(&bench, 0xc0, 4), 4);
    dddk_test_cable(bench.model, true);
    assert_int_equal(in(&bench, 0x08, 4) & 2, 2);
    assert_int_equal(in(&bench, 0xc0, 4), 4);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void e1000_interrupts_for_what_ims_lets_through(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench, &e1000_model_type);
    out(&bench, 0xc8, 4, 0x80); /* ICS */
    assert_false(line(&bench));
    out(&bench, 0xd0, 4, 0x81); /* IMS */
    assert_true(line(&bench));
    out(&bench, 0xd8, 4, 0x80); /* IMC */
    assert_false(line(&bench));
    out(&bench, 0xd0, 4, 0x80);
    assert_true(line(&bench));
    assert_int_equal(in(&bench, 0xc0, 4), 0x80);
    assert_false(line(&bench));
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

/* ---- uart16550 ---- */

enum { DATA, IER, IIR, LCR, MCR, LSR };
enum { IER_RX = 1, IER_TX = 2, NONE = 1, TX_EMPTY = 2, RX_READY = 4, RX_TIMEOUT = 12 };

static void collect(void *user, const uint8_t *bytes, size_t size_bytes)
{
    struct bench *bench = user;

    memcpy(bench->bytes + bench->count, bytes, size_bytes);
    bench->count += size_bytes;
}

static void open_uart(struct bench *bench)
{
    open_bench(bench, &uart16550_model_type);
    dddk_test_listen_bytes(bench->model, collect, bench);
    assert_int_equal(in(bench, LSR, 1), 0x60);
    assert_int_equal(in(bench, IIR, 1), NONE);
}

static void uart_sends_a_byte_at_a_time(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, DATA, 1, 'a');
    assert_int_equal(in(&bench, LSR, 1) & 0x20, 0x20); /* it is in the shift register already */
    out(&bench, DATA, 1, 'b');
    out(&bench, DATA, 1, 'c');
    assert_int_equal(in(&bench, LSR, 1) & 0x20, 0);
    run(&bench, DDDK_USEC(1));
    assert_int_equal(bench.count, 1);
    run(&bench, DDDK_USEC(1));
    assert_int_equal(bench.count, 2);
    assert_int_equal(in(&bench, LSR, 1) & 0x20, 0x20);
    run(&bench, DDDK_USEC(1));
    assert_int_equal(bench.count, 3);
    assert_memory_equal(bench.bytes, "abc", 3);
    assert_int_equal(dddk_test_counters(bench.model).bytes_sent, 3);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_holds_16_bytes_behind_the_one_on_the_wire(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    for (unsigned i = 0; i < 17; i++) {
        out(&bench, DATA, 1, i);
    }
    assert_int_equal(dddk_test_counters(bench.model).complaints, 0);
    out(&bench, DATA, 1, 99); /* lost, and the driver's fault */
    assert_int_equal(dddk_test_counters(bench.model).complaints, 1);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(bench.count, 17);
    assert_int_equal(bench.bytes[16], 16);
    assert_int_equal(dddk_test_counters(bench.model).bytes_lost, 1);
    assert_int_equal(dddk_test_close(bench.machine), 1);
}

static void uart_says_once_that_it_has_run_empty(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, IER, 1, IER_TX); /* enabling it while it is empty says so */
    assert_true(line(&bench));
    assert_int_equal(in(&bench, IIR, 1), TX_EMPTY);
    assert_int_equal(in(&bench, IIR, 1), NONE); /* having been read, it is gone */
    assert_false(line(&bench));
    out(&bench, IER, 1, IER_TX); /* it was enabled already */
    assert_false(line(&bench));
    out(&bench, IER, 1, 0);
    out(&bench, IER, 1, IER_TX);
    assert_true(line(&bench));
    out(&bench, DATA, 1, 'a'); /* a byte written ends it, until this one is in the shift register */
    out(&bench, DATA, 1, 'b');
    assert_false(line(&bench));
    run(&bench, DDDK_USEC(1));
    assert_true(line(&bench));
    assert_int_equal(in(&bench, IIR, 1), TX_EMPTY);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_receives_one_by_one_without_a_trigger(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, IER, 1, IER_RX);
    assert_int_equal(dddk_test_send_bytes(bench.model, "xy", 2), 2);
    assert_false(line(&bench));
    run(&bench, DDDK_USEC(1));
    assert_true(line(&bench));
    assert_int_equal(in(&bench, IIR, 1), RX_READY);
    assert_int_equal(in(&bench, IIR, 1), RX_READY); /* as long as there is data */
    assert_int_equal(in(&bench, LSR, 1) & 1, 1);
    assert_int_equal(in(&bench, DATA, 1), 'x');
    assert_int_equal(in(&bench, LSR, 1) & 1, 0);
    assert_false(line(&bench));
    run(&bench, DDDK_USEC(1));
    assert_int_equal(in(&bench, DATA, 1), 'y');
    assert_int_equal(in(&bench, DATA, 1), 0); /* nothing there */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_waits_for_the_trigger_or_a_pause(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, IIR, 1, 0xc1); /* FCR: on, 14 bytes */
    out(&bench, IER, 1, IER_RX);
    assert_int_equal(dddk_test_send_bytes(bench.model, "0123456789abcdef", 16), 16);
    run(&bench, DDDK_USEC(13));
    assert_false(line(&bench));
    run(&bench, DDDK_USEC(1));
    assert_int_equal(in(&bench, IIR, 1), RX_READY);
    for (unsigned i = 0; i < 10; i++) {
        (void)in(&bench, DATA, 1);
    }
    assert_false(line(&bench)); /* 4 are left */
    run(&bench, DDDK_USEC(2));  /* two more come */
    run(&bench, DDDK_USEC(3));
    assert_false(line(&bench));
    run(&bench, DDDK_USEC(1)); /* four byte times of silence */
    assert_int_equal(in(&bench, IIR, 1), RX_TIMEOUT);
    (void)in(&bench, DATA, 1);
    assert_int_equal(in(&bench, IIR, 1), NONE);
    run(&bench, DDDK_USEC(4)); /* and again for the rest */
    assert_int_equal(in(&bench, IIR, 1), RX_TIMEOUT);
    out(&bench, IER, 1, 0);
    assert_int_equal(in(&bench, IIR, 1), NONE);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_prefers_received_data(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, IER, 1, IER_RX | IER_TX);
    (void)dddk_test_send_bytes(bench.model, "x", 1);
    run(&bench, DDDK_USEC(1));
    assert_int_equal(in(&bench, IIR, 1), RX_READY);
    (void)in(&bench, DATA, 1);
    assert_int_equal(in(&bench, IIR, 1), TX_EMPTY); /* still to be told */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_clears_its_fifos(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    (void)dddk_test_send_bytes(bench.model, "xyz", 3);
    run(&bench, DDDK_USEC(3));
    out(&bench, DATA, 1, 'a');
    out(&bench, DATA, 1, 'b');
    out(&bench, IIR, 1, 0x07);
    assert_int_equal(in(&bench, LSR, 1), 0x60);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(bench.count, 1); /* what was on the wire is out */
    assert_int_equal(dddk_test_counters(bench.model).bytes_lost, 4);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_takes_bytes_as_it_has_room_or_loses_them_if_told_to(void **state)
{
    struct bench bench;
    uint8_t bytes[32] = {0};
    (void)state;

    open_uart(&bench);
    assert_int_equal(dddk_test_send_bytes(bench.model, bytes, 32), 32);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(dddk_test_counters(bench.model).bytes_received, 16);
    assert_int_equal(in(&bench, LSR, 1) & 2, 0);
    dddk_test_ignore_room(bench.model, true);
    run(&bench, DDDK_USEC(3));
    assert_int_equal(dddk_test_counters(bench.model).bytes_lost, 3);
    assert_int_equal(in(&bench, LSR, 1) & 2, 2); /* overrun, until it is read */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void a_serial_wire_holds_64_kib(void **state)
{
    struct bench bench;
    static uint8_t bytes[70000];
    (void)state;

    open_uart(&bench);
    assert_int_equal(dddk_test_send_bytes(bench.model, bytes, sizeof(bytes)), 65536);
    assert_int_equal(dddk_test_send_bytes(bench.model, bytes, 1), 0);
    run(&bench, DDDK_USEC(5));
    assert_int_equal(dddk_test_send_bytes(bench.model, bytes, 10), 5);
    dddk_test_cable(bench.model, false);
    assert_int_equal(dddk_test_send_bytes(bench.model, bytes, 1), 0);
    out(&bench, DATA, 1, 'a');
    run(&bench, DDDK_USEC(5));
    assert_int_equal(bench.count, 0);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void uart_banks_share_offsets(void **state)
{
    struct bench bench;
    (void)state;

    open_uart(&bench);
    out(&bench, LCR, 1, 0x83);
    out(&bench, DATA, 1, 0x0c);
    assert_int_equal(in(&bench, DATA, 1), 0x0c);
    out(&bench, LCR, 1, 0x03);
    run(&bench, DDDK_MSEC(1));
    assert_int_equal(bench.count, 0); /* the divisor was not sent */
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edu_answers_with_the_complement),
        cmocka_unit_test(edu_computes_for_a_while_and_interrupts_if_asked),
        cmocka_unit_test(edu_factorials_of_0_and_1_are_1),
        cmocka_unit_test(edu_raises_what_it_is_told_to),
        cmocka_unit_test(edu_moves_after_a_while_and_not_out_of_its_memory),
        cmocka_unit_test(e1000_link_follows_slu_and_the_cable),
        cmocka_unit_test(e1000_interrupts_for_what_ims_lets_through),
        cmocka_unit_test(uart_sends_a_byte_at_a_time),
        cmocka_unit_test(uart_holds_16_bytes_behind_the_one_on_the_wire),
        cmocka_unit_test(uart_says_once_that_it_has_run_empty),
        cmocka_unit_test(uart_receives_one_by_one_without_a_trigger),
        cmocka_unit_test(uart_waits_for_the_trigger_or_a_pause),
        cmocka_unit_test(uart_prefers_received_data),
        cmocka_unit_test(uart_clears_its_fifos),
        cmocka_unit_test(uart_takes_bytes_as_it_has_room_or_loses_them_if_told_to),
        cmocka_unit_test(a_serial_wire_holds_64_kib),
        cmocka_unit_test(uart_banks_share_offsets),
    };

    return cmocka_run_group_tests_name("sim_models", tests, NULL, NULL);
}
