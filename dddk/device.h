/* SPDX-License-Identifier: MIT
 *
 * A driver as the kit sees it (struct dddk_driver: constant, generated from the manifest) and one
 * device bound to it (struct dddk_device: the first member of every generated driver struct). The
 * lifecycle has two levels, each a sequence of steps; a step that was acquired is released in exact
 * reverse order, by the same code after a failure as on removal.
 *
 *     detached --attach--> attached --start--> started --stop--> attached --detach--> detached
 *
 * A device that vanished, or whose recovery failed, is `gone` until it is detached. Any other
 * transition is refused with DDDK_ESTATE and changes nothing.
 */
#ifndef DDDK_DEVICE_H
#define DDDK_DEVICE_H

#include "dddk/base.h"
#include "dddk/dma.h"
#include "dddk/irq.h"
#include "dddk/param.h"
#include "dddk/registers.h"
#include "dddk/stats.h"

struct dddk_device;
struct dddk_port_device; /* the port's own view of the device: its bus address, configuration space,
                            mappings */

enum dddk_state { DDDK_DETACHED, DDDK_ATTACHED, DDDK_STARTED, DDDK_GONE };

/* Where a function of the driver runs. `thread` may sleep and holds the device mutex; `poll` and
 * `irq` may not. */
enum dddk_context { DDDK_CONTEXT_NONE, DDDK_CONTEXT_THREAD, DDDK_CONTEXT_POLL, DDDK_CONTEXT_IRQ };

enum dddk_class { DDDK_CLASS_NET, DDDK_CLASS_SERIAL, DDDK_CLASS_MISC };

/* One managed resource. `release` may be NULL (nothing to undo); `acquire` may be NULL (only
 * something to undo). */
struct dddk_step {
    const char *name;
    /* 0 or a negative status; after a failure the step counts as not acquired */
    int (*acquire)(struct dddk_device *dev);
    void (*release)(struct dddk_device *dev);
    /* Both run without the device mutex: they take locks of the port, or wait for code, that may
     * want the mutex itself. */
    bool unlocked;
};

struct dddk_sequence {
    const struct dddk_step *steps;
    unsigned count;
};

#define DDDK_PCI_ANY 0xffffffffu

/* One line of `match:`. Of a device on PCI every ID is DDDK_PCI_ANY or must be equal, and (class ^
 * device's class) & class_mask must be 0. Of one that is not, `compatible` must be in its list of
 * compatible strings (Devicetree Specification 0.4, 2.3.1), and the IDs mean nothing. */
struct dddk_match {
    const char *compatible; /* NULL: a device on PCI */
    uint32_t vendor, device;
    uint32_t subsystem_vendor, subsystem_device;
    uint32_t class_code, class_mask; /* 24 bits: base class, sub-class, programming interface */
    const char *variant;             /* name of the variant, or NULL */
    unsigned variant_index;          /* the same as the generated enum NAME_variant counts it */
    struct dddk_dma_limits dma;      /* of this variant */
    const void *data;                /* per-entry data, typed by the generated header, or NULL */
};

enum dddk_region_kind {
    DDDK_REGION_MEMORY,
    DDDK_REGION_PORT,
    DDDK_REGION_CONFIG, /* PCI configuration space: no BAR */
};

#define DDDK_CAPABILITY_ANY_TYPE (-1)

/* The PCI capability that says where a region is. A memory or port region: what virtio calls a
 * structure, a capability that names BAR, offset and length (Virtio 1.1, 4.1.4). A region in
 * configuration space: the capability itself. Two regions, one of each kind, may have the same one,
 * and then find the same one: all that is asked of it is here. */
struct dddk_capability {
    uint16_t id;
    bool extended;    /* of the list that begins at 0x100 */
    int16_t type;     /* of a vendor-specific one, the byte behind its length; or ANY_TYPE */
    size_t own_bytes; /* that it must have itself, from its ID on */
    bool names;       /* it must name a part of a BAR: */
    enum dddk_region_kind kind;
    uint8_t align_bytes; /* of its beginning; a power of two */
    size_t size_bytes;   /* at least */
};

/* Does the BAR promise that reads of it have no effect? */
enum dddk_prefetch { DDDK_PREFETCH_ANY, DDDK_NOT_PREFETCHABLE, DDDK_PREFETCHABLE };

