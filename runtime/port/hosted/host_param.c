/* SPDX-License-Identifier: MIT
 *
 * Parameters of drivers on a hosted machine: what a program said, until a device is attached.
 */
#include <stdio.h>
#include <string.h>

#include "core.h"

/* Behind the dot that follows a driver's name in a setting; NULL: it is of another driver. */
static const char *after(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 && name[length] == '.' ? name + length + 1 : NULL;
}

/* The parameter that a setting is for, if it is for this device. *own: for it alone. */
static const char *setting_of(const struct dddk_device *dev, const char *name, bool *own)
{
    const char *rest = after(name, dev->name);

    *own = rest != NULL;
    if (rest == NULL) {
        rest = after(name, dev->driver->name);
    }
    /* with another dot it is another device's */
    return rest != NULL && strchr(rest, '.') == NULL ? rest : NULL;
}

int dddk_host_param(struct dddk_host *host, const char *name, const char *text)
{
    struct dddk_host_setting *settings = host->state->settings, *place = NULL;
    const char *dot = strchr(name, '.');

    if (dot == NULL || dot == name || name[strlen(name) - 1u] == '.' ||
        strlen(name) >= sizeof settings->name ||
        (text != NULL && strlen(text) >= sizeof settings->text)) {
        return DDDK_EINVAL;
    }
    for (unsigned i = DDDK_HOST_PARAMS; i > 0; i--) {
        struct dddk_host_setting *setting = &settings[i - 1u];

        if (strcmp(setting->name, name) == 0) {
            place = setting;
            break;
        }
        if (setting->name[0] == '\0') {
            place = setting;
        }
    }
    if (text == NULL) {
        if (place != NULL && strcmp(place->name, name) == 0) {
            place->name[0] = '\0';
        }
        return 0;
    }
    if (place == NULL) {
        return DDDK_ENOSPC;
    }
    memcpy(place->name, name, strlen(name) + 1u);
    memcpy(place->text, text, strlen(text) + 1u);
    return 0;
}

const char *dddk_port_param(struct dddk_device *dev, const struct dddk_param *param)
{
    const struct dddk_host_setting *settings = dev->port->host->state->settings;
    const char *found = NULL;
    bool own;

    for (unsigned i = 0; i < DDDK_HOST_PARAMS; i++) {
        const char *name = setting_of(dev, settings[i].name, &own);

        if (name != NULL && strcmp(name, param->name) == 0 && (own || found == NULL)) {
            found = settings[i].text;
            if (own) {
                break;
            }
        }
    }
    return found;
}

bool dddk_host_knows_params(const struct dddk_device *dev)
{
    const struct dddk_host_setting *settings = dev->port->host->state->settings;
    bool own;

    for (unsigned i = 0; i < DDDK_HOST_PARAMS; i++) {
        const char *name = setting_of(dev, settings[i].name, &own);
        bool known = name == NULL;

        for (unsigned p = 0; !known && p < dev->driver->param_count; p++) {
            known = strcmp(dev->driver->params[p].name, name) == 0;
        }
        if (!known) {
            dddk_log_(dev, DDDK_LOG_ERROR, "the driver has no parameter %s", name);
            return false;
        }
    }
    return true;
}
