/* SPDX-License-Identifier: MIT
 *
 * The other end of the cable: sends its own frames at the card, checks every frame that the card
 * sends. It knows frames and a cable, and neither driver nor device.
 */
#ifndef DDDK_DEMO_PEER_H
#define DDDK_DEMO_PEER_H

#include "frames.h"
#include "machine.h"

struct demo_peer {
    struct demo_machine *machine;
    struct demo_stream sends;   /* towards the card */
    struct demo_ledger arrived; /* what the card sent */
    uint32_t sent;              /* frames of `sends` that went on the cable */
    uint64_t noise;             /* frames sent by demo_peer_pester() */
    bool deaf;                  /* what arrives is not looked at */
};

/* For demo_machine_open(): `user` is the peer. */
void demo_peer_arrival(void *user, const uint8_t *frame, size_t length_bytes);
/* Send until `limit` frames of the stream have been sent, or the cable takes no more just now. */
void demo_peer_send(struct demo_peer *peer, uint32_t limit);
/* Send a burst at the card, or what the cable takes of it: who still receives gets it. */
void demo_peer_pester(struct demo_peer *peer);

#endif
