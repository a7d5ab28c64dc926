/* SPDX-License-Identifier: MIT
 *
 * The simulated machine as a bus sees it: configuration space, decoding, and DMA that is held
 * against what was allocated.
 */
#include "gadget.h"
#include "kernel/pci.h"
#include "runtime/port.h"
#include "runtime/port/sim/sim.h"

static const struct dddk_pci_address slot4 = {0, 4, 0};

static uint32_t config(struct dddk_host *machine, unsigned offset, unsigned bytes)
{
    return machine->ops->config_read(machine, slot4, offset, bytes);
}

static void set_config(struct dddk_host *machine, unsigned offset, unsigned bytes, uint32_t value)
{
    machine->ops->config_write(machine, slot4, offset, bytes, value);
}

static struct dddk_host *bare_machine(struct dddk_model **model)
{
    struct dddk_host *machine = dddk_test_open(1);

    assert_non_null(machine);
    (void)gadget_hush();
    *model = dddk_test_add(machine, &gadget_model_type, 4);
    assert_non_null(*model);
    return machine;
}

/* ---- configuration space ---- */

static void an_empty_slot_reads_all_ones(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    assert_int_equal(machine->ops->config_read(machine, (struct dddk_pci_address){0, 5, 0}, 0, 4),
                     0xffffffff);
    assert_int_equal(machine->ops->config_read(machine, (struct dddk_pci_address){0, 4, 1}, 0, 2),
                     0xffff);
    assert_int_equal(machine->ops->config_read(machine, (struct dddk_pci_address){1, 4, 0}, 0, 1),
                     0xff);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_function_shows_its_identity(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    assert_int_equal(config(machine, DDDK_PCI_VENDOR, 4), 0x0001feed);
    assert_int_equal(config(machine, DDDK_PCI_REVISION, 4), 0xff000000);
    assert_int_equal(config(machine, DDDK_PCI_INTERRUPT_PIN, 1), 1);
    set_config(machine, DDDK_PCI_VENDOR, 4, 0);
    assert_int_equal(config(machine, DDDK_PCI_VENDOR, 4), 0x0001feed);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_bar_can_be_sized_and_moved(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    set_config(machine, DDDK_PCI_BAR0, 4, 0xffffffff);
    assert_int_equal(config(machine, DDDK_PCI_BAR0, 4), 0xfffff000);
    set_config(machine, DDDK_PCI_BAR0, 4, 0x12345678);
    assert_int_equal(config(machine, DDDK_PCI_BAR0, 4), 0x12345000);
    set_config(machine, DDDK_PCI_BAR0 + 4, 4, 0xffffffff); /* there is none */
    assert_int_equal(config(machine, DDDK_PCI_BAR0 + 4, 4), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void only_what_is_decoded_answers(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    set_config(machine, DDDK_PCI_BAR0, 4, 0x80000000);
    assert_int_equal(
        machine->ops->bus_read(machine, DDDK_HOST_MEMORY_SPACE, 0x80000000 + GADGET_MASK, 4),
        0xffffffff);
    set_config(machine, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MEMORY);
    machine->ops->bus_write(machine, DDDK_HOST_MEMORY_SPACE, 0x80000000 + GADGET_MASK, 4, 5);
    assert_int_equal(
        machine->ops->bus_read(machine, DDDK_HOST_MEMORY_SPACE, 0x80000000 + GADGET_MASK, 4), 5);
    assert_int_equal(
        machine->ops->bus_read(machine, DDDK_HOST_IO_SPACE, 0x80000000 + GADGET_MASK, 4),
        0xffffffff);
    assert_int_equal(machine->ops->bus_read(machine, DDDK_HOST_MEMORY_SPACE, 0xe0001000, 8),
                     UINT64_MAX);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_pin_shows_in_the_status_register(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, false);
    struct gadget *gadget = gadget_number(machine, 0);
    (void)state;

    gadget_write(gadget, GADGET_MASK, GADGET_A);
    assert_int_equal(config(machine, DDDK_PCI_STATUS, 2) & 8, 0);
    dddk_test_raise(gadget_model(gadget), 0, GADGET_A);
    assert_int_equal(config(machine, DDDK_PCI_STATUS, 2) & 8, 8);
    assert_true(machine->ops->line_level(machine, 20));
    set_config(machine, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_INTX_DISABLE);
    assert_false(machine->ops->line_level(machine, 20));
    set_config(machine, DDDK_PCI_COMMAND, 2, 0);
    assert_true(machine->ops->line_level(machine, 20));
    gadget_write(gadget, GADGET_CAUSE, GADGET_A); /* not decoded */
    assert_true(machine->ops->line_level(machine, 20));
    set_config(machine, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MEMORY);
    gadget_write(gadget, GADGET_CAUSE, GADGET_A);
    assert_false(machine->ops->line_level(machine, 20));
    assert_int_equal(dddk_test_close(machine), 0);
}

static void slots_share_lines_four_apart(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    for (uint8_t slot = 0; slot < 32; slot++) {
        assert_int_equal(machine->ops->line_of(machine, (struct dddk_pci_address){0, slot, 0}, 1),
                         20 + slot % 4);
    }
    assert_int_equal(machine->ops->line_of(machine, (struct dddk_pci_address){0, 3, 0}, 2), 20);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_slot_takes_one_device(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    (void)state;

    assert_null(dddk_test_add(machine, &gadget_model_type, 4));
    assert_null(dddk_test_add(machine, &gadget_model_type, 32));
    assert_non_null(dddk_test_add(machine, &gadget_model_type, 31));
    assert_ptr_equal(dddk_sim_model(machine, 4), model);
    assert_null(dddk_sim_model(machine, 5));
    assert_null(dddk_sim_model(machine, 99));
    assert_int_equal(dddk_test_close(machine), 0);
}

/* ---- DMA ---- */

struct dma {
    struct dddk_host *machine;
    struct gadget *gadget;
    struct dddk_model *model;
    struct dddk_dma_memory memory;
};

static void open_dma(struct dma *dma)
{
    dma->machine = gadget_machine(&gadget_driver, 1, true);
    dma->gadget = gadget_number(dma->machine, 0);
    dma->model = gadget_model(dma->gadget);
    assert_int_equal(dddk_dma_alloc(&dma->gadget->dddk, 1000, 1, &dma->memory), 0);
    memset(dma->memory.cpu, 0x5a, 1000);
}

/* A read and a write there must both fault, the read giving all ones. */
static void expect_fault(struct dma *dma, uint64_t address, size_t size_bytes)
{
    uint64_t before = dddk_test_counters(dma->model).dma_faults;
    uint8_t bytes[64];

    assert_true(size_bytes <= sizeof(bytes));
    memset(bytes, 0, sizeof(bytes));
    assert_int_equal(dddk_model_dma_read(dma->model, address, bytes, size_bytes), DDDK_EFAULT);
    for (size_t i = 0; i < size_bytes; i++) {
        assert_int_equal(bytes[i], 0xff);
    }
    assert_int_equal(dddk_model_dma_write(dma->model, address, bytes, size_bytes), DDDK_EFAULT);
    assert_int_equal(dddk_test_counters(dma->model).dma_faults, before + 2);
    assert_int_equal(dddk_test_damage(dma->machine).dma_faults, before + 2);
}

static void a_device_reaches_what_was_allocated_for_it_and_no_byte_more(void **state)
{
    struct dma dma;
    uint8_t bytes[4] = {1, 2, 3, 4};
    (void)state;

    open_dma(&dma);
    uint64_t base = dma.memory.device.value;
    assert_int_equal(dddk_model_dma_write(dma.model, base + 996, bytes, 4), 0);
    assert_int_equal(((uint8_t *)dma.memory.cpu)[999], 4);
    assert_int_equal(dddk_model_dma_read(dma.model, base, bytes, 4), 0);
    assert_int_equal(bytes[0], 0x5a);
    assert_int_equal(dddk_model_dma_read(dma.model, base + 5000, bytes, 0), 0); /* moves nothing */
    expect_fault(&dma, base + 997, 4);
    expect_fault(&dma, base - 1, 2);
    expect_fault(&dma, base + 1000, 1);
    expect_fault(&dma, 0, 1);
    expect_fault(&dma, (uint64_t)(uintptr_t)dma.memory.cpu, 1); /* a CPU address */
    dddk_dma_free(&dma.gadget->dddk, &dma.memory);
    assert_int_equal(dddk_test_close(dma.machine), 10);
}

static void memory_of_another_device_is_not_reached(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 2, true);
    struct gadget *one = gadget_number(machine, 0), *other = gadget_number(machine, 1);
    struct dddk_dma_memory memory;
    uint8_t byte = 1;
    (void)state;

    assert_int_equal(dddk_dma_alloc(&one->dddk, 64, 1, &memory), 0);
    assert_int_equal(dddk_model_dma_write(gadget_model(one), memory.device.value, &byte, 1), 0);
    assert_int_equal(dddk_model_dma_write(gadget_model(other), memory.device.value, &byte, 1),
                     DDDK_EFAULT);
    dddk_dma_free(&one->dddk, &memory);
    assert_int_equal(dddk_test_close(machine), 1);
}

static void freed_memory_is_not_reached_any_more(void **state)
{
    struct dma dma;
    uint64_t base;
    (void)state;

    open_dma(&dma);
    base = dma.memory.device.value;
    dddk_dma_free(&dma.gadget->dddk, &dma.memory);
    expect_fault(&dma, base, 4);
    assert_int_equal(dddk_test_damage(dma.machine).poison_damage, 0); /* the fault kept it whole */
    assert_int_equal(dddk_test_close(dma.machine), 2);
}

static void without_bus_mastering_nothing_is_reached(void **state)
{
    struct dma dma;
    (void)state;

    open_dma(&dma);
    assert_int_equal(dddk_port_bus_master(&dma.gadget->dddk, false), 0);
    expect_fault(&dma, dma.memory.device.value, 4);
    assert_int_equal(dddk_port_bus_master(&dma.gadget->dddk, true), 0);
    uint8_t byte;
    assert_int_equal(dddk_model_dma_read(dma.model, dma.memory.device.value, &byte, 1), 0);
    dddk_dma_free(&dma.gadget->dddk, &dma.memory);
    assert_int_equal(dddk_test_close(dma.machine), 2);
}

static void what_lies_beyond_the_address_lines_is_not_reached(void **state)
{
    struct dma dma;
    (void)state;

    open_dma(&dma);
    expect_fault(&dma, dma.memory.device.value + (1u << 30), 4);
    expect_fault(&dma, UINT64_MAX - 1, 4);
    dddk_dma_free(&dma.gadget->dddk, &dma.memory);
    assert_int_equal(dddk_test_close(dma.machine), 4);
}

static void memory_that_was_allocated_too_high_is_not_reached(void **state)
{
    static struct dddk_model_type narrow;
    const struct dddk_driver *const drivers[] = {&gadget_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_dma_memory memory;
    uint8_t byte;
    (void)state;

    (void)gadget_hush();
    narrow = gadget_model_type;
    narrow.address_bits = 24; /* the driver believes that it has 30 */
    struct dddk_model *model = dddk_test_add(machine, &narrow, 4);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct gadget *gadget = gadget_number(machine, 0);
    assert_int_equal(dddk_dma_alloc(&gadget->dddk, 64, 1, &memory), 0);
    assert_int_equal(dddk_model_dma_read(model, memory.device.value, &byte, 1), DDDK_EFAULT);
    dddk_dma_free(&gadget->dddk, &memory);
    assert_int_equal(dddk_test_close(machine), 1);
}

static void what_is_pending_when_msi_is_enabled_is_sent(void **state)
{
    struct dddk_model *model;
    struct dddk_host *machine = bare_machine(&model);
    uint32_t *word = (uint32_t *)(void *)(machine->memory + 0x2000);
    const struct dddk_dma_memory memory = {word, {machine->memory_device + 0x2000}, 4};
    (void)state;

    machine->ops->dma_changed(machine, slot4, &memory, true);
    set_config(machine, DDDK_PCI_COMMAND, 2, DDDK_PCI_COMMAND_MASTER);
    assert_true(dddk_test_poke(model, "MASK", 0, GADGET_A));
    assert_true(dddk_test_poke(model, "CAUSE", 0, GADGET_A));
    assert_true(machine->ops->line_level(machine, 20));
    set_config(machine, 0x44, 4, (uint32_t)memory.device.value);
    set_config(machine, 0x4c, 2, 0x77);
    assert_int_equal(*word, 0);
    set_config(machine, 0x42, 2, 1);
    assert_int_equal(*word, 0x77);
    assert_false(machine->ops->line_level(machine, 20));
    *word = 0;
    assert_true(dddk_test_poke(model, "CAUSE", 0, GADGET_A)); /* no news */
    assert_int_equal(*word, 0);
    assert_true(dddk_test_poke(model, "CAUSE", 0, 0));
    assert_true(dddk_test_poke(model, "CAUSE", 0, GADGET_A));
    assert_int_equal(*word, 0x77);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_boundary_is_not_crossed_even_inside_an_allocation(void **state)
{
    struct dma dma;
    struct dddk_dma_memory large;
    (void)state;

    open_dma(&dma);
    assert_int_equal(
        dddk_port_dma_limits(&dma.gadget->dddk, &(struct dddk_dma_limits){.address_bits = 30}), 0);
    assert_int_equal(dddk_dma_alloc(&dma.gadget->dddk, 0x20000, 1, &large), 0);
    uint64_t boundary = (large.device.value + 0xffff) & ~(uint64_t)0xffff;
    uint8_t bytes[4];
    assert_int_equal(dddk_model_dma_read(dma.model, boundary - 4, bytes, 4), 0);
    assert_int_equal(dddk_model_dma_read(dma.model, boundary, bytes, 4), 0);
    expect_fault(&dma, boundary - 2, 4);
    dddk_dma_free(&dma.gadget->dddk, &large);
    dddk_dma_free(&dma.gadget->dddk, &dma.memory);
    assert_int_equal(dddk_test_close(dma.machine), 2);
}

/* Two mappings of one region would be two owners of its registers. */
static void a_region_is_mapped_once(void **state)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);
    struct gadget *gadget = gadget_number(machine, 0);
    const struct dddk_region *region = &gadget_driver.regions[0];
    struct dddk_mmio first = gadget->mmio, second = {.ops = NULL};
    (void)state;

    assert_int_equal(dddk_port_map(&gadget->dddk, region, &second), DDDK_EBUSY);
    assert_null(second.ops);
    dddk_port_unmap(&gadget->dddk, region, &first);
    assert_int_equal(dddk_port_map(&gadget->dddk, region, &gadget->mmio), 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_bar_that_is_too_small_or_of_the_other_kind_refuses_the_device(void **state)
{
    struct dddk_region region = gadget_driver.regions[0];
    struct dddk_driver driver = gadget_driver;
    const struct dddk_driver *const drivers[] = {&driver};
    const struct {
        size_t size_bytes;
        unsigned bar;
        enum dddk_region_kind kind;
        int status;
    } cases[] = {
        {GADGET_BYTES, 0, DDDK_REGION_MEMORY, 1},
        {GADGET_BYTES + 1, 0, DDDK_REGION_MEMORY, DDDK_ERANGE},
        {GADGET_BYTES, 0, DDDK_REGION_PORT, DDDK_ENODEV},
        {GADGET_BYTES, 1, DDDK_REGION_MEMORY, DDDK_ENODEV},
    };
    (void)state;

    driver.regions = &region;
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        struct dddk_host *machine = dddk_test_open(1);
        region.size_bytes = cases[i].size_bytes;
        region.bar = cases[i].bar;
        region.kind = cases[i].kind;
        (void)gadget_hush();
        assert_non_null(dddk_test_add(machine, &gadget_model_type, 4));
        assert_int_equal(dddk_test_probe(machine, drivers, 1), cases[i].status);
        assert_int_equal(dddk_test_close(machine), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_slot_reads_all_ones),
        cmocka_unit_test(a_function_shows_its_identity),
        cmocka_unit_test(a_bar_can_be_sized_and_moved),
        cmocka_unit_test(a_bar_that_is_too_small_or_of_the_other_kind_refuses_the_device),
        cmocka_unit_test(only_what_is_decoded_answers),
        cmocka_unit_test(the_pin_shows_in_the_status_register),
        cmocka_unit_test(slots_share_lines_four_apart),
        cmocka_unit_test(a_slot_takes_one_device),
        cmocka_unit_test(a_device_reaches_what_was_allocated_for_it_and_no_byte_more),
        cmocka_unit_test(memory_of_another_device_is_not_reached),
        cmocka_unit_test(freed_memory_is_not_reached_any_more),
        cmocka_unit_test(without_bus_mastering_nothing_is_reached),
        cmocka_unit_test(what_lies_beyond_the_address_lines_is_not_reached),
        cmocka_unit_test(memory_that_was_allocated_too_high_is_not_reached),
        cmocka_unit_test(what_is_pending_when_msi_is_enabled_is_sent),
        cmocka_unit_test(a_boundary_is_not_crossed_even_inside_an_allocation),
        cmocka_unit_test(a_region_is_mapped_once),
    };

    return cmocka_run_group_tests_name("sim_bus", tests, NULL, NULL);
}
