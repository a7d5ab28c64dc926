/* SPDX-License-Identifier: MIT
 *
 * Descriptors of the e1000 scenario, held against the manual where the device finds them: in
 * memory.
 */
#include <sys/socket.h>

#include "runtime/port.h"
#include "scenario_e1000.h"

struct descriptor {
    uint64_t address;
    uint8_t rest[8];
};

static struct descriptor *entry(unsigned ring_base, uint32_t index)
{
    uint64_t ring = stage_read(SLOT, ring_base, 4) | stage_read(SLOT, ring_base + 4u, 4) << 32;

    return stage_memory(ring + sizeof(struct descriptor) * (index % RING_ENTRIES),
                        sizeof(struct descriptor));
}

static struct {
    unsigned done; /* our own frames that were handed back */
    bool sent;
} ours;

/* The linker sends the driver's calls here (--wrap): a frame that the scenario gave to the driver
 * itself is the scenario's again, every other goes back to the port. */
void __real_dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent);
void __wrap_dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent);
void __wrap_dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent)
{
    if (cookie == &ours) {
        ours.done++;
        ours.sent = sent;
    } else {
        __real_dddk_port_tx_done(net, cookie, sent);
    }
}

/* A frame in three pieces: every entry asks for the FCS, the last one ends the frame and reports.
 */
void gather(void)
{
    static const uint8_t command[3] = {0x02, 0x02, 0x0b};
    static const uint16_t lengths[3] = {60, 300, 1000};
    struct dddk_segment segments[3];
    struct dddk_dma_memory memory;
    uint8_t frame[2048];
    uint32_t first = (uint32_t)stage_read(SLOT, TDT, 4), offset = 0;
    ssize_t length = 0;

    STAGE_CHECK(dddk_port_dma_alloc(nic.dev, 1360, 64, &memory) == 0, "no memory for a frame");
    make(memory.cpu, nic_other_mac, 77, 1360);
    for (unsigned i = 0; i < 3; i++) {
        segments[i] = (struct dddk_segment){dddk_dma_at(memory.device, offset), lengths[i]};
        offset += lengths[i];
    }
    STAGE_CHECK(nic.net->ops->transmit(nic.dev, segments, 3, &ours, false) == 0,
                "three pieces were refused");
    STAGE_UNTIL(length > 0 || (length = recv(nic.wire, frame, sizeof(frame), MSG_DONTWAIT)) > 0,
                "a frame in three pieces does not come out");
    STAGE_CHECK(length == 1360 && memcmp(frame, memory.cpu, 1360) == 0,
                "a frame in three pieces comes out as %zd other bytes", length);
    STAGE_UNTIL(ours.done != 0, "a frame in three pieces is not handed back");
    STAGE_CHECK(ours.done == 1 && ours.sent, "a frame in three pieces is handed back %u times",
                ours.done);
    for (unsigned i = 0; i < 3; i++) {
        const struct descriptor *it = entry(TDBAL, first + i);
        const uint8_t expected[8] = {
            (uint8_t)lengths[i], (uint8_t)(lengths[i] >> 8), 0, command[i], i == 2, 0, 0, 0};
        STAGE_CHECK(it->address == segments[i].address.value && memcmp(it->rest, expected, 8) == 0,
                    "transmit descriptor %u is not what the manual says", i);
    }
    dddk_port_dma_free(nic.dev, &memory);
}

/* While the device may not transmit, nothing is handed back, whatever makes the driver look. */
void hold_back(void)
{
    uint32_t before = received.count, arrived = 78;
    uint8_t frame[FRAME_MIN];

    stage_write(SLOT, TCTL, 4, TCTL_STARTED & ~ENABLE);
    driver_sends(arrived, false);
    peer_sends(frame, make(frame, nic_mac, 1, sizeof(frame)));
    STAGE_UNTIL(received.count != before, "nothing comes in while nothing may go out");
    stage_idle();
    STAGE_CHECK(nic.net->ops->transmit_room(nic.dev) == RING_ENTRIES - 2u,
                "a frame is handed back that was not sent");
    stage_write(SLOT, TCTL, 4, TCTL_STARTED);
    STAGE_UNTIL(peer_takes(&arrived), "a frame that was held back never comes out");
    STAGE_UNTIL(nic.net->ops->transmit_room(nic.dev) == RING_ENTRIES - 1u,
                "a frame that was sent is not handed back");
}

