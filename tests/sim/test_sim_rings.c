/* SPDX-License-Identifier: MIT
 *
 * The device's side of rings, driven by hand: descriptors written into DMA memory, doorbells rung,
 * marks looked at.
 */
#include "gadget.h"

enum { ENTRIES = 8, PAYLOAD = 0x1000 };

struct bench {
    struct dddk_host *machine;
    struct gadget *gadget;
    struct dddk_model *model;
    struct dddk_dma_memory memory; /* entries of "in", entries of "out" behind 512 bytes, payload */
    unsigned frames;
    size_t length_bytes;
    uint8_t frame[20000];
};

static void listen(void *user, const void *frame, size_t length_bytes)
{
    struct bench *bench = user;

    bench->frames++;
    bench->length_bytes = length_bytes;
    memcpy(bench->frame, frame, length_bytes);
}

static uint8_t *entry(struct bench *bench, bool out, unsigned index)
{
    return (uint8_t *)bench->memory.cpu + (out ? 512 : 0) + index * GADGET_ENTRY_BYTES;
}

/* Big-endian, as the gadget's rings are. */
static void put_entry(struct bench *bench, bool out, unsigned index, uint64_t address,
                      unsigned length, uint8_t marks)
{
    uint8_t *at = entry(bench, out, index);

    for (unsigned i = 0; i < 8; i++) {
        at[i] = (uint8_t)(address >> (56 - 8 * i));
    }
    at[8] = (uint8_t)(length >> 8);
    at[9] = (uint8_t)length;
    at[10] = marks;
    at[11] = 0xee; /* not the device's */
}

static uint64_t payload(const struct bench *bench, unsigned offset)
{
    return bench->memory.device.value + PAYLOAD + offset;
}

static uint8_t *payload_cpu(const struct bench *bench, unsigned offset)
{
    return (uint8_t *)bench->memory.cpu + PAYLOAD + offset;
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof(*bench));
    bench->machine = gadget_machine(&gadget_driver, 1, true);
    bench->gadget = gadget_number(bench->machine, 0);
    bench->model = gadget_model(bench->gadget);
    dddk_test_listen(bench->model, listen, bench);
    assert_int_equal(dddk_dma_alloc(&bench->gadget->dddk, 0x10000, 0x10000, &bench->memory), 0);
    uint64_t base = bench->memory.device.value;
    dddk_write64(&bench->gadget->mmio, GADGET_IN_BASE, base);
    gadget_write(bench->gadget, GADGET_IN_SIZE, ENTRIES * GADGET_ENTRY_BYTES);
    gadget_write(bench->gadget, GADGET_IN_HEAD, 0);
    gadget_write(bench->gadget, GADGET_IN_TAIL, 0);
    gadget_write(bench->gadget, GADGET_OUT_LOW, (uint32_t)(base + 512));
    gadget_write(bench->gadget, GADGET_OUT_HIGH, (uint32_t)((base + 512) >> 32));
    gadget_write(bench->gadget, GADGET_OUT_COUNT, ENTRIES);
    gadget_write(bench->gadget, GADGET_OUT_TAIL, 0);
    gadget_write(bench->gadget, GADGET_CTRL, GADGET_IN_ENABLE | GADGET_OUT_ENABLE);
}

static uint64_t close_bench(struct bench *bench)
{
    dddk_dma_free(&bench->gadget->dddk, &bench->memory);
    return dddk_test_close(bench->machine);
}

static uint32_t causes(struct bench *bench)
{
    return gadget_acknowledge(bench->gadget);
}

/* ---- to the device ---- */

