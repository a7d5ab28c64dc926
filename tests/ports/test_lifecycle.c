/* SPDX-License-Identifier: MIT
 *
 * The lifecycle against both devices: every acquisition that fails, rings that wrap and fill up,
 * bus mastering and interrupts after a removal.
 */
#include "rig.h"

#include "kernel/pci.h"

static const struct rig_place nic_place = {RIG_E1000, 4};
static const struct rig_place edu_place = {RIG_EDU, 5};
static const struct rig_place uart_place = {RIG_UART, 6};

static uint32_t received;

static void count(void *user, const void *frame, size_t length_bytes)
{
    uint8_t expected[RIG_FRAME_BYTES];

    (void)user;
    rig_fill(expected, 100, received);
    assert_int_equal(length_bytes, 100);
    assert_memory_equal(frame, expected, 100);
    received++;
}

static int open_class(struct dddk_device *dev)
{
    switch (dev->driver->class_kind) {
    case DDDK_CLASS_NET: return dddk_host_net_open(dev, count, NULL);
    case DDDK_CLASS_SERIAL: return dddk_host_serial_open(dev);
    case DDDK_CLASS_MISC: break;
    }
    return 0;
}

static void in_exact_reverse(const struct dddk_host_step_log *log, unsigned k)
{
    assert_int_equal(log->count, 2 * k - 1);
    assert_true(log->entry[k - 1].acquire && log->entry[k - 1].failed);
    for (unsigned i = k; i < log->count; i++) {
        assert_false(log->entry[i].acquire);
        assert_string_equal(log->entry[i].name, log->entry[log->count - 1 - i].name);
    }
}

/* Take the device away and back again, with acquisition k of each attempt failing. */
static void each_step_fails_once(enum rig_port port, const struct rig_place *place,
                                 const char *name)
{
    struct rig *rig = rig_open(port, place, 1);
    struct dddk_host_step_log *log = dddk_host_step_log(rig->host);
    unsigned attach_steps = 0, start_steps = 0;

    assert_int_equal(dddk_host_remove(rig->host, rig_device(rig, name)), 0);
    for (bool done = false; !done; attach_steps++) {
        log->count = 0;
        dddk_host_fail_at(rig->host, attach_steps + 1, DDDK_EIO);
        int status = dddk_host_probe(rig->host, &rig->registry);
        dddk_host_fail_at(rig->host, 0, 0);
        done = status == 1;
        if (!done) {
            in_exact_reverse(log, attach_steps + 1);
            assert_int_equal(dddk_host_statistics(rig->host).dma_live, 0);
        }
    }
    struct dddk_device *dev = rig_device(rig, name);
    for (bool done = dev->driver->start_at_publish; !done; start_steps++) {
        log->count = 0;
        dddk_host_fail_at(rig->host, start_steps + 1, DDDK_EIO);
        int status = open_class(dev);
        dddk_host_fail_at(rig->host, 0, 0);
        done = status == 0;
        if (!done) {
            assert_int_equal(status, DDDK_EIO);
            in_exact_reverse(log, start_steps + 1);
            assert_int_equal(dddk_host_statistics(rig->host).dma_live, 0);
        }
    }
    assert_true(attach_steps + start_steps > 10);
    rig_close(rig);
}

static void every_acquisition_of_e1000_may_fail(void **state)
{
    each_step_fails_once(PORT_OF(state), &nic_place, "e1000.0");
}

static void every_acquisition_of_edu_may_fail(void **state)
{
    each_step_fails_once(PORT_OF(state), &edu_place, "edu.0");
}

static void every_acquisition_of_uart16550_may_fail(void **state)
{
    each_step_fails_once(PORT_OF(state), &uart_place, "uart16550.0");
}

static struct e1000 *open_nic(struct rig *rig)
{
    struct e1000 *nic = RIG_DRIVER(rig, e1000, "e1000.0");

    received = 0;
    assert_int_equal(dddk_host_net_open(&nic->dddk, count, NULL), 0);
    RIG_UNTIL(rig, nic->net.link_up);
    return nic;
}

