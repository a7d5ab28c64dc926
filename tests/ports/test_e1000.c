/* SPDX-License-Identifier: MIT
 *
 * e1000 on both ports: frames, link, filters, and interrupt lines that are really shared.
 */
#include "rig.h"

static uint32_t received;
static size_t received_bytes;
static bool changed;

/* Frames come in the order in which they were numbered; the lengths follow from the number. */
static size_t length_of(uint32_t number)
{
    return 60u + number * 97u % (RIG_FRAME_BYTES - 60u + 1u);
}

static void keep(void *user, const void *frame, size_t length_bytes)
{
    uint8_t expected[RIG_FRAME_BYTES];

    (void)user;
    rig_fill(expected, length_of(received), received);
    changed |= length_bytes != length_of(received) || memcmp(frame, expected, length_bytes) != 0;
    received++;
    received_bytes += length_bytes;
}

static struct e1000 *open_net(struct rig *rig, const char *name)
{
    struct e1000 *nic = RIG_DRIVER(rig, e1000, name);

    received = 0;
    received_bytes = 0;
    changed = false;
    assert_int_equal(dddk_host_net_open(&nic->dddk, keep, NULL), 0);
    RIG_UNTIL(rig, nic->net.link_up);
    return nic;
}

/* `count` frames each way; the far end and the receiver look at every byte. */
static void exchange(struct rig *rig, struct e1000 *nic, unsigned place, uint32_t count)
{
    uint8_t frame[RIG_FRAME_BYTES];
    uint32_t to = 0, from = 0, arrived = 0;
    const struct rig_frame *sent;

    uint64_t end_ns = rig_now_ns(rig) + DDDK_SEC(20);
    while (received < count || arrived < count) {
        for (unsigned i = 0; i < 16 && to < count && to < received + 64; i++) {
            rig_fill(frame, length_of(to), to);
            to += rig_send(rig, place, frame, length_of(to));
        }
        for (unsigned i = 0; i < 16 && from < count && from < arrived + 64; i++) {
            rig_fill(frame, length_of(from), from);
            from += dddk_host_net_send(&nic->dddk, frame, length_of(from), false) == 0;
        }
        rig_turn(rig);
        while ((sent = rig_receive(rig, place)) != NULL) {
            rig_fill(frame, length_of(arrived), arrived);
            assert_int_equal(sent->length_bytes, length_of(arrived));
            assert_memory_equal(sent->bytes, frame, sent->length_bytes);
            arrived++;
        }
        assert_true(rig_now_ns(rig) < end_ns);
    }
    assert_int_equal(received, count);
    assert_false(changed);
}

/* What the device says when it ran out of buffers is all that comes: frames wait in the ring, and
 * nobody tells of them. */
static void an_overrun_alone_has_the_ring_served(void **state)
{
    const struct rig_place place = {RIG_E1000, 4};
    struct rig *rig = rig_open(PORT_OF(state), &place, 1);
    struct e1000 *nic = open_net(rig, "e1000.0");
    uint8_t frame[RIG_FRAME_BYTES];

    rig_idle(rig);
    e1000_imc_write(nic, .rxt0 = true, .rxdmt0 = true);
    rig_fill(frame, length_of(0), 0);
    assert_true(rig_send(rig, 0, frame, length_of(0)));
    rig_idle(rig);
    assert_int_equal(received, 0);
    e1000_ics_write(nic, .rxo = true);
    RIG_UNTIL(rig, received == 1);
    assert_false(changed);
    rig_close(rig);
}

static void frames_go_both_ways_unchanged(void **state)
{
    const struct rig_place place = {RIG_E1000, 4};
    struct rig *rig = rig_open(PORT_OF(state), &place, 1);
    struct e1000 *nic = open_net(rig, "e1000.0");

    exchange(rig, nic, 0, 600);
    rig_idle(rig);
    assert_true(nic->vectors[E1000_MAIN].counters.interrupts > 0);
    assert_int_equal(nic->net.counters.rx_frames, 600);
    assert_int_equal(nic->net.counters.rx_bytes, received_bytes);
    assert_int_equal(nic->net.counters.tx_frames, 600);
    assert_int_equal(nic->dddk.counters.protocol_errors, 0);
    assert_int_equal(dddk_host_net_close(&nic->dddk), 0);
    rig_close(rig);
}

static void the_link_handler_hears_the_cable(void **state)
{
    const struct rig_place place = {RIG_E1000, 4};
    struct rig *rig = rig_open(PORT_OF(state), &place, 1);
    struct e1000 *nic = open_net(rig, "e1000.0");

    assert_int_equal(nic->net.link_mbps, 1000);
    assert_true(nic->net.full_duplex);
    uint64_t changes = nic->net.link_changes;
    rig_cable(rig, 0, false);
    RIG_UNTIL(rig, !nic->net.link_up);
    rig_cable(rig, 0, true);
    RIG_UNTIL(rig, nic->net.link_up);
    assert_int_equal(nic->net.link_changes, changes + 2);
    rig_close(rig);
}

