/* SPDX-License-Identifier: MIT
 *
 * Drivers come and go: what is refused and with which words, and that a refused registration leaves
 * nothing behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "registry_fixture.h"

/* ---- what is refused ---- */

static void a_duplicate_line_of_another_driver_is_refused_and_both_are_named(void **state)
{
    static const struct dddk_match lines[] = {
        {.vendor = 0x1234, .device = 1, .subsystem_vendor = ANY, .subsystem_device = ANY},
        {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = ANY},
    };
    struct dddk_driver first = driver_of("first", &one_line, 1);
    struct dddk_driver second = driver_of("second", lines, 2);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &first), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &second), DDDK_EEXIST);
    assert_string_equal(registry.message, "second line 2 (1234:5678) is a duplicate of first "
                                          "line 1 (1234:5678)");
}

static void a_duplicate_line_of_the_same_driver_is_refused(void **state)
{
    const struct dddk_match lines[] = {one_line, one_line};
    struct dddk_driver driver = driver_of("twice", lines, 2);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), DDDK_EEXIST);
    assert_string_equal(registry.message, "twice line 2 (1234:5678) is a duplicate of twice "
                                          "line 1 (1234:5678)");
    assert_null(dddk_registry_driver(&registry, "twice"));
}

static void a_line_that_can_never_win_is_refused_and_both_are_named(void **state)
{
    static const struct dddk_match plain = {ANY_LINE, .class_code = 0x020000,
                                            .class_mask = 0xff0000};
    static const struct dddk_match odd = {ANY_LINE, .class_code = 0x020100, .class_mask = 0xff0000};
    struct dddk_driver first = driver_of("plain", &plain, 1);
    struct dddk_driver second = driver_of("odd", &odd, 1);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &first), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &second), DDDK_EEXIST);
    assert_string_equal(registry.message,
                        "odd line 1 (class 020100/ff0000) can never win, it matches the same "
                        "devices as plain line 1 (class 020000/ff0000)");
}

static void every_kind_of_line_is_named_by_what_it_gives(void **state)
{
    static const struct {
        struct dddk_match line;
        const char *words;
    } cases[] = {
        {{ANY_LINE}, "any device"},
        {{.vendor = 0x1af4, .device = ANY, .subsystem_vendor = ANY, .subsystem_device = ANY},
         "1af4:any"},
        {{.vendor = 1, .device = 2, .subsystem_vendor = 3, .subsystem_device = ANY},
         "0001:0002, subsystem 0003:any"},
        {{.vendor = ANY,
          .device = ANY,
          .subsystem_vendor = 3,
          .subsystem_device = 4,
          .class_code = 0x10802,
          .class_mask = 0xffffff},
         "subsystem 0003:0004, class 010802/ffffff"},
    };

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        const struct dddk_match lines[] = {cases[i].line, cases[i].line};
        struct dddk_driver driver = driver_of("d", lines, 2);
        char wanted[200];

        (void)snprintf(wanted, sizeof(wanted), "d line 2 (%s) is a duplicate of d line 1 (%s)",
                       cases[i].words, cases[i].words);
        assert_int_equal(dddk_registry_add_driver(&registry, &driver), DDDK_EEXIST);
        assert_string_equal(registry.message, wanted);
    }
}

static void a_line_no_device_can_match_is_refused(void **state)
{
    static const struct dddk_match lines[] = {
        {.vendor = 0x12345, .device = 1, .subsystem_vendor = ANY, .subsystem_device = ANY},
        {.vendor = 0xffff, .device = 1, .subsystem_vendor = ANY, .subsystem_device = ANY},
        {.vendor = 1, .device = 0x10000, .subsystem_vendor = ANY, .subsystem_device = ANY},
        {.vendor = 1, .device = 1, .subsystem_vendor = 0x10000, .subsystem_device = ANY},
        {.vendor = 1, .device = 1, .subsystem_vendor = ANY, .subsystem_device = 0x10000},
        {ANY_LINE, .class_code = 0x1000000, .class_mask = 0xffffffff},
    };
    static const struct dddk_identity odd = {.vendor = 0x12345, .device = 1};

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(lines); i++) {
        struct dddk_driver driver = driver_of("never", &lines[i], 1);

        assert_int_equal(dddk_registry_add_driver(&registry, &driver), DDDK_EINVAL);
        assert_non_null(strstr(registry.message, "never line 1 ("));
        assert_non_null(strstr(registry.message, "matches no device that there can be"));
    }
    assert_false(dddk_match_accepts(&lines[0], &odd));
}

