/* SPDX-License-Identifier: MIT
 *
 * Integers whose byte order in memory is fixed. Each is a struct, so that a descriptor's field
 * cannot be used as a plain integer by mistake: the compiler asks for the conversion. A conversion
 * costs nothing where the CPU has that order.
 */
#ifndef DDDK_BYTEORDER_H
#define DDDK_BYTEORDER_H

#include "dddk/base.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define DDDK_LE_(bits, value) (value)
#define DDDK_BE_(bits, value) __builtin_bswap##bits(value)
#else
#define DDDK_LE_(bits, value) __builtin_bswap##bits(value)
#define DDDK_BE_(bits, value) (value)
#endif

#define DDDK_ORDERED_(bits)                                            \
    typedef struct {                                                   \
        uint##bits##_t raw;                                            \
    } dddk_le##bits;                                                   \
    typedef struct {                                                   \
        uint##bits##_t raw;                                            \
    } dddk_be##bits;                                                   \
    DDDK_INLINE dddk_le##bits dddk_to_le##bits(uint##bits##_t value)   \
    {                                                                  \
        return (dddk_le##bits){DDDK_LE_(bits, value)};                 \
    }                                                                  \
    DDDK_INLINE dddk_be##bits dddk_to_be##bits(uint##bits##_t value)   \
    {                                                                  \
        return (dddk_be##bits){DDDK_BE_(bits, value)};                 \
    }                                                                  \
    DDDK_INLINE uint##bits##_t dddk_from_le##bits(dddk_le##bits value) \
    {                                                                  \
        return DDDK_LE_(bits, value.raw);                              \
    }                                                                  \
    DDDK_INLINE uint##bits##_t dddk_from_be##bits(dddk_be##bits value) \
    {                                                                  \
        return DDDK_BE_(bits, value.raw);                              \
    }
DDDK_ORDERED_(16)
DDDK_ORDERED_(32)
DDDK_ORDERED_(64)

#endif
