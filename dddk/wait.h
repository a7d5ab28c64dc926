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
    bool late; /* the deadline had passed before the condition was read for the last time */
    bool refused;
    bool spin;
};
struct dddk_wait_ dddk_wait_begin_(struct dddk_device *dev, uint64_t timeout_ns, bool spin);
bool dddk_wait_again_(
    struct dddk_wait_ *wait); /* false when the time is over or the context was wrong */
int dddk_wait_end_(const struct dddk_wait_
                       *wait); /* DDDK_ETIMEDOUT, DDDK_ENODEV or DDDK_ESTATE; counts and logs */
int dddk_wait_completion_(struct dddk_device *dev, struct dddk_completion *completion,
                          uint64_t timeout_ns);

#define DDDK_WAIT_(dev_, condition, timeout_ns, spin)                                        \
    __extension__({                                                                          \
        struct dddk_wait_ dddk_wait_state_ = dddk_wait_begin_((dev_), (timeout_ns), (spin)); \
        int dddk_wait_status_ = 0;                                                           \
        while (!(condition)) {                                                               \
            if (!dddk_wait_again_(&dddk_wait_state_)) {                                      \
                dddk_wait_status_ = dddk_wait_end_(&dddk_wait_state_);                       \
                break;                                                                       \
            }                                                                                \
        }                                                                                    \
        dddk_wait_status_;                                                                   \
    })

/*
 * Wait until the condition holds, sleeping between looks. Thread context only. The condition is
 * always read once more after the deadline, so that a long pause of this thread is not taken for a
 * slow device. Returns 0, DDDK_ETIMEDOUT, DDDK_ENODEV (the deadline passed and the device is gone),
 * DDDK_ESTATE (wrong context).
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

/* Sleep at least so long. Thread context only; elsewhere it counts a context error and returns at
 * once. */
#define dddk_sleep(dev, duration_ns) dddk_sleep_(DDDK_DEVICE(dev), (duration_ns))
void dddk_sleep_(struct dddk_device *dev, uint64_t duration_ns);

#define DDDK_SPIN_MAX_NS DDDK_USEC(100)

#endif
