/* SPDX-License-Identifier: MIT
 *
 * The qtest stream: text lines over a socket. A command is answered by one line, in order, "OK" or
 * "OK NUMBER"; lines "IRQ raise N" and "IRQ lower N" come in between at any time. (QEMU,
 * softmmu/qtest.c)
 *
 * Writes are posted: the line is put into a buffer, and its "OK" is taken in when it happens to be
 * there. QEMU answers each write with a packet of its own and stops reading when nobody takes
 * those, so every send takes in what has come, and never waits for room without also listening.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "internal.h"

/* How often to look for an answer before sleeping until it comes: it is there after 10 to 40 us,
 * and to fall asleep and wake up costs as much again. */
#define LOOKS 300u
#define FEW 4u   /* commands that may be on their way before answers are taken in on the way */
#define MANY 64u /* and after which it is worth napping */
#define NAP_NS 50000
#define LINE_MAX_BYTES 64u /* the longest command is "writeq 0x<16> 0x<16>\n" */

static bool fail(struct dddk_qtest *qtest, const char *format, ...) DDDK_PRINTF(2, 3);
static bool fail(struct dddk_qtest *qtest, const char *format, ...)
{
    va_list values;

    if (!qtest->failed) {
        qtest->failed = true;
        qtest->lines = 0;
        qtest->outstanding = 0;
        qtest->out_bytes = 0;
        va_start(values, format);
        vsnprintf(qtest->why, sizeof(qtest->why), format, values);
        va_end(values);
    }
    return false;
}

static bool take_interrupt(struct dddk_qtest *qtest, const char *line)
{
    bool raise = strncmp(line, "raise ", 6) == 0;
    char *end;
    unsigned long number;

    if (!raise && strncmp(line, "lower ", 6) != 0) {
        return false;
    }
    number = strtoul(line + 6, &end, 10);
    if (*end != 0 || end == line + 6 || number >= DDDK_HOST_LINES) {
        return false;
    }
    qtest->raised |= raise ? 1u << number : 0;
    qtest->lines = raise ? qtest->lines | 1u << number : qtest->lines & ~(1u << number);
    return true;
}

/* One line without its newline. */
static bool take_line(struct dddk_qtest *qtest, const char *line)
{
    if (line[0] == 'O' && line[1] == 'K' && (line[2] == 0 || line[2] == ' ')) {
        if (qtest->outstanding == 0) {
            return fail(qtest, "it answered what nobody asked");
        }
        qtest->outstanding--;
        if (line[2] == ' ') {
            qtest->value = strtoull(line + 3, NULL, 0);
        }
        return true;
    }
    if (strncmp(line, "IRQ ", 4) == 0 && take_interrupt(qtest, line + 4)) {
        return true;
    }
    return fail(qtest, "qtest said \"%.100s\"", line);
}

/* Take the whole lines out of `in`. */
static bool take_lines(struct dddk_qtest *qtest)
{
    char *start = qtest->in, *limit = qtest->in + qtest->in_bytes, *end;

    while ((end = memchr(start, '\n', (size_t)(limit - start))) != NULL) {
        *end = 0;
        if (!take_line(qtest, start)) {
            return false;
        }
        start = end + 1;
    }
    qtest->in_bytes = (size_t)(limit - start);
    if (qtest->in_bytes == sizeof(qtest->in)) {
        return fail(qtest, "qtest sent a line without end");
    }
    memmove(qtest->in, start, qtest->in_bytes);
    return true;
}

bool dddk_qtest_receive(struct dddk_qtest *qtest)
{
    ssize_t got;

    if (qtest->failed) {
        return false;
    }
    got = recv(qtest->fd, qtest->in + qtest->in_bytes, sizeof(qtest->in) - qtest->in_bytes,
               MSG_DONTWAIT);
    if (got > 0) {
        qtest->in_bytes += (size_t)got;
        return take_lines(qtest);
    }
    if (got == 0) {
        return fail(qtest, "it closed the connection");
    }
    return errno == EAGAIN || errno == EINTR ||
           fail(qtest, "the connection broke: %s", strerror(errno));
}

/*
 * Let time pass until there may be something to take in, or room to send. Behind a long row of
 * posted writes that is a nap: QEMU sends an answer for each, and if each woke us up, that would
 * cost QEMU more than the write itself. For the last few it is looking again and again, then
 * sleeping for real.
 */
