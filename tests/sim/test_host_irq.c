/* SPDX-License-Identifier: MIT
 *
 * Interrupt dispatch of hosted machines: shared lines, lines that are stuck, messages, and accesses
 * that go nowhere.
 */
#include "gadget.h"

static void raise(struct gadget *gadget, uint32_t causes)
{
    dddk_test_raise(gadget_model(gadget), 0, causes);
}

static void every_handler_of_a_shared_line_is_called(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, false);
    struct gadget *one = gadget_number(machine, 0), *other = gadget_number(machine, 1);
    (void)state;

    assert_int_equal(one->dddk.irq_mode, DDDK_IRQ_INTX);
    one->cause = other->cause = gadget_acknowledge;
    gadget_write(one, GADGET_MASK, GADGET_A);
    raise(one, GADGET_A);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(one->interrupts, 1);
    assert_int_equal(other->interrupts, 1);
    assert_int_equal(one->vectors[0].counters.interrupts, 1);
    assert_int_equal(other->vectors[0].counters.not_mine, 1);
    assert_int_equal(one->polls, 1);
    assert_int_equal(other->polls, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_masked_cause_interrupts_when_it_is_unmasked(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->cause = gadget_acknowledge;
    raise(gadget, GADGET_A);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(gadget->interrupts, 0);
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_line_that_nobody_claims_is_masked_and_tried_again(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    dddk_test_spurious_interrupt(gadget_model(gadget), true);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(gadget->interrupts, 100);
    assert_int_equal(dddk_test_damage(machine).stuck_lines, 1);
    dddk_test_run(machine, DDDK_MSEC(10));
    assert_int_equal(gadget->interrupts, 200);
    assert_int_equal(dddk_test_damage(machine).stuck_lines, 2);
    /* and once it is let go of, it serves again */
    dddk_test_spurious_interrupt(gadget_model(gadget), false);
    gadget->cause = gadget_acknowledge;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    raise(gadget, GADGET_A);
    dddk_test_run(machine, DDDK_MSEC(11));
    assert_int_equal(gadget->interrupts, 201);
    assert_int_equal(dddk_test_close(machine), 2);
}

static uint32_t claim(struct gadget *gadget)
{
    (void)gadget;
    return GADGET_A;
}

static unsigned work(struct gadget *gadget, unsigned budget)
{
    (void)gadget;
    (void)budget;
    return 1; /* each interrupt leads to something, so the vector has no reason to complain */
}

static void a_line_that_is_claimed_and_stays_up_is_masked_too(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->cause = claim;
    gadget->poll = work;
    dddk_test_spurious_interrupt(gadget_model(gadget), true);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(gadget->interrupts, 1000);
    assert_int_equal(dddk_test_damage(machine).stuck_lines, 1);
    dddk_test_spurious_interrupt(gadget_model(gadget), false);
    assert_int_equal(dddk_test_close(machine), 1);
}

static void a_sharer_is_served_while_another_device_holds_the_line(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, false);
    struct gadget *bad = gadget_number(machine, 0), *good = gadget_number(machine, 1);
    (void)state;

    good->cause = gadget_acknowledge;
    gadget_write(good, GADGET_MASK, GADGET_A);
    dddk_test_spurious_interrupt(gadget_model(bad), true);
    dddk_test_run(machine, DDDK_MSEC(1));
    raise(good, GADGET_A); /* the line is masked now */
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(good->vectors[0].counters.interrupts, 0);
    dddk_test_run(machine, DDDK_MSEC(10));
    assert_int_equal(good->vectors[0].counters.interrupts, 1);
    dddk_test_spurious_interrupt(gadget_model(bad), false);
    assert_true(dddk_test_close(machine) > 0);
}

static void a_message_calls_the_handler_and_the_pin_is_quiet(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, true);
    struct gadget *one = gadget_number(machine, 0), *other = gadget_number(machine, 1);
    (void)state;

    assert_int_equal(one->dddk.irq_mode, DDDK_IRQ_MSI);
    one->cause = other->cause = gadget_acknowledge;
    gadget_write(one, GADGET_MASK, GADGET_A);
    raise(one, GADGET_A);
    assert_int_equal(machine->messages[0] != 0, 1);
    assert_int_equal(machine->messages[1], 0);
    for (unsigned line = 0; line < DDDK_HOST_LINES; line++) {
        assert_false(machine->ops->line_level(machine, line));
    }
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(one->interrupts, 1);
    assert_int_equal(other->interrupts, 0);
    assert_int_equal(machine->messages[0], 0);
    raise(one, GADGET_A);
    raise(one, GADGET_A); /* two messages before the handler runs are one call */
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(one->interrupts, 2);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_message_without_a_cause_is_called_and_not_claimed(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->cause = gadget_acknowledge;
    dddk_test_spurious_interrupt(gadget_model(gadget), true);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(gadget->vectors[0].counters.not_mine, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void after_a_removal_the_pin_is_disabled_and_the_line_is_down(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, false);
    struct gadget *gone = gadget_number(machine, 0), *left = gadget_number(machine, 1);
    struct dddk_model *model = gadget_model(gone);
    (void)state;

    left->cause = gadget_acknowledge;
    gadget_write(gone, GADGET_MASK, GADGET_A);
    assert_int_equal(dddk_test_remove(machine, &gone->dddk), 0);
    dddk_test_raise(model, 0, GADGET_A);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(left->interrupts, 0);
    uint32_t command =
        machine->ops->config_read(machine, (struct dddk_pci_address){0, 4, 0}, DDDK_PCI_COMMAND, 2);
    assert_int_equal(command, DDDK_PCI_COMMAND_INTX_DISABLE); /* no decoding, no mastering */
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_device_without_any_of_the_modes_is_refused(void **state)
{
    static struct dddk_model_type mute;
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = dddk_test_open(1);
    (void)state;

    (void)gadget_hush();
    mute = gadget_model_type;
    mute.has_intx = mute.has_msi = false;
    assert_non_null(dddk_test_add(machine, &mute, 3));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), DDDK_ENOTSUP);
    assert_null(dddk_test_device(machine, "gadget.0"));
    assert_int_equal(dddk_test_close(machine), 0);
}

static void lost_interrupts_leave_their_causes_set(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, false);
    struct gadget *line = gadget_number(machine, 0);
    struct dddk_test_counters counters;
    (void)state;

    line->cause = gadget_acknowledge;
    gadget_write(line, GADGET_MASK, GADGET_A | GADGET_B);
    dddk_test_lose_interrupts(gadget_model(line), 1);
    raise(line, GADGET_A);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(line->interrupts, 0);
    assert_int_equal(gadget_read(line, GADGET_CAUSE), GADGET_A);
    raise(line, GADGET_B); /* what happens next tells of both */
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(line->interrupts, 1);
    assert_int_equal(gadget_read(line, GADGET_CAUSE), 0);
    counters = dddk_test_counters(gadget_model(line));
    assert_int_equal(counters.interrupts, 1);
    assert_int_equal(counters.interrupts_lost, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_lost_message_is_not_sent(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget->cause = gadget_acknowledge;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    dddk_test_lose_interrupts(gadget_model(gadget), UINT32_MAX);
    for (unsigned i = 0; i < 10; i++) {
        raise(gadget, GADGET_A);
        dddk_test_run(machine, DDDK_MSEC(1));
    }
    assert_int_equal(gadget->interrupts, 0);
    assert_int_equal(dddk_test_counters(gadget_model(gadget)).interrupts_lost, 10);
    dddk_test_lose_interrupts(gadget_model(gadget), 0);
    raise(gadget, GADGET_A);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void an_access_outside_the_mapping_reaches_nothing(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    uint64_t reads = dddk_test_counters(gadget_model(gadget)).reads;
    (void)state;

    assert_int_equal(gadget_read(gadget, GADGET_BYTES), 0xffffffff);
    assert_int_equal(gadget_read(gadget, GADGET_BYTES - 2), 0xffffffff);
    gadget_write(gadget, (size_t)-4, 1);
    assert_int_equal(dddk_test_counters(gadget_model(gadget)).reads, reads);
    assert_int_equal(dddk_test_damage(machine).misuse, 3);
    assert_int_equal(dddk_test_close(machine), 3);
}

static void a_debug_build_makes_up_an_interrupt_when_the_vector_is_requested(void **state)
{
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = dddk_test_open(1);
#ifdef DDDK_DEBUG
    const unsigned made_up = 1;
#else
    const unsigned made_up = 0;
#endif
    (void)state;

    assert_non_null(dddk_test_add(machine, &gadget_model_type, 4));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    assert_int_equal(gadget_number(machine, 0)->interrupts, made_up);
    assert_int_equal(gadget_number(machine, 0)->vectors[0].counters.not_mine, made_up);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_handler_of_a_shared_line_is_called),
        cmocka_unit_test(a_masked_cause_interrupts_when_it_is_unmasked),
        cmocka_unit_test(a_line_that_nobody_claims_is_masked_and_tried_again),
        cmocka_unit_test(a_line_that_is_claimed_and_stays_up_is_masked_too),
        cmocka_unit_test(a_sharer_is_served_while_another_device_holds_the_line),
        cmocka_unit_test(a_message_calls_the_handler_and_the_pin_is_quiet),
        cmocka_unit_test(a_message_without_a_cause_is_called_and_not_claimed),
        cmocka_unit_test(after_a_removal_the_pin_is_disabled_and_the_line_is_down),
        cmocka_unit_test(a_device_without_any_of_the_modes_is_refused),
        cmocka_unit_test(lost_interrupts_leave_their_causes_set),
        cmocka_unit_test(a_lost_message_is_not_sent),
        cmocka_unit_test(an_access_outside_the_mapping_reaches_nothing),
        cmocka_unit_test(a_debug_build_makes_up_an_interrupt_when_the_vector_is_requested),
    };

    return cmocka_run_group_tests_name("host_irq", tests, NULL, NULL);
}
