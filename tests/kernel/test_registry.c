/* SPDX-License-Identifier: MIT
 *
 * The registry: which match line wins, what is refused and with which words, that a refused
 * registration leaves nothing behind, and what a look-up among 10,000 lines costs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/registry.h"
#include "kernel/text.h"

#define ANY DDDK_PCI_ANY
#define ANY_LINE .vendor = ANY, .device = ANY, .subsystem_vendor = ANY, .subsystem_device = ANY

DDDK_REGISTRY_STORAGE(storage, 4, 8, 3);

static struct dddk_registry registry;

static int make_registry(void **state)
{
    (void)state;
    /* What the storage held before must not matter. */
    memset(storage.drivers, 0xa5, storage.driver_capacity * sizeof(storage.drivers[0]));
    memset(storage.devices, 0xa5, storage.device_capacity * sizeof(storage.devices[0]));
    memset(storage.entries, 0xa5, storage.entry_capacity * sizeof(storage.entries[0]));
    memset(storage.buckets, 0xa5, storage.bucket_count * sizeof(storage.buckets[0]));
    return dddk_registry_init(&registry, &storage);
}

static struct dddk_driver driver_of(const char *name, const struct dddk_match *lines,
                                    unsigned count)
{
    return (struct dddk_driver){.name = name, .matches = lines, .match_count = count};
}

static const struct dddk_identity a_device = {.vendor = 0x1234,
                                              .device = 0x5678,
                                              .subsystem_vendor = 0xaaaa,
                                              .subsystem_device = 0xbbbb,
                                              .class_code = 0x020001};

static struct dddk_device device_of(const struct dddk_driver *driver, const char *name)
{
    struct dddk_device dev = {.driver = driver, .match = driver->matches};

    (void)snprintf(dev.name, sizeof(dev.name), "%s", name);
    return dev;
}

/* ---- which line wins ---- */

/* From the widest to the narrowest line that fits a_device. */
static const struct dddk_match by_rank[] = {
    {ANY_LINE},
    {ANY_LINE, .class_code = 0x020000, .class_mask = 0xff0000},
    {ANY_LINE, .class_code = 0x020000, .class_mask = 0xffff00},
    {ANY_LINE, .class_code = 0x020001, .class_mask = 0xffffff},
    {.vendor = 0x1234, .device = ANY, .subsystem_vendor = ANY, .subsystem_device = ANY},
    {.vendor = 0x1234,
     .device = ANY,
     .subsystem_vendor = ANY,
     .subsystem_device = ANY,
     .class_code = 0x020000,
     .class_mask = 0xff0000},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = ANY},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = 0xbbbb},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = 0xaaaa, .subsystem_device = ANY},
    {.vendor = 0x1234, .device = 0x5678, .subsystem_vendor = 0xaaaa, .subsystem_device = 0xbbbb},
};
#define RANKS DDDK_COUNT(by_rank)

static void the_most_specific_of_any_two_lines_wins_in_whatever_order_they_came(void **state)
{
    (void)state;
    for (unsigned wide = 0; wide < RANKS; wide++) {
        for (unsigned narrow = wide + 1; narrow < RANKS; narrow++) {
            struct dddk_driver loser = driver_of("loser", &by_rank[wide], 1);
            struct dddk_driver winner = driver_of("winner", &by_rank[narrow], 1);
            struct dddk_registry_found found;

            for (unsigned swapped = 0; swapped < 2; swapped++) {
                assert_int_equal(dddk_registry_init(&registry, &storage), 0);
                assert_int_equal(dddk_registry_add_driver(&registry, swapped ? &winner : &loser),
                                 0);
                assert_int_equal(dddk_registry_add_driver(&registry, swapped ? &loser : &winner),
                                 0);
                assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), 0);
                assert_ptr_equal(found.driver, &winner);
                assert_ptr_equal(found.match, &by_rank[narrow]);
            }
            assert_true(dddk_match_precedes(&by_rank[narrow], &by_rank[wide]));
            assert_false(dddk_match_precedes(&by_rank[wide], &by_rank[narrow]));
        }
    }
}

