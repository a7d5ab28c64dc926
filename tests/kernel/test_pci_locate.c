/* SPDX-License-Identifier: MIT
 *
 * Where a region is, when a capability says so: the first that fits is taken, and a device that
 * lies is refused with the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_pci.h"

static const struct dddk_capability wanted = {.id = 0x09,
                                              .type = 2,
                                              .names = true,
                                              .kind = DDDK_REGION_MEMORY,
                                              .align_bytes = 4,
                                              .size_bytes = 0x100};
static const struct dddk_region notify = {
    .name = "notify", .kind = DDDK_REGION_MEMORY, .size_bytes = 0x100, .capability = &wanted};
static struct dddk_pci_function function;
static struct fake_function *device;
static struct dddk_pci_place place;

/* A structure at `at`, 0x1000 bytes from 0x2000 of BAR 4 on, of 0x8000 bytes. */
static void structure(unsigned at, uint8_t next, uint8_t type, uint8_t bar)
{
    fake_capability(device, at, 0x09, next);
    fake_put(device, at + 2, 1, 16);
    fake_put(device, at + 3, 1, type);
    fake_put(device, at + 4, 1, bar);
    fake_put(device, at + 8, 4, 0x2000);
    fake_put(device, at + 12, 4, 0x1000);
}

static int make_device(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof(fake));
    memset(&function, 0, sizeof(function));
    device = fake_add(ON_ROOT, 3, 0, 0x1af4, 0x1044);
    function.where.device = 3;
    function.bar[0] = (struct dddk_pci_bar){0xc000, 0x100, DDDK_REGION_PORT, 0, false, false};
    function.bar[4] =
        (struct dddk_pci_bar){0xe0000000, 0x8000, DDDK_REGION_MEMORY, 0, false, false};
    device->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    structure(0x40, 0x60, 1, 4);
    structure(0x60, 0, 2, 4);
    return 0;
}

static int no_access_was_wrong(void **state)
{
    (void)state;
    assert_int_equal(fake.bad_offsets, 0);
    assert_int_equal(fake.writes, 0);
    assert_in_range(fake.reads, 1, 1000);
    return 0;
}

static int locate(void)
{
    return dddk_pci_locate(&fake_config, &function, &notify, &place);
}

static void refused(int status, const char *why)
{
    assert_int_equal(locate(), status);
    assert_string_equal(place.why, why);
}

static void the_capability_of_the_type_says_where_it_is(void **state)
{
    (void)state;
    assert_int_equal(locate(), 0);
    assert_null(place.why);
    assert_int_equal(place.bar, 4);
    assert_int_equal(place.offset, 0x2000);
    assert_int_equal(place.size_bytes, 0x1000);
    assert_int_equal(place.config_offset, 0x60);
}

static void the_first_that_fits_is_taken(void **state)
{
    (void)state;
    structure(0x60, 0x80, 2, 0); /* ports */
    structure(0x80, 0xa0, 2, 7); /* reserved */
    structure(0xa0, 0xc0, 2, 4);
    structure(0xc0, 0, 2, 4);
    assert_int_equal(locate(), 0);
    assert_int_equal(place.config_offset, 0xa0);
    /* None of them: the first says why. */
    structure(0xa0, 0, 2, 7);
    refused(DDDK_ENODEV, "its BAR is of the other kind");
    assert_int_equal(place.config_offset, 0x60);
}

static void a_device_without_it_is_refused(void **state)
{
    (void)state;
    device->bytes[0x63] = 3;
    refused(DDDK_ENODEV, "the device has no such capability");
    device->bytes[DDDK_PCI_STATUS] = 0;
    refused(DDDK_ENODEV, "the device has no such capability");
}

static void a_list_that_loops_is_refused_whatever_it_holds(void **state)
{
    (void)state;
    device->bytes[0x61] = 0x40;
    refused(DDDK_EPROTO, "capability list leaves its range or loops");
    device->bytes[0x61] = 0x20;
    refused(DDDK_EPROTO, "capability list leaves its range or loops");
}

static void a_bar_that_cannot_be_is_refused(void **state)
{
    (void)state;
    device->bytes[0x64] = 6;
    refused(DDDK_EPROTO, "its capability names a BAR that cannot be");
    device->bytes[0x64] = 0xff;
    refused(DDDK_EPROTO, "its capability names a BAR that cannot be");
    device->bytes[0x64] = 1;
    refused(DDDK_ENODEV, "its BAR is absent or has no address");
    device->bytes[0x64] = 0;
    refused(DDDK_ENODEV, "its BAR is of the other kind");
    device->bytes[0x64] = 4;
    function.bar[4].address = 0;
    refused(DDDK_ENODEV, "its BAR is absent or has no address");
}

