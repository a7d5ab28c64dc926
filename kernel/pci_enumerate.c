/* SPDX-License-Identifier: MIT
 *
 * Finding PCI functions: a depth-first walk without recursion (the stack is the chain of parents in
 * the caller's array), bus numbers for bridges, and the size of each BAR. Every loop is bounded by
 * the number of slots of a bus, of buses, or of the caller's array, whatever the hardware answers.
 */
#include "kernel/pci.h"

#include "kernel/pci_bits.h"

#define SLOTS_A_BUS 256u /* 32 devices of 8 functions */
#define FUNCTIONS_A_DEVICE 8u

struct search {
    const struct dddk_pci_config *config;
    const struct dddk_pci_plan *plan;
    struct dddk_pci_function *functions;
    uint32_t capacity, count;
    uint32_t last_on_root; /* where the list of the root bus is continued */
    /* the bus that is being looked at */
    uint8_t bus;
    uint32_t parent; /* the bridge it is behind */
    unsigned slot;   /* 8 * device + function */
    unsigned slots;  /* how many of them there can be */
    unsigned next_bus;
};

static struct dddk_pci_address address_of(const struct search *search)
{
    return (struct dddk_pci_address){
        .bus = search->bus,
        .device = (uint8_t)(search->slot / FUNCTIONS_A_DEVICE),
        .function = (uint8_t)(search->slot % FUNCTIONS_A_DEVICE),
    };
}

/* ---- BARs ---- */

/* Which bits of a dword can be written; it is as before afterwards. */
static uint32_t writable_bits(const struct dddk_pci_config *config, struct dddk_pci_address where,
                              unsigned offset, uint32_t *before)
{
    uint32_t bits;

    *before = dddk_pci_read32(config, where, offset);
    dddk_pci_write32(config, where, offset, 0xffffffffu);
    bits = dddk_pci_read32(config, where, offset);
    dddk_pci_write32(config, where, offset, *before);
    return bits;
}

/* The size that address bits stand for: the lowest one that can be written. 0: they are not one row
 * of ones from the top. */
static uint64_t size_of_bits(uint64_t address_bits)
{
    uint64_t size = ~address_bits + 1;

    return (size & (size - 1)) == 0 ? size : 0;
}

/* Size one BAR with decoding off. False: it is nonsense. `width` is how many BARs it took. */
static bool size_bar(const struct dddk_pci_config *config, struct dddk_pci_address where,
                     unsigned index, unsigned count, struct dddk_pci_bar *bar, unsigned *width)
{
    unsigned offset = DDDK_PCI_BAR0 + 4 * index;
    uint32_t before, upper_before = 0;
    uint32_t bits = writable_bits(config, where, offset, &before);
    uint64_t address_bits;

    *width = 1;
    if (bits == 0) {
        return true;
    }
    if (bits & PCI_BAR_IO) {
        bar->kind = DDDK_REGION_PORT;
        /* A function may decode only the lower 16 bits. */
        address_bits = (bits & ~(uint32_t)PCI_BAR_IO_FLAGS) | 0xffffffffffff0000u;
        bar->size_bytes = size_of_bits(address_bits);
        bar->address = before & address_bits & 0xffffffffu;
        return bar->size_bytes != 0 && (bits & PCI_BAR_IO_RESERVED) == 0 &&
               (before & PCI_BAR_IO) != 0 && (bits & 0xfffcu) != 0;
    }
    bar->kind = DDDK_REGION_MEMORY;
    bar->prefetchable = (bits & PCI_BAR_PREFETCHABLE) != 0;
    bar->is_64bit = (bits & PCI_BAR_MEMORY_TYPE) == PCI_BAR_MEMORY_64;
    address_bits = (bits & ~(uint32_t)PCI_BAR_MEMORY_FLAGS) | 0xffffffff00000000u;
    if (bar->is_64bit) {
        if (index + 1 == count) {
            return false;
        }
        *width = 2;
        address_bits &= 0xffffffffu;
        address_bits |= (uint64_t)writable_bits(config, where, offset + 4, &upper_before) << 32;
    } else if ((bits & PCI_BAR_MEMORY_TYPE) != PCI_BAR_MEMORY_32) {
        return false;
    }
    bar->size_bytes = size_of_bits(address_bits);
    bar->address = ((uint64_t)upper_before << 32 | before) & address_bits;
    if (!bar->is_64bit) {
        bar->address &= 0xffffffffu;
    }
    return bar->size_bytes != 0 && (bar->is_64bit || bar->size_bytes < 0x100000000u) &&
           ((before ^ bits) & PCI_BAR_MEMORY_FLAGS) == 0;
}

