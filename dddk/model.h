/* SPDX-License-Identifier: MIT
 *
 * Device models for the port `sim`. From a manifest alone the kit simulates registers with their
 * access semantics and effects, rings and FIFOs as seen from the device, interrupts, MSI and a PCI
 * function. What a manifest cannot say is written here, in NAME_model.c, against this header and
 * the generated NAME.model.h:
 *
 *     #include "foo.model.h"
 *
 *     struct foo_model {
 *         struct dddk_model base; // first
 *         uint8_t buffer[4096];   // whatever the device remembers
 *     };
 *
 *     static uint32_t read_live(struct foo_model *foo, uint32_t value)
 *     {
 *         return ~value;
 *     }
 *
 *     const struct foo_model_hooks foo_model_hooks = {
 *         .size_bytes = sizeof(struct foo_model),
 *         .on_read_live = read_live,
 *     };
 *
 * A model runs in virtual time and in one thread; no function here blocks. Nothing that a driver
 * does to a device can make a model fail: what would hang, crash or destroy silicon is counted
 * and logged as a fault of the driver.
 */
#ifndef DDDK_MODEL_H
#define DDDK_MODEL_H

#include "dddk/device.h"

struct dddk_sim_device; /* the machine's side of a model */
struct dddk_model_type;

/* One simulated device: the first member of a model's own struct. */
struct dddk_model {
    const struct dddk_model_type *type;
    struct dddk_sim_device *device; /* not for models */
};

/*
 * Registers, by their place in the generated enum (FOO_MODEL_STATUS) and, in an array, their index.
 * These go around access semantics and hooks: it is the device that reads and writes. NAME.model.h
 * has them typed: foo_model_get_status_computing(foo), foo_model_set_fact(foo, 120). Setting a
 * cause or mask register has the interrupt looked at again. Out of range: 0, and nothing.
 */
uint64_t dddk_model_get(const struct dddk_model *model, unsigned reg, unsigned index);
void dddk_model_set(struct dddk_model *model, unsigned reg, unsigned index, uint64_t value);

/* Bits of a register, right-aligned. */
DDDK_INLINE uint64_t dddk_model_get_bits(const struct dddk_model *model, unsigned reg,
                                         unsigned index, unsigned lsb, unsigned width)
{
    return dddk_model_get(model, reg, index) >> lsb & (UINT64_MAX >> (64u - width));
}
DDDK_INLINE void dddk_model_set_bits(struct dddk_model *model, unsigned reg, unsigned index,
                                     unsigned lsb, unsigned width, uint64_t value)
{
    uint64_t mask = (UINT64_MAX >> (64u - width)) << lsb;
    uint64_t others = dddk_model_get(model, reg, index) & ~mask;
    dddk_model_set(model, reg, index, others | (value << lsb & mask));
}

/*
 * Something happened: set `causes` (bits of the cause register) of interrupt `interrupt` and
 * signal, unless they are masked. With MSI a message is sent each time, with INTx the line is up as
 * long as an unmasked cause is set. For an interrupt whose cause is a code the bits are 1 << code.
 */
void dddk_model_raise(struct dddk_model *model, unsigned interrupt, uint32_t causes);

/* Virtual time since the machine was started. */
uint64_t dddk_model_now_ns(const struct dddk_model *model);
/*
 * Call `then(model)` after `delay_ns` of virtual time, never before the present function has
 * returned. A reset of the device forgets what it had put off. Returns 0 or DDDK_ENOMEM.
 */
int dddk_model_after(struct dddk_model *model, uint64_t delay_ns, void (*then)(void *model));
/* Forget all calls of `then` that are still to come. */
void dddk_model_cancel(struct dddk_model *model, void (*then)(void *model));

/*
 * DMA by the device, at an address as the device sees it. Returns 0, or DDDK_EFAULT: the device may
 * not do it (bus mastering is off, the memory is not allocated for it any more or never was, the
 * range runs out of an allocation, past its address lines or across a boundary it cannot cross).
 * A fault moves nothing, reads give all ones, and it is counted and logged.
 */
int dddk_model_dma_read(struct dddk_model *model, uint64_t address, void *to, size_t size_bytes);
int dddk_model_dma_write(struct dddk_model *model, uint64_t address, const void *from,
                         size_t size_bytes);

