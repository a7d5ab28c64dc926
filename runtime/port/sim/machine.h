/* SPDX-License-Identifier: MIT
 *
 * What the files of the port sim know of each other: the machine, its events, and the machine's
 * side of one device.
 */
#ifndef DDDK_SIM_MACHINE_H
#define DDDK_SIM_MACHINE_H

#include "dddk/test.h"
#include "kernel/pci.h"
#include "kernel/platform.h"
#include "registers.h"
#include "sim.h"

enum {
    SIM_RINGS = 8, /* of one device */
    SIM_INTERRUPTS = 16,
    SIM_FRAME_BYTES = 16384,
    SIM_OVERRIDES = 16,
    SIM_OPERATIONS = 16,
    SIM_WIRE_FRAMES = 1024,
    SIM_WIRE_BYTES = 65536, /* a power of two */
    SIM_ENTRY_MAX = 128,    /* bytes of a descriptor */
    SIM_RANGES = 16,        /* of a device that is not on PCI */
};

#define SIM_ENTRY_NS DDDK_USEC(1)      /* from a doorbell to a frame, and from frame to frame */
#define SIM_BYTE_NS DDDK_USEC(1)       /* a byte on a serial wire */
#define SIM_BYTES_TIMEOUT 4u           /* of these: a FIFO below its trigger speaks up */
#define SIM_SELF_CLEAR_NS DDDK_USEC(1) /* an operation that a self-clearing bit started */

struct dddk_sim;

struct sim_event {
    uint64_t time_ns,
        order; /* events of the same time run in the order in which they were put in */
    struct dddk_sim_device *device;
    uint32_t generation; /* of the device; another one by now: the event is forgotten */
    void (*run)(void *argument);
    void *argument;
};

/* A piece of memory that a device was given. */
struct sim_piece {
    uint64_t device, size_bytes;
    bool live;
};

/* The device's side of one ring. */
struct sim_ring {
    struct dddk_sim_device *owner;
    const struct dddk_model_ring *type;
    uint32_t head;  /* the next entry to work on */
    uint32_t free;  /* the same, running freely */
    uint32_t told;  /* the doorbell as it was when the device was told to look at it */
    bool other_lap; /* an odd number of times around since it began */
    unsigned turn;  /* from the device: the kind of entry to look at first for the next one */
    bool scheduled;
    uint8_t frame[SIM_FRAME_BYTES]; /* being gathered */
    size_t gathered;
    bool inside; /* a frame: its first entry has been taken, and its last has not */
    bool too_long, broken;
};

struct sim_fifo {
    struct dddk_sim_device *owner;
    const struct dddk_model_fifo *type;
    uint32_t unit_bytes, threshold;
    uint64_t *words;
    uint32_t mask;       /* of an index: as many places as it holds, or more */
    uint32_t head, tail; /* free-running */
    bool scheduled;
    /* to the device */
    bool shifting;    /* a word is on the wire */
    uint64_t shifted; /* this one */
    bool edge;        /* there is room again, and no code has said so yet, */
    bool untold;      /* nor a bit or a message */
    dddk_test_bytes *listener;
    void *user;
    /* from the device */
    uint32_t trigger; /* so many words are a cause */
    bool timed_out;   /* fewer are, because nothing has happened for a while */
    uint8_t *wire;    /* bytes for it */
    uint32_t wire_head, wire_tail;
};

/* The device's side of one transfer. */
struct sim_transfer {
    struct dddk_sim_device *owner;
    const struct dddk_model_transfer *type;
    uint8_t *memory;                     /* the device's own */
    uint64_t source, target, size_bytes; /* as they were when it was started */
    bool fails;                          /* whenever it is started */
};

/* The device's side of one operation over registers. */
struct sim_procedure {
    struct dddk_sim_device *owner;
    const struct dddk_model_operation *type;
    unsigned phase;                    /* the one that is under way, or due */
    uint64_t in[DDDK_MODEL_ARGUMENTS]; /* as they were when it was started */
};

struct sim_frame {
    struct sim_frame *next;
    size_t length_bytes;
    unsigned bad; /* 1 + which mark of a broken frame; 0: in order */
    uint8_t bytes[];
};

