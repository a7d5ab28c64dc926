/* SPDX-License-Identifier: MIT
 *
 * Giving addresses to BARs and to the windows of bridges, where no firmware did. From the leaves up
 * each bridge learns how much is needed behind it; from the root down each bus hands out its range,
 * largest alignment first, so that natural alignment wastes nothing between powers of two. The same
 * function measures and places, so what was measured fits.
 */
#include "kernel/pci_bits.h"

#define IO_GRANULE 0x1000u /* of a bridge's window. (PCI-to-PCI Bridge 1.2, 3.2.5.6, 3.2.5.8) */
#define MEMORY_GRANULE 0x100000u
#define FOUR_GIB 0x100000000u

struct assignment {
    const struct dddk_pci_config *config;
    const struct dddk_pci_plan *plan;
    struct dddk_pci_function *functions;
};

/* A stretch of addresses that is handed out from below. No sum in this file wraps: a bus has at
 * most 256 functions, each of 6 BARs and a window, none larger than its range, and no range reaches
 * 2^52. */
struct span {
    uint64_t at, end; /* `end` is not part of it */
    bool measuring;   /* nothing is assigned; `end` is out of reach */
};

static bool take(struct span *span, uint64_t size_bytes, uint64_t align_bytes, uint64_t *address)
{
    uint64_t start = (span->at + align_bytes - 1) & ~(align_bytes - 1);

    if (start > span->end || size_bytes > span->end - start) {
        return false;
    }
    span->at = start + size_bytes;
    *address = start;
    return true;
}

static const struct dddk_pci_range *range_of(const struct dddk_pci_plan *plan,
                                             enum dddk_pci_window_kind kind)
{
    return kind == DDDK_PCI_WINDOW_IO       ? &plan->io
           : kind == DDDK_PCI_WINDOW_MEMORY ? &plan->memory
                                            : &plan->prefetchable;
}

/* ---- what goes where ---- */

/* Which windows the bridge has: those that do not exist read 0 whatever is written. Both are left
 * closed (base above limit). */
static void find_windows(const struct assignment *job, struct dddk_pci_function *bridge)
{
    dddk_pci_write32(job->config, bridge->where, DDDK_PCI_IO_BASE_UPPER, 0);
    dddk_pci_write16(job->config, bridge->where, DDDK_PCI_IO_BASE, 0x00f0);
    bridge->has_io_window =
        (dddk_pci_read16(job->config, bridge->where, DDDK_PCI_IO_BASE) & 0xf0u) == 0xf0u;
    dddk_pci_write32(job->config, bridge->where, DDDK_PCI_MEMORY_BASE, 0x0000fff0u);
    dddk_pci_write32(job->config, bridge->where, DDDK_PCI_PREFETCH_BASE_UPPER, 0);
    dddk_pci_write32(job->config, bridge->where, DDDK_PCI_PREFETCH_LIMIT_UPPER, 0);
    dddk_pci_write32(job->config, bridge->where, DDDK_PCI_PREFETCH_BASE, 0x0000fff0u);
    bridge->has_prefetch_window =
        (dddk_pci_read16(job->config, bridge->where, DDDK_PCI_PREFETCH_BASE) & 0xfff0u) == 0xfff0u;
    bridge->prefetch_64bit = bridge->has_prefetch_window &&
                             (dddk_pci_read16(job->config, bridge->where, DDDK_PCI_PREFETCH_BASE) &
                              0xfu) == PCI_WINDOW_64BIT;
}

/* On a root bus no bridge reads ahead, so the prefetchable range has room for what is too large for
 * the other one. */
static bool is_large_on_root(const struct assignment *job, const struct dddk_pci_function *function,
                             const struct dddk_pci_bar *bar)
{
    return function->parent == DDDK_PCI_NO_PARENT && bar->size_bytes > job->plan->memory.size_bytes;
}

