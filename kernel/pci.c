/* SPDX-License-Identifier: MIT
 *
 * One PCI function: presence, command register, capabilities, MSI and MSI-X. See pci.h; enumeration
 * is in pci_enumerate.c, the assignment of addresses in pci_assign.c.
 */
#include "kernel/pci.h"

#include "kernel/pci_bits.h"

const char *dddk_pci_problem_text(enum dddk_pci_problem problem)
{
    static const char *const text[DDDK_PCI_PROBLEMS] = {
        [DDDK_PCI_NOT_READY] = "function is not ready yet",
        [DDDK_PCI_BAD_HEADER] = "header type is none that PCI defines",
        [DDDK_PCI_BAD_BAR] = "BAR has an impossible size or type",
        [DDDK_PCI_BAD_CAPABILITIES] = "capability list leaves its range or loops",
        [DDDK_PCI_BAD_BUS_NUMBERS] = "bridge's bus numbers overlap others or lead back",
        [DDDK_PCI_OUT_OF_BUSES] = "no bus number is left for the bridge",
        [DDDK_PCI_NO_ROOM_FOR_BAR] = "no address range has room for the BAR",
        [DDDK_PCI_NO_ROOM_FOR_WINDOW] = "no address range has room for the bridge's window",
        [DDDK_PCI_ADDRESS_IGNORED] = "BAR does not keep the address it is given",
    };

    return (unsigned)problem < DDDK_PCI_PROBLEMS ? text[problem] : "unknown problem";
}

bool dddk_pci_is_present(const struct dddk_pci_config *config, struct dddk_pci_address where)
{
    uint16_t vendor = dddk_pci_read16(config, where, DDDK_PCI_VENDOR);

    return vendor != PCI_NO_VENDOR && vendor != 0;
}

uint16_t dddk_pci_command(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint16_t set, uint16_t clear)
{
    uint16_t before = dddk_pci_read16(config, where, DDDK_PCI_COMMAND);
    uint16_t after = (uint16_t)((before | set) & ~clear);

    if (after != before) {
        /* 16 bits: the status register beside it has bits that a 1 clears. */
        dddk_pci_write16(config, where, DDDK_PCI_COMMAND, after);
    }
    return before;
}

/* ---- capabilities ---- */

/* Where the pointer to the next capability is; 0: the function has no list. */
static unsigned first_pointer(const struct dddk_pci_config *config, struct dddk_pci_address where)
{
    uint8_t header = dddk_pci_read8(config, where, DDDK_PCI_HEADER_TYPE) & PCI_HEADER_TYPE_MASK;

    if ((dddk_pci_read16(config, where, DDDK_PCI_STATUS) & PCI_STATUS_CAPABILITIES) == 0) {
        return 0;
    }
    return header == PCI_HEADER_CARDBUS ? PCI_CARDBUS_CAPABILITIES : DDDK_PCI_CAPABILITIES;
}

uint8_t dddk_pci_next_capability(const struct dddk_pci_config *config,
                                 struct dddk_pci_address where,
                                 struct dddk_pci_capability_walk *walk)
{
    unsigned link = walk->started ? walk->offset + 1u : first_pointer(config, where);
    uint8_t pointer = 0;

    if (walk->broken != 0 || (walk->started && walk->offset == 0)) {
        return 0;
    }
    walk->started = true;
    if (link != 0) {
        /* The lower two bits are reserved. (PCI 3.0, 6.7) */
        pointer = dddk_pci_read8(config, where, link) & 0xfcu;
    }
    walk->offset = 0;
    if (pointer == 0) {
        return 0;
    }
    walk->id = dddk_pci_read8(config, where, pointer);
    if (pointer < PCI_FIRST_CAPABILITY || (walk->seen >> pointer / 4 & 1) != 0 ||
        walk->id == PCI_NO_CAPABILITY) {
        walk->broken = pointer;
        return 0;
    }
    walk->seen |= (uint64_t)1 << pointer / 4;
    walk->offset = pointer;
    return pointer;
}

uint8_t dddk_pci_find_capability(const struct dddk_pci_config *config,
                                 struct dddk_pci_address where, uint8_t id)
{
    struct dddk_pci_capability_walk walk = {.started = false};

    while (dddk_pci_next_capability(config, where, &walk) != 0) {
        if (walk.id == id) {
            return walk.offset;
        }
    }
    return 0;
}

/* ---- MSI ---- */

