/* SPDX-License-Identifier: MIT
 *
 * A hosted machine: a PCI bus with devices, memory that they reach, interrupt lines, and time. sim
 * and qemu each implement struct dddk_host_ops; everything else (mapping BARs, DMA memory,
 * interrupt dispatch, the event loop, the classes, the trace) is shared and lives beside this
 * header. Programs on a host (tests, demos, `dddk run`) use the functions below the line.
 * Everything here is single-threaded: thread context of the calling program.
 */
#ifndef DDDK_HOST_H
#define DDDK_HOST_H

#include <stdio.h>

#include "dddk/log.h"
#include "dddk/misc.h"
#include "dddk/net.h"
#include "dddk/serial.h"
#include "kernel/pci.h"
#include "kernel/platform.h"
#include "kernel/registry.h"

struct dddk_host;

enum dddk_host_space { DDDK_HOST_MEMORY_SPACE, DDDK_HOST_IO_SPACE };

#define DDDK_HOST_LINES 24u /* interrupt lines; a level-triggered line may be shared */

/* What a backend is. `host` is the backend's own struct, which has struct dddk_host first. */
struct dddk_host_ops {
    const char *name; /* "sim", "qemu" */
    uint32_t (*config_read)(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                            unsigned bytes);
    void (*config_write)(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                         unsigned bytes, uint32_t value);
    uint64_t (*bus_read)(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                         unsigned bytes);
    void (*bus_write)(struct dddk_host *host, enum dddk_host_space space, uint64_t address,
                      unsigned bytes, uint64_t value);
    uint64_t (*now_ns)(struct dddk_host *host);
    /* Let the devices run until an interrupt may be pending or `until_ns` has come; returns false
     * when the backend has died. */
    bool (*wait)(struct dddk_host *host, uint64_t until_ns);
    /* The line (0 to DDDK_HOST_LINES - 1) that pin INTA..INTD (1..4) of the device is wired to;
     * negative: none. */
    int (*line_of)(struct dddk_host *host, struct dddk_pci_address where, unsigned pin);
    /* Is it asserted now, as far as the host has heard? */
    bool (*line_level)(struct dddk_host *host, unsigned line);
    void (*close)(struct dddk_host *host);
    /* The device may no longer, or may again, reach this range: sim faults on access to what was
     * freed. May be NULL. */
    void (*dma_changed)(struct dddk_host *host, struct dddk_pci_address where,
                        const struct dddk_dma_memory *memory, bool allocated);
};

struct dddk_host_trace_entry;

/* Kept by host.c; a backend fills `ops` and the memory before dddk_host_init(). */
struct dddk_host {
    const struct dddk_host_ops *ops;
    uint8_t *memory;        /* what devices can reach, as the CPU sees it */
    uint64_t memory_device; /* the device's address of memory[0] */
    size_t memory_bytes;
    struct dddk_host_state *state; /* host.c's own */
    bool dead; /* the backend has gone; every access reads all ones from now on */
    char why_dead[512];
    /* Words inside `memory` that devices write message-signalled interrupts to, kept by host.c: 0
     * is idle, anything else is an interrupt that no turn has delivered yet. A backend whose
     * devices run outside this process looks at the first `message_count` of them while it waits,
     * since nothing else tells it. */
    const volatile uint32_t *messages;
    unsigned message_count;
};

/* For backends. init: 0, DDDK_ENOMEM, or DDDK_EINVAL when the memory is not made of whole pages. */
int dddk_host_init(struct dddk_host *host);
void dddk_host_fini(struct dddk_host *host); /* detaches every device that is still bound */
/* A device reached for memory that is not its own; what it was given is the backend's business. */
void dddk_host_dma_fault(struct dddk_host *host);

/* ------------------------------------------------------------------------------------------------------------------
 */

/* A device that is not on PCI: how dddk_host_where() and a backend know it. `device` is the `place`
 * of its description, and no PCI function has this number. */
#define DDDK_HOST_NO_FUNCTION 0xffu

/* Tell of a device that is not on PCI; the next probe finds it. The description stays where it is
 * until the host is closed. Returns as dddk_platform_add(), after saying why in the log;
 * DDDK_EINVAL: its place is above 255, or it has a line that the host has not. */
int dddk_host_add_platform(struct dddk_host *host, const struct dddk_platform_device *device);

/* Enumerate the bus, assign BARs, bind every function, and every device that is not on PCI, that a
 * driver of the registry matches. Returns how many, or a status. */
int dddk_host_probe(struct dddk_host *host, struct dddk_registry *registry);
/* Unbind one device: stop, detach, give its storage back. */
int dddk_host_remove(struct dddk_host *host, struct dddk_device *dev);
struct dddk_device *dddk_host_find(struct dddk_host *host,
                                   const char *name); /* "NAME.0"; NULL: none */
