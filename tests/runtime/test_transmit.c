/* SPDX-License-Identifier: MIT
 *
 * A generated transmit ring against a device that a test plays: room, doorbells, frames of several
 * segments, reaping, and the wrap of every index.
 */
#include "nic.h"

enum { BUDGET = 64, LAST = E1000_TX_DESC_CMD_EOP | E1000_TX_DESC_CMD_RS };

static const uint32_t starts[] = {0, 0xffffffffu, 0xfffffffeu, 0xffffff80u, 0x7fffffffu, 100};

static struct e1000 *nic;

static int setup(void **state)
{
    (void)state;
    nic = nic_start(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    nic_end(nic);
    return 0;
}

/* A frame of `count` segments of `length` bytes. Returns what transmit says; the frame's buffer is
 * at `*buffer`. */
static int send(unsigned count, uint32_t length, bool more, struct fake_buffer **buffer)
{
    struct dddk_segment segments[300];
    struct fake_buffer *it = fake.buffers + FAKE_BUFFERS - 1;

    assert_true(count <= DDDK_COUNT(segments));
    while (it->owner != FAKE_POOL) {
        assert_true(--it >= fake.buffers);
    }
    for (unsigned i = 0; i < count; i++) {
        segments[i] = (struct dddk_segment){{0x1000000 + 0x10000 * (uint64_t)i}, length};
    }
    int status = nic->net.ops->transmit(&nic->dddk, segments, count, it, more);
    if (status == 0) {
        it->owner = FAKE_TRANSMIT;
    }
    if (buffer != NULL) {
        *buffer = it;
    }
    return status;
}

/* The device has sent the frame whose last entry is at `index`. */
static void finish(uint32_t index)
{
    assert_int_equal(nic_sent(nic, index)->status, 0);
    nic_sent(nic, index)->status = E1000_TX_DESC_STATUS_DD;
}

static void a_frame_is_one_marked_entry_and_a_doorbell(void **state)
{
    (void)state;
    unsigned writes = fake.writes;
    assert_int_equal(send(1, 60, false, NULL), 0);
    assert_int_equal(fake.writes, writes + 1);
    assert_int_equal(nic_register(E1000_TDT), 1);
    const struct e1000_tx_desc *entry = nic_sent(nic, 0);
    assert_int_equal(dddk_from_le64(entry->addr), 0x1000000);
    assert_int_equal(dddk_from_le16(entry->length), 60);
    assert_int_equal(entry->cmd, LAST | E1000_TX_DESC_CMD_IFCS);
    assert_int_equal(entry->status + entry->cso + entry->css, 0);
    assert_int_equal(dddk_from_le16(entry->special), 0);
    assert_int_equal(nic->net.counters.tx_frames, 1);
    assert_int_equal(nic->net.counters.tx_bytes, 60);
}

static void only_the_last_entry_of_a_frame_reports(void **state)
{
    (void)state;
    assert_int_equal(send(3, 4096, false, NULL), 0);
    assert_int_equal(nic_register(E1000_TDT), 3);
    assert_int_equal(nic_sent(nic, 0)->cmd, E1000_TX_DESC_CMD_IFCS);
    assert_int_equal(nic_sent(nic, 1)->cmd, E1000_TX_DESC_CMD_IFCS);
    assert_int_equal(nic_sent(nic, 2)->cmd, LAST | E1000_TX_DESC_CMD_IFCS);
    assert_int_equal(dddk_from_le64(nic_sent(nic, 1)->addr), 0x1010000);
    assert_int_equal(nic->net.counters.tx_bytes, 3 * 4096);
    nic_sent(nic, 0)->status = E1000_TX_DESC_STATUS_DD; /* a device that reports too early */
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 0);
    finish(2);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 1);
    assert_true(dddk_ring_is_empty(&nic->tx));
}

static void a_doorbell_can_wait_for_more_frames(void **state)
{
    (void)state;
    unsigned writes = fake.writes;
    assert_int_equal(send(1, 60, true, NULL), 0);
    assert_int_equal(send(1, 60, true, NULL), 0);
    assert_int_equal(fake.writes, writes);
    assert_int_equal(send(1, 60, false, NULL), 0);
    assert_int_equal(fake.writes, writes + 1);
    assert_int_equal(nic_register(E1000_TDT), 3);
    assert_int_equal(send(1, 60, true, NULL), 0);
    nic->net.ops->flush(&nic->dddk);
    assert_int_equal(nic_register(E1000_TDT), 4);
    nic->net.ops->flush(&nic->dddk); /* harmless */
    assert_int_equal(fake.writes, writes + 2);
}

