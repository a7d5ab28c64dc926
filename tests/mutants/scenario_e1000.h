/* SPDX-License-Identifier: MIT
 *
 * What the files of the e1000 scenario share. Register addresses and bits are those of the manual
 * (317453, chapter 13), written down here once more.
 */
#ifndef TESTS_MUTANTS_SCENARIO_E1000_H
#define TESTS_MUTANTS_SCENARIO_E1000_H

#include "stage.h"

enum {
    SLOT = 4,
    OTHER_SLOT = 5,
    RING_ENTRIES = 256,
    FRAMES = 600, /* each way: more than two rounds of a ring */
    IN_FLIGHT = 48,
    FRAME_MIN = 60,
    FRAME_MAX = 1514,
    LARGE_FRAME = 5000, /* three receive buffers */
};

/* Offsets. */
enum {
    CTRL = 0x0000,
    STATUS = 0x0008,
    IMS = 0x00d0,
    IMC = 0x00d8,
    RCTL = 0x0100,
    TCTL = 0x0400,
    TIPG = 0x0410,
    RDBAL = 0x2800,
    RDBAH = 0x2804,
    RDLEN = 0x2808,
    RDH = 0x2810,
    RDT = 0x2818,
    TDBAL = 0x3800,
    TDBAH = 0x3804,
    TDLEN = 0x3808,
    TDH = 0x3810,
    TDT = 0x3818,
    MTA = 0x5200,
    MTA_WORDS = 128,
    RAH = 0x5404,
};

#define CTRL_RST 0x04000000u
#define STATUS_LU 0x2u
#define QEMU_STATUS 0x80080783u /* and nothing of it but LU ever changes */
#define ENABLE 0x2u             /* in RCTL and TCTL */
#define RCTL_UPE 0x8u
#define RCTL_LPE 0x20u
#define RCTL_MPE 0x10u
#define RCTL_STARTED 0x04008002u /* EN, BAM, SECRC, buffers of 2048 bytes */
#define TCTL_STARTED 0x000400fau /* EN, PSP, 15 tries, 64 byte times */
#define TIPG_STARTED 0x0060200au /* the manual's 10, 8, 6 */
#define CTRL_STARTED 0x00000060u /* SLU, ASDE, besides what was there */
#define CAUSES 0xd5u             /* TXDW, LSC, RXDMT0, RXO, RXT0 */

/* The first device, its driver, and the far side of its wire, on which a datagram is a frame. */
extern struct nic {
    struct dddk_device *dev;
    struct dddk_net *net;
    int wire;
} nic;
extern const uint8_t nic_mac[6], nic_other_mac[6];

/* ---- scenario_e1000_frames.c ---- */

/* What came up through the driver. */
extern struct received {
    uint32_t count;
    bool streaming; /* they are frames 0, 1, 2... of exchange() */
    size_t length_bytes;
    uint8_t last[LARGE_FRAME];
} received;

void receive(void *user, const void *frame, size_t length_bytes);
/* A frame whose content follows from its number; returns its length. */
size_t make(uint8_t *frame, const uint8_t *to, uint32_t number, size_t length_bytes);
void peer_sends(const void *frame, size_t length_bytes);
void driver_sends(uint32_t number, bool more);
/* Take the next frame on the far side, which is number *arrived; false: there is none yet. */
bool peer_takes(uint32_t *arrived);
/* So many frames each way, at once, each looked at. */
void exchange(uint32_t in, uint32_t out);
/* Receive modes, by what comes through; `rest` is what RCTL holds besides the mode. */
void set_mode(bool promiscuous, bool all_multicast, unsigned groups, uint32_t rest);
enum { OURS, BROADCAST, ANOTHER, GROUP, KINDS };
void must_pass(const char *mode, const bool passes[KINDS]);

/* ---- scenario_e1000_descriptors.c: as the device finds them in memory ---- */

void gather(void);        /* a frame of three pieces goes out */
void hold_back(void);     /* nothing is handed back that was not sent */
void largest_piece(void); /* one entry carries so much and no more */
void scatter(void);       /* a frame of three buffers comes in */
void errors(void);        /* frames that the device marks as bad */

#endif
