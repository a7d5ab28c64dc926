/* SPDX-License-Identifier: MIT
 *
 * What goes wrong around QEMU: it is missing, refuses a device, dies, or stops answering; we die.
 * Each is reported in words that help, nothing hangs, and neither a process nor a file is left.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

static const char *const edu[] = {"edu,addr=4"};

static void pause_ms(long milliseconds)
{
    struct timespec pause = {.tv_nsec = milliseconds * 1000000};

    nanosleep(&pause, NULL);
}

static bool process_exists(int pid)
{
    return kill(pid, 0) == 0;
}

/* Names of ours or of QEMU's in a folder where temporary things go. */
static unsigned files_of_ours(const char *folder)
{
    DIR *open = opendir(folder);
    unsigned count = 0;

    for (struct dirent *entry; open && (entry = readdir(open)) != NULL;) {
        count += strstr(entry->d_name, "dddk-") != NULL ||
                 strstr(entry->d_name, "qemu_back_mem") != NULL ||
                 strncmp(entry->d_name, "vl.", 3) == 0;
    }
    if (open) {
        closedir(open);
    }
    return count;
}

static unsigned open_descriptors(void)
{
    DIR *open = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(open);
    while (readdir(open)) {
        count++;
    }
    closedir(open);
    return count;
}

static void assert_no_child(void)
{
    int status;

    assert_int_equal(waitpid(-1, &status, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void a_device_that_qemu_does_not_have_is_refused_in_its_own_words(void **state)
{
    static const char *const devices[] = {"no-such-nic,addr=4"};
    char why[600] = "";
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 1, .why = why, .why_bytes = sizeof(why)};
    unsigned before = open_descriptors();

    (void)state;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "'no-such-nic' is not a valid device model name"));
    assert_non_null(strstr(why, "status 1"));
    assert_int_equal(open_descriptors(), before);
    assert_no_child();
}

static void two_devices_in_one_slot_are_refused_in_qemus_words(void **state)
{
    static const char *const devices[] = {"edu,addr=4", "e1000,addr=4"};
    char why[600] = "";
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 2, .why = why, .why_bytes = sizeof(why)};

    (void)state;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "in use by edu"));
    assert_no_child();
}

static void a_missing_qemu_is_named_and_help_is_offered(void **state)
{
    char why[600] = "";
    const struct dddk_qemu_options options = {
        .program = "/nowhere/qemu-system-x86_64", .why = why, .why_bytes = sizeof(why)};
    unsigned before = open_descriptors();

    (void)state;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "/nowhere/qemu-system-x86_64"));
    assert_non_null(strstr(why, "No such file"));
    assert_non_null(strstr(why, "DDDK_QEMU"));
    assert_int_equal(open_descriptors(), before);
    assert_no_child();
}

static void the_environment_says_which_qemu(void **state)
{
    char why[600] = "";
    const struct dddk_qemu_options options = {.why = why, .why_bytes = sizeof(why)};
    const char *set = getenv("DDDK_QEMU");
    char *old = set ? strdup(set) : NULL;

    (void)state;
    setenv("DDDK_QEMU", "/nowhere/else", 1);
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "/nowhere/else"));
    if (old) {
        setenv("DDDK_QEMU", old, 1);
    } else {
        unsetenv("DDDK_QEMU");
    }
    free(old);
}

static void a_program_that_is_not_qemu_is_reported_and_does_not_hang(void **state)
{
    char why[600] = "";
    const struct dddk_qemu_options options = {
        .program = "/bin/false", .why = why, .why_bytes = sizeof(why)};

    (void)state;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "/bin/false"));
    assert_non_null(strstr(why, "status 1"));
    assert_no_child();
}

static void options_that_cannot_be_are_refused_before_qemu_runs(void **state)
{
    static const char *const bad_id[] = {"n0,local.type=inet"};
    static const char *const many[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                       "j", "k", "l", "m", "n", "o", "p", "q"};
    char why[600] = "";
    struct dddk_qemu_options options = {.why = why, .why_bytes = sizeof(why)};
    unsigned before = open_descriptors();

    (void)state;
    options.memory_bytes = 4096;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "4096 bytes"));
    options.memory_bytes = 0;
    options.netdevs = bad_id;
    options.netdev_count = 1;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "cannot be the ID"));
    options.netdevs = many;
    options.netdev_count = DDDK_COUNT(many);
    options.capture = true;
    assert_null(dddk_qemu_open(&options));
    assert_non_null(strstr(why, "more than 16"));
    assert_int_equal(open_descriptors(), before);
}