/* What lies between a device and the test, or another device. */
struct sim_wire {
    dddk_test_frame *frame_listener;
    dddk_test_bytes *bytes_listener;
    void *user;
    struct dddk_sim_device *peer;
    bool plugged;
    struct sim_frame *first, *last; /* for the device, not received yet */
    unsigned queued;
    bool serial_ignores_room;
};

struct sim_override {
    bool used;
    unsigned reg, index;
    uint64_t and_mask, or_mask;
};

/* An operation that a self-clearing bit started. */
struct sim_operation {
    struct dddk_sim_device *device;
    unsigned reg, index;
    uint64_t bits; /* 0: none */
};

/* What a machine knows of a device that is not on PCI. */
struct sim_platform {
    struct dddk_platform_device device;
    struct dddk_platform_range ranges[SIM_RANGES];
    char name[24];
    unsigned lines[SIM_INTERRUPTS];      /* a line for each interrupt that is not a message, */
    unsigned interrupts[SIM_INTERRUPTS]; /* and which interrupt it is */
};

struct dddk_sim_device {
    struct dddk_sim *sim;
    struct dddk_model *model;
    const struct dddk_model_type *type;
    unsigned as; /* which of the devices of its type it is */
    unsigned slot;
    uint32_t generation;
    struct dddk_register_file *registers;

    struct sim_platform *platform;           /* NULL: it is on PCI */
    uint8_t config[4096], config_mask[4096]; /* bits that the host may write */
    unsigned config_bytes;                   /* that it has: 256 or 4096 */
    uint8_t msi, msix;                       /* offsets of the capabilities; 0: none */
    struct sim_msix *messages;               /* entries of the MSI-X table; NULL: none */

    struct sim_piece *pieces;
    unsigned piece_count, piece_capacity, piece_hint;

    uint32_t raised[SIM_INTERRUPTS];  /* codes that dddk_model_raise() set */
    uint32_t enabled[SIM_INTERRUPTS]; /* codes whose enable bit was set when last looked at */
    uint32_t pending[SIM_INTERRUPTS]; /* unmasked causes when last looked at */
    bool line;                        /* the pin is asserted */
    uint32_t speakers;                /* interrupts that have something to say by a line */
    bool line_lost; /* nobody sees it until it was down once or there is something new to tell */

    struct sim_ring rings[SIM_RINGS];
    struct sim_fifo *fifos;
    struct sim_wire wire;
    struct sim_transfer *transfers;
    struct sim_procedure *procedures;
    uint64_t **memories;

    enum dddk_test_stuck stuck;
    struct sim_override overrides[SIM_OVERRIDES];
    struct sim_operation operations[SIM_OPERATIONS];
    unsigned lose_interrupts;
    unsigned lose_messages[SIM_INTERRUPTS]; /* of each interrupt that has a message of its own */
    bool spurious, removed;
    struct dddk_test_counters counters;
};

struct dddk_sim {
    struct dddk_host host; /* first */
    uint64_t now_ns, order, random;
    struct sim_event *events; /* a heap */
    size_t event_count, event_capacity;
    bool attention; /* an interrupt was signalled during the present wait */
    struct dddk_sim_device *devices[DDDK_SIM_SLOTS];
    uint64_t ports_given;  /* to devices that are not on PCI */
    struct sim_test *test; /* of test.c; NULL: opened without it */
};

DDDK_INLINE struct dddk_sim *sim_of(struct dddk_host *host)
{
    return (struct dddk_sim *)(void *)host;
}

/* events.c */
int sim_after(struct dddk_sim_device *device, uint64_t delay_ns, void (*run)(void *argument),
              void *argument);
void sim_cancel(struct dddk_sim_device *device, void (*run)(void *argument), const void *argument);
bool sim_wait(struct dddk_host *host, uint64_t until_ns);
uint64_t sim_now_ns(struct dddk_host *host);
uint64_t sim_random(struct dddk_sim *sim);

/* places.c */
/* The region at an offset of a BAR, which becomes the offset in the region; a number that no region
 * has where there is none. */
unsigned sim_region_in_bar(const struct dddk_sim_device *device, unsigned bar, uint64_t *offset);
/* The same for a register in configuration space; -1: there is none, and the bytes are the header's
 * or a capability's. */
