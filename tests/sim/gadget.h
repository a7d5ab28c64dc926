/* SPDX-License-Identifier: MIT
 *
 * A device that exists only in these tests, written by hand where a manifest would be compiled: the
 * smallest driver that a port can attach, whose interrupt handler, poll and thread work are given
 * by each test, and a model with one of everything that the port sim simulates.
 */
#ifndef TESTS_SIM_GADGET_H
#define TESTS_SIM_GADGET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/irq.h"
#include "dddk/misc.h"
#include "dddk/net.h"
#include "dddk/test.h"
#include "host.h"
#include "runtime/port.h"

/* Offsets of the registers. */
enum gadget_register {
    GADGET_CAUSE = 0x00, /* w1c */
    GADGET_MASK = 0x04,  /* causes that are let through */
    GADGET_CTRL = 0x08,  /* IN_ENABLE 0, OUT_ENABLE 1, MODE 5:4 (OFF 0, SLOW 1, FAST 2), GO 30 (sc),
                            RESET 31 (sc, resets the device) */
    GADGET_SELECT = 0x0c, /* BANK 0 */
    GADGET_LEFT = 0x10,   /* while BANK is 0 */
    GADGET_RIGHT = 0x10,  /* while BANK is 1 */
    GADGET_TABLE = 0x20,  /* 4 of them, every 8 bytes; a write adds 1 to what is stored */
    GADGET_IN_BASE = 0x40,
    GADGET_IN_SIZE = 0x48, /* bytes */
    GADGET_IN_HEAD = 0x4c,
    GADGET_IN_TAIL = 0x50,
    GADGET_OUT_LOW = 0x60,
    GADGET_OUT_HIGH = 0x64,
    GADGET_OUT_COUNT = 0x68, /* entries */
    GADGET_OUT_TAIL = 0x6c,
    GADGET_SWAPPED = 0x80, /* big-endian: HIGH 31:16, LOW 7:0 */
    GADGET_BYTES = 0x1000,
};

enum gadget_cause { GADGET_A = 1, GADGET_B = 2, GADGET_IN = 16, GADGET_OUT = 32 };
enum gadget_ctrl { GADGET_IN_ENABLE = 1, GADGET_OUT_ENABLE = 2 };
#define GADGET_GO 0x40000000u
#define GADGET_RESET 0x80000000u

/* The places of some registers in the tables. */
enum { GADGET_REG_CTRL = 2, GADGET_REG_TABLE = 6 };

/* Entries of both rings, big-endian: address, length, marks. */
#define GADGET_ENTRY_BYTES 16u
enum gadget_mark {
    GADGET_DONE = 0x80,
    GADGET_LAST = 0x01,
    GADGET_REPORT = 0x02,
    GADGET_BAD = 0x04
};
#define GADGET_BUFFER_BYTES 64u

struct gadget {
    struct dddk_device dddk;
    struct dddk_mmio mmio;
    struct dddk_vector vectors[1];
    union {
        struct dddk_misc misc;
        struct dddk_net net;
    } class_object;
    /* What the present test wants done; NULL: nothing. */
    uint32_t (*cause)(struct gadget *gadget);
    unsigned (*poll)(struct gadget *gadget, unsigned budget);
    void (*call)(struct gadget *gadget, uint32_t causes);
    unsigned interrupts, polls, calls; /* how often these were called */
    uint64_t user;
};

extern const struct dddk_driver gadget_driver; /* misc; MSI, then INTx; started when published */
extern const struct dddk_driver gadget_net_driver; /* the same hardware as a net device */
extern const struct dddk_model_type gadget_model_type;

/* As a net device: what transmit was last called with, and what it answers. */
struct gadget_transmit {
    unsigned calls, flushes, segments;
    uint32_t lengths[16];
    void *cookies[1024];
    int answer;
    uint32_t room;
};
extern struct gadget_transmit gadget_transmit;

/* A machine with `count` gadgets in slots 4, 8, 12...: they share a line. All bound to `driver`. */
struct dddk_host *gadget_machine(const struct dddk_driver *driver, unsigned count, bool msi);
struct gadget *gadget_number(struct dddk_host *machine, unsigned number);
struct dddk_model *gadget_model(struct gadget *gadget);

uint32_t gadget_read(struct gadget *gadget, size_t offset);
void gadget_write(struct gadget *gadget, size_t offset, uint32_t value);

/* A cause function: read CAUSE, acknowledge it. */
uint32_t gadget_acknowledge(struct gadget *gadget);

/* Warnings that a test provokes are counted instead of printed, from here on; returns how many
 * there were since the last call. */
unsigned gadget_hush(void);

#endif
