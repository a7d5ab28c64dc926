/* SPDX-License-Identifier: MIT
 *
 * The demo must notice what it claims to notice: each kind of harm is done on purpose, and its
 * steps must say so. Its sources are included, for the demo is a program and not part of the
 * archive.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "demo/frames.c"
#include "demo/machine.c"
#include "demo/pcap.c"
#include "demo/peer.c"
#include "demo/steps.c"
#include "tests/qemu/machine.h"

#define STREAM_FRAMES 3000u

static const struct demo_stream stream = {
    .seed = 7, .to = {2}, .from = {4}, .count = STREAM_FRAMES};

/* ---- frames and their ledger ---- */

static void every_length_comes_up_once_in_each_round(void **state)
{
    uint8_t frame[DEMO_FRAME_MAX];
    unsigned seen[DEMO_FRAME_MAX + 1] = {0};

    (void)state;
    for (uint32_t i = 0; i < 1455; i++) {
        seen[demo_frame_make(&stream, i, frame)]++;
    }
    for (unsigned length = DEMO_FRAME_MIN; length <= DEMO_FRAME_MAX; length++) {
        assert_int_equal(seen[length], 1);
    }
}

static void give(struct demo_ledger *ledger, uint32_t number)
{
    uint8_t frame[DEMO_FRAME_MAX];

    demo_ledger_take(ledger, frame, demo_frame_make(&stream, number, frame));
}

static void a_ledger_of_all_frames_is_perfect(void **state)
{
    struct demo_ledger ledger;

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    for (uint32_t i = 0; i < STREAM_FRAMES; i++) {
        assert_false(demo_ledger_is_perfect(&ledger));
        give(&ledger, i);
    }
    assert_true(demo_ledger_is_perfect(&ledger));
    give(&ledger, 0);
    assert_int_equal(ledger.repeated, 1);
    assert_false(demo_ledger_is_perfect(&ledger));
    demo_ledger_close(&ledger);
}

