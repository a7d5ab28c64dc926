/* SPDX-License-Identifier: MIT
 *
 * What the files of the shared host core know of each other: a bound device as the port sees it,
 * and the state of one host. Not for backends, drivers or programs; those use host.h. One thread
 * runs everything, so nothing here is locked.
 */
#ifndef DDDK_HOST_CORE_H
#define DDDK_HOST_CORE_H

#include "host.h"
#include "runtime/port.h"

enum {
    DDDK_HOST_DEVICES = 64,          /* bound at once */
    DDDK_HOST_FUNCTIONS = 256,       /* PCI functions found at once */
    DDDK_HOST_VECTORS = 16,          /* of one device */
    DDDK_HOST_PLATFORM_DEVICES = 64, /* that are not on PCI, in the machine at once */
    DDDK_HOST_POLL_BUDGET = 64,      /* work of one poll before others get their turn */
};

/* A mapped region: what struct dddk_mmio points to. */
struct dddk_host_window {
    struct dddk_port_device *device;
    const struct dddk_region *region; /* NULL: not mapped */
    enum dddk_host_space space;
    uint64_t address; /* on the bus; in configuration space, the function's own */
    uint64_t size_bytes;
    unsigned map_id; /* in the trace; counts mappings of the host from 1 */
};

struct dddk_host_vector {
    struct dddk_vector *vector;
    bool requested, held;
    unsigned line; /* in INTx mode */
    bool poll_wanted, polling, thread_wanted;
};

/* One piece of DMA memory that is allocated. */
struct dddk_host_piece {
    struct dddk_host_piece *next;
    uint32_t first_page, pages;
    size_t size_bytes; /* asked for; the rest of the last page holds the pattern */
};

struct dddk_port_device {
    struct dddk_host *host;
    struct dddk_device *dev;
    struct dddk_registry *registry;
    struct dddk_pci_function function;           /* of one that is not on PCI only `where` */
    const struct dddk_platform_device *platform; /* NULL: it is on PCI */
    uint32_t index; /* of its place in the host's table, and of its first message word */

    struct dddk_host_window *windows; /* by region of the driver */
    struct dddk_dma_limits limits;
    struct dddk_host_piece *pieces;
    unsigned allocations; /* of dddk_port_alloc() */

    unsigned vector_count; /* of the driver; 0: its interrupts are off */
    struct dddk_host_vector vectors[DDDK_HOST_VECTORS];
    unsigned line;       /* in INTx mode */
    uint64_t msix_table; /* in MSI-X mode: its address on the bus */
    uint64_t interrupts; /* that a handler of this device claimed */

    /* struct dddk_net, dddk_serial or dddk_misc between publish and unpublish */
    void *class_object;
    bool gate_open;             /* the class may give work to the driver */
    dddk_host_receive *receive; /* of a net device's opener */
    void *receive_user;
    /* To resolve banks in the trace, or NULL: for each register 0, or, if it selects banks, where
     * among what follows the value is that was last seen of its first element. */
    uint64_t *shadow;
};

struct dddk_host_line {
    unsigned up;        /* calls in a row without the line going down */
    unsigned unclaimed; /* of them, those in a row that no handler claimed */
    bool masked;        /* it is tried again at `retry_ns` */
    uint64_t retry_ns;
};

/* What a user said of a parameter. */
struct dddk_host_setting {
    char name[2 * DDDK_NAME_MAX]; /* "DRIVER.PARAMETER" or "DRIVER.0.PARAMETER"; "": free */
    char text[64];
};

struct dddk_host_state {
    struct dddk_port_device *devices[DDDK_HOST_DEVICES];
    unsigned device_limit; /* places from here on are free */
    uint32_t lines_used;   /* lines that somebody listens to */
    struct dddk_pci_function functions[DDDK_HOST_FUNCTIONS];
    unsigned function_count;
    struct dddk_platform_bus platform;
    const struct dddk_platform_device *platform_devices[DDDK_HOST_PLATFORM_DEVICES];
    struct dddk_host_line lines[DDDK_HOST_LINES];
    struct dddk_host_statistics statistics;

    uint8_t *pages; /* enum dddk_host_page, one for each page of host->memory */
    uint32_t page_count;

    FILE *trace;
    unsigned map_count;

    bool in_handler; /* irq or poll code is on the stack: the loop may not be entered again */
    unsigned depth;  /* thread handlers on the stack that wait */

    struct dddk_host_setting settings[DDDK_HOST_PARAMS];
    unsigned counting; /* bound devices whose driver has statistics */
    uint64_t stats_ns; /* when the counters of devices were last looked at */

    unsigned fail_at;
    int fail_status;
    struct dddk_host_step_log steps;
};

DDDK_INLINE uint64_t dddk_host_later(uint64_t now_ns, uint64_t duration_ns)
{
    return now_ns + duration_ns < now_ns ? UINT64_MAX : now_ns + duration_ns;
}

/* host_dma.c: the arena over host->memory. */
int dddk_host_arena_init(struct dddk_host *host);
void dddk_host_arena_fini(struct dddk_host *host);
/* Free what the device still holds; returns how many pieces. */
unsigned dddk_host_dma_release(struct dddk_port_device *port);

/* host_irq.c */
/* Who listens to which line, and to messages, has changed. */
void dddk_host_find_listeners(struct dddk_host *host);
/* Call the handler of one vector; true when it was for it. */
bool dddk_host_call_vector(struct dddk_host_vector *it);
/* Call the handlers of every interrupt that is pending, again until none is or the bound is hit. */
bool dddk_host_deliver(struct dddk_host *host);
/* When a line that is masked for being stuck is to be tried again; UINT64_MAX: none is masked. */
uint64_t dddk_host_next_retry(const struct dddk_host *host);

/* host_vectors.c */
/* The word that the device's vector `index` is a message to. */
uint32_t *dddk_host_message_word(const struct dddk_port_device *port, unsigned index);
/* Is the one interrupt that all vectors of the device share to be off? */
bool dddk_host_is_held(const struct dddk_port_device *port);
/* Undo what the driver should have undone: returns how many vectors it had left. */
unsigned dddk_host_irq_release(struct dddk_port_device *port);

/* host_loop.c: interrupts, polls, thread work; true when anything ran. */
bool dddk_host_dispatch(struct dddk_host *host);

/* host_param.c: does the driver have every parameter that was set for this device? Logs one that it
 * has not. */
bool dddk_host_knows_params(const struct dddk_device *dev);

/* host_mmio.c */
struct dddk_pci_config dddk_host_config(struct dddk_host *host);

/* host_trace.c */
void dddk_host_trace_access(struct dddk_host_window *window, bool write, size_t offset,
                            unsigned bytes, uint64_t value);
void dddk_host_trace_map(struct dddk_host_window *window, bool mapped);

/* host_net.c: the payload buffers of a net device. */
int dddk_host_net_start(struct dddk_net *net);
void dddk_host_net_stop(struct dddk_net *net);

#endif
