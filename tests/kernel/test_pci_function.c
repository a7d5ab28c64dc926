/* SPDX-License-Identifier: MIT
 *
 * One PCI function: capabilities (also lists that loop or lead out of configuration space), the
 * command register, MSI and MSI-X.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_pci.h"

static struct fake_function *one;
static const struct dddk_pci_address there = {0, 3, 0};

static int make_function(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof(fake));
    one = fake_add(ON_ROOT, 3, 0, 0x1234, 0x5678);
    return 0;
}

static int nothing_forbidden_happened(void **state)
{
    (void)state;
    return fake.bad_offsets == 0 && fake.status_writes == 0 ? 0 : -1;
}

static void a_function_is_present_when_its_vendor_is_one(void **state)
{
    (void)state;
    assert_true(dddk_pci_is_present(&fake_config, there));
    assert_false(dddk_pci_is_present(&fake_config, (struct dddk_pci_address){0, 4, 0}));
    fake_put(one, DDDK_PCI_VENDOR, 2, 0);
    assert_false(dddk_pci_is_present(&fake_config, there));
}

/* ---- capabilities ---- */

static void capabilities_are_found_in_the_order_of_their_list(void **state)
{
    struct dddk_pci_capability_walk walk = {.started = false};

    (void)state;
    one->bytes[DDDK_PCI_CAPABILITIES] = 0x50 | 3; /* the lower two bits are reserved */
    fake_capability(one, 0x50, 0x05, 0x40);
    fake_capability(one, 0x40, 0x11, 0xfc);
    fake_capability(one, 0xfc, 0x09, 0);
    assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0x50);
    assert_int_equal(walk.id, 0x05);
    assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0x40);
    assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0xfc);
    assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0);
    assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0);
    assert_int_equal(walk.broken, 0);
    assert_int_equal(dddk_pci_find_capability(&fake_config, there, 0x11), 0x40);
    assert_int_equal(dddk_pci_find_capability(&fake_config, there, 0x10), 0);
}

static void without_the_status_bit_there_is_no_list(void **state)
{
    (void)state;
    one->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    one->bytes[0x40] = 0x05;
    assert_int_equal(dddk_pci_find_capability(&fake_config, there, 0x05), 0);
}

static void a_cardbus_bridge_has_its_list_elsewhere(void **state)
{
    (void)state;
    one->bytes[DDDK_PCI_HEADER_TYPE] = 2;
    one->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    one->bytes[0x14] = 0x80;
    fake_capability(one, 0x40, 0x05, 0);
    fake_capability(one, 0x80, 0x01, 0);
    assert_int_equal(dddk_pci_find_capability(&fake_config, there, 0x01), 0x80);
    assert_int_equal(dddk_pci_find_capability(&fake_config, there, 0x05), 0);
}

static void a_list_as_long_as_configuration_space_is_walked_to_its_end(void **state)
{
    struct dddk_pci_capability_walk walk = {.started = false};
    unsigned count = 0;

    (void)state;
    one->bytes[DDDK_PCI_CAPABILITIES] = 0x40;
    for (unsigned at = 0x40; at < 0x100; at += 4) {
        fake_capability(one, at, 0x09, (uint8_t)(at + 4));
    }
    while (dddk_pci_next_capability(&fake_config, there, &walk) != 0) {
        count++;
    }
    assert_int_equal(count, 48);
    assert_int_equal(walk.broken, 0);
}

static void a_broken_list_ends_and_says_where(void **state)
{
    static const struct {
        uint8_t first, at_40, id, broken;
        unsigned found;
    } cases[] = {
        {0x40, 0x40, 0x09, 0x40, 1}, /* leads to itself */
        {0x40, 0x44, 0x09, 0x40, 2}, /* leads back: 44 goes to 40 */
        {0x04, 0x00, 0x09, 0x04, 0}, /* into the header */
        {0x40, 0x3c, 0x09, 0x3c, 1}, /* back into the header */
        {0x40, 0x00, 0xff, 0x40, 0}, /* into what answers with all ones */
        {0xff, 0x00, 0x09, 0xfc, 0}, /* all ones */
    };

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        struct dddk_pci_capability_walk walk = {.started = false};
        unsigned found = 0;

        memset(one->bytes + 0x40, 0xff, 0xc0);
        one->bytes[DDDK_PCI_CAPABILITIES] = cases[i].first;
        fake_capability(one, 0x40, cases[i].id, cases[i].at_40);
        fake_capability(one, 0x44, 0x09, 0x40);
        while (dddk_pci_next_capability(&fake_config, there, &walk) != 0) {
            found++;
        }
        assert_int_equal(walk.broken, cases[i].broken);
        assert_int_equal(found, cases[i].found);
        assert_int_equal(dddk_pci_next_capability(&fake_config, there, &walk), 0);
    }
}

/* ---- command ---- */