/* `frames` each way, in order; at most `flight` under way. */
static void exchange(struct rig *rig, struct e1000 *nic, uint32_t frames, uint32_t flight)
{
    uint8_t frame[100];
    uint32_t to = 0, from = 0, arrived = 0;
    const struct rig_frame *sent;

    uint64_t end_ns = rig_now_ns(rig) + DDDK_SEC(20);
    while (arrived < frames || received < frames) {
        for (; to < frames && to < received + flight; to++) {
            rig_fill(frame, sizeof frame, to);
            if (!rig_send(rig, 0, frame, sizeof frame)) {
                break;
            }
        }
        for (; from < frames && from < arrived + flight; from++) {
            rig_fill(frame, sizeof frame, from);
            if (dddk_host_net_send(&nic->dddk, frame, sizeof frame, false) != 0) {
                break;
            }
        }
        rig_turn(rig);
        while ((sent = rig_receive(rig, 0)) != NULL) {
            rig_fill(frame, sizeof frame, arrived);
            assert_int_equal(sent->length_bytes, sizeof frame);
            assert_memory_equal(sent->bytes, frame, sizeof frame);
            arrived++;
        }
        assert_true(rig_now_ns(rig) < end_ns);
    }
}

static void rings_whose_indices_pass_2_to_the_32_lose_nothing(void **state)
{
    uint32_t before = dddk_ring_first_index;

    dddk_ring_first_index = 0u - 4096u;
    struct rig *rig = rig_open(PORT_OF(state), &nic_place, 1);
    struct e1000 *nic = open_nic(rig);
    exchange(rig, nic, 5000, 48);
    assert_true(nic->tx.tail < 4096);
    assert_true(nic->rx.head < 4096);
    assert_int_equal(nic->dddk.counters.protocol_errors, 0);
    dddk_ring_first_index = before;
    rig_close(rig);
}

static void a_full_transmit_ring_refuses_and_recovers(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &nic_place, 1);
    struct e1000 *nic = open_nic(rig);
    uint8_t frame[100];
    uint32_t taken = 0, arrived = 0;
    const struct rig_frame *sent;
    int status = 0;

    rig_idle(rig);
    for (; taken < 4096 && status == 0; taken += status == 0) { /* nobody takes a turn */
        rig_fill(frame, sizeof frame, taken);
        status = dddk_host_net_send(&nic->dddk, frame, sizeof frame, true);
    }
    assert_int_equal(status, DDDK_ENOSPC);
    assert_true(taken > 0 && taken <= nic->tx.room);
    for (uint64_t end_ns = rig_now_ns(rig) + DDDK_SEC(10); arrived < taken;) {
        assert_true(rig_now_ns(rig) < end_ns);
        rig_turn(rig);
        while ((sent = rig_receive(rig, 0)) != NULL) {
            rig_fill(frame, sizeof frame, arrived);
            assert_memory_equal(sent->bytes, frame, sizeof frame);
            arrived++;
        }
    }
    RIG_UNTIL(rig, nic->net.counters.tx_frames == taken);
    assert_int_equal(dddk_host_net_send(&nic->dddk, frame, sizeof frame, false), 0);
    rig_close(rig);
}

static void a_removed_device_masters_the_bus_no_more(void **state)
{
    struct rig *rig = rig_open(PORT_OF(state), &nic_place, 1);
    const struct dddk_pci_address where = {0, (uint8_t)nic_place.slot, 0};
    struct e1000 *nic = open_nic(rig);
    uint8_t frame[100];

    assert_int_equal(rig->host->ops->config_read(rig->host, where, 4, 2) & 6, 6);
    exchange(rig, nic, 50, 16);
    assert_int_equal(dddk_host_remove(rig->host, &nic->dddk), 0);
    assert_int_equal(rig->host->ops->config_read(rig->host, where, 4, 2) & 6, 0);
    for (unsigned i = 0; i < 100; i++) {
        (void)rig_send(rig, 0, frame, sizeof frame);
        rig_turn(rig);
    }
    assert_int_equal(dddk_host_check_freed(rig->host), 0);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_acquisition_of_e1000_may_fail),
        ON_BOTH(every_acquisition_of_edu_may_fail),
        ON_BOTH(every_acquisition_of_uart16550_may_fail),
        ON_BOTH(rings_whose_indices_pass_2_to_the_32_lose_nothing),
        ON_BOTH(a_full_transmit_ring_refuses_and_recovers),
        ON_BOTH(a_removed_device_masters_the_bus_no_more),
    };

    return cmocka_run_group_tests_name("the lifecycle on both ports", tests, NULL, NULL);
}
