/* SPDX-License-Identifier: MIT
 *
 * A generated receive ring against a device that a test plays: in order, at the wrap of every
 * index, and with everything that a device must not write.
 */
#include "nic.h"

enum { BUDGET = 64 };

/* Where the free-running indices begin: so that they, and the ring, wrap in the middle of a test.
 */
static const uint32_t starts[] = {0, 0xffffffffu, 0xfffffffeu, 0xffffff80u, 0x7fffffffu, 100};

static struct e1000 *nic;
static uint32_t next;

static int setup(void **state)
{
    (void)state;
    nic = nic_start(0);
    next = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    nic_end(nic);
    return 0;
}

static void the_ring_is_full_of_buffers_but_for_the_spare_entry(void **state)
{
    (void)state;
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
    assert_int_equal(dddk_ring_free(&nic->rx), 0);
    assert_int_equal(fake_owned_by(FAKE_RECEIVE), E1000_RX_COUNT - 1);
    assert_int_equal(nic_register(E1000_RDT), E1000_RX_COUNT - 1); /* and never meets RDH */
    assert_int_equal(nic_register(E1000_RDH), 0);
    const struct e1000_rx_desc *entries = nic->rx.entries;
    assert_int_equal(dddk_from_le64(entries[3].addr), 0x13000); /* of buffer 3 */
}

static void an_empty_ring_is_left_alone(void **state)
{
    (void)state;
    unsigned writes = fake.writes;
    assert_int_equal(nic_poll(nic, BUDGET), 0);
    assert_int_equal(fake.delivered_count, 0);
    assert_int_equal(fake.writes, writes + 1); /* the unmask, and no doorbell */
    assert_false(e1000_driver.vectors[0]->arm(&nic->dddk));
}

static void a_frame_is_delivered_with_its_length_and_its_entry_filled_again(void **state)
{
    (void)state;
    nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    assert_true(e1000_driver.vectors[0]->arm(&nic->dddk));
    assert_int_equal(nic_poll(nic, BUDGET), 1);
    assert_int_equal(fake.delivered_count, 1);
    assert_ptr_equal(fake.delivered[0].cookie, &fake.buffers[0]);
    assert_int_equal(fake.delivered[0].length_bytes, 60);
    assert_true(fake.delivered[0].last);
    assert_int_equal(nic->net.counters.rx_frames, 1);
    assert_int_equal(nic->net.counters.rx_bytes, 60);
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
    assert_int_equal(nic_register(E1000_RDT), 0);
    assert_int_equal(nic_poll(nic, BUDGET), 0);
}

static void many_frames_need_one_doorbell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        nic_receive(nic, &next, (uint16_t)(60 + i), NIC_WHOLE, 0);
    }
    unsigned writes = fake.writes;
    assert_int_equal(nic_poll(nic, BUDGET), 20);
    assert_int_equal(fake.writes, writes + 2); /* RDT once, and the unmask */
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(fake.delivered[i].length_bytes, 60 + i);
    }
}

static void a_poll_takes_no_more_than_its_budget(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    }
    assert_int_equal(nic_poll(nic, 4), 4);
    assert_int_equal(fake.delivered_count, 4);
    assert_int_equal(nic_poll(nic, 4), 4);
    assert_int_equal(nic_poll(nic, 4), 2);
    assert_int_equal(fake.delivered_count, 10);
}

static void frames_keep_their_order_wherever_the_indices_begin(void **state)
{
    (void)state;
    for (unsigned s = 0; s < DDDK_COUNT(starts); s++) {
        nic_end(nic);
        nic = nic_start(starts[s]);
        next = starts[s];
        uint32_t frames = 0;
        for (unsigned turn = 0; turn < 200; turn++) {
            unsigned count = turn % 7 + (turn % 50 == 49 ? 200 : 0);
            fake.delivered_count = 0;
            for (unsigned i = 0; i < count; i++) {
                nic_receive(nic, &next, (uint16_t)(60 + (frames + i) % 1400), NIC_WHOLE, 0);
            }
            unsigned done = 0, work;
            while ((work = nic_poll(nic, BUDGET)) != 0) {
                done += work;
            }
            assert_int_equal(done, count);
            for (unsigned i = 0; i < count; i++) {
                assert_int_equal(fake.delivered[i].length_bytes, 60 + (frames + i) % 1400);
            }
            frames += count;
            assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
            assert_int_equal(nic_register(E1000_RDT), (next - 1) % E1000_RX_COUNT);
        }
        assert_int_equal(nic->net.counters.rx_frames, frames);
        assert_int_equal(nic->dddk.counters.protocol_errors, 0);
    }
}