static void size_bars(const struct search *search, struct dddk_pci_function *function)
{
    const uint16_t decode = DDDK_PCI_COMMAND_IO | DDDK_PCI_COMMAND_MEMORY;
    unsigned count = dddk_pci_bar_count_(function->header_type);
    unsigned width;
    /* A BAR that holds all ones for a moment must not claim the top of the address space. */
    uint16_t before = dddk_pci_command(search->config, function->where, 0, decode);

    for (unsigned i = 0; i < count; i += width) {
        struct dddk_pci_bar *bar = &function->bar[i];

        if (!size_bar(search->config, function->where, i, count, bar, &width)) {
            *bar = (struct dddk_pci_bar){.size_bytes = 0};
            dddk_pci_report_(search->plan, function->where, DDDK_PCI_BAD_BAR, i);
        }
    }
    dddk_pci_command(search->config, function->where, before & decode, 0);
}

/* ---- one function ---- */

static void note_capabilities(const struct search *search, struct dddk_pci_function *function)
{
    struct dddk_pci_capability_walk walk = {.started = false};
    uint8_t at;

    while ((at = dddk_pci_next_capability(search->config, function->where, &walk)) != 0) {
        uint8_t *place = walk.id == DDDK_PCI_CAPABILITY_MSI    ? &function->msi
                         : walk.id == DDDK_PCI_CAPABILITY_MSIX ? &function->msix
                         : walk.id == DDDK_PCI_CAPABILITY_PCIE ? &function->pcie
                                                               : NULL;

        if (place != NULL && *place == 0) {
            *place = at;
        }
        if (walk.id == DDDK_PCI_CAPABILITY_BRIDGE_SUBSYSTEM && at + 8u <= PCI_CONFIG_BYTES) {
            function->identity.subsystem_vendor =
                dddk_pci_read16(search->config, function->where, at + 4u);
            function->identity.subsystem_device =
                dddk_pci_read16(search->config, function->where, at + 6u);
        }
    }
    if (walk.broken != 0) {
        dddk_pci_report_(search->plan, function->where, DDDK_PCI_BAD_CAPABILITIES, walk.broken);
    }
}

static void note_subsystem(const struct search *search, struct dddk_pci_function *function)
{
    unsigned at = function->header_type == PCI_HEADER_DEVICE    ? DDDK_PCI_SUBSYSTEM_VENDOR
                  : function->header_type == PCI_HEADER_CARDBUS ? PCI_CARDBUS_SUBSYSTEM
                                                                : 0;

    if (at != 0) {
        function->identity.subsystem_vendor = dddk_pci_read16(search->config, function->where, at);
        function->identity.subsystem_device =
            dddk_pci_read16(search->config, function->where, at + 2);
    }
}

/* Describe the function at the search's place. False: there is none that can be used. */
static bool describe(const struct search *search, struct dddk_pci_function *function)
{
    struct dddk_pci_address where = address_of(search);
    uint32_t ids = dddk_pci_read32(search->config, where, DDDK_PCI_VENDOR);
    uint32_t class_and_revision;
    uint8_t header;

    if ((ids & 0xffffu) == PCI_NO_VENDOR || (ids & 0xffffu) == 0) {
        return false;
    }
    if (ids == PCI_RETRY) {
        dddk_pci_report_(search->plan, where, DDDK_PCI_NOT_READY, ids);
        return false;
    }
    header = dddk_pci_read8(search->config, where, DDDK_PCI_HEADER_TYPE) & PCI_HEADER_TYPE_MASK;
    if (header > PCI_HEADER_CARDBUS) {
        dddk_pci_report_(search->plan, where, DDDK_PCI_BAD_HEADER, header);
        return false;
    }
    class_and_revision = dddk_pci_read32(search->config, where, DDDK_PCI_REVISION);
    *function = (struct dddk_pci_function){
        .where = where,
        .identity = {.vendor = ids & 0xffffu,
                     .device = ids >> 16,
                     .class_code = class_and_revision >> 8},
        .revision = (uint8_t)class_and_revision,
        .interrupt_pin = dddk_pci_read8(search->config, where, DDDK_PCI_INTERRUPT_PIN),
        .interrupt_line = dddk_pci_read8(search->config, where, DDDK_PCI_INTERRUPT_LINE),
        .header_type = header,
        .parent = search->parent,
    };
    if (function->interrupt_pin > 4) {
        function->interrupt_pin = 0;
    }
    note_subsystem(search, function);
    note_capabilities(search, function);
    size_bars(search, function);
    return true;
}

