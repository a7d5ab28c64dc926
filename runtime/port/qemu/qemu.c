/* SPDX-License-Identifier: MIT
 *
 * Opening the machine: descriptors for everything that would otherwise be a file, the command line,
 * the first exchange. And the small public functions around it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

#define MIB ((size_t)1 << 20)
#define ROM_BYTES 0x10000u
#define INHERIT_MAX (4u + 2u * DDDK_QEMU_PEERS)

/* What lives only until the child runs: its ends of everything, and its command line. */
struct launch {
    struct dddk_qemu *qemu;
    const struct dddk_qemu_options *options;
    struct dddk_qemu_arguments arguments;
    int theirs[INHERIT_MAX]; /* closed here once the child has them */
    unsigned their_count;
    int captures[DDDK_QEMU_PEERS]; /* the child's too, but we keep them */
    unsigned capture_count;
    char why[900];
};

static bool refuse(struct launch *launch, const char *format, ...) DDDK_PRINTF(2, 3);
static bool refuse(struct launch *launch, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(launch->why, sizeof(launch->why), format, values);
    va_end(values);
    return false;
}

static bool hand_over(struct launch *launch, int fd)
{
    if (fd < 0) {
        return refuse(launch, "no descriptor: %s", strerror(errno));
    }
    launch->theirs[launch->their_count++] = fd;
    return true;
}

/* A pair of connected sockets: ours is returned, theirs is handed over. -1 after refusing. */
static int make_pair(struct launch *launch, int type)
{
    int pair[2], room = 1 << 20;

    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) {
        refuse(launch, "no socket: %s", strerror(errno));
        return -1;
    }
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    for (unsigned i = 0; i < 2; i++) {
        /* As much as the system grants; less costs speed only. */
        setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    }
    hand_over(launch, pair[1]);
    return pair[0];
}

static bool make_memory(struct launch *launch)
{
    struct dddk_qemu *qemu = launch->qemu;
    size_t bytes = launch->options->memory_bytes ? launch->options->memory_bytes : 64 * MIB;
    int fd;

    if (bytes % MIB != 0 || bytes < 2 * MIB || bytes > 2048 * MIB) {
        return refuse(launch, "%zu bytes of memory: not a multiple of 1 MiB from 2 MiB to 2 GiB",
                      bytes);
    }
    fd = memfd_create("dddk-memory", MFD_CLOEXEC);
    if (!hand_over(launch, fd)) {
        return false;
    }
    if (ftruncate(fd, (off_t)bytes) != 0) {
        return refuse(launch, "no memory: %s", strerror(errno));
    }
    qemu->mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (qemu->mapping == MAP_FAILED) {
        qemu->mapping = NULL;
        return refuse(launch, "no memory: %s", strerror(errno));
    }
    qemu->mapping_bytes = bytes;
    /* Below 1 MiB a PC has holes: video memory and shadowed firmware. */
    qemu->host.memory = qemu->mapping + MIB;
    qemu->host.memory_device = MIB;
    qemu->host.memory_bytes = bytes - MIB;
    dddk_qemu_argue(&launch->arguments, "-object");
    dddk_qemu_argue(
        &launch->arguments,
        "memory-backend-file,id=dddk-memory,size=%zuM,share=on,mem-path=/proc/self/fd/%d",
        bytes / MIB, fd);
    dddk_qemu_argue(&launch->arguments, "-m");
    dddk_qemu_argue(&launch->arguments, "%zuM", bytes / MIB);
    return true;
}

/* The processor has nothing to do: where it starts, 16 bytes below the end, it halts for good. */
static bool make_rom(struct launch *launch)
{
    static const uint8_t halt[] = {0xfa, 0xf4, 0xeb, 0xfd}; /* cli; hlt; jmp to the hlt */
    int fd = memfd_create("dddk-rom", MFD_CLOEXEC);

    if (!hand_over(launch, fd)) {
        return false;
    }
    if (ftruncate(fd, ROM_BYTES) != 0 ||
        pwrite(fd, halt, sizeof(halt), ROM_BYTES - 16) != (ssize_t)sizeof(halt)) {
        return refuse(launch, "no firmware: %s", strerror(errno));
    }
    dddk_qemu_argue(&launch->arguments, "-bios");
    dddk_qemu_argue(&launch->arguments, "/proc/self/fd/%d", fd);
    return true;
}

