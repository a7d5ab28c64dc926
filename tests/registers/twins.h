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
    uint32_t, read_strided, (TOY, unsigned i), { return toy_bells_read(toy, i & 7u); },
    { return dddk_read32(REGS, 0x800u + (size_t)(i & 7u) * toy->strides[0]); })
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

/* In no equal steps: a table; downwards: arithmetic. */
TWIN(
    uint32_t, read_listed, (TOY, unsigned i),
    { return toy_taps_read(toy, i < TOY_TAPS_COUNT ? i : 0); },
    {
        static const uint16_t at[] = {0x900, 0x904, 0x940, 0x948, 0x8f0};
        return dddk_read32(REGS, at[i < 5 ? i : 0]);
    })
TWIN(
    uint32_t, read_listed_constant, (TOY), { return toy_taps_read(toy, 2); },
    { return dddk_read32(REGS, 0x940); })
TWIN(
    int, write_listed_checked, (TOY, size_t i, uint32_t value),
    { return toy_taps_write(toy, i, value); },
    {
        static const uint16_t at[] = {0x900, 0x904, 0x940, 0x948, 0x8f0};
        if (__builtin_expect(i >= 5, 0)) {
            dddk_range_fault("toy TAPS has 5 entries: 0 to 4");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, at[i], value);
        return 0;
    })
TWIN(
    uint32_t, read_downwards, (TOY, unsigned i), { return toy_down_read(toy, i & 3u); },
    { return dddk_read32(REGS, 0x98cu - (size_t)(i & 3u) * 4u); })

/* An array in a repeated block. */
TWIN(
    uint32_t, read_nested, (TOY, unsigned port, unsigned queue),
    { return toy_port_queue_read(toy, port & 3u, queue & 7u); },
    { return dddk_read32(REGS, 0xa00u + (size_t)(port & 3u) * 0x80u + (size_t)(queue & 7u) * 8u); })
TWIN(
    uint32_t, read_nested_checked, (TOY, size_t port, size_t queue),
    { return toy_port_queue_read(toy, port, queue); },
    {
        if (__builtin_expect(port >= 4 || queue >= 8, 0)) {
            dddk_range_fault(
                "toy PORT_QUEUE has no such entry: port_index 0 to 3, queue_index 0 to 7");
            return 0;
        }
        return dddk_read32(REGS, 0xa00u + port * 0x80u + queue * 8u);
    })
