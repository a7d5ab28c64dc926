/* SPDX-License-Identifier: MIT
 *
 * PCI over any configuration-space access: finds functions behind bridges, sizes their BARs,
 * assigns bus numbers and addresses where there is no firmware, walks capabilities, switches
 * decoding and MSI. Portable; allocates nothing; never recurses. Configuration space is not
 * trusted: whatever it answers, every walk ends, and what cannot be is reported. Thread context,
 * but for the reads and writes themselves, which may be used wherever the accessor may. (PCI Local
 * Bus 3.0; PCI-to-PCI Bridge 1.2; PCI Express Base 2.0 for port types)
 */
#ifndef DDDK_PCI_H
#define DDDK_PCI_H

#include "kernel/registry.h"

struct dddk_pci_address {
    uint8_t bus, device, function; /* 0 to 255, 0 to 31, 0 to 7 */
};

/* Access to configuration space. `offset` is a multiple of `bytes` (1, 2 or 4), below 4096; what
 * the machine cannot reach beyond 255 is not there. A read of what is not there gives all ones; a
 * write to it does nothing. */
struct dddk_pci_config_ops {
    uint32_t (*read)(void *context, struct dddk_pci_address where, unsigned offset, unsigned bytes);
    void (*write)(void *context, struct dddk_pci_address where, unsigned offset, unsigned bytes,
                  uint32_t value);
};

struct dddk_pci_config {
    const struct dddk_pci_config_ops *ops;
    void *context;
};

DDDK_INLINE uint32_t dddk_pci_read32(const struct dddk_pci_config *config,
                                     struct dddk_pci_address where, unsigned offset)
{
    return config->ops->read(config->context, where, offset, 4);
}
DDDK_INLINE uint16_t dddk_pci_read16(const struct dddk_pci_config *config,
                                     struct dddk_pci_address where, unsigned offset)
{
    return (uint16_t)config->ops->read(config->context, where, offset, 2);
}
DDDK_INLINE uint8_t dddk_pci_read8(const struct dddk_pci_config *config,
                                   struct dddk_pci_address where, unsigned offset)
{
    return (uint8_t)config->ops->read(config->context, where, offset, 1);
}
DDDK_INLINE void dddk_pci_write32(const struct dddk_pci_config *config,
                                  struct dddk_pci_address where, unsigned offset, uint32_t value)
{
    config->ops->write(config->context, where, offset, 4, value);
}
DDDK_INLINE void dddk_pci_write16(const struct dddk_pci_config *config,
                                  struct dddk_pci_address where, unsigned offset, uint16_t value)
{
    config->ops->write(config->context, where, offset, 2, value);
}
DDDK_INLINE void dddk_pci_write8(const struct dddk_pci_config *config,
                                 struct dddk_pci_address where, unsigned offset, uint8_t value)
{
    config->ops->write(config->context, where, offset, 1, value);
}

/* ---- configuration space, as far as the kit uses it ---- */

enum dddk_pci_register {
    DDDK_PCI_VENDOR = 0x00,
    DDDK_PCI_DEVICE = 0x02,
    DDDK_PCI_COMMAND = 0x04,
    DDDK_PCI_STATUS = 0x06,
    DDDK_PCI_REVISION = 0x08,
    DDDK_PCI_HEADER_TYPE = 0x0e,
    DDDK_PCI_BAR0 = 0x10,
    DDDK_PCI_SUBSYSTEM_VENDOR = 0x2c,
    DDDK_PCI_SUBSYSTEM_DEVICE = 0x2e,
    DDDK_PCI_CAPABILITIES = 0x34,
    DDDK_PCI_INTERRUPT_LINE = 0x3c,
    DDDK_PCI_INTERRUPT_PIN = 0x3d,
    /* of a bridge */
    DDDK_PCI_PRIMARY_BUS = 0x18,
    DDDK_PCI_SECONDARY_BUS = 0x19,
    DDDK_PCI_SUBORDINATE_BUS = 0x1a,
    DDDK_PCI_IO_BASE = 0x1c,
    DDDK_PCI_IO_LIMIT = 0x1d,
    DDDK_PCI_MEMORY_BASE = 0x20,
    DDDK_PCI_MEMORY_LIMIT = 0x22,
    DDDK_PCI_PREFETCH_BASE = 0x24,
    DDDK_PCI_PREFETCH_LIMIT = 0x26,
    DDDK_PCI_PREFETCH_BASE_UPPER = 0x28,
    DDDK_PCI_PREFETCH_LIMIT_UPPER = 0x2c,
    DDDK_PCI_IO_BASE_UPPER = 0x30,
    DDDK_PCI_IO_LIMIT_UPPER = 0x32,
};

