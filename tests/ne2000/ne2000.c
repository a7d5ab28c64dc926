/* SPDX-License-Identifier: MIT
 *
 * The memory of an NE2000 through its data port. (DP8390D, 7 and 10)
 */
#include "ne2000.dddk.h"

enum { STATION = 0, SIGNATURE = 28, SIGNED = 0x57 };

int ne2000_reset(struct ne2000 *dev)
{
    (void)ne2000_reset_read(dev);
    return dddk_poll(dev, ne2000_isr_read(dev).rst, DDDK_MSEC(10));
}

/* Let the chip move so many bytes between the port and its memory. It counts whole words. */
static void begin(struct ne2000 *dev, uint16_t at, size_t size_bytes, enum ne2000_remote how)
{
    ne2000_isr_write(dev, .rdc = true);
    ne2000_rsar0_write(dev, at & 0xffu);
    ne2000_rsar1_write(dev, (uint32_t)at >> 8);
    ne2000_rbcr0_write(dev, size_bytes & 0xffu);
    ne2000_rbcr1_write(dev, size_bytes >> 8 & 0xffu);
    ne2000_cr_write(dev, .start = true, .remote = how);
}

static int end(struct ne2000 *dev)
{
    int status = dddk_poll(dev, ne2000_isr_read(dev).rdc, DDDK_MSEC(1));

    ne2000_cr_write(dev, .start = true, .remote = NE2000_REMOTE_NONE);
    return status;
}

int ne2000_peek(struct ne2000 *dev, uint16_t at, void *data, size_t size_bytes)
{
    begin(dev, at, (size_bytes + 3u) / 4u * 4u, NE2000_REMOTE_READ);
    (void)ne2000_in_pull(dev, data, size_bytes);
    return end(dev);
}

int ne2000_poke(struct ne2000 *dev, uint16_t at, const void *data, size_t size_bytes)
{
    begin(dev, at, (size_bytes + 1u) / 2u * 2u, NE2000_REMOTE_WRITE);
    (void)ne2000_out_push(dev, data, size_bytes);
    return end(dev);
}

static void set_up(struct ne2000 *dev)
{
    ne2000_cr_write(dev, .stop = true, .remote = NE2000_REMOTE_NONE);
    ne2000_dcr_write(dev, .wts = true, .ls = true);
}

/* The station's address is in a PROM in front of the memory, each byte twice, and two of a mark
 * that there is one. */
int ne2000_identify(struct ne2000 *dev)
{
    uint8_t prom[32];

    set_up(dev);
    int status = ne2000_peek(dev, STATION, prom, sizeof(prom));
    if (status == 0 && (prom[SIGNATURE] != SIGNED || prom[SIGNATURE + 2] != SIGNED)) {
        status = DDDK_ENODEV;
    }
    return status;
}

int ne2000_start(struct ne2000 *dev)
{
    set_up(dev);
    return 0;
}
