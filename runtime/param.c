/* SPDX-License-Identifier: MIT
 *
 * Parameters: from the text that a user wrote to a member of the driver struct.
 */
#include "dddk/param.h"
#include "runtime/port.h"

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* The value of a digit, 16 or more when it is none. */
static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (unsigned)(c - 'a') + 10u;
    }
    if (c >= 'A' && c <= 'F') {
        return (unsigned)(c - 'A') + 10u;
    }
    return 16;
}

static int parse_number(const char *text, uint64_t *value)
{
    uint64_t base = 10, sum = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (*text == '\0') {
        return DDDK_EINVAL;
    }
    for (; *text != '\0'; text++) {
        uint64_t digit = digit_of(*text);

        if (digit >= base) {
            return DDDK_EINVAL;
        }
        /* base * sum + digit fits: the last sum for which it does, or below it */
        if (sum > (~(uint64_t)0 - digit) / base) {
            return DDDK_ERANGE;
        }
        sum = base * sum + digit;
    }
    *value = sum;
    return 0;
}

static int parse_name(const struct dddk_param_value *values, unsigned count, const char *text,
                      uint64_t *value)
{
    for (unsigned i = 0; i < count; i++) {
        if (same(values[i].name, text)) {
            *value = values[i].value;
            return 0;
        }
    }
    return DDDK_EINVAL;
}

int dddk_param_parse(const struct dddk_param *param, const char *text, uint64_t *value)
{
    static const struct dddk_param_value truths[] = {
        {"1", 1}, {"0", 0}, {"y", 1}, {"n", 0}, {"true", 1}, {"false", 0}, {"on", 1}, {"off", 0},
    };
    uint64_t found = 0;
    int status = DDDK_EINVAL;

    switch (param->kind) {
    case DDDK_PARAM_BOOL: return parse_name(truths, DDDK_COUNT(truths), text, value);
    case DDDK_PARAM_ENUM: return parse_name(param->values, param->value_count, text, value);
    case DDDK_PARAM_UNSIGNED: status = parse_number(text, &found); break;
    }
    if (status == 0 && (found < param->min || found > param->max)) {
        status = DDDK_ERANGE;
    }
    if (status == 0) {
        *value = found;
    }
    return status;
}

uint64_t dddk_param_value(const struct dddk_device *dev, const struct dddk_param *param)
{
    const void *member = (const char *)dev + param->offset;

    switch (param->bytes) {
    case 1: return *(const uint8_t *)member;
    case 2: return *(const uint16_t *)member;
    case 4: return *(const uint32_t *)member;
    default: return *(const uint64_t *)member;
    }
}

static void put(struct dddk_device *dev, const struct dddk_param *param, uint64_t value)
{
    const uint8_t one = (uint8_t)value;
    const uint16_t two = (uint16_t)value;
    const uint32_t four = (uint32_t)value;
    void *member = (char *)dev + param->offset;

    switch (param->bytes) {
    case 1: memcpy(member, &one, sizeof one); break;
    case 2: memcpy(member, &two, sizeof two); break;
    case 4: memcpy(member, &four, sizeof four); break;
    default: memcpy(member, &value, sizeof value); break;
    }
}

static void refuse(struct dddk_device *dev, const struct dddk_param *param, const char *text,
                   int status)
{
    if (param->kind == DDDK_PARAM_UNSIGNED) {
        dddk_log_(dev, DDDK_LOG_ERROR,
                  "parameter %s: \"%s\" is %s; it is a number from %llu to %llu", param->name, text,
                  status == DDDK_ERANGE ? "out of bounds" : "no number",
                  (unsigned long long)param->min, (unsigned long long)param->max);
    } else if (param->kind == DDDK_PARAM_BOOL) {
        dddk_log_(dev, DDDK_LOG_ERROR, "parameter %s: \"%s\" is neither true nor false",
                  param->name, text);
    } else {
        dddk_log_(dev, DDDK_LOG_ERROR,
                  "parameter %s: \"%s\" is none of its %u values, of which the first is %s",
                  param->name, text, param->value_count, param->values[0].name);
    }
}

int dddk_step_params(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;

    for (unsigned i = 0; i < driver->param_count; i++) {
        const struct dddk_param *param = &driver->params[i];
        const char *text = dddk_port_param(dev, param);
        uint64_t value = param->initial;
        int status = text == NULL ? 0 : dddk_param_parse(param, text, &value);

        if (status != 0) {
            refuse(dev, param, text, status);
            return status;
        }
        put(dev, param, value);
    }
    return 0;
}
