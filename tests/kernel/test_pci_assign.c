/* SPDX-License-Identifier: MIT
 *
 * Addresses where there is no firmware: natural alignment, nothing overlaps, windows of bridges
 * hold what is behind them and no more, and what finds no room is reported and stays off. The
 * random trees check the hardware's registers, not what the enumerator says about them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_pci.h"

static struct dddk_pci_function found[FAKE_FUNCTIONS];
static unsigned problems[DDDK_PCI_PROBLEMS];
static uint32_t last_detail;
static struct dddk_pci_address last_where;

static void count_problem(void *context, struct dddk_pci_address where,
                          enum dddk_pci_problem problem, uint32_t detail)
{
    (void)context;
    problems[problem]++;
    last_where = where;
    last_detail = detail;
}

static struct dddk_pci_plan plan;

static int make_bus(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof(fake));
    memset(problems, 0, sizeof(problems));
    plan = (struct dddk_pci_plan){
        .last_bus = 255,
        .assign = true,
        .io = {0x1000, 0xf000},
        .memory = {0x80000000, 0x40000000},
        .prefetchable = {0x800000000, 0x800000000},
        .problem = count_problem,
    };
    return 0;
}

static int nothing_forbidden_happened(void **state)
{
    (void)state;
    return fake.bad_offsets == 0 && fake.status_writes == 0 && fake.bars_moved_while_on == 0 ? 0
                                                                                             : -1;
}

static int enumerate(void)
{
    return dddk_pci_enumerate(&fake_config, &plan, found, DDDK_COUNT(found));
}

static unsigned problem_total(void)
{
    unsigned total = 0;

    for (unsigned i = 0; i < DDDK_PCI_PROBLEMS; i++) {
        total += problems[i];
    }
    return total;
}

/* ---- plain cases ---- */

static void bars_get_aligned_addresses_from_their_range_and_decoding_stays_as_it_was(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_bar_memory(it, 0, 0x1000, false);
    fake_bar_io(it, 1, 0x20);
    fake_bar_memory64(it, 2, 1ull << 32, true);
    fake_bar_memory(it, 4, 0x100000, false);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[4].address, 0x80000000); /* the largest first */
    assert_int_equal(found[0].bar[0].address, 0x80100000);
    assert_int_equal(found[0].bar[1].address, 0x1000);
    assert_int_equal(found[0].bar[2].address, 0x800000000);
    assert_int_equal(fake_get(it, DDDK_PCI_BAR0, 4), 0x80100000);
    assert_int_equal(fake_get(it, DDDK_PCI_BAR0 + 4, 4), 0x1001);
    assert_int_equal(fake_get(it, DDDK_PCI_BAR0 + 8, 4), 0x0000000c);
    assert_int_equal(fake_get(it, DDDK_PCI_BAR0 + 12, 4), 0x8);
    assert_int_equal(fake_get(it, DDDK_PCI_COMMAND, 2), 0);
    assert_int_equal(problem_total(), 0);
}

static void decoding_that_was_on_is_on_again_at_the_new_address(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_bar_memory(it, 0, 0x1000, false);
    fake_put(it, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MEMORY | DDDK_PCI_COMMAND_MASTER);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(fake_get(it, DDDK_PCI_COMMAND, 2),
                     DDDK_PCI_COMMAND_MEMORY | DDDK_PCI_COMMAND_MASTER);
}

static void without_a_prefetchable_range_everything_comes_from_memory(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    plan.prefetchable = (struct dddk_pci_range){0, 0};
    fake_bar_memory64(it, 0, 0x10000, true);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[0].address, 0x80000000);
    assert_int_equal(found[0].bar[0].window, DDDK_PCI_WINDOW_MEMORY);
}

static void a_32_bit_prefetchable_bar_does_not_go_above_4_gib(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_bar_memory(it, 0, 0x10000, true);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[0].address, 0x80000000);
    plan.prefetchable = (struct dddk_pci_range){0xc0000000, 0x10000000};
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[0].address, 0xc0000000);
}

