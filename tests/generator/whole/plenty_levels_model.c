/* SPDX-License-Identifier: MIT
 *
 * What its device does beside what the manifest says.
 */
#include "amp.model.h"

static void go(struct amp_model *model, uint32_t value)
{
    amp_model_raise_sound(model, value == 1 ? AMP_MODEL_SOUND_ADC : AMP_MODEL_SOUND_OVER);
}

/* A port with something to say is shown again at once. */
static void acknowledged(struct amp_model *model, uint32_t value)
{
    (void)value;
    amp_model_set_is_p0(model, amp_model_get_is_p0(model) || amp_model_get_pis(model, 0) != 0);
    amp_model_set_is_p1(model, amp_model_get_is_p1(model) || amp_model_get_pis(model, 1) != 0);
}

const struct amp_model_hooks amp_model_hooks = {.on_write_go = go, .on_write_is = acknowledged};
