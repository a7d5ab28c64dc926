/* SPDX-License-Identifier: MIT
 *
 * As much of QMP as a test bench needs: one command at a time, its answer or QEMU's reason. Each
 * message is one line with a JSON object, whose keys come in any order. (QEMU,
 * docs/interop/qmp-spec.txt)
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "internal.h"

static int lost(struct dddk_qmp *qmp, const char *what)
{
    snprintf(qmp->message, sizeof(qmp->message), "QMP: %s", what);
    return DDDK_ENODEV;
}

/* The end of the JSON string that begins after the quote at `at`: at its closing quote, or at the
 * final zero. */
static const char *string_end(const char *at)
{
    while (*at && *at != '"') {
        at += at[0] == '\\' && at[1] ? 2 : 1;
    }
    return at;
}

/* Where the value of `key` begins, directly inside the object that starts at `json`; NULL: it has
 * no such key. */
static const char *member(const char *json, const char *key)
{
    size_t key_bytes = strlen(key);
    int depth = 0;

    for (const char *at = json; *at; at++) {
        if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            if (--depth == 0) {
                return NULL;
            }
        } else if (*at == '"') {
            const char *end = string_end(at + 1);
            const char *after = *end ? end + 1 + strspn(end + 1, " \t") : end;
            if (depth == 1 && *after == ':' && (size_t)(end - at - 1) == key_bytes &&
                memcmp(at + 1, key, key_bytes) == 0) {
                return after + 1 + strspn(after + 1, " \t");
            }
            if (*end == 0) {
                return NULL;
            }
            at = end;
        }
    }
    return NULL;
}

/* Copy a JSON string without its escapes; other than \n they stand for themselves in what QEMU
 * says. */
static void copy_string(const char *json, char *text, size_t bytes)
{
    size_t used = 0;

    for (const char *at = json + 1; *at && *at != '"' && used + 1 < bytes; at++) {
        if (*at == '\\' && at[1]) {
            at++;
            text[used++] = *at == 'n' ? ' ' : *at;
        } else {
            text[used++] = *at;
        }
    }
    text[used] = 0;
}

/* The next message, as a string in `line`; false: `message` says why there is none. */
static bool next_line(struct dddk_qmp *qmp, uint64_t until_ns, char *line, size_t line_bytes)
{
    for (;;) {
        struct pollfd socket = {.fd = qmp->fd, .events = POLLIN};
        char *end = memchr(qmp->in, '\n', qmp->in_bytes);
        ssize_t got;

        if (end) {
            size_t length = (size_t)(end - qmp->in),
                   keep = length < line_bytes ? length : line_bytes - 1;
            memcpy(line, qmp->in, keep);
            line[keep] = 0;
            qmp->in_bytes -= length + 1;
            memmove(qmp->in, end + 1, qmp->in_bytes);
            return true;
        }
        if (qmp->in_bytes == sizeof(qmp->in)) {
            lost(qmp, "a message without end");
            return false;
        }
        if (dddk_qemu_ppoll(&socket, 1, until_ns) == 0 && dddk_qemu_clock_ns() >= until_ns) {
            lost(qmp, "no answer");
            return false;
        }
        got = recv(qmp->fd, qmp->in + qmp->in_bytes, sizeof(qmp->in) - qmp->in_bytes, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            lost(qmp, "the connection is gone");
            return false;
        }
        qmp->in_bytes += got > 0 ? (size_t)got : 0;
    }
}

static int converse(struct dddk_qmp *qmp, const char *text, int length)
{
    static const char silent[] = "QEMU gave no reason";
    uint64_t until_ns = dddk_qemu_clock_ns() + qmp->patience_ns;
    char line[sizeof(qmp->in)];

    /* Commands are far smaller than the socket's buffer, and one is under way at a time. */
    if (send(qmp->fd, text, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL) != length) {
        return lost(qmp, "the connection is gone");
    }
    while (next_line(qmp, until_ns, line, sizeof(line))) {
        const char *error, *reason;

        if (member(line, "return")) {
            return 0;
        }
        error = member(line, "error");
        if (error) {
            reason = *error == '{' ? member(error, "desc") : NULL;
            snprintf(qmp->message, sizeof(qmp->message), "%s", silent);
            if (reason && *reason == '"') {
                copy_string(reason, qmp->message, sizeof(qmp->message));
            }
            return DDDK_EIO;
        }
        /* The greeting, or an event: neither is an answer. */
    }
    return DDDK_ENODEV;
}

int dddk_qmp_execute(struct dddk_qmp *qmp, const char *execute, const char *arguments)
{
    static const char hello[] = "{\"execute\": \"qmp_capabilities\"}\n";
    char text[1024];
    int length, status = 0;

    if (qmp->fd < 0) {
        return lost(qmp, "the connection is gone");
    }
    length = snprintf(text, sizeof(text), "{\"execute\": \"%s\"%s%s}\n", execute,
                      arguments ? ", \"arguments\": " : "", arguments ? arguments : "");
    if (length < 0 || (size_t)length >= sizeof(text)) {
        snprintf(qmp->message, sizeof(qmp->message), "a QMP command of %d bytes is too long",
                 length);
        return DDDK_EINVAL;
    }
    if (!qmp->greeted) {
        status = converse(qmp, hello, (int)sizeof(hello) - 1);
        qmp->greeted = status == 0;
    }
    return status ? status : converse(qmp, text, length);
}
