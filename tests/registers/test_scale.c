/* SPDX-License-Identifier: MIT
 *
 * Values in their unit: exact in both directions, refused where they cannot be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dddk/scale.h"

#define SIXTEENTHS(parts) DDDK_SCALE(1, 16, 12, parts, "not whole")

static void a_value_becomes_a_whole_number_of_parts(void **state)
{
    (void)state;
    assert_int_equal(DDDK_SCALED(-5, SIXTEENTHS(10000)), -3125);
    assert_int_equal(DDDK_SCALED(2047, SIXTEENTHS(16)), 2047);
    assert_int_equal(DDDK_SCALED(3u, DDDK_SCALE(4096, 1, 32, 1, "not whole")), 12288);
    assert_true(DDDK_SCALED(0xffffffffu, DDDK_SCALE(4096, 1, 33, 1, "not whole")) == 0xffffffff000);
}

static int unscaled(int64_t amount, int64_t step, int64_t *steps)
{
    return dddk_unscale(amount, step, -2048, 2047, steps);
}

static void an_amount_becomes_steps_or_is_refused(void **state)
{
    int64_t steps = 77;

    (void)state;
    assert_int_equal(unscaled(-3125, 625, &steps), 0);
    assert_int_equal(steps, -5);
    assert_int_equal(unscaled(2047 * 625, 625, &steps), 0);
    assert_int_equal(steps, 2047);
    assert_int_equal(unscaled(-2048 * 625, 625, &steps), 0);
    assert_int_equal(steps, -2048);
    assert_int_equal(unscaled(2048 * 625, 625, &steps), DDDK_ERANGE);
    assert_int_equal(unscaled(-2049 * 625, 625, &steps), DDDK_ERANGE);
    assert_int_equal(unscaled(626, 625, &steps), DDDK_ERANGE);
    assert_int_equal(unscaled(-1, 625, &steps), DDDK_ERANGE);
    assert_int_equal(unscaled(INT64_MIN, 1, &steps), DDDK_ERANGE);
    assert_int_equal(steps, -2048);
    assert_int_equal(dddk_unscale(INT64_MIN, 1, INT64_MIN, INT64_MAX, &steps), 0);
    assert_true(steps == INT64_MIN);
}

static void slow_division_gives_what_division_gives(void **state)
{
    static const uint64_t numbers[] = {0,          1,          2,          624,
                                       625,        626,        0xffffffff, 1ull << 32,
                                       1ull << 63, UINT64_MAX, 9999999,    12345678901234567u};
    static const uint64_t divisors[] = {1, 2, 3, 625, 1000000007, 1ull << 40, (1ull << 61) - 1};

    (void)state;
    for (size_t i = 0; i < DDDK_COUNT(numbers); i++) {
        for (size_t k = 0; k < DDDK_COUNT(divisors); k++) {
            uint64_t rest = numbers[i];

            assert_true(dddk_divide_slowly_(&rest, divisors[k]) == numbers[i] / divisors[k]);
            assert_true(rest == numbers[i] % divisors[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_becomes_a_whole_number_of_parts),
        cmocka_unit_test(an_amount_becomes_steps_or_is_refused),
        cmocka_unit_test(slow_division_gives_what_division_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
