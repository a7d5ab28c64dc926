/* SPDX-License-Identifier: MIT
 *
 * Finding functions: what is described, in which order, how BARs are sized, how buses are numbered.
 * Addresses are in test_pci_assign.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "enumeration_fixture.h"

/* ---- what is described ---- */

static void an_empty_bus_has_no_function(void **state)
{
    (void)state;
    assert_int_equal(enumerate(), 0);
    assert_int_equal(problem_count, 0);
    /* One look a device, none at functions of a device that is not there. */
    assert_in_range(fake.reads, 32, 64);
}

static void a_function_is_described(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 5, 0, 0x1234, 0x5678);

    (void)state;
    fake_put(it, DDDK_PCI_REVISION, 4, 0x02000103);
    fake_put(it, DDDK_PCI_SUBSYSTEM_VENDOR, 2, 0x1af4);
    fake_put(it, DDDK_PCI_SUBSYSTEM_DEVICE, 2, 0x1100);
    it->bytes[DDDK_PCI_INTERRUPT_PIN] = 2;
    it->bytes[DDDK_PCI_INTERRUPT_LINE] = 11;
    it->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    fake_capability(it, 0x40, DDDK_PCI_CAPABILITY_MSI, 0x60);
    fake_capability(it, 0x60, DDDK_PCI_CAPABILITY_PCIE, 0x80);
    fake_capability(it, 0x80, DDDK_PCI_CAPABILITY_MSIX, 0x90);
    fake_capability(it, 0x90, DDDK_PCI_CAPABILITY_MSI, 0); /* the first of two counts */
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].where.bus, 0);
    assert_int_equal(found[0].where.device, 5);
    assert_int_equal(found[0].where.function, 0);
    assert_int_equal(found[0].identity.vendor, 0x1234);
    assert_int_equal(found[0].identity.device, 0x5678);
    assert_int_equal(found[0].identity.subsystem_vendor, 0x1af4);
    assert_int_equal(found[0].identity.subsystem_device, 0x1100);
    assert_int_equal(found[0].identity.class_code, 0x020001);
    assert_int_equal(found[0].revision, 3);
    assert_int_equal(found[0].interrupt_pin, 2);
    assert_int_equal(found[0].interrupt_line, 11);
    assert_int_equal(found[0].header_type, 0);
    assert_int_equal(found[0].msi, 0x40);
    assert_int_equal(found[0].pcie, 0x60);
    assert_int_equal(found[0].msix, 0x80);
    assert_int_equal(found[0].parent, DDDK_PCI_NO_PARENT);
    assert_int_equal(problem_count, 0);
}

static void functions_1_to_7_are_looked_at_only_in_a_multi_function_device(void **state)
{
    (void)state;
    fake_add(ON_ROOT, 1, 0, 1, 10);
    fake_add(ON_ROOT, 1, 7, 1, 17);
    fake_add(ON_ROOT, 2, 0, 1, 20)->bytes[DDDK_PCI_HEADER_TYPE] = 0x80;
    fake_add(ON_ROOT, 2, 3, 1, 23);
    fake_add(ON_ROOT, 2, 7, 1, 27);
    fake_add(ON_ROOT, 3, 1, 1, 31); /* without function 0 there is no device */
    assert_int_equal(enumerate(), 4);
    assert_int_equal(found[0].identity.device, 10);
    assert_int_equal(found[1].identity.device, 20);
    assert_int_equal(found[2].identity.device, 23);
    assert_int_equal(found[3].identity.device, 27);
    assert_int_equal(found[1].header_type, 0);
}

static void a_bridges_subsystem_is_in_its_capability(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    struct fake_function *it = &fake.functions[bridge];

    (void)state;
    it->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    fake_capability(it, 0x40, DDDK_PCI_CAPABILITY_BRIDGE_SUBSYSTEM, 0);
    fake_put(it, 0x44, 4, 0x22221111);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].identity.subsystem_vendor, 0x1111);
    assert_int_equal(found[0].identity.subsystem_device, 0x2222);
}

static void a_cardbus_bridge_is_described_but_not_entered(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    it->bytes[DDDK_PCI_HEADER_TYPE] = 2;
    fake_put(it, 0x40, 4, 0x22221111);
    fake_bar_memory(it, 0, 0x1000, false);
    plan.assign = true;
    plan.memory = (struct dddk_pci_range){0x80000000, 0x10000000};
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].identity.subsystem_device, 0x2222);
    assert_int_equal(found[0].bar[0].size_bytes, 0x1000);
    assert_int_equal(found[0].secondary, 0);
    assert_int_equal(it->bytes[DDDK_PCI_SECONDARY_BUS], 0);
}

