/* SPDX-License-Identifier: MIT
 *
 * The port header of the Linux kernel: types, register access, barriers, atomics and locks as the
 * kernel has them. A driver that is built with it becomes a kernel module (module.h beside this
 * file). What the classes need of the kernel stays behind pointers, so that the macros of its
 * network, tty and file system headers do not reach a driver.
 */
#ifndef DDDK_PORT_H
#define DDDK_PORT_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/io.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

struct dddk_linux_config; /* of region.c */

/* A mapped region. */
struct dddk_mmio {
    union {
        void __iomem *base;
        struct dddk_linux_config *config; /* of one in configuration space */
    };
};

/*
 * Memory BARs: readl() and its like, one load or store each on x86. They are the ordered kind:
 * everything written to memory before a register write is seen by the device before it, so a
 * handler needs no barrier of its own. A 64-bit access on a 32-bit machine is two, the lower half
 * first.
 */
#define DDDK_LINUX_ACCESS_(bits, suffix)                                        \
    static inline __attribute__((always_inline, unused))                        \
    uint##bits##_t dddk_read##bits(const struct dddk_mmio *mmio, size_t offset) \
    {                                                                           \
        return read##suffix(mmio->base + offset);                               \
    }                                                                           \
    static inline __attribute__((always_inline, unused)) void dddk_write##bits( \
        const struct dddk_mmio *mmio, size_t offset, uint##bits##_t value)      \
    {                                                                           \
        write##suffix(value, mmio->base + offset);                              \
    }
DDDK_LINUX_ACCESS_(8, b)
DDDK_LINUX_ACCESS_(16, w)
DDDK_LINUX_ACCESS_(32, l)
DDDK_LINUX_ACCESS_(64, q)

/* Registers that interrupts use as well; dddk/access.h asks for these. Not inline, so that a
 * driver's module needs nothing of the kernel itself. */
#define DDDK_IRQ_LOCK
struct dddk_irq_lock {
    spinlock_t lock;
};
void dddk_irq_lock_init(struct dddk_irq_lock *lock);
unsigned long dddk_irq_lock_take(struct dddk_irq_lock *lock);
void dddk_irq_lock_give(struct dddk_irq_lock *lock, unsigned long flags);

/* Port-I/O BARs need other instructions on x86; dddk/access.h asks for these. */
#define DDDK_PORT_IO
#define DDDK_LINUX_IO_(bits)                                                       \
    static inline __attribute__((always_inline, unused))                           \
    uint##bits##_t dddk_io_read##bits(const struct dddk_mmio *mmio, size_t offset) \
    {                                                                              \
        return (uint##bits##_t)ioread##bits(mmio->base + offset);                  \
    }                                                                              \
    static inline __attribute__((always_inline, unused)) void dddk_io_write##bits( \
        const struct dddk_mmio *mmio, size_t offset, uint##bits##_t value)         \
    {                                                                              \
        iowrite##bits(value, mmio->base + offset);                                 \
    }
DDDK_LINUX_IO_(8)
DDDK_LINUX_IO_(16)
DDDK_LINUX_IO_(32)
DDDK_LINUX_IO_(64)

/* Configuration space is reached through the PCI core; dddk/access.h asks for these. Any context.
 */
#define DDDK_CONFIG_SPACE
uint8_t dddk_config_read8(const struct dddk_mmio *mmio, size_t offset);
uint16_t dddk_config_read16(const struct dddk_mmio *mmio, size_t offset);
uint32_t dddk_config_read32(const struct dddk_mmio *mmio, size_t offset);
void dddk_config_write8(const struct dddk_mmio *mmio, size_t offset, uint8_t value);
void dddk_config_write16(const struct dddk_mmio *mmio, size_t offset, uint16_t value);
void dddk_config_write32(const struct dddk_mmio *mmio, size_t offset, uint32_t value);

#define dddk_dma_wmb() dma_wmb()
#define dddk_dma_rmb() dma_rmb()
/* The register write that follows is ordered by itself, see above. */
#define dddk_mmio_wmb() barrier()
#define dddk_mb() mb()

#define DDDK_READ_ONCE(x) READ_ONCE(x)
#define DDDK_WRITE_ONCE(x, v) WRITE_ONCE(x, v)

#define dddk_load_acquire(p) smp_load_acquire(p)
#define dddk_store_release(p, v) smp_store_release(p, v)

/* The kit's atomics are plain 32-bit integers; the kernel's are a struct of one. */
static inline __attribute__((unused)) uint32_t dddk_fetch_or(uint32_t *p, uint32_t v)
{
    return (uint32_t)atomic_fetch_or((int)v, (atomic_t *)(void *)p);
}
static inline __attribute__((unused)) uint32_t dddk_fetch_and(uint32_t *p, uint32_t v)
{
    return (uint32_t)atomic_fetch_and((int)v, (atomic_t *)(void *)p);
}
static inline __attribute__((unused)) uint32_t dddk_exchange(uint32_t *p, uint32_t v)
{
    return (uint32_t)atomic_xchg((atomic_t *)(void *)p, (int)v);
}

struct dddk_mutex {
    struct mutex mutex;
};

/* Contexts of one device run at the same time on several CPUs, so the running one is asked for. The
 * device mutex is what makes a task's code thread context. */
#define DDDK_PORT_CONTEXT(dev)                                   \
    (in_hardirq()                          ? DDDK_CONTEXT_IRQ    \
     : !in_task()                          ? DDDK_CONTEXT_POLL   \
     : mutex_is_locked(&(dev)->lock.mutex) ? DDDK_CONTEXT_THREAD \
                                           : DDDK_CONTEXT_NONE)

/* Parameters are the module's; dddk/param.h asks for these. Their text is read at each attach, so
 * that a wrong value is refused with the same words as on every port. */
#define DDDK_PORT_PARAM(driver, name_, initial, doc)                   \
    static char *driver##_param_##name_##_ = initial;                  \
    module_param_named(name_, driver##_param_##name_##_, charp, 0444); \
    MODULE_PARM_DESC(name_, doc)
#define DDDK_PORT_PARAM_TEXT(driver, name_) &driver##_param_##name_##_

/* A run-time value did not fit its field: the access is not made, and the kernel's log has the
 * sentence and a stack, once. */
void __cold dddk_range_fault(const char *what);

struct dddk_net;
struct dddk_net_buffer;

struct dddk_port_net {
    struct dddk_linux_net *state; /* of net.c; there from probe to remove */
};
struct dddk_port_serial {
    struct dddk_linux_serial *state; /* of serial.c; there while the device is published */
};
struct dddk_port_misc {
    struct dddk_linux_misc *state; /* of misc.c; there while the device is published */
};

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer);
void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last);
void dddk_port_rx_recycle(struct dddk_net *net, void *cookie);
void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent);
void dddk_port_tx_wake(struct dddk_net *net);

#endif
