/* SPDX-License-Identifier: MIT
 *
 * DMA memory: an arena of pages inside host->memory. The first fit is by address, so that the same
 * allocations get the same device addresses on every backend. Freed pages are filled with a pattern
 * and kept aside until nothing else is left: whoever still writes to them leaves a mark that
 * dddk_host_check_freed() finds.
 */
#include <stdlib.h>

#include "core.h"

enum {
    PAGE_BYTES = 4096,
    PATTERN = 0xa5,
};

/* The arena begins here in the device's address space, or where the memory begins if that is later:
 * below lies what a PC keeps for firmware. */
#define ARENA_DEVICE 0x01000000u

enum dddk_host_page {
    PAGE_FREE,        /* never used */
    PAGE_QUARANTINED, /* freed, holds the pattern */
    PAGE_USED,
};

/* What a search for room has to respect. */
struct wish {
    uint64_t pages, align_bytes, boundary, last_address;
    bool quarantined_too;
};

static uint64_t page_device(const struct dddk_host *host, uint32_t page)
{
    return host->memory_device + (uint64_t)page * PAGE_BYTES;
}

static uint8_t *page_cpu(const struct dddk_host *host, uint32_t page)
{
    return host->memory + (size_t)page * PAGE_BYTES;
}

static uint64_t damage(const uint8_t *from, size_t size_bytes)
{
    uint64_t damaged = 0;

    for (size_t i = 0; i < size_bytes; i++) {
        damaged += from[i] != PATTERN;
    }
    return damaged;
}

int dddk_host_arena_init(struct dddk_host *host)
{
    struct dddk_host_state *state = host->state;
    uint32_t first = 0;

    if (host->memory_device % PAGE_BYTES != 0 || host->memory_bytes / PAGE_BYTES > UINT32_MAX) {
        return DDDK_EINVAL;
    }
    state->page_count = (uint32_t)(host->memory_bytes / PAGE_BYTES);
    if (host->memory_device < ARENA_DEVICE) {
        first = (uint32_t)((ARENA_DEVICE - host->memory_device) / PAGE_BYTES);
    }
    if (first >= state->page_count) {
        return DDDK_ENOMEM;
    }
    state->pages = malloc(state->page_count);
    if (state->pages == NULL) {
        return DDDK_ENOMEM;
    }
    memset(state->pages, PAGE_USED, first);
    memset(state->pages + first, PAGE_FREE, state->page_count - first);

    /* The first page holds the words that devices write message-signalled interrupts to. */
    _Static_assert(DDDK_HOST_DEVICES * DDDK_HOST_VECTORS * sizeof(uint32_t) <= PAGE_BYTES,
                   "each vector of each device has a word");
    state->pages[first] = PAGE_USED;
    memset(page_cpu(host, first), 0, PAGE_BYTES);
    host->messages = (const volatile uint32_t *)(void *)page_cpu(host, first);
    host->message_count = 0; /* that anybody listens to */
    return 0;
}

void dddk_host_arena_fini(struct dddk_host *host)
{
    free(host->state->pages);
    host->state->pages = NULL;
    host->messages = NULL;
    host->message_count = 0;
}

static bool page_fits(const struct dddk_host *host, const struct wish *wish, uint32_t page)
{
    return host->state->pages[page] == PAGE_FREE ||
           (wish->quarantined_too && host->state->pages[page] == PAGE_QUARANTINED);
}

/* Does the run that begins with this page start at a place the wish allows? */
static bool start_fits(const struct wish *wish, uint64_t device)
{
    uint64_t last = device + wish->pages * PAGE_BYTES - 1u;

    if (device % wish->align_bytes != 0 || last > wish->last_address) {
        return false;
    }
    return wish->boundary == 0 || device / wish->boundary == last / wish->boundary;
}

/* The first run of pages that fits, or page_count. */
static uint32_t find_room(const struct dddk_host *host, const struct wish *wish)
{
    uint32_t count = host->state->page_count, run = 0;

    for (uint32_t page = 0; page < count; page++) {
        if (!page_fits(host, wish, page)) {
            run = 0;
            continue;
        }
        if (run == 0 && !start_fits(wish, page_device(host, page))) {
            continue;
        }
        if (++run == wish->pages) {
            return page + 1u - run;
        }
    }
    return count;
}

/* Take pages for a piece of `size_bytes`: zeroed, with the pattern behind its end. */
static void take(struct dddk_host *host, struct dddk_host_piece *piece)
{
    struct dddk_host_state *state = host->state;
    uint8_t *cpu = page_cpu(host, piece->first_page);
    size_t whole = (size_t)piece->pages * PAGE_BYTES;

    for (uint32_t page = piece->first_page; page < piece->first_page + piece->pages; page++) {
        if (state->pages[page] == PAGE_QUARANTINED) {
            state->statistics.poison_damage += damage(page_cpu(host, page), PAGE_BYTES);
        }
        state->pages[page] = PAGE_USED;
    }
    memset(cpu, 0, piece->size_bytes);
    memset(cpu + piece->size_bytes, PATTERN, whole - piece->size_bytes);
}