enum dddk_pci_command {
    DDDK_PCI_COMMAND_IO = 0x0001,
    DDDK_PCI_COMMAND_MEMORY = 0x0002,
    DDDK_PCI_COMMAND_MASTER = 0x0004,
    DDDK_PCI_COMMAND_INTX_DISABLE = 0x0400,
};

enum dddk_pci_capability_id {
    DDDK_PCI_CAPABILITY_POWER = 0x01,
    DDDK_PCI_CAPABILITY_MSI = 0x05,
    DDDK_PCI_CAPABILITY_VENDOR = 0x09,
    DDDK_PCI_CAPABILITY_BRIDGE_SUBSYSTEM = 0x0d,
    DDDK_PCI_CAPABILITY_PCIE = 0x10,
    DDDK_PCI_CAPABILITY_MSIX = 0x11,
};

/* ---- what enumeration finds ---- */

/* The address spaces that addresses come from. */
enum dddk_pci_window_kind {
    DDDK_PCI_WINDOW_IO,
    DDDK_PCI_WINDOW_MEMORY,       /* below 4 GiB */
    DDDK_PCI_WINDOW_PREFETCHABLE, /* above 4 GiB where bridge and range allow it */
    DDDK_PCI_WINDOWS
};

struct dddk_pci_bar {
    uint64_t address;    /* on the bus; 0: not assigned */
    uint64_t size_bytes; /* 0: absent; a power of two */
    enum dddk_region_kind kind;
    enum dddk_pci_window_kind window; /* where its address was taken from; set when assigning */
    bool is_64bit, prefetchable;
};

/* What a bridge forwards of one address space. */
struct dddk_pci_window {
    uint64_t base, size_bytes; /* size 0: closed */
    uint64_t align_bytes;      /* of the base; private to the assignment */
};

#define DDDK_PCI_NO_PARENT 0xffffffffu

/* One function. A bridge comes before everything behind it. */
struct dddk_pci_function {
    struct dddk_pci_address where;
    struct dddk_identity identity; /* subsystem IDs 0 where the function has none */
    uint8_t revision;
    uint8_t interrupt_pin;  /* 0: none, 1: INTA ... */
    uint8_t interrupt_line; /* as firmware left it; 0xff: unknown */
    uint8_t header_type;    /* without the multi-function bit: 0 device, 1 bridge, 2 CardBus */
    struct dddk_pci_bar bar[6];
    uint8_t msi, msix, pcie; /* offsets of these capabilities; 0: absent */
    /* ---- topology, as indices into the caller's array ---- */
    uint32_t parent;       /* the bridge it is behind; DDDK_PCI_NO_PARENT: on the root bus */
    uint32_t next_sibling; /* on the same bus; 0: the last one */
    /* ---- of a bridge ---- */
    /* buses behind it; 0: not configured, nothing behind was looked at */
    uint8_t secondary, subordinate;
    uint32_t first_child, last_child; /* 0: none */
    /* set when assigning */
    bool has_io_window, has_prefetch_window, prefetch_64bit;
    struct dddk_pci_window window[DDDK_PCI_WINDOWS];
};

