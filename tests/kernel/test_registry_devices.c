/* SPDX-License-Identifier: MIT
 *
 * Bound devices: names, limits, iteration; and the text that messages are made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "registry_fixture.h"

#include "kernel/text.h"

/* ---- devices ---- */

static void devices_are_named_by_the_first_free_number_and_found_by_name(void **state)
{
    struct dddk_driver driver = driver_of("net", &one_line, 1);
    struct dddk_device devs[3];

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    for (unsigned i = 0; i < 3; i++) {
        devs[i] = (struct dddk_device){.driver = &driver, .match = &one_line};
        assert_int_equal(dddk_registry_name(&registry, &devs[i]), 0);
        assert_int_equal(dddk_registry_bind(&registry, &devs[i]), 0);
    }
    assert_string_equal(devs[2].name, "net.2");
    assert_ptr_equal(dddk_registry_device(&registry, "net.1"), &devs[1]);
    assert_null(dddk_registry_device(&registry, "net.3"));
    assert_int_equal(dddk_registry_unbind(&registry, &devs[1]), 0);
    assert_null(dddk_registry_device(&registry, "net.1"));
    assert_int_equal(dddk_registry_name(&registry, &devs[1]), 0);
    assert_string_equal(devs[1].name, "net.1");
    assert_int_equal(dddk_registry_bind(&registry, &devs[1]), 0);
}

static void a_device_is_bound_only_as_its_contract_says(void **state)
{
    struct dddk_driver driver = driver_of("net", &one_line, 1);
    struct dddk_driver stranger = driver_of("stranger", &one_line, 1);
    struct dddk_device dev = device_of(&driver, "net.0");
    struct dddk_device twin = device_of(&driver, "net.0");
    struct dddk_device unnamed = device_of(&driver, "");
    struct dddk_device endless = device_of(&driver, "");
    struct dddk_device foreign = device_of(&driver, "net.1");
    struct dddk_device orphan = device_of(&stranger, "stranger.0");
    struct dddk_device undriven = device_of(&stranger, "nobody.0");

    (void)state;
    memset(endless.name, 'x', sizeof(endless.name));
    foreign.match = &by_rank[0];
    undriven.driver = NULL;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_bind(&registry, &unnamed), DDDK_EINVAL);
    assert_int_equal(dddk_registry_bind(&registry, &endless), DDDK_EINVAL);
    assert_int_equal(dddk_registry_bind(&registry, &foreign), DDDK_EINVAL);
    assert_string_equal(registry.message, "net.1: its match line is not of its driver");
    assert_int_equal(dddk_registry_bind(&registry, &orphan), DDDK_ENOENT);
    assert_string_equal(registry.message, "stranger.0: its driver is not registered");
    assert_int_equal(dddk_registry_bind(&registry, &undriven), DDDK_ENOENT);
    assert_int_equal(dddk_registry_bind(&registry, &dev), 0);
    assert_int_equal(dddk_registry_bind(&registry, &dev), DDDK_EEXIST);
    assert_string_equal(registry.message, "net.0 is bound already");
    assert_int_equal(dddk_registry_bind(&registry, &twin), DDDK_EEXIST);
    assert_string_equal(registry.message, "net.0: another device of that name is bound");
    assert_int_equal(dddk_registry_unbind(&registry, &twin), DDDK_ENOENT);
    assert_int_equal(dddk_registry_bound(&registry, &driver), 1);
    assert_int_equal(dddk_registry_unbind(&registry, &dev), 0);
    assert_int_equal(dddk_registry_unbind(&registry, &dev), DDDK_ENOENT);
}

static void one_device_more_than_there_is_room_for_is_refused(void **state)
{
    struct dddk_driver driver = driver_of("net", &one_line, 1);
    struct dddk_device devs[4];

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    for (unsigned i = 0; i < 4; i++) {
        devs[i] = (struct dddk_device){.driver = &driver, .match = &one_line};
        assert_int_equal(dddk_registry_name(&registry, &devs[i]), 0);
        assert_int_equal(dddk_registry_bind(&registry, &devs[i]), i < 3 ? 0 : DDDK_ENOSPC);
    }
    assert_string_equal(registry.message, "net.3: no room for another device, the storage holds 3");
    assert_int_equal(dddk_registry_bound(&registry, &driver), 3);
}

static void iteration_sees_each_once_also_while_they_are_removed(void **state)
{
    struct dddk_match lines[3];
    struct dddk_driver drivers[3];
    struct dddk_device devs[3];
    static const char *const names[] = {"a", "b", "c"};
    const struct dddk_driver *driver;
    struct dddk_device *dev;
    unsigned seen = 0;

    (void)state;
    fill(lines, 3, 1);
    for (unsigned i = 0; i < 3; i++) {
        drivers[i] = driver_of(names[i], &lines[i], 1);
        devs[i] = device_of(&drivers[i], names[i]);
        assert_int_equal(dddk_registry_add_driver(&registry, &drivers[i]), 0);
        assert_int_equal(dddk_registry_bind(&registry, &devs[i]), 0);
    }
    for (uint32_t at = 0; (dev = dddk_registry_next_device(&registry, &at)) != NULL;) {
        seen |= 1u << (dev - devs);
        assert_int_equal(dddk_registry_unbind(&registry, dev), 0);
    }
    for (uint32_t at = 0; (driver = dddk_registry_next_driver(&registry, &at)) != NULL;) {
        seen |= 8u << (driver - drivers);
        assert_int_equal(dddk_registry_remove_driver(&registry, driver), 0);
    }
    assert_int_equal(seen, 077);
    assert_int_equal(registry.drivers.used + registry.devices.used + registry.entry_count, 0);
}

/* ---- text ---- */

static void text_that_does_not_fit_is_cut_and_stays_terminated(void **state)
{
    char buffer[6];
    struct dddk_text text = dddk_text_begin(buffer, sizeof(buffer));

    (void)state;
    dddk_text_put(&text, "abc");
    assert_false(text.cut);
    dddk_text_put_decimal(&text, 123);
    assert_true(text.cut);
    assert_string_equal(buffer, "abc12");
}

static void numbers_are_written_whole(void **state)
{
    char buffer[64];
    struct dddk_text text = dddk_text_begin(buffer, sizeof(buffer));

    (void)state;
    dddk_text_put_decimal(&text, 0);
    dddk_text_put(&text, " ");
    dddk_text_put_decimal(&text, UINT64_MAX);
    dddk_text_put(&text, " ");
    dddk_text_put_hex(&text, 0xbeef, 6);
    dddk_text_put(&text, " ");
    dddk_text_put_hex(&text, UINT64_MAX, 1);
    assert_string_equal(buffer, "0 18446744073709551615 00beef ffffffffffffffff");
    assert_true(dddk_text_equal("a", "a"));
    assert_false(dddk_text_equal("a", "ab"));
    assert_false(dddk_text_equal("ab", "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(devices_are_named_by_the_first_free_number_and_found_by_name),
        CLAIM(a_device_is_bound_only_as_its_contract_says),
        CLAIM(one_device_more_than_there_is_room_for_is_refused),
        CLAIM(iteration_sees_each_once_also_while_they_are_removed),
        CLAIM(text_that_does_not_fit_is_cut_and_stays_terminated),
        CLAIM(numbers_are_written_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
