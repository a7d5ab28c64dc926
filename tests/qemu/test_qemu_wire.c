/* SPDX-License-Identifier: MIT
 *
 * The far sides of the qemu port's devices: frames on a netdev's socket, bytes on a chardev's, the
 * capture of what passed, and the monitor. The devices are driven by hand here, register by
 * register.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"

#define NIC 3u
#define UART 5u
#define NIC_BASE UINT64_C(0xe0200000)
#define UART_PORT 0x8000u

/* Registers of the 8254x and where this program puts its rings. */
enum { STATUS = 0x0008, ICR = 0x00c0, IMS = 0x00d0, IMC = 0x00d8, RCTL = 0x0100, TCTL = 0x0400 };
enum { RDBAL = 0x2800, RDLEN = 0x2808, RDH = 0x2810, RDT = 0x2818 };
enum { TDBAL = 0x3800, TDLEN = 0x3808, TDH = 0x3810, TDT = 0x3818 };
enum { RX_RING = 0x1000, TX_RING = 0x2000, RX_BUFFER = 0x10000, TX_BUFFER = 0x20000, ENTRIES = 8 };

struct descriptor {
    uint64_t address;
    uint16_t length;
    uint8_t checksum, command; /* of a transmit descriptor */
    uint8_t status, errors;
    uint16_t special;
};

static int setup(void **state)
{
    static const char *const devices[] = {"e1000,id=nic,netdev=n0,addr=3",
                                          "pci-serial,chardev=s0,addr=5"};
    static const char *const netdevs[] = {"n0"}, *const chardevs[] = {"s0"};
    const struct dddk_qemu_options options = {.devices = devices,
                                              .device_count = 2,
                                              .netdevs = netdevs,
                                              .netdev_count = 1,
                                              .chardevs = chardevs,
                                              .chardev_count = 1,
                                              .capture = true};
    struct dddk_host *host = dddk_qemu_open(&options);

    *state = host;
    if (!host) {
        return -1;
    }
    place(host, NIC, NIC_BASE);
    place(host, UART, UART_PORT);
    return 0;
}

static int teardown(void **state)
{
    dddk_host_close(*state);
    return 0;
}

static void fill(uint8_t *frame, size_t bytes, uint8_t seed)
{
    memset(frame, 0xff, 6);
    for (size_t i = 6; i < bytes; i++) {
        frame[i] = (uint8_t)(i * 31 + seed);
    }
}

/* One datagram or some bytes, within 2 s. */
static ssize_t take(int fd, void *bytes, size_t size_bytes)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    assert_int_equal(poll(&wait, 1, 2000), 1);
    return recv(fd, bytes, size_bytes, MSG_DONTWAIT);
}

static void a_frame_that_the_device_sends_is_one_datagram(void **state)
{
    struct dddk_host *host = *state;
    struct descriptor *ring = (struct descriptor *)(void *)(host->memory + TX_RING);
    uint8_t got[2048];

    memset(ring, 0, ENTRIES * sizeof(*ring));
    poke(host, NIC_BASE + TDBAL, (uint32_t)host->memory_device + TX_RING);
    poke(host, NIC_BASE + TDLEN, ENTRIES * sizeof(*ring));
    poke(host, NIC_BASE + TDH, 0);
    poke(host, NIC_BASE + TDT, 0);
    poke(host, NIC_BASE + TCTL, 2 | 8);
    fill(host->memory + TX_BUFFER, 1514, 3);
    ring[0] = (struct descriptor){
        .address = host->memory_device + TX_BUFFER, .length = 1514, .command = 0xb};
    poke(host, NIC_BASE + TDT, 1);
    assert_int_equal(peek(host, NIC_BASE + TDH), 1);
    assert_int_equal(ring[0].status & 1, 1);
    assert_int_equal(take(dddk_qemu_peer(host, "n0"), got, sizeof(got)), 1514);
    assert_memory_equal(got, host->memory + TX_BUFFER, 1514);
}

