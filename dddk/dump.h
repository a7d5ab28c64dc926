/* SPDX-License-Identifier: MIT
 *
 * Registers as text, by the names and fields of the manifest: a value decoded, or all of a device
 * dumped. For people who look for a mistake; no driver needs it to work. NAME_dump(dev), generated,
 * is the short form of the second.
 */
#ifndef DDDK_DUMP_H
#define DDDK_DUMP_H

#include "dddk/device.h"

#define DDDK_DUMP_LINE 512 /* bytes that hold any line, its zero included; a longer one is cut */

/*
 * "CTRL 0x00000240 SPEED=1G SLU", or "RAL[3] 0x..." for an element of an array: a field of one bit
 * is named when it is 1, a wider one always, with its value's name where it has one. Returns how
 * long the text is without its zero; what does not fit into `size_bytes` is cut. Any context.
 */
size_t dddk_decode(const struct dddk_register_info *info, uint32_t element, uint64_t value,
                   char *text, size_t size_bytes);

/* The name alone: "CTRL", "RAL[3]", "QUEUE[1][3]". Any context. */
size_t dddk_decode_name(const struct dddk_register_info *info, uint32_t element, char *text,
                        size_t size_bytes);

/*
 * As dddk_decode(), of one field whose bits are `bits`: " SPEED=1G", " CAPS=FAST|WIDE", "
 * MODE=reserved(0x3)", " OFFSET=-5(-0.3125 degC)"; nothing for a bit that is 0. `written`: by the
 * names of what is written, where those are others. Any context.
 */
size_t dddk_decode_field(const struct dddk_field_info *field, uint64_t bits, bool written,
                         char *text, size_t size_bytes);

typedef void dddk_dump_line(void *user, const char *text);

/*
 * Read every register of the device that can be read without an effect, and hand a line for each to
 * `line` (NULL: the log). One that cannot be read, whose read does something, or whose bank is not
 * selected is named with the reason and not touched. Thread context, device attached; else
 * DDDK_ESTATE.
 */
int dddk_dump(struct dddk_device *dev, dddk_dump_line *line, void *user);

#endif