/*
 * A receiving FIFO (by its place in the generated enum) becomes a cause with so many words in it;
 * its `threshold` unless set here. With fewer words it becomes one, under another code where the
 * manifest has a second one for it, when nothing has come or was taken for the time of four words.
 * Sending FIFOs have no trigger. put: the device itself has a word to be read; false: there was no
 * room for it. clear: what is in it is lost. Out of range: nothing.
 */
void dddk_model_fifo_trigger(struct dddk_model *model, unsigned fifo, unsigned words);
bool dddk_model_fifo_put(struct dddk_model *model, unsigned fifo, uint64_t word);
void dddk_model_fifo_clear(struct dddk_model *model, unsigned fifo);

/* The device's own memory that transfer `transfer` (by its place in the generated enum) reaches,
 * and its size. Out of range: NULL and 0. */
void *dddk_model_transfer_memory(struct dddk_model *model, unsigned transfer, size_t *size_bytes);
/* From now on that transfer fails (or does not any more): nothing is moved, and where the manifest
 * says how a failure is seen, it is. Out of range: nothing. */
void dddk_model_transfer_fails(struct dddk_model *model, unsigned transfer, bool fails);

/* What is behind operations over registers with `memory:` (by its place in the generated enum): its
 * cells, and how many. Out of range: NULL and 0. */
uint64_t *dddk_model_memory(struct dddk_model *model, unsigned memory, size_t *cells);

/* Which of the devices of its driver the model is: NAME_MODEL_AS_... of NAME.model.h; 0 where there
 * is only one. */
unsigned dddk_model_as(const struct dddk_model *model);

/* Is the cable of a net device in, with something at its other end? */
bool dddk_model_link(const struct dddk_model *model);

/* Uniformly distributed, from the seed of the machine: the same run has the same numbers. */
uint32_t dddk_model_random(struct dddk_model *model);

/* The driver did what the datasheet forbids: counted, and logged as a warning. */
void dddk_model_complain(struct dddk_model *model, const char *format, ...) DDDK_PRINTF(2, 3);

/* ---- the description of a model: generated as NAME_model_type in NAME.model.c ---- */

/* A register, or bits of it. `reg` -1: there is none. */
struct dddk_model_ref {
    int16_t reg;
    uint16_t index;
    uint64_t mask; /* the bits, in place */
};

/* A member of a descriptor, or bits of it. `bytes` 0: there is none. */
struct dddk_model_member {
    uint16_t offset; /* bytes */
    uint8_t bytes;   /* 1, 2, 4 or 8 */
    bool turned;     /* its bytes come the other way round than those of the others */
    uint64_t mask;   /* the bits, in place */
};

/* Something that happens raises causes of an interrupt. */
struct dddk_model_raise {
    uint8_t interrupt;
    uint32_t causes;
};

enum { DDDK_MODEL_WHEN = 8 };

/* One kind of entries, where a ring has several. */
struct dddk_model_kind {
    const char *name;
    bool carries;                         /* payload; from the device: it writes such entries */
    bool given;                           /* from the device: what the driver gives */
    const struct dddk_model_member *when; /* which bits say that an entry is of this kind */
    uint64_t value[DDDK_MODEL_WHEN];      /* what they are then, in place */
    unsigned when_count;
    struct dddk_model_member address, address_high, length;
    /* as of the ring; of a kind without payload those that ask for a report */
    const struct dddk_model_member *last;
    unsigned last_count;
    const struct dddk_model_member *first;
    unsigned first_count;
};

/* The device's side of a ring: given by an index, or by the bit that it is taken back by; taken
 * back by a bit, which may be another one on each lap, or by an index that the device writes to a
 * register or to memory. */