static void a_frame_goes_out_a_little_after_the_doorbell(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    memset(payload_cpu(&bench, 0), 0x77, 100);
    put_entry(&bench, false, 0, payload(&bench, 0), 100, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    assert_int_equal(bench.frames, 0);
    dddk_test_run(bench.machine, 999);
    assert_int_equal(bench.frames, 0);
    dddk_test_run(bench.machine, 1);
    assert_int_equal(bench.frames, 1);
    assert_int_equal(bench.length_bytes, 100);
    assert_int_equal(bench.frame[99], 0x77);
    assert_int_equal(entry(&bench, false, 0)[10], GADGET_LAST | GADGET_REPORT | GADGET_DONE);
    assert_int_equal(entry(&bench, false, 0)[11], 0xee);
    assert_int_equal(gadget_read(bench.gadget, GADGET_IN_HEAD), 1);
    assert_int_equal(causes(&bench), GADGET_IN);
    assert_int_equal(close_bench(&bench), 0);
}

static void entries_are_gathered_until_one_is_the_last(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < 3; i++) {
        memset(payload_cpu(&bench, 100 * i), (int)i + 1, 100);
        put_entry(&bench, false, i, payload(&bench, 100 * i), 10 * (i + 1),
                  i == 2 ? GADGET_LAST | GADGET_REPORT : 0);
    }
    gadget_write(bench.gadget, GADGET_IN_TAIL, 2); /* the last one is not given yet */
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 0);
    assert_int_equal(causes(&bench), 0);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 3);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(bench.length_bytes, 60);
    assert_int_equal(bench.frame[9], 1);
    assert_int_equal(bench.frame[10], 2);
    assert_int_equal(bench.frame[59], 3);
    assert_int_equal(entry(&bench, false, 0)[10], 0); /* only the last one reports */
    assert_int_equal(entry(&bench, false, 2)[10] & GADGET_DONE, GADGET_DONE);
    assert_int_equal(close_bench(&bench), 0);
}

static void what_does_not_ask_for_a_report_gets_none(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    put_entry(&bench, false, 0, payload(&bench, 0), 64, GADGET_LAST);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(entry(&bench, false, 0)[10], GADGET_LAST);
    assert_int_equal(causes(&bench), 0);
    assert_int_equal(close_bench(&bench), 0);
}

static void a_ring_goes_round(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < 3 * ENTRIES; i++) {
        payload_cpu(&bench, 0)[0] = (uint8_t)i;
        put_entry(&bench, false, i % ENTRIES, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
        gadget_write(bench.gadget, GADGET_IN_TAIL, (i + 1) % ENTRIES);
        dddk_test_run(bench.machine, DDDK_USEC(2));
        assert_int_equal(bench.frames, i + 1);
        assert_int_equal(bench.frame[0], i);
    }
    assert_int_equal(close_bench(&bench), 0);
}

static void a_ring_that_is_off_does_nothing_until_it_is_on(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_CTRL, 0);
    put_entry(&bench, false, 0, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 0);
    gadget_write(bench.gadget, GADGET_CTRL, GADGET_IN_ENABLE);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(close_bench(&bench), 0);
}

static void an_index_outside_the_ring_turns_it_off(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    gadget_write(bench.gadget, GADGET_IN_TAIL, ENTRIES);
    assert_int_equal(gadget_read(bench.gadget, GADGET_CTRL), GADGET_OUT_ENABLE);
    assert_int_equal(dddk_test_counters(bench.model).complaints, 1);
    assert_int_equal(close_bench(&bench), 1);
}

static void a_ring_that_cannot_be_read_is_turned_off(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    dddk_write64(&bench.gadget->mmio, GADGET_IN_BASE, 0x123000);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 0);
    assert_int_equal(gadget_read(bench.gadget, GADGET_CTRL), GADGET_OUT_ENABLE);
    assert_int_equal(dddk_test_damage(bench.machine).dma_faults, 1);
    assert_int_equal(close_bench(&bench), 1);
}

static void a_frame_that_cannot_be_read_is_not_sent(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    put_entry(&bench, false, 0, 0x123000, 64, GADGET_LAST | GADGET_REPORT);
    put_entry(&bench, false, 1, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 2);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(dddk_test_damage(bench.machine).dma_faults, 1);
    assert_int_equal(close_bench(&bench), 1);
}

static void what_is_not_aligned_as_the_device_needs_it_is_not_reached(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    put_entry(&bench, false, 0, payload(&bench, 0) + 2, 64, GADGET_LAST | GADGET_REPORT);
    put_entry(&bench, false, 1, payload(&bench, 0) + 4, 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 2);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(dddk_test_damage(bench.machine).dma_faults, 1);
    assert_int_equal(close_bench(&bench), 1);
}

static void empty_and_endless_frames_are_complained_about(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    put_entry(&bench, false, 0, payload(&bench, 0), 0, GADGET_LAST | GADGET_REPORT);
    put_entry(&bench, false, 1, payload(&bench, 0), 10000, 0);
    put_entry(&bench, false, 2, payload(&bench, 0), 10000, GADGET_LAST | GADGET_REPORT);
    put_entry(&bench, false, 3, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 4);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1); /* the one in order */
    assert_int_equal(bench.length_bytes, 64);
    assert_int_equal(dddk_test_counters(bench.model).complaints, 2);
    assert_int_equal(close_bench(&bench), 2);
}

/* ---- from the device ---- */