static bool make_consoles(struct launch *launch)
{
    struct dddk_qemu *qemu = launch->qemu;
    int theirs;

    qemu->qtest.fd = make_pair(launch, SOCK_STREAM);
    if (qemu->qtest.fd < 0) {
        return false;
    }
    theirs = launch->theirs[launch->their_count - 1];
    /* QEMU looks for the character device of this name, whatever -qtest says. */
    dddk_qemu_argue(&launch->arguments, "-chardev");
    dddk_qemu_argue(&launch->arguments, "socket,id=qtest,fd=%d", theirs);
    dddk_qemu_argue(&launch->arguments, "-qtest");
    dddk_qemu_argue(&launch->arguments, "chardev:qtest");
    dddk_qemu_argue(&launch->arguments, "-qtest-log");
    dddk_qemu_argue(&launch->arguments, "none");

    qemu->qmp.fd = make_pair(launch, SOCK_STREAM);
    if (qemu->qmp.fd < 0) {
        return false;
    }
    theirs = launch->theirs[launch->their_count - 1];
    dddk_qemu_argue(&launch->arguments, "-chardev");
    dddk_qemu_argue(&launch->arguments, "socket,id=dddk-qmp,fd=%d", theirs);
    dddk_qemu_argue(&launch->arguments, "-mon");
    dddk_qemu_argue(&launch->arguments, "chardev=dddk-qmp,mode=control");
    return true;
}

/* What QEMU takes for an ID, and nothing that could continue an option or a JSON string. */
static bool is_id(const char *id)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char others[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    size_t length = strlen(id);

    return length > 0 && length < sizeof(((struct dddk_qemu_end *)0)->id) &&
           strchr(letters, id[0]) && strspn(id, others) == length;
}

static bool make_capture(struct launch *launch, struct dddk_qemu_end *end)
{
    end->capture = memfd_create("dddk-capture", MFD_CLOEXEC);
    if (end->capture < 0) {
        return refuse(launch, "no capture: %s", strerror(errno));
    }
    launch->captures[launch->capture_count++] = end->capture;
    dddk_qemu_argue(&launch->arguments, "-object");
    dddk_qemu_argue(&launch->arguments, "filter-dump,id=%s-capture,netdev=%s,file=/proc/self/fd/%d",
                    end->id, end->id, end->capture);
    return true;
}

static bool make_end(struct launch *launch, const char *id, bool is_netdev)
{
    struct dddk_qemu *qemu = launch->qemu;
    struct dddk_qemu_end *end = &qemu->ends[qemu->end_count];
    int fd, theirs;

    if (!is_id(id)) {
        return refuse(launch, "\"%s\" cannot be the ID of a %s", id,
                      is_netdev ? "netdev" : "chardev");
    }
    if (qemu->end_count == DDDK_QEMU_PEERS) {
        return refuse(launch, "more than %u netdevs and chardevs", DDDK_QEMU_PEERS);
    }
    fd = make_pair(launch, is_netdev ? SOCK_DGRAM : SOCK_STREAM);
    if (fd < 0) {
        return false;
    }
    theirs = launch->theirs[launch->their_count - 1];
    *end = (struct dddk_qemu_end){.is_netdev = is_netdev, .fd = fd, .capture = -1};
    memcpy(end->id, id, strlen(id) + 1);
    qemu->end_count++;
    dddk_qemu_argue(&launch->arguments, is_netdev ? "-netdev" : "-chardev");
    dddk_qemu_argue(&launch->arguments,
                    is_netdev ? "dgram,id=%s,local.type=fd,local.str=%d" : "socket,id=%s,fd=%d", id,
                    theirs);
    return !(is_netdev && launch->options->capture) || make_capture(launch, end);
}

