/* SPDX-License-Identifier: MIT
 *
 * Parameters: what a user may write, and what becomes of it.
 */
#include "fake.h"

#include <string.h>

static const struct dddk_param_value speeds[] = {{"SLOW", 1}, {"FAST", 4}};
static const struct dddk_param truth = {.name = "truth", .kind = DDDK_PARAM_BOOL, .bytes = 1};
static const struct dddk_param speed = {
    .name = "speed", .kind = DDDK_PARAM_ENUM, .bytes = 4, .values = speeds, .value_count = 2};
static const struct dddk_param any = {
    .name = "any", .kind = DDDK_PARAM_UNSIGNED, .bytes = 8, .max = UINT64_MAX};
static const struct dddk_param some = {
    .name = "some", .kind = DDDK_PARAM_UNSIGNED, .bytes = 2, .min = 16, .max = 4096};

static void says(const struct dddk_param *param, const char *text, uint64_t expected)
{
    uint64_t value = 77;

    assert_int_equal(dddk_param_parse(param, text, &value), 0);
    assert_true(value == expected);
}

static void refused(const struct dddk_param *param, const char *text, int status)
{
    uint64_t value = 77;

    assert_int_equal(dddk_param_parse(param, text, &value), status);
    assert_int_equal(value, 77);
}

static void numbers_are_decimal_or_hexadecimal(void **state)
{
    (void)state;
    says(&any, "0", 0);
    says(&any, "00012", 12);
    says(&any, "0x1F", 31);
    says(&any, "0XaBcDeF0123456789", 0xabcdef0123456789);
    says(&any, "18446744073709551615", UINT64_MAX);
    refused(&any, "18446744073709551616", DDDK_ERANGE);
    refused(&any, "99999999999999999999999999", DDDK_ERANGE);
    refused(&any, "0x10000000000000000", DDDK_ERANGE);
    static const char *const nonsense[] = {"",   "0x", "-1",   "+1",  " 1",
                                           "1 ", "1a", "0x1g", "1.0", "one"};
    for (unsigned i = 0; i < DDDK_COUNT(nonsense); i++) {
        refused(&any, nonsense[i], DDDK_EINVAL);
    }
}

static void bounds_are_inside(void **state)
{
    (void)state;
    says(&some, "16", 16);
    says(&some, "0x1000", 4096);
    refused(&some, "15", DDDK_ERANGE);
    refused(&some, "4097", DDDK_ERANGE);
    refused(&some, "0x10010", DDDK_ERANGE); /* 16 in 16 bits */
}

static void truth_has_eight_words(void **state)
{
    static const char *const yes[] = {"1", "y", "true", "on"};
    static const char *const no[] = {"0", "n", "false", "off"};
    (void)state;

    for (unsigned i = 0; i < DDDK_COUNT(yes); i++) {
        says(&truth, yes[i], 1);
        says(&truth, no[i], 0);
    }
    refused(&truth, "2", DDDK_EINVAL);
    refused(&truth, "", DDDK_EINVAL);
    refused(&truth, "truth", DDDK_EINVAL);
}

static void values_of_an_enum_are_set_by_name(void **state)
{
    (void)state;
    says(&speed, "FAST", 4);
    refused(&speed, "4", DDDK_EINVAL);
    refused(&speed, "FAS", DDDK_EINVAL);
    refused(&speed, "FASTER", DDDK_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
        cmocka_unit_test(bounds_are_inside),
        cmocka_unit_test(truth_has_eight_words),
        cmocka_unit_test(values_of_an_enum_are_set_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
