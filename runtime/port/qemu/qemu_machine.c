/* SPDX-License-Identifier: MIT
 *
 * The machine as struct dddk_host_ops asks for it: q35 without firmware. Configuration space goes
 * through ports 0xcf8 and 0xcfc (PCI 3.0, 3.2.2.3.2), interrupt lines are the inputs of the I/O
 * APIC.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

#define CONFIG_ADDRESS 0xcf8u
#define CONFIG_DATA 0xcfcu
/* Where extended configuration space is put: between memory and what BARs are given. (Intel 307012,
 * 82945G, PCIEXBAR) */
#define Q35_PCIEXBAR 0x60u
#define Q35_PCIEXBAR_ENABLE 1u
#define ECAM_BASE 0xe0000000u

#define LOOK_NS DDDK_USEC(5) /* a wait of at most this looks and does not sleep */

static struct dddk_qemu *qemu_of(struct dddk_host *host)
{
    return (struct dddk_qemu *)(void *)host;
}

uint64_t dddk_qemu_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int dddk_qemu_ppoll(struct pollfd *fds, unsigned count, uint64_t until_ns)
{
    uint64_t now_ns = dddk_qemu_clock_ns();
    uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    struct timespec timeout = {.tv_nsec = (long)left_ns};

    if (left_ns >= DDDK_SEC(1)) {
        timeout = (struct timespec){.tv_sec = 1};
    }
    return ppoll(fds, count, &timeout, NULL);
}

void dddk_qemu_die(struct dddk_qemu *qemu, const char *what)
{
    char end[sizeof(qemu->host.why_dead) - 80];

    if (qemu->host.dead) {
        return;
    }
    qemu->host.dead = true;
    /* A closed connection means that it is about to end by itself, and how it ends is worth a
     * little patience. One that just does not answer is not waited for. */
    dddk_qemu_reap(&qemu->process, qemu->qtest.silent ? 0 : DDDK_SEC(1));
    dddk_qemu_obituary(&qemu->process, end, sizeof(end));
    snprintf(qemu->host.why_dead, sizeof(qemu->host.why_dead), "QEMU %s (%.60s)", end, what);
}

static bool alive(struct dddk_qemu *qemu, bool fine)
{
    if (!fine) {
        dddk_qemu_die(qemu, qemu->qtest.why);
    }
    return fine;
}

static uint64_t all_ones(unsigned bytes)
{
    return bytes >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * bytes) - 1;
}

/* The verb that ends in b, w, l or q; NULL: no such access. */
static const char *verb_of(enum dddk_host_space space, bool write, uint64_t address, unsigned bytes)
{
    static const char *const verbs[2][2][9] = {
        {{[1] = "readb", [2] = "readw", [4] = "readl", [8] = "readq"},
         {[1] = "writeb", [2] = "writew", [4] = "writel", [8] = "writeq"}},
        {{[1] = "inb", [2] = "inw", [4] = "inl"}, {[1] = "outb", [2] = "outw", [4] = "outl"}},
    };

    /* QEMU aborts on a port that cannot be. */
    if (bytes > 8 || (space == DDDK_HOST_IO_SPACE && address > 0xffffu)) {
        return NULL;
    }
    return verbs[space == DDDK_HOST_IO_SPACE][write][bytes];
}

static uint64_t bus_read(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                         unsigned bytes)
{
    struct dddk_qemu *qemu = qemu_of(host);
    const char *verb = verb_of(space, false, address, bytes);
    uint64_t value = 0;

    if (!verb || host->dead || !alive(qemu, dddk_qtest_ask(&qemu->qtest, verb, address, &value))) {
        return all_ones(bytes);
    }
    return value & all_ones(bytes);
}

static void bus_write(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                      unsigned bytes, uint64_t value)
{
    struct dddk_qemu *qemu = qemu_of(host);
    const char *verb = verb_of(space, true, address, bytes);

    if (verb && !host->dead) {
        alive(qemu, dddk_qtest_post(&qemu->qtest, verb, address, value & all_ones(bytes)));
    }
}

static void select_config(struct dddk_host *host, struct dddk_pci_address where, unsigned offset)
{
    bus_write(host, DDDK_HOST_IO_SPACE, CONFIG_ADDRESS, 4,
              0x80000000u | (uint32_t)where.bus << 16 | (uint32_t)(where.device & 31u) << 11 |
                  (uint32_t)(where.function & 7u) << 8 | (offset & 0xfcu));
}

