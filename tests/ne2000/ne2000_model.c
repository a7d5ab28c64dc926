/* SPDX-License-Identifier: MIT
 *
 * What the manifest cannot say of an NE2000: its memory, and the remote DMA in front of it.
 */
#include "ne2000.model.h"

enum { MEMORY = 0x10000, PROM = 32, SIGNED = 0x57 };

struct ne2000_model {
    struct dddk_model base;
    uint8_t memory[MEMORY];
    uint32_t address, count;
    uint32_t remote;
};

static void reset(struct ne2000_model *it)
{
    for (unsigned i = 0; i < PROM; i++) {
        it->memory[i] = i < 12 ? (uint8_t)(0x50 + i / 2) : i < 28 ? 0 : SIGNED;
    }
    it->remote = 4;
    ne2000_model_set_isr_rst(it, 1);
}

/* Bytes went through the port. */
static void moved(struct ne2000_model *it, unsigned bytes)
{
    it->address += bytes;
    it->count -= bytes < it->count ? bytes : it->count;
    if (it->count == 0) {
        ne2000_model_set_isr_rdc(it, 1);
    }
}

static void write_cr(struct ne2000_model *it, uint32_t value)
{
    it->remote = value >> 3 & 7u;
    if (!(value & 1u)) {
        ne2000_model_set_isr_rst(it, 0);
    }
}

static void write_rsar0(struct ne2000_model *it, uint32_t value)
{
    it->address = (it->address & 0xff00u) | value;
}

static void write_rsar1(struct ne2000_model *it, uint32_t value)
{
    it->address = (it->address & 0xffu) | value << 8;
}

static void write_rbcr0(struct ne2000_model *it, uint32_t value)
{
    it->count = (it->count & 0xff00u) | value;
}

static void write_rbcr1(struct ne2000_model *it, uint32_t value)
{
    it->count = (it->count & 0xffu) | value << 8;
}

static uint32_t read_in(struct ne2000_model *it, uint32_t value)
{
    uint32_t word = 0;

    (void)value;
    if (it->remote != 1 || it->count == 0) {
        dddk_model_complain(&it->base, "the data port is read without a remote DMA");
        return 0;
    }
    for (unsigned i = 0; i < 4; i++) {
        word |= (uint32_t)it->memory[(it->address + i) % MEMORY] << 8 * i;
    }
    moved(it, 4);
    return word;
}

static void write_out(struct ne2000_model *it, uint32_t value)
{
    if (it->remote != 2 || it->count == 0) {
        dddk_model_complain(&it->base, "the data port is written without a remote DMA");
        return;
    }
    it->memory[it->address % MEMORY] = (uint8_t)value;
    it->memory[(it->address + 1) % MEMORY] = (uint8_t)(value >> 8);
    moved(it, 2);
}

static uint32_t read_reset(struct ne2000_model *it, uint32_t value)
{
    reset(it);
    return value;
}

const struct ne2000_model_hooks ne2000_model_hooks = {
    .size_bytes = sizeof(struct ne2000_model),
    .on_reset = reset,
    .on_write_cr = write_cr,
    .on_write_rsar0 = write_rsar0,
    .on_write_rsar1 = write_rsar1,
    .on_write_rbcr0 = write_rbcr0,
    .on_write_rbcr1 = write_rbcr1,
    .on_read_in = read_in,
    .on_write_out = write_out,
    .on_read_reset = read_reset,
};