static bool await(struct dddk_qtest *qtest, short events, unsigned *looks, uint64_t until_ns)
{
    const struct timespec nap = {.tv_nsec = NAP_NS};
    struct pollfd socket = {.fd = qtest->fd, .events = events};

    if (qtest->outstanding > MANY) {
        nanosleep(&nap, NULL);
    } else if (++*looks <= LOOKS) {
        return true;
    } else if (dddk_qemu_ppoll(&socket, 1, until_ns) > 0) {
        return true;
    }
    if (dddk_qemu_clock_ns() >= until_ns) {
        qtest->silent = true;
        return fail(qtest, "it did not answer within %.1f s", (double)qtest->patience_ns / 1e9);
    }
    return true;
}

bool dddk_qtest_flush(struct dddk_qtest *qtest)
{
    uint64_t until_ns = 0;
    unsigned looks = 0;
    size_t sent = 0;

    if (qtest->failed) {
        return false;
    }
    while (sent < qtest->out_bytes) {
        ssize_t now = send(qtest->fd, qtest->out + sent, qtest->out_bytes - sent,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
        if (now > 0) {
            sent += (size_t)now;
        } else if (errno != EAGAIN && errno != EINTR) {
            return fail(qtest, "the connection broke: %s", strerror(errno));
        } else {
            until_ns = until_ns ? until_ns : dddk_qemu_clock_ns() + qtest->patience_ns;
            if (!await(qtest, POLLIN | POLLOUT, &looks, until_ns)) {
                return false;
            }
        }
        /* A single command has no answer yet, and to look for it would only cost time. */
        if (qtest->outstanding > FEW && !dddk_qtest_receive(qtest)) {
            return false;
        }
    }
    qtest->out_bytes = 0;
    return true;
}

bool dddk_qtest_drain(struct dddk_qtest *qtest)
{
    uint64_t until_ns = 0;
    unsigned looks = 0;

    if (!dddk_qtest_flush(qtest)) {
        return false;
    }
    while (qtest->outstanding > 0) {
        unsigned before = qtest->outstanding;
        if (!dddk_qtest_receive(qtest)) {
            return false;
        }
        if (qtest->outstanding < before) {
            until_ns = 0;
            looks = 0;
            continue;
        }
        until_ns = until_ns ? until_ns : dddk_qemu_clock_ns() + qtest->patience_ns;
        if (!await(qtest, POLLIN, &looks, until_ns)) {
            return false;
        }
    }
    return true;
}

static char *put_text(char *at, const char *text)
{
    while (*text) {
        *at++ = *text++;
    }
    return at;
}

static char *put_number(char *at, uint64_t number)
{
    unsigned shift = number ? (63u - (unsigned)__builtin_clzll(number)) & ~3u : 0;

    at = put_text(at, " 0x");
    for (;; shift -= 4) {
        *at++ = "0123456789abcdef"[number >> shift & 15u];
        if (shift == 0) {
            return at;
        }
    }
}

/* Append one command; `value` NULL: it has one number only. */
static bool append(struct dddk_qtest *qtest, const char *verb, uint64_t address,
                   const uint64_t *value)
{
    char *at;

    if (sizeof(qtest->out) - qtest->out_bytes < LINE_MAX_BYTES && !dddk_qtest_flush(qtest)) {
        return false;
    }
    if (qtest->failed) {
        return false;
    }
    at = put_number(put_text(qtest->out + qtest->out_bytes, verb), address);
    if (value) {
        at = put_number(at, *value);
    }
    *at++ = '\n';
    qtest->out_bytes = (size_t)(at - qtest->out);
    qtest->outstanding++;
    return true;
}

bool dddk_qtest_post(struct dddk_qtest *qtest, const char *verb, uint64_t address, uint64_t value)
{
    return append(qtest, verb, address, &value);
}

bool dddk_qtest_ask(struct dddk_qtest *qtest, const char *verb, uint64_t address, uint64_t *value)
{
    if (!append(qtest, verb, address, NULL) || !dddk_qtest_drain(qtest)) {
        return false;
    }
    *value = qtest->value;
    return true;
}

bool dddk_qtest_intercept(struct dddk_qtest *qtest)
{
    char *at = put_text(qtest->out + qtest->out_bytes, "irq_intercept_in ioapic\n");

    qtest->out_bytes = (size_t)(at - qtest->out);
    qtest->outstanding++;
    return dddk_qtest_drain(qtest);
}
