/* SPDX-License-Identifier: MIT
 *
 * Devices that are not on PCI: which driver's line gets one, and what a bus of them refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/platform.h"
#include "registry_fixture.h"

#define COMPATIBLE(text)     \
    {                        \
        .compatible = (text) \
    }

/* ---- compatible strings ---- */

static const char *const board_uart[] = {"acme,board-uart", "acme,uart-v2", "ns16550a"};

static void the_first_string_that_somebody_has_a_line_for_decides(void **state)
{
    static const struct dddk_match plain = COMPATIBLE("ns16550a"), v2 = COMPATIBLE("acme,uart-v2");
    struct dddk_driver general = driver_of("general", &plain, 1);
    struct dddk_driver special = driver_of("special", &v2, 1);
    struct dddk_registry_found found;

    (void)state;
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 3, &found),
                     DDDK_ENOENT);
    assert_null(found.driver);
    assert_int_equal(dddk_registry_add_driver(&registry, &general), 0);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 3, &found), 0);
    assert_ptr_equal(found.match, &plain);
    assert_int_equal(dddk_registry_add_driver(&registry, &special), 0);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 3, &found), 0);
    assert_ptr_equal(found.driver, &special);
    assert_ptr_equal(found.match, &v2);
    assert_int_equal(dddk_registry_remove_driver(&registry, &special), 0);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 3, &found), 0);
    assert_ptr_equal(found.driver, &general);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 2, &found),
                     DDDK_ENOENT);
}

static void strings_are_compared_whole_and_by_what_they_say(void **state)
{
    static const struct dddk_match line = COMPATIBLE("acme,uart");
    static const char *const near[] = {"acme,uart2", "acme,uar", "ACME,UART", ""};
    struct dddk_driver driver = driver_of("uart", &line, 1);
    char same[] = "acme,uart";
    const char *const elsewhere[] = {same};
    struct dddk_registry_found found;

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &driver), 0);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, near, 4, &found), DDDK_ENOENT);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, elsewhere, 1, &found), 0);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, elsewhere, 0, &found), DDDK_ENOENT);
}

static void lines_of_one_bus_are_not_for_devices_of_the_other(void **state)
{
    static const struct dddk_match anything = {ANY_LINE}, uart = COMPATIBLE("ns16550a");
    struct dddk_driver pci = driver_of("pci", &anything, 1);
    struct dddk_driver platform = driver_of("platform", &uart, 1);
    const struct dddk_identity as_platform = {.compatible = "ns16550a"};
    struct dddk_registry_found found;

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &platform), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), DDDK_ENOENT);
    assert_int_equal(dddk_registry_add_driver(&registry, &pci), 0);
    assert_int_equal(dddk_registry_lookup(&registry, &a_device, &found), 0);
    assert_ptr_equal(found.driver, &pci);
    assert_int_equal(dddk_registry_lookup_compatible(&registry, board_uart, 3, &found), 0);
    assert_ptr_equal(found.driver, &platform);
    assert_false(dddk_match_accepts(&anything, &as_platform));
    assert_false(dddk_match_accepts(&uart, &a_device));
    assert_true(dddk_match_accepts(&uart, &as_platform));
}

static void a_string_has_one_driver(void **state)
{
    static const struct dddk_match line = COMPATIBLE("ns16550a"), again = COMPATIBLE("ns16550a");
    static const struct dddk_match empty = COMPATIBLE("");
    struct dddk_driver first = driver_of("first", &line, 1),
                       second = driver_of("second", &again, 1);
    struct dddk_driver third = driver_of("third", &empty, 1);

    (void)state;
    assert_int_equal(dddk_registry_add_driver(&registry, &first), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &second), DDDK_EEXIST);
    assert_string_equal(registry.message, "second line 1 (compatible ns16550a) is a duplicate of "
                                          "first line 1 (compatible ns16550a)");
    assert_int_equal(dddk_registry_add_driver(&registry, &third), DDDK_EINVAL);
}

/* ---- the bus ---- */

#define ROOM 3u

static struct dddk_platform_bus bus;
static const struct dddk_platform_device *places[ROOM];
static const char *const timer[] = {"acme,timer"};

static int make_bus(void **state)
{
    (void)state;
    dddk_platform_init(&bus, places, ROOM);
    return 0;
}

#define BUS(name) cmocka_unit_test_setup(name, make_bus)

static struct dddk_platform_device
device_at(const char *name, const struct dddk_platform_range *ranges, unsigned count)
{
    return (struct dddk_platform_device){
        .name = name,
        .compatible = timer,
        .compatible_count = 1,
        .ranges = ranges,
        .range_count = count,
    };
}