static void the_command_register_is_written_only_for_a_change(void **state)
{
    const uint16_t memory = DDDK_PCI_COMMAND_MEMORY, master = DDDK_PCI_COMMAND_MASTER;

    (void)state;
    assert_int_equal(dddk_pci_command(&fake_config, there, memory | master, 0), 0);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), memory | master);
    assert_int_equal(fake.command_writes, 1);
    assert_int_equal(dddk_pci_command(&fake_config, there, memory, 0), memory | master);
    assert_int_equal(fake.command_writes, 1);
    assert_int_equal(dddk_pci_command(&fake_config, there, memory, master), memory | master);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), memory);
}

static void clearing_wins_over_setting(void **state)
{
    (void)state;
    assert_int_equal(dddk_pci_command(&fake_config, there, 7, DDDK_PCI_COMMAND_MASTER), 0);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), 3);
}

/* ---- MSI ---- */

static void add_msi(unsigned at, uint16_t control)
{
    fake_capability(one, at, DDDK_PCI_CAPABILITY_MSI, 0);
    fake_put(one, at + 2, 2, control);
    fake_writable(one, at + 2, 2, 0x0071);
    for (unsigned i = 4; i < 20; i++) {
        one->writable[at + i] = 0xff;
        one->bytes[at + i] = 0xee;
    }
}

static void an_msi_message_of_32_bits_is_programmed(void **state)
{
    (void)state;
    add_msi(0x50, 0x0070); /* it had been allowed 128 messages */
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0xfee00000, 0x4041), 0);
    assert_int_equal(fake_get(one, 0x52, 2), 0x0001);
    assert_int_equal(fake_get(one, 0x54, 4), 0xfee00000);
    assert_int_equal(fake_get(one, 0x58, 2), 0x4041);
    assert_int_equal(fake_get(one, 0x5a, 2), 0xeeee); /* not ours */
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), DDDK_PCI_COMMAND_INTX_DISABLE);
    dddk_pci_msi_disable(&fake_config, there, 0x50);
    assert_int_equal(fake_get(one, 0x52, 2), 0x0000);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), 0);
}

static void an_msi_message_of_64_bits_is_programmed_and_unmasked(void **state)
{
    (void)state;
    add_msi(0x50, 0x0180);
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0x1234fee00000, 0x41), 0);
    assert_int_equal(fake_get(one, 0x52, 2), 0x0181);
    assert_int_equal(fake_get(one, 0x54, 4), 0xfee00000);
    assert_int_equal(fake_get(one, 0x58, 4), 0x1234);
    assert_int_equal(fake_get(one, 0x5c, 2), 0x41);
    assert_int_equal(fake_get(one, 0x60, 4), 0);
}

static void an_msi_message_that_cannot_be_is_refused_and_nothing_is_written(void **state)
{
    (void)state;
    add_msi(0x50, 0x0000);
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0x100000000, 0), DDDK_ERANGE);
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0xfee00002, 0), DDDK_EINVAL);
    fake_put(one, 0xfe, 2, 0x0180);
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0xfc, 0xfee00000, 0), DDDK_EPROTO);
    fake_put(one, 0xf2, 2, 0x0180); /* ends at 0x104 */
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0xf0, 0xfee00000, 0), DDDK_EPROTO);
    assert_int_equal(fake.writes, 0);
    fake_put(one, 0xf2, 2, 0x0080); /* ends at 0xfe */
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0xf0, 0xfee00000, 0), 0);
}

static void an_msi_message_is_held_back_by_its_mask_bit(void **state)
{
    (void)state;
    for (unsigned wide = 0; wide < 2; wide++) {
        add_msi(0x50, wide ? 0x0180 : 0x0100);
        assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0xfee00000, 0x41), 0);
        assert_true(dddk_pci_msi_hold(&fake_config, there, 0x50, true));
        assert_int_equal(fake_get(one, wide ? 0x60 : 0x5c, 4), 1);
        assert_int_equal(fake_get(one, 0x52, 2) & 1, 1);
        assert_true(dddk_pci_msi_hold(&fake_config, there, 0x50, false));
        assert_int_equal(fake_get(one, wide ? 0x60 : 0x5c, 4), 0);
    }
}

static void msi_without_a_mask_bit_is_switched_off_and_the_pin_stays_off(void **state)
{
    (void)state;
    add_msi(0x50, 0x0080);
    assert_int_equal(dddk_pci_msi_enable(&fake_config, there, 0x50, 0xfee00000, 0x41), 0);
    assert_false(dddk_pci_msi_hold(&fake_config, there, 0x50, true));
    assert_int_equal(fake_get(one, 0x52, 2), 0x0080);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), DDDK_PCI_COMMAND_INTX_DISABLE);
    assert_false(dddk_pci_msi_hold(&fake_config, there, 0x50, false));
    assert_int_equal(fake_get(one, 0x52, 2), 0x0081);
}

/* ---- MSI-X ---- */