/* What was found wrong. Enumeration goes on without the object that is named. */
enum dddk_pci_problem {
    /* The function asks to be tried again later. Detail: its first dword. */
    DDDK_PCI_NOT_READY,
    /* Its header type is none that PCI defines. Detail: the header type. */
    DDDK_PCI_BAD_HEADER,
    /* Its size is no power of two, its type is reserved, or half of 64 bits is missing. Detail: the
     * BAR. */
    DDDK_PCI_BAD_BAR,
    /* The list leaves 0x40 to 0xff, or loops. Detail: the pointer that did. */
    DDDK_PCI_BAD_CAPABILITIES,
    /* A bridge's bus numbers overlap others or lead back. Detail: primary | secondary << 8 |
     * subordinate << 16. */
    DDDK_PCI_BAD_BUS_NUMBERS,
    /* No bus number is left for a bridge. Detail: the last bus. */
    DDDK_PCI_OUT_OF_BUSES,
    /* The range, or the bridge's window, has no room. Detail: the BAR. */
    DDDK_PCI_NO_ROOM_FOR_BAR,
    /* The same for a bridge's window. Detail: enum dddk_pci_window_kind. */
    DDDK_PCI_NO_ROOM_FOR_WINDOW,
    /* A BAR reads back another address than was written. Detail: the BAR. */
    DDDK_PCI_ADDRESS_IGNORED,
    DDDK_PCI_PROBLEMS
};

/* A sentence fragment for a message: "capability list leaves its range or loops". Any context;
 * never NULL; static text. */
const char *dddk_pci_problem_text(enum dddk_pci_problem problem);

struct dddk_pci_range {
    uint64_t base, size_bytes; /* base 0 is no address; size 0: none of this kind */
};

/* What enumeration may do. */
struct dddk_pci_plan {
    uint8_t first_bus, last_bus; /* the root bus, and the highest number that may be used */
    /*
     * false: firmware has been here; bus numbers and addresses are read and left alone (BARs are
     * still sized, with decoding off for that moment). true: assign bus numbers to bridges and
     * addresses to BARs, naturally aligned, from the ranges below; BARs that find no room stay 0
     * and decoding of their kind stays off.
     */
    bool assign;
    struct dddk_pci_range io;     /* within 64 KiB */
    struct dddk_pci_range memory; /* within 4 GiB */
    /* within 2^52; size 0: prefetchable BARs go into `memory` */
    struct dddk_pci_range prefetchable;
    void (*problem)(void *context, struct dddk_pci_address where, enum dddk_pci_problem problem,
                    uint32_t detail); /* may be NULL */
    void *context;
};

/*
 * Find every function from plan->first_bus downwards, depth first, in order of device and function.
 * `functions` is the caller's. Returns how many were found; DDDK_EINVAL: a range outside its
 * contract, or first_bus above last_bus; DDDK_ENOSPC: there are more than `capacity` (the first
 * `capacity` are described, no address was assigned). Functions are left with decoding as it was;
 * bridges that were given numbers forward and master.
 */
int dddk_pci_enumerate(const struct dddk_pci_config *config, const struct dddk_pci_plan *plan,
                       struct dddk_pci_function *functions, uint32_t capacity);

/*
 * Where the interrupt pin of functions[index] arrives on the root bus, through the wiring of the
 * bridges in between: pin 1 to 4 (0: the function has none) of device *root_device. (PCI-to-PCI
 * Bridge 1.2, 9.1)
 */
uint8_t dddk_pci_root_pin(const struct dddk_pci_function *functions, uint32_t index,
                          uint8_t *root_device);

/* ---- one function ---- */

/* Does anything answer there? False for vendor IDs 0 and all ones. */
bool dddk_pci_is_present(const struct dddk_pci_config *config, struct dddk_pci_address where);

/*
 * The capabilities of a function, in the order of its list. Begin with a zeroed walk and the
 * function's `where`; dddk_pci_next_capability() returns the offset of the next one, 0 at the end.
 * Each offset comes at most once; when the list leaves 0x40 to 0xff or loops, the walk ends and
 * `broken` is the offending pointer.
 */
struct dddk_pci_capability_walk {
    uint64_t seen; /* bit n: offset 4 * n was visited */
    uint8_t offset;
    uint8_t id;     /* of the capability at the offset last returned */
    uint8_t broken; /* 0: the list is in order so far */
    bool started;
};
uint8_t dddk_pci_next_capability(const struct dddk_pci_config *config,
                                 struct dddk_pci_address where,
                                 struct dddk_pci_capability_walk *walk);

