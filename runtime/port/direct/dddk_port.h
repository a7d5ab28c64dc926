/* SPDX-License-Identifier: MIT
 *
 * The port header of direct access from a user-space program: a BAR is mapped memory, and an access
 * is exactly one load or store. Measurements and the tests of generated code are built with it; a
 * port with a memory model of its own (arm64 device memory, port I/O) brings its own header. Needs
 * no libc: it can be compiled freestanding, for any target.
 */
#ifndef DDDK_PORT_H
#define DDDK_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __STDC_HOSTED__
#include <string.h>
#else
void *memcpy(void *to, const void *from, size_t size_bytes);
void *memset(void *to, int byte, size_t size_bytes);
int memcmp(const void *left, const void *right, size_t size_bytes);
#endif

/* A mapped BAR. */
struct dddk_mmio {
    volatile unsigned char *base;
};

/* Devices are little-endian. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define DDDK_DIRECT_ORDER_(bits, value) (value)
#else
#define __builtin_bswap8(value) (value)
#define DDDK_DIRECT_ORDER_(bits, value) __builtin_bswap##bits(value)
#endif

#define DDDK_DIRECT_ACCESS_(bits)                                                      \
    static inline __attribute__((always_inline, unused))                               \
    uint##bits##_t dddk_read##bits(const struct dddk_mmio *mmio, size_t offset)        \
    {                                                                                  \
        return DDDK_DIRECT_ORDER_(                                                     \
            bits, *(volatile uint##bits##_t *)(volatile void *)(mmio->base + offset)); \
    }                                                                                  \
    static inline __attribute__((always_inline, unused)) void dddk_write##bits(        \
        const struct dddk_mmio *mmio, size_t offset, uint##bits##_t value)             \
    {                                                                                  \
        *(volatile uint##bits##_t *)(volatile void *)(mmio->base + offset) =           \
            DDDK_DIRECT_ORDER_(bits, value);                                           \
    }
DDDK_DIRECT_ACCESS_(8)
DDDK_DIRECT_ACCESS_(16)
DDDK_DIRECT_ACCESS_(32)
DDDK_DIRECT_ACCESS_(64)

#define dddk_dma_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dddk_dma_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dddk_mmio_wmb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define dddk_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)

#define DDDK_READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define DDDK_WRITE_ONCE(x, v) ((void)(*(volatile __typeof__(x) *)&(x) = (v)))

#define dddk_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define dddk_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define dddk_fetch_or(p, v) __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST)
#define dddk_fetch_and(p, v) __atomic_fetch_and((p), (v), __ATOMIC_SEQ_CST)
#define dddk_exchange(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

struct dddk_mutex {
    bool held;
};

/* A run-time value did not fit its field: the access is not made. The program defines it. */
__attribute__((cold)) void dddk_range_fault(const char *what);

struct dddk_net;
struct dddk_net_buffer;

/* The program that includes this header is its own class: it defines what it needs of these. */
struct dddk_port_net {
    void *state;
};
struct dddk_port_serial {
    void *state;
};
struct dddk_port_misc {
    void *state;
};

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer);
void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last);
void dddk_port_rx_recycle(struct dddk_net *net, void *cookie);
void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent);
void dddk_port_tx_wake(struct dddk_net *net);

#endif
