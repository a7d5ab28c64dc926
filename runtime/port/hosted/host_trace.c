/* SPDX-License-Identifier: MIT
 *
 * The register trace: mmiotrace's text form (R and W lines: width, time, map, bus address, value,
 * PC, PID), so that its tools can read it, with the names of register and fields behind. A field of
 * one bit is named when it is 1, a wider one always, with its value's name where it has one. PC and
 * PID are 0: the driver is a part of this process.
 */
#include "core.h"

#include "dddk/dump.h"

static uint64_t bits_of(uint64_t value, unsigned lsb, unsigned width)
{
    return value >> lsb & (width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1u);
}

/* The same for elements that are in no equal steps, `distance` bytes from the first: one may be
 * below it. */
static bool covers_element(const struct dddk_device *dev, const struct dddk_register_info *info,
                           size_t distance, unsigned bytes, uint32_t *element, uint32_t *within)
{
    for (uint32_t i = 0; i < info->count; i++) {
        size_t behind = distance - dddk_register_element(dev, info, i);

        if (behind < info->bytes && behind + bytes <= info->bytes) {
            *element = i;
            *within = (uint32_t)behind;
            return true;
        }
    }
    return false;
}

/* Where offset lies in a register array: which element, and how far into it. */
static bool covers(const struct dddk_device *dev, const struct dddk_register_info *info,
                   size_t offset, unsigned bytes, uint32_t *element, uint32_t *within)
{
    uint32_t begin;

    if (!dddk_register_place(dev, info, &begin)) {
        return false;
    }
    if (info->repeats != NULL) {
        return covers_element(dev, info, offset - begin, bytes, element, within);
    }
    if (offset < begin) {
        return false;
    }
    size_t distance = offset - begin, stride = dddk_register_stride(dev, info);
    *element = info->count > 1 && stride != 0 ? (uint32_t)(distance / stride) : 0;
    *within = (uint32_t)(distance - *element * stride);
    if (info->count <= 1) {
        *within = (uint32_t)distance;
    }
    return *element < (info->count > 1 ? info->count : 1) && *within + bytes <= info->bytes;
}

/* Is this register the one that its bank shows now? */
static bool bank_selected(const struct dddk_port_device *port,
                          const struct dddk_register_info *info, uint32_t element)
{
    if (info->bank_register < 0) {
        return true;
    }
    if (port->shadow == NULL) {
        return false;
    }
    const struct dddk_register_info *bank = &port->dev->driver->registers[info->bank_register];
    const struct dddk_field_info *field = &bank->fields[info->bank_field];
    element = info->bank_follows ? dddk_element_of(element, info->count, bank->count)
                                 : info->bank_element;
    return bits_of(port->shadow[port->shadow[info->bank_register] + element], field->lsb,
                   field->width) == info->bank_value;
}

static const struct dddk_register_info *find(const struct dddk_host_window *window, bool write,
                                             size_t offset, unsigned bytes, uint32_t *element,
                                             uint32_t *within)
{
    const struct dddk_port_device *port = window->device;
    const struct dddk_driver *driver = port->dev->driver;
    unsigned wanted = write ? DDDK_REGISTER_WRITABLE : DDDK_REGISTER_READABLE;
    const struct dddk_register_info *other = NULL;
    uint32_t e, w;

    for (unsigned i = 0; i < driver->register_count; i++) {
        const struct dddk_register_info *info = &driver->registers[i];
        if (&driver->regions[info->region] != window->region ||
            !covers(port->dev, info, offset, bytes, &e, &w) || !bank_selected(port, info, e)) {
            continue;
        }
        if (info->flags & wanted) {
            *element = e;
            *within = w;
            return info;
        }
        /* a register that does not have this access is named only when nothing else is there */
        if (other == NULL) {
            other = info;
            *element = e;
            *within = w;
        }
    }
    return other;
}

static void print_fields(FILE *out, const struct dddk_register_info *info, uint64_t value,
                         bool write)
{
    char text[DDDK_DUMP_LINE];

    for (unsigned i = 0; i < info->field_count; i++) {
        const struct dddk_field_info *field = &info->fields[i];

        dddk_decode_field(field, bits_of(value, field->lsb, field->width), write, text,
                          sizeof(text));
        fputs(text, out);
    }
}

static void print_name(FILE *out, const struct dddk_register_info *info, uint32_t element)
{
    char text[DDDK_DUMP_LINE];

    if (info->repeats != NULL) {
        dddk_decode_name(info, element, text, sizeof(text));
        fprintf(out, " %s", text);
    } else if (info->count > 1) {
        fprintf(out, " %s[%u]", info->name, element);
    } else {
        fprintf(out, " %s", info->name);
    }
}

/* What was moved over the bus, where it stands in the register. */
static uint64_t in_register(const struct dddk_register_info *info, uint32_t within, unsigned bytes,
                            uint64_t value)
{
    if (info->flags & DDDK_REGISTER_BIG_ENDIAN) {
        value = __builtin_bswap64(value) >> (64 - 8 * bytes);
        within = info->bytes - bytes - within;
    }
    return value << 8 * within;
}

static void print_time(FILE *out, struct dddk_host *host)
{
    uint64_t us = host->ops->now_ns(host) / 1000u;

    fprintf(out, "%llu.%06llu", (unsigned long long)(us / 1000000u),
            (unsigned long long)(us % 1000000u));
}

void dddk_host_trace_access(struct dddk_host_window *window, bool write, size_t offset,
                            unsigned bytes, uint64_t value)
{
    struct dddk_port_device *port = window->device;
    FILE *out = port->host->state->trace;
    uint32_t element = 0, within = 0;

    if (out == NULL && port->shadow == NULL) {
        return;
    }
    const struct dddk_register_info *info = find(window, write, offset, bytes, &element, &within);
    if (out != NULL) {
        fprintf(out, "%c %u ", write ? 'W' : 'R', bytes);
        print_time(out, port->host);
        fprintf(out, " %u 0x%llx 0x%llx 0x0 0", window->map_id,
                (unsigned long long)(window->address + offset), (unsigned long long)value);
        if (info != NULL) {
            print_name(out, info, element);
            if (within != 0 || bytes != info->bytes) {
                fprintf(out, "+%u", within);
            }
            print_fields(out, info, in_register(info, within, bytes, value), write);
        }
        fputc('\n', out);
    }
    if (info != NULL && port->shadow != NULL && bytes == info->bytes) {
        uint64_t first = port->shadow[info - port->dev->driver->registers];

        if (first != 0) {
            port->shadow[first + element] = in_register(info, 0, bytes, value);
        }
    }
}

void dddk_host_trace_map(struct dddk_host_window *window, bool mapped)
{
    FILE *out = window->device->host->state->trace;

    if (out == NULL) {
        return;
    }
    fputs(mapped ? "MAP " : "UNMAP ", out);
    print_time(out, window->device->host);
    if (mapped) {
        fprintf(out, " %u 0x%llx 0x0 0x%llx 0x0 0 %s.%s\n", window->map_id,
                (unsigned long long)window->address, (unsigned long long)window->size_bytes,
                window->device->dev->name, window->region->name);
    } else {
        fprintf(out, " %u 0x0 0\n", window->map_id);
    }
}

void dddk_host_trace(struct dddk_host *host, FILE *out)
{
    if (out != NULL && host->state->trace == NULL) {
        fputs("VERSION 20070824\n", out);
    }
    host->state->trace = out;
}
