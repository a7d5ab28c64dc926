/* SPDX-License-Identifier: MIT
 *
 * The generated e1000 driver on the fake port. The device does nothing by itself: a test plays it
 * by writing into the rings.
 */
#ifndef TESTS_RUNTIME_NIC_H
#define TESTS_RUNTIME_NIC_H

#include "e1000.dddk.h"
#include "fake.h"

/* Attached and started, with `first_index` where the rings' free-running indices begin. */
struct e1000 *nic_start(uint32_t first_index);
/* Stops and detaches, and holds that nothing is left. */
void nic_end(struct e1000 *nic);

uint32_t nic_register(uint32_t offset);

/* The device's side. The entry that the device fills next is `*next`, a free-running index. */
void nic_receive(struct e1000 *nic, uint32_t *next, uint16_t length, uint8_t status,
                 uint8_t errors);
#define NIC_WHOLE (E1000_RX_DESC_STATUS_DD | E1000_RX_DESC_STATUS_EOP)
struct e1000_tx_desc *nic_sent(struct e1000 *nic, uint32_t index);

/* One poll as the port would run it. */
unsigned nic_poll(struct e1000 *nic, unsigned budget);

#endif
