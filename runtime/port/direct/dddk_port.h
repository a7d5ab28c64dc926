/* SPDX-License-Identifier: MIT
 *
 * The port header of the direct ABI in its plainest form: a register is a word of memory at an
 * address, an access exactly one load or store, and a net device's payload a stack of buffers.
 * Measurements are made on it, because here nothing stands between a driver and its device.
 */
#ifndef DDDK_PORT_H
#define DDDK_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __STDC_HOSTED__
#include <string.h>
#else /* for a target that has no libc here: only the compiler's own headers */
void *memcpy(void *to, const void *from, size_t size_bytes);
void *memset(void *to, int byte, size_t size_bytes);
int memcmp(const void *left, const void *right, size_t size_bytes);
#endif

#define DDDK_PORT_INLINE_ static inline __attribute__((always_inline, unused))

/* A mapped BAR. */
struct dddk_mmio {
    volatile uint8_t *base;
};

#ifdef __aarch64__
/* One instruction that a hypervisor can decode: the compiler may not choose an addressing mode that
 * writes the base back. */
#define DDDK_DIRECT_ACCESS_(bits, load, store, width)                                             \
    DDDK_PORT_INLINE_ uint##bits##_t dddk_read##bits(const struct dddk_mmio *mmio, size_t offset) \
    {                                                                                             \
        uint##bits##_t value;                                                                     \
        __asm__ volatile(load " %" width "0, [%1]"                                                \
                         : "=r"(value)                                                            \
                         : "r"(mmio->base + offset)                                               \
                         : "memory");                                                             \
        return value;                                                                             \
    }                                                                                             \
    DDDK_PORT_INLINE_ void dddk_write##bits(const struct dddk_mmio *mmio, size_t offset,          \
                                            uint##bits##_t value)                                 \
    {                                                                                             \
        __asm__ volatile(store " %" width "0, [%1]"                                               \
                         :                                                                        \
                         : "rZ"(value), "r"(mmio->base + offset)                                  \
                         : "memory");                                                             \
    }
DDDK_DIRECT_ACCESS_(8, "ldrb", "strb", "w")
DDDK_DIRECT_ACCESS_(16, "ldrh", "strh", "w")
DDDK_DIRECT_ACCESS_(32, "ldr", "str", "w")
DDDK_DIRECT_ACCESS_(64, "ldr", "str", "x")
#else
/* Devices are little-endian, whatever the processor is. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define DDDK_DIRECT_ORDER_(bits, value) (value)
#else
#define DDDK_DIRECT_SWAP_8_(value) (value)
#define DDDK_DIRECT_SWAP_16_(value) __builtin_bswap16(value)
#define DDDK_DIRECT_SWAP_32_(value) __builtin_bswap32(value)
#define DDDK_DIRECT_SWAP_64_(value) __builtin_bswap64(value)
#define DDDK_DIRECT_ORDER_(bits, value) DDDK_DIRECT_SWAP_##bits##_(value)
#endif
#define DDDK_DIRECT_ACCESS_(bits)                                                                  \
    DDDK_PORT_INLINE_ uint##bits##_t dddk_read##bits(const struct dddk_mmio *mmio, size_t offset)  \
    {                                                                                              \
        return DDDK_DIRECT_ORDER_(                                                                 \
            bits, *(const volatile uint##bits##_t *)(const volatile void *)(mmio->base + offset)); \
    }                                                                                              \
    DDDK_PORT_INLINE_ void dddk_write##bits(const struct dddk_mmio *mmio, size_t offset,           \
                                            uint##bits##_t value)                                  \
    {                                                                                              \
        *(volatile uint##bits##_t *)(volatile void *)(mmio->base + offset) =                       \
            DDDK_DIRECT_ORDER_(bits, value);                                                       \
    }
DDDK_DIRECT_ACCESS_(8)
DDDK_DIRECT_ACCESS_(16)
DDDK_DIRECT_ACCESS_(32)
DDDK_DIRECT_ACCESS_(64)
#endif

#ifdef __x86_64__
/* Stores are seen in order, loads are made in order, and an uncached store waits for those before
 * it: only the compiler must be told. (Intel SDM volume 3, memory ordering) */
#define dddk_dma_wmb() __asm__ volatile("" : : : "memory")
#define dddk_dma_rmb() __asm__ volatile("" : : : "memory")
#define dddk_mmio_wmb() __asm__ volatile("" : : : "memory")
#else
#define dddk_dma_wmb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define dddk_dma_rmb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define dddk_mmio_wmb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif
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

/* A run-time value did not fit its field: the access is not made. */
__attribute__((cold)) void dddk_range_fault(const char *what);

/* ---- payload of a net device ---- */

/* One buffer; its cookie is its address. */
struct dddk_direct_buffer {
    uint64_t device; /* where the device finds its data */
    uint32_t length_bytes;
    bool more; /* received: another piece of the same frame follows; false otherwise */
};

/* Two stacks of pointers, which have room for every buffer there is. */
struct dddk_port_net {
    struct dddk_direct_buffer **free, **free_top;         /* free: the bottom */
    struct dddk_direct_buffer **received, **received_top; /* received: the first */
    uint32_t buffer_bytes;
    bool stopped;
};
struct dddk_port_serial {
    char unused;
};
struct dddk_port_misc {
    char unused;
};

DDDK_PORT_INLINE_ void dddk_direct_put_(struct dddk_port_net *port, void *cookie)
{
    *port->free_top++ = cookie;
}

DDDK_PORT_INLINE_ void dddk_direct_deliver_(struct dddk_port_net *port, void *cookie,
                                            uint32_t length_bytes, bool last)
{
    struct dddk_direct_buffer *buffer = cookie;

    buffer->length_bytes = length_bytes;
    if (!last) {
        buffer->more = true;
    }
    *port->received_top++ = buffer;
}

/* The class's structs are not complete here: these are macros, so that they need not be. */
#define dddk_port_rx_buffer(net, buffer)                                                 \
    ((net)->port.free_top != (net)->port.free &&                                         \
     ((buffer)->cookie = *--(net)->port.free_top,                                        \
      (buffer)->address.value = ((struct dddk_direct_buffer *)(buffer)->cookie)->device, \
      (buffer)->size_bytes = (net)->port.buffer_bytes, true))
#define dddk_port_rx_deliver(net, cookie, length_bytes, last) \
    dddk_direct_deliver_(&(net)->port, (cookie), (length_bytes), (last))
#define dddk_port_rx_recycle(net, cookie) dddk_direct_put_(&(net)->port, (cookie))
#define dddk_port_tx_done(net, cookie, sent) \
    ((void)(sent), dddk_direct_put_(&(net)->port, (cookie)))
#define dddk_port_tx_wake(net) ((void)((net)->port.stopped = false))

#endif
