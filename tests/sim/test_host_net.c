/* SPDX-License-Identifier: MIT
 *
 * Payload of net devices on hosts: who owns a buffer, frames in several pieces, and a queue that is
 * stopped and woken.
 */
#include "dddk/steps.h"
#include "gadget.h"

struct bench {
    struct dddk_host *machine;
    struct gadget *gadget;
    struct dddk_net *net;
    unsigned frames;
    size_t length_bytes;
    uint8_t frame[16384];
};

static void received(void *user, const void *frame, size_t length_bytes)
{
    struct bench *bench = user;

    bench->frames++;
    bench->length_bytes = length_bytes;
    memcpy(bench->frame, frame, length_bytes);
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    bench->machine = gadget_machine(&gadget_net_driver, 1, true);
    bench->gadget = gadget_number(bench->machine, 0);
    bench->net = dddk_host_net(&bench->gadget->dddk);
    assert_non_null(bench->net);
    assert_int_equal(dddk_host_net_open(&bench->gadget->dddk, received, bench), 0);
}

static void close_bench(struct bench *bench)
{
    assert_int_equal(dddk_host_net_close(&bench->gadget->dddk), 0);
    assert_int_equal(dddk_test_close(bench->machine), 0);
}

static int send(struct bench *bench, size_t length_bytes, bool more)
{
    static uint8_t frame[20000];

    for (size_t i = 0; i < length_bytes; i++) {
        frame[i] = (uint8_t)(i * 3u);
    }
    return dddk_host_net_send(&bench->gadget->dddk, frame, length_bytes, more);
}

/* Fill a receive buffer and hand it on. */
static void deliver(struct bench *bench, uint32_t length_bytes, bool last, uint8_t fill)
{
    struct dddk_net_buffer buffer;

    assert_true(dddk_port_rx_buffer(bench->net, &buffer));
    assert_true(length_bytes <= buffer.size_bytes);
    uint64_t offset = buffer.address.value - bench->machine->memory_device;
    memset(bench->machine->memory + offset, fill, length_bytes);
    dddk_port_rx_deliver(bench->net, buffer.cookie, length_bytes, last);
}

static void a_device_that_is_not_open_takes_no_frames(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    assert_int_equal(dddk_host_net_open(&bench.gadget->dddk, NULL, NULL), DDDK_ESTATE);
    assert_int_equal(dddk_host_net_close(&bench.gadget->dddk), 0);
    assert_int_equal(send(&bench, 60, false), DDDK_ESTATE);
    assert_int_equal(dddk_host_net_open(&bench.gadget->dddk, received, &bench), 0);
    close_bench(&bench);
}

/* While the class's gate is closed, as it is first of all when the device stops. */
static void nothing_is_sent_through_a_closed_gate(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    struct dddk_device *dev = &bench.gadget->dddk;
    dddk_step_class_close(dev);
    assert_int_equal(send(&bench, 60, false), DDDK_ESTATE);
    assert_int_equal(gadget_transmit.calls, 0);
    assert_int_equal(dddk_step_class_open(dev), 0);
    assert_int_equal(send(&bench, 60, false), 0);
    assert_int_equal(gadget_transmit.calls, 1);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    close_bench(&bench);
}

static void only_a_net_device_can_be_opened_as_one(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct dddk_device *dev = &gadget_number(machine, 0)->dddk;
    (void)state;

    assert_null(dddk_host_net(dev));
    assert_null(dddk_host_serial(dev));
    assert_non_null(dddk_host_misc(dev));
    assert_int_equal(dddk_host_net_open(dev, NULL, NULL), DDDK_EINVAL);
    assert_int_equal(dddk_host_net_close(dev), DDDK_EINVAL);
    assert_int_equal(dddk_host_net_send(dev, "x", 1, false), DDDK_EINVAL);
    assert_int_equal(dddk_host_serial_open(dev), DDDK_EINVAL);
    assert_int_equal(dddk_host_serial_close(dev), DDDK_EINVAL);
    assert_int_equal(dddk_host_net_rx_mode(dev, &(struct dddk_net_rx_mode){.promiscuous = true}),
                     DDDK_EINVAL);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_frame_goes_out_from_dma_memory_and_comes_back_by_its_cookie(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    assert_int_equal(send(&bench, 60, false), 0);
    assert_int_equal(gadget_transmit.segments, 1);
    assert_int_equal(gadget_transmit.lengths[0], 60);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    close_bench(&bench);
}

static void a_frame_longer_than_a_buffer_goes_out_in_segments(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    bench.net->mtu = 9000;
    assert_int_equal(send(&bench, 5000, false), 0);
    assert_int_equal(gadget_transmit.segments, 3);
    assert_int_equal(gadget_transmit.lengths[0], 2048);
    assert_int_equal(gadget_transmit.lengths[1], 2048);
    assert_int_equal(gadget_transmit.lengths[2], 904);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    close_bench(&bench); /* all three are back */
}

static void frames_that_do_not_fit_are_refused(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    assert_int_equal(send(&bench, 0, false), DDDK_EINVAL);
    assert_int_equal(send(&bench, 1518, false), 0); /* 1500 with header and VLAN tag */
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    assert_int_equal(send(&bench, 1519, false), DDDK_EMSGSIZE);
    bench.net->mtu = 20000;
    assert_int_equal(send(&bench, 16384, false), 0);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[1], true);
    assert_int_equal(send(&bench, 16385, false), DDDK_EMSGSIZE);
    close_bench(&bench);
}