static void a_ring_that_the_device_filled_whole_is_emptied(void **state)
{
    (void)state;
    for (unsigned i = 0; i < E1000_RX_COUNT - 1; i++) {
        nic_receive(nic, &next, 64, NIC_WHOLE, 0);
    }
    assert_int_equal(nic_poll(nic, 1000), E1000_RX_COUNT - 1);
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
}

static void an_entry_that_was_not_given_is_not_believed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < E1000_RX_COUNT; i++) { /* the spare one, too */
        nic_receive(nic, &next, 64, NIC_WHOLE, 0);
    }
    assert_int_equal(nic_poll(nic, 1000), E1000_RX_COUNT - 1);
}

static void a_frame_in_pieces_waits_for_its_end(void **state)
{
    (void)state;
    nic_receive(nic, &next, 2048, E1000_RX_DESC_STATUS_DD, 0);
    nic_receive(nic, &next, 2048, E1000_RX_DESC_STATUS_DD, 0);
    assert_int_equal(nic_poll(nic, BUDGET), 0);
    assert_int_equal(fake.delivered_count, 0);
    assert_false(e1000_driver.vectors[0]->arm(&nic->dddk)); /* or it would be polled for ever */
    assert_int_equal(nic_poll(nic, BUDGET), 0);
    nic_receive(nic, &next, 100, NIC_WHOLE, 0);
    nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    assert_true(e1000_driver.vectors[0]->arm(&nic->dddk));
    assert_int_equal(nic_poll(nic, BUDGET), 2);
    assert_int_equal(fake.delivered_count, 4);
    assert_int_equal(fake.delivered[0].length_bytes, 2048);
    assert_int_equal(fake.delivered[2].length_bytes, 100);
    assert_false(fake.delivered[0].last || fake.delivered[1].last);
    assert_true(fake.delivered[2].last && fake.delivered[3].last);
    assert_int_equal(nic->net.counters.rx_frames, 2);
    assert_int_equal(nic->net.counters.rx_bytes, 2 * 2048 + 100 + 60);
}

static void a_frame_that_the_device_marked_bad_is_recycled_and_counted(void **state)
{
    static const uint8_t bad[] = {E1000_RX_DESC_ERRORS_CE, E1000_RX_DESC_ERRORS_SE,
                                  E1000_RX_DESC_ERRORS_SEQ, E1000_RX_DESC_ERRORS_RXE};

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(bad); i++) {
        nic_receive(nic, &next, 60, NIC_WHOLE, bad[i]);
    }
    nic_receive(nic, &next, 2048, E1000_RX_DESC_STATUS_DD, 0);
    nic_receive(nic, &next, 60, NIC_WHOLE, E1000_RX_DESC_ERRORS_CE);
    nic_receive(nic, &next, 61, NIC_WHOLE, E1000_RX_DESC_ERRORS_IPE); /* not ours to judge */
    assert_int_equal(nic_poll(nic, BUDGET), 6);
    assert_int_equal(fake.delivered_count, 1);
    assert_int_equal(fake.delivered[0].length_bytes, 61);
    assert_int_equal(fake.recycled, 6);
    assert_int_equal(nic->net.counters.rx_errors, 5);
    assert_int_equal(nic->dddk.counters.protocol_errors, 0);
}

static void a_length_that_no_buffer_has_is_a_violation_and_not_delivered(void **state)
{
    static const uint16_t lengths[] = {0, 2049, 0x8000, 0xffff};

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(lengths); i++) {
        nic_receive(nic, &next, lengths[i], NIC_WHOLE, 0);
        assert_int_equal(nic_poll(nic, BUDGET), 1);
        assert_int_equal(nic->dddk.counters.protocol_errors, i + 1);
        assert_int_equal(nic->net.counters.rx_errors, i + 1);
    }
    nic_receive(nic, &next, 2049, E1000_RX_DESC_STATUS_DD, 0);
    nic_receive(nic, &next, 1, NIC_WHOLE, 0);
    nic_receive(nic, &next, 2048, NIC_WHOLE, 0);
    assert_int_equal(nic_poll(nic, BUDGET), 2);
    assert_int_equal(fake.delivered_count, 1);
    assert_int_equal(fake.delivered[0].length_bytes, 2048);
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
}