struct dddk_model_ring {
    const char *name;
    bool to_device, big_endian;
    uint16_t entry_bytes;
    struct dddk_model_ref base_low, base_high;      /* one register of 64 bits: base_low alone */
    struct dddk_model_ref size_bytes, size_entries; /* how the driver says how large it is */
    /* or in another form: (value + size_bias, or 2^value) times size_unit bytes */
    struct dddk_model_ref size;
    uint32_t size_unit, size_bias;
    bool size_is_log2;
    struct dddk_model_ref head;   /* the device's own index; may be none */
    struct dddk_model_ref tail;   /* the doorbell */
    bool owned;                   /* given by the bit `done`, and no index is told */
    struct dddk_model_ref enable; /* none: always enabled */
    struct dddk_model_ref taken;  /* by index: where the driver reads it, if it does */
    struct dddk_model_ref taken_low, taken_high; /* by index in memory: its address */
    /* Lower bits of these addresses that their registers do not hold, because they are 0. */
    uint8_t base_low_shift, base_high_shift, taken_low_shift, taken_high_shift;
    bool by_index, in_memory;
    uint8_t give_width, take_width; /* bits of indices that run freely; 0: below the count */
    /* The device looks at the index when something else than 0 is written here, or anything where
     * that is the index again; no mask: always. */
    struct dddk_model_ref bell;
    bool bell_is_index;
    bool done_is_0; /* the bit is cleared when the entry is done */
    bool laps; /* the bit is another one on each lap around the ring; lap_starts on the first */
    bool lap_starts;
    struct dddk_model_member address, address_high; /* in one member, or in two halves */
    struct dddk_model_member length, done;
    struct dddk_model_member wrap; /* the mark of the ring's last entry; no bytes: none */
    struct dddk_model_member room; /* how large an empty buffer is; no bytes: buffer_bytes */
    const struct dddk_model_member *first; /* marks of a frame's first entry */
    unsigned first_count;
    /* marks of a frame's last entry; the first ends the frame */
    const struct dddk_model_member *last;
    unsigned last_count;
    const struct dddk_model_member *bad; /* marks of a frame that came in broken */
    unsigned bad_count;
    const struct dddk_model_kind *kinds; /* of entries; NULL: they are all alike */
    unsigned kind_count;
    uint32_t buffer_bytes; /* of a receive buffer */
    uint32_t raises;       /* causes of progress, in `interrupt` */
    uint8_t interrupt;
    const struct dddk_model_raise *also; /* and of other interrupts */
    unsigned also_count;
};

/* The device's side of a FIFO. */
struct dddk_model_fifo {
    const char *name;
    bool to_device, ready_is_0, high_first;
    uint8_t unit_bytes; /* of a word on the wire, the lowest first unless high_first; 0: 1 */
    struct dddk_model_ref data, ready, overrun;
    struct dddk_model_ref level, room; /* words in it, and those it takes; mask 0: none */
    uint16_t depth; /* words the device holds; 0: it is always ready, and holds none */
    /* Words to read, or room for so many, make it ready; 0: one to read, or that it is empty. */
    uint16_t threshold;
    /* Causes of `interrupt` that are bits: set when a word has come, or when there is room. */
    uint32_t raises;
    uint8_t interrupt;
    const struct dddk_model_raise *also; /* and of other interrupts */
    unsigned also_count;
};

/* The device's side of a one-shot transfer, or of one channel of it. */
struct dddk_model_transfer {
    const char *name;
    /* Addresses in one register, or in two halves: where data comes from and goes to, or (host)
     * in the host's memory and (own) in the device's, which may have none. No mask: no such. */
    struct dddk_model_ref source, source_high, target, target_high;
    struct dddk_model_ref host, host_high, own, own_high;
    struct dddk_model_ref length;
    uint32_t length_unit;            /* bytes; 0: 1 */
    int32_t length_bias;             /* of the register's value */
    struct dddk_model_ref go;        /* starts it when 1 is written */
    struct dddk_model_ref direction; /* none: the addresses say which way, or there is only one */
    uint64_t from_device;            /* what the direction is when data leaves the device */
    bool only_from_device, only_to_device;
    struct dddk_model_ref notify; /* the cause is raised when it is set; none: always */
    struct dddk_model_ref done;   /* takes done_value at the end; may be none */
    uint64_t done_value;
    struct dddk_model_ref fail; /* takes fail_value when it failed; no mask: none */
    uint64_t fail_value;
    uint64_t base, size_bytes; /* the device's memory in its own addresses */
    uint64_t max_bytes;        /* of one transfer */
    uint16_t channel;          /* all channels have the memory of the first */
    uint32_t raises;           /* causes of its end, in `interrupt` */
    uint8_t interrupt;
    const struct dddk_model_raise *also; /* and of other interrupts */
    unsigned also_count;
};

/* An argument or result of an operation. */
struct dddk_model_argument {
    struct dddk_model_ref ref;
    uint8_t bits;
    uint64_t low, high; /* what it may be; high 0: all that its bits can say */
};