static void neither_direction_can_starve_the_other(void **state)
{
    struct bench bench;
    struct dddk_net_buffer buffers[512], none;
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < 512; i++) {
        assert_true(dddk_port_rx_buffer(bench.net, &buffers[i]));
        assert_int_equal(buffers[i].size_bytes, 2048);
        /* within the device's boundary */
        assert_int_equal(buffers[i].address.value >> 16, (buffers[i].address.value + 2047) >> 16);
    }
    assert_false(dddk_port_rx_buffer(bench.net, &none));
    for (unsigned i = 0; i < 512; i++) {
        assert_int_equal(send(&bench, 60, false), 0);
    }
    assert_int_equal(send(&bench, 60, false), DDDK_ENOSPC);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[7], true);
    assert_int_equal(send(&bench, 60, false), 0); /* into the slot that came back */
    gadget_transmit.cookies[7] = gadget_transmit.cookies[512];
    for (unsigned i = 0; i < 512; i++) {
        dddk_port_tx_done(bench.net, gadget_transmit.cookies[i], true);
        dddk_port_rx_recycle(bench.net, buffers[i].cookie);
    }
    close_bench(&bench);
}

static void no_room_stops_the_queue_until_it_is_woken(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_transmit.answer = DDDK_ENOSPC;
    assert_int_equal(send(&bench, 60, false), DDDK_ENOSPC);
    assert_int_equal(gadget_transmit.flushes, 1); /* what `more` held back goes out */
    gadget_transmit.answer = 0;
    assert_int_equal(send(&bench, 60, false), DDDK_ENOSPC); /* nobody has said that there is room */
    assert_int_equal(gadget_transmit.calls, 0);
    dddk_port_tx_wake(bench.net);
    assert_int_equal(send(&bench, 60, false), 0);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    close_bench(&bench);
}

static void room_that_came_before_the_queue_was_stopped_is_seen(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_transmit.answer = DDDK_ENOSPC;
    gadget_transmit.room = 1;
    assert_int_equal(send(&bench, 60, false), DDDK_ENOSPC);
    gadget_transmit.answer = 0;
    assert_int_equal(send(&bench, 60, false), 0);
    dddk_port_tx_done(bench.net, gadget_transmit.cookies[0], true);
    close_bench(&bench);
}

static void a_frame_in_one_buffer_is_handed_on(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    deliver(&bench, 100, true, 0x42);
    assert_int_equal(bench.frames, 1);
    assert_int_equal(bench.length_bytes, 100);
    assert_int_equal(bench.frame[99], 0x42);
    close_bench(&bench);
}

static void a_frame_in_several_buffers_is_put_together(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    deliver(&bench, 2048, false, 1);
    deliver(&bench, 2048, false, 2);
    assert_int_equal(bench.frames, 0);
    deliver(&bench, 4, true, 3);
    assert_int_equal(bench.frames, 1);
    assert_int_equal(bench.length_bytes, 4100);
    assert_int_equal(bench.frame[2047], 1);
    assert_int_equal(bench.frame[2048], 2);
    assert_int_equal(bench.frame[4096], 3);
    close_bench(&bench);
}

static void a_frame_that_is_too_long_is_dropped_whole(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < 8; i++) {
        deliver(&bench, 2048, false, 1);
    }
    deliver(&bench, 1, true, 1); /* 16385 bytes */
    assert_int_equal(bench.frames, 0);
    assert_int_equal(bench.net->counters.rx_dropped, 1);
    deliver(&bench, 60, true, 2); /* the next one is in order */
    assert_int_equal(bench.frames, 1);
    assert_int_equal(bench.length_bytes, 60);
    close_bench(&bench);
}