static void a_full_ring_refuses_the_next_frame_and_rings_the_doorbell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < E1000_TX_COUNT - 1; i++) {
        assert_int_equal(nic->net.ops->transmit_room(&nic->dddk), E1000_TX_COUNT - 1 - i);
        assert_int_equal(send(1, 60, true, NULL), 0);
    }
    assert_int_equal(nic->net.ops->transmit_room(&nic->dddk), 0);
    assert_int_equal(nic_register(E1000_TDT), 0);
    assert_int_equal(send(1, 60, true, NULL), DDDK_ENOSPC);
    assert_int_equal(nic_register(E1000_TDT), E1000_TX_COUNT - 1); /* never meets TDH */
    assert_int_equal(nic->net.counters.tx_stopped, 1);
    assert_int_equal(nic->tx.full, 1);
    assert_int_equal(nic->net.counters.tx_frames, E1000_TX_COUNT - 1);
    finish(0);
    assert_int_equal(fake.wakes, 0);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.wakes, 1);
    assert_int_equal(fake.tx_done, 1);
    assert_int_equal(send(1, 60, false, NULL), 0);
    assert_int_equal(send(1, 60, false, NULL), DDDK_ENOSPC);
    assert_int_equal(nic_register(E1000_TDT), 0);
}

static void a_frame_needs_room_for_all_its_segments(void **state)
{
    (void)state;
    for (unsigned i = 0; i < E1000_TX_COUNT - 3; i++) {
        assert_int_equal(send(1, 60, false, NULL), 0);
    }
    assert_int_equal(send(3, 60, false, NULL), DDDK_ENOSPC);
    assert_int_equal(nic->net.ops->transmit_room(&nic->dddk), 2);
    assert_int_equal(send(2, 60, false, NULL), 0);
    assert_int_equal(nic->net.ops->transmit_room(&nic->dddk), 0);
}

static void what_can_never_be_sent_is_refused_and_nothing_taken(void **state)
{
    (void)state;
    assert_int_equal(send(0, 60, false, NULL), DDDK_EINVAL);
    assert_int_equal(send(1, 0, false, NULL), DDDK_EINVAL);
    assert_int_equal(send(2, 0, false, NULL), DDDK_EINVAL);
    assert_int_equal(send(1, E1000_TX_SEGMENT_BYTES + 1, false, NULL), DDDK_EMSGSIZE);
    assert_int_equal(send(1, 0xffffffffu, false, NULL), DDDK_EMSGSIZE);
    assert_int_equal(send(2, E1000_TX_SEGMENT_BYTES + 1, false, NULL), DDDK_EMSGSIZE);
    assert_int_equal(send(E1000_TX_COUNT, 60, false, NULL), DDDK_EMSGSIZE);
    assert_true(dddk_ring_is_empty(&nic->tx));
    assert_int_equal(nic->net.counters.tx_frames + nic->net.counters.tx_stopped, 0);
    assert_int_equal(send(E1000_TX_COUNT - 1, E1000_TX_SEGMENT_BYTES, false, NULL), 0);
    finish(E1000_TX_COUNT - 2);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 1);
}

static void frames_are_handed_back_in_order_as_far_as_they_are_done(void **state)
{
    struct fake_buffer *frames[4];

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(send(i % 2 + 1, 60, false, &frames[i]), 0); /* entries 0, 1-2, 3, 4-5 */
    }
    finish(0);
    finish(2);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 2);
    assert_true(frames[0]->sent && frames[1]->sent);
    assert_int_equal(frames[2]->owner, FAKE_TRANSMIT);
    assert_false(e1000_driver.vectors[0]->arm(&nic->dddk));
    finish(3);
    assert_true(e1000_driver.vectors[0]->arm(&nic->dddk));
    finish(5);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 4);
}

static void reaping_is_not_counted_as_work(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(send(1, 60, false, NULL), 0);
        finish(i);
    }
    assert_int_equal(nic_poll(nic, 4), 0);
    assert_int_equal(fake.tx_done, 10);
}

static void frames_come_back_wherever_the_indices_begin(void **state)
{
    (void)state;
    for (unsigned s = 0; s < DDDK_COUNT(starts); s++) {
        nic_end(nic);
        nic = nic_start(starts[s]);
        uint32_t index = starts[s], frames = 0;
        for (unsigned turn = 0; turn < 300; turn++) {
            for (unsigned i = 0; i < turn % 9; i++) {
                unsigned segments = i % 4 + 1;
                assert_int_equal(send(segments, 60, i % 2 == 0, NULL), 0);
                finish(index + segments - 1);
                index += segments;
                frames++;
            }
            nic->net.ops->flush(&nic->dddk);
            assert_int_equal(nic_register(E1000_TDT), index % E1000_TX_COUNT);
            (void)nic_poll(nic, BUDGET);
            assert_int_equal(fake.tx_done, frames);
            assert_int_equal(nic->net.ops->transmit_room(&nic->dddk), E1000_TX_COUNT - 1);
        }
        /* full, at the wrap as well */
        while (send(1, 60, false, NULL) == 0) {
            frames++;
        }
        assert_int_equal(dddk_ring_used(&nic->tx), E1000_TX_COUNT - 1);
        assert_int_equal(nic->net.counters.tx_frames, frames);
    }
}