/* What lies beyond the first 256 bytes is in memory, once q35 was told where. */
static uint64_t extended(struct dddk_host *host, struct dddk_pci_address where, unsigned offset)
{
    static const struct dddk_pci_address bridge = {0, 0, 0};
    struct dddk_qemu *qemu = qemu_of(host);

    if (!qemu->has_ecam) {
        qemu->has_ecam = true;
        select_config(host, bridge, Q35_PCIEXBAR);
        bus_write(host, DDDK_HOST_IO_SPACE, CONFIG_DATA, 4, ECAM_BASE | Q35_PCIEXBAR_ENABLE);
    }
    return ECAM_BASE + ((uint64_t)where.bus << 20 | (uint64_t)(where.device & 31u) << 15 |
                        (uint64_t)(where.function & 7u) << 12 | offset);
}

static uint32_t config_read(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                            unsigned bytes)
{
    if (offset > 0xfffu || bytes > 4) {
        return (uint32_t)all_ones(bytes);
    }
    if (offset > 0xffu) {
        return (uint32_t)bus_read(host, DDDK_HOST_MEMORY_SPACE, extended(host, where, offset),
                                  bytes);
    }
    select_config(host, where, offset);
    return (uint32_t)bus_read(host, DDDK_HOST_IO_SPACE, CONFIG_DATA + (offset & 3u), bytes);
}

static void config_write(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                         unsigned bytes, uint32_t value)
{
    if (offset > 0xffu && offset <= 0xfffu && bytes <= 4) {
        bus_write(host, DDDK_HOST_MEMORY_SPACE, extended(host, where, offset), bytes, value);
    } else if (offset <= 0xffu && bytes <= 4) {
        select_config(host, where, offset);
        bus_write(host, DDDK_HOST_IO_SPACE, CONFIG_DATA + (offset & 3u), bytes, value);
    }
}

static uint64_t now_ns(struct dddk_host *host)
{
    struct dddk_qemu *qemu = qemu_of(host);

    /* Who looks at the clock is waiting for something: what was written must be on its way. */
    if (qemu->qtest.out_bytes > 0 && !host->dead) {
        alive(qemu, dddk_qtest_flush(&qemu->qtest));
    }
    return dddk_qemu_clock_ns();
}

static bool message_has_come(const struct dddk_host *host)
{
    for (unsigned i = 0; i < host->message_count; i++) {
        if (host->messages[i] != 0) {
            return true;
        }
    }
    return false;
}

/* A line that has come up since the last wait ended, or a message. */
static bool is_pending(struct dddk_qemu *qemu)
{
    return (qemu->qtest.raised & qemu->qtest.lines) != 0 || message_has_come(&qemu->host);
}

/*
 * Before "nothing has happened" can be said: what was written has been answered, and the main loop
 * of QEMU has turned twice. In the first turn it takes in what peers had sent, and its timers and
 * bottom halves have run before the second is over.
 */
static bool settle(struct dddk_qemu *qemu)
{
    uint64_t ignored;

    for (unsigned i = 0; i < 2; i++) {
        if (!alive(qemu, dddk_qtest_ask(&qemu->qtest, "inl", CONFIG_ADDRESS, &ignored))) {
            return false;
        }
    }
    return true;
}

/* Look at QEMU and the watched descriptors, until end_ns at the latest, and call whoever is to be
 * told. Returns how many were called; negative: the connection has failed. */
static int look(struct dddk_qemu *qemu, uint64_t end_ns)
{
    struct pollfd fds[1 + DDDK_QEMU_WATCHES] = {{.fd = qemu->qtest.fd, .events = POLLIN}};
    unsigned count = qemu->watch_count;
    int called = 0;

    for (unsigned i = 0; i < count; i++) {
        fds[1 + i] = (struct pollfd){.fd = qemu->watches[i].fd, .events = POLLIN};
    }
    if (dddk_qemu_ppoll(fds, 1 + count, end_ns) <= 0) {
        return 0;
    }
    if (fds[0].revents != 0 && !alive(qemu, dddk_qtest_receive(&qemu->qtest))) {
        return -1;
    }
    for (unsigned i = 0; i < count; i++) {
        /* Looked up each time: a callback may have unwatched the next one. */
        for (unsigned w = 0; fds[1 + i].revents != 0 && w < qemu->watch_count; w++) {
            if (qemu->watches[w].fd == fds[1 + i].fd) {
                qemu->watches[w].ready(qemu->watches[w].user, fds[1 + i].fd);
                called++;
                break;
            }
        }
    }
    return called;
}