static void frames_that_nobody_wants_are_counted(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    assert_int_equal(dddk_host_net_close(&bench.gadget->dddk), 0);
    assert_int_equal(dddk_host_net_open(&bench.gadget->dddk, NULL, NULL), 0);
    deliver(&bench, 60, true, 1);
    assert_int_equal(bench.frames, 0);
    assert_int_equal(bench.net->counters.rx_dropped, 1);
    close_bench(&bench);
}

static void a_buffer_is_handed_back_once_by_whom_it_was_given_to(void **state)
{
    struct bench bench;
    struct dddk_net_buffer buffer;
    (void)state;

    open_bench(&bench);
    assert_true(dddk_port_rx_buffer(bench.net, &buffer));
    dddk_port_tx_done(bench.net, buffer.cookie, true);                /* not a frame to send */
    dddk_port_rx_deliver(bench.net, buffer.cookie, 2049, true);       /* more than it holds */
    dddk_port_rx_recycle(bench.net, buffer.cookie);                   /* it is back already */
    dddk_port_rx_recycle(bench.net, &buffer);                         /* not a buffer at all */
    dddk_port_rx_deliver(bench.net, (char *)buffer.cookie, 60, true); /* still back */
    assert_int_equal(bench.length_bytes, 2048);
    assert_int_equal(bench.frames, 1);
    assert_int_equal(dddk_test_damage(bench.machine).misuse, 5);
    assert_int_equal(dddk_host_net_close(&bench.gadget->dddk), 0);
    assert_int_equal(dddk_test_close(bench.machine), 5);
}

static void buffers_that_are_not_handed_back_are_leaks(void **state)
{
    struct bench bench;
    struct dddk_net_buffer buffer;
    (void)state;

    open_bench(&bench);
    assert_true(dddk_port_rx_buffer(bench.net, &buffer));
    assert_int_equal(send(&bench, 60, false), 0);
    assert_int_equal(dddk_host_net_close(&bench.gadget->dddk), 0);
    assert_int_equal(dddk_test_damage(bench.machine).leaks, 2);
    assert_int_equal(dddk_host_statistics(bench.machine).dma_live, 0);
    assert_int_equal(dddk_test_close(bench.machine), 2);
}

static void no_memory_for_payload_stops_the_start(void **state)
{
    struct bench bench;
    struct dddk_dma_memory most;
    (void)state;

    open_bench(&bench);
    assert_int_equal(dddk_host_net_close(&bench.gadget->dddk), 0);
    assert_int_equal(
        dddk_port_dma_limits(&bench.gadget->dddk, &(struct dddk_dma_limits){.address_bits = 30}),
        0);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 31 << 20, 1, &most), 0);
    assert_int_equal(dddk_host_net_open(&bench.gadget->dddk, received, &bench), DDDK_ENOMEM);
    assert_int_equal(dddk_host_statistics(bench.machine).dma_live, 1); /* nothing of the pool */
    dddk_dma_free(&bench.gadget->dddk, &most);
    assert_int_equal(dddk_host_net_open(&bench.gadget->dddk, received, &bench), 0);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_is_not_open_takes_no_frames),
        cmocka_unit_test(nothing_is_sent_through_a_closed_gate),
        cmocka_unit_test(only_a_net_device_can_be_opened_as_one),
        cmocka_unit_test(a_frame_goes_out_from_dma_memory_and_comes_back_by_its_cookie),
        cmocka_unit_test(a_frame_longer_than_a_buffer_goes_out_in_segments),
        cmocka_unit_test(frames_that_do_not_fit_are_refused),
        cmocka_unit_test(neither_direction_can_starve_the_other),
        cmocka_unit_test(no_room_stops_the_queue_until_it_is_woken),
        cmocka_unit_test(room_that_came_before_the_queue_was_stopped_is_seen),
        cmocka_unit_test(a_frame_in_one_buffer_is_handed_on),
        cmocka_unit_test(a_frame_in_several_buffers_is_put_together),
        cmocka_unit_test(a_frame_that_is_too_long_is_dropped_whole),
        cmocka_unit_test(frames_that_nobody_wants_are_counted),
        cmocka_unit_test(a_buffer_is_handed_back_once_by_whom_it_was_given_to),
        cmocka_unit_test(buffers_that_are_not_handed_back_are_leaks),
        cmocka_unit_test(no_memory_for_payload_stops_the_start),
    };

    return cmocka_run_group_tests_name("host_net", tests, NULL, NULL);
}