static void start_receiver(struct dddk_host *host)
{
    struct descriptor *ring = (struct descriptor *)(void *)(host->memory + RX_RING);

    memset(ring, 0, ENTRIES * sizeof(*ring));
    for (unsigned i = 0; i < ENTRIES; i++) {
        ring[i].address = host->memory_device + RX_BUFFER + i * 2048u;
    }
    poke(host, NIC_BASE + RDBAL, (uint32_t)host->memory_device + RX_RING);
    poke(host, NIC_BASE + RDLEN, ENTRIES * sizeof(*ring));
    poke(host, NIC_BASE + RDH, 0);
    poke(host, NIC_BASE + RDT, ENTRIES - 1);
    poke(host, NIC_BASE + RCTL, 2 | 1u << 15 | 1u << 26); /* on, broadcast, no FCS */
}

static void a_datagram_becomes_a_received_frame_and_an_interrupt(void **state)
{
    struct dddk_host *host = *state;
    struct descriptor *ring = (struct descriptor *)(void *)(host->memory + RX_RING);
    int line = host->ops->line_of(host, slot(NIC), 1);
    uint8_t frame[777];

    fill(frame, sizeof(frame), 9);
    start_receiver(host);
    peek(host, NIC_BASE + ICR);
    poke(host, NIC_BASE + IMS, 0x80);
    assert_int_equal(peek(host, NIC_BASE + RDH), 0);
    assert_int_equal(send(dddk_qemu_peer(host, "n0"), frame, sizeof(frame), 0), sizeof(frame));
    assert_true(line_becomes(host, line, true));
    assert_int_equal(ring[0].status & 3, 3);
    assert_int_equal(ring[0].length, sizeof(frame));
    assert_memory_equal(host->memory + RX_BUFFER, frame, sizeof(frame));
    assert_int_not_equal(peek(host, NIC_BASE + ICR) & 0x80, 0);
    assert_true(line_becomes(host, line, false));
    poke(host, NIC_BASE + IMC, 0xffffffff);
    poke(host, NIC_BASE + RCTL, 0);
}

static void the_capture_holds_both_frames(void **state)
{
    struct dddk_host *host = *state;
    int capture = dddk_qemu_capture(host, "n0");
    uint8_t file[24 + 16 + 1514 + 16 + 777], frame[777];

    fill(frame, sizeof(frame), 9);
    assert_int_equal(pread(capture, file, sizeof(file), 0), sizeof(file));
    assert_int_equal(*(uint32_t *)(void *)file, 0xa1b2c3d4);
    assert_memory_equal(file + 24 + 16, host->memory + TX_BUFFER, 1514);
    assert_memory_equal(file + 24 + 16 + 1514 + 16, frame, sizeof(frame));
    assert_int_equal(dddk_qemu_capture(host, "s0"), -1);
    assert_int_equal(dddk_qemu_capture(host, "n1"), -1);
}

static void set_link_reaches_the_device(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(peek(host, NIC_BASE + STATUS) & 2, 2);
    assert_int_equal(dddk_qemu_set_link(host, "nic", false), 0);
    assert_int_equal(peek(host, NIC_BASE + STATUS) & 2, 0);
    assert_int_equal(dddk_qemu_set_link(host, "n0", true), 0);
    /* Negotiation takes its time. */
    for (unsigned i = 0; i < 2000 && !(peek(host, NIC_BASE + STATUS) & 2); i++) {
        host->ops->wait(host, host->ops->now_ns(host) + DDDK_MSEC(1));
    }
    assert_int_equal(peek(host, NIC_BASE + STATUS) & 2, 2);
}

static void a_command_that_qemu_refuses_comes_back_with_its_words(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(dddk_qemu_set_link(host, "n7", true), DDDK_EIO);
    assert_string_equal(dddk_qemu_message(host), "Device 'n7' not found");
    assert_int_equal(dddk_qemu_command(host, "no-such-command", NULL), DDDK_EIO);
    assert_non_null(strstr(dddk_qemu_message(host), "no-such-command"));
    assert_int_equal(dddk_qemu_set_link(host, "n0\"}", true), DDDK_EINVAL);
    assert_int_equal(dddk_qemu_set_link(host, "n0", true), 0);
    assert_false(host->dead);
}