static void the_line_that_wins_is_the_one_that_is_reported(void **state)
{
    static const int data[2] = {7, 8};
    static const struct dddk_match lines[] = {
        {.vendor = 0x1234,
         .device = 0x5678,
         .subsystem_vendor = ANY,
         .subsystem_device = ANY,
         .variant = "A",
         .data = &data[0]},
        {.vendor = 0x1234,
         .device = 0x5679,
         .subsystem_vendor = ANY,
         .subsystem_device = ANY,
         .variant = "B",
         .data = &data[1]},
    };
    struct dddk_driver driver = driver_of("two", lines, 2);
    struct dddk_identity second = a_device;
    struct dddk_registry_found found;

    (void)state;
    second.device = 0x5679;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &second, &found), 0);
    assert_ptr_equal(found.match, &lines[1]);
    assert_ptr_equal(found.match->data, &data[1]);
}

static void a_device_nobody_wants_is_not_found(void **state)
{
    static const struct dddk_match line = {
        .vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = 1};
    struct dddk_driver driver = driver_of("picky", &line, 1);
    struct dddk_registry_found found = {.driver = &driver};

    (void)state;
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), DDDK_ENOENT);
    assert_null(found.driver);
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), DDDK_ENOENT);
    assert_null(found.driver);
}

static void class_bits_outside_the_mask_do_not_matter(void **state)
{
    static const struct dddk_match line = {ANY_LINE, .class_code = 0x02abcd,
                                           .class_mask = 0xff0000};
    struct dddk_driver driver = driver_of("class", &line, 1);
    struct dddk_identity other = a_device;
    struct dddk_registry_found found;

    (void)state;
    other.class_code = 0x030001;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &other, &found), DDDK_ENOENT);
}

/* ---- what is refused ---- */

static const struct dddk_match one_line = {
    .vendor = 0x1234, .device = 0x5678, .subsystem_vendor = ANY, .subsystem_device = ANY};

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

static void fill(struct dddk_match *lines, unsigned count, uint32_t vendor)
{
    for (unsigned i = 0; i < count; i++) {
        lines[i] = (struct dddk_match){
            .vendor = vendor, .device = i, .subsystem_vendor = ANY, .subsystem_device = ANY};
    }
}

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
                        "shapes: no room for another kind of match line, the storage holds 64");
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

/* ---- cost, and the index against the plain predicate ---- */

#define MANY 10000u
#define MANY_DRIVERS 100u

DDDK_REGISTRY_STORAGE(large_storage, MANY_DRIVERS, MANY, 1);

static void a_lookup_among_10000_lines_compares_a_handful(void **state)
{
    static struct dddk_match lines[MANY];
    static struct dddk_driver drivers[MANY_DRIVERS];
    static char names[MANY_DRIVERS][8];
    struct dddk_identity stranger = {.vendor = 0x7777, .device = 0x1234};
    struct dddk_registry_found found;
    unsigned worst = 0, total = 0;

    (void)state;
    assert_int_equal(dddk_registry_init(&registry, &large_storage), 0);
    for (unsigned i = 0; i < MANY; i++) {
        lines[i] = (struct dddk_match){.vendor = 0x8000 + i / 1000,
                                       .device = i % 1000,
                                       .subsystem_vendor = i % 3 == 0 ? 0x1000 : ANY,
                                       .subsystem_device = i % 3 == 0 ? i : ANY,
                                       .class_code = 0x020000,
                                       .class_mask = i % 2 == 0 ? 0xff0000 : 0};
    }
    for (unsigned i = 0; i < MANY_DRIVERS; i++) {
        unsigned each = MANY / MANY_DRIVERS;

        (void)snprintf(names[i], sizeof(names[i]), "d%u", i);
        drivers[i] = driver_of(names[i], &lines[i * each], each);
        assert_int_equal(dddk_registry_add_driver(&registry, &drivers[i]), 0);
    }
    for (unsigned i = 0; i < MANY; i++) {
        struct dddk_identity identity = {.vendor = lines[i].vendor,
                                         .device = lines[i].device,
                                         .subsystem_vendor = 0x1000,
                                         .subsystem_device = i,
                                         .class_code = 0x020000};

        assert_int_equal(dddk_registry_lookup(&registry, &identity, &found), 0);
        assert_ptr_equal(found.match, &lines[i]);
        worst = found.probes > worst ? found.probes : worst;
        total += found.probes;
    }
    print_message("    10,000 lines in 4 shapes: %u.%02u lines compared a look-up, at most %u\n",
                  total / MANY, total % MANY * 100 / MANY, worst);
    assert_in_range(total, MANY, 4 * MANY);
    assert_in_range(worst, 1, 24);
    assert_int_equal(dddk_registry_lookup(&registry, &stranger, &found), DDDK_ENOENT);
    assert_in_range(found.probes, 0, 24);
}

