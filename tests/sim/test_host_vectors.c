/* SPDX-License-Identifier: MIT
 *
 * Vectors of a hosted machine: messages of MSI-X with the table's masks, and interrupts that are
 * held off on their way because the device has no mask.
 */
#include "gadget.h"

#include "dddk/steps.h"
#include "kernel/pci.h"

enum { TABLE = 0x0, PENDING = 0x800, ENTRIES = 5, MASKED = 1 };

/* Debug builds make up an interrupt when a vector is requested. */
#ifdef DDDK_DEBUG
enum { MADE_UP = 1 };
#else
enum { MADE_UP = 0 };
#endif

static const struct dddk_pci_address where = {0, 4, 0};

/* ---- a gadget whose rings have vectors of their own, and one for all where it has no MSI-X ----
 */

#define MSIX_ONLY (1u << DDDK_IRQ_MSIX)
#define OTHERS (1u << DDDK_IRQ_MSI | 1u << DDDK_IRQ_INTX)

enum { ALL, IN, OUT, VECTORS };

static struct {
    unsigned causes, polls;
    unsigned work; /* of the next poll */
} now[VECTORS];

static uint32_t it_is(unsigned which)
{
    now[which].causes++;
    return 1;
}

static uint32_t cause_all(struct dddk_device *dev)
{
    struct gadget *gadget = (struct gadget *)(void *)dev;

    now[ALL].causes++;
    return gadget_acknowledge(gadget);
}
static uint32_t cause_in(struct dddk_device *dev)
{
    (void)dev;
    return it_is(IN);
}
static uint32_t cause_out(struct dddk_device *dev)
{
    (void)dev;
    return it_is(OUT);
}

static unsigned polled(unsigned which)
{
    unsigned work = now[which].work;

    now[which].polls++;
    now[which].work = 0;
    return work;
}
static unsigned poll_all(struct dddk_device *dev, unsigned budget)
{
    (void)dev;
    (void)budget;
    return polled(ALL);
}
static unsigned poll_in(struct dddk_device *dev, unsigned budget)
{
    (void)dev;
    (void)budget;
    return polled(IN);
}
static unsigned poll_out(struct dddk_device *dev, unsigned budget)
{
    (void)dev;
    (void)budget;
    return polled(OUT);
}

static const struct dddk_vector_ops ops[VECTORS] = {
    [ALL] = {.name = "all",
             .service = GADGET_A | GADGET_IN | GADGET_OUT,
             .cause = cause_all,
             .poll = poll_all,
             .modes = OTHERS},
    [IN] = {.name = "in",
            .service = 1,
            .cause = cause_in,
            .poll = poll_in,
            .modes = MSIX_ONLY,
            .message = 1},
    [OUT] = {.name = "out",
             .service = 1,
             .cause = cause_out,
             .poll = poll_out,
             .modes = MSIX_ONLY,
             .message = 4},
};
static const struct dddk_vector_ops *const vectors[] = {&ops[ALL], &ops[IN], &ops[OUT]};

struct several {
    struct gadget gadget;
    struct dddk_vector vectors[VECTORS];
};

static int request_in(struct dddk_device *dev)
{
    return dddk_request_vector(dev, IN);
}
static void free_in(struct dddk_device *dev)
{
    dddk_free_vector(dev, IN);
}
static int request_out(struct dddk_device *dev)
{
    return dddk_request_vector(dev, OUT);
}
static void free_out(struct dddk_device *dev)
{
    dddk_free_vector(dev, OUT);
}
static uint64_t table_word(unsigned entry, unsigned word);
static uint64_t control_before_request;

static int request_all(struct dddk_device *dev)
{
    if (dev->irq_mode == DDDK_IRQ_MSIX) {
        control_before_request = table_word(1, 3);
    }
    return dddk_request_vector(dev, ALL);
}
static void free_all(struct dddk_device *dev)
{
    dddk_free_vector(dev, ALL);
}

