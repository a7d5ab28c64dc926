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

/* Divide and return the rest. Bit by bit: a 64-bit division is not to be had in every kernel. */
static uint32_t divide(uint64_t *value, uint32_t by)
{
    uint64_t quotient = 0, rest = 0;

    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (*value >> bit & 1u);
        if (rest >= by) {
            rest -= by;
            quotient |= (uint64_t)1 << bit;
        }
    }
    *value = quotient;
    return (uint32_t)rest;
}

static void put_number(struct text *text, uint64_t value, unsigned base, unsigned digits)
{
    char buffer[24];
    unsigned at = sizeof(buffer) - 1;

    buffer[at] = '\0';
    do {
        unsigned digit = base == 16 ? (unsigned)(value & 15u) : divide(&value, 10);

        buffer[--at] = (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10));
        if (base == 16) {
            value >>= 4;
        }
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

/* Names joined by `|`, and the bits that have none. */
static void put_flags(struct text *text, const struct dddk_field_value_info *values, unsigned count,
                      uint64_t bits)
{
    const char *before = "";

    for (unsigned i = 0; i < count; i++) {
        if (values[i].value != 0 && (bits & values[i].value) == values[i].value) {
            put(text, before);
            put(text, values[i].name);
            bits &= ~values[i].value;
            before = "|";
        }
    }
    if (bits != 0 || *before == '\0') {
        put(text, before);
        put(text, "0x");
        put_number(text, bits, 16, 1);
    }
}

enum { AMOUNT_DIGITS = 12 }; /* behind the point; what goes on ends in "..." */

/* "(-0.3125 degC)": so many steps, by scale and unit. */
static void put_amount(struct text *text, const struct dddk_field_info *field, bool negative,
                       uint64_t steps)
{
    uint32_t denominator = field->denominator != 0 ? field->denominator : 1;
    uint64_t whole = steps * (field->denominator != 0 ? field->numerator : 1);
    uint32_t rest = divide(&whole, denominator);

    put(text, negative ? "(-" : "(");
    put_number(text, whole, 10, 1);
    put(text, rest != 0 ? "." : "");
    for (unsigned i = 0; i < AMOUNT_DIGITS && rest != 0; i++) {
        uint64_t digit = (uint64_t)rest * 10u;

        rest = divide(&digit, denominator);
        put_number(text, digit, 10, 1);
    }
    put(text, rest != 0 ? "..." : "");
    if (field->unit != NULL) {
        put(text, " ");
        put(text, field->unit);
    }
    put(text, ")");
}

static void put_value(struct text *text, const struct dddk_field_info *field, uint64_t bits)
{
    bool negative = field->kind == DDDK_FIELD_SIGNED && (bits >> (field->width - 1) & 1u) != 0;

    if (negative) {
        bits = (0u - bits) & ones(field->width);
    }
    put(text, negative ? "-" : "");
    if (field->kind == DDDK_FIELD_SIGNED) {
        put_number(text, bits, 10, 1);
    } else {
        put(text, "0x");
        put_number(text, field->kind == DDDK_FIELD_ADDRESS ? bits << field->shift : bits, 16, 1);
    }
    if (field->denominator != 0 || field->unit != NULL) {
        put_amount(text, field, negative, bits);
    }
}

static void put_field(struct text *text, const struct dddk_field_info *field, uint64_t bits,
                      bool written)
{
    bool other = written && field->written != NULL;
    const struct dddk_field_value_info *values = other ? field->written : field->values;
    unsigned count = other ? field->written_count : field->value_count;
    const char *name = NULL;

    for (unsigned i = 0; i < count && name == NULL; i++) {
        if (values[i].value == bits) {
            name = values[i].name;
        }
    }
    if (name == NULL && field->width == 1 && bits == 0) {
        return;
    }
    put(text, " ");
    put(text, field->name);
    if (name != NULL) {
        put(text, "=");
        put(text, name);
    } else if (field->kind == DDDK_FIELD_FLAGS) {
        put(text, "=");
        put_flags(text, values, count, bits);
    } else if (field->other != NULL) {
        put(text, "=");
        put(text, field->other);
        put(text, "(0x");
        put_number(text, bits, 16, 1);
        put(text, ")");
    } else if (field->width > 1 || field->kind != DDDK_FIELD_NUMBER) {
        put(text, "=");
        put_value(text, field, bits);
    }
}

static void put_index(struct text *text, uint32_t index)
{
    put(text, "[");
    put_number(text, index, 10, 1);
    put(text, "]");
}

static void put_name(struct text *text, const struct dddk_register_info *info, uint32_t element)
{
    uint32_t below = info->count;

    put(text, info->name);
    for (unsigned i = 0; i < info->repeat_count; i++) {
        below /= info->repeats[i].count;
        put_index(text, element / below % info->repeats[i].count);
    }
    if (info->repeat_count == 0 && info->stride != 0) {
        put_index(text, element);
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
        put_field(&line, &info->fields[i], field_of(&info->fields[i], value), false);
    }
    return line.used;
}

size_t dddk_decode_name(const struct dddk_register_info *info, uint32_t element, char *text,
                        size_t size_bytes)
{
    struct text line = {text, size_bytes, 0};

    if (size_bytes == 0) {
        return 0;
    }
    text[0] = '\0';
    put_name(&line, info, element);
    return line.used;
}

size_t dddk_decode_field(const struct dddk_field_info *field, uint64_t bits, bool written,
                         char *text, size_t size_bytes)
{
    struct text line = {text, size_bytes, 0};

    if (size_bytes == 0) {
        return 0;
    }
    text[0] = '\0';
    put_field(&line, field, bits, written);
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
    size_t offset = dddk_register_element(dev, info, element);
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

/* Is the bank of an element the one that is selected? */
static bool bank_selected(struct dddk_device *dev, const struct dddk_register_info *info,
                          uint32_t element)
{
    const struct dddk_register_info *bank;

    if (info->bank_register < 0) {
        return true;
    }
    bank = &dev->driver->registers[info->bank_register];
    if (info->bank_follows) {
        element = dddk_element_of(element, info->count, bank->count);
    } else {
        element = info->bank_element;
    }
    return field_of(&bank->fields[info->bank_field], read_register(dev, bank, element)) ==
           info->bank_value;
}

/* Why a register is not read, or NULL. */
static const char *obstacle(struct dddk_device *dev, const struct dddk_register_info *info)
{
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
    if (!info->bank_follows && !bank_selected(dev, info, 0)) {
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

static void say_why(struct dddk_device *dev, dddk_dump_line *line, void *user,
                    const struct dddk_register_info *info, uint32_t element, const char *why)
{
    char text[DDDK_DUMP_LINE];
    struct text refused = {text, sizeof(text), 0};

    put_name(&refused, info, element);
    put(&refused, " ");
    put(&refused, why);
    say(dev, line, user, text);
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
        for (uint32_t element = 0; element < dddk_register_count(dev, info); element++) {
            if (info->bank_follows && !bank_selected(dev, info, element)) {
                say_why(dev, line, user, info, element, "not read: another bank is selected");
                continue;
            }
            dddk_decode(info, element, read_register(dev, info, element), text, sizeof(text));
            say(dev, line, user, text);
        }
    }
    return 0;
}
