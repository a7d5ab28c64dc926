/* SPDX-License-Identifier: MIT
 *
 * Bits and offsets of configuration space that only kernel/pci*.c uses, and what those files share.
 * (PCI Local Bus 3.0, chapter 6; PCI-to-PCI Bridge 1.2, chapter 3; PCI Express Base 2.0, 7.8.2)
 */
#ifndef DDDK_PCI_BITS_H
#define DDDK_PCI_BITS_H

#include "kernel/pci.h"

enum {
    PCI_CONFIG_BYTES = 256,
    PCI_NO_VENDOR = 0xffff,

    PCI_STATUS_CAPABILITIES = 0x0010,
    PCI_FIRST_CAPABILITY = 0x40,
    PCI_NO_CAPABILITY = 0xff, /* what an absent function reads as */
    PCI_CARDBUS_CAPABILITIES = 0x14,
    PCI_CARDBUS_SUBSYSTEM = 0x40,

    PCI_HEADER_TYPE_MASK = 0x7f,
    PCI_HEADER_MULTI_FUNCTION = 0x80,
    PCI_HEADER_DEVICE = 0,
    PCI_HEADER_BRIDGE = 1,
    PCI_HEADER_CARDBUS = 2,

    PCI_BAR_IO = 0x1,
    PCI_BAR_IO_RESERVED = 0x2,
    PCI_BAR_IO_FLAGS = 0x3,
    PCI_BAR_MEMORY_TYPE = 0x6,
    PCI_BAR_MEMORY_32 = 0x0,
    PCI_BAR_MEMORY_64 = 0x4,
    PCI_BAR_PREFETCHABLE = 0x8,
    PCI_BAR_MEMORY_FLAGS = 0xf,

    PCI_WINDOW_64BIT = 0x1, /* low nibble of the prefetchable base */

    MSI_CONTROL = 2,
    MSI_CONTROL_ENABLE = 0x0001,
    MSI_CONTROL_MESSAGES = 0x0070, /* how many the function may send */
    MSI_CONTROL_64BIT = 0x0080,
    MSI_CONTROL_MASKING = 0x0100,
    MSI_ADDRESS = 4,
    MSI_ADDRESS_UPPER = 8,
    MSI_DATA_32 = 8,
    MSI_DATA_64 = 12,
    MSI_MASK_AFTER_DATA = 4,

    MSIX_CONTROL = 2,
    MSIX_CONTROL_SIZE = 0x07ff,
    MSIX_CONTROL_MASK = 0x4000,
    MSIX_CONTROL_ENABLE = 0x8000,
    MSIX_TABLE = 4,
    MSIX_PENDING = 8,
    MSIX_BAR = 0x7,
    MSIX_BYTES = 12,

    PCI_VENDOR_LENGTH = 2, /* of a vendor-specific capability */
    PCI_VENDOR_TYPE = 3,
    PCI_STRUCTURE_BAR = 4, /* of one that is a virtio structure */
    PCI_STRUCTURE_OFFSET = 8,
    PCI_STRUCTURE_SIZE = 12,
    PCI_STRUCTURE_BYTES = 16,

    PCI_EXTENDED_BYTES = 4096,
    PCI_EXTENDED_ID = 0xffff,
    PCI_EXTENDED_NEXT = 20,       /* bits 31:20 of a header */
    PCI_EXTENDED_MOST = 3840 / 8, /* a capability has at least 8 bytes */

    PCIE_FLAGS = 2,
    PCIE_FLAGS_PORT_TYPE = 0x00f0,
    PCIE_PORT_ROOT = 0x4 << 4,
    PCIE_PORT_DOWNSTREAM = 0x6 << 4,
};

/* All of a dword that configuration space answers while a function is not ready yet: vendor 0001,
 * device ffff. (PCI Express Base 2.0, 2.3.2) */
#define PCI_RETRY 0xffff0001u

/* All of a dword where nothing answers. */
#define PCI_NOTHING 0xffffffffu

DDDK_INLINE void dddk_pci_report_(const struct dddk_pci_plan *plan, struct dddk_pci_address where,
                                  enum dddk_pci_problem problem, uint32_t detail)
{
    if (plan->problem != NULL) {
        plan->problem(plan->context, where, problem, detail);
    }
}

/* How many BARs a header of that type has. */
DDDK_INLINE unsigned dddk_pci_bar_count_(uint8_t header_type)
{
    return header_type == PCI_HEADER_DEVICE ? 6 : header_type == PCI_HEADER_BRIDGE ? 2 : 1;
}

/* Give addresses to all BARs and windows of functions[0] to [count - 1], whose BARs are sized and
 * whose bridges have bus numbers. In pci_assign.c. */
void dddk_pci_assign_(const struct dddk_pci_config *config, const struct dddk_pci_plan *plan,
                      struct dddk_pci_function *functions, uint32_t count);

#endif