static void what_memory_is_too_small_for_goes_above_4_gib_from_a_root_bus_only(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_bar_memory64(it, 0, 0x80000000, false);
    assert_int_equal(enumerate(), 1);
    assert_true(found[0].bar[0].address == 0x800000000);
    assert_int_equal(problem_total(), 0);
    fake_bar_memory64(it, 0, 0x40000000, false);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(found[0].bar[0].address, 0x80000000);

    int bridge = fake_add_bridge(ON_ROOT, 2, 0);
    it = fake_add(bridge, 0, 0, 1, 2);
    fake_bar_memory64(it, 0, 0x80000000, false);
    assert_int_equal(enumerate(), 3);
    assert_int_equal(found[2].bar[0].address, 0);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 1);
}

static void a_bridge_without_a_64_bit_prefetchable_window_sends_it_to_memory(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        int bridge, inner;

        make_bus(NULL);
        bridge = fake_add_bridge(ON_ROOT, 1, 0);
        inner = fake_add_bridge(bridge, 1, 0);
        fake_bar_memory64(fake_add(inner, 1, 0, 1, 2), 0, 0x10000, true);
        if (kind == 1) { /* 32 bits only */
            fake_put(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE, 4, 0);
            fake_writable(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE_UPPER, 4, 0);
        } else if (kind == 2) { /* none */
            fake_put(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE, 4, 0);
            fake_writable(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE, 4, 0);
        }
        assert_int_equal(enumerate(), 3);
        assert_int_equal(found[2].bar[0].address, kind == 0 ? 0x800000000 : 0x80000000);
        assert_int_equal(problem_total(), 0);
    }
}

/* ---- windows ---- */

static void windows_hold_what_is_behind_and_unneeded_ones_are_closed(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    struct fake_function *it = &fake.functions[bridge];
    struct fake_function *behind = fake_add(bridge, 4, 0, 1, 2);

    (void)state;
    fake_bar_memory(behind, 0, 0x100000, false);
    fake_bar_memory(behind, 1, 0x200000, false);
    fake_bar_io(behind, 2, 0x100);
    assert_int_equal(enumerate(), 2);
    assert_int_equal(fake_get(it, DDDK_PCI_MEMORY_BASE, 4), 0x80208000); /* 80000000 to 802fffff */
    assert_int_equal(fake_get(it, DDDK_PCI_IO_BASE, 2), 0x1010);
    assert_int_equal(found[0].window[DDDK_PCI_WINDOW_MEMORY].base, 0x80000000);
    assert_int_equal(found[0].window[DDDK_PCI_WINDOW_MEMORY].size_bytes, 0x300000);
    /* The prefetchable one: base above limit. */
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_BASE, 2) & 0xfff0, 0xfff0);
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_LIMIT, 2) & 0xfff0, 0);
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_LIMIT_UPPER, 4), 0);
    assert_int_equal(fake_get(it, DDDK_PCI_COMMAND, 2), 7);
}

static void a_prefetchable_window_above_4_gib_has_both_halves(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    struct fake_function *it = &fake.functions[bridge];

    (void)state;
    fake_bar_memory64(fake_add(bridge, 0, 0, 1, 2), 0, 0x200000000, true);
    assert_int_equal(enumerate(), 2);
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_BASE_UPPER, 4), 0x8);
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_LIMIT_UPPER, 4), 0x9);
    assert_int_equal(fake_get(it, DDDK_PCI_PREFETCH_BASE, 4), 0xfff10001);
}

static void ports_behind_a_bridge_without_their_window_are_reported(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    struct fake_function *behind = fake_add(bridge, 0, 0, 1, 2);

    (void)state;
    fake_writable(&fake.functions[bridge], DDDK_PCI_IO_BASE, 2, 0);
    fake_bar_io(behind, 0, 0x20);
    fake_bar_memory(behind, 1, 0x1000, false);
    assert_int_equal(enumerate(), 2);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_WINDOW], 1);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 1);
    assert_int_equal(found[1].bar[0].address, 0);
    assert_int_equal(found[1].bar[1].address, 0x80000000);
}

/* ---- no room ---- */

