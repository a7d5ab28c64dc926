/* SPDX-License-Identifier: MIT
 *
 * What the files of this port share: the child process, the qtest stream, the QMP stream, and the
 * host that is made of them.
 */
#ifndef DDDK_QEMU_INTERNAL_H
#define DDDK_QEMU_INTERNAL_H

#include <sys/types.h>

#include "qemu.h"

uint64_t dddk_qemu_clock_ns(void);
/* Sleep until one of `count` descriptors has something to read, or until_ns has come, at most 1 s.
 */
struct pollfd;
int dddk_qemu_ppoll(struct pollfd *fds, unsigned count, uint64_t until_ns);

/* ---- process.c ---- */

struct dddk_qemu_arguments {
    char *text[256]; /* NULL at the end; owned */
    unsigned count;
    bool overflow; /* something did not fit, or there was no memory: do not run it */
};
void dddk_qemu_argue(struct dddk_qemu_arguments *arguments, const char *format, ...)
    DDDK_PRINTF(2, 3);
void dddk_qemu_arguments_free(struct dddk_qemu_arguments *arguments);

struct dddk_qemu_process {
    pid_t pid;  /* 0: none, or already reaped */
    int output; /* the reading end of its stdout and stderr; -1: none */
    int status; /* of waitpid(), once reaped */
    bool reaped;
    char said[4096]; /* the end of what it wrote, and a zero */
    size_t said_bytes;
};

/* Run arguments->text with the descriptors in `inherit` open in the child. 0, or a negative errno
 * and a sentence in `why`. */
int dddk_qemu_spawn(struct dddk_qemu_process *process, const struct dddk_qemu_arguments *arguments,
                    const int *inherit, unsigned inherit_count, char *why, size_t why_bytes);
/* Take in what the child has written. Never blocks. */
void dddk_qemu_listen(struct dddk_qemu_process *process);
/* Wait at most grace_ns for the child to end by itself, then kill it; reap it. */
void dddk_qemu_reap(struct dddk_qemu_process *process, uint64_t grace_ns);
/* "was killed by signal 9 (Killed)"; then what it said. Call after reap. */
void dddk_qemu_obituary(const struct dddk_qemu_process *process, char *text, size_t bytes);

/* ---- qtest.c ---- */

struct dddk_qtest {
    int fd; /* -1: closed */
    uint64_t patience_ns;
    bool failed, silent; /* silent: it failed by not answering */
    char why[160];
    uint64_t value;       /* of the last reply that carried one */
    unsigned outstanding; /* commands sent, or waiting in `out`, whose reply has not come */
    uint32_t lines;       /* levels, by line */
    uint32_t raised;      /* lines that came up since the last wait of the host */
    size_t out_bytes, in_bytes;
    char out[4096];
    char in[8192];
};

/* Each returns false when the stream has failed; `why` of it says how. */
bool dddk_qtest_flush(struct dddk_qtest *qtest); /* everything is on its way */
bool dddk_qtest_drain(struct dddk_qtest *qtest); /* and was answered */
/* Take in what has come, without waiting. */
bool dddk_qtest_receive(struct dddk_qtest *qtest);
/* `verb` and one or two numbers. Posted: the reply is taken in later. */
bool dddk_qtest_post(struct dddk_qtest *qtest, const char *verb, uint64_t address, uint64_t value);
bool dddk_qtest_ask(struct dddk_qtest *qtest, const char *verb, uint64_t address, uint64_t *value);
/* Once, first of all: interrupt lines are reported from now on. */
bool dddk_qtest_intercept(struct dddk_qtest *qtest);

/* ---- qmp.c ---- */

struct dddk_qmp {
    int fd; /* -1: closed */
    uint64_t patience_ns;
    bool greeted;
    char message[512];
    size_t in_bytes;
    char in[8192];
};

/* 0, DDDK_EIO (refused: `message`), DDDK_ENODEV (the stream has failed: `message`). */
int dddk_qmp_execute(struct dddk_qmp *qmp, const char *execute, const char *arguments);

/* ---- qemu.c ---- */

struct dddk_qemu_end {
    char id[32];
    bool is_netdev;
    int fd;      /* ours */
    int capture; /* memfd; -1: none */
};

struct dddk_qemu_watched {
    int fd;
    dddk_qemu_ready *ready;
    void *user;
};

struct dddk_qemu {
    struct dddk_host host; /* first */
    struct dddk_qemu_process process;
    struct dddk_qtest qtest;
    struct dddk_qmp qmp;
    uint8_t *mapping; /* all of the machine's memory; host.memory is what devices may use of it */
    size_t mapping_bytes;
    struct dddk_qemu_end ends[DDDK_QEMU_PEERS];
    unsigned end_count;
    struct dddk_qemu_watched watches[DDDK_QEMU_WATCHES];
    unsigned watch_count;
    bool has_ecam; /* extended configuration space is in memory */
};

/* qemu_machine.c: what host.h asks of a backend, and the end of the child. */
extern const struct dddk_host_ops dddk_qemu_ops;
/* The child is of no more use: find out why, reap it, mark the host dead. */
void dddk_qemu_die(struct dddk_qemu *qemu, const char *what);
void dddk_qemu_destroy(struct dddk_qemu *qemu);

#endif
