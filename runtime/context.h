/* SPDX-License-Identifier: MIT
 *
 * In which context the present code of a device runs. Where one device's contexts can run at the
 * same time (more than one CPU), only the port can know: it defines DDDK_PORT_CONTEXT(dev). Where
 * they are nested on one stack, as on hosts, the runtime keeps it in the device.
 */
#ifndef DDDK_RUNTIME_CONTEXT_H
#define DDDK_RUNTIME_CONTEXT_H

#include "dddk/device.h"

/* Returns what the context was, for dddk_context_leave_(). */
DDDK_INLINE enum dddk_context dddk_context_enter_(struct dddk_device *dev,
                                                  enum dddk_context context)
{
#ifdef DDDK_PORT_CONTEXT
    (void)dev;
    return context;
#else
    enum dddk_context before = dev->context;
    dev->context = context;
    return before;
#endif
}

DDDK_INLINE void dddk_context_leave_(struct dddk_device *dev, enum dddk_context before)
{
#ifdef DDDK_PORT_CONTEXT
    (void)dev;
    (void)before;
#else
    dev->context = before;
#endif
}

DDDK_INLINE enum dddk_context dddk_context_now_(struct dddk_device *dev)
{
#ifdef DDDK_PORT_CONTEXT
    return DDDK_PORT_CONTEXT(dev);
#else
    return dev->context;
#endif
}

/* Thread context, device mutex held: whoever had level causes of the vector to take back has done
 * so, or is about to wait. They may come again. */
void dddk_vector_settle_(struct dddk_vector *vector);
/* The same: call the handlers of these thread causes. */
void dddk_vector_call_(struct dddk_vector *vector, uint32_t causes);

#endif
