/* SPDX-License-Identifier: MIT
 *
 * DMA memory of hosted machines: where pieces lie, what is refused, and how writes to memory that
 * is not allocated any more are found.
 */
#include "gadget.h"

struct bench {
    struct dddk_host *machine;
    struct gadget *gadget;
};

static struct bench open_bench(void)
{
    struct dddk_host *machine = gadget_machine(&gadget_driver, 1, true);

    return (struct bench){machine, gadget_number(machine, 0)};
}

static struct dddk_dma_memory allocate(struct bench *bench, size_t size_bytes, size_t align_bytes)
{
    struct dddk_dma_memory memory;

    assert_int_equal(dddk_dma_alloc(&bench->gadget->dddk, size_bytes, align_bytes, &memory), 0);
    assert_non_null(memory.cpu);
    assert_int_equal(memory.size_bytes, size_bytes);
    return memory;
}

static void limit(struct bench *bench, unsigned address_bits, uint64_t boundary)
{
    const struct dddk_dma_limits limits = {.address_bits = address_bits, .boundary = boundary};

    assert_int_equal(dddk_port_dma_limits(&bench->gadget->dddk, &limits), 0);
}

static void pieces_are_whole_pages_from_16_mib_and_a_page_on(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    struct dddk_dma_memory first = allocate(&bench, 1, 1);
    struct dddk_dma_memory second = allocate(&bench, 4097, 16);
    struct dddk_dma_memory third = allocate(&bench, 4096, 4096);
    /* the page before holds the words for message-signalled interrupts */
    assert_int_equal(first.device.value, 0x01001000);
    assert_int_equal(second.device.value, 0x01002000);
    assert_int_equal(third.device.value, 0x01004000);
    assert_true((uintptr_t)first.cpu != first.device.value);
    assert_int_equal(dddk_host_statistics(bench.machine).dma_live, 3);
    assert_int_equal(dddk_host_statistics(bench.machine).dma_bytes, 1 + 4097 + 4096);
    dddk_dma_free(&bench.gadget->dddk, &second);
    assert_null(second.cpu);
    dddk_dma_free(&bench.gadget->dddk, &second); /* empty: nothing happens */
    dddk_dma_free(&bench.gadget->dddk, &first);
    dddk_dma_free(&bench.gadget->dddk, &third);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void an_alignment_above_a_page_is_kept(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    struct dddk_dma_memory small = allocate(&bench, 4096, 1);
    struct dddk_dma_memory large = allocate(&bench, 4096, 0x8000);
    assert_int_equal(large.device.value, 0x01008000);
    dddk_dma_free(&bench.gadget->dddk, &large);
    dddk_dma_free(&bench.gadget->dddk, &small);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void a_piece_does_not_cross_the_boundary(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    limit(&bench, 32, 0x4000);
    struct dddk_dma_memory memory = allocate(&bench, 0x4000, 1);
    assert_int_equal(memory.device.value, 0x01004000);
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 0x4001, 1, &memory), DDDK_ENOMEM);
    assert_null(memory.cpu);
    limit(&bench, 32, 0x800); /* inside a page */
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 0x801, 1, &memory), DDDK_ENOMEM);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void what_the_device_cannot_reach_is_refused(void **state)
{
    struct bench bench = open_bench();
    struct dddk_dma_memory memory;
    (void)state;

    limit(&bench, 24, 0); /* below 16 MiB there is nothing */
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 4096, 1, &memory), DDDK_ENOMEM);
    limit(&bench, 25, 0); /* up to 32 MiB there is */
    memory = allocate(&bench, 4096, 1);
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 16 << 20, 1, &memory), DDDK_ENOMEM);
    limit(&bench, 64, 0);
    memory = allocate(&bench, 16 << 20, 1);
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void sizes_alignments_and_limits_that_make_no_sense_are_refused(void **state)
{
    struct bench bench = open_bench();
    struct dddk_dma_memory memory;
    (void)state;

    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 0, 1, &memory), DDDK_EINVAL);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 64, 0, &memory), DDDK_EINVAL);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 64, 48, &memory), DDDK_EINVAL);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, (size_t)1 << 40, 1, &memory), DDDK_ENOMEM);
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, SIZE_MAX, 1, &memory), DDDK_ENOMEM);
    struct dddk_dma_limits limits = {.address_bits = 0};
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), DDDK_EINVAL);
    limits = (struct dddk_dma_limits){.address_bits = 65};
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), DDDK_EINVAL);
    limits = (struct dddk_dma_limits){.address_bits = 32, .boundary = 0x3000};
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), DDDK_EINVAL);
    limits = (struct dddk_dma_limits){.address_bits = 32, .alignment = 48};
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), DDDK_EINVAL);
    limits.alignment = 2 * DDDK_DMA_ALIGNMENT_MAX;
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), DDDK_EINVAL);
    limits.alignment = DDDK_DMA_ALIGNMENT_MAX;
    assert_int_equal(dddk_port_dma_limits(&bench.gadget->dddk, &limits), 0);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void the_same_calls_give_the_same_addresses(void **state)
{
    uint64_t addresses[2][16];
    (void)state;

    for (unsigned run = 0; run < 2; run++) {
        struct bench bench = open_bench();
        struct dddk_dma_memory memory[16];
        for (unsigned i = 0; i < 16; i++) {
            memory[i] = allocate(&bench, 1000u * (i + 1u), 64);
            if (i % 3 == 2) {
                dddk_dma_free(&bench.gadget->dddk, &memory[i - 1]);
            }
            addresses[run][i] = memory[i].device.value;
        }
        for (unsigned i = 0; i < 16; i++) {
            dddk_dma_free(&bench.gadget->dddk, &memory[i]);
        }
        assert_int_equal(dddk_test_close(bench.machine), 0);
    }
    assert_memory_equal(addresses[0], addresses[1], sizeof(addresses[0]));
}

