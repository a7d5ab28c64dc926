/* SPDX-License-Identifier: MIT
 *
 * Names of statuses and states, for messages.
 */
#include "dddk/device.h"

const char *dddk_status_name(int status)
{
    switch (status) {
    case DDDK_OK: return "DDDK_OK";
    case DDDK_ENOENT: return "DDDK_ENOENT";
    case DDDK_EIO: return "DDDK_EIO";
    case DDDK_EAGAIN: return "DDDK_EAGAIN";
    case DDDK_ENOMEM: return "DDDK_ENOMEM";
    case DDDK_EFAULT: return "DDDK_EFAULT";
    case DDDK_EBUSY: return "DDDK_EBUSY";
    case DDDK_EEXIST: return "DDDK_EEXIST";
    case DDDK_ENODEV: return "DDDK_ENODEV";
    case DDDK_EINVAL: return "DDDK_EINVAL";
    case DDDK_ENOSPC: return "DDDK_ENOSPC";
    case DDDK_ERANGE: return "DDDK_ERANGE";
    case DDDK_EPROTO: return "DDDK_EPROTO";
    case DDDK_ESTATE: return "DDDK_ESTATE";
    case DDDK_EMSGSIZE: return "DDDK_EMSGSIZE";
    case DDDK_ENOTSUP: return "DDDK_ENOTSUP";
    case DDDK_ETIMEDOUT: return "DDDK_ETIMEDOUT";
    case DDDK_ECANCELED: return "DDDK_ECANCELED";
    default: return "DDDK_E?";
    }
}

const char *dddk_state_name(enum dddk_state state)
{
    switch (state) {
    case DDDK_DETACHED: return "detached";
    case DDDK_ATTACHED: return "attached";
    case DDDK_STARTED: return "started";
    case DDDK_GONE: return "gone";
    }
    return "?";
}