int sim_region_in_config(const struct dddk_sim_device *device, uint64_t *offset, unsigned bytes);
/* Show the capabilities of the model, behind the one at `last` (0: there is none). */
void sim_capabilities_init(struct dddk_sim_device *device, unsigned last);

/* config.c */
void sim_config_put(struct dddk_sim_device *device, unsigned offset, uint64_t value,
                    unsigned bytes);
void sim_config_init(struct dddk_sim_device *device);
/* Take the capabilities MSI and MSI-X away. */
void sim_config_drop_msi(struct dddk_sim_device *device);
uint32_t sim_config_read(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                         unsigned bytes);
void sim_config_write(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                      unsigned bytes, uint32_t value);
bool sim_command(const struct dddk_sim_device *device, unsigned bit);
uint64_t sim_bar_address(const struct dddk_sim_device *device, const struct dddk_model_bar *bar);
/* Bytes; 0: the device has no such BAR. */
uint64_t sim_bar_size(const struct dddk_sim_device *device, const struct dddk_model_bar *bar);
/* Make the BAR what `bar` says, not placed; a size of 0 takes it away. */
void sim_config_set_bar(struct dddk_sim_device *device, const struct dddk_model_bar *bar);
/* How the function interrupts at present: MSI-X or MSI where they are switched on, else INTx. */
enum dddk_irq_mode sim_irq_mode(const struct dddk_sim_device *device);
/* Is the device's interrupt `which` used in that mode? */
bool sim_is_used(const struct dddk_sim_device *device, unsigned which, enum dddk_irq_mode mode);
/* Where the message of MSI goes. */
uint64_t sim_msi_address(const struct dddk_sim_device *device);
uint16_t sim_msi_data(const struct dddk_sim_device *device);
bool sim_msix_function_masked(const struct dddk_sim_device *device);
/* Bytes of the BAR that the MSI-X table has to itself; 0: a region is in it, or there is no table.
 */
uint64_t sim_msix_bar_bytes(const struct dddk_sim_device *device);

/* msix.c */
bool sim_msix_create(struct dddk_sim_device *device);
void sim_msix_destroy(struct dddk_sim_device *device);
/* Send the message of an entry, or remember it while it is masked. */
void sim_msix_send(struct dddk_sim_device *device, unsigned entry);
/* A mask may have been taken away. */
void sim_msix_changed(struct dddk_sim_device *device);
/* An access to the BAR of the table; false: it goes beside table and pending bits. */
bool sim_msix_read(struct dddk_sim_device *device, uint64_t offset, unsigned bytes,
                   uint64_t *value);
bool sim_msix_write(struct dddk_sim_device *device, uint64_t offset, unsigned bytes,
                    uint64_t value);

/* platform.c: the description of a device that is not on PCI, handed to the machine. 0 or a status.
 */
int sim_platform_create(struct dddk_sim_device *device);
void sim_platform_destroy(struct dddk_sim_device *device);
/* Does the device hold this line up? */
bool sim_holds_line(const struct dddk_sim_device *device, unsigned line);

/* dma.c */
void sim_dma_changed(struct dddk_host *host, struct dddk_pci_address where,
                     const struct dddk_dma_memory *memory, bool allocated);
/* May what the driver says is at this address be there? False after a fault, which is counted and
 * logged: the address is not aligned as the device needs it. */
bool sim_dma_begins(struct dddk_sim_device *device, uint64_t address, const char *what);

/* variants.c: the description of device `as` of a type, and its end; NULL: there is no such, or no
 * memory. */
const struct dddk_model_type *sim_type_as(const struct dddk_model_type *type, unsigned as);
void sim_type_free(const struct dddk_model_type *type, unsigned as);

/* device.c */
struct dddk_sim_device *sim_device_create(struct dddk_sim *sim, const struct dddk_model_type *type,
                                          unsigned as, unsigned slot);
void sim_device_destroy(struct dddk_sim_device *device);
uint64_t sim_device_read(struct dddk_sim_device *device, unsigned region, uint64_t offset,
                         unsigned bytes);
void sim_device_write(struct dddk_sim_device *device, unsigned region, uint64_t offset,
                      unsigned bytes, uint64_t value);