static void when_qemu_is_killed_everything_reads_all_ones(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    struct dddk_host *host = open_machine(&options);
    int pid = dddk_qemu_pid(host);

    (void)state;
    place(host, 4, 0x80000000);
    assert_int_equal(peek(host, 0x80000000), 0x010000ed);
    kill(pid, SIGKILL);
    for (unsigned i = 0; i < 10000; i++) {
        poke(host, 0x80000004, i);
    }
    assert_int_equal(peek(host, 0x80000000), 0xffffffff);
    assert_true(host->dead);
    assert_non_null(strstr(host->why_dead, "signal 9"));
    assert_int_equal(host->ops->config_read(host, slot(4), 0, 4), 0xffffffff);
    assert_true(host->ops->bus_read(host, DDDK_HOST_IO_SPACE, 0x80, 1) == 0xff);
    assert_false(host->ops->wait(host, host->ops->now_ns(host) + DDDK_SEC(60)));
    assert_false(host->ops->line_level(host, 20));
    assert_int_equal(dddk_qemu_set_link(host, "n0", true), DDDK_ENODEV);
    assert_non_null(strstr(dddk_qemu_message(host), "signal 9"));
    assert_no_child(); /* reaped already */
    dddk_host_close(host);
}

static void when_qemu_dies_in_a_wait_the_wait_ends(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    struct dddk_host *host = open_machine(&options);
    uint64_t start_ns = host->ops->now_ns(host);
    int pid = dddk_qemu_pid(host);
    pid_t killer = fork();

    (void)state;
    if (killer == 0) {
        pause_ms(50);
        kill(pid, SIGTERM);
        _exit(0);
    }
    assert_false(host->ops->wait(host, start_ns + DDDK_SEC(60)));
    assert_true(host->ops->now_ns(host) - start_ns < DDDK_SEC(10));
    assert_true(host->dead);
    assert_non_null(strstr(host->why_dead, "QEMU"));
    waitpid(killer, NULL, 0);
    dddk_host_close(host);
    assert_no_child();
}

static void what_qemu_said_before_it_died_is_in_the_report(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    struct dddk_host *host = open_machine(&options);

    (void)state;
    place(host, 4, 0x80000000);
    /* A DMA outside of edu's buffer: QEMU gives up with a message. */
    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, 0x80000080, 8, 0);
    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, 0x80000088, 8, 0);
    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, 0x80000090, 8, 64);
    host->ops->bus_write(host, DDDK_HOST_MEMORY_SPACE, 0x80000098, 8, 1);
    for (unsigned i = 0; i < 100000 && !host->dead; i++) {
        peek(host, 0x80000000);
    }
    assert_true(host->dead);
    assert_non_null(strstr(host->why_dead, "EDU: DMA range"));
    dddk_host_close(host);
    assert_no_child();
}

static void a_qemu_that_was_told_to_quit_is_gone_in_peace(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    struct dddk_host *host = open_machine(&options);

    (void)state;
    assert_int_equal(dddk_qemu_command(host, "quit", NULL), 0);
    assert_false(host->ops->wait(host, host->ops->now_ns(host) + DDDK_SEC(60)));
    assert_true(host->dead);
    assert_non_null(strstr(host->why_dead, "ended with status 0"));
    dddk_host_close(host);
    assert_no_child();
}

static void qemu_inherits_only_what_is_meant_for_it(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    int leaky[2]; /* not marked to be closed */
    struct dddk_host *host;
    char byte;

    (void)state;
    assert_int_equal(pipe(leaky), 0);
    host = open_machine(&options);
    close(leaky[1]);
    assert_int_equal(read(leaky[0], &byte, 1), 0); /* the end: nobody else can write to it */
    close(leaky[0]);
    dddk_host_close(host);
}

static void a_qemu_that_does_not_answer_is_given_up_and_killed(void **state)
{
    const struct dddk_qemu_options options = {
        .devices = edu, .device_count = 1, .patience_ns = DDDK_SEC(1)};
    struct dddk_host *host = open_machine(&options);
    uint64_t start_ns = host->ops->now_ns(host);
    int pid = dddk_qemu_pid(host);

    (void)state;
    kill(pid, SIGSTOP);
    /* More than the socket holds, so that the writes have to wait as well. */
    for (unsigned i = 0; i < 200000; i++) {
        poke(host, 0x80000004, i);
    }
    assert_int_equal(peek(host, 0x80000000), 0xffffffff);
    assert_true(host->dead);
    assert_non_null(strstr(host->why_dead, "did not answer within 1.0 s"));
    assert_true(host->ops->now_ns(host) - start_ns < DDDK_SEC(5));
    assert_false(process_exists(pid));
    dddk_host_close(host);
    assert_no_child();
}