/* ---- BARs ---- */

static void bars_of_every_kind_are_sized_and_left_as_they_were(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);
    uint8_t before[256];

    (void)state;
    fake_bar_memory(it, 0, 0x20000, false);
    fake_bar_io(it, 1, 0x40);
    fake_bar_memory64(it, 2, 16ull << 30, true);
    fake_bar_memory(it, 4, 0x80000000u, true);
    fake_put(it, DDDK_PCI_BAR0, 4, 0xfeb80000);
    fake_put(it, DDDK_PCI_BAR0 + 4, 4, 0xc041);
    fake_put(it, DDDK_PCI_BAR0 + 12, 4, 0x14);
    fake_put(it, DDDK_PCI_COMMAND, 2, 7);
    memcpy(before, it->bytes, sizeof(before));
    assert_int_equal(enumerate(), 1);
    assert_memory_equal(it->bytes, before, sizeof(before));
    assert_int_equal(fake.command_writes, 2);
    assert_int_equal(found[0].bar[0].size_bytes, 0x20000);
    assert_int_equal(found[0].bar[0].address, 0xfeb80000);
    assert_int_equal(found[0].bar[0].kind, DDDK_REGION_MEMORY);
    assert_false(found[0].bar[0].is_64bit || found[0].bar[0].prefetchable);
    assert_int_equal(found[0].bar[1].size_bytes, 0x40);
    assert_int_equal(found[0].bar[1].address, 0xc040);
    assert_int_equal(found[0].bar[1].kind, DDDK_REGION_PORT);
    assert_int_equal(found[0].bar[2].size_bytes, 16ull << 30);
    assert_int_equal(found[0].bar[2].address, 0x1400000000);
    assert_true(found[0].bar[2].is_64bit && found[0].bar[2].prefetchable);
    assert_int_equal(found[0].bar[3].size_bytes, 0);
    assert_int_equal(found[0].bar[4].size_bytes, 0x80000000u);
    assert_true(found[0].bar[4].prefetchable && !found[0].bar[4].is_64bit);
    assert_int_equal(found[0].bar[5].size_bytes, 0);
    assert_int_equal(problem_count, 0);
}

static void a_port_bar_that_decodes_32_bits_is_sized_too(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_put(it, DDDK_PCI_BAR0, 4, 1);
    fake_writable(it, DDDK_PCI_BAR0, 4, 0xffffff00);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[0].size_bytes, 0x100);
}

static void a_bar_that_cannot_be_is_reported_and_counts_as_absent(void **state)
{
    static const struct {
        const char *what;
        uint32_t reads, writable;
    } cases[] = {
        {"bits missing in the middle", 0x00000000, 0xff0f0000},
        {"no bit at the top", 0x00000000, 0x00ff0000},
        {"nothing but flags", 0x00000008, 0x00000000},
        {"reserved type 1", 0x00000002, 0xffff0000},
        {"reserved type 3", 0x00000006, 0xffff0000},
        {"reserved bit of a port BAR", 0x00000003, 0x0000ff00},
        {"port BAR without address bits", 0x00000001, 0x00000000},
        {"all ones, always", 0xffffffff, 0x00000000},
        {"stuck at a number", 0xfebc0000, 0x00000000},
        {"flags that can be written", 0x00000000, 0xfffffff8},
        {"kind that can be written", 0x00000000, 0x0000fffd},
        {"64 bits, none of them writable", 0x00000004, 0x00000000},
    };

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        struct fake_function *it;

        make_bus(NULL);
        it = fake_add(ON_ROOT, 1, 0, 1, 2);
        fake_put(it, DDDK_PCI_BAR0, 4, cases[i].reads);
        fake_writable(it, DDDK_PCI_BAR0, 4, cases[i].writable);
        fake_bar_memory(it, 2, 0x1000, false);
        assert_int_equal(enumerate(), 1);
        if (problem_count != 1 || problems[0].problem != DDDK_PCI_BAD_BAR) {
            fail_msg("not reported: %s", cases[i].what);
        }
        assert_int_equal(problems[0].detail, 0);
        assert_int_equal(found[0].bar[0].size_bytes, 0);
        assert_int_equal(found[0].bar[2].size_bytes, 0x1000);
        assert_int_equal(fake_get(it, DDDK_PCI_BAR0, 4), cases[i].reads);
    }
}