static void any_flipped_bit_makes_a_frame_corrupted(void **state)
{
    struct demo_ledger ledger;
    uint8_t frame[DEMO_FRAME_MAX];
    size_t length = demo_frame_make(&stream, 5, frame);

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    for (size_t bit = 0; bit < length * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
        demo_ledger_take(&ledger, frame, length);
        assert_int_equal(ledger.corrupted, bit + 1);
        frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(ledger.arrived, 0);
    demo_ledger_close(&ledger);
}

static void a_frame_of_another_length_or_number_is_corrupted(void **state)
{
    struct demo_ledger ledger;
    uint8_t frame[DEMO_FRAME_MAX + 1] = {0};
    size_t length = demo_frame_make(&stream, 5, frame);

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    demo_ledger_take(&ledger, frame, length - 1);
    demo_ledger_take(&ledger, frame, length + 1);
    demo_ledger_take(&ledger, frame, 0);
    demo_ledger_take(&ledger, frame, demo_frame_make(&stream, STREAM_FRAMES, frame));
    assert_int_equal(ledger.corrupted, 4);
    demo_ledger_close(&ledger);
}

static void a_frame_that_was_overtaken_is_noticed(void **state)
{
    struct demo_ledger ledger;

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    give(&ledger, 0);
    give(&ledger, 2);
    assert_int_equal(ledger.disordered, 0);
    give(&ledger, 1);
    assert_int_equal(ledger.disordered, 1);
    demo_ledger_close(&ledger);
}

/* ---- captures ---- */

static int new_file(void)
{
    int fd = memfd_create("dddk-test", MFD_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static void into_ledger(void *user, const uint8_t *frame, size_t length_bytes)
{
    demo_ledger_take(user, frame, length_bytes);
}

static void a_capture_gives_back_what_was_put_in(void **state)
{
    struct demo_ledger ledger;
    uint8_t frame[DEMO_FRAME_MAX];
    int fd = new_file();

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    assert_true(demo_pcap_begin(fd));
    for (uint32_t i = 0; i < STREAM_FRAMES; i++) {
        assert_true(demo_pcap_append(fd, i * 1000u, frame, demo_frame_make(&stream, i, frame)));
    }
    assert_null(demo_pcap_read(fd, into_ledger, &ledger));
    assert_true(demo_ledger_is_perfect(&ledger));
    demo_ledger_close(&ledger);
    close(fd);
}

static void a_capture_that_was_cut_off_is_refused(void **state)
{
    struct demo_ledger ledger;
    uint8_t frame[DEMO_FRAME_MAX];
    int fd = new_file();
    off_t end;

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    assert_non_null(demo_pcap_read(fd, into_ledger, &ledger));
    assert_true(demo_pcap_begin(fd));
    assert_true(demo_pcap_append(fd, 0, frame, demo_frame_make(&stream, 0, frame)));
    end = lseek(fd, 0, SEEK_CUR);
    for (off_t cut = 1; cut < end; cut++) {
        assert_int_equal(ftruncate(fd, end - cut), 0);
        /* A header alone is a capture of nothing. */
        assert_true((demo_pcap_read(fd, into_ledger, &ledger) == NULL) == (end - cut == 24));
    }
    assert_int_equal(ledger.arrived, 0);
    demo_ledger_close(&ledger);
    close(fd);
}

static void a_file_that_is_no_capture_is_refused(void **state)
{
    struct demo_ledger ledger;
    uint8_t bytes[64];
    int fd = new_file();

    (void)state;
    assert_true(demo_ledger_open(&ledger, &stream));
    memset(bytes, 0x5a, sizeof(bytes));
    assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
    assert_non_null(strstr(demo_pcap_read(fd, into_ledger, &ledger), "not an Ethernet capture"));
    demo_ledger_close(&ledger);
    close(fd);
}

/* ---- the whole demo, whole and hurt ---- */

static volatile sig_atomic_t interrupted;

/* Outlives a test that fails, so that its QEMU does not. */
static struct demo demo;

static void open_demo(const char *port)
{
    interrupted = 0;
    demo = (struct demo){.port = port,
                         .frames = 1500,
                         .seed = 5,
                         .patience_ns = DDDK_SEC(10), /* on a busy machine QEMU may stand still */
                         .interrupted = &interrupted};
    demo.peer.machine = &demo.machine;
    assert_true(demo_machine_open(&demo.machine, demo.port, demo_peer_arrival, &demo.peer));
}

static bool run_demo(void)
{
    return demo_bind(&demo) && demo_link_up(&demo) && demo_exchange(&demo) &&
           demo_check_capture(&demo) && demo_toggle_link(&demo) && demo_remove(&demo);
}

static int leave_no_demo(void **state)
{
    (void)state;
    demo_machine_close(&demo.machine);
    demo_ledger_close(&demo.peer.arrived);
    demo_ledger_close(&demo.in);
    demo_ledger_close(&demo.captured_out);
    demo_ledger_close(&demo.captured_in);
    return 0;
}

static void close_demo(void)
{
    leave_no_demo(NULL);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void nothing_is_lost_on(const char *port)
{
    open_demo(port);
    assert_true(run_demo());
    assert_int_equal(demo.faults, 0);
    assert_int_equal(demo.peer.arrived.arrived, demo.frames);
    assert_int_equal(demo.in.arrived, demo.frames);
    assert_int_equal(demo.captured_in.arrived, demo.frames);
    assert_int_equal(demo.most_in, DEMO_IN_FLIGHT);
    assert_int_equal(demo.most_out, DEMO_IN_FLIGHT);
    assert_true(demo.traffic.interrupts > 0);
    assert_int_equal(demo.link_downs, 1);
    assert_int_equal(demo.link_ups, 1);
    assert_true(demo.pestered > 0);
    close_demo();
}

static void nothing_is_lost_on_qemu(void **state)
{
    (void)state;
    nothing_is_lost_on("qemu");
}

static void nothing_is_lost_on_sim(void **state)
{
    (void)state;
    nothing_is_lost_on("sim");
}

/* A cable on which the frame `victim` meets a mishap. */
static bool (*good_send)(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes);
static unsigned sent_so_far, victim = 777;

static bool drop_one(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    return sent_so_far++ == victim || good_send(machine, frame, length_bytes);
}

static bool harm_one(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    uint8_t harmed[DEMO_FRAME_MAX];

    memcpy(harmed, frame, length_bytes);
    harmed[length_bytes - 1] ^= sent_so_far == victim;
    if (!good_send(machine, harmed, length_bytes)) {
        return false;
    }
    sent_so_far++;
    return true;
}

static bool double_one(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    if (sent_so_far == victim && !good_send(machine, frame, length_bytes)) {
        return false;
    }
    sent_so_far++;
    return good_send(machine, frame, length_bytes);
}

static void mishap(const char *port, bool (*send)(struct demo_machine *, const uint8_t *, size_t))
{
    open_demo(port);
    good_send = demo.machine.send;
    demo.machine.send = send;
    sent_so_far = 0;
    assert_true(demo_bind(&demo) && demo_link_up(&demo) && demo_exchange(&demo));
    assert_true(demo.faults > 0);
    demo_check_capture(&demo);
}

static void a_frame_that_is_lost_on_its_way_in_is_reported(void **state)
{
    (void)state;
    mishap("sim", drop_one);
    assert_int_equal(demo.in.arrived, demo.frames - 1);
    assert_int_equal(demo.peer.arrived.arrived, demo.frames);
    assert_int_equal(demo.captured_in.arrived, demo.frames - 1);
    assert_int_equal(demo.faults, 2);
    close_demo();
}

static void a_frame_that_is_harmed_on_its_way_in_is_reported(void **state)
{
    (void)state;
    mishap("qemu", harm_one);
    assert_int_equal(demo.in.corrupted, 1);
    assert_int_equal(demo.in.arrived, demo.frames - 1);
    assert_int_equal(demo.captured_in.corrupted, 1);
    close_demo();
}

static void a_frame_that_comes_twice_is_reported(void **state)
{
    (void)state;
    mishap("qemu", double_one);
    assert_int_equal(demo.in.repeated, 1);
    assert_int_equal(demo.in.arrived, demo.frames);
    close_demo();
}

static void qemu_killed_in_the_middle_ends_the_demo_with_the_reason(void **state)
{
    (void)state;
    open_demo("qemu");
    assert_true(demo_bind(&demo) && demo_link_up(&demo));
    kill(dddk_qemu_pid(demo.machine.host), SIGKILL);
    assert_false(demo_exchange(&demo));
    assert_true(demo.faults > 0);
    assert_non_null(strstr(demo.machine.host->why_dead, "signal 9"));
    close_demo();
}

static void an_interrupted_demo_stops_and_leaves_nothing(void **state)
{
    (void)state;
    open_demo("qemu");
    assert_true(demo_bind(&demo) && demo_link_up(&demo));
    interrupted = SIGINT;
    assert_false(demo_exchange(&demo));
    assert_int_equal(demo.faults, 0);
    close_demo();
}

/* Let the card go on as if the driver had forgotten to stop it. */
static bool revive(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    struct dddk_host *host = machine->host;
    uint64_t base = host->ops->config_read(host, machine->where, PCI_BAR0, 4) & ~0xfu;

    if (!demo.dev && sent_so_far++ == 0) {
        host->ops->config_write(host, machine->where, PCI_COMMAND, 2,
                                COMMAND_MEMORY | COMMAND_MASTER);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, base + E1000_RDT, 4, 8);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, base + E1000_RDH, 4, 0);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, base + E1000_IMS, 4, 0x80);
        host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, base + E1000_RCTL, 4,
                             E1000_RCTL_EN_MASK);
    }
    return good_send(machine, frame, length_bytes);
}

