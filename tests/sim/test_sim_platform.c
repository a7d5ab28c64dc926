/* SPDX-License-Identifier: MIT
 *
 * A simulated device that is not on PCI: the gadget of these tests with a compatible string instead
 * of IDs, attached by its description alone.
 */
#include "gadget.h"
#include "runtime/port/sim/sim.h"

static const struct dddk_match matches[] = {
    {.compatible = "acme,gadget-v2", .dma = {.address_bits = 30}},
    {.compatible = "acme,gadget", .dma = {.address_bits = 30}},
};

struct rig {
    struct dddk_driver driver;
    struct dddk_model_type type;
    struct dddk_region region;
    struct dddk_host *machine;
};

/* Gadgets that are not on PCI, in slots 1 and 17 (which share a line), not probed yet. */
static struct rig *open_rig(const char *compatible)
{
    static struct rig rig;

    rig.driver = gadget_driver;
    rig.driver.matches = matches;
    rig.driver.match_count = DDDK_COUNT(matches);
    rig.region = gadget_driver.regions[0];
    rig.region.bar = 5; /* which means nothing here */
    rig.driver.regions = &rig.region;
    rig.type = gadget_model_type;
    rig.type.compatible = compatible;
    rig.machine = dddk_test_open(1);
    assert_non_null(rig.machine);
    (void)gadget_hush();
    assert_non_null(dddk_test_add(rig.machine, &rig.type, 1));
    assert_non_null(dddk_test_add(rig.machine, &rig.type, 17));
    return &rig;
}

static int probe(struct rig *rig)
{
    const struct dddk_driver *const drivers[] = {&rig->driver};

    return dddk_test_probe(rig->machine, drivers, 1);
}