static void half_a_64_bit_bar_is_reported(void **state)
{
    struct fake_function *device = fake_add(ON_ROOT, 1, 0, 1, 2);
    int bridge = fake_add_bridge(ON_ROOT, 2, 0);

    (void)state;
    fake_put(device, DDDK_PCI_BAR0 + 20, 4, 4);
    fake_writable(device, DDDK_PCI_BAR0 + 20, 4, 0xffff0000);
    fake_put(&fake.functions[bridge], DDDK_PCI_BAR0 + 4, 4, 4);
    fake_writable(&fake.functions[bridge], DDDK_PCI_BAR0 + 4, 4, 0xffff0000);
    assert_int_equal(enumerate(), 2);
    assert_int_equal(problem_count, 2);
    assert_int_equal(problems[0].detail, 5);
    assert_int_equal(problems[1].detail, 1);
    assert_int_equal(found[0].bar[5].size_bytes, 0);
}

/* ---- bus numbers, assigned ---- */

static void buses_are_numbered_depth_first(void **state)
{
    static const struct {
        uint16_t device;
        uint8_t bus;
        uint32_t parent, next_sibling, first_child;
    } wanted[] = {
        {0x0001, 0, DDDK_PCI_NO_PARENT, 5, 1}, /* A */
        {0x00a2, 1, 0, 2, 0},
        {0x0001, 1, 0, 4, 3}, /* B */
        {0x00b0, 2, 2, 0, 0},
        {0x00a4, 1, 0, 0, 0},
        {0x0002, 0, DDDK_PCI_NO_PARENT, 6, 0},
        {0x0001, 0, DDDK_PCI_NO_PARENT, 0, 7}, /* C */
        {0x00cf, 3, 6, 0, 0},
    };
    int a, b, c;

    (void)state;
    make_tree(&a, &b, &c);
    plan.assign = true;
    assert_int_equal(enumerate(), DDDK_COUNT(wanted));
    for (unsigned i = 0; i < DDDK_COUNT(wanted); i++) {
        assert_int_equal(found[i].identity.device, wanted[i].device);
        assert_int_equal(found[i].where.bus, wanted[i].bus);
        assert_int_equal(found[i].parent, wanted[i].parent);
        assert_int_equal(found[i].next_sibling, wanted[i].next_sibling);
        assert_int_equal(found[i].first_child, wanted[i].first_child);
    }
    /* primary, secondary, subordinate */
    assert_int_equal(fake_get(&fake.functions[a], DDDK_PCI_PRIMARY_BUS, 4) & 0xffffff, 0x020100);
    assert_int_equal(fake_get(&fake.functions[b], DDDK_PCI_PRIMARY_BUS, 4) & 0xffffff, 0x020201);
    assert_int_equal(fake_get(&fake.functions[c], DDDK_PCI_PRIMARY_BUS, 4) & 0xffffff, 0x030300);
    assert_int_equal(found[0].subordinate, 2);
    assert_int_equal(problem_count, 0);
}

static void a_multi_function_bridge_is_left_to_its_next_function(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);

    (void)state;
    fake.functions[bridge].bytes[DDDK_PCI_HEADER_TYPE] = 0x81;
    fake_add(bridge, 0, 0, 1, 0x10);
    fake_add(ON_ROOT, 1, 1, 1, 0x11);
    plan.assign = true;
    assert_int_equal(enumerate(), 3);
    assert_int_equal(found[2].identity.device, 0x11);
    assert_int_equal(found[2].parent, DDDK_PCI_NO_PARENT);
}

static void bridges_behind_the_last_bus_are_reported_and_not_entered(void **state)
{
    int a, b, c;

    (void)state;
    make_tree(&a, &b, &c);
    plan.assign = true;
    plan.last_bus = 2;
    assert_int_equal(enumerate(), 7);
    only_problem_is(DDDK_PCI_OUT_OF_BUSES, 2);
    assert_int_equal(problems[0].where.device, 3);
    assert_int_equal(found[6].secondary, 0);
    assert_int_equal(fake.functions[c].bytes[DDDK_PCI_SECONDARY_BUS], 0);
    assert_int_equal(fake.functions[a].bytes[DDDK_PCI_SUBORDINATE_BUS], 2);
}

static void a_port_of_pci_express_has_one_device_behind_it(void **state)
{
    static const uint16_t types[] = {0x40, 0x60, 0x50,
                                     0x70}; /* root, downstream, upstream, to PCI */

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(types); i++) {
        int bridge;

        make_bus(NULL);
        bridge = fake_add_bridge(ON_ROOT, 1, 0);
        fake.functions[bridge].bytes[DDDK_PCI_CAPABILITIES] = 0x40;
        fake_capability(&fake.functions[bridge], 0x40, DDDK_PCI_CAPABILITY_PCIE, 0);
        fake_put(&fake.functions[bridge], 0x42, 2, types[i] | 2u);
        fake_add(bridge, 0, 0, 1, 2)->everywhere = true;
        plan.assign = true;
        assert_int_equal(enumerate(), i < 2 ? 2 : 33);
    }
}

