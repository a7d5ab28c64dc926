/* SPDX-License-Identifier: MIT
 *
 * The net class between ports and drivers, and the order in which a net driver comes up.
 */
#include "nic.h"

static struct e1000 *nic;

static int setup(void **state)
{
    (void)state;
    nic = nic_start(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    nic_end(nic);
    return 0;
}

static void a_net_driver_comes_up_and_goes_down_in_the_stated_order(void **state)
{
    (void)state;
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    dddk_detach(&nic->dddk);
    assert_string_equal(
        fake_steps(),
        "+memory decode +map regs +presence +disable rings +mask interrupts +reset +dma mask "
        "+vectors +identify +publish "
        "+class buffers +ring rx memory +ring tx memory +bus mastering +attach rx +attach tx "
        "+start +rx mode +enable rx +enable tx +post rx +unmask main +at start +open class "
        "-open class -at start -unmask main -post rx -enable tx -enable rx -rx mode -start "
        "-attach tx -attach rx -bus mastering -ring tx memory -ring rx memory -class buffers "
        "-publish -identify -vectors -dma mask -reset -mask interrupts -disable rings -presence "
        "-map regs -memory decode");
}

static void nothing_reaches_memory_before_bus_mastering_or_after(void **state)
{
    (void)state;
    assert_true(fake.masters);
    assert_int_equal(fake.limits.address_bits, 32);
    assert_false(fake.locked_in_publish);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_false(fake.masters);
}

static void the_factory_address_is_checked(void **state)
{
    static const struct dddk_mac zeros = {{0}}, group = {{1, 0, 0x5e, 0, 0, 1}},
                                 good = {{2, 0, 0, 0, 0, 1}};

    (void)state;
    assert_true(nic->net.mac_set);
    assert_int_equal(nic->net.mac.byte[0], 0x52);
    assert_int_equal(nic->net.mac.byte[5], 0x56);
    assert_int_equal(dddk_net_set_mac(nic, zeros), DDDK_EINVAL);
    assert_int_equal(dddk_net_set_mac(nic, group), DDDK_EINVAL);
    assert_int_equal(nic->net.mac.byte[0], 0x52);
    assert_int_equal(dddk_net_set_mac(nic, good), 0);
    assert_int_equal(nic->net.mac.byte[0], 2);
}

static void the_class_hears_of_the_link_only_when_it_changed(void **state)
{
    (void)state;
    unsigned told = fake.link_changes;
    dddk_net_set_link(nic, true, 1000, true);
    assert_int_equal(fake.link_changes, told + 1);
    dddk_net_set_link(nic, true, 1000, true);
    assert_int_equal(fake.link_changes, told + 1);
    dddk_net_set_link(nic, true, 100, true);
    assert_int_equal(fake.link_changes, told + 2);
    dddk_net_set_link(nic, false, 100, true);
    assert_int_equal(fake.link_changes, told + 3);
    assert_int_equal(nic->net.link_mbps, 0); /* a speed counts only while the link is up */
    dddk_net_set_link(nic, false, 10, false);
    assert_int_equal(fake.link_changes, told + 3);
}

static void a_stopped_device_has_no_link(void **state)
{
    (void)state;
    dddk_net_set_link(nic, true, 1000, true);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_false(nic->net.link_up);
}

static void the_receive_mode_reaches_the_device_and_survives_a_recovery(void **state)
{
    const struct dddk_net_rx_mode promiscuous = {.promiscuous = true};

    (void)state;
    assert_int_equal(nic_register(E1000_RCTL) & E1000_RCTL_UPE_MASK, 0);
    assert_int_equal(dddk_net_set_rx_mode(&nic->net, &promiscuous), 0);
    assert_int_not_equal(nic_register(E1000_RCTL) & E1000_RCTL_UPE_MASK, 0);
    assert_int_not_equal(nic_register(E1000_RCTL) & E1000_RCTL_EN_MASK, 0);
    assert_int_equal(dddk_recover(&nic->dddk), 0);
    assert_int_not_equal(nic_register(E1000_RCTL) & E1000_RCTL_UPE_MASK, 0);
}

static void the_receive_mode_of_a_stopped_device_is_kept_for_its_start(void **state)
{
    static const struct dddk_mac list[2] = {{{1, 2, 3, 4, 5, 6}}, {{3, 2, 1, 0, 0, 0}}};
    const struct dddk_net_rx_mode two = {.multicast_count = 2, .multicast = list};

    (void)state;
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    unsigned writes = fake.writes;
    assert_int_equal(dddk_net_set_rx_mode(&nic->net, &two), 0);
    assert_int_equal(fake.writes, writes);
    assert_int_equal(nic->net.mode.multicast_count, 2);
    assert_memory_equal(nic->net.mode.multicast, list, sizeof(list));
    assert_ptr_not_equal(nic->net.mode.multicast, list); /* the caller's list is the caller's */
    assert_int_equal(dddk_start(&nic->dddk), 0);
    assert_int_not_equal(nic_register(E1000_RCTL) & E1000_RCTL_MPE_MASK, 0);
}

static void a_list_that_is_too_long_becomes_all_multicast(void **state)
{
    static const struct dddk_mac list[DDDK_NET_MULTICAST_MAX + 1];
    struct dddk_net_rx_mode mode = {.multicast_count = DDDK_NET_MULTICAST_MAX, .multicast = list};

    (void)state;
    assert_int_equal(dddk_net_set_rx_mode(&nic->net, &mode), 0);
    assert_false(nic->net.mode.all_multicast);
    assert_int_equal(nic->net.mode.multicast_count, DDDK_NET_MULTICAST_MAX);
    mode.multicast_count++;
    assert_int_equal(dddk_net_set_rx_mode(&nic->net, &mode), 0);
    assert_true(nic->net.mode.all_multicast);
    assert_int_equal(nic->net.mode.multicast_count, 0);
}

static void an_mtu_within_its_limits_restarts_a_started_device(void **state)
{
    (void)state;
    assert_int_equal(nic->net.mtu, 1500);
    assert_int_equal(dddk_net_set_mtu(&nic->net, nic->net.ops->max_mtu + 1), DDDK_EINVAL);
    assert_int_equal(dddk_net_set_mtu(&nic->net, nic->net.ops->min_mtu - 1), DDDK_EINVAL);
    assert_int_equal(nic->net.mtu, 1500);
    fake.step_count = 0;
    assert_int_equal(dddk_net_set_mtu(&nic->net, 1000), 0);
    assert_int_equal(nic->net.mtu, 1000);
    assert_int_equal(nic->dddk.state, DDDK_STARTED);
    assert_int_not_equal(fake.step_count, 0);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_int_equal(dddk_net_set_mtu(&nic->net, 1200), 0);
    assert_int_equal(nic->dddk.state, DDDK_ATTACHED);
}

static void a_watchdog_without_a_handler_recovers(void **state)
{
    (void)state;
    assert_int_equal(dddk_net_watchdog(&nic->net), 0);
    assert_int_equal(nic->dddk.counters.recoveries, 1);
    assert_int_equal(dddk_stop(&nic->dddk), 0);
    assert_int_equal(dddk_net_watchdog(&nic->net), DDDK_ESTATE);
}

static void a_bar_that_is_too_small_is_refused(void **state)
{
    (void)state;
    nic_end(nic);
    struct dddk_device *dev = fake_reset(&e1000_driver);
    fake.bar_bytes = E1000_REGS_SIZE / 2;
    assert_int_equal(dddk_attach(dev), DDDK_ERANGE);
    assert_int_equal(fake.reads + fake.writes, 0);
    assert_false(fake.decodes);
    nic = nic_start(0);
}

static void an_absent_device_is_not_written(void **state)
{
    (void)state;
    nic_end(nic);
    struct dddk_device *dev = fake_reset(&e1000_driver);
    fake.absent = true;
    assert_int_equal(dddk_attach(dev), DDDK_ENODEV);
    assert_int_equal(fake.writes, 0);
    nic = nic_start(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_net_driver_comes_up_and_goes_down_in_the_stated_order),
        TEST(nothing_reaches_memory_before_bus_mastering_or_after),
        TEST(the_factory_address_is_checked),
        TEST(the_class_hears_of_the_link_only_when_it_changed),
        TEST(a_stopped_device_has_no_link),
        TEST(the_receive_mode_reaches_the_device_and_survives_a_recovery),
        TEST(the_receive_mode_of_a_stopped_device_is_kept_for_its_start),
        TEST(a_list_that_is_too_long_becomes_all_multicast),
        TEST(an_mtu_within_its_limits_restarts_a_started_device),
        TEST(a_watchdog_without_a_handler_recovers),
        TEST(a_bar_that_is_too_small_is_refused),
        TEST(an_absent_device_is_not_written),
    };

    return cmocka_run_group_tests_name("the net class", tests, NULL, NULL);
}
