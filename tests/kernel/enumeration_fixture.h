/* SPDX-License-Identifier: MIT
 *
 * A fake bus, a plan to enumerate it by, and the problems that were reported, for the tests of
 * enumeration.
 */
#ifndef ENUMERATION_FIXTURE_H
#define ENUMERATION_FIXTURE_H

#include "fake_pci.h"

FAKE struct dddk_pci_function found[FAKE_FUNCTIONS];

FAKE struct problem {
    struct dddk_pci_address where;
    enum dddk_pci_problem problem;
    uint32_t detail;
} problems[64];
FAKE unsigned problem_count;

FAKE void note_problem(void *context, struct dddk_pci_address where, enum dddk_pci_problem problem,
                       uint32_t detail)
{
    assert_ptr_equal(context, problems);
    if (problem_count < DDDK_COUNT(problems)) {
        problems[problem_count] = (struct problem){where, problem, detail};
    }
    problem_count++;
}

FAKE struct dddk_pci_plan plan;

FAKE int make_bus(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof(fake));
    memset(found, 0xa5, sizeof(found));
    problem_count = 0;
    plan = (struct dddk_pci_plan){.last_bus = 255, .problem = note_problem, .context = problems};
    return 0;
}

FAKE int nothing_forbidden_happened(void **state)
{
    (void)state;
    return fake.bad_offsets == 0 && fake.status_writes == 0 && fake.bars_moved_while_on == 0 ? 0
                                                                                             : -1;
}

FAKE int enumerate(void)
{
    return dddk_pci_enumerate(&fake_config, &plan, found, DDDK_COUNT(found));
}

FAKE void only_problem_is(enum dddk_pci_problem problem, uint32_t detail)
{
    assert_int_equal(problem_count, 1);
    assert_int_equal(problems[0].problem, problem);
    assert_int_equal(problems[0].detail, detail);
}

/* root: 1 bridge A (2 endpoint, 3 bridge B (0 endpoint), 4 endpoint), 2 endpoint, 3 bridge C */
FAKE void make_tree(int *a, int *b, int *c)
{
    *a = fake_add_bridge(ON_ROOT, 1, 0);
    fake_add(*a, 2, 0, 1, 0xa2);
    *b = fake_add_bridge(*a, 3, 0);
    fake_add(*b, 0, 0, 1, 0xb0);
    fake_add(*a, 4, 0, 1, 0xa4);
    fake_add(ON_ROOT, 2, 0, 1, 0x02);
    *c = fake_add_bridge(ON_ROOT, 3, 0);
    fake_add(*c, 31, 0, 1, 0xcf);
}

FAKE void set_buses(int bridge, uint8_t primary, uint8_t secondary, uint8_t subordinate)
{
    fake_put(&fake.functions[bridge], DDDK_PCI_PRIMARY_BUS, 4,
             (uint32_t)primary | (uint32_t)secondary << 8 | (uint32_t)subordinate << 16);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, make_bus, nothing_forbidden_happened)

#endif
