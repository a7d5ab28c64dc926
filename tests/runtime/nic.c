/* SPDX-License-Identifier: MIT
 *
 * See nic.h.
 */
#include "nic.h"

#include <string.h>

uint32_t nic_register(uint32_t offset)
{
    uint32_t value;

    memcpy(&value, fake.registers + offset, sizeof(value));
    return value;
}

static void set_register(uint32_t offset, uint32_t value)
{
    memcpy(fake.registers + offset, &value, sizeof(value));
}

/* A reset is over at once. */
static void written(size_t offset, unsigned bytes, uint64_t value)
{
    if (offset == E1000_CTRL && bytes == 4) {
        set_register(E1000_CTRL, (uint32_t)value & ~E1000_CTRL_RST_MASK);
    }
}

struct e1000 *nic_start(uint32_t first_index)
{
    struct dddk_device *dev = fake_reset(&e1000_driver);

    fake.write = written;
    set_register(E1000_RAL, 0x12005452u);
    set_register(E1000_RAH, 0x80005634u);
    dddk_ring_first_index = first_index;
    assert_int_equal(dddk_attach(dev), 0);
    assert_int_equal(dddk_start(dev), 0);
    return DDDK_CONTAINER(dev, struct e1000, dddk);
}

void nic_end(struct e1000 *nic)
{
    (void)dddk_stop(&nic->dddk);
    dddk_detach(&nic->dddk);
    assert_int_equal(fake_owned_by(FAKE_POOL), FAKE_BUFFERS);
    assert_int_equal(fake.dma_live + fake.memory_live, 0);
    assert_int_equal(fake.misuse, 0);
    assert_int_equal(fake.range_faults, 0);
    assert_false(fake.masters || fake.decodes || fake.mapped || fake.published);
}

void nic_receive(struct e1000 *nic, uint32_t *next, uint16_t length, uint8_t status, uint8_t errors)
{
    struct e1000_rx_desc *entry = nic->rx.entries;

    entry += (*next)++ & nic->rx.mask;
    entry->length = dddk_to_le16(length);
    entry->errors = errors;
    entry->status = status;
}

struct e1000_tx_desc *nic_sent(struct e1000 *nic, uint32_t index)
{
    return (struct e1000_tx_desc *)nic->tx.entries + (index & nic->tx.mask);
}

unsigned nic_poll(struct e1000 *nic, unsigned budget)
{
    dddk_vector_schedule(&nic->vectors[E1000_MAIN]);
    return dddk_vector_poll(&nic->vectors[E1000_MAIN], budget);
}