/* A write that starts something, and where the device shows that it is done. */
struct dddk_model_phase {
    struct dddk_model_ref start; /* the bits that say which operation it is, perhaps none of them;
                                    none at all: it goes on by itself when the one before ends */
    uint64_t start_value;        /* in place */
    struct dddk_model_ref done;  /* none: at once, or when the driver has waited */
    struct dddk_model_ref fail;  /* may be none */
    uint64_t done_value, fail_value;
    uint64_t wait_ns; /* how long the driver waits; 0: long, or not at all */
};

/* Something that has a value when the device is idle, which an operation waits for at first. */
struct dddk_model_idle {
    struct dddk_model_ref ref;
    uint64_t value;
    struct dddk_model_ref fail; /* and says that it will not be; may be none */
    uint64_t fail_value;
    uint64_t wait_ns; /* how long the driver waits */
    bool unknown;     /* nobody says what it is after a reset: then it is idle */
};

enum { DDDK_MODEL_ARGUMENTS = 16 };

/* What became of an operation: NOBODY: the model has no hook for it. */
enum dddk_model_answer { DDDK_MODEL_NOBODY, DDDK_MODEL_DONE, DDDK_MODEL_FAILED };

/* The device's side of an operation over registers. */
struct dddk_model_operation {
    const char *name;
    const struct dddk_model_phase *phases; /* none: it only waits, or takes */
    unsigned phase_count;
    unsigned answer; /* the phase at whose end the results are there */
    const struct dddk_model_idle *idle;
    unsigned idle_count;
    bool settles; /* a device that is not idle after a reset is soon; else its model says when */
    uint64_t delay_ns; /* how long it takes at least */
    const struct dddk_model_argument *in, *out;
    uint8_t in_count, out_count;
    int8_t memory; /* that it reads or writes; -1: none */
    bool stores;   /* its last argument is what is written */
    /* The model's hook; NULL: it has none at all. `out` holds what the registers do. */
    enum dddk_model_answer (*run)(struct dddk_model *model, const uint64_t *in, uint64_t *out);
};

/* Registers behind two others. */
struct dddk_model_window {
    unsigned region; /* that they are in */
    struct dddk_model_ref index, data;
    struct dddk_model_ref ready; /* has ready_value while nothing is under way; may be none */
    uint64_t ready_value;
    uint8_t unit, bytes; /* of the region for each step of the index; of the data */
    bool apart;          /* what is written goes through `store`, not through `data` */
    struct dddk_model_ref store;
    uint32_t increment; /* of the index, after each access of data */
};

struct dddk_model_memory {
    const char *name;
    uint8_t address_bits;
};

struct dddk_model_cause {
    const char *name;
    uint8_t bit;                  /* in the cause register; or the code */
    struct dddk_model_ref enable; /* none: as the interrupt's mask says */
    int8_t fifo;  /* whose readiness is this cause, where causes are codes; -1: none */
    bool timeout; /* it is the code for bytes that have waited in vain for more */
};

struct dddk_model_interrupt {
    const char *name;
    bool is_code;
    bool is_message;             /* no register has its causes: the message says it all */
    uint32_t modes;              /* in which it is used: 1 << enum dddk_irq_mode; 0: in each */
    uint32_t message;            /* its entry in the MSI-X table */
    uint32_t own;                /* causes of the register that are its own; 0: all of them */
    struct dddk_model_ref cause; /* the register */
    struct dddk_model_ref none;  /* codes: the bit that is 1 while there is no cause */
    struct dddk_model_ref code;
    struct dddk_model_ref
        mask;      /* a register with a 1 for each cause that is let through; or none */
    bool inverted; /* a cause's enable bit is 0 while it is let through */
    const struct dddk_model_cause *causes; /* codes: the most urgent first */
    unsigned cause_count;
};

struct dddk_model_bar {
    uint8_t bar;
    uint8_t reg; /* of a device that is not on PCI: which of its ranges */
    enum dddk_region_kind kind;
    uint64_t size_bytes; /* a power of two */
    bool is_64bit, prefetchable;
};

/* Where a region is, in a device whose regions are not its BARs one by one. */
struct dddk_model_place {
    int8_t bar;      /* its place in `bars`; -1: in configuration space */
    uint64_t offset; /* in the BAR, or in configuration space */
    uint64_t size_bytes;
};