static void a_bar_that_finds_no_room_is_reported_and_its_decoding_stays_off(void **state)
{
    struct fake_function *first = fake_add(ON_ROOT, 1, 0, 1, 2);
    struct fake_function *second = fake_add(ON_ROOT, 2, 0, 1, 3);

    (void)state;
    plan.memory.size_bytes = 0x1800;
    fake_bar_memory(first, 0, 0x1000, false);
    fake_bar_memory(second, 3, 0x1000, false);
    fake_bar_io(second, 1, 0x20);
    fake_put(second, DDDK_PCI_COMMAND, 2, 3);
    assert_int_equal(enumerate(), 2);
    assert_int_equal(problem_total(), 1);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 1);
    assert_int_equal(last_where.device, 2);
    assert_int_equal(last_detail, 3);
    assert_int_equal(found[0].bar[0].address, 0x80000000);
    assert_int_equal(found[1].bar[3].address, 0);
    assert_int_equal(fake_get(second, DDDK_PCI_COMMAND, 2), DDDK_PCI_COMMAND_IO);
}

static void a_bar_larger_than_the_range_does_not_take_its_neighbours_with_it(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);

    (void)state;
    fake_bar_memory(fake_add(bridge, 0, 0, 1, 2), 0, 0x80000000u, false);
    fake_bar_memory(fake_add(bridge, 1, 0, 1, 3), 0, 0x1000, false);
    assert_int_equal(enumerate(), 3);
    assert_int_equal(problem_total(), 1);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 1);
    assert_int_equal(found[2].bar[0].address, 0x80000000);
}

static void a_window_that_finds_no_room_is_reported_with_all_behind_it(void **state)
{
    int first = fake_add_bridge(ON_ROOT, 1, 0);
    int outer = fake_add_bridge(ON_ROOT, 2, 0);
    int inner = fake_add_bridge(outer, 0, 0);

    (void)state;
    plan.memory.size_bytes = 0x200000; /* enough for either, not for both */
    fake_bar_memory(fake_add(first, 0, 0, 1, 2), 0, 0x100000, false);
    fake_bar_memory(fake_add(inner, 0, 0, 1, 3), 0, 0x80000, false);
    fake_bar_memory(fake_add(inner, 1, 0, 1, 4), 0, 0x100000, false);
    assert_int_equal(enumerate(), 6);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_WINDOW], 2);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 2);
    assert_int_equal(fake_get(&fake.functions[first], DDDK_PCI_MEMORY_BASE, 4), 0x80008000);
    assert_int_equal(fake_get(&fake.functions[outer], DDDK_PCI_MEMORY_BASE, 4), 0x0000fff0);
    assert_int_equal(fake_get(&fake.functions[inner], DDDK_PCI_MEMORY_BASE, 4), 0x0000fff0);
    assert_int_equal(found[4].bar[0].address, 0);
}

static void more_behind_a_bridge_than_the_whole_range_is_reported(void **state)
{
    int bridge = fake_add_bridge(ON_ROOT, 1, 0);
    int beside = fake_add_bridge(ON_ROOT, 2, 0);

    (void)state;
    plan.prefetchable = (struct dddk_pci_range){(uint64_t)1 << 50, ((uint64_t)3 << 50)};
    for (unsigned i = 0; i < 32; i++) {
        struct fake_function *it = fake_add(bridge, i, 0, 1, 2);

        for (unsigned bar = 0; bar < 6; bar += 2) {
            fake_bar_memory64(it, bar, (uint64_t)1 << 51, true);
        }
    }
    fake_bar_memory64(fake_add(beside, 0, 0, 1, 3), 0, (uint64_t)1 << 51, true);
    assert_int_equal(enumerate(), 35);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_WINDOW], 1);
    assert_int_equal(problems[DDDK_PCI_NO_ROOM_FOR_BAR], 96);
    assert_int_equal(found[34].bar[0].address, (uint64_t)1 << 51); /* the one beside has its own */
}

static void a_bar_that_keeps_its_own_address_is_reported_and_stays_off(void **state)
{
    struct fake_function *it = fake_add(ON_ROOT, 1, 0, 1, 2);

    (void)state;
    fake_put(it, DDDK_PCI_BAR0, 4, 0xfe000000); /* sizes to 32 MiB, but stands still */
    fake_put(it, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MEMORY);
    assert_int_equal(enumerate(), 1);
    assert_int_equal(problem_total(), 1);
    assert_int_equal(problems[DDDK_PCI_ADDRESS_IGNORED], 1);
    assert_int_equal(found[0].bar[0].address, 0);
    assert_int_equal(fake_get(it, DDDK_PCI_COMMAND, 2), 0);
}

