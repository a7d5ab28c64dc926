/* SPDX-License-Identifier: MIT
 *
 * What the register accessors of every generated NAME.regs.h stand on. An accessor is an
 * always-inline function behind a thin macro, and compiles to what a careful person would write by
 * hand: one load, one store, or load, and, or, store. What cannot work is a compile error.
 *
 *     foo_rctl_write(nic, .bam = true, .bsize = FOO_BSIZE_2048);   one store; the rest idle
 *     if (foo_status_read(nic).lu) ...                             one load
 *     foo_ctrl_update(nic, .slu = true, .asde = next());           load, and, or, store
 *
 * How an argument list becomes "which fields were named, and their values" with each argument
 * evaluated once: a field's argument is a union of a flag and the typed member. The macro
 * initialises the flag; naming the field switches the union to its other member, whose first byte
 * is then 0 (C11 6.7.9p19). So afterwards the flag says whether the field was named.
 *
 * A generated header can be included from C++, but not expanded there: arguments stand under
 * #ifndef __cplusplus.
 */
#ifndef DDDK_ACCESS_H
#define DDDK_ACCESS_H

#include "dddk/base.h"

/* A mistake in the arguments of an accessor is an error wherever this header is included, whatever
 * the command line says: a truncated constant, another enum, the same field twice, a value instead
 * of a named field, a number for an address. */
#ifndef __cplusplus
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
#pragma GCC diagnostic error "-Wint-conversion"
#pragma GCC diagnostic error "-Wimplicit-function-declaration"
#pragma GCC diagnostic error "-Wenum-conversion"
#pragma GCC diagnostic error "-Wenum-compare"
#pragma GCC diagnostic error "-Wmissing-braces"
#ifdef __clang__
#pragma clang diagnostic error "-Wconstant-conversion"
#else
#pragma GCC diagnostic error "-Woverflow"
#pragma GCC diagnostic error "-Woverride-init"
#pragma GCC diagnostic error "-Wdesignated-init"
#endif
#endif

#ifdef __cplusplus
#define DDDK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define DDDK_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* A function that nobody may call, and what to do instead. */
#if defined(__clang__) || __GNUC__ >= 12
#define DDDK_UNAVAILABLE(text) __attribute__((unavailable(text)))
#else
#define DDDK_UNAVAILABLE(text) __attribute__((error(text)))
#endif

/* What a device shows is a value of an enum, whether or not the manifest has a name for it; so an
 * enum must be able to hold it. */
enum dddk_enum_size_ { DDDK_ENUM_SIZE_ };
DDDK_STATIC_ASSERT(sizeof(enum dddk_enum_size_) == sizeof(int), "compile with -fno-short-enums");

/* Port-I/O BARs. A port on which they need other instructions than memory BARs defines
 * DDDK_PORT_IO and these eight. */
#ifndef DDDK_PORT_IO
#define dddk_io_read8 dddk_read8
#define dddk_io_read16 dddk_read16
#define dddk_io_read32 dddk_read32
#define dddk_io_read64 dddk_read64
#define dddk_io_write8 dddk_write8
#define dddk_io_write16 dddk_write16
#define dddk_io_write32 dddk_write32
#define dddk_io_write64 dddk_write64
#endif

/* PCI configuration space. A port that gets there in another way than to memory BARs defines
 * DDDK_CONFIG_SPACE and these six. */
#ifndef DDDK_CONFIG_SPACE
#define dddk_config_read8 dddk_read8
#define dddk_config_read16 dddk_read16
#define dddk_config_read32 dddk_read32
#define dddk_config_write8 dddk_write8
#define dddk_config_write16 dddk_write16
#define dddk_config_write32 dddk_write32
#endif

/*
 * Registers of 64 bits that the device takes in halves: in the order that the manifest declares,
 * or, where the device counts on while it is read and holds nothing still, with the high half read
 * on both sides of the low one. Two high halves that differ mean that the low one was read around a
 * carry; it is read again. All of them name the halves as a little-endian device has them; what a
 * big-endian one gives is swapped as a whole afterwards.
 */
