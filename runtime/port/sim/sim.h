/* SPDX-License-Identifier: MIT
 *
 * The port sim: a hosted machine whose devices are models in this process. Time is virtual and only
 * passes while the host waits, so a run depends on its seed and its stimuli alone. Programs that
 * only want a machine use this header; scenarios and fault injection are in dddk/test.h.
 */
#ifndef DDDK_SIM_H
#define DDDK_SIM_H

#include "dddk/model.h"
#include "host.h"

#define DDDK_SIM_SLOTS 32u /* on the one bus there is */

struct dddk_sim_options {
    uint64_t seed;
    size_t memory_bytes; /* that devices can reach; whole pages; 0: 32 MiB */
};

/* A machine without devices; NULL: no memory. Close it with dddk_host_close(). */
struct dddk_host *dddk_sim_open(const struct dddk_sim_options *options);

/*
 * Plug a device into a slot, powered on and reset. Its pin INTA is wired to line 20 + slot % 4. One
 * that is not on PCI (its type has a compatible string) gets addresses of its own, and line
 * slot % 16; it is described to the host, not enumerated.
 * Returns the model, owned by the machine; NULL when the slot is taken or does not exist, or there
 * is no memory. Devices that are plugged in after a driver was bound get no addresses.
 */
struct dddk_model *dddk_sim_add(struct dddk_host *host, const struct dddk_model_type *type,
                                unsigned slot);

/* The same as device `as` of those that the type can be: NAME_MODEL_AS_... of NAME.model.h. NULL
 * also when there is no such. */
struct dddk_model *dddk_sim_add_as(struct dddk_host *host, const struct dddk_model_type *type,
                                   unsigned as, unsigned slot);

/* The model in a slot, and the model of a bound device; NULL: none. */
struct dddk_model *dddk_sim_model(struct dddk_host *host, unsigned slot);
struct dddk_model *dddk_sim_model_of(const struct dddk_device *dev);

#endif