/* ---- random trees, checked in the hardware's registers ---- */

static uint32_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

static void make_random_bars(struct fake_function *it)
{
    for (unsigned bar = 0; bar < 6; bar++) {
        switch (pick(6)) {
        case 0: fake_bar_io(it, bar, 4u << pick(7)); break;
        case 1: fake_bar_memory(it, bar, 16u << pick(18), pick(2)); break;
        case 2:
            if (bar < 5) {
                fake_bar_memory64(it, bar++, (uint64_t)16 << pick(24), pick(2));
            }
            break;
        default: break;
        }
    }
}

static void make_random_tree(void)
{
    int bridges[12] = {ON_ROOT};
    unsigned bridge_count = 1;
    uint8_t used[FAKE_FUNCTIONS + 1] = {0};

    while (fake.count < 40) {
        int behind = bridges[pick(bridge_count)];
        uint8_t device = used[behind + 1]++;

        if (device > 31) {
            continue;
        }
        if (bridge_count < DDDK_COUNT(bridges) && pick(3) == 0) {
            int bridge = fake_add_bridge(behind, device, 0);

            bridges[bridge_count++] = bridge;
            if (pick(4) == 0) {
                fake_put(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE, 4, 0);
                fake_writable(&fake.functions[bridge], DDDK_PCI_PREFETCH_BASE, 4, 0);
            }
        } else {
            make_random_bars(fake_add(behind, device, 0, 1, 2));
        }
    }
}

struct stretch {
    uint64_t first, last;
};

/* What the bridge's registers forward of one kind; `first` above `last` when closed. */
static struct stretch window_of(const struct fake_function *bridge, enum dddk_pci_window_kind kind)
{
    struct stretch window;

    switch (kind) {
    case DDDK_PCI_WINDOW_IO:
        window.first = (uint64_t)(bridge->bytes[DDDK_PCI_IO_BASE] & 0xf0) << 8;
        window.last = (uint64_t)(bridge->bytes[DDDK_PCI_IO_LIMIT] & 0xf0) << 8 | 0xfff;
        break;
    case DDDK_PCI_WINDOW_MEMORY:
        window.first = (uint64_t)(fake_get(bridge, DDDK_PCI_MEMORY_BASE, 2) & 0xfff0) << 16;
        window.last =
            (uint64_t)(fake_get(bridge, DDDK_PCI_MEMORY_LIMIT, 2) & 0xfff0) << 16 | 0xfffff;
        break;
    default:
        window.first = (uint64_t)(fake_get(bridge, DDDK_PCI_PREFETCH_BASE, 2) & 0xfff0) << 16 |
                       (uint64_t)fake_get(bridge, DDDK_PCI_PREFETCH_BASE_UPPER, 4) << 32;
        window.last = (uint64_t)(fake_get(bridge, DDDK_PCI_PREFETCH_LIMIT, 2) & 0xfff0) << 16 |
                      0xfffff | (uint64_t)fake_get(bridge, DDDK_PCI_PREFETCH_LIMIT_UPPER, 4) << 32;
    }
    return window;
}

static uint64_t address_in(const struct fake_function *it, unsigned index,
                           const struct dddk_pci_bar *bar)
{
    uint64_t address =
        fake_get(it, DDDK_PCI_BAR0 + 4 * index, 4) & ~(bar->kind == DDDK_REGION_PORT ? 3u : 15u);

    if (bar->is_64bit) {
        address |= (uint64_t)fake_get(it, DDDK_PCI_BAR0 + 4 * index + 4, 4) << 32;
    }
    return address;
}

static struct fake_function *fake_of(const struct dddk_pci_function *function)
{
    return fake_find(function->where);
}

/* A BAR is reached: each bridge on the way forwards all of it, and no bridge beside the way does.
 */