int dddk_pci_msi_enable(const struct dddk_pci_config *config, struct dddk_pci_address where,
                        uint8_t msi, uint64_t address, uint16_t data)
{
    uint16_t control = dddk_pci_read16(config, where, msi + MSI_CONTROL);
    bool is_64bit = (control & MSI_CONTROL_64BIT) != 0;
    bool can_mask = (control & MSI_CONTROL_MASKING) != 0;
    unsigned data_at = is_64bit ? msi + MSI_DATA_64 : msi + MSI_DATA_32;
    unsigned mask_at = data_at + MSI_MASK_AFTER_DATA;

    if ((address & 3) != 0) {
        return DDDK_EINVAL;
    }
    if (address >> 32 != 0 && !is_64bit) {
        return DDDK_ERANGE;
    }
    if ((can_mask ? mask_at + 4 : data_at + 2) > PCI_CONFIG_BYTES) {
        return DDDK_EPROTO;
    }
    /* Off while the message changes, and one message only. */
    control &= (uint16_t) ~(MSI_CONTROL_ENABLE | MSI_CONTROL_MESSAGES);
    dddk_pci_write16(config, where, msi + MSI_CONTROL, control);
    dddk_pci_write32(config, where, msi + MSI_ADDRESS, (uint32_t)address);
    if (is_64bit) {
        dddk_pci_write32(config, where, msi + MSI_ADDRESS_UPPER, (uint32_t)(address >> 32));
    }
    dddk_pci_write16(config, where, data_at, data);
    if (can_mask) {
        dddk_pci_write32(config, where, mask_at, 0);
    }
    dddk_pci_command(config, where, DDDK_PCI_COMMAND_INTX_DISABLE, 0);
    dddk_pci_write16(config, where, msi + MSI_CONTROL, control | MSI_CONTROL_ENABLE);
    return 0;
}

void dddk_pci_msi_disable(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint8_t msi)
{
    uint16_t control = dddk_pci_read16(config, where, msi + MSI_CONTROL);

    dddk_pci_write16(config, where, msi + MSI_CONTROL, control & (uint16_t)~MSI_CONTROL_ENABLE);
    dddk_pci_command(config, where, 0, DDDK_PCI_COMMAND_INTX_DISABLE);
}

bool dddk_pci_msi_hold(const struct dddk_pci_config *config, struct dddk_pci_address where,
                       uint8_t msi, bool held)
{
    uint16_t control = dddk_pci_read16(config, where, msi + MSI_CONTROL);
    unsigned data_at = (control & MSI_CONTROL_64BIT) != 0 ? MSI_DATA_64 : MSI_DATA_32;

    if ((control & MSI_CONTROL_MASKING) != 0) {
        dddk_pci_write32(config, where, msi + data_at + MSI_MASK_AFTER_DATA, held);
        return true;
    }
    control &= (uint16_t)~MSI_CONTROL_ENABLE;
    dddk_pci_write16(config, where, msi + MSI_CONTROL,
                     (uint16_t)(control | (held ? 0 : MSI_CONTROL_ENABLE)));
    return false;
}

/* ---- MSI-X ---- */

static bool lies_within(const struct dddk_pci_function *function, uint8_t bar, uint64_t offset,
                        uint64_t size_bytes)
{
    const struct dddk_pci_bar *its = &function->bar[bar < 6 ? bar : 0];

    return bar < 6 && its->kind == DDDK_REGION_MEMORY && offset <= its->size_bytes &&
           size_bytes <= its->size_bytes - offset;
}

int dddk_pci_msix_describe(const struct dddk_pci_config *config,
                           const struct dddk_pci_function *function, struct dddk_pci_msix *msix)
{
    unsigned at = function->msix;
    uint32_t table, pending;

    if (at == 0) {
        return DDDK_ENOTSUP;
    }
    if (at + MSIX_BYTES > PCI_CONFIG_BYTES) {
        return DDDK_EPROTO;
    }
    table = dddk_pci_read32(config, function->where, at + MSIX_TABLE);
    pending = dddk_pci_read32(config, function->where, at + MSIX_PENDING);
    *msix = (struct dddk_pci_msix){
        .entries = (uint16_t)((dddk_pci_read16(config, function->where, at + MSIX_CONTROL) &
                               MSIX_CONTROL_SIZE) +
                              1),
        .table_bar = (uint8_t)(table & MSIX_BAR),
        .table_offset = table & ~(uint32_t)MSIX_BAR,
        .pending_bar = (uint8_t)(pending & MSIX_BAR),
        .pending_offset = pending & ~(uint32_t)MSIX_BAR,
    };
    /* 16 bytes an entry; one pending bit an entry, in words of 64. */
    if (!lies_within(function, msix->table_bar, msix->table_offset, msix->entries * 16ull) ||
        !lies_within(function, msix->pending_bar, msix->pending_offset,
                     (msix->entries + 63ull) / 64 * 8)) {
        return DDDK_EPROTO;
    }
    return 0;
}

void dddk_pci_msix_switch(const struct dddk_pci_config *config, struct dddk_pci_address where,
                          uint8_t msix, bool on, bool masked)
{
    uint16_t control = dddk_pci_read16(config, where, msix + MSIX_CONTROL);

    control &= (uint16_t) ~(MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASK);
    control |= (uint16_t)((on ? MSIX_CONTROL_ENABLE : 0) | (masked ? MSIX_CONTROL_MASK : 0));
    if (on) {
        dddk_pci_command(config, where, DDDK_PCI_COMMAND_INTX_DISABLE, 0);
    }
    dddk_pci_write16(config, where, msix + MSIX_CONTROL, control);
    if (!on) {
        dddk_pci_command(config, where, 0, DDDK_PCI_COMMAND_INTX_DISABLE);
    }
}
