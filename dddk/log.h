/* SPDX-License-Identifier: MIT
 *
 * Logging with levels: "NAME.0: error: ...". `dev` is a pointer to a generated driver struct. Any
 * context. The text is one line without a newline at its end. Messages below the port's level are
 * not formatted.
 */
#ifndef DDDK_LOG_H
#define DDDK_LOG_H

#include "dddk/device.h"

enum dddk_log_level { DDDK_LOG_ERROR, DDDK_LOG_WARNING, DDDK_LOG_INFO, DDDK_LOG_DEBUG };

void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
    DDDK_PRINTF(3, 4);

#define dddk_error(dev, ...) dddk_log_(DDDK_DEVICE(dev), DDDK_LOG_ERROR, __VA_ARGS__)
#define dddk_warning(dev, ...) dddk_log_(DDDK_DEVICE(dev), DDDK_LOG_WARNING, __VA_ARGS__)
#define dddk_info(dev, ...) dddk_log_(DDDK_DEVICE(dev), DDDK_LOG_INFO, __VA_ARGS__)
#define dddk_debug(dev, ...) dddk_log_(DDDK_DEVICE(dev), DDDK_LOG_DEBUG, __VA_ARGS__)

#endif
