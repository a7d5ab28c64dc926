/* SPDX-License-Identifier: MIT
 *
 * dddk-demo: a generated driver moves frames through a real device model, and everything about it
 * is checked by something that is not the driver.
 *
 *     dddk-demo --port qemu|sim [--frames N] [--seed N] [--trace FILE]
 *
 * Exit status 0: all was well; 1: something was lost, corrupted, missing or left behind, or the
 * machine could not run; 2: wrong use; 130: interrupted.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "steps.h"

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

static bool number_of(const char *text, uint64_t limit, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 0);
    return errno == 0 && end != text && *end == 0 && text[0] != '-' && *number <= limit;
}

static bool parse(struct demo *demo, int count, char **arguments)
{
    uint64_t number = 0;

    for (int i = 1; i < count; i += 2) {
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        if (strcmp(arguments[i], "--port") == 0 &&
            (strcmp(value, "qemu") == 0 || strcmp(value, "sim") == 0)) {
            demo->port = value;
        } else if (strcmp(arguments[i], "--frames") == 0 && number_of(value, 10000000, &number) &&
                   number > 0) {
            demo->frames = (uint32_t)number;
        } else if (strcmp(arguments[i], "--seed") == 0 && number_of(value, UINT64_MAX, &number)) {
            demo->seed = number;
        } else if (strcmp(arguments[i], "--trace") == 0 && *value != 0) {
            demo->trace = value;
        } else {
            fprintf(stderr, "dddk-demo: '%s%s%s' is not understood\n", arguments[i],
                    *value != 0 ? " " : "", value);
            return false;
        }
    }
    return demo->port != NULL;
}

static void print_pair(const char *what, uint64_t out, uint64_t in)
{
    printf("  %-28s %12llu %12llu\n", what, (unsigned long long)out, (unsigned long long)in);
}

static void print_table(const struct demo *demo)
{
    const struct demo_ledger *out = &demo->peer.arrived, *in = &demo->in;
    double frames = out->arrived + in->arrived > 0 ? (double)out->arrived + in->arrived : 1;

    printf("\n  %-28s %12s %12s\n", "", "out", "in");
    print_pair("frames", out->arrived, in->arrived);
    print_pair("lost", demo->out_sent - out->arrived, demo->peer.sent - in->arrived);
    print_pair("corrupted", out->corrupted, in->corrupted);
    print_pair("twice or out of order", out->repeated + out->disordered,
               in->repeated + in->disordered);
    print_pair("intact in the capture", demo->captured_out.arrived, demo->captured_in.arrived);
    printf("  %-28s %12llu\n", "interrupts", (unsigned long long)demo->traffic.interrupts);
    printf("  %-28s %12.3f\n", "register reads a frame", (double)demo->traffic.reads / frames);
    printf("  %-28s %12.3f\n", "register writes a frame", (double)demo->traffic.writes / frames);
    printf("  %-28s %12.2f s\n\n", "time", demo->seconds);
}

static bool run(struct demo *demo)
{
    static bool (*const steps[])(struct demo * demo) = {
        demo_bind, demo_link_up, demo_exchange, demo_check_capture, demo_toggle_link, demo_remove,
    };

    printf("on %s\n", demo->machine.what);
    for (unsigned i = 0; i < DDDK_COUNT(steps); i++) {
        unsigned faults = demo->faults;
        if (!steps[i](demo)) {
            return false;
        }
        if (demo->faults == faults) {
            printf("  %s\n", demo->said);
            fflush(stdout);
        }
    }
    return demo->faults == 0;
}

int main(int count, char **arguments)
{
    static struct demo demo = {
        .frames = 10000, .seed = 2024, .patience_ns = DDDK_SEC(10), .interrupted = &interrupted};
    struct sigaction action = {.sa_handler = interrupt};
    bool fine;

    if (!parse(&demo, count, arguments)) {
        fputs("usage: dddk-demo --port qemu|sim [--frames N] [--seed N] [--trace FILE]\n"
              "  --port    QEMU's own device, or the simulated one\n"
              "  --frames  each way (10000)\n"
              "  --seed    of the frames' lengths and contents (2024)\n"
              "  --trace   write every register access, with names, in mmiotrace's form\n",
              stderr);
        return 2;
    }
    demo.terminal = isatty(STDOUT_FILENO);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    demo.peer.machine = &demo.machine;
    if (!demo_machine_open(&demo.machine, demo.port, demo_peer_arrival, &demo.peer)) {
        return 1;
    }
    FILE *trace = demo.trace != NULL ? fopen(demo.trace, "w") : NULL;
    if (demo.trace != NULL && trace == NULL) {
        fprintf(stderr, "dddk-demo: %s: %s\n", demo.trace, strerror(errno));
        demo_machine_close(&demo.machine);
        return 1;
    }
    dddk_host_trace(demo.machine.host, trace);
    fine = run(&demo);
    demo_machine_close(&demo.machine);
    if (trace != NULL && fclose(trace) != 0) {
        fprintf(stderr, "dddk-demo: %s: %s\n", demo.trace, strerror(errno));
        fine = false;
    }
    if (interrupted) {
        fprintf(stderr, "dddk-demo: interrupted\n");
        return 130;
    }
    if (demo.captured_in.seen) {
        print_table(&demo);
    }
    return fine ? 0 : 1;
}