/* One entry of `regions:`. */
struct dddk_region {
    const char *name;
    unsigned bar; /* 0 to 5; unused where a capability says it, and in configuration space */
    unsigned reg; /* of a device that is not on PCI: which of its ranges */
    enum dddk_region_kind kind;
    size_t size_bytes;  /* there are at least this many, or attach refuses */
    size_t mmio_offset; /* of the struct dddk_mmio in the generated driver struct */
    /* What a memory BAR must be, or attach refuses. */
    uint8_t address_bits; /* 32 or 64; 0: either */
    enum dddk_prefetch prefetch;
    bool optional; /* attach goes on without it */
    /* NULL: the whole BAR, or configuration space from its beginning. */
    const struct dddk_capability *capability;
    /* It is size_bytes of the BAR, from `offset` on or where the device says: of a part no more is
     * mapped. `begins` reads a register of a region that is mapped before; NULL: `offset`. */
    bool part;
    uint8_t align_bytes; /* of a part's beginning; a power of two */
    size_t offset;
    uint64_t (*begins)(struct dddk_device *dev);
};

enum dddk_irq_mode { DDDK_IRQ_NONE, DDDK_IRQ_INTX, DDDK_IRQ_MSI, DDDK_IRQ_MSIX };

struct dddk_driver {
    const char *name;
    const char *title;
    const char *license;
    enum dddk_class class_kind;
    size_t instance_size; /* bytes of the generated driver struct; the port allocates it zeroed */

    const struct dddk_match *matches;
    unsigned match_count;
    const struct dddk_region *regions;
    unsigned region_count;
    /* in order of preference; a mode that the device lacks is skipped */
    const enum dddk_irq_mode *irq_modes;
    unsigned irq_mode_count;
    const struct dddk_vector_ops *const *vectors;
    unsigned vector_count;
    size_t vectors_offset; /* of the array of struct dddk_vector in the generated driver struct */
    /* By class_kind: struct dddk_net_ops, dddk_serial_ops or dddk_misc_ops; and where the struct
     * dddk_net, dddk_serial or dddk_misc is in the generated driver struct. */
    const void *class_ops;
    size_t class_offset;

    /* The last step of attach publishes the device: from there on others may call it, so the state
     * is `attached` before it begins. */
    struct dddk_sequence attach;
    struct dddk_sequence start;
    /* misc is started by dddk_attach, right after it was published; net and serial when somebody
     * opens them */
    bool start_at_publish;
    /* handler reset, or NULL: what recover runs between stop and start */
    int (*reset)(struct dddk_device *dev);
    /* by the manifest's `presence:`, or NULL: configuration space alone */
    bool (*present)(struct dddk_device *dev);

    const struct dddk_param *params; /* `params:`, NULL: none */
    unsigned param_count;
    const struct dddk_stat *stats; /* `stats:`, NULL: none */
    unsigned stat_count;
    /* Add what the device has counted to the sums; `first`: only note where its counters stand.
     * Thread context, device mutex held, device there. NULL: no stats. */
    void (*collect)(struct dddk_device *dev, bool first);

    /* Where register `reg` of the table below is in this device; false: it has none. NULL: all
     * devices have all of them where the table says. */
    bool (*place)(const struct dddk_device *dev, unsigned reg, uint32_t *offset);
    /* for trace and dump; sorted by region, then offset */
    const struct dddk_register_info *registers;
    unsigned register_count;
    /* of the array of size_t in the generated driver struct: strides that the device says */
    size_t strides_offset;
    /* and of one: how many elements there are, as the device says */
    size_t present_offset;
};

/* Counters of what must not happen, and did. Each has a test that makes it happen. */
struct dddk_device_counters {
    uint64_t protocol_errors; /* the device wrote a length, index or completion that cannot be */
    uint64_t recoveries;
    uint64_t timeouts;       /* deadlines that passed */
    uint64_t context_errors; /* a call from a context its contract forbids */
    uint64_t range_errors;   /* accesses refused because a value did not fit */
};

struct dddk_device {
    const struct dddk_driver *driver;
    const struct dddk_match *match;
    struct dddk_port_device *port;
    uint8_t revision;         /* revision ID of configuration space; set by the port */
    char name[DDDK_NAME_MAX]; /* "NAME.0"; given by the port, unique among its devices */
    enum dddk_state state;
    /* Kept by the runtime, for the checks of wait.h. A port whose contexts run at the same time
     * defines DDDK_PORT_CONTEXT(dev) in dddk_port.h, and this stays unused. */
    enum dddk_context context;
    unsigned attached, started; /* how many steps of each sequence are acquired */
    uint32_t absent_regions;    /* a bit for each optional region that the device lacks */
    enum dddk_irq_mode irq_mode;
    struct dddk_mutex lock; /* serialises thread context */
    struct dddk_device_counters counters;
};

/* The generated driver struct's device. Every generated struct names it `dddk` and has it first. */
#define DDDK_DEVICE(driver_struct) (&(driver_struct)->dddk)