static void closing_leaves_no_process_no_descriptor_and_no_file(void **state)
{
    static const char *const netdevs[] = {"n0"}, *const chardevs[] = {"s0"};
    const struct dddk_qemu_options options = {.devices = edu,
                                              .device_count = 1,
                                              .netdevs = netdevs,
                                              .netdev_count = 1,
                                              .chardevs = chardevs,
                                              .chardev_count = 1,
                                              .capture = true};
    unsigned descriptors = open_descriptors(), pid;

    (void)state;
    struct dddk_host *host = open_machine(&options);
    pid = (unsigned)dddk_qemu_pid(host);
    assert_true(process_exists((int)pid));
    assert_int_equal(files_of_ours("/dev/shm"), 0);
    assert_int_equal(files_of_ours("/tmp"), 0);
    dddk_host_close(host);
    assert_false(process_exists((int)pid));
    assert_int_equal(open_descriptors(), descriptors);
    assert_int_equal(files_of_ours("/dev/shm"), 0);
    assert_int_equal(files_of_ours("/tmp"), 0);
    assert_no_child();
}

static void when_we_are_killed_qemu_goes_too(void **state)
{
    const struct dddk_qemu_options options = {.devices = edu, .device_count = 1};
    int report[2], qemu = 0;
    bool gone = false;

    (void)state;
    assert_int_equal(pipe(report), 0);
    pid_t program = fork();
    if (program == 0) {
        struct dddk_host *host = dddk_qemu_open(&options);
        int pid = host ? dddk_qemu_pid(host) : -1;
        if (write(report[1], &pid, sizeof(pid)) == (ssize_t)sizeof(pid)) {
            pause();
        }
        _exit(1);
    }
    close(report[1]);
    assert_int_equal(read(report[0], &qemu, sizeof(qemu)), sizeof(qemu));
    close(report[0]);
    assert_true(qemu > 0 && process_exists(qemu));
    kill(program, SIGKILL);
    assert_int_equal(waitpid(program, NULL, 0), program);
    for (unsigned i = 0; i < 500 && !gone; i++) {
        char path[64], name[256] = "";
        FILE *stat;
        pause_ms(10);
        /* It is not our child, so whoever adopts it may leave it a zombie for a while. */
        snprintf(path, sizeof(path), "/proc/%d/stat", qemu);
        stat = fopen(path, "r");
        gone = !stat || !fgets(name, sizeof(name), stat) || strstr(name, ") Z ");
        if (stat) {
            fclose(stat);
        }
    }
    assert_true(gone);
    assert_int_equal(files_of_ours("/dev/shm"), 0);
    assert_int_equal(files_of_ours("/tmp"), 0);
}

static void two_machines_side_by_side_do_not_see_each_other(void **state)
{
    static const char *const other[] = {"edu,addr=4", "edu,addr=5"};
    const struct dddk_qemu_options one = {.devices = edu, .device_count = 1};
    const struct dddk_qemu_options two = {.devices = other, .device_count = 2};
    struct dddk_host *a = open_machine(&one), *b = open_machine(&two);

    (void)state;
    place(a, 4, 0x80000000);
    place(b, 4, 0x80000000);
    poke(a, 0x80000004, 1);
    poke(b, 0x80000004, 2);
    a->memory[0] = 1;
    b->memory[0] = 2;
    assert_int_equal(peek(a, 0x80000004), ~1u);
    assert_int_equal(peek(b, 0x80000004), ~2u);
    assert_int_equal(a->memory[0], 1);
    assert_int_equal(a->ops->config_read(a, slot(5), 0, 4), 0xffffffff);
    assert_int_equal(b->ops->config_read(b, slot(5), 0, 4), 0x11e81234);
    kill(dddk_qemu_pid(a), SIGKILL);
    assert_int_equal(peek(a, 0x80000004), 0xffffffff);
    assert_int_equal(peek(b, 0x80000004), ~2u);
    assert_false(b->dead);
    dddk_host_close(a);
    dddk_host_close(b);
    assert_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_qemu_does_not_have_is_refused_in_its_own_words),
        cmocka_unit_test(two_devices_in_one_slot_are_refused_in_qemus_words),
        cmocka_unit_test(a_missing_qemu_is_named_and_help_is_offered),
        cmocka_unit_test(the_environment_says_which_qemu),
        cmocka_unit_test(a_program_that_is_not_qemu_is_reported_and_does_not_hang),
        cmocka_unit_test(options_that_cannot_be_are_refused_before_qemu_runs),
        cmocka_unit_test(when_qemu_is_killed_everything_reads_all_ones),
        cmocka_unit_test(when_qemu_dies_in_a_wait_the_wait_ends),
        cmocka_unit_test(what_qemu_said_before_it_died_is_in_the_report),
        cmocka_unit_test(a_qemu_that_was_told_to_quit_is_gone_in_peace),
        cmocka_unit_test(qemu_inherits_only_what_is_meant_for_it),
        cmocka_unit_test(a_qemu_that_does_not_answer_is_given_up_and_killed),
        cmocka_unit_test(closing_leaves_no_process_no_descriptor_and_no_file),
        cmocka_unit_test(when_we_are_killed_qemu_goes_too),
        cmocka_unit_test(two_machines_side_by_side_do_not_see_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