/* May a BAR of this function get an address from the prefetchable range? */
static bool can_prefetch(const struct assignment *job, const struct dddk_pci_function *function,
                         const struct dddk_pci_bar *bar)
{
    const struct dddk_pci_range *range = &job->plan->prefetchable;
    bool high = range->base + range->size_bytes > FOUR_GIB;

    if (range->size_bytes == 0 || (high && !bar->is_64bit) ||
        (!bar->prefetchable && !is_large_on_root(job, function, bar))) {
        return false;
    }
    for (uint32_t at = function->parent; at != DDDK_PCI_NO_PARENT; at = job->functions[at].parent) {
        const struct dddk_pci_function *bridge = &job->functions[at];

        if (!bridge->has_prefetch_window || (high && !bridge->prefetch_64bit)) {
            return false;
        }
    }
    return true;
}

static void choose_windows(const struct assignment *job, struct dddk_pci_function *function)
{
    for (unsigned i = 0; i < DDDK_COUNT(function->bar); i++) {
        struct dddk_pci_bar *bar = &function->bar[i];

        bar->address = 0;
        bar->window = bar->kind == DDDK_REGION_PORT      ? DDDK_PCI_WINDOW_IO
                      : can_prefetch(job, function, bar) ? DDDK_PCI_WINDOW_PREFETCHABLE
                                                         : DDDK_PCI_WINDOW_MEMORY;
    }
}

/* ---- layout of one bus ---- */

/* A BAR too large for the whole range is not measured: it would close the windows above it. */
static bool is_wanted(const struct assignment *job, const struct dddk_pci_bar *bar,
                      enum dddk_pci_window_kind kind)
{
    return bar->size_bytes != 0 && bar->window == kind &&
           bar->size_bytes <= range_of(job->plan, kind)->size_bytes;
}

/* Every alignment that occurs on a bus, as a set of powers of two. */
static uint64_t alignments(const struct assignment *job, uint32_t first,
                           enum dddk_pci_window_kind kind)
{
    uint64_t set = 0;
    uint32_t at = first;

    do {
        const struct dddk_pci_function *function = &job->functions[at];

        for (unsigned i = 0; i < DDDK_COUNT(function->bar); i++) {
            if (is_wanted(job, &function->bar[i], kind)) {
                set |= function->bar[i].size_bytes;
            }
        }
        if (function->window[kind].size_bytes != 0) {
            set |= function->window[kind].align_bytes;
        }
        at = function->next_sibling;
    } while (at != 0);
    return set;
}

/* Hand out what has exactly this alignment. */
static void place_function(const struct assignment *job, struct dddk_pci_function *function,
                           enum dddk_pci_window_kind kind, uint64_t align_bytes, struct span *span)
{
    struct dddk_pci_window *window = &function->window[kind];
    uint64_t address;

    for (unsigned i = 0; i < DDDK_COUNT(function->bar); i++) {
        struct dddk_pci_bar *bar = &function->bar[i];

        if (is_wanted(job, bar, kind) && bar->size_bytes == align_bytes &&
            take(span, bar->size_bytes, align_bytes, &address) && !span->measuring) {
            bar->address = address;
        }
    }
    if (window->size_bytes == 0 || window->align_bytes != align_bytes) {
        return;
    }
    if (!take(span, window->size_bytes, align_bytes, &address)) {
        window->size_bytes = 0;
        dddk_pci_report_(job->plan, function->where, DDDK_PCI_NO_ROOM_FOR_WINDOW, kind);
    } else if (!span->measuring) {
        window->base = address;
    }
}

/* Lay out one bus. Returns the largest alignment on it, 0 when it needs nothing of this kind. */
static uint64_t lay_out(const struct assignment *job, uint32_t first,
                        enum dddk_pci_window_kind kind, struct span *span)
{
    uint64_t left = alignments(job, first, kind);
    uint64_t largest = 0;