static void changed(struct dddk_port_device *port, const struct dddk_dma_memory *memory,
                    bool allocated)
{
    if (port->host->ops->dma_changed != NULL) {
        port->host->ops->dma_changed(port->host, port->function.where, memory, allocated);
    }
}

int dddk_port_dma_limits(struct dddk_device *dev, const struct dddk_dma_limits *limits)
{
    uint64_t boundary = limits->boundary;

    if (limits->address_bits < 1 || limits->address_bits > 64 ||
        (boundary & (boundary - 1u)) != 0 || limits->alignment > DDDK_DMA_ALIGNMENT_MAX ||
        (limits->alignment & (limits->alignment - 1u)) != 0) {
        return DDDK_EINVAL;
    }
    dev->port->limits = *limits;
    return 0;
}

int dddk_port_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                        struct dddk_dma_memory *memory)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_host *host = port->host;
    unsigned bits = port->limits.address_bits;
    struct wish wish = {
        .pages = size_bytes / PAGE_BYTES + (size_bytes % PAGE_BYTES != 0),
        .align_bytes = align_bytes > PAGE_BYTES ? align_bytes : PAGE_BYTES,
        /* whole pages are searched, so a boundary inside a page never gets in the way of one, and
         * what the device asks of every address is kept */
        .boundary = port->limits.boundary > PAGE_BYTES ? port->limits.boundary : 0,
        .last_address = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1u,
    };

    *memory = (struct dddk_dma_memory){.cpu = NULL};
    if (size_bytes == 0 || align_bytes == 0 || (align_bytes & (align_bytes - 1u)) != 0) {
        return DDDK_EINVAL;
    }
    if (port->limits.boundary != 0 && size_bytes > port->limits.boundary) {
        return DDDK_ENOMEM;
    }
    uint32_t page = find_room(host, &wish);
    if (page == host->state->page_count) {
        wish.quarantined_too = true;
        page = find_room(host, &wish);
    }
    struct dddk_host_piece *piece = page == host->state->page_count ? NULL : malloc(sizeof(*piece));
    if (piece == NULL) {
        return DDDK_ENOMEM;
    }
    *piece = (struct dddk_host_piece){.next = port->pieces,
                                      .first_page = page,
                                      .pages = (uint32_t)wish.pages,
                                      .size_bytes = size_bytes};
    port->pieces = piece;
    take(host, piece);
    host->state->statistics.dma_bytes += size_bytes;
    host->state->statistics.dma_live++;
    *memory = (struct dddk_dma_memory){
        .cpu = page_cpu(host, page), .device = {page_device(host, page)}, .size_bytes = size_bytes};
    changed(port, memory, true);
    return 0;
}

static void give_back(struct dddk_port_device *port, struct dddk_host_piece *piece)
{
    struct dddk_host *host = port->host;
    struct dddk_host_state *state = host->state;
    uint8_t *cpu = page_cpu(host, piece->first_page);
    size_t whole = (size_t)piece->pages * PAGE_BYTES;
    const struct dddk_dma_memory memory = {.cpu = cpu,
                                           .device = {page_device(host, piece->first_page)},
                                           .size_bytes = piece->size_bytes};

    state->statistics.poison_damage += damage(cpu + piece->size_bytes, whole - piece->size_bytes);
    state->statistics.dma_bytes -= piece->size_bytes;
    state->statistics.dma_live--;
    memset(cpu, PATTERN, whole);
    memset(state->pages + piece->first_page, PAGE_QUARANTINED, piece->pages);
    changed(port, &memory, false);
    free(piece);
}

void dddk_port_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory)
{
    struct dddk_port_device *port = dev->port;

    if (memory->cpu == NULL) {
        return;
    }
    for (struct dddk_host_piece **at = &port->pieces; *at != NULL; at = &(*at)->next) {
        struct dddk_host_piece *piece = *at;
        if (page_cpu(port->host, piece->first_page) == memory->cpu) {
            *at = piece->next;
            give_back(port, piece);
            *memory = (struct dddk_dma_memory){.cpu = NULL};
            return;
        }
    }
    dddk_log_(dev, DDDK_LOG_ERROR, "frees DMA memory at 0x%llx that it does not hold",
              (unsigned long long)memory->device.value);
    port->host->state->statistics.misuse++;
}

unsigned dddk_host_dma_release(struct dddk_port_device *port)
{
    unsigned released = 0;

    while (port->pieces != NULL) {
        struct dddk_host_piece *piece = port->pieces;
        port->pieces = piece->next;
        give_back(port, piece);
        released++;
    }
    return released;
}

uint64_t dddk_host_check_freed(struct dddk_host *host)
{
    const struct dddk_host_state *state = host->state;
    uint64_t damaged = state->statistics.poison_damage;

    for (uint32_t page = 0; page < state->page_count; page++) {
        if (state->pages[page] == PAGE_QUARANTINED) {
            damaged += damage(page_cpu(host, page), PAGE_BYTES);
        }
    }
    return damaged;
}

void *dddk_port_alloc(struct dddk_device *dev, size_t size_bytes)
{
    void *memory = calloc(1, size_bytes);

    dev->port->allocations += memory != NULL;
    return memory;
}

void dddk_port_free(struct dddk_device *dev, void *memory)
{
    dev->port->allocations -= memory != NULL;
    free(memory);
}
