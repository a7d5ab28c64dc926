/* SPDX-License-Identifier: MIT
 *
 * An xHCI host controller that is reset and asked. (xHCI 1.1, 4.2)
 */
#include "xhci.dddk.h"

int xhci_reset(struct xhci *xhci)
{
    xhci_usbcmd_write(xhci, .reset = true);
    return dddk_poll(xhci, !xhci_usbcmd_read(xhci).reset, DDDK_MSEC(100));
}

int xhci_identify(struct xhci *xhci)
{
    return xhci_usbsts_read(xhci).halted && xhci_pagesize_read(xhci) == 1 ? 0 : DDDK_ENODEV;
}

int xhci_slots(struct xhci *xhci, uint8_t wanted, uint8_t *enabled, uint8_t *most,
               uint16_t *interval)
{
    int status = xhci_config_write(xhci, .slots = wanted);

    *enabled = (uint8_t)xhci_config_read(xhci).slots;
    *most = (uint8_t)xhci_hcsparams1_read(xhci).slots;
    *interval = (uint16_t)xhci_imod_read(xhci).interval;
    return status;
}