    while (left != 0) {
        uint64_t align_bytes = (uint64_t)1 << (63 - __builtin_clzll(left));
        uint32_t at = first;

        do {
            place_function(job, &job->functions[at], kind, align_bytes, span);
            at = job->functions[at].next_sibling;
        } while (at != 0);
        left &= ~align_bytes;
        largest = largest != 0 ? largest : align_bytes;
    }
    return largest;
}

/* What the bus behind a bridge needs of one kind. Its children have been measured. */
static void measure(const struct assignment *job, struct dddk_pci_function *bridge,
                    enum dddk_pci_window_kind kind)
{
    uint64_t granule = kind == DDDK_PCI_WINDOW_IO ? IO_GRANULE : MEMORY_GRANULE;
    struct dddk_pci_window *window = &bridge->window[kind];
    struct span span = {.end = UINT64_MAX, .measuring = true};
    uint64_t align_bytes = lay_out(job, bridge->first_child, kind, &span);

    if (align_bytes == 0) {
        return;
    }
    if (span.at > range_of(job->plan, kind)->size_bytes ||
        (kind == DDDK_PCI_WINDOW_IO && !bridge->has_io_window)) {
        dddk_pci_report_(job->plan, bridge->where, DDDK_PCI_NO_ROOM_FOR_WINDOW, kind);
        return;
    }
    window->align_bytes = align_bytes > granule ? align_bytes : granule;
    window->size_bytes = (span.at + granule - 1) & ~(granule - 1);
}

/* Lay out the bus behind a bridge in the window that the bridge got. */
static void fill_window(const struct assignment *job, struct dddk_pci_function *bridge,
                        enum dddk_pci_window_kind kind)
{
    struct dddk_pci_window *window = &bridge->window[kind];
    struct span span = {.at = window->base, .end = window->base + window->size_bytes};

    if (window->size_bytes == 0) {
        return;
    }
    if (window->base == 0) {
        /* A bridge above it got none, so this one was never placed. */
        window->size_bytes = 0;
        dddk_pci_report_(job->plan, bridge->where, DDDK_PCI_NO_ROOM_FOR_WINDOW, kind);
        return;
    }
    lay_out(job, bridge->first_child, kind, &span);
}

/* ---- into the hardware ---- */

static uint16_t decode_bit(const struct dddk_pci_bar *bar)
{
    return bar->kind == DDDK_REGION_PORT ? DDDK_PCI_COMMAND_IO : DDDK_PCI_COMMAND_MEMORY;
}

/* Write one BAR. False: it does not keep its address. */
static bool write_bar(const struct assignment *job, const struct dddk_pci_function *function,
                      unsigned index)
{
    const struct dddk_pci_bar *bar = &function->bar[index];
    unsigned offset = DDDK_PCI_BAR0 + 4 * index;
    uint32_t flags = bar->kind == DDDK_REGION_PORT ? PCI_BAR_IO_FLAGS : PCI_BAR_MEMORY_FLAGS;
    uint64_t kept;

    dddk_pci_write32(job->config, function->where, offset, (uint32_t)bar->address);
    kept = dddk_pci_read32(job->config, function->where, offset) & ~flags;
    if (bar->is_64bit) {
        dddk_pci_write32(job->config, function->where, offset + 4, (uint32_t)(bar->address >> 32));
        kept |= (uint64_t)dddk_pci_read32(job->config, function->where, offset + 4) << 32;
    }
    return kept == bar->address;
}

/* Write a function's BARs. Returns the decode bits that must stay off, because a BAR of that kind
 * has no address of its own. */
static uint16_t write_bars(const struct assignment *job, struct dddk_pci_function *function)
{
    uint16_t off = 0;

    for (unsigned i = 0; i < dddk_pci_bar_count_(function->header_type); i++) {
        struct dddk_pci_bar *bar = &function->bar[i];

        if (bar->size_bytes == 0) {
            continue;
        }
        if (bar->address == 0) {
            dddk_pci_report_(job->plan, function->where, DDDK_PCI_NO_ROOM_FOR_BAR, i);
        }
        if (!write_bar(job, function, i)) {
            bar->address = 0;
            dddk_pci_report_(job->plan, function->where, DDDK_PCI_ADDRESS_IGNORED, i);
        }
        if (bar->address == 0) {
            off |= decode_bit(bar);
        }
    }
    return off;
}

