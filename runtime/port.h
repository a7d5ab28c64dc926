/* SPDX-License-Identifier: MIT
 *
 * What the portable runtime asks of a port. Two parts: types and inline primitives, which the
 * port's dddk_port.h defines, and the functions declared here, which its .c files define. Drivers
 * do not include this header.
 *
 * dddk_port.h defines, and includes nothing of dddk/:
 *   uint8_t ... uint64_t, int32_t, int64_t, uintptr_t, size_t, bool, NULL; memcpy, memset, memcmp
 *   struct dddk_mmio, dddk_read8/16/32/64(const struct dddk_mmio *, size_t offset) and
 * dddk_write8/16/32/64(..., value) dddk_dma_wmb(), dddk_dma_rmb()   order coherent memory against
 * coherent memory, as the device sees it dddk_mmio_wmb()                  order coherent memory
 * before a following MMIO write (the doorbell) dddk_mb()                        a full barrier
 *   DDDK_READ_ONCE(x), DDDK_WRITE_ONCE(x, v)
 *   dddk_load_acquire(p), dddk_store_release(p, v), dddk_fetch_or(p, v), dddk_fetch_and(p, v),
 * dddk_exchange(p, v), all on uint32_t, the last three full barriers struct dddk_mutex, struct
 * dddk_port_net, struct dddk_port_serial, struct dddk_port_misc dddk_range_fault(const char *what)
 * a run-time value did not fit its field (see dddk/access.h)
 */
#ifndef DDDK_RUNTIME_PORT_H
#define DDDK_RUNTIME_PORT_H

#include "dddk/device.h"
#include "dddk/log.h"

/* ---- the bus: thread context. The device's place is dev->port. ---- */

/* Memory and port-I/O decoding in the command register. */
int dddk_port_decode(struct dddk_device *dev, bool on);
/* Let the device do DMA and send MSI, or stop it. */
int dddk_port_bus_master(struct dddk_device *dev, bool on);
/* Map a whole BAR, the part of one that a capability names, or configuration space. DDDK_ENODEV:
 * the BAR is absent or of the other kind, or the device has no such capability; DDDK_ERANGE: there
 * are fewer bytes than `region` says; DDDK_EPROTO: the list of capabilities, or what it says,
 * cannot be (the log has the reason). */
int dddk_port_map(struct dddk_device *dev, const struct dddk_region *region,
                  struct dddk_mmio *mmio);
void dddk_port_unmap(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_mmio *mmio);
/* Any context: does configuration space still answer with the vendor ID the device was bound with?
 */
bool dddk_port_present(struct dddk_device *dev);
/* Bytes of a mapped region: at least those that it declares. */
size_t dddk_port_mapped_bytes(const struct dddk_device *dev, const struct dddk_region *region);

/* Of the runtime, for ports that map a BAR: is it what `region` says? DDDK_ENOTSUP: no, and the log
 * has the reason. */
int dddk_region_is(struct dddk_device *dev, const struct dddk_region *region, unsigned bar,
                   unsigned address_bits, bool prefetchable);

/* ---- memory ---- */

int dddk_port_dma_limits(struct dddk_device *dev, const struct dddk_dma_limits *limits);
int dddk_port_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                        struct dddk_dma_memory *memory);
void dddk_port_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory);
void *dddk_port_alloc(struct dddk_device *dev,
                      size_t size_bytes); /* zeroed, or NULL; thread context */
void dddk_port_free(struct dddk_device *dev, void *memory);

/* ---- interrupts ---- */

/* Switch the device's interrupts to the first of the driver's modes in which the device and the
 * port have all vectors that are used in it, each masked until it is requested; sets dev->irq_mode.
 * DDDK_ENOTSUP: none. Thread context without the device mutex, as the next three. */
int dddk_port_vectors_allocate(struct dddk_device *dev);
/* Every vector has been freed: the device's interrupts are off. */
void dddk_port_vectors_release(struct dddk_device *dev);
/* A vector that is used: have dddk_vector_interrupt() called from now on; it still lets nothing
 * through where the runtime has said so. */
int dddk_port_vector_request(struct dddk_vector *vector);
/* Returns when no handler, poll or thread work of the vector runs or is scheduled any more. */
void dddk_port_vector_free(struct dddk_vector *vector);
/*
 * Any context: hold the vector's interrupts off before they reach a processor (in the MSI-X table,
 * at the MSI capability, by the command register's interrupt disable), or let them come; what came
 * meanwhile comes then. Saying the same again changes nothing. Where several vectors share one
 * interrupt it is off while one of them is held.
 */
void dddk_port_vector_mask(struct dddk_vector *vector, bool masked);
/* Any context: have dddk_vector_poll, or dddk_vector_thread, called soon in its context. */
void dddk_port_schedule_poll(struct dddk_vector *vector);
void dddk_port_schedule_thread(struct dddk_vector *vector);
/* Thread context, device mutex held: return when the poll of the vector neither runs nor is
 * scheduled. It must not wait for thread work, which may be waiting for the mutex; thread work that
 * comes later finds the vector disabled. */
void dddk_port_vector_quiesce(struct dddk_vector *vector);

/* ---- time and locks ---- */

uint64_t dddk_port_now_ns(struct dddk_device *dev); /* monotonic; any context */
/* Thread context: let about `duration_ns` pass, or less when an interrupt of this device came first
 * (if `interruptible`). */
void dddk_port_pause(struct dddk_device *dev, uint64_t duration_ns, bool interruptible);
void dddk_port_spin(
    struct dddk_device *dev); /* any context: one turn of a busy wait; at least some time passes */
void dddk_port_mutex_init(struct dddk_mutex *mutex);
void dddk_port_lock(struct dddk_device *dev); /* the device mutex; not recursive */
void dddk_port_unlock(struct dddk_device *dev);

/* ---- class: thread context, called by attach and detach steps ---- */

/* These two without the device mutex; the class object's `dev` and `ops` are set. */
int dddk_port_publish(struct dddk_device *dev); /* by dev->driver->class_kind */
void dddk_port_unpublish(struct dddk_device *dev);
int dddk_port_class_start(struct dddk_device *dev); /* step of start: the class's buffers for
                                                       payload exist from here on */
void dddk_port_class_stop(
    struct dddk_device *dev); /* they are given back; every cookie has been handed back before */
/* The last step of start: from here on the class may give work to the driver (transmit). Closed
 * first at stop: returns when no such call runs any more and none will come. */
void dddk_port_class_gate(struct dddk_device *dev, bool open);
void dddk_port_link_changed(struct dddk_device *dev);
/* Any context: words of a misc device were moved between a FIFO and its ring. */
void dddk_port_misc_moved(struct dddk_device *dev);

/* ---- the user ---- */

/* Thread context: what the user said of a parameter of this device; NULL: nothing. Good until the
 * next step of attach. */
const char *dddk_port_param(struct dddk_device *dev, const struct dddk_param *param);

/* ---- tests ---- */

/* A step of a sequence is about to be acquired, or was released: tests record the order and make
 * the k-th acquisition fail. Returns 0 or the failure to inject; never fails outside a test. */
int dddk_port_step(struct dddk_device *dev, const struct dddk_step *step, bool acquire);

#endif
