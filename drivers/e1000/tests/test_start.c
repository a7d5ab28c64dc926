/* SPDX-License-Identifier: MIT
 *
 * What the handlers of e1000 leave in the device: the values that the datasheet asks for at start
 * (SDM 14.4 and 14.5), and a reset where one belongs. A card that was used by somebody else before
 * comes with rubbish in its registers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "e1000.dddk.h"
#include "e1000.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"

static void drop(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    (void)frame;
    (void)length_bytes;
}

static struct dddk_test_register of(struct dddk_model *model, const char *name, unsigned index)
{
    struct dddk_test_register found = {0};

    assert_true(dddk_test_register(model, name, index, &found));
    return found;
}

/* A machine with a card that somebody has used, started by our driver. */
static struct dddk_host *started(struct dddk_model **model)
{
    const struct dddk_driver *const drivers[] = {&e1000_driver};
    struct dddk_host *machine = dddk_test_open(1);

    assert_non_null(machine);
    *model = dddk_test_add(machine, &e1000_model_type, 4);
    assert_non_null(*model);
    assert_true(dddk_test_poke(*model, "MTA", 0, 0xffffffffu));
    assert_true(dddk_test_poke(*model, "MTA", E1000_MTA_COUNT - 1, 0xffffffffu));
    assert_true(dddk_test_poke(*model, "TIPG", 0, 0x3fffffffu));
    assert_true(dddk_test_poke(*model, "RDT", 0, 77));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct dddk_device *dev = dddk_test_device(machine, "e1000.0");
    assert_non_null(dev);
    assert_int_equal(dddk_host_net_open(dev, drop, NULL), 0);
    return machine;
}

static void attach_resets_the_card_once(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = started(&model);

    (void)state;
    assert_int_equal(dddk_test_counters(model).resets, 2); /* power-on is the other */
    assert_int_equal(dddk_test_close(machine), 0);
}

static void start_writes_what_the_datasheet_asks_for(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = started(&model);

    (void)state;
    assert_int_equal(of(model, "TIPG", 0).value, 10u | 8u << 10 | 6u << 20);
    assert_int_equal(of(model, "TCTL", 0).value, 1u << 1 | 1u << 3 | 0x0fu << 4 | 0x40u << 12);
    assert_int_equal(of(model, "RCTL", 0).value, 1u << 1 | 1u << 15 | 1u << 26);
    assert_int_equal(of(model, "CTRL", 0).value & (1u << 5 | 1u << 6), 1u << 5 | 1u << 6);
    for (unsigned i = 0; i < E1000_MTA_COUNT; i++) {
        assert_int_equal(of(model, "MTA", i).writes, 1);
        assert_int_equal(of(model, "MTA", i).value, 0);
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_receive_mode_reaches_the_filters(void **state)
{
    const struct dddk_mac group = {{0x01, 0x00, 0x5e, 0, 0, 1}};
    const struct dddk_net_rx_mode modes[] = {{.promiscuous = true},
                                             {.all_multicast = true},
                                             {.multicast_count = 1, .multicast = &group},
                                             {0}};
    const uint32_t expected[] = {1u << 3, 1u << 4, 1u << 4, 0};
    struct dddk_model *model;
    struct dddk_host *machine = started(&model);

    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(modes); i++) {
        assert_int_equal(dddk_host_net_rx_mode(dddk_test_device(machine, "e1000.0"), &modes[i]), 0);
        assert_int_equal(of(model, "RCTL", 0).value & (1u << 3 | 1u << 4), expected[i]);
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_address_of_the_eeprom_is_the_station_address(void **state)
{
    const struct dddk_mac expected = {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
    struct dddk_model *model;
    struct dddk_host *machine = started(&model);

    (void)state;
    struct dddk_net *net = dddk_host_net(dddk_test_device(machine, "e1000.0"));
    assert_true(net->mac_set);
    assert_memory_equal(net->mac.byte, expected.byte, DDDK_MAC_BYTES);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attach_resets_the_card_once),
        cmocka_unit_test(start_writes_what_the_datasheet_asks_for),
        cmocka_unit_test(the_receive_mode_reaches_the_filters),
        cmocka_unit_test(the_address_of_the_eeprom_is_the_station_address),
    };

    return cmocka_run_group_tests_name("what e1000's handlers leave in the device", tests, NULL,
                                       NULL);
}
