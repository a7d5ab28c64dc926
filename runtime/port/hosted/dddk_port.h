/* SPDX-License-Identifier: MIT
 *
 * The port header of the hosted ABI, shared by sim and qemu: the same object file of a driver runs
 * in both. Register access goes through the table of the host that owns the device (see host.h). A
 * hosted program is one thread; contexts are turns of its event loop, so locks only check that they
 * are used rightly.
 */
#ifndef DDDK_PORT_H
#define DDDK_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dddk_mmio_ops {
    uint64_t (*read)(void *window, size_t offset_bytes, unsigned bytes);
    void (*write)(void *window, size_t offset_bytes, unsigned bytes, uint64_t value);
};

/* A mapped BAR. */
struct dddk_mmio {
    const struct dddk_mmio_ops *ops;
    void *window;
};

#define DDDK_HOSTED_ACCESS_(bits)                                                 \
    static inline __attribute__((always_inline, unused))                          \
    uint##bits##_t dddk_read##bits(const struct dddk_mmio *mmio, size_t offset)   \
    {                                                                             \
        return (uint##bits##_t)mmio->ops->read(mmio->window, offset, (bits) / 8); \
    }                                                                             \
    static inline __attribute__((always_inline, unused)) void dddk_write##bits(   \
        const struct dddk_mmio *mmio, size_t offset, uint##bits##_t value)        \
    {                                                                             \
        mmio->ops->write(mmio->window, offset, (bits) / 8, value);                \
    }
DDDK_HOSTED_ACCESS_(8)
DDDK_HOSTED_ACCESS_(16)
DDDK_HOSTED_ACCESS_(32)
DDDK_HOSTED_ACCESS_(64)

/* The device is another process (qemu) or this one (sim); memory is shared with it, so CPU barriers
 * are what is needed. */
#define dddk_dma_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dddk_dma_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dddk_mmio_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
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

/* A run-time value did not fit its field: the access is not made. Traps in debug builds unless a
 * test expects it. */
__attribute__((cold)) void dddk_range_fault(const char *what);

struct dddk_net;
struct dddk_net_buffer;

/* Payload memory of one net device: fixed-size buffers in DMA memory, and the way to whoever
 * receives. */
struct dddk_port_net {
    struct dddk_host_net *state; /* of host_net.c; NULL while the device is not open */
};
/* The class's own rings are all that a host needs. */
struct dddk_port_serial {
    char unused;
};
struct dddk_port_misc {
    char unused;
};

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer);
void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last);
void dddk_port_rx_recycle(struct dddk_net *net, void *cookie);
void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent);
void dddk_port_tx_wake(struct dddk_net *net);

#endif
