/* SPDX-License-Identifier: MIT
 *
 * The handlers of an RTL8139C+, as far as its rings need them.
 */
#include "rtl8139cp.dddk.h"

static bool is_reset(struct rtl8139cp *nic)
{
    return !rtl8139cp_cr_read(nic).rst;
}

int rtl8139cp_reset(struct rtl8139cp *nic)
{
    rtl8139cp_cr_write(nic, .rst = true);
    return dddk_poll(nic, is_reset(nic), DDDK_MSEC(10));
}

int rtl8139cp_identify(struct rtl8139cp *nic)
{
    uint32_t low = rtl8139cp_idr0_read(nic), high = rtl8139cp_idr4_read(nic);
    struct dddk_mac mac = {{(uint8_t)low, (uint8_t)(low >> 8), (uint8_t)(low >> 16),
                            (uint8_t)(low >> 24), (uint8_t)high, (uint8_t)(high >> 8)}};

    return dddk_net_set_mac(nic, mac);
}

/* C+ mode first: in it the address registers are those of the rings. Everything is received. */
int rtl8139cp_start(struct rtl8139cp *nic)
{
    rtl8139cp_cpcr_write(nic, .tx = true, .rx = true);
    rtl8139cp_rcr_write(nic, .aap = true, .apm = true, .am = true, .ab = true);
    return 0;
}