static void a_driver_of_a_name_that_is_taken_is_refused(void **state)
{
    static const struct dddk_match other_line = {
        .vendor = 9, .device = 9, .subsystem_vendor = ANY, .subsystem_device = ANY};
    struct dddk_driver first = driver_of("same", &one_line, 1);
    struct dddk_driver second = driver_of("same", &other_line, 1);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &first), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &first), DDDK_EEXIST);
    assert_string_equal(registry.message, "same is registered already");
    assert_int_equal(dddk_registry_add_driver(&registry, &second), DDDK_EEXIST);
    assert_string_equal(registry.message, "same: another driver of that name is registered");
    assert_int_equal(dddk_registry_remove_driver(&registry, &second), DDDK_ENOENT);
}

static void a_driver_without_name_or_lines_is_refused(void **state)
{
    struct dddk_driver unnamed = driver_of(NULL, &one_line, 1);
    struct dddk_driver empty = driver_of("", &one_line, 1);
    struct dddk_driver idle = driver_of("idle", &one_line, 0);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &unnamed), DDDK_EINVAL);
    assert_int_equal(dddk_registry_add_driver(&registry, &empty), DDDK_EINVAL);
    assert_string_equal(registry.message, "a driver without a name");
    assert_int_equal(dddk_registry_add_driver(&registry, &idle), DDDK_EINVAL);
    assert_string_equal(registry.message, "idle: no match line, so no device");
    assert_int_equal(dddk_registry_remove_driver(&registry, &unnamed), DDDK_ENOENT);
}

static void the_longest_name_leaves_room_for_a_number(void **state)
{
    char name[DDDK_NAME_MAX + 1];
    struct dddk_driver driver = driver_of(name, &one_line, 1);
    struct dddk_device dev = {.driver = &driver, .match = &one_line};

    (void)state;
    memset(name, 'x', sizeof(name));
    name[DDDK_NAME_MAX - 2] = '\0';
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), DDDK_EINVAL);
    assert_non_null(strstr(registry.message, "the name is too long"));
    name[DDDK_NAME_MAX - 3] = '\0';
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_name(&registry, &dev), 0);
    assert_int_equal(strlen(dev.name), DDDK_NAME_MAX - 1);
    assert_string_equal(dev.name + DDDK_NAME_MAX - 3, ".0");
}