static void post(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put_entry(bench, true, i, payload(bench, GADGET_BUFFER_BYTES * i), 0xffff, 0xff);
    }
    gadget_write(bench->gadget, GADGET_OUT_TAIL, count);
}

static void a_frame_waits_for_buffers(void **state)
{
    struct bench bench;
    uint8_t frame[60];
    (void)state;

    open_bench(&bench);
    memset(frame, 0x33, sizeof(frame));
    assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_queued(bench.model), 1);
    post(&bench, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_queued(bench.model), 0);
    assert_memory_equal(payload_cpu(&bench, 0), frame, sizeof(frame));
    assert_int_equal(entry(&bench, true, 0)[8], 0);
    assert_int_equal(entry(&bench, true, 0)[9], 60);
    /* every mark is the device's: what it does not say is 0 */
    assert_int_equal(entry(&bench, true, 0)[10], GADGET_DONE | GADGET_LAST);
    assert_int_equal(entry(&bench, true, 0)[11], 0xee);
    assert_int_equal(causes(&bench), GADGET_OUT);
    assert_int_equal(close_bench(&bench), 0);
}

static void a_wire_that_has_run_empty_is_used_again(void **state)
{
    struct bench bench;
    uint8_t frame[60] = {0};
    (void)state;

    open_bench(&bench);
    post(&bench, 3);
    for (unsigned i = 0; i < 3; i++) {
        frame[0] = (uint8_t)(i + 1);
        assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
        dddk_test_run(bench.machine, DDDK_USEC(2));
        assert_int_equal(dddk_test_queued(bench.model), 0);
        assert_int_equal(payload_cpu(&bench, GADGET_BUFFER_BYTES * i)[0], i + 1);
    }
    assert_int_equal(close_bench(&bench), 0);
}

static void a_long_frame_fills_several_buffers_at_once_or_none(void **state)
{
    struct bench bench;
    uint8_t frame[150];
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < sizeof(frame); i++) {
        frame[i] = (uint8_t)i;
    }
    assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
    post(&bench, 2); /* one short */
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_queued(bench.model), 1);
    assert_int_equal(entry(&bench, true, 0)[10], 0xff); /* untouched */
    post(&bench, 3);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_queued(bench.model), 0);
    assert_int_equal(entry(&bench, true, 0)[10], GADGET_DONE);
    assert_int_equal(entry(&bench, true, 1)[10], GADGET_DONE);
    assert_int_equal(entry(&bench, true, 2)[10], GADGET_DONE | GADGET_LAST);
    assert_int_equal(entry(&bench, true, 2)[9], 150 - 128);
    assert_memory_equal(payload_cpu(&bench, 0), frame, sizeof(frame));
    assert_int_equal(close_bench(&bench), 0);
}

static void a_frame_that_the_ring_can_never_hold_is_lost(void **state)
{
    struct bench bench;
    static uint8_t frame[GADGET_BUFFER_BYTES * ENTRIES];
    (void)state;

    open_bench(&bench);
    assert_int_equal(dddk_test_send(bench.model, frame, GADGET_BUFFER_BYTES * (ENTRIES - 1) + 1),
                     0);
    assert_int_equal(dddk_test_send(bench.model, frame, GADGET_BUFFER_BYTES * (ENTRIES - 1)), 0);
    post(&bench, ENTRIES - 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_counters(bench.model).frames_lost, 1);
    assert_int_equal(dddk_test_counters(bench.model).frames_received, 1);
    assert_int_equal(close_bench(&bench), 0);
}

static void a_broken_frame_is_marked_in_its_last_entry(void **state)
{
    struct bench bench;
    uint8_t frame[100] = {0};
    (void)state;

    open_bench(&bench);
    post(&bench, 4);
    assert_int_equal(dddk_test_send_bad(bench.model, frame, sizeof(frame), 0), 0);
    assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(entry(&bench, true, 0)[10], GADGET_DONE);
    assert_int_equal(entry(&bench, true, 1)[10], GADGET_DONE | GADGET_LAST | GADGET_BAD);
    assert_int_equal(entry(&bench, true, 3)[10], GADGET_DONE | GADGET_LAST);
    assert_int_equal(close_bench(&bench), 0);
}

