/* SPDX-License-Identifier: MIT
 *
 * The odd device needs no handler.
 */
#include "odd.dddk.h"