static void a_number_that_does_not_fit_behind_the_name_is_refused(void **state)
{
    static struct dddk_registry_slot drivers[1], devices[11];
    static struct dddk_registry_entry entries[1];
    static uint32_t buckets[1];
    const struct dddk_registry_storage large = {drivers, 1, devices, 11, entries, 1, buckets, 1};
    char name[DDDK_NAME_MAX];
    struct dddk_driver driver = driver_of(name, &one_line, 1);
    struct dddk_device devs[11];

    (void)state;
    memset(name, 'x', sizeof(name));
    name[DDDK_NAME_MAX - 3] = '\0';
    assert_int_equal(dddk_registry_init(&registry, &large), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    for (unsigned i = 0; i < 11; i++) {
        devs[i] = (struct dddk_device){.driver = &driver, .match = &one_line};
        assert_int_equal(dddk_registry_name(&registry, &devs[i]), i < 10 ? 0 : DDDK_ENOSPC);
        if (i < 10) {
            assert_int_equal(dddk_registry_bind(&registry, &devs[i]), 0);
        }
    }
    assert_string_equal(devs[10].name, "");
}

/* ---- full tables ---- */

static void a_driver_whose_last_line_finds_no_room_leaves_nothing_behind(void **state)
{
    struct dddk_match held[5], wanted[4], fitting[3];
    struct dddk_driver holder = driver_of("holder", held, 5);
    struct dddk_driver wide = driver_of("wide", wanted, 4);
    struct dddk_driver narrow = driver_of("narrow", fitting, 3);
    struct dddk_identity identity = {.vendor = 2};
    struct dddk_registry_found found;

    (void)state;
    fill(held, 5, 1);
    fill(wanted, 4, 2);
    wanted[1].vendor = ANY; /* a shape of its own, which must go again too */
    fill(fitting, 3, 2);
    assert_int_equal(dddk_registry_add_driver(&registry, &holder), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &wide), DDDK_ENOSPC);
    assert_string_equal(registry.message, "wide: no room for its match lines, the storage holds 8");
    assert_int_equal(dddk_registry_lookup(&registry, &identity, &found), DDDK_ENOENT);
    assert_null(dddk_registry_driver(&registry, "wide"));
    assert_int_equal(registry.shape_count, 1);
    /* The room is all there again. */
    assert_int_equal(dddk_registry_add_driver(&registry, &narrow), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &identity, &found), 0);
    assert_ptr_equal(found.driver, &narrow);
}

static void a_driver_whose_last_line_is_a_duplicate_leaves_nothing_behind(void **state)
{
    struct dddk_match lines[4];
    struct dddk_driver first = driver_of("first", &one_line, 1);
    struct dddk_driver second = driver_of("second", lines, 4);
    struct dddk_registry_found found;

    (void)state;
    fill(lines, 4, 3);
    lines[3] = one_line;
    assert_int_equal(dddk_registry_add_driver(&registry, &first), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &second), DDDK_EEXIST);
    assert_int_equal(registry.entry_count, 1);
    assert_int_equal(dddk_registry_lookup(&registry, &(struct dddk_identity){.vendor = 3}, &found),
                     DDDK_ENOENT);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), 0);
    assert_ptr_equal(found.driver, &first);
}

static void one_driver_more_than_there_is_room_for_is_refused(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    struct dddk_match lines[5];
    struct dddk_driver drivers[5];
    struct dddk_registry_found found;

    (void)state;
    fill(lines, 5, 1);
    for (unsigned i = 0; i < 5; i++) {
        drivers[i] = driver_of(names[i], &lines[i], 1);
        assert_int_equal(dddk_registry_add_driver(&registry, &drivers[i]), i < 4 ? 0 : DDDK_ENOSPC);
    }
    assert_string_equal(registry.message, "e: no room for another driver, the storage holds 4");
    assert_int_equal(
        dddk_registry_lookup(&registry, &(struct dddk_identity){.vendor = 1, .device = 4}, &found),
        DDDK_ENOENT);
    assert_int_equal(registry.entry_count, 4);
}

static void one_key_shape_more_than_there_is_room_for_is_refused(void **state)
{
    static struct dddk_registry_slot drivers[1], devices[1];
    static struct dddk_registry_entry entries[DDDK_REGISTRY_SHAPES + 1];
    static uint32_t buckets[64];
    static struct dddk_match lines[DDDK_REGISTRY_SHAPES + 1];
    const struct dddk_registry_storage wide = {
        drivers, 1, devices, 1, entries, DDDK_REGISTRY_SHAPES + 1, buckets, 64};
    struct dddk_driver driver = driver_of("shapes", lines, DDDK_REGISTRY_SHAPES + 1);

    (void)state;
    for (unsigned i = 0; i <= DDDK_REGISTRY_SHAPES; i++) {
        lines[i] = (struct dddk_match){ANY_LINE, .class_mask = i + 1};
    }
    assert_int_equal(dddk_registry_init(&registry, &wide), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), DDDK_ENOSPC);
    assert_string_equal(registry.message,
                        "shapes: no room for another kind of match line, the storage holds 65");
    assert_int_equal(registry.shape_count, 0);
    assert_int_equal(registry.entry_count, 0);
    driver.match_count = DDDK_REGISTRY_SHAPES;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
}