TWIN(
    int, update_nested, (TOY, unsigned port),
    { return toy_port_level_update(toy, port & 3u, 5, .on = true); },
    {
        size_t at = 0xa2cu + (size_t)(port & 3u) * 0x80u;
        dddk_write32(REGS, at, dddk_read32(REGS, at) | 0x80000000u);
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

/* ---- signs, addresses, limits, flags ---- */

TWIN(
    int32_t, read_signed, (TOY), { return toy_sense_read(toy).temperature; },
    { return (int32_t)(dddk_read32(REGS, 0x400) << 4) >> 20; })
TWIN(
    int32_t, read_signed_16, (TOY), { return toy_signed16_read(toy).value; },
    { return (int16_t)dddk_read16(REGS, 0x428); })
TWIN(
    int32_t, read_signed_32, (TOY), { return toy_signed32_read(toy).value; },
    { return (int32_t)dddk_read32(REGS, 0x42c); })
TWIN(
    int64_t, read_signed_of_64, (TOY), { return toy_wide_read(toy).trim; },
    { return (int64_t)(dddk_read64(REGS, 0x420) << 54) >> 58; })
TWIN(
    int, write_signed_constant, (TOY), { return toy_sense_write(toy, .offset = -3); },
    {
        dddk_write32(REGS, 0x400, 0xd0u);
        return 0;
    })
TWIN(
    int, write_signed_32, (TOY, int32_t n), { return toy_signed32_write(toy, .value = n); },
    {
        dddk_write32(REGS, 0x42c, (uint32_t)n);
        return 0;
    })
TWIN(
    int, write_signed_in_range, (TOY, int8_t n), { return toy_sense_write(toy, .temperature = n); },
    {
        dddk_write32(REGS, 0x400, ((uint32_t)n & 0xfffu) << 16);
        return 0;
    })
TWIN(
    int, write_signed_checked, (TOY, int32_t n), { return toy_sense_write(toy, .offset = n); },
    {
        if (__builtin_expect(n < -8 || n > 7, 0)) {
            dddk_range_fault("toy SENSE.OFFSET is 4 bits wide and signed: -8 to 7");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x400, ((uint32_t)n & 0xfu) << 4);
        return 0;
    })
TWIN(
    int, update_signed_checked, (TOY, int32_t n), { return toy_sense_update(toy, .trim = n); },
    {
        if (__builtin_expect(n < -4 || n > 4, 0)) {
            dddk_range_fault("toy SENSE.TRIM takes -4 to 4");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x400, (dddk_read32(REGS, 0x400) & 0xfffffff0u) | ((uint32_t)n & 0xfu));
        return 0;
    })
TWIN(
    int, write_limited, (TOY, uint32_t n),
    { return toy_shares_write(toy, .share = n, .times = 2, .depth = 9); },
    {
        if (__builtin_expect(n > 100, 0)) {
            dddk_range_fault("toy SHARES.SHARE takes 0 to 100");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x404, n << 16 | 0x209u);
        return 0;
    })
TWIN(
    int, write_beside_limited, (TOY), { return toy_shares_write(toy, .share = 5); },
    {
        dddk_write32(REGS, 0x404, 0x50108u);
        return 0;
    })
TWIN(
    int, update_limited, (TOY, uint32_t n), { return toy_shares_update(toy, .depth = n); },
    {
        if (__builtin_expect(n < 8 || n > 64, 0)) {
            dddk_range_fault("toy SHARES.DEPTH takes 8 to 64");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x404, (dddk_read32(REGS, 0x404) & 0xffffff00u) | n);
        return 0;
    })
TWIN(
    int, update_beside_limited, (TOY, bool on), { return toy_shares_update(toy, .share = on); },
    {
        dddk_write32(REGS, 0x404, (dddk_read32(REGS, 0x404) & 0xff80ffffu) | (uint32_t)on << 16);
        return 0;
    })
TWIN(
    bool, read_flag, (TOY), { return (toy_ability_read(toy).has & TOY_CAPS_DEEP) != 0; },
    { return (dddk_read32(REGS, 0x408) & 0x80000000u) != 0; })
TWIN(
    int, write_flags, (TOY),
    { return toy_ability_write(toy, .use = TOY_CAPS_FAST | TOY_CAPS_DEEP); },
    {
        dddk_write32(REGS, 0x408, 9);
        return 0;
    })
TWIN(
    int, update_command, (TOY), { return toy_command_update(toy, .phase = TOY_PHASE_ABORT); },
    {
        dddk_write32(REGS, 0x43c, dddk_read32(REGS, 0x43c) | 0x30u);
        return 0;
    })
TWIN(
    uint64_t, read_address, (TOY), { return toy_base_read(toy).addr.value; },
    { return dddk_read32(REGS, 0x410) & 0xfffff000u; })
TWIN(
    uint64_t, read_both_halves, (TOY),
    { return toy_base_low_read(toy).addr.value | toy_base_high_read(toy).addr.value; },
    {
        uint32_t low = dddk_read32(REGS, 0x414) & 0xffffffc0u;
        return low | (uint64_t)(dddk_read32(REGS, 0x418) & 0xffffu) << 32;
    })
TWIN(
    int, write_address, (TOY, struct dddk_dma_address address),
    { return toy_base_write(toy, .addr = address, .on = true); },
    {
        if (__builtin_expect((address.value & 0xffffffff00000fffu) != 0, 0)) {
            dddk_range_fault(
                "toy BASE.ADDR takes an address of at most 32 bits and aligned to 4096 bytes");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x410, (uint32_t)address.value | 1u);
        return 0;
    })
TWIN(
    int, write_low_half, (TOY, struct dddk_dma_address address),
    { return toy_base_low_write(toy, .addr = {address.value & ~(uint64_t)63}); },
    {
        dddk_write32(REGS, 0x414, (uint32_t)address.value & 0xffffffc0u);
        return 0;
    })
TWIN(
    int, write_high_half, (TOY, struct dddk_dma_address address),
    { return toy_base_high_write(toy, .addr = address); },
    {
        if (__builtin_expect(address.value >> 48 != 0, 0)) {
            dddk_range_fault("toy BASE_HIGH.ADDR takes an address of at most 48 bits");
            return DDDK_ERANGE;
        }
        dddk_write32(REGS, 0x418, (uint32_t)(address.value >> 32));
        return 0;
    })
TWIN(
    int, update_address_of_64, (TOY, uint32_t page),
    { return toy_wide_update(toy, .addr = {(uint64_t)page << 12}); },
    {
        dddk_write64(REGS, 0x420,
                     (dddk_read64(REGS, 0x420) & 0xfff0000000000fffu) | (uint64_t)page << 12);
        return 0;
    })
TWIN(
    int64_t, scaled, (TOY),
    { return toy_sense_temperature_in(toy_sense_read(toy).temperature, 10000); },
    { return (int64_t)((int32_t)(dddk_read32(REGS, 0x400) << 4) >> 20) * 625; })
