/* SPDX-License-Identifier: MIT
 *
 * Registers as text; see dddk/dump.h.
 */
#include "dddk/dump.h"

#include "dddk/access.h"
#include "dddk/log.h"

/* A line that grows, and is cut where its memory ends. */
struct text {
    char *at;
    size_t size_bytes, used;
};

static void put(struct text *text, const char *string)
{
    for (; *string; string++) {
        if (text->used + 1 < text->size_bytes) {
            text->at[text->used++] = *string;
            text->at[text->used] = '\0';
        }
    }
}

static void put_number(struct text *text, uint64_t value, unsigned base, unsigned digits)
{
    char buffer[24];
    unsigned at = sizeof(buffer) - 1;

    buffer[at] = '\0';
    do {
        /* Digit by digit from the low end; a 64-bit division is not to be had in every kernel. */
        unsigned digit = base == 16 ? (unsigned)(value & 15u) : (unsigned)((uint32_t)value % 10u);

        buffer[--at] = (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10));
        value = base == 16 ? value >> 4 : (uint32_t)value / 10u;
    } while (value != 0 || sizeof(buffer) - 1 - at < digits);
    put(text, &buffer[at]);
}

static uint64_t ones(unsigned bits)
{
    return bits >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << bits) - 1;
}

static uint64_t field_of(const struct dddk_field_info *field, uint64_t value)
{
    return value >> field->lsb & ones(field->width);
}

static void put_field(struct text *text, const struct dddk_field_info *field, uint64_t value)
{
    const char *name = NULL;

    for (unsigned i = 0; i < field->value_count && name == NULL; i++) {
        if (field->values[i].value == value) {
            name = field->values[i].name;
        }
    }
    if (name == NULL && field->width == 1 && value == 0) {
        return;
    }
    put(text, " ");
    put(text, field->name);
    if (name != NULL) {
        put(text, "=");
        put(text, name);
    } else if (field->width > 1) {
        put(text, "=0x");
        put_number(text, value, 16, 1);
    }
}

static void put_name(struct text *text, const struct dddk_register_info *info, uint32_t element)
{
    put(text, info->name);
    if (info->stride != 0) {
        put(text, "[");
        put_number(text, element, 10, 1);
        put(text, "]");
    }
}

size_t dddk_decode(const struct dddk_register_info *info, uint32_t element, uint64_t value,
                   char *text, size_t size_bytes)
{
    struct text line = {text, size_bytes, 0};

    if (size_bytes == 0) {
        return 0;
    }
    text[0] = '\0';
    put_name(&line, info, element);
    put(&line, " 0x");
    put_number(&line, value & ones(info->bytes * 8u), 16, info->bytes * 2u);
    for (unsigned i = 0; i < info->field_count; i++) {
        put_field(&line, &info->fields[i], field_of(&info->fields[i], value));
    }
    return line.used;
}

/* ---- a whole device ---- */

static uint64_t load_config(const struct dddk_mmio *mmio, size_t offset, unsigned bytes)
{
    switch (bytes) {
    case 1: return dddk_config_read8(mmio, offset);
    case 2: return dddk_config_read16(mmio, offset);
    default: return dddk_config_read32(mmio, offset);
    }
}

static uint64_t load(const struct dddk_mmio *mmio, size_t offset, unsigned bytes,
                     enum dddk_region_kind kind)
{
    bool port_io = kind == DDDK_REGION_PORT;

    if (kind == DDDK_REGION_CONFIG) {
        return load_config(mmio, offset, bytes);
    }
    switch (bytes) {
    case 1: return port_io ? dddk_io_read8(mmio, offset) : dddk_read8(mmio, offset);
    case 2: return port_io ? dddk_io_read16(mmio, offset) : dddk_read16(mmio, offset);
    case 4: return port_io ? dddk_io_read32(mmio, offset) : dddk_read32(mmio, offset);
    default: return port_io ? dddk_io_read64(mmio, offset) : dddk_read64(mmio, offset);
    }
}

static uint64_t read_register(struct dddk_device *dev, const struct dddk_register_info *info,
                              uint32_t element)
{
    const struct dddk_region *region = &dev->driver->regions[info->region];
    const struct dddk_mmio *mmio = (const void *)((const char *)dev + region->mmio_offset);
    size_t offset = (size_t)element * info->stride;
    uint32_t begin;
    uint64_t value;

    (void)dddk_register_place(dev, info, &begin);
    offset += begin;
    if (info->flags & DDDK_REGISTER_HALVES) {
        value = load(mmio, offset, 4, region->kind) | load(mmio, offset + 4, 4, region->kind) << 32;
    } else {
        value = load(mmio, offset, info->bytes, region->kind);
    }
    if (info->flags & DDDK_REGISTER_BIG_ENDIAN) {
        value = __builtin_bswap64(value) >> (64 - info->bytes * 8u);
    }
    return value;
}

/* Why a register is not read, or NULL. */
static const char *obstacle(struct dddk_device *dev, const struct dddk_register_info *info)
{
    const struct dddk_register_info *bank;
    uint32_t begin;

    if (info->region < dev->driver->region_count && !dddk_has_region(dev, info->region)) {
        return "not there: its region is optional";
    }
    if (!dddk_register_place(dev, info, &begin)) {
        return "not there: this device has none";
    }
    if (!(info->flags & DDDK_REGISTER_READABLE)) {
        return "write-only";
    }
    if (info->flags & DDDK_REGISTER_READ_HAS_EFFECT) {
        return "not read: reading it has an effect";
    }
    if (info->bank_register < 0) {
        return NULL;
    }
    bank = &dev->driver->registers[info->bank_register];
    if (field_of(&bank->fields[info->bank_field], read_register(dev, bank, 0)) !=
        info->bank_value) {
        return "not read: another bank is selected";
    }
    return NULL;
}

static void say(struct dddk_device *dev, dddk_dump_line *line, void *user, const char *text)
{
    if (line != NULL) {
        line(user, text);
    } else {
        dddk_log_(dev, DDDK_LOG_INFO, "%s", text);
    }
}

int dddk_dump(struct dddk_device *dev, dddk_dump_line *line, void *user)
{
    if (dev->state != DDDK_ATTACHED && dev->state != DDDK_STARTED) {
        return DDDK_ESTATE;
    }
    for (unsigned i = 0; i < dev->driver->register_count; i++) {
        const struct dddk_register_info *info = &dev->driver->registers[i];
        const char *why = obstacle(dev, info);
        char text[DDDK_DUMP_LINE];

        if (why != NULL) {
            struct text refused = {text, sizeof(text), 0};

            put(&refused, info->name);
            put(&refused, " ");
            put(&refused, why);
            say(dev, line, user, text);
            continue;
        }
        for (uint32_t element = 0; element < info->count; element++) {
            dddk_decode(info, element, read_register(dev, info, element), text, sizeof(text));
            say(dev, line, user, text);
        }
    }
    return 0;
}