/* Sleep until something happens, or until_ns. A message-signalled interrupt is only a word in
 * memory, so where there are such words the sleep is cut into slices, short ones first. */
static bool sleep_until(struct dddk_qemu *qemu, uint64_t until_ns, bool *woken)
{
    uint64_t slice_ns = DDDK_USEC(50);

    for (*woken = is_pending(qemu); !*woken;) {
        uint64_t now = dddk_qemu_clock_ns(), end_ns = until_ns;
        int called;
        if (qemu->host.message_count > 0 && until_ns > now && until_ns - now > slice_ns) {
            end_ns = now + slice_ns;
            slice_ns = slice_ns < DDDK_MSEC(1) ? slice_ns * 2 : slice_ns;
        }
        called = look(qemu, end_ns);
        if (called < 0) {
            return false;
        }
        *woken = called > 0 || is_pending(qemu);
        if (now >= until_ns) {
            return true;
        }
    }
    return true;
}

static bool wait_until(struct dddk_host *host, uint64_t until_ns)
{
    struct dddk_qemu *qemu = qemu_of(host);
    bool woken = false;

    if (host->dead || !alive(qemu, dddk_qtest_flush(&qemu->qtest))) {
        return false;
    }
    if (until_ns < dddk_qemu_clock_ns() + LOOK_NS) {
        /* Shorter than a system call sleeps: the caller has work of its own and only looks. */
        if (look(qemu, 0) < 0) {
            return false;
        }
    } else if (!sleep_until(qemu, until_ns, &woken) || (!woken && !settle(qemu))) {
        return false;
    }
    qemu->qtest.raised = 0;
    return true;
}

/*
 * The host core has already followed the pin through the bridges, so `where` is on bus 0. What q35
 * wires there, measured: slots up to 24 and 30 rotate over inputs 20 to 23, the others have INTA to
 * INTD on 16 to 19.
 */
static int line_of(struct dddk_host *host, struct dddk_pci_address where, unsigned pin)
{
    (void)host;
    if (pin < 1 || pin > 4 || where.bus != 0) {
        return -1;
    }
    if (where.device <= 24) {
        return (int)(20 + (where.device + pin - 1) % 4);
    }
    return (int)((where.device == 30 ? 20 : 16) + pin - 1);
}

/* "Asserted" may be out of date while writes are under way that would end it; "not asserted" is put
 * right by the next event. */
static bool line_level(struct dddk_host *host, unsigned line)
{
    struct dddk_qemu *qemu = qemu_of(host);

    if (line >= DDDK_HOST_LINES || (qemu->qtest.lines >> line & 1u) == 0) {
        return false;
    }
    if (qemu->qtest.outstanding > 0 && !host->dead) {
        alive(qemu, dddk_qtest_drain(&qemu->qtest));
    }
    return (qemu->qtest.lines >> line & 1u) != 0;
}

void dddk_qemu_destroy(struct dddk_qemu *qemu)
{
    dddk_qemu_reap(&qemu->process, 0);
    if (qemu->qtest.fd >= 0) {
        close(qemu->qtest.fd);
    }
    if (qemu->qmp.fd >= 0) {
        close(qemu->qmp.fd);
    }
    for (unsigned i = 0; i < qemu->end_count; i++) {
        close(qemu->ends[i].fd);
        if (qemu->ends[i].capture >= 0) {
            close(qemu->ends[i].capture);
        }
    }
    if (qemu->mapping) {
        munmap(qemu->mapping, qemu->mapping_bytes);
    }
    free(qemu);
}

static void close_host(struct dddk_host *host)
{
    dddk_qemu_destroy(qemu_of(host));
}

const struct dddk_host_ops dddk_qemu_ops = {
    .name = "qemu",
    .config_read = config_read,
    .config_write = config_write,
    .bus_read = bus_read,
    .bus_write = bus_write,
    .now_ns = now_ns,
    .wait = wait_until,
    .line_of = line_of,
    .line_level = line_level,
    .close = close_host,
};