static uint8_t uart(struct dddk_host *host, unsigned offset)
{
    return (uint8_t)host->ops->bus_read(host, DDDK_HOST_IO_SPACE, UART_PORT + offset, 1);
}

static void a_byte_written_to_the_uart_arrives_at_the_peer(void **state)
{
    struct dddk_host *host = *state;
    char got = 0;

    host->ops->bus_write(host, DDDK_HOST_IO_SPACE, UART_PORT, 1, 'x');
    assert_int_equal(uart(host, 5) & 0x20,
                     0x20); /* empty again; and the write is not under way any more */
    assert_int_equal(take(dddk_qemu_peer(host, "s0"), &got, 1), 1);
    assert_int_equal(got, 'x');
}

static void a_byte_from_the_peer_arrives_in_the_uart(void **state)
{
    struct dddk_host *host = *state;

    assert_int_equal(send(dddk_qemu_peer(host, "s0"), "y", 1, 0), 1);
    for (unsigned i = 0; i < 1000 && !(uart(host, 5) & 1); i++) {
        host->ops->wait(host, host->ops->now_ns(host) + DDDK_MSEC(1));
    }
    assert_int_equal(uart(host, 0), 'y');
}

static void take_byte(void *user, int fd)
{
    assert_int_equal(read(fd, user, 1), 1);
}

static void a_watched_descriptor_is_served_inside_a_wait(void **state)
{
    struct dddk_host *host = *state;
    uint64_t start_ns = host->ops->now_ns(host);
    char got = 0;
    int pair[2];

    assert_int_equal(pipe(pair), 0);
    assert_int_equal(dddk_qemu_watch(host, pair[0], take_byte, &got), 0);
    assert_int_equal(write(pair[1], "z", 1), 1);
    assert_true(host->ops->wait(host, start_ns + DDDK_SEC(5)));
    assert_true(host->ops->now_ns(host) - start_ns < DDDK_SEC(2));
    assert_int_equal(got, 'z');
    assert_int_equal(write(pair[1], "a", 1), 1);
    assert_true(host->ops->wait(host, host->ops->now_ns(host))); /* also when there is no time */
    assert_int_equal(got, 'a');
    close(pair[0]);
    close(pair[1]);
    assert_int_equal(dddk_qemu_unwatch(host, pair[0]), 0);
    assert_int_equal(dddk_qemu_unwatch(host, pair[0]), DDDK_ENOENT);
    start_ns = host->ops->now_ns(host);
    assert_true(host->ops->wait(host, start_ns + DDDK_MSEC(5)));
    assert_true(host->ops->now_ns(host) - start_ns >= DDDK_MSEC(5));
}

static void only_so_many_descriptors_can_be_watched(void **state)
{
    struct dddk_host *host = *state;
    int first = 1000; /* never opened: nothing is watched while the list is full */

    for (int i = 0; i < (int)DDDK_QEMU_WATCHES; i++) {
        assert_int_equal(dddk_qemu_watch(host, first + i, take_byte, NULL), 0);
        assert_int_equal(dddk_qemu_watch(host, first + i, take_byte, NULL), 0); /* not twice */
    }
    assert_int_equal(dddk_qemu_watch(host, first - 1, take_byte, NULL), DDDK_ENOSPC);
    for (int i = 0; i < (int)DDDK_QEMU_WATCHES; i++) {
        assert_int_equal(dddk_qemu_unwatch(host, first + i), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_that_the_device_sends_is_one_datagram),
        cmocka_unit_test(a_datagram_becomes_a_received_frame_and_an_interrupt),
        cmocka_unit_test(the_capture_holds_both_frames),
        cmocka_unit_test(set_link_reaches_the_device),
        cmocka_unit_test(a_command_that_qemu_refuses_comes_back_with_its_words),
        cmocka_unit_test(a_byte_written_to_the_uart_arrives_at_the_peer),
        cmocka_unit_test(a_byte_from_the_peer_arrives_in_the_uart),
        cmocka_unit_test(a_watched_descriptor_is_served_inside_a_wait),
        cmocka_unit_test(only_so_many_descriptors_can_be_watched),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
