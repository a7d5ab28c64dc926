/* SPDX-License-Identifier: MIT
 *
 * The log of a test: kept while it provokes what a working driver complains of, and told when the
 * test fails or the process dies.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "standard.h"

enum { KEPT_BYTES = 1 << 16 };

static char kept[KEPT_BYTES];
static size_t kept_bytes;
static unsigned lost_lines;
static bool keeping;

/* The sanitizers' last word, where the program is built with one. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void keep(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                 const char *line)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    size_t room = sizeof(kept) - kept_bytes;
    int length = snprintf(kept + kept_bytes, room, "%s: %s: %s\n", dev != NULL ? dev->name : "host",
                          names[level], line);

    (void)user;
    if (length < 0 || (size_t)length >= room) {
        lost_lines++;
    } else {
        kept_bytes += (size_t)length;
    }
}

/* Only what may be called in a signal handler. */
static void tell(void)
{
    static const char more[] = "and more lines, for which there was no room\n";
    ssize_t told = write(STDERR_FILENO, kept, kept_bytes);

    if (told >= 0 && lost_lines != 0) {
        told = write(STDERR_FILENO, more, sizeof(more) - 1);
    }
    (void)told;
    kept_bytes = 0;
    lost_lines = 0;
}

static void die(int number)
{
    tell();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void bench_log_back(void)
{
    dddk_host_log_to(keeping ? keep : NULL, NULL);
}

void dddk_test_keep_log(void)
{
    keeping = true;
    bench_log_back();
    (void)signal(SIGABRT, die);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(tell);
    }
}

void dddk_test_end_log(bool failed)
{
    if (failed) {
        tell();
    }
    kept_bytes = 0;
    lost_lines = 0;
}