static void check_path(uint32_t count, uint32_t index, const struct dddk_pci_bar *bar,
                       uint64_t address)
{
    for (uint32_t i = 0; i < count; i++) {
        bool above = false;
        bool forwards = false;

        if (found[i].header_type != 1) {
            continue;
        }
        for (uint32_t at = found[index].parent; at != DDDK_PCI_NO_PARENT; at = found[at].parent) {
            above = above || at == i;
        }
        for (enum dddk_pci_window_kind kind = 0; kind < DDDK_PCI_WINDOWS; kind++) {
            struct stretch window = window_of(fake_of(&found[i]), kind);
            bool same_space = (kind == DDDK_PCI_WINDOW_IO) == (bar->kind == DDDK_REGION_PORT);

            if (!same_space || window.first > window.last) {
                continue;
            }
            forwards = forwards ||
                       (window.first <= address && address + bar->size_bytes - 1 <= window.last);
            assert_true(above || address > window.last ||
                        address + bar->size_bytes - 1 < window.first);
        }
        assert_true(forwards == above);
    }
}

static void check_bar(uint32_t count, uint32_t index, unsigned at, unsigned *checked)
{
    const struct dddk_pci_bar *bar = &found[index].bar[at];
    uint64_t address = address_in(fake_of(&found[index]), at, bar);

    assert_int_equal(address, bar->address);
    assert_int_equal(address % bar->size_bytes, 0);
    assert_int_not_equal(address, 0);
    check_path(count, index, bar, address);
    for (uint32_t i = 0; i < count; i++) {
        for (unsigned j = 0; j < 6; j++) {
            const struct dddk_pci_bar *other = &found[i].bar[j];

            if (other->size_bytes == 0 || other->kind != bar->kind || other == bar) {
                continue;
            }
            assert_true(other->address + other->size_bytes <= address ||
                        address + bar->size_bytes <= other->address);
        }
    }
    (*checked)++;
}

static void in_random_trees_every_bar_is_reached_and_alone(void **state)
{
    unsigned checked = 0;

    (void)state;
    for (unsigned seed = 1; seed <= 60; seed++) {
        int count;

        make_bus(NULL);
        random_state = seed * 2654435761u;
        make_random_tree();
        count = enumerate();
        assert_int_equal(count, fake.count);
        if (problem_total() != 0) {
            fail_msg("seed %u: problem at %u:%u", seed, last_where.bus, last_where.device);
        }
        for (uint32_t i = 0; i < (uint32_t)count; i++) {
            for (unsigned bar = 0; bar < 6; bar++) {
                if (found[i].bar[bar].size_bytes != 0) {
                    check_bar((uint32_t)count, i, bar, &checked);
                }
            }
        }
    }
    print_message("    %u BARs in 60 trees\n", checked);
    assert_in_range(checked, 2000, 10000);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, make_bus, nothing_forbidden_happened)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(bars_get_aligned_addresses_from_their_range_and_decoding_stays_as_it_was),
        CLAIM(decoding_that_was_on_is_on_again_at_the_new_address),
        CLAIM(without_a_prefetchable_range_everything_comes_from_memory),
        CLAIM(a_32_bit_prefetchable_bar_does_not_go_above_4_gib),
        CLAIM(what_memory_is_too_small_for_goes_above_4_gib_from_a_root_bus_only),
        CLAIM(a_bridge_without_a_64_bit_prefetchable_window_sends_it_to_memory),
        CLAIM(windows_hold_what_is_behind_and_unneeded_ones_are_closed),
        CLAIM(a_prefetchable_window_above_4_gib_has_both_halves),
        CLAIM(ports_behind_a_bridge_without_their_window_are_reported),
        CLAIM(a_bar_that_finds_no_room_is_reported_and_its_decoding_stays_off),
        CLAIM(a_bar_larger_than_the_range_does_not_take_its_neighbours_with_it),
        CLAIM(a_window_that_finds_no_room_is_reported_with_all_behind_it),
        CLAIM(more_behind_a_bridge_than_the_whole_range_is_reported),
        CLAIM(a_bar_that_keeps_its_own_address_is_reported_and_stays_off),
        CLAIM(in_random_trees_every_bar_is_reached_and_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