static void devices_are_found_in_the_order_in_which_they_came(void **state)
{
    const struct dddk_platform_range low = {DDDK_REGION_MEMORY, 0x1000, 0x100};
    const struct dddk_platform_range high = {DDDK_REGION_MEMORY, 0x1100, 0x100};
    const struct dddk_platform_device one = device_at("one", &low, 1);
    const struct dddk_platform_device two = device_at("two", &high, 1);
    const struct dddk_platform_device three = device_at("three", NULL, 0);
    uint32_t cursor = 0;

    (void)state;
    assert_int_equal(dddk_platform_add(&bus, &one), 0);
    assert_int_equal(dddk_platform_add(&bus, &two), 0);
    assert_int_equal(dddk_platform_add(&bus, &three), 0);
    assert_ptr_equal(dddk_platform_find(&bus, "two"), &two);
    assert_null(dddk_platform_find(&bus, "four"));
    assert_int_equal(dddk_platform_remove(&bus, &one), 0);
    assert_int_equal(dddk_platform_remove(&bus, &one), DDDK_ENOENT);
    assert_ptr_equal(dddk_platform_next(&bus, &cursor), &two);
    assert_ptr_equal(dddk_platform_next(&bus, &cursor), &three);
    assert_null(dddk_platform_next(&bus, &cursor));
    assert_int_equal(dddk_platform_add(&bus, &one), 0);
}

static void two_devices_do_not_answer_at_one_address(void **state)
{
    const struct dddk_platform_range ranges[] = {
        {DDDK_REGION_MEMORY, 0x1000, 0x100},
        {DDDK_REGION_MEMORY, 0x10ff, 1},
        {DDDK_REGION_PORT, 0x10ff, 1},
    };
    const struct dddk_platform_device one = device_at("one", &ranges[0], 1);
    const struct dddk_platform_device other = device_at("other", &ranges[1], 1);
    const struct dddk_platform_device port = device_at("port", &ranges[2], 1);
    const struct dddk_platform_device namesake = device_at("one", NULL, 0);

    (void)state;
    assert_int_equal(dddk_platform_add(&bus, &one), 0);
    assert_int_equal(dddk_platform_add(&bus, &other), DDDK_EEXIST);
    assert_string_equal(bus.message, "other answers where another device does: one");
    assert_int_equal(dddk_platform_add(&bus, &namesake), DDDK_EEXIST);
    assert_int_equal(dddk_platform_add(&bus, &port), 0); /* another address space */
}

static void a_range_of_no_bytes_only_keeps_its_number(void **state)
{
    static const struct dddk_platform_range ranges[] = {
        {DDDK_REGION_MEMORY, 0x1000, 0},
        {DDDK_REGION_MEMORY, 0x1000, 0x10},
        {DDDK_REGION_MEMORY, 0x1008, 0},
    };
    const struct dddk_platform_device device = device_at("sparse", ranges, 3);
    const struct dddk_platform_device other = device_at("other", ranges, 1);

    (void)state;
    assert_int_equal(dddk_platform_add(&bus, &device), 0);
    assert_int_equal(dddk_platform_add(&bus, &other), 0);
}

static void a_description_that_cannot_be_is_refused(void **state)
{
    static const struct dddk_platform_range wrong[][2] = {
        {{DDDK_REGION_MEMORY, UINT64_MAX, 2}, {DDDK_REGION_MEMORY, 0x2000, 1}},
        {{DDDK_REGION_PORT, 0xfff9, 8}, {DDDK_REGION_MEMORY, 0x2000, 1}},
        {{DDDK_REGION_CONFIG, 0x40, 8}, {DDDK_REGION_MEMORY, 0x2000, 1}},
        {{DDDK_REGION_PORT, 0x3f8, 8}, {DDDK_REGION_PORT, 0x3ff, 1}},
    };
    static const char *const nothing[] = {""};
    const struct dddk_platform_range last = {DDDK_REGION_MEMORY, UINT64_MAX, 1};
    struct dddk_platform_device device = device_at("last", &last, 1);

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        const struct dddk_platform_device bad = device_at("bad", wrong[i], 2);

        assert_int_equal(dddk_platform_add(&bus, &bad), DDDK_EINVAL);
    }
    assert_string_equal(bus.message, "bad has two ranges that overlap");
    device.compatible = nothing;
    assert_int_equal(dddk_platform_add(&bus, &device), DDDK_EINVAL);
    device.compatible_count = 0;
    assert_int_equal(dddk_platform_add(&bus, &device), DDDK_EINVAL);
    device = device_at(NULL, NULL, 0);
    assert_int_equal(dddk_platform_add(&bus, &device), DDDK_EINVAL);
    assert_string_equal(bus.message, "a device has no name");
    device = device_at("last", &last, 1);
    assert_int_equal(dddk_platform_add(&bus, &device), 0);
}

static void one_device_more_than_there_is_room_for_is_refused(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    struct dddk_platform_device devices[ROOM + 1];

    (void)state;
    for (unsigned i = 0; i <= ROOM; i++) {
        devices[i] = device_at(names[i], NULL, 0);
        assert_int_equal(dddk_platform_add(&bus, &devices[i]), i < ROOM ? 0 : DDDK_ENOSPC);
    }
    assert_string_equal(bus.message, "d: no room for another device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(the_first_string_that_somebody_has_a_line_for_decides),
        CLAIM(strings_are_compared_whole_and_by_what_they_say),
        CLAIM(lines_of_one_bus_are_not_for_devices_of_the_other),
        CLAIM(a_string_has_one_driver),
        BUS(devices_are_found_in_the_order_in_which_they_came),
        BUS(two_devices_do_not_answer_at_one_address),
        BUS(a_range_of_no_bytes_only_keeps_its_number),
        BUS(a_description_that_cannot_be_is_refused),
        BUS(one_device_more_than_there_is_room_for_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
