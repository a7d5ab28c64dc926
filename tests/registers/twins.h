/* SPDX-License-Identifier: MIT
 *
 * Pairs of functions that do the same: `generated_NAME` with the accessors of toy.h, `by_hand_NAME`
 * as a careful person would write it with masks and at most one load, one and, one or, one store.
 * The gate compiles this file and compares the instructions of each pair.
 */
#include "toy.h"

#define REGS (&toy->regs.mmio)
#define IO (&toy->io.mmio)
#define NET (&toy->net.mmio)

/* Declared, defined, and never inlined into anything. */
#define TWIN(type, name, arguments, generated, ...)                           \
    type generated_##name arguments;                                          \
    type generated_##name arguments{generated} type by_hand_##name arguments; \
    type by_hand_##name arguments                                             \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

#define TOY const struct toy *toy

/* ---- reading ---- */

TWIN(
    bool, read_bit, (TOY), { return toy_status_read(toy).lu; },
    { return (dddk_read32(REGS, 0x04) & 0x02u) != 0; })
TWIN(
    uint32_t, read_field, (TOY), { return toy_ctrl_read(toy).level; },
    { return dddk_read32(REGS, 0x00) >> 2 & 0xfu; })
TWIN(
    enum toy_speed, read_enum, (TOY), { return toy_status_read(toy).speed; },
    { return (enum toy_speed)(dddk_read32(REGS, 0x04) >> 6 & 3u); })
TWIN(
    uint32_t, read_two_fields, (TOY),
    {
        struct toy_ctrl ctrl = toy_ctrl_read(toy);
        return ctrl.slu ? ctrl.level : 0;
    },
    {
        uint32_t raw = dddk_read32(REGS, 0x00);
        return raw & 0x40u ? raw >> 2 & 0xfu : 0;
    })
TWIN(
    uint32_t, read_plain, (TOY), { return toy_tail_read(toy); },
    { return dddk_read32(REGS, 0x14); })
TWIN(
    uint64_t, read_64, (TOY), { return toy_address_read(toy); },
    { return dddk_read64(REGS, 0x48); })
TWIN(
    uint32_t, read_field_of_64, (TOY), { return (uint32_t)toy_long_read(toy).high; },
    { return (uint32_t)(dddk_read64(REGS, 0x40) >> 32); })
TWIN(
    uint32_t, read_16, (TOY), { return toy_word_read(toy).b; },
    { return dddk_read16(REGS, 0x50) >> 8 & 0xffu; })
TWIN(
    uint32_t, read_8, (TOY), { return toy_byte_read(toy).b; },
    { return dddk_read8(REGS, 0x54) >> 4 & 0xfu; })
TWIN(
    uint32_t, read_big_endian, (TOY), { return toy_swapped_read(toy).high; },
    { return __builtin_bswap32(dddk_read32(NET, 0)) >> 16; })
TWIN(
    uint8_t, read_bank, (TOY), { return toy_divisor_read(toy); },
    {
        uint8_t was = dddk_read8(IO, 3), value;
        dddk_write8(IO, 3, (uint8_t)((was & 0x3fu) | 0x80u));
        value = dddk_read8(IO, 0);
        dddk_write8(IO, 3, was & 0xbfu);
        return value;
    })

/* ---- arrays ---- */

TWIN(
    uint32_t, read_entry, (TOY), { return toy_table_read(toy, 5); },
    { return dddk_read32(REGS, 0x114); })
TWIN(
    uint32_t, read_entry_in_range, (TOY, unsigned i), { return toy_table_read(toy, i & 15u); },
    { return dddk_read32(REGS, 0x100u + (size_t)(i & 15u) * 4u); })
TWIN(
    uint32_t, read_entry_checked, (TOY, size_t i), { return toy_table_read(toy, i); },
    {
        if (__builtin_expect(i >= 16, 0)) {
            dddk_range_fault("toy TABLE has 16 entries: 0 to 15");
            return 0;
        }
        return dddk_read32(REGS, 0x100u + i * 4u);
    })
TWIN(
    int, write_entry_checked, (TOY, size_t i, uint32_t value),
    { return toy_table_write(toy, i, value); },
    {
        if (__builtin_expect(i >= 16, 0)) {
            dddk_range_fault("toy TABLE has 16 entries: 0 to 15");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x100u + i * 4u, value);
        return 0;
    })