/* Open the windows that got an address; the others were closed by find_windows(). */
static void write_windows(const struct assignment *job, const struct dddk_pci_function *bridge)
{
    const struct dddk_pci_window *io = &bridge->window[DDDK_PCI_WINDOW_IO];
    const struct dddk_pci_window *memory = &bridge->window[DDDK_PCI_WINDOW_MEMORY];
    const struct dddk_pci_window *prefetch = &bridge->window[DDDK_PCI_WINDOW_PREFETCHABLE];
    struct dddk_pci_address where = bridge->where;

    if (io->size_bytes != 0) {
        uint64_t last = io->base + io->size_bytes - 1;

        dddk_pci_write16(job->config, where, DDDK_PCI_IO_BASE,
                         (uint16_t)((io->base >> 8 & 0xf0u) | (last & 0xf000u)));
    }
    if (memory->size_bytes != 0) {
        uint64_t last = memory->base + memory->size_bytes - 1;

        dddk_pci_write32(job->config, where, DDDK_PCI_MEMORY_BASE,
                         (uint32_t)((memory->base >> 16 & 0xfff0u) | (last & 0xfff00000u)));
    }
    if (prefetch->size_bytes != 0) {
        uint64_t last = prefetch->base + prefetch->size_bytes - 1;

        if (bridge->prefetch_64bit) {
            dddk_pci_write32(job->config, where, DDDK_PCI_PREFETCH_BASE_UPPER,
                             (uint32_t)(prefetch->base >> 32));
            dddk_pci_write32(job->config, where, DDDK_PCI_PREFETCH_LIMIT_UPPER,
                             (uint32_t)(last >> 32));
        }
        dddk_pci_write32(job->config, where, DDDK_PCI_PREFETCH_BASE,
                         (uint32_t)((prefetch->base >> 16 & 0xfff0u) | (last & 0xfff00000u)));
    }
}

static void write_function(const struct assignment *job, struct dddk_pci_function *function)
{
    const uint16_t decode = DDDK_PCI_COMMAND_IO | DDDK_PCI_COMMAND_MEMORY;
    uint16_t before = dddk_pci_command(job->config, function->where, 0, decode);
    uint16_t on = before & decode;
    uint16_t off = write_bars(job, function);

    if (function->header_type == PCI_HEADER_BRIDGE && function->secondary != 0) {
        write_windows(job, function);
        on = decode | DDDK_PCI_COMMAND_MASTER;
    }
    dddk_pci_command(job->config, function->where, on, off);
}

void dddk_pci_assign_(const struct dddk_pci_config *config, const struct dddk_pci_plan *plan,
                      struct dddk_pci_function *functions, uint32_t count)
{
    struct assignment job = {config, plan, functions};

    for (uint32_t i = 0; i < count; i++) {
        if (functions[i].header_type == PCI_HEADER_BRIDGE) {
            find_windows(&job, &functions[i]);
        }
        choose_windows(&job, &functions[i]);
    }
    for (enum dddk_pci_window_kind kind = 0; kind < DDDK_PCI_WINDOWS; kind++) {
        const struct dddk_pci_range *range = range_of(plan, kind);
        struct span root = {.at = range->base, .end = range->base + range->size_bytes};

        /* A bridge comes before what is behind it: backwards its children are measured first. */
        for (uint32_t i = count; i-- > 0;) {
            if (functions[i].first_child != 0) {
                measure(&job, &functions[i], kind);
            }
        }
        if (count > 0) {
            lay_out(&job, 0, kind, &root);
        }
        for (uint32_t i = 0; i < count; i++) {
            fill_window(&job, &functions[i], kind);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        write_function(&job, &functions[i]);
    }
}