/* A capability that the device shows. */
struct dddk_model_capability {
    uint16_t id;
    bool extended;
    int16_t type;            /* of a vendor-specific one; DDDK_CAPABILITY_ANY_TYPE: none is shown */
    uint16_t at, size_bytes; /* in configuration space */
    bool names;              /* it says where a region is: */
    uint8_t bar;             /* the BAR's number */
    uint32_t offset, length;
};

/* The function's MSI-X table and pending bits. `entries` 0: it has none. */
struct dddk_model_msix {
    uint16_t entries;
    uint8_t bar;
    uint32_t table, pending; /* offsets; the BAR ends with the pending bits if no region is in it */
};

/* What NAME_model.c may hang on a register. NULL: nothing. */
struct dddk_model_hook {
    /* After a write with all its declared effects; `value` is what was written. True: the model has
     * a hook there. */
    bool (*written)(struct dddk_model *model, unsigned index, uint64_t value);
    /* Before the effects of a read; `value` is what the register holds; returns what is read. */
    uint64_t (*read)(struct dddk_model *model, unsigned index, uint64_t value);
};

/* A device that one line of `match:` is about. */
struct dddk_model_line {
    unsigned match;         /* the line, by its place in the driver's table */
    const char *compatible; /* NULL: a device on PCI */
    uint32_t vendor, device;
    uint32_t class_code;
    uint32_t subsystem_vendor, subsystem_device;
    unsigned address_bits;
    uint64_t boundary;
    uint32_t alignment;
    const uint64_t *data; /* what the line says, in the order of `match_data:`; NULL: nothing */
    unsigned as;          /* the first of the type's devices that it is about */
};

enum { DDDK_MODEL_DEVICES = 64 }; /* the most that a type can be */

struct dddk_sim_difference; /* a register that is otherwise; see runtime/port/sim */

/* One of the devices that a model can be: a variant of a revision. What a type says itself is the
 * first of them. */
struct dddk_model_device {
    const char *name;                   /* "82545EM B0" */
    const struct dddk_model_line *line; /* by which a driver finds it; NULL: as the first */
    uint8_t revision;                   /* revision ID */
    const struct dddk_sim_difference *differences; /* from the first */
    unsigned difference_count;
};

struct dddk_register_file_type; /* the registers' access semantics; see runtime/port/sim */

struct dddk_model_type {
    const char *name;
    enum dddk_class class_kind;
    const char *compatible; /* of a device that is not on PCI, which has none of the IDs; or NULL */
    uint32_t vendor, device; /* PCI IDs; the first the manifest matches */
    uint32_t class_code;     /* 24 bits */
    uint32_t subsystem_vendor, subsystem_device;
    uint8_t revision; /* revision ID */
    bool has_intx, has_msi;
    struct dddk_model_msix msix;
    unsigned address_bits;      /* what DMA can reach */
    uint64_t boundary;          /* bytes, which DMA cannot cross; 0: none */
    uint32_t alignment;         /* of the addresses it is given, in bytes; 0: any */
    const size_t *size_bytes;   /* of the model's struct */
    const uint64_t *match_data; /* what `match:` says about this device; NULL: nothing */
    /* The other devices that the driver serves, this one among them; none where there is no other.
     */
    const struct dddk_model_line *lines;
    unsigned line_count;

    const struct dddk_model_bar *bars; /* by region, where there are no places */
    unsigned bar_count;
    const struct dddk_model_place *places; /* by region */
    unsigned place_count;
    /* In the order of their list; MSI and MSI-X come before them. */
    const struct dddk_model_capability *capabilities;
    unsigned capability_count;
    uint8_t msi_at; /* where the MSI capability is, and MSI-X 16 bytes behind; 0: at 0x40 */
    const struct dddk_register_file_type *registers;
    const struct dddk_register_info *names; /* of the same registers, in the same order */
    unsigned register_count;
    const struct dddk_model_hook *hooks; /* by register; NULL: none at all */
    const struct dddk_model_ring *rings;
    unsigned ring_count;
    const struct dddk_model_fifo *fifos;
    unsigned fifo_count;
    const struct dddk_model_transfer *transfers;
    unsigned transfer_count;
    const struct dddk_model_operation *operations;
    unsigned operation_count;
    const struct dddk_model_memory *memories;
    unsigned memory_count;
    const struct dddk_model_window *windows;
    unsigned window_count;
    const struct dddk_model_interrupt *interrupts;
    unsigned interrupt_count;
    /* NAME_MODEL_AS_...: what it can be; none: it is what it is. */
    const struct dddk_model_device *devices;
    unsigned device_count;
    /* After every reset of the device, power-on among them; may be NULL. */
    void (*reset)(struct dddk_model *model);
    /* An entry without payload was taken from a ring, by the places of both in their tables; may be
     * NULL. */
    void (*entry)(struct dddk_model *model, unsigned ring, unsigned kind, const uint8_t *bytes);
    /* A register was written (after its own hook), or the cable was plugged in or pulled: for what
     * depends on several things; may be NULL. */
    void (*change)(struct dddk_model *model);
};

