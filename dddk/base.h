/* SPDX-License-Identifier: MIT
 *
 * What every other header of dddk/ stands on: the port's types and primitives (dddk_port.h, found
 * by include path), the compiler attributes the kit uses, and units. Nothing here knows which port
 * it is built for.
 */
#ifndef DDDK_BASE_H
#define DDDK_BASE_H

#include "dddk_port.h" /* fixed-width types, MMIO, barriers, atomics, locks; see runtime/port.h for the contract */

#include "dddk/status.h"

#define DDDK_INLINE static inline __attribute__((always_inline, unused))
/* Attributes in their reserved spelling: a kernel has macros by the plain names. */
#define DDDK_NOINLINE __attribute__((__noinline__))
/* Seldom called: away from the hot path. */
#define DDDK_COLD __attribute__((__noinline__, __cold__))
#define DDDK_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define DDDK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define DDDK_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* The object of `type` whose member `member` is at `pointer`. */
#define DDDK_CONTAINER(pointer, type, member) \
    ((type *)(void *)((char *)(pointer) - __builtin_offsetof(type, member)))

#define DDDK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Durations are 64-bit nanoseconds everywhere. */
#define DDDK_NSEC(n) ((uint64_t)(n))
#define DDDK_USEC(n) ((uint64_t)(n)*1000u)
#define DDDK_MSEC(n) ((uint64_t)(n)*1000000u)
#define DDDK_SEC(n) ((uint64_t)(n)*1000000000u)

/* Bytes of a device's name ("NAME.0"), the terminating zero among them. */
#define DDDK_NAME_MAX 32

#endif