/* The register's place in the tables by its name; -1: none. */
int sim_device_register(const struct dddk_sim_device *device, const char *name, unsigned index);
uint64_t sim_get(const struct dddk_sim_device *device, struct dddk_model_ref ref);
/* Bits of a register as the device sets them; `value` is shifted into place. */
void sim_set(struct dddk_sim_device *device, struct dddk_model_ref ref, uint64_t value);
DDDK_INLINE bool sim_there(struct dddk_model_ref ref)
{
    return ref.reg >= 0;
}

/* interrupts.c: causes or masks may have changed; `again`: of interrupt `which`, causes to signal
 * although they were pending before. */
void sim_signal(struct dddk_sim_device *device, unsigned which, uint32_t again);
/* What dddk_test_spurious_interrupt() set has changed. */
void sim_spurious(struct dddk_sim_device *device);
/* Write a message where it goes, if the function may. */
void sim_send_message(struct dddk_sim_device *device, uint64_t address, uint32_t data);
/* Something happened: raise causes of the first interrupt, and of the others. */
void sim_raise(struct dddk_sim_device *device, unsigned interrupt, uint32_t causes,
               const struct dddk_model_raise *also, unsigned also_count);
/* The cause register was read. */
void sim_cause_read(struct dddk_sim_device *device, unsigned reg);

/* rings.c */
void sim_rings_reset(struct dddk_sim_device *device);
void sim_rings_written(struct dddk_sim_device *device, unsigned reg, uint64_t value);
void sim_rings_kick(struct dddk_sim_device *device);
void sim_rings_look(struct dddk_sim_device *device);

/* fifos.c */
bool sim_fifos_create(struct dddk_sim_device *device);
void sim_fifos_destroy(struct dddk_sim_device *device);
void sim_fifos_reset(struct dddk_sim_device *device);
bool sim_fifos_read(struct dddk_sim_device *device, unsigned reg, unsigned index, uint64_t *value);
void sim_fifos_written(struct dddk_sim_device *device, unsigned reg, unsigned index,
                       uint64_t value);
void sim_fifos_kick(struct dddk_sim_device *device);
/* Put bytes on the wire of a receiving FIFO; returns how many. */
size_t sim_fifo_feed(struct sim_fifo *fifo, const uint8_t *bytes, size_t size_bytes);
void sim_fifos_clear_wires(struct dddk_sim_device *device);
/* Words in it, not counting one on the wire. */
uint32_t sim_fifo_used(const struct sim_fifo *fifo);

/* transfers.c */
bool sim_transfers_create(struct dddk_sim_device *device);
void sim_transfers_destroy(struct dddk_sim_device *device);
/* Returns the bits of `value` that started one, which goes on until it is done. */
uint64_t sim_transfers_written(struct dddk_sim_device *device, unsigned reg, unsigned index,
                               uint64_t value);

/* procedures.c */
bool sim_procedures_create(struct dddk_sim_device *device);
void sim_procedures_destroy(struct dddk_sim_device *device);
void sim_procedures_reset(struct dddk_sim_device *device);
/* Returns the bits of `value` that started one, which shows in them when it is done. */
uint64_t sim_procedures_written(struct dddk_sim_device *device, unsigned reg, unsigned index,
                                uint64_t value);

/* windows.c: a register of a window is accessed; true: `value` is what is behind it. */
bool sim_windows_read(struct dddk_sim_device *device, unsigned reg, uint64_t *value);
void sim_windows_written(struct dddk_sim_device *device, unsigned reg, uint64_t value);

/* test.c */
void sim_test_close(struct dddk_sim *sim);

/* wires.c */
void sim_wire_send_frame(struct dddk_sim_device *device, const uint8_t *frame, size_t length_bytes);
void sim_wire_send_bytes(struct dddk_sim_device *device, const uint8_t *bytes, size_t size_bytes);
/* Take the first frame off the wire; the caller frees it. */
struct sim_frame *sim_wire_take(struct dddk_sim_device *device);
void sim_wire_clear(struct dddk_sim_device *device);
int sim_wire_put(struct dddk_sim_device *device, const void *frame, size_t length_bytes,
                 unsigned bad);
size_t sim_wire_put_bytes(struct dddk_sim_device *device, const uint8_t *bytes, size_t size_bytes);

#endif
