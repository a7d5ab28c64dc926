/* SPDX-License-Identifier: MIT */
#include "stepper.dddk.h"

/* The manifest says it all. */
