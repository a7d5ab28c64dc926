/* SPDX-License-Identifier: MIT
 *
 * Rings whose entries say whose they are, on both hosted ports: the same object sends and receives
 * on the simulated device and on QEMU's RTL8139C+, several frames in flight and several times
 * around.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "rtl8139cp.dddk.h"
#include "rtl8139cp.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

enum { FRAME = 300, BATCH = 24, ROUNDS = 6, CHECKSUM = 4 };

DDDK_REGISTRY_STORAGE(of_sim, 1, 1, 1);
DDDK_REGISTRY_STORAGE(of_qemu, 1, 1, 1);

enum port { SIM, QEMU, PORTS };

static struct rig {
    struct dddk_host *host;
    struct dddk_registry registry;
    struct dddk_model *model; /* NULL: QEMU's */
    struct rtl8139cp *nic;
    unsigned sent, came; /* frames, as they were and in order */
} rigs[PORTS];

static void fill(uint8_t *frame, unsigned number, bool in)
{
    memset(frame, 0xff, 6);
    for (unsigned i = 6; i < FRAME; i++) {
        frame[i] = (uint8_t)(i * 31 + number + (in ? 100 : 0));
    }
}

static bool is_right(const void *frame, size_t length_bytes, unsigned number, bool in)
{
    uint8_t right[FRAME];

    fill(right, number, in);
    return length_bytes == FRAME && memcmp(frame, right, FRAME) == 0;
}

static void listen_to(void *user, const void *frame, size_t length_bytes)
{
    struct rig *rig = user;

    rig->sent += is_right(frame, length_bytes, rig->sent, false);
}

/* The chip leaves the checksum behind a frame. */
static void hear(void *user, const void *frame, size_t length_bytes)
{
    struct rig *rig = user;
    size_t behind = rig->model == NULL ? CHECKSUM : 0;

    rig->came += length_bytes > behind && is_right(frame, length_bytes - behind, rig->came, true);
}

/* QEMU begins with the ring's first entry again at each write of CR, and reads its wire at any
 * time: a read sees to it that the last write is over before the first frame comes. */
static int open_it(struct rig *rig)
{
    int status = dddk_host_net_open(&rig->nic->dddk, hear, rig);

    (void)rtl8139cp_cr_read(rig->nic);
    return status;
}

static int probe(struct rig *rig, const struct dddk_registry_storage *storage)
{
    if (dddk_registry_init(&rig->registry, storage) != 0 ||
        dddk_registry_add_driver(&rig->registry, &rtl8139cp_driver) != 0 ||
        dddk_host_probe(rig->host, &rig->registry) != 1) {
        return -1;
    }
    struct dddk_device *dev = dddk_host_find(rig->host, "rtl8139cp.0");
    rig->nic = DDDK_CONTAINER(dev, struct rtl8139cp, dddk);
    return open_it(rig);
}

static int open_both(void **state)
{
    static const char *const devices[] = {"rtl8139,netdev=n0,addr=4"}, *const netdevs[] = {"n0"};
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 1, .netdevs = netdevs, .netdev_count = 1};

    (void)state;
    rigs[SIM].host = dddk_test_open(1);
    rigs[QEMU].host = dddk_qemu_open(&options);
    if (rigs[SIM].host == NULL || rigs[QEMU].host == NULL) {
        return -1;
    }
    rigs[SIM].model = dddk_test_add(rigs[SIM].host, &rtl8139cp_model_type, 4);
    if (rigs[SIM].model == NULL) {
        return -1;
    }
    dddk_test_listen(rigs[SIM].model, listen_to, &rigs[SIM]);
    return probe(&rigs[SIM], &of_sim) == 0 ? probe(&rigs[QEMU], &of_qemu) : -1;
}

static int close_both(void **state)
{
    struct dddk_host_statistics statistics = dddk_host_statistics(rigs[QEMU].host);

    (void)state;
    dddk_host_close(rigs[QEMU].host);
    return statistics.misuse == 0 && dddk_test_close(rigs[SIM].host) == 0 ? 0 : -1;
}

static void put_on_wire(struct rig *rig, unsigned number)
{
    uint8_t frame[FRAME];

    fill(frame, number, true);
    if (rig->model != NULL) {
        assert_int_equal(dddk_test_send(rig->model, frame, FRAME), 0);
    } else {
        assert_int_equal(send(dddk_qemu_peer(rig->host, "n0"), frame, FRAME, 0), FRAME);
    }
}

/* What QEMU sent is datagrams; the simulated wire has called listen_to. */
static void take_off_wire(struct rig *rig)
{
    struct pollfd wait = {.events = POLLIN};
    uint8_t frame[2048];

    if (rig->model != NULL) {
        return;
    }
    wait.fd = dddk_qemu_peer(rig->host, "n0");
    while (poll(&wait, 1, 0) == 1) {
        ssize_t length = recv(wait.fd, frame, sizeof(frame), MSG_DONTWAIT);
        assert_true(length > 0);
        listen_to(rig, frame, (size_t)length);
    }
}

static bool is_over(const struct rig *rig, unsigned sent, unsigned in)
{
    return rig->sent == sent && rig->came == in && dddk_ring_is_empty(&rig->nic->tx);
}

static void until(struct rig *rig, unsigned sent, unsigned in)
{
    for (unsigned turns = 0; turns < 400 && !is_over(rig, sent, in); turns++) {
        (void)dddk_host_turn(rig->host, DDDK_MSEC(5));
        take_off_wire(rig);
    }
    assert_int_equal(rig->sent, sent);
    assert_int_equal(rig->came, in);
    assert_true(dddk_ring_is_empty(&rig->nic->tx));
}

static void go_around(struct rig *rig)
{
    uint8_t frame[FRAME];
    unsigned sent = 0, in = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < BATCH; i++) {
            put_on_wire(rig, in++);
            fill(frame, sent++, false);
            assert_int_equal(dddk_host_net_send(&rig->nic->dddk, frame, FRAME, i + 1 < BATCH), 0);
        }
        until(rig, sent, in);
    }
    assert_true(sent > 2 * RTL8139CP_TX_COUNT);
    assert_int_equal(rig->nic->dddk.counters.protocol_errors, 0);
    assert_int_equal(rig->nic->net.counters.rx_errors, 0);
}

static void frames_go_both_ways_around_the_rings(void **state)
{
    (void)state;
    go_around(&rigs[SIM]);
    assert_int_equal(dddk_test_counters(rigs[SIM].model).complaints, 0);
    go_around(&rigs[QEMU]);
}

/* Behind the last entry of the ring the chip goes on with the first because it is marked so. */
static void a_ring_that_is_started_again_begins_at_its_first_entry(void **state)
{
    (void)state;
    for (unsigned port = 0; port < PORTS; port++) {
        struct rig *rig = &rigs[port];

        assert_int_equal(dddk_host_net_close(&rig->nic->dddk), 0);
        assert_int_equal(open_it(rig), 0);
        rig->sent = rig->came = 0;
        go_around(rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_go_both_ways_around_the_rings),
        cmocka_unit_test(a_ring_that_is_started_again_begins_at_its_first_entry),
    };

    return cmocka_run_group_tests_name("rtl8139cp", tests, open_both, close_both);
}