#define DDDK_HALVES_(prefix)                                                                    \
    DDDK_INLINE uint64_t prefix##read64_low_first(const struct dddk_mmio *mmio, size_t offset)  \
    {                                                                                           \
        uint32_t low = prefix##read32(mmio, offset);                                            \
                                                                                                \
        return (uint64_t)prefix##read32(mmio, offset + 4) << 32 | low;                          \
    }                                                                                           \
    DDDK_INLINE uint64_t prefix##read64_high_first(const struct dddk_mmio *mmio, size_t offset) \
    {                                                                                           \
        uint64_t high = prefix##read32(mmio, offset + 4);                                       \
                                                                                                \
        return high << 32 | prefix##read32(mmio, offset);                                       \
    }                                                                                           \
    DDDK_INLINE uint64_t prefix##read64_untorn(const struct dddk_mmio *mmio, size_t offset)     \
    {                                                                                           \
        uint32_t before = prefix##read32(mmio, offset + 4);                                     \
        uint32_t low = prefix##read32(mmio, offset);                                            \
        uint32_t high = prefix##read32(mmio, offset + 4);                                       \
                                                                                                \
        if (high != before) {                                                                   \
            low = prefix##read32(mmio, offset);                                                 \
        }                                                                                       \
        return (uint64_t)high << 32 | low;                                                      \
    }                                                                                           \
    DDDK_INLINE uint64_t prefix##read64_untorn_be(const struct dddk_mmio *mmio, size_t offset)  \
    {                                                                                           \
        uint32_t before = prefix##read32(mmio, offset);                                         \
        uint32_t low = prefix##read32(mmio, offset + 4);                                        \
        uint32_t high = prefix##read32(mmio, offset);                                           \
                                                                                                \
        if (high != before) {                                                                   \
            low = prefix##read32(mmio, offset + 4);                                             \
        }                                                                                       \
        return (uint64_t)low << 32 | high;                                                      \
    }                                                                                           \
    DDDK_INLINE void prefix##write64_low_first(const struct dddk_mmio *mmio, size_t offset,     \
                                               uint64_t value)                                  \
    {                                                                                           \
        prefix##write32(mmio, offset, (uint32_t)value);                                         \
        prefix##write32(mmio, offset + 4, (uint32_t)(value >> 32));                             \
    }                                                                                           \
    DDDK_INLINE void prefix##write64_high_first(const struct dddk_mmio *mmio, size_t offset,    \
                                                uint64_t value)                                 \
    {                                                                                           \
        prefix##write32(mmio, offset + 4, (uint32_t)(value >> 32));                             \
        prefix##write32(mmio, offset, (uint32_t)value);                                         \
    }
DDDK_HALVES_(dddk_)
DDDK_HALVES_(dddk_io_)
DDDK_HALVES_(dddk_config_)

/*
 * The lock of registers that interrupts use as well (`lock: irq`). On a port whose interrupts can
 * come in the middle of other code, or on another processor, dddk_port.h defines DDDK_IRQ_LOCK,
 * struct dddk_irq_lock and these three; elsewhere there is nothing to keep out.
 */
#ifndef DDDK_IRQ_LOCK
struct dddk_irq_lock {
    char unused;
};
#define dddk_irq_lock_init(lock) ((void)(lock))
DDDK_INLINE unsigned long dddk_irq_lock_take(struct dddk_irq_lock *lock)
{
    (void)lock;
    return 0;
}
DDDK_INLINE void dddk_irq_lock_give(struct dddk_irq_lock *lock, unsigned long flags)
{
    (void)lock;
    (void)flags;
}
#endif

/* ---- the index of an array ---- */

/* The value of an integer constant expression, 0 for anything else; never evaluates it. */
#define DDDK_CONSTANT_OR_0(i) \
    _Generic((1 ? (void *)((uintptr_t)(i)*0u) : (int *)0), int * : (i), default : 0)

/* The index `i`, evaluated once. A constant that is not below `count` does not compile: a
 * _Static_assert inside sizeof says so at every optimisation level. */
#define DDDK_INDEX(i, count, text)                                                    \
    ((size_t)(i) + 0u * sizeof(struct {                                               \
                       _Static_assert((size_t)DDDK_CONSTANT_OR_0(i) < (count), text); \
                       char dddk_;                                                    \
                   }))

/* ---- the arguments of a write ---- */

/* One field of a writable struct. */
#define DDDK_ARG(type, name)     \
    union {                      \
        bool name##_keep_;       \
        struct DDDK_NAMED_ONLY { \
            bool name##_named_;  \
            type name;           \
        };                       \
    }

/*
 * gcc refuses positional arguments by an attribute. clang does not know it; there the arguments
 * appear a second time, in an arm of a _Generic that is never evaluated, initialising a struct of
 * bit-fields: that one cannot take a constant that is too wide, a field twice, or anything
 * positional (between two fields stands a type to which nothing converts).
 */
#if defined(__clang__) && !defined(__cplusplus)
#define DDDK_NAMED_ONLY
struct dddk_name_the_fields {
    char dddk_;
};
#define DDDK_WIDTH(name, bits)                                  \
    _Atomic(struct dddk_name_the_fields) name##_dddk_position_; \
    unsigned long long name : bits