static uint32_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

static uint32_t any_or(uint32_t below)
{
    return pick(2) ? ANY : 1 + pick(below);
}

static struct dddk_match random_line(void)
{
    static const uint32_t masks[] = {0, 0xff0000, 0xffff00, 0xffffff, 0x00ff00};

    return (struct dddk_match){.vendor = any_or(3),
                               .device = any_or(3),
                               .subsystem_vendor = any_or(2),
                               .subsystem_device = any_or(2),
                               .class_code = pick(2) << 16 | pick(2) << 8 | pick(2),
                               .class_mask = masks[pick(5)]};
}

/* The order says: no ties among lines that match one device. So a scan finds the winner too. */
static const struct dddk_match *scan(const struct dddk_driver *drivers, const bool *present,
                                     unsigned count, const struct dddk_identity *identity)
{
    const struct dddk_match *best = NULL;

    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; present[i] && j < drivers[i].match_count; j++) {
            const struct dddk_match *line = &drivers[i].matches[j];

            if (dddk_match_accepts(line, identity) &&
                (best == NULL || dddk_match_precedes(line, best))) {
                assert_true(best == NULL || !dddk_match_precedes(best, line));
                best = line;
            }
        }
    }
    return best;
}

#define SOME_DRIVERS 12u
#define LINES_EACH 4u

DDDK_REGISTRY_STORAGE(some_storage, SOME_DRIVERS, SOME_DRIVERS *LINES_EACH, 1);

static void the_index_agrees_with_a_scan_over_random_tables(void **state)
{
    static char names[SOME_DRIVERS][8];

    (void)state;
    for (unsigned seed = 1; seed <= 300; seed++) {
        struct dddk_match lines[SOME_DRIVERS][LINES_EACH];
        struct dddk_driver drivers[SOME_DRIVERS];
        bool present[SOME_DRIVERS] = {false};
        struct dddk_registry_found found;

        random_state = seed;
        assert_int_equal(dddk_registry_init(&registry, &some_storage), 0);
        for (unsigned step = 0; step < 40; step++) {
            unsigned i = pick(SOME_DRIVERS);
            struct dddk_identity identity = {.vendor = 1 + pick(3),
                                             .device = 1 + pick(3),
                                             .subsystem_vendor = 1 + pick(2),
                                             .subsystem_device = 1 + pick(2),
                                             .class_code = pick(2) << 16 | pick(2) << 8 | pick(2)};
            const struct dddk_match *wanted;

            if (present[i]) {
                assert_int_equal(dddk_registry_remove_driver(&registry, &drivers[i]), 0);
                present[i] = false;
            } else {
                (void)snprintf(names[i], sizeof(names[i]), "d%u", i);
                drivers[i] = driver_of(names[i], lines[i], 1 + pick(LINES_EACH));
                for (unsigned j = 0; j < LINES_EACH; j++) {
                    lines[i][j] = random_line();
                }
                present[i] = dddk_registry_add_driver(&registry, &drivers[i]) == 0;
            }
            wanted = scan(drivers, present, SOME_DRIVERS, &identity);
            (void)dddk_registry_lookup(&registry, &identity, &found);
            if (found.match != wanted) {
                fail_msg("seed %u, step %u", seed, step);
            }
        }
    }
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

#define CLAIM(name) cmocka_unit_test_setup(name, make_registry)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(the_most_specific_of_any_two_lines_wins_in_whatever_order_they_came),
        CLAIM(the_line_that_wins_is_the_one_that_is_reported),
        CLAIM(a_device_nobody_wants_is_not_found),
        CLAIM(class_bits_outside_the_mask_do_not_matter),
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
        CLAIM(devices_are_named_by_the_first_free_number_and_found_by_name),
        CLAIM(a_device_is_bound_only_as_its_contract_says),
        CLAIM(one_device_more_than_there_is_room_for_is_refused),
        CLAIM(iteration_sees_each_once_also_while_they_are_removed),
        CLAIM(a_lookup_among_10000_lines_compares_a_handful),
        CLAIM(the_index_agrees_with_a_scan_over_random_tables),
        CLAIM(text_that_does_not_fit_is_cut_and_stays_terminated),
        CLAIM(numbers_are_written_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