/* ---- what NAME.model.h is made of: each line makes functions of NAME_model_... ---- */

#define DDDK_MODEL_BASE_(model_) ((struct dddk_model *)(void *)(model_))
#define DDDK_MODEL_CONST_BASE_(model_) ((const struct dddk_model *)(const void *)(model_))

/* The number that the bits are, with its sign. */
DDDK_INLINE int64_t dddk_model_signed_(uint64_t bits, unsigned width)
{
    return (int64_t)(bits << (64 - width)) >> (64 - width);
}

/* NAME_model_base(model): what the functions of this header take */
#define DDDK_MODEL_DEVICE(device)                                                    \
    DDDK_INLINE struct dddk_model *device##_model_base(struct device##_model *model) \
    {                                                                                \
        return DDDK_MODEL_BASE_(model);                                              \
    }                                                                                \
    struct dddk_model

/* NAME_model_get_REGISTER(model) and NAME_model_set_REGISTER(model, value) */
#define DDDK_MODEL_REGISTER(device, name, reg, type)                                     \
    DDDK_INLINE type device##_model_get_##name(const struct device##_model *model)       \
    {                                                                                    \
        return (type)dddk_model_get(DDDK_MODEL_CONST_BASE_(model), reg, 0);              \
    }                                                                                    \
    DDDK_INLINE void device##_model_set_##name(struct device##_model *model, type value) \
    {                                                                                    \
        dddk_model_set(DDDK_MODEL_BASE_(model), reg, 0, value);                          \
    }                                                                                    \
    struct dddk_model

/* The element of an array in an array: `index` of `count` in the element `outer` around it. Past
 * all of them where the index is past its count. */
#define DDDK_ELEMENT(outer, index, count) \
    ((index) < (count) ? (outer) * (count) + (index) : 0x7fffffffu)

/* NAME_model_get_REGISTER(model, index) and NAME_model_set_REGISTER(model, index, value); with an
 * index for each repeat: `element` from the parameters behind it. The names are joined before they
 * are handed on: alone, `linux` is a macro. */
#define DDDK_MODEL_ELEMENT_(device, get, set, reg, type, element, ...)            \
    DDDK_INLINE type get(const struct device##_model *model, __VA_ARGS__)         \
    {                                                                             \
        return (type)dddk_model_get(DDDK_MODEL_CONST_BASE_(model), reg, element); \
    }                                                                             \
    DDDK_INLINE void set(struct device##_model *model, __VA_ARGS__, type value)   \
    {                                                                             \
        dddk_model_set(DDDK_MODEL_BASE_(model), reg, element, value);             \
    }                                                                             \
    struct dddk_model
#define DDDK_MODEL_ELEMENT(device, name, reg, type, element, ...)                                \
    DDDK_MODEL_ELEMENT_(device, device##_model_get_##name, device##_model_set_##name, reg, type, \
                        element, __VA_ARGS__)
#define DDDK_MODEL_ARRAY(device, name, reg, type)                                                \
    DDDK_MODEL_ELEMENT_(device, device##_model_get_##name, device##_model_set_##name, reg, type, \
                        index, unsigned index)

/* NAME_model_get_REGISTER_FIELD(model) and NAME_model_set_REGISTER_FIELD(model, value) */
#define DDDK_MODEL_FIELD(device, name, reg, lsb, width, type)                                \
    DDDK_INLINE type device##_model_get_##name(const struct device##_model *model)           \
    {                                                                                        \
        return (type)dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, 0, lsb, width); \
    }                                                                                        \
    DDDK_INLINE void device##_model_set_##name(struct device##_model *model, type value)     \
    {                                                                                        \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, 0, lsb, width, value);             \
    }                                                                                        \
    struct dddk_model

