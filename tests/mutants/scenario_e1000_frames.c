/* SPDX-License-Identifier: MIT
 *
 * Frames of the e1000 scenario: each tells by its content which it is, and is looked at whole.
 * What must not come through is told by a frame behind it that does.
 */
#include <sys/socket.h>

#include "scenario_e1000.h"

struct received received;

static size_t length_of(uint32_t number)
{
    return FRAME_MIN + number * 97u % (FRAME_MAX - FRAME_MIN + 1u);
}

size_t make(uint8_t *frame, const uint8_t *to, uint32_t number, size_t length_bytes)
{
    stage_fill(frame, length_bytes, number);
    memcpy(frame, to, 6);
    frame[6] = 0x02; /* from nobody: a local address */
    frame[12] = 0x88;
    frame[13] = 0xb5; /* an experiment, and no VLAN tag */
    return length_bytes;
}

static void must_be(const char *way, uint32_t number, const uint8_t *to, const void *got,
                    size_t length_bytes)
{
    uint8_t frame[FRAME_MAX];
    size_t length = make(frame, to, number, length_of(number));

    STAGE_CHECK(length_bytes == length && memcmp(got, frame, length) == 0,
                "frame %u %s came as %zu bytes, not as the %zu that were sent", number, way,
                length_bytes, length);
}

void receive(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    STAGE_CHECK(length_bytes <= LARGE_FRAME, "a frame of %zu bytes came in", length_bytes);
    if (received.streaming) {
        must_be("in", received.count, nic_mac, frame, length_bytes);
    }
    memcpy(received.last, frame, length_bytes);
    received.length_bytes = length_bytes;
    received.count++;
}

void peer_sends(const void *frame, size_t length_bytes)
{
    STAGE_CHECK(send(nic.wire, frame, length_bytes, MSG_DONTWAIT) == (ssize_t)length_bytes,
                "the wire takes no frame");
}

void driver_sends(uint32_t number, bool more)
{
    uint8_t frame[FRAME_MAX];
    size_t length = make(frame, nic_other_mac, number, length_of(number));
    int status = dddk_host_net_send(nic.dev, frame, length, more);

    STAGE_CHECK(status == 0, "frame %u was refused: %s", number, dddk_status_name(status));
}

bool peer_takes(uint32_t *arrived)
{
    uint8_t frame[2048];
    ssize_t length = recv(nic.wire, frame, sizeof(frame), MSG_DONTWAIT);

    if (length <= 0) {
        return false;
    }
    must_be("out", (*arrived)++, nic_other_mac, frame, (size_t)length);
    return true;
}

void exchange(uint32_t in, uint32_t out)
{
    uint8_t frame[FRAME_MAX];
    uint32_t to = 0, from = 0, arrived = 0;

    received.count = 0;
    received.streaming = true;
    while (received.count < in || arrived < out) {
        uint32_t before = received.count,
                 limit = arrived + IN_FLIGHT < out ? arrived + IN_FLIGHT : out;
        for (; to < in && to < before + IN_FLIGHT; to++) {
            peer_sends(frame, make(frame, nic_mac, to, length_of(to)));
        }
        for (; from < limit; from++) {
            driver_sends(from, from % 4 != 3 && from + 1 < limit);
        }
        STAGE_UNTIL(peer_takes(&arrived) || received.count != before,
                    "nothing came any more: %u frames out, %u in", arrived, before);
    }
    stage_idle();
    received.streaming = false;
    STAGE_CHECK(received.count == in, "%u frames came in of %u", received.count, in);
    STAGE_CHECK(nic.net->ops->transmit_room(nic.dev) == RING_ENTRIES - 1u,
                "the transmit ring has room for %u when all was sent",
                nic.net->ops->transmit_room(nic.dev));
}

/* ---- receive modes, by what comes through ---- */

/* Send one frame of each kind, then one to us, which comes when all before it are decided. */
void must_pass(const char *mode, const bool passes[KINDS])
{
    static const uint8_t to[KINDS][6] = {
        [OURS] = {0x52, 0x54, 0x00, 0xa1, 0xb2, 0xc3},
        [BROADCAST] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
        [ANOTHER] = {0x52, 0x54, 0x00, 0xa1, 0xb2, 0xc4},
        [GROUP] = {0x01, 0x00, 0x5e, 0x01, 0x02, 0x03},
    };
    static const char *const names[KINDS] = {"to us", "to all", "to another", "to a group"};
    uint8_t frame[FRAME_MIN];

    for (unsigned kind = 0; kind < KINDS; kind++) {
        uint32_t before = received.count;
        peer_sends(frame, make(frame, to[kind], kind, sizeof(frame)));
        peer_sends(frame, make(frame, nic_mac, KINDS, sizeof(frame)));
        STAGE_UNTIL(received.count > before && memcmp(received.last, frame, sizeof(frame)) == 0,
                    "%s: a frame to us does not come in", mode);
        STAGE_CHECK(received.count - before == 1u + passes[kind], "%s: a frame %s %s", mode,
                    names[kind], passes[kind] ? "does not come in" : "comes in");
    }
}

void set_mode(bool promiscuous, bool all_multicast, unsigned groups, uint32_t rest)
{
    static const struct dddk_mac group = {{0x01, 0x00, 0x5e, 0x01, 0x02, 0x03}};
    const struct dddk_net_rx_mode mode = {promiscuous, all_multicast, groups, &group};
    int status = dddk_host_net_rx_mode(nic.dev, &mode);

    STAGE_CHECK(status == 0, "rx_mode: %s", dddk_status_name(status));
    stage_holds(SLOT, RCTL,
                rest | (promiscuous ? RCTL_UPE : 0) | (all_multicast || groups != 0 ? RCTL_MPE : 0),
                "RCTL");
}
