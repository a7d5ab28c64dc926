/* SPDX-License-Identifier: MIT
 *
 * The interrupt and poll protocol, one copy for all ports (runtime/irq.c). A vector's hard handler
 * reads and acknowledges the cause before any service, hands `thread` causes over atomically,
 * completes waiters, and on a `service` cause masks the vector and schedules its poll. The poll
 * services every ring of the vector whatever the cause was; when it ran out of work it unmasks,
 * arms, and looks once more, so that nothing that came in between is lost. Scheduling a poll that
 * is running makes it run again.
 */
#ifndef DDDK_IRQ_H
#define DDDK_IRQ_H

#include "dddk/base.h"

struct dddk_device;

enum dddk_irq_result { DDDK_IRQ_NOT_MINE, DDDK_IRQ_HANDLED };

/* Generated, one for each entry of `interrupts:`. Causes are a 32-bit set; a cause code N of the
 * manifest is bit N, and where the message says it all it is bit 0. */
struct dddk_vector_ops {
    const char *name;
    uint32_t service;  /* causes that schedule the poll */
    uint32_t thread;   /* causes that call a handler in thread context */
    uint32_t complete; /* causes that wake a waiting handler */
    /* Of those two, the ones that only their handler can take back: nothing acknowledges them, or
     * they show what stands in another register. The vector stays masked until the handler has
     * returned, or waits again. */
    uint32_t level;
    /* irq context. Read the causes and acknowledge exactly what was read. 0: not this device. */
    uint32_t (*cause)(struct dddk_device *dev);
    /* could only be read from an absent device; NULL: all 32 bits set */
    bool (*suspect)(uint32_t causes);
    /* Any context: the device raises nothing of this vector any more, or again. Both NULL: it
     * cannot be masked at the device, but on its way (dddk_port_vector_mask). */
    void (*mask)(struct dddk_device *dev);
    void (*unmask)(struct dddk_device *dev);
    /* Poll context; work done, transmit reaping not counted; `budget`: call again. NULL: nothing to
     * service. */
    unsigned (*poll)(struct dddk_device *dev, unsigned budget);
    /* Poll context, after unmask: true if a ring is ready already; NULL: never. */
    bool (*arm)(struct dddk_device *dev);
    /* Thread context, vector masked: acknowledge these level causes, whose handler has returned.
     * NULL: there is nothing to write. */
    void (*settle)(struct dddk_device *dev, uint32_t causes);
    /* irq context: wake the waiters of these causes; may be NULL. */
    void (*completed)(struct dddk_device *dev, uint32_t causes);
    /* Thread context: the handlers of these causes; may be NULL. */
    void (*call)(struct dddk_device *dev, uint32_t causes);
    uint32_t at_start; /* thread causes whose handler runs once after each start */
    /* Modes in which there is such a vector: a set of 1 << enum dddk_irq_mode; 0: in each of the
     * driver's. With MSI-X each vector has a message of its own; all others share one interrupt. */
    uint32_t modes;
    uint32_t message; /* its entry in the MSI-X table */
    bool receives;    /* its poll delivers frames; where no vector says so, the first one's does */
};

struct dddk_vector_counters {
    uint64_t interrupts; /* hard handler calls that were ours */
    uint64_t not_mine;
    uint64_t polls;
    uint64_t missed; /* scheduled while running */
    uint64_t storms; /* rows of interrupts that led to nothing */
};

struct dddk_vector {
    const struct dddk_vector_ops *ops;
    struct dddk_device *dev;
    uint32_t poll_state;     /* atomic: DDDK_POLL_* bits */
    uint32_t thread_pending; /* atomic: causes waiting for thread context */
    uint32_t telling;        /* thread causes whose handlers are running */
    bool enabled;            /* between the unmask at start and the mask at stop */
    uint32_t unhandled_row;  /* interrupts in a row that led to nothing: no work of a poll, no
                                handler in thread context, nobody who waited */
    uint32_t kept;           /* atomic: why it stays masked, DDDK_KEPT_* bits */
    uint32_t levels;         /* atomic: level causes whose handler has not returned */
    uint32_t held;           /* atomic: the port was told to hold it off */
    struct dddk_vector_counters counters;
};

/* SCHEDULED from the first schedule until the poll has run out of work; RUNNING while it runs;
 * MISSED: scheduled since the poll last began. */
enum { DDDK_POLL_SCHEDULED = 1, DDDK_POLL_RUNNING = 2, DDDK_POLL_MISSED = 4 };

/* A storm is being held off; a handler has yet to take back what raises its cause. */
enum { DDDK_KEPT_STORM = 1, DDDK_KEPT_LEVEL = 2 };

/* So many interrupts in a row that lead to nothing are a storm: the vector stays masked for a
 * while, is polled, and may interrupt again. */
#define DDDK_STORM_ROW 128u
#define DDDK_STORM_HOLD_NS DDDK_MSEC(10)

/* A handler that waits for an interrupt. Armed before the device is told to go, completed by a
 * cause of the manifest. */
struct dddk_completion {
    uint32_t done;   /* atomic: causes that came, 1 where nobody asks which */
    uint32_t causes; /* those that ended the last wait */
};

/* Called by ports. irq context. */
enum dddk_irq_result dddk_vector_interrupt(struct dddk_vector *vector);
/* Called by ports. Poll context; never twice at once for one vector. Returns work done; equal to
 * budget: call again. */
unsigned dddk_vector_poll(struct dddk_vector *vector, unsigned budget);
/* Called by ports. Thread context without the device mutex, which it takes: runs the handlers of
 * pending thread causes. */
void dddk_vector_thread(struct dddk_vector *vector);

/* Called by generated steps, thread context: enable (unmask) and disable (mask, wait until the poll
 * is over; thread work that is still queued will find the vector disabled). A vector that the
 * device's interrupt mode does not have stays as it is. */
void dddk_vector_enable(struct dddk_vector *vector);
void dddk_vector_disable(struct dddk_vector *vector);
/* Thread context: keep interrupts and poll away for a while, and let them come again. What came
 * meanwhile is looked at then. pause returns whether there was something to keep away: only then is
 * resume called. */
bool dddk_vector_pause(struct dddk_vector *vector);
void dddk_vector_resume(struct dddk_vector *vector);
/* Schedule the poll from any context (the class does so when it gave work to a ring). */
void dddk_vector_schedule(struct dddk_vector *vector);

/* Thread context: forget an earlier completion, before the device is told to go. */
void dddk_arm(struct dddk_completion *completion);
/* irq context. */
void dddk_complete(struct dddk_completion *completion);
/* The same, and say which causes it were; not 0. */
void dddk_complete_by(struct dddk_completion *completion, uint32_t causes);

#endif