/* ---- bus numbers, left by firmware ---- */

static void bus_numbers_of_firmware_are_followed_and_left_alone(void **state)
{
    int a, b, c;

    (void)state;
    make_tree(&a, &b, &c);
    set_buses(a, 0, 10, 20);
    set_buses(b, 10, 15, 15);
    set_buses(c, 0, 5, 9); /* siblings need no order */
    assert_int_equal(enumerate(), 8);
    assert_int_equal(found[3].where.bus, 15);
    assert_int_equal(found[7].where.bus, 5);
    assert_int_equal(fake.functions[a].bytes[DDDK_PCI_SUBORDINATE_BUS], 20);
    assert_int_equal(problem_count, 0);
}

static void a_bridge_that_firmware_left_alone_is_not_entered(void **state)
{
    int a, b, c;

    (void)state;
    make_tree(&a, &b, &c);
    set_buses(c, 0, 5, 5);
    assert_int_equal(enumerate(), 4);
    assert_int_equal(found[0].secondary, 0);
    assert_int_equal(problem_count, 0);
}

static void bus_numbers_that_contradict_are_reported_and_not_followed(void **state)
{
    static const struct {
        const char *what;
        uint8_t numbers[3];
    } cases[] = {
        {"back to the root", {0, 0, 5}},      {"wrong primary", {1, 2, 5}},
        {"subordinate too low", {0, 5, 4}},   {"sibling's bus", {0, 10, 10}},
        {"around the sibling", {0, 5, 30}},   {"within the sibling", {0, 12, 13}},
        {"above the last bus", {0, 21, 255}},
    };

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        const uint8_t *numbers = cases[i].numbers;
        int a, b, c;

        make_bus(NULL);
        plan.last_bus = 200;
        make_tree(&a, &b, &c);
        set_buses(a, 0, 10, 20);
        set_buses(b, 10, 15, 15);
        set_buses(c, numbers[0], numbers[1], numbers[2]);
        assert_int_equal(enumerate(), 7);
        if (problem_count != 1 || problems[0].problem != DDDK_PCI_BAD_BUS_NUMBERS) {
            fail_msg("not reported: %s", cases[i].what);
        }
        assert_int_equal(problems[0].detail, (uint32_t)numbers[0] | (uint32_t)numbers[1] << 8 |
                                                 (uint32_t)numbers[2] << 16);
    }
}

static void a_child_whose_buses_leave_its_parents_is_reported(void **state)
{
    static const uint8_t wrong[][2] = {{10, 10}, {9, 9}, {15, 21}, {0, 3}};

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        int a, b, c;

        make_bus(NULL);
        make_tree(&a, &b, &c);
        set_buses(a, 0, 10, 20);
        set_buses(b, 10, wrong[i][0], wrong[i][1]);
        assert_int_equal(enumerate(), 6);
        assert_int_equal(problem_count, 1);
        assert_int_equal(problems[0].problem, DDDK_PCI_BAD_BUS_NUMBERS);
        assert_int_equal(problems[0].where.bus, 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(an_empty_bus_has_no_function),
        CLAIM(a_function_is_described),
        CLAIM(functions_1_to_7_are_looked_at_only_in_a_multi_function_device),
        CLAIM(a_bridges_subsystem_is_in_its_capability),
        CLAIM(a_cardbus_bridge_is_described_but_not_entered),
        CLAIM(bars_of_every_kind_are_sized_and_left_as_they_were),
        CLAIM(a_port_bar_that_decodes_32_bits_is_sized_too),
        CLAIM(a_bar_that_cannot_be_is_reported_and_counts_as_absent),
        CLAIM(half_a_64_bit_bar_is_reported),
        CLAIM(buses_are_numbered_depth_first),
        CLAIM(a_multi_function_bridge_is_left_to_its_next_function),
        CLAIM(bridges_behind_the_last_bus_are_reported_and_not_entered),
        CLAIM(a_port_of_pci_express_has_one_device_behind_it),
        CLAIM(bus_numbers_of_firmware_are_followed_and_left_alone),
        CLAIM(a_bridge_that_firmware_left_alone_is_not_entered),
        CLAIM(bus_numbers_that_contradict_are_reported_and_not_followed),
        CLAIM(a_child_whose_buses_leave_its_parents_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
