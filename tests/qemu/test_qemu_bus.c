/* SPDX-License-Identifier: MIT
 *
 * The qemu port as a bus: configuration space, BARs, interrupt lines and messages, order of posted
 * writes. No driver is involved; one machine serves all tests of this program.
 */
#include "machine.h"

#define E1000 3u
#define EDU 4u
#define UART 5u
#define EDU2 8u /* four slots on: the same line as EDU */

#define EDU_BASE UINT64_C(0x80000000)
#define EDU2_BASE UINT64_C(0x80100000)
#define E1000_BASE UINT64_C(0xe0200000)
#define UART_PORT 0x8000u

static int setup(void **state)
{
    static const char *const devices[] = {"e1000,addr=3", "edu,addr=4", "pci-serial,addr=5",
                                          "edu,addr=8"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 4};
    struct dddk_host *host = dddk_qemu_open(&options);

    *state = host;
    if (!host) {
        return -1;
    }
    place(host, E1000, E1000_BASE);
    place(host, EDU, EDU_BASE);
    place(host, UART, UART_PORT);
    place(host, EDU2, EDU2_BASE);
    return 0;
}

static int teardown(void **state)
{
    dddk_host_close(*state);
    return 0;
}

static void configuration_space_names_every_device(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(host->ops->config_read(host, slot(E1000), 0, 4), 0x100e8086);
    assert_int_equal(host->ops->config_read(host, slot(EDU), 0, 4), 0x11e81234);
    assert_int_equal(host->ops->config_read(host, slot(UART), 0, 4), 0x00021b36);
}

static void an_empty_slot_reads_all_ones(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(host->ops->config_read(host, slot(20), 0, 4), 0xffffffff);
    assert_int_equal(host->ops->config_read(host, slot(20), 0, 2), 0xffff);
    assert_int_equal(host->ops->config_read(host, (struct dddk_pci_address){9, 1, 0}, 0, 1), 0xff);
}

static void configuration_space_is_read_in_bytes_and_words(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(host->ops->config_read(host, slot(E1000), 0, 1), 0x86);
    assert_int_equal(host->ops->config_read(host, slot(E1000), 1, 1), 0x80);
    assert_int_equal(host->ops->config_read(host, slot(E1000), 2, 2), 0x100e);
    assert_int_equal(host->ops->config_read(host, slot(E1000), 256, 4), 0xffffffff);
}

static void the_size_of_a_bar_can_be_read(void **state)
{
    struct dddk_host *host = *state;

    host->ops->config_write(host, slot(EDU), PCI_BAR0, 4, 0xffffffff);
    assert_int_equal(host->ops->config_read(host, slot(EDU), PCI_BAR0, 4), 0xfff00000);
    place(host, EDU, EDU_BASE);
    assert_int_equal(peek(host, EDU_BASE), 0x010000ed);
}

static void registers_are_reached_through_memory_and_ports(void **state)
{
    struct dddk_host *host = *state;

    poke(host, EDU_BASE + 4, 0x12345678);
    assert_int_equal(peek(host, EDU_BASE + 4), 0xedcba987);
    host->ops->bus_write(host, DDDK_HOST_IO_SPACE, UART_PORT + 7, 1,
                         0x5a); /* the scratch register */
    assert_int_equal(host->ops->bus_read(host, DDDK_HOST_IO_SPACE, UART_PORT + 7, 1), 0x5a);
}

static void registers_of_64_bits_are_reached_at_once(void **state)
{
    struct dddk_host *host = *state;

    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x80, 8,
                         UINT64_C(0xfedcba9876543210));
    assert_true(host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x80, 8) ==
                UINT64_C(0xfedcba9876543210));
}

static void an_access_that_cannot_be_reads_all_ones_and_hurts_nobody(void **state)
{
    struct dddk_host *host = *state;

    assert_true(host->ops->bus_read(host, DDDK_HOST_IO_SPACE, 0x10000, 4) == 0xffffffff);
    assert_true(host->ops->bus_read(host, DDDK_HOST_IO_SPACE, 0x8000, 8) == UINT64_MAX);
    assert_true(host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE, 3) == 0xffffff);
    host->ops->bus_write(host, DDDK_HOST_IO_SPACE, 0x10000, 4, 1);
    assert_int_equal(peek(host, EDU_BASE), 0x010000ed);
    assert_false(host->dead);
}

