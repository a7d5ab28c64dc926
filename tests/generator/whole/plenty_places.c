/* SPDX-License-Identifier: MIT
 *
 * The nested device needs no handler.
 */
#include "nested.dddk.h"
