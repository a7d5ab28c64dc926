/* SPDX-License-Identifier: MIT
 *
 * The machine under the demo: a host with one network card, and the other end of its cable. The
 * rest of the demo does not know whether that is QEMU or a simulated device.
 */
#ifndef DDDK_DEMO_MACHINE_H
#define DDDK_DEMO_MACHINE_H

#include "host.h"

/* A frame that the card has sent, at the other end of the cable. Valid during the call. */
typedef void demo_arrival(void *user, const uint8_t *frame, size_t length_bytes);

struct demo_machine {
    struct dddk_host *host;
    const char *what;              /* "QEMU's e1000" */
    struct dddk_pci_address where; /* of the card */
    int capture;                   /* a pcap file of all that passed */
    /* Put a frame on the cable towards the card. False: not now. */
    bool (*send)(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes);
    /* Plug or pull the cable. False: `why` of demo_machine_open() is on stderr. */
    bool (*set_link)(struct demo_machine *machine, bool up);
    demo_arrival *arrival;
    void *user;
    /* private */
    int socket;
    struct dddk_model *model;
};

/* Open "qemu" or "sim"; `arrival` is called while the host waits. False: why is on stderr. */
bool demo_machine_open(struct demo_machine *machine, const char *port, demo_arrival *arrival,
                       void *user);
void demo_machine_close(struct demo_machine *machine);

#endif
