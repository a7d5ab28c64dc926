/* SPDX-License-Identifier: MIT
 *
 * Parameters: what the user of a driver may set before a device is attached (`params:`). The kit
 * puts the default, or what the user said, into the generated driver struct as the first step of
 * attach; what is out of bounds, or no value at all, refuses the device with a line in the log that
 * says why. Linux makes module parameters of them, a hosted port has dddk_host_param().
 */
#ifndef DDDK_PARAM_H
#define DDDK_PARAM_H

#include "dddk/base.h"

struct dddk_device;

enum dddk_param_kind { DDDK_PARAM_BOOL, DDDK_PARAM_UNSIGNED, DDDK_PARAM_ENUM };

/* One value of an enum. */
struct dddk_param_value {
    const char *name;
    uint64_t value;
};

/* One entry of `params:`. */
struct dddk_param {
    const char *name;
    enum dddk_param_kind kind;
    uint8_t bytes; /* of the member: 1, 2, 4 or 8 */
    size_t offset; /* of the member in the generated driver struct */
    uint64_t initial, min, max;
    const struct dddk_param_value *values; /* of an enum, else NULL */
    unsigned value_count;
    /* Where a port keeps what its user said for every device of the driver; NULL: it asks
     * elsewhere. */
    char *const *text;
};

/*
 * What `text` says. A bool is one of 1, 0, y, n, true, false, on and off; a number is decimal or
 * begins with 0x; an enum's value is one of its names. Any context. 0; DDDK_EINVAL: it is no such
 * value; DDDK_ERANGE: it is out of bounds. *value is written only on success.
 */
int dddk_param_parse(const struct dddk_param *param, const char *text, uint64_t *value);

/* The value that a device has. Any context, once the first step of attach is done. */
uint64_t dddk_param_value(const struct dddk_device *dev, const struct dddk_param *param);

/* attach: "parameters", the first. For generated drivers. */
int dddk_step_params(struct dddk_device *dev);

/*
 * A port that has a place of its own for each parameter of a driver (Linux: the module's) defines
 * these in dddk_port.h. DDDK_PORT_PARAM declares the place, DDDK_PORT_PARAM_TEXT is its address.
 */
#ifndef DDDK_PORT_PARAM
#define DDDK_PORT_PARAM(driver, name, initial, doc) extern const struct dddk_driver driver##_driver
#define DDDK_PORT_PARAM_TEXT(driver, name) NULL
#endif

#endif