static void storage_that_lacks_a_piece_is_refused(void **state)
{
    struct dddk_registry_storage lacking[9];

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(lacking); i++) {
        lacking[i] = storage;
    }
    lacking[0].drivers = NULL;
    lacking[1].driver_capacity = 0;
    lacking[2].devices = NULL;
    lacking[3].device_capacity = 0;
    lacking[4].entries = NULL;
    lacking[5].entry_capacity = 0;
    lacking[6].buckets = NULL;
    lacking[7].bucket_count = 0;
    lacking[8].bucket_count = 3;
    for (unsigned i = 0; i < DDDK_COUNT(lacking); i++) {
        assert_int_equal(dddk_registry_init(&registry, &lacking[i]), DDDK_EINVAL);
    }
}

/* ---- drivers come and go ---- */

static void a_driver_that_left_is_not_found_and_may_come_again(void **state)
{
    struct dddk_driver driver = driver_of("guest", &one_line, 1);
    struct dddk_registry_found found;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
        assert_ptr_equal(dddk_registry_driver(&registry, "guest"), &driver);
        assert_int_equal(dddk_registry_remove_driver(&registry, &driver), 0);
        assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), DDDK_ENOENT);
        assert_null(dddk_registry_driver(&registry, "guest"));
        assert_int_equal(dddk_registry_remove_driver(&registry, &driver), DDDK_ENOENT);
        assert_string_equal(registry.message, "guest is not registered");
    }
}

static void when_the_narrow_driver_leaves_the_wide_one_gets_the_device(void **state)
{
    struct dddk_driver wide = driver_of("wide", &by_rank[1], 1);
    struct dddk_driver narrow = driver_of("narrow", &by_rank[6], 1);
    struct dddk_registry_found found;

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &wide), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &narrow), 0);
    assert_int_equal(dddk_registry_remove_driver(&registry, &narrow), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), 0);
    assert_ptr_equal(found.driver, &wide);
}

static void a_driver_with_a_device_bound_does_not_leave(void **state)
{
    struct dddk_driver driver = driver_of("net", &one_line, 1);
    struct dddk_device dev = device_of(&driver, "net.0");

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_bind(&registry, &dev), 0);
    assert_int_equal(dddk_registry_bound(&registry, &driver), 1);
    assert_int_equal(dddk_registry_remove_driver(&registry, &driver), DDDK_EBUSY);
    assert_string_equal(registry.message, "net.0 is still bound to net");
    assert_int_equal(dddk_registry_unbind(&registry, &dev), 0);
    assert_int_equal(dddk_registry_bound(&registry, &driver), 0);
    assert_int_equal(dddk_registry_remove_driver(&registry, &driver), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_duplicate_line_of_another_driver_is_refused_and_both_are_named),
        CLAIM(a_duplicate_line_of_the_same_driver_is_refused),
        CLAIM(a_line_that_can_never_win_is_refused_and_both_are_named),
        CLAIM(every_kind_of_line_is_named_by_what_it_gives),
        CLAIM(a_line_no_device_can_match_is_refused),
        CLAIM(a_driver_of_a_name_that_is_taken_is_refused),
        CLAIM(a_driver_without_name_or_lines_is_refused),
        CLAIM(the_longest_name_leaves_room_for_a_number),
        CLAIM(a_number_that_does_not_fit_behind_the_name_is_refused),
        CLAIM(a_driver_whose_last_line_finds_no_room_leaves_nothing_behind),
        CLAIM(a_driver_whose_last_line_is_a_duplicate_leaves_nothing_behind),
        CLAIM(one_driver_more_than_there_is_room_for_is_refused),
        CLAIM(one_key_shape_more_than_there_is_room_for_is_refused),
        CLAIM(storage_that_lacks_a_piece_is_refused),
        CLAIM(a_driver_that_left_is_not_found_and_may_come_again),
        CLAIM(when_the_narrow_driver_leaves_the_wide_one_gets_the_device),
        CLAIM(a_driver_with_a_device_bound_does_not_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
