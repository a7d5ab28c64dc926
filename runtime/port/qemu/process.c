/* SPDX-License-Identifier: MIT
 *
 * The child process: how it is started so that it cannot outlive us, what it says, and how it ends.
 * Knows nothing of QEMU's protocols.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

void dddk_qemu_argue(struct dddk_qemu_arguments *arguments, const char *format, ...)
{
    char *text = NULL;
    va_list values;

    if (arguments->count + 1 >= DDDK_COUNT(arguments->text)) {
        arguments->overflow = true;
        return;
    }
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0) {
        text = NULL;
        arguments->overflow = true;
    }
    va_end(values);
    if (text) {
        arguments->text[arguments->count++] = text;
    }
}

void dddk_qemu_arguments_free(struct dddk_qemu_arguments *arguments)
{
    for (unsigned i = 0; i < arguments->count; i++) {
        free(arguments->text[i]);
    }
    arguments->count = 0;
}

/* In the child, between fork and exec: only async-signal-safe calls. Returns only on failure. */
static void become(const struct dddk_qemu_arguments *arguments, const int *inherit,
                   unsigned inherit_count, int output, pid_t parent)
{
    sigset_t none;
    int null = open("/dev/null", O_RDONLY);

    /* The parent may have died before the signal was asked for: then nobody would send it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        return;
    }
    /* Ctrl-C is for the program, which then closes the host. */
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) {
        return;
    }
    /* Nothing of ours but what is meant for it, not even what the program above forgot to mark. */
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
    for (unsigned i = 0; i < inherit_count; i++) {
        if (fcntl(inherit[i], F_SETFD, 0) != 0) {
            return;
        }
    }
    execvp(arguments->text[0], arguments->text);
}

/* Wait until exec has closed the pipe, or the child has said why it could not. */
static int exec_result(int pipe_end)
{
    int error = 0;
    ssize_t got;

    do {
        got = read(pipe_end, &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

int dddk_qemu_spawn(struct dddk_qemu_process *process, const struct dddk_qemu_arguments *arguments,
                    const int *inherit, unsigned inherit_count, char *why, size_t why_bytes)
{
    int output[2] = {-1, -1}, result[2] = {-1, -1}, error = 0;
    pid_t parent = getpid();

    /* Both ends of `output` are non-blocking: a child that says too much loses words, not time. */
    if (pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(result, O_CLOEXEC) != 0 ||
        (process->pid = fork()) < 0) {
        error = errno;
        process->pid = 0;
    } else if (process->pid == 0) {
        become(arguments, inherit, inherit_count, output[1], parent);
        error = errno;
        if (write(result[1], &error, sizeof(error)) < 0) {
            _exit(126);
        }
        _exit(127);
    } else {
        close(result[1]);
        result[1] = -1;
        error = exec_result(result[0]);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (result[i] >= 0) {
            close(result[i]);
        }
    }
    if (output[1] >= 0) {
        close(output[1]);
    }
    process->output = output[0];
    if (error != 0) {
        snprintf(why, why_bytes, "cannot start %s: %s%s", arguments->text[0], strerror(error),
                 error == ENOENT ? " (Debian: apt install qemu-system-x86; or set DDDK_QEMU)" : "");
        dddk_qemu_reap(process, 0);
        return -error;
    }
    return 0;
}

/* Keep the end of what was said: the last words are the ones that explain. */
static void remember(struct dddk_qemu_process *process, const char *text, size_t bytes)
{
    size_t room = sizeof(process->said) - 1;

    if (bytes > room) {
        text += bytes - room;
        bytes = room;
    }
    if (process->said_bytes + bytes > room) {
        size_t drop = process->said_bytes + bytes - room;
        memmove(process->said, process->said + drop, process->said_bytes - drop);
        process->said_bytes -= drop;
    }
    memcpy(process->said + process->said_bytes, text, bytes);
    process->said_bytes += bytes;
    process->said[process->said_bytes] = 0;
}

void dddk_qemu_listen(struct dddk_qemu_process *process)
{
    char text[1024];
    ssize_t got;

    while (process->output >= 0 && (got = read(process->output, text, sizeof(text))) > 0) {
        remember(process, text, (size_t)got);
    }
}

void dddk_qemu_reap(struct dddk_qemu_process *process, uint64_t grace_ns)
{
    const struct timespec tick = {.tv_nsec = 1000000};
    uint64_t until_ns = dddk_qemu_clock_ns() + grace_ns;
    pid_t got = 0;

    while (process->pid > 0) {
        got = waitpid(process->pid, &process->status, WNOHANG);
        if (got != 0 && !(got < 0 && errno == EINTR)) {
            break;
        }
        if (dddk_qemu_clock_ns() >= until_ns) {
            kill(process->pid, SIGKILL);
            do {
                got = waitpid(process->pid, &process->status, 0);
            } while (got < 0 && errno == EINTR);
            break;
        }
        nanosleep(&tick, NULL);
    }
    if (process->pid > 0) {
        process->reaped = got == process->pid;
        process->pid = 0;
    }
    dddk_qemu_listen(process);
    if (process->output >= 0) {
        close(process->output);
        process->output = -1;
    }
}

/* A warning that every machine of this port gets: with no timer armed, virtual time stands still,
 * which is what is wanted. */
static bool is_noise(const char *line, size_t bytes)
{
    static const char noise[] = "icount sleep disabled and no active timers";

    return memmem(line, bytes, noise, sizeof(noise) - 1) != NULL;
}

/* The lines of `said` as one, without noise and without the dump of the processor that follows a
 * fatal error; the end of it where it is too long. */
static void last_words(const char *said, char *text, size_t bytes)
{
    char line[sizeof(((struct dddk_qemu_process *)0)->said)];
    size_t used = 0;

    text[0] = 0;
    while (*said && strncmp(said, "CPU #", 5) != 0) {
        size_t length = strcspn(said, "\n"), keep = length < bytes - 3 ? length : bytes - 3;
        if (length > 0 && !is_noise(said, length)) {
            int add = snprintf(line, sizeof(line), "%s%.*s", used ? "; " : "", (int)keep,
                               said + length - keep);
            size_t drop = used + (size_t)add >= bytes ? used + (size_t)add - (bytes - 1) : 0;
            memmove(text, text + drop, used - drop);
            memcpy(text + used - drop, line, (size_t)add + 1);
            used += (size_t)add - drop;
        }
        said += length + (said[length] == '\n');
    }
}

void dddk_qemu_obituary(const struct dddk_qemu_process *process, char *text, size_t bytes)
{
    char words[400], end[80];

    last_words(process->said, words, sizeof(words));
    if (!process->reaped) {
        snprintf(end, sizeof(end), "ended");
    } else if (WIFSIGNALED(process->status)) {
        int number = WTERMSIG(process->status);
        snprintf(end, sizeof(end), "was killed by signal %d (%s)", number, strsignal(number));
    } else {
        snprintf(end, sizeof(end), "ended with status %d", WEXITSTATUS(process->status));
    }
    snprintf(text, bytes, "%s%s%s", end, words[0] ? ": " : "", words);
}