static void a_card_that_was_not_stopped_is_found_out(void **state)
{
    (void)state;
    open_demo("qemu");
    demo.frames = 100;
    sent_so_far = 0;
    good_send = demo.machine.send;
    demo.machine.send = revive;
    assert_true(run_demo());
    assert_true(demo.damage > 0);
    /* bus mastering, the pin, the mask, the memory */
    assert_int_equal(demo.faults, 4);
    close_demo();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_comes_up_once_in_each_round),
        cmocka_unit_test(a_ledger_of_all_frames_is_perfect),
        cmocka_unit_test(any_flipped_bit_makes_a_frame_corrupted),
        cmocka_unit_test(a_frame_of_another_length_or_number_is_corrupted),
        cmocka_unit_test(a_frame_that_was_overtaken_is_noticed),
        cmocka_unit_test(a_capture_gives_back_what_was_put_in),
        cmocka_unit_test(a_capture_that_was_cut_off_is_refused),
        cmocka_unit_test(a_file_that_is_no_capture_is_refused),
        cmocka_unit_test_teardown(nothing_is_lost_on_qemu, leave_no_demo),
        cmocka_unit_test_teardown(nothing_is_lost_on_sim, leave_no_demo),
        cmocka_unit_test_teardown(a_frame_that_is_lost_on_its_way_in_is_reported, leave_no_demo),
        cmocka_unit_test_teardown(a_frame_that_is_harmed_on_its_way_in_is_reported, leave_no_demo),
        cmocka_unit_test_teardown(a_frame_that_comes_twice_is_reported, leave_no_demo),
        cmocka_unit_test_teardown(qemu_killed_in_the_middle_ends_the_demo_with_the_reason,
                                  leave_no_demo),
        cmocka_unit_test_teardown(an_interrupted_demo_stops_and_leaves_nothing, leave_no_demo),
        cmocka_unit_test_teardown(a_card_that_was_not_stopped_is_found_out, leave_no_demo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