TWIN(
    void, write_all_entries, (TOY),
    {
        for (unsigned i = 0; i < TOY_TABLE_COUNT; i++) {
            toy_table_write(toy, i, 0);
        }
    },
    {
        for (unsigned i = 0; i < 16; i++) {
            dddk_write32(REGS, 0x100u + i * 4u, 0);
        }
    })
TWIN(
    int, update_entry, (TOY), { return toy_filter_update(toy, 3, .on = true); },
    {
        dddk_write32(REGS, 0x218, dddk_read32(REGS, 0x218) | 0x80000000u);
        return 0;
    })

/* ---- writing ---- */

TWIN(
    int, write_constants, (TOY),
    { return toy_ctrl_write(toy, .slu = true, .speed = TOY_SPEED_1G, .level = 9); },
    {
        dddk_write32(REGS, 0x00, 0x264u);
        return 0;
    })
TWIN(
    int, write_in_range, (TOY, uint32_t n), { return toy_ctrl_write(toy, .level = n & 15u); },
    {
        dddk_write32(REGS, 0x00, (n & 15u) << 2);
        return 0;
    })
TWIN(
    int, write_checked, (TOY, uint32_t n), { return toy_ctrl_write(toy, .level = n); },
    {
        if (__builtin_expect(n > 15, 0)) {
            dddk_range_fault("toy CTRL.LEVEL is 4 bits wide: 0 to 15");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x00, n << 2);
        return 0;
    })
TWIN(
    int, write_bits, (TOY, bool slu, bool rst),
    { return toy_ctrl_write(toy, .slu = slu, .rst = rst); },
    {
        dddk_write32(REGS, 0x00, (uint32_t)rst << 26 | (uint32_t)slu << 6);
        return 0;
    })
TWIN(
    int, write_plain, (TOY, uint32_t value), { return toy_tail_write(toy, value); },
    {
        dddk_write32(REGS, 0x14, value);
        return 0;
    })
TWIN(
    int, write_64, (TOY, uint32_t n),
    { return toy_long_write(toy, .high = n, .mid = n & 0xfffffffu, .go = true); },
    {
        dddk_write64(REGS, 0x40, (uint64_t)n << 32 | (uint64_t)(n & 0xfffffffu) << 4 | 1u);
        return 0;
    })
TWIN(
    int, write_8, (TOY, uint8_t n), { return toy_count8_write(toy, n); },
    {
        dddk_write8(REGS, 0x55, n);
        return 0;
    })
TWIN(
    int, write_beside_w0c, (TOY), { return toy_flags_write(toy, .level = 5); },
    {
        dddk_write32(REGS, 0x64, 0xffffff5fu);
        return 0;
    })
TWIN(
    int, write_big_endian, (TOY, uint16_t n),
    { return toy_swapped_write(toy, .high = n, .low = 7); },
    {
        dddk_write32(NET, 0, __builtin_bswap32((uint32_t)n << 16 | 7u));
        return 0;
    })
TWIN(
    int, write_bank, (TOY, uint8_t n), { return toy_divisor_write(toy, n); },
    {
        uint8_t was = dddk_read8(IO, 3);
        dddk_write8(IO, 3, (uint8_t)((was & 0x3fu) | 0x80u));
        dddk_write8(IO, 0, n);
        dddk_write8(IO, 3, was & 0xbfu);
        return 0;
    })

/* ---- updating ---- */

TWIN(
    int, set_bit, (TOY), { return toy_ctrl_update(toy, .slu = true); },
    {
        dddk_write32(REGS, 0x00, (dddk_read32(REGS, 0x00) & 0xfbffffffu) | 0x40u);
        return 0;
    })
TWIN(
    int, clear_bit, (TOY), { return toy_filter_update(toy, 0, .on = false); },
    {
        dddk_write32(REGS, 0x200, dddk_read32(REGS, 0x200) & 0x7fffffffu);
        return 0;
    })
TWIN(
    int, set_one_clear_another, (TOY), { return toy_byte_update(toy, .a = true, .b = 0); },
    {
        dddk_write8(REGS, 0x54, (uint8_t)((dddk_read8(REGS, 0x54) & 0x0fu) | 0x01u));
        return 0;
    })
