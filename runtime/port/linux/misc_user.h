/* SPDX-License-Identifier: MIT
 *
 * How a program in user space calls the operations of a misc device: open /dev/NAME.N, fill the
 * struct, ioctl(). Operations, their order and their arguments are those of `user:` in the
 * manifest; the driver's reference page lists them.
 */
#ifndef DDDK_MISC_USER_H
#define DDDK_MISC_USER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define DDDK_MISC_USER_VALUES 8

struct dddk_misc_user_call {
    __u32 operation;                     /* its place in `user:`, from 0 */
    __u32 zero;                          /* must be 0 */
    __u64 values[DDDK_MISC_USER_VALUES]; /* arguments, in and out, in the manifest's order */
    __u64 data;                          /* pointer to the data; 0 where the operation has none */
    __u64
        size_bytes; /* of an operation that is a FIFO also, how many were moved: it does not wait */
};

/* 0 or -1 with errno: EINVAL, ERANGE, EMSGSIZE for wrong arguments, ENODEV when the device is gone,
 * else what the driver's handler answers. */
#define DDDK_MISC_CALL _IOWR(0xdd, 0, struct dddk_misc_user_call)

#endif
