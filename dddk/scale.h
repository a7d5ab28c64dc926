/* SPDX-License-Identifier: MIT
 *
 * Fields whose value counts steps of some unit (`scale:` in the manifest), in integers and exactly.
 * A kernel has no floating point, so an amount is a whole number of 1/`parts` of the unit: 23.5
 * degC is 23500 with parts 1000. A generated header makes FIELD_in() and FIELD_from() out of these.
 */
#ifndef DDDK_SCALE_H
#define DDDK_SCALE_H

#include "dddk/access.h"

/* How many 1/`parts` one step of `numerator`/`denominator` is. All are constants; where it is no
 * whole number, or a value of `bits` bits times it does not fit 63 bits, this does not compile. */
#define DDDK_SCALE(numerator, denominator, bits, parts, text)                            \
    ((int64_t)(numerator) * (parts) / (denominator) +                                    \
     (int64_t)(0u * sizeof(struct {                                                      \
                   _Static_assert((int64_t)(numerator) * (parts) % (denominator) == 0 && \
                                      (parts) > 0 && (parts) <= 1000000000 &&            \
                                      (int64_t)(numerator) * (parts) / (denominator) <=  \
                                          0x7fffffffffffffff >> (bits),                  \
                                  text);                                                 \
                   char dddk_;                                                           \
               })))

/* So many steps, as an amount. */
#define DDDK_SCALED(value, step) ((int64_t)(value) * (step))

/* The quotient, bit by bit; *rest, of which it is, becomes what is left. For where there is no
 * 64-bit division; `by` has at most 61 bits. */
DDDK_INLINE uint64_t dddk_divide_slowly_(uint64_t *rest, uint64_t by)
{
    uint64_t quotient = 0;

    for (int bit = 63; bit >= 0; bit--) {
        if (*rest >> bit >= by) {
            *rest -= by << bit;
            quotient |= (uint64_t)1 << bit;
        }
    }
    return quotient;
}

/*
 * An amount as steps, exactly. Returns 0, or DDDK_ERANGE when it is no whole number of steps or not
 * `low` to `high` of them; *steps is then not changed. Any context.
 */
DDDK_INLINE int dddk_unscale(int64_t amount, int64_t step, int64_t low, int64_t high,
                             int64_t *steps)
{
    uint64_t rest = amount < 0 ? 0u - (uint64_t)amount : (uint64_t)amount, quotient;
    int64_t found;

    if (sizeof(long) == 8) {
        quotient = rest / (uint64_t)step;
        rest %= (uint64_t)step;
    } else {
        quotient = dddk_divide_slowly_(&rest, (uint64_t)step); /* not every kernel can do it */
    }
    found = amount < 0 ? (int64_t)(0u - quotient) : (int64_t)quotient;
    if (rest != 0 || found < low || found > high) {
        return DDDK_ERANGE;
    }
    *steps = found;
    return 0;
}

#endif