static void posted_writes_keep_their_order(void **state)
{
    struct dddk_host *host = *state;

    /* Every write changes what the next one gives: edu's liveness register keeps the last value
     * only, so a swap anywhere near the end of a burst shows, wherever the bursts are cut. */
    for (uint32_t burst = 1; burst < 3000; burst += 97) {
        for (uint32_t i = 1; i <= burst; i++) {
            poke(host, EDU_BASE + 4, i * 2654435761u);
        }
        assert_int_equal(peek(host, EDU_BASE + 4), (uint32_t) ~(burst * 2654435761u));
    }
}

static void a_port_write_is_not_overtaken_by_a_memory_write(void **state)
{
    struct dddk_host *host = *state;

    for (uint32_t i = 0; i < 200; i++) {
        host->ops->config_write(host, slot(EDU), PCI_COMMAND, 2, 0); /* it does not decode */
        poke(host, EDU_BASE + 4, 0xdead);                            /* so this is lost */
        host->ops->config_write(host, slot(EDU), PCI_COMMAND, 2, PCI_DECODE);
        poke(host, EDU_BASE + 4, i);
        host->ops->config_write(host, slot(EDU), PCI_COMMAND, 2, 0);
        poke(host, EDU_BASE + 4, 0xdead);
        host->ops->config_write(host, slot(EDU), PCI_COMMAND, 2, PCI_DECODE);
        assert_int_equal(peek(host, EDU_BASE + 4), ~i);
    }
}

static void a_line_goes_up_and_down_with_its_device(void **state)
{
    struct dddk_host *host = *state;
    int line = host->ops->line_of(host, slot(EDU), 1);

    assert_true(line_becomes(host, line, false));
    poke(host, EDU_BASE + 0x60, 1); /* raise */
    assert_true(line_becomes(host, line, true));
    poke(host, EDU_BASE + 0x64, 1); /* acknowledge: posted, and yet the level is not out of date */
    assert_false(host->ops->line_level(host, (unsigned)line));
}

static void every_slot_is_on_the_line_that_it_says(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(host->ops->line_of(host, slot(EDU), 1),
                     host->ops->line_of(host, slot(EDU2), 1));
    assert_int_not_equal(host->ops->line_of(host, slot(EDU), 1),
                         host->ops->line_of(host, slot(E1000), 1));
    assert_int_equal(host->ops->line_of(host, slot(E1000), 2),
                     host->ops->line_of(host, slot(EDU), 1));
    assert_true(host->ops->line_of(host, slot(EDU), 0) < 0);
    assert_true(host->ops->line_of(host, slot(EDU), 5) < 0);
}

static void a_shared_line_stays_up_until_both_are_quiet(void **state)
{
    struct dddk_host *host = *state;
    int line = host->ops->line_of(host, slot(EDU), 1);

    poke(host, EDU_BASE + 0x60, 1);
    poke(host, EDU2_BASE + 0x60, 1);
    assert_true(line_becomes(host, line, true));
    poke(host, EDU_BASE + 0x64, 1);
    assert_true(host->ops->line_level(host, (unsigned)line));
    poke(host, EDU2_BASE + 0x64, 1);
    assert_false(host->ops->line_level(host, (unsigned)line));
}

static void a_line_ends_a_long_wait(void **state)
{
    struct dddk_host *host = *state;
    uint64_t start_ns = host->ops->now_ns(host);
    int line = host->ops->line_of(host, slot(EDU), 1);

    poke(host, EDU_BASE + 0x20, 0x80); /* interrupt when the factorial is ready */
    poke(host, EDU_BASE + 0x08, 10);
    assert_true(host->ops->wait(host, start_ns + DDDK_SEC(5)));
    assert_true(host->ops->now_ns(host) - start_ns < DDDK_SEC(4));
    assert_true(host->ops->line_level(host, (unsigned)line));
    assert_int_equal(peek(host, EDU_BASE + 0x08), 3628800);
    poke(host, EDU_BASE + 0x20, 0);
    poke(host, EDU_BASE + 0x64, 1);
    assert_false(host->ops->line_level(host, (unsigned)line));
}

