/* SPDX-License-Identifier: MIT
 *
 * Match lines: which one wins, what a look-up among 10,000 lines costs, and the index held against
 * a plain scan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "registry_fixture.h"

/* ---- which line wins ---- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(the_most_specific_of_any_two_lines_wins_in_whatever_order_they_came),
        CLAIM(the_line_that_wins_is_the_one_that_is_reported),
        CLAIM(a_device_nobody_wants_is_not_found),
        CLAIM(class_bits_outside_the_mask_do_not_matter),
        CLAIM(a_lookup_among_10000_lines_compares_a_handful),
        CLAIM(the_index_agrees_with_a_scan_over_random_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