/* Put functions[count] behind its last sibling. */
static void append(struct search *search)
{
    uint32_t index = search->count++;
    struct dddk_pci_function *parent =
        search->parent == DDDK_PCI_NO_PARENT ? NULL : &search->functions[search->parent];
    uint32_t *last = parent != NULL ? &parent->last_child : &search->last_on_root;

    if (index == 0 || (parent != NULL && parent->first_child == 0)) {
        if (parent != NULL) {
            parent->first_child = index;
        }
    } else {
        search->functions[*last].next_sibling = index;
    }
    *last = index;
}

/* ---- bridges ---- */

static void write_bus_numbers(const struct search *search, const struct dddk_pci_function *bridge,
                              uint8_t subordinate)
{
    dddk_pci_write8(search->config, bridge->where, DDDK_PCI_PRIMARY_BUS, bridge->where.bus);
    dddk_pci_write8(search->config, bridge->where, DDDK_PCI_SECONDARY_BUS, bridge->secondary);
    dddk_pci_write8(search->config, bridge->where, DDDK_PCI_SUBORDINATE_BUS, subordinate);
}

static bool assign_bus(struct search *search, struct dddk_pci_function *bridge)
{
    if (search->next_bus > search->plan->last_bus) {
        write_bus_numbers(search, bridge, 0); /* secondary is 0: it forwards nothing */
        dddk_pci_report_(search->plan, bridge->where, DDDK_PCI_OUT_OF_BUSES,
                         search->plan->last_bus);
        return false;
    }
    bridge->secondary = (uint8_t)search->next_bus++;
    /* Everything is forwarded until it is known how many buses are behind. */
    write_bus_numbers(search, bridge, search->plan->last_bus);
    return true;
}

/* Does a bridge before this one on the same bus claim one of its buses? */
static bool overlaps_a_sibling(const struct search *search, uint32_t index)
{
    const struct dddk_pci_function *bridge = &search->functions[index];
    uint32_t at =
        search->parent == DDDK_PCI_NO_PARENT ? 0 : search->functions[search->parent].first_child;

    for (; at != index; at = search->functions[at].next_sibling) {
        const struct dddk_pci_function *sibling = &search->functions[at];

        if (sibling->secondary != 0 && sibling->secondary <= bridge->subordinate &&
            bridge->secondary <= sibling->subordinate) {
            return true;
        }
    }
    return false;
}

/*
 * Take the bus numbers firmware left. Each bridge's buses must lie within its parent's, above the
 * bus it is on, and beside its siblings': so numbers grow on every path and no path leads back.
 */
static bool take_bus(const struct search *search, uint32_t index)
{
    struct dddk_pci_function *bridge = &search->functions[index];
    uint8_t limit = search->parent == DDDK_PCI_NO_PARENT
                        ? search->plan->last_bus
                        : search->functions[search->parent].subordinate;
    uint8_t primary = dddk_pci_read8(search->config, bridge->where, DDDK_PCI_PRIMARY_BUS);

    bridge->secondary = dddk_pci_read8(search->config, bridge->where, DDDK_PCI_SECONDARY_BUS);
    bridge->subordinate = dddk_pci_read8(search->config, bridge->where, DDDK_PCI_SUBORDINATE_BUS);
    if (bridge->secondary == 0 && bridge->subordinate == 0) {
        return false;
    }
    if (primary != bridge->where.bus || bridge->secondary <= bridge->where.bus ||
        bridge->subordinate < bridge->secondary || bridge->subordinate > limit ||
        overlaps_a_sibling(search, index)) {
        dddk_pci_report_(search->plan, bridge->where, DDDK_PCI_BAD_BUS_NUMBERS,
                         (uint32_t)primary | (uint32_t)bridge->secondary << 8 |
                             (uint32_t)bridge->subordinate << 16);
        bridge->secondary = 0;
        bridge->subordinate = 0;
        return false;
    }
    return true;
}

/* ---- the walk ---- */

/* The next slot worth a look: functions 1 to 7 only where function 0 says that it has siblings. */
static unsigned next_slot(const struct search *search)
{
    struct dddk_pci_address zero = address_of(search);

    zero.function = 0;
    if (search->slot % FUNCTIONS_A_DEVICE == 0 &&
        (!dddk_pci_is_present(search->config, zero) ||
         (dddk_pci_read8(search->config, zero, DDDK_PCI_HEADER_TYPE) & PCI_HEADER_MULTI_FUNCTION) ==
             0)) {
        return search->slot + FUNCTIONS_A_DEVICE;
    }
    return search->slot + 1;
}