static void a_quiet_wait_ends_at_its_time(void **state)
{
    struct dddk_host *host = *state;
    uint64_t start_ns = host->ops->now_ns(host);

    assert_true(host->ops->wait(host, start_ns + DDDK_MSEC(20)));
    assert_true(host->ops->now_ns(host) - start_ns >= DDDK_MSEC(20));
}

/* The offset of edu's MSI capability. */
static unsigned find_msi(struct dddk_host *host)
{
    unsigned at = host->ops->config_read(host, slot(EDU), 0x34, 1);

    for (unsigned i = 0; at != 0 && i < 48; i++) {
        if (host->ops->config_read(host, slot(EDU), at, 1) == 5) {
            return at;
        }
        at = host->ops->config_read(host, slot(EDU), at + 1, 1);
    }
    fail_msg("edu has no MSI capability");
    return 0;
}

static void a_message_lands_in_its_word_of_memory_and_ends_a_wait(void **state)
{
    struct dddk_host *host = *state;
    volatile uint32_t *word = (volatile uint32_t *)(void *)host->memory;
    const volatile uint32_t *messages = host->messages;
    unsigned msi = find_msi(host), message_count = host->message_count;
    uint64_t start_ns;

    *word = 0;
    host->messages = word;
    host->message_count = 1;
    host->ops->config_write(host, slot(EDU), msi + 4, 4, (uint32_t)host->memory_device);
    host->ops->config_write(host, slot(EDU), msi + 8, 4, 0);
    host->ops->config_write(host, slot(EDU), msi + 12, 2, 0x4d53);
    host->ops->config_write(host, slot(EDU), msi + 2, 2, 1);
    poke(host, EDU_BASE + 0x60, 1);
    start_ns = host->ops->now_ns(host);
    assert_true(host->ops->wait(host, start_ns + DDDK_SEC(5)));
    assert_true(host->ops->now_ns(host) - start_ns < DDDK_SEC(4));
    assert_int_equal(*word, 0x4d53);
    assert_false(host->ops->line_level(host, (unsigned)host->ops->line_of(host, slot(EDU), 1)));
    poke(host, EDU_BASE + 0x64, 1);
    host->ops->config_write(host, slot(EDU), msi + 2, 2, 0);
    host->messages = messages;
    host->message_count = message_count;
    *word = 0;
}

static void a_device_reads_and_writes_the_memory_we_share(void **state)
{
    struct dddk_host *host = *state;
    uint8_t *from = host->memory + 0x10000, *to = host->memory + host->memory_bytes - 64;

    for (unsigned i = 0; i < 64; i++) {
        from[i] = (uint8_t)(i * 7 + 1);
        to[i] = 0;
    }
    for (unsigned direction = 0; direction < 2; direction++) {
        uint64_t outside = host->memory_device + (direction ? host->memory_bytes - 64 : 0x10000);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x80, 8,
                             direction ? 0x40000 : outside);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x88, 8,
                             direction ? outside : 0x40000);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x90, 8, 64);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, EDU_BASE + 0x98, 8, 1 | direction << 1);
        for (unsigned i = 0; i < 100000 && (peek(host, EDU_BASE + 0x98) & 1); i++) {
        }
    }
    assert_memory_equal(to, from, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configuration_space_names_every_device),
        cmocka_unit_test(an_empty_slot_reads_all_ones),
        cmocka_unit_test(configuration_space_is_read_in_bytes_and_words),
        cmocka_unit_test(the_size_of_a_bar_can_be_read),
        cmocka_unit_test(registers_are_reached_through_memory_and_ports),
        cmocka_unit_test(registers_of_64_bits_are_reached_at_once),
        cmocka_unit_test(an_access_that_cannot_be_reads_all_ones_and_hurts_nobody),
        cmocka_unit_test(posted_writes_keep_their_order),
        cmocka_unit_test(a_port_write_is_not_overtaken_by_a_memory_write),
        cmocka_unit_test(a_line_goes_up_and_down_with_its_device),
        cmocka_unit_test(every_slot_is_on_the_line_that_it_says),
        cmocka_unit_test(a_shared_line_stays_up_until_both_are_quiet),
        cmocka_unit_test(a_line_ends_a_long_wait),
        cmocka_unit_test(a_quiet_wait_ends_at_its_time),
        cmocka_unit_test(a_message_lands_in_its_word_of_memory_and_ends_a_wait),
        cmocka_unit_test(a_device_reads_and_writes_the_memory_we_share),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