static void a_place_outside_its_bar_is_refused(void **state)
{
    static const struct {
        uint32_t offset, size;
        bool good;
    } places[] = {
        {0x7000, 0x1000, true},     {0x7004, 0x1000, false},    {0x8000, 0, false},
        {0x7ffc, 4, false},         {0, 0x8000, true},          {0, 0x8001, false},
        {0x8004, 0x100, false},     {0xfffffffc, 0x100, false}, {4, 0xffffffff, false},
        {0xffffff00, 0x100, false},
    };

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(places); i++) {
        fake_put(device, 0x68, 4, places[i].offset);
        fake_put(device, 0x6c, 4, places[i].size);
        assert_int_equal(locate() == 0, places[i].good);
    }
}

static void what_is_too_small_or_askew_is_refused(void **state)
{
    (void)state;
    fake_put(device, 0x6c, 4, 0xff);
    refused(DDDK_ERANGE, "it is smaller than the driver needs");
    fake_put(device, 0x6c, 4, 0x100);
    assert_int_equal(locate(), 0);
    fake_put(device, 0x68, 4, 0x2002);
    refused(DDDK_EPROTO, "it is not aligned for its registers");
}

static void a_capability_at_the_end_of_configuration_space_is_too_short(void **state)
{
    (void)state;
    device->bytes[0x41] = 0xf4;
    fake_put(device, 0xf4, 4, 0x02100009);
    refused(DDDK_EPROTO, "its capability is too short to say where it is");
    device->bytes[0x41] = 0x60;
    device->bytes[0x62] = 15;
    refused(DDDK_EPROTO, "its capability is too short to say where it is");
}

static void a_capability_can_be_the_region_itself(void **state)
{
    const struct dddk_capability itself = {.id = 0x09, .type = 2, .own_bytes = 20};
    const struct dddk_region inside = {
        .name = "inside", .kind = DDDK_REGION_CONFIG, .size_bytes = 20, .capability = &itself};

    (void)state;
    assert_int_equal(dddk_pci_locate(&fake_config, &function, &inside, &place), DDDK_ERANGE);
    device->bytes[0x62] = 20;
    assert_int_equal(dddk_pci_locate(&fake_config, &function, &inside, &place), 0);
    assert_int_equal(place.offset, 0x60);
    assert_int_equal(place.size_bytes, 20);
    device->bytes[0x62] = 0xb0; /* 0x60 and this are more than there are */
    assert_int_equal(dddk_pci_locate(&fake_config, &function, &inside, &place), DDDK_EPROTO);
}

static void two_regions_of_a_capability_are_of_the_same_one(void **state)
{
    struct dddk_capability both = wanted;
    struct dddk_region outside = notify, inside = notify;

    (void)state;
    both.own_bytes = 20;
    outside.capability = inside.capability = &both;
    inside.kind = DDDK_REGION_CONFIG;
    structure(0x60, 0x80, 2, 0); /* ports, and as long as is needed */
    structure(0x80, 0xa0, 2, 4); /* memory, and too short */
    structure(0xa0, 0xc0, 2, 4); /* this one */
    structure(0xc0, 0, 2, 4);
    device->bytes[0x62] = device->bytes[0xa2] = device->bytes[0xc2] = 20;
    assert_int_equal(dddk_pci_locate(&fake_config, &function, &outside, &place), 0);
    assert_int_equal(place.config_offset, 0xa0);
    assert_int_equal(place.offset, 0x2000);
    assert_int_equal(dddk_pci_locate(&fake_config, &function, &inside, &place), 0);
    assert_int_equal(place.offset, 0xa0);
    assert_int_equal(place.size_bytes, 20);
}

static void noise_ends_and_stays_inside(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 500; seed++) {
        fake.random = seed * 2654435761u;
        fake.reads = 0;
        if (locate() == 0) {
            const struct dddk_pci_bar *bar = &function.bar[place.bar];
            assert_true(place.offset + place.size_bytes <= bar->size_bytes);
        }
        assert_in_range(fake.reads, 1, 1000);
    }
}

int main(void)
{
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, make_device, no_access_was_wrong)
    const struct CMUnitTest tests[] = {
        CLAIM(the_capability_of_the_type_says_where_it_is),
        CLAIM(the_first_that_fits_is_taken),
        CLAIM(a_device_without_it_is_refused),
        CLAIM(a_list_that_loops_is_refused_whatever_it_holds),
        CLAIM(a_bar_that_cannot_be_is_refused),
        CLAIM(a_place_outside_its_bar_is_refused),
        CLAIM(what_is_too_small_or_askew_is_refused),
        CLAIM(a_capability_at_the_end_of_configuration_space_is_too_short),
        CLAIM(a_capability_can_be_the_region_itself),
        CLAIM(two_regions_of_a_capability_are_of_the_same_one),
        CLAIM(noise_ends_and_stays_inside),
    };

    return cmocka_run_group_tests_name("pci locate", tests, NULL, NULL);
}
