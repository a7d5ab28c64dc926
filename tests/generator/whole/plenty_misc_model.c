/* SPDX-License-Identifier: MIT */
#include "gadget.model.h"

/* Nothing to add: the manifest says it all. */
const struct gadget_model_hooks gadget_model_hooks = {0};