#define DDDK_WIDTH_SIGNED(name, bits)                           \
    _Atomic(struct dddk_name_the_fields) name##_dddk_position_; \
    signed long long name : bits
#define DDDK_WIDTH_ADDRESS(name)                                \
    _Atomic(struct dddk_name_the_fields) name##_dddk_position_; \
    struct dddk_dma_address name
#define DDDK_WIDTHS_END _Atomic(struct dddk_name_the_fields) dddk_position_
/* clang-format off */
#define DDDK_CALL(call, widths, ...) \
    _Generic(0, \
        int: \
            _Pragma("clang diagnostic push") \
            _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"") \
            call \
            _Pragma("clang diagnostic pop"), \
        default: \
            _Pragma("clang diagnostic push") \
            _Pragma("clang diagnostic ignored \"-Wconversion\"") \
            _Pragma("clang diagnostic error \"-Wbitfield-constant-conversion\"") \
            _Pragma("clang diagnostic error \"-Winitializer-overrides\"") \
            (widths){__VA_ARGS__} \
            _Pragma("clang diagnostic pop"))
/* clang-format on */
#else
#ifdef __cplusplus
#define DDDK_NAMED_ONLY
#else
#define DDDK_NAMED_ONLY __attribute__((designated_init))
#endif
#define DDDK_WIDTH(name, bits) unsigned long long name : bits
#define DDDK_WIDTH_SIGNED(name, bits) signed long long name : bits
#define DDDK_WIDTH_ADDRESS(name) struct dddk_dma_address name
#define DDDK_WIDTHS_END char dddk_position_
#define DDDK_CALL(call, widths, ...) call
#endif

/* ---- the value of a field ---- */

/* Declares what is called, and so does not compile, when a constant does not fit. */
#define DDDK_NO_FIT(id, text) void id##_does_not_fit(void) __attribute__((error(text)))

/*
 * In an accessor: refuse a value above `max`. A constant is refused by the compiler, as soon as it
 * sees one (gcc: from -O1 on; clang: always, see DDDK_CALL). A run-time value goes to the port's
 * dddk_range_fault() and no access is made. The test for a constant stands outside the branch on
 * the value: inside, clang would reject valid run-time code.
 */
#define DDDK_FITS(value, max, id, text)                       \
    do {                                                      \
        if (__builtin_constant_p(value) && (value) > (max)) { \
            id##_does_not_fit();                              \
        }                                                     \
        if (DDDK_UNLIKELY((value) > (max))) {                 \
            dddk_range_fault(text);                           \
            return DDDK_ERANGE;                               \
        }                                                     \
    } while (0)

/* The same for what is not just too large: `wrong` is a condition on `value`. */
#define DDDK_REFUSE(value, wrong, id, text)           \
    do {                                              \
        if (__builtin_constant_p(value) && (wrong)) { \
            id##_does_not_fit();                      \
        }                                             \
        if (DDDK_UNLIKELY(wrong)) {                   \
            dddk_range_fault(text);                   \
            return DDDK_ERANGE;                       \
        }                                             \
    } while (0)

/* In an accessor: refuse a run-time index past its array. */
#define DDDK_INDEX_FITS(index, count, text)      \
    do {                                         \
        if (DDDK_UNLIKELY((index) >= (count))) { \
            dddk_range_fault(text);              \
            return DDDK_ERANGE;                  \
        }                                        \
    } while (0)

/*
 * In an accessor: refuse what the device lacks. Like a value that does not fit, it goes to the
 * port's dddk_range_fault() and no access is made; where the compiler knows the answer it costs
 * nothing.
 */
#define DDDK_HAS(has, text)          \
    do {                             \
        if (DDDK_UNLIKELY(!(has))) { \
            dddk_range_fault(text);  \
            return DDDK_ENOTSUP;     \
        }                            \
    } while (0)

/* The same for a field that was named with `value`: the one that leaves it alone (`idle`) is as if
 * it was not, so that NAME_has_FIELD(dev) && ... can stand behind its name. */
#define DDDK_HAS_FIELD(arguments, field, value, idle, has, text)    \
    do {                                                            \
        if (!(arguments)->field##_keep_ && DDDK_UNLIKELY(!(has))) { \
            if ((value) != (idle)) {                                \
                dddk_range_fault(text);                             \
                return DDDK_ENOTSUP;                                \
            }                                                       \
            (arguments)->field##_keep_ = true;                      \
        }                                                           \
    } while (0)

/* The bits of a constant, which need no clearing before they are set; 0 where the compiler does not
 * know. */
#define DDDK_IF_CONSTANT(value) (__builtin_constant_p(value) ? (value) : 0)

#endif