/* The offset of the first capability with that ID; 0: none. */
uint8_t dddk_pci_find_capability(const struct dddk_pci_config *config,
                                 struct dddk_pci_address where, uint8_t id);

/* Where a region is, and what is wrong with it where it is nowhere. */
struct dddk_pci_place {
    uint8_t bar;
    uint64_t offset;        /* in the BAR; of a region in configuration space, there */
    uint64_t size_bytes;    /* that the device says there are */
    unsigned config_offset; /* of the capability */
    const char *why;        /* a sentence fragment; NULL: it is there */
};

/*
 * Find the region that a capability names: the first of the function's capabilities that is the
 * wanted one and fits, for devices may offer several. Regions of one struct dddk_capability are of
 * the same one. Of `function`, place and BARs are used. The
 * whole list is walked, and one that leaves its range or loops is refused with all that is in it
 * (DDDK_EPROTO). DDDK_ENODEV: no such capability, or its BAR is absent, has no address or is of the
 * other kind; DDDK_EPROTO: what it says cannot be (the BAR's number, a place outside it, or one
 * that is not aligned); DDDK_ERANGE: it is smaller than the region. (PCI 3.0, 6.7; PCI Express Base
 * 2.0, 7.9.1; Virtio 1.1, 4.1.4)
 */
int dddk_pci_locate(const struct dddk_pci_config *config, const struct dddk_pci_function *function,
                    const struct dddk_region *region, struct dddk_pci_place *place);

/*
 * Where a part of a BAR is that begins `offset` bytes into it, by the device's own word: size_bytes
 * of the region, no more. DDDK_EPROTO: it does not lie within the BAR, or is not aligned for its
 * registers; place->why says which. Of `bar` the size is used.
 */
int dddk_pci_part(const struct dddk_pci_bar *bar, const struct dddk_region *region, uint64_t offset,
                  struct dddk_pci_place *place);

/* Set and clear bits of the command register (DDDK_PCI_COMMAND_*); clearing wins. Returns what it
 * was. Writes only when something changes. */
uint16_t dddk_pci_command(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint16_t set, uint16_t clear);

/*
 * Program one MSI message and enable MSI. `msi` is the capability's offset. DDDK_ERANGE: the
 * address needs 64 bits and the function has 32; DDDK_EINVAL: the address is no multiple of 4;
 * DDDK_EPROTO: the capability does not fit into configuration space. INTx is disabled with it.
 * (PCI 3.0, 6.8.1)
 */
int dddk_pci_msi_enable(const struct dddk_pci_config *config, struct dddk_pci_address where,
                        uint8_t msi, uint64_t address, uint16_t data);
/* Disable MSI and let INTx through again. */
void dddk_pci_msi_disable(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint8_t msi);

/* Hold the message back, or let it go again, after dddk_pci_msi_enable(). True: by its mask bit,
 * and what was held back is sent later. False: the function has none, so MSI was switched off, and
 * what it had to say meanwhile may be lost; INTx stays disabled. (PCI 3.0, 6.8.1.7) */
bool dddk_pci_msi_hold(const struct dddk_pci_config *config, struct dddk_pci_address where,
                       uint8_t msi, bool held);

/* Where the MSI-X table and its pending bits are. (PCI 3.0, 6.8.2) */
struct dddk_pci_msix {
    uint16_t entries; /* 1 to 2048 */
    uint8_t table_bar, pending_bar;
    uint32_t table_offset, pending_offset; /* bytes from the start of the BAR */
};

/*
 * Describe MSI-X of a function and hold it against its BARs. DDDK_ENOTSUP: the function has none;
 * DDDK_EPROTO: the capability does not fit into configuration space, a BAR is absent or not memory,
 * or the table or the pending bits do not lie within it.
 */
int dddk_pci_msix_describe(const struct dddk_pci_config *config,
                           const struct dddk_pci_function *function, struct dddk_pci_msix *msix);
/* Switch MSI-X on (INTx off with it) or off. The table is written by the caller, through the BAR,
 * while `masked` holds every vector back. */
void dddk_pci_msix_switch(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint8_t msix, bool on, bool masked);

#endif