TWIN(
    int, update_constants, (TOY),
    { return toy_ctrl_update(toy, .slu = true, .speed = TOY_SPEED_1G, .level = 9); },
    {
        dddk_write32(REGS, 0x00, (dddk_read32(REGS, 0x00) & 0xfbfffcc3u) | 0x264u);
        return 0;
    })
TWIN(
    int, update_in_range, (TOY, uint32_t n), { return toy_ctrl_update(toy, .level = n & 15u); },
    {
        dddk_write32(REGS, 0x00, (dddk_read32(REGS, 0x00) & 0xfbffffc3u) | (n & 15u) << 2);
        return 0;
    })
TWIN(
    int, update_checked, (TOY, uint32_t n),
    { return toy_ctrl_update(toy, .level = n, .slu = true); },
    {
        if (__builtin_expect(n > 15, 0)) {
            dddk_range_fault("toy CTRL.LEVEL is 4 bits wide: 0 to 15");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x00, (dddk_read32(REGS, 0x00) & 0xfbffffc3u) | 0x40u | n << 2);
        return 0;
    })
TWIN(
    int, update_bool, (TOY, bool slu), { return toy_ctrl_update(toy, .slu = slu); },
    {
        dddk_write32(REGS, 0x00, (dddk_read32(REGS, 0x00) & 0xfbffffbfu) | (uint32_t)slu << 6);
        return 0;
    })
TWIN(
    int, update_64, (TOY, uint32_t n), { return toy_long_update(toy, .mid = n & 0xffu); },
    {
        dddk_write64(REGS, 0x40,
                     (dddk_read64(REGS, 0x40) & 0xffffffff0000000eu) | (uint64_t)(n & 0xffu) << 4);
        return 0;
    })
TWIN(
    int, update_masked, (TOY),
    { return toy_masked_update(toy, .speed = TOY_SPEED_1G, .on = true); },
    {
        dddk_write32(REGS, 0x324, 0x03010201u);
        return 0;
    })
TWIN(
    int, update_masked_run_time, (TOY, uint32_t n),
    { return toy_masked_update(toy, .level = n & 15u); },
    {
        dddk_write32(REGS, 0x324, (n & 15u) << 2 | 0x003c0000u);
        return 0;
    })
TWIN(
    int, write_masked, (TOY, bool on), { return toy_masked_write(toy, .on = on); },
    {
        dddk_write32(REGS, 0x324, (uint32_t)on | 0x833f8000u);
        return 0;
    })
TWIN(
    int, update_16, (TOY), { return toy_word_update(toy, .b = 0x12); },
    {
        dddk_write16(REGS, 0x50, (uint16_t)((dddk_read16(REGS, 0x50) & 0x00ffu) | 0x1200u));
        return 0;
    })
TWIN(
    int, update_beside_w1c, (TOY), { return toy_events_update(toy, .level = 3); },
    {
        dddk_write32(REGS, 0x68, (dddk_read32(REGS, 0x68) & 0x00000f00u) | 0x30u);
        return 0;
    })
TWIN(
    int, update_beside_w0c, (TOY), { return toy_flags_update(toy, .done = false); },
    {
        dddk_write32(REGS, 0x64, (dddk_read32(REGS, 0x64) & 0xfffffffdu) | 0xffffff0du);
        return 0;
    })
TWIN(
    int, update_shadow, (struct toy * toy, uint32_t n),
    { return toy_kept_update(toy, .level = n & 15u); },
    {
        uint32_t raw = (toy->shadow.kept & 0xffffff0eu) | (n & 15u) << 4;
        toy->shadow.kept = raw;
        dddk_write32(REGS, 0x80, raw);
        return 0;
    })
TWIN(
    int, update_big_endian, (TOY), { return toy_swapped_update(toy, .low = 0x1234); },
    {
        dddk_write32(
            NET, 0,
            __builtin_bswap32((__builtin_bswap32(dddk_read32(NET, 0)) & 0xffff0000u) | 0x1234u));
        return 0;
    })
TWIN(
    int, update_bank, (TOY), { return toy_setup_update(toy, .fast = true); },
    {
        uint8_t was = dddk_read8(IO, 3);
        dddk_write8(IO, 3, (uint8_t)((was & 0x3fu) | 0x80u));
        dddk_write8(IO, 1, dddk_read8(IO, 1) | 0x02u);
        dddk_write8(IO, 3, was & 0xbfu);
        return 0;
    })