static void a_buffer_out_of_reach_is_a_fault_and_the_ring_goes_on(void **state)
{
    struct bench bench;
    uint8_t frame[60] = {0};
    (void)state;

    open_bench(&bench);
    put_entry(&bench, true, 0, 0x123000, 0, 0);
    put_entry(&bench, true, 1, payload(&bench, 0), 0, 0);
    gadget_write(bench.gadget, GADGET_OUT_TAIL, 2);
    assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
    assert_int_equal(dddk_test_send(bench.model, frame, sizeof(frame)), 0);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(dddk_test_damage(bench.machine).dma_faults, 1);
    assert_int_equal(entry(&bench, true, 1)[10], GADGET_DONE | GADGET_LAST);
    assert_int_equal(close_bench(&bench), 1);
}

/* ---- wires ---- */

static void the_wire_holds_1024_frames(void **state)
{
    struct bench bench;
    static uint8_t frame[16385];
    (void)state;

    open_bench(&bench);
    for (unsigned i = 0; i < 1024; i++) {
        assert_int_equal(dddk_test_send(bench.model, frame, 60), 0);
    }
    assert_int_equal(dddk_test_send(bench.model, frame, 60), DDDK_ENOSPC);
    assert_int_equal(dddk_test_queued(bench.model), 1024);
    assert_int_equal(dddk_test_send(bench.model, frame, 0), DDDK_EMSGSIZE);
    assert_int_equal(dddk_test_send(bench.model, frame, 16385), DDDK_EMSGSIZE);
    dddk_test_cable(bench.model, false); /* what is on it is lost */
    assert_int_equal(dddk_test_queued(bench.model), 0);
    assert_int_equal(dddk_test_counters(bench.model).frames_lost, 1024);
    assert_int_equal(dddk_test_send(bench.model, frame, 60), DDDK_ENODEV);
    dddk_test_cable(bench.model, true);
    assert_int_equal(dddk_test_send(bench.model, frame, 16384), 0);
    assert_int_equal(close_bench(&bench), 0);
}

static void without_a_cable_frames_are_lost_and_reported_as_sent(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    dddk_test_cable(bench.model, false);
    assert_false(dddk_model_link(bench.model));
    put_entry(&bench, false, 0, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 0);
    assert_int_equal(dddk_test_counters(bench.model).frames_lost, 1);
    assert_int_equal(entry(&bench, false, 0)[10] & GADGET_DONE, GADGET_DONE);
    assert_int_equal(close_bench(&bench), 0);
}

static void what_one_device_sends_the_other_receives(void **state)
{
    struct bench bench;
    (void)state;

    open_bench(&bench);
    struct dddk_model *other = dddk_test_add(bench.machine, &gadget_model_type, 9);
    dddk_test_connect(bench.model, other);
    put_entry(&bench, false, 0, payload(&bench, 0), 64, GADGET_LAST | GADGET_REPORT);
    gadget_write(bench.gadget, GADGET_IN_TAIL, 1);
    dddk_test_run(bench.machine, DDDK_MSEC(1));
    assert_int_equal(bench.frames, 1);
    assert_int_equal(dddk_test_queued(other), 1);
    assert_int_equal(dddk_test_queued(bench.model), 0);
    assert_int_equal(close_bench(&bench), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_goes_out_a_little_after_the_doorbell),
        cmocka_unit_test(entries_are_gathered_until_one_is_the_last),
        cmocka_unit_test(what_does_not_ask_for_a_report_gets_none),
        cmocka_unit_test(a_ring_goes_round),
        cmocka_unit_test(a_ring_that_is_off_does_nothing_until_it_is_on),
        cmocka_unit_test(an_index_outside_the_ring_turns_it_off),
        cmocka_unit_test(a_ring_that_cannot_be_read_is_turned_off),
        cmocka_unit_test(a_frame_that_cannot_be_read_is_not_sent),
        cmocka_unit_test(what_is_not_aligned_as_the_device_needs_it_is_not_reached),
        cmocka_unit_test(empty_and_endless_frames_are_complained_about),
        cmocka_unit_test(a_frame_waits_for_buffers),
        cmocka_unit_test(a_wire_that_has_run_empty_is_used_again),
        cmocka_unit_test(a_long_frame_fills_several_buffers_at_once_or_none),
        cmocka_unit_test(a_frame_that_the_ring_can_never_hold_is_lost),
        cmocka_unit_test(a_broken_frame_is_marked_in_its_last_entry),
        cmocka_unit_test(a_buffer_out_of_reach_is_a_fault_and_the_ring_goes_on),
        cmocka_unit_test(the_wire_holds_1024_frames),
        cmocka_unit_test(without_a_cable_frames_are_lost_and_reported_as_sent),
        cmocka_unit_test(what_one_device_sends_the_other_receives),
    };

    return cmocka_run_group_tests_name("sim_rings", tests, NULL, NULL);
}
