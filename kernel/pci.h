/* SPDX-License-Identifier: MIT
 *
 * PCI enumeration over any configuration-space access: finds functions behind bridges, sizes their
 * BARs, assigns addresses where there is no firmware, walks capabilities. Portable; allocates
 * nothing. (PCI Local Bus 3.0; PCI-to-PCI Bridge 1.2)
 */
#ifndef DDDK_PCI_H
#define DDDK_PCI_H

#include "kernel/registry.h"

struct dddk_pci_address {
    uint8_t bus, device, function; /* 0 to 255, 0 to 31, 0 to 7 */
};

struct dddk_pci_bar {
    uint64_t address;    /* on the bus; 0: not assigned */
    uint64_t size_bytes; /* 0: absent */
    enum dddk_region_kind kind;
    bool is_64bit, prefetchable;
};

struct dddk_pci_function {
    struct dddk_pci_address where;
    struct dddk_identity identity;
    uint8_t revision;
    uint8_t interrupt_pin; /* 0: none, 1: INTA ... */
    uint8_t header_type;
    struct dddk_pci_bar bar[6];
    uint8_t msi, msix, pcie; /* offsets of these capabilities; 0: absent */
};

#endif