static bool make_ends(struct launch *launch)
{
    const struct dddk_qemu_options *options = launch->options;

    for (unsigned i = 0; i < options->netdev_count; i++) {
        if (!make_end(launch, options->netdevs[i], true)) {
            return false;
        }
    }
    for (unsigned i = 0; i < options->chardev_count; i++) {
        if (!make_end(launch, options->chardevs[i], false)) {
            return false;
        }
    }
    return true;
}

static const char *program_of(const struct dddk_qemu_options *options)
{
    const char *program = options->program ? options->program : getenv("DDDK_QEMU");

    return program && *program ? program : "qemu-system-x86_64";
}

/*
 * No timer of the machine runs by itself (no PIT, no HPET), so virtual time, which jumps to the
 * next timer while the processor sleeps, moves only for the devices under test.
 */
static void argue_machine(struct launch *launch)
{
    static const char *const fixed[] = {
        "-no-user-config",
        "-nodefaults",
        "-display",
        "none",
        "-accel",
        "tcg",
        "-icount",
        "shift=0,sleep=off",
        "-machine",
        "q35,memory-backend=dddk-memory,pit=off,hpet=off,sata=off,smbus=off,vmport=off,i8042=off",
    };

    dddk_qemu_argue(&launch->arguments, "%s", program_of(launch->options));
    for (unsigned i = 0; i < DDDK_COUNT(fixed); i++) {
        dddk_qemu_argue(&launch->arguments, "%s", fixed[i]);
    }
}

static bool run(struct launch *launch)
{
    struct dddk_qemu *qemu = launch->qemu;
    int inherit[INHERIT_MAX + DDDK_QEMU_PEERS];
    unsigned count = 0;

    for (unsigned i = 0; i < launch->options->device_count; i++) {
        dddk_qemu_argue(&launch->arguments, "-device");
        dddk_qemu_argue(&launch->arguments, "%s", launch->options->devices[i]);
    }
    if (launch->arguments.overflow) {
        return refuse(launch, "the command line for QEMU is too long");
    }
    memcpy(inherit, launch->theirs, launch->their_count * sizeof(inherit[0]));
    count = launch->their_count;
    memcpy(inherit + count, launch->captures, launch->capture_count * sizeof(inherit[0]));
    count += launch->capture_count;
    return dddk_qemu_spawn(&qemu->process, &launch->arguments, inherit, count, launch->why,
                           sizeof(launch->why)) == 0;
}

/* From here on its ends are its own, so that we notice when it closes them. */
static void let_go(struct launch *launch)
{
    for (unsigned i = 0; i < launch->their_count; i++) {
        close(launch->theirs[i]);
    }
    launch->their_count = 0;
    dddk_qemu_arguments_free(&launch->arguments);
}

static bool greet(struct launch *launch)
{
    struct dddk_qemu *qemu = launch->qemu;
    int status;

    if (!dddk_qtest_intercept(&qemu->qtest)) {
        dddk_qemu_die(qemu, qemu->qtest.why);
        return refuse(launch, "%s did not start: %s", program_of(launch->options),
                      qemu->host.why_dead);
    }
    status = dddk_host_init(&qemu->host);
    return status == 0 || refuse(launch, "host: %s", dddk_status_name(status));
}

struct dddk_host *dddk_qemu_open(const struct dddk_qemu_options *options)
{
    struct launch launch = {.options = options};
    bool fine;

    launch.qemu = calloc(1, sizeof(*launch.qemu));
    if (launch.qemu) {
        launch.qemu->host.ops = &dddk_qemu_ops;
        launch.qemu->process.output = launch.qemu->qtest.fd = launch.qemu->qmp.fd = -1;
        launch.qemu->qtest.patience_ns = launch.qemu->qmp.patience_ns =
            options->patience_ns ? options->patience_ns : DDDK_SEC(10);
        argue_machine(&launch);
        fine = make_memory(&launch) && make_rom(&launch) && make_consoles(&launch) &&
               make_ends(&launch) && run(&launch);
        let_go(&launch);
        if (fine && greet(&launch)) {
            return &launch.qemu->host;
        }
        dddk_qemu_destroy(launch.qemu);
    } else {
        refuse(&launch, "no memory");
    }
    if (options->why) {
        snprintf(options->why, options->why_bytes, "%s", launch.why);
    } else {
        fprintf(stderr, "%s\n", launch.why);
    }
    return NULL;
}