/* The same with an index, in an array. */
#define DDDK_MODEL_ELEMENT_FIELD_(device, get, set, reg, lsb, width, type, element, ...)           \
    DDDK_INLINE type get(const struct device##_model *model, __VA_ARGS__)                          \
    {                                                                                              \
        return (type)dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, element, lsb, width); \
    }                                                                                              \
    DDDK_INLINE void set(struct device##_model *model, __VA_ARGS__, type value)                    \
    {                                                                                              \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, element, lsb, width, value);             \
    }                                                                                              \
    struct dddk_model
#define DDDK_MODEL_ELEMENT_FIELD(device, name, reg, lsb, width, type, element, ...)              \
    DDDK_MODEL_ELEMENT_FIELD_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                              lsb, width, type, element, __VA_ARGS__)
#define DDDK_MODEL_ARRAY_FIELD(device, name, reg, lsb, width, type)                              \
    DDDK_MODEL_ELEMENT_FIELD_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                              lsb, width, type, index, unsigned index)

/* NAME_model_match_DATUM(model): what `match:` says about the device */
#define DDDK_MODEL_MATCH(device, name, index, c_type)                                  \
    DDDK_INLINE c_type device##_model_match_##name(const struct device##_model *model) \
    {                                                                                  \
        return (c_type)DDDK_MODEL_CONST_BASE_(model)->type->match_data[index];         \
    }                                                                                  \
    struct dddk_model

/* The same of a field with a sign, and of one that holds bits of an address from bit `shift` on. */
#define DDDK_MODEL_SIGNED(device, name, reg, lsb, width, type)                              \
    DDDK_INLINE type device##_model_get_##name(const struct device##_model *model)          \
    {                                                                                       \
        return (type)dddk_model_signed_(                                                    \
            dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, 0, lsb, width), width); \
    }                                                                                       \
    DDDK_INLINE void device##_model_set_##name(struct device##_model *model, type value)    \
    {                                                                                       \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, 0, lsb, width, (uint64_t)value);  \
    }                                                                                       \
    struct dddk_model
#define DDDK_MODEL_ELEMENT_SIGNED_(device, get, set, reg, lsb, width, type, element, ...)         \
    DDDK_INLINE type get(const struct device##_model *model, __VA_ARGS__)                         \
    {                                                                                             \
        return (type)dddk_model_signed_(                                                          \
            dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, element, lsb, width), width); \
    }                                                                                             \
    DDDK_INLINE void set(struct device##_model *model, __VA_ARGS__, type value)                   \
    {                                                                                             \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, element, lsb, width, (uint64_t)value);  \
    }                                                                                             \
    struct dddk_model
#define DDDK_MODEL_ELEMENT_SIGNED(device, name, reg, lsb, width, type, element, ...)              \
    DDDK_MODEL_ELEMENT_SIGNED_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                               lsb, width, type, element, __VA_ARGS__)
#define DDDK_MODEL_ARRAY_SIGNED(device, name, reg, lsb, width, type)                              \
    DDDK_MODEL_ELEMENT_SIGNED_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                               lsb, width, type, index, unsigned index)
#define DDDK_MODEL_ADDRESS(device, name, reg, lsb, width, shift)                                \
    DDDK_INLINE uint64_t device##_model_get_##name(const struct device##_model *model)          \
    {                                                                                           \
        return dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, 0, lsb, width) << shift; \
    }                                                                                           \
    DDDK_INLINE void device##_model_set_##name(struct device##_model *model, uint64_t value)    \
    {                                                                                           \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, 0, lsb, width, value >> shift);       \
    }                                                                                           \
    struct dddk_model