static struct dddk_pci_function function_with_msix(unsigned at, uint16_t control, uint32_t table,
                                                   uint32_t pending)
{
    fake_capability(one, at, DDDK_PCI_CAPABILITY_MSIX, 0);
    fake_put(one, at + 2, 2, control);
    fake_writable(one, at + 2, 2, 0xc000);
    if (at + 12 <= 256) {
        fake_put(one, at + 4, 4, table);
        fake_put(one, at + 8, 4, pending);
    }
    return (struct dddk_pci_function){
        .where = there,
        .msix = (uint8_t)at,
        .bar = {[1] = {.size_bytes = 0x1000, .kind = DDDK_REGION_MEMORY},
                [2] = {.size_bytes = 0x1000, .kind = DDDK_REGION_PORT}},
    };
}

static void the_msix_table_is_described(void **state)
{
    struct dddk_pci_function function = function_with_msix(0x40, 64, 0x401, 0x801);
    struct dddk_pci_msix msix;

    (void)state;
    assert_int_equal(dddk_pci_msix_describe(&fake_config, &function, &msix), 0);
    assert_int_equal(msix.entries, 65);
    assert_int_equal(msix.table_bar, 1);
    assert_int_equal(msix.table_offset, 0x400);
    assert_int_equal(msix.pending_bar, 1);
    assert_int_equal(msix.pending_offset, 0x800);
}

static void an_msix_table_outside_its_bar_is_refused(void **state)
{
    static const struct {
        uint16_t control;
        uint32_t table, pending;
    } cases[] = {
        {255, 0x009, 0x001},      /* 256 entries end 8 bytes past the BAR */
        {0, 0x001, 0x1001},       /* the pending bits begin at its end */
        {0, 0xfffffff9, 0x001},   /* the sum would wrap */
        {0, 0x002, 0x001},        /* the table in a port-I/O BAR */
        {0, 0x000, 0x001},        /* in a BAR that is absent */
        {0, 0x001, 0x007},        /* in a BAR that cannot be */
        {0xffff, 0xfff9, 0xffff}, /* all ones */
    };
    struct dddk_pci_msix msix;

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        struct dddk_pci_function function =
            function_with_msix(0x40, cases[i].control, cases[i].table, cases[i].pending);

        assert_int_equal(dddk_pci_msix_describe(&fake_config, &function, &msix), DDDK_EPROTO);
    }
}

static void an_msix_capability_that_is_absent_or_cut_off_is_refused(void **state)
{
    struct dddk_pci_function function = function_with_msix(0xf8, 0, 0, 0);
    struct dddk_pci_msix msix;

    (void)state;
    assert_int_equal(dddk_pci_msix_describe(&fake_config, &function, &msix), DDDK_EPROTO);
    function.msix = 0;
    assert_int_equal(dddk_pci_msix_describe(&fake_config, &function, &msix), DDDK_ENOTSUP);
}

static void msix_is_switched_together_with_intx(void **state)
{
    (void)state;
    (void)function_with_msix(0x40, 3, 1, 0x801);
    dddk_pci_msix_switch(&fake_config, there, 0x40, true, true);
    assert_int_equal(fake_get(one, 0x42, 2), 0xc003);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), DDDK_PCI_COMMAND_INTX_DISABLE);
    dddk_pci_msix_switch(&fake_config, there, 0x40, true, false);
    assert_int_equal(fake_get(one, 0x42, 2), 0x8003);
    dddk_pci_msix_switch(&fake_config, there, 0x40, false, false);
    assert_int_equal(fake_get(one, 0x42, 2), 0x0003);
    assert_int_equal(fake_get(one, DDDK_PCI_COMMAND, 2), 0);
}

static void every_problem_has_words_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DDDK_PCI_PROBLEMS; i++) {
        assert_non_null(dddk_pci_problem_text(i));
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(dddk_pci_problem_text(i), dddk_pci_problem_text(j));
        }
    }
    assert_string_equal(dddk_pci_problem_text(DDDK_PCI_PROBLEMS), "unknown problem");
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, make_function, nothing_forbidden_happened)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_function_is_present_when_its_vendor_is_one),
        CLAIM(capabilities_are_found_in_the_order_of_their_list),
        CLAIM(without_the_status_bit_there_is_no_list),
        CLAIM(a_cardbus_bridge_has_its_list_elsewhere),
        CLAIM(a_list_as_long_as_configuration_space_is_walked_to_its_end),
        CLAIM(a_broken_list_ends_and_says_where),
        CLAIM(the_command_register_is_written_only_for_a_change),
        CLAIM(clearing_wins_over_setting),
        CLAIM(an_msi_message_of_32_bits_is_programmed),
        CLAIM(an_msi_message_of_64_bits_is_programmed_and_unmasked),
        CLAIM(an_msi_message_that_cannot_be_is_refused_and_nothing_is_written),
        CLAIM(an_msi_message_is_held_back_by_its_mask_bit),
        CLAIM(msi_without_a_mask_bit_is_switched_off_and_the_pin_stays_off),
        CLAIM(the_msix_table_is_described),
        CLAIM(an_msix_table_outside_its_bar_is_refused),
        CLAIM(an_msix_capability_that_is_absent_or_cut_off_is_refused),
        CLAIM(msix_is_switched_together_with_intx),
        CLAIM(every_problem_has_words_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
