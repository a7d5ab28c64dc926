/* SPDX-License-Identifier: MIT
 *
 * The misc class: what comes from outside is held against the manifest before a handler sees it.
 */
#include "dddk/misc.h"
#include "runtime/port.h"

static int check_data(const struct dddk_misc_operation *operation, const void *data,
                      size_t size_bytes)
{
    if (operation->data == DDDK_MISC_NO_DATA) {
        return data == NULL && size_bytes == 0 ? 0 : DDDK_EINVAL;
    }
    if (data == NULL) {
        return DDDK_EINVAL;
    }
    return size_bytes <= operation->data_max_bytes ? 0 : DDDK_EMSGSIZE;
}

static int check_values(const struct dddk_misc_operation *operation, const uint64_t *values)
{
    if (operation->argument_count != 0 && values == NULL) {
        return DDDK_EINVAL;
    }
    for (unsigned i = 0; i < operation->argument_count; i++) {
        const struct dddk_misc_argument *argument = &operation->arguments[i];
        if (!argument->out && argument->bytes < 8 && values[i] >> (8u * argument->bytes) != 0) {
            return DDDK_ERANGE;
        }
    }
    return 0;
}

int dddk_misc_call(struct dddk_misc *misc, unsigned operation, uint64_t *values, void *data,
                   size_t size_bytes)
{
    if (operation >= misc->ops->operation_count) {
        return DDDK_EINVAL;
    }
    const struct dddk_misc_operation *it = &misc->ops->operations[operation];
    int status = check_data(it, data, size_bytes);
    if (status == 0) {
        status = check_values(it, values);
    }
    if (status != 0) {
        return status;
    }
    if (misc->dev->state == DDDK_DETACHED) {
        return DDDK_ESTATE; /* there is not even a mutex */
    }
    dddk_thread_enter(misc->dev);
    if (misc->dev->state == DDDK_STARTED) {
        status = it->call(misc->dev, values, data, size_bytes);
    } else {
        status = dddk_is_gone(misc->dev) ? DDDK_ENODEV : DDDK_ESTATE;
    }
    dddk_thread_leave(misc->dev);
    return status;
}