static void both_are_bound_by_their_string_and_do_not_answer_to_pci(void **state)
{
    struct rig *rig = open_rig("acme,gadget");
    struct gadget *gadget;

    (void)state;
    assert_int_equal(
        rig->machine->ops->config_read(rig->machine, (struct dddk_pci_address){0, 1, 0}, 0, 4),
        0xffffffff);
    assert_int_equal(probe(rig), 2);
    assert_int_equal(probe(rig), 0); /* they are bound already */
    gadget = gadget_number(rig->machine, 0);
    assert_ptr_equal(gadget->dddk.match, &matches[1]);
    assert_int_equal(gadget->dddk.irq_mode, DDDK_IRQ_INTX); /* there are no messages without PCI */
    gadget_write(gadget, GADGET_MASK, 0x1234);
    assert_int_equal(gadget_read(gadget, GADGET_MASK), 0x1234);
    assert_int_equal(gadget_read(gadget_number(rig->machine, 1), GADGET_MASK), 0);
    assert_ptr_equal(gadget_model(gadget), dddk_sim_model(rig->machine, 1));
    assert_int_equal(dddk_test_remove(rig->machine, &gadget->dddk), 0);
    assert_int_equal(probe(rig), 1);
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void a_string_nobody_knows_is_left_alone(void **state)
{
    struct rig *rig = open_rig("acme,gizmo");

    (void)state;
    assert_int_equal(probe(rig), 0);
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void its_interrupt_comes_on_the_line_of_its_description(void **state)
{
    struct rig *rig = open_rig("acme,gadget-v2");
    struct gadget *gadget, *other;

    (void)state;
    assert_int_equal(probe(rig), 2);
    gadget = gadget_number(rig->machine, 0);
    other = gadget_number(rig->machine, 1);
    gadget->cause = other->cause = gadget_acknowledge;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    gadget_write(other, GADGET_MASK, GADGET_A);
    gadget->interrupts = gadget->polls = other->polls = 0;
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    assert_true(rig->machine->ops->line_level(rig->machine, 1));
    assert_int_equal(dddk_test_idle(rig->machine, DDDK_USEC(10)), 0);
    assert_in_range(gadget->interrupts, 1, 10);
    assert_int_equal(gadget->polls, 1);
    assert_int_equal(other->polls, 0);
    assert_false(rig->machine->ops->line_level(rig->machine, 1));
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void it_reaches_the_memory_it_was_given_without_bus_mastering(void **state)
{
    struct rig *rig = open_rig("acme,gadget");
    struct dddk_dma_memory memory;
    struct gadget *gadget;
    uint32_t word = 0;

    (void)state;
    assert_int_equal(probe(rig), 2);
    gadget = gadget_number(rig->machine, 0);
    assert_int_equal(dddk_dma_alloc(&gadget->dddk, 64, 64, &memory), 0);
    assert_int_equal(dddk_model_dma_write(gadget_model(gadget), memory.device.value, "dma", 4), 0);
    assert_string_equal(memory.cpu, "dma");
    assert_int_equal(dddk_model_dma_read(gadget_model(gadget_number(rig->machine, 1)),
                                         memory.device.value, &word, 4),
                     DDDK_EFAULT); /* it was given to the other one */
    dddk_dma_free(&gadget->dddk, &memory);
    assert_int_equal(dddk_test_damage(rig->machine).dma_faults, 1);
    (void)dddk_test_close(rig->machine);
}

static void a_region_that_its_description_lacks_is_refused(void **state)
{
    struct rig *rig = open_rig("acme,gadget");

    (void)state;
    rig->region.reg = 1;
    assert_int_equal(probe(rig), DDDK_ENODEV);
    rig->region.reg = 0;
    rig->region.kind = DDDK_REGION_PORT;
    assert_int_equal(probe(rig), DDDK_ENODEV);
    rig->region.kind = DDDK_REGION_MEMORY;
    rig->region.size_bytes *= 2;
    assert_int_equal(probe(rig), DDDK_ERANGE);
    rig->region.kind = DDDK_REGION_CONFIG;
    assert_int_equal(probe(rig), DDDK_ENOTSUP);
    rig->region = gadget_driver.regions[0];
    assert_int_equal(probe(rig), 2);
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void a_driver_that_wants_messages_only_gets_no_interrupt(void **state)
{
    static const enum dddk_irq_mode messages[] = {DDDK_IRQ_MSIX, DDDK_IRQ_MSI};
    struct rig *rig = open_rig("acme,gadget");

    (void)state;
    rig->driver.irq_modes = messages;
    rig->driver.irq_mode_count = 2;
    assert_int_equal(probe(rig), DDDK_ENOTSUP);
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void a_failure_at_any_step_leaves_nothing(void **state)
{
    struct rig *rig = open_rig("acme,gadget");
    int bound = 0;

    (void)state;
    for (unsigned k = 1; bound < 2; k++) {
        assert_in_range(k, 1, 40);
        dddk_test_fail_at(rig->machine, k, DDDK_ENOMEM);
        bound = probe(rig);
        dddk_test_fail_at(rig->machine, 0, 0);
        assert_int_equal(dddk_test_damage(rig->machine).leaks, 0);
        for (unsigned i = 0; i < 2 && bound < 2; i++) {
            struct dddk_device *dev = dddk_test_device(rig->machine, "gadget.0");

            if (dev != NULL) {
                assert_int_equal(dddk_test_remove(rig->machine, dev), 0);
            }
        }
    }
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

static void a_description_without_place_or_line_is_refused_by_the_host(void **state)
{
    static const char *const compatible[] = {"acme,gadget"};
    static const unsigned line = DDDK_HOST_LINES;
    struct dddk_platform_device device = {
        .name = "far", .compatible = compatible, .compatible_count = 1, .place = 256};
    struct rig *rig = open_rig("acme,gadget");

    (void)state;
    assert_int_equal(dddk_host_add_platform(rig->machine, &device), DDDK_EINVAL);
    device.place = 20;
    device.lines = &line;
    device.line_count = 1;
    assert_int_equal(dddk_host_add_platform(rig->machine, &device), DDDK_EINVAL);
    device.line_count = 0;
    assert_int_equal(dddk_host_add_platform(rig->machine, &device), 0);
    assert_int_equal(dddk_host_add_platform(rig->machine, &device), DDDK_EEXIST);
    assert_int_equal(dddk_test_close(rig->machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_bound_by_their_string_and_do_not_answer_to_pci),
        cmocka_unit_test(a_string_nobody_knows_is_left_alone),
        cmocka_unit_test(its_interrupt_comes_on_the_line_of_its_description),
        cmocka_unit_test(it_reaches_the_memory_it_was_given_without_bus_mastering),
        cmocka_unit_test(a_region_that_its_description_lacks_is_refused),
        cmocka_unit_test(a_driver_that_wants_messages_only_gets_no_interrupt),
        cmocka_unit_test(a_failure_at_any_step_leaves_nothing),
        cmocka_unit_test(a_description_without_place_or_line_is_refused_by_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
