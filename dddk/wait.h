/* SPDX-License-Identifier: MIT
 *
 * Bounded waiting: the only loops on a register that there are. `dev` is a pointer to a generated
 * driver struct, a condition is an expression that is evaluated again and again, a timeout is in
 * nanoseconds.
 */
#ifndef DDDK_WAIT_H
#define DDDK_WAIT_H

#include "dddk/device.h"

/* One wait in progress. Not for drivers. */
struct dddk_wait_ {
    struct dddk_device *dev;
    uint64_t deadline_ns;
    uint64_t pause_ns; /* the next pause; 0: spin */
    bool late;         /* the deadline had passed before the condition was read for the last time */
};
/* 0, or why there is nothing to wait for: DDDK_ESTATE (context), DDDK_EINVAL (too long to spin). */
int dddk_wait_begin_(struct dddk_wait_ *wait, struct dddk_device *dev, uint64_t timeout_ns,
                     bool spin);
/* The condition did not hold. 0: look again; DDDK_ETIMEDOUT or DDDK_ENODEV: it is over. */
int dddk_wait_again_(struct dddk_wait_ *wait);
int dddk_wait_completion_(struct dddk_device *dev, struct dddk_completion *completion,
                          uint64_t timeout_ns);

#define DDDK_WAIT_(dev_, condition, timeout_ns_, spin_)                          \
    __extension__({                                                              \
        struct dddk_wait_ dddk_wait_state_;                                      \
        int dddk_wait_status_ =                                                  \
            dddk_wait_begin_(&dddk_wait_state_, (dev_), (timeout_ns_), (spin_)); \
        while (dddk_wait_status_ == 0 && !(condition)) {                         \
            dddk_wait_status_ = dddk_wait_again_(&dddk_wait_state_);             \
        }                                                                        \
        dddk_wait_status_;                                                       \
    })

/*
 * Wait until the condition holds, sleeping between looks. Thread context only. The condition is
 * always read once more after the deadline, so that a long pause of this thread is not taken for a
 * slow device. Returns 0, DDDK_ETIMEDOUT, DDDK_ENODEV (the device is gone: asked when the deadline
 * passed), DDDK_ESTATE (wrong context: the condition is not read).
 */
#define dddk_poll(dev, condition, timeout_ns) \
    DDDK_WAIT_(DDDK_DEVICE(dev), condition, timeout_ns, false)

/* The same, without sleeping, for at most 100 us: any context. A longer timeout is refused with
 * DDDK_EINVAL. */
#define dddk_spin(dev, condition, timeout_ns) \
    DDDK_WAIT_(DDDK_DEVICE(dev), condition, timeout_ns, true)

/* Wait for an interrupt to complete what dddk_arm() armed. Thread context only. Returns as
 * dddk_poll(). */
#define dddk_wait(dev, completion, timeout_ns) \
    dddk_wait_completion_(DDDK_DEVICE(dev), (completion), (timeout_ns))

/* Sleep at least so long. Thread context only; elsewhere it counts a context error and returns
 * DDDK_ESTATE at once. Returns 0. */
#define dddk_sleep(dev, duration_ns) dddk_sleep_(DDDK_DEVICE(dev), (duration_ns))
int dddk_sleep_(struct dddk_device *dev, uint64_t duration_ns);

#define DDDK_SPIN_MAX_NS DDDK_USEC(100)

#endif