static int enable(struct dddk_device *dev)
{
    for (unsigned v = 0; v < VECTORS; v++) {
        dddk_vector_enable(dddk_device_vector(dev, v));
    }
    return 0;
}

static void disable(struct dddk_device *dev)
{
    for (unsigned v = 0; v < VECTORS; v++) {
        dddk_vector_disable(dddk_device_vector(dev, v));
    }
}

static int map(struct dddk_device *dev)
{
    return dddk_map_region(dev, 0);
}

static void unmap(struct dddk_device *dev)
{
    dddk_unmap_region(dev, 0);
}

static const struct dddk_step attach_steps[] = {
    {"memory decode", dddk_step_decode_on, dddk_step_decode_off, false},
    {"map regs", map, unmap, false},
    {"vectors", dddk_step_vectors_allocate, dddk_step_vectors_release, true},
    {"vector all", request_all, free_all, true},
    {"vector in", request_in, free_in, true},
    {"vector out", request_out, free_out, true},
    {"publish", dddk_step_publish, dddk_step_unpublish, true},
};
static const struct dddk_step start_steps[] = {
    {"bus mastering", dddk_step_bus_master_on, dddk_step_bus_master_off, false},
    {"unmask", enable, disable, false},
};

/* Interrupts of the model: by bits of CAUSE, and two messages. */
static const struct dddk_model_cause happened[] = {{.bit = 0, .enable = {.reg = -1}, .fifo = -1}};
static const struct dddk_model_interrupt interrupts[VECTORS] = {
    [ALL] = {.name = "all",
             .modes = OTHERS,
             .cause = {.reg = 0, .mask = 0xffffffffu},
             .none = {.reg = -1},
             .code = {.reg = -1},
             .mask = {.reg = 1, .mask = 0xffffffffu}},
    [IN] = {.name = "in",
            .is_message = true,
            .modes = MSIX_ONLY,
            .message = 1,
            .cause = {.reg = -1},
            .none = {.reg = -1},
            .code = {.reg = -1},
            .mask = {.reg = -1},
            .causes = happened,
            .cause_count = 1},
    [OUT] = {.name = "out",
             .is_message = true,
             .modes = MSIX_ONLY,
             .message = 4,
             .cause = {.reg = -1},
             .none = {.reg = -1},
             .code = {.reg = -1},
             .mask = {.reg = -1},
             .causes = happened,
             .cause_count = 1},
};

static struct dddk_driver driver;
static struct dddk_model_type type;
static struct dddk_model *model;
static struct dddk_host *machine;
static struct several *it;

/* A machine with one such device; `entries` of its MSI-X table, 0: it has none. */
static void open_machine(unsigned entries, bool msi)
{
    const struct dddk_driver *const drivers[] = {&driver};

    (void)gadget_hush();
    memset(now, 0, sizeof(now));
    driver = gadget_driver;
    driver.instance_size = sizeof(struct several);
    driver.vectors = vectors;
    driver.vector_count = VECTORS;
    driver.vectors_offset = offsetof(struct several, vectors);
    driver.attach = (struct dddk_sequence){attach_steps, DDDK_COUNT(attach_steps)};
    driver.start = (struct dddk_sequence){start_steps, DDDK_COUNT(start_steps)};
    type = gadget_model_type;
    type.has_msi = msi;
    type.msix =
        (struct dddk_model_msix){.entries = (uint16_t)entries, .bar = 2, .pending = PENDING};
    type.interrupts = interrupts;
    type.interrupt_count = VECTORS;
    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &type, 4);
    assert_non_null(model);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    it = (struct several *)(void *)gadget_number(machine, 0);
    memset(now, 0, sizeof(now));
    for (unsigned v = 0; v < VECTORS; v++) {
        memset(&it->vectors[v].counters, 0, sizeof(it->vectors[v].counters));
    }
}

