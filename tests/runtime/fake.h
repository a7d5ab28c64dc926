/* SPDX-License-Identifier: MIT
 *
 * A port for tests of the portable runtime: registers are bytes in memory, time passes only when
 * somebody waits, and everything that is asked of the port is counted. One machine, `fake`, which
 * fake_reset() makes new; a test then holds its numbers against what must have happened.
 */
#ifndef TESTS_RUNTIME_FAKE_H
#define TESTS_RUNTIME_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/misc.h"
#include "dddk/net.h"
#include "dddk/serial.h"
#include "dddk/wait.h"
#include "runtime/port.h"

enum { FAKE_REGISTERS = 0x20000, FAKE_BUFFERS = 600, FAKE_LOG = 256, FAKE_DELIVERED = 1024 };

enum fake_owner { FAKE_POOL, FAKE_RECEIVE, FAKE_DELIVER, FAKE_TRANSMIT };

/* One payload buffer; its cookie is its address. */
struct fake_buffer {
    enum fake_owner owner;
    bool sent; /* as the driver said when it handed the frame back */
};

struct fake {
    /* steps: the k-th acquisition from now on fails when fail_at is k; 1 is the next */
    struct {
        const struct dddk_step *step;
        bool acquire;
    } steps[FAKE_LOG];
    unsigned step_count, fail_at;
    int fail_status;

    /* the bus */
    uint8_t registers[FAKE_REGISTERS];
    uint64_t (*read)(size_t offset, unsigned bytes,
                     uint64_t value);                             /* NULL: the bytes as they are */
    void (*write)(size_t offset, unsigned bytes, uint64_t value); /* after the bytes were stored */
    unsigned reads, writes;
    size_t bar_bytes;
    bool decodes, masters, mapped, absent;
    struct dddk_dma_limits limits;

    /* what the user said of every parameter; NULL: nothing */
    const char *param;

    /* memory: how many pieces are allocated; the k-th allocation from now on fails */
    unsigned memory_live, dma_live, fail_alloc;

    /* interrupts */
    enum dddk_irq_mode irq_mode; /* that the next request finds; none: INTx */
    unsigned vectors, polls_scheduled, threads_scheduled, quiesced;
    unsigned fail_vector; /* the k-th request of a vector from now on fails */
    bool held; /* as the port was last told, and how often it was told to hold a vector off */
    unsigned holds;
    uint64_t later_ns; /* of the last poll that was put off; 0: none */

    /* time */
    uint64_t now_ns;
    unsigned pauses, spins;
    void (*pause)(uint64_t duration_ns); /* runs while the thread waits */
    uint64_t oversleep_ns;               /* every pause takes so much longer than asked */

    /* locks */
    unsigned locks;
    bool locked_in_publish;

    /* classes */
    bool published, class_started, gate_open;
    unsigned link_changes, wakes;
    struct fake_buffer buffers[FAKE_BUFFERS];
    unsigned buffers_allowed; /* dddk_port_rx_buffer gives out no more than these */
    struct {
        void *cookie;
        uint32_t length_bytes;
        bool last;
    } delivered[FAKE_DELIVERED];
    unsigned delivered_count, recycled, tx_done;
    unsigned misuse; /* a buffer handed back by who does not have it, a lock taken twice ... */

    unsigned logged;
    char last_log[256];
    unsigned range_faults;
};

extern struct fake fake;

/* A new machine whose only device, of `driver`, is detached. The device is zeroed memory of the
 * driver's size, freed by the next fake_reset(). */
struct dddk_device *fake_reset(const struct dddk_driver *driver);

/* The names of the logged steps as one line: "+a +b -b -a". */
const char *fake_steps(void);
unsigned fake_owned_by(enum fake_owner owner);

#endif
