/* SPDX-License-Identifier: MIT
 *
 * The one error convention of the kit: a function returns 0 or a negative value of enum dddk_status
 * (a count, where it says so, is positive). The numbers are those of the Linux ABI, so that the
 * Linux port hands them on unchanged.
 */
#ifndef DDDK_STATUS_H
#define DDDK_STATUS_H

enum dddk_status {
    DDDK_OK = 0,
    DDDK_ENOENT = -2,      /* no such object */
    DDDK_EIO = -5,         /* the device or its transport failed */
    DDDK_EAGAIN = -11,     /* not now; the caller is told when */
    DDDK_ENOMEM = -12,     /* memory of the asked kind is used up */
    DDDK_EFAULT = -14,     /* an address the device may not reach */
    DDDK_EBUSY = -16,      /* owned by somebody else */
    DDDK_EEXIST = -17,     /* there is one already */
    DDDK_ENODEV = -19,     /* the device is gone, or is not the one expected */
    DDDK_EINVAL = -22,     /* an argument outside its contract */
    DDDK_ENOSPC = -28,     /* a table or ring has no room */
    DDDK_ERANGE = -34,     /* a value too wide for its field, an index past its array */
    DDDK_EPROTO = -71,     /* the device broke its protocol */
    DDDK_ESTATE = -77,     /* the call is not legal in the present state */
    DDDK_EMSGSIZE = -90,   /* longer than the device or the medium takes */
    DDDK_ENOTSUP = -95,    /* the device has no such function */
    DDDK_ETIMEDOUT = -110, /* a deadline passed */
    DDDK_ECANCELED = -125, /* the operation was stopped from outside */
};

/* The name of a status ("DDDK_ETIMEDOUT"), or "DDDK_E?" for a number that is none. Any context;
 * never NULL; static text. */
const char *dddk_status_name(int status);

#endif
