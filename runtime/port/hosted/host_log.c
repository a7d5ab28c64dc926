/* SPDX-License-Identifier: MIT
 *
 * Log lines on stderr, or to a listener, and the count of values that did not fit their fields.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core.h"

static enum dddk_log_level level_now = DDDK_LOG_WARNING;
static dddk_host_listener *listener;
static void *listener_user;
static uint64_t range_faults;
static bool range_faults_expected;

void dddk_host_log_level(enum dddk_log_level level)
{
    level_now = level;
}

void dddk_host_log_to(dddk_host_listener *to, void *user)
{
    listener = to;
    listener_user = user;
}

void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    char line[512];
    va_list arguments;

    if (level > level_now) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (listener != NULL) {
        listener(listener_user, dev, level, line);
    } else {
        fprintf(stderr, "%s: %s: %s\n", dev != NULL ? dev->name : "host", names[level], line);
    }
}

uint64_t dddk_host_range_faults(bool expected)
{
    uint64_t before = range_faults;

    range_faults = 0;
    range_faults_expected = expected;
    return before;
}

void dddk_range_fault(const char *what)
{
    range_faults++;
    if (range_faults_expected) {
        return;
    }
    dddk_log_(NULL, DDDK_LOG_ERROR, "a value does not fit: %s", what);
#ifdef DDDK_DEBUG
    abort();
#endif
}