#define DDDK_MODEL_ELEMENT_ADDRESS_(device, get, set, reg, lsb, width, shift, element, ...)     \
    DDDK_INLINE uint64_t get(const struct device##_model *model, __VA_ARGS__)                   \
    {                                                                                           \
        return dddk_model_get_bits(DDDK_MODEL_CONST_BASE_(model), reg, element, lsb, width)     \
               << shift;                                                                        \
    }                                                                                           \
    DDDK_INLINE void set(struct device##_model *model, __VA_ARGS__, uint64_t value)             \
    {                                                                                           \
        dddk_model_set_bits(DDDK_MODEL_BASE_(model), reg, element, lsb, width, value >> shift); \
    }                                                                                           \
    struct dddk_model
#define DDDK_MODEL_ELEMENT_ADDRESS(device, name, reg, lsb, width, shift, element, ...)             \
    DDDK_MODEL_ELEMENT_ADDRESS_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                                lsb, width, shift, element, __VA_ARGS__)
#define DDDK_MODEL_ARRAY_ADDRESS(device, name, reg, lsb, width, shift)                             \
    DDDK_MODEL_ELEMENT_ADDRESS_(device, device##_model_get_##name, device##_model_set_##name, reg, \
                                lsb, width, shift, index, unsigned index)

/* NAME_model_raise_INTERRUPT(model, causes) */
#define DDDK_MODEL_INTERRUPT(device, name, interrupt)                                           \
    DDDK_INLINE void device##_model_raise_##name(struct device##_model *model, uint32_t causes) \
    {                                                                                           \
        dddk_model_raise(DDDK_MODEL_BASE_(model), interrupt, causes);                           \
    }                                                                                           \
    struct dddk_model

/* From the untyped hooks of a model's type to those of NAME_model_hooks. */
#define DDDK_MODEL_ON_WRITE(device, name, type)                                                    \
    static bool write_##name##_(struct dddk_model *model, unsigned index, uint64_t value)          \
    {                                                                                              \
        (void)index;                                                                               \
        if (device##_model_hooks.on_write_##name == NULL) {                                        \
            return false;                                                                          \
        }                                                                                          \
        device##_model_hooks.on_write_##name((struct device##_model *)(void *)model, (type)value); \
        return true;                                                                               \
    }                                                                                              \
    struct dddk_model
#define DDDK_MODEL_ON_WRITE_ELEMENT_(device, function, hook, type, ...)                \
    static bool function(struct dddk_model *model, unsigned index, uint64_t value)     \
    {                                                                                  \
        if (device##_model_hooks.hook == NULL) {                                       \
            return false;                                                              \
        }                                                                              \
        device##_model_hooks.hook((struct device##_model *)(void *)model, __VA_ARGS__, \
                                  (type)value);                                        \
        return true;                                                                   \
    }                                                                                  \
    struct dddk_model
#define DDDK_MODEL_ON_WRITE_ELEMENT(device, name, type, ...) \
    DDDK_MODEL_ON_WRITE_ELEMENT_(device, write_##name##_, on_write_##name, type, __VA_ARGS__)
#define DDDK_MODEL_ON_WRITE_ARRAY(device, name, type) \
    DDDK_MODEL_ON_WRITE_ELEMENT_(device, write_##name##_, on_write_##name, type, index)
#define DDDK_MODEL_ON_READ(device, name, type)                                               \
    static uint64_t read_##name##_(struct dddk_model *model, unsigned index, uint64_t value) \
    {                                                                                        \
        (void)index;                                                                         \
        if (device##_model_hooks.on_read_##name == NULL) {                                   \
            return value;                                                                    \
        }                                                                                    \
        return device##_model_hooks.on_read_##name((struct device##_model *)(void *)model,   \
                                                   (type)value);                             \
    }                                                                                        \
    struct dddk_model
#define DDDK_MODEL_ON_READ_ELEMENT_(device, function, hook, type, ...)                        \
    static uint64_t function(struct dddk_model *model, unsigned index, uint64_t value)        \
    {                                                                                         \
        if (device##_model_hooks.hook == NULL) {                                              \
            return value;                                                                     \
        }                                                                                     \
        return device##_model_hooks.hook((struct device##_model *)(void *)model, __VA_ARGS__, \
                                         (type)value);                                        \
    }                                                                                         \
    struct dddk_model
#define DDDK_MODEL_ON_READ_ELEMENT(device, name, type, ...) \
    DDDK_MODEL_ON_READ_ELEMENT_(device, read_##name##_, on_read_##name, type, __VA_ARGS__)
#define DDDK_MODEL_ON_READ_ARRAY(device, name, type) \
    DDDK_MODEL_ON_READ_ELEMENT_(device, read_##name##_, on_read_##name, type, index)

#endif
