/* SPDX-License-Identifier: MIT
 *
 * What the demo does, step by step, and what it finds out. Each step returns false when the demo
 * cannot go on, after saying why on stderr; a finding that is wrong but lets it go on is counted in
 * `faults` and said as well.
 */
#ifndef DDDK_DEMO_STEPS_H
#define DDDK_DEMO_STEPS_H

#include <signal.h>

#include "peer.h"

enum { DEMO_IN_FLIGHT = 64 }; /* frames that are under way, each direction */

struct demo {
    /* what it is asked to do */
    const char *port;
    uint32_t frames; /* each way */
    uint64_t seed;
    const char *trace;    /* file for the register trace; NULL: none */
    bool terminal;        /* show progress */
    uint64_t patience_ns; /* how long it waits without any progress */
    const volatile sig_atomic_t *interrupted;

    struct demo_machine machine;
    struct demo_peer peer;
    struct dddk_registry registry;
    struct dddk_device *dev;
    struct demo_stream out;
    struct demo_ledger in; /* what came up through the driver */
    uint32_t out_sent;

    /* what it found */
    unsigned faults;
    char said[160]; /* of the last step: one line, without an end */
    struct demo_ledger captured_out, captured_in;
    struct dddk_host_statistics traffic; /* during the exchange alone */
    uint32_t most_out, most_in;          /* frames in flight at once */
    double seconds;                      /* of the exchange, by the clock on the wall */
    uint64_t link_downs, link_ups;       /* calls of the link handler that said so */
    uint64_t pestered;                   /* frames put on the cable after the driver had gone */
    uint64_t damage;                     /* bytes of freed memory that were written */
};

bool demo_bind(struct demo *demo);          /* the registry finds the card and binds the driver */
bool demo_link_up(struct demo *demo);       /* open it and wait for the link */
bool demo_exchange(struct demo *demo);      /* frames both ways at once */
bool demo_check_capture(struct demo *demo); /* read back what passed on the cable */
bool demo_toggle_link(struct demo *demo);   /* pull the cable, plug it in */
bool demo_remove(struct demo *demo);        /* while the peer goes on sending */

/* Say what is wrong, and count it. Always false. */
bool demo_fault(struct demo *demo, const char *format, ...) DDDK_PRINTF(2, 3);

#endif