/* One entry carries at most 4096 bytes. */
void largest_piece(void)
{
    static uint8_t frame[8192];
    struct dddk_dma_memory memory;
    unsigned before = ours.done;
    ssize_t length = 0;

    STAGE_CHECK(dddk_port_dma_alloc(nic.dev, 4097, 64, &memory) == 0, "no memory for a frame");
    make(memory.cpu, nic_other_mac, 79, 4096);
    struct dddk_segment segment = {memory.device, 4097};
    STAGE_CHECK(nic.net->ops->transmit(nic.dev, &segment, 1, &ours, false) == DDDK_EMSGSIZE,
                "4097 bytes in one piece are not refused");
    segment.length_bytes = 4096;
    STAGE_CHECK(nic.net->ops->transmit(nic.dev, &segment, 1, &ours, false) == 0,
                "4096 bytes in one piece are refused");
    STAGE_UNTIL(length > 0 || (length = recv(nic.wire, frame, sizeof(frame), MSG_DONTWAIT)) > 0,
                "4096 bytes in one piece do not come out");
    STAGE_CHECK(length == 4096 && memcmp(frame, memory.cpu, 4096) == 0,
                "4096 bytes in one piece come out as %zd others", length);
    STAGE_UNTIL(ours.done == before + 1u, "4096 bytes in one piece are not handed back");
    dddk_port_dma_free(nic.dev, &memory);
}

/*
 * A frame larger than a buffer must be put together. With `marked`, all but the last of its
 * descriptors say "ignore the checksum", which QEMU leaves as it finds it there and sets in the
 * last.
 */
static void large_frame(bool marked)
{
    uint8_t frame[LARGE_FRAME];
    uint32_t before = received.count, next = (uint32_t)stage_read(SLOT, RDH, 4);

    for (uint32_t i = 0; marked && i < 2; i++) {
        entry(RDBAL, next + i)->rest[4] = 0x04;
    }
    peer_sends(frame, make(frame, nic_mac, 78, sizeof(frame)));
    STAGE_UNTIL(received.count != before, "a frame of three buffers does not come in");
    STAGE_CHECK(received.length_bytes == sizeof(frame) &&
                    memcmp(received.last, frame, sizeof(frame)) == 0,
                "a frame of three buffers comes in as %zu other bytes", received.length_bytes);
    stage_idle();
}

/* The bit that allows large frames is not the driver's business: the scenario sets it, and a change
 * of the receive mode keeps it. */
void scatter(void)
{
    stage_write(SLOT, RCTL, 4, RCTL_STARTED | RCTL_LPE);
    set_mode(false, false, 0, RCTL_STARTED | RCTL_LPE);
    large_frame(false);
    large_frame(true);
    stage_write(SLOT, RCTL, 4, RCTL_STARTED);
}

/* QEMU finds no frame bad, but it leaves the byte of errors in a descriptor as it was: so put an
 * error into the next one. CE, SE, SEQ and RXE spoil a frame; a wrong TCP or IP checksum (and what
 * is reserved) is somebody else's to judge. */
void errors(void)
{
    static const bool bad[8] = {true, true, true, false, false, false, false, true};
    uint8_t frame[FRAME_MIN];

    for (unsigned bit = 0; bit < 8; bit++) {
        uint32_t before = received.count, next = (uint32_t)stage_read(SLOT, RDH, 4);
        uint64_t errors_before = nic.net->counters.rx_errors;
        struct descriptor *it = entry(RDBAL, next);
        stage_idle();
        STAGE_CHECK(it->address != 0 && memcmp(it->rest, "\0\0\0\0\0\0\0", 8) == 0,
                    "a receive descriptor is not given away as the manual says");
        it->rest[5] = (uint8_t)(1u << bit);
        peer_sends(frame, make(frame, nic_mac, bit, sizeof(frame)));
        peer_sends(frame, make(frame, nic_mac, 99, sizeof(frame)));
        STAGE_UNTIL(received.count > before && memcmp(received.last, frame, sizeof(frame)) == 0,
                    "no frame comes in after one with error bit %u", bit);
        STAGE_CHECK(received.count - before == 2u - bad[bit],
                    "a frame with error bit %u is%s delivered", bit, bad[bit] ? "" : " not");
        STAGE_CHECK(nic.net->counters.rx_errors - errors_before == bad[bit],
                    "a frame with error bit %u is counted %llu times", bit,
                    (unsigned long long)(nic.net->counters.rx_errors - errors_before));
    }
}