/* A link of PCI Express has one device on it; asking for others may reach the same one again. */
static unsigned slots_behind(const struct search *search)
{
    const struct dddk_pci_function *bridge;
    uint16_t type;

    if (search->parent == DDDK_PCI_NO_PARENT) {
        return SLOTS_A_BUS;
    }
    bridge = &search->functions[search->parent];
    if (bridge->pcie == 0) {
        return SLOTS_A_BUS;
    }
    type = dddk_pci_read16(search->config, bridge->where, bridge->pcie + PCIE_FLAGS) &
           PCIE_FLAGS_PORT_TYPE;
    return type == PCIE_PORT_ROOT || type == PCIE_PORT_DOWNSTREAM ? FUNCTIONS_A_DEVICE
                                                                  : SLOTS_A_BUS;
}

static void descend(struct search *search, uint32_t bridge)
{
    search->bus = search->functions[bridge].secondary;
    search->parent = bridge;
    search->slot = 0;
    search->slots = slots_behind(search);
}

/* The bus is done: its bridge learns the last bus behind it, and the walk goes on after the bridge.
 */
static void ascend(struct search *search)
{
    struct dddk_pci_function *bridge = &search->functions[search->parent];

    if (search->plan->assign) {
        bridge->subordinate = (uint8_t)(search->next_bus - 1);
        write_bus_numbers(search, bridge, bridge->subordinate);
    }
    search->bus = bridge->where.bus;
    search->slot = bridge->where.device * FUNCTIONS_A_DEVICE + bridge->where.function;
    search->parent = bridge->parent;
    search->slot = next_slot(search);
    search->slots = slots_behind(search);
}

/* Look at one slot and move on. False: the array is full. */
static bool look(struct search *search)
{
    struct dddk_pci_function function;
    uint32_t index = search->count;

    if (!describe(search, &function)) {
        search->slot = next_slot(search);
        return true;
    }
    if (index == search->capacity) {
        return false;
    }
    search->functions[index] = function;
    append(search);
    if (function.header_type == PCI_HEADER_BRIDGE &&
        (search->plan->assign ? assign_bus(search, &search->functions[index])
                              : take_bus(search, index))) {
        descend(search, index);
    } else {
        search->slot = next_slot(search);
    }
    return true;
}

static bool range_is_below(const struct dddk_pci_range *range, uint64_t end)
{
    return range->size_bytes == 0 ||
           (range->base != 0 && range->base < end && range->size_bytes <= end - range->base);
}

int dddk_pci_enumerate(const struct dddk_pci_config *config, const struct dddk_pci_plan *plan,
                       struct dddk_pci_function *functions, uint32_t capacity)
{
    struct search search = {
        .config = config,
        .plan = plan,
        .functions = functions,
        .capacity = capacity,
        .bus = plan->first_bus,
        .parent = DDDK_PCI_NO_PARENT,
        .slots = SLOTS_A_BUS,
        .next_bus = plan->first_bus + 1u,
    };
    bool room = true;

    if (plan->first_bus > plan->last_bus || !range_is_below(&plan->io, 0x10000u) ||
        !range_is_below(&plan->memory, 0x100000000u) ||
        !range_is_below(&plan->prefetchable, (uint64_t)1 << 52)) {
        return DDDK_EINVAL;
    }
    while (search.parent != DDDK_PCI_NO_PARENT || (room && search.slot < search.slots)) {
        if (room && search.slot < search.slots) {
            room = look(&search);
        } else {
            ascend(&search);
        }
    }
    if (!room) {
        return DDDK_ENOSPC;
    }
    if (plan->assign) {
        dddk_pci_assign_(config, plan, functions, search.count);
    }
    return (int)search.count;
}

uint8_t dddk_pci_root_pin(const struct dddk_pci_function *functions, uint32_t index,
                          uint8_t *root_device)
{
    unsigned pin = functions[index].interrupt_pin;

    while (functions[index].parent != DDDK_PCI_NO_PARENT) {
        if (pin != 0) {
            pin = (pin - 1 + functions[index].where.device) % 4 + 1;
        }
        index = functions[index].parent;
    }
    *root_device = functions[index].where.device;
    return (uint8_t)pin;
}