/*
 * The lifecycle. Thread context; each takes the device mutex itself. All return 0, DDDK_ESTATE for
 * an illegal transition, or what the failed step returned (then everything acquired in this call
 * has been released again).
 */
/* By the bus, once dev->driver, match, port and name are set. Starts a class that starts when it is
 * published. */
int dddk_attach(struct dddk_device *dev);
/* Stops first where needed; cannot fail, also when the device is gone. */
void dddk_detach(struct dddk_device *dev);
int dddk_start(struct dddk_device *dev);
/* Also legal on a started device that has gone: everything is given back, it stays gone. */
int dddk_stop(struct dddk_device *dev);
/* Stop, handler reset, start. On failure everything is released and the device is gone. */
int dddk_recover(struct dddk_device *dev);

/* Around every call of a handler or class operation that runs in thread context: take the device
 * mutex and note the context; give both back. Not recursive. The functions of this kit that ports
 * and programs call do it themselves. */
void dddk_thread_enter(struct dddk_device *dev);
void dddk_thread_leave(struct dddk_device *dev);

/*
 * Is the device still there? Asked only after a suspicion (a cause of all ones, a deadline, an
 * impossible value): reads the vendor ID in configuration space and what `presence:` names. Any
 * context. On "no" the device becomes gone.
 */
bool dddk_still_present(struct dddk_device *dev);

/* The device wrote what its protocol forbids: count it, log it (rate-limited), never stop the
 * machine. Any context. */
void dddk_protocol_error(struct dddk_device *dev, const char *what);

/* True once the device has vanished or was given up. Releases skip its registers then. Any context.
 */
DDDK_INLINE bool dddk_is_gone(const struct dddk_device *dev)
{
    return DDDK_READ_ONCE(dev->state) == DDDK_GONE;
}

/* True unless region `index` is optional and this device lacks it. Any context, from attach on. */
DDDK_INLINE bool dddk_has_region(const struct dddk_device *dev, unsigned index)
{
    return (dev->absent_regions & (uint32_t)1 << index) == 0;
}

/* Bytes between the elements of an array; 0 before attach has asked the device. Any context. */
DDDK_INLINE size_t dddk_register_stride(const struct dddk_device *dev,
                                        const struct dddk_register_info *info)
{
    const void *strides = (const char *)dev + dev->driver->strides_offset;

    return info->stride_index == 0 ? info->stride
                                   : ((const size_t *)strides)[info->stride_index - 1];
}

/* How many elements of an array this device has; none before attach has asked it, where it says so.
 * Any context. */
DDDK_INLINE uint32_t dddk_register_count(const struct dddk_device *dev,
                                         const struct dddk_register_info *info)
{
    const void *present = (const char *)dev + dev->driver->present_offset;
    uint32_t each = info->repeats == NULL ? 1 : info->count / info->repeats[0].count;

    return info->present_index == 0
               ? info->count
               : (uint32_t)((const size_t *)present)[info->present_index - 1] * each;
}

/* Bytes from the first element of an array to another one; nothing before attach has asked the
 * device. Any context. */
DDDK_INLINE size_t dddk_register_element(const struct dddk_device *dev,
                                         const struct dddk_register_info *info, uint32_t element)
{
    size_t stride = dddk_register_stride(dev, info);

    return info->repeats == NULL
               ? element * stride
               : (size_t)dddk_element_offset(info->repeats, info->repeat_count, element, stride);
}

/* Vector `index` of the device, and its class object (struct dddk_net, dddk_serial or dddk_misc, by
 * the driver's class). Any context. */
DDDK_INLINE struct dddk_vector *dddk_device_vector(struct dddk_device *dev, unsigned index)
{
    void *vectors = (char *)dev + dev->driver->vectors_offset;
    return (struct dddk_vector *)vectors + index;
}
DDDK_INLINE void *dddk_device_class(struct dddk_device *dev)
{
    return (char *)dev + dev->driver->class_offset;
}

/* Where a register of its driver's table is in this device. False: it has none. Any context, once
 * the device is attached. */
DDDK_INLINE bool dddk_register_place(const struct dddk_device *dev,
                                     const struct dddk_register_info *info, uint32_t *offset)
{
    *offset = info->offset;
    return dev->driver->place == NULL ||
           dev->driver->place(dev, (unsigned)(info - dev->driver->registers), offset);
}

/* Is there such a vector in the mode that the device's interrupts have come to be in? Any context.
 */
DDDK_INLINE bool dddk_vector_is_used(const struct dddk_vector *vector)
{
    return vector->ops->modes == 0 ||
           (vector->ops->modes >> (unsigned)vector->dev->irq_mode & 1u) != 0;
}

/* "attached"; never NULL. */
const char *dddk_state_name(enum dddk_state state);

#endif
