/* SPDX-License-Identifier: MIT
 *
 * All that a person writes in C for the 8254x. Rings, interrupt dispatch, probe, open, stop,
 * remove, recovery and the glue of the net class are generated from e1000.yaml; this file is built,
 * unchanged and without an #ifdef, for every port. Every handler runs in thread context, may sleep,
 * and never overlaps another handler of the same device.
 */
#include "e1000.dddk.h"

/* The interrupt is masked, bus mastering is off, no ring is attached. (SDM 14.4) */
int e1000_reset(struct e1000 *nic)
{
    e1000_ctrl_update(nic, .rst = true);
    /* The EEPROM is loaded again; not even a read may come in the first microsecond. */
    dddk_sleep(nic, DDDK_MSEC(5));
    return dddk_poll(nic, !e1000_ctrl_read(nic).rst, DDDK_MSEC(10));
}

/* Once, after the first reset. */
int e1000_identify(struct e1000 *nic)
{
    uint32_t low = e1000_ral_read(nic, 0).addr, high = e1000_rah_read(nic, 0).addr;

    return dddk_net_set_mac(nic, dddk_mac_from_le(low, high));
}

/* The rings are attached and empty; their enables are still 0 and are set by the kit when this
 * returns. */
int e1000_start(struct e1000 *nic)
{
    for (unsigned i = 0; i < E1000_MTA_COUNT; i++) {
        e1000_mta_write(nic, i, 0);
    }
    e1000_tipg_write(nic, .ipgt = 10, .ipgr1 = 8, .ipgr2 = 6);
    e1000_tctl_write(nic, .psp = true, .ct = 0x0f, .cold = 0x40);
    e1000_rctl_write(nic, .bam = true, .secrc = true, .bsize = E1000_BSIZE_2048);
    e1000_ctrl_update(nic, .slu = true, .asde = true);
    return 0;
}

void e1000_rx_mode(struct e1000 *nic, const struct dddk_net_rx_mode *mode)
{
    e1000_rctl_update(nic, .upe = mode->promiscuous,
                      .mpe = mode->all_multicast || mode->multicast_count > 0);
}

void e1000_link(struct e1000 *nic)
{
    struct e1000_status status = e1000_status_read(nic);

    dddk_net_set_link(nic, status.lu, e1000_speed_mbps(status.speed), status.fd);
}
