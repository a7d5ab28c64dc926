/* SPDX-License-Identifier: MIT */
#include "peer.h"

enum { PESTER_MAX = 8 }; /* frames in one burst */

void demo_peer_arrival(void *user, const uint8_t *frame, size_t length_bytes)
{
    struct demo_peer *peer = user;

    if (!peer->deaf) {
        demo_ledger_take(&peer->arrived, frame, length_bytes);
    }
}

void demo_peer_send(struct demo_peer *peer, uint32_t limit)
{
    uint8_t frame[DEMO_FRAME_MAX];

    while (peer->sent < limit) {
        size_t length = demo_frame_make(&peer->sends, peer->sent, frame);
        if (!peer->machine->send(peer->machine, frame, length)) {
            return;
        }
        peer->sent++;
    }
}

void demo_peer_pester(struct demo_peer *peer)
{
    uint8_t frame[DEMO_FRAME_MAX];

    for (unsigned i = 0; i < PESTER_MAX; i++) {
        size_t length = demo_frame_make(&peer->sends, (uint32_t)peer->noise, frame);
        if (!peer->machine->send(peer->machine, frame, length)) {
            return;
        }
        peer->noise++;
    }
}