static void it_starts_again_after_a_stop_and_after_a_recovery(void **state)
{
    const struct rig_place place = {RIG_E1000, 4};
    struct rig *rig = rig_open(PORT_OF(state), &place, 1);
    struct e1000 *nic = open_net(rig, "e1000.0");

    exchange(rig, nic, 0, 20);
    assert_int_equal(dddk_host_net_close(&nic->dddk), 0);
    assert_int_equal(dddk_host_net_close(&nic->dddk), DDDK_ESTATE);
    nic = open_net(rig, "e1000.0");
    exchange(rig, nic, 0, 20);
    assert_int_equal(dddk_recover(&nic->dddk), 0);
    RIG_UNTIL(rig, nic->net.link_up);
    received = 0;
    exchange(rig, nic, 0, 20);
    assert_int_equal(nic->dddk.counters.recoveries, 1);
    rig_close(rig);
}

static void every_device_on_a_shared_line_is_heard(void **state)
{
    const struct rig_place places[] = {{RIG_E1000, 4}, {RIG_UART, 8}};
    struct rig *rig = rig_open(PORT_OF(state), places, 2);
    struct e1000 *nic = open_net(rig, "e1000.0");
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    uint8_t sent[512], got[512];
    unsigned count = 0, given = 0;

    assert_int_equal(nic->dddk.irq_mode, DDDK_IRQ_INTX);
    assert_int_equal(uart->dddk.irq_mode, DDDK_IRQ_INTX);
    assert_int_equal(dddk_host_serial_open(&uart->dddk), 0);
    rig_fill(sent, sizeof sent, 7);
    given += (unsigned)rig_send_bytes(rig, 1, sent, sizeof sent);
    exchange(rig, nic, 0, 100);
    while (count < sizeof sent) {
        given += (unsigned)rig_send_bytes(rig, 1, sent + given, sizeof sent - given);
        rig_turn(rig);
        int n = dddk_serial_read(&uart->serial, got + count, (uint32_t)(sizeof got - count));
        assert_true(n >= 0);
        count += (unsigned)n;
    }
    assert_memory_equal(sent, got, sizeof sent);
    rig_idle(rig);
    uint64_t asked = nic->vectors[E1000_MAIN].counters.not_mine;
    assert_int_equal(rig_send_bytes(rig, 1, "?", 1), 1);
    RIG_UNTIL(rig, dddk_serial_read(&uart->serial, got, 1) == 1);
    assert_true(nic->vectors[E1000_MAIN].counters.interrupts > 0);
    assert_true(uart->vectors[UART16550_MAIN].counters.interrupts > 0);
    /* One was asked because of the other, and said so. */
    assert_true(nic->vectors[E1000_MAIN].counters.not_mine > asked);
    rig_close(rig);
}

static void removing_one_leaves_the_traffic_of_the_other_intact(void **state)
{
    const struct rig_place places[] = {{RIG_E1000, 4}, {RIG_E1000, 8}, {RIG_EDU, 5}};
    struct rig *rig = rig_open(PORT_OF(state), places, 3);
    struct e1000 *stays = open_net(rig, "e1000.0");
    struct e1000 *goes = open_net(rig, "e1000.1");
    struct edu *edu = RIG_DRIVER(rig, edu, "edu.0");
    uint8_t frame[RIG_FRAME_BYTES];
    uint32_t result = 0;

    exchange(rig, goes, 1, 50);
    received = 0;
    assert_int_equal(edu_call_factorial(edu, 10, &result), 0);
    assert_int_equal(result, 3628800);
    for (unsigned i = 0; i < 32; i++) { /* in flight while the other is removed */
        rig_fill(frame, length_of(i), i);
        assert_int_equal(dddk_host_net_send(&stays->dddk, frame, length_of(i), i < 31), 0);
        assert_true(rig_send(rig, 1, frame, length_of(i)));
    }
    assert_int_equal(dddk_host_remove(rig->host, &goes->dddk), 0);
    uint32_t arrived = 0;
    const struct rig_frame *sent;
    uint64_t end_ns = rig_now_ns(rig) + DDDK_SEC(10);
    while (arrived < 32 && rig_now_ns(rig) < end_ns) {
        rig_turn(rig);
        while ((sent = rig_receive(rig, 0)) != NULL) {
            rig_fill(frame, length_of(arrived), arrived);
            assert_int_equal(sent->length_bytes, length_of(arrived));
            assert_memory_equal(sent->bytes, frame, sent->length_bytes);
            arrived++;
        }
    }
    assert_int_equal(arrived, 32);
    received = 0;
    exchange(rig, stays, 0, 200);
    assert_int_equal(edu_call_factorial(edu, 5, &result), 0);
    assert_int_equal(result, 120);
    rig_close(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(frames_go_both_ways_unchanged),
        ON_BOTH(an_overrun_alone_has_the_ring_served),
        ON_BOTH(the_link_handler_hears_the_cable),
        ON_BOTH(it_starts_again_after_a_stop_and_after_a_recovery),
        ON_BOTH(every_device_on_a_shared_line_is_heard),
        ON_BOTH(removing_one_leaves_the_traffic_of_the_other_intact),
    };

    return cmocka_run_group_tests_name("e1000 on both ports", tests, NULL, NULL);
}