static struct dddk_qemu *qemu_of(struct dddk_host *host)
{
    return (struct dddk_qemu *)(void *)host;
}

static const struct dddk_qemu_end *find_end(struct dddk_host *host, const char *id)
{
    struct dddk_qemu *qemu = qemu_of(host);

    for (unsigned i = 0; i < qemu->end_count; i++) {
        if (strcmp(qemu->ends[i].id, id) == 0) {
            return &qemu->ends[i];
        }
    }
    return NULL;
}

int dddk_qemu_peer(struct dddk_host *host, const char *id)
{
    const struct dddk_qemu_end *end = find_end(host, id);

    return end ? end->fd : -1;
}

int dddk_qemu_capture(struct dddk_host *host, const char *netdev)
{
    const struct dddk_qemu_end *end = find_end(host, netdev);

    return end ? end->capture : -1;
}

static unsigned find_watch(const struct dddk_qemu *qemu, int fd)
{
    unsigned i = 0;

    while (i < qemu->watch_count && qemu->watches[i].fd != fd) {
        i++;
    }
    return i;
}

int dddk_qemu_watch(struct dddk_host *host, int fd, dddk_qemu_ready *ready, void *user)
{
    struct dddk_qemu *qemu = qemu_of(host);
    unsigned i = find_watch(qemu, fd);

    if (i == DDDK_QEMU_WATCHES) {
        return DDDK_ENOSPC;
    }
    qemu->watches[i] = (struct dddk_qemu_watched){.fd = fd, .ready = ready, .user = user};
    qemu->watch_count += i == qemu->watch_count;
    return 0;
}

int dddk_qemu_unwatch(struct dddk_host *host, int fd)
{
    struct dddk_qemu *qemu = qemu_of(host);
    unsigned i = find_watch(qemu, fd);

    if (i == qemu->watch_count) {
        return DDDK_ENOENT;
    }
    qemu->watches[i] = qemu->watches[--qemu->watch_count];
    return 0;
}

int dddk_qemu_command(struct dddk_host *host, const char *execute, const char *arguments)
{
    struct dddk_qemu *qemu = qemu_of(host);
    int status;

    if (!host->dead && !dddk_qtest_drain(&qemu->qtest)) {
        dddk_qemu_die(qemu, qemu->qtest.why);
    }
    if (host->dead) {
        snprintf(qemu->qmp.message, sizeof(qemu->qmp.message), "%s", host->why_dead);
        return DDDK_ENODEV;
    }
    status = dddk_qmp_execute(&qemu->qmp, execute, arguments);
    if (status == DDDK_ENODEV) {
        dddk_qemu_die(qemu, qemu->qmp.message);
    }
    return status;
}

int dddk_qemu_set_link(struct dddk_host *host, const char *id, bool up)
{
    struct dddk_qemu *qemu = qemu_of(host);
    char arguments[96];

    if (!is_id(id)) {
        snprintf(qemu->qmp.message, sizeof(qemu->qmp.message), "\"%.40s\" cannot be an ID", id);
        return DDDK_EINVAL;
    }
    snprintf(arguments, sizeof(arguments), "{\"name\": \"%s\", \"up\": %s}", id,
             up ? "true" : "false");
    return dddk_qemu_command(host, "set_link", arguments);
}

const char *dddk_qemu_message(struct dddk_host *host)
{
    return qemu_of(host)->qmp.message;
}

int dddk_qemu_pid(struct dddk_host *host)
{
    return (int)qemu_of(host)->process.pid;
}