static void frames_that_were_never_sent_are_handed_back_as_such(void **state)
{
    struct fake_buffer *sent, *unsent, *pieces;

    (void)state;
    assert_int_equal(send(1, 60, false, &sent), 0);
    assert_int_equal(send(1, 60, false, &unsent), 0);
    assert_int_equal(send(3, 60, false, &pieces), 0);
    finish(0);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_int_equal(fake.tx_done, 3);
    assert_true(sent->sent);
    assert_false(unsent->sent || pieces->sent);
    assert_int_equal(nic->net.counters.tx_errors, 2);
}

static uint64_t transmit_cause(size_t offset, unsigned bytes, uint64_t value)
{
    return offset == E1000_ICR && bytes == 4 ? E1000_MAIN_TXDW : value;
}

static void frames_that_only_go_out_are_no_storm(void **state)
{
    struct dddk_vector *vector = &nic->vectors[E1000_MAIN];

    (void)state;
    fake.read = transmit_cause;
    for (unsigned i = 0; i < 4 * DDDK_STORM_ROW; i++) {
        assert_int_equal(send(1, 60, false, NULL), 0);
        finish(i);
        assert_int_equal(dddk_vector_interrupt(vector), DDDK_IRQ_HANDLED);
        assert_int_equal(dddk_vector_poll(vector, BUDGET), 0);
    }
    assert_int_equal(vector->counters.interrupts, 4 * DDDK_STORM_ROW);
    assert_int_equal(vector->counters.storms, 0);
}

static void a_stopped_driver_has_told_its_device_to_stop(void **state)
{
    (void)state;
    assert_true(nic_register(E1000_TCTL) & E1000_TCTL_EN_MASK);
    assert_true(nic_register(E1000_RCTL) & E1000_RCTL_EN_MASK);
    assert_true(fake.gate_open);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_false(nic_register(E1000_TCTL) & E1000_TCTL_EN_MASK);
    assert_false(nic_register(E1000_RCTL) & E1000_RCTL_EN_MASK);
    assert_false(fake.gate_open);
    assert_int_equal(fake.dma_live, 0);
}

static void a_gone_device_is_not_written_any_more_and_gives_all_back(void **state)
{
    (void)state;
    assert_int_equal(send(1, 60, false, NULL), 0);
    fake.absent = true;
    assert_false(dddk_still_present(&nic->dddk));
    unsigned accesses = fake.reads + fake.writes;
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_int_equal(fake.reads + fake.writes, accesses);
    assert_int_equal(fake_owned_by(FAKE_POOL), FAKE_BUFFERS);
    assert_false(fake.masters);
}

static void a_recovery_sends_again(void **state)
{
    (void)state;
    assert_int_equal(send(2, 60, false, NULL), 0);
    assert_int_equal(dddk_net_watchdog(&nic->net), 0);
    assert_int_equal(nic->dddk.counters.recoveries, 1);
    assert_int_equal(fake.tx_done, 1);
    assert_int_equal(nic->dddk.state, DDDK_STARTED);
    assert_int_equal(send(1, 60, false, NULL), 0);
    finish(0);
    (void)nic_poll(nic, BUDGET);
    assert_int_equal(fake.tx_done, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_frame_is_one_marked_entry_and_a_doorbell),
        TEST(only_the_last_entry_of_a_frame_reports),
        TEST(a_doorbell_can_wait_for_more_frames),
        TEST(a_full_ring_refuses_the_next_frame_and_rings_the_doorbell),
        TEST(a_frame_needs_room_for_all_its_segments),
        TEST(what_can_never_be_sent_is_refused_and_nothing_taken),
        TEST(frames_are_handed_back_in_order_as_far_as_they_are_done),
        TEST(reaping_is_not_counted_as_work),
        TEST(frames_come_back_wherever_the_indices_begin),
        TEST(frames_that_were_never_sent_are_handed_back_as_such),
        TEST(frames_that_only_go_out_are_no_storm),
        TEST(a_stopped_driver_has_told_its_device_to_stop),
        TEST(a_gone_device_is_not_written_any_more_and_gives_all_back),
        TEST(a_recovery_sends_again),
    };

    return cmocka_run_group_tests_name("a transmit ring", tests, NULL, NULL);
}