static void freed_memory_is_given_out_again_only_when_nothing_else_is_left(void **state)
{
    struct bench bench = open_bench();
    struct dddk_dma_memory rest;
    (void)state;

    limit(&bench, 32, 0);
    struct dddk_dma_memory freed = allocate(&bench, 4096, 1);
    uint64_t address = freed.device.value;
    memset(freed.cpu, 0x11, 4096);
    dddk_dma_free(&bench.gadget->dddk, &freed);
    struct dddk_dma_memory next = allocate(&bench, 4096, 1);
    assert_true(next.device.value != address);
    /* 32 MiB in all, without the page of messages, the freed one and the next one */
    rest = allocate(&bench, (32 << 20) - 3 * 4096, 1);
    struct dddk_dma_memory again = allocate(&bench, 4096, 1);
    assert_int_equal(again.device.value, address);
    for (unsigned i = 0; i < 4096; i++) {
        assert_int_equal(((uint8_t *)again.cpu)[i], 0);
    }
    struct dddk_dma_memory none;
    assert_int_equal(dddk_dma_alloc(&bench.gadget->dddk, 1, 1, &none), DDDK_ENOMEM);
    dddk_dma_free(&bench.gadget->dddk, &again);
    dddk_dma_free(&bench.gadget->dddk, &rest);
    dddk_dma_free(&bench.gadget->dddk, &next);
    assert_int_equal(dddk_test_close(bench.machine), 0);
}

static void a_write_after_the_free_is_found(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    struct dddk_dma_memory memory = allocate(&bench, 8192, 1);
    uint8_t *cpu = memory.cpu;
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_host_check_freed(bench.machine), 0);
    cpu[17] = 1;
    cpu[5000] = 2;
    assert_int_equal(dddk_host_check_freed(bench.machine), 2);
    assert_int_equal(dddk_host_check_freed(bench.machine), 2); /* counted once */
    assert_int_equal(dddk_test_damage(bench.machine).poison_damage, 2);
    assert_int_equal(dddk_test_close(bench.machine), 2);
}

static void damage_is_remembered_when_the_memory_is_given_out_again(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    limit(&bench, 32, 0);
    struct dddk_dma_memory memory = allocate(&bench, (32 << 20) - 4096, 1);
    uint8_t *cpu = memory.cpu;
    dddk_dma_free(&bench.gadget->dddk, &memory);
    cpu[3] = 3;
    memory = allocate(&bench, 4096, 1);
    assert_int_equal(dddk_host_check_freed(bench.machine), 1);
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_test_close(bench.machine), 1);
}

static void a_write_behind_the_end_is_found_when_the_piece_is_freed(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    struct dddk_dma_memory memory = allocate(&bench, 100, 1);
    ((uint8_t *)memory.cpu)[100] = 0;
    assert_int_equal(dddk_host_check_freed(bench.machine), 0);
    dddk_dma_free(&bench.gadget->dddk, &memory);
    assert_int_equal(dddk_host_check_freed(bench.machine), 1);
    assert_int_equal(dddk_test_close(bench.machine), 1);
}

static void a_piece_that_is_freed_twice_is_misuse(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    struct dddk_dma_memory memory = allocate(&bench, 100, 1), copy = memory;
    dddk_dma_free(&bench.gadget->dddk, &memory);
    dddk_dma_free(&bench.gadget->dddk, &copy);
    assert_int_equal(dddk_test_damage(bench.machine).misuse, 1);
    assert_int_equal(dddk_test_close(bench.machine), 1);
}

static void what_a_device_leaves_behind_is_counted_and_released(void **state)
{
    struct bench bench = open_bench();
    (void)state;

    (void)allocate(&bench, 100, 1);
    (void)allocate(&bench, 200, 1);
    void *leaked = dddk_port_alloc(&bench.gadget->dddk, 10);
    assert_int_equal(dddk_test_remove(bench.machine, &bench.gadget->dddk), 0);
    assert_int_equal(dddk_host_statistics(bench.machine).dma_live, 0);
    assert_int_equal(dddk_test_damage(bench.machine).leaks, 3);
    dddk_test_close(bench.machine);
    /* the host cannot release what it does not know the address of */
    __builtin_free(leaked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_whole_pages_from_16_mib_and_a_page_on),
        cmocka_unit_test(an_alignment_above_a_page_is_kept),
        cmocka_unit_test(a_piece_does_not_cross_the_boundary),
        cmocka_unit_test(what_the_device_cannot_reach_is_refused),
        cmocka_unit_test(sizes_alignments_and_limits_that_make_no_sense_are_refused),
        cmocka_unit_test(the_same_calls_give_the_same_addresses),
        cmocka_unit_test(freed_memory_is_given_out_again_only_when_nothing_else_is_left),
        cmocka_unit_test(a_write_after_the_free_is_found),
        cmocka_unit_test(damage_is_remembered_when_the_memory_is_given_out_again),
        cmocka_unit_test(a_write_behind_the_end_is_found_when_the_piece_is_freed),
        cmocka_unit_test(a_piece_that_is_freed_twice_is_misuse),
        cmocka_unit_test(what_a_device_leaves_behind_is_counted_and_released),
    };

    return cmocka_run_group_tests_name("host_dma", tests, NULL, NULL);
}
