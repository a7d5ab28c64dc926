/* SPDX-License-Identifier: MIT
 *
 * A bus that lies: whatever configuration space answers, enumeration ends, stays inside
 * configuration space, and reports.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "enumeration_fixture.h"

/* ---- a bus that lies ---- */

static void a_function_that_is_not_ready_is_reported(void **state)
{
    (void)state;
    fake_add(ON_ROOT, 1, 0, 0x0001, 0xffff);
    assert_int_equal(enumerate(), 0);
    only_problem_is(DDDK_PCI_NOT_READY, 0xffff0001);
}

static void a_header_type_that_is_none_is_reported(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    it->bytes[DDDK_PCI_HEADER_TYPE] = 3;
    assert_int_equal(enumerate(), 0);
    only_problem_is(DDDK_PCI_BAD_HEADER, 3);
}

static void a_function_of_all_ones_but_its_vendor_is_reported(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    memset(it->bytes + 4, 0xff, sizeof(it->bytes) - 4);
    memset(it->writable, 0, sizeof(it->writable));
    assert_int_equal(enumerate(), 0);
    assert_int_equal(problems[0].problem, DDDK_PCI_BAD_HEADER);
    make_bus(NULL);
    it = fake_add(ON_ROOT, 1, 0, 1, 2);
    memset(it->bytes + 4, 0xff, sizeof(it->bytes) - 4);
    memset(it->writable, 0, sizeof(it->writable));
    it->bytes[DDDK_PCI_HEADER_TYPE] = 0;
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].interrupt_pin, 0);
    assert_int_equal(problem_count, 7); /* the list and six BARs */
    fake.bars_moved_while_on = 0;       /* its decoding cannot be switched off */
}

static void a_looping_capability_list_is_reported_and_what_came_before_counts(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    it->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    fake_capability(it, 0x40, DDDK_PCI_CAPABILITY_MSI, 0x50);
    fake_capability(it, 0x50, DDDK_PCI_CAPABILITY_POWER, 0x40);
    assert_int_equal(enumerate(), 1);
    only_problem_is(DDDK_PCI_BAD_CAPABILITIES, 0x40);
    assert_int_equal(found[0].msi, 0x40);
}

static void a_bridge_behind_which_the_root_appears_again_ends(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    int status;

    (void)state;
    fake.functions[bridge].aliases_bus = true;
    fake_add(ON_ROOT, 2, 0, 1, 2);
    plan.assign = true;
    status = enumerate();
    assert_true(status >= 2 || status == DDDK_ENOSPC);
    assert_in_range(fake.reads, 1, 1000000);
    /* The same without assigning, with numbers that pretend to go on for ever. */
    set_buses(bridge, 0, 1, 255);
    plan.assign = false;
    assert_int_equal(enumerate(), 4); /* bridge, its own image, and the endpoint twice */
    assert_int_equal(problems[problem_count - 1].problem, DDDK_PCI_BAD_BUS_NUMBERS);
}

static void a_bus_of_noise_ends_and_never_leaves_configuration_space(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        int status;

        make_bus(NULL);
        fake.random = seed * 2654435761u;
        plan.assign = seed % 2 == 0;
        plan.io = (struct dddk_pci_range){0x1000, 0xf000};
        plan.memory = (struct dddk_pci_range){0x80000000, 0x40000000};
        plan.prefetchable = (struct dddk_pci_range){0x100000000, 0x40000000};
        status = enumerate();
        assert_true(status >= 0 || status == DDDK_ENOSPC);
        assert_in_range(fake.reads, 1, 5000000);
        assert_int_equal(fake.bad_offsets, 0);
    }
}

static void more_functions_than_room_are_refused_with_the_first_ones_described(void **state)
{
    int a, b, c;

    (void)state;
    make_tree(&a, &b, &c);
    fake_bar_memory(&fake.functions[1], 0, 0x1000, false);
    plan.assign = true;
    plan.memory = (struct dddk_pci_range){0x80000000, 0x10000000};
    assert_int_equal(dddk_pci_enumerate(&fake_config, &plan, found, 4), DDDK_ENOSPC);
    assert_int_equal(found[3].identity.device, 0xb0);
    assert_int_equal(found[1].bar[0].address, 0);
    assert_int_equal(((uint8_t *)&found[4])[0], 0xa5);
    /* Bridges that were entered route what was found, and no more. */
    assert_int_equal(fake.functions[a].bytes[DDDK_PCI_SUBORDINATE_BUS], 2);
    assert_int_equal(dddk_pci_enumerate(&fake_config, &plan, found, 0), DDDK_ENOSPC);
    assert_int_equal(dddk_pci_enumerate(&fake_config, &plan, found, 8), 8);
}

static void a_plan_outside_its_contract_is_refused_before_any_access(void **state)
{
    struct dddk_pci_plan wrong[8];

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        wrong[i] = plan;
    }
    wrong[0].first_bus = 1, wrong[0].last_bus = 0;
    wrong[1].io = (struct dddk_pci_range){0xf000, 0x1001};
    wrong[2].io = (struct dddk_pci_range){0, 0x1000};
    wrong[3].memory = (struct dddk_pci_range){0xffff0000, 0x10001};
    wrong[4].memory = (struct dddk_pci_range){0, 0x1000};
    wrong[5].prefetchable = (struct dddk_pci_range){(uint64_t)1 << 52, 1};
    wrong[6].prefetchable = (struct dddk_pci_range){0x1000, UINT64_MAX};
    wrong[7].memory = (struct dddk_pci_range){0x100000000, 1};
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        assert_int_equal(dddk_pci_enumerate(&fake_config, &wrong[i], found, 1), DDDK_EINVAL);
    }
    assert_int_equal(fake.reads + fake.writes, 0);
}

static void interrupt_pins_turn_by_device_number_at_each_bridge(void **state)
{
    struct dddk_pci_function path[] = {
        {.where.device = 5, .parent = DDDK_PCI_NO_PARENT},
        {.where.device = 2, .parent = 0},
        {.where.device = 3, .parent = 1, .interrupt_pin = 1},
        {.where.device = 7, .parent = DDDK_PCI_NO_PARENT, .interrupt_pin = 4},
        {.where.device = 1, .parent = 0, .interrupt_pin = 0},
    };
    uint8_t device;

    (void)state;
    assert_int_equal(dddk_pci_root_pin(path, 2, &device), 2); /* A -> +3 = D -> +2 = B */
    assert_int_equal(device, 5);
    assert_int_equal(dddk_pci_root_pin(path, 3, &device), 4);
    assert_int_equal(device, 7);
    assert_int_equal(dddk_pci_root_pin(path, 4, &device), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_function_that_is_not_ready_is_reported),
        CLAIM(a_header_type_that_is_none_is_reported),
        CLAIM(a_function_of_all_ones_but_its_vendor_is_reported),
        CLAIM(a_looping_capability_list_is_reported_and_what_came_before_counts),
        CLAIM(a_bridge_behind_which_the_root_appears_again_ends),
        CLAIM(a_bus_of_noise_ends_and_never_leaves_configuration_space),
        CLAIM(more_functions_than_room_are_refused_with_the_first_ones_described),
        CLAIM(a_plan_outside_its_contract_is_refused_before_any_access),
        CLAIM(interrupt_pins_turn_by_device_number_at_each_bridge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