static uint64_t table_word(unsigned entry, unsigned word)
{
    uint64_t bar = machine->ops->config_read(machine, where, DDDK_PCI_BAR0 + 8, 4) & ~15u;

    return machine->ops->bus_read(machine, DDDK_HOST_MEMORY_SPACE,
                                  bar + TABLE + entry * 16u + word * 4u, 4);
}

static bool is_pending(unsigned entry)
{
    uint64_t bar = machine->ops->config_read(machine, where, DDDK_PCI_BAR0 + 8, 4) & ~15u;

    return machine->ops->bus_read(machine, DDDK_HOST_MEMORY_SPACE, bar + PENDING, 4) >> entry & 1u;
}

static void each_message_calls_its_own_handler_only(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    assert_int_equal(it->gadget.dddk.irq_mode, DDDK_IRQ_MSIX);
    dddk_test_raise(model, OUT, 1);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[OUT].causes, 1);
    assert_int_equal(now[OUT].polls, 1);
    assert_int_equal(now[IN].causes + now[ALL].causes, 0);
    dddk_test_raise(model, IN, 1);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 1);
    assert_int_equal(now[OUT].causes, 1);
    assert_int_equal(it->vectors[IN].counters.interrupts, 1);
    assert_int_equal(it->vectors[OUT].counters.interrupts, 1);
    assert_int_equal(it->vectors[ALL].counters.interrupts, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void entries_that_no_vector_uses_stay_masked(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    for (unsigned entry = 0; entry < ENTRIES; entry++) {
        assert_int_equal(table_word(entry, 3) & MASKED, entry != 1 && entry != 4);
    }
    assert_int_not_equal(table_word(1, 0), table_word(4, 0));
    assert_int_equal(dddk_test_close(machine), 0);
}

static void one_vector_serves_all_where_there_is_one_interrupt(void **state)
{
    static const struct {
        unsigned entries;
        bool msi;
        enum dddk_irq_mode mode;
    } cases[] = {
        {0, true, DDDK_IRQ_MSI},
        {0, false, DDDK_IRQ_INTX},
        {4, true, DDDK_IRQ_MSI}, /* entry 4 is not there */
    };
    (void)state;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        open_machine(cases[i].entries, cases[i].msi);
        assert_int_equal(it->gadget.dddk.irq_mode, cases[i].mode);
        gadget_write(&it->gadget, GADGET_MASK, GADGET_IN);
        dddk_test_raise(model, ALL, GADGET_IN);
        dddk_test_raise(model, IN, 1); /* said by ALL in this mode */
        dddk_test_run(machine, DDDK_USEC(1));
        assert_int_equal(now[ALL].causes, 1);
        assert_int_equal(now[ALL].polls, 1);
        assert_int_equal(now[IN].causes + now[OUT].causes, 0);
        assert_false(it->vectors[IN].enabled);
        assert_int_equal(dddk_test_close(machine), 0);
    }
}

