/* SPDX-License-Identifier: MIT
 *
 * What the manifest of e1000 cannot say: the address that the EEPROM loads into RAL[0] and RAH[0]
 * (SDM 13.7.1), and a link that is up while there is a cable and CTRL.SLU asks for it (SDM 8.6).
 */
#include "e1000.model.h"

static void follow(struct e1000_model *nic)
{
    bool up = dddk_model_link(e1000_model_base(nic)) && e1000_model_get_ctrl_slu(nic);

    if (up != e1000_model_get_status_lu(nic)) {
        e1000_model_set_status(nic, up ? 0x83u : 0x81u); /* full duplex and link up, at 1 Gbit/s */
        e1000_model_raise_main(nic, E1000_MODEL_MAIN_LSC);
    }
}

static void reset(struct e1000_model *nic)
{
    e1000_model_set_ral(nic, 0, 0x12005452u);
    e1000_model_set_rah(nic, 0, 0x80005634u);
}

const struct e1000_model_hooks e1000_model_hooks = {
    .on_reset = reset,
    .on_change = follow,
};