/* The machine of a bound device, and its place there. */
struct dddk_host *dddk_host_of(const struct dddk_device *dev);
struct dddk_pci_address dddk_host_where(const struct dddk_device *dev);
void dddk_host_close(struct dddk_host *host); /* fini, then the backend's close */

/* One turn: wait at most `timeout_ns` for something to happen, then deliver interrupts, run polls
 * and thread work. True when anything ran. `run_until_idle` takes turns until nothing is left to do
 * and nothing is due within `quiet_ns`. */
bool dddk_host_turn(struct dddk_host *host, uint64_t timeout_ns);
int dddk_host_run_until_idle(struct dddk_host *host, uint64_t quiet_ns);

/* Register trace in mmiotrace's text form with names; NULL: off. */
void dddk_host_trace(struct dddk_host *host, FILE *out);

struct dddk_host_statistics {
    uint64_t reads, writes; /* register accesses */
    uint64_t config_reads, config_writes;
    uint64_t interrupts;          /* hard handler calls */
    uint64_t dma_bytes, dma_live; /* coherent memory now allocated; pieces of it */
    uint64_t dma_faults;          /* sim: accesses of a device outside its memory */
    uint64_t poison_damage;       /* bytes of freed DMA memory that somebody wrote */
    uint64_t stuck_lines;         /* a line stayed up with no handler claiming it and was masked */
    uint64_t leaks;  /* DMA pieces, allocations, mappings and vectors left after a detach */
    uint64_t misuse; /* calls outside their contract: an access outside a mapping, a double free */
};
struct dddk_host_statistics dddk_host_statistics(struct dddk_host *host);
/* Look at every freed piece of DMA memory: bytes that no longer hold the pattern they were filled
 * with. */
uint64_t dddk_host_check_freed(struct dddk_host *host);

/* Net. `receive` is called from poll context with a whole frame, which is good until it returns.
 * Open starts the device and close stops it: they return what dddk_start() and dddk_stop() do. */
typedef void dddk_host_receive(void *user, const void *frame, size_t length_bytes);
int dddk_host_net_open(struct dddk_device *dev, dddk_host_receive *receive, void *user);
int dddk_host_net_close(struct dddk_device *dev);
/* Copy a frame and give it to the driver. DDDK_ENOSPC: try again after a turn. `more`: another
 * follows, the doorbell may wait. */
int dddk_host_net_send(struct dddk_device *dev, const void *frame, size_t length_bytes, bool more);
/* What to receive besides its own address and broadcast; kept for the next open. */
int dddk_host_net_rx_mode(struct dddk_device *dev, const struct dddk_net_rx_mode *mode);

/* The class object of a device; NULL: the device is not of that class. */
struct dddk_net *dddk_host_net(struct dddk_device *dev);
struct dddk_serial *dddk_host_serial(struct dddk_device *dev);
struct dddk_misc *dddk_host_misc(struct dddk_device *dev);

/* Serial: start and stop. Bytes go through dddk_serial_write() and dddk_serial_read(). */
int dddk_host_serial_open(struct dddk_device *dev);
int dddk_host_serial_close(struct dddk_device *dev);

/*
 * Set a parameter of drivers that are attached from now on. `name` is "DRIVER.PARAMETER", for every
 * device of the driver, or "DRIVER.0.PARAMETER", for one; the latter wins. `text` NULL takes it
 * back. DDDK_EINVAL: no such form of a name, or one that is too long; DDDK_ENOSPC: more than
 * DDDK_HOST_PARAMS. A parameter that its driver does not have refuses the device, as does a value
 * that is none. Copies both.
 */
#define DDDK_HOST_PARAMS 64u
int dddk_host_param(struct dddk_host *host, const char *name, const char *text);

/* Acquisitions and releases, for tests. The log is cleared by setting its count to 0; `fail_at` k
 * makes the k-th acquisition from now on fail with `status` (1 is the next; 0: none). */
struct dddk_host_step_log {
    unsigned count;
    struct {
        const char *name;
        bool acquire, failed;
    } entry[128];
};
void dddk_host_fail_at(struct dddk_host *host, unsigned k, int status);
struct dddk_host_step_log *dddk_host_step_log(struct dddk_host *host);

/* The log of the process: what is printed (warnings and errors unless said otherwise), and where
 * lines go: to stderr, or to a listener (NULL: stderr again). `dev` is NULL for the host's own. */
typedef void dddk_host_listener(void *user, const struct dddk_device *dev,
                                enum dddk_log_level level, const char *line);
void dddk_host_log_level(enum dddk_log_level level);
void dddk_host_log_to(dddk_host_listener *listener, void *user);

/* How many run-time values did not fit their fields since the last call, and whether those to come
 * are expected (by a test); one that is not is logged, and traps where DDDK_DEBUG is defined. */
uint64_t dddk_host_range_faults(bool expected);

#endif