static void a_vector_is_masked_in_the_table_while_it_is_polled(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    dddk_test_raise(model, IN, 1);
    /* the handler, without the poll */
    dddk_vector_interrupt(&it->vectors[IN]);
    assert_int_equal(table_word(1, 3) & MASKED, MASKED);
    dddk_test_raise(model, IN, 1);
    assert_true(is_pending(1));
    assert_int_equal(table_word(4, 3) & MASKED, 0);
    dddk_test_run(machine, DDDK_USEC(10));
    assert_int_equal(table_word(1, 3) & MASKED, 0);
    assert_false(is_pending(1));
    assert_true(now[IN].causes >= 2); /* what came meanwhile was not lost */
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_stopped_device_has_its_messages_masked(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    assert_int_equal(dddk_stop(&it->gadget.dddk), 0);
    assert_int_equal(table_word(1, 3) & MASKED, MASKED);
    dddk_test_raise(model, IN, 1);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(now[IN].causes, 0);
    assert_true(is_pending(1));
    assert_int_equal(dddk_start(&it->gadget.dddk), 0);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(now[IN].causes, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void after_a_removal_msix_is_off_and_the_pin_too(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    assert_int_equal(dddk_test_remove(machine, &it->gadget.dddk), 0);
    assert_int_equal(machine->ops->config_read(machine, where, 0x52, 2) & 0xc000u, 0);
    assert_int_equal(machine->ops->config_read(machine, where, DDDK_PCI_COMMAND, 2),
                     DDDK_PCI_COMMAND_INTX_DISABLE);
    dddk_test_raise(model, IN, 1);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(now[IN].causes, 0);
    assert_int_equal(machine->message_count, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* A device that screams: every microsecond, for as long as it is told to. */
static struct {
    uint64_t until_ns;
    unsigned screams, seen_held;
    void (*once)(struct dddk_model *model);
    bool (*is_held)(void);
} screaming;

static void scream_on(void *argument)
{
    struct dddk_model *at = argument;

    screaming.screams++;
    screaming.once(at);
    screaming.seen_held += screaming.is_held();
    if (dddk_model_now_ns(at) < screaming.until_ns) {
        assert_int_equal(dddk_model_after(at, DDDK_USEC(1), scream_on), 0);
    }
}

static void scream(struct dddk_host *host, struct dddk_model *at, uint64_t duration_ns)
{
    screaming.screams = screaming.seen_held = 0;
    screaming.until_ns = dddk_model_now_ns(at) + duration_ns;
    scream_on(at);
    while (dddk_model_now_ns(at) < screaming.until_ns) {
        dddk_test_run(host, DDDK_USEC(10));
    }
}

static void scream_in(struct dddk_model *at)
{
    assert_true(dddk_test_spurious_message(at, IN));
    if (screaming.screams % 100 == 0) {
        dddk_test_raise(at, OUT, 1);
        now[OUT].work = 1;
    }
}

static bool entry_is_masked(void)
{
    return table_word(1, 3) & MASKED;
}

static void a_screaming_vector_is_held_off_and_the_others_are_served(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    screaming.once = scream_in;
    screaming.is_held = entry_is_masked;
    scream(machine, model, DDDK_MSEC(35));
    /* a row of 128, and then nothing for 10 ms, again and again */
    assert_in_range(it->vectors[IN].counters.storms, 3, 4);
    assert_in_range(it->vectors[IN].counters.interrupts, 3 * DDDK_STORM_ROW, 4 * DDDK_STORM_ROW);
    assert_in_range(screaming.seen_held, 30000, screaming.screams);
    assert_in_range(it->vectors[OUT].counters.interrupts, 300, 351);
    assert_int_equal(it->vectors[OUT].counters.storms, 0);
    dddk_test_run(machine, DDDK_MSEC(11));
    assert_false(entry_is_masked());
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_vector_that_was_given_back_is_masked_while_others_go_on(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    dddk_free_vector(&it->gadget.dddk, IN);
    assert_int_equal(table_word(1, 3) & MASKED, MASKED);
    dddk_test_raise(model, IN, 1);
    dddk_test_raise(model, OUT, 1);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 0);
    assert_int_equal(now[OUT].causes, 1);
    assert_int_equal(dddk_request_vector(&it->gadget.dddk, OUT), DDDK_ESTATE); /* it has it */
    assert_int_equal(dddk_request_vector(&it->gadget.dddk, IN), 0);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 1 + MADE_UP);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void who_had_the_device_before_may_have_left_an_entry_unmasked(void **state)
{
    const struct dddk_driver *const drivers[] = {&driver};
    (void)state;
    open_machine(ENTRIES, true);
    assert_int_equal(dddk_test_remove(machine, &it->gadget.dddk), 0);
    uint64_t bar = machine->ops->config_read(machine, where, DDDK_PCI_BAR0 + 8, 4) & ~15u;
    machine->ops->config_write(machine, where, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MEMORY);
    machine->ops->bus_write(machine, DDDK_HOST_MEMORY_SPACE, bar + 16 + 12, 4, 0);
    assert_int_equal(table_word(1, 3) & MASKED, 0);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    assert_int_equal(control_before_request & MASKED, MASKED);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_vector_that_is_held_or_not_requested_stays_masked(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    struct dddk_vector *vector = &it->vectors[IN];
    dddk_free_vector(&it->gadget.dddk, IN);
    dddk_port_vector_mask(vector, true);
    dddk_port_vector_mask(vector, false);
    assert_int_equal(table_word(1, 3) & MASKED, MASKED); /* nobody would hear it */
    dddk_port_vector_mask(vector, true);
    assert_int_equal(dddk_request_vector(&it->gadget.dddk, IN), 0);
    assert_int_equal(table_word(1, 3) & MASKED, MASKED);
    dddk_port_vector_mask(vector, false);
    assert_int_equal(table_word(1, 3) & MASKED, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_has_been_said_is_not_said_again(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    dddk_test_raise(model, IN, 1);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 1);
    uint32_t control = machine->ops->config_read(machine, where, 0x52, 2);
    machine->ops->config_write(machine, where, 0x52, 2, control & 0x7fffu);
    machine->ops->config_write(machine, where, 0x52, 2, control);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void while_the_whole_function_is_masked_messages_are_remembered(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    uint32_t control = machine->ops->config_read(machine, where, 0x52, 2);
    machine->ops->config_write(machine, where, 0x52, 2, control | 0x4000u);
    dddk_test_raise(model, IN, 1);
    dddk_test_raise(model, OUT, 1);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes + now[OUT].causes, 0);
    assert_true(is_pending(1) && is_pending(4) && !is_pending(0));
    machine->ops->config_write(machine, where, 0x52, 2, control);
    dddk_test_run(machine, DDDK_USEC(1));
    assert_int_equal(now[IN].causes, 1);
    assert_int_equal(now[OUT].causes, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void messages_of_one_vector_can_get_lost(void **state)
{
    (void)state;
    open_machine(ENTRIES, true);
    dddk_test_lose_messages(model, IN, 2);
    for (unsigned i = 0; i < 3; i++) {
        dddk_test_raise(model, IN, 1);
        dddk_test_raise(model, OUT, 1);
        dddk_test_run(machine, DDDK_USEC(2));
    }
    assert_int_equal(now[IN].causes, 1);
    assert_int_equal(now[OUT].causes, 3);
    assert_int_equal(dddk_test_counters(model).interrupts_lost, 2);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_vector_that_fails_gives_those_before_it_back_in_reverse(void **state)
{
    const struct dddk_driver *const drivers[] = {&driver};
    struct dddk_test_step steps[32];
    const char *const released[] = {"vector in", "vector all", "vectors", "map regs",
                                    "memory decode"};
    (void)state;
    open_machine(ENTRIES, true);
    assert_int_equal(dddk_test_remove(machine, &it->gadget.dddk), 0);
    dddk_test_forget_steps(machine);
    dddk_test_fail_at(machine, 6, DDDK_ENOSPC);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), DDDK_ENOSPC);
    dddk_test_fail_at(machine, 0, 0);
    assert_int_equal(dddk_test_steps(machine, steps, 32), 11);
    assert_string_equal(steps[5].name, "vector out");
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(steps[6 + i].name, released[i]);
    }
    assert_int_equal(machine->ops->config_read(machine, where, 0x52, 2) & 0xc000u, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* All three in one mode, each with a cause of its own. */
static void every_vector_of_a_shared_interrupt_is_called(void **state)
{
    static struct dddk_vector_ops shared[VECTORS];

    (void)state;
    open_machine(0, false);
    for (unsigned v = 0; v < VECTORS; v++) {
        shared[v] = ops[v];
        shared[v].modes = 0;
        it->vectors[v].ops = &shared[v];
        assert_int_equal(v == ALL ? 0 : dddk_request_vector(&it->gadget.dddk, v), 0);
        dddk_vector_enable(&it->vectors[v]);
    }
    memset(now, 0, sizeof(now));
    gadget_write(&it->gadget, GADGET_MASK, GADGET_A);
    dddk_test_raise(model, ALL, GADGET_A);
    dddk_test_run(machine, DDDK_USEC(1));
    for (unsigned v = 0; v < VECTORS; v++) {
        assert_int_equal(now[v].causes, 1); /* although the first has claimed it already */
        assert_int_equal(now[v].polls, 1);
    }
    /* and it is off while one of them is held off */
    dddk_port_vector_mask(&it->vectors[IN], true);
    dddk_port_vector_mask(&it->vectors[OUT], true);
    dddk_port_vector_mask(&it->vectors[IN], false);
    assert_int_equal(machine->ops->config_read(machine, where, DDDK_PCI_COMMAND, 2) &
                         DDDK_PCI_COMMAND_INTX_DISABLE,
                     DDDK_PCI_COMMAND_INTX_DISABLE);
    dddk_port_vector_mask(&it->vectors[OUT], false);
    assert_int_equal(machine->ops->config_read(machine, where, DDDK_PCI_COMMAND, 2) &
                         DDDK_PCI_COMMAND_INTX_DISABLE,
                     0);
    assert_int_equal(dddk_test_close(machine), 0);
}

/* ---- one vector, held off without a mask of the device ---- */

static uint32_t nothing_served(struct gadget *gadget)
{
    (void)gadget_acknowledge(gadget);
    return 4; /* a cause that nothing serves */
}

static struct dddk_host *host;

static void scream_a(struct dddk_model *at)
{
    dddk_test_raise(at, 0, GADGET_A);
}

static bool msi_is_off(void)
{
    /* and the pin does not speak for it meanwhile */
    return !(host->ops->config_read(host, where, 0x42, 2) & 1u) &&
           host->ops->config_read(host, where, DDDK_PCI_COMMAND, 2) & DDDK_PCI_COMMAND_INTX_DISABLE;
}

static bool pin_is_off(void)
{
    return host->ops->config_read(host, where, DDDK_PCI_COMMAND, 2) & DDDK_PCI_COMMAND_INTX_DISABLE;
}

static void a_storm_of_messages_is_held_off_at_the_capability(void **state)
{
    (void)state;
    host = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(host, 0);

    gadget->cause = nothing_served;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    screaming.once = scream_a;
    screaming.is_held = msi_is_off;
    scream(host, gadget_model(gadget), DDDK_MSEC(35));
    assert_in_range(gadget->vectors[0].counters.storms, 3, 4);
    assert_in_range(gadget->interrupts, 3 * DDDK_STORM_ROW, 4 * DDDK_STORM_ROW);
    assert_in_range(screaming.seen_held, 30000, screaming.screams);
    dddk_test_run(host, DDDK_MSEC(11));
    assert_false(msi_is_off());
    unsigned before = gadget->interrupts;
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(gadget->interrupts, before + 1);
    assert_int_equal(dddk_test_close(host), 0);
}

static void what_is_lost_while_msi_is_off_is_looked_for(void **state)
{
    (void)state;
    host = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(host, 0);

    gadget->cause = nothing_served;
    dddk_port_vector_mask(&gadget->vectors[0], true);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(gadget->interrupts, 0);
    dddk_port_vector_mask(&gadget->vectors[0], true); /* changes nothing */
    dddk_port_vector_mask(&gadget->vectors[0], false);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(host), 0);
}

static void a_storm_on_a_line_is_held_off_at_the_pin_and_a_sharer_is_served(void **state)
{
    (void)state;
    host = gadget_machine(&gadget_driver, 2, false);
    struct gadget *bad = gadget_number(host, 0), *good = gadget_number(host, 1);

    bad->cause = nothing_served;
    good->cause = gadget_acknowledge;
    gadget_write(bad, GADGET_MASK, GADGET_A);
    gadget_write(good, GADGET_MASK, GADGET_A);
    screaming.once = scream_a;
    screaming.is_held = pin_is_off;
    scream(host, gadget_model(bad), DDDK_MSEC(35));
    assert_in_range(bad->vectors[0].counters.storms, 3, 4);
    assert_in_range(screaming.seen_held, 30000, screaming.screams);
    dddk_test_raise(gadget_model(good), 0, GADGET_A);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(good->vectors[0].counters.interrupts, 1);
    dddk_test_run(host, DDDK_MSEC(11));
    assert_false(pin_is_off());
    assert_int_equal(dddk_test_damage(host).stuck_lines, 0);
    assert_int_equal(dddk_test_close(host), 0);
}

static void a_device_that_screams_while_it_is_stopped_is_not_heard(void **state)
{
    (void)state;
    host = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(host, 0);

    gadget->cause = nothing_served;
    gadget_write(gadget, GADGET_MASK, GADGET_A);
    assert_int_equal(dddk_stop(&gadget->dddk), 0);
    assert_true(pin_is_off());
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(gadget->interrupts, 0);
    assert_int_equal(dddk_start(&gadget->dddk), 0);
    dddk_test_run(host, DDDK_USEC(2));
    assert_int_equal(gadget->interrupts, 1);
    assert_int_equal(dddk_test_close(host), 0);
}

static void nothing(struct dddk_device *dev)
{
    (void)dev;
}

static void after_a_removal_msi_is_off(void **state)
{
    struct dddk_vector_ops masked_at_the_device;
    (void)state;
    host = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(host, 0);

    masked_at_the_device = *gadget->vectors[0].ops;
    masked_at_the_device.mask = masked_at_the_device.unmask = nothing;
    gadget->vectors[0].ops = &masked_at_the_device;

    assert_int_equal(host->ops->config_read(host, where, 0x42, 2) & 1u, 1);
    assert_int_equal(dddk_test_remove(host, &gadget->dddk), 0);
    assert_int_equal(host->ops->config_read(host, where, 0x42, 2) & 1u, 0);
    assert_int_equal(dddk_test_close(host), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_calls_its_own_handler_only),
        cmocka_unit_test(entries_that_no_vector_uses_stay_masked),
        cmocka_unit_test(one_vector_serves_all_where_there_is_one_interrupt),
        cmocka_unit_test(a_vector_is_masked_in_the_table_while_it_is_polled),
        cmocka_unit_test(a_stopped_device_has_its_messages_masked),
        cmocka_unit_test(after_a_removal_msix_is_off_and_the_pin_too),
        cmocka_unit_test(a_screaming_vector_is_held_off_and_the_others_are_served),
        cmocka_unit_test(a_vector_that_was_given_back_is_masked_while_others_go_on),
        cmocka_unit_test(who_had_the_device_before_may_have_left_an_entry_unmasked),
        cmocka_unit_test(a_vector_that_is_held_or_not_requested_stays_masked),
        cmocka_unit_test(what_has_been_said_is_not_said_again),
        cmocka_unit_test(while_the_whole_function_is_masked_messages_are_remembered),
        cmocka_unit_test(messages_of_one_vector_can_get_lost),
        cmocka_unit_test(a_vector_that_fails_gives_those_before_it_back_in_reverse),
        cmocka_unit_test(every_vector_of_a_shared_interrupt_is_called),
        cmocka_unit_test(a_storm_of_messages_is_held_off_at_the_capability),
        cmocka_unit_test(what_is_lost_while_msi_is_off_is_looked_for),
        cmocka_unit_test(a_storm_on_a_line_is_held_off_at_the_pin_and_a_sharer_is_served),
        cmocka_unit_test(a_device_that_screams_while_it_is_stopped_is_not_heard),
        cmocka_unit_test(after_a_removal_msi_is_off),
    };

    return cmocka_run_group_tests_name("host_vectors", tests, NULL, NULL);
}
