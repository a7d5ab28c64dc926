/* SPDX-License-Identifier: MIT
 *
 * Enumeration on a bus that is more than one row of slots: bridges, a PCI Express root port, a
 * device of several functions. Each driver is bound where its device is, reaches its registers
 * through the bridges' windows, and hears its interrupt.
 */
#include <sys/socket.h>

#include "machine.h"

#include "e1000.dddk.h"
#include "edu.dddk.h"
#include "uart16550.dddk.h"

DDDK_REGISTRY_STORAGE(storage, 3, 8, 8);

struct fixture {
    struct dddk_host *host;
    struct dddk_registry registry;
};

static int setup(void **state)
{
    static const char *const devices[] = {
        "pcie-root-port,id=root,chassis=1,slot=1,addr=2",
        "edu,bus=root,addr=0",
        "pci-bridge,id=bridge,chassis_nr=2,addr=3",
        "e1000,bus=bridge,addr=5,netdev=n0",
        "pci-bridge,id=inner,chassis_nr=3,bus=bridge,addr=6",
        "pci-serial,bus=inner,addr=7,chardev=s0",
        "edu,addr=9,multifunction=on",
        "pci-serial,addr=9.3,chardev=s1",
    };
    static const char *const netdevs[] = {"n0"}, *const chardevs[] = {"s0", "s1"};
    const struct dddk_qemu_options options = {.devices = devices,
                                              .device_count = DDDK_COUNT(devices),
                                              .netdevs = netdevs,
                                              .netdev_count = 1,
                                              .chardevs = chardevs,
                                              .chardev_count = 2};
    static struct fixture fixture;

    *state = &fixture;
    fixture.host = dddk_qemu_open(&options);
    if (!fixture.host || dddk_registry_init(&fixture.registry, &storage) != 0 ||
        dddk_registry_add_driver(&fixture.registry, &e1000_driver) != 0 ||
        dddk_registry_add_driver(&fixture.registry, &edu_driver) != 0 ||
        dddk_registry_add_driver(&fixture.registry, &uart16550_driver) != 0) {
        return -1;
    }
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    if (fixture->host) {
        dddk_host_close(fixture->host);
    }
    return 0;
}

static struct dddk_device *device(struct fixture *fixture, const char *name)
{
    struct dddk_device *dev = dddk_host_find(fixture->host, name);

    if (!dev) {
        fail_msg("%s was not bound", name);
    }
    return dev;
}

static void every_function_behind_every_bridge_is_bound(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(dddk_host_probe(fixture->host, &fixture->registry), 5);
    device(fixture, "edu.0");
    device(fixture, "edu.1");
    device(fixture, "e1000.0");
    device(fixture, "uart16550.0");
    device(fixture, "uart16550.1");
}

static void messages_come_through_a_root_port(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"edu.0", "edu.1"};

    for (unsigned i = 0; i < 2; i++) {
        struct edu *edu = DDDK_CONTAINER(device(fixture, names[i]), struct edu, dddk);
        uint32_t result = 0;
        assert_int_equal(edu->dddk.irq_mode, DDDK_IRQ_MSI);
        assert_int_equal(edu_call_factorial(edu, 6, &result), 0);
        assert_int_equal(result, 720);
        assert_true(edu->vectors[EDU_MAIN].counters.interrupts > 0);
    }
}

static unsigned received;

static void count(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    (void)frame;
    assert_int_equal(length_bytes, 100);
    received++;
}

static void a_line_comes_through_a_bridge(void **state)
{
    struct fixture *fixture = *state;
    struct e1000 *nic = DDDK_CONTAINER(device(fixture, "e1000.0"), struct e1000, dddk);
    uint8_t frame[100];

    memset(frame, 0xff, sizeof(frame));
    assert_int_equal(dddk_host_net_open(&nic->dddk, count, NULL), 0);
    assert_int_equal(dddk_host_run_until_idle(fixture->host, DDDK_MSEC(20)), 0);
    received = 0;
    assert_int_equal(send(dddk_qemu_peer(fixture->host, "n0"), frame, sizeof(frame), 0),
                     sizeof(frame));
    for (unsigned i = 0; i < 2000 && received == 0; i++) {
        dddk_host_turn(fixture->host, DDDK_MSEC(1));
    }
    assert_int_equal(received, 1);
    assert_int_equal(nic->dddk.irq_mode, DDDK_IRQ_INTX);
    assert_true(nic->vectors[E1000_MAIN].counters.interrupts > 0);
    assert_int_equal(dddk_host_net_close(&nic->dddk), 0);
}

static void say(struct fixture *fixture, const char *name, const char *peer, const char *text)
{
    struct uart16550 *uart = DDDK_CONTAINER(device(fixture, name), struct uart16550, dddk);
    int fd = dddk_qemu_peer(fixture->host, peer);
    uint32_t length = (uint32_t)strlen(text), read = 0, heard = 0;
    char there[32] = "", here[32] = "";
    uint64_t before;

    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    assert_int_equal(dddk_serial_write(&uart->serial, text, length), length);
    /* Once that is out nothing polls any more: only an interrupt tells that something has come. */
    assert_int_equal(dddk_host_run_until_idle(fixture->host, DDDK_MSEC(5)), 0);
    before = uart->vectors[UART16550_MAIN].counters.interrupts;
    assert_int_equal(send(fd, text, length, 0), length);
    for (unsigned i = 0; i < 2000 && (read < length || heard < length); i++) {
        ssize_t got;
        int taken;
        dddk_host_turn(fixture->host, DDDK_MSEC(1));
        got = recv(fd, there + heard, sizeof(there) - 1 - heard, MSG_DONTWAIT);
        heard += got > 0 ? (uint32_t)got : 0;
        taken = dddk_serial_read(&uart->serial, here + read, (uint32_t)sizeof(here) - 1 - read);
        assert_true(taken >= 0);
        read += (uint32_t)taken;
    }
    assert_string_equal(there, text);
    assert_string_equal(here, text);
    assert_true(uart->vectors[UART16550_MAIN].counters.interrupts > before);
    assert_int_equal(dddk_host_serial_close(&uart->dddk), 0);
}

static void ports_and_a_line_come_through_two_bridges(void **state)
{
    /* Enumeration goes down before it goes on, so the one behind bridges comes first. */
    say(*state, "uart16550.0", "s0", "behind two bridges");
    say(*state, "uart16550.1", "s1", "on bus 0, function 3");
}

static void all_can_be_removed_and_found_again(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"edu.1", "uart16550.0", "e1000.0", "edu.0", "uart16550.1"};

    for (unsigned i = 0; i < DDDK_COUNT(names); i++) {
        assert_int_equal(dddk_host_remove(fixture->host, device(fixture, names[i])), 0);
    }
    assert_int_equal(dddk_host_statistics(fixture->host).dma_live, 0);
    assert_int_equal(dddk_host_statistics(fixture->host).leaks, 0);
    assert_int_equal(dddk_host_check_freed(fixture->host), 0);
    assert_int_equal(dddk_host_probe(fixture->host, &fixture->registry), 5);
    messages_come_through_a_root_port(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_behind_every_bridge_is_bound),
        cmocka_unit_test(messages_come_through_a_root_port),
        cmocka_unit_test(a_line_comes_through_a_bridge),
        cmocka_unit_test(ports_and_a_line_come_through_two_bridges),
        cmocka_unit_test(all_can_be_removed_and_found_again),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