static void every_status_and_error_byte_ends_in_a_known_way(void **state)
{
    (void)state;
    for (unsigned status = 0; status < 256; status++) {
        for (unsigned errors = 0; errors < 256; errors += 5) {
            uint32_t at = next;
            nic_receive(nic, &next, 60, (uint8_t)status, (uint8_t)errors);
            if (!(status & E1000_RX_DESC_STATUS_DD)) {
                assert_int_equal(nic_poll(nic, BUDGET), 0);
                next = at;
                continue;
            }
            if (!(status & E1000_RX_DESC_STATUS_EOP)) {
                nic_receive(nic, &next, 60, NIC_WHOLE, 0);
            }
            fake.delivered_count = 0;
            assert_int_equal(nic_poll(nic, BUDGET), 1);
            assert_int_equal(nic->rx.head, next);
        }
    }
    assert_int_equal(nic->dddk.counters.protocol_errors, 0);
}

static void a_frame_without_an_end_is_given_up_when_it_holds_all_buffers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < E1000_RX_COUNT - 1; i++) {
        nic_receive(nic, &next, 2048, E1000_RX_DESC_STATUS_DD, 0);
    }
    assert_int_equal(nic_poll(nic, BUDGET), BUDGET); /* to be called again */
    assert_int_equal(nic->dddk.counters.protocol_errors, 1);
    assert_int_equal(nic->net.counters.rx_errors, 1);
    assert_int_equal(fake.delivered_count, 0);
    assert_int_equal(nic_poll(nic, BUDGET), 0);
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
    nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    assert_int_equal(nic_poll(nic, BUDGET), 1);
}

static void a_port_without_buffers_is_asked_again_until_it_has_some(void **state)
{
    (void)state;
    fake.buffers_allowed = 0;
    for (unsigned i = 0; i < E1000_RX_COUNT - 1; i++) {
        nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    }
    assert_int_equal(nic_poll(nic, 1000), 1000);
    assert_int_equal(fake.delivered_count, E1000_RX_COUNT - 1);
    assert_true(dddk_ring_is_empty(&nic->rx));
    assert_int_equal(nic->net.counters.rx_starved, 1);
    assert_int_equal(nic_poll(nic, BUDGET), BUDGET);
    fake.buffers_allowed = 2;
    assert_int_equal(nic_poll(nic, BUDGET), 0);
    assert_int_equal(dddk_ring_used(&nic->rx), 2);
    fake.buffers_allowed = FAKE_BUFFERS;
    nic_receive(nic, &next, 60, NIC_WHOLE, 0);
    assert_int_equal(nic_poll(nic, BUDGET), 1);
    assert_int_equal(dddk_ring_used(&nic->rx), E1000_RX_COUNT - 1);
}

static void a_start_without_any_buffer_fails_and_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    fake.buffers_allowed = 0;
    assert_int_equal(dddk_start(&nic->dddk), DDDK_ENOMEM);
    assert_int_equal(fake.dma_live + fake.memory_live, 0);
    assert_false(fake.masters);
    assert_int_equal(nic_register(E1000_RCTL) & E1000_RCTL_EN_MASK, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_ring_is_full_of_buffers_but_for_the_spare_entry),
        TEST(an_empty_ring_is_left_alone),
        TEST(a_frame_is_delivered_with_its_length_and_its_entry_filled_again),
        TEST(many_frames_need_one_doorbell),
        TEST(a_poll_takes_no_more_than_its_budget),
        TEST(frames_keep_their_order_wherever_the_indices_begin),
        TEST(a_ring_that_the_device_filled_whole_is_emptied),
        TEST(an_entry_that_was_not_given_is_not_believed),
        TEST(a_frame_in_pieces_waits_for_its_end),
        TEST(a_frame_that_the_device_marked_bad_is_recycled_and_counted),
        TEST(a_length_that_no_buffer_has_is_a_violation_and_not_delivered),
        TEST(every_status_and_error_byte_ends_in_a_known_way),
        TEST(a_frame_without_an_end_is_given_up_when_it_holds_all_buffers),
        TEST(a_port_without_buffers_is_asked_again_until_it_has_some),
        TEST(a_start_without_any_buffer_fails_and_leaves_nothing),
    };

    return cmocka_run_group_tests_name("a receive ring", tests, NULL, NULL);
}
